"""benchmarks/time_to_accuracy.py: what each engine starts from, and what it validates."""
import importlib.util
import subprocess
import sys

import cv2
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from benchmarks.engine_common import images
from benchmarks.race_common import WEIGHTS, Job
from benchmarks.time_to_accuracy import ENGINES, race
from course.checkpoints.packed import variables
from course.compat import tf
from tf_model.classifier import Classifier
from tf_model.restore import restore

PACKAGES = {'race_keras': 'keras', 'race_torch': 'torchvision', 'race_fastai': 'fastai'}
CHECKPOINT = ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.npz'
SIZE = 32


@pytest.fixture(scope='module')
def place(tmp_path_factory):
    """64 images for training; for validation the same image seven times, in `a` 5 times."""
    folder = tmp_path_factory.mktemp('race')
    rng, kept = np.random.default_rng(0), {}
    for split, counts in (('train', (32, 32)), ('val', (5, 2)), ('test', (1, 1))):
        for label, count in enumerate(counts):
            name, paths = 'ab'[label], []
            for k in range(count):
                grey = np.random.default_rng(1 if split == 'val' else rng).integers(
                    0, 120, (SIZE, SIZE, 3), np.uint8) + 120 * label * (split != 'val')
                paths.append(f'data/tiny/{name}/{split}{k}.png')
                for path in (folder / paths[-1], folder / split / name / f'{k}.png'):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    assert cv2.imwrite(str(path), grey)
            kept[f'{split}_{name}_0.csv'] = pd.DataFrame({'path': paths, 'label': label})
    lists = folder / 'data_list' / 'tiny' / 'k_fold'
    lists.mkdir(parents=True)
    for name, frame in kept.items():
        frame.to_csv(lists / name, index=False)
    (folder / 'tf_ckpt').symlink_to(ROOT / 'tf_ckpt')
    np.savez(folder / WEIGHTS, **variables(CHECKPOINT))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize('engine', ENGINES)
def test_an_engine_validates_every_image_once_after_each_epoch(engine, place, monkeypatch):
    """All seven are one image, so the network gives them one class: 5 or 2 of 7 are right."""
    module, options = ENGINES[engine]
    package = PACKAGES.get(module)
    if package and not importlib.util.find_spec(package):
        pytest.skip(f'{package} is not installed: benchmarks/requirements.txt')
    for name in ('TF_USE_LEGACY_KERAS', 'TF_ENABLE_ONEDNN_OPTS'):      # of this process's compat
        monkeypatch.delenv(name, raising=False)
    rows, note = race(module, Job('tiny', 0, SIZE, 1, **options, epochs=1), place, 40)
    assert note == ''
    assert [row['epoch'] for row in rows] == ([1, 2] if module in (
        'race_keras', 'race_fastai') else [1])                  # these two train the head first
    assert all(row['of'] == 7 and row['right'] in (2, 5) for row in rows)
    assert 0 < rows[0]['seconds'] <= rows[-1]['seconds']


@pytest.mark.slow
def test_a_run_that_fails_or_takes_too_long_says_so(place):
    rows, note = race('race_ours', Job('nowhere', 0, SIZE, 1), place, 9)
    assert rows == [] and note.startswith('ended with status 1: ') and 'nowhere' in note
    rows, note = race('race_ours', Job('tiny', 0, SIZE, 1), place, 0.001)
    assert rows == [] and note == 'stopped after 0.001 minutes'


@pytest.fixture(scope='module')
def ours():
    """The features of a batch of coloured squares."""
    with tf.Graph().as_default(), tf.Session() as sess:
        net = Classifier((64, 64, 3), 2, is_training=False)
        restore(sess, net.trunk, str(CHECKPOINT))
        return sess.run(net.pooled, {net.images: images(64)})


KERAS = """
import sys
import numpy as np
from benchmarks.race_keras import resnet

with np.load(sys.argv[1]) as values:
    trunk = resnet(64, values)
with np.load(sys.argv[2]) as given:
    np.savez(sys.argv[3], features=trunk.predict(given['x'] / 127.5 - 1).mean((1, 2)))
"""


@pytest.mark.slow
def test_keras_has_our_weights(ours, place, tmp_path):
    """The features are ours, but for BatchNorm's epsilon."""
    np.savez(tmp_path / 'given.npz', x=images(64).astype(np.float32))
    subprocess.run([sys.executable, '-c', KERAS, place / WEIGHTS, tmp_path / 'given.npz',
                    tmp_path / 'found.npz'], check=True, capture_output=True)
    with np.load(tmp_path / 'found.npz') as found:
        np.testing.assert_allclose(found['features'], ours, atol=2e-3 * ours.max())


def test_pytorch_has_our_weights(ours, place):
    torch = pytest.importorskip('torch')
    from benchmarks.resnet_v2_torch import ResNetV2, load_slim

    trunk = ResNetV2().eval()
    with np.load(place / WEIGHTS) as values:
        load_slim(trunk, None, values)
    with torch.no_grad():
        x = torch.from_numpy(images(64)).permute(0, 3, 1, 2).float() / 127.5 - 1
        np.testing.assert_allclose(trunk(x), ours, atol=1e-3 * ours.max())
