"""What 25,000 images cost: lists, the first batch, memory, and whether it stays flat.

    python -m benchmarks.scale [--images 1000 5000 25000]

draws the images (once; they stay in model/benchmarks/): a fifth are drawings, the others are four
crops of each. Then for each number of them, at 224 pixels, it makes the lists, reads them and waits
for the first batch, makes five epochs of training batches and one of validation, and trains a few
hundred steps. Each number has a process of its own; its resident memory is measured along the way.

Writes results/scale.csv, results/scale_memory.csv and results/scale.png.
"""
import argparse
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import psutil  # comes with ipykernel

from course import ROOT
from course.lists.make import make_list
from course.notebooks import Cells
from drawing.cats_dogs.cat_dog import ANIMALS
from drawing.render import SETS, render

RESULTS = ROOT / 'benchmarks' / 'results'
DRAWN, IMAGES = (ROOT / 'model' / 'benchmarks' / name for name in ('drawn', 'many'))

SIZE, EPOCHS, STEPS, OF_EACH = 224, 5, 300, 5
SEED = 1                                    # not that of the course's images


def draw(n):
    """Make <animal>.<k>.jpg for k < n / 2 in IMAGES; what is there is not made again."""
    render(SETS['cat_dog'], DRAWN, -(-n // 2 // OF_EACH), SEED)
    IMAGES.mkdir(exist_ok=True)
    for animal in ANIMALS:
        for k in range(n // 2):
            target = IMAGES / f'{animal}.{k}.jpg'
            if not target.exists():
                write(DRAWN / f'{animal}.{k // OF_EACH}.jpg', target, k)


def write(drawn, target, k):
    """The drawn image as it is for every OF_EACH-th k, for the others a crop of it."""
    image, rng = cv2.imread(str(drawn)), np.random.default_rng(k)
    if k % OF_EACH:
        sides = np.array(image.shape[:2])
        top, left = begin = np.int64(rng.uniform(0, 0.3, 2) * sides)
        bottom, right = begin + np.int64(0.7 * sides)
        image = image[top:bottom, left:right]
    cv2.imwrite(str(target), image)


def one_number(n):
    """Everything for n images: (a dict for scale.csv, a list of dicts for scale_memory.csv)."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.mkdir('many')
        for name in [f'{animal}.{k}.jpg' for animal in ANIMALS for k in range(n // 2)]:
            os.symlink(IMAGES / name, f'many/{name}')
        try:
            return in_folder(n)
        finally:
            os.chdir(ROOT)


def in_folder(n):
    began = time.perf_counter()
    make_list('many', 'data_list/many/k_fold')
    row = {'images': n, 'make_list': time.perf_counter() - began}

    memory, began = [], time.perf_counter()
    cells = Cells(dataset='many', img_size=SIZE, checkpoint='', data_root=None)
    names = cells.run_until('generators')
    loaded = time.perf_counter()
    generators = names['generators']
    with generators.start_train_threads():
        generators.train_queue.get()
        row['packages and lists'], row['first batch'] = loaded - began, time.perf_counter() - loaded

        def look(what, count):
            memory.append({'images': n, 'what': what, 'count': count,
                           'megabytes': psutil.Process().memory_info().rss / 1e6})

        look('begin', 0)
        began = time.perf_counter()
        batches = generators.train_len // generators.batch_size
        for epoch in range(EPOCHS):
            for _ in range(batches):
                generators.train_queue.get()
            look('generator, epochs', epoch + 1)
        row['training images/s'] = (EPOCHS * batches * generators.batch_size
                                      / (time.perf_counter() - began))
        began = time.perf_counter()
        for _ in generators.iter_val():
            pass
        row['validation images/s'] = generators.val_len / (time.perf_counter() - began)
        look('validation', 1)
        row['validation as float32, MB'] = generators.val_len * SIZE * SIZE * 3 * 4 / 1e6

        train(cells.run_until('restore'), generators, look)
    row['most memory, MB'] = max(m['megabytes'] for m in memory)
    return row, memory


def train(names, generators, look):
    """STEPS steps of the notebook's network on the batches that come."""
    feeds = [names[name] for name in ('input_img', 'y_true', 'is_training', 'lr')]
    for step in range(1, STEPS + 1):
        x, y = generators.train_queue.get()
        names['sess'].run([names['update'], names['loss']], dict(zip(feeds, (x[0], y, True, 1e-4))))
        if step % 25 == 0:
            look('training, steps', step)


def table(rows):
    """Markdown: the cost of each number of images."""
    lines = ['| images | `make_list`, s | packages and lists, s | first batch, s | most memory, '
             'MB | validation as float32, MB |', '|---' * 6 + '|']
    for _, row in rows.iterrows():
        lines.append(f'| {row.images:,.0f} | {row["make_list"]:.3g} | '
                     f'{row["packages and lists"]:.1f} | {row["first batch"]:.2f} | '
                     f'{row["most memory, MB"]:,.0f} | {row["validation as float32, MB"]:,.0f} |')
    return '\n'.join(lines)


def steadiness(memory):
    """Markdown: how far memory moves while a training runs."""
    part = memory.groupby(['images', 'what']).megabytes
    spread = (part.max() - part.min()).groupby('what').max()
    return (f'Memory stays within {spread["generator, epochs"]:.0f} MB over {EPOCHS} epochs of '
            f'batches and within {spread["training, steps"]:.0f} MB over {STEPS} training steps.')


def plot(rows, memory):
    """Cost against the number of images, and memory over a training, as a matplotlib figure."""
    fig, axes = plt.subplots(1, 3, figsize=(11, 3.2), dpi=75, layout='constrained')
    for name in ('make_list', 'packages and lists', 'first batch'):
        axes[0].loglog(rows.images, rows[name], 'o-', label=name)
    axes[0].set(xlabel='images', ylabel='seconds', title='Before the training')
    axes[1].semilogx(rows.images, rows['most memory, MB'] / 1e3, 'o-', label='the whole process')
    axes[1].semilogx(rows.images, rows['validation as float32, MB'] / 1e3, 'o--',
                     label='validation as float32 alone')
    axes[1].set(xlabel='images', ylabel='GB', ylim=(0, 3.5), title='Memory')
    part = memory[(memory.images == memory.images.max())
                  & (memory.what == 'training, steps')]
    axes[2].plot(part['count'], part.megabytes / 1e3)
    axes[2].set(xlabel='training steps', ylabel='GB', ylim=(0, 3.5),
                title=f'Memory, {memory.images.max():,} images')
    for ax in axes[:2]:
        ax.legend(fontsize=8)
    return fig


def main():
    parser = argparse.ArgumentParser(description='What many images cost.')
    parser.add_argument('--images', type=int, nargs='+', default=[1000, 5000, 25000])
    args = parser.parse_args()
    draw(max(args.images))
    rows, memory = [], []
    for n in args.images:
        with ProcessPoolExecutor(1, get_context('spawn')) as pool:
            row, looks = pool.submit(one_number, n).result()
        rows.append(row)
        memory += looks
        print(row, flush=True)
    rows, memory = pd.DataFrame(rows), pd.DataFrame(memory)
    RESULTS.mkdir(exist_ok=True)
    rows.to_csv(RESULTS / 'scale.csv', index=False, float_format='%.2f')
    memory.to_csv(RESULTS / 'scale_memory.csv', index=False, float_format='%.0f')
    plot(rows, memory).savefig(RESULTS / 'scale.png')
    print(table(rows), steadiness(memory), sep='\n\n')


if __name__ == '__main__':
    main()
