"""lessons.minutes: what is counted, by hand; a day that adds up; no notebook is left out."""
import re

import pandas as pd
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from lessons import minutes

IMAGE = new_output('display_data', {'image/png': ''})
CELLS = [new_markdown_cell('# A title of five words'),
         new_markdown_cell('## 1. First\n\n' + 'word ' * 127),
         new_code_cell('a = 1\n\nb = 2', outputs=[IMAGE, IMAGE]),
         new_markdown_cell('## 2. Second'),
         new_code_cell('def f():\n    ### BEGIN SOLUTION\n    c = 3\n    return c\n'
                       '    ### END SOLUTION')]
MEASURED = pd.DataFrame({'notebook': ['4_when_to_transfer.ipynb', '4_when_to_transfer.ipynb'],
                         'seconds': [900, 60], 'date': ['2026-01-01', '2026-01-02']})


def test_what_is_counted():
    assert minutes.counts(CELLS) == (6 + 130 + 3, 5, 2, 2)
    assert minutes.reading(CELLS) == pytest.approx(139 / 130 + 5 * 4 / 60 + 2 + 2 * 2)


def test_the_sections_are_those_of_the_headings():
    parts = minutes.sections(CELLS)
    assert {number: len(cells) for number, cells in parts.items()} == {0: 1, 1: 2, 2: 2}


def test_the_last_run_counts():
    assert minutes.running(MEASURED) == {'4_when_to_transfer.ipynb': 60}


def test_a_day_adds_up_and_has_no_gap():
    rows = re.findall(r'^\| (\d\d):(\d\d) \| (\d*) ?\|', minutes.day(MEASURED), re.MULTILINE)
    times = [60 * int(hours) + int(rest) for hours, rest, _ in rows]
    assert times[0] == minutes.BEGIN and times[-1] < 18 * 60
    assert rows[-1][2] == ''
    assert [a + int(row[2]) for a, row in zip(times, rows[:-1])] == times[1:]


def test_every_notebook_is_in_the_table_and_in_the_readme():
    table = minutes.table(MEASURED)
    text = (ROOT / 'lessons' / 'README.md').read_text('utf-8')
    for name in minutes.notebooks():
        assert f'| {name} |' in table and f'| {name} |' in text
    assert minutes.renewed(text, MEASURED).count('<!-- end -->') == 2
