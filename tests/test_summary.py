"""What make_list prints: few lines, whatever the size; the page of --report."""
import base64
import os
import re
import subprocess
import sys

import cv2
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from odd_files import blobs

from course.lists.make import make_list
from course.lists.report import write_report
from course.lists.summary import lines_on_files, summary, write_left_out


def write(path, number):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), blobs(number, 30, 40))


@pytest.fixture
def project(tmp_path):
    """A course of its own with data/pets: 12 cats, 7 dogs; so that the lists here stay as they are.
    """
    (tmp_path / 'data_list').mkdir()
    for i in range(12):
        write(tmp_path / f'data/pets/cat.{i}.png', i)
    for i in range(7):
        write(tmp_path / f'data/pets/dog.{i}.jpg', 100 + i)
    return tmp_path


def command(folder, *args):
    return subprocess.run([sys.executable, str(ROOT / 'data_list/make_list.py'), *args],
                          cwd=folder, capture_output=True, text=True)


def test_the_command(project):
    done = command(project, 'data/pets')
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        'cat: 12 images, label 0', 'dog: 7 images, label 1',
        'few to test on: cat, dog. Train on each of the 5 folds, then each image is tested once',
        f"The lists of 5 folds are in {project / 'data_list/pets/k_fold'}. In the Config cell: "
        "dataset = 'pets'"]
    first = pd.read_csv(project / 'data_list/pets/k_fold/train_cat_0.csv').path[0]
    assert first.startswith('data/pets/cat.')
    assert not (project / 'data_list/pets/left_out.csv').exists()


def test_a_folder_outside_of_data_needs_its_root(project):
    (project / 'data/pets').rename(project / 'zoo')
    assert command(project, 'zoo').stdout.rstrip().endswith("dataset = 'zoo', data_root = '.'")
    (project / 'elsewhere').mkdir()
    (project / 'zoo').rename(project / 'elsewhere/birds')
    done = command(project, str(project / 'elsewhere/birds'))
    assert done.stdout.rstrip().endswith("dataset = 'birds', data_root = 'elsewhere'")


def test_the_command_refuses_in_words(project):
    failed = command(project, 'data/pests')
    assert failed.returncode == 1 and failed.stderr.startswith('No lists written. There is no')
    assert 'In data/ there are: pets' in failed.stderr and 'Traceback' not in failed.stderr
    for i in range(2, 8):
        (project / f'data/pets/dog.{i}.jpg').write_bytes(b'no image')
    failed = command(project, 'data/pets')
    assert failed.returncode == 1 and 'Class dog in' in failed.stderr
    assert 'left out: 6 files, each is not an image, or a damaged one: dog.2.jpg' in failed.stderr
    left_out = pd.read_csv(project / 'data_list/pets/left_out.csv')
    assert list(left_out.path) == [f'dog.{i}.jpg' for i in range(2, 8)]


def test_every_option_of_the_command_reaches_make_list(project):
    table = 'id,breed\n' + ''.join(f'cat.{i},{"ab"[i % 2]}\n' for i in range(12))
    (project / 'data/pets/labels.csv').write_text(table)
    done = command(project, 'data/pets', '--labels', 'labels.csv', '--columns', 'id,breed',
                   '--copies', 'none', '--group', r'(cat\.1)', '--seed', '3', '--white', '4095',
                   '--splits', 'none', '--follow-links')
    assert 'a: 6 images, label 0' in done.stdout, done.stderr
    assert '--group fits 3 of 12 names' in done.stdout
    done = command(project, 'data/pets', '--copies', 'all')
    assert done.returncode == 2 and 'invalid choice' in done.stderr


def test_unlabelled_files_are_counted(project):
    for i in range(1250):
        (project / f'data/pets/portrait {i}.png').write_bytes(b'')
    done = command(project, 'data/pets')
    assert len(done.stdout.splitlines()) == 6
    assert ('left out: 1,250 files, each has no class: portrait 0.png, portrait 1.png' in
            done.stdout.replace('data/pets/', ''))
    assert 'all that is left out: ' in done.stdout
    assert len(pd.read_csv(project / 'data_list/pets/left_out.csv')) == 1250


def test_a_thousand_equal_files_are_a_few_lines(tmp_path):
    """Equal within a class, and 100 of them in both."""
    for c in 'ab':
        for i in range(10):
            write(tmp_path / f'set/{c}/{i}.png', i + 100 * (c == 'b'))
        data = (tmp_path / f'set/{c}/0.png').read_bytes()
        for i in range(400):
            (tmp_path / f'set/{c}/again {i}.png').write_bytes(data)
    both = (tmp_path / 'set/a/1.png').read_bytes()
    for i in range(100):
        (tmp_path / f'set/{"ab"[i % 2]}/both {i}.png').write_bytes(both)
    report = make_list(tmp_path / 'set', tmp_path / 'out')
    assert report.counts == {'a': 409, 'b': 410} and len(report.left_out) == 101
    text = '\n'.join(summary(report))
    assert len(text.splitlines()) < 12 and len(text) < 5_000
    assert 'left out: 101 files, each is the same image in two classes' in text
    assert 'and 396 more (the same pixels)' in text
    assert 'copies: 802 images in 2 groups' in text
    write_left_out(tmp_path / 'left_out.csv', report.left_out)
    assert (tmp_path / 'left_out.csv').stat().st_size < 100_000


@pytest.mark.parametrize('reason, kind', [
    ('is a copy of test/a, b.png, which is kept for test', 'is a copy of an image which is kept '
                                                           'for test'),
    ('is of one group with val/x.png, which is kept for val', 'is of one group with an image which '
                                                              'is kept for val'),
    ('has 9000 x 9400 pixels; more than 80,000,000 are not read', 'has too many pixels'),
    ('is damaged or cut off (OSError: broken data stream)', 'is damaged or cut off'),
    ('cannot be opened: Permission denied', 'cannot be opened')])
def test_reasons_are_counted_without_what_is_special_to_a_file(reason, kind):
    line, = lines_on_files([('a', reason), ('b', reason)], [], [])
    assert line == f'left out: 2 files, each {kind}: a, b'
    line, = lines_on_files([('a', reason)], [], [])
    assert line == f'left out: a {reason}'


def test_a_hundred_classes_do_not_fill_the_screen(tmp_path):
    for c in range(100):
        for i in range(5):
            write(tmp_path / f'set/class {c:03d}/{i}.png', 5 * c + i)
    lines = summary(make_list(tmp_path / 'set', tmp_path / 'out', copies='exact'))
    assert len(lines) == 23 and lines[20] == '... and 80 more classes, 500 images in all'
    assert 'class 000, class 001' in lines[21] and 'and 95 more' in lines[21]


@pytest.mark.skipif(os.name != 'posix', reason='has other names')
def test_the_page_shows_the_dataset_and_needs_no_network(project, monkeypatch):
    monkeypatch.chdir(project)
    write(project / 'data/pets/cat.99.png', 3)                # the same as cat.3.png
    (project / 'data/pets/<b>& note.txt').write_text('mine')
    done = command(project, 'data/pets', '--report')
    file = project / 'data_list/pets/report.html'
    assert f'Look at the images before you train: {file}' in done.stdout
    page = file.read_text(encoding='utf-8')
    assert not re.search(r'https?:|src="(?!data:)|<script|@import|url\(', page)
    images = [cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
              for data in re.findall(r'base64,([^"]+)"', page)]
    assert len(images) == 8 + 7 + 2         # of cats, of dogs, of the one group of copies
    assert all(image.shape == (72, 96, 3) for image in images)
    for words in ('cat<td>13', 'dog<td>7', '2 images, the same pixels', 'has no class',
                  '&lt;b&gt;&amp; note.txt', '1 different sizes', 'width, pixels'):
        assert words in page, words
    assert '<b>' not in page


def test_a_page_of_a_set_elsewhere(tmp_path):
    for c in 'ab':
        for i in range(6):
            write(tmp_path / f'set/{c}/{i}.png', i + 100 * (c == 'b'))
    report = make_list(tmp_path / 'set', tmp_path / 'out/set/k_fold')
    page = write_report(report).read_text(encoding='utf-8')
    assert page.count('<img') == 12 and 'None found' in page and 'Nothing' in page


def test_nothing_that_is_left_out_is_a_formula(project):
    harmful = ["=cmd;' !A0.jpg", '+A1.jpg', '-A1.jpg', '@SUM(A1).jpg']
    for name in [*harmful, 'x=1.jpg']:
        (project / 'data/pets' / name).write_bytes(b'')
    assert command(project, 'data/pets').returncode == 0
    paths = list(pd.read_csv(project / 'data_list/pets/left_out.csv').path)
    assert sorted(paths) == sorted(f'data/pets/{name}' for name in [*harmful, 'x=1.jpg'])
