"""From a folder of images to five folds of lists: `python data_list/make_list.py data/<name>`

The images lie in `data/<name>/<class>/` or are named `<class>.<number>.jpg`, as Kaggle names
them. Each class is dealt into five parts of about equal size. Fold k tests on part k, validates on
part k + 1 and trains on the other three, so over the five folds every image is tested exactly
once. Copies of an image, also resized, recompressed or flipped ones, go to the same part as it.

Where the publisher has dealt them, in `data/<name>/train/<class>/` and so on, it stays so: with
train, val and test there is one fold; with train and one other, every fold tests on that other, and
a fifth of train validates. A copy of a test image is left out of train.
"""
import argparse
import sys

from course.lists.folds import N_FOLDS
from course.lists.make import make_list

FEW = 5 * N_FOLDS           # images of a class: fewer than five to test on in a fold


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', help='the images, for instance data/cat_dog')
    parser.add_argument('--seed', type=int, default=0, help='another seed deals other parts')
    args = parser.parse_args()
    try:
        report = make_list(args.folder, seed=args.seed)
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'No lists written. {error}')
    lines = [f'{name}: {report.counts[name]} images, label {label}'
             for label, name in enumerate(report.classes)]
    few = [name for name in report.classes if report.counts[name] < FEW]
    if few and not report.splits:
        lines.append(f'few to test on: {", ".join(few)}. Train on each of the {N_FOLDS} folds, '
                     'then each image is tested once')
    lines += [f'left out: {path} {reason}' for path, reason in report.left_out]
    lines += [f'copies, kept in one part: {", ".join(group)}' for group in report.copies]
    if report.splits:
        lines.append(f'kept as the publisher has them: {", ".join(report.splits.values())}')
    if report.held and report.n_folds > 1:
        lines.append(f'every fold tests on {report.held}, and validates on a fifth of '
                     f'{report.splits["train"]}')
    folds = f'{report.n_folds} folds' if report.n_folds > 1 else 'fold 0'
    lines += [f'The lists of {folds} are in {report.out_dir}. '
              f'In the Config cell: dataset = {report.out_dir.parent.name!r}']
    if not f'{report.data_root}/'.startswith('data/'):
        lines[-1] += f', data_root = {report.data_root!r}'
    encoding = sys.stdout.encoding or 'utf-8'       # a console may not know every letter of a name
    print('\n'.join(lines).encode(encoding, 'backslashreplace').decode(encoding))


if __name__ == '__main__':
    main()
