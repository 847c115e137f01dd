"""make_list: from a folder of images to the CSV lists of five folds."""
import json
import os
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from course import pixel_range, workplace
from course.lists.collect import collect, leave_siblings_out, named, white_of_set
from course.lists.copies import GREY_SIDE
from course.lists.folds import N_FOLDS, folds_of
from course.lists.groups import advice_on_groups, group_by_names, group_by_pattern
from course.lists.labels import entries_of_table
from course.lists.layout import NOT_IN_FILE_NAMES, class_folders, entries_of, natural_key, walk
from course.lists.splits import inner_folder, publisher_splits, splits_as_said

ONE_COLOUR = 4          # grey levels, standard deviation: less shows nothing
LARGE_GROUP = 0.1       # of a class, from which on a group of copies is worth a warning


@dataclass
class ListReport:
    """What `make_list` did; every path is written as in the lists."""
    classes: list       # names, sorted; the index of a class is its label
    splits: dict        # {'train': folder, ...} that the publisher has split; {} if there are none
    n_folds: int        # five, or one where the publisher gives train, val and test
    held: str           # the publisher's folder that every fold tests on, or None
    counts: dict        # class -> number of its images in the lists
    left_out: list      # (path, reason) of everything that is not in the lists
    out_dir: Path       # where the lists are
    data_root: str      # the folder that holds the folder of images, as the lists' paths begin
    copies: list        # lists of paths that show the same image; each stays in one part
    similarity: list = field(default_factory=list)      # of each of them: 1 is the same pixels
    layouts: list = field(default_factory=list)         # paths of look-alikes, taken for different
    versions: list = field(default_factory=list)        # paths that their names make versions
    notes: list = field(default_factory=list)           # sentences on what to look at
    entries: dict = field(default_factory=dict)         # path -> Entry of everything in the lists
    thumbnails: dict = field(default_factory=dict)      # path -> see lists.copies.thumbnail
    sizes: dict = field(default_factory=dict)           # path -> (width, height)


class ListError(ValueError):
    """A dataset that cannot be split as it is; `left_out`, `notes` and `copies`, as in ListReport,
    say more."""

    def __init__(self, problems, left_out=(), notes=(), copies=()):
        super().__init__(first_few(problems))
        self.left_out, self.notes, self.copies = list(left_out), list(notes), list(copies)


def first_few(problems, most=10):
    more = [f'... and {len(problems) - most} more like these'] if len(problems) > most else []
    return '\n'.join(problems[:most] + more)


def make_list(folder, out_dir=None, seed=0, *, splits=None, group=None, copies='near', labels=None,
              columns=None, white=None, follow_links=False) -> ListReport:
    """Writes `{train,val,test}_{class}_{fold}.csv`, columns `path,label`; returns a ListReport.

    `folder` is looked for in the working directory, then in the project. The lists go to
    `data_list/<name of folder>/k_fold` or to `out_dir`; lists of classes that are gone are removed.
    The same folder and seed give the same bytes on every machine. A folder elsewhere: full paths.

    splits: 'train=a,test=b' names the publisher's folders, 'none' says there are none; None: by
        their names. group: a regular expression whose first parenthesis names what stays in one
        part, 'none', or None: versions of an image by their names, and the table's column `group`.
    copies: 'near', 'exact' or 'none', see `collect`. labels: a CSV table of files and classes, and
        columns the two of its columns, 'id,breed', where it has more. white: the value that is
        white in 16-bit files, where they do not say it right. follow_links: enter linked folders.

    Raises FileNotFoundError for a missing folder and ValueError for one that cannot be split:
    fewer than two classes, fewer than five different images in a class, two layouts at once, a
    class that is missing in one of the publisher's folders. All that is wrong is said at once.
    """
    root = workplace()
    folder = find_folder(folder, root)
    if copies not in ('near', 'exact', 'none'):
        raise ValueError(f'--copies is {copies!r}; it must be near, exact or none')
    prefix = (folder.relative_to(root) if folder.is_relative_to(root) else folder).as_posix()
    out_dir = Path(out_dir or root / 'data_list' / folder.name / 'k_fold')
    check_same_dataset(out_dir, prefix)
    given = publisher_splits(folder) if splits is None and labels is None else splits_as_said(
        folder, splits or 'none')
    names, left_out = walk(folder, follow_links)
    if labels:
        table = next((path for path in (folder / labels, Path(labels)) if path.is_file()), None)
        if table is None:
            raise FileNotFoundError(f'There is no table {labels} in {folder} or in {os.getcwd()}')
        entries, more = entries_of_table(names, table, columns, given)
    else:
        entries, more = entries_of(names, given)
    left_out += more
    entries, versions, notes = grouped(entries, group)
    check_before_reading(folder, entries, left_out, given, labels)
    white, declared = (white, True) if white else white_of_set(folder, entries)
    if not declared:
        notes.append(f'the 16-bit files have no value above {white:,} and do not say which value '
                     f'is white: taken to be {white:,} for all. If it is another one: --white N')
    found = collect(folder, entries, copies, white)
    groups = found.groups
    left_out += found.left_out
    if given:
        groups, siblings = leave_siblings_out(groups)
        left_out += siblings
    left_out.sort(key=lambda pair: natural_key(pair[0]))
    notes += notes_on_looks(found, groups)
    check_classes(folder, groups, left_out, given, notes, [names for names, _ in found.copies])
    folds = folds_of(groups, given, seed)
    listed = sorted((e for group in groups for e in group), key=lambda e: natural_key(e.name))
    classes = sorted({e.label for e in listed})
    tested = folds[0]['test'][0].split
    write_lists(folds, classes, prefix, out_dir)
    write_pixel_range(out_dir, folder, prefix, white)

    def path(name):
        return f'{prefix}/{name}'

    here = {e.name for e in listed}
    copied = [([path(name) for name in group if name in here], similarity)
              for group, similarity in found.copies]
    copied = [(group, similarity) for group, similarity in copied if len(group) > 1]
    return ListReport(
        classes=classes,
        splits=given,
        n_folds=len(folds),
        held=given[tested] if tested in ('val', 'test') else None,
        out_dir=out_dir,
        data_root=Path(prefix).parent.as_posix(),
        counts=dict(sorted(Counter(e.label for e in listed).items())),
        left_out=[(path(name), reason) for name, reason in left_out],
        copies=[group for group, _ in copied],
        similarity=[similarity for _, similarity in copied],
        layouts=[[path(name) for name in layout] for layout in found.layouts],
        versions=[path(name) for name in versions if name in here],
        notes=notes,
        entries={path(e.name): e for e in listed},
        thumbnails={path(name): t for name, t in found.thumbnails.items()},
        sizes={path(name): size for name, size in found.sizes.items()})


def find_folder(folder, root):
    found = [path for path in (Path(os.path.abspath(folder)), root / folder) if path.is_dir()]
    if not found:
        places = ' or in '.join(dict.fromkeys([os.getcwd(), str(root)]))
        there = sorted(path.name for path in (root / 'data').glob('[!._]*') if path.is_dir())
        raise FileNotFoundError(f'There is no folder {folder} in {places}. Put the images in '
                                'data/<name> and pass that folder. In data/ there are: '
                                f'{", ".join(there) or "none"}')
    return found[0]


def check_same_dataset(out_dir, prefix):
    """Two folders of one name in different places would have the same place for their lists."""
    old = next(iter(sorted(out_dir.glob('test_*.csv'))), None)
    if old is None:
        return
    try:
        first = pd.read_csv(old, nrows=1).path.iloc[0]
    except (ValueError, AttributeError, IndexError, OSError):
        return
    if not str(first).startswith(f'{prefix}/'):
        raise ValueError(f'{out_dir} holds the lists of another folder, with images like {first}. '
                         f'Rename {prefix}, or remove those lists if you no longer need them')


def grouped(entries, group):
    """(entries with groups, names that are versions, notes)"""
    if group == 'none':
        return [e._replace(group=None) for e in entries], [], []
    if group:
        entries, n_alone = group_by_pattern(entries, group)
        return entries, [], [f'--group fits {len(entries) - n_alone} of {len(entries)} names; each '
                             'other image is a group by itself'] if n_alone else []
    if any(e.group for e in entries):
        return entries, [], []
    entries, versions = group_by_names(entries)
    advice = advice_on_groups(entries)
    return entries, versions, [advice] if advice else []


def check_before_reading(folder, entries, left_out, splits, labels):
    """Raise ListError, with all that can be told without decoding an image."""
    problems = []
    classes = sorted({e.label for e in entries} | empty_classes(folder, entries, splits, labels))
    if len(classes) < 2:
        inner = None if splits or labels else inner_folder(folder)
        hint = f' Did you mean "{(folder / inner.name).as_posix()}"?' if inner else ''
        problems.append(f'{folder} needs images of two classes or more, has '
                        f'{named(classes) or "none"}. Use sub-folders, <class>/any.jpg, or names '
                        f'like cat.0.jpg.{hint}')
    elif not splits and not labels and (inner := inner_folder(folder)) and {
            e.label for e in entries} == {inner.name}:
        problems.append(f'Only {inner.name} holds images, in sub-folders of its own. Did you mean '
                        f'"{(folder / inner.name).as_posix()}"?')
    by_folder = {'/' in e.below for e in entries}
    if len(by_folder) > 1 and not labels:
        problems.append(f'{folder} has images in sub-folders and named images beside them, as '
                        f'classes {named(classes, 10)}. Move one of the two kinds away.')
    same = defaultdict(list)
    for c in classes:
        same[unicodedata.normalize('NFC', c).casefold().strip()].append(c)
    problems += [f'The classes {" and ".join(names)} differ in nothing but the case or the '
                 'spelling of a letter. Rename one, or put them together.'
                 for names in same.values() if len(names) > 1]
    problems += [f'Class {c!r} cannot be part of the name of a list on every system: rename it, '
                 'without \\ / : * ? " < > | and without a dot or a blank at its end.'
                 for c in classes if NOT_IN_FILE_NAMES.search(c)]
    if not problems:
        counts = Counter((e.split, e.label) for e in entries)
        problems = too_few(folder, classes, counts, splits, 'images')
    if problems:
        raise ListError(problems, left_out)


def empty_classes(folder, entries, splits, labels):
    """Folders of classes without any image."""
    if labels or not any('/' in e.below for e in entries):
        return set()
    places = [folder / top for split, top in splits.items()
              if any(e.split == split for e in entries)] or [folder]
    return {path.name for place in places for path in class_folders(place)
            if not path.is_symlink()}


def check_classes(folder, groups, left_out, splits, notes, copies):
    """Raise ListError unless each part gets an image of each class."""
    classes = sorted({e.label for group in groups for e in group})
    different = Counter()               # groups with images of the class
    for group in groups:
        different.update({(e.split, e.label) for e in group})
    problems = too_few(folder, classes, different, splits, 'different images')
    if len(classes) < 2:
        problems = [f'Of {folder} no two classes have images that can be used.']
    if problems:
        raise ListError(problems, left_out, notes, copies)


def too_few(folder, classes, counts, splits, what):
    problems = []
    places = {split: folder / top for split, top in splits.items()
              if any(of == split for of, _ in counts)} or {None: folder}
    five = len(places) < 3              # train, val and test are not all given
    copies = ' (copies and images of one group count as one)' if 'different' in what else ''
    for split, place in places.items():
        for c in classes:
            n = counts[split, c]
            if five and split in (None, 'train') and n < N_FOLDS:
                problems.append(f'Class {c} in {place} has {n} {what}{copies}; each of the '
                                f'{N_FOLDS} parts needs one. Add some or remove it.')
            elif not n:
                problems.append(f'Class {c} has no image in {place}. Add some, or remove the '
                                'class everywhere.')
    return problems


def notes_on_looks(found, groups):
    """Sentences on look-alikes, on large groups of copies, and on images that show nothing."""
    notes = []
    label_of = {e.name: e.label for group in groups for e in group}
    sizes = Counter(label_of.values())
    for names, _ in found.copies:
        most = Counter(label_of[name] for name in names if name in label_of).most_common(1)
        if most and most[0][1] >= max(3, LARGE_GROUP * sizes[most[0][0]]):
            label, n = most[0]
            notes.append(f'{n} of the {sizes[label]} images of {label} are taken for copies of one '
                         f'({named(names, 3)}). If they are different images: --copies exact')
    notes += [f'{len(names)} images look much alike ({named(names, 3)}), as images of one pose or '
              'from one camera do. They count as different ones. If they are versions of a few '
              'images, say which belong together: --group' for names in found.layouts]
    greys = {name: t[-GREY_SIDE**2:] for name, t in found.thumbnails.items()}
    plain = [name for name, grey in greys.items() if grey.std() < ONE_COLOUR]
    if plain and len(plain) >= len(greys) / 2:
        level = np.mean([greys[name].mean() for name in plain])
        notes.append(f'{len(plain)} of {len(greys)} images are nearly all one colour (grey level '
                     f'{level:.0f} of 255), for instance {named(plain, 3)}: look at them')
    return notes


def write_lists(folds, classes, prefix, out_dir):
    tables = {}
    for fold, lists in enumerate(folds):
        for split, entries in lists.items():
            paths = {c: [] for c in classes}
            for e in sorted(entries, key=lambda e: natural_key(e.name)):
                paths[e.label].append(f'{prefix}/{e.name}')
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


def write_pixel_range(out_dir, folder, prefix, white):
    """For read_lists, where there are 16-bit files; and for whoever reads images now."""
    pixel_range.ranges.pop(str(folder), None)
    file = out_dir / 'pixel_range.json'
    if white:
        pixel_range.ranges[str(folder)] = white
        file.write_text(json.dumps({'folder': prefix, 'white': white}) + '\n', encoding='utf-8')
    else:
        file.unlink(missing_ok=True)
