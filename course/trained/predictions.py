"""Predictions for image files: read on threads while the network works on those before."""
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from course.batch_queue import BatchQueue
from course.cores import cores
from course.images import BadImage, read_image, resized
from course.plots.images import over_image
from course.session import FLOAT32, choose_precision
from course.trained.folder import HEAT_MAPS, IMAGES, PROBABILITIES, Trained_model

BATCH = 32


class Prediction(NamedTuple):
    """What is said about one file."""

    path: str
    reason: str = ''                    # why the file cannot be read; then there is no more
    image: np.ndarray | None = None     # uint8 (img_size, img_size, 3), RGB, as the network sees it
    width: int = 0                      # of the image in the file, to its height
    height: int = 0
    probabilities: np.ndarray | None = None     # float32 (classes,)
    heat_map: np.ndarray | None = None          # float32 (h, w), where it was asked for

    def first(self, class_names: Sequence[str], n: int = 3) -> list[tuple[str, float]]:
        """The n most probable classes: [(name, probability), ...]."""
        order = np.argsort(-self.probabilities, kind='stable')[:n]
        return [(class_names[i], float(self.probabilities[i])) for i in order]

    def over_image(self, first_pixel: float) -> np.ndarray:
        """The image under its heat map, as plots.heat_maps draws it: uint8, as large as image."""
        heat = over_image(self.heat_map, *self.image.shape[:2], first_pixel)
        heat = (heat - heat.min()) / max(np.ptp(heat), 1e-12)
        colours = cv2.applyColorMap(np.uint8(255 * heat), cv2.COLORMAP_PLASMA)[..., ::-1]
        share = 0.75 * heat[..., None]
        return np.uint8(share * colours + (1 - share) * self.image)


class Predictor:
    """`with Predictor(model) as predictor: for prediction in predictor(paths): ...`

    precision: see course.session.choose_precision; None: float32 if the training was in float32,
        else what is fastest on this machine.
    Raises ValueError where the model's images are not made as read_resized makes them: the code
    that did is not in its folder.
    """

    def __init__(self, model: Trained_model, precision: str | None = None):
        if not model.description['usual_pixels']:
            raise ValueError(
                f'{model.folder} was trained on pixels that preprocess_data had changed further '
                f'(its code is in {model.folder}/model.json), and only the notebook can do that. '
                'Make that change in the graph, in section 3, and train again: the graph is kept.')
        self.model = model
        trained_in = model.description['settings'].get('precision', FLOAT32)
        self.session = model.session(
            precision or choose_precision(False if trained_in == FLOAT32 else 'auto'))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.session.close()

    def __call__(self, paths: Sequence, heat_maps: bool = False) -> Iterator[Prediction]:
        """One Prediction for each path, in order; of a file that cannot be read, with a reason."""
        parts = [paths[i:i + BATCH] for i in range(0, len(paths), BATCH)]
        with BatchQueue(lambda k: [self._read(path) for path in parts[k]], cores(),
                        len(parts)) as batches:
            for _ in parts:
                yield from self._predict(batches.get(), heat_maps)

    def _read(self, path):
        size, white = self.model.img_size, self.model.description['white']
        try:
            image = read_image(path, least=size, white=white)
        except BadImage as error:
            return Prediction(path, error.reason)
        return Prediction(path, image=resized(image, size), width=image.shape[1],
                          height=image.shape[0])

    def _predict(self, batch, heat_maps):
        x = [prediction.image for prediction in batch if not prediction.reason]
        if not x:
            return batch
        prob, *maps = self.session.run([PROBABILITIES] + [HEAT_MAPS] * heat_maps,
                                       {IMAGES: np.array(x)})
        prob /= prob.sum(axis=1, keepdims=True)     # in 16 bits they add up to 1.001, say
        found = iter(zip(prob, *maps))
        return [prediction if prediction.reason else
                prediction._replace(**dict(zip(('probabilities', 'heat_map'), next(found))))
                for prediction in batch]
