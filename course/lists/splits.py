"""Folders in which a publisher has split a dataset, under the names that publishers give them."""
import os
import re
from pathlib import Path

from course.lists.layout import IMAGE, class_folders, class_of

KINDS = {'train': 'train(ing)?|trn', 'val': 'val(id(ate|ation)?)?|dev(el|elopment)?',
         'test': 'test(ing)?|tst', 'held out': 'eval(uate|uation)?|hold[ _-]?out'}
MORE = (r'(data ?sets?|data|sets?|splits?|images?|imgs?|pictures?|pics?|photos?|folders?|dir|files?'
        r'|[0-9]+)')        # words and numbers that may stand beside the name of a split
OVERRULE = ('--splits train=FOLDER,test=FOLDER says which is which (val=FOLDER too, if there is '
            'one), --splits none says that they are classes')


def publisher_splits(folder: Path) -> dict[str, str]:
    """{'train': 'train', 'val': 'validation'}, for instance: which sub-folder is which split.

    {} where the folders are classes. They are splits if one is named for training and all others
    too, or if two or more are named as splits and hold sub-folders of the same names; what lies
    beside those is left out. Raises ValueError where two are the same split, and where the names
    say nothing while all folders hold sub-folders of the same names.
    """
    folders = [path.name for path in class_folders(folder)]
    kinds = split_names(folders)
    classes = {name: classes_in(folder / name) for name in folders}
    splits = one_of_each(folder, kinds)
    named = sorted(splits.values())
    same = [name for name in folders if classes[name] and len(classes[name]) > 1
            and all(alike(classes[name], classes[other]) for other in named or folders)]
    if 'train' in splits and len(named) == len(folders):
        return splits
    beside = [name for name in folders if name not in named]
    if 'train' in splits and len(named) > 1 and set(named) <= set(same):
        unclear = [name for name in beside if name in same
                   and not publisher_splits(folder / name)]
        if not unclear:
            return splits
        raise ValueError(f'{folder} has the splits {", ".join(named)}, and {", ".join(unclear)} '
                         f'with the same classes. Move that away, or: {OVERRULE}')
    if len(folders) > 1 and len(same) == len(folders):
        raise ValueError(f'All folders in {folder} hold the same sub-folders '
                         f'({first_names(classes[folders[0]])}): {first_names(folders)}. Are they '
                         f'splits? {OVERRULE}')
    return {}


def first_names(names, most=5):
    names = sorted(names)
    return ', '.join(names[:most]) + (f' and {len(names) - most} more' if len(names) > most else '')


def split_names(folders):
    """{folder: 'train', ...} of those that are named as a split. A beginning or an end that two or
    more have in common does not count: seg_train and seg_test."""
    found = {name: kind for name in folders if (kind := kind_of(name))}
    for separator in '_', '-', ' ', '.':
        for cut in (lambda n, s=separator: n.partition(s), lambda n, s=separator:
                    n.rpartition(s)[::-1]):
            ends = {name: (cut(name)[0].lower(), kind_of(cut(name)[2])) for name in folders}
            common = [end for end, kind in ends.values() if kind]
            for name, (end, kind) in ends.items():
                if kind and common.count(end) > 1:
                    found.setdefault(name, kind)
    return found


def kind_of(name):
    """'train' for 'Training_Set', None for 'tram'."""
    between = r'[ _.\-]*'
    return next((kind for kind, words in KINDS.items() if re.fullmatch(
        rf'({MORE}{between})*({words})({between}{MORE})*', name, re.IGNORECASE)), None)


def one_of_each(folder, kinds):
    splits = {}
    for name, kind in sorted(kinds.items(), key=lambda item: item[1] == 'held out'):
        if kind == 'held out':
            kind = 'val' if 'test' in splits else 'test'
        if kind in splits:
            raise ValueError(f'{folder} has two folders for {kind}: {splits[kind]} and {name}. Put '
                             f'them together, remove one, or: {OVERRULE}')
        splits[kind] = name
    return dict(sorted(splits.items(), key=lambda item: list(KINDS).index(item[0])))


def classes_in(folder):
    """The classes that a split would have: names of sub-folders, or of files like cat.0.jpg."""
    try:
        below = {path.name for path in class_folders(folder)}
    except OSError:
        return set()
    if below:
        return below
    with os.scandir(folder) as files:
        return {class_of(file.name) for file in files if IMAGE.search(file.name)} - {None}


def alike(some, others):
    """Whether two sets of classes are those of one dataset; a split may lack a few, or have none
    whose labels are known."""
    return not others or len(some & others) >= max(2, len(some | others) / 2)


def splits_as_said(folder: Path, text: str) -> dict[str, str]:
    """'train=a,test=b' -> {'train': 'a', 'test': 'b'}; 'none' -> {}."""
    if text.strip() == 'none':
        return {}
    splits = {}
    for part in text.split(','):
        split, _, name = (word.strip() for word in part.partition('='))
        name = name.replace('\\', '/').strip('/')
        if split not in ('train', 'val', 'test') or not name or split in splits:
            raise ValueError(f'--splits {text}: write it as train=FOLDER,val=FOLDER,test=FOLDER '
                             '(each once, val or test may be missing), or none')
        if not (folder / name).is_dir():
            raise ValueError(f'--splits {text}: there is no folder {name} in {folder}. There are: '
                             f'{first_names(path.name for path in class_folders(folder))}')
        splits[split] = name
    if 'train' not in splits:
        raise ValueError(f'--splits {text}: name the folder to train on, train=FOLDER')
    return splits


def inner_folder(folder):
    """The sub-folder that was meant, where a dataset lies in a folder of a folder; or None."""
    inner = [path for path in class_folders(folder) if len(classes_in(path)) > 1]
    return inner[0] if len(inner) == 1 else None
