"""read_lists: lists of one's own, as people and spreadsheets write them, or what is wrong."""
import os
from pathlib import Path

import pytest

from course.lists.check import check_lists, read_list, read_lists


@pytest.fixture(autouse=True)
def course_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write_set(dataset='pets', folds=(0,), classes=('cat', 'dog')):
    """Lists of two images a split and class, with the images: {list: its text}."""
    folder = Path('data_list', dataset, 'k_fold')
    folder.mkdir(parents=True)
    lists = {}
    for fold in folds:
        for label, name in enumerate(classes):
            for split in ('train', 'val', 'test'):
                rows = []
                for i in range(2):
                    path = Path('data', dataset, name, f'{split}_{i}.jpg')
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(b'an image')
                    rows.append(f'{path.as_posix()},{label}\n')
                lists[split, name] = folder / f'{split}_{name}_{fold}.csv'
                lists[split, name].write_text('path,label\n' + ''.join(rows))
    return lists


def edit(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


@pytest.mark.parametrize('dataset', ['pets', 'pets [v2]', 'pets*', "it's"])
def test_lists_become_classes_and_dataframes(dataset):
    write_set(dataset)
    class_names, dataframes = read_lists(dataset, 0)
    assert class_names == ['cat', 'dog']
    assert [len(frames) for frames in dataframes] == [3, 3]
    assert dataframes[1][2].to_dict('list') == {
        'path': [f'data/{dataset}/dog/test_0.jpg', f'data/{dataset}/dog/test_1.jpg'],
        'label': [1, 1]}


def test_names_with_underscores_and_numbers_are_classes():
    write_set(classes=('cat', 'cat_1', 'cat_1_0'))
    assert read_lists('pets', 0)[0] == ['cat', 'cat_1', 'cat_1_0']


def test_no_lists_and_another_fold():
    with pytest.raises(FileNotFoundError, match='no folder data_list in .*Open the notebook in '):
        read_lists('pets', 0)
    os.mkdir('data_list')
    with pytest.raises(FileNotFoundError, match='make_list.py data/pets. .* of: nothing'):
        read_lists('pets', 0)
    write_set(folds=(0, 1))
    with pytest.raises(FileNotFoundError, match='make_list.py data/pest. .* lists of: pets'):
        read_lists('pest', 0)
    with pytest.raises(FileNotFoundError, match='fold is 5, but .* of fold 0, 1. Choose'):
        read_lists('pets', 5)


def as_excel_saves(file):
    file.write_bytes(b'\xef\xbb\xbf' + file.read_bytes().replace(b',', b' , ').replace(
        b'\n', b'\r\n') + b',\r\n,\r\n')


def with_semicolons(file):
    edit(file, ',', ';')


def with_backslashes(file):
    edit(file, '/', '\\')


def with_an_index(file):
    rows = file.read_text().splitlines()
    file.write_text('\n'.join(f'{i},{row}' for i, row in enumerate(rows)))


@pytest.mark.parametrize('change', [as_excel_saves, with_semicolons, with_backslashes,
                                    with_an_index])
def test_what_a_spreadsheet_makes_of_a_list_is_read(change):
    lists = write_set()
    for file in lists.values():
        change(file)
    _, dataframes = read_lists('pets', 0)
    frame = dataframes[1][0]
    assert list(frame.path) == ['data/pets/dog/train_0.jpg', 'data/pets/dog/train_1.jpg']
    assert list(frame.label) == [1, 1] and frame.label.dtype.kind == 'i'


@pytest.mark.parametrize('old, new, words', [
    (',1', ',0', r'train_dog_0.csv, row 0: label 0 of .*train_0.jpg. The lists of class 1 must '
                 'hold label 1 alone'),
    ('1.jpg,1', '1.jpg,2', 'train_dog_0.csv, row 1: label 2 of'),
    (',1', ',dog', 'row 0: label dog of'),
    ('1.jpg,1', '1.jpg,', 'row 1: label nan of'),
    (',1', ',1.5', 'row 0: label 1.5 of'),
    ('path,label', 'image,label', 'train_dog_0.csv has no column path; it has image, label'),
    ('path,label', 'data/x.jpg,0', 'has no column label, path'),
])
def test_a_wrong_list_is_refused(old, new, words):
    lists = write_set()
    edit(lists['train', 'dog'], old, new)
    with pytest.raises(ValueError, match=words):
        read_lists('pets', 0)


def test_an_empty_list_and_one_in_another_encoding():
    lists = write_set()
    lists['val', 'cat'].write_text('path,label\n')
    with pytest.raises(ValueError, match='val_cat_0.csv is empty'):
        read_lists('pets', 0)
    lists['val', 'cat'].write_bytes('path,label\ndata/pets/Kätzchen.jpg,0\n'.encode('latin-1'))
    with pytest.raises(ValueError, match='val_cat_0.csv is not a list of images in UTF-8'):
        read_lists('pets', 0)


def test_everything_that_is_missing_is_named_at_once():
    lists = write_set()
    lists['val', 'cat'].unlink()
    Path('data/pets/cat/train_1.jpg').unlink()
    for i in range(2):
        Path(f'data/pets/dog/test_{i}.jpg').unlink()
    with pytest.raises(FileNotFoundError) as error:
        read_lists('pets', 0)
    lines = str(error.value).splitlines()
    assert len(lines) == 3
    assert 'train_cat_0.csv, row 1: data/pets/cat/train_1.jpg is missing. Put' in lines[0]
    assert 'The list data_list/pets/k_fold/val_cat_0.csv is missing' in Path(lines[1]).as_posix()
    assert 'test_dog_0.csv, row 0: ' in lines[2] and 'and so for 1 more rows' in lines[2]


def test_a_set_that_was_moved_does_not_fill_the_screen():
    write_set(classes=[f'class {i}' for i in range(30)])
    os.rename('data/pets', 'data/dogs')
    with pytest.raises(FileNotFoundError) as error:
        read_lists('pets', 0)
    lines = str(error.value).splitlines()
    assert len(lines) == 6 and lines[-1] == '... and 85 more lists'


def absolute(path):
    return os.path.abspath(path)


def through_a_link(path):
    link = Path('data/pets/linked.jpg')
    link.symlink_to(os.path.abspath(path))
    return link.as_posix()


@pytest.mark.parametrize('spelling', [
    lambda path: path, lambda path: f'./{path}', lambda path: path.replace('/', '//'),
    lambda path: path.replace('data/', 'data/../data/'), lambda path: path.replace('/', '\\'),
    absolute, through_a_link])
def test_one_file_in_two_splits_is_found_however_it_is_spelled(spelling):
    lists = write_set()
    with open(lists['test', 'dog'], 'a') as file:
        file.write(f'{spelling("data/pets/dog/train_0.jpg")},1\n')
    with pytest.raises(ValueError, match='in a train and in a test list'):
        read_lists('pets', 0)


def test_one_file_in_another_case_is_found_on_a_disk_that_ignores_it():
    lists = write_set()
    again = Path('data/pets/dog/TRAIN_0.JPG')
    if not again.exists():
        os.link('data/pets/dog/train_0.jpg', again)     # to the course: two names of one file
    with open(lists['val', 'dog'], 'a') as file:
        file.write(f'{again.as_posix()},1\n')
    with pytest.raises(ValueError, match='in a train and in a val list .as data/pets/dog/train_0'):
        read_lists('pets', 0)


def test_one_file_under_two_labels_is_found():
    lists = write_set()
    with open(lists['train', 'dog'], 'a') as file:
        file.write('data/pets/cat/train_0.jpg,1\n')
    with pytest.raises(ValueError, match='in the train lists of class 0 and of class 1'):
        read_lists('pets', 0)


def test_more_lists_than_classes():
    lists = write_set()
    frames = [read_list(lists[split, 'cat']) for split in ('train', 'val', 'test')]
    with pytest.raises(ValueError, match='lists of 2 classes, but num_class is 1'):
        check_lists(4, [frames, frames], 1)


def test_images_in_no_list_are_counted(capsys):
    """Added after the lists were made; not what make_list left out, and not what is hidden."""
    write_set()
    read_lists('pets', 0)
    assert capsys.readouterr().out == ''
    for name in ('new.jpg', 'bad.jpg', '.DS_Store'):
        Path('data/pets/cat', name).write_bytes(b'an image')
    Path('data_list/pets/left_out.csv').write_text(
        'path,reason\ndata/pets/cat/bad.jpg,is damaged\n')
    read_lists('pets', 0)
    assert capsys.readouterr().out == (
        '1 files in data/pets are in no list, cat/new.jpg first. '
        'If they are new: python data_list/make_list.py data/pets\n')
