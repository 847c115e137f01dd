"""What is wrong with a folder as a dataset, all of it at once, and what is worth a look."""
import unicodedata
from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from course.lists.collect import named
from course.lists.copies import GREY_SIDE
from course.lists.folds import N_FOLDS
from course.lists.layout import FORMULA, NOT_IN_FILE_NAMES, class_folders
from course.lists.splits import inner_folder

ONE_COLOUR = 4          # grey levels, standard deviation: less shows nothing
LARGE_GROUP = 0.1       # of a class, from which on a group of copies is worth a warning


class ListError(ValueError):
    """A dataset that cannot be split as it is; `left_out`, `notes` and `copies`, as in ListReport,
    say more."""

    def __init__(self, problems, left_out=(), notes=(), copies=()):
        super().__init__(first_few(problems))
        self.left_out, self.notes, self.copies = list(left_out), list(notes), list(copies)


def first_few(problems, most=10):
    more = [f'... and {len(problems) - most} more like these'] if len(problems) > most else []
    return '\n'.join(problems[:most] + more)


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
    problems += [f'Class {c!r} would be run as a formula by a spreadsheet that opens the results '
                 'of the test: rename it, without = + - @ at its beginning.'
                 for c in classes if FORMULA.match(c)]
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
