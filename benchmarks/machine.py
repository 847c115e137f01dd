"""The machine that a measurement was made on, in one line."""
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ['tensorflow', 'keras', 'torch', 'torchvision', 'onnxruntime', 'openvino', 'numpy',
            'opencv-python', 'opencv-python-headless']
FLAGS = ['avx2', 'avx512f', 'avx512_bf16', 'avx512_fp16', 'amx_bf16', 'amx_int8']


def cores():
    """How many cores this process may use."""
    if hasattr(os, 'sched_getaffinity'):            # Linux: those it is allowed
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


def machine_line():
    """Processor, what it can do, cores, memory, Python, and the packages that are installed.

    What cannot be found out on this machine is left out: the processor's name and flags and the
    memory are read from Linux's /proc.
    """
    processor = read_proc('cpuinfo')
    flags = processor.get('flags', '').split()
    parts = [processor.get('model name') or platform.processor() or platform.machine(),
             ' '.join(flag for flag in FLAGS if flag in flags), f'{cores()} cores']
    memory = read_proc('meminfo').get('MemTotal')
    if memory:
        parts.append(f'{int(memory.split()[0]) / 2 ** 20:.0f} GiB')
    parts.append(f'Python {platform.python_version()}')
    return ', '.join([*filter(None, parts), *installed()])


def read_proc(name):
    """{key: value} of the lines 'key : value' in /proc/name; the first of each key, {} if none."""
    file, values = Path('/proc') / name, {}
    for line in file.read_text().splitlines() if file.exists() else []:
        key, _, value = line.partition(':')
        values.setdefault(key.strip(), value.strip())
    return values


def installed():
    """['tensorflow 2.21.0', ...] of the PACKAGES that are there."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f'{package} {version(package)}')
        except PackageNotFoundError:
            pass
    return found


if __name__ == '__main__':
    print(machine_line())
