"""benchmarks/cold_start.py: the table of hand-made measurements."""
import pandas as pd

from benchmarks.cold_start import COLUMNS, PARTS, STEP, VALIDATION, table


def test_medians_of_the_first_and_the_last_version():
    rows = pd.DataFrame([[version, '2026-01-01', nth, part, seconds, seconds / 2]
                         for version, numbers in (('a', (1, 9, 2)), ('b', (7, 7)), ('c', (1, 2)))
                         for nth, seconds in enumerate(numbers)
                         for part in [*PARTS, STEP, VALIDATION]], columns=COLUMNS)
    lines = table(rows).splitlines()
    assert lines[0].count('`a`') == lines[0].count('`c`') == 1 and '`b`' not in lines[0]
    assert lines[2:-1] == [f'| {part} | 2.00 | 1.00 | 1.50 | 0.75 |'
                           for part in [*PARTS, STEP, VALIDATION]]
    assert lines[-1] == '| **all but the steps** | 18.00 | 9.00 | 13.50 | 6.75 |'
    assert '`a`: seconds' in table(rows[rows.version == 'a']) and '`c`' not in table(
        rows[rows.version == 'a'])
