"""How much disk and memory is free. Needs nothing but Python: set-up asks before it installs."""
import os
import shutil
from pathlib import Path

GB = 10**9
NOTEBOOK_MEMORY = 3.4 * GB      # the main notebook at its peak, as measured
LIMIT, USED = Path('/sys/fs/cgroup/memory.max'), Path('/sys/fs/cgroup/memory.current')


def free_disk(folder: str | os.PathLike) -> int:
    """Bytes that can still be written to the disk of a folder, which need not exist yet."""
    place = Path(os.path.abspath(folder))
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def free_memory() -> int | None:
    """Bytes that programs can still use, a container's limit included; None where nobody says."""
    try:
        lines = Path('/proc/meminfo').read_text(encoding='ascii').splitlines()
        values = {line.split(':')[0]: int(line.split()[1]) * 1024 for line in lines}
        free = values['MemAvailable']
    except (OSError, KeyError, ValueError):
        return None
    try:
        return max(min(free, int(LIMIT.read_text()) - int(USED.read_text())), 0)
    except (OSError, ValueError):           # no container, or one without a limit ('max')
        return free


def in_gb(n_bytes: float | None) -> str:
    """As people write it: '2.1 GB'."""
    return 'unknown' if n_bytes is None else f'{n_bytes / GB:.1f} GB'
