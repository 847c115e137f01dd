"""PyTorch: the same network, channels_last, as it is or through torch.compile."""
import torch
import torch._inductor.config
from torch import nn

from benchmarks.engine_common import CLASSES, Engine, images, labels, weights
from benchmarks.resnet_v2_torch import ResNetV2, load_slim
from benchmarks.steps_jobs import BFLOAT16, COMPILE, INFER, TRAIN
from course.cores import cores


def build(job):
    torch.set_num_threads(cores())
    torch.manual_seed(0)
    trunk, head = ResNetV2().to(memory_format=torch.channels_last), nn.Linear(2048, CLASSES)
    count = sum(v.numel() for module in (trunk, head) for name, v in module.state_dict().items()
                if not name.endswith('num_batches_tracked'))
    if job.task == INFER:
        load_slim(trunk, head, weights())
    if job.task != TRAIN:
        trunk.eval().requires_grad_(False)
        torch._inductor.config.freezing = True      # fold BatchNorm, lay weights out once
    forward = torch.compile(trunk) if job.variant == COMPILE else trunk
    features = features_of(forward, job.precision, learns=job.task == TRAIN)
    if job.task == INFER:
        return inference(features, head.requires_grad_(False), job.size, count)
    learned = [*trunk.parameters(), *head.parameters()] if job.task == TRAIN else head.parameters()
    return training(features, head, learned, job, count)


def features_of(trunk, precision, learns):
    """A function from uint8 (N, H, W, 3) in NumPy to features (N, 2048)."""
    def features(x):
        x = torch.from_numpy(x).permute(0, 3, 1, 2).float() / 127.5 - 1     # stays channels_last
        with torch.set_grad_enabled(learns), autocast(precision):
            return trunk(x)
    return features


def autocast(precision):
    return torch.autocast('cpu', torch.bfloat16, enabled=precision == BFLOAT16)


def training(features, head, learned, job, count):
    optimizer = torch.optim.Adam(learned, 2e-4, fused=True)
    batch, y = images(job.size), torch.from_numpy(labels())

    def run(n):
        for _ in range(n):
            x = features(batch)
            with autocast(job.precision):
                loss = nn.functional.cross_entropy(head(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()

    return Engine(run, count)


def inference(features, head, size, count):
    batch = images(size)

    def predict(x):
        return head(features(x).float()).softmax(1).numpy()

    def run(n):
        for _ in range(n):
            predict(batch)

    return Engine(run, count, predict)
