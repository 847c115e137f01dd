"""make_list: from a folder of images to the CSV lists of five folds."""
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from course import pixel_range, workplace
from course.lists.collect import collect, leave_siblings_out, white_of_set
from course.lists.doubtful import FILE, obeyed
from course.lists.folds import folds_of
from course.lists.groups import advice_on_groups, group_by_names, group_by_pattern
from course.lists.labels import entries_of_table
from course.lists.layout import entries_of, natural_key, walk
from course.lists.problems import (
    check_before_reading,
    check_classes,
    check_same_dataset,
    notes_on_looks,
)
from course.lists.splits import publisher_splits, splits_as_said


@dataclass
class ListReport:
    """What `make_list` did; every path is written as in the lists."""
    classes: list       # names, sorted; the index of a class is its label
    splits: dict        # {'train': folder, ...} that the publisher has split; {} if there are none
    n_folds: int        # five, or one where the publisher gives train, val and test
    held: str | None    # the publisher's folder that every fold tests on, or None
    counts: dict        # class -> number of its images in the lists
    left_out: list      # (path, reason) of everything that is not in the lists
    out_dir: Path       # where the lists are
    data_root: str      # the folder that holds the folder of images, as the lists' paths begin
    copies: list        # lists of paths that show the same image; each stays in one part
    similarity: list = field(default_factory=list)      # of each of them: 1 is the same pixels
    layouts: list = field(default_factory=list)         # paths of look-alikes, taken for different
    versions: list = field(default_factory=list)        # paths that their names make versions
    notes: list = field(default_factory=list)           # sentences on what to look at
    entries: dict = field(default_factory=dict)         # path -> Entry of everything in the lists
    sizes: dict = field(default_factory=dict)           # path -> (width, height)


def make_list(folder: str | os.PathLike, out_dir: str | os.PathLike | None = None, seed: int = 0, *,
              splits: str | None = None, group: str | None = None, copies: str = 'near',
              labels: str | None = None, columns: str | None = None, white: int | None = None,
              follow_links: bool = False, as_labelled: bool = False) -> ListReport:
    """Writes `{train,val,test}_{class}_{fold}.csv`, columns `path,label`; returns a ListReport.

    `folder` is looked for in the working directory, then in the project. The lists go to
    `data_list/<name of folder>/k_fold` or to `out_dir`; lists of classes that are gone are removed.
    The same folder and seed give the same bytes on every machine. A folder elsewhere: full paths.

    splits: 'train=a,test=b' names the publisher's folders, 'none' says there are none; None: by
        their names. group: a regular expression whose first parenthesis names what stays in one
        part, 'none', or None: versions of an image by their names, and the table's column `group`.
    copies: 'near', 'exact' or 'none', see `collect`. labels: a CSV table of files and classes, and
        columns the two of its columns, 'id,breed', where it has more. white: the value that is
        white in 16-bit files, where they do not say it right. follow_links: enter linked folders.
        as_labelled: do not obey doubtful.csv beside the lists (course/lists/doubtful.py).

    Raises FileNotFoundError for a missing folder and ValueError for one that cannot be split:
    fewer than two classes, fewer than five different images in a class, two layouts at once, a
    class that is missing in one of the publisher's folders. All that is wrong is said at once.
    """
    root = workplace()
    folder = find_folder(folder, root)
    if copies not in ('near', 'exact', 'none'):
        raise ValueError(f'--copies is {copies!r}; it must be near, exact or none')
    prefix = (folder.relative_to(root) if folder.is_relative_to(root) else folder).as_posix()
    out_dir = Path(out_dir or root / 'data_list' / folder.name / 'k_fold')
    check_same_dataset(out_dir, prefix)
    given = publisher_splits(folder) if splits is None and labels is None else splits_as_said(
        folder, splits or 'none')
    names, left_out = walk(folder, follow_links)
    if labels:
        table = next((path for path in (folder / labels, Path(labels)) if path.is_file()), None)
        if table is None:
            raise FileNotFoundError(f'There is no table {labels} in {folder} or in {os.getcwd()}')
        entries, more = entries_of_table(names, table, columns, given)
    else:
        entries, more = entries_of(names, given)
    left_out += more
    said = []
    if not as_labelled:
        entries, more, said = obeyed(entries, out_dir.parent / FILE, prefix)
        left_out += more
    entries, versions, notes = grouped(entries, group)
    notes += said
    check_before_reading(folder, entries, left_out, given, labels)
    white, declared = (white, True) if white else white_of_set(folder, entries)
    if not declared:
        notes.append(f'the 16-bit files have no value above {white:,} and do not say which value '
                     f'is white: taken to be {white:,} for all. If it is another one: --white N')
    found = collect(folder, entries, copies, white)
    groups = found.groups
    left_out += found.left_out
    if given:
        groups, siblings = leave_siblings_out(groups)
        left_out += siblings
    left_out.sort(key=lambda pair: natural_key(pair[0]))
    notes += notes_on_looks(found, groups)
    check_classes(folder, groups, left_out, given, notes, [names for names, _ in found.copies])
    folds = folds_of(groups, given, seed)
    listed = sorted((e for group in groups for e in group), key=lambda e: natural_key(e.name))
    classes = sorted({e.label for e in listed})
    tested = folds[0]['test'][0].split
    write_lists(folds, classes, prefix, out_dir)
    write_pixel_range(out_dir, folder, prefix, white)

    def path(name):
        return f'{prefix}/{name}'

    here = {e.name for e in listed}
    copied = [([path(name) for name in group if name in here], similarity)
              for group, similarity in found.copies]
    copied = [(group, similarity) for group, similarity in copied if len(group) > 1]
    return ListReport(
        classes=classes,
        splits=given,
        n_folds=len(folds),
        held=given[tested] if tested in ('val', 'test') else None,
        out_dir=out_dir,
        data_root=Path(prefix).parent.as_posix(),
        counts=dict(sorted(Counter(e.label for e in listed).items())),
        left_out=[(path(name), reason) for name, reason in left_out],
        copies=[group for group, _ in copied],
        similarity=[similarity for _, similarity in copied],
        layouts=[[path(name) for name in layout] for layout in found.layouts],
        versions=[path(name) for name in versions if name in here],
        notes=notes,
        entries={path(e.name): e for e in listed},
        sizes={path(name): size for name, size in found.sizes.items()})


def find_folder(folder, root):
    found = [path for path in (Path(os.path.abspath(folder)), root / folder) if path.is_dir()]
    if not found:
        places = ' or in '.join(dict.fromkeys([os.getcwd(), str(root)]))
        there = sorted(path.name for path in (root / 'data').glob('[!._]*') if path.is_dir())
        raise FileNotFoundError(f'There is no folder {folder} in {places}. Put the images in '
                                'data/<name> and pass that folder. In data/ there are: '
                                f'{", ".join(there) or "none"}')
    return found[0]


def grouped(entries, group):
    """(entries with groups, names that are versions, notes)"""
    if group == 'none':
        return [e._replace(group=None) for e in entries], [], []
    if group:
        entries, n_alone = group_by_pattern(entries, group)
        return entries, [], [f'--group fits {len(entries) - n_alone} of {len(entries)} names; each '
                             'other image is a group by itself'] if n_alone else []
    if any(e.group for e in entries):
        return entries, [], []
    entries, versions = group_by_names(entries)
    advice = advice_on_groups(entries)
    return entries, versions, [advice] if advice else []


def write_lists(folds, classes, prefix, out_dir):
    tables = {}
    for fold, lists in enumerate(folds):
        for split, entries in lists.items():
            paths = {c: [] for c in classes}
            for e in sorted(entries, key=lambda e: natural_key(e.name)):
                paths[e.label].append(f'{prefix}/{e.name}')
            for label, c in enumerate(classes):
                tables[f'{split}_{c}_{fold}.csv'] = pd.DataFrame({'path': paths[c], 'label': label})
    out_dir.mkdir(parents=True, exist_ok=True)
    for old in out_dir.iterdir():
        if re.fullmatch(r'(train|val|test)_.+_[0-9]+\.csv', old.name) and old.name not in tables:
            old.unlink()        # the notebook would take it for a class
    for name, table in tables.items():
        aside = out_dir / f'{name}.tmp'         # renamed when complete: no half list after a crash
        table.to_csv(aside, index=False, encoding='utf-8', lineterminator='\n')
        os.replace(aside, out_dir / name)


def write_pixel_range(out_dir, folder, prefix, white):
    """For read_lists, where there are 16-bit files; and for whoever reads images now."""
    pixel_range.ranges.pop(str(folder), None)
    file = out_dir / 'pixel_range.json'
    if white:
        pixel_range.ranges[str(folder)] = white
        file.write_text(json.dumps({'folder': prefix, 'white': white}) + '\n', encoding='utf-8')
    else:
        file.unlink(missing_ok=True)
