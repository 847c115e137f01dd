"""read_picture: the pixels of whatever picture file a folder may hold, or why there are none.

Pillow reads the header: format, size, colours, orientation. It decodes the picture too, but for
the everyday JPEG, for which OpenCV gives the same pixels and takes half the time.
"""
import math
import os
import warnings

import cv2
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 80_000_000     # 240 MB as RGB; what is larger is refused before it is decoded
FORMATS = 'JPEG', 'PNG', 'GIF', 'BMP', 'WEBP', 'TIFF', 'AVIF'     # no EPS: it can run programs
END_OF_JPEG = b'\xff\xd9'
REDUCED = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4,
           2: cv2.IMREAD_REDUCED_COLOR_2}
warnings.filterwarnings('ignore', module='PIL')     # its doubts about EXIF data; they name no file


class BadPicture(OSError):
    """A file without a picture that can be used; `reason` says why, the message also where."""

    def __init__(self, path, reason):
        super().__init__(f'{path} {reason}. Put it right, or make the lists again with '
                         'data_list/make_list.py, which leaves it out')
        self.reason = reason


def read_picture(path, least=math.inf):
    """The picture in a file, whatever its name ends in: uint8 [height, width, 3], RGB, 0 .. 255.

    It is turned the right way up, as its EXIF data ask for. Grey and palettes become RGB,
    transparency is dropped, of 16 bits the upper 8 are kept, of an animation the first picture.

    least: a JPEG may come at a half, a quarter or an eighth of its size, in some half of the
        time, as long as no side has fewer pixels than this.

    Raises BadPicture, an OSError that names the path and the reason: missing, not a file, no
    permission, empty, damaged or cut off, another format than FORMATS, values of 32 bits, more
    than MAX_PIXELS pixels.
    """
    if not os.path.isfile(path):            # a pipe or a device would be waited for
        there = os.path.lexists(path)
        raise BadPicture(path, 'is not a file but a folder, a broken link or a device' if there
                         else 'is missing')
    try:
        with open(path, 'rb') as file:
            return decode(file, least)
    except Exception as error:              # a damaged file makes decoders raise nearly anything
        raise BadPicture(path, in_words(error)) from error


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
        return any_picture(image) if pixels is None else pixels


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


def any_picture(image):
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
        return f'is not a picture, or a damaged one (formats that are read: {", ".join(FORMATS)})'
    if isinstance(error, Image.DecompressionBombError):
        return f'has more than {MAX_PIXELS:,} pixels, which are not read'
    if isinstance(error, OSError) and error.errno:
        return f'cannot be opened: {error.strerror}'
    return f'is damaged or cut off ({type(error).__name__}: {error})'
