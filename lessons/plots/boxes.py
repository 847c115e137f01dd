"""Boxes and arrows, for the drawings of lessons 3 and 4."""
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from course.plots import BLUE, ORANGE

# what may happen to a layer: face, edge, line, and what is written below it
FROZEN = '#BBD7EC', BLUE, '-', 'frozen'
TRAINED = '#F6C9A0', ORANGE, '-', 'learns'
NEW = '#F6C9A0', ORANGE, '-', 'new, learns'
DROPPED = 'white', '#AAAAAA', ':', 'cut off'


def box(ax: Axes, x: float, y: float, text: str, face: str, edge: str, width: float = 0.9,
        height: float = 0.6, line: str = '-', size: float = 9) -> None:
    """A box with its middle at (x, y)."""
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, facecolor=face,
                                edgecolor=edge, linestyle=line, zorder=3,
                                boxstyle='round,pad=0.02,rounding_size=0.06'))
    ax.text(x, y, text, ha='center', va='center', fontsize=size, zorder=4,
            color='#AAAAAA' if line == ':' else 'black')


def arrow(ax: Axes, start: tuple, end: tuple, color: str = 'black', **options) -> None:
    """From one place to the other. options: of matplotlib's arrowprops."""
    ax.annotate('', end, start, arrowprops={'arrowstyle': '->', 'color': color, 'shrinkA': 0,
                                            'shrinkB': 0, **options})
