"""Any image file as pixels: read_image, or why it cannot be read; read_resized, kept in memory.

Pillow reads the header: format, size, colours, orientation. It decodes the image too, except for
the everyday JPEG, for which OpenCV gives the same pixels and takes half the time.
"""
import math
import os
import re
import threading
import warnings

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from course import pixel_range

KEPT_BYTES = 400_000_000    # 8,000 images of 128 x 128
MAX_PIXELS = 80_000_000     # 240 MB as RGB; what is larger is refused before it is decoded
# no EPS: it can run programs. PPM is PGM and PBM too
FORMATS = 'JPEG', 'PNG', 'GIF', 'BMP', 'WEBP', 'TIFF', 'AVIF', 'PPM', 'JPEG2000'
START_OF_JPEG, START_OF_SCAN, END_OF_JPEG = b'\xff\xd8', b'\xff\xda', b'\xff\xd9'
MAX_SCANS = 50              # of a JPEG; a progressive one has about 10, and each takes as long
MARKER = re.compile(rb'\xff([^\x00\xff\xd0-\xd7])')  # of a JPEG, but for those within a scan
REDUCED = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4,
           2: cv2.IMREAD_REDUCED_COLOR_2}
UPRIGHT = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
           4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
           6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
           8: Image.Transpose.ROTATE_90}     # what undoes an EXIF orientation
warnings.filterwarnings('ignore', module='PIL')     # its doubts about EXIF data; they name no file


class BadImage(OSError):
    """A file without an image that can be used; `reason` says why, the message also where."""

    def __init__(self, path, reason):
        super().__init__(f'{path} {reason}. Put it right, or make the lists again with '
                         'data_list/make_list.py, which leaves it out')
        self.reason = reason


def read_image(path: str | os.PathLike, least: float = math.inf, white: int | None = None
               ) -> np.ndarray:
    """The image in a file, whatever its name ends in: uint8 [height, width, 3], RGB, 0 .. 255.

    It is turned the right way up, as its EXIF data ask for. Grey and palettes become RGB, what is
    transparent is laid over white, of an animation the first image is taken.

    least: a JPEG may come at a half, a quarter or an eighth of its size, in some half of the
        time, as long as no side has fewer pixels than this.
    white: the value of 16-bit files that is white. None: as make_list found for the dataset, if
        `read_lists` has read its lists; else as the file declares it, else 65535.

    Raises BadImage, an OSError that names the path and the reason: missing, not a file, no
    permission, empty, damaged or cut off, another format than FORMATS, values of 32 bits, or of
    fewer than 15 in a 16-bit file whose range nobody knows, more than MAX_PIXELS pixels
    or MAX_SCANS scans.
    """
    if not os.path.isfile(path):            # a pipe or a device would be waited for
        there = os.path.lexists(path)
        raise BadImage(path, 'is not a file but a folder, a broken link or a device' if there
                         else 'is missing')
    try:
        with open(path, 'rb') as file:
            return decode(file, least, white or pixel_range.known_white(path))
    except Exception as error:              # a damaged file makes decoders raise nearly anything
        raise BadImage(path, in_words(error)) from error


def decode(file, least, white):
    if not file.read(1):
        raise Refused('is an empty file')
    file.seek(0)
    with Image.open(file, formats=FORMATS) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise Refused(f'has {width} x {height} pixels; more than {MAX_PIXELS:,} are not read')
        if image.format in ('JPEG', 'MPO'):
            check_scans(file)
        pixels = everyday_jpeg(image, file, least)
        if pixels is not None:
            return pixels
        values = pixel_range.values_of_16_bits(image, file)
        if values is None and image.mode in ('I', 'F'):
            raise Refused('has values of 32 bits, whose range is not known; save it with 8')
        return any_image(image if values is None else image_of(values, white, image.getexif()))


def check_scans(file):
    """Refuses a JPEG of a thousand scans, which would take minutes. What follows its end (the film
    of a motion photo, for instance) does not count."""
    file.seek(0)
    data, at, scans = file.read(), 0, 0
    if data.count(START_OF_SCAN) <= MAX_SCANS:      # quick, and nearly always so
        return
    while (marker := MARKER.search(data, at)) and marker[0] != END_OF_JPEG:
        if marker[0] == START_OF_SCAN:
            scans += 1
            if scans > MAX_SCANS:
                raise Refused(f'is a JPEG of more than {MAX_SCANS} scans, which are not read')
        at = marker.end()
        if marker[0] != START_OF_JPEG:          # all others say how long they are
            at += int.from_bytes(data[at:at + 2], 'big')


def everyday_jpeg(image, file, least):
    """The pixels by OpenCV, or None for all but a complete, upright JPEG of RGB or grey."""
    if image.format not in ('JPEG', 'MPO') or image.mode not in ('RGB', 'L'):
        return None
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        return None
    file.seek(-len(END_OF_JPEG), os.SEEK_END)
    if file.read() != END_OF_JPEG:          # some versions of OpenCV fill what is missing with grey
        return None
    file.seek(0)
    data = np.frombuffer(file.read(), np.uint8)     # cv2.imread cannot open every name on Windows
    scale = next((n for n in REDUCED if min(image.size) >= n * least), 1)
    bgr = cv2.imdecode(data, REDUCED.get(scale, cv2.IMREAD_COLOR) | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if bgr is None else cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)


def image_of(values, white, exif):
    """An 8-bit image of pixel_range.Values, the right way up."""
    if white is None and values.white is None:
        top = int(values.pixels.max())
        if top < pixel_range.LEAST_OF_16:
            fits = next(white for white in pixel_range.WHITES if white >= top)
            raise Refused(f'has 16 bits a value, but no value above {top:,}, and does not say '
                          f'which is white. If it is {fits:,}: read_image(path, white={fits})')
    pixels = pixel_range.scaled(values.pixels, white or values.white or 65535)
    turn = UPRIGHT.get(exif.get(ExifTags.Base.Orientation))
    image = Image.fromarray(pixels)
    return image if turn is None else image.transpose(turn)


def any_image(image):
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert('RGBA')
        image = Image.alpha_composite(Image.new('RGBA', image.size, 'white'), image)
    return np.array(image.convert('RGB'))


class Refused(ValueError):
    """Carries a reason that needs no further words."""


def in_words(error):
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, UnidentifiedImageError):
        return f'is not an image, or a damaged one (formats that are read: {", ".join(FORMATS)})'
    if isinstance(error, Image.DecompressionBombError):
        return f'has more than {MAX_PIXELS:,} pixels, which are not read'
    if isinstance(error, OSError) and error.errno:
        return f'cannot be opened: {error.strerror}'
    return f'is damaged or cut off ({type(error).__name__}: {error})'


def resized(image, size):
    """An image as uint8 [size, size, 3], with no moire: bilinear to a whole multiple, then the
    mean of each block. As smooth as cv2.INTER_AREA in one step, in less than half its time."""
    times = max(1, round(min(image.shape[:2]) / size))
    image = cv2.resize(image, (times * size, times * size))
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)


def enlarged(grey, size):
    """Small grey images (N, H, W) in 0 .. 1 as uint8 RGB (N, size, size, 3)."""
    return np.stack([cv2.cvtColor(cv2.resize(np.uint8(255 * image), (size, size),
                                             interpolation=cv2.INTER_CUBIC), cv2.COLOR_GRAY2RGB)
                     for image in grey])


class ImageMemory:
    """The first images that come, up to `most` bytes of them, each as long as its file is the same.

    None makes room for a newer one: each epoch asks for all, and the oldest is as likely to be
    asked for again as any.
    """

    def __init__(self, most):
        self.most = most
        self.forget()

    def forget(self):
        self._images, self._bytes, self._lock = {}, 0, threading.Lock()

    def get(self, key, version):
        kept_version, image = self._images.get(key, (None, None))
        return image if kept_version == version else None

    def keep(self, key, version, image):
        with self._lock:
            _, before = self._images.get(key, (None, None))
            more = image.nbytes - (0 if before is None else before.nbytes)
            if self._bytes + more <= self.most:
                self._images[key] = version, image
                self._bytes += more


memory = ImageMemory(KEPT_BYTES)


def read_resized(path: str | os.PathLike, size: int) -> np.ndarray:
    """The image in a file, squeezed into a square: uint8 [size, size, 3], RGB, 0 .. 255.

    Raises BadImage, as read_image does.
    """
    try:
        status = os.stat(path)
    except OSError:
        return resized(read_image(path), size)        # which says what is wrong
    version = status.st_mtime_ns, status.st_size, pixel_range.known_white(path)
    square = memory.get((path, size), version)
    if square is None:
        square = resized(read_image(path, least=size), size)
        memory.keep((path, size), version, square)
    return square.copy()                # whoever draws into it does not change what is kept
