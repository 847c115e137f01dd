"""All folds: what is run, what is not run again, and the report, with a notebook made of paper."""
import json
import shutil

import numpy as np
import pandas as pd
import pytest
import tf_slim as slim
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix
from small_model import CLASSES, make_model

from course import folds, notebooks
from course.checkpoints.digest import digest
from course.sure.pooled import pooled
from course.sure.record import Record
from course.trained.ensemble import Ensemble, load

N = 12          # test images of a fold


def made_up(fold):
    """(paths, labels, probabilities) of a fold, made up."""
    rng = np.random.default_rng(fold)
    y = np.arange(N) % 3
    prob = np.eye(3)[y] * 1.5 + rng.random((N, 3))
    return [f'data/colours/{fold}_{i}.png' for i in range(N)], y, prob / prob.sum(1, keepdims=True)


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp('made') / 'm', lambda features, _: (
        slim.fully_connected(features, 3, activation_fn=None)))[0]


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """A course with lists of five folds, whose notebook writes a trained model at once.

    place.ran: the folds that it was run on; place.dies: one that kills it.
    """
    monkeypatch.chdir(tmp_path)
    lists = tmp_path / 'data_list/colours/k_fold'
    lists.mkdir(parents=True)
    for fold in range(5):
        for c, name in enumerate(CLASSES):
            for split in ('train', 'val', 'test'):
                (lists / f'{split}_{name}_{fold}.csv').write_text(f'path,label\n{split}{fold},{c}')

    class Place:
        path, ran, dies, of_fold = tmp_path, [], None, staticmethod(made_up)

    def run_notebook(source, target, parameters, cwd='.'):
        fold = parameters['fold']
        Place.ran.append(fold)
        if fold == Place.dies:
            raise KeyboardInterrupt
        write_fold(made, tmp_path / parameters['model_folder'], fold, Place.of_fold(fold))

    monkeypatch.setattr(notebooks, 'run_notebook', run_notebook)
    Place.ran.clear()
    return Place


def write_fold(made, model_folder, fold, test):
    folder = model_folder / f'colours_fold{fold}'
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made, folder)
    paths, y, prob = test
    table = pd.DataFrame({'path': paths, 'label': y})
    table[['class_0', 'class_1', 'class_2']] = prob
    table.to_csv(folder / 'probabilities.csv', index=False)
    description = json.loads((folder / 'model.json').read_text())
    description['tested'] = {
        'probabilities.csv': digest((folder / 'probabilities.csv').read_bytes(), length=64)}
    description['figures']['accuracy']['value'] = accuracy_score(y, prob.argmax(axis=1))
    description.update(run=f'run{fold}', n_test=N, date=f'2026-05-0{fold + 1} 10:00:00')
    description['calibration']['temperature'] = 1 + fold / 10
    (folder / 'model.json').write_text(json.dumps(description))


def command(*more):
    folds.main(['--dataset', 'colours', *more])


def test_every_image_is_tested_once_and_counted_as_scikit_learn_does(place, capsys):
    command()
    assert place.ran == [0, 1, 2, 3, 4]
    pool = pooled(Record({'dataset': 'colours'}).models)
    assert sorted(pool.paths) == sorted(sum((made_up(fold)[0] for fold in range(5)), []))
    y, answers = (np.concatenate(parts) for parts in zip(*(
        (y, prob.argmax(axis=1)) for _, y, prob in map(made_up, range(5)))))
    value = accuracy_score(y, answers)
    low, high = binomtest(int((y == answers).sum()), 60).proportion_ci(method='wilson')
    said = capsys.readouterr().out
    assert '5 of 5 folds are complete. 60 images, each tested once' in said
    assert f'Accuracy {value:.1%} (95 % confidence interval {low:.1%} to {high:.1%}' in said
    table = pd.read_csv('model/colours_folds/tested.csv')
    assert (confusion_matrix(table['class'], table.answer) == confusion_matrix(y, answers)).all()
    row, = pd.read_csv('model/runs.csv').to_dict('records')
    assert row['accuracy'] == pytest.approx(value, abs=1e-4) and row['folds'] == 5
    page = (place.path / 'model/colours_folds/report.html').read_text()
    assert page.count('<img') == 3 and 'alt="Confusion matrix: ' in page


def test_stopped_in_the_middle_it_reports_what_is_done_and_runs_the_rest(place, capsys):
    place.dies = 2
    with pytest.raises(KeyboardInterrupt):
        command()
    assert '2 of 5 folds' in (place.path / 'model/colours_folds/report.html').read_text()
    place.dies = None
    command()
    assert place.ran == [0, 1, 2, 2, 3, 4]
    command()
    assert place.ran == [0, 1, 2, 2, 3, 4]
    assert len(pd.read_csv('model/runs.csv')) == 1


def test_a_fold_that_is_damaged_or_was_trained_again_is_run_again(place, made):
    command()
    (place.path / 'model/colours_fold1/weights.ckpt.index').write_bytes(b'damaged')
    write_fold(made, place.path / 'model', 3, made_up(3))
    file = place.path / 'model/colours_fold3/model.json'
    file.write_text(file.read_text().replace('"run3"', '"another"'))
    place.ran.clear()
    command()
    assert place.ran == [1, 3]


def test_other_settings_and_other_lists_are_another_run(place, capsys):
    command()
    command('--learning_rate', '0.001', '--freeze', 'all', '--scratch_too', 'True')
    assert 'was trained with ' in capsys.readouterr().out
    with open('data_list/colours/k_fold/train_red_0.csv', 'a') as file:
        file.write('\nnew,2')
    command()
    assert place.ran == [0, 1, 2, 3, 4] * 3
    rows = pd.read_csv('model/runs.csv', keep_default_na=False)
    assert rows.learning_rate.tolist() == [0.0003, 0.001, 0.0003]
    assert rows.freeze.tolist() == ['None', 'all', 'None']


def test_what_cannot_be_is_said_before_anything_runs(place):
    with pytest.raises(SystemExit, match="nb_epoch is 'many'; it must be a whole number"):
        command('--nb_epoch', 'many')
    with pytest.raises(SystemExit, match='There are no lists data_list/other'):
        folds.main(['--dataset', 'other'])
    assert not place.ran


def test_a_test_set_that_all_folds_share_is_answered_by_their_mean(place, capsys):
    place.of_fold = staticmethod(lambda fold: (made_up(0)[0], *made_up(fold)[1:]))
    command()
    assert f'{N} images, each tested by all networks' in capsys.readouterr().out
    pool = pooled(Record({'dataset': 'colours'}).models)
    mean = np.mean([made_up(fold)[2] for fold in range(5)], axis=0)
    assert pool.paths.tolist() == made_up(0)[0]
    np.testing.assert_array_equal(pool.y_pred, mean.argmax(axis=1))


def test_the_folds_are_a_model_of_their_mean(place):
    """Each network calibrated by its own temperature; the members are where the folder says."""
    command()
    model = load('model/colours_folds')
    assert isinstance(model, Ensemble) and len(model.members) == 5
    assert [member.temperature for member in model.members] == [1, 1.1, 1.2, 1.3, 1.4]
    assert model.class_shares == [20, 25, 30]
    shutil.move('model', 'elsewhere')
    assert len(load('elsewhere/colours_folds').members) == 5
    file = place.path / 'elsewhere/colours_fold2/model.json'
    file.write_text(file.read_text().replace('"run2"', '"another"'))
    with pytest.raises(ValueError, match='colours_fold2 was trained again since'):
        load('elsewhere/colours_folds')
