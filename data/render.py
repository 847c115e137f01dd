"""Draw one of the datasets that the exercises are about, by itself and offline.

    python data/render.py plant_seedlings|flowering_herbaceous|ants_bees [--per-class N] [--seed 0]

writes data/<name>/<class>/0.jpg, 1.jpg, ...  `data/render_cat_dog.py` draws the default pictures.
"""

import argparse

import ants_bees
import flowering_herbaceous
import plant_seedlings
from picture_files import PictureSet, add_options, command

SETS = {pictures.name: pictures for pictures in (
    PictureSet("plant_seedlings", 1, plant_seedlings.draw, plant_seedlings.COUNTS),
    PictureSet("flowering_herbaceous", 1, flowering_herbaceous.draw,
               dict.fromkeys(flowering_herbaceous.SPECIES, 150)),
    PictureSet("ants_bees", 1, ants_bees.draw, dict.fromkeys(ants_bees.SPECIES, 120)))}


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Draw a dataset.")
    parser.add_argument("name", choices=SETS)
    add_options(parser)
    args = parser.parse_args(argv)
    return command(SETS[args.name], args.out, args.per_class, args.seed)


if __name__ == "__main__":
    raise SystemExit(main())
