"""What results/recipes.csv says: `python -m lessons.experiments.recipes_report [--px 128]`.

Two tables. The first: by how much each recipe is better than the plain one, paired over targets and
folds, with the p-values of all recipes corrected together (Holm 1979). Choose by its validation
column; the test column is for reporting the choice. The second: by how much another rule of which
epoch to keep is better than the lowest validation loss, for as many validation images as there are,
and for 50 and 20. Intervals are 95 %, by the t distribution; folds share training images, so they
are a little too narrow.
"""
import argparse

import numpy as np
import pandas as pd
from scipy.stats import ttest_1samp

from course.compare import holm
from course.means import half_width
from course.plots import BLUE, GREY, ORANGE, new_figure
from lessons.experiments.recipes import CANDIDATES, KEY, RULES, Recipe, results

LAST, AVERAGE, FLIPS = 'last', 'average', 'flips'
BASE = ('plain', 8)
UNIT = ['target', 'fold']


def kept(rows, rule):
    """One row for each run, indexed by target, fold, candidate, epochs: what the rule keeps.

    rule: a key of RULES, or LAST, AVERAGE (of the weights), FLIPS (the last epoch, with them).
    `seconds` and `cpu_seconds` are those of the whole run.
    """
    index = [*UNIT, 'candidate', 'epochs']
    if rule in (AVERAGE, FLIPS):
        chosen = rows[rows.kept == rule].set_index(index)
    else:
        epochs = rows[rows.kept == 'epoch']
        worth = RULES.get(rule, lambda row: row['epoch'])
        order = epochs.apply(lambda row: worth(row) if isinstance(worth(row), tuple)
                             else (worth(row),), axis=1)
        places = [max(group, key=order.get) for group in epochs.groupby(index).groups.values()]
        chosen = epochs.loc[places].set_index(index)
    times = rows.groupby(index)[['seconds', 'cpu_seconds']].sum()
    return chosen.drop(columns=['seconds', 'cpu_seconds']).join(times).sort_index()


def mean_and_half(values):
    """The mean, and half the width of its 95 % interval; NaN for a single value."""
    values = np.asarray(values, float)
    return values.mean(), half_width(values) if len(values) > 1 else np.nan


def gains(rows, rule='loss', base=BASE, base_rule='loss'):
    """Each recipe against the base, in points: a DataFrame with a row for each (candidate, epochs).

    pairs: how many targets and folds both have run; val, test: the mean difference in accuracy;
    half: of the test's interval; p: corrected; seconds: processor time compared with the base.
    """
    runs = kept(rows, rule)
    reference = kept(rows, base_rule).xs(base, level=('candidate', 'epochs'))
    table = []
    for recipe, group in runs.groupby(level=('candidate', 'epochs')):
        group = group.droplevel(('candidate', 'epochs'))
        both = group.index.intersection(reference.index)
        if not len(both) or (recipe == base and rule == base_rule):
            continue
        group, other = group.loc[both], reference.loc[both]
        val, test = (100 * (group[name] - other[name]) for name in ('val_acc', 'test_acc'))
        mean, half = mean_and_half(test)
        p = ttest_1samp(test, 0).pvalue if len(both) > 1 and test.std() > 0 else 1.0
        table.append((*recipe, len(both), val.mean(), mean, half, p,
                      group.cpu_seconds.sum() / other.cpu_seconds.sum()))
    table = pd.DataFrame(table, columns=['candidate', 'epochs', 'pairs', 'val', 'test', 'half', 'p',
                                         'seconds'])
    return table.assign(p=holm(table.p)).sort_values('val', ascending=False, ignore_index=True)


def levels(rows, rule='loss'):
    """Mean test accuracy over the folds, in %: a DataFrame (candidate, epochs) x target."""
    return (100 * kept(rows, rule).test_acc.groupby(['candidate', 'epochs', 'target']).mean()
            ).unstack().round(1)


def rules(rows):
    """Each rule against the lowest loss, over all recipes: seen (validation images), rule, points,
    half. A unit is a target's fold, the mean of its recipes."""
    runs = {rule: kept(rows, rule).test_acc for rule in [*RULES, LAST, AVERAGE]}
    of_seen = {'all': runs}
    for seen in (50, 20):
        few = {rule: rows[rows.kept == f'{rule} {seen}'].set_index(
            [*UNIT, 'candidate', 'epochs']).test_acc for rule in RULES}
        of_seen[seen] = {**few, LAST: runs[LAST], AVERAGE: runs[AVERAGE]}
    table = []
    for seen, by_rule in of_seen.items():
        for rule in [*RULES, LAST, AVERAGE]:
            difference = 100 * (by_rule[rule] - by_rule['loss']).dropna()
            if rule != 'loss' and len(difference):
                table.append((seen, rule, *mean_and_half(difference.groupby(UNIT).mean())))
    return pd.DataFrame(table, columns=['seen', 'rule', 'points', 'half'])


def difference(candidate):
    """What a candidate changes of the plain recipe, in words: 'rate=0.0003, schedule=cosine'."""
    plain, recipe = Recipe(), CANDIDATES[candidate]
    return ', '.join(f'{name}={value}' for name, value in recipe._asdict().items()
                     if value != getattr(plain, name)) or 'nothing'


def luck(rows, rule='loss', n_orders=200, least=4):
    """What the recipe that validation images choose is worth there, and on test images.

    Returns a DataFrame, indexed by how many recipes are tried (1 to all that have run on `least`
    targets and folds or more), with columns val and test: points above the mean recipe, mean over
    the targets and folds that all of them have run, and over n_orders orders in which the recipes
    are tried.
    """
    runs = kept(rows, rule)[['val_acc', 'test_acc']].unstack(['candidate', 'epochs'])
    runs = runs.loc[:, runs.notna().sum() >= least].dropna()
    val, test = (100 * runs[name].to_numpy() for name in ('val_acc', 'test_acc'))
    rng, table = np.random.default_rng(0), []
    for _ in range(n_orders):
        order = rng.permutation(val.shape[1])
        for tried in range(1, len(order) + 1):
            some = order[:tried]
            best = some[val[:, some].argmax(axis=1)][:, None]
            table.append((tried, *(
                (np.take_along_axis(values, best, 1)[:, 0] - values.mean(axis=1)).mean()
                for values in (val, test))))
    return pd.DataFrame(table, columns=['tried', 'val', 'test']).groupby('tried').mean()


def gain_against_time(table, least=3):
    """A figure of `gains`: each recipe's points of test accuracy with their interval, the fastest
    recipe first. Those with fewer than `least` pairs are left out."""
    shown = table[table.pairs >= least].sort_values('seconds')
    fig, [[ax]] = new_figure(8, 1 + 0.3 * len(shown))
    for place, row in enumerate(shown.itertuples()):
        color = ORANGE if row.p < 0.05 and row.test > 0 else GREY
        ax.errorbar(row.test, place, xerr=row.half, fmt='o', color=color, elinewidth=0.8)
    ax.set_yticks(range(len(shown)), [
        f'{row.candidate}, {row.epochs} epochs, {row.seconds:.2f} x the time'
        for row in shown.itertuples()])
    ax.invert_yaxis()
    ax.axvline(0, color=BLUE, linewidth=0.8)
    ax.set(xlabel='points of test accuracy more than the plain recipe',
           title='What pays (orange: p < 0.05, corrected)')
    fig.description = 'Points more than the plain recipe: ' + ', '.join(
        f'{row.candidate}, {row.epochs} epochs {row.test:+.1f} ± {row.half:.1f}'
        for row in shown.itertuples()) + '.'
    return fig


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='What pays in fine-tuning: the tables.')
    parser.add_argument('--px', type=int, default=96)
    parser.add_argument('--rule', default='loss', choices=[*RULES, LAST, AVERAGE, FLIPS])
    args = parser.parse_args(argv)
    rows = results().rows()
    rows = rows[rows.px == args.px]
    print(f'{rows[KEY].drop_duplicates().shape[0]} runs at {args.px} px; epochs kept by '
          f'{args.rule}, compared with {BASE[0]}, {BASE[1]} epochs, kept by loss')
    with pd.option_context('display.width', 120, 'display.max_rows', None):
        print(gains(rows, args.rule).round(3).to_string(index=False))
        print(f'\nTest accuracy, %\n{levels(rows, args.rule).to_string()}')
        print(f'\nWhich epoch to keep, points more than by loss\n'
              f'{rules(rows).round(2).to_string(index=False)}')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
