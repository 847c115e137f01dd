"""The notebook, run top to bottom as a student would, with small parameters, on several datasets.

Each run has a folder of its own with data_list/ in it.
"""
import re

import cv2
import nbformat
import numpy as np
import pandas as pd
import papermill
import pytest
from conftest import REAL, ROOT, needs_real

from course.compat import tf
from course.config import CONFIG, checked_config
from course.lists.make import make_list
from course.notebooks import cell_with_tag, run_notebook
from drawing.render import SETS, render

NOTEBOOK = ROOT / 'tf_transfer_learning.ipynb'
SMALL = {'img_size': 48, 'batch_size': 8, 'nb_epoch': 2, 'checkpoint': '', 'data_root': None,
         'learning_rate': 2e-4}


@pytest.fixture
def student(tmp_path, monkeypatch):
    """Runs the notebook in an empty folder: student(images, **parameters) -> (notebook, csv)."""
    monkeypatch.delenv('MPLBACKEND')                # the kernel draws into the notebook

    def run(images, **parameters):
        name = images.name
        make_list(images, tmp_path / 'data_list' / name / 'k_fold')
        return run_again(name, **parameters)

    def run_again(name, **parameters):
        out = tmp_path / 'out.ipynb'
        parameters = {**SMALL, 'dataset': name, **parameters}
        run_notebook(str(NOTEBOOK), str(out), parameters, str(tmp_path))
        fold = parameters.get('fold', 0)
        return (nbformat.read(out, 4), pd.read_csv(tmp_path / f'model/{name}_fold{fold}/test.csv'))

    run.again, run.folder = run_again, tmp_path
    return run


def printed(notebook):
    return ''.join(output.text for cell in notebook.cells for output in cell.get('outputs', [])
                   if output.output_type == 'stream')


def count_images(notebook):
    return sum('image/png' in output.get('data', {}) for cell in notebook.cells
               for output in cell.get('outputs', []))


def listed_for_test(folder, name):
    """How many images the test lists of fold 0 name."""
    return sum(len(pd.read_csv(path))
               for path in (folder / f'data_list/{name}/k_fold').glob('test_*_0.csv'))


def check_ran_top_to_bottom(notebook):
    """Every code cell, in order, without an error and without a complaint."""
    code = [cell for cell in notebook.cells if cell.cell_type == 'code']
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert 'error' not in [output.output_type for output in outputs]
    assert not [output.text for output in outputs if output.get('name') == 'stderr']


def check(notebook, tested, n_tested):
    """What holds for every run: all cells, all images, no complaint, and the figures agree."""
    check_ran_top_to_bottom(notebook)
    assert count_images(notebook) >= 7              # one more where two trainings are compared
    assert len(tested) == tested.files.nunique() == n_tested
    right = (tested.y_true == tested.y_pred).mean()
    assert f'Accuracy on {n_tested} test images: {right:.1%}' in printed(notebook)


def moving_statistics(checkpoint):
    stored = tf.train.load_checkpoint(str(checkpoint))
    return {name: stored.get_tensor(name) for name in stored.get_variable_to_shape_map()
            if name.startswith('resnet_v2_50/') and 'moving' in name}


@pytest.mark.slow
def test_the_rendered_images_from_the_shipped_checkpoint(student):
    render(SETS['cat_dog'], student.folder / 'cat_dog', 30)
    notebook, tested = student(student.folder / 'cat_dog', img_size=96, nb_epoch=2,
                               batch_statistics=False,     # but always by the batch from scratch
                               checkpoint=str(ROOT / 'tf_ckpt/resnet_v2_50_drawn.ckpt'))
    check(notebook, tested, listed_for_test(student.folder, 'cat_dog'))
    text = printed(notebook)
    assert 'restored 270 of 270 variables' in text
    assert "fold 0, checkpoint '" in text and "/resnet_v2_50_drawn.ckpt'\n" in text
    assert (student.folder / 'model/cat_dog_fold0_scratch/weights.ckpt.index').is_file()
    assert count_images(notebook) >= 8                       # the comparison is there
    shipped, tuned, scratch = map(moving_statistics, (
        ROOT / 'tf_ckpt/resnet_v2_50_drawn.ckpt',
        student.folder / 'model/cat_dog_fold0/weights.ckpt',
        student.folder / 'model/cat_dog_fold0_scratch/weights.ckpt'))
    assert 'BatchNorm trains in inference mode.' in text
    for name, value in shipped.items():
        np.testing.assert_array_equal(tuned[name], value)
        assert not np.array_equal(scratch[name], np.ones_like(value) * name.endswith('variance'))


@pytest.mark.slow
def test_three_classes_of_another_name_in_another_fold(student):
    """Nothing names cats or dogs; and what can be learned in a moment is learned, from the
    images and, with more epochs in the time, from the cached outputs of frozen layers."""
    rng = np.random.default_rng(0)
    for c, name in enumerate(['blue ball', 'green_leaf', 'red']):
        folder = student.folder / 'colours' / name
        folder.mkdir(parents=True)
        for i in range(15):
            image = rng.integers(0, 60, (50, 60, 3), dtype=np.uint8)
            image[..., c] += 180                          # OpenCV's order: blue, green, red
            cv2.imwrite(str(folder / f'{i}.png'), image)
    notebook, tested = student(student.folder / 'colours', fold=3, nb_epoch=4, freeze='conv1')
    check(notebook, tested, 9)
    assert 'FROM SCRATCH' in printed(notebook)
    assert (student.folder / 'model/colours_fold3/weights.ckpt.index').is_file()
    assert set(tested.y_true) == {'blue ball', 'green_leaf', 'red'}
    assert (tested.y_true == tested.y_pred).mean() > 0.6       # chance is a third
    assert 'green_leaf' in printed(notebook)
    notebook, tested = student.again('colours', fold=3, nb_epoch=30, freeze='all', cache=2,
                                     learning_rate=1e-2)
    check(notebook, tested, 9)
    assert (tested.y_true == tested.y_pred).mean() > 0.6
    # 27 images to train on, twice, and 9 to validate
    assert 'outputs of CLASS_1/global_average_pool for 63 images' in printed(notebook)


@needs_real
@pytest.mark.slow
def test_photographs_with_imagenet_weights(student):
    notebook, tested = student(REAL / 'cat_dog/train', img_size=96, batch_size=16, nb_epoch=3,
                               scratch_too=False,
                               checkpoint=str(REAL / 'tf_ckpt/resnet_v2_50_partial.ckpt'))
    check(notebook, tested, listed_for_test(student.folder, 'train'))
    text = printed(notebook)
    assert 'restored 225 of 270 variables' in text and '45 left at their initial values' in text
    assert "/resnet_v2_50_partial.ckpt'\n" in text
    assert (tested.y_true == tested.y_pred).mean() > 0.7       # from scratch: a little over a half
    scaled, mean_subtracted = (float(re.search(scale + r': ([\d.]+)%', text).group(1))
                               for scale in (r'RGB in \[-1, 1\]', 'RGB minus mean'))
    assert scaled > mean_subtracted


@pytest.mark.slow
def test_a_missing_image_and_a_wrong_checkpoint_stop_where_they_are_met(student):
    render(SETS['cat_dog'], student.folder / 'cat_dog', 5)
    lists = student.folder / 'data_list/cat_dog/k_fold'
    make_list(student.folder / 'cat_dog', lists)
    (student.folder / 'cat_dog.ckpt').write_text('not a checkpoint')
    with pytest.raises(papermill.PapermillExecutionError, match='cat_dog.ckpt is not a TensorFlow'):
        student.again('cat_dog', checkpoint=str(student.folder / 'cat_dog.ckpt'))
    gone = pd.read_csv(lists / 'train_cat_0.csv').path[1]
    (student.folder / 'cat_dog' / gone.split('/')[-1]).unlink()
    with pytest.raises(papermill.PapermillExecutionError, match=f'{gone} is missing'):
        student.again('cat_dog')
    with pytest.raises(papermill.PapermillExecutionError,
                       match='data/no_such_set.*There are lists of: cat_dog'):
        student.again('no_such_set')


def test_the_config_cell_holds_what_is_checked_and_compared():
    """The names in course/config.py are those of the Config cell, and its values are allowed."""
    names = {}
    exec(cell_with_tag(nbformat.read(NOTEBOOK, 4), 'parameters').source, names)
    del names['__builtins__']
    assert set(names) == set(CONFIG)
    assert checked_config(dict(names)) == names


def test_what_a_student_reads_is_short():
    """No cell is longer than a screen, and the notebook with the four files has 1,000 lines."""
    cells = [len([line for line in cell.source.splitlines() if line.strip()])
             for cell in nbformat.read(NOTEBOOK, 4).cells if cell.cell_type == 'code']
    files = ('generator.py', 'callbacks.py', 'tf_model/resnet_v2.py', 'tf_model/restore.py')
    assert max(cells) <= 40
    assert sum(cells) + sum(len((ROOT / file).read_text().splitlines()) for file in files) <= 1000


def test_the_committed_notebook_reads_well():
    """As run top to bottom, no error, no warning, no dead progress bar, small."""
    notebook = nbformat.read(NOTEBOOK, 4)
    check_ran_top_to_bottom(notebook)
    text = NOTEBOOK.read_text(encoding='utf-8')
    assert 'widget-view' not in text and len(text) < 1_500_000
    assert count_images(notebook) >= 8
