"""Which graphics card TensorFlow computes on, or why on none: `nvidia-smi` knows what there is."""
import os
import platform
import shutil
import subprocess
from typing import NamedTuple

from course.compat import tf

VISIBLE = 'CUDA_VISIBLE_DEVICES'        # read by CUDA when it is first used
SECONDS = 20                            # nvidia-smi hangs where a driver does
INSTALL = 'pip install -r requirements-gpu.txt, then restart the kernel'


class Card(NamedTuple):
    """An NVIDIA card: its number, name, and free memory in MiB."""
    number: int
    name: str
    free: int


def cards() -> list[Card] | None:
    """The NVIDIA cards of this machine as nvidia-smi lists them; None where there is no nvidia-smi.

    An empty list: nvidia-smi is there, but fails, or finds no card.
    """
    program = shutil.which('nvidia-smi')
    if program is None:
        return None
    try:
        answer = subprocess.run([program, '--query-gpu=index,name,memory.free',
                                 '--format=csv,noheader,nounits'], capture_output=True, text=True,
                                timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return []
    if answer.returncode:
        return []
    found = []
    for line in answer.stdout.splitlines():
        parts = [part.strip() for part in line.split(',')]
        if len(parts) == 3 and parts[0].isdigit():
            found.append(Card(int(parts[0]), parts[1], int(parts[2]) if parts[2].isdigit() else 0))
    return found


def choose_card() -> str:
    """Of several cards, let TensorFlow see the one with the most free memory. Returns a line that
    says so, '' where there was nothing to choose.

    Call it before TensorFlow first uses a card. CUDA_VISIBLE_DEVICES, where it is set, stays.
    """
    found = cards() or []
    if len(found) < 2 or VISIBLE in os.environ:
        return ''
    best = max(found, key=lambda card: card.free)
    os.environ[VISIBLE] = str(best.number)
    os.environ['CUDA_DEVICE_ORDER'] = 'PCI_BUS_ID'              # number them as nvidia-smi does
    return (f'Of {len(found)} graphics cards, number {best.number} ({best.name}) has the most free '
            f'memory, {best.free / 1024:.1f} GiB, and is used. Another one: set {VISIBLE} before '
            'the kernel starts.')


def why_none(system: str = '') -> str:
    """Why TensorFlow, which sees no GPU, does not, and what to do; '' where there is none to see.

    system: 'Linux', 'Windows' or 'Darwin'; '' for the one that this runs on.
    """
    system, found = system or platform.system(), cards()
    if found is None:
        return ''
    if os.environ.get(VISIBLE, '0') in ('', '-1'):
        return f'The GPU is hidden: {VISIBLE} is {os.environ[VISIBLE]!r}. Unset it to use one.'
    if not found:
        return ('nvidia-smi is installed, but finds no card: the driver does not run. Restart the '
                'machine, or install the driver again; until then the CPU does the work.')
    name = found[0].name
    if system == 'Windows':
        return (f'{name} is not used: TensorFlow has no GPU support on Windows since 2.11. Run the '
                'course in WSL2 (README, "A GPU").')
    if not tf.test.is_built_with_cuda():
        return f'{name} is not used: this TensorFlow was built without CUDA. {INSTALL}.'
    return (f'{name} is not used: TensorFlow does not find the CUDA libraries that it was built '
            f'for. {INSTALL}.')


def obstacle(sess_config: tf.ConfigProto) -> str:
    """Runs one small convolution on the GPU. '' if that works, otherwise why not and what to do."""
    with tf.Graph().as_default(), tf.device('/GPU:0'):
        images = tf.ones((1, 8, 8, 3))
        product = tf.nn.conv2d(images, tf.ones((3, 3, 3, 4)), strides=1, padding='SAME')
        try:
            with tf.Session(config=sess_config) as sess:
                sess.run(product)
        except tf.errors.OpError as error:
            return explanation(error.message)
    return ''


def explanation(message: str) -> str:
    """What a driver's or TensorFlow's message means, in a sentence or two."""
    if 'INVALID_PTX' in message or 'no kernel image' in message:
        what = ('The card is newer than this TensorFlow, which has no code for it '
                '(tensorflow/tensorflow#89272)')
    elif 'out of memory' in message.lower() or 'OUT_OF_MEMORY' in message:
        what = 'The memory of the card is full: nvidia-smi shows whose programs fill it'
    elif 'libdevice' in message or 'ptxas' in message:
        what = f'Parts of CUDA are missing. {INSTALL}'
    elif 'CUDNN' in message.upper():
        what = f'cuDNN does not start, often because its version is another one. {INSTALL}'
    else:
        what = f'It says: {reason(message)}'
    return (f'The GPU was found but does not work. {what}. To compute on the CPU: set '
            f'{VISIBLE}=-1 before the kernel starts.')


def reason(message: str) -> str:
    """The line of TensorFlow's message that is neither a heading nor a place in the code."""
    lines = [line.strip() for line in message.splitlines()]
    telling = [line for line in lines if line and not line.endswith(':') and not line.startswith(
        ('Detected at', 'File "', 'Node:', '[['))]
    return telling[0][:200].rstrip('.') if telling else 'nothing'
