"""A figure in a notebook that is drawn again after each epoch."""
import sys
from collections.abc import Callable

if 'IPython' in sys.modules:                            # a notebook
    from IPython.display import display
else:

    def display(*objects, **_):
        print(*objects)


class Live_plot:
    """A callback. draw() -> a matplotlib Figure, shown when training begins, then replaced.

    Where there is no notebook, nothing is drawn.
    """

    def __init__(self, draw: Callable):
        self.draw = draw

    def on_session_begin(self, sess=None, saver=None):
        notebook = 'IPython' in sys.modules and sys.modules['IPython'].get_ipython()
        self._shown = display(self.draw(), display_id=True) if notebook else None

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        if self._shown:
            self._shown.update(self.draw())
