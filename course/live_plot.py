"""A figure in a notebook that is drawn again after each epoch."""
from collections.abc import Callable

try:
    from IPython.display import display
except ImportError:                                     # a script, and no IPython

    def display(*objects, **_):
        print(*objects)


class Live_plot:
    """A callback. draw() -> a matplotlib Figure, shown when training begins, then replaced."""

    def __init__(self, draw: Callable):
        self.draw = draw

    def on_session_begin(self, sess=None, saver=None):
        self._shown = display(self.draw(), display_id=True)

    def on_epoch_end(self, val_loss, nth_epoch=None, sess=None, saver=None):
        if self._shown:                                 # None where there is no notebook
            self._shown.update(self.draw())
