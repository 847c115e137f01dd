"""What pays in fine-tuning? One change of the recipe at a time, and which epoch to keep.

    python -m lessons.experiments.recipes
    python -m lessons.experiments.recipes --px 128 --folds 5 --candidates plain 'head x10, cosine'

Each finished run adds rows to results/recipes.csv; the same command resumes an interrupted one.
It takes the datasets of TARGETS that are there: data/<name> from `python data/get.py NAME` and
their lists from data_list/make_list.py. `photographs` are 400 of Kaggle's cats and dogs in
data/photographs, resnet_v2_50_partial.ckpt is a part of the ImageNet weights; both are yours to
put there.

The rows of a run, by `kept`: 'epoch', the weights at the end of each epoch; 'average', the moving
average of the weights (its decay is that of tf.train.ExponentialMovingAverage with num_updates);
'flips', the last epoch on each image and its mirror image; 'loss 20' and so on, what a rule that
sees only 20 or 50 validation images chooses, mean of N_DRAWS draws of them. Losses are mean cross
entropies; `val_calibrated` is the lowest that one temperature for all logits reaches. The test
images choose nothing. `seconds` and `cpu_seconds` (summed over the cores) are those of the training
steps of an epoch.
"""
import argparse
import functools
import math
import os
import time
from typing import NamedTuple

import imgaug.augmenters as iaa
import numpy as np
import pandas as pd
import tensorflow.compat.v1 as tf
import tf_slim as slim
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from callbacks import ReduceLROnPlateau
from course import ROOT, workplace
from course.experiments import Results
from course.fitted_head import fitted_head
from course.images import read_resized
from course.lists.check import read_lists
from course.session import choose_precision, session_config
from generator import data_generators
from tf_model import zoo
from tf_model.classifier import HEAD, NETWORK
from tf_model.resnet_v2 import SCOPE, STAGES, resnet_v2_50
from tf_model.restore import restore

RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'recipes.csv'
KEY = ['target', 'candidate', 'px', 'epochs', 'fold']
COLUMNS = [*KEY, 'kept', 'epoch', 'val_loss', 'val_calibrated', 'val_acc', 'test_acc', 'seconds',
           'cpu_seconds']
BATCH, AVERAGES_PER_EPOCH, N_DRAWS = 16, 4, 50
DRAWN, PARTIAL = 'resnet_v2_50_drawn.ckpt', 'resnet_v2_50_partial.ckpt'


class Target(NamedTuple):
    """What is learned, from which weights; mirror: whether a mirror image keeps its class."""

    dataset: str
    checkpoint: str = DRAWN
    mirror: bool = True


TARGETS = {'plant_seedlings': Target('plant_seedlings'),
           'photographs': Target('photographs'),
           'photographs, ImageNet': Target('photographs', PARTIAL),
           'cat_dog': Target('cat_dog'),
           'ants_bees': Target('ants_bees'),
           'digits': Target('digits', mirror=False)}


class Recipe(NamedTuple):
    """How the network is trained. The defaults are a common recipe, 'plain'."""

    rate: float = 1e-4              # of Adam, for block4 and the head
    head_times: float = 1           # the head learns at so many times the rate
    per_stage: float = 1            # each stage learns at so many times the rate of the next one
    schedule: str = 'plateau'       # or 'cosine': a tenth of all steps up, then down to 0
    batch_statistics: bool = True   # False: BatchNorm in inference mode
    head_first: bool = False        # the head begins as logistic regression on frozen features
    frozen: float = 0               # for this share of the epochs, the head alone, 10 times faster
    smoothing: float = 0            # label smoothing
    mixup: float = 0                # alpha of the Beta distribution
    weight_decay: float = 0         # AdamW, of all kernels


HEAD_10 = Recipe(head_times=10)
CHANGES = {'cosine': {'schedule': 'cosine'},
           'inference': {'batch_statistics': False},
           'rate x3': {'rate': 3e-4},
           'rate x10': {'rate': 1e-3},
           'head first': {'head_first': True},
           'thaw': {'frozen': 0.25},
           'by stage': {'per_stage': 0.5},
           'smoothing': {'smoothing': 0.1},
           'mixup': {'mixup': 0.2},
           'AdamW': {'weight_decay': 0.1}}
CANDIDATES = {'plain': Recipe(), 'head x10': HEAD_10,
              **{name: Recipe(**change) for name, change in CHANGES.items()},
              **{f'head x10, {name}': HEAD_10._replace(**change)
                 for name, change in CHANGES.items() if name not in ('thaw', 'head first')},
              'cosine, rate x3': Recipe(schedule='cosine', rate=3e-4),
              'cosine, rate x10': Recipe(schedule='cosine', rate=1e-3),
              'rate x3, inference': Recipe(rate=3e-4, batch_statistics=False),
              'cosine, rate x3, inference': Recipe(
                  schedule='cosine', rate=3e-4, batch_statistics=False),
              **{f'head first, cosine{more}': Recipe(head_first=True, schedule='cosine', **change)
                 for more, change in (('', {}), (', rate x3', {'rate': 3e-4}),
                                      (', rate x10', {'rate': 1e-3}))},
              'head x10, cosine, inference': HEAD_10._replace(
                  schedule='cosine', batch_statistics=False),
              'head x10, cosine, rate x3': HEAD_10._replace(schedule='cosine', rate=3e-4),
              'head x10, cosine, rate x3, inference': HEAD_10._replace(
                  schedule='cosine', rate=3e-4, batch_statistics=False)}
FIRST = [(candidate, 8) for candidate in ('plain', 'rate x3', 'cosine, rate x3', 'inference',
                                          'rate x3, inference', 'cosine, rate x3, inference')]
FIRST_TARGETS = ['photographs', 'plant_seedlings', 'photographs, ImageNet', 'cat_dog']


class Data:
    """The lists of a target's fold as data_generators, and its validation and test images."""

    def __init__(self, target, px, fold):
        names, frames = read_lists(target.dataset, fold)
        self.n_classes, self.px = len(names), px
        self.augmentation = iaa.Sequential([        # the notebook's
            *([iaa.Fliplr(0.5)] if target.mirror else []),
            iaa.Affine(rotate=(-12, 12), scale=(0.85, 1.2), mode='reflect',
                       translate_percent={'x': (-0.08, 0.08), 'y': (-0.08, 0.08)})])
        self.train_rows = pd.concat([train for train, _, _ in frames])
        self.generators = data_generators(BATCH, frames, self.n_classes, self.preprocess, seed=fold)
        self.val, self.test = (self.preprocess(rows, self.n_classes)
                               for rows in (self.generators.val, self.generators.test))

    def preprocess(self, df, n_classes, aug=False):
        x = np.array([read_resized(path, self.px) for path in df.path])
        if aug:
            seq = self.augmentation.deepcopy()
            seq.seed_(int(df.seed.iloc[0]))
            x = seq.augment_images(x)
        return [x], np.eye(n_classes)[df.label], list(df.path)


class Network:
    """ResNet-v2-50 with a head in a session of its own: one graph for all recipes."""

    def __init__(self, px, n_classes):
        precision = choose_precision()
        self.sess = tf.Session(graph=tf.Graph(), config=session_config(precision))
        with self.sess.graph.as_default():
            tf.set_random_seed(0)
            self.images = tf.placeholder(tf.uint8, (None, px, px, 3))
            self.labels = tf.placeholder(tf.float32, (None, n_classes))
            self.is_training = tf.placeholder(tf.bool, [])
            self.rates = tf.placeholder(tf.float32, [len(STAGES) + 1])      # the head's comes last
            features, _ = resnet_v2_50(zoo.scale(NETWORK, self.images), self.is_training)
            self.features = tf.reduce_mean(features, [1, 2])
            self.logits = slim.fully_connected(self.features, n_classes, activation_fn=None,
                                               scope=HEAD)
            self.loss = tf.losses.softmax_cross_entropy(self.labels, self.logits)
            self.variables = tf.global_variables()
            scopes = [f'{SCOPE}/{stage}' for stage in STAGES] + [HEAD]
            groups = [tf.trainable_variables(f'{scope}/') for scope in scopes]
            optimizers = [tf.train.AdamOptimizer(self.rates[k]) for k in range(len(groups))]
            gradients = dict(zip(sum(groups, []), tf.gradients(self.loss, sum(groups, []))))
            steps = [optimizer.apply_gradients([(gradients[v], v) for v in group])
                     for optimizer, group in zip(optimizers, groups)]
            with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
                self.update = tf.group(*steps)
            self.head_update = steps[-1]
            self.decay = tf.placeholder(tf.float32, [])
            self.shrink = tf.group(*(
                tf.assign_sub(v, self.rates[k] * self.decay * v)
                for k, group in enumerate(groups) for v in group if len(v.shape) > 1))
            self.init = tf.global_variables_initializer()
        self.sess.run(self.init)
        self.initial, self.starts = self.sess.run(self.variables), {}

    def begin(self, checkpoint, seed):
        """Restored weights, a new head of this seed, the optimizers' slots at 0."""
        self.sess.run(self.init)
        if checkpoint not in self.starts:
            self.load(self.initial)         # the same random values, whatever ran before
            with self.sess.graph.as_default():
                restore(self.sess, slim.get_model_variables(SCOPE), checkpoint)
            self.starts[checkpoint] = self.sess.run(self.variables)
        self.load(self.starts[checkpoint])
        [head] = [v for v in self.variables if v.op.name == f'{HEAD}/weights']
        most = math.sqrt(6 / sum(head.shape.as_list()))         # Xavier's
        head.load(np.random.default_rng([seed, 0]).uniform(-most, most, head.shape.as_list()),
                  self.sess)

    def load(self, values):
        for v, value in zip(self.variables, values):
            v.load(value, self.sess)

    def fit_head(self, data):
        """The head begins with what logistic regression makes of the features as they are."""
        (train_x,), train_y, _ = data.preprocess(data.train_rows, data.n_classes)
        values = fitted_head(self.predict(train_x, self.features), train_y.argmax(axis=1),
                             self.predict(data.val[0][0], self.features),
                             data.val[1].argmax(axis=1))
        for name, value in zip(('weights', 'biases'), values):
            [v] = [v for v in self.variables if v.op.name == f'{HEAD}/{name}']
            v.load(value, self.sess)

    def predict(self, x, of=None):
        """The logits of uint8 images (N, px, px, 3): float32 (N, classes). Or another tensor."""
        of = self.logits if of is None else of
        return np.concatenate([self.sess.run(of, {self.images: x[k:k + 50],
                                                  self.is_training: False})
                               for k in range(0, len(x), 50)])


@functools.lru_cache
def network(px, n_classes):
    return Network(px, n_classes)


@functools.lru_cache(maxsize=6)
def data_of(name, px, fold):
    return Data(TARGETS[name], px, fold)


def rates_of(recipe, share, plateau, head_alone):
    """The rate of each stage, and of the head; share: how much of the training is over, 0 to 1."""
    now = plateau.lr
    if recipe.schedule == 'cosine':
        down = (1 + math.cos(math.pi * max(0, share - 0.1) / 0.9)) / 2
        now = recipe.rate * min(share / 0.1, down)
    stages = [now * recipe.per_stage ** max(0, STAGES.index('block4') - k)
              for k in range(len(STAGES))]
    return [*stages, now * (10 if head_alone else recipe.head_times)]


def mixed(x, y, recipe, rng):
    """A batch with label smoothing and mixup: Zhang et al., mixup (ICLR 2018)."""
    y = y * (1 - recipe.smoothing) + recipe.smoothing / y.shape[1]
    if recipe.mixup:
        share, other = rng.beta(recipe.mixup, recipe.mixup), rng.permutation(len(y))
        x = np.round(share * x + (1 - share) * x[other]).astype(np.uint8)
        y = share * y + (1 - share) * y[other]
    return x, y


def run(name, candidate, px, epochs, fold):
    """The rows of one training."""
    recipe, target, data = CANDIDATES[candidate], TARGETS[name], data_of(name, px, fold)
    net, rng = network(px, data.n_classes), np.random.default_rng([fold, 1])
    net.begin(checkpoint_of(target), fold)
    if recipe.head_first:
        net.fit_head(data)
    plateau = ReduceLROnPlateau(recipe.rate, 0.5, 2)
    generators, average, n_averaged = data.generators, None, 0
    n_batch = max(1, generators.train_len // BATCH)
    generators.set_state({'next_batch': 0})
    epoch_rows, val_logits = [], []
    for epoch in range(epochs):
        head_alone, wall, cpu = epoch < round(recipe.frozen * epochs), 0.0, 0.0
        with generators.start_train_threads():
            for batch in range(n_batch):
                x, y = generators.train_queue.get()
                x, y = mixed(x[0], y, recipe, rng)
                share = (epoch * n_batch + batch + 1) / (epochs * n_batch)
                feed = {net.images: x, net.labels: y,
                        net.is_training: recipe.batch_statistics and not head_alone,
                        net.rates: rates_of(recipe, share, plateau, head_alone)}
                wall, cpu = wall - time.perf_counter(), cpu - time.process_time()
                net.sess.run(net.head_update if head_alone else net.update, feed)
                if recipe.weight_decay:
                    net.sess.run(net.shrink, {net.rates: feed[net.rates],
                                              net.decay: recipe.weight_decay})
                wall, cpu = wall + time.perf_counter(), cpu + time.process_time()
                if batch % max(1, n_batch // AVERAGES_PER_EPOCH) == 0:
                    values = net.sess.run(net.variables)
                    decay = min(0.96, (1 + n_averaged) / (10 + n_averaged)) if n_averaged else 0
                    average = [decay * a + (1 - decay) * v
                               for a, v in zip(average or values, values)]
                    n_averaged += 1
        logits, right = evaluated(net, data)
        val_logits.append(logits)
        epoch_rows.append({'kept': 'epoch', 'epoch': epoch + 1, **measures(logits, data.val[1]),
                           'test_acc': right, 'seconds': wall, 'cpu_seconds': cpu})
        plateau.on_epoch_end(epoch_rows[-1]['val_loss'])
    rows = [*epoch_rows, *few_validation_images(epoch_rows, val_logits, data.val[1], fold)]
    if target.mirror:
        logits, right = evaluated(net, data, flips=True)
        rows.append({'kept': 'flips', 'epoch': epochs, **measures(logits, data.val[1]),
                     'test_acc': right})
    net.load(average)
    logits, right = evaluated(net, data)
    rows.append({'kept': 'average', 'epoch': epochs, **measures(logits, data.val[1]),
                 'test_acc': right})
    key = dict(zip(KEY, (name, candidate, px, epochs, fold)))
    return [{**dict.fromkeys(COLUMNS), **key, **{
        name: round(value, 4) if isinstance(value, float) else value
        for name, value in row.items()}} for row in rows]


def evaluated(net, data, flips=False):
    """The logits of the validation images, and the share of test images that are right."""
    logits = []
    for (x,), _, _ in (data.val, data.test):
        logits.append(net.predict(x))
        if flips:
            logits[-1] = (logits[-1] + net.predict(x[:, :, ::-1])) / 2
    right = logits[1].argmax(axis=1) == data.test[1].argmax(axis=1)
    return logits[0], float(right.mean())


def measures(logits, y):
    """Loss, calibrated loss and accuracy of logits (N, classes); y: one-hot."""
    def loss(log_temperature):
        return -(y * log_softmax(logits / math.exp(log_temperature), axis=1)).sum(axis=1).mean()

    calibrated = minimize_scalar(loss, bounds=(-3, 4), method='bounded').fun
    return {'val_loss': float(loss(0)), 'val_calibrated': float(calibrated),
            'val_acc': float((logits.argmax(axis=1) == y.argmax(axis=1)).mean())}


RULES = {'loss': lambda row: -row['val_loss'],
         'calibrated': lambda row: -row['val_calibrated'],
         'accuracy, then loss': lambda row: (row['val_acc'], -row['val_loss']),
         'accuracy, then later': lambda row: (row['val_acc'], row['epoch'])}


def few_validation_images(epoch_rows, val_logits, y, seed):
    """What each rule chooses where it sees 20 or 50 validation images: mean test accuracy."""
    rng = np.random.default_rng([seed, 2])
    for n in (20, 50):
        if n >= len(y):
            continue
        right = {rule: [] for rule in RULES}
        for _ in range(N_DRAWS):
            seen = rng.choice(len(y), n, replace=False)
            rows = [{**row, **measures(logits[seen], y[seen])}
                    for row, logits in zip(epoch_rows, val_logits)]
            for rule, worth in RULES.items():
                right[rule].append(max(rows, key=worth)['test_acc'])
        yield from ({'kept': f'{rule} {n}', 'test_acc': float(np.mean(values))}
                    for rule, values in right.items())


def checkpoint_of(target):
    return os.path.join('tf_ckpt', target.checkpoint)


def jobs(px, folds, candidates=tuple(CANDIDATES)):
    """The keys of all runs, the most telling first."""
    first = [(name, candidate, px, epochs, fold) for fold in range(folds)
             for candidate, epochs in FIRST for name in FIRST_TARGETS]
    rest = [(name, candidate, px, epochs, fold) for fold in range(folds)
            for epochs in (8, 4) for candidate in CANDIDATES for name in TARGETS]
    return [job for job in dict.fromkeys([*first, *rest])
            if job[1] in candidates and job[-1] < folds]


def are_there(name):
    """Whether the images, lists and weights of a target are there."""
    target = TARGETS[name]
    return (os.path.isdir(os.path.join('data_list', target.dataset))
            and os.path.exists(f'{checkpoint_of(target)}.index'))


def results():
    """The file of finished runs."""
    return Results(RESULTS, COLUMNS, KEY, 'python -m lessons.experiments.recipes',
                   choose_precision())


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='What pays in fine-tuning?')
    parser.add_argument('--px', type=int, default=96, help='pixels a side')
    parser.add_argument('--folds', type=int, default=2)
    parser.add_argument('--candidates', nargs='+', choices=CANDIDATES, default=list(CANDIDATES))
    args = parser.parse_args(argv)
    os.chdir(workplace())
    file = results()
    for job in file.missing(jobs(args.px, args.folds, args.candidates)):
        if not are_there(job[0]):
            continue
        began, rows = time.perf_counter(), run(*job)
        file.add(rows)
        last = [row for row in rows if row['kept'] == 'epoch'][-1]
        print(*job, f'last epoch: {last["val_acc"]:.1%}, test {last["test_acc"]:.1%};',
              f'{time.perf_counter() - began:.0f} s', sep=' | ', flush=True)
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
