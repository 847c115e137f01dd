"""The figure of lesson 3."""
from matplotlib.ticker import PercentFormatter

from course.plots import BLUE, ORANGE, new_figure


def thaw_curve(rows, depths):
    """Accuracy against what learns, a panel for each number of steps.

    Error bars are standard errors over the seeds; a single seed has none.

    rows: DataFrame with learns, steps, n_learn, seed, accuracy (0 to 1). depths: the
    values of `learns`, from the least to the most.
    """
    all_steps = sorted(rows.steps.unique())
    fig, [axes] = new_figure(11, 3.8, n_cols=len(all_steps))
    for ax, steps in zip(axes, all_steps):
        for n_learn, color, marker in zip(sorted(rows.n_learn.unique()), (ORANGE, BLUE), 'os'):
            chosen = rows[(rows.steps == steps) & (rows.n_learn == n_learn)]
            stats = chosen.groupby('learns').accuracy.agg(['mean', 'sem']).reindex(depths)
            ax.errorbar(range(len(depths)), stats['mean'], stats['sem'].fillna(0), color=color,
                        marker=marker, capsize=4, label=f'{n_learn} images to learn from')
        ax.set_xticks(range(len(depths)), depths)
        ax.set(title=f'{steps} steps', xlabel='what learns: from the head down',
               ylim=(rows.accuracy.min() - 0.02, 1.005))
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.spines[['top', 'right']].set_visible(False)
        ax.grid(alpha=0.3)
    axes[0].set_ylabel('accuracy on test images')
    axes[-1].legend(loc='lower right')
    return fig
