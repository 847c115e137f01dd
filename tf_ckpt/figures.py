"""The pictures in tf_ckpt/README.md: a contact sheet of the source classes, the training curve.

    cp model/pretrain/log.csv tf_ckpt/pretrain_log.csv; python tf_ckpt/figures.py
"""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'data'))

import cv2  # noqa: E402, I001
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from source_pool import SIZE  # noqa: E402
from source_task import CLASSES, draw  # noqa: E402

COLUMNS, SIDE = 24, 64


def contact_sheet(path):
    """One picture of each class, in the order of CLASSES, as a JPEG."""
    pictures = [cv2.resize(draw(k, SIZE, np.random.default_rng([99, k])), (SIDE, SIDE),
                           interpolation=cv2.INTER_AREA) for k in range(len(CLASSES))]
    pictures += [np.full_like(pictures[0], 255)] * (-len(pictures) % COLUMNS)
    rows = [np.concatenate(pictures[k:k + COLUMNS], axis=1)
            for k in range(0, len(pictures), COLUMNS)]
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])


def curve(log, path):
    """Accuracy on held-out pictures and training loss over the pictures seen, as a PNG."""
    rows = pd.read_csv(log)
    seen, changes = rows.pictures / 1e6, rows['size'].ne(rows['size'].shift())
    fig, axes = plt.subplots(1, 2, figsize=(10, 3.2), dpi=75, layout='constrained')
    axes[0].plot(seen, rows.held_out, color='#D55E00')
    axes[0].set_title(f'Accuracy on held-out pictures, {len(CLASSES)} classes')
    axes[1].plot(seen, rows.loss, color='#0072B2')
    axes[1].set_title('Training loss')
    for ax in axes:
        ax.set_xlabel('pictures seen (millions)')
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
