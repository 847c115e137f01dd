"""Groups of images into folds: the same five parts of each class on every machine."""
import hashlib
import math

from course.lists.layout import class_of, split_of

N_FOLDS = 5
SHARE = 0.15, 0.25          # of a class, that a part has at least and at most, where that can be


def folds_of(groups, splits, seed):
    """The lists of each fold: dicts {'train': names, 'val': names, 'test': names}.

    Without `splits`, five. Train, val and test of the publisher: one fold, as it is. Only val or
    only test: that is what every fold tests on, and train is dealt into five parts to validate.
    """
    given = {split: [name for group in groups for name in group if split_of(name, splits) == split]
             for split in splits or ()}
    given = {split: names for split, names in given.items() if names}
    if len(given) == 3:
        return [given]
    top = f'{splits["train"]}/' if splits else ''
    parts = deal([[name.removeprefix(top) for name in group] for group in groups
                  if split_of(group[0], splits) in (None, 'train')], seed)
    parts = [[f'{top}{name}' for name in part] for part in parts]
    held = given.get('test') or given.get('val')
    folds = []
    for fold in range(N_FOLDS):
        first, second, *others = parts[fold:] + parts[:fold]
        test, val, train = (held, first, [second, *others]) if held else (first, second, others)
        folds.append({'train': sum(train, []), 'val': val, 'test': test})
    return folds


def deal(groups, seed):
    """Returns five lists of names. A group stays together; its part comes from its name alone.

    A hash of the group's first name chooses the part: images that are added move none of the old
    ones. There are two exceptions. A part that is left with less than 15 % of a class, or gets more
    than 25 %, is put right by moving as few groups as it takes, so in a class of under some 200
    images a few old ones may move. And a new copy draws the old ones along if its name comes
    first, or if it makes one group of two.
    """
    digests = [hashlib.sha256(f'{seed} {group[0]}'.encode()).digest() for group in groups]
    part_of = [int.from_bytes(digest[:8], 'big') % N_FOLDS for digest in digests]
    of_class = {}
    for i, group in enumerate(groups):
        for c in {class_of(name) for name in group}:
            of_class.setdefault(c, []).append(i)
    for c, members in of_class.items():
        balance(part_of, {i: [class_of(name) == c for name in groups[i]] for i in members}, digests)
    return [[name for group, of in zip(groups, part_of) if of == part for name in group]
            for part in range(N_FOLDS)]


def balance(part_of, members, digests):
    """Moves groups of one class, in `part_of`, until no part is too small or too large.

    members: {group: for each of its images whether it is of this class}. Those of two classes
    stay. Single images move first, and always the same ones: those with the lowest digests.
    """
    n = sum(map(sum, members.values()))
    low = min(n // N_FOLDS, math.ceil(SHARE[0] * n))
    high = max(math.ceil(n / N_FOLDS), math.floor(SHARE[1] * n))
    while True:
        sizes = [sum(sum(members[i]) for i in members if part_of[i] == part)
                 for part in range(N_FOLDS)]
        smallest = sizes.index(min(sizes))
        gains = [i for i in members
                 if all(members[i]) and sizes[part_of[i]] - len(members[i]) > sizes[smallest]]
        if not gains or low <= min(sizes) and max(sizes) <= high:
            return
        moved = min(gains, key=lambda i: (-sizes[part_of[i]], len(members[i]), digests[i]))
        part_of[moved] = smallest
