"""cores(): what the system allows, bounded by COURSE_THREADS, and TensorFlow keeps to it."""
import os
import subprocess
import sys

import pytest

from course.cores import cores

ALLOWED = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()


@pytest.mark.parametrize('bound, expected', [
    (None, ALLOWED), ('', ALLOWED), ('1', 1), (str(ALLOWED), ALLOWED), ('1000', ALLOWED)])
def test_cores(monkeypatch, bound, expected):
    monkeypatch.delenv('COURSE_THREADS', raising=False)
    if bound is not None:
        monkeypatch.setenv('COURSE_THREADS', bound)
    assert cores() == expected


@pytest.mark.parametrize('bound', ['0', '-1', '1.5', 'two', ' '])
def test_a_bound_that_is_no_number_is_refused(monkeypatch, bound):
    monkeypatch.setenv('COURSE_THREADS', bound)
    with pytest.raises(ValueError, match='COURSE_THREADS is .*: set it to a whole number'):
        cores()


@pytest.mark.skipif(not hasattr(os, 'sched_getaffinity'), reason='tells what the system allows')
def test_only_the_cores_that_the_process_may_use_count(monkeypatch):
    monkeypatch.delenv('COURSE_THREADS', raising=False)
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, allowed)


PRODUCTS = """
import glob
from course.compat import tf
with tf.Session() as sess:
    x = tf.random.uniform((500, 500))
    sess.run([tf.matmul(x, x) for _ in range(20)])
    names = [open(file).read().strip() for file in glob.glob('/proc/self/task/*/comm')]
print(names.count('tf_Compute'))
"""


@pytest.mark.skipif(sys.platform != 'linux', reason='names of threads')
@pytest.mark.parametrize('names', [{'COURSE_THREADS': '1'},
                                   {'COURSE_THREADS': '1', 'TF_NUM_INTEROP_THREADS': '4'}])
def test_tensorflow_keeps_to_it_and_to_its_own_variables(names):
    environment = {name: value for name, value in os.environ.items()
                   if name not in ('TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS')}
    done = subprocess.run([sys.executable, '-c', PRODUCTS], env={**environment, **names}, text=True,
                          capture_output=True)
    assert int(done.stdout) == int(names.get('TF_NUM_INTEROP_THREADS', 1)), done.stderr
