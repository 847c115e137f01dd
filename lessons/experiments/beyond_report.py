"""What results/beyond.csv says: tables, sentences, and the plots of lesson 5."""
import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle
from scipy.stats import t

from course.plots import BLUE, GREY, ORANGE, new_figure

COLORS = GREY, ORANGE, BLUE, '#009E73'


def by_seed(rows, experiment, setting):
    """A DataFrame seed x method, for the seeds for which every method has run."""
    rows = rows[(rows.experiment == experiment) & (rows.setting == setting)]
    return rows.pivot(index='seed', columns='method', values='accuracy').dropna()


def sentences(rows, experiment, module):
    """A line for each setting and method: its difference from the module's first method, seed by
    seed. It counts as a difference where its 95 % confidence interval (t-test) excludes 0."""
    base, *others = module.METHODS
    for setting in module.SETTINGS:
        wide = by_seed(rows, experiment, setting)
        if len(wide) < 3:
            yield f'{setting}: too few seeds in the file'
            continue
        yield f'{setting} ({len(wide)} seeds): {base} {wide[base].mean():.1%}'
        for method in others:
            gain = 100 * (wide[method] - wide[base])
            mean, error = gain.mean(), gain.sem()
            noise = t.ppf(0.975, len(gain) - 1) * error
            word = ('no difference beyond the noise of the seeds' if abs(mean) <= noise
                    else 'better' if mean > 0 else 'worse')
            yield (f'    {method} {wide[method].mean():.1%}: {mean:+.1f} ± {error:.1f} points, '
                   f'{word}')


def verdicts(rows, modules):
    """The differences of `sentences` as a table: experiment, setting, method against the first."""
    lines = []
    for experiment, module in modules.items():
        base, *others = module.METHODS
        for setting in module.SETTINGS:
            wide = by_seed(rows, experiment, setting)
            for method in others if len(wide) > 2 else []:
                gain = 100 * (wide[method] - wide[base])
                lines.append({'experiment': experiment, 'setting': setting,
                              'method, against': f'{method}, {base}',
                              'points': f'{gain.mean():+.1f} ± {gain.sem():.1f}',
                              'better in': f'{(gain > 0).sum()} of {len(gain)} seeds'})
    return pd.DataFrame(lines)


def bars(rows, experiment, module, chance=None):
    """Mean accuracy and standard error of each method in each setting; the seeds are dots.

    chance: {setting: accuracy of guessing}, drawn as dotted lines.
    """
    fig, axes = new_figure(9, 0.75 + 0.27 * len(module.SETTINGS) * (len(module.METHODS) + 1))
    ax, step = axes[0, 0], len(module.METHODS) + 1
    for s, setting in enumerate(module.SETTINGS):
        wide = by_seed(rows, experiment, setting)
        for m, (method, color) in enumerate(zip(module.METHODS, COLORS)):
            if len(wide):
                values, y = wide[method], s * step + m
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
    for text, (x, y) in places.items():
        ax.text(x, y, text, ha='center', va='center', fontsize=10,
                bbox={'boxstyle': 'round,pad=0.5', 'facecolor': '#DCEAF5', 'edgecolor': BLUE})
    for start, end in arrows:
        (x_0, y_0), (x_1, y_1) = places[start], places[end]
        ax.annotate('', (x_1 - 0.32, y_1), (x_0 + 0.32, y_0),
                    arrowprops={'arrowstyle': '->', 'color': '#444444'})
    columns, lines = zip(*places.values())
    ax.set(xlim=(min(columns) - 0.5, max(columns) + 0.5), ylim=(max(lines) + 0.6, min(lines) - 0.6))
    ax.axis('off')
    return fig


def attribute_table(table, attributes):
    """Which digit has which attribute: table (10, n), 0 to 1."""
    fig, [[ax]] = new_figure(9, 3.6)
    ax.imshow(table.T, cmap='Blues', vmin=0, vmax=1.3, aspect='auto')
    ax.set_yticks(range(len(attributes)), attributes)
    ax.set_xticks(range(10))
    ax.set(xlabel='digit', title='dark: has it; pale: some do; white: has it not')
    return fig
