"""`python predict.py`: what a trained model says about image files."""
import argparse
import contextlib
import os
import sys
from collections import Counter
from pathlib import Path

from course import workplace
from course.lists.layout import HIDDEN, IMAGE, natural_key


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status: 1 where no file could be read."""
    parser = argparse.ArgumentParser(
        prog='predict.py', description='Say what is on images: the three most probable classes of '
        'a network that the notebook has trained.')
    parser.add_argument('images', nargs='+', metavar='IMAGE', help='files, or folders of images')
    parser.add_argument('--model', type=Path, help='the folder of a trained model; without it, the '
                        'one in model/ that was tested last')
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

    from course.trained.folder import Trained_model, newest
    from course.trained.page import MOST_IN_PNG, Page, Table, save_png, whole
    from course.trained.predictions import Predictor

    model = Trained_model.load(options.model or newest(workplace() / 'model'))
    print(model.sentence + ('' if options.model else ' (tested last; another one: --model FOLDER)'))
    if max(model.class_shares) > 1.5 * min(model.class_shares):
        print('The probabilities are for classes that are equally frequent.')
    if options.png and len(paths) > MOST_IN_PNG:
        raise ValueError(f'--png draws {MOST_IN_PNG} images at most, and these are {len(paths)}: '
                         'use --page')
    names, counts, kept = model.class_names, Counter(), []
    with contextlib.ExitStack() as stack:
        predictor = stack.enter_context(Predictor(model))
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
            if not options.csv:
                print(f'{prediction.path}: ' + ', '.join(f'{name} {p:.1%}' for name, p in first))
            for output in outputs:
                output.add(prediction)
            kept += [prediction] * bool(options.png)
    if kept:
        save_png(options.png, kept, names, model.first_pixel)
    if len(paths) > 1:
        print(f'{counts.total()} of {len(paths)} files: '
              + ', '.join(f'{n} {name}' for name, n in counts.most_common()))
    return 0 if counts else 1
