"""lessons/answers: each exercise of each lesson has an answer, and their code runs."""
import re

import nbformat
import pytest
from conftest import ROOT

LESSONS = sorted((ROOT / 'lessons').glob('[0-9]*.ipynb'))
ANSWERS = ROOT / 'lessons' / 'answers'


def sections(lesson):
    """{number of the exercise: its answer}."""
    parts = re.split(r'^## (\d+)\n', (ANSWERS / f'{lesson.stem}.md').read_text('utf-8'),
                     flags=re.MULTILINE)
    return dict(zip(map(int, parts[1::2]), parts[2::2]))


@pytest.mark.parametrize('lesson', LESSONS, ids=lambda path: path.stem)
def test_each_exercise_has_its_answer(lesson):
    [text] = [cell.source for cell in nbformat.read(lesson, 4).cells
              if '## Exercises' in cell.source]
    exercises = re.findall(r'^(\d+)\. ', text.split('## Exercises')[1].split('\n## ')[0],
                           re.MULTILINE)
    assert exercises and [*map(int, exercises)] == [*sections(lesson)]


@pytest.mark.parametrize('lesson', LESSONS, ids=lambda path: path.stem)
def test_the_code_of_the_answers_runs(lesson):
    for number, answer in sections(lesson).items():
        for code in re.findall(r'```python\n(.*?)```', answer, re.DOTALL):
            exec(compile(code, f'{lesson.stem}, exercise {number}', 'exec'), {})
