"""What the engines of time_to_accuracy.py have in common. Imports nothing that takes time.

An engine is started in a folder with train/<class>/ and val/<class>/, the images; weights.npz, the
backbone's variables under TF-Slim's names; data, data_list and tf_ckpt, as the notebook has them.
"""
import json
import sys
from typing import NamedTuple

WEIGHTS, FOLD = 'weights.npz', 0
BFLOAT16, FLOAT32 = 'bfloat16', 'float32'


class Job(NamedTuple):
    """What an engine is to do."""

    dataset: str
    fold: int
    size: int               # pixels a side
    seed: int
    precision: str = FLOAT32
    compiled: bool = False  # through torch.compile
    epochs: int = 0         # of each phase of the recipe; 0: as many as the recipe has


def job() -> Job:
    """The job that this process was started for."""
    return Job(*json.loads(sys.argv[1]))


def report(epoch: int, right: int, images: int) -> None:
    """After the validation of an epoch: how many of all validation images were right."""
    print(json.dumps({'epoch': epoch, 'right': right, 'of': images}), flush=True)
