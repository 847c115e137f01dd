"""The model card, README.md in the folder of a trained model, from what its model.json says.

Mitchell et al.: Model Cards for Model Reporting (FAT* 2019).
"""
import re

MOST_CLASSES = 20           # of a confusion matrix that can be read
SPLITS = 'class_shares', 'validated_on', 'tested_on'


def model_card(description: dict) -> str:
    """Markdown: data, figures, confusion, limits, and what the model is not for."""
    settings, names = description['settings'], description['class_names']
    share = description['figures']['accuracy']
    largest = max(description['tested_on'].values())
    start = settings.get('checkpoint') or 'random weights (from scratch)'
    return '\n'.join([
        f'# {cell(settings.get("dataset", "A trained model"))}: {len(names)} classes',
        '',
        f'A {description["network"]} that tells {listed(names)} apart. It started from {start} and '
        f'was trained for {description["epochs"]} '
        f'epoch{"s" * (description["epochs"] != 1)}; the weights are those of epoch '
        f'{description["epoch"]}, {description["rule"]}. It was tested on '
        f'{description["date"]}.',
        '',
        f'- Input: {description["input"]}.',
        *([] if description['usual_pixels'] else [
            '- The notebook changed the pixels further, in `preprocess_data` (see model.json): '
            'predict.py cannot do that.']),
        '- Output: a probability for each class; they add up to 1.' + calibrated(description),
        f'- Run: {description["run"]}.',
        '',
        '## Data',
        '',
        f'Dataset {cell(settings.get("dataset"))}, fold {settings.get("fold")}. Training batches '
        'held the classes in equal numbers.',
        '',
        *table(['class', 'training', 'validation', 'test'],
               [[name, *(description[split][name] for split in SPLITS)] for name in names]),
        '',
        '## Figures',
        '',
        f'{percent(share["value"])} of {description["n_test"]} test images were right. Always '
        f'giving the most frequent class would score {percent(largest / description["n_test"])}.',
        '',
        *table(['measure', 'value', '95 % confidence interval'],
               [[name, number(row['value']), interval(row)]
                for name, row in description['figures'].items()]),
        '',
        *confusion(names, description['confusion']),
        '## Limits',
        '',
        *limits(description),
        '',
        '## Not for',
        '',
        'This model comes out of a course. It is not for decisions about people, their health, '
        'safety, money or rights, nor for anything that nobody checks.',
        '',
        '## Use it',
        '',
        '`python predict.py IMAGE --model <this folder>`, in the course that it comes from.',
        '', f'Made with {listed([f"{k} {v}" for k, v in description["versions"].items()])}.', ''])


def calibrated(description):
    found = description.get('calibration')
    return '' if found is None else (
        f' predict.py divides the scores by {found["temperature"]:.2f}, which was fitted to the '
        'validation images.')


def limits(description):
    """What the figures do not cover, a line each."""
    few = [name for name, n in description['tested_on'].items() if n < 30]
    lines = ['- It answers with one of its classes whatever the image shows, also with a high '
             'probability.' + (' predict.py says which images are unlike all training images, as '
                               'far as it can tell.' if 'unlike' in description else ''),
             '- The figures are for images like those of the dataset. For images from elsewhere '
             '(another camera, place or kind) they say little: test it on some first.',
             f'- Each image is squashed to {description["img_size"]} x {description["img_size"]} '
             'pixels: what is small in it is lost.']
    if few:
        lines.append(f'- Fewer than 30 images were tested of {listed(few)}.')
    shares = description['class_shares'].values()
    if max(shares) > 1.5 * min(shares):
        lines.append('- It takes the classes to be equally frequent. Of a rare one it gives too '
                     'high probabilities.')
    return lines


def confusion(names, counts):
    if len(names) > MOST_CLASSES:
        return []
    return ['Rows: the true class. Columns: the predicted one.', '',
            *table(['', *names], [[name, *row] for name, row in zip(names, counts)]), '']


def table(head, rows):
    """Lines of a Markdown table."""
    return ['| ' + ' | '.join(map(cell, row)) + ' |'
            for row in [head, ['---'] * len(head), *rows]]


def cell(value):
    """Names may hold what Markdown or HTML would take for its own."""
    return re.sub(r'([\\`*_~|<>&\[\]])', r'\\\1', str(value)).replace('\n', ' ')


def listed(names, most=10):
    names = [cell(name) for name in names]
    if len(names) > most:
        return f'{", ".join(names[:most])} and {len(names) - most} more'
    return ' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))


def number(value):
    return f'{value:.3f}'


def percent(value):
    return f'{100 * value:.1f} %'


def interval(row):
    return 'none' if row['low'] is None else f'{number(row["low"])} to {number(row["high"])}'
