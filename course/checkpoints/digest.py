"""One way to tell by a few hex digits whether things are still the same."""
import hashlib
import inspect
import re


def digest(*things, length: int = 8) -> str:
    """The first hex digits of the SHA-256 of things: bytes as they are, a table whole, a function
    by its source, anything else as str.

    Addresses in memory, which some objects print, do not count.
    length: 8 digits tell two settings apart; 64 are the whole SHA-256.
    """
    total = hashlib.sha256()
    for thing in things:
        if not isinstance(thing, bytes):
            thing = re.sub(' at 0x[0-9a-fA-F]+', '', f'{text_of(thing)}\0').encode()
        total.update(thing)
    return total.hexdigest()[:length]


def text_of(thing):
    if hasattr(thing, 'to_csv'):            # str() of a table leaves out the middle
        return thing.to_csv()
    if inspect.isfunction(thing):
        try:
            return inspect.getsource(thing)
        except OSError:                     # there is no file and no cell with it
            pass
    return str(thing)
