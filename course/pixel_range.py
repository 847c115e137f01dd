"""Files of 16 bits a value: which of their values is white.

A microscope or an X-ray detector measures 8 to 14 bits and saves 16. Read over all 16, such an
image is nearly black. Some files say how far their values go: TIFF by MaxSampleValue or the bits of
a sample, PGM by its largest value, JPEG 2000 by its precision. PNG may name the bits that count
(sBIT), which are the upper ones by its rules and the lower ones in many files. What a file does not
say, its dataset shows: `range_of_set` finds one range for all files, since an image is not brighter
than another for having a range of its own.
"""
import io
import os
import struct
from typing import NamedTuple

import cv2
import numpy as np

WHITES = 255, 1023, 4095, 16383, 65535      # 8, 10, 12, 14 and 16 bits
LEAST_OF_16 = 16384     # a file whose values are all below has fewer than 15 bits
MAX_SAMPLE_VALUE, BITS_PER_SAMPLE = 281, 258        # tags of TIFF
ranges = {}             # folder, absolute -> the value that is white in its 16-bit files


class Values(NamedTuple):
    pixels: np.ndarray      # uint16 [height, width] or [height, width, 3 or 4], RGB(A), as stored
    white: int | None       # as the file declares it
    bits: int | None        # as a PNG declares them, the upper or the lower ones


def may_have_16_bits(path):
    """Whether the first bytes of a file say so, or leave it open."""
    with open(path, 'rb') as file:
        head = file.read(26)
    if head.startswith(b'\x89PNG'):
        return head[24:25] == b'\x10'
    return head[:4] in (b'II*\0', b'MM\0*') or head[:2] in (b'P2', b'P3', b'P5', b'P6') \
        or head[4:8] == b'jP  ' or head.startswith(b'\xff\x4f\xff\x51')


def values_of_16_bits(image, file):
    """Values, or None for an image of 8 bits a value. image: by Pillow, not decoded yet."""
    if image.format == 'PNG':
        file.seek(0)
        data = file.read()
        if data[24] != 16:
            return None
        return Values(by_opencv(data), None, significant_bits(data))
    if image.format == 'TIFF':
        bits = image.tag_v2.get(BITS_PER_SAMPLE, (1,))
        if max(bits) not in (12, 16):
            return None
        white = max(np.atleast_1d(image.tag_v2.get(MAX_SAMPLE_VALUE, 0)))
        white = int(white) if 0 < white < 65535 else 4095 if max(bits) == 12 else None
        if image.mode.startswith('I;16'):
            return Values(np.asarray(image).astype(np.uint16), white, None)
        if image.mode in ('RGB', 'RGBA', 'RGBX'):
            file.seek(0)
            return Values(by_opencv(file.read()), white, None)
    if image.format == 'PPM' and image.mode in ('I', 'RGB'):
        white = largest_value(file)
        if white > 255:
            file.seek(0)
            return Values(by_opencv(file.read()), white if white < 65535 else None, None)
    if image.format == 'JPEG2000' and image.mode in ('I;16', 'RGB', 'RGBA'):
        file.seek(0)
        data = file.read()
        if (bits := bits_of_jpeg_2000(data)) > 8:
            return Values(by_opencv(data), 2**bits - 1 if bits < 16 else None, None)
    return None


def by_opencv(data):
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise ValueError('16 bits a value, which OpenCV does not read')
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    order = {3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGBA}.get(channels)
    return pixels if order is None else cv2.cvtColor(pixels, order)


def significant_bits(png):
    """The largest number in the sBIT chunk, None without one."""
    at = 8
    while at + 8 <= len(png):
        length, kind = struct.unpack('>I4s', png[at:at + 8])
        if kind == b'sBIT':
            return max(png[at + 8:at + 8 + length], default=None)
        if kind == b'IDAT':
            return None
        at += length + 12
    return None


def largest_value(file):
    """The fourth word of a PGM's header; # begins a comment."""
    file.seek(0)
    words = []
    for line in io.BytesIO(file.read(4096)):
        words += line.split(b'#')[0].split()[:4 - len(words)]
        if len(words) == 4:
            return int(words[3])
    raise ValueError('no largest value in its header')


def bits_of_jpeg_2000(data):
    """The precision of the first channel, from the marker SIZ."""
    return (data[data.index(b'\xff\x4f\xff\x51') + 42] & 127) + 1


def scaled(values, white):
    """uint8, 0 .. 255: white and above become 255. For 65535 the upper eight bits."""
    return np.minimum(values.astype(np.uint32) * 256 // (white + 1), 255).astype(np.uint8)


def known_white(path):
    """What is white in the 16-bit files of this path's dataset, as make_list found; or None."""
    place = os.path.abspath(path) if ranges else ''
    return next((white for folder, white in ranges.items()
                 if place.startswith(os.path.join(folder, ''))), None)


def range_of_set(files):
    """(white, declared): one range for all 16-bit files of a dataset.

    files: for each (its largest value, Values.white, Values.bits). declared: whether the files say
    so; if not, it is the smallest range of 8, 10, 12, 14 or 16 bits that holds all values.
    """
    top = max(largest for largest, _, _ in files)
    said = [white if white or not bits else 2**bits - 1 for _, white, bits in files]
    if all(said) and top <= max(said):
        return max(said), True
    fits = [white for white in WHITES if white >= max([top, *filter(None, said)])]
    return fits[0], top >= LEAST_OF_16 or all(bits for _, _, bits in files)
