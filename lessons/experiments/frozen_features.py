"""What do frozen features know, and what does the wrong scale cost them?

    python -m lessons.experiments.frozen_features [--folds model/cat_dog_folds]

The network is used as it is: nothing is trained but a logistic regression on its features
(linear_probe, as in the notebook), on the training images of each of the five folds of cat_dog; the
accuracy is that on the fold's test images. The drawings that the shipped checkpoint was trained on
were made with the same tools as these cats and dogs, so the first table asks what is known without
any network, by a random one, and by one that never saw a drawing (../shared/real, where it is
there). The second feeds the shipped one with images in another scale. --folds adds what fine-tuning
reaches on the same folds: the networks of `python -m course.folds --dataset cat_dog`.

Each finished fold is a row of results/frozen_features.csv for each kind of features; the same
command resumes an interrupted run.
"""
import argparse
import functools
import os
from pathlib import Path

import numpy as np
import pandas as pd

from course import ROOT
from course.baselines import gradients, linear_probe, no_network, pixels
from course.compat import tf
from course.experiments import Results
from course.frozen_graph import frozen_session
from course.images import read_resized
from course.lists.check import read_lists
from course.means import plus_minus
from course.trained.ensemble import Ensemble
from tf_model import zoo
from tf_model.restore import restore

RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'frozen_features.csv'
DRAWN = ROOT / 'tf_ckpt' / 'resnet_v2_50_drawn.ckpt'
PARTIAL = ROOT.parent / 'shared' / 'real' / 'tf_ckpt' / 'resnet_v2_50_partial.ckpt'
NETWORK, DATASET, SIZE, FOLDS = 'resnet_v2_50', 'cat_dog', 128, 5
MEAN = np.array(zoo.IMAGENET_MEAN, 'float32')
KEY = ['fold', 'features']
RIGHT, FINE_TUNED = '[-1, 1]', 'drawings, fine-tuned by the notebook'
SCALES = {RIGHT: lambda x: x / 127.5 - 1,
          'mean subtracted, / 127.5': lambda x: (x - MEAN) / 127.5,
          'mean subtracted only': lambda x: x - MEAN,
          'channels swapped': lambda x: x[..., ::-1] / 127.5 - 1}
CHOSEN = 'pixels or HOG, chosen on validation images'
SIMPLE = {'mean colour': lambda x: x.mean(axis=(1, 2)) / 255,
          '16 x 16 pixels': pixels, 'HOG': gradients}
# what the next unit makes of the output of block3: in a v2 network it normalises and rectifies it
BLOCK3 = 'block4/unit_1/bottleneck_v2/preact'
#        features: checkpoint, stage of the network, scale
DEEP = {'random network, block3': ('', BLOCK3, RIGHT),
        'random network, postnorm': ('', 'postnorm', RIGHT),
        'part of ImageNet, block3': (PARTIAL, BLOCK3, RIGHT),
        'drawings, block3': (DRAWN, BLOCK3, RIGHT),
        'drawings, postnorm': (DRAWN, 'postnorm', RIGHT),
        **{f'drawings, postnorm; {scale}': (DRAWN, 'postnorm', scale)
           for scale in SCALES if scale != RIGHT},
        'drawings, block4': (DRAWN, 'block4', RIGHT)}


class Images:
    """All images of the dataset, and which of them each fold trains on, validates and tests."""

    def __init__(self):
        os.chdir(ROOT)                                      # the lists name images from there
        lists = [read_lists(DATASET, fold)[1] for fold in range(FOLDS)]
        everything = pd.concat([df for frames in lists[0] for df in frames]).set_index('path')
        self.x = np.array([read_resized(path, SIZE) for path in everything.index])
        self.y = everything.label.to_numpy()
        self.splits = [[everything.index.get_indexer(pd.concat([frames[k] for frames in fold]).path)
                        for k in range(3)] for fold in lists]


@functools.cache
def deep_features(images, checkpoint, seed, scale):
    """{stage: means over all places of what it gives}: float32 (N, channels) of all the images.

    checkpoint: its path; '' for random weights, drawn with `seed`. scale: of SCALES.
    """
    with tf.Graph().as_default():
        tf.set_random_seed(seed)
        scaled = tf.placeholder(tf.float32, (None, SIZE, SIZE, 3), 'scaled')
        _, end_points = zoo.build(NETWORK, scaled, False)
        end_points[f'{NETWORK}/{BLOCK3}'] = tf.get_default_graph().get_tensor_by_name(
            f'{NETWORK}/{BLOCK3}/Relu:0')
        pooled = {name.removeprefix(f'{NETWORK}/'): tf.reduce_mean(layer, [1, 2])
                  for name, layer in end_points.items()}
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            if checkpoint:
                restore(sess, tf.global_variables(), str(checkpoint))
            fast = frozen_session(sess, [scaled], list(pooled.values()))
    names = {stage: tensor.name for stage, tensor in pooled.items()}
    with fast:
        parts = [fast.run(names, {scaled.name: SCALES[scale](images.x[k:k + 20])})
                 for k in range(0, len(images.x), 20)]
    return {stage: np.concatenate([part[stage] for part in parts]) for stage in names}


def accuracy(images, fold, name):
    """Test accuracy, 0 to 1, of one fold with the features `name`."""
    y, (train, val, test) = images.y, images.splits[fold]
    if name == CHOSEN:
        _, predicted = no_network(images.x[train], y[train], images.x[val], y[val], images.x[test])
        return (predicted == y[test]).mean()
    if name in SIMPLE:
        features = SIMPLE[name](images.x)
    else:
        checkpoint, stage, scale = DEEP[name]
        seed = 0 if checkpoint else fold                    # another random network in each fold
        features = deep_features(images, checkpoint, seed, scale)[stage]
    return linear_probe(features[train], y[train], features[test], y[test])


def table(rows):
    """Markdown: what each kind of features is worth, its mean over the folds and its interval."""
    wrong = {name for name, (_, stage, scale) in DEEP.items()
             if scale != RIGHT or stage == 'block4'}
    return '\n'.join(['| features | test accuracy, % |', '|---|---|', *(
        f'| {name} | {plus_minus(part.accuracy)} |'
        for name, part in rows.groupby('features', sort=False) if name not in wrong)])


def changes(rows):
    """Markdown: one thing done wrong at a time, and the difference fold by fold."""
    by_fold = rows.pivot(index='fold', columns='features', values='accuracy')
    right = by_fold['drawings, postnorm']
    lines = ['| features of the shipped checkpoint | test accuracy, % | difference, fold by fold |',
             '|---|---|---|', f'| [-1, 1], RGB, after `postnorm` | {plus_minus(right)} | |']
    lines += [f'| {name.split(", ", 1)[1].removeprefix("postnorm; ")} | '
              f'{plus_minus(by_fold[name])} | {plus_minus(by_fold[name] - right, sign=True)} |'
              for name in DEEP if name in by_fold and DEEP[name][0] == DRAWN
              and name not in ('drawings, postnorm', 'drawings, block3')]
    return '\n'.join(lines)


def gain(rows):
    """Markdown: what fine-tuning adds to a logistic regression on frozen features."""
    by_fold = rows.pivot(index='fold', columns='features', values='accuracy')
    if FINE_TUNED not in by_fold:
        return 'What fine-tuning adds has not been measured yet.'
    more = by_fold[FINE_TUNED] - by_fold['drawings, postnorm']
    return (f'Fine-tuning adds {plus_minus(more, sign=True)} points to the frozen features of '
            '`postnorm`, fold by fold.')


def fine_tuned(folder):
    """{fold: test accuracy, 0 to 1} of a report of course.folds."""
    found, wanted = {}, {'dataset': DATASET, 'img_size': SIZE, 'network': NETWORK, 'freeze': None}
    for model in Ensemble.load(folder).members:
        settings = model.description['settings']
        if not wanted.items() <= settings.items():
            raise ValueError(f'{model.folder} was not trained with {wanted}')
        found[settings['fold']] = model.figures['accuracy']['value']
    return found


def main(argv=None):
    parser = argparse.ArgumentParser(description='What do frozen features know?')
    parser.add_argument('--folds', type=Path, help='a report of course.folds on cat_dog')
    folder = parser.parse_args(argv).folds
    tuned = fine_tuned(folder.resolve()) if folder else {}
    names = [*SIMPLE, CHOSEN, *DEEP]
    if not PARTIAL.with_suffix('.ckpt.index').exists():
        print(f'{PARTIAL.name} is not there: what it knows is not measured')
        names = [name for name in names if DEEP.get(name, ('',))[0] != PARTIAL]
    images, results = Images(), Results(RESULTS, [*KEY, 'accuracy'], KEY,
                                        'python -m lessons.experiments.frozen_features')
    for fold, name in results.missing((fold, name) for fold in range(FOLDS) for name in names):
        right = accuracy(images, fold, name)
        print(fold, name, f'{right:.3f}', flush=True)
        results.add([{'fold': fold, 'features': name, 'accuracy': round(right, 4)}])
    for fold, name in results.missing((fold, FINE_TUNED) for fold in tuned):
        results.add([{'fold': fold, 'features': name, 'accuracy': round(tuned[fold], 4)}])
    print(table(results.rows()), changes(results.rows()), sep='\n\n')


if __name__ == '__main__':
    main()
