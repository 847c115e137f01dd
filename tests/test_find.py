"""Which checkpoint a path means: every spelling that people use, and none that is not there."""
import shutil

import pytest
from test_restore import write_checkpoint

from course.checkpoints.find import checkpoint_path, shapes_in_checkpoint
from course.checkpoints.packed import pack
from course.compat import tf


@pytest.mark.parametrize('ending', ['', '.index', '.data-00000-of-00001', '.meta'])
def test_every_name_of_a_checkpoint(tmp_path, ending):
    write_checkpoint(tmp_path / 'x.ckpt')
    assert checkpoint_path(f'{tmp_path}/x.ckpt{ending}') == str(tmp_path / 'x.ckpt')


@pytest.mark.parametrize('name', ['x.npz', 'x.ckpt', 'x.ckpt.index', ''])
def test_every_name_of_a_packed_checkpoint(tmp_path, name):
    pack(write_checkpoint(tmp_path / 'made[1]' / 'x.ckpt'), tmp_path / 'x.npz')
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


@pytest.mark.parametrize('written', ['/home/somebody/run 3/x.ckpt', r'C:\runs\3\x.ckpt', 'x.ckpt'])
def test_a_folder_from_another_machine(tmp_path, written):
    """Its file `checkpoint` holds a path of that machine: the name counts."""
    write_checkpoint(tmp_path / 'x.ckpt')
    write_checkpoint(tmp_path / 'y.ckpt')
    state = tf.train.generate_checkpoint_state_proto(str(tmp_path), written)
    (tmp_path / 'checkpoint').write_text(str(state))
    assert checkpoint_path(tmp_path) == str(tmp_path / 'x.ckpt')
    assert checkpoint_path(tmp_path / 'checkpoint') == str(tmp_path / 'x.ckpt')


def test_a_folder_that_was_copied_is_the_copy(tmp_path):
    old, new = tmp_path / 'old', tmp_path / 'new [2]'
    write_checkpoint(old / 'x.ckpt')
    tf.train.update_checkpoint_state(str(old), str(old / 'x.ckpt'))
    shutil.copytree(old, new)
    (new / 'checkpoint').write_text(f'model_checkpoint_path: "{old / "x.ckpt"}"')
    assert checkpoint_path(new) == str(new / 'x.ckpt')
    for file in new.glob('x.ckpt*'):
        file.unlink()
    with pytest.raises(FileNotFoundError, match=r'new \[2\] holds no checkpoint. Its file '
                                                '`checkpoint` names x.ckpt, which is not there'):
        checkpoint_path(new)


@pytest.mark.parametrize('text', [b'', b'nonsense', b'\xff\xfe\x00'])
def test_a_file_named_checkpoint_that_says_nothing(tmp_path, text):
    write_checkpoint(tmp_path / 'x.ckpt')
    (tmp_path / 'checkpoint').write_bytes(text)
    assert checkpoint_path(tmp_path) == str(tmp_path / 'x.ckpt')


def test_no_checkpoint(tmp_path):
    with pytest.raises(FileNotFoundError, match='No checkpoint at .*nowhere.ckpt'):
        checkpoint_path(tmp_path / 'nowhere.ckpt')
    with pytest.raises(FileNotFoundError, match='holds no checkpoint.*in the Config cell'):
        checkpoint_path(tmp_path)
    (tmp_path / 'notes.txt').write_text('none here either')
    with pytest.raises(FileNotFoundError, match='holds no checkpoint.*in the Config cell'):
        checkpoint_path(tmp_path)
    write_checkpoint(tmp_path / 'below' / 'x.ckpt')
    with pytest.raises(FileNotFoundError, match='holds no checkpoint. There are some in .*below'):
        checkpoint_path(tmp_path)


@pytest.mark.parametrize('version', [tf.train.SaverDef.V1, tf.train.SaverDef.V2])
def test_what_a_checkpoint_holds(tmp_path, version):
    shapes = shapes_in_checkpoint(write_checkpoint(tmp_path / 'x.ckpt', version=version))
    assert len(shapes) == 6
    assert shapes['net/conv1/weights'] == [2, 3] and shapes['global_step'] == []
