"""Several workers end where one process ends. See many_workers.py."""
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from many_workers import STILL, distance, make_folder, only_linux, starter, trained
from notebook_kernel import THREE_LAYERS

from course.notebooks import place_of
from course.predicting import main as predict
from course.session import cpu_has_bfloat16

pytestmark = [only_linux, pytest.mark.slow]
__all__ = ['starter']
# one process, without anything of course.many; each image is augmented by its own seed
ROW_BY_ROW = """
def preprocess_data(df, num_class, aug=False, of_batch=preprocess_data):
    if not aug:
        return of_batch(df, num_class)
    parts = [of_batch(df.iloc[i:i + 1], num_class, aug) for i in range(len(df))]
    return ([np.concatenate([x for (x,), _, _ in parts])], np.concatenate([y for _, y, _ in parts]),
            list(df.path))
"""
ALONE = """
import sys
import nbformat
from course.notebooks import Cells
cells = Cells()
cells.notebook = nbformat.read(sys.argv[1], 4)
cells.run_until('measures')['model_dict']['keep_state'].discard()
"""
STILL_RESNET = """
usual = zoo.build
zoo.build = lambda name, images, is_training, *others: usual(name, images, False, *others)
"""
EPOCH = re.compile(r'^epoch \d.*', re.M)


@pytest.fixture(scope='module')
def alone(tmp_path_factory):
    """The folder in which the notebook was run by itself; BatchNorm by batch statistics."""
    folder = make_folder(tmp_path_factory.mktemp('alone') / 'a', THREE_LAYERS)
    notebook = nbformat.read(folder / 'small.ipynb', 4)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.tags != ['scale']]
    notebook.cells.insert(place_of(notebook, 'generators'), nbformat.v4.new_code_cell(ROW_BY_ROW))
    nbformat.write(notebook, folder / 'small.ipynb')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('COURSE_THREADS', '1')
        subprocess.run([sys.executable, '-c', ALONE, 'small.ipynb'], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope='module')
def folders(starter, tmp_path_factory):
    """{(number of workers, network): the folder in which they have trained}, and what worker 0 has
    printed."""
    made, printed = {}, {}
    for key in (1, STILL), (2, STILL), (1, THREE_LAYERS), (2, THREE_LAYERS):
        made[key] = make_folder(tmp_path_factory.mktemp('folder') / 'a', key[1])
        workers = starter.run(made[key], key[0])
        assert [worker.status for worker in workers] == [0] * key[0], workers[0].printed
        printed[key] = workers[0].printed
    return made, printed


def test_one_worker_ends_with_the_bits_of_one_process(alone, folders):
    (history, weights), (history_1, weights_1) = trained(alone), trained(
        folders[0][1, THREE_LAYERS])
    assert history == history_1
    assert all(np.array_equal(weights[name], weights_1[name]) for name in weights)
    assert weights.keys() == weights_1.keys()


def test_two_workers_end_there_but_for_rounding(folders):
    """A batch has 9 images and there are 15 for validation: the shares are unequal."""
    (history, weights), (history_2, weights_2) = (trained(folders[0][n, STILL]) for n in (1, 2))
    assert distance(weights, weights_2) < 1e-6
    for name, values in history.items():
        np.testing.assert_allclose(history_2[name], values, rtol=1e-5, err_msg=name)


def test_by_batch_statistics_they_end_elsewhere_not_far_away(folders):
    one, two = (trained(folders[0][n, THREE_LAYERS])[1] for n in (1, 2))
    assert 1e-4 < distance(one, two) < 0.3


def test_worker_0_prints_what_the_notebook_prints(folders):
    one, two = (EPOCH.findall(folders[1][n, STILL]) for n in (1, 2))
    assert one == two and len(one) == 3


def test_the_trained_model_answers(folders, monkeypatch, capsys):
    monkeypatch.chdir(folders[0][2, STILL])
    images = sorted((ROOT / folders[0][2, STILL].parent / 'colours').glob('*/1.png'))
    assert predict([*map(str, images), '--model', 'model/colours_fold0']) == 0
    assert capsys.readouterr().out.count('.png') == 3


@pytest.mark.skipif(not cpu_has_bfloat16(), reason='this processor does not multiply bfloat16')
def test_in_16_bits_they_take_much_the_same_way(starter, folders, tmp_path):
    folder = make_folder(tmp_path / 'a', mixed_precision=True, nb_epoch=1)
    workers = starter.run(folder, 2, '--wire', 'bfloat16')
    assert [worker.status for worker in workers] == [0, 0], workers[0].printed
    assert 'computing in bfloat16' in workers[0].printed
    first = trained(folder)[0]['val_loss'][0]
    assert first == pytest.approx(trained(folders[0][2, STILL])[0]['val_loss'][0], rel=0.1)


def test_the_large_network_by_two_workers_started_together(starter, tmp_path):
    """ResNet-v2-50 at 48 pixels; --local 2 compared with one worker."""
    config = dict(img_size=48, nb_epoch=1, learning_rate=1e-4, batch_size=15,
                  checkpoint=str(ROOT / 'tf_ckpt/resnet_v2_50_drawn.ckpt'))
    one, two = (make_folder(tmp_path / name, STILL_RESNET, **config) for name in ('one', 'two'))
    [worker] = starter.run(one, 1)
    assert worker.status == 0, worker.printed
    done = subprocess.run([sys.executable, ROOT / 'train_on_many.py', '--local', '2', '--notebook',
                           'small.ipynb', '--patience', '120'], cwd=two, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert distance(trained(one)[1], trained(two)[1]) < 1e-5
