"""Groups of images into folds: the same five parts of each class on every machine."""
import hashlib
import math

N_FOLDS = 5
SHARE = 0.15, 0.25          # of a class, that a part has at least and at most, where that can be


def folds_of(groups, splits, seed):
    """The lists of each fold: dicts {'train': entries, 'val': entries, 'test': entries}.

    Without `splits`, five. Train, val and test of the publisher: one fold, as it is. Only val or
    only test: that is what every fold tests on, and train is split into five parts to validate.
    """
    given = {split: [e for group in groups for e in group if e.split == split]
             for split in splits or ()}
    given = {split: entries for split, entries in given.items() if entries}
    if len(given) == 3:
        return [given]
    parts = parts_of([group for group in groups if group and group[0].split in (None, 'train')],
                     seed)
    held = given.get('test') or given.get('val')
    folds = []
    for fold in range(N_FOLDS):
        first, second, *others = parts[fold:] + parts[:fold]
        test, val, train = (held, first, [second, *others]) if held else (first, second, others)
        folds.append({'train': sum(train, []), 'val': val, 'test': test})
    return folds


def parts_of(groups, seed):
    """Returns five lists of entries. A group stays together; its part comes from its name alone.

    A hash of the group's first name chooses the part: images that are added move none of the old
    ones. There are two exceptions. A part that is left with less than 15 % of a class, or gets more
    than 25 %, is put right by moving as few groups as it takes, so in a class of under some 200
    images a few old ones may move. And a new copy draws the old ones along if its name comes
    first, or if it makes one group of two.
    """
    digests = [hashlib.sha256(f'{seed} {group[0].below}'.encode()).digest() for group in groups]
    part_of = [int.from_bytes(digest[:8], 'big') % N_FOLDS for digest in digests]
    of_class = {}
    for i, group in enumerate(groups):
        for label in {e.label for e in group}:
            of_class.setdefault(label, []).append(i)
    for label, members in of_class.items():
        balance(part_of, {i: [e.label == label for e in groups[i]] for i in members}, digests)
    fill_empty_parts(part_of, groups, of_class, digests)
    return [[e for group, of in zip(groups, part_of) if of == part for e in group]
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


def fill_empty_parts(part_of, groups, of_class, digests):
    """Moves groups of several classes (a patient's sound and sick images) where a part has none of
    a class, as long as no part loses its last one by it."""
    for members in of_class.values():
        for part in sorted(set(range(N_FOLDS)) - {part_of[i] for i in members}):
            spare = [i for i in members if all(
                any(part_of[j] == part_of[i] for j in of_class[e.label] if j != i)
                for e in groups[i])]
            if spare:
                part_of[min(spare, key=lambda i: (len(groups[i]), digests[i]))] = part
