"""Who takes part in a training, and which of them this process is.

The command line says it, or one of the places where clusters write it down: TF_CONFIG, Slurm.
"""
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import NamedTuple

SLURM = 'SLURM_PROCID', 'SLURM_NTASKS', 'SLURM_LOCALID', 'SLURM_JOB_NODELIST'


class Workers(NamedTuple):
    """addresses: 'host:port' of each worker. task: the number of this one. told_by: who said so."""
    addresses: tuple[str, ...]
    task: int
    told_by: str

    @property
    def is_first(self) -> bool:
        """Whether this is worker 0, which also writes and tests."""
        return self.task == 0

    @property
    def others(self) -> list[int]:
        return [k for k in range(len(self.addresses)) if k != self.task]

    def name(self, task: int) -> str:
        return f'worker {task} ({self.addresses[task]})'

    def __str__(self):
        return (f'Worker {self.task} of {len(self.addresses)}, as {self.told_by} says: '
                f'{", ".join(self.addresses)}')


def find(workers: str | None, task: int | None, environment: Mapping[str, str],
         port: int) -> Workers:
    """From the options --workers and --task, or else from TF_CONFIG, or else from Slurm.

    port: of the first worker on each of Slurm's nodes. Raises ValueError, in words, where nothing
    says it, or what is said cannot be.
    """
    if workers is not None:
        return checked(workers.split(','), task, '--workers')
    if task is not None:
        raise ValueError('--task without --workers: list all workers, host1:2222,host2:2222')
    if environment.get('TF_CONFIG'):
        return of_tf_config(environment['TF_CONFIG'])
    if 'SLURM_PROCID' in environment:
        return of_slurm(environment, port)
    raise ValueError('Who takes part? Say --local 2 for two processes on this machine, or on each '
                     'machine --workers host1:2222,host2:2222 and its own number, --task 0 or 1. '
                     'Neither TF_CONFIG nor Slurm says it.')


def checked(addresses: list[str], task: int | None, told_by: str) -> Workers:
    """Raises ValueError for an address that is none or comes twice, and for a wrong number."""
    for address in addresses:
        host, _, port = address.rpartition(':')
        if not host or not port.isdecimal() or not 0 < int(port) < 2**16:
            raise ValueError(f'{told_by} names {address!r}: write host:port, such as host1:2222')
    if len(set(addresses)) < len(addresses):
        raise ValueError(f'{told_by} names an address twice: {", ".join(addresses)}')
    if task is None or not 0 <= task < len(addresses):
        raise ValueError(f'{told_by} names {len(addresses)} workers, and this one is number {task}:'
                         f' say which it is, from 0 to {len(addresses) - 1}')
    return Workers(tuple(addresses), task, told_by)


def of_tf_config(text: str) -> Workers:
    """TF_CONFIG: {"cluster": {"worker": [...]}, "task": {"type": "worker", "index": 0}}.

    A "chief", where there is one, comes first. https://www.tensorflow.org/guide/distributed_training
    """
    try:
        config = json.loads(text)
        cluster, kind = config['cluster'], config['task']['type']
        index = int(config['task']['index'])
        chiefs, workers = list(cluster.get('chief', [])), list(cluster.get('worker', []))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f'TF_CONFIG is no JSON with a cluster and a task: {error!r}') from error
    if set(cluster) - {'chief', 'worker'} or kind not in cluster:
        raise ValueError(f'TF_CONFIG has the jobs {", ".join(cluster)}, and this is a {kind}: only '
                         'chief and worker have something to do here')
    return checked(chiefs + workers, index + len(chiefs) * (kind == 'worker'), 'TF_CONFIG')


def of_slurm(environment: Mapping[str, str], port: int) -> Workers:
    """What srun tells each of its tasks; nodes take consecutive tasks (Slurm's block distribution).

    The workers of a node listen at port, port + 1, ...
    """
    lacking = [name for name in SLURM if name not in environment]
    if lacking or not shutil.which('scontrol'):
        raise ValueError(f'This runs under Slurm, without {", ".join(lacking or ["scontrol"])}: '
                         'start it with srun, or say --workers and --task')
    def of_step(name):
        return environment.get(f'SLURM_STEP_{name}')

    nodes = of_step('NODELIST') or environment['SLURM_JOB_NODELIST']
    hosts = subprocess.run(['scontrol', 'show', 'hostnames', nodes], capture_output=True,
                           text=True, timeout=60, check=True).stdout.split()
    number, local = int(environment['SLURM_PROCID']), int(environment['SLURM_LOCALID'])
    tasks = tasks_per_node(of_step('TASKS_PER_NODE') or environment.get(
        'SLURM_TASKS_PER_NODE', f'1(x{len(hosts)})'))
    addresses = [f'{host}:{port + k}' for host, n in zip(hosts, tasks) for k in range(n)]
    if len(addresses) != int(environment['SLURM_NTASKS']):
        raise ValueError(f'Slurm has {environment["SLURM_NTASKS"]} tasks and says '
                         f'{len(addresses)} of its nodes: say --workers and --task')
    mine = checked(addresses, number, 'Slurm')
    here = environment.get('SLURMD_NODENAME')
    if here and mine.addresses[number] != f'{here}:{port + local}':
        raise ValueError(f'Slurm runs task {number} on {here}, and by blocks it would be on '
                         f'{mine.addresses[number]}: use --distribution=block')
    return mine


def tasks_per_node(text: str) -> list[int]:
    """Slurm's short form: '2(x3),1' are 2, 2, 2, 1 tasks."""
    counts = []
    for part in text.split(','):
        count, times = re.fullmatch(r'(\d+)(?:\(x(\d+)\))?', part).groups()
        counts += [int(count)] * int(times or 1)
    return counts
