"""Tests of the drawn cats and dogs: the same on each run, and told apart by nothing but shape."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from drawing import render
from drawing.cats_dogs.cat_dog import draw
from drawing.render import SETS, main

PER_CLASS = 120
CATS_DOGS = SETS['cat_dog']


def contents(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


@pytest.fixture(scope='module')
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp('small') / 'new' / 'folder'
    assert render.render(CATS_DOGS, folder, 5, seed=3) == (10, 10)
    return folder


@pytest.fixture(scope='module')
def many(tmp_path_factory):
    """A larger set: images of 32 x 32 (N, 3072), plain statistics (N, ...) and labels."""
    folder = tmp_path_factory.mktemp('many')
    render.render(CATS_DOGS, folder, PER_CLASS, seed=0)
    thumbs, colours, shapes, labels = [], [], [], []
    for path in sorted(folder.glob('*.jpg')):
        image = cv2.imread(str(path))
        pixels = image.reshape(-1, 3) / 255
        thumbs.append(cv2.resize(image, (32, 32), interpolation=cv2.INTER_AREA).ravel() / 255)
        colours.append(np.concatenate([pixels.mean(0), pixels.std(0)]))
        shapes.append([*image.shape[:2], path.stat().st_size])
        labels.append(path.name.startswith('dog'))
    return tuple(np.array(column) for column in (thumbs, colours, shapes, labels))


def accuracy(features, labels, strength):
    """Five-fold cross-validated accuracy of logistic regression."""
    linear = pytest.importorskip('sklearn.linear_model')
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), linear.LogisticRegression(C=strength, max_iter=200))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_score(model, features, labels, cv=folds).mean()


def test_names_sizes_and_colour(small):
    names = {f'{animal}.{k}.jpg' for animal in ('cat', 'dog') for k in range(5)}
    assert set(contents(small)) == names
    shapes = set()
    for name in names:
        image = cv2.imread(str(small / name), cv2.IMREAD_UNCHANGED)
        assert image.dtype == np.uint8 and image.shape[2] == 3
        assert 180 <= min(image.shape[:2]) and max(image.shape[:2]) <= 500
        assert image.std() > 10
        shapes.add(image.shape)
    assert len(shapes) > 4


@pytest.mark.parametrize('workers', [1, 2])
def test_same_bytes_for_any_number_of_workers(small, tmp_path, workers):
    render.render(CATS_DOGS, tmp_path, 5, seed=3, workers=workers)
    assert contents(tmp_path) == contents(small)


def test_an_image_does_not_depend_on_how_many_are_drawn(small, tmp_path):
    render.render(CATS_DOGS, tmp_path, 1, seed=3, workers=1)
    for name, data in contents(tmp_path).items():
        assert data == contents(small)[name]


def test_another_seed_draws_other_images():
    one, other = (draw('cat', np.random.default_rng(seed)) for seed in (1, 2))
    assert one.shape != other.shape or (one != other).any()


def test_draw_gives_rgb_and_refuses_other_animals():
    image = draw('dog', np.random.default_rng(5))
    assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
    with pytest.raises(ValueError, match='cat or dog'):
        draw('horse', np.random.default_rng(5))


def test_second_call_does_no_work(small, monkeypatch, capsys):
    before = {path: path.stat().st_mtime_ns for path in small.iterdir()}
    monkeypatch.setattr(render, 'ProcessPoolExecutor', None)
    assert main(['cat_dog', '--out', str(small), '--per-class', '5', '--seed', '3']) == 0
    assert 'already' in capsys.readouterr().out
    assert before == {path: path.stat().st_mtime_ns for path in small.iterdir()}


def test_an_interrupted_run_is_completed(small, tmp_path, capsys):
    wanted = contents(small)
    for name in ('cat.0.jpg', 'dog.3.jpg'):
        (tmp_path / name).write_bytes(wanted[name])
    (tmp_path / 'cat.1.jpg').write_bytes(wanted['cat.1.jpg'][:2000])
    (tmp_path / '.cat.2.jpg.part').write_bytes(b'half')
    assert main(['cat_dog', '--out', str(tmp_path), '--per-class', '5', '--seed', '3']) == 0
    assert 'wrote 8 images' in capsys.readouterr().out
    assert contents(tmp_path) == wanted


def test_other_images_are_not_overwritten(small, tmp_path, capsys):
    (tmp_path / 'cat.1.jpg').write_bytes(b'a photograph')
    (tmp_path / 'notes.txt').write_text('mine')
    assert main(['cat_dog', '--out', str(tmp_path), '--per-class', '2']) == 1
    assert 'cat.1.jpg' in capsys.readouterr().err
    assert len(contents(tmp_path)) == 2
    with pytest.raises(FileExistsError):
        render.render(CATS_DOGS, small, 5, seed=4)


def test_bad_numbers_are_refused(tmp_path):
    with pytest.raises(ValueError, match='per_class'):
        render.render(CATS_DOGS, tmp_path, 0, seed=0)
    with pytest.raises(ValueError, match='seed'):
        render.render(CATS_DOGS, tmp_path, 1, seed=-1)


@pytest.mark.slow
@pytest.mark.parametrize('strength', [0.01, 1.0])
def test_colour_size_and_bytes_tell_nothing(many, strength):
    _, colours, shapes, labels = many
    for features in (colours[:, :3], colours, shapes[:, :2], shapes[:, 2:]):
        assert accuracy(features, labels, strength) < 0.64


@pytest.mark.slow
@pytest.mark.parametrize('strength', [1e-4, 1e-2])
def test_pixels_tell_little_to_a_linear_model(many, strength):
    thumbs, _, _, labels = many
    assert accuracy(thumbs, labels, strength) < 0.70
