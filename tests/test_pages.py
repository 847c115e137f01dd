"""Pages for all: names are text, whatever is in them; images are described; headings are in order.
"""
import os
import re

import cv2
import nbformat
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from course import plots
from course.executed import write_page
from course.lists.make import make_list
from course.lists.report import write_report
from course.trained.page import Page
from course.trained.predictions import Prediction

ODD = '<b>&"x"', "<script>alert('1')</script>", '</figure><h1>&lt;'
IMAGE = np.zeros((8, 8, 3), np.uint8)


def read(file):
    return BeautifulSoup(file.read_text(encoding='utf-8'), 'html.parser')


def check(page, names, without_names=()):
    """What holds for each page; `without_names`: the tags that it may not have."""
    assert page.html['lang'] == 'en' and page.title.text
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile('^h[1-6]$'))]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below - above <= 1 for above, below in zip(levels, levels[1:]))
    assert not [image for image in page.find_all('img') if 'alt' not in image.attrs]
    assert all(drawn.get('aria-label') for drawn in page.find_all('svg'))
    assert not page.find_all(list(without_names))
    text = page.get_text()
    assert [name for name in names if name not in text] == []


@pytest.mark.skipif(os.name != 'posix', reason='has no such file names')
def test_the_page_of_a_dataset(tmp_path, monkeypatch):
    """Class names are names of files too, so `<` and `"` cannot be in them; in an image's they can.
    """
    monkeypatch.chdir(tmp_path)
    names = 'a & b', "it's", '&lt;b&gt;'
    files = [name.replace('/', '_') for name in ODD]
    for c, name in enumerate(names):
        (tmp_path / 'data/set' / name).mkdir(parents=True)
        for i, file in enumerate([*files, *map(str, range(5))]):
            image = np.random.default_rng(10 * c + i).integers(0, 256, (32, 48, 3), np.uint8)
            cv2.imwrite(str(tmp_path / f'data/set/{name}/{file}.png'), image)
    report = make_list(tmp_path / 'data/set', tmp_path / 'data_list/set/k_fold')
    page = read(write_report(report))
    check(page, [*names, *files], ('b', 'script'))
    assert page.svg['aria-label'].endswith('24 images, from 48 x 32 to 48 x 32 pixels')


def test_the_page_of_predictions(tmp_path):
    with open(tmp_path / 'page.html', 'w', encoding='utf-8') as file:
        page = Page(file, list(ODD), 0, 'A model of ' + ', '.join(ODD))
        page.add(Prediction(path=ODD[0], image=IMAGE, heat_map=np.zeros((2, 2)), width=8, height=8,
                            probabilities=np.array([0.5, 0.3, 0.2])))
        page.end()
    page = read(tmp_path / 'page.html')
    check(page, ODD, ('b', 'script'))
    assert page.find_all('img')[0]['alt'].startswith(f'{ODD[0]}: {ODD[0]}, 50.0%')


def test_the_page_of_a_notebook(tmp_path):
    """A figure whose titles are such names, and a table of them."""
    figure = plots.show_images([IMAGE] * len(ODD), list(ODD))
    table = pd.DataFrame([1] * len(ODD), index=list(ODD))
    outputs = [nbformat.v4.new_output('display_data', {'image/png': 'AAAA',
                                                       'text/plain': repr(figure)}),
               nbformat.v4.new_output('display_data', {'text/html': table._repr_html_()}),
               nbformat.v4.new_output('stream', text='\n'.join(ODD))]
    nbformat.write(nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_markdown_cell('# Lesson'),
        nbformat.v4.new_code_cell('1', outputs=outputs)]), tmp_path / 'a.ipynb')
    write_page(tmp_path / 'a.ipynb', tmp_path / 'a.html')
    page = read(tmp_path / 'a.html')
    check(page, ODD)
    assert not page.find_all('b') and not [tag for tag in page.find_all('script')
                                           if 'alert' in tag.get_text()]
    image, = page.find_all('img')
    assert image['alt'] == repr(figure)
