"""The image at the top of README, from the outputs of the notebook: `python docs/overview.py`

What the transfer was worth, and below it where the network looked.
"""
import base64
from pathlib import Path

import cv2
import nbformat
import numpy as np
from PIL import Image

from course import ROOT
from course.notebooks import MAIN, cell_with_tag


def last_image(notebook, tag):
    """The last image that the cell with this tag has put out: uint8 [height, width, 3], BGR."""
    outputs = cell_with_tag(notebook, tag).outputs
    png = [o.data['image/png'] for o in outputs if 'image/png' in o.get('data', {})][-1]
    return cv2.imdecode(np.frombuffer(base64.b64decode(png), np.uint8), cv2.IMREAD_COLOR)


def main(target: Path = ROOT / 'docs' / 'overview.png') -> None:
    notebook = nbformat.read(MAIN, 4)
    images = [last_image(notebook, tag) for tag in ('scratch', 'heat_maps')]
    width = max(image.shape[1] for image in images)
    white = [cv2.copyMakeBorder(image, 0, 0, 0, width - image.shape[1], cv2.BORDER_CONSTANT,
                                value=(255, 255, 255)) for image in images]
    whole = Image.fromarray(cv2.cvtColor(np.concatenate(white), cv2.COLOR_BGR2RGB))
    whole.quantize(256).save(target, optimize=True)


if __name__ == '__main__':
    main()
