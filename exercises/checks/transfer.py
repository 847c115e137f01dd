"""Checks of the tasks of plant_seedlings that need the pre-trained network."""
import numpy as np
import tensorflow.compat.v1 as tf

from course.baselines import no_network
from course.images import resized
from drawing.source import source_task
from exercises.checks.checking import Wrong, check, expect, numbers, returned
from exercises.checks.features import computed, restored_features

EASY = 6        # how far from 0 the classes of an easy task lie
NO_RELU = ('some classes are never learned: fully_connected ends in a ReLU, which makes 0 of every '
           'score below 0. Write activation_fn=None')
KINDS = 'beast', 'plant', 'small animal', 'vehicle', 'thing'


def known_things(n_classes, n_each, size=64):
    """(images uint8 (N, size, size, 3), labels), newly drawn: classes of the pre-training."""
    rng = numbers()
    known = [label for label, name in enumerate(source_task.CLASSES) if name.split('/')[0] in KINDS]
    x = [resized(source_task.draw(int(label), 96, rng), size)
         for label in rng.choice(known, n_classes, replace=False) for _ in range(n_each)]
    return np.array(x), np.repeat(range(n_classes), n_each)


@check
def restoring(features):
    """features(images) -> what the shipped checkpoint's network makes of them."""
    images, _ = known_things(5, 8, 48)              # more than a batch
    restored_features(lambda: features(images), images)
    computed(lambda: features(images[:2]))          # a second time


@check
def head(train_head):
    """train_head(train_x, train_y, other_x, num_class) -> probabilities, of clouds of points."""
    rng = numbers()
    centres = rng.permutation(np.eye(12))[:4] * 6
    y, other_y = np.repeat(range(4), (20, 30, 10, 15)), rng.integers(0, 4, 50)
    x, other_x = (centres[labels] + rng.normal(0, 1, (len(labels), 12)) for labels in (y, other_y))
    prob = probabilities(train_head, x, y, other_x, 4)
    expect('the shape for 50 other rows and 4 classes', prob.shape, (50, 4), [
        ((75, 4), 'these are the training rows: answer for the other rows'),
        ((50,), 'return a probability for each class, not the class')])
    expect('each row is positive and adds up to 1', bool(
        (prob >= 0).all() and np.allclose(prob.sum(axis=1), 1, atol=1e-3)), True, [
            (lambda _: ((prob >= 0) & (prob <= 1)).all(),
             'rows do not add up to 1: softmax over axis 1'),
            (False, 'these are scores (logits): apply tf.nn.softmax')])
    sure = sure_of(train_head)
    right = (prob.argmax(axis=1) == other_y).mean()
    expect('more than nine in ten of the other rows are right', bool(right > 0.9), True, [
        (lambda _: np.median(prob[np.arange(50), other_y]) < 0.001,
         'the right class is the least probable: the optimizer has to minimise the loss'),
        (lambda _: ((prob.argmax(axis=1) + 1) % 4 == other_y).mean() > 0.8,
         'the labels are off by one'),
        (lambda _: sure.max() > 0.9 and sure.min() < 0.3, NO_RELU),
        (lambda _: right < 0.8, 'little was learned: does the update run 200 times, and do the '
                                'other rows get the same weights as the training rows?'),
        (lambda _: True, 'not all was learned: train longer')])
    expect('in an easy task, the mean probability of the true class is above 0.5, for each class',
           bool(sure.min() > 0.5), True, [
               (lambda _: sure.max() < 0.5,
                'softmax was applied twice: softmax_cross_entropy applies it to the scores itself, '
                'so give it the scores, not the probabilities'),
               (lambda _: sure.min() < 0.3, NO_RELU),
               (lambda _: True, 'not all was learned: 200 steps of Adam at 0.01')])


def probabilities(train_head, x, y, other_x, num_class):
    """What train_head returns; Wrong with a hint for the errors that mistakes lead to."""
    try:
        return np.asarray(returned('the probabilities', train_head(x, y, other_x, num_class)))
    except tf.errors.FailedPreconditionError as error:
        raise Wrong('a variable has no value yet: run tf.global_variables_initializer() '
                    'first') from error
    except ValueError as error:
        if 'are incompatible' in str(error):
            raise Wrong(f'{error}\nsoftmax_cross_entropy expects one-hot labels, a row for each '
                        'image: np.eye(num_class)[train_y]') from error
        if 'Cannot feed' in str(error):
            raise Wrong(f'{error}\nThe check has 12 features, not 2048: take the number from '
                        'train_x.shape[1]') from error
        raise


def sure_of(train_head):
    """The mean probability of the true class in 12 classes far apart: (12,), class by class."""
    rng, y = numbers(), np.repeat(range(12), 5)
    x, other_x = (EASY * np.eye(12)[y] + rng.normal(0, 0.1, (60, 12)) for _ in range(2))
    prob = probabilities(train_head, x, y, other_x, 12)
    return prob[np.arange(60), y].reshape(12, 5).mean(axis=1)


@check
def worth(transfer):
    """transfer(train_images, train_y, other_images, num_class) -> classes, of new images."""
    images, labels = known_things(6, 16)
    learn = np.tile(np.arange(16) < 4, 6)
    x, y, other_x, other_y = images[learn], labels[learn], images[~learn], labels[~learn]
    got = np.asarray(returned('the classes', transfer(x, y, other_x, 6)))
    expect('the shape for 72 images', got.shape, (72,), [
        ((72, 6), 'these are probabilities: return the class, argmax(axis=1)'),
        ((24,), 'these are the training images: answer for the others')])
    # the best of them on the very images of the test: generous to it
    method, without = no_network(x, y, other_x, other_y, other_x)
    right, right_without = got == other_y, without == other_y
    gained, lost = np.sum(right & ~right_without), np.sum(right_without & ~right)
    print(f'    {right.mean():.0%} right; without a network {right_without.mean():.0%} ({method})')
    expect('more right than without a network, and by more than chance',
           bool(gained - lost > 1.96 * np.sqrt(gained + lost)), True, [
               (lambda _: True, 'random weights, or pixels, get no further: do the features come '
                                'from the restored checkpoint, are both standardised by the '
                                'training images, and do the labels stay in their order?')])
