"""Which graphics card is used, or why none is, with a pretended nvidia-smi."""
import os
import re
import sys
import textwrap

import pytest
import tensorflow.compat.v1 as tf

from course import gpu
from course.session import prepare_machine, session_config

pytestmark = pytest.mark.skipif(sys.platform == 'win32', reason='the pretended program is a script')
TWO = 'echo "0, NVIDIA A100, 1200"; echo "1, NVIDIA A100-SXM4, 40100"'


@pytest.fixture(autouse=True)
def no_card(tmp_path, monkeypatch):
    """A machine on which no nvidia-smi is found."""
    monkeypatch.setenv('PATH', str(tmp_path))
    monkeypatch.delenv(gpu.VISIBLE, raising=False)
    monkeypatch.delenv('CUDA_DEVICE_ORDER', raising=False)
    monkeypatch.setattr(tf.config, 'list_physical_devices', lambda kind: [])


@pytest.fixture
def nvidia_smi(tmp_path):
    """nvidia_smi(lines of shell): from now on such a program is there."""
    def pretend(script):
        program = tmp_path / 'nvidia-smi'
        program.write_text('#!/bin/sh\n' + textwrap.dedent(script))
        program.chmod(0o755)
    return pretend


def test_without_nvidia_smi_nothing_is_said():
    assert gpu.cards() is None
    assert gpu.why_none() == gpu.choose_card() == ''


def test_its_lines_are_cards(nvidia_smi):
    nvidia_smi('echo "0, Tesla T4, 15000"; echo "1, NVIDIA GB10, [N/A]"; echo; echo nonsense')
    assert gpu.cards() == [gpu.Card(0, 'Tesla T4', 15000), gpu.Card(1, 'NVIDIA GB10', 0)]


@pytest.mark.parametrize('script', ['exit 9', 'exit 0', 'echo "No devices were found"; exit 6'])
def test_a_driver_that_does_not_run(nvidia_smi, script):
    nvidia_smi(script)
    assert 'nvidia-smi is installed, but finds no card' in gpu.why_none()


def test_a_driver_that_hangs_is_not_waited_for(nvidia_smi, monkeypatch):
    nvidia_smi('exec /bin/sleep 60')
    monkeypatch.setattr(gpu, 'SECONDS', 0.5)
    assert gpu.cards() == []


@pytest.mark.parametrize('system, cuda, said', [
    ('Linux', True, r'A100 is not used: TensorFlow does not find the CUDA libraries.*-gpu\.txt'),
    ('Linux', False, r'built without CUDA.*requirements-gpu\.txt'),
    ('Windows', False, r'no GPU support on Windows since 2\.11.*WSL2')])
def test_a_card_that_is_not_used(nvidia_smi, monkeypatch, capsys, system, cuda, said):
    nvidia_smi(TWO)
    monkeypatch.setattr(tf.test, 'is_built_with_cuda', lambda: cuda)
    monkeypatch.setattr('platform.system', lambda: system)
    prepare_machine(mixed_precision=False)
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith('on the CPU, computing in float32')
    assert re.search(said, second)


@pytest.mark.parametrize('value', ['', '-1'])
def test_a_card_hidden_by_hand(nvidia_smi, monkeypatch, value):
    nvidia_smi(TWO)
    monkeypatch.setenv(gpu.VISIBLE, value)
    assert f'CUDA_VISIBLE_DEVICES is {value!r}' in gpu.why_none('Linux')


def test_the_emptiest_card_is_chosen_and_a_choice_of_yours_stays(nvidia_smi, monkeypatch):
    monkeypatch.setenv('CUDA_DEVICE_ORDER', 'FASTEST_FIRST')        # nvidia-smi's is another one
    nvidia_smi(TWO)
    assert 'number 1 (NVIDIA A100-SXM4) has the most free memory, 39.2 GiB' in gpu.choose_card()
    assert os.environ.pop(gpu.VISIBLE) == '1' and os.environ['CUDA_DEVICE_ORDER'] == 'PCI_BUS_ID'
    monkeypatch.setenv(gpu.VISIBLE, '0')
    assert gpu.choose_card() == '' and os.environ[gpu.VISIBLE] == '0'


@pytest.mark.parametrize('message, said', [
    ('CUDA_ERROR_INVALID_PTX: a PTX JIT compilation failed', 'newer than this TensorFlow'),
    ('failed to allocate: CUDA_ERROR_OUT_OF_MEMORY', 'memory of the card is full'),
    ('libdevice not found at ./libdevice.10.bc', 'Parts of CUDA are missing'),
    ('DNN library is not found: cudnn handle', 'cuDNN does not start'),
    ('something else\nand its stack', 'It says: something else.')])
def test_a_drivers_message_becomes_a_sentence(message, said):
    sentence = gpu.explanation(message)
    assert said in sentence and 'CUDA_VISIBLE_DEVICES=-1' in sentence and '\n' not in sentence


def test_a_gpu_that_cannot_compute_is_an_error_in_words(monkeypatch):
    monkeypatch.setattr(tf.config, 'list_physical_devices', lambda kind: ['one'])
    monkeypatch.setattr(tf.config.experimental, 'get_device_details', lambda device: {})
    with pytest.raises(RuntimeError, match='does not work. It says: Cannot assign .*GPU:0'):
        prepare_machine(mixed_precision=False)


def test_a_device_that_computes_is_no_obstacle(monkeypatch):
    here = tf.device
    monkeypatch.setattr(tf, 'device', lambda name: here('/CPU:0'))
    assert gpu.obstacle(session_config()) == ''
