"""plots against numbers counted by hand, read back from the figures."""
import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from matplotlib.colors import to_rgba
from scipy.ndimage import map_coordinates
from scipy.stats import binomtest
from sklearn import metrics

from course import plots
from course.compare import compare
from course.plots.images import over_image, to_uint8


def texts(ax):
    return [text.get_text() for text in ax.texts]


def images_and_titles(fig):
    return [(ax.images[0].get_array(), ax.get_title()) for ax in fig.axes if ax.images]


def test_to_uint8_by_hand():
    floats = np.array([-1, -0.5, 0.25, 1, -7, 7], np.float32).reshape(1, 1, 2, 3)
    # (x + 1) * 127.5 = 0, 63.75, 159.375, 255, and what is outside is clipped
    assert to_uint8(floats).ravel().tolist() == [0, 64, 159, 255, 0, 255]
    assert to_uint8(floats).dtype == np.uint8


def test_to_uint8_gives_all_256_values_back():
    pixels = np.arange(256, dtype=np.uint8).repeat(3).reshape(1, 16, 16, 3)
    assert to_uint8(pixels) is pixels
    np.testing.assert_array_equal(to_uint8(pixels / np.float32(127.5) - 1), pixels)


@pytest.mark.parametrize('wrong, message', [
    (np.zeros((4, 4, 3)), r'shape \(4, 4, 3\).*images\[:1\]'),
    (np.zeros((2, 4, 4, 1)), r'not \[N, H, W, 3\]'),
    (np.zeros((2, 4, 4, 3), int), 'int64; use float'),
])
def test_to_uint8_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        to_uint8(wrong)


def test_show_images_in_order():
    images = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3), dtype=np.uint8)
    fig = plots.show_images(images, list('abcde'), n_cols=3, suptitle='five')
    assert len(fig.axes) == 6 and fig.get_suptitle() == 'five'
    for (shown, title), image, letter in zip(images_and_titles(fig), images, 'abcde'):
        np.testing.assert_array_equal(shown, image)
        assert title == letter
    assert len(plots.show_images(images[:2]).axes) == 2
    assert not images_and_titles(plots.show_images(images[:0]))
    with pytest.raises(ValueError, match="{'images': 5, 'titles': 1}"):
        plots.show_images(images, ['one'])


def test_variables_by_scope_adds_up():
    with tf.Graph().as_default():
        fig = plots.variables_by_scope([tf.get_variable(*v) for v in (
            ('resnet_v2_50/conv1/weights', (7, 7, 3, 64)), ('resnet_v2_50/conv1/biases', (64,)),
            ('resnet_v2_50/block1/unit_1/w', [1, 1, 64, 256]), ('CLASS_1/weights', ()))])
    ax = fig.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ['conv1', 'block1', 'CLASS_1']
    assert [bar.get_width() for bar in ax.patches] == [9472 / 1e6, 16384 / 1e6, 1 / 1e6]
    assert texts(ax) == ['9,472 in 2 variables', '16,384 in 1 variables', '1 in 1 variables']


def history(n):
    losses = [3.0, 1.0, 2.0, 1.0, 4.0][:n]
    return {'train_loss': losses, 'val_loss': losses, 'lr': [2e-4, 2e-4, 2e-4, 1e-4, 1e-4][:n],
            'train_acc': [0.5, 0.6, 0.7, 0.8, 0.9][:n], 'val_acc': [0.5, 0.7, 0.6, 0.7, 0.6][:n]}


def test_training_curves_mark_the_best_epoch():
    loss, accuracy, rate = plots.training_curves(history(5)).axes
    train, val, best = loss.lines
    assert list(train.get_xdata()) == [1, 2, 3, 4, 5]
    assert list(val.get_ydata()) == [3, 1, 2, 1, 4]
    assert [*best.get_xdata(), *best.get_ydata()] == [2, 1]       # the first of two equal ones
    assert best.get_label() == 'lowest loss, epoch 2: 1.000'
    assert list(rate.lines[0].get_ydata()) == history(5)['lr']
    best = accuracy.lines[2]
    assert [*best.get_xdata(), *best.get_ydata()] == [2, 0.7]


@pytest.mark.parametrize('n', [0, 1, 2, 5])
def test_epochs_are_whole_numbers(n):
    for ax in plots.training_curves(history(n)).axes:
        low, high = ax.get_xlim()
        ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
        assert ticks == list(range(1, max(n, 1) + 1))


def test_training_curves_skip_losses_that_are_not_finite():
    losses = [np.nan, 2.0, 1.0, np.nan]
    fig = plots.training_curves({name: losses for name in ('train_loss', 'val_loss', 'train_acc',
                                                           'val_acc')})
    assert fig.axes[0].lines[2].get_label() == 'lowest loss, epoch 3: 1.000'


def test_training_curves_without_a_finite_loss_or_lr():
    broken = {**history(2), 'val_loss': [np.nan, np.nan]}
    del broken['lr']
    assert len(plots.training_curves(broken).axes[0].lines) == 2
    with pytest.raises(ValueError, match="'val_loss': 1"):
        plots.training_curves({**history(2), 'val_loss': [1.0]})


def test_confusion_matrix_counted_by_hand():
    # 3 cats, one taken for a dog; 5 dogs, all right; no eel
    fig = plots.confusion_matrix([0, 0, 0, 1, 1, 1, 1, 1], [0, 1, 0, 1, 1, 1, 1, 1],
                                 ['cat', 'dog', 'eel'])
    ax = fig.axes[0]
    assert texts(ax) == ['2\n67%', '1\n33%', '0', '0', '5\n100%', '0', '0', '0', '0']
    assert ax.get_title() == '7 of 8 right: 87.5%'
    assert (ax.get_xlabel(), ax.get_ylabel()) == ('predicted', 'true class')
    assert [label.get_text() for label in ax.get_yticklabels()] == ['cat', 'dog', 'eel']


def test_confusion_matrix_of_many_classes_has_no_texts():
    y = np.arange(30)
    assert not texts(plots.confusion_matrix(y, y, [str(i) for i in y]).axes[0])
    assert len(texts(plots.confusion_matrix(y % 12, y % 12, [str(i) for i in range(12)]).axes[0]))


def test_most_confused_counted_by_hand():
    # ape -> bee twice, bee -> ape once, cow -> bee once
    fig = plots.most_confused([0, 0, 0, 1, 1, 2], [1, 1, 0, 0, 1, 1], ['ape', 'bee', 'cow'])
    ax = fig.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ['ape, bee', 'bee, cow']
    assert [[bar.get_width() for bar in bars] for bars in ax.containers] == [[2, 0], [1, 1]]
    fig = plots.most_confused([0, 1], [0, 1], ['ape', 'bee'])
    assert texts(fig.axes[0]) == ['No class is taken for another']
    y_true, y_pred = np.arange(30), np.roll(np.arange(30), 1)
    fig = plots.most_confused(y_true, y_pred, [str(i) for i in range(30)])
    assert len(fig.axes[0].get_yticklabels()) == 10


def test_roc_curve_compared_with_scikit_learn():
    rng = np.random.default_rng(0)
    y_true, score = np.repeat([0, 1], [30, 20]), rng.random(50).round(1)
    fig = plots.roc_curve(y_true, np.stack([1 - score, score], 1), ['cat', 'dog'])
    ax = fig.axes[0]
    assert ax.get_title() == f'ROC, area {metrics.roc_auc_score(y_true, score):.3f}'
    counts = metrics.confusion_matrix(y_true, score > 0.5)
    dot = ax.lines[2].get_xydata()[0]
    assert dot.tolist() == [counts[0, 1] / counts[0].sum(), counts[1, 1] / counts[1].sum()]
    assert dot.tolist() in ax.lines[1].get_xydata().tolist()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ('cat taken for dog', 'dog found')
    fig = plots.roc_curve(1 - y_true, np.stack([1 - score, score], 1), ['cat', 'dog'])
    [ax] = fig.axes                             # the rarer class is the first
    assert (ax.get_xlabel(), ax.get_ylabel()) == ('dog taken for cat', 'cat found')
    area = metrics.roc_auc_score(y_true == 1, 1 - score)
    assert ax.get_title() == f'ROC, area {area:.3f}'
    with pytest.raises(ValueError, match=r'both with images.*\[1\]'):
        plots.roc_curve([1, 1], [[0.5, 0.5]] * 2, ['cat', 'dog'])


@pytest.mark.parametrize('y_true, y_pred, message', [
    ([], [], 'at least one'), ([0, 2], [0, 1], r'from 0 to 1.*\[0, 1, 2\]'),
    ([0], [0, 1], "{'y_true': 1, 'y_pred': 2}")])
def test_confusion_matrix_refuses(y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        plots.confusion_matrix(y_true, y_pred, ['cat', 'dog'])


@pytest.mark.parametrize('seed', range(20))
def test_most_confident_mistakes_by_brute_force(seed):
    rng = np.random.default_rng(seed)
    prob, y_true = rng.dirichlet(np.ones(3), 40).round(1), rng.integers(0, 3, 40)
    wrong = [i for i in range(40) if max(range(3), key=lambda k: prob[i, k]) != y_true[i]]
    expected = sorted(wrong, key=lambda i: (-max(prob[i]), i))
    for n in (0, 5, 100):
        assert plots.most_confident_mistakes(y_true, prob, n).tolist() == expected[:n]


def test_mistakes_says_what_was_said_and_what_is():
    images = np.arange(4, dtype=np.uint8).repeat(12).reshape(4, 2, 2, 3)
    prob = np.array([[0.4, 0.6], [0.9, 0.1], [0.02, 0.98], [0.7, 0.3]])
    y_true = np.array([0, 0, 0, 1])
    worst = plots.most_confident_mistakes(y_true, prob, 8)
    fig = plots.mistakes(images[worst], y_true[worst], prob[worst], ['cat', 'dog'])
    assert [(int(image[0, 0, 0]), title) for image, title in images_and_titles(fig)] == [
        (2, 'dog 0.98\nis cat'), (3, 'cat 0.70\nis dog'), (0, 'dog 0.60\nis cat')]
    assert plots.answers([0, 0], prob[:2], ['cat', 'dog']) == ['dog 0.60\nis cat', 'cat 0.90']
    assert plots.answers([0, 1], prob[:2], ['cat', 'dog'], [0, 0]) == [
        'cat 0.40', 'cat 0.90\nis dog']
    fig = plots.mistakes(np.array([]), y_true[[]], prob[[]], ['cat', 'dog'])
    assert texts(fig.axes[0]) == ['There are no mistakes to show']
    with pytest.raises(ValueError, match="'prob': 4"):
        plots.mistakes(images[:2], y_true[:2], prob, ['cat', 'dog'])


def test_side_by_side_shows_trainings_and_all_that_was_tested():
    y_true = np.arange(100) % 2
    right = {'a': 90, 'no network': 55, 'b': 64}
    compared = compare(y_true, {name: np.where(np.arange(100) < n, y_true, 1 - y_true)
                                for name, n in right.items()}, 'a')
    fig = plots.side_by_side({'a': [0.5, 0.9], 'b': [0.5, 0.6]}, compared, 100)
    axes = fig.axes
    assert [list(line.get_ydata()) for line in axes[0].get_lines()] == [[0.5, 0.9], [0.5, 0.6]]
    assert [t.get_text() for t in axes[0].get_legend().get_texts()] == ['a', 'b']
    assert [bar.get_width() for bar in axes[1].patches] == [0.9, 0.55, 0.64]
    assert [label.get_text() for label in axes[1].get_yticklabels()] == list(right)
    errors = [segment[1][0] - segment[0][0] for c in axes[1].collections
              for segment in c.get_segments()]
    known = [binomtest(n, 100).proportion_ci(method='wilson') for n in right.values()]
    assert errors == pytest.approx([interval.high - interval.low for interval in known])
    assert {' 90.0%', ' 55.0%', ' 64.0%'} <= set(texts(axes[1]))
    a, other, b = (bar.get_facecolor() for bar in axes[1].patches)
    assert a == to_rgba(axes[0].get_lines()[0].get_color()) != other != b
    with pytest.raises(ValueError, match=r"\['c'\] are not among"):
        plots.side_by_side({'c': [0.5]}, compared, 10)


def test_heat_maps_cover_the_image():
    images = np.zeros((3, 64, 96, 3), np.float32)
    maps = np.stack([np.eye(2, 3), 5 - np.eye(2, 3), np.full((2, 3), 2)])
    fig = plots.heat_maps(images, maps, ['a', 'b', 'flat'])
    assert [ax.get_title() for ax in fig.axes[:3]] == ['a', 'b', 'flat']
    heats = [ax.images[1].get_array() for ax in fig.axes[3:]]
    for heat, expected in zip(heats, (np.eye(2, 3), 1 - np.eye(2, 3), np.zeros((2, 3)))):
        assert heat.shape == (64, 96)
        np.testing.assert_allclose(heat[2::32, 2::32], expected, atol=1e-6)
    with pytest.raises(ValueError, match="'maps': 2"):
        plots.heat_maps(images, maps[:2], ['a', 'b', 'c'])


def test_over_image_against_scipy():
    heat = np.random.default_rng(0).normal(size=(4, 5))
    rows, columns = (np.mgrid[:100, :140] - 5) / 32
    expected = map_coordinates(heat, [rows, columns], order=1, mode='nearest')
    np.testing.assert_allclose(over_image(heat, 100, 140, 5), expected, atol=0.07)
    assert over_image(np.eye(4)[[1]].T, 128, 10, 15.5).argmax(axis=0)[0] in (47, 48)
