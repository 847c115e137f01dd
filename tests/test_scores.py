"""scores compared with scikit-learn; its intervals are in test_intervals.py."""
import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from course.scores import keep_table, scores


def predictions(seed, n, num_class, sharpness=1.5):
    """Labels, all classes among them, in unequal numbers, and probabilities, often right."""
    rng = np.random.default_rng(seed)
    y_true = np.concatenate([np.arange(num_class),
                             rng.choice(num_class, n - num_class,
                                        p=rng.dirichlet(np.ones(num_class)))])
    logits = rng.normal(size=(n, num_class))
    logits[np.arange(n), y_true] += sharpness
    prob = np.exp(logits)
    return y_true, prob / prob.sum(axis=1, keepdims=True)


@pytest.mark.parametrize('seed, num_class', [(0, 2), (1, 2), (2, 3), (3, 12), (4, 100)])
def test_values_compared_with_scikit_learn(seed, num_class):
    y_true, prob = predictions(seed, 400, num_class)
    y_pred, labels = prob.argmax(axis=1), range(num_class)
    expected = {'accuracy': metrics.accuracy_score(y_true, y_pred),
                'balanced accuracy': metrics.balanced_accuracy_score(y_true, y_pred),
                'macro F1': metrics.f1_score(y_true, y_pred, average='macro'),
                'log loss': metrics.log_loss(y_true, prob, labels=labels)}
    if num_class == 2:
        expected['ROC AUC'] = metrics.roc_auc_score(y_true, prob[:, 1])
    for k in {12: [3], 100: [5]}.get(num_class, []):
        expected[f'top-{k} accuracy'] = metrics.top_k_accuracy_score(y_true, prob, k=k,
                                                                     labels=labels)
    table = scores(y_true, prob)
    assert set(table.index) == set(expected)
    for name, value in expected.items():
        assert table.value[name] == pytest.approx(value, abs=1e-9), name
        assert table.low[name] < value < table.high[name], name


def test_one_mistake_of_153():
    """Wilson's interval of 152 of 153, by its formula."""
    y_true, prob = np.zeros(153, int), np.tile([0.9, 0.1], (153, 1))
    prob[0] = 0.2, 0.8
    p, z2 = 152 / 153, 1.959964 ** 2
    middle = (p + z2 / 306) / (1 + z2 / 153)
    half = 1.959964 / (1 + z2 / 153) * np.sqrt(p * (1 - p) / 153 + z2 / (4 * 153 ** 2))
    row = scores(y_true, prob).loc['accuracy']
    assert [row.value, row.low, row.high] == pytest.approx([p, middle - half, middle + half])


def test_three_images_without_a_mistake_prove_little():
    table = scores([0, 1, 1], [[0.9, 0.1], [0.1, 0.9], [0.1, 0.9]])
    assert table.value['accuracy'] == table.value['macro F1'] == table.value['ROC AUC'] == 1
    assert table.low['accuracy'] == pytest.approx(3 / (3 + 1.959964 ** 2))      # Wilson's, n of n
    assert table.low['ROC AUC'] == pytest.approx(1 / (1 + 1.959964 ** 2))       # of one pair
    assert np.isnan(table.loc['log loss', ['low', 'high']].astype(float)).all()


def test_the_rare_class_counts():
    """1 : 50, and the network always says the frequent one."""
    y_true = np.array([0] * 100 + [1, 1])
    table = scores(y_true, np.tile([0.6, 0.4], (102, 1)))
    assert table.value['accuracy'] == pytest.approx(100 / 102)
    assert table.value['balanced accuracy'] == 0.5
    assert table.value['macro F1'] == pytest.approx((2 * 100 / 202 + 0) / 2)
    assert table.value['ROC AUC'] == 0.5                        # all alike: ties count half


def test_the_answers_need_not_be_the_most_probable_classes():
    """Half of the answers are turned round: the table is of these, the losses are of prob."""
    y_true, prob = predictions(5, 200, 3)
    y_pred = np.where(np.arange(200) % 2, prob.argmax(axis=1), prob.argmin(axis=1))
    table, as_before = scores(y_true, prob, y_pred), scores(y_true, prob)
    assert table.value['accuracy'] == metrics.accuracy_score(y_true, y_pred)
    assert table.value['macro F1'] == pytest.approx(metrics.f1_score(y_true, y_pred,
                                                                     average='macro'))
    assert table.value['log loss'] == as_before.value['log loss']
    with pytest.raises(ValueError, match='200 labels and 199 answers'):
        scores(y_true, prob, y_pred[1:])


@pytest.mark.parametrize('y_true, prob, message', [
    ([], np.empty((0, 2)), 'at least one'), ([0, 1], [[0.5, 0.5]], '2 labels.*one row each'),
    ([2], [[0.5, 0.5]], r'labels \[2\] are not all columns.*0 to 1')])
def test_what_does_not_fit_is_refused(y_true, prob, message):
    with pytest.raises(ValueError, match=message):
        scores(y_true, prob)


def test_a_table_that_cannot_be_written_is_said_and_no_more(tmp_path, capsys):
    table = pd.DataFrame({'files': ['a.png'], 'y_true': ['cat']})
    keep_table(table, str(tmp_path / 'no_such_folder' / 'x.csv'))
    assert 'no_such_folder/x.csv could not be written' in capsys.readouterr().out
    keep_table(table, str(tmp_path / 'x.csv'))
    assert pd.read_csv(tmp_path / 'x.csv').equals(table) and capsys.readouterr().out == ''
