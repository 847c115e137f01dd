"""make_list: from a folder of images to the CSV lists of five folds."""
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from course import workplace
from course.lists.collect import group_images, leave_copies_out
from course.lists.folds import N_FOLDS, folds_of
from course.lists.layout import class_of, natural_key, publisher_splits, split_of, why_not_entered


@dataclass
class ListReport:
    """What `make_list` did; every path is written as in the lists."""
    classes: list       # names, sorted; the index of a class is its label
    splits: dict        # {'train': folder, ...} that the publisher has dealt; {} if there are none
    n_folds: int        # five, or one where the publisher gives train, val and test
    held: str           # the publisher's folder that every fold tests on, or None
    counts: dict        # class -> number of its images in the lists
    left_out: list      # (path, reason) of everything that is not in the lists
    out_dir: Path       # where the lists are
    data_root: str      # the folder that holds the folder of images, as the lists' paths begin
    copies: list        # lists of paths that show the same image; each stays in one part


def make_list(folder, out_dir=None, seed=0):
    """Writes `{train,val,test}_{class}_{fold}.csv`, columns `path,label`; returns a ListReport.

    `folder` is looked for in the working directory, then in the project. The lists go to
    `data_list/<name of folder>/k_fold` or to `out_dir`; lists of classes that are gone are removed.
    The same folder and seed give the same bytes on every machine. A folder elsewhere: full paths.

    Raises FileNotFoundError for a missing folder and ValueError for one that cannot be dealt:
    fewer than two classes, fewer than five different images in a class, two layouts at once, a
    class that is missing in one of the publisher's folders.
    """
    root = workplace()
    found = [path for path in (Path(os.path.abspath(folder)), root / folder) if path.is_dir()]
    if not found:
        places = ' or in '.join(dict.fromkeys([os.getcwd(), str(root)]))
        there = sorted(path.name for path in (root / 'data').glob('[!._]*') if path.is_dir())
        raise FileNotFoundError(f'There is no folder {folder} in {places}. Put the images in '
                                'data/<name> and pass that folder. In data/ there are: '
                                f'{", ".join(there) or "none"}')
    folder = found[0]
    prefix = (folder.relative_to(root) if folder.is_relative_to(root) else folder).as_posix()
    splits = publisher_splits(folder)
    groups, left_out = group_images(folder, splits)
    if splits:
        groups, copies = leave_copies_out(groups, splits)
        left_out = sorted(left_out + copies, key=lambda pair: natural_key(pair[0]))
    check_classes(folder, groups, left_out, splits)
    folds = folds_of(groups, splits, seed)
    class_names = [class_of(name, splits) for group in groups for name in group]
    classes = sorted(set(class_names))
    tested = split_of(folds[0]['test'][0], splits)
    out_dir = Path(out_dir or root / 'data_list' / folder.name / 'k_fold')
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
        raise ValueError(f'{folder} needs images of two classes or more, has {has}. '
                         f'Use sub-folders, <class>/any.jpg, or names like cat.0.jpg.{hint}')
    depths = {'/' in (name.partition('/')[2] if splits else name) for name in names}
    if len(depths) > 1:
        raise ValueError(f'{folder} has images in sub-folders and named images beside them, as '
                         f'classes {sorted(classes)}. Move one of the two kinds away.')
    different = Counter()               # images of one class, copies counted as one
    for group in groups:
        if len(of := {class_of(name, splits) for name in group}) == 1:
            different[split_of(group[0], splits), of.pop()] += 1
    dealt = len(places) < 3             # train, val and test are all given
    for split, place in places.items():
        for c in sorted(classes):
            n = different[split, c]
            if dealt and split in (None, 'train') and n < N_FOLDS:
                raise ValueError(f'Class {c} in {place} has {n} different images (copies '
                                 f'count as one); each of the {N_FOLDS} parts needs one. Add some '
                                 f'or remove it.{hint}')
            if not n:
                raise ValueError(f'Class {c} has no image in {place}. Add some, or remove the '
                                 f'class everywhere.{hint}')


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
