"""A copy of the course whose packages are small stand-ins, so that it is set up in seconds and
without a network. The files that set it up are the course's own."""
import base64
import ensurepip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from course import ROOT, set_up

N_FILES = 2000          # of the stand-in for TensorFlow, so that pip can be killed while it copies


def modules(names):
    """{file: source} of empty modules and packages, which `python -m` can run too."""
    files = {}
    for name in names:
        parts = name.split('.')
        for n in range(1, len(parts) + 1):
            files['/'.join(parts[:n]) + '/__init__.py'] = b''
        files[f'{parts[0]}/__main__.py'] = b'print(1)\n'
    return files


def write_wheel(folder, name, files):
    """A wheel {file: bytes} of version 1.0."""
    info = f'{name}-1.0.dist-info'
    files = {**files, f'{info}/METADATA': f'Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n',
             f'{info}/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'}
    files = {file: data if isinstance(data, bytes) else data.encode()
             for file, data in files.items()}
    record = ''.join(f'{file},sha256={digest(data)},{len(data)}\n' for file, data in files.items())
    path = folder / f'{name}-1.0-py3-none-any.whl'
    with zipfile.ZipFile(path, 'w') as archive:
        for file, data in {**files, f'{info}/RECORD': (record + f'{info}/RECORD,,\n')}.items():
            archive.writestr(file, data)
    return path


def digest(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()


def make_wheels(folder):
    """The wheels of the stand-ins and of the pip that comes with Python."""
    others = [name for name in set_up.IMPORTS if name.split('.')[0] not in ('course', 'tensorflow')]
    commands = set_up.COMMANDS
    write_wheel(folder, 'stand_in', modules([*others, *commands[set_up.STUDENT]]))
    write_wheel(folder, 'stand_in_tensorflow', {
        **modules(['tensorflow.compat.v1']),
        **{f'tensorflow/part_{n}.txt': b'x = 1\n' * 100 for n in range(N_FILES)},
        'tensorflow/__init__.py': b'from tensorflow import compat, large\n',
        'tensorflow/large.py': b'# ' + bytes(200_000).replace(b'\0', b'x')})
    write_wheel(folder, 'stand_in_dev', modules(commands[set_up.DEVELOPER]))
    pip, = (Path(ensurepip.__file__).parent / '_bundled').glob('pip-*.whl')
    shutil.copy(pip, folder)
    return folder


def make_course(folder, wheels):
    """The small course in `folder`, with requirements and their locked versions."""
    (folder / 'course').mkdir(parents=True)
    for file in (ROOT / 'Makefile', *(ROOT / 'course').glob('*.py')):
        shutil.copy(file, folder / file.relative_to(ROOT))
    (folder / 'course/compat.py').write_text('import tensorflow\n')
    (folder / 'locked').mkdir()
    pip, = wheels.glob('pip-*.whl')
    for name, packages in {
            set_up.FIRST: [f'pip=={pip.name.split("-")[1]}'],
            set_up.STUDENT: ['stand-in==1.0', 'stand-in-tensorflow==1.0'],
            set_up.DEVELOPER: ['stand-in-dev==1.0'],
            set_up.WITHOUT_WINDOWS: []}.items():
        (folder / 'locked' / name).write_text(''.join(locked(pin, wheels) for pin in packages))
        if name != set_up.WITHOUT_WINDOWS:
            (folder / name).write_text('-e .\n' + ''.join(f'{pin}  # why\n' for pin in packages))
    return folder


def locked(pin, wheels):
    name, version = pin.replace('-', '_').split('==')
    wheel, = wheels.glob(f'{name}-{version}-*.whl')
    return f'{pin} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n'


def environment(wheels):
    """Variables for `make`: pip finds the wheels there, and nothing else anywhere."""
    kept = {name: value for name, value in os.environ.items()
            if not re.match('PIP_|PYTHON|VIRTUAL_ENV|MAKE', name)}
    return {**kept, 'PIP_NO_INDEX': '1', 'PIP_FIND_LINKS': str(wheels),
            'PIP_CONFIG_FILE': os.devnull, 'PIP_NO_CACHE_DIR': '1'}


def start(folder, wheels, target='setup', **options):
    """`make target`, in a session of its own, with what it prints in one pipe."""
    return subprocess.Popen(
        ['make', f'PYTHON={base_python()}', target], cwd=folder, env=environment(wheels), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, **options)


def make(folder, wheels, target='setup', **options):
    """(exit status, what was printed)"""
    with start(folder, wheels, target, **options) as process:
        printed = process.communicate()[0]
    return process.returncode, printed


def base_python():
    """The Python that this environment was made with."""
    return Path(sys.base_prefix) / 'bin' / f'python3.{sys.version_info.minor}'


def faults(folder):
    """What is missing or not whole in the environment of a course that is said to be set up."""
    python = folder / '.venv/bin/python'
    if not (folder / '.venv/installed').exists():
        return ['no marker']
    found = []
    site, = (folder / '.venv/lib').glob('python3*/site-packages')
    for record in site.glob('*.dist-info/RECORD'):
        for line in record.read_text().splitlines():
            name, _, size = line.rsplit(',', 2)
            path = site / name
            if not path.exists() or size and path.stat().st_size != int(size):
                found.append(str(path))
    code = f'import {", ".join(set_up.IMPORTS)}; print(course.__file__)'
    done = subprocess.run([python, '-c', code], cwd='/', capture_output=True, text=True)
    if done.stdout.strip() != str(folder / 'course/__init__.py'):
        found.append(done.stdout + done.stderr)
    return found
