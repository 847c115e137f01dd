"""Which images of a folder can be used, and which of them are copies of each other."""
import hashlib

import numpy as np
from tqdm.auto import tqdm

from course.images import BadImage, read_image
from course.lists.copies import SIDE, group_copies, thumbnail
from course.lists.layout import class_of, natural_key, split_of, walk


def group_images(folder, splits):
    """Returns (groups, left_out): lists of names that show one image; pairs (name, reason).

    Names are relative to `folder`, with forward slashes. Images with the same pixels in different
    classes are left out: nobody knows which label is right. Other copies may well differ in class:
    the mirror image of "turn left".
    """
    names, left_out = walk(folder, splits)
    same_pixels, thumbnails = {}, []
    for name in tqdm(names, 'reading', disable=None):       # without a terminal: no bar
        try:
            pixels = read_image(folder / name)
        except BadImage as error:
            left_out.append((name, error.reason))
            continue
        digest = hashlib.sha256(str(pixels.shape).encode() + pixels.tobytes()).digest()
        if digest not in same_pixels:
            thumbnails.append(thumbnail(pixels))
        same_pixels.setdefault(digest, []).append(name)
    thumbnails = np.reshape(thumbnails, (-1, SIDE, SIDE, 3))        # also where there are none
    groups = {}
    for group, number in zip(same_pixels.values(), group_copies(thumbnails)):
        if len({class_of(name, splits) for name in group}) > 1:
            reason = f'is the same image in two classes: {", ".join(group)}'
            left_out += [(name, reason) for name in group]
        else:
            groups.setdefault(number, []).extend(group)
    return list(groups.values()), sorted(left_out, key=lambda pair: natural_key(pair[0]))


def leave_copies_out(groups, splits):
    """Returns (groups, left_out): no image of val in train, none of test in val or train.

    The publisher's test images stay whole: figures on them can then be compared with others'.
    """
    kept, left_out = [], []
    for group in groups:
        held = next((split for split in ('test', 'val')
                     if any(split_of(name, splits) == split for name in group)), 'train')
        shown = [name for name in group if split_of(name, splits) == held]
        left_out += [(name, f'is a copy of {shown[0]}, which is kept for {held}')
                     for name in group if name not in shown]
        kept.append(shown)
    return kept, left_out
