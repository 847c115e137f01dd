"""The drawn datasets: the same bytes on each run, complete, and never over another's images."""
from pathlib import Path

import cv2
import numpy as np
import pytest

from drawing.cats_dogs import cat_dog
from drawing.insects import ants_bees
from drawing.plants import plant_seedlings
from drawing.render import SETS, main, render
from drawing.source import flowering_herbaceous, source_task

KAGGLE = {'Black-grass', 'Charlock', 'Cleavers', 'Common Chickweed', 'Common wheat', 'Fat Hen',
          'Loose Silky-bent', 'Maize', 'Scentless Mayweed', 'Shepherds Purse',
          'Small-flowered Cranesbill', 'Sugar beet'}
PER_CLASS = {'cat_dog': 5, 'plant_seedlings': 2, 'flowering_herbaceous': 2, 'ants_bees': 2}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in Path(folder).rglob('*') if path.is_file()}


@pytest.fixture(scope='module')
def drawn(tmp_path_factory):
    """A folder of each dataset, with PER_CLASS images of each class, drawn by two processes."""
    folders = {}
    for name, images in SETS.items():
        folders[name] = tmp_path_factory.mktemp(name) / 'new' / 'folder'
        count = PER_CLASS[name] * len(images.counts)
        assert render(images, folders[name], PER_CLASS[name], seed=3, workers=2) == (count, count)
    return folders


def command(folder, name='cat_dog', per_class=5, seed=3):
    return main([name, '--out', str(folder), '--per-class', str(per_class), '--seed', str(seed)])


def test_what_the_sets_hold():
    counts = SETS['plant_seedlings'].counts
    assert set(SETS) == {'cat_dog', 'plant_seedlings', 'flowering_herbaceous', 'ants_bees'}
    assert SETS['cat_dog'].counts == {'cat': 300, 'dog': 300}
    assert set(counts) == set(plant_seedlings.SPECIES) == KAGGLE
    assert sum(counts.values()) == 570
    assert min(counts.values()) < 30 < 75 < max(counts.values())
    assert SETS['flowering_herbaceous'].counts == {'bellflower': 150, 'marigold': 150}
    assert SETS['ants_bees'].counts == {'ants': 120, 'bees': 120}


def test_the_flowers_are_classes_of_the_source_task_and_nothing_else_is():
    assert set(flowering_herbaceous.SPECIES.values()) <= set(source_task.CLASSES)
    source = {name.split('/')[1].lower() for name in source_task.CLASSES}
    others = {*KAGGLE, 'ant', 'ants', 'bee', 'bees', 'cat', 'cats', 'dog', 'dogs'}
    assert not source & {name.lower() for name in others}


def test_a_flower_is_painted_by_the_code_of_the_pre_training(monkeypatch):
    def painted(*_):
        raise InterruptedError
    monkeypatch.setitem(source_task.PAINTERS, 'plant/marigold', painted)
    with pytest.raises(InterruptedError):
        flowering_herbaceous.draw('marigold', np.random.default_rng(0))


@pytest.mark.parametrize('name, pattern', [
    ('cat_dog', '{label}.{k}.jpg'), ('plant_seedlings', '{label}/{k}.jpg'),
    ('flowering_herbaceous', '{label}/{k}.jpg'), ('ants_bees', '{label}/{k}.jpg')])
def test_names_sizes_and_colour(drawn, name, pattern):
    files = {pattern.format(label=label, k=k) for label in SETS[name].counts
             for k in range(PER_CLASS[name])}
    assert set(contents(drawn[name])) == files
    least = 150 if name == 'plant_seedlings' else 180
    shapes = set()
    for file in files:
        image = cv2.imread(str(drawn[name] / file), cv2.IMREAD_UNCHANGED)
        assert image.dtype == np.uint8 and image.shape[2] == 3
        assert least <= min(image.shape[:2]) and max(image.shape[:2]) <= 500
        assert image.std() > 8
        shapes.add(image.shape)
    assert len(shapes) > len(files) / 2


@pytest.mark.parametrize('name', SETS)
def test_same_bytes_in_one_process_and_for_fewer_images(drawn, tmp_path, name):
    render(SETS[name], tmp_path, 1, seed=3, workers=1)
    before, again = contents(drawn[name]), contents(tmp_path)
    assert len(again) == len(SETS[name].counts)
    assert all(before[file] == data for file, data in again.items())


def test_another_seed_draws_other_images():
    one, other = (cat_dog.draw('cat', np.random.default_rng(seed)) for seed in (1, 2))
    assert one.shape != other.shape or (one != other).any()


@pytest.mark.parametrize('painter, error', [
    (cat_dog, ValueError), (ants_bees, KeyError), (flowering_herbaceous, KeyError),
    (plant_seedlings, KeyError)])
def test_an_unknown_class_is_refused(painter, error):
    with pytest.raises(error):
        painter.draw('wolf', np.random.default_rng(0))


def test_what_is_there_is_not_drawn_again(drawn, capsys):
    folder = drawn['cat_dog']
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert command(folder) == 0
    assert capsys.readouterr().out == f'All 10 images are already in {folder}\n'
    assert before == {path: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_an_interrupted_run_is_completed(drawn, tmp_path, capsys):
    wanted = contents(drawn['cat_dog'])
    for name in ('cat.0.jpg', 'dog.3.jpg'):
        (tmp_path / name).write_bytes(wanted[name])
    (tmp_path / 'cat.1.jpg').write_bytes(wanted['cat.1.jpg'][:2000])
    (tmp_path / '.cat.2.jpg.part').write_bytes(b'half')
    assert command(tmp_path) == 0
    assert 'Drew 8 of 10 images' in capsys.readouterr().out
    assert contents(tmp_path) == wanted


def test_images_of_another_seed_or_person_are_not_overwritten(drawn, tmp_path, capsys):
    before = contents(drawn['ants_bees'])
    assert command(drawn['ants_bees'], 'ants_bees', 2, seed=4) == 1
    assert 'not drawn with this seed: move it' in capsys.readouterr().err
    assert contents(drawn['ants_bees']) == before
    (tmp_path / 'cat.1.jpg').write_bytes(b'a photograph')
    (tmp_path / 'notes.txt').write_text('mine')
    assert command(tmp_path, per_class=2) == 1
    assert 'cat.1.jpg' in capsys.readouterr().err
    assert contents(tmp_path) == {'cat.1.jpg': b'a photograph', 'notes.txt': b'mine'}


@pytest.mark.parametrize('wrong', [{'per_class': 0}, {'seed': -1}])
def test_bad_numbers_are_refused(tmp_path, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        render(SETS['cat_dog'], tmp_path, **{'per_class': 1, **wrong})
    assert not contents(tmp_path)
