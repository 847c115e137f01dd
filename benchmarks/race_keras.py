"""Keras `fit`, for time_to_accuracy.py, by keras.io's guide to transfer learning:
https://keras.io/guides/transfer_learning/

As there: flips and rotations in the model, the backbone in inference mode, dropout of 0.2 and a
dense layer; 20 epochs of the head alone with Adam(1e-3), then 10 epochs of everything with
Adam(1e-5); batches of 32 from a tf.data pipeline that keeps the resized images in memory. The
network is keras.applications.ResNet50V2 with our weights, and with the padding that they were
trained with: as it comes, pool1 pads on all sides, and the features are others. What still differs
from TF-Slim's network is BatchNorm's epsilon (1.001e-5 for 1e-5).

float32: with mixed_bfloat16 it is slower in training the head at 96 pixels and in training
everything at 160 (results/steps.csv), and faster the other way round.
"""
import keras
import numpy as np
from keras import layers

from benchmarks.race_common import BFLOAT16, WEIGHTS, job, report

BATCH = 32
EPOCHS = 20, 10                     # the head, then everything
PARTS = {'weights': 'kernel', 'biases': 'bias', 'gamma': 'gamma', 'beta': 'beta',
         'moving_mean': 'moving_mean', 'moving_variance': 'moving_variance'}
LAYERS = {'preact': 'preact_bn', 'shortcut': '0_conv', 'conv1': '1_conv', 'conv2': '2_conv',
          'conv3': '3_conv', 'conv1/BatchNorm': '1_bn', 'conv2/BatchNorm': '2_bn'}


def layer_of(scope: str) -> str:
    """The layer of keras.applications.ResNet50V2 with the variables of a scope of TF-Slim."""
    parts = scope.split('/')[1:]                        # without resnet_v2_50
    if parts[0].startswith('block'):
        block, unit = int(parts[0].removeprefix('block')), parts[1].removeprefix('unit_')
        return f'conv{block + 1}_block{unit}_{LAYERS["/".join(parts[3:])]}'
    return {'conv1': 'conv1_conv', 'postnorm': 'post_bn'}[parts[0]]


def load_slim(trunk: keras.Model, values: dict) -> None:
    """Set a ResNet50V2 without top to {TF-Slim's name: array}. Raises ValueError where the values
    are not those of all its weights."""
    for name, array in values.items():
        scope, _, part = name.rpartition('/')
        getattr(trunk.get_layer(layer_of(scope)), PARTS[part]).assign(array)
    if len(values) != len(trunk.weights):
        raise ValueError(f'{len(values)} values for {len(trunk.weights)} weights')


def resnet(size: int, values: dict) -> keras.Model:
    """The backbone: float32 (N, size, size, 3) in [-1, 1] -> (N, h, w, 2048)."""
    trunk = keras.applications.ResNet50V2(weights=None, include_top=False,
                                          input_shape=(size, size, 3))
    load_slim(trunk, values)
    stem = keras.Model(trunk.input, trunk.get_layer('conv1_conv').output)
    above = keras.Model(trunk.get_layer('pool1_pool').output, trunk.output)
    images = keras.Input((size, size, 3))
    return keras.Model(images, above(layers.MaxPooling2D(3, 2, 'same')(stem(images))))


class Report(keras.callbacks.Callback):
    """Counts the epochs of both fits."""

    def __init__(self, images):
        super().__init__()
        self.images, self.epoch = images, 0

    def on_epoch_end(self, epoch, logs=None):
        self.epoch += 1
        report(self.epoch, round(logs['val_accuracy'] * self.images), self.images)


def images_of(split, size):
    """Batches of images and labels, and how many images there are."""
    found = keras.utils.image_dataset_from_directory(split, image_size=(size, size),
                                                     batch_size=None, shuffle=False)
    return found.cache(), len(found.file_paths), len(found.class_names)


def main():
    this = job()
    keras.utils.set_random_seed(this.seed)
    if this.precision == BFLOAT16:
        keras.mixed_precision.set_global_policy('mixed_bfloat16')
    train, n_train, n_classes = images_of('train', this.size)
    val, n_val, _ = images_of('val', this.size)
    train = train.shuffle(n_train).batch(BATCH).prefetch(10)
    val = val.batch(BATCH).prefetch(10)

    with np.load(WEIGHTS) as values:
        trunk = resnet(this.size, values)
    trunk.trainable = False
    inputs = keras.Input((this.size, this.size, 3))
    x = layers.RandomFlip('horizontal')(inputs)
    x = layers.RandomRotation(0.1)(x)
    x = layers.Rescaling(1 / 127.5, -1)(x)
    x = trunk(x, training=False)                        # BatchNorm stays in inference mode
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, layers.Dense(n_classes, dtype='float32')(x))

    reporting = Report(n_val)
    for rate, epochs in zip((1e-3, 1e-5), EPOCHS):
        model.compile(keras.optimizers.Adam(rate),
                      keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                      metrics=['accuracy'])
        model.fit(train, epochs=this.epochs or epochs, validation_data=val, verbose=2,
                  callbacks=[reporting])
        trunk.trainable = True


if __name__ == '__main__':
    main()
