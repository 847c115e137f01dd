"""A table of labels beside a folder of images: Kaggle's labels.csv (id, breed), for instance."""
import re
from collections import defaultdict
from pathlib import Path

import pandas as pd

from course.lists.layout import Entry, split_of

LABEL_COLUMNS = ('label', 'class', 'category', 'target', 'breed', 'species', 'diagnosis', 'y')
ASIDE = ('group', 'split')      # columns that are no labels


def read_table(file, columns=None):
    """(table of str, name of the column of files, of labels); columns: 'id,breed' or None."""
    try:
        with open(file, encoding='utf-8-sig') as text:
            header = text.readline()
            text.seek(0)
            table = pd.read_csv(text, dtype=str, keep_default_na=False,
                                sep=max(',;\t', key=header.count))
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise ValueError(f'{file} cannot be read as a table of labels: {error}') from error
    table = table.fillna('').rename(columns=str.strip).map(str.strip)
    table = table[(table != '').any(axis=1)]
    names = list(table.columns)
    if columns:
        said = [name.strip() for name in columns.split(',')]
        if len(said) != 2 or not set(said) <= set(names):
            raise ValueError(f'--columns {columns}: name two columns of {file}, the one of files '
                             f'and the one of labels. It has: {", ".join(names)}')
        return table, *said
    rest = [name for name in names if name.lower() not in ASIDE]
    if len(rest) == 2:
        return table, *rest
    label = next((name for known in LABEL_COLUMNS for name in rest if name.lower() == known), None)
    if label is None or len(rest) < 2:
        raise ValueError(f'{file} has the columns {", ".join(names)}: which names the file and '
                         'which the class? Say it as --columns FILE,CLASS')
    return table, next(name for name in rest if name != label), label


def entries_of_table(names, file, columns, splits):
    """Returns (entries, left_out) of the files that a table gives a label.

    A file is named with its folder, without it, or without its ending. A column `group` names what
    stays together. Raises ValueError where the table fits no file, gives one file two labels, or
    names a class that cannot be part of a file's name.
    """
    table, file_column, label_column = read_table(file, columns)
    found = defaultdict(set)
    for name in names:
        for spelling in spellings(name):
            found[spelling].add(name)
    rows, left_out, missing = {}, [], []
    group_column = next((name for name in table.columns if name.lower() == 'group'), None)
    for row in table.to_dict('records'):
        wanted = re.sub(r'^\./', '', row[file_column].replace('\\', '/'))
        there = found.get(wanted, set())
        if len(there) != 1:
            missing.append((row[file_column], 'is in the table, but fits '
                            + (f'{len(there)} files' if there else 'no file')))
            continue
        name, = there
        if name in rows and rows[name][0] != row[label_column]:
            raise ValueError(f'{file} gives {name} two labels, {rows[name][0]} and '
                             f'{row[label_column]}. Remove one of its rows')
        rows[name] = row[label_column], row[group_column] if group_column else None
    if not rows:
        first = table[file_column].iloc[0] if len(table) else 'empty'
        raise ValueError(f'{file}: none of its {len(table)} rows names a file of the folder. '
                         f'Column {file_column} begins with {first}. Say which columns to take: '
                         '--columns FILE,CLASS')
    entries = []
    for name in names:
        if name not in rows:
            if Path(name).name != Path(file).name:
                left_out.append((name, f'is not in {Path(file).name}'))
        elif not rows[name][0]:
            left_out.append((name, f'has no label in {Path(file).name}'))
        else:
            label, group = rows[name]
            entries.append(Entry(name, label, split_of(name, splits) if splits else None, name,
                                 group or None))
    return entries, left_out + missing


def spellings(name):
    """'train/a.jpg', 'train/a', 'a.jpg' and 'a' may all mean 'train/a.jpg'."""
    stem = re.sub(r'\.[A-Za-z0-9]+$', '', name)
    return {name, stem, name.rpartition('/')[2], stem.rpartition('/')[2]}
