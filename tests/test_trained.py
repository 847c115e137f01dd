"""A trained model's folder: what it says, that it answers as the notebook did, what it refuses."""
import hashlib
import html
import json
import re
import shutil

import mistune
import numpy as np
import pandas as pd
import pytest
import tensorflow.compat.v1 as tf
import tf_slim as slim
from small_model import CLASSES, SIZE, make_model, test_images
from tensorflow.python.framework.function import Defun

from course.scores import scores
from course.trained import Trained_model, newest
from course.trained.card import model_card
from course.trained.folder import HEAT_MAPS, IMAGES, PROBABILITIES


def dense(features, is_training):
    return slim.fully_connected(features, 3, activation_fn=None)


def hidden_with_norm(features, is_training):
    net = slim.fully_connected(features, 7)
    net = tf.layers.batch_normalization(net, training=is_training)
    return slim.fully_connected(net, 3, activation_fn=None)


def dropout(features, is_training):
    return tf.layers.dense(tf.layers.dropout(features, 0.5, training=is_training), 3)


def resource(features, is_training):
    w = tf.get_variable('w', [12, 3], use_resource=True)
    return tf.matmul(features, w) + tf.get_variable('b', [3])


def branches(features, is_training):
    """Branches in branches; in one, a constant that depends on nothing but its branch."""
    inner = tf.cond(is_training, lambda: tf.constant(5.0),
                    lambda: tf.cond(tf.logical_not(is_training), lambda: tf.constant(2.0),
                                    lambda: tf.constant(7.0)))
    return inner * dense(features, is_training)


@pytest.fixture(scope='module')
def made(tmp_path_factory):
    """(folder, what the notebook's graph says of the test images) with the course's own head."""
    return make_model(tmp_path_factory.mktemp('model') / 'colours_fold0', dense)


@pytest.fixture
def folder(made, tmp_path):
    """A copy of it, to be damaged."""
    return shutil.copytree(made[0], tmp_path / 'colours_fold0')


@pytest.mark.parametrize('head', [dense, hidden_with_norm, dropout, resource, branches])
def test_it_answers_as_the_graph_that_was_trained(tmp_path, head):
    """Its own graph, with is_training fed, is the truth; the heat maps too, which are gradients."""
    folder, expected = make_model(tmp_path / 'm', head)
    with Trained_model.load(folder).session() as sess:
        ops = {op.type for op in sess.graph.get_operations()}
        prob, maps = sess.run([PROBABILITIES, HEAT_MAPS], {IMAGES: test_images()[0]})
    np.testing.assert_allclose(prob, expected['prob'], atol=1e-4)
    np.testing.assert_allclose(maps, expected['maps'], rtol=1e-3,
                               atol=1e-3 * np.std(expected['maps']))
    assert np.std(expected['prob'], axis=0).max() > 0.01        # the images differ
    assert not ops & {'VariableV2', 'VarHandleOp', 'Switch', 'Merge', 'PlaceholderWithDefault'}


def test_it_says_what_it_is(made):
    folder, expected = made
    model = Trained_model.load(folder)
    _, y = test_images()
    assert (model.class_names, model.img_size, model.network) == (CLASSES, SIZE, 'resnet_v2_50')
    truth = scores(y, expected['prob'])
    assert model.figures['accuracy'] == pytest.approx(
        dict(truth.loc['accuracy', ['value', 'low', 'high']]))
    assert model.description['class_shares'] == {'blue': 4, 'green': 5, 'red': 6}
    assert np.sum(model.description['confusion']) == len(y) == model.description['n_test']
    values = tf.train.load_checkpoint(model.weights)
    assert values.get_tensor('CLASS_1/fully_connected/weights').shape == (12, 3)
    card = (folder / 'README.md').read_text(encoding='utf-8')
    for words in ('## Data', '## Figures', '## Limits', '## Not for', 'Rows: the true class',
                  f'{100 * truth.value.accuracy:.1f} % of {len(y)} test images were right'):
        assert words in card


def test_a_table_of_the_card_is_the_confusion_matrix(made):
    folder, expected = made
    card = (folder / 'README.md').read_text(encoding='utf-8')
    rows = [[word.strip() for word in line.strip('|').split('|')]
            for line in card.split('predicted one.\n\n')[1].split('\n\n')[0].splitlines()]
    expected = pd.crosstab(test_images()[1], np.argmax(expected['prob'], axis=1)).reindex(
        index=range(3), columns=range(3), fill_value=0)
    assert [[int(n) for n in row[1:]] for row in rows[2:]] == expected.values.tolist()


def test_names_stay_names_in_the_card(made):
    """mistune, which draws Markdown in Jupyter, is the second opinion."""
    odd = ['*a*', '[x](http://y)', '`c`', '<b>d</b>', '_e_ |f|', '\\g~~h~~']
    description = json.loads((made[0] / 'model.json').read_text())
    description['class_shares'] = description['tested_on'] = description['validated_on'] = (
        dict.fromkeys(odd, 40))
    page = mistune.create_markdown(plugins=['table', 'strikethrough', 'url'])(model_card(
        {**description, 'class_names': odd, 'confusion': np.eye(6, dtype=int).tolist()}))
    text = html.unescape(re.sub('<[^>]*>', '', page))
    assert {name: text.count(name) for name in odd} == dict.fromkeys(odd, 4)  # in tables too
    assert not re.search('<(em|a|code|b|del|strong)[ >]', page.split('<h2>Use it')[0])


def in_a_function(compute):
    """A call of a function, an operation that TensorFlow calls stateless whatever is in it."""
    function = Defun()(compute)
    function.add_to_graph(tf.get_default_graph())
    tf.raw_ops.PartitionedCall(args=[], Tout=[tf.string], f=function)


def change(description, **values):
    return json.dumps({**json.loads(description), **values})


@pytest.mark.parametrize('file, damage, said', [
    ('model.json', lambda text: text[:len(text) // 2], 'model.json is damaged'),
    ('model.json', lambda text: '[]', 'model.json is damaged'),
    ('model.json', lambda text: change(text, format=2), 'is of format 2, .* reads format 1'),
    ('model.json', lambda text: json.dumps({'format': 1}), 'model.json is damaged'),
    ('model.json', None, 'not finished: run the notebook as far as section 6'),
    ('graph_*.pb', None, r'graph_\w+.pb is missing'),
    ('graph_*.pb', lambda text: text + ' ', r'graph_\w+.pb is damaged'),
    ('weights.ckpt.index', None, 'weights.ckpt is missing'),
    ('weights.ckpt.data*', lambda text: text + ' ', 'weights.ckpt is damaged, or of a training')])
def test_what_is_not_whole_is_refused_in_words(folder, file, damage, said):
    path, = folder.glob(file)
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage(path.read_bytes().decode('latin1')).encode('latin1'))
    with pytest.raises((ValueError, FileNotFoundError), match=said):
        Trained_model.load(folder)


def test_a_folder_that_is_not_there_and_one_that_is_no_model(folder):
    for name in ('nowhere', '.'):
        with pytest.raises(FileNotFoundError, match='models here: .*colours_fold0'):
            Trained_model.load(folder.parent / name if name != '.' else folder / '..' / 'x')
    (folder.parent / 'x').mkdir()
    with pytest.raises(FileNotFoundError, match='x is no trained model: it has no model.json'):
        Trained_model.load(folder.parent / 'x')


def test_a_training_that_comes_after_it_does_not_spoil_it(folder):
    """As saving.set_aside renames the weights of a training that is complete."""
    for file in folder.glob('weights.ckpt.*'):
        file.rename(folder / file.name.replace('weights', 'weights_before'))
    (folder / 'weights.ckpt.index').write_bytes(b'of the next training')
    (folder / 'weights.ckpt.data-00000-of-00001').write_bytes(b'of the next training')
    assert Trained_model.load(folder).weights.endswith('weights_before.ckpt')


@pytest.mark.parametrize('harm, kind', [
    (lambda name: tf.io.read_file('/etc/passwd', name=name), 'ReadFile'),
    (lambda name: tf.print('text', name=name), 'PrintV2'),
    (lambda name: tf.py_func(lambda: 1.0, [], tf.float32, name=name), 'PyFunc'),
    (lambda name: tf.raw_ops.DebugIdentity(input=1.0, debug_urls=['file:///tmp/x'], name=name),
     'DebugIdentity'),
    (lambda name: in_a_function(lambda: tf.io.read_file('/etc/passwd', name=name)), 'ReadFile')])
def test_a_graph_that_does_more_than_compute_is_refused(folder, harm, kind):
    with tf.Graph().as_default() as graph:
        harm('secret')
    path, = folder.glob('graph_*.pb')
    data = path.read_bytes() + graph.as_graph_def().SerializeToString()   # merged, as protobuf does
    path.write_bytes(data)
    description = json.loads((folder / 'model.json').read_text())
    description['graph']['digest'] = hashlib.sha256(data).hexdigest()
    (folder / 'model.json').write_text(json.dumps(description))
    with pytest.raises(ValueError, match=f'holds .*, a {kind}: it must compute, and nothing'):
        Trained_model.load(folder)


def test_the_newest_is_the_one_tested_last(folder):
    for name, date in (('a', '2026-05-01 10:00:00'), ('b', '2026-05-01 09:59:59')):
        (folder.parent / name).mkdir()
        (folder.parent / name / 'model.json').write_text(json.dumps({'date': date}))
    (folder / 'model.json').write_text('{')
    assert newest(folder.parent).name == 'a'
    with pytest.raises(FileNotFoundError, match='There is no trained model in .*: run the'):
        newest(folder)
