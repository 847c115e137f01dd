"""From a folder of pictures to five folds of lists: `python data_list/make_list.py data/<name>`

The pictures lie in `data/<name>/<class>/` or are named `<class>.<number>.jpg`, as Kaggle names
them. Each class is dealt into five parts of equal size. Fold k tests on part k, validates on part
k + 1 and trains on the other three, so over the five folds every picture is tested exactly once.
"""
import argparse
import hashlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

ROOT = Path(os.path.abspath(__file__)).parent.parent    # the project; paths are relative to it
N_FOLDS = 5
HIDDEN = re.compile(r'(^|/)(\.|__)')     # .DS_Store, ._cat.0.jpg, .ipynb_checkpoints/, __MACOSX/


@dataclass
class ListReport:
    """What `make_list` did; every path is written as in the lists."""
    classes: list       # names, sorted; the index of a class is its label
    counts: dict        # class -> number of its pictures in the lists
    left_out: list      # (path, reason) of everything that is not in the lists
    out_dir: Path       # where the lists are
    duplicates: list    # lists of paths with the same pixels; such a group stays in one part


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
    groups, left_out = group_by_pixels(folder)
    groups_of = group_by_class(folder, groups)
    check_classes(folder, groups_of, left_out)
    classes = sorted(groups_of)
    parts_of = {name: deal(groups_of[name], seed, label) for label, name in enumerate(classes)}
    out_dir = Path(out_dir or ROOT / 'data_list' / folder.name / 'k_fold')
    write_lists(parts_of, prefix, out_dir)
    return ListReport(
        classes=classes,
        out_dir=out_dir,
        counts={name: sum(map(len, parts_of[name])) for name in classes},
        left_out=[(f'{prefix}/{name}', reason) for name, reason in left_out],
        duplicates=[[f'{prefix}/{name}' for name in group] for group in groups if len(group) > 1])


def natural_key(name):
    """Sorts cat.2 before cat.10; `name` itself decides between cat.2 and cat.02."""
    return [int(s) if s.isdecimal() else s for s in re.split('([0-9]+)', name)], name


def class_of(name):
    """'cat/any.jpg' and 'cat.0.jpg' are of class 'cat'; None where the name tells no class."""
    if '/' in name:
        return name.split('/')[0]
    kaggle = re.fullmatch(r'([^.]+)\.[0-9]+\.[^.]+', name)
    return kaggle and kaggle.group(1)


def group_by_pixels(folder):
    """Returns (groups, left_out): lists of names with equal pixels; pairs (name, reason).

    Names are relative to `folder`, with forward slashes. Equal pictures of different classes are
    left out: nobody knows which label is right.
    """
    groups, left_out = {}, []
    names = [path.relative_to(folder).as_posix() for path in folder.rglob('*')]
    for name in sorted(names, key=natural_key):
        pixels, reason = read_picture(folder, name)
        if reason:
            left_out.append((name, reason))
        elif pixels is not None:
            digest = hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).digest()
            groups.setdefault(digest, []).append(name)
    for digest, group in list(groups.items()):
        if len({class_of(name) for name in group}) > 1:
            reason = f'the same picture in two classes: {", ".join(group)}'
            left_out += [(name, reason) for name in groups.pop(digest)]
    return list(groups.values()), left_out


def read_picture(folder, name):
    """Returns (uint8 [H, W, 3], None), or (None, reason), or (None, None) for a plain folder."""
    path = folder / name
    if HIDDEN.search(name):
        return None, 'hidden'
    if not path.is_file():
        named_like_picture = re.search(r'\.(jpe?g|png|gif|bmp)$', name.lower())
        plain_folder = path.is_dir() and not path.is_symlink() and not named_like_picture
        return None, None if plain_folder else 'not a file but a folder or a link'
    try:
        name.encode('utf-8')                    # the lists are UTF-8
        data = np.fromfile(path, np.uint8)      # cv2.imread cannot open every name on Windows
        pixels = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except (OSError, UnicodeEncodeError, cv2.error) as error:
        return None, f'cannot be read: {error}'
    if not data.size:
        return None, 'an empty file'
    # Some decoders fill a cut-off JPEG with grey. Each start in it, also a thumbnail's, has an end.
    starts, ends = data.tobytes().count(b'\xff\xd8\xff'), data.tobytes().count(b'\xff\xd9')
    if data[:2].tobytes() == b'\xff\xd8' and ends < starts:
        return None, 'cut off: the end of the JPEG file is missing'
    if pixels is None:
        return None, 'not a picture, or a damaged one'
    if class_of(name) is None:
        return None, 'no class: neither in the folder of a class nor named like cat.0.jpg'
    return pixels, None


def group_by_class(folder, groups):
    """Returns {class: its groups}, with an empty list for a class folder without pictures."""
    groups_of = {}
    if any('/' in group[0] for group in groups):
        groups_of = {path.name: [] for path in folder.iterdir()
                     if path.is_dir() and not HIDDEN.search(path.name)}
    for group in groups:
        groups_of.setdefault(class_of(group[0]), []).append(group)
    return groups_of


def check_classes(folder, groups_of, left_out):
    hint = ''.join(f'\n  left out: {name}: {reason}' for name, reason in left_out[:9])
    if len(groups_of) < 2:
        raise ValueError(f'{folder} needs pictures of two classes or more, has {list(groups_of)}. '
                         f'Use sub-folders, <class>/any.jpg, or names like cat.0.jpg.{hint}')
    if len({'/' in group[0] for groups in groups_of.values() for group in groups}) > 1:
        raise ValueError(f'{folder} has pictures in sub-folders and named pictures beside them, as '
                         f'classes {sorted(groups_of)}. Move one of the two kinds away.')
    for name, groups in sorted(groups_of.items()):
        if len(groups) < N_FOLDS:
            raise ValueError(f'Class {name} in {folder} has {len(groups)} different pictures; each '
                             f'of the {N_FOLDS} parts needs one. Add some or remove it.{hint}')


def deal(groups, seed, first):
    """Returns five lists of names, as equal in size as the groups allow; ties begin at `first`."""
    def order(group):       # by a hash: the same everywhere; large first: single ones even them out
        return -len(group), hashlib.sha256(f'{seed} {group[0]}'.encode()).digest()

    parts = [[] for _ in range(N_FOLDS)]
    for group in sorted(groups, key=order):
        smallest = min(range(N_FOLDS), key=lambda i: (len(parts[i]), (i - first) % N_FOLDS))
        parts[smallest] += group
    return parts


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
    lines += [f'left out: {path}: {reason}' for path, reason in report.left_out]
    lines += [f'same picture, kept in one part: {", ".join(group)}' for group in report.duplicates]
    lines += [f'The lists of {N_FOLDS} folds are in {report.out_dir}. '
              f'In the Config cell: dataset = {report.out_dir.parent.name!r}']
    encoding = sys.stdout.encoding or 'utf-8'       # a console may not know every letter of a name
    print('\n'.join(lines).encode(encoding, 'backslashreplace').decode(encoding))


if __name__ == '__main__':
    main()
