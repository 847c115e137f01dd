"""Does an exported model answer as the one it was made of? Asked in a process of its own."""
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from course import ROOT, workplace
from course.export import MOST_LOSS
from course.trained.folder import TEST, Trained_model
from course.trained.predictions import Predictor

SAME_PIXELS = 1e-3      # probabilities from the same pixels; measured: 1e-6
SAME_FILES = 0.01       # mean over the files, read and resized by each; measured: 0.002, and 0.013
#                         to 0.016 where images are resized in another way (bilinear, nearest)


class Test_images(NamedTuple):
    paths: list[str]
    labels: np.ndarray          # int (N,)
    probabilities: np.ndarray   # float32 (N, classes): what the model itself says, in float32


class Answers(NamedTuple):
    whole: np.ndarray           # float32 (N, classes): images as they are in their files
    square: np.ndarray          # the same, resized by the course before


def answers_of_original(model: Trained_model) -> Test_images:
    """What the model says about the images that it was tested on, with temperature 1: an exported
    model has the network's own probabilities.

    Raises FileNotFoundError where an image, or the list of them, is not there any more.
    """
    model.check_tested(TEST)
    rows = pd.read_csv(model.folder / TEST, dtype=str, keep_default_na=False)
    paths = [str(workplace() / path) for path in rows.files]
    with Predictor(model, 'float32', temperature=1) as predictor:
        found = list(predictor(paths))
    unread = [prediction for prediction in found if prediction.reason]
    if unread:
        raise FileNotFoundError(
            f'{len(unread)} of {len(found)} test images cannot be read: {unread[0].path} '
            f'{unread[0].reason}. The export is checked on them: put them back.')
    return Test_images(paths, rows.y_true.map(model.class_names.index).to_numpy(),
                       np.array([prediction.probabilities for prediction in found]))


def answers_of_export(folder: Path, model: Trained_model, paths: list[str]) -> Answers:
    """What the exported model in `folder` says, run by its own runtime in a new process.

    Raises ValueError, with the last line that it printed, where that fails.
    """
    with tempfile.TemporaryDirectory() as place:
        question = {'paths': paths, 'white': model.description['white'], 'size': model.img_size}
        Path(place, 'images.json').write_text(json.dumps(question), encoding='utf-8')
        process = subprocess.run(
            [sys.executable, '-m', 'course.export.runtime', str(Path(folder).resolve()), place],
            cwd=ROOT, capture_output=True, text=True, errors='replace')
        if process.returncode:
            last = (process.stderr.strip().splitlines() or ['no message'])[-1]
            raise ValueError(f'its runtime does not run it: {last}')
        with np.load(Path(place, 'answers.npz')) as answers:
            return Answers(answers['whole'], answers['square'])


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    return float((probabilities.argmax(axis=1) == labels).mean())


def compare(original: Test_images, exported: Answers) -> dict:
    """Both accuracies and how far the answers are from each other, as export.json has them."""
    truth, ours = original.labels, original.probabilities
    far = np.abs(exported.whole - ours).max(axis=1)
    return {'n_test': len(truth), 'accuracy_original': accuracy(ours, truth),
            'accuracy': accuracy(exported.whole, truth),
            'other_answers': int((exported.whole.argmax(1) != ours.argmax(1)).sum()),
            'mean_difference': float(far.mean()), 'largest_difference': float(far.max()),
            'largest_difference_same_pixels': float(np.abs(exported.square - ours).max())}


def refusal(found: dict, int8: bool, most_loss: float = MOST_LOSS) -> str | None:
    """Why a model with these differences is not to be used; None if it may be."""
    lost = 100 * (found['accuracy_original'] - found['accuracy'])
    if int8:
        return None if lost <= most_loss else (
            f'int8 loses {lost:.1f} points of accuracy, more than {most_loss:g} (--most-loss). '
            'Use it without --int8')
    if not found['largest_difference_same_pixels'] <= SAME_PIXELS:
        return (f'given the same pixels, its probabilities differ by up to '
                f'{found["largest_difference_same_pixels"]:.4f}, more than {SAME_PIXELS:g}')
    if not found['mean_difference'] <= SAME_FILES:
        return (f'given the same files, its probabilities differ by {found["mean_difference"]:.3f} '
                f'on average, more than {SAME_FILES:g}: it resizes images otherwise (another '
                'choice: --reduce)')
    return None
