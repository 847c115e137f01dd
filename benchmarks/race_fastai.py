"""fastai `fine_tune`, for time_to_accuracy.py, by the second chapter of its book:
https://github.com/fastai/fastbook/blob/master/02_production.ipynb

As there, for some 150 images a class: RandomResizedCrop with min_scale=0.5, aug_transforms(),
batches of 64, a vision learner with fastai's own head and discriminative rates, `fine_tune(4)`: an
epoch of the head, then four of everything, one cycle each. The rate is fastai's default. (The
network is resnet_v2_torch.py, which expects images in [-1, 1]; fastai splits a ResNet into the
stages up to the second block, the rest, and the head, and so does this.)

float32: fastai's to_bf16 asks torch for a CUDA autocast, which a CPU does not have.
"""
import numpy as np
from fastai.vision.all import (
    Callback,
    CrossEntropyLossFlat,
    ImageDataLoaders,
    L,
    Learner,
    Normalize,
    RandomResizedCrop,
    accuracy,
    add_head,
    aug_transforms,
    params,
    set_seed,
)

from benchmarks.race_common import WEIGHTS, job, report
from benchmarks.resnet_v2_torch import ResNetV2, load_slim

EPOCHS = 4


class Body(ResNetV2):
    """The feature map, (N, 2048, h, w), which fastai's head pools itself."""

    forward = ResNetV2.feature_map


class Report(Callback):
    """Counts the epochs of both phases of fine_tune."""

    order = 60                              # after the recorder

    def __init__(self):
        self.done = 0

    def after_epoch(self):
        self.done += 1
        images = len(self.dls.valid_ds)
        report(self.done, round(self.recorder.values[-1][-1] * images), images)


def split(model):
    """The weights in three groups, for rates that differ: up to block2, above it, the head."""
    body = model[0]
    early = [unit for name, unit in body.units.items() if name.startswith(('block1', 'block2'))]
    late = [unit for name, unit in body.units.items() if name.startswith(('block3', 'block4'))]
    return L([body.conv1, *early], [*late, body.postnorm], [model[1]]).map(
        lambda modules: sum((list(params(module)) for module in modules), []))


def main():
    this = job()
    set_seed(this.seed)
    loaders = ImageDataLoaders.from_folder(
        '.', train='train', valid='val', seed=this.seed,
        item_tfms=RandomResizedCrop(this.size, min_scale=0.5),
        batch_tfms=[*aug_transforms(), Normalize.from_stats([0.5] * 3, [0.5] * 3)])
    body = Body()
    with np.load(WEIGHTS) as values:
        load_slim(body, None, values)
    learner = Learner(loaders, add_head(body, 2048, loaders.c), CrossEntropyLossFlat(),
                      splitter=split, metrics=accuracy, cbs=Report())
    learner.fine_tune(this.epochs or EPOCHS)


if __name__ == '__main__':
    main()
