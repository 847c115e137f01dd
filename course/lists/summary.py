"""What make_list did, in lines to print: few enough to read, however large the dataset is."""
import csv
import re
from collections import defaultdict

from course.lists.collect import named
from course.lists.folds import N_FOLDS

FEW = 5 * N_FOLDS           # images of a class: fewer than five to test on in a fold
SHOWN = 5                   # classes without a count of their own, files of a reason, groups
MOST_CLASSES = 20


def summary(report) -> list[str]:
    """The lines for a ListReport."""
    lines = [f'{name}: {report.counts[name]:,} images, label {label}'
             for label, name in list(enumerate(report.classes))[:MOST_CLASSES]]
    if len(report.classes) > MOST_CLASSES:
        lines.append(f'... and {len(report.classes) - MOST_CLASSES} more classes, '
                     f'{sum(report.counts.values()):,} images in all')
    few = [name for name in report.classes if report.counts[name] < FEW]
    if few and not report.splits:
        lines.append(f'few to test on: {named(few)}. Train on each of the {N_FOLDS} folds, then '
                     'each image is tested once')
    lines += lines_on_files(report.left_out, report.notes, report.copies, report.similarity)
    if report.versions:
        lines.append(f'versions of an image, by their names, kept in one part with it: '
                     f'{len(report.versions):,} ({named(report.versions, 3)}). If they are not: '
                     '--group none')
    if report.splits:
        lines.append(f'kept as the publisher has them: {", ".join(report.splits.values())}')
    if report.held and report.n_folds > 1:
        lines.append(f'every fold tests on {report.held}, and validates on a fifth of '
                     f'{report.splits["train"]}')
    folds = f'{report.n_folds} folds' if report.n_folds > 1 else 'fold 0'
    last = (f'The lists of {folds} are in {report.out_dir}. '
            f'In the Config cell: dataset = {report.out_dir.parent.name!r}')
    if not f'{report.data_root}/'.startswith('data/'):
        last += f', data_root = {report.data_root!r}'
    return [*lines, last]


def lines_on_files(left_out, notes, copies, similarity=()):
    """The lines on single files: what is left out and why, copies, what to look at."""
    lines = []
    for kind, files in by_kind(left_out).items():
        if len(files) == 1:
            lines.append(f'left out: {files[0][0]} {files[0][1]}')
        else:
            lines.append(f'left out: {len(files):,} files, each {kind}: '
                         f'{named([name for name, _ in files])}')
    if copies:
        n = sum(map(len, copies))
        lines.append(f'copies: {n:,} images in {len(copies):,} groups, each kept in one part')
    for i, group in enumerate(copies[:SHOWN]):
        sure = ''
        if i < len(similarity):
            sure = f' ({how_alike(similarity[i])})'
        lines.append(f'  {named(group)}{sure}')
    if len(copies) > SHOWN:
        lines.append(f'  ... and {len(copies) - SHOWN:,} more groups')
    return lines + [f'note: {note}' for note in notes]


def how_alike(similarity):
    return 'the same pixels' if similarity == 1 else f'correlation {similarity:.3f}'


def by_kind(left_out):
    """{reason without what is special to a file: [(name, reason)]}, the most frequent first."""
    kinds = defaultdict(list)
    for name, reason in left_out:
        kinds[kind_of(reason)].append((name, reason))
    return dict(sorted(kinds.items(), key=lambda item: -len(item[1])))


def kind_of(reason):
    siblings = re.fullmatch(r'is (a copy of|of one group with) .*, (which is kept for \w+)', reason,
                            re.DOTALL)
    if siblings:
        return f'is {siblings[1]} an image {siblings[2]}'
    if re.match(r'has [0-9]+ x [0-9]+ pixels', reason):
        return 'has too many pixels'
    return re.split(r': | \(|; ', reason)[0]


def write_left_out(file, left_out):
    """All that is left out, as a CSV of path and reason; removes the file if that is nothing."""
    if not left_out:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, 'w', encoding='utf-8', errors='backslashreplace', newline='') as text:
        table = csv.writer(text, lineterminator='\n')
        table.writerows([('path', 'reason'), *left_out])
