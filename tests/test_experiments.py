"""course/experiments.py: one CSV of finished runs, resumed, checked, and the machine beside it."""
import platform

import numpy as np
import pandas as pd
import pytest

from course.experiments import Results, cores, machine_line

KEY, COLUMNS = ['kind', 'seed'], ['kind', 'seed', 'accuracy', 'note']
JOBS = [(kind, seed) for seed in (0, 1) for kind in ('digits', 'faces')]


def results(path, columns=COLUMNS, **options):
    return Results(path, columns, KEY, 'python -m an.experiment', text=['note'], **options)


def row(kind, seed, accuracy=0.5, note=''):
    return {'kind': kind, 'seed': seed, 'accuracy': accuracy, 'note': note}


def test_only_the_runs_that_the_file_lacks_are_done(tmp_path):
    path = tmp_path / 'a' / 'runs.csv'
    assert list(results(path).missing(JOBS)) == JOBS and results(path).rows().empty
    for kind, seed in JOBS[:3]:
        results(path).add([row(kind, seed)])
    assert list(results(path).missing(JOBS)) == JOBS[3:]
    assert list(results(path).missing(JOBS * 2)) == JOBS[3:] * 2    # asked for, not done
    done = []
    for kind, seed in results(path).missing(JOBS * 2):
        results(path).add([row(kind, seed)])
        done.append((kind, seed))
    assert done == JOBS[3:]
    assert list(results(path).rows().columns) == COLUMNS and len(results(path).rows()) == 4


def test_values_come_back_as_pandas_reads_what_pandas_writes(tmp_path):
    """Quotes, commas, numbers to the last digit, empty places; text stays text."""
    rows = [row('a, "b"', 0, 1 / 3, '007'), row('ü', 1, np.nan, ''), row('c', 2, 1e-300, 'NA')]
    for one in rows:
        results(tmp_path / 'runs.csv').add([one])
    pd.DataFrame(rows).to_csv(tmp_path / 'whole.csv', index=False)
    assert (tmp_path / 'runs.csv').read_text() == (tmp_path / 'whole.csv').read_text()
    pd.testing.assert_frame_equal(results(tmp_path / 'runs.csv').rows(), pd.DataFrame(rows))


@pytest.mark.parametrize('value', [0, np.int64(3), True, np.bool_(False), 'auto', '007', ''])
def test_a_key_of_any_type_is_found_again(tmp_path, value):
    file = Results(tmp_path / 'runs.csv', ['key', 'x'], ['key'], 'command')
    file.add(pd.DataFrame({'key': [value], 'x': 1}))
    assert list(file.missing([(value,), ('another',)])) == [('another',)]


def test_a_run_of_several_rows_is_one_run(tmp_path):
    file = results(tmp_path / 'runs.csv')
    file.add(pd.DataFrame({'accuracy': [0.1, 0.2, 0.3]}).assign(kind='digits', seed=0, note=''))
    assert list(file.missing(JOBS)) == JOBS[1:] and len(file.rows()) == 3


@pytest.mark.parametrize('rest', ['digits,1,0.', 'digits,1,0.75,x', '"digits,1', ','])
def test_a_last_line_that_is_cut_off_is_dropped(tmp_path, rest):
    path = tmp_path / 'runs.csv'
    results(path).add([row('digits', 0)])
    whole = path.read_bytes()
    path.write_bytes(whole + rest.encode())
    assert list(results(path).missing(JOBS)) == JOBS[1:] and len(results(path).rows()) == 1
    results(path).add([row('digits', 1)])
    assert path.read_bytes() == whole + b'digits,1,0.5,\n'


@pytest.mark.parametrize('text', ['', 'kind,se', 'kind,seed,accuracy,note'])
def test_a_header_that_is_cut_off_is_written_again(tmp_path, text):
    (tmp_path / 'runs.csv').write_text(text)
    results(tmp_path / 'runs.csv').add([row('digits', 0)])
    assert (tmp_path / 'runs.csv').read_text() == 'kind,seed,accuracy,note\ndigits,0,0.5,\n'


def test_a_file_or_a_row_with_other_columns_is_refused_and_left_alone(tmp_path):
    path = tmp_path / 'runs.csv'
    results(path).add([row('digits', 0)])
    before = path.read_bytes()
    with pytest.raises(ValueError, match='runs.csv has the columns kind, seed, accuracy, note; '
                                         'this program writes kind, seed. Move the file'):
        results(path, KEY)
    for other in ({'kind': 'digits', 'seed': 1}, {**row('digits', 1), 'seconds': 2}):
        with pytest.raises(ValueError, match='runs.csv: a row has the columns kind, seed'):
            results(path).add([other])
    assert path.read_bytes() == before


def test_a_file_of_windows_is_read_and_continued(tmp_path):
    (tmp_path / 'runs.csv').write_bytes(b'kind,seed,accuracy,note\r\ndigits,0,0.5,\r\n')
    results(tmp_path / 'runs.csv').add([row('faces', 0)])
    assert list(results(tmp_path / 'runs.csv').missing(JOBS)) == JOBS[2:]


def test_two_programs_on_one_file_share_the_runs(tmp_path):
    first, second = (results(tmp_path / 'runs.csv').missing(JOBS) for _ in range(2))
    done = []
    for _ in range(2):
        for program in (first, second):
            job = next(program)
            done.append(job)
            results(tmp_path / 'runs.csv').add([row(*job)])
    assert len(results(tmp_path / 'runs.csv').rows()) == 4 and set(done) <= set(JOBS)


def test_the_text_beside_it_names_the_command_and_every_machine(tmp_path, monkeypatch):
    results(tmp_path / 'runs.csv').add([row('digits', 0)])
    results(tmp_path / 'runs.csv').add([row('digits', 1)])
    here = machine_line()
    assert (tmp_path / 'runs.txt').read_text() == f'python -m an.experiment\n{here}\n'
    results(tmp_path / 'runs.csv', precision='bfloat16').add([row('digits', 2)])
    assert (tmp_path / 'runs.txt').read_text() == (f'python -m an.experiment\n{here}\n'
                                                   f'{here}, bfloat16\n')
    results(tmp_path / 'other.csv')                     # no run, no claim
    assert not (tmp_path / 'other.txt').exists()


def test_the_line_of_the_machine():
    line = machine_line()
    assert f'{cores()} cores' in line and f'Python {platform.python_version()}' in line
    assert 'tensorflow 2.' in line and '\n' not in line and cores() >= 1
