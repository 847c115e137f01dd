"""What is wrong in a student's notebook is wrong for the judge too, for the same reason."""
import importlib

import pytest
import tensorflow.compat.v1 as tf
from exercise_runner import only_solutions, verdict
from test_judge import NAMES

# the judge calls each time in a new process, without an earlier graph, and gets a list of anything
# that can be looped over: there, these are right
RIGHT = [('features', 'tf.Graph().as_default()'), ('to_restore', 'return a list')]


@pytest.mark.parametrize('name', NAMES)
def test_typical_mistakes(name, tmp_path, monkeypatch):
    """All wrong answers of tests/answers, with their hints."""
    monkeypatch.chdir(tmp_path)
    exercise = only_solutions(name)
    for solution, code, checks, hint in importlib.import_module(f'answers.{name}').WRONG_ANSWERS:
        exercise.run_cell(exercise.solutions[solution], code)
        with tf.Graph().as_default():           # as empty as that of the judge's own process
            verdicts = [verdict(exercise.checks[check], exercise.names) for check in checks]
        exercise.run_cell(exercise.solutions[solution])
        if (solution, hint) in RIGHT:
            assert all(passed for passed, _ in verdicts), verdicts
            continue
        assert not any(passed for passed, _ in verdicts), (solution, code)
        assert any(hint in said for _, said in verdicts), (hint, verdicts)
