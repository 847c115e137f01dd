"""What is wrong in a student's notebook is wrong for the judge too, for the same reason."""
import importlib

import pytest
from exercise_runner import only_solutions, verdict
from test_judge import NAMES

# the judge calls in a new process, without the graph of an earlier call: this is right there
NEW_PROCESS = 'features', 'tf.Graph().as_default()'
ONLY_VALUES = {'return an array', 'return a list', 'add to the current one'}  # refused otherwise


@pytest.mark.parametrize('name', NAMES)
def test_typical_mistakes(name, tmp_path, monkeypatch):
    """All wrong answers of tests/answers, with their hints."""
    monkeypatch.chdir(tmp_path)
    exercise = only_solutions(name)
    for solution, code, checks, hint in importlib.import_module(f'answers.{name}').WRONG_ANSWERS:
        exercise.run_cell(exercise.solutions[solution], code)
        verdicts = [verdict(exercise.checks[check], exercise.names) for check in checks]
        exercise.run_cell(exercise.solutions[solution])
        if (solution, hint) == NEW_PROCESS:
            continue
        assert not any(passed for passed, _ in verdicts), (solution, code)
        if hint not in ONLY_VALUES:
            assert any(hint in said for _, said in verdicts), (hint, verdicts)
