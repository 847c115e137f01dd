"""Names in every plot: long, with $ or _, and in any script; nothing cut off, squashed or boxed."""
import itertools
import os
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from course import plots
from course.plots.text import say_missing

SHORT = 'cat', 'dog', 'eel'
FORTY = ('Asian elephant seen from behind at dusk 1', 'leaf_of_a_plum_tree_with_brown_rot_stage_2',
         'ox')
EIGHTY = tuple(f'{word}, a class whose name is a whole sentence that nobody has cut short, no. {k}'
               for k, word in enumerate(('kingfisher', 'woodpecker', 'sandpiper')))
UNBROKEN = tuple(letter * 80 for letter in 'mxi')
WIDE = '貓' * 40, '狗是人類最好的朋友' * 5, 'แมว'
KINDS = {'short': SHORT, 'forty': FORTY, 'eighty': EIGHTY, 'unbroken': UNBROKEN, 'wide': WIDE,
         'dollars': ('$5 and $10', r'\$', 'a$b'), 'odd': ('_cat', '', '%s {} \\')}
IMAGES = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
Y = np.array([0, 1, 2, 0, 1, 2, 0, 1])
PROB = np.eye(3)[[1, 1, 2, 2, 0, 2, 0, 1]] * 0.9 + 0.1 / 3

# each plot, from three names
PLOTS = {
    'show_images': lambda names: plots.show_images(IMAGES, names, suptitle=names[0]),
    'one image': lambda names: plots.show_images(IMAGES[:1], names[:1], suptitle=names[0]),
    'mistakes': lambda names: plots.mistakes(IMAGES, [1, 2, 0], PROB[:3], names),
    'heat_maps': lambda names: plots.heat_maps(IMAGES, np.ones((3, 2, 2)), names),
    'confusion_matrix of 2': lambda names: plots.confusion_matrix([0, 1], [0, 1], names[:2]),
    'confusion_matrix of 12': lambda names: plots.confusion_matrix(
        np.arange(12), np.arange(12), [f'{name} {k}' for k in range(4) for name in names]),
    'confusion_matrix of 99': lambda names: plots.confusion_matrix(
        np.arange(99), np.arange(99), [f'{name} {k}' for k in range(33) for name in names]),
    'most_confused': lambda names: plots.most_confused(Y, PROB.argmax(axis=1), names),
    'roc_curve': lambda names: plots.roc_curve([0, 1, 1], PROB[:3, :2], names[:2]),
    'side_by_side': lambda names: plots.side_by_side(
        dict.fromkeys(names, [0.2, 0.9]), pd.DataFrame(
            [[0.9, 0.8, 0.95]] * 5, [*names, 'HOG', f'always "{names[0]}"'],
            ['accuracy', 'low', 'high']), 100)}


def shown(fig):
    """All texts that are seen when a figure is drawn, with their places in pixels."""
    FigureCanvasAgg(fig).draw()
    texts = [*fig.texts, *(text for legend in fig.legends for text in legend.get_texts())]
    for ax in fig.axes:
        texts += [ax.title, *ax.texts, *(ax.get_legend().get_texts() if ax.get_legend() else [])]
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            low, high = sorted(axis.get_view_interval())
            texts += [axis.label, *(label for place, label in zip(
                axis.get_ticklocs(), axis.get_ticklabels()) if low <= place <= high)]
    return [(text, text.get_window_extent()) for text in texts if text.get_text()]


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('plot', PLOTS)
@pytest.mark.filterwarnings('error')
def test_nothing_is_cut_off_squashed_or_on_top_of_something_else(plot, kind):
    fig = PLOTS[plot](KINDS[kind])
    texts = shown(fig)
    for text, box in texts:
        assert box.x0 >= 0 and box.x1 <= fig.bbox.width, text
        assert box.y0 >= 0 and box.y1 <= fig.bbox.height, text
        assert min(box.width, box.height) >= 5, text
    for (text, one), (other_text, other) in itertools.combinations(texts, 2):
        assert not one.padded(-1).overlaps(other.padded(-1)), (text, other_text)
    assert fig.bbox.width < 2000 and fig.bbox.height < 2000
    for ax in fig.axes:                                     # of 75 pixels an inch
        assert min(ax.bbox.width, ax.bbox.height) > 50, ax.get_title()
    assert not plt.get_fignums()                            # a notebook shows it once


@pytest.mark.parametrize('title, lines', [
    ('healthy leaf of a plum tree? 0.9', ['healthy leaf of a', 'plum tree? 0.9']),
    ('Tomato_Septoria_leaf_spot', ['Tomato_Septoria_', 'leaf_spot']), ('x', ['x'])])
def test_a_long_title_is_broken_between_words(title, lines):
    [ax] = plots.show_images(np.zeros((1, 8, 8, 3), np.uint8), [title]).axes
    assert ax.get_title().split('\n') == lines


@pytest.mark.parametrize('name', ['$5 and $10', r'\$', r'a\$b$', '$x$'])
def test_a_dollar_is_a_dollar(name):
    """The pixels are those of a text that matplotlib is told not to read as a formula."""
    def pixels(fig):
        canvas = FigureCanvasAgg(fig)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())
    fig = plots.show_images(IMAGES[:1], ['|'])
    fig.axes[0].set_title(name, fontsize=10, parse_math=False)
    np.testing.assert_array_equal(pixels(plots.show_images(IMAGES[:1], [name])), pixels(fig))


LETTER, OTHER = '\U0010f123', '\U0010f124'      # for private use: no font has them, but ours
SHOW = f"""
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from course import plots
from course.plots.text import say_missing
images = np.zeros((2, 8, 8, 3), np.uint8)
for _ in range(2):
    fig = plots.show_images(images, ['a{LETTER}', 'b{OTHER}'])
    FigureCanvasAgg(fig).draw()
print([ax.get_title() for ax in fig.axes])
"""


def make_font(path):
    """A font with LETTER and OTHER, both of them triangles."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 800))
    pen.lineTo((900, 0))
    pen.closePath()
    glyph, names = pen.glyph(), ['.notdef', 'one', 'two']
    font = FontBuilder(1000)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(LETTER): 'one', ord(OTHER): 'two'})
    font.setupGlyf(dict.fromkeys(names, glyph))
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    font.setupHorizontalHeader(ascent=900, descent=-100)
    font.setupNameTable({'familyName': 'Triangles', 'styleName': 'Regular'})
    font.setupOS2()
    font.setupPost()
    path.parent.mkdir(parents=True)
    font.save(path)


@pytest.mark.skipif(not sys.platform.startswith('linux'), reason='where a user installs a font')
def test_a_letter_without_a_font_is_named_and_a_font_installed_then_is_used(tmp_path):
    def run():
        environment = {**os.environ, 'XDG_DATA_HOME': str(tmp_path), 'MPLBACKEND': 'Agg',
                       'MPLCONFIGDIR': str(tmp_path / 'matplotlib'), 'PYTHONUTF8': '1'}
        result = subprocess.run([sys.executable, '-c', SHOW], env=environment, capture_output=True,
                                encoding='utf-8')
        assert result.returncode == 0, result.stderr
        assert 'Glyph' not in result.stderr and 'findfont' not in result.stderr
        return result.stdout.splitlines()

    sentence, titles = run()
    assert sentence.startswith(f'No installed font has the letters {LETTER}{OTHER}: figures show □')
    assert 'Install one that has them' in sentence and titles == "['a□', 'b□']"
    make_font(tmp_path / 'fonts' / 'triangles.ttf')
    [titles] = run()                # though matplotlib's list of fonts is from before
    assert titles == str([f'a{LETTER}', f'b{OTHER}'])


@pytest.mark.parametrize('letters, package', [('\u8c93\u72ac', 'fonts-noto-cjk'),   # cat, dog
                                              ('\u3042', 'fonts-noto-cjk'),         # hiragana
                                              ('\u0e01', 'fonts-noto'),             # Thai
                                              (LETTER, 'fonts-noto')])
def test_the_package_with_the_letters_is_named(letters, package, capsys):
    say_missing.__wrapped__(frozenset(letters))
    assert f'apt install {package})' in capsys.readouterr().out
