"""Keep_state: what is kept, when, and what a training resumes from or refuses to."""
import os
import random
import types

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from callbacks import Model_checkpoint
from course.checkpoints import resume, saving
from course.checkpoints.resume import Keep_state


@pytest.fixture
def sess():
    """One variable, trained by one step of gradient descent that adds 1 to it."""
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        variable = tf.get_variable('v', [], initializer=tf.zeros_initializer())
        step = tf.train.get_or_create_global_step()
        graph.update = tf.train.GradientDescentOptimizer(1.0).minimize(-variable, step)
        sess.run(tf.global_variables_initializer())
        yield sess


class Part:
    """Something in a model_dict that has a state."""

    def __init__(self, value):
        self.value = value

    def get_state(self):
        return {'value': self.value}

    def set_state(self, state):
        self.value = state['value']


def keeper(tmp_path, value=0, settings=None, **options):
    model_dict = {'checkpoint': Model_checkpoint(str(tmp_path / 'model')), 'part': Part(value),
                  'settings': settings or {}}
    return Keep_state(str(tmp_path / 'last'), model_dict, **options)


def begun(state, sess):
    state.on_session_begin(sess)
    return state


def value_of(sess):
    return sess.run(tf.trainable_variables()[0])


def test_variables_states_and_random_generators_come_back(sess, tmp_path):
    sess.run(sess.graph.update)
    sess.run(tf.train.get_global_step().initializer)        # as if these were the first weights
    begun(keeper(tmp_path, value=[1.5]), sess).on_epoch_end(0.1, 3, sess)
    expected = random.random(), np.random.normal()
    sess.run(sess.graph.update)
    state = begun(keeper(tmp_path), sess)
    assert state.epoch == 3 and state.model_dict['part'].value == [1.5]
    assert (random.random(), np.random.normal()) == expected
    assert value_of(sess) == 1.0 and sess.run(tf.train.get_global_step()) == 0


def test_a_session_that_has_trained_is_refused_until_it_has_its_first_weights(sess, tmp_path):
    sess.run(sess.graph.update)
    with pytest.raises(RuntimeError, match='trained for 1 steps: load the ones to begin from'):
        begun(keeper(tmp_path), sess)
    sess.run(tf.global_variables_initializer())
    assert begun(keeper(tmp_path), sess).epoch == 0


@pytest.mark.parametrize('options, said', [
    ({'resume': False}, 'after epoch 1 is not resumed. It is kept in {folder}/last.1, until you'),
    ({'settings': {'rate': 2}}, 'after epoch 1 had other settings: rate was 1, is 2. It is kept')])
def test_what_is_not_resumed_is_kept_elsewhere(sess, tmp_path, options, said, capsys):
    begun(keeper(tmp_path, settings={'rate': 1}), sess).on_epoch_end(0.1, 1, sess)
    again = begun(keeper(tmp_path, **{'settings': {'rate': 1}, **options}), sess)
    assert again.epoch == 0 and said.format(folder=tmp_path) in capsys.readouterr().out
    assert (tmp_path / 'last.1/epoch_0001/weights.ckpt.index').is_file()


def test_another_graph_is_another_training(sess, tmp_path, capsys):
    """But what does not belong to the training may be added: a heat map, another saver."""
    begun(keeper(tmp_path), sess).on_epoch_end(0.1, 1, sess)
    tf.square(tf.trainable_variables()[0])
    assert begun(keeper(tmp_path), sess).epoch == 1
    tf.train.GradientDescentOptimizer(0.5).minimize(tf.trainable_variables()[0])
    assert begun(keeper(tmp_path), sess).epoch == 0
    assert 'had other settings: graph was' in capsys.readouterr().out


def test_states_are_kept_now_and_then_and_at_the_end(sess, tmp_path, monkeypatch):
    seconds = [1000.0]
    monkeypatch.setattr(resume, 'EVERY_SECONDS', 30)
    monkeypatch.setattr(resume.time, 'monotonic', lambda: seconds[0])
    state, kept = begun(keeper(tmp_path), sess), []
    for epoch in range(1, 9):
        state.on_epoch_end(0.1, epoch, sess)
        kept.append(state.last_epoch())
        seconds[0] += 12
    assert kept == [1, 1, 1, 4, 4, 4, 7, 7]             # after 0, 36 and 72 seconds
    state.on_session_end(sess)
    assert state.last_epoch() == 8


def test_a_complete_training_says_so_and_can_be_discarded(sess, tmp_path, capsys):
    state = begun(keeper(tmp_path), sess)
    state.on_epoch_end(0.1, 1, sess)
    state.discard()
    assert state.last_epoch() == 1                      # interrupted: it may still resume
    state.on_session_end(sess)
    again = begun(keeper(tmp_path), sess)
    assert 'This training came to its end after epoch 1, where it resumes' in (
        capsys.readouterr().out)
    again.on_session_end(sess)
    again.discard()
    assert os.listdir(tmp_path) == ['last.json']        # some hundred bytes: how it went


def test_the_state_of_another_training_is_not_discarded(sess, tmp_path):
    """A second notebook has set aside the state of the first, and trains under its name."""
    first = begun(keeper(tmp_path), sess)
    first.on_epoch_end(0.1, 1, sess)
    second = begun(keeper(tmp_path, settings={'rate': 2}), sess)
    second.on_epoch_end(0.1, 1, sess)
    first.on_session_end(sess)
    first.discard()
    assert second.last_epoch() == 1
    second.on_session_end(sess)
    second.discard()
    assert second.last_epoch() == 0


def test_other_weights_to_begin_from_are_another_training(sess, tmp_path, capsys):
    begun(keeper(tmp_path), sess).on_epoch_end(0.1, 1, sess)
    sess.run(tf.trainable_variables()[0].assign(3.0))
    assert begun(keeper(tmp_path), sess).epoch == 0
    assert 'had other settings: weights to begin from was' in capsys.readouterr().out


def test_what_would_fail_later_is_said_before_the_first_epoch(sess, tmp_path, monkeypatch, capsys):
    with pytest.raises(ValueError, match='is where this training saves its own weights'):
        begun(keeper(tmp_path, settings={'checkpoint': f'{tmp_path}/model.ckpt.index'}), sess)
    with sess.graph.as_default():
        lost = tf.get_variable('lost', [])
        saver = tf.train.Saver([v for v in tf.global_variables() if v is not lost])
    with pytest.raises(ValueError, match='1 variables would be trained but not saved, lost first'):
        keeper(tmp_path).on_session_begin(sess, saver)
    monkeypatch.setattr(saving.shutil, 'disk_usage', lambda _: types.SimpleNamespace(free=10))
    sess.run(lost.initializer)
    begun(keeper(tmp_path), sess)
    assert f'CAREFUL: {tmp_path} has 0 MB free' in capsys.readouterr().out


def test_a_refused_training_moves_nothing_aside_and_leaves_no_lock(sess, tmp_path):
    begun(keeper(tmp_path), sess).on_session_end(sess)
    begun(keeper(tmp_path), sess).on_epoch_end(0.1, 1, sess)
    (tmp_path / 'last.lock').unlink()
    sess.run(sess.graph.update)
    with pytest.raises(RuntimeError, match='rate was None, is 2. .*trained for 1 steps'):
        begun(keeper(tmp_path, settings={'rate': 2}), sess)
    assert os.listdir(tmp_path) == ['last']


def test_what_was_not_trained_is_not_tested(sess, tmp_path):
    """The best weights come back for the settings, and into the graph, that they belong to."""
    now = {'rate': 1}
    state = keeper(tmp_path, settings={'rate': 1})
    state.model_dict['settings_now'] = lambda: now
    saver = tf.train.Saver()
    with pytest.raises(RuntimeError, match='This training has not begun: run section 5 first'):
        state.restore_kept(sess, saver)
    begun(state, sess)
    state.model_dict['checkpoint'].on_epoch_end(0.5, 1, sess, saver)
    sess.run(sess.graph.update)
    state.restore_kept(sess, saver)
    assert value_of(sess) == 0.0
    now['rate'] = 2
    for use in (lambda: state.restore_kept(sess, saver), lambda: begun(state, sess)):
        with pytest.raises(RuntimeError, match='A cell above was edited: rate was 1, is 2. Run'):
            use()
    now['rate'] = 1
    tf.train.GradientDescentOptimizer(0.5).minimize(tf.trainable_variables()[0])
    with pytest.raises(RuntimeError, match='The graph is not that of this training any more'):
        state.restore_kept(sess, saver)


def test_variables_without_values_are_named(tmp_path):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.train.get_or_create_global_step()
        with pytest.raises(RuntimeError, match='run section 4 first'):
            begun(keeper(tmp_path), sess)


def test_how_a_training_ended_is_said_truly(sess, tmp_path, capsys):
    state = begun(keeper(tmp_path), sess)
    state.on_epoch_end(0.1, 1, sess)
    state.note('was stopped by a loss of nan')
    begun(keeper(tmp_path), sess)
    assert 'This training was stopped by a loss of nan after epoch 1' in capsys.readouterr().out


def test_a_folder_that_cannot_be_removed_is_named(sess, tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise PermissionError(13, 'Permission denied')

    state = begun(keeper(tmp_path), sess)
    state.on_epoch_end(0.1, 1, sess)
    state.on_session_end(sess)
    with monkeypatch.context() as patch:
        patch.setattr(os, 'rename', fail)
        state.discard()
    assert 'last could not be removed: Permission denied' in capsys.readouterr().out
    assert state.last_epoch() == 1


def test_two_kernels_in_one_folder_keep_whole_states(sess, tmp_path, monkeypatch):
    """The second saves while the first does: each epoch is of one of them."""
    variable = tf.trainable_variables()[0]
    first, second = (begun(keeper(tmp_path, value=n), sess) for n in (1, 2))
    save = tf.train.Saver.save

    def save_meanwhile(*arguments, **options):
        done = save(*arguments, **options)
        with monkeypatch.context() as patch:
            patch.setattr(tf.train.Saver, 'save', save)
            patch.setattr(os, 'getpid', lambda: -1)
            sess.run(variable.assign(2.0))
            second.on_epoch_end(0.1, 1, sess)
        return done

    sess.run(variable.assign(1.0))
    with monkeypatch.context() as patch:
        patch.setattr(tf.train.Saver, 'save', save_meanwhile)
        first.on_epoch_end(0.1, 1, sess)
    sess.run(variable.initializer)
    state = begun(keeper(tmp_path), sess)
    assert value_of(sess) == state.model_dict['part'].value == 1
