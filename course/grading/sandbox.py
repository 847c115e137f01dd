"""A place to run a student's code in: the course to read, an empty home, and nothing else.

It is made of Linux namespaces, by `unshare`: other files, processes and the network do not exist in
there. Whatever the code writes stays in memory, and is gone when it ends.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course import ROOT

UNSHARE = ['unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child',
           '--net', '--ipc', '--uts']
# what a notebook needs of the course: not the solutions, submissions and marks, not tests and .git
COURSE = ('course', 'tf_model', 'drawing', 'lessons', 'exercises/checks', 'generator.py',
          'callbacks.py', 'tf_transfer_learning.ipynb', 'data', 'data_list', 'tf_ckpt')
SYSTEM = ('/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc/ld.so.cache', '/etc/passwd',
          '/etc/group', '/etc/nsswitch.conf', '/etc/localtime', '/etc/fonts', '/etc/alternatives')
DEVICES = ('/dev/null', '/dev/zero', '/dev/full', '/dev/random', '/dev/urandom')
HIDDEN = '/usr/local/share/nbgrader'    # the exchange: what other students have submitted
HOME = '/home/student'
WRITABLE = (HOME, '/tmp', '/dev/shm')
DISK = '1g'                             # how much may be written to each, in memory
LARGEST_FILE = 2 ** 30                  # bytes


def obstacle(private: Path) -> str:
    """Why there can be no such place on this machine, or none that hides the folder `private`.

    '' if there can.
    """
    if not all(shutil.which(program) for program in ('unshare', 'setpriv', 'pivot_root')):
        return 'unshare, setpriv and pivot_root are needed: Linux with util-linux'
    for path in shown():
        if any(folder.resolve().is_relative_to(path.resolve()) for folder in (private, ROOT)):
            return f'{path} has to be shown, and {private} or {ROOT} is in it: move the course'
    with tempfile.TemporaryDirectory() as root, tempfile.TemporaryDirectory() as shared:
        tried = subprocess.run(inside(Path(root), Path(shared), 'true'), capture_output=True,
                               text=True)
    return (tried.stderr.strip() or f'exit status {tried.returncode}') if tried.returncode else ''


def inside(root: Path, shared: Path, *command: str) -> list[str]:
    """The command line that runs `command` in such a place.

    root: an empty folder, for the place. shared: the one folder of the disk that it can write to,
    which keeps its name in there.
    """
    return [*UNSHARE, sys.executable, '-m', __name__, str(root), str(shared), *command]


def shown() -> list[Path]:
    """The folders and files outside the course that can be read in there."""
    paths = [Path(path) for path in (*SYSTEM, sys.base_prefix, sys.prefix) if os.path.lexists(path)]
    return [path for path in paths if not any(parent in paths for parent in path.parents)]


def enter(root: Path, shared: Path, command: list[str]) -> None:
    """Build the place, go in, and become `command`. Called in the new namespaces."""
    mount('-t', 'tmpfs', '-o', 'mode=755', 'none', root)
    for place in WRITABLE:                  # first: the course may lie below /tmp
        (root / place[1:]).mkdir(parents=True)
        mount('-t', 'tmpfs', '-o', f'size={DISK}', 'none', f'{root}{place}')
    own = root / ROOT.relative_to('/')      # a folder of its own, so that it becomes read-only
    own.mkdir(parents=True, exist_ok=True)
    mount('-t', 'tmpfs', '-o', 'mode=755', 'none', own)
    course = [ROOT / name for name in COURSE if (ROOT / name).exists()]
    for path in [*shown(), *course, *map(Path, DEVICES)]:
        bind(path, root)
    if os.path.isdir(HIDDEN):
        mount('-t', 'tmpfs', 'none', f'{root}{HIDDEN}')
    make_read_only(root)
    bind(shared, root)
    (root / 'proc').mkdir()
    mount('-t', 'proc', 'proc', root / 'proc')
    (root / 'old').mkdir()
    subprocess.run(['pivot_root', root, root / 'old'], check=True)
    os.chdir(HOME)
    subprocess.run(['umount', '-l', '/old'], check=True)
    mount('-o', 'remount,bind,ro', '/')
    variables = {'HOME': HOME, 'PATH': f'{sys.prefix}/bin:/usr/bin:/bin', 'LANG': 'C.UTF-8',
                 'PYTHONNOUSERSITE': '1'}
    os.execvpe('setpriv', ['setpriv', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all',
                           'prlimit', f'--fsize={LARGEST_FILE}', '--core=0', *command], variables)


def bind(path: Path, root: Path) -> None:
    """Show the file, folder or link at the same place below `root`."""
    place = root / path.relative_to('/')
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        place.symlink_to(os.readlink(path))
        return
    place.mkdir(exist_ok=True) if path.is_dir() else place.touch()
    mount('--rbind', path, place)


def make_read_only(root: Path) -> None:
    """All that is mounted below `root` but WRITABLE; what was mounted in a folder shown, too."""
    with open('/proc/self/mountinfo', encoding='utf-8') as file:
        places = [re.sub(r'\\(\d{3})', lambda code: chr(int(code[1], 8)), line.split()[4])
                  for line in file]
    for place in places:
        if place.startswith(f'{root}/') and place not in [f'{root}{path}' for path in WRITABLE]:
            mount('-o', 'remount,bind,ro', place)


def mount(*arguments) -> None:
    subprocess.run(['mount', *map(str, arguments)], check=True)


if __name__ == '__main__':
    enter(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
