"""The figures of lesson 3."""
from matplotlib.ticker import PercentFormatter

from course.plots import BLUE, GREY, ORANGE, new_figure
from lessons.experiments.intervals import half_width
from lessons.plots.boxes import DROPPED, FROZEN, NEW, arrow, box

LAYERS = 'conv1', 'conv2', 'conv3', 'logits'
RESTORED = '#DDEFD9', '#009E73', '-', 'restored, learns'
CACHED = *DROPPED[:3], 'not computed'
SECTIONS = {'3. Reuse all of it': [RESTORED] * 4,
            '4. New layers on an old tensor': [RESTORED] * 3 + [NEW],
            '5. Reuse a part': [RESTORED] * 2 + [NEW] * 2,
            '7. Freeze': [FROZEN] * 2 + [RESTORED] * 2,
            '8. Cache': [CACHED] * 3 + [RESTORED]}


def sections():
    """What each section of the lesson does with the layers of the small network."""
    fig, [[ax]] = new_figure(9, 3.7)
    for row, (title, layers) in enumerate(SECTIONS.items()):
        ax.text(-0.75, row, title, ha='right', va='center', fontsize=10)
        for x, (name, (face, edge, line, word)) in enumerate(zip(LAYERS, layers)):
            box(ax, x, row, name, face, edge, line=line, height=0.42)
            ax.text(x, row + 0.36, word, ha='center', va='center', fontsize=8, color=edge)
            if x and layers[x - 1] is not CACHED:
                arrow(ax, (x - 0.53, row), (x - 0.47, row))
    ax.set(xlim=(-3.2, 3.6), ylim=(len(SECTIONS) - 0.4, -0.4))
    ax.axis('off')
    fig.description = '; '.join(
        f'{title}: ' + ', '.join(f'{name} {word}' for name, (*_, word) in zip(LAYERS, layers))
        for title, layers in SECTIONS.items())
    return fig


def thaw_curve(rows, depths, no_network):
    """Accuracy against what learns, a panel for each number of steps, with 95 % t-intervals.

    rows: DataFrame with learns, steps, n_learn, seed, accuracy (0 to 1). depths: the values of
    `learns`, from the least to the most. no_network: {n_learn: accuracy}, dotted lines.
    """
    all_steps = sorted(rows.steps.unique())
    fig, [axes] = new_figure(11, 3.8, n_cols=len(all_steps))
    for ax, steps in zip(axes, all_steps):
        for n_learn, color, marker in zip(sorted(rows.n_learn.unique()), (ORANGE, BLUE), 'os'):
            chosen = rows[(rows.steps == steps) & (rows.n_learn == n_learn)]
            by_depth = chosen.groupby('learns').accuracy
            mean, half = (by_depth.agg(f).reindex(depths) for f in ('mean', half_width))
            ax.errorbar(range(len(depths)), mean, half.fillna(0), color=color, marker=marker,
                        capsize=4, label=f'{n_learn} images to learn from')
            ax.axhline(no_network[n_learn], color=color, linestyle=':',
                       label=f'{n_learn} images, no network')
        ax.set_xticks(range(len(depths)), depths)
        ax.set(title=f'{steps} steps', xlabel='what learns: from the head down',
               ylim=(rows.accuracy.min() - 0.05, 1.005))
        style(ax)
    axes[0].set_ylabel('accuracy on test images')
    fig.legend(*axes[0].get_legend_handles_labels(), loc='outside lower center', ncols=4)
    return fig


def bars_of_freezes(rows, ways, chance):
    """Test accuracy of each way to freeze, with 95 % t-intervals; every seed is a dot.

    rows: DataFrame with way, seed, accuracy (0 to 1).
    """
    fig, [[ax]] = new_figure(8, 3)
    for i, way in enumerate(ways):
        values = rows[rows.way == way].accuracy
        ax.bar(i, values.mean(), 0.6, yerr=half_width(values), capsize=4,
               color=BLUE if i == 0 else ORANGE, alpha=0.8)
        ax.plot([i + 0.2] * len(values), values, '.', color=GREY)
    ax.axhline(chance, color=GREY, linestyle=':', label='chance')
    ax.set_xticks(range(len(ways)), [way.replace(' ', '\n', 1) for way in ways])
    ax.set(ylabel='accuracy on test images')
    ax.legend()
    style(ax)
    return fig


def style(ax):
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.spines[['top', 'right']].set_visible(False)
    ax.grid(alpha=0.3)
