"""What results/four_cases.csv says: which strategy was best, and what the textbook's rule is worth.

Intervals are 95 % t-intervals over the seeds; two strategies are compared seed by seed.
"""
import itertools

import numpy as np
import pandas as pd

from course.plots import BLUE, GREY, ORANGE, new_figure
from lessons.experiments.four_cases import (
    CUT_2,
    CUT_3,
    FINE_TUNE,
    FROZEN,
    HEAD,
    NO_NETWORK,
    SCRATCH,
    STRATEGIES,
)
from lessons.experiments.intervals import half_width, mean_points

CASES = [('small', 'similar'), ('small', 'different'), ('large', 'similar'), ('large', 'different')]
RULE = {('small', 'similar'): [HEAD], ('small', 'different'): [CUT_3, CUT_2],
        ('large', 'similar'): [FINE_TUNE], ('large', 'different'): [SCRATCH, FINE_TUNE]}
OF_A_NETWORK = HEAD, CUT_3, CUT_2, FINE_TUNE, SCRATCH       # what a rule chooses from
COLORS = {NO_NETWORK: '#BBBBBB', HEAD: BLUE, CUT_3: '#56B4E9', CUT_2: '#009E73',
          FINE_TUNE: ORANGE, SCRATCH: GREY}


def of_case(rows, size, kind):
    """Accuracies of one case as a DataFrame seed x strategy, for the seeds for which every strategy
    has run that has run at all."""
    rows = rows[(rows['size'] == size) & (rows.kind == kind) & (rows.strategy != FROZEN)]
    wide = rows.pivot(index='seed', columns='strategy', values='accuracy')
    return wide[[s for s in STRATEGIES if s in wide]].dropna()


def level(wide):
    """The strategies that are the best, or whose distance from it may be chance."""
    lag = wide[wide.mean().idxmax()].to_numpy()[:, None] - wide
    return [s for s in wide if round(lag[s].mean(), 4) <= 0 or lag[s].mean() < half_width(lag[s])]


def table_of_cases(rows, cases):
    """Accuracy in percent and half its interval, case x strategy; bold: the best and its level."""
    lines, bold = {}, {}
    for size, kind in cases:
        wide = of_case(rows, size, kind)
        case = f'{size}, {kind}'
        lines[case] = {**{s: mean_points(wide[s]) for s in wide},
                       'seeds': str(len(wide))}
        bold[case] = {s: 'font-weight: bold' if s in level(wide) else '' for s in wide}
    table = pd.DataFrame(lines).T
    return table.style.apply(lambda _: pd.DataFrame(bold).T.reindex_like(table).fillna(''),
                             axis=None)


def verdicts(rows):
    """A line for each case: the best, and how far the rule's strategies are behind it."""
    lines = []
    for size, kind in CASES:
        wide = of_case(rows, size, kind)
        best = wide.mean().idxmax()
        says = []
        for strategy in RULE[size, kind]:
            lag = wide[best] - wide[strategy]
            says.append(f'{strategy}: ' + (
                'the best' if strategy == best else f'{mean_points(lag)} behind'
                + (', perhaps by chance' if strategy in level(wide) else '')))
        lines.append((f'{size}, {kind}', best, '; '.join(says)))
    return pd.DataFrame(lines, columns=['case', 'best', 'what the rule says']).set_index('case')


def losses(rows):
    """Points that each strategy of a network loses to the best of them: case x strategy, a mean
    over the seeds."""
    means = pd.DataFrame({case: of_case(rows, *case)[list(OF_A_NETWORK)].mean() for case in CASES})
    return 100 * (means.max() - means).T


def rules_compared(rows):
    """Points lost to the best network strategy, a mean over the four cases: of the rule, of one
    answer to everything, of chance; and the share of all 625 rules that lose no more.

    Where a rule has two answers, it is their mean: nobody knows beforehand which is better.
    """
    lost = losses(rows)
    all_rules = np.array([np.mean([lost.iloc[i, k] for i, k in enumerate(choice)]) for choice in
                          itertools.product(range(len(OF_A_NETWORK)), repeat=len(CASES))])
    rules = {'the rule': np.mean([lost.loc[case, RULE[case]].mean() for case in CASES]),
             **{f'always {s}': lost[s].mean() for s in OF_A_NETWORK},
             'a random rule': all_rules.mean()}
    return pd.DataFrame({'points lost': rules, 'rules as good': {
        name: (all_rules <= value + 1e-9).mean() for name, value in rules.items()}}).sort_values(
            'points lost')


def rule_against(rows, strategy):
    """Points by which the rule beats one answer to everything, a mean over the four cases, and half
    its interval over the seeds: '0.5 ± 1.2'."""
    gains = []
    for case in CASES:
        wide = of_case(rows, *case)
        gains.append(wide[RULE[case]].mean(axis=1) - wide[strategy])
    return mean_points(pd.concat(gains, axis=1).dropna().mean(axis=1))


def of_large(rows, kind):
    """strategy x (accuracy_1, accuracy, cpu_seconds, epochs, seeds): means of one large set."""
    rows = rows[(rows['size'] == 'large') & (rows.kind == kind)]
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


def bars(rows, cases):
    """Accuracy of every strategy, a group of bars for each case; chance is a dotted line."""
    fig, [[ax]] = new_figure(11, 3.6)
    strategies = list(COLORS)
    for i, (size, kind) in enumerate(cases):
        wide = of_case(rows, size, kind)
        for k, s in enumerate(strategies):
            if s in wide:
                ax.bar(i + (k - 2.5) * 0.14, wide[s].mean(), 0.13, color=COLORS[s],
                       yerr=np.nan_to_num(half_width(wide[s])), capsize=2,
                       label=s if i == 0 else None)
        chance = 0.5 if kind == 'similar' else 0.1
        ax.hlines(chance, i - 0.45, i + 0.45, 'k', ':', label='chance' if i == 0 else None)
    ax.set_xticks(range(len(cases)), [f'{size}, {kind}' for size, kind in cases])
    ax.set(ylabel='test accuracy', ylim=(0, 1.02))
    ax.spines[['top', 'right']].set_visible(False)
    fig.legend(loc='outside lower center', ncols=7)
    return fig


def nearest(features, centres):
    """The numbers of the centres (K, C), nearest first, for each row of features (N, C): (N, K).

    Near is what lies in the same direction, seen from the mean of the centres.
    """
    mean = centres.mean(0)
    features, centres = ((a - mean) / np.linalg.norm(a - mean, axis=1, keepdims=True).clip(1e-9)
                         for a in (features, centres))
    return np.argsort(-features @ centres.T, axis=1)
