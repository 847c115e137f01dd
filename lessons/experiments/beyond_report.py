"""What results/beyond.csv says: comparisons, sentences, and the plots of lesson 5."""
import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from scipy.stats import ttest_rel

from course.compare import holm
from course.plots import BLUE, GREY, ORANGE, new_figure
from lessons.experiments.beyond_digits import NO_NETWORK

COLORS = GREY, ORANGE, BLUE, '#009E73'
REFERENCES = 'target labels', NO_NETWORK        # shown for orientation: no claim is tested


def by_seed(rows, experiment, setting):
    """A DataFrame seed x method, for the seeds for which every method has run that is compared.

    A reference may have run for fewer: NaN.
    """
    rows = rows[(rows.experiment == experiment) & (rows.setting == setting)]
    wide = rows.pivot(index='seed', columns='method', values='accuracy')
    return wide.dropna(subset=[method for method in wide if method not in REFERENCES])


def comparisons(rows, modules):
    """Each method against its module's first, seed by seed, over the seeds from FIRST_SEED on.

    Returns a DataFrame: experiment, setting, method, base, the accuracies `of_method` and
    `of_base`, seeds, points with their 95 % interval `low`, `high` (paired t), p of the paired
    t-test, p_holm over all rows, and verdict: better, worse, or not shown.
    """
    lines = []
    for experiment, module in modules.items():
        base, *others = [method for method in module.METHODS if method not in REFERENCES]
        for setting in module.SETTINGS:
            wide = by_seed(rows[rows.seed >= module.FIRST_SEED], experiment, setting)
            for method in others if len(wide) > 2 else []:
                test = ttest_rel(wide[method], wide[base])
                low, high = test.confidence_interval()
                lines.append({'experiment': experiment, 'setting': setting, 'method': method,
                              'base': base, 'of_method': wide[method].mean(),
                              'of_base': wide[base].mean(), 'seeds': len(wide),
                              'points': 100 * (wide[method] - wide[base]).mean(),
                              'low': 100 * low, 'high': 100 * high,
                              'p': np.nan_to_num(test.pvalue, nan=1)})      # nan: all the same
    table = pd.DataFrame(lines)
    if len(table):
        table['p_holm'] = holm(table.p)
        table['verdict'] = np.where(table.p_holm >= 0.05, 'not shown',
                                    np.where(table.points > 0, 'better', 'worse'))
    return table


def sentences(rows, experiment, modules):
    """Lines of text for each setting: the accuracies, and what `comparisons` says of them."""
    module, table = modules[experiment], comparisons(rows, modules)
    for setting in module.SETTINGS:
        wide = by_seed(rows[rows.seed >= module.FIRST_SEED], experiment, setting)
        if len(wide) < 3:
            yield f'{setting}: too few seeds in the file'
            continue
        known = [method for method in module.METHODS
                 if method == module.METHODS[0] or method in REFERENCES]
        yield (f'{setting} ({len(wide)} seeds): '
               + ', '.join(f'{method} {wide[method].mean():.1%}' for method in known
                           if method in wide))
        here = table[(table.experiment == experiment) & (table.setting == setting)]
        for line in here.itertuples():
            yield (f'    {line.method} {line.of_method:.1%}: {line.points:+.1f} points '
                   f'({line.low:+.1f} to {line.high:+.1f}), {line.verdict}')


def differences(table):
    """The rows of `comparisons` as points with their intervals; filled where shown."""
    fig, [[ax]] = new_figure(10, 0.7 + 0.27 * len(table))
    colors = {'better': BLUE, 'worse': ORANGE, 'not shown': GREY}
    for y, line in enumerate(table.itertuples()):
        color = colors[line.verdict]
        ax.plot([line.low, line.high], [y, y], color=color)
        ax.plot(line.points, y, 'o', color=color,
                markerfacecolor='white' if line.verdict == 'not shown' else color)
    labels = [f'{line.experiment}: {line.setting}'
              + (f' ({line.method})' if line.method == 'more damage' else '')
              for line in table.itertuples()]
    ax.set_yticks(range(len(table)), labels, fontsize=9)
    for y in np.flatnonzero(table.experiment.ne(table.experiment.shift()))[1:]:
        ax.axhline(y - 0.5, color='#DDDDDD', lw=0.8)
    ax.axvline(0, color='black', lw=0.8)
    ax.invert_yaxis()
    ax.set(xlabel='points of accuracy against the baseline; lines: 95 % intervals')
    ax.spines[['top', 'right']].set_visible(False)
    for verdict, color in colors.items():
        ax.plot([], [], 'o-', color=color, label=verdict,
                markerfacecolor='white' if verdict == 'not shown' else color)
    fig.legend(loc='outside upper right', ncols=3, frameon=False)
    fig.description = '; '.join(f'{label}: {line.points:+.1f} points, {line.verdict}'
                                for label, line in zip(labels, table.itertuples()))
    return fig


def bars(rows, experiment, module, chance=None):
    """Mean accuracy and standard error of each method in each setting; the seeds are dots.

    chance: {setting: accuracy of guessing}, drawn as dotted lines.
    """
    fig, axes = new_figure(9, 0.75 + 0.27 * len(module.SETTINGS) * (len(module.METHODS) + 1))
    ax, step = axes[0, 0], len(module.METHODS) + 1
    for s, setting in enumerate(module.SETTINGS):
        wide = by_seed(rows[rows.seed >= module.FIRST_SEED], experiment, setting)
        for m, (method, color) in enumerate(zip(module.METHODS, COLORS)):
            if method in wide and len(wide):
                values, y = wide[method].dropna(), s * step + m
                ax.barh(y, values.mean(), xerr=values.sem() if len(wide) > 1 else 0, color=color,
                        alpha=0.75, capsize=3, label=method if s == 0 else None)
                ax.plot(values, np.full(len(values), y), 'k.', markersize=3, alpha=0.5)
        if chance:
            ax.plot([chance[setting]] * 2, [s * step - 0.6, s * step + step - 1.4], 'k:',
                    label='chance' if s == 0 else None)
    middles = [s * step + (step - 2) / 2 for s in range(len(module.SETTINGS))]
    ax.set_yticks(middles, list(module.SETTINGS))
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.02), xlabel='accuracy; bars: mean ± standard error, dots: the seeds')
    ax.spines[['top', 'right']].set_visible(False)
    if ax.get_legend_handles_labels()[0]:
        fig.legend(loc='outside right upper', frameon=False)
    fig.description = f'Accuracies of {", ".join(module.METHODS)}, as in the sentences below'
    return fig


def strips(rows_of_images, n=10):
    """A row of images for each title: {title: (N, 8, 8, 1) from 0 to 1}."""
    fig, axes = new_figure(9, 1.1 * len(rows_of_images), len(rows_of_images), n)
    height = fig.get_size_inches()[1]
    fig.get_layout_engine().set(h_pad=0.12, rect=(0, 0, 1, 1 - 0.15 / height))      # for the titles
    # a notebook crops to the artists in the layout, which the titles are not: this one frames all
    fig.add_artist(Rectangle((0, 0), 1, 1, fill=False, linewidth=0))
    for line, (title, some) in zip(axes, rows_of_images.items()):
        for ax, image in zip(line, some):
            ax.imshow(image[..., 0], cmap='gray', vmin=0, vmax=1)
        for ax in line:
            ax.axis('off')
        # not a title of the axes: a long one would push the second image away
        line[0].text(0, 1.08, title, transform=line[0].transAxes, fontsize=10, in_layout=False)
    return fig


def boxes(places, arrows):
    """A diagram: {text: (column, row)} as boxes, and arrows from text to text."""
    fig, [[ax]] = new_figure(9, 2.4)
    drawn = {text: ax.text(x, y, text, ha='center', va='center', fontsize=10,
                           bbox={'boxstyle': 'round,pad=0.5', 'facecolor': '#DCEAF5',
                                 'edgecolor': BLUE})
             for text, (x, y) in places.items()}
    for start, end in arrows:                       # from border to border
        ax.annotate('', places[end], places[start],
                    arrowprops={'arrowstyle': '->', 'color': '#444444', 'shrinkA': 0, 'shrinkB': 0,
                                'patchA': drawn[start].get_bbox_patch(),
                                'patchB': drawn[end].get_bbox_patch()})
    columns, lines = zip(*places.values())
    ax.set(xlim=(min(columns) - 0.5, max(columns) + 0.5), ylim=(max(lines) + 0.6, min(lines) - 0.6))
    ax.axis('off')
    fig.description = '; '.join(f'{start} to {end}' for start, end in arrows)
    return fig


def attribute_table(table, attributes):
    """Which digit has which attribute: table (10, n), 0 to 1."""
    fig, [[ax]] = new_figure(9, 3.6)
    ax.imshow(table.T, cmap='Blues', vmin=0, vmax=1.3, aspect='auto')
    ax.set_yticks(range(len(attributes)), attributes)
    ax.set_xticks(range(10))
    ax.set(xlabel='digit', title='dark: has it; pale: some do; white: has it not')
    return fig
