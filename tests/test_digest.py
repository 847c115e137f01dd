"""One digest: SHA-256 of bytes, or of the text of anything else."""
import hashlib

from course.checkpoints.digest import digest

ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'    # FIPS 180-2, B.1


def test_bytes_are_hashed_as_they_are():
    assert digest(b'abc', length=64) == digest(b'a', b'bc', length=64) == ABC
    assert digest(b'abc') == ABC[:8]


def test_other_things_count_by_their_text_and_each_by_itself():
    assert digest(1, 'a', [2.5]) == hashlib.sha256(b'1\x00a\x00[2.5]\x00').hexdigest()[:8]
    assert len({digest('ab'), digest('a', 'b'), digest(b'ab'), digest('b', 'a'), digest()}) == 5


def test_addresses_in_memory_do_not_count():
    first, second = object(), object()
    assert str(first) != str(second) and digest(first) == digest(second)
