"""Any image file as pixels: read_image, or why it cannot be read; read_resized, kept in memory.

Pillow reads the header: format, size, colours, orientation. It decodes the image too, except for
the everyday JPEG, for which OpenCV gives the same pixels and takes half the time.
"""
import math
import os
import threading
import warnings

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

KEPT_BYTES = 400_000_000    # 8,000 images of 128 x 128
MAX_PIXELS = 80_000_000     # 240 MB as RGB; what is larger is refused before it is decoded
FORMATS = 'JPEG', 'PNG', 'GIF', 'BMP', 'WEBP', 'TIFF', 'AVIF'     # no EPS: it can run programs
END_OF_JPEG = b'\xff\xd9'
REDUCED = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4,
           2: cv2.IMREAD_REDUCED_COLOR_2}
ranges = {}     # folder, absolute -> the value that is white in its 16-bit files
warnings.filterwarnings('ignore', module='PIL')     # its doubts about EXIF data; they name no file


class BadImage(OSError):
    """A file without an image that can be used; `reason` says why, the message also where."""

    def __init__(self, path, reason):
        super().__init__(f'{path} {reason}. Put it right, or make the lists again with '
                         'data_list/make_list.py, which leaves it out')
        self.reason = reason


def read_image(path, least=math.inf):
    """The image in a file, whatever its name ends in: uint8 [height, width, 3], RGB, 0 .. 255.

    It is turned the right way up, as its EXIF data ask for. Grey and palettes become RGB,
    transparency is dropped, of 16 bits the upper 8 are kept, of an animation the first image.

    least: a JPEG may come at a half, a quarter or an eighth of its size, in some half of the
        time, as long as no side has fewer pixels than this.

    Raises BadImage, an OSError that names the path and the reason: missing, not a file, no
    permission, empty, damaged or cut off, another format than FORMATS, values of 32 bits, more
    than MAX_PIXELS pixels.
    """
    if not os.path.isfile(path):            # a pipe or a device would be waited for
        there = os.path.lexists(path)
        raise BadImage(path, 'is not a file but a folder, a broken link or a device' if there
                         else 'is missing')
    try:
        with open(path, 'rb') as file:
            return decode(file, least)
    except Exception as error:              # a damaged file makes decoders raise nearly anything
        raise BadImage(path, in_words(error)) from error


def decode(file, least):
    if not file.read(1):
        raise Refused('is an empty file')
    file.seek(0)
    with Image.open(file, formats=FORMATS) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise Refused(f'has {width} x {height} pixels; more than {MAX_PIXELS:,} are not read')
        if image.mode in ('I', 'F'):
            raise Refused('has values of 32 bits, whose range is not known; save it with 8')
        pixels = everyday_jpeg(image, file, least)
        return any_image(image) if pixels is None else pixels


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


def any_image(image):
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith('I;16'):       # Pillow would make white of all above 255
        return np.repeat((np.asarray(image) >> 8).astype(np.uint8)[:, :, None], 3, axis=2)
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


def read_resized(path, size):
    """The image in a file, squeezed into a square: uint8 [size, size, 3], RGB, 0 .. 255.

    Raises BadImage, as read_image does.
    """
    try:
        status = os.stat(path)
    except OSError:
        return resized(read_image(path), size)        # which says what is wrong
    version = status.st_mtime_ns, status.st_size
    square = memory.get((path, size), version)
    if square is None:
        square = resized(read_image(path, least=size), size)
        memory.keep((path, size), version, square)
    return square.copy()                # whoever draws into it does not change what is kept
