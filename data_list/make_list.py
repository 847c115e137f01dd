"""From a folder of pictures to five folds of lists: `python data_list/make_list.py data/<name>`

The pictures lie in `data/<name>/<class>/` or are named `<class>.<number>.jpg`, as Kaggle names
them. Each class is dealt into five parts of about equal size. Fold k tests on part k, validates on
part k + 1 and trains on the other three, so over the five folds every picture is tested exactly
once. Copies of a picture, also resized, recompressed or flipped ones, go to the same part as it.

Where the publisher has dealt them, in `data/<name>/train/<class>/` and so on, it stays so: with
train, val and test there is one fold; with train and one other, every fold tests on that other, and
a fifth of train validates. A copy of a test picture is left out of train.
"""
import argparse
import hashlib
import math
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

ROOT = Path(os.path.abspath(__file__)).parent.parent    # the project; paths are relative to it
sys.path.append(str(ROOT))
from layout import (  # noqa: E402
    class_of,
    natural_key,
    publisher_splits,
    split_of,
    walk,
    why_not_entered,
)
from near_copies import SIDE, group_copies, thumbnail  # noqa: E402

from pictures import BadPicture, read_picture  # noqa: E402

N_FOLDS = 5
FEW = 5 * N_FOLDS           # of a class: less than five to test on in a fold
SHARE = 0.15, 0.25          # of a class, that a part has at least and at most, where that can be


@dataclass
class ListReport:
    """What `make_list` did; every path is written as in the lists."""
    classes: list       # names, sorted; the index of a class is its label
    splits: dict        # {'train': folder, ...} that the publisher has dealt; {} if there are none
    n_folds: int        # five, or one where the publisher gives train, val and test
    held: str           # the publisher's folder that every fold tests on, or None
    counts: dict        # class -> number of its pictures in the lists
    left_out: list      # (path, reason) of everything that is not in the lists
    out_dir: Path       # where the lists are
    data_root: str      # the folder that holds the folder of pictures, as the lists' paths begin
    copies: list        # lists of paths that show the same picture; each stays in one part


def make_list(folder, out_dir=None, seed=0):
    """Writes `{train,val,test}_{class}_{fold}.csv`, columns `path,label`; returns a ListReport.

    `folder` is looked for in the working directory, then in the project. The lists go to
    `data_list/<name of folder>/k_fold` or to `out_dir`; lists of classes that are gone are removed.
    The same folder and seed give the same bytes on every machine. A folder elsewhere: full paths.

    Raises FileNotFoundError for a missing folder and ValueError for one that cannot be dealt:
    fewer than two classes, fewer than five different pictures in a class, two layouts at once, a
    class that is missing in one of the publisher's folders.
    """
    found = [path for path in (Path(os.path.abspath(folder)), ROOT / folder) if path.is_dir()]
    if not found:
        places = ' or in '.join(dict.fromkeys([os.getcwd(), str(ROOT)]))
        there = sorted(path.name for path in (ROOT / 'data').glob('[!._]*') if path.is_dir())
        raise FileNotFoundError(f'There is no folder {folder} in {places}. Put the pictures in '
                                'data/<name> and pass that folder. In data/ there are: '
                                f'{", ".join(there) or "none"}')
    folder = found[0]
    prefix = (folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder).as_posix()
    splits = publisher_splits(folder)
    groups, left_out = group_pictures(folder, splits)
    if splits:
        groups, copies = leave_copies_out(groups, splits)
        left_out = sorted(left_out + copies, key=lambda pair: natural_key(pair[0]))
    check_classes(folder, groups, left_out, splits)
    folds = folds_of(groups, splits, seed)
    class_names = [class_of(name, splits) for group in groups for name in group]
    classes = sorted(set(class_names))
    tested = split_of(folds[0]['test'][0], splits)
    out_dir = Path(out_dir or ROOT / 'data_list' / folder.name / 'k_fold')
    write_lists(folds, classes, splits, prefix, out_dir)
    return ListReport(
        classes=classes,
        splits=splits,
        n_folds=len(folds),
        held=splits[tested] if tested in ('val', 'test') else None,
        out_dir=out_dir,
        data_root=Path(prefix).parent.as_posix(),
        counts={c: class_names.count(c) for c in classes},
        left_out=[(f'{prefix}/{name}', reason) for name, reason in left_out],
        copies=[[f'{prefix}/{name}' for name in group] for group in groups if len(group) > 1])


def group_pictures(folder, splits):
    """Returns (groups, left_out): lists of names that show one picture; pairs (name, reason).

    Names are relative to `folder`, with forward slashes. Pictures with the same pixels in different
    classes are left out: nobody knows which label is right. Other copies may well differ in class:
    the mirror image of "turn left".
    """
    names, left_out = walk(folder, splits)
    same_pixels, thumbnails = {}, []
    for name in tqdm(names, 'reading', disable=None):       # without a terminal: no bar
        try:
            pixels = read_picture(folder / name)
        except BadPicture as error:
            left_out.append((name, error.reason))
            continue
        digest = hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).digest()
        if digest not in same_pixels:
            thumbnails.append(thumbnail(pixels))
        same_pixels.setdefault(digest, []).append(name)
    thumbnails = np.reshape(thumbnails, (-1, SIDE, SIDE, 3))        # also where there are none
    groups = {}
    for group, number in zip(same_pixels.values(), group_copies(thumbnails)):
        if len({class_of(name, splits) for name in group}) > 1:
            reason = f'is the same picture in two classes: {", ".join(group)}'
            left_out += [(name, reason) for name in group]
        else:
            groups.setdefault(number, []).extend(group)
    return list(groups.values()), sorted(left_out, key=lambda pair: natural_key(pair[0]))


def leave_copies_out(groups, splits):
    """Returns (groups, left_out): no picture of val in train, none of test in val or train.

    The publisher's test pictures stay whole: figures on them can then be compared with others'.
    """
    kept, left_out = [], []
    for group in groups:
        held = next((split for split in ('test', 'val')
                     if any(split_of(name, splits) == split for name in group)), 'train')
        shown = [name for name in group if split_of(name, splits) == held]
        left_out += [(name, f'is a copy of {shown[0]}, which is kept for {held}')
                     for name in group if name not in shown]
        kept.append(shown)
    return kept, left_out


def check_classes(folder, groups, left_out, splits):
    names = [name for group in groups for name in group]
    classes = {class_of(name, splits) for name in names}
    places = {split: folder / top for split, top in splits.items()
              if any(split_of(name, splits) == split for name in names)} or {None: folder}
    if any('/' in name for name in names):
        classes |= {path.name for place in places.values() for path in place.iterdir()
                    if path.is_dir() and not why_not_entered(path)}     # also an empty one
    hint = ''.join(f'\n  left out: {name} {reason}' for name, reason in left_out[:9])
    if len(classes) < 2:
        has = ', '.join(sorted(classes)) or 'none'
        raise ValueError(f'{folder} needs pictures of two classes or more, has {has}. '
                         f'Use sub-folders, <class>/any.jpg, or names like cat.0.jpg.{hint}')
    depths = {'/' in (name.partition('/')[2] if splits else name) for name in names}
    if len(depths) > 1:
        raise ValueError(f'{folder} has pictures in sub-folders and named pictures beside them, as '
                         f'classes {sorted(classes)}. Move one of the two kinds away.')
    different = Counter()               # pictures of one class, copies counted as one
    for group in groups:
        if len(of := {class_of(name, splits) for name in group}) == 1:
            different[split_of(group[0], splits), of.pop()] += 1
    dealt = len(places) < 3             # train, val and test are all given
    for split, place in places.items():
        for c in sorted(classes):
            n = different[split, c]
            if dealt and split in (None, 'train') and n < N_FOLDS:
                raise ValueError(f'Class {c} in {place} has {n} different pictures (copies '
                                 f'count as one); each of the {N_FOLDS} parts needs one. Add some '
                                 f'or remove it.{hint}')
            if not n:
                raise ValueError(f'Class {c} has no picture in {place}. Add some, or remove the '
                                 f'class everywhere.{hint}')


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

    A hash of the group's first name chooses the part: pictures that are added move none of the old
    ones. There are two exceptions. A part that is left with less than 15 % of a class, or gets more
    than 25 %, is put right by moving as few groups as it takes, so in a class of under some 200
    pictures a few old ones may move. And a new copy draws the old ones along if its name comes
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

    members: {group: for each of its pictures whether it is of this class}. Those of two classes
    stay. Single pictures move first, and always the same ones: those with the lowest digests.
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


def write_lists(folds, classes, splits, prefix, out_dir):
    tables = {}
    for fold, lists in enumerate(folds):
        for split, names in lists.items():
            paths = {c: [] for c in classes}
            for name in sorted(names, key=natural_key):
                paths[class_of(name, splits)].append(f'{prefix}/{name}')
            for label, c in enumerate(classes):
                tables[f'{split}_{c}_{fold}.csv'] = pd.DataFrame({'path': paths[c], 'label': label})
    out_dir.mkdir(parents=True, exist_ok=True)
    for old in out_dir.iterdir():
        if re.fullmatch(r'(train|val|test)_.+_[0-9]+\.csv', old.name) and old.name not in tables:
            old.unlink()        # the notebook would take it for a class
    for name, table in tables.items():
        aside = out_dir / f'{name}.tmp'         # renamed when complete: no half list after a crash
        table.to_csv(aside, index=False, encoding='utf-8', lineterminator='\n')
        os.replace(aside, out_dir / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', help='the pictures, for instance data/cat_dog')
    parser.add_argument('--seed', type=int, default=0, help='another seed deals other parts')
    args = parser.parse_args()
    try:
        report = make_list(args.folder, seed=args.seed)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'No lists written. {error}')
    lines = [f'{name}: {report.counts[name]} pictures, label {label}'
             for label, name in enumerate(report.classes)]
    few = [name for name in report.classes if report.counts[name] < FEW]
    if few and not report.splits:
        lines.append(f'few to test on: {", ".join(few)}. Train on each of the {N_FOLDS} folds, '
                     'then each picture is tested once')
    lines += [f'left out: {path} {reason}' for path, reason in report.left_out]
    lines += [f'copies, kept in one part: {", ".join(group)}' for group in report.copies]
    if report.splits:
        lines.append(f'kept as the publisher has them: {", ".join(report.splits.values())}')
    if report.held and report.n_folds > 1:
        lines.append(f'every fold tests on {report.held}, and validates on a fifth of '
                     f'{report.splits["train"]}')
    folds = f'{report.n_folds} folds' if report.n_folds > 1 else 'fold 0'
    lines += [f'The lists of {folds} are in {report.out_dir}. '
              f'In the Config cell: dataset = {report.out_dir.parent.name!r}']
    if not f'{report.data_root}/'.startswith('data/'):
        lines[-1] += f', data_root = {report.data_root!r}'
    encoding = sys.stdout.encoding or 'utf-8'       # a console may not know every letter of a name
    print('\n'.join(lines).encode(encoding, 'backslashreplace').decode(encoding))


if __name__ == '__main__':
    main()
