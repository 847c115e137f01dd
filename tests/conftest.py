"""What every test needs: compat first, no window, the real images."""
import os

import pytest

from course import ROOT, compat

REAL = ROOT.parent / 'shared/real'      # photographs and ImageNet weights, where there are any

os.environ.setdefault('MPLBACKEND', 'Agg')

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f'no real images in {REAL}')

pytest_plugins = ['checkpoint_model', 'loopback', 'pets']       # their fixtures


@pytest.fixture
def kernel_of_ones_own(tmp_path, monkeypatch):
    """A user's kernel named python3, which Jupyter finds before all others, and which cannot start.
    """
    own = tmp_path / 'kernels' / 'python3'
    own.mkdir(parents=True)
    (own / 'kernel.json').write_text('{"argv": ["no_such_python", "{connection_file}"], '
                                     '"display_name": "mine", "language": "python"}')
    monkeypatch.setenv('JUPYTER_PATH', str(tmp_path))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: of two processes, neither then waits long for the other."""
    slow = {item.path for item in items if item.get_closest_marker('slow')}
    items.sort(key=lambda item: item.path not in slow)
