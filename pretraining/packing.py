"""What does packing to 8 bits a weight cost? The same features from both, side by side.

    python -m pretraining.packing CHECKPOINT FOLDER

CHECKPOINT: with 32-bit weights, a whole ResNet-v2-50 or its lower part. FOLDER: photographs, split
as in pretraining/evaluate.py. The checkpoint is packed and unpacked again, and logistic regression
(linear_probe) is fitted to the features that either gives at the deepest block that it holds.
Writes results/packing.csv, a row for each fold and number of bits.
"""
import argparse
import tempfile
from pathlib import Path

import numpy as np

from course import ROOT
from course.baselines import linear_probe
from course.checkpoints.packed import pack, unpack
from course.compat import tf
from course.experiments import Results
from course.frozen_graph import frozen_session
from course.means import plus_minus
from pretraining.evaluate import RUNS, photos
from tf_model.classifier import Classifier
from tf_model.restore import deepest_restored, restore

RESULTS = ROOT / 'pretraining' / 'results' / 'packing.csv'
KEY = ['run', 'bits']
COLUMNS = [*KEY, 'checkpoint', 'layer', 'accuracy']


def features(checkpoint, x):
    """The name of the deepest restored block, and its means over all places: (N, channels).

    x: uint8 images (N, S, S, 3).
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        net = Classifier(x.shape[1:], 2, is_training=False)
        sess.run(tf.global_variables_initializer())
        layer = deepest_restored(restore(sess, net.trunk, str(checkpoint)), net.end_points)
        pooled = tf.reduce_mean(net.end_points[layer], [1, 2])
        fast = frozen_session(sess, [net.images], [pooled])
    with fast:
        return layer, np.concatenate([fast.run(pooled.name, {net.images.name: x[k:k + 20]})
                                      for k in range(0, len(x), 20)])


def table(rows):
    """Markdown: accuracy with 32 and 8 bits, and the difference fold by fold."""
    both = rows.pivot(index='run', columns='bits', values='accuracy')
    apart = both[8] - both[32]
    change = plus_minus(apart, sign=True) if apart.any() else 'none, in any fold'
    return '\n'.join(['| 32 bits, % | 8 bits, % | difference, fold by fold |', '|---|---|---|',
                      f'| {plus_minus(both[32])} | {plus_minus(both[8])} | {change} |'])


def main():
    parser = argparse.ArgumentParser(description='What packing a checkpoint costs.')
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('photos', type=Path, help='a folder of <class>.<n>.jpg')
    args = parser.parse_args()
    results = Results(RESULTS, COLUMNS, KEY, 'python -m pretraining.packing CHECKPOINT FOLDER')
    folds = [photos(args.photos)(run) for run in range(RUNS)]
    images = np.concatenate([x for x, _ in folds[0].values()])
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / 'packed.npz'
        pack(args.checkpoint, packed)
        unpack(packed, packed.with_suffix('.ckpt'))
        for bits, checkpoint in ((32, args.checkpoint), (8, packed.with_suffix('.ckpt'))):
            layer, rows = features(checkpoint, images)
            of_image = {image.tobytes(): row for image, row in zip(images, rows)}
            for run, _ in results.missing((run, bits) for run in range(RUNS)):
                (x, y), (test_x, test_y) = folds[run]['train'], folds[run]['test']
                train, test = (np.array([of_image[image.tobytes()] for image in part])
                               for part in (x, test_x))
                right = linear_probe(train, y, test, test_y)
                results.add([{'run': run, 'bits': bits, 'layer': layer,
                              'checkpoint': args.checkpoint.name, 'accuracy': round(right, 4)}])
    print(table(results.rows()))


if __name__ == '__main__':
    main()
