"""Set up .venv with what the course needs: `python -m course.set_up`, in the course's folder.

--dev: also with what developers and instructors need. Needs nothing but Python itself.

.venv/installed is written last, after everything was imported once, and says which requirements
are installed. Without it, or with others, set-up begins again from nothing: what pip was copying
when it was interrupted counts as installed for pip. The course itself is found by a path relative
to the environment, so a folder that is moved or copied, .venv included, keeps working.
"""
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from course import ROOT
from course.free_space import GB, NOTEBOOK_MEMORY, free_disk, free_memory, in_gb
from course.one_at_a_time import one_at_a_time
from course.whole_file import write_whole

VENV = ROOT / '.venv'
PYTHON = VENV / ('Scripts/python.exe' if os.name == 'nt' else 'bin/python')
MARKER = VENV / 'installed'
VENV_DISK, PEAK_DISK = 3.2 * GB, 3.8 * GB     # when it is done, and while pip installs
STUDENT, DEVELOPER = 'requirements.txt', 'requirements-dev.txt'
FIRST, WITHOUT_WINDOWS = 'requirements-setup.txt', 'opencv-headless.txt'
# what the course imports, compat first, and the commands that make runs
IMPORTS = ('course.compat', 'cv2', 'imgaug', 'IPython', 'ipykernel', 'ipywidgets',
           'matplotlib.pyplot', 'nbconvert', 'numpy', 'pandas', 'papermill', 'PIL', 'pooch',
           'requests', 'scipy.stats', 'skimage.data', 'sklearn.metrics', 'tensorboard',
           'tensorflow.compat.v1', 'tf_keras', 'tf_slim', 'tqdm.auto')
COMMANDS = {STUDENT: ('jupyterlab', 'nbconvert'), DEVELOPER: ('nbgrader', 'pytest', 'ruff')}


def main() -> None:
    """Command line."""
    wanted = [STUDENT, DEVELOPER] if '--dev' in sys.argv[1:] else [STUDENT]
    refuse_what_cannot_work()
    try:
        with one_at_a_time(__file__):
            there = installed()
            if not set(map(digest_of, wanted)) <= set(there):
                set_up(wanted, there)
    except subprocess.CalledProcessError as error:
        step = ' '.join(map(str, error.cmd[1:4]))
        sys.exit(f'Set-up stopped at `{step} ...`. {advice()} Then run the same command again: it '
                 'begins from nothing.')
    except KeyboardInterrupt:
        sys.exit('\nStopped. Run the same command again: it begins from nothing.')
    except OSError as error:
        sys.exit(f'Set-up stopped: {error}.\n{advice()} Then run the same command again.')


def refuse_what_cannot_work() -> None:
    """Ends the program, in words, where no environment can be made."""
    if not (3, 10) <= sys.version_info[:2] <= (3, 13):
        sys.exit(f'This is Python {sys.version.split()[0]}; TensorFlow needs 3.10 to 3.13. Run it '
                 'with another one, for instance: make PYTHON=python3.11')
    if os.pathsep in str(ROOT) or '\n' in str(ROOT):
        sys.exit(f'The name of the folder {str(ROOT)!r} holds {os.pathsep!r} or a line break, and '
                 'Python cannot make an environment there. Rename the folder.')


def installed() -> list:
    """What the marker says, a digest for each file of requirements; [] without a usable one."""
    try:
        return MARKER.read_text().split() if PYTHON.exists() else []
    except (OSError, UnicodeDecodeError):
        return []


def digest_of(name):
    """A digest of a file of requirements and of all that decides what is installed for it."""
    files = [ROOT / FIRST, ROOT / STUDENT, ROOT / name, locked(FIRST), locked(name)]
    return hashlib.sha256(b'\0'.join(file.read_bytes() for file in files
                                     if file.exists())).hexdigest()


def set_up(wanted, there):
    """Install the files `wanted` into .venv, and write the marker."""
    if digest_of(STUDENT) in there:         # whole so far: developers need some more
        MARKER.unlink()
        wanted = [DEVELOPER]
    else:
        from_nothing()
        pip_install(FIRST)
    for name in wanted:
        pip_install(name)
    ask = 'import sysconfig; print(sysconfig.get_path("purelib"))'
    site = Path(subprocess.check_output([PYTHON, '-c', ask], text=True).strip())
    (site / 'course.pth').write_text(f'{os.path.relpath(ROOT, site)}\n')
    if subprocess.run([PYTHON, '-c', 'import cv2'], stderr=subprocess.DEVNULL).returncode:
        # opencv-python draws windows and needs libGL; where that is missing, the build without
        pip_install(WITHOUT_WINDOWS, '--no-deps', '--force-reinstall')
    check_and_mark(wanted)


def check_and_mark(wanted):
    """Import what the course imports and run what make runs; then, and only then, the marker."""
    print('Checking that all of it can be imported ...', flush=True)
    run('-c', f'import {", ".join(IMPORTS)}')
    for name in wanted:
        for command in COMMANDS[name]:
            run('-m', command, '--version', stdout=subprocess.DEVNULL)
    write_whole(MARKER, '\n'.join(dict.fromkeys(map(digest_of, [STUDENT, *wanted]))).encode())


def from_nothing():
    """An empty environment, after a check that there is room for a full one."""
    MARKER.unlink(missing_ok=True)          # first of all: what is left of it does not count
    if VENV.is_dir():
        for child in VENV.iterdir():        # not .venv itself, which may be a link to another disk
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            else:
                child.unlink()
    free = free_disk(VENV)
    print(f'Setting up {VENV.name}, once: a few minutes and {in_gb(VENV_DISK)} of disk, '
          f'{in_gb(PEAK_DISK)} on the way (free: {in_gb(free)}).\nThe notebook will take '
          f'{in_gb(NOTEBOOK_MEMORY)} of memory (free now: {in_gb(free_memory())}).', flush=True)
    if free < PEAK_DISK:
        sys.exit(f'Set-up needs {in_gb(PEAK_DISK)} on the disk of {VENV}; free there: '
                 f'{in_gb(free)}. Make room, or make {VENV} a link to a folder on another disk.')
    # -I: nothing of this folder is taken for a part of Python; realpath: venv refuses a link
    subprocess.run([sys.executable, '-I', '-m', 'venv', os.path.realpath(VENV)], check=True,
                   close_fds=False)


def pip_install(name, *options):
    """Install a file of requirements: with hashes if its locked version is up to date."""
    file = locked(name)
    if not is_locked(name):
        print(f'{file.relative_to(ROOT)} does not fit {name}: installing without hashes. To lock '
              'the new versions: make lock', flush=True)
        file = VENV / name
        file.write_text(''.join(re.sub('^-.*\n', '', (ROOT / one).read_text(encoding='utf-8'),
                                       flags=re.M) for one in dict.fromkeys([STUDENT, name])),
                        encoding='utf-8')
    run('-m', 'pip', 'install', '-q', '--disable-pip-version-check', *options, '-r', file)


def locked(name):
    """Where the versions and hashes of all packages are that a file of requirements leads to."""
    return ROOT / 'locked' / name


def is_locked(name) -> bool:
    """Whether the locked version holds each pin of the file, as far as there is one."""
    lock = locked(name)
    if not lock.exists():
        return False
    held = set(re.findall(r'^[\w.-]+==[\w.]+', lock.read_text(encoding='utf-8'), re.M))
    asked = ROOT / name
    return not asked.exists() or held >= set(
        re.findall(r'^[\w.-]+==[\w.]+', asked.read_text(encoding='utf-8'), re.M))


def run(*arguments, **options):
    """Run the environment's Python. Raises CalledProcessError if that fails."""
    # close_fds: what it starts keeps the lock, should this process be killed
    subprocess.run([PYTHON, *arguments], check=True, close_fds=False, cwd=ROOT, **options)


def advice():
    free = free_disk(VENV)
    return (f'Make room: {in_gb(free)} are free on the disk of {VENV}.' if free < GB / 4
            else 'The reason is above: often it is the network.')


if __name__ == '__main__':
    main()
