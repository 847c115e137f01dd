"""Checks of the exercise flowering_herbaceous, one function a task."""
import numpy as np
from sklearn.neighbors import NearestCentroid

from exercises.checks.checking import chosen, expect, returned

TARGET = ['Bellflower', 'marigolds', 'ant', 'bee', 'Prickly Pear', 'cat', 'oak']
SOURCE = ['plant/bellflower', 'plant/marigold', 'plant/prickly_pear', 'plant/oak_leaf',
          'beast/elephant', 'small animal/caterpillar', 'small animal/beetle', 'thing/bell']


def class_means(nearest_mean):
    """nearest_mean(train_x, train_y, test_x) -> the class of each test row."""
    rng = np.random.default_rng(0)
    centres = np.array([[0., 0, 0], [4, 0, 1], [0, 4, 9]])
    train_y = np.array([2, 0, 0, 1, 2, 0, 1, 0, 0])
    train_x = centres[train_y] + rng.normal(0, 1, (9, 3))
    test_x = centres[rng.integers(0, 3, 30)] + rng.normal(0, 2, (30, 3))
    wanted = NearestCentroid().fit(train_x, train_y).predict(test_x)
    distances = np.linalg.norm(test_x[:, None] - train_x, axis=2)
    means = np.array([train_x[train_y == c].mean(0) for c in range(3)])
    farthest = np.linalg.norm(test_x[:, None] - means, axis=2).argmax(1)
    product = (test_x @ means.T).argmax(1)
    got = returned('the classes of 30 test rows', nearest_mean(train_x, train_y, test_x))
    expect('the classes of 30 test rows', np.asarray(got).tolist(), wanted.tolist(), [
               (farthest.tolist(), 'that is the farthest mean: argmin of the distances'),
               (train_y[distances.argmin(1)].tolist(), 'that is the nearest training image; take '
                                                       'the mean of each class first'),
               (distances.argmin(1).tolist(), 'that is the number of the nearest row, not a class'),
               (product.tolist(), 'the largest product is not the nearest mean: a long mean wins '
                                  'everywhere. Take the distance'),
               (lambda got: np.shape(got) != (30,),
                'one class for each test row: the distances are of shape (test rows, classes), '
                'argmin over axis=1')])


def few(choose):
    """choose(y, n, seed) -> (rows to learn from, rows to test on)."""
    y = np.repeat([0, 1, 2], (12, 20, 15))
    rows = returned('what choose gives', choose(y, 3, 0))
    learn, test = map(np.asarray, rows)
    expect('how many of each class are learned from', np.bincount(y[learn], minlength=3).tolist(),
           [3, 3, 3], [(lambda got: sum(got) == 3, 'n of each class, not n in all'),
                       (lambda got: sum(got) == 9, 'n of each class: choose class by class')])
    expect('rows that are in both', len(np.intersect1d(learn, test)), 0, [
        (lambda got: True, 'leaked: an image that was learned from is its own mean, or next to '
                           'it. Test on the others: np.setdiff1d')])
    expect('every row is in one of the two', len(np.union1d(learn, test)), len(y), [
        (lambda got: True, 'test on all that are left')])
    again, other = choose(y, 3, 0)[0], choose(y, 3, 1)[0]
    expect('the same seed chooses the same rows', sorted(again), sorted(learn.tolist()), [
        (lambda got: True, 'use np.random.default_rng(seed) inside the function')])
    expect('another seed chooses others', sorted(other) != sorted(learn.tolist()), True, [
        (False, 'with one image of each class, everything depends on which one: draw it by '
                'chance, and look at the mean over many seeds')])


def baseline(mean_colours):
    """mean_colours(images) -> (N, 3)."""
    images = np.random.default_rng(0).integers(0, 256, (4, 6, 5, 3)).astype(np.uint8)
    got = np.asarray(returned('the mean colours', mean_colours(images)))
    wanted = images.mean((1, 2))
    expect('the shape for 4 images', got.shape, (4, 3), [
        ((4,), 'three numbers for each image: the mean over height and width only, axis=(1, 2)'),
        ((3,), 'the mean over the images says nothing about one of them: axis=(1, 2)'),
        ((6, 5, 3), 'axis 0 is the images; take the mean over height and width, axis=(1, 2)')])
    expect('the mean colour of the first', np.round(got[0], 3).tolist(),
           np.round(wanted[0], 3).tolist())


def shared_classes(in_both):
    """in_both(target, source) -> those of target that are in source."""
    wanted = ['Bellflower', 'marigolds', 'Prickly Pear']
    got = returned('the classes that are in both', in_both(TARGET, SOURCE))
    expect('the classes that are in both', list(got), wanted, [
        (lambda got: 'ant' in got or 'bee' in got or 'cat' in got,
         "'ant' is a part of 'plant' and of 'elephant', 'bee' of 'beetle', 'cat' of 'caterpillar': "
         "compare whole names, what stands behind the '/'"),
        ([], "the source's names begin with a family, 'plant/': name.split('/')[-1]"),
        (lambda got: 'Bellflower' not in got, 'capitals: compare name.lower()'),
        (lambda got: 'marigolds' not in got, "more than one: compare without an 's' at the end, "
                                             'on both sides'),
        (lambda got: 'Prickly Pear' not in got, "the source writes '_' where you have a space"),
        (lambda got: 'oak' in got, 'an oak is not an oak_leaf: compare whole names')])


def images_needed(needed):
    """needed(curve, level) -> the least number of images that reaches level, or None."""
    curve = {1: 0.55, 2: 0.61, 5: 0.74, 10: 0.73, 20: 0.82}
    for level, wanted in ((0.6, 2), (0.74, 5), (0.8, 20), (0.5, 1), (0.9, None)):
        expect(f'how many images reach {level:.0%}', needed(curve, level), wanted, [
            (lambda got, level=level: level == 0.74 and got == 20, 'reached is >=, not >'),
            (lambda got: got in curve.values(), 'the number of images is wanted, not the '
                                                'accuracy'),
            (lambda got, wanted=wanted: wanted is None, 'None where no number of images does'),
            (lambda got: True, 'the smallest number that reaches it')])


def why(answer):
    chosen('why', answer, 'c', [
        ('a', 'then the same images would stand in both lists. They do not, and they were drawn '
              'anew: the network has never seen one of them'),
        ('b', 'the mean colours were tried above: they stay near chance. So it is not that easy'),
        ('d', 'both datasets have two classes, as many images, and got the same features. Only '
              'for one of them are those features very good'),
        (lambda got: got not in ('a', 'b', 'c', 'd'), "one letter: 'a', 'b', 'c' or 'd'")])


def honest(answers):
    chosen('what may be said', sorted(answers), ['b', 'd'], [
        (lambda got: 'a' in got, 'a: marigolds were seen, with their labels, in the pre-training; '
                                 'look at what the same number of seedlings does'),
        (lambda got: 'c' in got, 'c: other images of the same classes: the features know the '
                                 'classes, not the images'),
        (lambda got: 'd' not in got, 'd: look at the curves of the seedlings. Without the '
                                     'pre-training, is it any better than chance?'),
        (lambda got: 'b' not in got, 'b: what makes the flowers doubtful? Is it so there?')])
