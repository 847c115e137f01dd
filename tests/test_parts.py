"""parts_of: parts of about a fifth, which stay as they are when images are added."""
import hashlib

import numpy as np
import pytest

from course.lists.folds import parts_of
from course.lists.layout import Entry, class_of


def entry(name):
    return Entry(name, class_of(name), None, name)


def parts(groups, seed=0):
    """Five lists of names, from lists of names."""
    return [[e.name for e in part]
            for part in parts_of([[entry(name) for name in group] for group in groups], seed)]


def single(n):
    return [[f'cat.{i}.jpg'] for i in range(n)]


def hashed(name, seed):
    return int(hashlib.sha256(f'{seed} {name}'.encode()).hexdigest()[:16], 16) % 5


def part_of(parts):
    return {name: part for part, names in enumerate(parts) for name in names}


@pytest.mark.parametrize('n', [*range(5, 41), 99, 100, 101, 300, 1000])
def test_every_part_is_about_a_fifth(n):
    for seed in range(5):
        made = parts(single(n), seed)
        assert sorted(sum(made, [])) == sorted(sum(single(n), []))
        sizes = [len(part) for part in made]
        assert min(sizes) >= min(n // 5, 0.15 * n)
        assert max(sizes) <= max(-(-n // 5), 0.25 * n)


def test_the_part_is_a_hash_of_the_name():
    """So that lists made before stay what they are: of 1,000 images none has to be moved."""
    for name, part in part_of(parts(single(1000), seed=7)).items():
        assert part == hashed(name, seed=7)


@pytest.mark.parametrize('n, added, most_moved', [(1000, 100, 0), (5000, 5000, 0), (300, 30, 1),
                                                  (20, 2, 2)])
def test_adding_images_moves_none_of_the_old_ones(n, added, most_moved):
    """Where a class is small, a few move, to keep the parts even: the mean of ten draws."""
    moved = []
    for seed in range(10):
        old, new = part_of(parts(single(n), seed)), part_of(parts(single(n + added), seed))
        moved.append(sum(part != new[name] for name, part in old.items()))
    assert np.mean(moved) <= most_moved


def test_another_class_and_a_later_copy_move_none():
    old = part_of(parts(single(1000)))
    dogs = [[f'dog.{i}.jpg'] for i in range(50)]
    with_copies = [[name, name.replace('.jpg', '0.jpg')] if name == 'cat.999.jpg' else [name]
                   for name, in single(1000)]
    for groups in single(1000) + dogs, with_copies:
        new = part_of(parts(groups))
        assert {name: new[name] for name in old} == old


def test_large_groups_stay_whole_and_no_part_is_empty():
    for sizes in [10, 1, 1, 1, 1], [30, 30, 1, 1, 1], [2] * 5, [5, 4, 3, 2, 1, 9], [1] * 4 + [500]:
        numbers = iter(range(1000))
        groups = [[f'cat.{next(numbers)}.jpg' for _ in range(size)] for size in sizes]
        for seed in range(5):
            made = parts(groups, seed)
            assert all(made) and len(sum(made, [])) == sum(sizes)
            assert all(len({part_of(made)[name] for name in group}) == 1 for group in groups)


def test_groups_of_two_classes_stay_whole_and_neither_class_lacks_a_part():
    pure = [[f'{c}/{i}.jpg'] for c in ('left', 'right') for i in range(5)]
    mirrored = [[f'left/{i} again.jpg', f'right/{i} again.jpg'] for i in range(12)]
    for seed in range(200):
        made = parts(pure + mirrored, seed)
        assert sorted(sum(made, [])) == sorted(sum(pure + mirrored, []))
        for part in made:
            left, right = ({name.split('/')[1] for name in part if name.startswith(c)}
                           for c in ('left/', 'right/'))
            assert left and right
            assert {n for n in left if 'again' in n} == {n for n in right if 'again' in n}
        assert all(name in made[hashed(name, seed)] for name, _ in mirrored)    # only pure move


@pytest.mark.parametrize('n', [5, 6, 20])
def test_patients_with_images_of_both_classes_reach_every_part(n):
    """No group is of one class, so these have to move."""
    patients = [[f'sound/p{i} {k}.jpg' for k in range(2)] + [f'sick/p{i}.jpg'] for i in range(n)]
    for seed in range(50):
        made = parts(patients, seed)
        assert sorted(sum(made, [])) == sorted(sum(patients, []))
        assert all({name.split('/')[0] for name in part} == {'sound', 'sick'} for part in made)
        assert all(len({part_of(made)[name] for name in group}) == 1 for group in patients)
