"""Each figure says in words what it shows, with numbers counted by hand; the page carries them."""
import nbformat
import numpy as np
import pandas as pd
import pytest
import tensorflow.compat.v1 as tf
from bs4 import BeautifulSoup
from nbclient import NotebookClient

from course import plots
from course.executed import write_page
from course.plots.images import place_of_maximum

HISTORY = {'train_loss': [0.9, 0.5], 'val_loss': [0.75, 0.8], 'train_acc': [0.5, 0.8125],
           'val_acc': [0.5, 0.625], 'lr': [1e-4, 1e-4]}
IMAGES = np.zeros((3, 64, 64, 3), np.uint8)


def variables():
    with tf.Graph().as_default():
        return plots.variables_by_scope([tf.get_variable('resnet_v2_50/conv1/w', (1000, 20)),
                                         tf.get_variable('CLASS_1/w', (2000, 5))])


DESCRIBED = {
    'Confusion matrix: 7 of 9 images right (77.8%). cat taken for a$b 2 of 4.': lambda: (
        plots.confusion_matrix([0, 0, 0, 0, 1, 1, 1, 1, 1], [0, 1, 0, 1, 1, 1, 1, 1, 1],
                               ['cat', 'a$b'])),
    'Confusion matrix: 2 of 2 images right (100.0%). No class is taken for another.': lambda: (
        plots.confusion_matrix([0, 1], [0, 1], ['cat', 'dog'])),
    'Confused most often: ape taken for bee 2 times, the other way round 1, bee taken for cow 0 '
    'times, the other way round 1.': lambda: plots.most_confused(
        [0, 0, 0, 1, 1, 2], [1, 1, 0, 0, 1, 1], ['ape', 'bee', 'cow']),
    'ROC curve, area 0.750. Where the more probable class wins, 50.0% of dog found, and 0.0% of '
    'cat taken for dog.': lambda: plots.roc_curve(
        [0, 0, 1, 1], [[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.2, 0.8]], ['cat', 'dog']),
    '3 images: cat (2), dog.': lambda: plots.show_images(IMAGES, ['cat', 'dog', 'cat']),
    '3 images.': lambda: plots.show_images(IMAGES),
    'Wrong, and most confident: 1 image: dog 0.75 is cat.': lambda: plots.mistakes(
        IMAGES[:1], [0], [[0.25, 0.75]], ['cat', 'dog']),
    '3 images and their heat maps; brightest: cat 0.9 (top left), dog 0.8 (bottom right), fox '
    '(nowhere).': lambda: plots.heat_maps(
        IMAGES, [np.eye(2) * [[2], [1]], np.eye(2) * [[1], [2]], np.ones((2, 2))],
        ['cat 0.9', 'dog\n0.8', 'fox']),
    '0.0 million parameters in 2 variables: conv1 0.02 million, CLASS_1 0.01 million.': variables,
    'Loss and accuracy, epochs 1 to 2: training loss from 0.900 to 0.500, validation loss from '
    '0.750 to 0.800, training accuracy from 50.0% to 81.2%, validation accuracy from 50.0% to '
    '62.5%. The lowest validation loss is that of epoch 1.': lambda: (
        plots.training_curves(HISTORY)),
    'Loss and accuracy after each epoch: no epoch yet.': lambda: plots.training_curves(
        {name: [] for name in HISTORY}),
    'Accuracy on 8 test images: tuned 87.5%, largest class 50.0%. tuned: validation accuracy 50.0% '
    'after the first of 2 epochs and 90.0% after the last.': lambda: plots.side_by_side(
        {'tuned': [0.5, 0.9]}, pd.DataFrame([[0.875, 0.5, 0.97], [0.5, 0.2, 0.8]],
                                            ['tuned', 'largest class'],
                                            ['accuracy', 'low', 'high']), 8)}


@pytest.mark.parametrize('words', DESCRIBED)
def test_a_figure_says_what_it_shows(words):
    assert repr(DESCRIBED[words]()) == words


def test_the_place_of_the_maximum():
    for row, above in enumerate(['top ', '', 'bottom ']):
        for column, side in enumerate(['left', '', 'right']):
            heat = np.zeros((3, 3))
            heat[row, column] = 1
            assert place_of_maximum(heat) == f'{above}{side}'.strip() or row == column == 1
    assert place_of_maximum(np.diag([0, 1, 0])) == 'centre'


def test_a_figure_without_a_description_says_its_titles():
    fig, [[left, right]] = plots.new_figure(3, 3, n_cols=2)
    assert repr(fig) == 'Figure: without a title'
    left.set_title('One\nline')
    right.set_title('Two')
    assert repr(fig) == 'Figure: One line; Two'


@pytest.mark.slow
def test_the_page_has_the_words_as_alternative_text_of_the_image(tmp_path):
    code = ('from course import plots\nplots.confusion_matrix([0, 1, 1], [0, 1, 0], '
            '["<cat>", "dog & \\"fox\\""])')
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=300).execute()
    nbformat.write(notebook, tmp_path / 'lesson.ipynb')
    write_page(tmp_path / 'lesson.ipynb', tmp_path / 'lesson.html')
    page = BeautifulSoup((tmp_path / 'lesson.html').read_text('utf-8'), 'html.parser')
    image, = page.select('img')
    assert image['src'].startswith('data:image/png;base64,')
    assert image['alt'] == ('Confusion matrix: 2 of 3 images right (66.7%). dog & "fox" taken for '
                            '<cat> 1 of 2.')
    assert page.title.text == 'lesson'
