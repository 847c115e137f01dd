"""How long is the day? Writes the tables of minutes and the timetable into lessons/README.md.

    python -m lessons.minutes                 # reckons again, from the notebooks as they are
    python -m lessons.minutes --run [NAME ...]      # and first measures how long notebooks run

Takes the main notebook, all lessons/*.ipynb and the exercises. Reading is reckoned: WORDS words a
minute, CODE seconds for a line of code, a minute for an image; in an exercise, WRITE minutes for
each line that the solution has. Running is measured, in seconds, and kept in minutes.csv; the last
row of a notebook counts. NAME: the beginning of a notebook's name, such as 3; none: all lessons.
"""
import argparse
import math
import re
import tempfile
import time
from datetime import date
from pathlib import Path

import nbformat
import pandas as pd

from benchmarks.marked import rewritten
from course import ROOT
from course.experiments import Results

README, MAIN = ROOT / 'lessons' / 'README.md', ROOT / 'tf_transfer_learning.ipynb'
RESULTS = ROOT / 'lessons' / 'minutes.csv'
WORDS, CODE, IMAGE, WRITE = 130, 4, 1, 2
QUESTIONS = 1.5         # times what is reckoned, in class
#       what, the notebook, its sections; or a break and its minutes
DAY = [('theory: what is transferred, and when', 'lesson 4', None),
       ('break', 15, None),
       ('preparation, load data', 'the main notebook', (1, 2)),
       ('the static graph', 'the main notebook', (3,)),
       ('weights, training, test, your own image', 'the main notebook', (4, 5, 6, 7, 8)),
       ('lunch', 75, None),
       ('freezing, and what goes wrong', 'exercise 2', None),
       ('break', 15, None),
       ('results that are too good', 'exercise 3', None),
       ('break', 15, None),
       ('beyond fine-tuning', 'lesson 5', None)]
BEGIN = 9 * 60 + 30
EXERCISES = ['plant_seedlings', 'layer_transfer', 'flowering_herbaceous', 'another_network',
             'tensorflow_basics']


def notebooks() -> dict[str, Path]:
    """{'lesson 1': path, ...}: the main notebook, the lessons, the exercises' sources."""
    lessons = sorted((ROOT / 'lessons').glob('[0-9]*.ipynb'))
    return {'the main notebook': MAIN,
            **{f'lesson {path.name.split("_")[0]}': path for path in lessons},
            **{f'exercise {nth}': ROOT / 'exercises' / 'source' / name / f'{name}.ipynb'
               for nth, name in enumerate(EXERCISES, 1)}}


def counts(cells: list) -> tuple[int, int, int, int]:
    """Of cells: words of text, lines of code, images, lines of solutions."""
    code = [cell for cell in cells if cell.cell_type == 'code']
    solutions = ''.join(re.findall(r'### BEGIN SOLUTION\n(.*?)### END', '\n'.join(
        cell.source for cell in code), re.DOTALL))
    return (sum(len(cell.source.split()) for cell in cells if cell.cell_type == 'markdown'),
            sum(lines(cell.source) for cell in code) - lines(solutions),
            sum('image/png' in output.get('data', {}) for cell in code for output in cell.outputs),
            lines(solutions))


def lines(code: str) -> int:
    return sum(bool(line.strip()) for line in code.splitlines())


def reading(cells: list) -> float:
    """Minutes, without running."""
    words, code, images, solution = counts(cells)
    return words / WORDS + code * CODE / 60 + images * IMAGE + solution * WRITE


def sections(cells: list) -> dict[int, list]:
    """{number: its cells}, by the headings '## 1. ...'; 0 is what comes before the first."""
    found, number = {0: []}, 0
    for cell in cells:
        heading = re.match(r'## (\d+)\.', cell.source) if cell.cell_type == 'markdown' else None
        number = int(heading[1]) if heading else number
        found.setdefault(number, []).append(cell)
    return found


def running(rows: pd.DataFrame) -> dict[str, float]:
    """{notebook: seconds of its last run}."""
    return dict(zip(rows.notebook, rows.seconds.astype(float)))


def table(rows: pd.DataFrame) -> str:
    """Markdown: what each notebook holds, and its minutes."""
    ran = running(rows)
    text = ['| notebook | words | lines of code | images | lines to write | minutes to read | '
            'to run |', '|---|---|---|---|---|---|---|']
    for name, path in notebooks().items():
        cells = nbformat.read(path, 4).cells
        words, code, images, solution = counts(cells)
        text.append(f'| {name} | {words:,} | {code} | {images} | {solution or ""} | '
                    f'{reading(cells):.0f} | '
                    f'{"" if solution else in_words(ran.get(path.name))} |')
    return '\n'.join(text)


def in_words(seconds: float | None) -> str:
    if seconds is None:
        return 'not measured'
    return f'{seconds:.0f} s' if seconds < 90 else f'{seconds / 60:.1f} min'


def day(rows: pd.DataFrame) -> str:
    """Markdown: the timetable. Each item has its minutes to read and to run, times QUESTIONS."""
    ran, known, now = running(rows), notebooks(), BEGIN
    text = ['| from | minutes | | |', '|---|---|---|---|']
    for what, where, chosen in DAY:
        if where in known:
            cells = nbformat.read(known[where], 4).cells
            if chosen:
                parts = sections(cells)
                cells = [cell for number in chosen for cell in parts.get(number, [])]
            runs = ran.get(known[where].name, 0) / 60 if not chosen or 5 in chosen else 0
            minutes = 5 * math.ceil((reading(cells) + runs) * QUESTIONS / 5)
            place = where if not chosen else f'{where}, section {chosen[0]}' if len(
                chosen) == 1 else f'{where}, sections {chosen[0]} to {chosen[-1]}'
        else:
            minutes, place = where, ''
        text.append(f'| {now // 60:02}:{now % 60:02} | {minutes} | {what} | {place} |')
        now += minutes
    return '\n'.join([*text, f'| {now // 60:02}:{now % 60:02} | | end | |'])


def measure(path: Path) -> float:
    """Run a notebook in its folder, keeping nothing. Returns seconds."""
    from course.notebooks import run_notebook  # not needed to reckon
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run_notebook(str(path), f'{folder}/{path.name}', cwd=str(path.parent))
        return time.perf_counter() - began


def renewed(text: str, rows: pd.DataFrame) -> str:
    """The README with its two marked parts made again."""
    parts = {'table': table, 'day': day}
    return rewritten(text, 'minutes', lambda name: parts[name](rows))


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--run', nargs='*', metavar='NAME')
    args = parser.parse_args(argv)
    results = Results(RESULTS, ['notebook', 'seconds', 'date'], ['notebook', 'date'],
                      'python -m lessons.minutes --run')
    for path in notebooks().values():
        if args.run is not None and path.parent == README.parent and (
                not args.run or path.name.startswith(tuple(args.run))):
            seconds = round(measure(path))
            print(path.name, seconds, 's', flush=True)
            results.add([{'notebook': path.name, 'seconds': seconds,
                          'date': date.today().isoformat()}])
    README.write_text(renewed(README.read_text('utf-8'), results.rows()), 'utf-8')


if __name__ == '__main__':
    main()
