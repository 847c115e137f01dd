"""Tests of the drawn datasets: the same on each run, complete, and not told apart by colour."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawing.image_files import render

from drawing.insects import ants_bees
from drawing.plants import plant_seedlings
from drawing.render import SETS, main
from drawing.source import flowering_herbaceous, source_task

KAGGLE = {'Black-grass', 'Charlock', 'Cleavers', 'Common Chickweed', 'Common wheat', 'Fat Hen',
          'Loose Silky-bent', 'Maize', 'Scentless Mayweed', 'Shepherds Purse',
          'Small-flowered Cranesbill', 'Sugar beet'}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in Path(folder).rglob('*') if path.is_file()}


@pytest.fixture(scope='module')
def drawn(tmp_path_factory):
    """A folder of each dataset, with two images of each class, drawn by two processes."""
    folders = {}
    for name, images in SETS.items():
        folders[name] = tmp_path_factory.mktemp(name)
        count = 2 * len(images.counts)
        assert render(images, folders[name], 2, seed=3, workers=2) == (count, count)
    return folders


def test_what_the_sets_hold():
    counts = SETS['plant_seedlings'].counts
    assert set(SETS) == {'cat_dog', 'plant_seedlings', 'flowering_herbaceous', 'ants_bees'}
    assert set(counts) == set(plant_seedlings.SPECIES) == KAGGLE
    assert sum(counts.values()) == 570
    assert min(counts.values()) < 30 < 75 < max(counts.values())
    assert SETS['flowering_herbaceous'].counts == {'bellflower': 150, 'marigold': 150}
    assert SETS['ants_bees'].counts == {'ants': 120, 'bees': 120}


def test_the_flowers_are_classes_of_the_source_task_and_nothing_else_is():
    assert set(flowering_herbaceous.SPECIES.values()) <= set(source_task.CLASSES)
    source = {name.split('/')[1].lower() for name in source_task.CLASSES}
    others = {*KAGGLE, 'ant', 'ants', 'bee', 'bees'}
    assert not source & {name.lower() for name in others}


def test_a_flower_is_painted_by_the_code_of_the_pre_training(monkeypatch):
    def painted(*_):
        raise InterruptedError
    monkeypatch.setitem(source_task.PAINTERS, 'plant/marigold', painted)
    with pytest.raises(InterruptedError):
        flowering_herbaceous.draw('marigold', np.random.default_rng(0))


@pytest.mark.parametrize('name', SETS)
def test_names_sizes_and_colour(drawn, name):
    files = {SETS[name].path((label, k)) for label in SETS[name].counts for k in range(2)}
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
    assert set(again) == {SETS[name].path((label, 0)) for label in SETS[name].counts}
    assert all(before[file] == data for file, data in again.items())


def test_the_command_completes_what_is_missing_and_draws_nothing_twice(drawn, tmp_path, capsys):
    wanted = contents(drawn['ants_bees'])
    (tmp_path / 'bees').mkdir()
    (tmp_path / 'bees' / '1.jpg').write_bytes(wanted['bees/1.jpg'][:3000])
    line = ['ants_bees', '--out', str(tmp_path), '--per-class', '2', '--seed', '3']
    assert main(line) == 0 and 'wrote 4 images' in capsys.readouterr().out
    assert contents(tmp_path) == wanted
    assert main(line) == 0 and 'all 4 images' in capsys.readouterr().out
    assert main([*line[:-1], '4']) == 1 and 'not drawn with this seed' in capsys.readouterr().err
    assert contents(tmp_path) == wanted


@pytest.mark.parametrize('module', [ants_bees, flowering_herbaceous, plant_seedlings])
def test_an_unknown_class_is_refused(module):
    with pytest.raises(KeyError):
        module.draw('wolf', np.random.default_rng(0))


def accuracy(features, labels):
    """Five-fold cross-validated accuracy of logistic regression, the better of two."""
    linear = pytest.importorskip('sklearn.linear_model')
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return max(cross_val_score(make_pipeline(StandardScaler(), linear.LogisticRegression(
        C=strength, max_iter=200)), features, labels, cv=folds).mean() for strength in (0.01, 1.0))


@pytest.mark.slow
@pytest.mark.parametrize('name, per_class, most', [
    ('ants_bees', 60, 0.66), ('flowering_herbaceous', 50, 0.8), ('plant_seedlings', 14, 0.42)])
def test_colour_and_size_do_not_tell_the_classes_apart(tmp_path, name, per_class, most):
    render(SETS[name], tmp_path, per_class, seed=0)
    colours, shapes, labels = [], [], []
    for path in sorted(tmp_path.rglob('*.jpg')):
        image = cv2.imread(str(path))
        pixels = image.reshape(-1, 3) / 255
        colours.append(np.concatenate([pixels.mean(0), pixels.std(0)]))
        shapes.append(image.shape[:2])
        labels.append(path.parent.name)
    assert accuracy(np.array(colours), labels) < most
    assert accuracy(np.array(shapes), labels) < 1.3 / len(set(labels)) + 0.05
