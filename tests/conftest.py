"""What every test needs: the project on the path, compat first, no window, the real pictures."""
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / 'shared/real'      # photographs and ImageNet weights, where there are any

os.environ.setdefault('MPLBACKEND', 'Agg')
sys.path[:0] = [str(ROOT / folder) for folder in ('', 'data', 'data_list', 'exercises')]
import compat  # noqa: E402, F401

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f'no real pictures in {REAL}')
