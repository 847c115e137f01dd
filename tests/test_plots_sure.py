"""The reliability curve and the comparison of runs draw the numbers that they were given."""
import numpy as np

from course.plots.sure import reliability, runs
from course.sure.calibration import reliability as rows_of


def test_the_curve_is_the_share_right_over_the_probability():
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1, 400)
    rows = rows_of(rng.random(400) > sure, np.stack([sure, 1 - sure], axis=1))
    fig = reliability({'before': rows, 'after': rows[2:]})
    _, before, after = fig.axes[0].lines
    np.testing.assert_array_equal(before.get_xydata(), rows[:, :2])
    np.testing.assert_array_equal(after.get_xydata(), rows[2:, :2])
    assert sum(fig.axes[1].lines[0].get_ydata()) == 400
    assert f'before: {rows[-1, 1]:.0%} of {rows[-1, 2]:.0f} at {rows[-1, 0]:.0%}' in str(fig)


def test_each_run_is_a_line_with_its_interval_and_its_folds():
    fig = runs(['freeze all', '$n$'], [(0.9, 0.85, 0.93), (0.8, 0.7, 0.9)], [[0.88, 0.92], [0.8]])
    lines = [line.get_xdata().tolist() for line in fig.axes[0].lines]
    assert lines == [[0.88, 0.92], [0.85, 0.93], [0.9], [0.8], [0.7, 0.9], [0.8]]
    assert [label.get_text() for label in fig.axes[0].get_yticklabels()] == ['freeze all', r'\$n\$']
    assert 'freeze all 90.0% (85.0% to 93.0%)' in str(fig)
