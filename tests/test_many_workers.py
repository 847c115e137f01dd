"""Who takes part, what each of them gets, and whether all have the same."""
import json
import socket
import threading

import numpy as np
import pandas as pd
import pytest
from small_lists import SIZES, lists, preprocess

from course.many import AGAIN, FAILED, MISUSED, local
from course.many.command import main, parsed
from course.many.connection import ANSWERS, GONE, GREETING, SILENT, state_of
from course.many.same import Different, check_same
from course.many.share import dealt, take_share
from course.many.workers import Workers, checked, find, tasks_per_node
from generator import data_generators

TWO = ['a:2222', 'b:2222']
STEP = {'SLURM_PROCID': '2', 'SLURM_NTASKS': '3', 'SLURM_LOCALID': '0', 'SLURM_NODEID': '1',
        'SLURM_JOB_NODELIST': 'gpu[07-08]', 'SLURM_STEP_TASKS_PER_NODE': '2,1'}


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A pretended scontrol, which knows two nodes."""
    program = tmp_path / 'scontrol'
    program.write_text('#!/bin/sh\n[ "$*" = "show hostnames gpu[07-08]" ] && echo "gpu07 gpu08"')
    program.chmod(0o755)
    monkeypatch.setenv('PATH', str(tmp_path))


def workers_of(n):
    return [Workers(tuple(f'host{k}:2222' for k in range(n)), task, 'a test') for task in range(n)]


def test_the_command_line_goes_before_all():
    found = find('a:2222,[::1]:2223', 1, {'TF_CONFIG': 'nonsense', **STEP}, 1)
    assert found.addresses == ('a:2222', '[::1]:2223') and found.task == 1 and found.others == [0]


@pytest.mark.parametrize('cluster, kind, index, addresses, task', [
    ({'worker': TWO}, 'worker', 1, TWO, 1),
    ({'chief': ['c:1'], 'worker': TWO}, 'chief', 0, ['c:1', *TWO], 0),
    ({'chief': ['c:1'], 'worker': TWO}, 'worker', 1, ['c:1', *TWO], 2)])
def test_tf_config(cluster, kind, index, addresses, task):
    text = json.dumps({'cluster': cluster, 'task': {'type': kind, 'index': index}})
    found = find(None, None, {'TF_CONFIG': text, **STEP}, 1)
    assert [*found.addresses] == addresses and found.task == task


def test_slurm_puts_tasks_on_nodes_in_blocks(slurm):
    found = find(None, None, STEP, 2300)
    assert found.addresses == ('gpu07:2300', 'gpu07:2301', 'gpu08:2300') and found.task == 2
    assert tasks_per_node('2(x3),1') == [2, 2, 2, 1]


@pytest.mark.parametrize('change, said', [
    ({'SLURM_NTASKS': '4'}, '4 tasks and says 3'),
    ({'SLURMD_NODENAME': 'gpu07'}, 'distribution=block')])
def test_slurm_that_says_two_things_is_refused(slurm, change, said):
    with pytest.raises(ValueError, match=said):
        find(None, None, STEP | change, 2222)


@pytest.mark.parametrize('workers, task, environment, said', [
    (None, None, {}, '--local 2'),
    (None, 1, {}, '--task without --workers'),
    ('a:2222,b', 0, {}, "'b': write host:port"),
    ('a:2222,b:99999', 0, {}, 'b:99999'),
    ('a:2222,a:2222', 0, {}, 'twice'),
    ('a:2222,b:2222', 2, {}, 'from 0 to 1'),
    ('a:2222,b:2222', None, {}, 'from 0 to 1'),
    (None, None, {'TF_CONFIG': '{}'}, 'TF_CONFIG is no JSON'),
    (None, None, {'TF_CONFIG': json.dumps({'cluster': {'ps': TWO, 'worker': TWO}, 'task': {
        'type': 'ps', 'index': 0}})}, 'only chief and worker'),
    (None, None, {'SLURM_PROCID': '0'}, 'start it with srun')])
def test_what_cannot_be_is_refused_in_a_sentence(workers, task, environment, said):
    with pytest.raises(ValueError, match=said):
        find(workers, task, environment, 2222)


def test_options_are_values_of_the_config_cell(capsys):
    options, config = parsed(['--freeze', 'None', '--dataset', '12', '--seed', '12', '--resume',
                              'False', '--learning_rate', '1e-3', '--local', '2'])
    assert config == {'freeze': None, 'dataset': '12', 'seed': 12, 'resume': False,
                      'learning_rate': 1e-3}
    with pytest.raises(SystemExit):
        parsed(['--help'])
    assert 'PRIVATE NETWORKS ONLY' in capsys.readouterr().out
    assert main(['--workers', 'nonsense', '--task', '0']) == MISUSED


@pytest.mark.parametrize('n', [1, 2, 3, 5])
@pytest.mark.parametrize('k', [0, 7])
def test_the_shares_of_a_batch_are_that_batch(n, k):
    batch = data_generators(8, lists(*SIZES), 3, preprocess).batch_rows(k)
    shares = [dealt(batch, worker) for worker in workers_of(n)]
    pd.testing.assert_frame_equal(pd.concat(shares).sort_index(), batch)
    if n == 1:
        pd.testing.assert_frame_equal(shares[0], batch)
    counts = np.array([np.bincount(share.label, minlength=3) for share in shares])
    assert np.ptp(counts, axis=0).max() <= 1 and np.ptp(counts.sum(axis=1)) <= 1


def test_an_image_is_augmented_by_its_own_seed_whichever_worker_has_it():
    """small_lists.preprocess tells the seed that a row was augmented by."""
    def rows(n):
        x = []
        for worker in workers_of(n):
            generators = data_generators(8, lists(*SIZES), 3, preprocess, n_threads=0)
            take_share(generators, worker)
            with generators.start_train_threads():
                x += generators.train_queue.get()[0][0].tolist()
        return sorted(x)

    assert rows(1) == rows(2) == rows(8)
    assert sorted(x[0] for x in rows(2)) == sorted(
        data_generators(8, lists(*SIZES), 3, preprocess).batch_rows(0).seed)


def test_more_workers_than_rows_are_refused():
    with pytest.raises(ValueError, match='batch_size is 8 for 9 workers'):
        take_share(data_generators(8, lists(*SIZES), 3, preprocess), workers_of(9)[0])


def in_three(*facts):
    """What check_same raises in each of three workers."""
    met, rows, raised = threading.Barrier(3), {}, {}

    def gather(task, values):
        rows[task] = values
        met.wait()
        table = np.array([rows[k] for k in range(3)], float)
        met.wait()
        return table

    def work(task):
        try:
            check_same(lambda values: gather(task, values), workers_of(3)[task], facts[task])
        except Different as error:
            raised[task] = str(error)

    threads = [threading.Thread(target=work, args=(task,)) for task in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_worker_that_differs_is_named_by_all():
    usual = {'seed': 0, 'lists': 'ab', 'precision': 'float32'}
    assert in_three(usual, usual, usual) == {}
    raised = in_three(usual, {**usual, 'seed': 1}, usual)
    assert len(raised) == 3
    assert all('Worker 1 (host1:2222) has not the same seed' in text for text in raised.values())
    assert 'seed = 1' in raised[1] and 'seed = 0' in raised[2]
    raised = in_three(usual, usual, {'seed': 0})
    assert all('Worker 2 (host2:2222) has another version' in text for text in raised.values())


def test_a_port_that_answers_one_that_does_not_and_none():
    with socket.create_server(('127.0.0.1', 0)) as server:
        address = f'127.0.0.1:{server.getsockname()[1]}'
        assert state_of(address, 0.2) == SILENT

        def answer():
            server.accept()                                     # of the call above
            line = server.accept()[0]
            assert line.recv(100) == GREETING
            line.sendall(b'\0\0\0\4\0\0\0\0\0')

        thread = threading.Thread(target=answer)
        thread.start()
        assert state_of(address, 5) == ANSWERS
        thread.join()
    assert state_of(address, 5) == GONE


def test_one_card_for_each_worker_or_a_share_of_the_cores(monkeypatch, tmp_path):
    monkeypatch.setenv('PATH', str(tmp_path))                   # no nvidia-smi
    monkeypatch.setenv('COURSE_THREADS', '2')
    monkeypatch.delenv(local.CARDS, raising=False)
    environments, said = local.devices(2)
    assert environments == [{'COURSE_THREADS': '1'}] * 2 and 'cores each' in said
    program = tmp_path / 'nvidia-smi'
    program.write_text('#!/bin/sh\necho "0, A, 100"; echo "1, A, 200"; echo "2, A, 300"')
    program.chmod(0o755)
    assert [each[local.CARDS] for each in local.devices(2)[0]] == ['0', '1']
    with pytest.raises(ValueError, match='--local 4, and there are 3 cards'):
        local.devices(4)
    monkeypatch.setenv(local.CARDS, '2,0')                      # a choice of yours stays
    assert [each[local.CARDS] for each in local.devices(2)[0]] == ['2', '0']
    monkeypatch.setenv(local.CARDS, '-1')
    assert local.CARDS not in local.devices(2)[0][0]


def test_free_ports_are_different_and_checked_addresses():
    ports = local.free_ports(3)
    assert len(checked([f'h:{port}' for port in ports], 0, 'a test').addresses) == 3


@pytest.mark.parametrize('statuses, counts', [
    ([0, 0], 0), ([AGAIN, -9], AGAIN), ([AGAIN, FAILED, -9], FAILED), ([0, -9], -9)])
def test_the_status_of_workers_that_were_started_together(statuses, counts):
    assert local.first_that_counts(statuses) == counts
