"""Images, each of its own, and a folder of cats and dogs to make lists of."""
import cv2
import numpy as np
import pytest


def save(path, number):
    """One image of its own for every number, without loss for .png."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())


@pytest.fixture
def pets(tmp_path):
    """12 cats and 7 dogs as Kaggle names them."""
    folder = tmp_path / 'pets'
    for i in range(12):
        save(folder / f'cat.{i}.png', i)
    for i in range(7):
        save(folder / f'dog.{i}.jpg', 100 + i)
    return folder
