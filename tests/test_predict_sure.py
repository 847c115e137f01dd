"""What predict.py says about how sure it is: temperature, shares, mirror images, unlike images."""
import json
import shutil

import numpy as np
import pytest
import tf_slim as slim
from small_model import make_model, test_images

from course.images import read_resized
from course.predicting import main
from course.prior import in_proportion
from course.sure.calibration import fit, with_temperature
from course.trained import Trained_model
from course.trained.ensemble import load
from course.trained.folder import FEATURES, IMAGES, PROBABILITIES
from course.trained.predictions import Predictor


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    """(folder, what its graph says of the test images, which are beside it as 0.png ...)"""
    return make_model(tmp_path_factory.mktemp('made') / 'm', lambda features, _: (
        slim.fully_connected(features, 3, activation_fn=None)))


@pytest.fixture
def folder(made, tmp_path):
    """A copy of the model, to be changed."""
    return shutil.copytree(made[0], tmp_path / 'm')


def change(folder, function):
    file = folder / 'model.json'
    description = json.loads(file.read_text())
    function(description)
    file.write_text(json.dumps(description))


def probabilities(model, made, **options):
    paths = [str(made[0].parent / f'{i}.png') for i in range(10)]
    with Predictor(model, **options) as predictor:
        found = list(predictor(paths))
    return np.array([prediction.probabilities for prediction in found]), found


def test_the_probabilities_are_calibrated_unless_you_say_otherwise(made, folder):
    change(folder, lambda d: d['calibration'].update(temperature=2.5))
    model, raw = Trained_model.load(folder), made[1]['prob']
    for options, expected in (
            ({}, with_temperature(raw, 2.5)),
            ({'temperature': 1}, raw),
            ({'shares': 'training'}, in_proportion(with_temperature(raw, 2.5), [4, 5, 6]))):
        np.testing.assert_allclose(probabilities(model, made, **options)[0], expected, atol=1e-4)


def test_flips_are_the_mean_with_the_mirror_image(made):
    model, x = Trained_model.load(made[0]), test_images()[0]
    with model.session() as sess:
        both = [sess.run(PROBABILITIES, {IMAGES: images}) for images in (x, x[:, :, ::-1])]
    found, _ = probabilities(model, made, flips=True, temperature=1)
    np.testing.assert_allclose(found, np.mean(both, axis=0), atol=1e-4)
    assert np.abs(both[0] - both[1]).max() > 1e-3           # the mirror images differ


def test_the_distance_is_that_of_the_features_of_the_training(made, folder):
    model = Trained_model.load(folder)
    with model.session() as sess:
        features = sess.run(FEATURES, {IMAGES: test_images()[0]})
    np.testing.assert_allclose(features, made[1]['features'], atol=1e-4)
    train = model.unlike.features.astype(np.float64)
    assert train.shape == (4 + 5 + 6, features.shape[1])
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    expected = (1 - unit @ train.T).min(axis=1) / model.unlike.threshold
    _, found = probabilities(model, made)
    np.testing.assert_allclose([p.distance for p in found], expected, rtol=0.05, atol=0.05)
    (folder / model.description['unlike']['file']).write_bytes(b'damaged')
    with pytest.raises(ValueError, match='float16 is damaged'):
        probabilities(Trained_model.load(folder), made)


@pytest.mark.parametrize('n_unlike', [0, 3])
def test_an_image_that_is_unlike_is_called_so(made, folder, tmp_path, capsys, n_unlike):
    distances = np.sort(Trained_model.load(folder).unlike.distances(made[1]['features']))
    assert distances[-3] > 1.1 * distances[-4]              # so that rounding does not decide
    threshold = 2.0 if n_unlike == 0 else distances[-4:-2].mean()
    change(folder, lambda d: d['unlike'].update(threshold=float(threshold)))
    assert main([str(made[0].parent / f'{i}.png') for i in range(10)] + [
        '--model', str(folder), '--page', str(tmp_path / 'a.html')]) == 0
    printed = capsys.readouterr().out
    assert printed.count('(unlike all training images: do not trust this)') == n_unlike
    assert (f'; {n_unlike} unlike all training images' in printed) == bool(n_unlike)
    page = (tmp_path / 'a.html').read_text()
    assert page.count('<strong>unlike all training images') == n_unlike


def test_a_folder_from_before_still_answers_and_says_so(made, folder, capsys):
    def as_before(description):
        for name in ('calibration', 'unlike', 'tested'):
            del description[name]
        del description['graph']['features']
    change(folder, as_before)
    assert main([str(made[0].parent / '0.png'), '--model', str(folder)]) == 0
    assert 'is older than the calibration of probabilities' in capsys.readouterr().out
    found, predictions = probabilities(Trained_model.load(folder), made)
    np.testing.assert_allclose(found, made[1]['prob'], atol=1e-4)
    assert predictions[0].distance is None and not predictions[0].is_unlike


def test_what_is_assumed_is_printed(made, folder, capsys):
    image = str(made[0].parent / '0.png')
    change(folder, lambda d: d['class_shares'].update(blue=40))
    for options, said in (
            ([], 'calibrated on the validation images, temperature'),
            ([], 'equally frequent, as in the answers that were tested (as frequent as among the'),
            (['--shares', 'training'], 'for classes as frequent as among the training images'),
            (['--temperature', '3'], 'with temperature 3, as you said')):
        main([image, '--model', str(folder), *options])
        assert said in capsys.readouterr().out
    with pytest.raises(SystemExit, match='--temperature is 0; it must be above 0'):
        main([image, '--model', str(folder), '--temperature', '0'])


def test_an_ensemble_answers_by_the_mean_of_its_networks(made, tmp_path):
    for name, temperature in (('a', 1), ('b', 4)):
        place = shutil.copytree(made[0], tmp_path / name)
        change(place, lambda d, t=temperature: d['calibration'].update(temperature=t))
    run = json.loads((made[0] / 'model.json').read_text())['run']
    (tmp_path / 'both').mkdir()
    (tmp_path / 'both/folds.json').write_text(json.dumps({'folds': [
        {'fold': k, 'folder': f'../{name}', 'run': run} for k, name in enumerate('ab')]}))
    found, _ = probabilities(load(tmp_path / 'both'), made)
    raw = made[1]['prob']
    np.testing.assert_allclose(found, (raw + with_temperature(raw, 4)) / 2, atol=1e-4)


def test_a_table_of_another_test_is_refused(folder):
    (folder / 'test.csv').write_text('files,y_true\n')
    model = Trained_model.load(folder)
    model.check_tested('test.csv')                          # it was not there when this was written
    change(folder, lambda d: d['tested'].update({'test.csv': 'other'}))
    with pytest.raises(FileNotFoundError, match='test.csv is of another test than model.json'):
        Trained_model.load(folder).check_tested('test.csv')
    assert len(model.tested()) == 10


def test_the_temperature_was_fitted_to_the_validation_images(made):
    model, y = Trained_model.load(made[0]), np.repeat([0, 1, 2], 2)
    x = np.array([read_resized(made[0].parent / f'val{c}{i}.bmp', 16)
                  for c in range(3) for i in range(2)])
    with model.session() as sess:
        prob = sess.run(PROBABILITIES, {IMAGES: x})
    expected = fit(y, prob, [4, 5, 6])
    assert expected.temperature != 1
    assert model.temperature == pytest.approx(expected.temperature, rel=1e-3)
    assert model.description['calibration']['n_val'] == 6
