"""What does packing to 8 bits a weight cost? The same features from both, side by side.

    python -m pretraining.packing CHECKPOINT [--photos FOLDER]

CHECKPOINT: with 32-bit weights, a whole ResNet-v2-50 or its lower part. It is packed, unpacked
again, and logistic regression (linear_probe) is fitted to the features of both at the deepest
block that it holds: on digits and, where FOLDER is given, on photographs, split as in
pretraining/evaluate.py. Writes results/packing.csv, a row for each split and number of bits.
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
from pretraining.evaluate import RUNS, SPLITS, digits, photos
from tf_model.classifier import Classifier
from tf_model.restore import deepest_restored, restore

RESULTS = ROOT / 'pretraining' / 'results' / 'packing.csv'
KEY = ['target', 'run', 'bits']
COLUMNS = [*KEY, 'checkpoint', 'layer', 'accuracy']


def features(checkpoint, parts):
    """The name of the deepest restored block, and its means over all places for each of parts.

    parts: list of uint8 images (N, S, S, 3), all of one size.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        net = Classifier(parts[0].shape[1:], 2, is_training=False)
        sess.run(tf.global_variables_initializer())
        layer = deepest_restored(restore(sess, net.trunk, str(checkpoint)), net.end_points)
        pooled = tf.reduce_mean(net.end_points[layer], [1, 2])
        fast = frozen_session(sess, [net.images], [pooled])
    with fast:
        return layer, [np.concatenate([fast.run(pooled.name, {net.images.name: x[k:k + 20]})
                                       for k in range(0, len(x), 20)]) for x in parts]


def table(rows):
    """Markdown: accuracy with 32 and 8 bits, and the difference split by split."""
    lines = ['| | 32 bits | 8 bits | difference |', '|---|---|---|---|']
    for target, part in rows.groupby('target', sort=False):
        both = part.pivot(index='run', columns='bits', values='accuracy')
        lines.append(f'| {target} | {plus_minus(both[32])} | {plus_minus(both[8])} | '
                     f'{plus_minus(both[8] - both[32], sign=True)} |')
    return '\n'.join(lines)


def main():
    parser = argparse.ArgumentParser(description='What packing a checkpoint costs.')
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('--photos', type=Path, help='a folder of <class>.<n>.jpg')
    args = parser.parse_args()
    targets = {'photos': photos(args.photos), 'digits': digits} if args.photos else {
        'digits': digits}
    results = Results(RESULTS, COLUMNS, KEY,
                      'python -m pretraining.packing CHECKPOINT --photos FOLDER')
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / 'packed.npz'
        pack(args.checkpoint, packed)
        unpack(packed, packed.with_suffix('.ckpt'))
        checkpoints = {32: args.checkpoint, 8: packed.with_suffix('.ckpt')}
        for target, run, bits in results.missing(
                (target, run, bits) for target in targets for run in range(RUNS)
                for bits in checkpoints):
            data = targets[target](run)
            (x, y), _, (test_x, test_y) = (data[name] for name in SPLITS)
            layer, (train, test) = features(checkpoints[bits], [x, test_x])
            right = linear_probe(train, y, test, test_y)
            print(target, run, bits, f'{right:.4f}', flush=True)
            results.add([{'target': target, 'run': run, 'bits': bits, 'layer': layer,
                          'checkpoint': args.checkpoint.name, 'accuracy': round(right, 4)}])
    print(table(results.rows()))


if __name__ == '__main__':
    main()
