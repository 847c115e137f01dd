"""Command line: `python -m course.export model/<name> --to savedmodel|onnx|tflite [--int8]`"""
import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from course import workplace
from course.export import MOST_LOSS
from course.images import START_OF_JPEG, BadImage, read_image
from course.one_at_a_time import one_at_a_time

REPRESENTATIVE = 100    # training images by which int8 chooses its ranges
README = """# {title} of {name}

{input}, and returns a probability for each of {n} classes, in this order: {classes}
(`class_names` in export.json). {accuracy:.1%} of {n_test} test images were right; the model that
it was made of: {accuracy_original:.1%}.

```python
{example}
```

The probabilities are the network's own. {calibration}

`images` is a uint8 array of shape (N, height, width, 3), for example one photograph:
`np.array(PIL.Image.open('photo.jpg').convert('RGB'))[None]`. Do not resize or scale it: that is
part of the model.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog='python -m course.export', description='Write a trained '
                                     'model as a file for others, and check what it answers.')
    parser.add_argument('model', type=Path, help='its folder, model/<name>')
    parser.add_argument('--to', required=True, choices=['savedmodel', 'onnx', 'tflite'])
    parser.add_argument('--int8', action='store_true',
                        help='tflite: whole numbers of 8 bits, a quarter of the size')
    parser.add_argument('--most-loss', type=float, metavar='POINTS', default=MOST_LOSS,
                        help='of accuracy that --int8 may lose (default: %(default)g)')
    parser.add_argument('--reduce', choices=['auto', 'yes', 'no'], default='auto',
                        help='make large images smaller first, as the course does with JPEGs '
                        '(default: if most test images are JPEGs)')
    options = parser.parse_args()
    if options.int8 and options.to != 'tflite':
        parser.error('--int8 is for --to tflite')
    try:
        folder = export(options.model, f'{options.to}{"_int8" * options.int8}', options.reduce,
                        options.most_loss)
    except (OSError, ValueError) as error:
        sys.exit(f'{error.filename} cannot be written: {error.strerror}'
                 if getattr(error, 'filename', None) else str(error))
    print(f'{folder} holds the model, README.md (how to run it) and export.json (class names)')


def export(model_folder: Path, name: str, reduce: str = 'auto',
           most_loss: float = MOST_LOSS) -> Path:
    """Write the model of a folder in a format of FORMATS; prints what both of them answer.

    Returns the new folder, model_folder/<name>. It has this name only when it has been checked.
    Raises FileNotFoundError and ValueError where the model, its test images or a library are
    missing, and where the exported model answers otherwise.
    """
    # TensorFlow takes seconds: not for --help
    from course.export import check, formats
    from course.trained.folder import DESCRIPTION, Trained_model

    kind, lacking = formats.FORMATS[name], formats.missing(name)
    if lacking:
        raise ValueError(f'{kind.title} needs {" and ".join(lacking)}: pip install -r '
                         'requirements-export.txt')
    model = Trained_model.load(os.path.abspath(model_folder))
    original = check.answers_of_original(model)     # which also refuses what only a notebook reads
    reduced = n_jpegs(original.paths) * 2 >= len(original.paths) if reduce == 'auto' else (
        reduce == 'yes')
    if reduce == 'auto':
        print(f'{n_jpegs(original.paths)} of {len(original.paths)} test images are JPEGs, so large '
              f'images are {"" if reduced else "not "}reduced first, as the course does when it '
              'decodes a JPEG (another choice: --reduce)')
    target = model.folder / name
    aside = target.with_name(f'{name}.part')
    with one_at_a_time(model.folder / DESCRIPTION):
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        try:
            print(f'Writing {kind.title} ...', flush=True)
            graph_def = formats.any_size_graph(model, reduced)
            images = training_images(model, original.paths) if name.endswith('int8') else iter(())
            formats.write(name, graph_def, aside, model.class_names, images)
            found = check.compare(original, check.answers_of_export(aside, model, original.paths))
            say(found, kind.title)
            why_not = check.refusal(found, name.endswith('int8'), most_loss)
            if why_not:
                raise ValueError(f'Not written: {why_not}.')
            describe(aside, model, kind, reduced, found)
            shutil.rmtree(target, ignore_errors=True)
            os.rename(aside, target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return model_folder / name


def say(found: dict, title: str) -> None:
    """Print both accuracies, and how far the answers are from each other."""
    gained = 100 * (found['accuracy'] - found['accuracy_original'])
    print(f'Accuracy on {found["n_test"]} test images\n'
          f'  the trained model, in float32: {found["accuracy_original"]:.1%}\n'
          f'  {title}, given the files as they are: {found["accuracy"]:.1%} ({gained:+.1f} points; '
          f'another answer to {found["other_answers"]} of them)\n'
          f'Probabilities differ by {found["mean_difference"]:.4f} on average and by '
          f'{found["largest_difference"]:.3f} at most; given the same pixels, by '
          f'{found["largest_difference_same_pixels"]:.6f} at most')


def describe(folder: Path, model, kind, reduced: bool, found: dict) -> None:
    """Write README.md and export.json into the folder of an exported model."""
    from course.trained.card import cell
    names = model.class_names
    facts = {
        'format': kind.title, 'file': kind.file, 'class_names': names, **found,
        'input': 'takes images as uint8 (N, height, width, 3), RGB, 0 to 255, of any size',
        'resized_to': model.img_size, 'reduced_first': reduced,
        'output': 'probabilities, float32 (N, classes)', 'temperature': model.temperature,
        'run': model.description['run'],
        'network': model.network, 'written': time.strftime('%Y-%m-%d %H:%M:%S')}
    (folder / 'export.json').write_text(json.dumps(facts, indent=1, ensure_ascii=False),
                                        encoding='utf-8')
    text = README.format(
        title=kind.title, name=cell(model.folder.resolve().name), example=kind.example,
        n=len(names), classes=', '.join(map(cell, names[:10])) + ', ...' * (len(names) > 10),
        calibration='' if model.temperature is None else (
            f'To calibrate them, divide their logarithms by {model.temperature:.3f} and take the '
            'softmax (`temperature` in export.json).'),
        **{**found, 'input': f'It {facts["input"]}'})
    (folder / 'README.md').write_text(text, encoding='utf-8')


def training_images(model, tested: list[str]) -> Iterator[np.ndarray]:
    """Up to REPRESENTATIVE images of the training lists, uint8 (1, H, W, 3), as many of each class.

    Raises FileNotFoundError where the lists of the training are not there any more.
    """
    from course.lists.check import read_lists
    settings = model.description['settings']
    os.chdir(workplace())                       # the lists are there, and what they name
    _, dataframes = read_lists(settings['dataset'], settings['fold'], settings.get('data_root'))
    each = max(1, REPRESENTATIVE // len(dataframes))
    chosen = [path for train, *_ in dataframes
              for path in train.path.iloc[np.linspace(0, len(train) - 1, min(each, len(train)))
                                          .astype(int)] if str(workplace() / path) not in tested]
    print(f'int8: ranges chosen by {len(chosen)} training images')
    for path in chosen:
        try:
            yield read_image(path, white=model.description['white'])[None]
        except BadImage as error:
            print(error)


def n_jpegs(paths: list[str]) -> int:
    n = 0
    for path in paths:
        with open(path, 'rb') as file:
            n += file.read(2) == START_OF_JPEG
    return n


if __name__ == '__main__':
    main()
