"""Model_checkpoint: which epoch is saved, remembered and restored."""
import json
import math
import os

import pytest
from checkpoint_model import GOOD_FILES, files

from callbacks import EarlyStopping, Model_checkpoint, ReduceLROnPlateau, Run_collected_functions
from course.checkpoints.saving import STATE, saved_state


def restarted(callback, make):
    """A new callback that resumes from the state of the given one, by way of JSON."""
    twin = make()
    twin.set_state(json.loads(json.dumps(callback.get_state())))
    return twin


def test_only_the_best_is_saved(model, checkpoint):
    saved = []
    assert (checkpoint.best, checkpoint.epoch) == (math.inf, None)
    losses = [3.0, 4.0, 2.0, math.nan, -math.inf, 2.0, 2.5, 1.999, math.inf, 5.0]
    for epoch, loss in enumerate(losses):
        model.epoch(checkpoint, loss, epoch)
        saved.append(model.restored(checkpoint.path))
        assert saved_state(checkpoint.path) == {
            'best': checkpoint.best, 'epoch': saved[-1], 'run': checkpoint.run}
        assert (checkpoint.best, checkpoint.epoch) == (losses[saved[-1]], saved[-1])
    assert saved == [0, 0, 2, 2, 2, 2, 2, 7, 7, 7]
    assert files(checkpoint) == GOOD_FILES


def test_every_epoch_is_saved(model, checkpoint):
    checkpoint.save_best_only = False
    saved = []
    for epoch, loss in enumerate([3.0, 4.0, 2.0, math.nan, 2.0, 2.5]):
        model.epoch(checkpoint, loss, epoch)
        saved.append(model.restored(checkpoint.path))
    assert saved == [0, 1, 2, 2, 4, 5]
    assert (checkpoint.best, checkpoint.epoch) == (2.0, 5)
    assert saved_state(checkpoint.path) == {'best': 2.0, 'epoch': 5, 'run': checkpoint.run}


def test_of_the_last_epochs_the_one_on_disk_counts(model, checkpoint):
    """As after a kill between the save of epoch 2 and the state that would remember it."""
    checkpoint.save_best_only = False
    model.epoch(checkpoint, 0.5, 1)
    resumed = restarted(checkpoint, lambda: Model_checkpoint(
        checkpoint.path[:-len('.ckpt')], save_best_only=False))
    model.epoch(checkpoint, 0.9, 2)
    resumed.restore(model.sess, model.saver)
    assert model.value() == resumed.epoch == 2


def test_saver_keeps_no_list_and_deletes_nothing(model, checkpoint):
    """The saver deletes its oldest checkpoint after five; ours must not be among them."""
    for epoch in range(8):
        model.epoch(checkpoint, 10.0 - epoch, epoch)
        assert model.saver.last_checkpoints == []
        assert files(checkpoint) == GOOD_FILES
    assert model.restored(checkpoint.path) == 7


def test_name_without_folder(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checkpoint = Model_checkpoint('model')
    model.epoch(checkpoint, 1.0, 4)
    assert checkpoint.epoch == 4
    assert model.restored('./model.ckpt') == 4


@pytest.mark.parametrize('missing', ['sess', 'saver'])
@pytest.mark.parametrize('val_loss', [1.0, math.nan])
def test_session_and_saver_are_needed(model, checkpoint, missing, val_loss):
    arguments = {'sess': model.sess, 'saver': model.saver, missing: None}
    with pytest.raises(ValueError, match=r'run_on_epoch_end\(val_loss, nth_epoch, sess, saver\)'):
        checkpoint.on_epoch_end(val_loss, 0, **arguments)


def test_state_of_checkpoint(model, checkpoint):
    same_name = checkpoint.path[:-len('.ckpt')]
    fresh = restarted(checkpoint, lambda: Model_checkpoint(same_name))
    assert fresh.best == math.inf
    model.epoch(checkpoint, 1.0, 3)
    fresh.set_state(saved_state(checkpoint.path))
    for resumed in (fresh, restarted(checkpoint, lambda: Model_checkpoint(same_name))):
        assert (resumed.best, resumed.epoch) == (1.0, 3)
        model.epoch(resumed, 1.5, 5)
        assert model.restored(resumed.path) == 3


@pytest.mark.parametrize('redone, weights', [(0.6, 2), (0.5, 2), (0.4, 3)])
def test_a_better_checkpoint_than_the_state_remembers_stays(model, checkpoint, redone, weights):
    """Killed after epoch 2 was saved, resumed after epoch 1: epoch 2 comes again, may differ."""
    model.epoch(checkpoint, 1.0, 1)
    after_epoch_1 = checkpoint.get_state()
    model.epoch(checkpoint, 0.5, 2)
    resumed = restarted(checkpoint, lambda: Model_checkpoint(checkpoint.path[:-len('.ckpt')]))
    resumed.set_state(after_epoch_1)
    model.fill(3)
    resumed.on_epoch_end(redone, 2, model.sess, model.saver)
    assert resumed.best == min(redone, 0.5)
    assert model.restored(checkpoint.path) == weights


def test_restore_gives_the_best_epoch_of_this_training(model, checkpoint, capsys):
    model.epoch(checkpoint, 1.0, 1)
    model.epoch(checkpoint, 2.0, 2)
    checkpoint.restore(model.sess, model.saver)
    assert model.value() == 1
    assert 'weights of epoch 1, the lowest loss: 1.000\n' in capsys.readouterr().out


def test_the_weights_of_another_training_are_neither_used_nor_overwritten(
        model, checkpoint, capsys):
    """Two trainings of one name: two notebooks, or the same one with other settings."""
    model.epoch(checkpoint, 1.0, 1)
    checkpoint.on_session_end()
    later = Model_checkpoint(checkpoint.path.removesuffix('.ckpt'))
    model.fill(9)
    later.restore(model.sess, model.saver)                          # it has saved none yet
    assert model.value() == 9 and 'weights stay those that the' in capsys.readouterr().out
    later.set_state(later.get_state())                              # also when it is resumed
    model.epoch(later, 5.0, 3)                                      # worse than the former's best
    before = checkpoint.path.replace('.ckpt', '_before.ckpt')
    assert f'the weights of the training before are kept as {before}' in capsys.readouterr().out
    assert model.restored(before) == 1 and saved_state(before)['best'] == 1.0
    later.restore(model.sess, model.saver)
    assert model.value() == 3
    with pytest.raises(RuntimeError, match='is not from this training any more: another notebook'):
        checkpoint.restore(model.sess, model.saver)


def test_of_a_training_that_died_nothing_is_left_over(model, checkpoint):
    """Before its first state was kept: the next one begins from the start, under its name."""
    model.epoch(checkpoint, 1.0, 1)
    model.epoch(Model_checkpoint(checkpoint.path.removesuffix('.ckpt')), 5.0, 1)
    assert files(checkpoint) == GOOD_FILES


def test_a_checkpoint_from_elsewhere_is_not_overwritten(model, checkpoint):
    """Weights that somebody put there by hand, without a state."""
    model.epoch(checkpoint, 1.0, 1)
    os.remove(checkpoint.path + STATE)
    model.epoch(Model_checkpoint(checkpoint.path.removesuffix('.ckpt')), 5.0, 3)
    assert model.restored(checkpoint.path.replace('.ckpt', '_before.ckpt')) == 1


def test_run_all_callbacks_of_an_epoch(model, checkpoint):
    early_stopping = EarlyStopping(min_delta=1e-4, patience=1)
    reduce_lr = ReduceLROnPlateau(lr=1.7e-4, factor=0.5, patience=1)
    collected = Run_collected_functions({
        'on_session_begin': [], 'on_session_end': [], 'on_epoch_begin': [],
        'on_epoch_end': [early_stopping, reduce_lr, checkpoint],
        'on_batch_begin': [], 'on_batch_end': []})
    for epoch, loss in enumerate([1.0, 2.0]):
        collected.run_on_epoch_end(loss, epoch, model.sess, model.saver)
    assert early_stopping.stop
    assert reduce_lr.lr == pytest.approx(0.85e-4)
    assert checkpoint.epoch == 0


def test_a_save_is_announced(model, checkpoint, capsys):
    for epoch, loss in enumerate([1.0, 2.0, 0.5]):
        model.epoch(checkpoint, loss, epoch)
    assert capsys.readouterr().out == 2 * '  saved: the lowest validation loss so far\n'
