"""Which images of a dataset can be used, and which of them must stay together."""
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image
from tqdm.auto import tqdm

from course import pixel_range
from course.cores import cores
from course.images import FORMATS, BadImage, read_image
from course.lists.copies import GREY_SIDE, find_copies, thumbnail
from course.lists.layout import Entry, natural_key

DECODED = 8 * GREY_SIDE     # a large JPEG is decoded in part: no side gets smaller than this


class Look(NamedTuple):
    """What one look into a file shows."""
    reason: str | None      # why the image cannot be used
    digest: bytes = b''     # of its pixels
    thumbnail: np.ndarray | None = None
    size: tuple = (0, 0)    # width and height as they are compared


class Collected(NamedTuple):
    groups: list        # lists of entries that stay together, the first by name first
    left_out: list      # (name, reason)
    copies: list        # (names, similarity): 1 is the same pixels, less a correlation
    layouts: list       # lists of names: look-alikes that were taken for different images
    thumbnails: dict    # name -> uint8 [7168], of every image in the groups
    sizes: dict         # name -> (width, height)


def white_of_set(folder, entries):
    """(white, declared) of the 16-bit files among entries, see pixel_range; (None, True) if there
    are none."""
    found = [values for values in in_parallel(lambda e: range_of_file(folder / e.name), entries,
                                              None) if values]
    return pixel_range.range_of_set(found) if found else (None, True)


def range_of_file(path):
    try:
        if not os.path.isfile(path) or not pixel_range.may_have_16_bits(path):
            return None
        with open(path, 'rb') as file, Image.open(file, formats=FORMATS) as image:
            values = pixel_range.values_of_16_bits(image, file)
    except Exception:           # read_image says what is wrong with it
        return None
    return values and (int(values.pixels.max()), values.white, values.bits)


def collect(folder: Path, entries: list[Entry], copies: str = 'near', white: int | None = None
            ) -> Collected:
    """Read all images of a folder, on all cores.

    copies: 'near' keeps images together that `find_copies` finds, 'exact' those with the same
    pixels, 'none' only those whose entries have the same group. Images with the same pixels in two
    classes are left out, except with 'none': nobody knows which label is right. Other copies may
    well differ in class: the mirror image of "turn left".
    """
    looks = in_parallel(lambda e: look_into(folder / e.name, white), entries, 'reading')
    left_out = [(e.name, look.reason) for e, look in zip(entries, looks) if look.reason]
    good = {e.name: (e, look) for e, look in zip(entries, looks) if not look.reason}
    same_pixels = {}
    for e, look in good.values():
        same_pixels.setdefault(e.name if copies == 'none' else look.digest, []).append(e)
    copied, layouts = [], []
    firsts = [same[0] for same in same_pixels.values()]
    if copies == 'near':
        found = find_copies(np.array([good[e.name][1].thumbnail for e in firsts]),
                            [e.label for e in firsts])
    else:
        found = find_copies([])._replace(group=np.arange(len(firsts)))
    groups = {}
    for same, number in zip(same_pixels.values(), found.group.tolist()):
        if len({e.label for e in same}) > 1:
            reason = f'is the same image in two classes: {named([e.name for e in same])}'
            left_out += [(e.name, reason) for e in same]
        else:
            groups.setdefault(number, []).extend(same)
    for number, group in groups.items():
        if len(group) > 1:
            copied.append(([e.name for e in group], found.similarity.get(number, 1)))
    layouts = [[firsts[i].name for i in layout] for layout in found.layouts]
    return Collected(together(list(groups.values())),
                     sorted(left_out, key=lambda pair: natural_key(pair[0])), copied, layouts,
                     {name: look.thumbnail for name, (_, look) in good.items()},
                     {name: look.size for name, (_, look) in good.items()})


def named(names, most=5):
    return ', '.join(names[:most]) + (f' and {len(names) - most} more' if len(names) > most else '')


def in_parallel(function, items, bar):
    """[function(item) ...] on all cores: Pillow and OpenCV decode without Python's lock."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with ThreadPoolExecutor(cores()) as threads:
            return list(tqdm(threads.map(function, items), bar, len(items),
                             disable=True if bar is None else None))     # no terminal, no bar
    finally:
        cv2.setNumThreads(before)


def look_into(path, white):
    try:
        pixels = read_image(path, DECODED, white)
    except BadImage as error:
        return Look(error.reason)
    digest = hashlib.sha256(str(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels))
    return Look(None, digest.digest(), thumbnail(pixels), pixels.shape[1::-1])


def together(groups):
    """Groups that share an entry's group become one, in the order of their first images."""
    first_with, target = {}, list(range(len(groups)))

    def root(i):
        while target[i] != i:
            i = target[i]
        return i

    for i, group in enumerate(groups):
        for e in group:
            if e.group is not None:
                a, b = sorted((root(first_with.setdefault(e.group, i)), root(i)))
                target[b] = a
    joined: dict[int, list[Entry]] = {}
    for i, group in enumerate(groups):
        joined.setdefault(root(i), []).extend(group)
    return list(joined.values())


def leave_siblings_out(groups):
    """Returns (groups, left_out): nothing in train that belongs to an image of val or test, nothing
    in val that belongs to one of test.

    The publisher's test images stay whole: figures on them can then be compared with others'.
    """
    kept, left_out = [], []
    for group in groups:
        held = next((split for split in ('test', 'val') if any(e.split == split for e in group)),
                    'train')
        shown = [e for e in group if e.split == held]
        of_shown = {e.group for e in shown} - {None}
        left_out += [(e.name, f'is {"of one group with" if e.group in of_shown else "a copy of"} '
                              f'{shown[0].name}, which is kept for {held}')
                     for e in group if e not in shown]
        kept.append(shown)
    return kept, left_out
