"""Bellflowers and marigolds: two of the classes that the shipped checkpoint was trained on.

The images are new and larger, but drawn by the code that drew those of the pre-training: a test on
them is a test on what the checkpoint has seen.
"""

from drawing.source import source_task

SPECIES = {'bellflower': 'plant/bellflower', 'marigold': 'plant/marigold'}   # names of the source


def draw(name, rng):
    """Draw one picture.

    name: one of SPECIES (KeyError for another); rng: a numpy Generator.
    Returns uint8 RGB (H, W, 3), sides 180..500.
    """
    size = int(rng.integers(240, 501))
    square = source_task.draw(source_task.CLASSES.index(SPECIES[name]), size, rng)
    cut = int(rng.uniform(0, 0.25) * size)
    start = int(rng.integers(0, cut + 1))
    kept = slice(start, start + size - cut)
    return square[kept] if rng.random() < 0.7 else square[:, kept]
