"""A model as a file for others: it resizes as the course does, and is written only if it answers
as the one it was made of, asked in a process of its own."""
import json
import re
import subprocess
import sys

import cv2
import numpy as np
import pandas as pd
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from small_model import CLASSES, N_TEST, SIZE, make_model, test_images

from course.export import check, formats
from course.export.__main__ import export, n_jpegs
from course.export.resizing import squared
from course.images import read_image, read_resized, resized
from course.trained import Trained_model

SHAPES = [(32, 32), (75, 125), (160, 120), (24, 53), (250, 375), (16, 16), (47, 49), (48, 80)]


def photograph(height, width, seed=0):
    """Coarse and fine structure."""
    rng = np.random.default_rng(seed)
    coarse = cv2.resize(rng.integers(0, 256, (9, 11, 3), dtype=np.uint8), (width, height),
                        interpolation=cv2.INTER_CUBIC)
    return np.clip(coarse + rng.normal(0, 12, coarse.shape), 0, 255).astype(np.uint8)


def squared_by_graph(images, size, reduce):
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.uint8, (None, None, None, 3))
        square = squared(fed, size, reduce)
        return [sess.run(square, {fed: image[None]})[0] for image in images]


def test_the_graph_resizes_as_opencv_does_but_for_rounding():
    images = [photograph(*shape) for shape in SHAPES]
    for image, ours in zip(images, squared_by_graph(images, 32, reduce=False)):
        difference = np.abs(ours - resized(image, 32))
        assert difference.max() <= 1 and (difference > 0).mean() < 0.25, image.shape


@pytest.mark.parametrize('grey', [True, False])
def test_the_graph_reduces_as_a_jpeg_is_reduced_while_it_is_read(tmp_path, grey):
    for i, shape in enumerate(((75, 125), (131, 260), (300, 257))):
        image, path = photograph(*shape), str(tmp_path / f'{i}.jpg')
        cv2.imwrite(path, cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if grey else image)
        whole, known = read_image(path), read_resized(path, 32).astype(float)
        with_it, without = (np.abs(square - known) for reduce in (True, False)
                            for square in squared_by_graph([whole], 32, reduce))
        if grey:                        # of colours, a JPEG holds fewer pixels
            assert with_it.max() <= 2 and with_it.mean() < 0.5
        assert with_it.mean() < without.mean() / 2


@pytest.fixture(scope='module')
def model(tmp_path_factory):
    """A trained model with images of several sizes to test it on."""
    folder, _ = make_model(tmp_path_factory.mktemp('trained') / 'colours', lambda features, _: (
        slim.fully_connected(features, 3, activation_fn=None)))
    x, y = test_images()
    files = [folder.parent / f'{i}.png' for i in range(N_TEST)]
    for i, (path, image) in enumerate(zip(files, x)):
        larger = cv2.resize(image, (40 + 3 * i, 35 + 5 * i), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(path), larger[..., ::-1])
    pd.DataFrame({'files': files, 'y_true': [CLASSES[c] for c in y]}).to_csv(
        folder / 'test.csv', index=False)
    return folder


def run_readme(folder, image):
    """The probabilities that the code in README.md computes, in a process of its own."""
    code, = re.findall('```python\n(.*?)```', (folder / 'README.md').read_text('utf-8'), re.S)
    np.save(folder.parent / 'image.npy', image[None])
    text = subprocess.run(
        [sys.executable, '-c', "import numpy as np\nimages = np.load('../image.npy')\n" + code
         + '\nprint(probabilities.tolist())'], cwd=folder, check=True, capture_output=True,
        text=True).stdout
    return np.array(json.loads(text.splitlines()[-1]))


@pytest.mark.slow
@pytest.mark.parametrize('name', formats.FORMATS)
def test_the_exported_model_answers_alike_and_its_readme_says_how_to_run_it(
        model, name, capsys, monkeypatch):
    for package in formats.FORMATS[name].needs:
        pytest.importorskip(package, reason=f'{package} is in requirements-export.txt')
    paths = [str(model.parent / f'{i}.png') for i in range(N_TEST)]
    monkeypatch.setattr('course.export.__main__.training_images', lambda *_: (
        read_image(path)[None] for path in paths))
    folder = export(model, name, most_loss=100)
    assert 'the trained model, in float32' in capsys.readouterr().out
    facts = json.loads((folder / 'export.json').read_text('utf-8'))
    assert facts['class_names'] == CLASSES and facts['n_test'] == N_TEST
    if name != 'tflite_int8':
        assert facts['largest_difference_same_pixels'] < 1e-5
        assert facts['accuracy'] == facts['accuracy_original']
    image = photograph(61, 90)
    with Trained_model.load(model).session() as sess:
        known = sess.run('probabilities:0', {'images:0': resized(image, SIZE)[None]})
    np.testing.assert_allclose(run_readme(folder, image), known,
                               atol=0.1 if name == 'tflite_int8' else 0.01)
    assert not (model / f'{name}.part').exists()


@pytest.mark.slow
@pytest.mark.parametrize('wrong, why', [
    (lambda images, size, reduce: squared(images[..., ::-1], size, reduce), 'the same pixels'),
    (lambda images, size, reduce: tf.image.resize_nearest_neighbor(
        tf.cast(images, tf.float32)[:, :20, :20], (size, size)), 'it resizes images otherwise')])
def test_what_answers_otherwise_is_not_written(model, wrong, why, monkeypatch):
    before = model / 'savedmodel' / 'export.json'       # of an earlier export
    before.parent.mkdir(exist_ok=True)
    before.write_text('{}')
    monkeypatch.setattr(formats, 'squared', wrong)
    with pytest.raises(ValueError, match=f'Not written: .*{why}'):
        export(model, 'savedmodel')
    assert before.read_text() == '{}'
    assert not list(model.glob('*.part'))


def test_differences_counted_by_hand():
    original = check.Test_images(['a', 'b'], np.array([0, 1]),
                                 np.array([[0.75, 0.25], [0.5, 0.5]]))
    exported = check.Answers(np.array([[0.25, 0.75], [0.375, 0.625]]),
                             np.array([[0.75, 0.25], [0.5, 0.5]]))
    found = check.compare(original, exported)
    assert found == {'n_test': 2, 'accuracy_original': 0.5, 'accuracy': 0.5, 'other_answers': 2,
                     'mean_difference': 0.3125, 'largest_difference': 0.5,
                     'largest_difference_same_pixels': 0.0}
    assert 'same files' in check.refusal(found, int8=False)
    assert check.refusal(found, int8=True) is None
    worse = {**found, 'accuracy': 0.475}
    assert 'loses 2.5 points' in check.refusal(worse, int8=True)
    assert check.refusal(worse, int8=True, most_loss=3) is None
    nan = {**found, 'largest_difference_same_pixels': np.nan}
    assert 'same pixels' in check.refusal(nan, int8=False)


def test_a_library_that_is_missing_is_named(model, monkeypatch):
    monkeypatch.setitem(formats.FORMATS, 'onnx',
                        formats.FORMATS['onnx']._replace(needs=('no_such_package',)))
    with pytest.raises(ValueError, match='ONNX needs no_such_package: .*requirements-export.txt'):
        export(model, 'onnx')


def test_without_its_test_images_nothing_is_written(model, tmp_path):
    table = pd.read_csv(model / 'test.csv')
    copy = tmp_path / 'colours'
    copy.mkdir()
    for file in model.glob('*.*'):
        (copy / file.name).write_bytes(file.read_bytes())
    table.assign(files=[*table.files[:-1], tmp_path / 'gone.png']).to_csv(copy / 'test.csv')
    with pytest.raises(FileNotFoundError, match='1 of 10 test images .*gone.png is missing'):
        export(copy, 'savedmodel')
    (copy / 'test.csv').unlink()
    with pytest.raises(FileNotFoundError, match='test.csv is missing'):
        export(copy, 'savedmodel')
    assert not (copy / 'savedmodel').exists()


def test_jpegs_are_told_by_their_content(tmp_path):
    for name, suffix in ('a.png', '.jpg'), ('b.jpg', '.png'), ('c.jpg', '.jpg'):
        (tmp_path / name).write_bytes(cv2.imencode(suffix, photograph(20, 20))[1].tobytes())
    assert n_jpegs([str(path) for path in tmp_path.iterdir()]) == 2
