"""predict.py and section 7: any image file, many of them, and what is written about them."""
import csv
import html.parser
import json
import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest
import tf_slim as slim
from conftest import ROOT
from PIL import Image
from small_model import CLASSES, SIZE, make_model, test_images

from course.predicting import files_of, main
from course.trained import Trained_model
from course.trained.predictions import Predictor
from course.trained.upload import answers, your_image

ODD = '<b>&"\'.png'


def head(features, is_training):
    return slim.fully_connected(features, 3, activation_fn=None)


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    """(folder of the model, probabilities of the test images); these are beside it, as 0.png ..."""
    folder, expected = make_model(tmp_path_factory.mktemp('made') / 'colours_fold0', head)
    return folder, expected['prob']


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """A student's folder with the model in model/ and the images in images/."""
    shutil.copytree(made[0], tmp_path / 'model/colours_fold0')
    (tmp_path / 'data_list').mkdir()
    (tmp_path / 'images').mkdir()
    for file in made[0].parent.glob('*.png'):
        shutil.copy(file, tmp_path / 'images')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(path):
    with open(path, encoding='utf-8', newline='') as file:
        return list(csv.DictReader(file))


def test_a_folder_as_a_table(made, place, capsys):
    """In natural order; the same probabilities as in the notebook, to the last digit written."""
    assert main(['images', '--csv', 'all.csv', '--temperature', '1']) == 0
    found = rows('all.csv')
    assert [row['file'] for row in found] == [f'images/{i}.png' for i in range(len(made[1]))]
    for row, prob in zip(found, made[1]):
        order = np.argsort(-prob)
        assert [row[f'class_{k}'] for k in (1, 2, 3)] == [CLASSES[i] for i in order]
        np.testing.assert_allclose([float(row[f'probability_{k}']) for k in (1, 2, 3)],
                                   prob[order], atol=2e-4)
    printed = capsys.readouterr().out
    assert printed.startswith('model/colours_fold0 of 2') or '/model/colours_fold0 of 2' in printed
    assert 'tested last; another one: --model FOLDER' in printed
    counts = np.bincount(made[1].argmax(axis=1), minlength=3)
    for name, n in zip(CLASSES, counts):
        assert f'{n} {name}' in printed or not n


def test_a_photograph_of_a_phone_is_turned(made, place, capsys):
    """EXIF orientation 6: the file holds the image lying on its side."""
    upright = cv2.cvtColor(cv2.imread('images/1.png'), cv2.COLOR_BGR2RGB)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.rot90(upright)).save('phone.png', exif=exif)
    with Predictor(Trained_model.load('model/colours_fold0'), temperature=1) as predictor:
        prediction, = predictor(['phone.png'], heat_maps=True)
    np.testing.assert_array_equal(prediction.image, test_images()[0][1])
    np.testing.assert_allclose(prediction.probabilities, made[1][1], atol=1e-4)
    assert prediction.heat_map.shape == (SIZE // 4, SIZE // 4)
    assert main(['phone.png', '--model', 'model/colours_fold0', '--temperature', '1']) == 0
    best = made[1][1].argmax()
    assert f'phone.png: {CLASSES[best]} {made[1][1][best]:.1%}, ' in capsys.readouterr().out


def test_what_cannot_be_read_is_named_and_skipped(place, capsys):
    (place / 'text.jpg').write_text('not an image')
    assert main(['nowhere.png', 'text.jpg', 'images/0.png']) == 0
    captured = capsys.readouterr()
    assert 'nowhere.png is missing: skipped\ntext.jpg is not an image' in captured.err
    assert '1 of 3 files: ' in captured.out
    assert main(['nowhere.png']) == 1
    assert main(['model']) == 1                         # a folder without images
    assert 'model holds no image' in capsys.readouterr().err


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.text = [], ''

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_a_page_escapes_names_and_describes_its_images(place, capsys):
    if sys.platform == 'win32':
        pytest.skip('no such names')
    shutil.copy('images/0.png', ODD)
    model = place / 'model/colours_fold0/model.json'
    model.write_text(json.dumps({**json.loads(model.read_text()),
                                 'class_names': ['<script>', 'b&b', 'red']}))
    assert main([ODD, 'images/1.png', '--page', 'a.html']) == 0
    tags = Tags()
    tags.feed((place / 'a.html').read_text(encoding='utf-8'))
    images = [attributes for tag, attributes in tags.found if tag == 'img']
    assert len(images) == 4 and all(image['src'].startswith('data:image/jpeg') for image in images)
    assert images[0]['alt'].startswith(f'{ODD}: ') and ODD in tags.text
    assert {'b', 'script'}.isdisjoint(tag for tag, _ in tags.found) and '<script> ' in tags.text


def test_an_image_of_them_and_too_many_for_one(place, capsys):
    assert main(['images', '--png', 'a.png']) == 0
    height, width, _ = cv2.imread('a.png').shape
    assert width > 300 and height > 300
    with pytest.raises(SystemExit, match='--png draws 60 images at most, and these are 70: use'):
        main(['images'] * 7 + ['--png', 'b.png'])
    assert not list(place.glob('b.png*'))


def test_a_table_is_whole_or_not_there(place, monkeypatch):
    monkeypatch.setattr('course.trained.page.Table.add', lambda self, prediction: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(['images', '--csv', 'all.csv'])
    assert not list(place.glob('all.csv*'))


def test_files_of_folders(tmp_path):
    for name in ('b/10.png', 'b/2.JPG', 'b/c/1.png', '.hidden/1.png', 'b/notes.txt', 'b/.x.png'):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = files_of([str(tmp_path), 'any.name'])
    assert [name.removeprefix(f'{tmp_path}/') for name in found] == [
        'b/2.JPG', 'b/10.png', 'b/c/1.png', 'any.name']


def test_without_a_model_or_with_a_damaged_one(place, capsys):
    next((place / 'model/colours_fold0').glob('graph_*.pb')).unlink()
    with pytest.raises(SystemExit, match='graph_.*pb is missing: the model cannot be used'):
        main(['images/0.png'])
    shutil.rmtree(place / 'model')
    with pytest.raises(SystemExit, match='There is no trained model in .*model: run the notebook'):
        main(['images/0.png'])


def test_the_command_from_another_folder(place):
    done = subprocess.run([sys.executable, ROOT / 'predict.py', 'images/0.png'], cwd=place,
                          capture_output=True, text=True)
    assert done.returncode == 0 and 'images/0.png: ' in done.stdout, done.stderr


def test_own_pixels_are_refused_in_words(tmp_path, capsys):
    """What preprocess_data does besides reading cannot be known in a new kernel."""
    def inverted(df, num_class, aug=False):
        x, y, files = usual(df, num_class)
        return [255 - x[0]], y, files

    from small_model import preprocess as usual
    folder, _ = make_model(tmp_path / 'm', head, preprocess=inverted)
    model = Trained_model.load(folder)
    assert '255 - x[0]' in model.description['preprocessing']['source']
    with pytest.raises(ValueError, match='preprocess_data had changed .* in the graph, in section'):
        Predictor(model)
    your_image(str(folder))
    assert 'preprocess_data had changed' in capsys.readouterr().out


def test_what_was_uploaded_is_answered(made, place):
    """As ipywidgets gives it; what is no image is named, and nothing is left on the disk."""
    data = (place / 'images/0.png').read_bytes()
    uploaded = [{'name': 'a $1 <cat>.png', 'content': memoryview(data)},
                {'name': 'x.heic', 'content': memoryview(b'not read')}]
    with Predictor(Trained_model.load('model/colours_fold0'), temperature=1) as predictor:
        line, figure = answers(predictor, uploaded)
        assert answers(predictor, uploaded[1:]) == [line]
    assert line.startswith('x.heic is not an image')
    best = made[1][0].argmax()
    assert f'{CLASSES[best]} {made[1][0][best]:.1%}' in figure.axes[0].get_title()


def test_section_7_in_a_kernel_of_its_own(place):
    """With the one cell alone: three test images, and a button that answers."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError

    from course.notebooks import MAIN, cell_with_tag
    cell = cell_with_tag(nbformat.read(MAIN, 4), 'your_image')
    press = nbformat.v4.new_code_cell(
        'from ipywidgets.widgets.widget import _instances\n'
        'button, = [w for w in _instances.values() if type(w).__name__ == "FileUpload"]\n'
        'content = memoryview(open("images/2.png", "rb").read())\n'
        'button.value = [dict(name="mine.png", type="", size=len(content), content=content,\n'
        '                     last_modified=__import__("datetime").datetime.now())]')
    notebook = nbformat.v4.new_notebook(cells=[cell, press])
    for again in True, False:               # once, Jupyter lost what an idle kernel answered
        client = NotebookClient(notebook, timeout=120, resources={'metadata': {'path': str(place)}})
        try:
            client.execute()
            break
        except CellTimeoutError:
            assert again
    kinds = [kind for output in cell.outputs for kind in output.get('data', {})]
    assert 'image/png' in kinds and kinds.count('application/vnd.jupyter.widget-view+json') == 2
    answered = [output for state in client.widget_state.values()
                for output in state.get('outputs', [])]
    assert 'image/png' in answered[0]['data'], answered
