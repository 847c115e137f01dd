"""What results/four_cases.csv says: which strategy won, and whether the rule did."""
import numpy as np
import pandas as pd
from matplotlib.ticker import NullFormatter, NullLocator

from course.plots import BLUE, GREY, ORANGE, new_figure
from lessons.experiments.four_cases import (
    CUT_2,
    CUT_3,
    FINE_TUNE,
    FROZEN,
    HEAD,
    SCRATCH,
    STRATEGIES,
)

CASES = [('small', 'similar'), ('small', 'different'), ('large', 'similar'), ('large', 'different')]
RULE = {('small', 'similar'): [HEAD], ('small', 'different'): [CUT_3, CUT_2],
        ('large', 'similar'): [FINE_TUNE], ('large', 'different'): [SCRATCH, FINE_TUNE]}
LOOKS = {HEAD: (BLUE, 'o-'), CUT_3: ('#56B4E9', 's-'), CUT_2: ('#009E73', '^-'),
         FINE_TUNE: (ORANGE, 'D-'), SCRATCH: (GREY, 'x--')}
SECONDS = 0.3, 1, 3, 10, 30, 100    # marks on the axis of time
LEVEL = 0.01        # of accuracy: less than that is no difference worth a word


def of_case(rows, size, kind, value='accuracy'):
    """A DataFrame seed x strategy of one case, of the seeds for which every strategy has run."""
    rows = rows[(rows['size'] == size) & (rows.kind == kind) & (rows.strategy != FROZEN)]
    wide = rows.pivot(index='seed', columns='strategy', values=value)
    return wide.reindex(columns=[s for s in STRATEGIES if s != FROZEN]).dropna()


def behind(wide, strategy):
    """How far a strategy is behind the best, seed by seed: (mean, standard error or NaN)."""
    lag = wide[wide.mean().idxmax()] - wide[strategy]
    return lag.mean(), lag.sem()


def level(wide):
    """The strategies that cannot be told from the best one: less than LEVEL behind it, or less
    than two standard errors (of three seeds or more)."""
    return [s for s in wide
            if behind(wide, s)[0] <= max(LEVEL, 2 * behind(wide, s)[1] if len(wide) > 2 else 0)
            + 1e-9]                         # a point is a point, however it is rounded


def rule_in_full(rows):
    """One line for each strategy that the rule names, how far it is behind the best of its case."""
    for (size, kind), strategies in RULE.items():
        wide = of_case(rows, size, kind)
        for strategy in strategies if len(wide) else []:
            lag, error = behind(wide, strategy)
            how = 'the best' if lag == 0 else f'{100 * lag:.1f} points behind the best' + (
                f' (± {100 * error:.1f})' if len(wide) > 1 else '') + (
                ', level with it' if strategy in level(wide) else ', which is more than chance'
                if len(wide) > 2 else '')
            yield f'{size}, {kind}: {strategy} is {how}'


def table_of_cases(rows):
    """Accuracy in percent, mean and standard error over the seeds: case x strategy."""
    lines = {}
    for size, kind in CASES:
        wide = of_case(rows, size, kind)
        if len(wide):
            lines[f'{size}, {kind}'] = {'seeds': len(wide), **{
                s: f'{100 * wide[s].mean():.1f}' + (
                    f' ± {100 * wide[s].sem():.1f}' if len(wide) > 1 else '') for s in wide}}
    return pd.DataFrame(lines).T


def verdicts(rows):
    """One line a case: who won, what the rule says, and the cheapest of those within a point.
    """
    lines = []
    for size, kind in CASES:
        wide, seconds = of_case(rows, size, kind), of_case(rows, size, kind, 'cpu_seconds').mean()
        if wide.empty:
            lines.append({'case': f'{size}, {kind}', 'best': 'not all strategies have run yet'})
            continue
        rule = wide[RULE[size, kind]].mean().idxmax()
        lag, error = behind(wide, rule)
        close = level(wide)
        lines.append({
            'case': f'{size}, {kind}', 'seeds': str(len(wide)), 'best': wide.mean().idxmax(),
            'the rule says': ' or '.join(RULE[size, kind]),
            'and is': 'right' if lag == 0 else 'level with the best' if rule in close else
            f'{100 * lag:.1f} points behind' + (f' (± {100 * error:.1f})' if len(wide) > 1 else ''),
            'cheapest within a point': seconds[[
                s for s in wide if behind(wide, s)[0] <= LEVEL + 1e-9]].idxmin()})
    columns = ['case', 'seeds', 'best', 'the rule says', 'and is', 'cheapest within a point']
    return pd.DataFrame(lines, columns=columns).astype(object).fillna('').set_index('case')


def of_large(rows, kind):
    """strategy x (accuracy_1, accuracy, cpu_seconds, epochs, seeds): means of one large set, over
    the seeds for which every strategy has run, FROZEN too."""
    rows = rows[(rows['size'] == 'large') & (rows.kind == kind)]
    rows = rows[rows.groupby('seed').strategy.transform('nunique') == len(STRATEGIES)]
    by_strategy = rows.groupby('strategy')
    return by_strategy[['accuracy_1', 'accuracy', 'cpu_seconds', 'epochs']].mean().assign(
        seeds=by_strategy.seed.count())


def table_of_epochs(means):
    """The course's table, of what of_large gives: accuracy after one and five epochs, time."""
    some = means.reindex([FROZEN, FINE_TUNE, SCRATCH])
    some.index = ['frozen', 'not frozen', 'no pre-trained weights']
    return pd.DataFrame({'after 1 epoch': some.accuracy_1.map('{:.1%}'.format),
                         'after 5 epochs': some.accuracy.map('{:.1%}'.format),
                         'CPU s an epoch': (some.cpu_seconds / some.epochs).map('{:.1f}'.format),
                         'seeds': some.seeds})


def curves(rows):
    """Accuracy against images to learn from, and against processor time; a row for each kind."""
    fig, axes = new_figure(11, 7.6, 2, 2)
    for (left, right), kind in zip(axes, ('similar', 'different')):
        for strategy, (color, look) in LOOKS.items():
            some = rows[(rows.kind == kind) & (rows.strategy == strategy)].groupby('images')
            mean, error = some.accuracy.mean(), some.accuracy.sem().fillna(0)
            for ax, x in ((left, mean.index), (right, some.cpu_seconds.mean())):
                ax.errorbar(x, mean, error, fmt=look, color=color, capsize=3, label=strategy)
        counts = sorted(rows[rows.kind == kind].images.unique())
        left.set(xscale='log', xlabel='images to learn from', ylabel='test accuracy')
        left.set_xticks(counts, counts)
        right.set(xscale='log', xlabel='seconds of processor time to train')
        right.set_xticks(SECONDS, SECONDS)
        left.set_title(f'{kind}: accuracy against images')
        right.set_title(f'{kind}: accuracy against time')
        for ax in (left, right):
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_minor_formatter(NullFormatter())
            ax.grid(alpha=0.3)
            ax.spines[['top', 'right']].set_visible(False)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    fig.legend(handles, labels, loc='outside lower center', ncols=len(LOOKS))
    return fig


def nearest(features, centres):
    """For each row of features (N, C) the centres (K, C) from the nearest on, by angle: (N, K)."""
    mean = centres.mean(0)                              # what all have in common tells nothing
    features, centres = ((a - mean) / np.linalg.norm(a - mean, axis=1, keepdims=True).clip(1e-9)
                         for a in (features, centres))
    return np.argsort(-features @ centres.T, axis=1)
