"""data_generators on hand-made lists: which rows, in which order, on which threads, what errors."""
import gc
import threading
import time
from collections import Counter

import imgaug.augmenters as iaa
import numpy as np
import pandas as pd
import pytest
from small_lists import SIZES, lists, preprocess

from generator import data_generators


def augmenting(df, num_class, aug=False):
    """imgaug, seeded row by row, on an image that is the same for all."""
    image = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    x = []
    for row in df.itertuples():
        seq = iaa.Sequential([iaa.Fliplr(0.5), iaa.Affine(rotate=(-180, 180), scale=(0.6, 1.4)),
                              iaa.AdditiveGaussianNoise(scale=(0, 20))])
        if aug:
            seq.seed_(row.seed)
        x.append(seq(image=image) if aug else image)
        time.sleep(0.001 * (row.seed % 3) if aug else 0)        # threads finish out of order
    return [np.stack(x)], np.eye(num_class)[df.label.to_numpy()], list(df.path)


def first_batches(n, make=preprocess, sizes=SIZES, batch_size=8, **options):
    with data_generators(batch_size, lists(*sizes), len(sizes), make, **options) as generators:
        generators.start_train_threads()
        return [generators.train_queue.get() for _ in range(n)]


@pytest.mark.parametrize('make', [preprocess, augmenting])
def test_same_batches_for_any_number_of_threads(make):
    none, one, two, eight = (first_batches(12, make, n_threads=n, seed=5) for n in (0, 1, 2, 8))
    for a, *others in zip(none, one, two, eight):
        for got in others:
            np.testing.assert_array_equal(got[0][0], a[0][0])
            np.testing.assert_array_equal(got[1], a[1])
    other = first_batches(12, make, seed=6)
    assert any((a[0][0] != b[0][0]).any() for a, b in zip(one, other))


def test_augmentation_differs_from_row_to_row():
    x = first_batches(1, augmenting)[0][0][0]
    assert len({image.tobytes() for image in x}) > len(x) // 2


@pytest.mark.parametrize('batch_size', [1, 2, 3, 7, 8, 48])
def test_classes_are_even_and_batches_full(batch_size):
    total = Counter()
    for k, (x, y) in enumerate(first_batches(20, batch_size=batch_size)):
        assert x[0].shape[0] == y.shape[0] == batch_size
        counts = y.sum(axis=0)
        assert counts.max() - counts.min() <= 1
        total.update(np.argmax(y, axis=1).tolist())
        assert max(total.values()) - min(total[c] for c in range(3)) <= 1, k


@pytest.mark.parametrize('batch_size', [3, 4, 7, 10])
def test_each_class_is_gone_through_before_it_repeats(batch_size):
    generators = data_generators(batch_size, lists(*SIZES), 3, preprocess)
    seen = pd.concat([generators.batch_rows(k) for k in range(40)])
    for c, (n_train, *_) in enumerate(SIZES):
        counts = seen.path[seen.label == c].value_counts()
        assert len(counts) == n_train and counts.max() - counts.min() <= 1
        assert set(counts.index) == {f'train_{c}_{i}.jpg' for i in range(n_train)}


def test_rows_are_shuffled_within_a_batch_and_from_pass_to_pass():
    generators = data_generators(30, lists((30, 1, 1)), 1, preprocess)
    passes = [list(generators.batch_rows(k).path) for k in range(3)]
    assert len({tuple(p) for p in passes}) == 3
    assert all(sorted(p) == sorted(passes[0]) for p in passes)
    labels = data_generators(30, lists((30, 1, 1), (30, 1, 1)), 2, preprocess).batch_rows(0).label
    assert not labels.is_monotonic_increasing


@pytest.mark.parametrize('load', [True, False])
@pytest.mark.parametrize('n_threads', [0, 3])
def test_validation_and_test_are_every_row_once_in_order(load, n_threads):
    generators = data_generators(4, lists(*SIZES), 3, preprocess, n_threads)
    assert generators.val_len == 9 and generators.val_x is None
    if load:
        generators.load_val()
        assert len(generators.val_x[0]) == 9
    batches = list(generators.iter_val())
    assert [n for _, _, n in batches] == [4, 4, 1]
    labels = np.concatenate([np.argmax(y, 1) for _, y, _ in batches])
    np.testing.assert_array_equal(labels, [0] * 3 + [1] * 4 + [2] * 2)
    files = [f for _, _, names in generators.get_test_data() for f in names]
    assert files == [p for frames in lists(*SIZES) for p in frames[2].path]
    assert all((x[0][:, 0] == -1).all() for x, _, _ in batches)              # not augmented


@pytest.mark.parametrize('n_threads', [0, 2])
def test_get_before_start_and_after_stop_says_so(n_threads):
    generators = data_generators(4, lists(*SIZES), 3, preprocess, n_threads)
    with pytest.raises(RuntimeError, match='start_train_threads'):
        generators.train_queue.get()
    generators.start_train_threads()
    generators.train_queue.get()
    generators.stop()
    with pytest.raises(RuntimeError, match='start_train_threads'):
        generators.train_queue.get()


def test_stop_and_start_again_goes_on_at_the_same_place():
    expected = first_batches(6)
    generators = data_generators(8, lists(*SIZES), 3, preprocess)
    got = []
    for _ in range(3):
        with generators.start_train_threads():
            got += [generators.train_queue.get() for _ in range(2)]
    for a, b in zip(expected, got):
        np.testing.assert_array_equal(a[0][0], b[0][0])


def threads_end(before):
    for _ in range(200):
        if threading.active_count() <= before:
            return True
        time.sleep(0.05)
    return False


def test_no_thread_is_left():
    before = threading.active_count()
    for _ in range(20):
        first_batches(2, n_threads=4)
    assert threading.active_count() == before
    generators = data_generators(4, lists(*SIZES), 3, preprocess, n_threads=4)
    for _ in generators.get_test_data():                          # an early break ...
        break
    gc.collect()
    assert threads_end(before)
    generators.start_train_threads()                              # ... and no stop() at all
    generators.train_queue.get()
    assert threads_end(before)


def failing_on(bad):
    def fails(df, num_class, aug=False):
        if bad in set(df.path):
            raise OSError('cannot decode')
        return preprocess(df, num_class, aug)
    return fails


def test_a_workers_exception_names_the_file_and_ends_the_threads():
    before = threading.active_count()
    generators = data_generators(4, lists(*SIZES), 3, failing_on('train_1_3.jpg'), n_threads=3)
    with pytest.raises(RuntimeError, match=r'train_1_3\.jpg \(label 1\): OSError: cannot decode'):
        with generators.start_train_threads():
            for _ in range(60):
                generators.train_queue.get()
    assert threads_end(before)
    generators = data_generators(4, lists(*SIZES), 3, failing_on('test_2_1.jpg'))
    with pytest.raises(RuntimeError, match='test_2_1.jpg'):
        list(generators.get_test_data())
    generators = data_generators(4, lists(*SIZES), 3, failing_on('val_0_1.jpg'))
    with pytest.raises(RuntimeError, match='val_0_1.jpg'):
        generators.load_val()
    assert threads_end(before)


def test_fewer_than_no_threads_is_an_error():
    with pytest.raises(ValueError, match='n_threads is -1'):
        data_generators(4, lists(*SIZES), 3, preprocess, n_threads=-1)


def test_more_classes_than_rows():
    """100 classes, 16 rows: each class once in 25 batches' 4 rounds, in ever new company."""
    generators = data_generators(16, lists(*[(5, 1, 1)] * 100), 100, preprocess)
    rounds = [[frozenset(generators.batch_rows(25 * r + i).label) for i in range(25)]
              for r in range(3)]
    for batches in rounds:
        assert all(len(batch) == 16 for batch in batches)
        seen = Counter(c for batch in batches for c in batch)
        assert seen == Counter(dict.fromkeys(range(100), 4))
    assert not set(rounds[0]) & set(rounds[1])


def test_a_failure_of_the_whole_batch_only():
    def of_unequal_size(df, num_class, aug=False):
        return ([np.stack([np.zeros(len(path)) for path in df.path])],
                np.eye(num_class)[df.label.to_numpy()], list(df.path))
    with pytest.raises(RuntimeError, match='a batch that begins with train_.*same shape'):
        first_batches(5, of_unequal_size)


WRONG = [
    (lambda df, n: None, TypeError, 'NoneType'),
    (lambda df, n: preprocess(df, n)[:2], TypeError, r'tuple of 2.*\(\[x\], y, files\)'),
    (lambda df, n: (preprocess(df, n)[0][0], *preprocess(df, n)[1:]), TypeError, 'list of arrays'),
    (lambda df, n: ([np.zeros((1, 2))], *preprocess(df, n)[1:]), ValueError, 'one image a row'),
    (lambda df, n: ([np.array([None] * len(df))], *preprocess(df, n)[1:]), ValueError, 'object'),
    (lambda df, n: ([np.zeros((len(df), 2))], df.label.to_numpy(), []), ValueError, 'one-hot'),
    (lambda df, n: (*preprocess(df, n)[:2], []), ValueError, '0 file names'),
]


@pytest.mark.parametrize('wrong, error, words', WRONG)
def test_preprocess_that_returns_the_wrong_thing(wrong, error, words):
    before = threading.active_count()
    with pytest.raises(error, match=words):
        first_batches(1, lambda df, n, aug=False: wrong(df, n))
    assert threads_end(before)
