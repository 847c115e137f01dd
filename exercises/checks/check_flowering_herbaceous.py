"""Checks of the exercise flowering_herbaceous, one function for each task."""
import numpy as np
from sklearn.neighbors import NearestCentroid

from exercises.checks.checking import Wrong, check, chosen, expect, not_yet, numbers, returned

ONE_WORD = ['bellflower', 'marigold', 'tulip', 'lantern', 'truck']
TWO_WORDS = ['prickly pear', 'pine cone', 'fire engine']
# each holds a class of TRAPS, and is another one
SOURCE = ['plant/oak_leaf', 'beast/elephant', 'small animal/caterpillar', 'small animal/beetle',
          'thing/bell']
TRAPS = ['ant', 'bee', 'cat', 'oak']


@check
def class_means(nearest_mean):
    """nearest_mean(train_x, train_y, test_x) -> the class of each test row."""
    rng = numbers()
    centres = np.array([[0., 0, 0], [4, 0, 1], [0, 4, 9]])
    train_y = np.array([2, 0, 0, 1, 2, 0, 1, 0, 0])
    train_x = centres[train_y] + rng.normal(0, 3, (9, 3))
    test_x = centres[rng.integers(0, 3, 30)] + rng.normal(0, 2, (30, 3))
    wanted = NearestCentroid().fit(train_x, train_y).predict(test_x)
    distances = np.linalg.norm(test_x[:, None] - train_x, axis=2)
    means = np.array([train_x[train_y == c].mean(0) for c in range(3)])
    to_means = np.linalg.norm(test_x[:, None] - means, axis=2)
    farthest, product = to_means.argmax(1), (test_x @ means.T).argmax(1)
    by_absolute = np.abs(test_x[:, None] - means).sum(2).argmin(1)
    got = returned('the classes of 30 test rows', nearest_mean(train_x, train_y, test_x))
    expect('the classes of 30 test rows', np.asarray(got).tolist(), wanted.tolist(), [
               (farthest.tolist(), 'that is the farthest mean: use argmin of the distances'),
               (train_y[distances.argmin(1)].tolist(), 'that is the class of the nearest training '
                                                       'image; take the mean of each class first'),
               (distances.argmin(1).tolist(), 'that is the number of the nearest row, not a class'),
               (product.tolist(), 'the largest product is not the nearest mean: a long mean wins '
                                  'everywhere. Use the distance'),
               (by_absolute.tolist(), 'that is the sum of the absolute differences. The Euclidean '
                                      'distance: square, sum, root'),
               (lambda got: np.allclose(got, to_means.min(1)) or np.allclose(
                   got, to_means.min(1) ** 2),
                'these are the smallest distances: argmin, not min, says whose they are'),
               (lambda got: np.shape(got) != (30,),
                'return one class for each test row: the distances have the shape (test rows, '
                'classes), so argmin over axis=1')])


@check
def few(choose):
    """choose(y, n, seed) -> (rows to learn from, rows to test on)."""
    y = np.repeat([0, 1, 2], (12, 20, 15))
    seed, another = numbers().choice(1000, 2, replace=False).tolist()
    learn, test = (rows_of(part, name) for name, part in zip(('learn', 'test'), returned(
        'what choose returns', choose(y, 8, seed), 'learn', 'test')))
    expect('the number of images of each class to learn from',
           np.bincount(y[learn], minlength=3).tolist(), [8, 8, 8], [
               (lambda got: sum(got) == 8, 'choose n of each class, not n in all'),
               (lambda got: sum(got) == 24, 'choose n of each class, class by class'),
               (lambda got: 0 in got, 'all classes: np.unique(y)')])
    expect('the number of different rows to learn from', len(set(learn.tolist())), 24, [
        (lambda got: True, 'a row was chosen twice: rng.choice(rows, n, replace=False)')])
    expect('the number of rows that are in both', len(np.intersect1d(learn, test)), 0, [
        (lambda got: True, 'leaked: an image that you learned from is its class mean, or close to '
                           'it. Test on the others: np.setdiff1d')])
    expect('the number of rows that are in one of the two', len(np.union1d(learn, test)), len(y), [
        (lambda got: True, 'test on all that are left')])
    again, other = (rows_of(choose(y, 8, s)[0], 'learn') for s in (seed, another))
    learn, again, other = (sorted(rows.tolist()) for rows in (learn, again, other))
    expect('the same seed chooses the same rows', again, learn, [
        (lambda got: True, 'use np.random.default_rng(seed) inside the function')])
    expect('another seed chooses different rows', other != learn, True, [
        (False, 'with one image of each class, everything depends on which one: choose it at '
                'random, and average over many seeds')])


def rows_of(part, name):
    """One part of what choose returns, as an array. Raises Wrong if it holds no row numbers."""
    hint = None
    try:
        rows = np.asarray(part)
    except ValueError:                          # arrays of several lengths
        rows = np.array(part, object)
    if rows.dtype == bool:
        hint = 'return row numbers: np.flatnonzero(mask)'
    elif rows.ndim != 1 or rows.dtype == object:
        hint = 'one array of row numbers, not one for each class: np.concatenate'
    elif rows.dtype.kind not in 'iu':
        hint = 'return row numbers, int'
    if hint:
        not_yet(f'the rows in {name}', ('got', repr(part)[:200]), ('hint', hint))
    return rows


@check
def baseline(mean_colours):
    """mean_colours(images) -> (N, 3)."""
    images = numbers().integers(0, 256, (4, 6, 5, 3)).astype(np.uint8)
    got = np.asarray(returned('the mean colours', mean_colours(images)))
    wanted = images.mean((1, 2))
    expect('the shape for 4 images', got.shape, (4, 3), [
        ((4,), 'return three numbers for each image: the mean over height and width only, '
               'axis=(1, 2)'),
        ((3,), 'the mean over all images says nothing about a single one: axis=(1, 2)'),
        ((6, 5, 3), 'axis 0 is the images; take the mean over height and width, axis=(1, 2)')])
    expect('the mean colour of the first image', np.round(got[0], 3).tolist(),
           np.round(wanted[0], 3).tolist(), [
               (lambda got: np.allclose(got, wanted[0] / 255, atol=1e-3), 'keep 0 to 255'),
               (lambda got: np.allclose(got, wanted[0][::-1], atol=1e-3),
                'red and blue are swapped: the images are RGB, keep their order')])


@check
def shared_classes(in_both):
    """in_both(target, source) -> those of target that are in source."""
    rng = numbers()
    (capital, plural), two = rng.permutation(ONE_WORD)[:2].tolist(), str(rng.choice(TWO_WORDS))
    shared = [capital.capitalize(), f'{plural}s', two.title()]
    target = rng.permutation([*shared, *TRAPS]).tolist()
    source = rng.permutation([f'plant/{capital}', f'thing/{plural}', 'thing/' + two.replace(
        ' ', '_'), *SOURCE]).tolist()
    wanted = [name for name in target if name in shared]
    got = returned('the classes that are in both', in_both(target, source))
    expect(f'which of {", ".join(target)} are in the source', list(got), wanted, [
        (lambda got: not set(got) <= set(target),
         'return the names as `target` writes them, not as you compare them'),
        (lambda got: set(got) & {'ant', 'bee', 'cat'},
         "'ant' is part of 'plant' and of 'elephant', 'bee' of 'beetle', 'cat' of 'caterpillar': "
         "compare whole names, the part after the '/'"),
        (lambda got: 'oak' in got, 'an oak is not an oak_leaf: compare whole names'),
        ([], "the source's names begin with a family, 'plant/': name.split('/')[-1]"),
        (lambda got: shared[0] not in got, f'{shared[0]} has a capital: compare name.lower()'),
        (lambda got: shared[1] not in got, f"{shared[1]} is the plural: compare without an 's' at "
                                           'the end, on both sides'),
        (lambda got: shared[2] not in got, f"the source writes '_' where {shared[2]} has a space"),
        (lambda got: sorted(got) == sorted(wanted), 'keep them in the order of `target`')])


@check
def images_needed(needed):
    """needed(curve, level) -> the smallest number of images that reaches level, or None."""
    some, *more = sorted(numbers().choice(range(1, 100), 5, replace=False).tolist())
    few, middle, many, most = more
    curve = {most: 0.82, few: 0.61, many: 0.73, some: 0.55, middle: 0.74}
    for level, wanted in ((0.6, few), (0.74, middle), (0.8, most), (0.5, some), (0.9, None)):
        what = f'the number of images that reaches {level:.0%}'
        try:
            got = needed(curve, level)
        except ValueError as error:
            raise Wrong(f'{what}: {error}. No number of images reaches it, so there is nothing '
                        'to take the min of: min(..., default=None)') from error
        expect(what, got, wanted, [
            (lambda got, level=level: level == 0.74 and got == most, 'to reach is >=, not >'),
            (lambda got: got in curve.values(), 'return the number of images, not the accuracy'),
            (lambda got, wanted=wanted: wanted is None, 'return None where no number of images '
                                                        'reaches it'),
            (lambda got: True, 'return the smallest number that reaches it, whatever the order '
                               'of the curve')])


@check
def why(answer):
    chosen('why', answer, 'c', [
        ('a', 'then the same images would be in both lists. They are not, and they are newly '
              'drawn: the network has never seen any of them'),
        ('b', 'you tried the mean colours above: they stay near chance. So it is not that easy'),
        ('d', 'both datasets have two classes, equally many images and the same kind of features. '
              'The features are very good for only one of them')])


@check
def honest(answers):
    chosen('what may be said', answers, 'bd', [
        (lambda got: 'a' in got, 'a: the network saw marigolds, with labels, in the pre-training; '
                                 'look at what the same number of seedlings achieves'),
        (lambda got: 'c' in got, 'c: these were new images of known classes: the features know '
                                 'the classes, not the images'),
        (lambda got: 'd' not in got, 'd: look at the curves of the seedlings. Without the '
                                     'pre-training, are they any better than chance?'),
        (lambda got: 'b' not in got, 'b: what makes the result for the flowers doubtful? Would '
                                     'this test have the same fault?')])
