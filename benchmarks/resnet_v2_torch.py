"""The network of tf_model/resnet_v2.py for PyTorch, to be compared with ours.

Same layers, same strides (the last unit of a block has it), same padding; weights of TF-Slim fit.
"""
import torch
from torch import nn

#         name     depth  units  stride of the block's last unit
BLOCKS = [('block1', 256, 3, 2),
          ('block2', 512, 4, 2),
          ('block3', 1024, 6, 2),
          ('block4', 2048, 3, 1)]
SLIM_ENDINGS = {'weights': 'weight', 'biases': 'bias', 'gamma': 'weight', 'beta': 'bias',
                'moving_mean': 'running_mean', 'moving_variance': 'running_var'}


def convolution(before, depth, kernel, stride=1, bias=True):
    return nn.Conv2d(before, depth, kernel, stride, padding=kernel // 2, bias=bias)


class NormReLU(nn.BatchNorm2d):
    """BatchNorm, then ReLU."""

    def forward(self, x):
        return torch.relu(super().forward(x))


class ConvNormReLU(nn.Module):
    """Convolution without bias, BatchNorm, ReLU."""

    def __init__(self, before, depth, kernel, stride=1):
        super().__init__()
        self.conv = convolution(before, depth, kernel, stride, bias=False)
        self.BatchNorm = NormReLU(depth)

    def forward(self, x):
        return self.BatchNorm(self.conv(x))


class Bottleneck(nn.Module):
    """One residual unit; `before` and `depth` are the channels that come in and go out."""

    def __init__(self, before, depth, stride):
        super().__init__()
        self.stride = stride
        self.preact = NormReLU(before)
        self.shortcut = convolution(before, depth, 1, stride) if before != depth else None
        self.conv1 = ConvNormReLU(before, depth // 4, 1)
        self.conv2 = ConvNormReLU(depth // 4, depth // 4, 3, stride)
        self.conv3 = convolution(depth // 4, depth, 1)

    def forward(self, x):
        preact = self.preact(x)
        shortcut = self.shortcut(preact) if self.shortcut else x[:, :, ::self.stride, ::self.stride]
        return shortcut + self.conv3(self.conv2(self.conv1(preact)))


class ResNetV2(nn.Module):
    """The trunk: float32 (N, 3, H, W) in [-1, 1] -> the features' mean over all places, (N, 2048).

    H and W: multiples of 4, for which pool1 pads as TF-Slim's.
    """

    def __init__(self):
        super().__init__()
        self.conv1 = convolution(3, 64, 7, 2)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        before, self.units = 64, nn.ModuleDict()
        for name, depth, units, last_stride in BLOCKS:
            for unit in range(1, units + 1):
                stride = last_stride if unit == units else 1
                self.units[f'{name}/unit_{unit}'] = Bottleneck(before, depth, stride)
                before = depth
        self.postnorm = NormReLU(before)

    def feature_map(self, x):
        """(N, 2048, h, w), h and w about H / 32 and W / 32."""
        x = self.pool1(self.conv1(x))
        for unit in self.units.values():
            x = unit(x)
        return self.postnorm(x)

    def forward(self, x):
        return self.feature_map(x).mean((2, 3))


def load_slim(trunk, head, values):
    """Set a ResNetV2 and a Linear to {TF-Slim's name: array}. KeyError where one is missing."""
    for name, array in values.items():
        *path, ending = name.split('/')
        module = head if path[0] == 'CLASS_1' else of_scope(trunk, path[1:])
        order = {4: (3, 2, 0, 1), 2: (1, 0)}.get(array.ndim)
        target = getattr(module, SLIM_ENDINGS[ending])
        with torch.no_grad():
            target.copy_(torch.tensor(array.transpose(order) if order else array))


def of_scope(trunk, path):
    """The module with the variables of a scope of TF-Slim, given as a list of its parts."""
    module = trunk
    if path[0].startswith('block'):
        module, path = trunk.units['/'.join(path[:2])], path[3:]        # without bottleneck_v2
    for part in path:
        module = getattr(module, part)
    return module.conv if isinstance(module, ConvNormReLU) else module
