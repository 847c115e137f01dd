"""`python predict.py`: what a trained model says about image files."""
import argparse
import contextlib
import os
import sys
from collections import Counter
from pathlib import Path

from course import workplace
from course.lists.layout import HIDDEN, IMAGE, natural_key

UNLIKE = 'unlike all training images: do not trust this'


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status: 1 where no file could be read."""
    parser = argparse.ArgumentParser(
        prog='predict.py', description='Say what is on images: the three most probable classes of '
        'a network that the notebook has trained.')
    parser.add_argument('images', nargs='+', metavar='IMAGE', help='files, or folders of images')
    parser.add_argument('--model', type=Path, help='the folder of a trained model, or of the '
                        'report on several folds (model/NAME_folds: the mean of their networks); '
                        'without it, the one in model/ that was tested last')
    parser.add_argument('--temperature', type=float, metavar='T', help='what the scores are '
                        'divided by: 1, as the network says; without it, what was fitted to the '
                        'validation images')
    parser.add_argument('--shares', choices=['equal', 'training'], default='equal',
                        help='how frequent the classes are taken to be: equally, as in the '
                        'training batches (the default), or as among the training images')
    parser.add_argument('--flips', action='store_true', help='the mean of the image and its mirror '
                        'image; takes twice as long')
    parser.add_argument('--csv', metavar='FILE', help='write a table')
    drawn = parser.add_mutually_exclusive_group()
    drawn.add_argument('--page', metavar='FILE', help='write a page (HTML) with heat maps')
    drawn.add_argument('--png', metavar='FILE', help='draw the images with their heat maps')
    options = parser.parse_args(arguments)
    for stream in sys.stdout, sys.stderr:
        stream.reconfigure(errors='replace')    # a name that the terminal cannot show stops nothing
    paths = files_of(options.images)
    try:
        return predict(paths, options)
    except (OSError, ValueError) as error:
        sys.exit(f'{error.filename}: {error.strerror}' if getattr(error, 'filename', None)
                 else str(error))


def files_of(names: list[str]) -> list[str]:
    """Files as they are named, and of folders all images below them, in natural order."""
    files = []
    for name in names:
        if not os.path.isdir(name):
            files.append(name)
            continue
        below = []
        for place, folders, found in os.walk(name):
            folders[:] = [folder for folder in folders if not HIDDEN.match(folder)]
            below += [os.path.join(place, file) for file in found
                      if IMAGE.search(file) and not HIDDEN.match(file)]
        if not below:
            print(f'{name} holds no image', file=sys.stderr)
        files += sorted(below, key=natural_key)
    return files


def predict(paths: list[str], options: argparse.Namespace) -> int:
    # TensorFlow takes seconds: not for --help
    from tqdm import tqdm

    from course.trained.ensemble import load
    from course.trained.folder import newest
    from course.trained.page import MOST_IN_PNG, Page, Table, save_png, whole
    from course.trained.predictions import Predictor

    if options.temperature is not None and not options.temperature > 0:
        raise ValueError(f'--temperature is {options.temperature:g}; it must be above 0')
    model = load(options.model or newest(workplace() / 'model'))
    print(model.sentence + ('' if options.model else ' (tested last; another one: --model FOLDER)'))
    print(*about_probabilities(model, options), sep='\n')
    if options.png and len(paths) > MOST_IN_PNG:
        raise ValueError(f'--png draws {MOST_IN_PNG} images at most, and these are {len(paths)}: '
                         'use --page')
    names, counts, kept, n_unlike = model.class_names, Counter(), [], 0
    with contextlib.ExitStack() as stack:
        predictor = stack.enter_context(Predictor(
            model, temperature=options.temperature, shares=options.shares, flips=options.flips))
        outputs = []
        if options.csv:
            outputs.append(Table(stack.enter_context(whole(options.csv)), names))
        if options.page:
            page = Page(stack.enter_context(whole(options.page)), names, model.first_pixel,
                        model.sentence)
            stack.callback(page.end)
            outputs.append(page)
        heat_maps = bool(options.page or options.png)
        for prediction in tqdm(predictor(paths, heat_maps), total=len(paths), unit='image',
                               leave=False, disable=len(paths) < 100 or not sys.stderr.isatty()):
            if prediction.reason:
                print(f'{prediction.path} {prediction.reason}: skipped', file=sys.stderr)
                continue
            first = prediction.first(names)
            counts[first[0][0]] += 1
            n_unlike += prediction.is_unlike
            if not options.csv:
                print(f'{prediction.path}: ' + ', '.join(f'{name} {p:.1%}' for name, p in first)
                      + f' ({UNLIKE})' * prediction.is_unlike)
            for output in outputs:
                output.add(prediction)
            kept += [prediction] * bool(options.png)
    if kept:
        save_png(options.png, kept, names, model.first_pixel)
    if len(paths) > 1:
        print(f'{counts.total()} of {len(paths)} files: '
              + ', '.join(f'{n} {name}' for name, n in counts.most_common())
              + f'; {n_unlike} unlike all training images' * bool(n_unlike))
    return 0 if counts else 1


def about_probabilities(model, options: argparse.Namespace) -> list[str]:
    """Lines that say what the probabilities are, and how to have others."""
    own = [member.temperature for member in model.members]
    if options.temperature is not None:
        lines = [f'Probabilities with temperature {options.temperature:g}, as you said.']
    elif None in own:
        lines = [f'{model.folder} is older than the calibration of probabilities: they are as the '
                 'network gives them, and no image is called unlike. Run section 6 again for both.']
    else:
        said = ' to '.join(dict.fromkeys(f'{t:.2f}' for t in (min(own), max(own))))
        lines = [f'Probabilities calibrated on the validation images, temperature {said} (as the '
                 'network says: --temperature 1).']
    shares = model.class_shares
    if options.shares == 'training':
        lines.append('They are for classes as frequent as among the training images.')
    elif max(shares) > 1.5 * min(shares):
        lines.append('They are for classes that are equally frequent, as in the answers that were '
                     'tested (as frequent as among the training images: --shares training).')
    return lines
