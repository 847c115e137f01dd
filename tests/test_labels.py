"""make_list with a table of labels: Kaggle's labels.csv, and other tables as people have them."""
from pathlib import Path

import cv2
import pandas as pd
import pytest
from odd_files import blobs

from course.lists.make import make_list

BREEDS = ['pug', 'beagle']


@pytest.fixture
def dogs(tmp_path):
    """Twelve images train/d0.jpg ...; even numbers are pugs."""
    (tmp_path / 'dogs/train').mkdir(parents=True)
    for i in range(12):
        cv2.imwrite(str(tmp_path / f'dogs/train/d{i}.jpg'), blobs(i))
    return tmp_path / 'dogs'


def table(file, header, row, n=12, separator=','):
    lines = [header, *(row.format(i=i, breed=BREEDS[i % 2], k=i % 2) for i in range(n))]
    file.write_text('\n'.join(lines).replace(',', separator) + '\n', encoding='utf-8-sig')


def listed(out_dir):
    """{file name: (class, label)} of all test lists."""
    return {Path(row.path).name: (file.name.split('_')[1], row.label)
            for file in out_dir.glob('test_*.csv') for row in pd.read_csv(file).itertuples()}


RIGHT = {f'd{i}.jpg': (BREEDS[i % 2], 1 - i % 2) for i in range(12)}


@pytest.mark.parametrize('header, row', [
    ('id,breed', 'd{i},{breed}'), ('file_name,class', 'd{i}.jpg,{breed}'),
    ('path,label', 'train/d{i}.jpg,{breed}'), ('path,label', './train\\d{i}.jpg,{breed}'),
    ('anything,whatever', ' d{i}.jpg , {breed} '), ('breed,id,age', '{breed},d{i},3'),
    ('label,image', '{breed},d{i}')])
@pytest.mark.parametrize('separator', [',', ';', '\t'])
def test_tables_as_people_have_them(dogs, tmp_path, header, row, separator):
    table(dogs / 'labels.csv', header, row, separator=separator)
    columns = None if header.count(',') == 1 and not header.startswith('label') else (
        'id,breed' if 'breed' in header else 'image,label')
    report = make_list(dogs, tmp_path / 'out', labels='labels.csv', columns=columns)
    assert report.counts == {'beagle': 6, 'pug': 6}
    assert listed(tmp_path / 'out') == RIGHT and report.left_out == []


def test_numbers_are_names_of_classes(dogs, tmp_path):
    table(dogs / 'labels.csv', 'id,diagnosis', 'd{i},{k}')
    assert make_list(dogs, tmp_path / 'out', labels='labels.csv').counts == {'0': 6, '1': 6}


def test_a_column_names_the_groups(dogs, tmp_path):
    table(dogs / 'labels.csv', 'id,label,group', 'd{i},{breed},owner{i}')
    text = (dogs / 'labels.csv').read_text(encoding='utf-8-sig').replace('owner2\n', 'owner0\n')
    (dogs / 'labels.csv').write_text(text)
    make_list(dogs, tmp_path / 'out', labels='labels.csv')
    for file in (tmp_path / 'out').glob('*_pug_*.csv'):
        names = {Path(path).name for path in pd.read_csv(file).path}
        assert ('d0.jpg' in names) == ('d2.jpg' in names)


def test_what_does_not_fit_is_left_out_with_its_reason(dogs, tmp_path):
    cv2.imwrite(str(dogs / 'train/stray.jpg'), blobs(99))
    table(dogs / 'labels.csv', 'id,breed', 'd{i},{breed}', n=13)
    with open(dogs / 'labels.csv', 'a') as file:
        file.write('stray,\n,\n')
    report = make_list(dogs, tmp_path / 'out', labels='labels.csv')
    reasons = {Path(path).name: reason for path, reason in report.left_out}
    assert reasons == {'d12': 'is in the table, but fits no file',
                       'stray.jpg': 'has no label in labels.csv'}


def test_two_files_of_one_name_need_their_folder(dogs, tmp_path):
    (dogs / 'more').mkdir()
    cv2.imwrite(str(dogs / 'more/d0.jpg'), blobs(77))
    table(dogs / 'labels.csv', 'id,breed', 'd{i},{breed}')
    report = make_list(dogs, tmp_path / 'out', labels='labels.csv')
    assert sorted(reason for _, reason in report.left_out) == [
        'is in the table, but fits 2 files', 'is not in labels.csv', 'is not in labels.csv']


def test_the_publishers_splits_and_a_table(dogs, tmp_path):
    (dogs / 'test').mkdir()
    for i in range(4):
        cv2.imwrite(str(dogs / f'test/t{i}.jpg'), blobs(50 + i))
    table(dogs / 'labels.csv', 'id,breed', 'd{i},{breed}')
    with open(dogs / 'labels.csv', 'a') as file:
        file.writelines(f't{i},{BREEDS[i % 2]}\n' for i in range(4))
    report = make_list(dogs, tmp_path / 'out', labels='labels.csv', splits='train=train,test=test')
    assert report.held == 'test' and report.counts == {'beagle': 8, 'pug': 8}
    assert {name for name in listed(tmp_path / 'out')} == {f't{i}.jpg' for i in range(4)}


@pytest.mark.parametrize('header, row, columns, words', [
    ('id,MEL,NV', 'd{i},{k},0', None, 'columns id, MEL, NV: which .* --columns FILE,CLASS'),
    ('id,breed', 'x{i},{breed}', None, 'none of its 12 rows names a file .* begins with x0'),
    ('id,breed', 'd0,{breed}', None, 'gives train/d0.jpg two labels, pug and beagle'),
    ('id,breed', 'd{i},{breed}', 'id,race', 'It has: id, breed'),
    ('id,breed', 'd{i},a/{breed}', None, "'a/beagle' cannot be part of the name of a list"),
    ('id', 'd{i}', None, 'columns id: which names the file')])
def test_tables_that_are_refused(dogs, tmp_path, header, row, columns, words):
    table(dogs / 'labels.csv', header, row)
    with pytest.raises(ValueError, match=words):
        make_list(dogs, tmp_path / 'out', labels='labels.csv', columns=columns)


def test_a_table_that_is_not_there(dogs, tmp_path):
    with pytest.raises(FileNotFoundError, match='There is no table labels.csv in'):
        make_list(dogs, tmp_path / 'out', labels='labels.csv')
