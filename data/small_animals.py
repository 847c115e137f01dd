"""All small animals by name.  The order counts: classes are numbered by it."""

from crawlers import centipede, crab, lobster, scorpion, snail, spider
from insects import INSECTS
from sea_creatures import jellyfish, octopus, seahorse, starfish

SMALL_ANIMALS = INSECTS | {f.__name__: f for f in (
    spider, scorpion, crab, lobster, snail, starfish, jellyfish, octopus, seahorse, centipede)}
