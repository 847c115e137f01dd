"""A program started without stdout or stderr: nothing is written where it does not belong."""
import subprocess
import sys

import pytest

FIRST_FILE = """
import course                                       # before anything opens a file
with open('checkpoint', 'w') as file:
    import os, subprocess, sys
    for number in (1, 2):
        os.write(number, b'a complaint of C++')
    print('a line'), print('a line', file=sys.stderr)
    subprocess.run([sys.executable, '-c', 'import os; os.write(1, b"x"), os.write(2, b"x")'],
                   check=True)
    file.write('weights')
"""


@pytest.mark.skipif(sys.platform == 'win32', reason='a shell that closes streams')
@pytest.mark.parametrize('closed', ['2>&-', '1>&-', '1>&- 2>&-', '0<&- 1>&- 2>&-'])
def test_what_is_said_goes_nowhere(tmp_path, closed):
    (tmp_path / 'program.py').write_text(FIRST_FILE)
    done = subprocess.run(f'"{sys.executable}" program.py {closed}', shell=True, cwd=tmp_path,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / 'checkpoint').read_text() == 'weights'


def test_streams_that_are_open_stay():
    done = subprocess.run([sys.executable, '-c', 'import course, sys\nprint("out")\n'
                           'print("err", file=sys.stderr)'], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ('out\n', 'err\n')
