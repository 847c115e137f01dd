"""doubtful.csv: images whose label may be wrong, and what you say they are. make_list obeys it.

`python -m course.folds` writes it into data_list/<dataset>/: path, label, answer (the network's),
self_confidence, should_be. You fill in should_be: a class, or 'leave out'. Empty: not looked at.
"""
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from course.lists.layout import Entry

FILE, LEAVE_OUT = 'doubtful.csv', 'leave out'
COLUMNS = ['path', 'label', 'answer', 'self_confidence', 'should_be']


def read_doubtful(file: Path) -> pd.DataFrame:
    """The table, as text; empty where there is no file. A spreadsheet may have saved it: with
    semicolons, blanks around a value, backslashes, empty rows.

    Raises ValueError where it cannot be read, or says two things of one image.
    """
    if not file.is_file():
        return pd.DataFrame(columns=COLUMNS)
    try:
        with open(file, encoding='utf-8-sig') as text:
            header = text.readline()
            text.seek(0)
            table = pd.read_csv(text, dtype=str, keep_default_na=False,
                                sep=max(',;\t', key=header.count)).fillna('')
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise ValueError(f'{file} cannot be read: {error}. Save it as CSV in UTF-8, or move it '
                         'away') from error
    table = table.rename(columns=lambda name: str(name).strip()).map(str.strip)
    if not {'path', 'should_be'} <= set(table):
        raise ValueError(f'{file} has the columns {", ".join(table)}; path and should_be are '
                         'needed. Put them back, or move the file away')
    table = table.reindex(columns=COLUMNS, fill_value='')
    table['path'] = table.path.str.replace('\\', '/')
    table = table[table.path != ''].drop_duplicates(['path', 'should_be'])
    marked = table[table.should_be != '']
    twice = marked.path[marked.path.duplicated()]
    if len(twice):
        raise ValueError(f'{file} says two things of {twice.iloc[0]}. Remove one of its rows')
    return table


def obeyed(entries: list[Entry], file: Path, prefix: str
           ) -> tuple[list[Entry], list[tuple[str, str]], list[str]]:
    """(entries with the classes that the file says, those to leave out with the reason, notes).

    prefix: of the file's paths, before the names of the entries.
    Raises ValueError for a class that no entry has: it is misspelled.
    """
    table = read_doubtful(file)
    said = {row.path: row.should_be for row in table.itertuples() if row.should_be}
    classes = sorted({entry.label for entry in entries})
    unknown = [f'{value!r} ({path})' for path, value in said.items()
               if value not in (*classes, LEAVE_OUT)]
    if unknown:
        raise ValueError(f'{file}: should_be is {unknown[0]}, which is no class. Write '
                         f'{listed(classes)}, or {LEAVE_OUT!r}')
    kept, left_out, n_relabelled, n_right = [], [], 0, 0
    for entry in entries:
        value = said.pop(f'{prefix}/{entry.name}', '')
        if value == LEAVE_OUT:
            left_out.append((entry.name, f'is to be left out, says {FILE}'))
            continue
        n_relabelled += value not in ('', entry.label)
        n_right += value == entry.label
        kept.append(entry._replace(label=value or entry.label))
    notes = [f'{FILE} was obeyed: {n_relabelled} images in another class, {len(left_out)} left '
             f'out, {n_right} right as they were. To ignore it: --as-labelled'
             ] if n_relabelled or left_out or n_right else []
    if said:
        notes.append(f'{FILE} names {len(said)} files that are not here: {next(iter(said))}')
    return kept, left_out, notes


def listed(classes: Iterable[str]) -> str:
    return ', '.join(map(repr, classes))
