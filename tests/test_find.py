"""Which checkpoint a path means: every spelling that people use, and none that is not there."""
import pytest
from test_restore import write_checkpoint

from course.checkpoints.find import checkpoint_path, find_checkpoint, shapes_in_checkpoint
from course.checkpoints.packed import pack
from course.compat import tf


@pytest.mark.parametrize('ending', ['', '.index', '.data-00000-of-00001'])
def test_every_name_of_a_checkpoint(tmp_path, ending):
    write_checkpoint(tmp_path / 'x.ckpt')
    assert checkpoint_path(f'{tmp_path}/x.ckpt{ending}') == str(tmp_path / 'x.ckpt')


@pytest.mark.parametrize('name', ['x.npz', 'x.ckpt', 'x.ckpt.index', ''])
def test_every_name_of_a_packed_checkpoint(tmp_path, name):
    pack(write_checkpoint(tmp_path / 'made' / 'x.ckpt'), tmp_path / 'x.npz')
    assert checkpoint_path(tmp_path / name) == str(tmp_path / 'x.ckpt')
    assert [path.name for path in tmp_path.glob('x*')] == ['x.npz']     # finding writes nothing


def test_the_checkpoint_of_a_folder(tmp_path):
    write_checkpoint(tmp_path / 'x.ckpt')
    assert checkpoint_path(tmp_path) == str(tmp_path / 'x.ckpt')
    write_checkpoint(tmp_path / 'y.ckpt', version=tf.train.SaverDef.V1)
    with pytest.raises(ValueError, match='holds 2 checkpoints; name one: x.ckpt, y.ckpt'):
        checkpoint_path(tmp_path)
    tf.train.update_checkpoint_state(str(tmp_path), str(tmp_path / 'x.ckpt'))
    assert checkpoint_path(tmp_path) == str(tmp_path / 'x.ckpt')        # the latest


def test_no_checkpoint(tmp_path):
    with pytest.raises(FileNotFoundError, match='No checkpoint at .*nowhere.ckpt'):
        checkpoint_path(tmp_path / 'nowhere.ckpt')
    with pytest.raises(FileNotFoundError, match='holds no checkpoint'):
        checkpoint_path(tmp_path)


def test_where_none_is_expected(tmp_path):
    assert find_checkpoint('') is None
    assert find_checkpoint(tmp_path) is None
    with pytest.raises(FileNotFoundError):
        find_checkpoint(tmp_path / 'official.ckpt')         # it was named, so it is expected
    write_checkpoint(tmp_path / 'x.ckpt')
    assert find_checkpoint(tmp_path) == str(tmp_path / 'x.ckpt')


@pytest.mark.parametrize('version', [tf.train.SaverDef.V1, tf.train.SaverDef.V2])
def test_what_a_checkpoint_holds(tmp_path, version):
    shapes = shapes_in_checkpoint(write_checkpoint(tmp_path / 'x.ckpt', version=version))
    assert len(shapes) == 6
    assert shapes['net/conv1/weights'] == [2, 3] and shapes['global_step'] == []
