"""read_resized: pictures as small squares; what was read before comes out of the memory."""
import os
import threading

import cv2

from pictures import read_picture

KEPT_BYTES = 400_000_000    # 8,000 pictures of 128 x 128; 0 keeps none


class PictureMemory:
    """The first pictures that come, up to KEPT_BYTES of them, each as long as its file is the same.

    None makes room for a newer one: each epoch asks for all, and the oldest is as likely to be
    asked for again as any.
    """

    def __init__(self):
        self._pictures, self._bytes, self._lock = {}, 0, threading.Lock()

    def get(self, key, version):
        kept_version, picture = self._pictures.get(key, (None, None))
        return picture if kept_version == version else None

    def keep(self, key, version, picture):
        with self._lock:
            _, before = self._pictures.get(key, (None, None))
            more = picture.nbytes - (0 if before is None else before.nbytes)
            if self._bytes + more <= KEPT_BYTES:
                self._pictures[key] = version, picture
                self._bytes += more


memory = PictureMemory()


def read_resized(path, size):
    """The picture in a file, squeezed into a square: uint8 [size, size, 3], RGB, 0 .. 255.

    Raises BadPicture, as pictures.read_picture does.
    """
    try:
        status = os.stat(path)
    except OSError:
        return resized(read_picture(path), size)        # which says what is wrong
    version = status.st_mtime_ns, status.st_size
    square = memory.get((path, size), version)
    if square is None:
        square = resized(read_picture(path, least=size), size)
        memory.keep((path, size), version, square)
    return square.copy()                # whoever draws into it does not change what is kept


def resized(picture, size):
    """A picture as uint8 [size, size, 3], with no moire: bilinear to a whole multiple, then the
    mean of each block. As smooth as cv2.INTER_AREA in one step, in less than half its time."""
    times = max(1, round(min(picture.shape[:2]) / size))
    picture = cv2.resize(picture, (times * size, times * size))
    return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
