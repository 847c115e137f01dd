"""The picture of lesson 3. The figure is closed before it is returned, as in plots.py."""
from matplotlib.ticker import PercentFormatter

from plots import BLUE, ORANGE, new_figure


def thaw_curve(rows, depths):
    """Accuracy over what learns; error bars are standard errors over the seeds.

    rows: DataFrame with learns, n_learn, seed, accuracy (0 to 1). depths: values of `learns`, from
    the least to the most.
    """
    fig, [[ax]] = new_figure(8, 3.6)
    for n_learn, color, marker in zip(sorted(rows.n_learn.unique()), (ORANGE, BLUE), 'os'):
        stats = rows[rows.n_learn == n_learn].groupby('learns').accuracy.agg(['mean', 'sem'])
        stats = stats.reindex(depths)
        ax.errorbar(range(len(depths)), stats['mean'], stats['sem'], marker=marker, capsize=4,
                    color=color, label=f'{n_learn} pictures to learn from')
    ax.set_xticks(range(len(depths)), depths)
    ax.set(title='Accuracy on test pictures', xlabel='what learns: from the head down')
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.spines[['top', 'right']].set_visible(False)
    ax.grid(alpha=0.3)
    ax.legend()
    return fig
