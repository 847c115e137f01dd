"""Features from a pre-trained network, and what they are if something is done wrong."""
import functools
from collections.abc import Callable

import numpy as np
import tensorflow.compat.v1 as tf

from course import workplace
from exercises.checks.checking import Wrong, expect, returned, snapped
from tf_model import zoo
from tf_model.restore import restore

BATCH = 32      # images at a time
NEW_GRAPH = 'build the network in a new graph, with tf.Graph().as_default()'


def drawn(network: str) -> str:
    """The checkpoint of a network that ships, where it may be unpacked."""
    return str(workplace() / 'tf_ckpt' / f'{network}_drawn.ckpt')


def features_of(images: np.ndarray, checkpoint: str, network: str = 'resnet_v2_50',
                seed: int = 0) -> np.ndarray:
    """The features of a network's trunk, averaged over all places: float32 (N, C).

    images: uint8 (N, H, W, 3), RGB. checkpoint: as for `tf_model.restore.restore`, or '' for random
        weights, drawn with `seed`. network: a name in zoo.ZOO.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(seed)
        fed = tf.placeholder(tf.uint8, [None, *images.shape[1:]])
        maps, _ = zoo.build(network, zoo.scale(network, fed), is_training=False)
        features = tf.reduce_mean(maps, [1, 2])
        sess.run(tf.global_variables_initializer())
        if checkpoint:
            restore(sess, tf.model_variables(), checkpoint)
        return np.concatenate([sess.run(features, {fed: images[i:i + BATCH]})
                               for i in range(0, len(images), BATCH)])


def restored_features(given: Callable, images: np.ndarray, network: str = 'resnet_v2_50',
                      scale: str = 'scale_images') -> None:
    """Check given(), which is to return the features of `images`, from a network's own checkpoint.

    images: uint8 (N, H, W, 3), N > 1. scale: what the exercise calls the scaling of its input.
    Raises Wrong, as `expect` does.
    """
    right = network_with(network)(images / 127.5 - 1)[0]
    got = computed(given)
    expect(f'the shape of the features of {len(images)} images', got.shape, right.shape, [
        (lambda shape: len(shape) == 4, 'take the mean over height and width: '
                                        'tf.reduce_mean(maps, [1, 2])'),
        (lambda shape: shape[0] < len(images), 'of all images: put the batches together with '
                                               'np.concatenate'),
        (right.shape[1:], 'one row for each image: take the mean over height and width only, '
                          '[1, 2]')])
    if alike(got, right):
        print('ok: the features')
        return
    again = computed(given)
    expect('the first four features of the first image', snapped(got[0, :4], right[0, :4], 1e-3),
           right[0, :4].round(3).tolist(), [
               (lambda _: not alike(got, again),
                'the second time they are different: these are random weights. Restore the '
                'checkpoint, and do not run the initializer after it'),
               *((lambda _, wrong=wrong: alike(got, wrong()), hint)
                 for wrong, hint in mistakes(images, network, scale)),
               (lambda _: True, 'is it the weights, input scale (once only), or the mean over '
                                'height and width ([1, 2])?')])


def computed(given: Callable) -> np.ndarray:
    """What given() returns; Wrong with a hint for the errors that mistakes lead to."""
    try:
        return np.asarray(returned('the features', given()))
    except tf.errors.FailedPreconditionError as error:
        raise Wrong('a variable has no value: restore the checkpoint into the session before you '
                    'run anything') from error
    except tf.errors.NotFoundError as error:
        raise Wrong(f'{error}\nThe checkpoint has no variable of that name: {NEW_GRAPH}') from error
    except ValueError as error:
        if 'Cannot feed value of shape' in str(error):
            raise Wrong(f'{error}\nThe check uses smaller images: the placeholder must take any '
                        'height and width, [None, None, None, 3]') from error
        if 'already exists' in str(error):
            raise Wrong('the network is already in this graph, from an earlier call: '
                        f'{NEW_GRAPH}') from error
        raise


def alike(got: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether features are the same but for the rounding of another precision."""
    return np.abs(got - wanted).mean() < 0.02 * np.abs(wanted).mean()


def mistakes(images: np.ndarray, network: str, scale: str) -> list[tuple[Callable, str]]:
    """(a function that gives what comes out of a mistake, the hint for it), the quickest first."""
    x = images.astype('float32')
    scaled = x / 127.5 - 1

    def of(fed, nth=0, **options):
        return lambda: network_with(network, **options)(fed)[nth]

    def in_batches():
        return np.concatenate([of(scaled[i:i + BATCH], is_training=True)()
                               for i in range(0, len(scaled), BATCH)])

    return [
        (of(x), 'the network was trained on values from -1 to 1, and is fed with 0 to 255: '
                f'{scale}'),
        (of(x / 255), f'that is 0 to 1: the network was trained on -1 to 1, {scale}'),
        (of(x - zoo.IMAGENET_MEAN), 'the mean is subtracted, but the values are not from -1 to 1: '
                                    f'{scale}'),
        (of(-scaled), f'black is -1 and white is 1, not the other way round: {scale}'),
        (of(scaled / 127.5 - 1), f'the input was scaled twice (once only): {scale}'),
        (of(scaled, nth=2), 'they are too large: take the mean over height and width ([1, 2]), '
                            'tf.reduce_mean, not the maximum'),
        (of(scaled[..., ::-1]), 'red and blue are swapped'),
        *[(of(scaled, nth=1), 'that is the output of the last block, before its last BatchNorm and '
                              'ReLU (postnorm): take the first of the two that the network returns')
          ] * (zoo.find(network).features == 'postnorm'),
        *[(training, 'this is training mode: BatchNorm normalises by the batch, and what comes out '
                     'for an image depends on the others. is_training=False')
          for training in (of(scaled, is_training=True), in_batches)],
        (of(scaled, variables=tf.trainable_variables),
         'the moving statistics of BatchNorm were not restored: they are at 0 and 1, next to a '
         'trained gamma and beta. They are model variables, not trainable ones: '
         'tf.model_variables()')]


@functools.cache        # the second try is judged sooner
def network_with(network: str, is_training: bool = False,
                 variables: Callable = tf.model_variables) -> Callable:
    """scaled images -> the features (N, C), the means of the last end point but one, the maxima.

    variables: a function that lists what is restored.
    """
    with tf.Graph().as_default():
        fed = tf.placeholder(tf.float32, [None, None, None, 3])
        maps, end_points = zoo.build(network, fed, is_training=is_training)
        means = [tf.reduce_mean(part, [1, 2]) for part in (maps, list(end_points.values())[-2])]
        values = [*means, tf.reduce_max(maps, [1, 2])]
        sess = tf.Session()
        sess.run(tf.global_variables_initializer())
        restore(sess, variables(), drawn(network))
    return lambda scaled: sess.run(values, {fed: scaled})
