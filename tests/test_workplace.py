"""Where notebooks read and write: the copy around them, the installed course, or the own home."""
import os

import pytest

import course


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A course that is installed elsewhere, and a home without anything."""
    root = tmp_path / 'srv/course'
    for name in 'data/cat_dog/cat/1.png', 'data_list/cat_dog/k_fold/a.csv', 'tf_ckpt/net.npz':
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(name)
    (tmp_path / 'work').mkdir()
    monkeypatch.setattr(course, 'ROOT', root)
    monkeypatch.setattr(course, 'HOME', tmp_path / 'home/transfer_learning')
    monkeypatch.chdir(tmp_path / 'work')
    return root


@pytest.fixture
def read_only(installed, monkeypatch):
    """os.access answers as for somebody who may not write there, root included."""
    def access(path, mode):
        return not (mode & os.W_OK and str(path).startswith(str(installed)))

    monkeypatch.setattr(os, 'access', access)
    return installed


def test_the_copy_around_the_notebook(installed, tmp_path, monkeypatch):
    """At any depth, also when that copy is not the one that is installed."""
    inside = tmp_path / 'ada/course/exercises/autograded/ada/tensorflow_basics'
    inside.mkdir(parents=True)
    (tmp_path / 'ada/course/data_list').mkdir()
    monkeypatch.chdir(inside)
    assert course.workplace() == tmp_path / 'ada/course'


def test_elsewhere_the_installed_course(installed, tmp_path):
    assert course.workplace() == installed
    assert not (tmp_path / 'home').exists()


def test_a_read_only_course_is_linked_into_the_home(read_only, tmp_path, capsys):
    place = course.workplace()
    assert place == tmp_path / 'home/transfer_learning'
    assert capsys.readouterr().out == f'{read_only} is read-only: what you make goes to {place}\n'
    for name in 'data/cat_dog/cat/1.png', 'data_list/cat_dog/k_fold/a.csv', 'tf_ckpt/net.npz':
        assert (place / name).read_text() == name
    (place / 'data/mine').mkdir()                           # what is added lies in the home
    assert not (read_only / 'data/mine').exists()


def test_what_lies_there_stays_and_links_follow_the_course(read_only, tmp_path, monkeypatch):
    """The second time: own files are kept, new ones linked, links to a moved course renewed."""
    place = course.workplace()
    (place / 'tf_ckpt/net.npz').unlink()
    (place / 'tf_ckpt/net.npz').write_text('mine')
    (read_only / 'tf_ckpt/new.npz').write_text('new')
    course.workplace()
    assert (place / 'tf_ckpt/net.npz').read_text() == 'mine'
    assert (place / 'tf_ckpt/new.npz').read_text() == 'new'
    moved = read_only.rename(read_only.parent / 'course_2')
    monkeypatch.setattr(course, 'ROOT', moved)
    course.workplace()
    assert (place / 'data/cat_dog/cat/1.png').exists() and (place / 'tf_ckpt/new.npz').exists()


def test_a_course_without_data_yet(read_only, tmp_path):
    (read_only / 'data/cat_dog/cat/1.png').unlink()
    for folder in 'data/cat_dog/cat', 'data/cat_dog', 'data':
        (read_only / folder).rmdir()
    assert list((course.workplace() / 'data').iterdir()) == []
