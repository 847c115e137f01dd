"""Reads the lists, and says what about them would go wrong later."""
import os

import pandas as pd

SPLITS = ('train', 'val', 'test')


def read_list(file, data_root='data'):
    """A CSV list as a DataFrame.

    data_root: the folder that its images lie in, so that a list from elsewhere does not open
    any file of this machine; None lets it.
    Raises ValueError where the list cannot be read or names an image that is not below data_root,
    FileNotFoundError where an image is missing; both with the list and the row.
    """
    try:
        frame = pd.read_csv(file)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        raise ValueError(f'{file} is not a list of images: {error}. Make the lists again with '
                         'data_list/make_list.py') from error
    frame.attrs['file'] = str(file)         # for the messages of check_lists
    for nth, path in enumerate(frame.get('path', [])):
        if data_root is not None and not is_below(data_root, str(path)):
            raise ValueError(f'{file}, row {nth}: {path} is not below {data_root}/. If you trust '
                             'this list: read_list(file, data_root=None)')
        if not os.path.isfile(str(path)):
            raise FileNotFoundError(f'{file}, row {nth}: {path} is missing. Put it back, or make '
                                    'the lists again with data_list/make_list.py')
    return frame


def is_below(folder, path):
    """Whether path stays in folder by its spelling; a link in the folder may lead elsewhere."""
    return os.path.abspath(path).startswith(os.path.join(os.path.abspath(folder), ''))


def check_lists(batch_size, dataframes, num_class):
    """Raise ValueError for anything about the lists that would go wrong later."""
    if batch_size < 1:
        raise ValueError(f'batch_size is {batch_size}; it must be 1 or more')
    if not dataframes or any(len(frames) != 3 for frames in dataframes):
        raise ValueError('dataframes must hold one [train, val, test] for each class')
    for c, frames in enumerate(dataframes):
        for split, frame in zip(SPLITS, frames):
            where = frame.attrs.get('file', f'the {split} list of class {c}')
            missing = {'path', 'label'} - set(frame.columns)
            if missing:
                raise ValueError(f'{where} has no column {", ".join(sorted(missing))}; it has '
                                 f'{", ".join(map(str, frame.columns))}. Make the lists again with '
                                 'data_list/make_list.py')
            if len(frame) == 0:
                raise ValueError(f'{where} is empty: no image to read. Make the lists again with '
                                 'data_list/make_list.py')
            wrong = ~frame.label.isin(range(num_class))
            if wrong.any():
                nth = wrong.to_numpy().argmax()
                raise ValueError(f'{where}, row {nth}: label {frame.label.iloc[nth]!r} of '
                                 f'{frame.path.iloc[nth]} is not one of 0 .. {num_class - 1}')
            if not pd.api.types.is_integer_dtype(frame.label):
                raise ValueError(f'{where}: the labels are {frame.label.dtype}, not whole numbers')
    paths = [{path for frames in dataframes for path in frames[i].path} for i in range(3)]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        for path in sorted(paths[a] & paths[b])[:1]:
            raise ValueError(f'{path} stands in a {SPLITS[a]} and in a {SPLITS[b]} list: what is '
                             'learned by heart would be tested. Make the lists again with '
                             'data_list/make_list.py')
