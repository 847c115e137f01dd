"""All workers on this machine, started and ended together: one for each GPU, or to try it out.

TensorFlow's server takes no address to listen at, and no password. Where Linux allows it, the
workers get a network of their own, which nobody else can reach.

    python -m course.many.local N PROGRAM.py ...    # any program that takes --workers and --task
"""
import ctypes
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys

from course.cores import VARIABLE, cores
from course.many import AGAIN

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000      # CLONE_NEWUSER, CLONE_NEWNET
SET_FLAGS, UP = 0x8914, 0x41                        # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
CARDS = 'CUDA_VISIBLE_DEVICES'


def start(n: int, command: list[str]) -> int:
    """Start a command n times, each time with the options --workers and --task, and wait for all.
    Returns 0, or the status that counts most.

    Raises ValueError where there are cards, but fewer than workers.
    """
    environments, shared = devices(n)
    alone = have_own_network()
    print(f'{n} workers on this machine, {shared}; their ports can be reached '
          + ('by nobody else.' if alone else 'FROM OTHER MACHINES, without a password: this system '
             'gives them no network of their own.'), flush=True)
    addresses = ','.join(f'127.0.0.1:{port}' for port in free_ports(n))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))       # so that `finally` ends them all
    workers = []
    try:
        for task, environment in enumerate(environments):
            workers.append(subprocess.Popen(
                [*command, '--workers', addresses, '--task', str(task)], stdin=subprocess.PIPE,
                env=os.environ | environment))
        return first_that_counts([worker.wait() for worker in workers])
    finally:
        for worker in workers:
            worker.kill()                                       # no error where it has ended


def first_that_counts(statuses: list[int]) -> int:
    """0 if all are. A worker that failed by itself counts most; then one that says to start again;
    then one that was killed, a negative status."""
    return next(filter(None, sorted(statuses, key=lambda s: (s < 0, s == AGAIN))), 0)


def devices(n: int) -> tuple[list[dict[str, str]], str]:
    """For each worker what its environment says about cards and cores; and the same in words."""
    cards = []
    if CARDS in os.environ:
        cards = [card for card in os.environ[CARDS].split(',') if card not in ('', '-1')]
    elif shutil.which('nvidia-smi'):
        from course.gpu import cards as found
        cards = [str(card.number) for card in found() or []]
    if 0 < len(cards) < n:
        raise ValueError(f'--local {n}, and there are {len(cards)} cards: one worker for each. To '
                         f'compute on the CPU, set {CARDS}=-1')
    threads = {VARIABLE: str(max(1, cores() // n))}
    if not cards:
        return [threads] * n, f'{threads[VARIABLE]} of {cores()} cores each'
    return ([{**threads, CARDS: card, 'CUDA_DEVICE_ORDER': 'PCI_BUS_ID'} for card in cards[:n]],
            f'on cards {", ".join(cards[:n])}')


def have_own_network() -> bool:
    """Whether this process, and what it starts from now on, has a network of its own: it has been
    given one now, with nothing in it but the loopback."""
    if sys.platform != 'linux':
        return False
    import fcntl  # not everywhere

    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None).unshare(NEW_USER | NEW_NETWORK):
        return False
    for name, text in ('setgroups', 'deny'), ('uid_map', f'{user} {user} 1'), (
            'gid_map', f'{group} {group} 1'):
        with open(f'/proc/self/{name}', 'w', encoding='ascii') as file:
            file.write(text)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack('16sh14x', b'lo', UP))
    return True


def free_ports(n: int) -> list[int]:
    """Ports at which nobody listens now."""
    sockets = [socket.create_server(('', 0)) for _ in range(n)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def end_with_parent() -> None:
    """Ends this process when the one that started it has ended, however it did. In a thread."""
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == '__main__':
    sys.exit(start(int(sys.argv[1]), [sys.executable, *sys.argv[2:]]))
