"""Which files of a dataset may be images, and what their names say about them.

    <class>/any.jpg or <class>.<number>.jpg             make_list splits them
    train/<class>/any.jpg, val/<class>/any.jpg, ...     the publisher has split them (splits.py)

Names are relative to the dataset's folder, with forward slashes. `splits` is {} or what
`splits.publisher_splits` returns: {'train': folder, ...}.
"""
import os
import re
from pathlib import Path
from typing import NamedTuple

HIDDEN = re.compile(r'\.|(__MACOSX|__pycache__|@eaDir|lost\+found|\$RECYCLE\.BIN|#recycle'
                    r'|System Volume Information|Thumbs\.db|desktop\.ini)$', re.IGNORECASE)
CONTROL = re.compile(r'[\x00-\x1f\x7f]')      # a line break, for instance
NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|]|[. ]$')   # on one system or another
FORMULA = re.compile(r'[=+@-](?![0-9.,]*$)')    # a cell that a spreadsheet runs, not '-' or '+1.5'
IMAGE = re.compile(r'\.(jpe?g|png|gif|bmp|webp|tiff?|avif|p[bgpn]m|jp2|j2k)$', re.IGNORECASE)


class Entry(NamedTuple):
    """One file that is taken for an image."""
    name: str           # relative to the dataset's folder
    label: str          # name of its class
    split: str | None   # 'train', 'val' or 'test' as the publisher has it
    below: str          # name without the folder of the split
    group: str | None = None        # what it must not be parted from; None: nothing

    @property
    def file_name(self):
        return self.name.rpartition('/')[2]


def split_of(name, splits):
    """'val' for 'validation/cat/any.jpg'; None where the publisher has not split it."""
    return next((split for split, folder in splits.items() if name.startswith(f'{folder}/')), None)


def below_split(name, splits):
    """'cat/any.jpg' for 'validation/cat/any.jpg'."""
    split = split_of(name, splits) if splits else None
    return name.removeprefix(f'{splits[split]}/') if split else name


def class_of(name, splits=()):
    """'cat/any.jpg' and 'cat.0.jpg' are of class 'cat'; None where the name tells no class."""
    if splits and split_of(name, splits) is None:
        return None
    below = below_split(name, splits)
    if '/' in below:
        return below.split('/')[0]
    kaggle = re.fullmatch(r'([^.]+)\.[0-9]+\.[^.]+', below)
    return kaggle and kaggle.group(1)


def natural_key(name):
    """Sorts cat.2 before cat.10; `name` itself decides between cat.2 and cat.02."""
    return [int(s) if s.isascii() and s.isdecimal() else s
            for s in re.split('([0-9]+)', name)], name


def class_folders(folder):
    """The sub-folders that may be classes or splits, sorted."""
    return sorted(path for path in Path(folder).iterdir()
                  if path.is_dir() and not why_not_entered(path, follow_links=True))


def walk(folder, follow_links=False):
    """Returns (names, left_out): all files that may be images, sorted; pairs (name, reason)."""
    names, left_out = [], []

    def relative(*path):
        return Path(*path).relative_to(folder).as_posix()

    def not_entered(error):
        left_out.append((relative(error.filename), f'cannot be opened: {error.strerror}'))

    for parent, folders, files in os.walk(folder, onerror=not_entered, followlinks=follow_links):
        for name in list(folders):
            reason = why_not_entered(Path(parent, name), follow_links)
            if reason:
                folders.remove(name)
                left_out.append((relative(parent, name), reason))
        for name in files:
            name = relative(parent, name)
            reason = why_not_listed(name)
            left_out += [(name, reason)] if reason else []
            names += [] if reason else [name]
    return sorted(names, key=natural_key), left_out


def why_not_entered(path, follow_links=False):
    if HIDDEN.match(path.name):
        return 'is hidden, or made by the system'
    if path.is_symlink():
        if not follow_links:
            return 'is a link to a folder; links are not followed, unless you add --follow-links'
        if Path(os.path.realpath(path)) in Path(os.path.realpath(path.parent), 'x').parents:
            return 'is a link to a folder that it lies in'
    if IMAGE.search(path.name):
        return 'is a folder, though named like an image'
    return None


def why_not_listed(name):
    if HIDDEN.match(name.split('/')[-1]):
        return 'is hidden, or made by the system'
    if CONTROL.search(name):
        return 'has a line break or another control character in its name'
    try:
        name.encode('utf-8')                    # the lists are UTF-8
    except UnicodeEncodeError as error:
        return f'has a name that is not UTF-8: {error}'
    return None


def entries_of(names, splits):
    """Returns (entries, left_out): what the names say of their classes."""
    entries, left_out = [], []
    for name in names:
        label = class_of(name, splits)
        if label is None:
            left_out.append((name, why_no_class(name, splits)))
        else:
            entries.append(Entry(name, label, split_of(name, splits) if splits else None,
                                 below_split(name, splits)))
    return entries, left_out


def why_no_class(name, splits):
    if splits and split_of(name, splits) is None:
        return f'is outside of {", ".join(splits.values())}, which hold the splits'
    return ('has no class: it is neither in the folder of a class nor named like cat.0.jpg. Move '
            'or rename it')
