"""Where the images of a dataset lie, and what the names of files and folders say about them.

    <class>/any.jpg or <class>.<number>.jpg                 make_list.py deals them
    train/<class>/any.jpg, val/<class>/any.jpg, ...         the publisher has dealt them

Names are relative to the dataset's folder, with forward slashes. `splits` is {} or what
`publisher_splits` returns.
"""
import os
import re
from pathlib import Path

HIDDEN = re.compile(r'(\.|__)')         # .DS_Store, ._cat.0.jpg, .ipynb_checkpoints/, __MACOSX/
CONTROL = re.compile(r'[\x00-\x1f\x7f]')      # a line break, for instance
SPLITS = {'train': r'train(ing)?', 'val': r'val(id|idation)?|dev', 'test': r'test(ing)?\d*'}


def publisher_splits(folder):
    """{'train': 'train', 'val': 'validation'}, for instance: which sub-folder is which split.

    {} where there is a sub-folder of another name (that is a class) or none for training. Raises
    ValueError where two are the same split.
    """
    splits = {}
    for path in sorted(folder.iterdir()):
        if not path.is_dir() or why_not_entered(path):
            continue
        split = next((split for split, names in SPLITS.items()
                      if re.fullmatch(names, path.name, re.IGNORECASE)), None)
        if split is None:
            return {}
        if split in splits:
            raise ValueError(f'{folder} has two folders for {split}: {splits[split]} and '
                             f'{path.name}. Put them together, or remove one.')
        splits[split] = path.name
    return splits if 'train' in splits else {}


def split_of(name, splits):
    """'val' for 'validation/cat/any.jpg'; None where the publisher has not dealt it."""
    top = name.split('/')[0]
    return next((split for split, folder in splits.items() if folder == top), None)


def class_of(name, splits=()):
    """'cat/any.jpg' and 'cat.0.jpg' are of class 'cat'; None where the name tells no class."""
    if splits:
        if split_of(name, splits) is None:
            return None
        name = name.partition('/')[2]
    if '/' in name:
        return name.split('/')[0]
    kaggle = re.fullmatch(r'([^.]+)\.[0-9]+\.[^.]+', name)
    return kaggle and kaggle.group(1)


def natural_key(name):
    """Sorts cat.2 before cat.10; `name` itself decides between cat.2 and cat.02."""
    return [int(s) if s.isascii() and s.isdecimal() else s
            for s in re.split('([0-9]+)', name)], name


def walk(folder, splits=()):
    """Returns (names, left_out): all files that may be images, sorted; pairs (name, reason)."""
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
            reason = why_not_listed(name, splits)
            left_out += [(name, reason)] if reason else []
            names += [] if reason else [name]
    return sorted(names, key=natural_key), left_out


def why_not_entered(path):
    if HIDDEN.match(path.name):
        return 'is hidden'
    if path.is_symlink():
        return 'is a link to a folder; links are not followed, put the folder itself there'
    if re.search(r'\.(jpe?g|png|gif|bmp|webp|tiff?|avif)$', path.name.lower()):
        return 'is a folder, though named like an image'
    return None


def why_not_listed(name, splits):
    if HIDDEN.match(name.split('/')[-1]):
        return 'is hidden'
    if CONTROL.search(name):
        return 'has a line break or another control character in its name'
    try:
        name.encode('utf-8')                    # the lists are UTF-8
    except UnicodeEncodeError as error:
        return f'has a name that is not UTF-8: {error}'
    if class_of(name, splits) is None:
        return ('has no class: it is neither in the folder of a class nor named like cat.0.jpg. '
                'Move or rename it')
    return None
