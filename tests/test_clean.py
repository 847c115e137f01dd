"""What a parameter may delete: old lists below data_list/, a lesson's folder below model/."""
from functools import partial

import pytest

from course.clean import empty_folder, remove_lists

LISTS = ['train_cat_0.csv', 'val_Black-grass_4.csv', 'test_a_b_10.csv']
OTHERS = ['train_cat.csv', 'notes.csv', 'train_cat_0.csv.bak', 'generator.py',
          'folds_train_cat_0.csv']


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A copy of the course, which is the working directory."""
    for folder in 'data_list/mine/k_fold', 'model/lesson_3/images', 'data/mine':
        (tmp_path / folder).mkdir(parents=True)
        for name in LISTS + OTHERS:
            (tmp_path / folder / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob('*') if path.is_file())


def test_only_lists_are_removed(course):
    remove_lists('data_list/mine/k_fold')
    assert files(course / 'data_list') == sorted(f'mine/k_fold/{name}' for name in OTHERS)
    remove_lists('data_list/new/k_fold')
    assert files(course / 'data_list/new') == []
    assert len(files(course / 'model')) == len(files(course / 'data')) == len(LISTS + OTHERS)


def test_a_folder_is_made_empty(course):
    for folder in 'model/lesson_3', 'model/new':
        empty_folder(folder, below='model')
        assert (course / folder).is_dir() and not list((course / folder).iterdir())
    assert len(files(course / 'data')) == len(LISTS + OTHERS)


@pytest.mark.parametrize('function', [partial(empty_folder, below='model'), remove_lists])
@pytest.mark.parametrize('named', [
    '.', '..', '', '/', '~', 'data', 'data/mine', 'data_list', 'model', 'data_list/..', 'model/..',
    'model/../data/mine', 'data_list/../data/mine', 'data_list/link', 'model/link'])
def test_nothing_else_can_be_named(course, function, named):
    for folder in 'data_list', 'model':
        (course / folder / 'link').symlink_to(course / 'data/mine')
    before = files(course)
    with pytest.raises(ValueError, match='nothing was removed'):
        function(named)
    assert files(course) == before
