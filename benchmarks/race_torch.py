"""PyTorch, for time_to_accuracy.py, by its tutorial on transfer learning:
https://pytorch.org/tutorials/beginner/transfer_learning_tutorial.html

As there ("Finetuning the ConvNet"): RandomResizedCrop and flips, batches of 4, SGD at 0.001 with
momentum 0.9 on all weights, a tenth of the rate after every 7 epochs, 25 epochs; validation images
resized and cropped to the middle; the best weights kept in memory. Beyond the tutorial, what its
users switch on for speed: channels_last, bfloat16 by torch.autocast, and torch.compile where the
job says so. Compiled is the training alone, of whole batches: validation, and the short batch at
the end, would each be compiled again, which takes longer than they do. (resnet_v2_torch.py is our
network; it expects images in [-1, 1], hence the other mean and deviation.)
"""
import copy

import numpy as np
import torch
from torch import nn
from torchvision import datasets, transforms

from benchmarks.race_common import BFLOAT16, WEIGHTS, job, report
from benchmarks.resnet_v2_torch import ResNetV2, load_slim
from course.cores import cores

BATCH, EPOCHS = 4, 25
TO_UNIT = [transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3)]   # to [-1, 1]


def loaders_of(size):
    """{'train': DataLoader, 'val': DataLoader}."""
    steps = {'train': [transforms.RandomResizedCrop(size), transforms.RandomHorizontalFlip()],
             'val': [transforms.Resize(round(size * 256 / 224)), transforms.CenterCrop(size)]}
    return {split: torch.utils.data.DataLoader(
        datasets.ImageFolder(split, transforms.Compose(steps[split] + TO_UNIT)), BATCH,
        shuffle=split == 'train', num_workers=min(4, cores())) for split in steps}


def main():
    this = job()
    torch.manual_seed(this.seed)
    loaders = loaders_of(this.size)
    trunk = ResNetV2()
    with np.load(WEIGHTS) as values:
        load_slim(trunk, None, values)
    model = nn.Sequential(trunk, nn.Linear(2048, len(loaders['train'].dataset.classes)))
    model = model.to(memory_format=torch.channels_last)
    compiled = torch.compile(model) if this.compiled else model
    optimizer = torch.optim.SGD(model.parameters(), 0.001, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 7, 0.1)
    best, n_val = 0, len(loaders['val'].dataset)

    def logits(x):
        network = compiled if model.training and len(x) == BATCH else model
        with torch.autocast('cpu', torch.bfloat16, enabled=this.precision == BFLOAT16):
            return network(x.to(memory_format=torch.channels_last))

    for epoch in range(1, 1 + (this.epochs or EPOCHS)):
        model.train()
        for x, y in loaders['train']:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(logits(x), y)
            loss.backward()
            optimizer.step()
        schedule.step()

        model.eval()
        with torch.no_grad():
            right = sum(int((logits(x).argmax(1) == y).sum()) for x, y in loaders['val'])
        report(epoch, right, n_val)
        if right > best:
            best, kept = right, copy.deepcopy(model.state_dict())
    if best:
        model.load_state_dict(kept)


if __name__ == '__main__':
    main()
