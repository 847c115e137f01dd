"""In a real browser: the notebook runs in JupyterLab, and the page can be read on a phone.

Needs Chromium or Chrome, and requirements-browser.txt; is skipped without them.
"""
import base64
import os
import socket
import subprocess
import sys
import time
import urllib.request

import cv2
import nbformat
import numpy as np
import pytest
from a_browser import CHROMIUM, DONE, ERRORS, IDLE, NO_CHROMIUM
from bs4 import BeautifulSoup
from notebook_kernel import CONFIG, THREE_LAYERS, draw_images, folder_with_lists

from course.executed import write_page
from course.notebooks import MAIN, cell_with_tag, place_of

browsers = pytest.importorskip('playwright.sync_api', reason='playwright is not installed: pip '
                               'install -r requirements-browser.txt')
pytestmark = [pytest.mark.slow, pytest.mark.skipif(
    not CHROMIUM, reason=NO_CHROMIUM)]
WHOLE_NETWORK = THREE_LAYERS.rpartition('plots.training_curves')[0]     # the curves are drawn
EVERYTHING_IN_THE_PAGE = '{"windowingMode": "none"}'    # not only the cells that are in view
# What a student sees moving: how far the bars are, and the curves of the training's cell
WATCH = """place => {
    window.seen = {bars: [], curves: []};
    const add = (list, value) => { if (value && !list.includes(value)) list.push(value) };
    const look = () => {
        for (const bar of document.querySelectorAll('.progress-bar'))
            add(window.seen.bars, bar.style.width);
        for (const image of document.querySelectorAll('.jp-Notebook .jp-Cell')[place]
                .querySelectorAll('.jp-OutputArea img'))
            add(window.seen.curves, image.src);
    };
    new MutationObserver(look).observe(document.body, {
        subtree: true, childList: true, attributes: true, attributeFilter: ['style', 'src']});
}"""


@pytest.fixture(scope='module')
def browser():
    with browsers.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=['--no-sandbox'])
        yield browser
        browser.close()


@pytest.fixture
def lesson(tmp_path):
    """A student's folder: lists of three colours, and the notebook with small parameters."""
    draw_images(tmp_path / 'images' / 'colours')
    folder = folder_with_lists(tmp_path / 'student', tmp_path / 'images' / 'colours')
    notebook = nbformat.read(MAIN, 4)
    cell_with_tag(notebook, 'parameters').source += ''.join(
        f'\n{name} = {value!r}' for name, value in {**CONFIG, 'nb_epoch': 5}.items())
    notebook.cells.insert(place_of(notebook, 'graph'), nbformat.v4.new_code_cell(WHOLE_NETWORK))
    for cell in notebook.cells:
        if cell.cell_type == 'code':
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, folder / 'lesson.ipynb')
    return folder, notebook


@pytest.fixture
def jupyter(lesson, tmp_path):
    """The address of a JupyterLab in that folder."""
    folder, _ = lesson
    settings = tmp_path / 'settings' / '@jupyterlab' / 'notebook-extension'
    settings.mkdir(parents=True)
    (settings / 'tracker.jupyterlab-settings').write_text(EVERYTHING_IN_THE_PAGE)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    log = open(tmp_path / 'jupyter.log', 'w')
    process = subprocess.Popen(
        [sys.executable, '-m', 'jupyterlab', '--no-browser', '--allow-root', '--ip=127.0.0.1',
         f'--port={port}', '--IdentityProvider.token=', f'--ServerApp.root_dir={folder}',
         f'--LabApp.user_settings_dir={tmp_path / "settings"}',
         f'--LabApp.workspaces_dir={tmp_path / "workspaces"}'],
        cwd=folder, stdout=log, stderr=log, env={**os.environ, 'JUPYTER_PREFER_ENV_PATH': '1',
                                                 'JUPYTER_CONFIG_DIR': str(tmp_path / 'config')})
    address = f'http://127.0.0.1:{port}'
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f'{address}/api', timeout=5)
                break
            except OSError:
                assert process.poll() is None, (tmp_path / 'jupyter.log').read_text()
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def pixels(source):
    """An image of a page, as its address has it."""
    data = base64.b64decode(source.partition('base64,')[2])
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def test_the_notebook_in_jupyterlab(browser, jupyter, lesson, tmp_path):
    """All cells run, bars move, curves change, and an image that is uploaded gets its classes."""
    folder, notebook = lesson
    page = browser.new_page(viewport={'width': 1400, 'height': 1000})
    page.set_default_timeout(120_000)
    page.goto(f'{jupyter}/lab/tree/lesson.ipynb?reset')
    page.locator(IDLE).wait_for()
    page.evaluate(WATCH, place_of(notebook, 'train'))
    page.get_by_role('menuitem', name='Run', exact=True).click()
    page.get_by_role('menuitem', name='Run All Cells', exact=True).click()
    page.wait_for_function(DONE, timeout=600_000)
    errors = page.locator(ERRORS)
    assert not errors.count(), errors.first.inner_text()
    seen = page.evaluate('() => window.seen')
    assert len(seen['bars']) >= 3                       # of 5 epochs
    assert len(seen['curves']) >= 3
    assert np.abs(np.int16(pixels(seen['curves'][0])).mean()
                  - pixels(seen['curves'][-1]).mean()) > 0.01

    cell = page.locator('.jp-Notebook .jp-Cell').nth(place_of(notebook, 'your_image'))
    before = cell.locator('img').count()
    own, notes = tmp_path / 'own.png', tmp_path / 'notes.png'
    image = np.zeros((300, 200, 3), np.uint8)
    image[..., 2] = 200                                 # red, as OpenCV has it
    cv2.imwrite(str(own), image)
    notes.write_text('This is no image.')
    with page.expect_file_chooser() as chooser:
        cell.locator('.widget-upload').click()
    chooser.value.set_files([str(own), str(notes)])
    cell.get_by_text('notes.png is not an image').wait_for()
    page.wait_for_function('([cell, n]) => cell.querySelectorAll("img").length > n',
                           arg=[cell.element_handle(), before])
    shown = [pixels(source) for source in cell.locator('img').evaluate_all(
        'images => images.map(image => image.src)')]
    assert any(same(answer, shown_to_us(folder, own)) for answer in shown)

    page.keyboard.press('Control+s')                    # every figure's words, on the page of it
    for _ in range(100):
        if len(described(folder / 'lesson.ipynb')) > 5:
            break
        time.sleep(0.2)
    alternatives = described(folder / 'lesson.ipynb')
    assert len(alternatives) > 5
    assert not [alt for alt in alternatives if len(alt) < 20 or alt.startswith(('<Figure', 'No '))]
    page.close()


def described(path):
    """The alternative texts of the images on the page that is made of a notebook."""
    write_page(path, path.with_suffix('.html'))
    page = BeautifulSoup(path.with_suffix('.html').read_text('utf-8'), 'html.parser')
    return [image.get('alt', '') for image in page.select('img')]


def shown_to_us(folder, path):
    """The figure that section 7 makes of an image, made here."""
    from IPython.core.pylabtools import print_figure

    from course.trained import Trained_model, newest
    from course.trained.predictions import Predictor
    from course.trained.upload import said_of
    with Predictor(Trained_model.load(newest(folder / 'model'))) as predictor:
        figure, = said_of(predictor, {str(path): path.name})
    return cv2.imdecode(np.frombuffer(print_figure(figure), np.uint8), cv2.IMREAD_COLOR)


def same(a, b):
    return a.shape == b.shape and np.abs(np.int16(a) - b).mean() < 2


@pytest.mark.parametrize('width', [390, 1400])
def test_the_page_fits_a_phone_and_a_screen(browser, width, tmp_path):
    """The page of the notebook in git."""
    write_page(MAIN, tmp_path / 'lesson.html')
    page = browser.new_page(viewport={'width': width, 'height': 800})
    page.goto((tmp_path / 'lesson.html').as_uri())
    wide = page.evaluate('() => [document.documentElement.scrollWidth, document.body.scrollWidth]')
    assert max(wide) <= width
    images = page.locator('img').evaluate_all(
        'images => images.map(image => [image.width, image.naturalWidth])')
    assert len(images) > 5 and all(0 < shown <= width and n for shown, n in images)
    page.close()
