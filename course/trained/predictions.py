"""Predictions for image files: read on threads while the network works on those before."""
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np

from course.batch_queue import BatchQueue
from course.cores import cores
from course.images import BadImage, read_image, resized
from course.plots.images import over_image
from course.prior import in_proportion
from course.session import FLOAT32, choose_precision
from course.sure.calibration import with_temperature
from course.trained.ensemble import Ensemble
from course.trained.folder import FEATURES, HEAT_MAPS, IMAGES, PROBABILITIES, Trained_model

BATCH = 32
EQUAL, TRAINING = 'equal', 'training'       # how frequent the classes are taken to be


class Prediction(NamedTuple):
    """What is said about one file."""

    path: str
    reason: str = ''                    # why the file cannot be read; then there is no more
    image: np.ndarray | None = None     # uint8 (img_size, img_size, 3), RGB, as the network sees it
    width: int = 0                      # of the image in the file, to its height
    height: int = 0
    probabilities: np.ndarray | None = None     # float32 (classes,)
    heat_map: np.ndarray | None = None          # float32 (h, w), where it was asked for
    distance: float | None = None       # from the nearest training image; above 1 it is unlike all

    @property
    def is_unlike(self) -> bool:
        """Whether it is farther from the training images than 95 % of the validation images."""
        return self.distance is not None and bool(self.distance > 1)

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
    temperature: what the logits are divided by; None: what was fitted to the validation images of
        each network, 1 where the folder does not say. shares: 'equal', as in the training batches
        and in the answers that were tested; 'training': as frequent as among the training images.
    flips: the mean of the image and its mirror image; its heat map is that of the image.

    Of an Ensemble, probabilities, distances and heat maps are means over its networks.
    Raises ValueError where the model's images are not made as read_resized makes them: the code
    that did is not in its folder.
    """

    def __init__(self, model: Trained_model | Ensemble, precision: str | None = None,
                 temperature: float | None = None, shares: str = EQUAL, flips: bool = False):
        for member in model.members:
            if not member.description['usual_pixels']:
                raise ValueError(
                    f'{member.folder} was trained on pixels that preprocess_data had changed '
                    f'further (its code is in {member.folder}/model.json), and only the notebook '
                    'can do that. Make that change in the graph, in section 3, and train again: '
                    'the graph is kept.')
        self.model, self.flips = model, flips
        self.temperatures = [temperature or member.temperature or 1 for member in model.members]
        self.shares = model.class_shares if shares == TRAINING else None
        self.white = model.members[0].description['white']
        self.sessions = []
        for member in model.members:
            trained_in = member.description['settings'].get('precision', FLOAT32)
            self.sessions.append(member.session(
                precision or choose_precision(False if trained_in == FLOAT32 else 'auto')))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for session in self.sessions:
            session.close()

    def __call__(self, paths: Sequence, heat_maps: bool = False) -> Iterator[Prediction]:
        """One Prediction for each path, in order; of a file that cannot be read, with a reason."""
        parts = [paths[i:i + BATCH] for i in range(0, len(paths), BATCH)]
        with BatchQueue(lambda k: [self._read(path) for path in parts[k]], cores(),
                        len(parts)) as batches:
            for _ in parts:
                yield from self._predict(batches.get(), heat_maps)

    def _read(self, path):
        size, white = self.model.img_size, self.white
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
        x = np.array(x)
        answers = [self._of_one(*of_one, x, heat_maps) for of_one in zip(
            self.model.members, self.sessions, self.temperatures)]
        means = {name: np.mean([answer[name] for answer in answers], axis=0)
                 for name in answers[0] if all(name in answer for answer in answers)}
        if self.shares is not None:
            means['probabilities'] = in_proportion(means['probabilities'], self.shares)
        rows = (dict(zip(means, row)) for row in zip(*means.values()))
        return [prediction if prediction.reason else prediction._replace(**next(rows))
                for prediction in batch]

    def _of_one(self, member, session, temperature, x, heat_maps):
        """What one network says of x: {field of Prediction: a row for each image}."""
        wanted = {'probabilities': PROBABILITIES, **({'heat_map': HEAT_MAPS} if heat_maps else {}),
                  **({'distance': FEATURES} if member.unlike else {})}
        answer = session.run(wanted, {IMAGES: x})
        prob = [answer['probabilities']]
        if self.flips:
            prob.append(session.run(PROBABILITIES, {IMAGES: x[:, :, ::-1]}))
        prob = [p / p.sum(axis=1, keepdims=True) for p in prob]     # in 16 bits the sum is 1.001
        if temperature != 1:
            prob = [with_temperature(p, temperature) for p in prob]
        answer['probabilities'] = np.mean(prob, axis=0)
        if member.unlike:
            answer['distance'] = member.unlike.distances(answer['distance']) / max(
                member.unlike.threshold, 1e-6)
        return answer
