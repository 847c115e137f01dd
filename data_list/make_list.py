"""From a folder of pictures to five folds of lists: `python data_list/make_list.py data/<name>`

The pictures lie in `data/<name>/<class>/` or are named `<class>.<number>.jpg`, as Kaggle names
them. Each class is dealt into five parts of about equal size. Fold k tests on part k, validates on
part k + 1 and trains on the other three, so over the five folds every picture is tested exactly
once. Copies of a picture, also resized, recompressed or flipped ones, go to the same part as it.
"""
import argparse
import hashlib
import math
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

ROOT = Path(os.path.abspath(__file__)).parent.parent    # the project; paths are relative to it
sys.path.append(str(ROOT))
from near_copies import SIDE, group_copies, thumbnail  # noqa: E402

from pictures import BadPicture, read_picture  # noqa: E402

N_FOLDS = 5
SHARE = 0.15, 0.25          # of a class, that a part has at least and at most, where that can be
HIDDEN = re.compile(r'(\.|__)')         # .DS_Store, ._cat.0.jpg, .ipynb_checkpoints/, __MACOSX/
CONTROL = re.compile(r'[\x00-\x1f\x7f]')      # a line break, for instance


@dataclass
class ListReport:
    """What `make_list` did; every path is written as in the lists."""
    classes: list       # names, sorted; the index of a class is its label
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
    fewer than two classes, fewer than five different pictures in a class, two layouts at once.
    """
    found = [path for path in (Path(os.path.abspath(folder)), ROOT / folder) if path.is_dir()]
    if not found:
        raise FileNotFoundError(f'There is no folder {folder} in {os.getcwd()} or in {ROOT}. '
                                'Put the pictures in data/<name> and pass that folder.')
    folder = found[0]
    prefix = (folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder).as_posix()
    groups, left_out = group_pictures(folder)
    check_classes(folder, groups, left_out)
    parts = deal(groups, seed)
    classes = sorted({class_of(name) for group in groups for name in group})
    parts_of = {c: [[name for name in part if class_of(name) == c] for part in parts]
                for c in classes}
    out_dir = Path(out_dir or ROOT / 'data_list' / folder.name / 'k_fold')
    write_lists(parts_of, prefix, out_dir)
    return ListReport(
        classes=classes,
        out_dir=out_dir,
        data_root=Path(prefix).parent.as_posix(),
        counts={c: sum(map(len, parts_of[c])) for c in classes},
        left_out=[(f'{prefix}/{name}', reason) for name, reason in left_out],
        copies=[[f'{prefix}/{name}' for name in group] for group in groups if len(group) > 1])


def natural_key(name):
    """Sorts cat.2 before cat.10; `name` itself decides between cat.2 and cat.02."""
    return [int(s) if s.isascii() and s.isdecimal() else s
            for s in re.split('([0-9]+)', name)], name


def class_of(name):
    """'cat/any.jpg' and 'cat.0.jpg' are of class 'cat'; None where the name tells no class."""
    if '/' in name:
        return name.split('/')[0]
    kaggle = re.fullmatch(r'([^.]+)\.[0-9]+\.[^.]+', name)
    return kaggle and kaggle.group(1)


def group_pictures(folder):
    """Returns (groups, left_out): lists of names that show one picture; pairs (name, reason).

    Names are relative to `folder`, with forward slashes. Pictures with the same pixels in different
    classes are left out: nobody knows which label is right. Other copies may well differ in class:
    the mirror image of "turn left".
    """
    names, left_out = walk(folder)
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
        if len({class_of(name) for name in group}) > 1:
            reason = f'is the same picture in two classes: {", ".join(group)}'
            left_out += [(name, reason) for name in group]
        else:
            groups.setdefault(number, []).extend(group)
    return list(groups.values()), sorted(left_out, key=lambda pair: natural_key(pair[0]))


def walk(folder):
    """Returns (names, left_out): all files that may be pictures, sorted; pairs (name, reason)."""
    names, left_out = [], []

    def relative(*path):
        return Path(*path).relative_to(folder).as_posix()

    def not_entered(error):
        left_out.append((relative(error.filename), f'cannot be opened: {error.strerror}'))

    for parent, folders, files in os.walk(folder, onerror=not_entered):
        for name in list(folders):
            reason = why_not_entered(Path(parent, name))
            if reason:
                folders.remove(name)
                left_out.append((relative(parent, name), reason))
        for name in files:
            name = relative(parent, name)
            reason = why_not_listed(name)
            left_out += [(name, reason)] if reason else []
            names += [] if reason else [name]
    return sorted(names, key=natural_key), left_out


def why_not_entered(path):
    if HIDDEN.match(path.name):
        return 'is hidden'
    if path.is_symlink():
        return 'is a link to a folder; links are not followed, put the folder itself there'
    if re.search(r'\.(jpe?g|png|gif|bmp|webp|tiff?|avif)$', path.name.lower()):
        return 'is a folder, though named like a picture'
    return None


def why_not_listed(name):
    if HIDDEN.match(name.split('/')[-1]):
        return 'is hidden'
    if CONTROL.search(name):
        return 'has a line break or another control character in its name'
    try:
        name.encode('utf-8')                    # the lists are UTF-8
    except UnicodeEncodeError as error:
        return f'has a name that is not UTF-8: {error}'
    if class_of(name) is None:
        return 'has no class: it is neither in the folder of a class nor named like cat.0.jpg'
    return None


def check_classes(folder, groups, left_out):
    names = [name for group in groups for name in group]
    classes = {class_of(name) for name in names}
    if any('/' in name for name in names):
        classes |= {path.name for path in folder.iterdir()
                    if path.is_dir() and not why_not_entered(path)}     # also an empty one
    hint = ''.join(f'\n  left out: {name} {reason}' for name, reason in left_out[:9])
    if len(classes) < 2:
        raise ValueError(f'{folder} needs pictures of two classes or more, has {sorted(classes)}. '
                         f'Use sub-folders, <class>/any.jpg, or names like cat.0.jpg.{hint}')
    if len({'/' in name for name in names}) > 1:
        raise ValueError(f'{folder} has pictures in sub-folders and named pictures beside them, as '
                         f'classes {sorted(classes)}. Move one of the two kinds away.')
    for c in sorted(classes):
        different = sum({class_of(name) for name in group} == {c} for group in groups)
        if different < N_FOLDS:
            raise ValueError(f'Class {c} in {folder} has {different} different pictures (copies '
                             f'count as one); each of the {N_FOLDS} parts needs one. Add some or '
                             f'remove it.{hint}')


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


def write_lists(parts_of, prefix, out_dir):
    tables = {}
    for label, (name, parts) in enumerate(parts_of.items()):
        for fold in range(N_FOLDS):
            test, val, *train = parts[fold:] + parts[:fold]
            for split, names in ('train', sum(train, [])), ('val', val), ('test', test):
                paths = [f'{prefix}/{n}' for n in sorted(names, key=natural_key)]
                tables[f'{split}_{name}_{fold}.csv'] = pd.DataFrame({'path': paths, 'label': label})
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
    lines += [f'left out: {path} {reason}' for path, reason in report.left_out]
    lines += [f'copies, kept in one part: {", ".join(group)}' for group in report.copies]
    lines += [f'The lists of {N_FOLDS} folds are in {report.out_dir}. '
              f'In the Config cell: dataset = {report.out_dir.parent.name!r}']
    if not f'{report.data_root}/'.startswith('data/'):
        lines[-1] += f', data_root = {report.data_root!r}'
    encoding = sys.stdout.encoding or 'utf-8'       # a console may not know every letter of a name
    print('\n'.join(lines).encode(encoding, 'backslashreplace').decode(encoding))


if __name__ == '__main__':
    main()
