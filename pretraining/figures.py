"""The figures of pretraining/README.md: a contact sheet of the source classes, the training curve.

    cp model/pretrain/log.csv pretraining/pretrain_log.csv; python -m pretraining.figures
"""
from pathlib import Path

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from drawing.source.source_pool import SIZE
from drawing.source.source_task import CLASSES, draw
from pretraining.pretrain import ROUNDS

HERE = Path(__file__).resolve().parent
COLUMNS, SIDE = 24, 64


def contact_sheet(path):
    """One image of each class, in the order of CLASSES, as a JPEG."""
    images = [cv2.resize(draw(k, SIZE, np.random.default_rng([99, k])), (SIDE, SIDE),
                           interpolation=cv2.INTER_AREA) for k in range(len(CLASSES))]
    images += [np.full_like(images[0], 255)] * (-len(images) % COLUMNS)
    rows = [np.concatenate(images[k:k + COLUMNS], axis=1)
            for k in range(0, len(images), COLUMNS)]
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])


def rounds(log):
    """Markdown: what the log says about the two rounds of the training.

    log: a row for every 500 steps; `images` and `seconds` count from the beginning.
    """
    ends = np.cumsum([part.steps for part in ROUNDS])
    parts = [log[(log.step > end - part.steps) & (log.step <= end)]
             for end, part in zip(ends, ROUNDS)]
    last = [part.iloc[-1] for part in parts]
    before = [0, *(row.images for row in last)], [0, *(row.seconds for row in last)]

    lines = [['', 'first round', 'second round'], ['---'] * 3,
             ['images seen', *(f'{row.images - was:,.0f}' for row, was in zip(last, before[0]))],
             ['minutes', *(f'{(row.seconds - was) / 60:.0f}'
                           for row, was in zip(last, before[1]))],
             *([f'held-out accuracy, at the end of {size} pixels',
                *(f'{part[part["size"] == size].held_out.iloc[-1]:.1%}' for part in parts)]
               for size in (64, 96))]
    return '\n'.join(f'| {" | ".join(cells)} |' for cells in lines)


def curve(log, path):
    """Accuracy on held-out images and training loss over the images seen, as a PNG."""
    rows = pd.read_csv(log)
    seen, changes = rows.images / 1e6, rows['size'].ne(rows['size'].shift())
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.2), dpi=75, layout='constrained')
    axes[0].plot(seen, rows.held_out, color='#D55E00')
    axes[0].set_title(f'Accuracy on held-out images, {len(CLASSES)} classes')
    axes[1].plot(seen, rows.loss, color='#0072B2')
    axes[1].set_title('Training loss')
    for ax in axes:
        ax.set_xlabel('images seen (millions)')
        ax.spines[['top', 'right']].set_visible(False)
        ax.grid(alpha=0.3)
        for k, (x, size) in enumerate(zip(seen[changes], rows['size'][changes])):
            ax.axvline(x, color='#666666', linestyle=':')
            ax.text(x, 0.98 - 0.09 * (k % 2), f' {size} px', va='top', color='#666666',
                    transform=ax.get_xaxis_transform())
    fig.savefig(path)


if __name__ == '__main__':
    contact_sheet(HERE / 'source_classes.jpg')
    curve(HERE / 'pretrain_log.csv', HERE / 'curve.png')
