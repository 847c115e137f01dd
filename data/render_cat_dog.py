"""Draw the course's pictures: cats and dogs, by themselves and offline.

    python data/render_cat_dog.py [--out data/cat_dog] [--per-class 300] [--seed 0]

writes cat.0.jpg, cat.1.jpg, ... and dog.0.jpg, dog.1.jpg, ... as in Kaggle's "Dogs vs. Cats".  Each
picture has a random generator of its own, seeded by (seed, class, index): the bytes do not depend
on the order of work or on the number of processes.
"""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from animals import POSES, build_body, turn
from fur import View, paint
from scenery import cast_shadow, in_front, photograph, place, sunlight

ROOT = Path(__file__).resolve().parent.parent
ANIMALS = ("cat", "dog")
LONG_SIDES = (250, 500)
# To be raised when the same seed draws other pictures than before.
VERSION = 1


def picture_size(rng):
    """A height and width in pixels: 180..500, from upright to wide, most of them 4:3 wide."""
    long = int(rng.choice([rng.integers(*LONG_SIDES), 499, 375], p=[0.65, 0.15, 0.2]))
    short = max(180, int(long * rng.choice([0.75, rng.uniform(0.62, 1.0)])))
    return (short, long) if rng.random() < 0.7 else (long, short)


def head_and_body_turn(rng):
    """Yaw of body and head as the camera sees them (radians, 0: towards it), likely together."""
    side = rng.choice([-1, 1])
    body = side * rng.uniform(0.1, 1.6)
    head = rng.choice([rng.normal(0, 0.25), side * rng.uniform(0.3, 0.9),
                       side * rng.uniform(0.9, 1.45)], p=[0.4, 0.38, 0.22])
    return body, float(np.clip(head, body - 1.5, body + 1.5))


def frame_animal(body, view, height, width, close, rng):
    """Scale and shift the view so that the animal, or its head if close, fits the picture."""
    boxes = view.boxes(body)
    if close:
        near = np.linalg.norm(body.centres - body.head[0], axis=1) < 2.0 * body.head[2]
        boxes = boxes[near]
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    fill = rng.uniform(0.55, 0.95) if close else rng.uniform(0.6, 1.08)
    view.scale = fill * min((width, height) / (high - low))
    room = np.array([width, height]) - view.scale * (high - low)
    where = rng.uniform(0.1, 0.9, 2) * room + rng.normal(0, 0.03, 2) * (width, height)
    view.shift = where - view.scale * low
    head, margin = view.pixels(body.head[0]), 1.3 * view.scale * body.head[2]
    margin = np.minimum(margin, (0.45 * width, 0.45 * height))
    view.shift += np.clip(head, margin, (width, height) - margin) - head


def draw(animal, rng):
    """Draw one picture.

    animal: "cat" or "dog" (ValueError for another); rng: a numpy Generator.
    Returns uint8 RGB (H, W, 3), sides 180..500.
    """
    height, width = picture_size(rng)
    pose = POSES[rng.choice(len(POSES), p=[0.32, 0.36, 0.2, 0.12])]
    close = rng.random() < 0.35
    body_yaw, head_yaw = head_and_body_turn(rng)
    above = rng.uniform(0.03, 0.35)
    tilt = turn(head_yaw - body_yaw, rng.normal(0.6 * above, 0.12), rng.normal(0, 0.1))
    body = build_body(animal, pose, tilt, rng)
    view = View.of(body_yaw, above)
    frame_animal(body, view, height, width, close, rng)
    feet = view.pixels(np.zeros(3))[1]
    horizon = min(feet - rng.uniform(0.05, 0.4) * height, 0.95 * height)
    light = sunlight(rng)
    picture = place(rng, height, width, horizon)
    cast_shadow(picture, body.centres, body.radii.max(1), view, light, rng)
    colour, cover = paint(body, view, height, width, light, rng)
    picture += cover[..., None] * (colour - picture)
    in_front(picture, rng)
    return photograph(picture, rng)


def mark(seed):
    """The comment inside each JPEG: it tells our pictures, and of which seed, from others."""
    return f"render_cat_dog {VERSION} seed {seed};".encode()


def encode(picture, quality, comment):
    """A JPEG file (bytes) of uint8 RGB (H, W, 3), with a comment (bytes) after its header."""
    done, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise OSError("OpenCV cannot encode a JPEG")
    data = data.tobytes()
    header = 4 + int.from_bytes(data[4:6], "big")
    return (data[:header] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
            + data[header:])


def write_picture(out_dir, seed, job):
    """Draw and save picture number index of an animal; job is (animal, index)."""
    animal, index = job
    rng = np.random.default_rng(np.random.SeedSequence([seed, ANIMALS.index(animal), index]))
    picture = draw(animal, rng)
    path = Path(out_dir) / f"{animal}.{index}.jpg"
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(encode(picture, int(rng.integers(70, 96)), mark(seed)))
    os.replace(aside, path)


def is_drawn(path, seed):
    """Whether our picture is there, whole; FileExistsError if another one has its name."""
    if not path.exists():
        return False
    data = path.read_bytes()
    if mark(seed) not in data[:200]:
        raise FileExistsError(f"{path} is no drawing of seed {seed}: move it, or choose another "
                              "folder (--out); nothing was written")
    return data.endswith(b"\xff\xd9")


def render(out_dir, per_class, seed, workers=None):
    """Draw the pictures that out_dir lacks.

    out_dir: folder, made if need be; files of other names in it are left alone.  per_class: how
    many of each animal, at least 1; seed: integer >= 0; workers: processes, default one per core.
    Returns the number of pictures written.  ValueError for a bad number; FileExistsError, before
    anything is written, if one of the names is taken by a picture that is not ours.
    """
    if per_class < 1 or seed < 0:
        raise ValueError(f"per_class must be >= 1 and seed >= 0, not {per_class} and {seed}")
    out_dir = Path(out_dir)
    jobs = [(animal, k) for animal in ANIMALS for k in range(per_class)]
    jobs = [(a, k) for a, k in jobs if not is_drawn(out_dir / f"{a}.{k}.jpg", seed)]
    if jobs:
        out_dir.mkdir(parents=True, exist_ok=True)
        # Started afresh, not forked: OpenCV's threads do not survive a fork.
        with ProcessPoolExecutor(workers or os.cpu_count(), get_context("spawn"),
                                 initializer=cv2.setNumThreads, initargs=(1,)) as pool:
            for _ in pool.map(partial(write_picture, out_dir, seed), jobs, chunksize=4):
                pass
    return len(jobs)


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Draw pictures of cats and dogs.")
    parser.add_argument("--out", type=Path, default=Path("data/cat_dog"), metavar="FOLDER",
                        help="where to, relative to the project's root (default: %(default)s)")
    parser.add_argument("--per-class", type=int, default=300, help="pictures of each animal")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other pictures")
    args = parser.parse_args(argv)
    out_dir = ROOT / args.out
    try:
        written = render(out_dir, args.per_class, args.seed)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if written:
        print(f"wrote {written} pictures to {out_dir}")
    else:
        print(f"all {2 * args.per_class} pictures are in {out_dir} already")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
