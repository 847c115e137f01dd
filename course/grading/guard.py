"""Limits on a kernel: memory, time, processes, and disk."""
import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

SECONDS, MEMORY, PROCESSES, DISK = 3600, 6e9, 300, 50e6


class Guard:
    """Ends a kernel with all its processes if it takes too much, and at the end of the block.

    km: the kernel's manager. judge: what it takes counts too, since answers are handed to it.
    shared: the folder that both can write to on the disk.
    seconds: of the whole notebook; memory: bytes, of all its processes together.
    Afterwards, `reason` is a sentence about the limit that was passed, or ''.
    """

    def __init__(self, km, judge, shared: Path, seconds: float = SECONDS, memory: float = MEMORY):
        self.km, self.judge, self.shared = km, judge, shared
        self.seconds, self.memory = seconds, memory
        self.reason, self.over = '', threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.kill()                     # nbclient leaves it running

    def kill(self):
        if self.km.has_kernel and self.km.provisioner.pid:
            with suppress(ProcessLookupError):
                os.kill(self.km.provisioner.pid, signal.SIGKILL)

    def watch(self):
        end = time.monotonic() + self.seconds
        while not self.over.wait(0.2):
            if not self.km.has_kernel or self.km.provisioner.pid is None:
                continue
            if time.monotonic() > end:
                self.reason = f'it ran for more than {self.seconds} seconds'
            else:
                try:
                    self.reason = self.excess([self.km.provisioner.pid, self.judge.pid])
                except Exception as error:      # without this thread there would be no limits
                    self.reason = f'its limits could not be checked: {error!r}'
            if self.reason:
                self.kill()
                return

    def excess(self, pids: list[int]) -> str:
        """Which of the limits the processes started by `pids` pass; '' if none."""
        started = [process for pid in pids for process in children(pid)]
        if len(started) > PROCESSES:
            return f'it started more than {PROCESSES} processes'
        if sum(map(resident, started)) > self.memory:
            return f'it took more than {self.memory / 1e9:.1f} GB of memory'
        if taken(self.shared) > DISK:
            return f'it wrote more than {DISK / 1e6:.0f} MB beside its sockets'
        return ''


def children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


def taken(folder: Path) -> int:
    """Bytes on the disk of all that is in a folder, some of which may be deleted meanwhile."""
    total, folders = 0, [folder]
    while folders:
        with suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
    return total
