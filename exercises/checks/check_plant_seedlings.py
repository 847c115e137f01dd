"""Checks of the exercise plant_seedlings, one function for each task."""
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

import cv2
import numpy as np
import pandas as pd
from sklearn import metrics

from exercises.checks.checking import (
    Wrong,
    check,
    expect,
    numbers,
    returned,
    rounded,
    snapped,
    through,
)
from exercises.checks.transfer import head, restoring, worth

__all__ = ['confusion', 'head', 'listing', 'parts', 'preprocessing', 'restoring', 'scores',
           'splitting', 'standardising', 'worth']      # one for each task

CLASSES = ['Black-grass', 'Charlock', 'Maize', 'Sugar beet']
IMAGES = ['Black-grass/1.png', 'Black-grass/2.png', 'Charlock/1.jpeg', 'Maize/1.jpg',
            'Maize/2.JPG', 'Sugar beet/1.jpg']
STRAYS = ['Thumbs.db', 'Maize/Thumbs.db', 'Maize/.DS_Store', 'Maize/._1.jpg', 'read me.txt',
          '.ipynb_checkpoints/1-checkpoint.jpg']
OF_A_LIST = ('labels may be a list, and a list == 1 is False, one value for all: '
             'labels = np.asarray(labels)')
NOT_BY_PLACE = 'rows are numbered by their place, not by df.index: use enumerate'
WALK, LISTDIR = os.walk, os.listdir


def walk_backwards(*args, **options):
    """os.walk promises no order; in this one, nothing is sorted by chance."""
    for parent, folders, files in WALK(*args, **options):
        folders.sort(reverse=True)
        yield parent, folders, sorted(files, reverse=True)


def backwards(function, *arguments):
    with patch('os.walk', walk_backwards), \
            patch('os.listdir', lambda *where: sorted(LISTDIR(*where), reverse=True)):
        return function(*arguments)


@check
def listing(list_images):
    """list_images(folder) -> (DataFrame with path and label, class names)."""
    more = sorted(numbers().choice(range(100, 1000), 3, replace=False).tolist())
    images = IMAGES + [f'Sugar beet/{number}.jpg' for number in more]
    with tempfile.TemporaryDirectory() as folder:
        for name in images + STRAYS:
            file = Path(folder, name)
            file.parent.mkdir(exist_ok=True)
            file.touch()
        frame, names = returned('what list_images returns',
                                through(backwards, list_images)(folder), 'frame', 'class_names')
        own_name = Path(folder).name
    expect('the classes, in the order of their labels', list(names), CLASSES, [
        (CLASSES[::-1], 'os.walk gives the folders in the order of the disk, which differs from '
                        'machine to machine: sort them, or label 3 is a different species on each'),
        (lambda got: '.ipynb_checkpoints' in got,
         'a folder whose name begins with a dot is hidden: Jupyter makes some. It is not a class'),
        (lambda got: own_name in got or '' in got,
         'the first folder that os.walk gives is the one you asked for: it is not a class')])
    expect('the table is a DataFrame', isinstance(frame, pd.DataFrame), True, [
        (False, "pd.DataFrame(rows, columns=['path', 'label']) makes one of a list of rows")])
    expect('the columns, sorted by name', sorted(map(str, frame.columns)), ['label', 'path'])
    expect('every path begins with the folder',
           all(Path(path).is_relative_to(folder) for path in frame.path), True, [
               (False, 'path must include the folder: Path(parent, name).as_posix()')])
    found = sorted(Path(path).relative_to(folder).as_posix() for path in frame.path)
    expect('the images found', found, images, [
        (lambda got: any('Thumbs.db' in name or '.DS_Store' in name for name in got),
         'Thumbs.db and .DS_Store are written by file managers: accept only names that end in '
         '.jpg, .jpeg or .png'),
        (lambda got: 'Maize/._1.jpg' in got, 'a name that begins with a dot is hidden: in ._1.jpg '
                                             'a Mac keeps notes on 1.jpg; it is not an image'),
        (lambda got: 'Maize/2.JPG' not in got, 'cameras write .JPG too: compare name.lower()')])
    labels = {Path(path).parent.name: label for path, label in zip(frame.path, frame.label)}
    expect('the labels', labels, {name: label for label, name in enumerate(CLASSES)}, [
        (lambda got: sorted(got.values()) == [1, 2, 3, 4],
         'labels start at 0: they are columns of the one-hot matrix, and there is no column 4'),
        (lambda got: True, 'the label of an image is the position of its folder in class_names')])
    in_order = [f'{folder}/{name}' for name in images]
    expect('the paths, in order', list(frame.path), in_order, [
        (lambda got: sorted(got) == in_order, 'sort the files of a class too: os.walk gives them '
                                              'in any order, and the split depends on it'),
        (lambda got: any('\\' in path for path in got), 'use forward slashes: they work on '
                                                        'Windows too, backslashes nowhere else')])


@check
def parts(assign_parts):
    """assign_parts(labels, n_parts, seed) -> for each image, the number of its part."""
    labels = np.repeat(range(4), (25, 33, 27, 40))
    seed, another = numbers().choice(1000, 2, replace=False).tolist()
    parts = np.asarray(returned('the parts', assign_parts(labels, 5, seed)))
    expect('one part for each image', parts.shape, labels.shape)
    expect('the parts are of type int', parts.dtype.kind in 'iu', True, [
        (False, 'an int array: np.zeros(len(labels), int)')])
    expect('the numbers of the parts', np.unique(parts).tolist(), [0, 1, 2, 3, 4], [
        ([1, 2, 3, 4, 5], 'number the parts from 0, like the folds')])
    classes = [len(np.unique(labels[parts == part])) for part in range(5)]
    expect('how many of the 4 classes each part has', classes, [4] * 5, [
        (lambda got: min(got) < 4, 'the list is sorted by class: if you cut it into parts as it '
                                   'is, each part holds one or two classes. Shuffle first')])
    counts = [sorted(np.bincount(parts[labels == c], minlength=5).tolist()) for c in range(4)]
    even = [[5] * 5, [6, 6, 7, 7, 7], [5, 5, 5, 6, 6], [8] * 5]
    expect('how many images of each class the parts have, sorted', counts, even, [
        (lambda got: True, 'if you shuffle the whole list, chance decides how many images of a '
                           'small class a part gets: split each class separately')])
    again, other = assign_parts(labels, 5, seed), assign_parts(labels, 5, another)
    expect('the same seed gives the same parts', np.array_equal(parts, again), True, [
        (False, 'use np.random.default_rng(seed) inside the function; np.random alone continues '
                "from wherever it is, and you would train today on yesterday's test images")])
    expect('another seed gives other parts', not np.array_equal(parts, other), True, [
        (False, 'nothing is shuffled: images next to each other on the disk often come from the '
                'same tray, and would be spread evenly. Shuffle the rows of a class first')])
    mixed = numbers().permutation(labels)
    for n_parts, wanted in ((5, even), (3, [[8, 8, 9], [11] * 3, [9] * 3, [13, 13, 14]])):
        parts = np.asarray(assign_parts(mixed, n_parts, seed))
        counts = [sorted(np.bincount(parts[mixed == c], minlength=n_parts).tolist())
                  for c in range(4)]
        expect(f'images of each class in {n_parts} parts, where the list is not sorted by class',
               counts, wanted, [
                   (lambda got, n_parts=n_parts: len(got[0]) > n_parts,
                    f'make {n_parts} parts, not always 5: use n_parts'),
                   (lambda got: True, 'the list may be in any order: write the parts of a class '
                                      'into its own rows, parts[labels == label] = ...')])
    try:
        of_list = np.asarray(assign_parts(mixed.tolist(), 3, seed))
    except Exception as error:                  # with an array there was none
        raise Wrong(f'{error}\n{OF_A_LIST}') from error
    expect('the parts where labels is a list', np.array_equal(of_list, parts), True, [
        (False, OF_A_LIST)])


@check
def splitting(split):
    """split(frame, parts, fold) -> (train, val, test)."""
    parts = numbers().permutation(np.repeat(range(5), 6))
    frame = pd.DataFrame({'path': [f'data/x/{i:02}.jpg' for i in range(30)], 'label': 0})
    of_part = [sorted(frame.path[parts == part]) for part in range(5)]
    folds = [[set(rows.path) for rows in returned('what split returns', split(frame, parts, fold),
                                                  'train', 'val', 'test')] for fold in range(5)]
    in_both = {'train and test': [len(train & test) for train, _, test in folds],
               'train and val': [len(train & val) for train, val, _ in folds],
               'val and test': [len(val & test) for _, val, test in folds]}
    reasons = {'train and test': 'the test would contain images that the network has memorised: '
                                 'leave the test part out of train',
               'train and val': 'val is for choosing, the learning rate say: leave its part out of '
                                'train too',
               'val and test': 'val is for choosing; a test on the same images would measure how '
                               'well the choice fits them. Give each its own part'}
    for pair, counts in in_both.items():
        expect(f'images that are both in {pair}, folds 0 to 4', counts, [0] * 5,
               [(lambda got: True, reasons[pair])])
    expect('the test images, folds 0 to 4', [sorted(test) for *_, test in folds], of_part, [
        (of_part[1:] + of_part[:1], 'val and test are exchanged')])
    got, after = [sorted(val) for _, val, _ in folds], of_part[1:] + of_part[:1]
    for fold in range(5):
        if got[fold] != after[fold]:
            expect(f'the validation images of fold {fold}', got[fold], after[fold], [
                ([], 'after the last part comes the first again: (fold + 1) % n_parts'),
                (lambda got, fold=fold: fold == 3 and got == of_part[0],
                 'after part 4 comes part 0: there are max(parts) + 1 parts'),
                (lambda got: True, 'val is the part after the test part')])
    expect('the validation images, folds 0 to 4', got, after)
    expect('the number of images left to train on', [len(train) for train, *_ in folds], [18] * 5)


@check
def preprocessing(preprocess_data, img_size):
    """preprocess_data(df, num_class, aug) -> ([x], y, files)."""
    colours = np.array([[200, 120, 40], [40, 200, 120]]) + numbers().integers(-20, 20, (2, 3))
    with tempfile.TemporaryDirectory() as folder:
        df = pd.DataFrame({'path': [f'{folder}/0.png', f'{folder}/1.png'], 'label': [2, 0]})
        for path, colour in zip(df.path, colours):
            cv2.imwrite(path, np.full((30, 50, 3), colour[::-1], np.uint8))
        x, y, files = returned('what preprocess_data returns', preprocess_data(df, 4),
                               '[x]', 'y', 'files')
    expect('x comes in a list of one array', isinstance(x, (list, tuple)) and len(x) == 1, True, [
        (False, 'return [x], y, files, where x is one array of all the images')])
    x = np.asarray(x[0])
    expect('the shape of x', np.shape(x), (2, img_size, img_size, 3), [
        ((2, img_size, img_size, 2), '[:, :, :-1] drops the last channel; [:, :, ::-1] reverses '
                                     'their order'),
        ((2, 30, 50, 3), 'the images come in various sizes: cv2.resize to img_size')])
    expect('the mean colour of two images, red, green, blue',
           np.round(np.mean(x, axis=(1, 2)), 3).tolist(), colours.astype(float).tolist(), [
               (colours[:, ::-1].astype(float).tolist(),
                'red and blue are swapped: cv2.imread gives blue, green, red. Reverse the last '
                'axis, [:, :, ::-1]'),
               (lambda got: np.max(got) <= 1, 'leave the values at 0 to 255: the graph scales '
                                              'them, and would do it a second time')])
    expect('the type of x', str(x.dtype), 'uint8')
    expect('y', np.asarray(y).tolist(), np.eye(4)[[2, 0]].tolist(), [
        ([2, 0], 'y is one-hot: one row per image, with a 1 in the column of its label'),
        (lambda got: np.shape(got) == (2, 2), 'y needs a column for each class, even for one '
                                              'with no image in the batch')])
    expect('the files', list(files), list(df.path))
    by_place(preprocess_data)


def by_place(preprocess_data):
    """preprocess_data for rows that are numbered 7 and 7, of images with one bright corner."""
    image = np.full((30, 50, 3), 40, np.uint8)
    image[:15, 25:] = 220
    with tempfile.TemporaryDirectory() as folder:
        df = pd.DataFrame({'path': [f'{folder}/0.png', f'{folder}/1.png'], 'label': [2, 0]}, [7, 7])
        for path in df.path:
            cv2.imwrite(path, image)
        try:
            (x,), y, _ = preprocess_data(df, 4)
        except Exception as error:              # with rows 0 and 1 there was none
            raise Wrong(f'{type(error).__name__}: {error}\n{NOT_BY_PLACE}') from error
    expect('y where df.index is 7, 7', np.asarray(y).tolist(), np.eye(4)[[2, 0]].tolist(), [
        (lambda got: True, NOT_BY_PLACE)])
    bright = [[name for name, row, column in (('top left', 0, 0), ('top right', 0, -1),
                                              ('bottom left', -1, 0), ('bottom right', -1, -1))
               if np.mean(one[row, column]) > 130] for one in np.asarray(x)]
    expect('the bright corner of each image', bright, [['top right']] * 2, [
        (lambda got: [] in got, NOT_BY_PLACE),
        ([['top left']] * 2, 'left and right are exchanged: [:, :, ::-1] of an array of images '
                             'reverses their columns, [:, :, :, ::-1] their colours'),
        ([['bottom right']] * 2, 'the images are upside down: reverse the last axis only'),
        (lambda got: True, 'rows and columns are exchanged, or the image is turned: leave the '
                           'axes as cv2.imread gives them')])


@check
def standardising(standardise):
    """standardise(train, val, test) -> the three, standardised."""
    rng = numbers()
    scale, place = [1, 5, 0.1], [0, 20, -3]
    train, val, test = (rng.normal(place, scale, (n, 3)) + shift
                        for n, shift in ((40, 0), (20, 1), (20, 4)))
    train[:, 2] = -3                            # a feature that is the same in all of them
    kept = [part.copy() for part in (train, val, test)]

    def by(parts, mean, std):
        return [(part - mean) / np.where(std > 0, std, 1) for part in parts]

    everything = np.concatenate(kept)
    right = by(kept, train.mean(0), train.std(0))
    sample = by(kept, train.mean(0), train.std(0, ddof=1))     # a deviation as good as the other
    got = [np.asarray(part) for part in returned('what standardise returns',
                                                 standardise(train, val, test),
                                                 'train', 'val', 'test')]
    expect('all numbers are finite', bool(all(np.isfinite(part).all() for part in got)), True, [
        (False, 'one feature is the same in all training images: its standard deviation is 0. '
                'Use 1 instead')])

    def alike(part, other):
        return part.shape == other.shape and np.allclose(part, other, atol=2e-3)

    if all(map(alike, got, sample)):
        right = sample
    mistakes = {'leaked: mean and standard deviation come from all images, val and test among '
                'them. Compute them from train alone':
                by(kept, everything.mean(0), everything.std(0)),
                'each part is standardised by itself: the same value then means something '
                'different in each. Use the mean and standard deviation of train for all three':
                [by([part], part.mean(0), part.std(0))[0] for part in kept],
                'compute one mean and one standard deviation for each column: axis=0':
                by(kept, kept[0].mean(), kept[0].std()),
                'that is divided by the variance: np.std, or the root of it':
                by(kept, kept[0].mean(0), kept[0].var(0)),
                'the mean was not subtracted': by(kept, 0, kept[0].std(0)),
                'the mean was subtracted; divide by the standard deviation too':
                by(kept, kept[0].mean(0), 1),
                'that is 0 to 1, by the smallest and the largest value; subtract the mean and '
                'divide by the standard deviation':
                by([part - kept[0].min(0) for part in kept], 0, np.ptp(kept[0], axis=0))}
    for nth, (name, part, wanted) in enumerate(zip(('train', 'val', 'test'), got, right)):
        expect(f'{name}: the first image', snapped(part[0], wanted[0], 1e-4),
               rounded(wanted[0]), [
                   (lambda row: np.abs(row[2]) > 1e3,
                    'a tiny number added to a standard deviation of 0 is still tiny: a feature '
                    'that never changed in training becomes enormous as soon as it does. Use 1 '
                    'instead of 0'),
                   *[(lambda row, part=part, other=other[nth]: alike(part, other), hint)
                     for hint, other in mistakes.items()]])


@check
def confusion(confusion_matrix):
    """confusion_matrix(y_true, y_pred, num_class) -> counts (num_class, num_class)."""
    y_true, y_pred, _ = predictions()
    wanted = metrics.confusion_matrix(y_true, y_pred, labels=range(5))
    got = returned('the confusion matrix', confusion_matrix(y_true, y_pred, 5))
    expect('the confusion matrix', np.asarray(got).tolist(), wanted.tolist(), [
               (wanted.T.tolist(), 'transposed: a row is a true class, a column a predicted one'),
               (lambda got: np.max(got) == 1, 'matrix[y_true, y_pred] += 1 adds 1 only once, '
                                              'however often a pair occurs: np.add.at, or a loop')])
    expect('the shape when a sixth class has no image',
           np.shape(confusion_matrix(y_true, y_pred, 6)), (6, 6), [
               (lambda got: True, 'num_class rows and columns, even for a class that occurs '
                                  'nowhere: np.zeros((num_class, num_class), int)')])


@check
def scores(balanced_accuracy, macro_f1, top_k_accuracy):
    """Three metrics, compared with scikit-learn's; class 3 is never predicted."""
    y_true, y_pred, prob = predictions()
    matrix = metrics.confusion_matrix(y_true, y_pred, labels=range(5))
    precision = metrics.precision_score(y_true, y_pred, average='macro', zero_division=0)
    recall = metrics.recall_score(y_true, y_pred, average='macro')
    accuracy = metrics.accuracy_score(y_true, y_pred)
    expect('balanced accuracy', number(balanced_accuracy(matrix)),
           number(metrics.balanced_accuracy_score(y_true, y_pred)), [
               (number(accuracy), 'that is the accuracy: the large classes decide it. Take the '
                                  'proportion correct in each row, then the mean over the rows'),
               (number(precision), 'that is by column, precision: divide by the number of images '
                                   'of a class, the sum of its row'),
               (np.isnan, 'divide by the sums of the rows: a column may be empty')])
    expect('macro F1', number(macro_f1(matrix)),
           number(metrics.f1_score(y_true, y_pred, average='macro', zero_division=0)), [
               (np.isnan, 'no image was predicted as class 3: 0 / 0. Its F1 is 0; '
                          '2 * correct / (row + column) avoids that division'),
               (number(2 * precision * recall / (precision + recall)),
                'that is the F1 of the means; macro F1 is the mean of the F1 of each class'),
               (number(accuracy), 'that is micro F1, which is the accuracy: compute F1 for each '
                                  'class first, then the mean'),
               (number(metrics.f1_score(y_true, y_pred, average='weighted', zero_division=0)),
                'that is weighted by the size of the classes, so the large ones decide it: every '
                'class counts once, np.mean')])
    expect('top 2', number(top_k_accuracy(y_true, prob, 2)),
           number(metrics.top_k_accuracy_score(y_true, prob, k=2, labels=range(5))), [
               (number(np.mean([t in p[:2] for t, p in zip(y_true, prob.argsort(1))])),
                'argsort puts the least probable first: take the last k'),
               (number(accuracy), 'that is top 1'),
               (number(np.mean(prob.argsort(1)[:, -2] == y_true)),
                'that counts the second place alone: the first counts too'),
               (lambda got: got > 1, 'that is a number of images: divide by len(y_true)')])
    expect('top 3', number(top_k_accuracy(y_true, prob, 3)),
           number(metrics.top_k_accuracy_score(y_true, prob, k=3, labels=range(5))), [
               (number(metrics.top_k_accuracy_score(y_true, prob, k=2, labels=range(5))),
                'that is top 2: k says how many places count')])


def predictions():
    """y_true, y_pred (120,) for 5 classes of uneven size, and probabilities (120, 5)."""
    rng = numbers()
    y_true = np.repeat(range(5), (50, 30, 20, 8, 12))
    prob = rng.dirichlet(np.ones(5), 120) + 0.3 * np.eye(5)[y_true]
    prob[:, 3] = prob.min(1) / 2                # never the largest
    prob /= prob.sum(1, keepdims=True)
    return y_true, prob.argmax(1), prob


def number(value):
    return None if value is None else round(float(value), 6)
