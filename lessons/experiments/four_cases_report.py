"""What results/four_cases.csv says: which strategy was best, and whether the rule was right."""
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
SECONDS = 0.3, 1, 3, 10, 30, 100    # marks on the time axis
LEVEL = 0.01        # of accuracy: a smaller difference is not worth mentioning


def of_case(rows, size, kind, value='accuracy'):
    """One case as a DataFrame seed x strategy, for the seeds for which every strategy has run."""
    rows = rows[(rows['size'] == size) & (rows.kind == kind) & (rows.strategy != FROZEN)]
    wide = rows.pivot(index='seed', columns='strategy', values=value)
    return wide.reindex(columns=[s for s in STRATEGIES if s != FROZEN]).dropna()


def behind(wide, strategy):
    """How far a strategy is behind the best, seed by seed: (mean, standard error or NaN)."""
    lag = wide[wide.mean().idxmax()] - wide[strategy]
    return lag.mean(), lag.sem()


def level(wide):
    """The strategies that are level with the best: at most LEVEL behind it or, with three seeds or
    more, at most two standard errors."""
    return [s for s in wide
            if behind(wide, s)[0] <= max(LEVEL, 2 * behind(wide, s)[1] if len(wide) > 2 else 0)
            + 1e-9]                         # a difference of exactly LEVEL counts as level


def points(share, error=None):
    """'4.7' for a share of 0.047, with a standard error '4.7 ± 0.5'; NaN or None: there is none."""
    return f'{100 * share:.1f}' + ('' if pd.isna(error) else f' ± {100 * error:.1f}')


def rule_in_full(rows):
    """A line for each strategy that the rule names: how far it is behind the best of its case."""
    for (size, kind), strategies in RULE.items():
        wide = of_case(rows, size, kind)
        for strategy in strategies if len(wide) else []:
            yield f'{size}, {kind}: {strategy} is {how_far_behind(wide, strategy)}'


def how_far_behind(wide, strategy):
    """In words, as 'the best' or '4.7 ± 0.5 points behind the best, which is more than chance'."""
    lag, error = behind(wide, strategy)
    if lag == 0:
        return 'the best'
    words = f'{points(lag, error)} points behind the best'
    if strategy in level(wide):
        return f'{words}, level with it'
    if len(wide) > 2:
        return f'{words}, which is more than chance'
    return words


def table_of_cases(rows):
    """Accuracy in percent, mean and standard error over the seeds: case x strategy."""
    lines = {}
    for size, kind in CASES:
        wide = of_case(rows, size, kind)
        if len(wide):
            lines[f'{size}, {kind}'] = {'seeds': len(wide), **{
                strategy: points(wide[strategy].mean(), wide[strategy].sem())
                for strategy in wide}}
    return pd.DataFrame(lines).T


def verdicts(rows):
    """A line for each case: the best strategy, what the rule says, the cheapest within a point."""
    columns = ['case', 'seeds', 'best', 'the rule says', 'and is', 'cheapest within a point']
    lines = [verdict(rows, size, kind) for size, kind in CASES]
    return pd.DataFrame(lines, columns=columns).astype(object).fillna('').set_index('case')


def verdict(rows, size, kind):
    """A line of `verdicts`, a dict."""
    case, wide = f'{size}, {kind}', of_case(rows, size, kind)
    if wide.empty:
        return {'case': case, 'best': 'not all strategies have run yet'}
    rule = wide[RULE[size, kind]].mean().idxmax()
    lag, error = behind(wide, rule)
    if lag == 0:
        outcome = 'right'
    elif rule in level(wide):
        outcome = 'level with the best'
    else:
        outcome = f'{points(lag, error)} points behind'
    within_a_point = [s for s in wide if behind(wide, s)[0] <= LEVEL + 1e-9]
    seconds = of_case(rows, size, kind, 'cpu_seconds').mean()
    return {'case': case, 'seeds': str(len(wide)), 'best': wide.mean().idxmax(),
            'the rule says': ' or '.join(RULE[size, kind]), 'and is': outcome,
            'cheapest within a point': seconds[within_a_point].idxmin()}


def of_large(rows, kind):
    """strategy x (accuracy_1, accuracy, cpu_seconds, epochs, seeds): means of one large set, over
    the seeds for which every strategy has run, FROZEN included."""
    rows = rows[(rows['size'] == 'large') & (rows.kind == kind)]
    rows = rows[rows.groupby('seed').strategy.transform('nunique') == len(STRATEGIES)]
    by_strategy = rows.groupby('strategy')
    return by_strategy[['accuracy_1', 'accuracy', 'cpu_seconds', 'epochs']].mean().assign(
        seeds=by_strategy.seed.count())


def table_of_epochs(means):
    """The course's table, made from `of_large`: accuracy after one and five epochs, and time."""
    some = means.reindex([FROZEN, FINE_TUNE, SCRATCH])
    some.index = ['frozen', 'not frozen', 'no pre-trained weights']
    return pd.DataFrame({'after 1 epoch': some.accuracy_1.map('{:.1%}'.format),
                         'after 5 epochs': some.accuracy.map('{:.1%}'.format),
                         'CPU s an epoch': (some.cpu_seconds / some.epochs).map('{:.1f}'.format),
                         'seeds': some.seeds})


def curves(rows):
    """Accuracy against training images and against processor time, a row of plots for each kind."""
    fig, axes = new_figure(11, 7.6, 2, 2)
    for (left, right), kind in zip(axes, ('similar', 'different')):
        for strategy, (color, look) in LOOKS.items():
            some = rows[(rows.kind == kind) & (rows.strategy == strategy)].groupby('images')
            mean, error = some.accuracy.mean(), some.accuracy.sem().fillna(0)
            for ax, x in ((left, mean.index), (right, some.cpu_seconds.mean())):
                ax.errorbar(x, mean, error, fmt=look, color=color, capsize=3, label=strategy)
        counts = sorted(rows[rows.kind == kind].images.unique())
        left.set(xscale='log', xlabel='training images', ylabel='test accuracy')
        left.set_xticks(counts, counts)
        right.set(xscale='log', xlabel='CPU seconds of training')
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
    """The numbers of the centres (K, C), nearest first, for each row of features (N, C): (N, K).

    Near is what lies in the same direction, seen from the mean of the centres.
    """
    mean = centres.mean(0)
    features, centres = ((a - mean) / np.linalg.norm(a - mean, axis=1, keepdims=True).clip(1e-9)
                         for a in (features, centres))
    return np.argsort(-features @ centres.T, axis=1)
