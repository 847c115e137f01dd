"""What every test needs: compat first, no window, the real images."""
import os

import pytest

from course import ROOT, compat

REAL = ROOT.parent / 'shared/real'      # photographs and ImageNet weights, where there are any

os.environ.setdefault('MPLBACKEND', 'Agg')

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f'no real images in {REAL}')

pytest_plugins = ['checkpoint_model', 'loopback', 'pets']       # their fixtures
