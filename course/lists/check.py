"""Reads the lists, and says what about them would go wrong later."""
import glob
import json
import os
import re
import shlex
from pathlib import Path

import pandas as pd

from course import ROOT, pixel_range
from course.lists.layout import walk

SPLITS = ('train', 'val', 'test')
AGAIN = 'make the lists again with data_list/make_list.py'
SHOWN = 5               # problems that are named; the others are counted


def read_lists(dataset: str, fold: int, data_root: str | None = 'data'
               ) -> tuple[list[str], list[list[pd.DataFrame]]]:
    """The lists data_list/<dataset>/k_fold/{train,val,test}_<class>_<fold>.csv.

    Returns (class_names, dataframes): the names sorted, so that the index of a class is its label,
    and for each class its [train, val, test] as `read_list` gives them. From here on `read_image`
    knows the range of the dataset's 16-bit files, where make_list has found one.

    Raises FileNotFoundError where there are no such lists, a list or an image is missing, and
    ValueError for everything that `read_list` and `check_lists` refuse. The message names what is
    wrong in all lists, not only the first.
    """
    folder = Path('data_list', dataset, 'k_fold')
    class_names = sorted(names_and_folds(folder, fold))
    if not class_names:
        raise FileNotFoundError(no_lists(folder, dataset, fold))
    problems, dataframes = [], []
    for name in class_names:
        frames = []
        for split in SPLITS:
            try:
                frames.append(read_list(folder / f'{split}_{name}_{fold}.csv', data_root))
            except (OSError, ValueError) as error:
                problems.append(error)
        dataframes.append(frames)
    if problems:
        raise type(problems[0])(first_few([str(error) for error in problems]))
    check_lists(1, dataframes, len(class_names))
    use_pixel_range(folder)
    say_unlisted(dataset, pd.concat([frame for frames in dataframes for frame in frames]).path)
    return class_names, dataframes


def say_unlisted(dataset, listed):
    """Print how many images of data/<dataset> no list names, and make_list did not leave out."""
    folder, left_out = Path('data', dataset), Path('data_list', dataset, 'left_out.csv')
    if not folder.is_dir():
        return
    known = {os.path.normcase(path) for path in listed}
    if left_out.is_file():
        known |= {os.path.normcase(path) for path in pd.read_csv(left_out).path}
    names, _ = walk(folder)
    unlisted = [name for name in names if os.path.normcase(f'data/{dataset}/{name}') not in known]
    if unlisted:
        print(f'{len(unlisted)} files in {folder.as_posix()} are in no list, {unlisted[0]} first. '
              f'If they are new: python data_list/make_list.py {shlex.quote(folder.as_posix())}')


def names_and_folds(folder, fold='[0-9]+'):
    """{class name: folds} of the training lists in a folder."""
    found = {}
    for path in glob.glob(f'{glob.escape(str(folder))}/train_*.csv'):
        name = re.fullmatch(rf'train_(.+)_({fold})\.csv', os.path.basename(path))
        if name:
            found.setdefault(name[1], []).append(int(name[2]))
    return found


def no_lists(folder, dataset, fold):
    folds = sorted(set(sum(names_and_folds(folder).values(), [])))
    if folds:
        return (f'fold is {fold}, but the lists in {folder.as_posix()} are of fold '
                f'{", ".join(map(str, folds))}. Choose one of them')
    if not Path('data_list').is_dir():
        return (f'There is no folder data_list in {Path.cwd()}: this is not the folder of the '
                f'course. Open the notebook in {ROOT}')
    others = sorted(path.parent.name for path in Path('data_list').glob('*/k_fold'))
    return (f'There are no lists {folder.as_posix()}/train_*_{fold}.csv. Make them with: '
            f'python data_list/make_list.py {shlex.quote(f"data/{dataset}")}. There are lists of: '
            f'{", ".join(others) or "nothing"}')


def use_pixel_range(folder):
    """Tell `read_image` the range of the 16-bit files that make_list found, if it found any."""
    file = Path(folder, 'pixel_range.json')
    if file.is_file():
        found = json.loads(file.read_text(encoding='utf-8'))
        pixel_range.ranges[os.path.abspath(found['folder'])] = found['white']


def read_list(file: str | os.PathLike, data_root: str | os.PathLike | None = 'data'
              ) -> pd.DataFrame:
    """A CSV list as a DataFrame with the columns `path` and `label`, as Excel may have saved it:
    with semicolons, blanks around a value, empty rows at the end, backslashes in the paths.

    data_root: the folder that its images lie in, so that a list from elsewhere does not open
    any file of this machine; None lets it.
    Raises ValueError where the list cannot be read or names an image that is not below data_root,
    FileNotFoundError where the list or an image is missing; both with the list and the row.
    """
    if not os.path.isfile(file):
        raise FileNotFoundError(f'The list {file} is missing. Put it back, or {AGAIN}')
    try:
        with open(file, encoding='utf-8-sig') as text:
            header = text.readline()
            text.seek(0)
            semicolons = ';' in header and ',' not in header
            frame = pd.read_csv(text, sep=';' if semicolons else ',')
    except UnicodeDecodeError as error:
        raise ValueError(f'{file} is not a list of images in UTF-8. In Excel: save it as "CSV '
                         f'UTF-8". Or {AGAIN}') from error
    except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise ValueError(f'{file} is not a list of images: {error}. Put it right, or '
                         f'{AGAIN}') from error
    frame = frame.rename(columns=lambda name: str(name).strip()).dropna(how='all')
    if 'label' in frame:
        numbers = pd.to_numeric(frame.label, errors='coerce')
        if (numbers % 1 == 0).all():        # an empty row makes 0.0 of 0
            frame['label'] = numbers.astype(int)
    if 'path' in frame:
        frame['path'] = [tidy(path) for path in frame.path]
    frame.attrs['file'] = str(file)         # for the messages of check_lists
    outside, missing = [], []
    for nth, path in enumerate(frame.get('path', [])):
        if data_root is not None and not is_below(data_root, path):
            outside.append(f'{file}, row {nth}: {path}')
        elif not os.path.isfile(path):
            missing.append(f'{file}, row {nth}: {path}')
    if outside:
        raise ValueError(f'{outside[0]} is not below {data_root}/{and_more(outside)}. If you trust '
                         'this list, set data_root to the folder of its images, or to None')
    if missing:
        raise FileNotFoundError(f'{missing[0]} is missing{and_more(missing)}. Put it back, or '
                                f'{AGAIN}')
    return frame


def tidy(path):
    """A path as it was meant: without blanks around it, with forward slashes."""
    path = str(path)
    return path if os.path.isfile(path) else path.strip().replace('\\', '/')


def and_more(problems):
    return f', and so for {len(problems) - 1} more rows' if len(problems) > 1 else ''


def first_few(problems):
    more = [f'... and {len(problems) - SHOWN} more lists'] if len(problems) > SHOWN else []
    return '\n'.join(problems[:SHOWN] + more)


def is_below(folder, path):
    """Whether path stays in folder by its spelling; a link in the folder may lead elsewhere."""
    return os.path.abspath(path).startswith(os.path.join(os.path.abspath(folder), ''))


def check_lists(batch_size: int, dataframes: list[list[pd.DataFrame]], num_class: int) -> None:
    """Raise ValueError for anything about the lists that would go wrong later."""
    if batch_size < 1:
        raise ValueError(f'batch_size is {batch_size}; it must be 1 or more')
    if not dataframes or any(len(frames) != 3 for frames in dataframes):
        raise ValueError('dataframes must hold one [train, val, test] for each class')
    if len(dataframes) > num_class:
        raise ValueError(f'There are lists of {len(dataframes)} classes, but num_class is '
                         f'{num_class}')
    for c, frames in enumerate(dataframes):
        for split, frame in zip(SPLITS, frames):
            check_list(frame, frame.attrs.get('file', f'the {split} list of class {c}'), c)
    check_overlap(dataframes)


def check_list(frame, where, c):
    """One list of class c: its columns, and that it holds label c and no other."""
    missing = {'path', 'label'} - set(frame.columns)
    if missing:
        raise ValueError(f'{where} has no column {", ".join(sorted(missing))}; it has '
                         f'{", ".join(map(str, frame.columns))}. Name its columns path,label, or '
                         f'{AGAIN}')
    if len(frame) == 0:
        raise ValueError(f'{where} is empty: no image to read. Add some, or {AGAIN}')
    wrong = (frame.label != c).to_numpy()
    if wrong.any():
        nth = wrong.argmax()
        raise ValueError(f'{where}, row {nth}: label {frame.label.iloc[nth]} of '
                         f'{frame.path.iloc[nth]}. The lists of class {c} must hold label {c} '
                         'alone: the classes are numbered from 0 in the order of their names')
    if not pd.api.types.is_integer_dtype(frame.label):
        raise ValueError(f'{where}: the labels are {frame.label.dtype}, not whole numbers')


def check_overlap(dataframes):
    """No file is in two lists, however its path is spelled."""
    seen = {}
    for c, frames in enumerate(dataframes):
        for split, frame in zip(SPLITS, frames):
            for path in frame.path:
                split_before, class_before, path_before = seen.setdefault(
                    identity(path), (split, c, path))
                also = '' if path == path_before else f' (as {path_before})'
                if split_before != split:
                    a, b = sorted((split_before, split), key=SPLITS.index)
                    raise ValueError(
                        f'{path} stands in a {a} and in a {b} list{also}: the network would be '
                        f'tested on what it has seen. Remove it from one of them, or {AGAIN}')
                if class_before != c:
                    raise ValueError(f'{path} is in the {split} lists of class {class_before} and '
                                     f'of class {c}{also}. Remove it from one of them')


def identity(path):
    """The same for every spelling of one file: ./a.jpg, b/../a.jpg, A.JPG on some disks, a link."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return os.path.abspath(path)
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)
