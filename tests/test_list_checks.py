"""Lists that would go wrong later are refused, with the list and the row."""
import pytest
from small_lists import SIZES, lists, preprocess

from course.lists.check import read_list
from generator import data_generators


def test_read_list(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'data').mkdir()
    (tmp_path / 'data/a.jpg').touch()
    good, empty = tmp_path / 'good.csv', tmp_path / 'empty.csv'
    good.write_text('path,label\ndata/a.jpg,0\n')
    empty.write_text('')
    assert read_list(good).to_dict('list') == {'path': ['data/a.jpg'], 'label': [0]}
    with pytest.raises(ValueError, match='empty.csv is not a list'):
        read_list(empty)
    good.write_text('path,label\n')
    frames = lists((3, 1, 1))
    frames[0][1] = read_list(good)
    with pytest.raises(ValueError, match='good.csv is empty'):
        data_generators(2, frames, 1, preprocess)


@pytest.mark.parametrize('path', [
    'secret.jpg', '../secret.jpg', 'data/../secret.jpg', 'data/x/../../secret.jpg', 'database.jpg',
    '{folder}/secret.jpg', 'data'])
def test_a_list_names_images_below_the_data_root_only(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'data/x').mkdir(parents=True)
    for name in ('data/a.jpg', 'secret.jpg', 'database.jpg'):
        (tmp_path / name).touch()
    path = path.format(folder=tmp_path)
    (tmp_path / 'l.csv').write_text(f'path,label\ndata/a.jpg,0\n{path},0\n')
    with pytest.raises(ValueError, match='l.csv, row 1: .* is not below data/'):
        read_list('l.csv')
    if (tmp_path / path).is_file():
        assert list(read_list('l.csv', data_root=None).path) == ['data/a.jpg', path]
        assert list(read_list('l.csv', data_root=tmp_path).path) == ['data/a.jpg', path]


@pytest.mark.parametrize('path', ['data/gone.jpg', 'data/x'])
def test_a_list_that_names_no_file(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'data/x').mkdir(parents=True)
    (tmp_path / 'l.csv').write_text(f'path,label\n{path},0\n')
    for data_root in ('data', None):
        with pytest.raises(FileNotFoundError, match=f'l.csv, row 0: {path} is missing'):
            read_list('l.csv', data_root)


def without_column(frames):
    frames[1][0] = frames[1][0].drop(columns='label')


def without_rows(frames):
    frames[2][1] = frames[2][1].iloc[:0]


def with_label(label):
    def change(frames):
        frames[0][2] = frames[0][2].assign(label=[0, label])
    return change


def with_leak(frames):
    frames[1][0].loc[3, 'path'] = 'test_0_1.jpg'


@pytest.mark.parametrize('change, words', [
    (without_column, 'train list of class 1 has no column label; it has path'),
    (without_rows, 'val list of class 2 is empty'),
    (with_label(3), r'test list of class 0, row 1: label .*3.* of test_0_1.jpg'),
    (with_label(0.0), 'test list of class 0: the labels are float64, not whole'),
    (with_label(-1), 'row 1: label .*-1'),
    (with_label(float('nan')), 'row 1: label .*nan'),
    (with_leak, 'test_0_1.jpg stands in a train and in a test list'),
])
def test_bad_lists(change, words):
    frames = lists(*SIZES)
    change(frames)
    with pytest.raises(ValueError, match=words):
        data_generators(4, frames, 3, preprocess)


def test_bad_batch_size():
    with pytest.raises(ValueError, match='batch_size is 0'):
        data_generators(0, lists(*SIZES), 3, preprocess)
