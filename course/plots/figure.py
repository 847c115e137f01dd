"""What all figures have in common: size, colours, a description in words, checks."""
import sys
from collections.abc import Sequence, Sized

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLUE, ORANGE, GREY = '#0072B2', '#D55E00', '#666666'    # can be told apart by colour-blind readers
DPI = 75                                                # small images keep a notebook small
LINE = 0.18                                             # inches for a line of 10 points


class Described_figure(Figure):
    """A figure that says in words what it shows: for those who do not see it.

    description: a sentence with the numbers that matter. A notebook keeps it with the image (it is
    the figure's repr), and on the page that `make run` writes it is the image's alternative text.
    """

    description = ''

    def __repr__(self) -> str:
        titles = [self.get_suptitle(), *(ax.get_title() for ax in self.axes)]
        return self.description or 'Figure: ' + (
            '; '.join(' '.join(title.split()) for title in titles if title) or 'without a title')

    __str__ = __repr__


def new_figure(width: float, height: float, n_rows: int = 1, n_cols: int = 1
               ) -> tuple[Described_figure, np.ndarray]:
    """Returns (fig, axes [n_rows, n_cols]); `width` and `height` in inches.

    Set fig.description to a sentence that says what it shows.

    The figure is closed: a notebook shows it once, as the value of its cell.
    """
    fig, axes = plt.subplots(n_rows, n_cols, figsize=(width, height), dpi=DPI, squeeze=False,
                             layout='constrained', FigureClass=Described_figure)
    plt.close(fig)
    return fig, axes


def show_in_notebooks() -> None:
    """Figures are shown in a notebook whatever MPLBACKEND says.

    IPython only shows them if it chooses matplotlib's backend; with MPLBACKEND=Agg in the
    environment, a notebook would hold '<Figure size ...>' in place of each.
    """
    shell = 'IPython' in sys.modules and sys.modules['IPython'].get_ipython()
    if shell and 'inline' not in matplotlib.get_backend():
        from IPython.core.pylabtools import select_figure_formats
        select_figure_formats(shell, {'png'})


def one_line(text: str) -> Figure:
    """A figure that says why there is nothing to show."""
    fig, [[ax]] = new_figure(4, 0.8)
    ax.axis('off')
    ax.text(0.5, 0.5, text, ha='center', va='center')
    fig.description = f'{text}.'
    return fig


def listed(parts: Sequence[str], most: int = 8) -> str:
    """Texts with commas between them, in one line; of more than `most`, the rest is counted."""
    parts = [' '.join(str(part).split()) for part in parts]
    more = [f'and {len(parts) - most} more'] if len(parts) > most else []
    return ', '.join(parts[:most] + more)


def without_frame(ax: Axes) -> None:
    ax.spines[['top', 'right']].set_visible(False)


def whole_numbers(ax: Axes) -> None:
    """Ticks of the x axis at whole numbers only."""
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def check_same_length(**lists: Sized) -> None:
    """Raises ValueError with the names and lengths unless all have the same length."""
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f'Each needs the same number of entries, but there are {lengths}.')
