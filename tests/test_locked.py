"""locked/: the versions that set-up installs are those that the requirements pin, with hashes."""
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course import ROOT
from course.set_up import DEVELOPER, FIRST, STUDENT, WITHOUT_WINDOWS, is_locked, locked

PYTHONS = '3.10', '3.11', '3.12', '3.13'
SYSTEMS = {'linux': ('posix', 'Linux', 'x86_64'), 'win32': ('nt', 'Windows', 'AMD64'),
           'darwin': ('posix', 'Darwin', 'arm64')}


def pins(path):
    """The requirements in a file, each with its number of hashes."""
    text = path.read_text(encoding='utf-8').replace('\\\n', ' ')
    for line in text.splitlines():
        line = re.sub(r'(^|\s)#.*', '', line).strip()
        if line and not line.startswith('-'):
            yield Requirement(line.split('--hash')[0].strip()), line.count('--hash=sha256:')


def chosen(path, python, system):
    """{package: version} that pip installs there."""
    os_name, platform_system, machine = SYSTEMS[system]
    here = {'python_version': python, 'python_full_version': f'{python}.5', 'os_name': os_name,
            'sys_platform': system, 'platform_system': platform_system,
            'platform_machine': machine, 'implementation_name': 'cpython',
            'platform_python_implementation': 'CPython', 'extra': ''}
    found = [(canonicalize_name(pin.name), str(pin.specifier)) for pin, _ in pins(path)
             if pin.marker is None or pin.marker.evaluate(here)]
    assert len(dict(found)) == len(found)                   # each once
    return dict(found)


@pytest.mark.parametrize('system', SYSTEMS)
@pytest.mark.parametrize('python', PYTHONS)
def test_what_is_pinned_is_what_is_locked(python, system):
    everything = {}
    for name in FIRST, STUDENT, DEVELOPER:
        asked, there = (chosen(path, python, system) for path in (ROOT / name, locked(name)))
        assert asked.items() <= there.items()
        assert all(everything.get(package, version) == version
                   for package, version in there.items())   # the files do not contradict each other
        everything |= there
    windows = chosen(locked(WITHOUT_WINDOWS), python, system)
    assert windows == {'opencv-python-headless': everything['opencv-python']}


@pytest.mark.parametrize('name', [FIRST, STUDENT, DEVELOPER, WITHOUT_WINDOWS])
def test_everything_locked_has_a_hash_and_names_no_server(name):
    found = list(pins(locked(name)))
    assert found and all(n_hashes and re.fullmatch(r'==[\w.]+', str(pin.specifier)) and not pin.url
                         for pin, n_hashes in found)
    assert '://' not in locked(name).read_text(encoding='utf-8') and is_locked(name)
