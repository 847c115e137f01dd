"""Doubtful labels: the search, marks that stay, and make_list, which obeys them."""
import numpy as np
import pandas as pd
import pytest
from pets import save
from sklearn.datasets import make_blobs
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from course.lists.doubtful import FILE, LEAVE_OUT, read_doubtful
from course.lists.make import make_list
from course.sure.doubtful import mark, n_wrong, self_confidence, write_doubtful
from course.sure.pooled import Pooled


def blobs(n_flipped, seed=0):
    """(labels, out-of-fold probabilities, which labels were flipped) of 600 points."""
    x, truth = make_blobs(600, centers=[[0, 0], [7, 0], [0, 7]], cluster_std=1.5, random_state=seed)
    flipped = np.random.default_rng(seed).choice(600, n_flipped, replace=False)
    y = truth.copy()
    y[flipped] = (y[flipped] + 1) % 3
    return y, cross_val_predict(LogisticRegression(), x, y, method='predict_proba'), flipped


def test_wrong_labels_are_found_first_and_counted():
    y, prob, flipped = blobs(30)
    first = np.argsort(self_confidence(y, prob))[:30]
    assert np.isin(first, flipped).mean() > 0.8
    assert n_wrong(y, prob) == pytest.approx(30, abs=10)


@pytest.mark.parametrize('n_flipped', [0, 10, 60])
def test_the_same_order_and_number_as_cleanlab(n_flipped):
    rank = pytest.importorskip('cleanlab.rank', reason='cleanlab is in requirements-dev.txt')
    from cleanlab.count import compute_confident_joint
    y, prob, _ = blobs(n_flipped, seed=3)
    np.testing.assert_allclose(self_confidence(y, prob),
                               rank.get_self_confidence_for_each_label(y, prob))
    joint = compute_confident_joint(y, prob, calibrate=True)
    assert n_wrong(y, prob) == pytest.approx(joint.sum() - joint.trace(), abs=1)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A student's folder: data/pets with 12 cats and 12 dogs, and its lists."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'data_list').mkdir()
    for i in range(12):
        save(tmp_path / f'data/pets/cat/{i}.png', i)
        save(tmp_path / f'data/pets/dog/{i}.png', 100 + i)
    make_list('data/pets')
    return tmp_path / 'data_list/pets'


def pool_of(sure):
    """sure: {path: probability of the label}; the others are sure of themselves."""
    paths = np.array([f'data/pets/{c}/{i}.png' for c in ('cat', 'dog') for i in range(12)])
    y = np.repeat([0, 1], 12)
    own = np.array([sure.get(path, 0.9) for path in paths])
    prob = np.where(np.arange(2) == y[:, None], own[:, None], 1 - own[:, None])
    return Pooled(['cat', 'dog'], paths, y, prob.argmax(axis=1), y * 0, prob, prob)


DOUBTFUL = {'data/pets/cat/3.png': 0.01, 'data/pets/dog/5.png': 0.02, 'data/pets/cat/7.png': 0.03}


def listed(place, name):
    return set(pd.concat([pd.read_csv(place / f'k_fold/test_{name}_{fold}.csv')
                          for fold in range(5)]).path)


def test_what_is_marked_is_obeyed_and_can_be_ignored(place):
    line = write_doubtful('pets', pool_of(DOUBTFUL))
    table = read_doubtful(place / FILE)
    assert table.path.tolist()[:3] == list(DOUBTFUL) and len(table) == 10
    assert 'Said so far: 0' in line and (place / 'doubtful.html').read_text().count('<img') == 10
    for path, what in zip(DOUBTFUL, ('dog', LEAVE_OUT, 'cat')):
        mark('pets', path, what)
    report = make_list('data/pets')
    assert listed(place, 'dog') == (
        {f'data/pets/dog/{i}.png' for i in range(12)} - {'data/pets/dog/5.png'}
        | {'data/pets/cat/3.png'})
    assert ('data/pets/dog/5.png', 'is to be left out, says doubtful.csv') in report.left_out
    assert any('1 images in another class, 1 left out, 1 right as they were' in note
               for note in report.notes)
    make_list('data/pets', as_labelled=True)
    assert 'data/pets/cat/3.png' in listed(place, 'cat')


def test_marks_stay_through_a_new_search_that_finds_other_images(place):
    write_doubtful('pets', pool_of(DOUBTFUL))
    mark('pets', 'data/pets/cat/3.png', 'dog')
    line = write_doubtful('pets', pool_of({f'data/pets/dog/{i}.png': 0.1 for i in range(12)}))
    table = read_doubtful(place / FILE).set_index('path')
    assert len(table) == 11 and table.should_be['data/pets/cat/3.png'] == 'dog'
    assert 'Said so far: 1' in line
    with pytest.raises(ValueError, match='cat/4.png is not in'):
        mark('pets', 'data/pets/cat/4.png', 'dog')


def test_as_a_spreadsheet_saves_it(place):
    write_doubtful('pets', pool_of(DOUBTFUL))
    mark('pets', 'data/pets/cat/3.png', 'dog')
    text = (place / FILE).read_text(encoding='utf-8-sig')
    (place / FILE).write_text('\ufeff' + text.replace(',', ';').replace('dog\n', ' dog \r\n', 1)
                              + ';;;;\r\n', encoding='utf-8')
    make_list('data/pets')
    assert 'data/pets/cat/3.png' in listed(place, 'dog')


@pytest.mark.parametrize('change, said', [
    (lambda t: t.replace(',\n', ',dgo\n', 1), "should_be is 'dgo' .*, which is no class. Write 'c"),
    (lambda t: t.replace('should_be', 'is'), 'path and should_be are needed'),
    (lambda t: t + 'data/pets/cat/3.png,,,,cat\ndata/pets/cat/3.png,,,,dog\n', 'says two things')])
def test_what_cannot_be_obeyed_is_refused_and_left_as_it_is(place, change, said):
    write_doubtful('pets', pool_of(DOUBTFUL))
    (place / FILE).write_text(change((place / FILE).read_text(encoding='utf-8-sig')))
    before = (place / FILE).read_bytes()
    with pytest.raises(ValueError, match=said):
        make_list('data/pets')
    if 'no class' not in said:
        assert 'not written: ' in write_doubtful('pets', pool_of(DOUBTFUL))
        assert (place / FILE).read_bytes() == before
