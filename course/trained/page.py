"""Predictions to look at and to compute with: a page, an image, a table. Each whole or not at all.
"""
import base64
import contextlib
import csv
import html
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import cv2

from course import plots
from course.lists.layout import FORMULA
from course.trained.predictions import Prediction

MOST_IN_PNG = 60
TOP = 3
HEAD = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Predictions</title>
<style>
body { font-family: sans-serif; margin: 1em; overflow-wrap: anywhere }
main { display: flex; flex-wrap: wrap; gap: 1em }
figure { margin: 0; width: 20em; max-width: 100% }
img { width: calc(50% - 2px); vertical-align: top }
</style>
"""


@contextlib.contextmanager
def whole(path: str | os.PathLike) -> Iterator[TextIO]:
    """A text file to write to, which gets its name when all is written. Raises OSError."""
    aside = Path(f'{path}.part')
    try:
        with open(aside, 'w', encoding='utf-8', errors='replace', newline='') as file:
            yield file
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


class Table:
    """A CSV file of predictions, a row for each: file, the TOP most probable classes, and 'yes' for
    an image that is unlike all training images."""

    def __init__(self, file: TextIO, class_names: list[str]):
        self.class_names, self.rows = class_names, csv.writer(file, lineterminator='\n')
        n = min(TOP, len(class_names))
        self.rows.writerow(['file'] + [f'{what}_{k}' for k in range(1, n + 1)
                                       for what in ('class', 'probability')] + ['unlike'])

    def add(self, prediction: Prediction) -> None:
        path = str(prediction.path)
        self.rows.writerow([f'./{path}' if FORMULA.match(path) else path] + [
            value for name, share in prediction.first(self.class_names, TOP)
            for value in (name, f'{share:.4f}')] + ['yes' * prediction.is_unlike])


class Page:
    """A page in HTML that holds its images: each file, its heat map, and what is probable."""

    def __init__(self, file: TextIO, class_names: list[str], first_pixel: float, sentence: str):
        self.file, self.class_names, self.first_pixel = file, class_names, first_pixel
        file.write(f'{HEAD}<h1>Predictions</h1>\n<p>{html.escape(sentence)}. The network answers '
                   'with one of its classes, whatever the image shows.</p>\n<main>\n')

    def add(self, prediction: Prediction) -> None:
        first = prediction.first(self.class_names, TOP)
        name, share = first[0]
        shape = f'style="aspect-ratio: {prediction.width} / {prediction.height}"'
        said = html.escape(f'{prediction.path}: {name}, {share:.1%}')
        self.file.write(
            f'<figure><img src="{in_page(prediction.image)}" {shape} alt="{said}">\n'
            f'<img src="{in_page(prediction.over_image(self.first_pixel))}" {shape} '
            f'alt="heat map: what speaks for {html.escape(name)}">\n'
            f'<figcaption>{html.escape(str(prediction.path))}<br>'
            + '<br>'.join(f'{html.escape(name)} {share:.1%}' for name, share in first)
            + '<br><strong>unlike all training images</strong>' * prediction.is_unlike
            + '</figcaption></figure>\n')

    def end(self) -> None:
        self.file.write('</main>\n</html>\n')


def in_page(image) -> str:
    """An RGB image as the address of a JPEG that is part of the page."""
    _, data = cv2.imencode('.jpg', image[..., ::-1])
    return 'data:image/jpeg;base64,' + base64.b64encode(data).decode()


def figure(predictions: list[Prediction], class_names: list[str], first_pixel: float):
    """A matplotlib Figure: each image, beside it the heat map, above them file and classes."""
    images, titles = [], []
    for prediction in predictions:
        images += [prediction.image, prediction.over_image(first_pixel)]
        titles += [Path(prediction.path).name, '\n'.join([
            *(f'{name} {share:.1%}' for name, share in prediction.first(class_names, TOP)),
            *['unlike all training images'] * prediction.is_unlike])]
    return plots.show_images(images, titles, n_cols=6)


def save_png(path: str, predictions: list[Prediction], class_names: list[str],
             first_pixel: float) -> None:
    """Write `figure` as a PNG file. Raises OSError."""
    aside = f'{path}.part'
    try:
        figure(predictions, class_names, first_pixel).savefig(aside, format='png')
        os.replace(aside, path)
    finally:
        Path(aside).unlink(missing_ok=True)
