"""Killed at any change of the disk while a model is written, the folder holds one whole model."""
import os
import shutil

import numpy as np
import pytest
import tf_slim as slim
from small_model import make_model, test_images

from callbacks import Model_checkpoint
from course.trained import Trained_model, write
from course.trained.folder import IMAGES, PROBABILITIES


class Killed(BaseException):
    """Ends the program, as far as this process goes."""


def head(features, is_training):
    return slim.fully_connected(features, 3, activation_fn=None)


def other_head(features, is_training):
    return 2 * head(slim.fully_connected(features, 5), is_training)


def answers(place):
    with Trained_model.load(place).session() as sess:
        return sess.run(PROBABILITIES, {IMAGES: test_images()[0]})


def kill_at(monkeypatch, step):
    count = [0]

    def watched(function):
        def call(*arguments, **options):
            count[0] += 1
            if count[0] == step:
                raise Killed
            return function(*arguments, **options)
        return call

    for name in ('replace', 'fsync', 'unlink'):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    monkeypatch.setattr(write, 'model_card', watched(write.model_card))
    return count


@pytest.mark.slow
def test_a_second_training_in_the_folder_killed_while_it_is_written(tmp_path):
    """The first one, whose weights were renamed, until model.json is there; then the second."""
    first, expected = make_model(tmp_path / 'first' / 'm', head)
    for file in first.glob('weights.ckpt.*'):
        file.rename(first / file.name.replace('weights', 'weights_before'))

    def second(step):
        """(the folder, what the second training says) of a training killed before that step."""
        place = tmp_path / str(step) / 'm'
        with pytest.MonkeyPatch.context() as patch:
            original = write.write_model

            def into_the_folder(*arguments):
                shutil.copytree(first, place, dirs_exist_ok=True,
                                ignore=shutil.ignore_patterns('weights.ckpt*'))
                count = kill_at(patch, step)
                try:
                    original(*arguments)
                except Killed:
                    pass
                steps.append(count[0])
            patch.setattr('small_model.write_model', into_the_folder)
            return place, make_model(place, other_head)[1]['prob']

    steps = []
    place, of_second = second(0)
    n_steps, = steps
    assert n_steps >= 8
    np.testing.assert_allclose(answers(place), of_second, atol=1e-4)
    assert np.abs(of_second - expected['prob']).max() > 0.1
    kinds = []
    for step in range(1, n_steps + 1):
        place, _ = second(step)
        found = answers(place)
        kinds += [np.abs(found - truth).max() < 1e-4 for truth in (expected['prob'], of_second)]
    assert [sum(pair) for pair in zip(kinds[::2], kinds[1::2])] == [1] * n_steps
    assert kinds[0] and kinds[-1]


def test_no_room_is_said(tmp_path, monkeypatch, capsys):
    def full(path, data):
        raise OSError(28, 'No space left on device')

    monkeypatch.setattr(write, 'write_whole', full)
    place, _ = make_model(tmp_path / 'm', head)
    assert 'm is no model to be used again: OSError: [Errno 28] No space left' in (
        capsys.readouterr().out)
    with pytest.raises(FileNotFoundError, match='is not finished'):
        Trained_model.load(place)


def test_a_graph_that_cannot_predict_alone_is_named(tmp_path, capsys):
    """is_training has no value: it would be fed by the notebook."""
    place, _ = make_model(tmp_path / 'm', head, given={})
    assert ('m is no model to be used again: ValueError: to predict, the graph needs the '
            'placeholder is_training: add its value') in capsys.readouterr().out
    assert not (place / 'model.json').exists()


def test_weights_that_lie_there_from_another_training_are_not_taken(tmp_path, monkeypatch, capsys):
    """As where no save of this training succeeded: then it has no best epoch."""
    class Fails(Model_checkpoint):
        def on_epoch_end(self, *arguments):
            super().on_epoch_end(*arguments)
            self.epoch = None

    monkeypatch.setattr('small_model.Model_checkpoint', Fails)
    place, _ = make_model(tmp_path / 'm', head)
    assert 'ValueError: no weights of it were saved' in capsys.readouterr().out
    assert (place / 'weights.ckpt.index').exists() and not (place / 'model.json').exists()


def test_a_package_of_another_name_is_left_out(monkeypatch):
    monkeypatch.setattr(write, 'PACKAGES', ('numpy', 'opencv-python-of-another-name'))
    assert list(write.versions()) == ['python', 'numpy']
