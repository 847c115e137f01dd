"""A training that has come to its end is not done a second time: when, and when it is after all."""
import json

import pytest
import tensorflow.compat.v1 as tf
import test_resume
from test_resume import Part, value_of

from callbacks import EarlyStopping, Model_checkpoint
from course.checkpoints.resume import Keep_state

sess = test_resume.sess         # a fixture
ALREADY = 'Trained already'


def training(folder, nb_epoch, sess, settings=None, patience=9, resume=True, val_loss=0.5):
    """Train for up to nb_epoch epochs, as the notebook does; each adds 1 to the variable.

    Returns (the epoch after which it began, the best weights, the value of a part).
    """
    sess.run(tf.global_variables_initializer())
    saver = tf.train.Saver(tf.trainable_variables())
    model_dict = {'checkpoint': Model_checkpoint(str(folder / 'weights')), 'part': Part(0),
                  'earlystop': EarlyStopping(patience), 'settings': settings or {}}
    state = Keep_state(str(folder / 'training'), model_dict, resume, nb_epoch)
    state.on_session_begin(sess, saver)
    first = state.epoch
    for epoch in range(first + 1, nb_epoch + 1):
        if model_dict['earlystop'].stop:
            break
        sess.run(sess.graph.update)
        model_dict['part'].value += 10
        for callback in (model_dict['earlystop'], model_dict['checkpoint'], state):
            callback.on_epoch_end(val_loss, epoch, sess, saver)
    model_dict['checkpoint'].on_session_end(sess, saver)
    state.on_session_end(sess, saver)
    state.restore_kept(sess, saver)
    best = value_of(sess)
    state.discard()
    return first, best, model_dict['part'].value


def test_it_is_offered_with_its_states_and_best_weights(sess, tmp_path, capsys):
    """The best epoch is the first, since the loss stays the same."""
    assert training(tmp_path, 3, sess) == (0, 1.0, 30)
    assert ALREADY not in capsys.readouterr().out
    for _ in range(2):
        assert training(tmp_path, 3, sess) == (3, 1.0, 30)
        assert f'{ALREADY}, 3 epochs. To train from the start instead: resume = False.' in (
            capsys.readouterr().out)
    assert not (tmp_path / 'training').exists() and not list(tmp_path.glob('*.lock'))


def test_its_accuracy_is_said_where_it_was_tested(sess, tmp_path, capsys):
    training(tmp_path, 1, sess)
    run = json.loads((tmp_path / 'weights.ckpt.state.json').read_text())['run']
    for tested, said in ((run, f'{ALREADY}: 95.9%, 1 epoch.'), ('other', f'{ALREADY}, 1 epoch.')):
        (tmp_path / 'model.json').write_text(json.dumps(
            {'run': tested, 'figures': {'accuracy': {'value': 0.959}}}))
        training(tmp_path, 1, sess)
        assert said in capsys.readouterr().out


@pytest.mark.parametrize('other', [{'nb_epoch': 4}, {'nb_epoch': 2}, {'settings': {'rate': 2}},
                                   {'resume': False}, {'patience': 8}], ids=str)
def test_another_one_begins_from_the_start(sess, tmp_path, other, capsys):
    training(tmp_path, 3, sess)
    first, best, _ = training(tmp_path, **{'nb_epoch': 3, 'sess': sess, **other})
    assert (first, best) == (0, 1.0)
    assert ('its last state was removed' in capsys.readouterr().out) == ('nb_epoch' in other)
    assert (tmp_path / 'weights_before.ckpt.index').is_file()


def test_stopped_early_it_is_complete_until_there_is_more_patience(sess, tmp_path):
    assert training(tmp_path, 9, sess, patience=2) == (0, 1.0, 30)      # epochs 2 and 3: no better
    assert training(tmp_path, 9, sess, patience=2)[0] == 3
    assert training(tmp_path, 5, sess, patience=2)[0] == 3
    assert training(tmp_path, 9, sess, patience=4) == (0, 1.0, 50)


@pytest.mark.parametrize('damage', ['weights', 'record', 'another training'])
def test_without_its_weights_or_its_record_it_is_trained_again(sess, tmp_path, damage):
    training(tmp_path, 3, sess)
    if damage == 'weights':
        for file in tmp_path.glob('weights.ckpt.*'):
            file.unlink()
    elif damage == 'record':
        text = (tmp_path / 'training.json').read_text()
        (tmp_path / 'training.json').write_text(text[:len(text) // 2])
    else:
        sess.run(tf.trainable_variables()[0].assign(5.0))
        saver = tf.train.Saver(tf.trainable_variables())
        Model_checkpoint(str(tmp_path / 'weights')).on_epoch_end(0.1, 1, sess, saver)
    assert training(tmp_path, 3, sess) == (0, 1.0, 30)


def test_an_unfinished_one_of_other_settings_is_kept(sess, tmp_path, capsys):
    """A is complete; B is killed before its first best weights; A again."""
    first = {'settings': {'rate': 1}}
    training(tmp_path, 3, sess, **first)
    other = {'checkpoint': Model_checkpoint(str(tmp_path / 'weights')), 'settings': {'rate': 2}}
    sess.run(tf.global_variables_initializer())
    state = Keep_state(str(tmp_path / 'training'), other, True, 3)
    state.on_session_begin(sess)
    state.on_epoch_end(0.1, 1, sess)
    assert training(tmp_path, 3, sess, **first) == (3, 1.0, 30)
    assert 'after epoch 1 had other settings: rate was 2, is 1. It is kept in' in (
        capsys.readouterr().out)
    assert (tmp_path / 'training.1/epoch_0001').is_dir()
