"""On Google Colab, in the course's folder: `python -m course.colab` (the notebook's cell does it).

Colab's own TensorFlow and NumPy stay. It installs only what the course needs and Colab may lack,
and draws the default images.
"""
import re
import subprocess
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

from course import ROOT

STAY = 'tensorflow', 'numpy'
PINNED = 'tf-slim', 'imgaug'        # as in requirements.txt


def to_install() -> list[str]:
    """What to hand to pip. tf-keras has to have the first two numbers of TensorFlow's version."""
    pins = dict(re.findall(r'^([\w.-]+)==([\w.]+)', (ROOT / 'requirements.txt').read_text(), re.M))
    there = {name: metadata.version(name) for name in STAY}
    keras = '.'.join(there['tensorflow'].split('.')[:2])
    return [*(f'{name}=={version}' for name, version in there.items()), f'tf-keras=={keras}.*',
            *(f'{name}=={pins[name]}' for name in PINNED)]


def main() -> None:
    """Command line."""
    packages = to_install()
    Path(sysconfig.get_path('purelib'), 'course.pth').write_text(f'{ROOT}\n')     # as set_up does
    for command in (['-m', 'pip', 'install', '-q', '--disable-pip-version-check', *packages],
                    ['data/get.py', 'cat_dog']):
        if subprocess.run([sys.executable, *command], cwd=ROOT).returncode:
            sys.exit(f'It stopped at `python {" ".join(command)}`; the reason is above. Run this '
                     'cell again.')
    print(f'The course is here, and runs with what Colab has: {", ".join(packages[:len(STAY)])}.')


if __name__ == '__main__':
    main()
