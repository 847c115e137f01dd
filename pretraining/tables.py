"""What evaluate.py measured, as Markdown."""
from course.means import plus_minus

RUNS = 5
NO_NETWORK, SCRATCH, HEAD_ONLY = 'no network', 'scratch', 'head only'
INFERENCE = ', BatchNorm in inference mode'     # how the name of such a recipe ends
LABELS = {'digits': 'handwritten digits, 96 px', 'faces': 'faces or not, 96 px',
          'photos': 'photographs of cats and dogs, 128 px'}
DRAWN = 'resnet_v2_50_drawn.ckpt'
HEADINGS = {NO_NETWORK: 'no network', SCRATCH: 'from scratch (its training images)',
            DRAWN: 'from the drawings',
            'resnet_v2_50_partial.ckpt': 'from part of ImageNet'}


def accuracies(rows, targets=None):
    """Test accuracy in percent, its mean over the runs and its 95 % confidence interval.

    rows: of evaluate.py's results. targets: which of them; None for all. From scratch, the recipe
    with the most validation images of run 0 right; in brackets, how well it learned its training
    images. Bold: the best of a row, ties included. Where runs are missing, the cell says so.
    """
    starts = [*HEADINGS, *(start for start in rows.start.unique() if start not in HEADINGS)]
    columns = {}                                # heading: (start, how its recipe's name ends)
    for start in starts:
        heading = HEADINGS.get(start, start)
        if start in (NO_NETWORK, SCRATCH):
            columns[heading] = start, ''
        else:
            columns[f'{heading}, head only'] = start, HEAD_ONLY
            columns[f'{heading}, fine-tuned'] = start, ''
            if ((rows.start == start) & rows.recipe.str.endswith(INFERENCE)).any():
                columns[f'{heading}, fine-tuned{INFERENCE}'] = start, INFERENCE
    lines = ['| | training, test images | ' + ' | '.join(columns) + ' |',
             '|---' * (2 + len(columns)) + '|']
    for name, part in rows.groupby('target', sort=False):
        if targets and name not in targets:
            continue
        ends = part.recipe.str.extract(f'({HEAD_ONLY}|{INFERENCE})$', expand=False).fillna('')
        found = [chosen(part[(part.start == start) & (ends == end)])
                 for start, end in columns.values()]
        means = [round(100 * runs.test.mean(), 1) for runs in found if len(runs)]
        cells = [cell(runs, max(means), len(means) > 1) for runs in found]
        lines.append(f'| {LABELS.get(name, name)} | {part.n_train.iloc[0]}, '
                     f'{part.n_test.iloc[0]:,} | {" | ".join(cells)} |')
    return '\n'.join(lines)


def not_learned(rows):
    """A sentence: of the trainings on photographs from the drawings, how many did not even learn
    their training images, by both ways of BatchNorm. Few: fewer than 80 % of them."""
    rows = rows[(rows.target == 'photos') & (rows.start == DRAWN) & (rows.recipe != HEAD_ONLY)]
    inference = rows.recipe.str.endswith(INFERENCE)
    failed, others = rows[inference], rows[~inference]
    shares = ' and '.join(f'{share:.0%}' for share in failed.train[failed.train < 0.8])
    return (f'With BatchNorm in inference mode, {(failed.train < 0.8).sum()} of {len(failed)} '
            'trainings on photographs, from the drawings, ended with\n'
            f'only {shares} of their *training* images right; by the batch, all {len(others)} '
            f'ended with {others.train.min():.0%} or more.')


def chosen(rows):
    """The rows of one recipe: from scratch, the one that validation images of run 0 choose."""
    first = rows[rows.run == 0]
    if not len(first):
        return rows
    return rows[rows.recipe == first.recipe.iloc[first.val.argmax()]]


def cell(rows, best, compared):
    if not len(rows):
        return 'not measured'
    text = plus_minus(rows.test)
    if compared and round(100 * rows.test.mean(), 1) == best:
        text = f'**{text}**'
    if rows.start.iloc[0] == SCRATCH:
        text += f' ({100 * rows.train.mean():.1f})'
    return text if len(rows) == RUNS else f'{text}; {len(rows)} of {RUNS} runs'
