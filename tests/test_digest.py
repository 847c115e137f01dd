"""One digest: SHA-256 of bytes, or of the text of anything else."""
import hashlib

import pandas as pd

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


def test_a_table_counts_whole_and_a_function_by_its_source():
    """str() of a long table leaves out its middle, str() of a function tells only its name."""
    paths = [f'{i}.png' for i in range(100)]
    tables = [pd.DataFrame({'path': paths, 'label': 0}) for _ in range(2)]
    assert digest(tables[0]) == digest(tables[1])
    tables[1].loc[50, 'label'] = 1
    assert str(tables[0]) == str(tables[1]) and digest(tables[0]) != digest(tables[1])

    def made(factor):
        if factor == 2:
            def f(x):
                return 2 * x
        else:
            def f(x):
                return 3 * x
        return f

    assert digest(made(2)) == digest(made(2)) != digest(made(3))
