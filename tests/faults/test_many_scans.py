"""Progressive JPEGs that take minutes to decode, and good ones that look like them."""
import io
import time

import numpy as np
import pytest
from PIL import Image

from course.images import BadImage, read_image


@pytest.fixture(scope='module')
def progressive():
    """A progressive JPEG of 16 million pixels."""
    blocks = np.random.default_rng(0).integers(0, 256, (250, 250, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(blocks).resize((4000, 4000), 0).save(out, 'JPEG', progressive=True, quality=50)
    return out.getvalue()


def with_more_scans(jpeg, n):
    """The same image; its shortest scan comes n times more."""
    scans = jpeg[:-2].split(b'\xff\xda')[1:]
    return jpeg[:-2] + n * (b'\xff\xda' + min(scans, key=len)) + b'\xff\xd9'


@pytest.mark.parametrize('n', [50, 1_000, 100_000])
@pytest.mark.parametrize('end', [b'', b'\xff\xd9' * 9, b'more'])
def test_a_thousand_scans_are_refused_at_once(progressive, tmp_path, n, end):
    path = tmp_path / 'x.jpg'
    path.write_bytes(with_more_scans(progressive, n) + end)
    began = time.monotonic()
    with pytest.raises(BadImage, match='is a JPEG of more than 50 scans, which are not read'):
        read_image(path)
    assert time.monotonic() - began < 1


def test_the_usual_ten_are_read(progressive, tmp_path):
    path = tmp_path / 'x.jpg'
    path.write_bytes(progressive)
    assert 5 < progressive.count(b'\xff\xda') < 15
    np.testing.assert_array_equal(read_image(path), Image.open(path))


@pytest.mark.parametrize('place', ['behind', 'in a comment'])
def test_what_only_looks_like_scans_does_not_count(progressive, tmp_path, place):
    """The film of a motion photo, or a preview, holds any bytes."""
    path, film = tmp_path / 'x.jpg', b'\xff\xda\x00\x08' * 10_000
    path.write_bytes(progressive + film if place == 'behind' else
                     progressive[:2] + b'\xff\xfe' + (len(film) + 2).to_bytes(2, 'big') + film
                     + progressive[2:])
    np.testing.assert_array_equal(read_image(path), Image.open(io.BytesIO(progressive)))
