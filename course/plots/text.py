"""Names in a figure: letter for letter, in any script, and broken into lines that fit."""
import functools
import itertools
import unicodedata
from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

# Chinese, Japanese and Korean on Linux, Windows and macOS; any other font is tried after these
PREFERRED = 'Noto Sans CJK TC', 'Noto Sans CJK JP', 'Microsoft JhengHei', 'PingFang TC'
EAST_ASIAN = 'CJK', 'HIRAGANA', 'KATAKANA', 'HANGUL', 'BOPOMOFO'     # what their names begin with
BOX = '\u25a1'          # stands for a letter that no font has
BREAKS = ' _-/,.'       # a name is broken after one of these, if it can be


def as_shown(names: Sequence) -> list[str]:
    """Names as text for matplotlib: `$` begins no formula, and each letter is in a font in use.

    Letters that no installed font has become BOX; a printed sentence says so, once.
    """
    names = [unicodedata.normalize('NFC', str(name)) for name in names]
    missing = use_fonts_for(frozenset(''.join(names)) - {'\n'})
    if missing:
        say_missing(missing)
    return [name.translate(str.maketrans({**dict.fromkeys(missing, BOX), '$': r'\$'}))
            for name in names]


@functools.cache
def use_fonts_for(letters: frozenset[str]) -> frozenset[str]:
    """Adds to matplotlib's font.family what has these letters; returns those that nothing has."""
    families = list(plt.rcParams['font.family'])
    for family in families:
        letters -= letters_of(font_manager.findfont(FontProperties(family=[family])))
    if letters:
        for family, path in other_fonts().items():
            if letters & letters_of(path):
                families.append(family)
                letters -= letters_of(path)
            if not letters:
                break
        plt.rcParams['font.family'] = families
    return letters


@functools.cache            # once is enough
def say_missing(letters: frozenset[str]) -> None:
    some = ''.join(sorted(letters)[:10]) + ('...' if len(letters) > 10 else '')
    cjk = any(unicodedata.name(letter, '').startswith(EAST_ASIAN) for letter in letters)
    print(f'No installed font has the letters {some}: figures show {BOX} instead. Install one that '
          f'has them (Debian, Ubuntu, Colab: apt install fonts-noto{"-cjk" * cjk}) and restart '
          'Python.')


def other_fonts() -> dict[str, str]:
    """Families that are installed and their files: PREFERRED first, new ones among them."""
    fonts = font_manager.fontManager
    noticed = {entry.fname for entry in fonts.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in noticed:     # matplotlib keeps a list, and does not renew it
            try:
                fonts.addfont(path)
            except Exception:       # whatever a damaged file raises: it is no font to use
                continue
    files = {entry.name: entry.fname for entry in fonts.ttflist
             if entry.weight in (400, 'normal') and entry.style == 'normal'
             and 'Resort' not in entry.name}        # "Last Resort" has a sign for every letter
    return dict(sorted(files.items(), key=lambda item: (item[0] not in PREFERRED, item[0])))


def letters_of(path: str) -> frozenset[str]:
    try:
        font = font_manager.get_font(path)
    except (OSError, RuntimeError):
        return frozenset()
    return frozenset(map(chr, font.get_charmap() if font.scalable else ()))


def width_of(text: str, points: float) -> float:
    """The width in inches, about, of the longest line of a text from `as_shown`."""
    return max(sum(map(letter_width, line)) for line in unescaped(text).split('\n')) * points / 72


@functools.cache
def letter_width(letter: str) -> float:
    """As a share of the size of the font."""
    with_it, without = (text_to_path.get_text_width_height_descent(
        text, FontProperties(size=1), ismath=False)[0] for text in (f'x{letter}x', 'xx'))
    return with_it - without


def wrapped(text: str, inches: float, points: float = 10) -> str:
    """A text from `as_shown` with line breaks, so that no line of it is wider than that."""
    lines = []
    for line in unescaped(text).split('\n'):
        while True:
            ends = itertools.accumulate(map(letter_width, line))        # of each letter
            fits = max(1, sum(end * points / 72 <= inches for end in ends))
            if fits >= len(line):
                break
            end = max((n for n in range(fits // 2 + 1, fits + 1) if line[n - 1] in BREAKS),
                      default=fits)
            lines.append(line[:end].rstrip())
            line = line[end:].lstrip()
        lines.append(line)
    return '\n'.join(lines).replace('$', r'\$')


def n_lines(texts: Sequence[str]) -> int:
    """The lines of the longest of these texts; 0 where there is none."""
    return max((text.count('\n') + 1 for text in texts if text), default=0)


def unescaped(text: str) -> str:
    return text.replace(r'\$', '$')
