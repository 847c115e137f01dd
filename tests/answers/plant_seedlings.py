"""Answers to the exercise plant_seedlings."""

UNSORTED = """
def list_images(folder):
    class_names, rows = [], []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith('.')]
        class_names += folders
        for file in sorted(files):
            if file.lower().endswith(('.jpg', '.jpeg', '.png')) and not file.startswith('.'):
                path = Path(parent, file).as_posix()
                rows.append((path, class_names.index(os.path.basename(parent))))
    return pd.DataFrame(rows, columns=['path', 'label']), class_names
"""
STRAYS = """
def list_images(folder):
    class_names = sorted(name for name in next(os.walk(folder))[1] if not name.startswith('.'))
    rows = [(Path(folder, name, file).as_posix(), label)
            for label, name in enumerate(class_names)
            for file in sorted(next(os.walk(os.path.join(folder, name)))[2])]
    return pd.DataFrame(rows, columns=['path', 'label']), class_names
"""
SORTED = """
def list_images(folder):
    class_names = sorted(name for name in next(os.walk(folder))[1] if not name.startswith('.'))
    rows = [(Path(folder, name, file).as_posix(), label)
            for label, name in enumerate(class_names)
            for file in sorted(next(os.walk(os.path.join(folder, name)))[2])
            if file.lower().endswith(('.jpg', '.jpeg', '.png')) and not file.startswith('.')]
    return pd.DataFrame(rows, columns=['path', 'label']), class_names
"""
FROM_ONE = SORTED.replace('enumerate(class_names)', 'enumerate(class_names, 1)')
TABLE_ALONE = """
def list_images(folder):
    return pd.DataFrame(columns=['path', 'label'])
"""
ROWS = """
def list_images(folder):
    return [(f'{folder}/Maize/1.jpg', 0)], ['Black-grass', 'Charlock', 'Maize', 'Sugar beet']
"""
LABEL_FIRST = SORTED.replace("['path', 'label'])", "['path', 'label'])[['label', 'path']]")
NO_FOLDER = SORTED.replace('Path(folder, name, file)', 'Path(name, file)')
CUT = """
def assign_parts(labels, n_parts, seed):
    return np.arange(len(labels)) * n_parts // len(labels)
"""
SHUFFLED_AS_A_WHOLE = """
def assign_parts(labels, n_parts, seed):
    rng = np.random.default_rng(seed)
    return rng.permutation(np.arange(len(labels)) % n_parts)
"""
NO_SHUFFLE = """
def assign_parts(labels, n_parts, seed):
    labels = np.asarray(labels)
    parts = np.empty(len(labels), int)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        parts[rows] = np.arange(len(rows)) % n_parts
    return parts
"""
FLOATS = NO_SHUFFLE.replace('np.empty(len(labels), int)', 'np.zeros(len(labels))')
BY_CLASS = """
def assign_parts(labels, n_parts, seed):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.permutation(np.arange(np.sum(np.asarray(labels) == label)) % n_parts)
                           for label in np.unique(labels)])
"""
NO_ARRAY = """
def assign_parts(labels, n_parts, seed):
    rng, parts = np.random.default_rng(seed), np.zeros(len(labels), int)
    for label in sorted(set(labels)):
        rows = rng.permutation(np.flatnonzero(labels == label))
        parts[rows] = np.arange(len(rows)) % n_parts
    return parts
"""
ALWAYS_FIVE = """
def assign_parts(labels, n_parts, seed):
    labels, rng, parts = np.array(labels), np.random.default_rng(seed), np.zeros(len(labels), int)
    for label in set(labels.tolist()):
        rows = rng.permutation(np.flatnonzero(labels == label))
        parts[rows] = np.arange(len(rows)) % 5
    return parts
"""
TEST_IN_TRAIN = """
def split(frame, parts, fold):
    n_parts = parts.max() + 1
    is_test, is_val = parts == fold, parts == (fold + 1) % n_parts
    return frame[~is_val], frame[is_val], frame[is_test]
"""
NO_LAST_VALIDATION = """
def split(frame, parts, fold):
    is_test, is_val = parts == fold, parts == fold + 1
    return frame[~is_test & ~is_val], frame[is_val], frame[is_test]
"""
ONE_PART_LESS = TEST_IN_TRAIN.replace('~is_val]', '~is_val & ~is_test]').replace(
    'parts.max() + 1', 'max(parts)')
EXCHANGED = TEST_IN_TRAIN.replace('frame[~is_val], frame[is_val], frame[is_test]',
                                  'frame[~is_val & ~is_test], frame[is_test], frame[is_val]')
BGR = """
def preprocess_data(df, num_class, aug=False):
    x = np.array([cv2.resize(cv2.imread(path), (img_size, img_size)) for path in df.path])
    return [x], np.eye(num_class)[df.label], list(df.path)
"""
NOT_IN_A_LIST = """
def preprocess_data(df, num_class, aug=False):
    x = np.array([cv2.resize(cv2.imread(path), (img_size, img_size)) for path in df.path])
    return x[:, :, :, ::-1], np.eye(num_class)[df.label], list(df.path)
"""
CHANNEL_DROPPED = """
def preprocess_data(df, num_class, aug=False):
    x = [cv2.resize(cv2.imread(path), (img_size, img_size))[:, :, :-1] for path in df.path]
    return [np.array(x)], np.eye(num_class)[df.label], list(df.path)
"""
LEAKED = """
def standardise(train, val, test):
    everything = np.concatenate([train, val, test])
    mean, std = everything.mean(axis=0), everything.std(axis=0)
    std[std == 0] = 1
    return [(part - mean) / std for part in (train, val, test)]
"""
EACH_BY_ITSELF = """
def standardise(train, val, test):
    return [(part - part.mean(axis=0)) / np.where(part.std(axis=0) > 0, part.std(axis=0), 1)
            for part in (train, val, test)]
"""
DIVIDED_BY_ZERO = """
def standardise(train, val, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    with np.errstate(all='ignore'):
        return [(part - mean) / std for part in (train, val, test)]
"""
TINY = """
def standardise(train, val, test):
    return [(part - train.mean(0)) / (train.std(0) + 1e-8) for part in (train, val, test)]
"""
ONE_MEAN = """
def standardise(train, val, test):
    return [(part - train.mean()) / train.std() for part in (train, val, test)]
"""
OF_A_SAMPLE = """
def standardise(train, val, test):
    mean, std = train.mean(axis=0), train.std(axis=0, ddof=1)
    return [(part - mean) / np.where(std == 0, 1, std) for part in (train, val, test)]
"""
NOT_CENTRED = OF_A_SAMPLE.replace('part - mean', 'part').replace(', ddof=1', '')
CENTRED_ONLY = OF_A_SAMPLE.replace('(part - mean) / np.where(std == 0, 1, std)', 'part - mean')
TO_ONE = """
def standardise(train, val, test):
    low, high = train.min(axis=0), train.max(axis=0)
    return [(part - low) / np.where(high == low, 1, high - low) for part in (train, val, test)]
"""
AS_MANY_AS_SEEN = """
def confusion_matrix(y_true, y_pred, num_class):
    matrix = np.zeros((y_true.max() + 1, y_true.max() + 1), int)
    np.add.at(matrix, (y_true, y_pred), 1)
    return matrix
"""
TRANSPOSED = """
def confusion_matrix(y_true, y_pred, num_class):
    matrix = np.zeros((num_class, num_class), int)
    np.add.at(matrix, (y_pred, y_true), 1)
    return matrix
"""
REST_OF_METRICS = """
def top_k_accuracy(y_true, prob, k):
    best = prob.argsort(axis=1)[:, -k:]
    return np.mean([label in row for label, row in zip(y_true, best)])
"""
BY_COLUMN = """
def balanced_accuracy(matrix):
    return np.mean(np.diag(matrix) / np.maximum(matrix.sum(axis=0), 1))
def macro_f1(matrix):
    return np.mean(2 * np.diag(matrix) / (matrix.sum(axis=1) + matrix.sum(axis=0)))
""" + REST_OF_METRICS
NOT_A_NUMBER = """
def balanced_accuracy(matrix):
    return np.mean(np.diag(matrix) / matrix.sum(axis=1))
def macro_f1(matrix):
    with np.errstate(invalid='ignore'):
        precision = np.diag(matrix) / matrix.sum(axis=0)
    recall = np.diag(matrix) / matrix.sum(axis=1)
    return np.mean(2 * precision * recall / (precision + recall))
""" + REST_OF_METRICS

VAL_IS_TEST = """
def split(frame, parts, fold):
    return frame[parts != fold], frame[parts == fold], frame[parts == fold]
"""
NO_TUPLE = """
def split(frame, parts, fold):
    return frame[parts != fold]
"""
BY_LISTS = """
def split(frame, parts, fold):
    val = (fold + 1) % 5
    test_rows, val_rows = [p == fold for p in parts], [p == val for p in parts]
    rest = [p not in (fold, val) for p in parts]
    return frame[rest].reset_index(), frame[val_rows], frame[test_rows]
"""
IN_TURN = """
def assign_parts(labels, n_parts, seed):
    rng, labels = np.random.default_rng(seed), np.array(labels)
    order = rng.permutation(len(labels))
    parts, count = np.zeros(len(labels), int), {}
    for row in order:
        count[labels[row]] = count.get(labels[row], -1) + 1
        parts[row] = count[labels[row]] % n_parts
    return parts
"""
ZERO_TO_ONE = """
def preprocess_data(df, num_class, aug=False):
    x = np.array([cv2.resize(cv2.imread(path), (img_size, img_size)) for path in df.path])
    return [x[..., ::-1] / 255], np.eye(num_class)[df.label], list(df.path)
"""
BY_CVT = """
def preprocess_data(df, num_class, aug=False):
    x, y = np.zeros((len(df), img_size, img_size, 3), 'uint8'), np.zeros((len(df), num_class))
    for i, (path, label) in enumerate(zip(df['path'], df['label'])):
        x[i] = cv2.resize(cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB), (img_size, img_size))
        y[i, label] = 1
    return [x], y, df['path'].tolist()
"""
BY_INDEX = """
def preprocess_data(df, num_class, aug=False):
    x, y = np.zeros((len(df), img_size, img_size, 3), 'uint8'), np.zeros((len(df), num_class))
    for i, row in df.iterrows():
        x[i] = cv2.resize(cv2.imread(row.path), (img_size, img_size))[:, :, ::-1]
        y[i, row.label] = 1
    return [x], y, list(df.path)
"""
BY_LABEL_OF_INDEX = BY_CVT.replace("zip(df['path'], df['label'])",
                                   '[(df.path[i], df.label[i]) for i in range(len(df))]')
MIRRORED = BY_CVT.replace('return [x]', 'return [x[:, :, ::-1]]')
UPSIDE_DOWN = BY_CVT.replace('return [x]', 'return [x[:, ::-1]]')
TURNED = BY_CVT.replace('return [x]', 'return [x.transpose(0, 2, 1, 3)]')
FEATURES = """
def features(images):
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.uint8, [None, *images.shape[1:]])
        maps, end_points = resnet_v2_50(scale_images(fed), is_training=False)
        means = tf.reduce_mean(maps, [1, 2])
        sess.run(tf.global_variables_initializer())
        restore(sess, tf.model_variables(), checkpoint)
        return sess.run(means, {fed: images})
"""
RANDOM = FEATURES.replace('        restore(sess, tf.model_variables(), checkpoint)\n', '')
NO_VALUES = RANDOM.replace('        sess.run(tf.global_variables_initializer())\n', '')
TRAINABLE = FEATURES.replace('tf.model_variables()', 'tf.trainable_variables()')
NOT_SCALED = FEATURES.replace('scale_images(fed)', 'tf.cast(fed, tf.float32)')
IN_TRAINING = FEATURES.replace('is_training=False', 'is_training=True')
MAPS = FEATURES.replace('tf.reduce_mean(maps, [1, 2])', 'maps')
LAST_BLOCK = FEATURES.replace('(maps,', "(end_points['resnet_v2_50/block4'],")
OWN_SIZE = FEATURES.replace('*images.shape[1:]', 'img_size, img_size, 3')
ONE_BATCH = FEATURES.replace('{fed: images}', '{fed: images[:32]}')
LAST_BATCH = FEATURES.replace('        return sess.run(means, {fed: images})', """
        for i in range(0, len(images), 32):
            batch = sess.run(means, {fed: images[i:i + 32]})
        return batch""")
IN_BATCHES = FEATURES.replace('[None, *images.shape[1:]]', '[None, None, None, 3]').replace(
    'return sess.run(means, {fed: images})', """return np.concatenate([
            sess.run(means, {fed: images[i:i + 32]}) for i in range(0, len(images), 32)])""")
TRAINING_BATCHES = IN_BATCHES.replace('is_training=False', 'is_training=True')
SCALED_TWICE = FEATURES.replace('scale_images(fed)', 'scale_images(scale_images(fed))')
MAXIMUM = FEATURES.replace('reduce_mean', 'reduce_max')
NO_GRAPH = FEATURES.replace('with tf.Graph().as_default(), tf.Session()', 'with tf.Session()')
TRAIN_HEAD = """
def train_head(train_x, train_y, other_x, num_class):
    with tf.Graph().as_default(), tf.Session() as sess:
        fed = tf.placeholder(tf.float32, [None, train_x.shape[1]])
        scores = slim.fully_connected(fed, num_class, activation_fn=None)
        loss = tf.losses.sparse_softmax_cross_entropy(train_y, scores)
        update = tf.train.AdamOptimizer(0.01).minimize(loss)
        sess.run(tf.global_variables_initializer())
        for _ in range(300):
            sess.run(update, {fed: train_x})
        return sess.run(tf.nn.softmax(scores), {fed: other_x})
"""
SCORES = TRAIN_HEAD.replace('tf.nn.softmax(scores)', 'scores')
CLASSES = TRAIN_HEAD.replace('sess.run(tf.nn.softmax(scores)', 'sess.run(tf.argmax(scores, 1)')
ITS_OWN = TRAIN_HEAD.replace('{fed: other_x}', '{fed: train_x}')
NO_START = TRAIN_HEAD.replace('        sess.run(tf.global_variables_initializer())\n', '')
ONE_STEP = TRAIN_HEAD.replace('range(300)', 'range(1)')
NOT_ONE_HOT = TRAIN_HEAD.replace('sparse_', '')
UPHILL = TRAIN_HEAD.replace('minimize(loss)', 'minimize(-loss)')
FIXED_NUMBER = TRAIN_HEAD.replace('train_x.shape[1]', '2048')
OVER_IMAGES = TRAIN_HEAD.replace('softmax(scores)', 'softmax(scores, axis=0)')
SIGMOID = TRAIN_HEAD.replace('softmax(scores)', 'sigmoid(scores)')
RELU = TRAIN_HEAD.replace(', activation_fn=None', '')
SOFTMAX_TWICE = TRAIN_HEAD.replace('activation_fn=None', 'activation_fn=tf.nn.softmax')
BY_SKLEARN = """
from sklearn.linear_model import LogisticRegression
def train_head(train_x, train_y, other_x, num_class):
    model = LogisticRegression(C=0.1, max_iter=1000).fit(train_x, train_y)
    return model.predict_proba(other_x)
"""
BY_PIXELS = """
def transfer(train_images, train_y, other_images, num_class):
    rows = [x[:, ::8, ::8].reshape(len(x), -1) / 255 for x in (train_images, other_images)]
    train_x, other_x, _ = standardise(*rows, rows[1])
    return train_head(train_x, train_y, other_x, num_class).argmax(axis=1)
"""
PROBABILITIES = """
def transfer(train_images, train_y, other_images, num_class):
    return train_head(features(train_images), train_y, features(other_images), num_class)
"""
TRAINING_IMAGES = """
def transfer(train_images, train_y, other_images, num_class):
    x = features(train_images)
    return train_head(x, train_y, x, num_class).argmax(axis=1)
"""
NEAREST_MEAN = """
def transfer(train_images, train_y, other_images, num_class):
    x, other = features(train_images), features(other_images)
    means = np.stack([x[train_y == c].mean(axis=0) for c in range(num_class)])
    return np.linalg.norm(other[:, None] - means, axis=2).argmin(axis=1)
"""
ADDED_ONCE = """
def confusion_matrix(y_true, y_pred, num_class):
    matrix = np.zeros((num_class, num_class), int)
    matrix[y_true, y_pred] += 1
    return matrix
"""
BY_LOOP = """
def confusion_matrix(y_true, y_pred, num_class):
    return [[sum((t == i) and (p == j) for t, p in zip(y_true, y_pred)) for j in range(num_class)]
            for i in range(num_class)]
"""
LEAST_PROBABLE = """
def balanced_accuracy(matrix):
    return np.mean(np.diag(matrix) / matrix.sum(axis=1))
def macro_f1(matrix):
    return np.mean(2 * np.diag(matrix) / (matrix.sum(axis=1) + matrix.sum(axis=0)))
def top_k_accuracy(y_true, prob, k):
    return np.mean([label in row for label, row in zip(y_true, prob.argsort(axis=1)[:, :k])])
"""
OTHER_METRICS = """
def balanced_accuracy(matrix):
    recalls = [matrix[i, i] / sum(matrix[i]) for i in range(len(matrix))]
    return sum(recalls) / len(recalls)
def macro_f1(matrix):
    scores = []
    for i in range(len(matrix)):
        tp, fp, fn = matrix[i, i], matrix[:, i].sum() - matrix[i, i], sum(matrix[i]) - matrix[i, i]
        scores.append(2 * tp / (2 * tp + fp + fn))
    return sum(scores) / len(scores)
def top_k_accuracy(y_true, prob, k):
    own = prob[np.arange(len(y_true)), y_true]
    return np.mean((prob > own[:, None]).sum(axis=1) < k)
"""
WEIGHTED = OTHER_METRICS.replace('return sum(scores) / len(scores)',
                                 'return np.average(scores, weights=matrix.sum(axis=1))')
SECOND_ALONE = LEAST_PROBABLE.replace('label in row', 'label == row').replace('[:, :k]', '[:, -k]')
ALWAYS_TWO = OTHER_METRICS.replace('< k', '< 2')
COUNTED = OTHER_METRICS.replace('np.mean((prob', 'np.sum((prob')
BY_VARIANCE = OF_A_SAMPLE.replace('std(axis=0, ddof=1)', 'var(axis=0)')
NEGATIVE = FEATURES.replace('scale_images(fed)', '-scale_images(fed)')

WRONG_ANSWERS = [
    ('list_pictures', UNSORTED, ['check_list_pictures'], 'sort them, or label 3'),
    ('list_pictures', STRAYS, ['check_list_pictures'], 'written by file managers'),
    ('list_pictures', FROM_ONE, ['check_list_pictures'], 'labels start at 0'),
    ('list_pictures', TABLE_ALONE, ['check_list_pictures'], 'return frame, class_names'),
    ('list_pictures', ROWS, ['check_list_pictures'], 'pd.DataFrame(rows'),
    ('list_pictures', NO_FOLDER, ['check_list_pictures'], 'path must include the folder'),
    ('deal_into_parts', CUT, ['check_deal_into_parts'], 'the list is sorted by class'),
    ('deal_into_parts', SHUFFLED_AS_A_WHOLE, ['check_deal_into_parts'], 'each class separately'),
    ('deal_into_parts', NO_SHUFFLE, ['check_deal_into_parts'], 'nothing is shuffled'),
    ('deal_into_parts', FLOATS, ['check_deal_into_parts'], 'np.zeros(len(labels), int)'),
    ('deal_into_parts', BY_CLASS, ['check_deal_into_parts'], 'into its own rows'),
    ('deal_into_parts', NO_ARRAY, ['check_deal_into_parts'], 'labels may be a list'),
    ('deal_into_parts', ALWAYS_FIVE, ['check_deal_into_parts'], 'use n_parts'),
    ('split', ONE_PART_LESS, ['check_split'], 'there are max(parts) + 1 parts'),
    ('split', EXCHANGED, ['check_split'], 'val and test are exchanged'),
    ('split', TEST_IN_TRAIN, ['check_split'], 'images that the network has memorised'),
    ('split', VAL_IS_TEST, ['check_split'], 'Give each its own part'),
    ('split', NO_TUPLE, ['check_split'], 'return train, val, test'),
    ('split', NO_LAST_VALIDATION, ['check_split'], '(fold + 1) % n_parts'),
    ('preprocess_data', BGR, ['check_preprocess_data'], 'cv2.imread gives blue, green, red'),
    ('preprocess_data', NOT_IN_A_LIST, ['check_preprocess_data'], 'return [x], y, files'),
    ('preprocess_data', CHANNEL_DROPPED, ['check_preprocess_data'], 'drops the last channel'),
    ('preprocess_data', ZERO_TO_ONE, ['check_preprocess_data'], 'the graph scales'),
    ('preprocess_data', BY_INDEX, ['check_preprocess_data'], 'use enumerate'),
    ('preprocess_data', BY_LABEL_OF_INDEX, ['check_preprocess_data'], 'use enumerate'),
    ('preprocess_data', MIRRORED, ['check_preprocess_data'], 'reverses their columns'),
    ('preprocess_data', UPSIDE_DOWN, ['check_preprocess_data'], 'upside down'),
    ('preprocess_data', TURNED, ['check_preprocess_data'], 'rows and columns are exchanged'),
    ('features', OWN_SIZE, ['check_features'], '[None, None, None, 3]'),
    ('features', ONE_BATCH, ['check_features'], 'np.concatenate'),
    ('features', LAST_BATCH, ['check_features'], 'np.concatenate'),
    ('features', TRAINING_BATCHES, ['check_features'], 'this is training mode'),
    ('features', SCALED_TWICE, ['check_features'], '(once only)'),
    ('features', NEGATIVE, ['check_features'], 'not the other way round'),
    ('features', MAXIMUM, ['check_features'], 'the mean over height and width ([1, 2])'),
    ('features', NO_GRAPH, ['check_features'], 'tf.Graph().as_default()'),
    ('features', RANDOM, ['check_features'], 'these are random weights'),
    ('features', NO_VALUES, ['check_features'], 'has no value'),
    ('features', TRAINABLE, ['check_features'], 'moving statistics of BatchNorm were not'),
    ('features', NOT_SCALED, ['check_features'], 'fed with 0 to 255'),
    ('features', IN_TRAINING, ['check_features'], 'this is training mode'),
    ('features', MAPS, ['check_features'], 'the mean over height and width'),
    ('features', LAST_BLOCK, ['check_features'], 'before its last BatchNorm'),
    ('standardise', LEAKED, ['check_standardise'], 'leaked'),
    ('standardise', EACH_BY_ITSELF, ['check_standardise'], 'standardised by itself'),
    ('standardise', DIVIDED_BY_ZERO, ['check_standardise'], 'Use 1 instead'),
    ('standardise', TINY, ['check_standardise'], 'becomes enormous'),
    ('standardise', ONE_MEAN, ['check_standardise'], 'axis=0'),
    ('standardise', BY_VARIANCE, ['check_standardise'], 'divided by the variance'),
    ('standardise', NOT_CENTRED, ['check_standardise'], 'the mean was not subtracted'),
    ('standardise', CENTRED_ONLY, ['check_standardise'], 'divide by the standard deviation too'),
    ('standardise', TO_ONE, ['check_standardise'], 'that is 0 to 1'),
    ('train_head', SCORES, ['check_train_head'], 'apply tf.nn.softmax'),
    ('train_head', CLASSES, ['check_train_head'], 'a probability for each class'),
    ('train_head', ITS_OWN, ['check_train_head'], 'answer for the other rows'),
    ('train_head', NO_START, ['check_train_head'], 'has no value yet'),
    ('train_head', ONE_STEP, ['check_train_head'], 'does the update run'),
    ('train_head', NOT_ONE_HOT, ['check_train_head'], 'one-hot labels'),
    ('train_head', FIXED_NUMBER, ['check_train_head'], 'take the number from train_x.shape[1]'),
    ('train_head', OVER_IMAGES, ['check_train_head'], 'softmax over axis 1'),
    ('train_head', SIGMOID, ['check_train_head'], 'softmax over axis 1'),
    ('train_head', RELU, ['check_train_head'], 'activation_fn=None'),
    ('train_head', SOFTMAX_TWICE, ['check_train_head'], 'softmax was applied twice'),
    ('train_head', UPHILL, ['check_train_head'], 'has to minimise the'),
    ('transfer', BY_PIXELS, ['check_transfer'], 'random weights, or pixels, get no further'),
    ('transfer', PROBABILITIES, ['check_transfer'], 'return the class'),
    ('transfer', TRAINING_IMAGES, ['check_transfer'], 'answer for the others'),
    ('confusion_matrix', ADDED_ONCE, ['check_confusion_matrix'], 'adds 1 only once'),
    ('confusion_matrix', AS_MANY_AS_SEEN, ['check_confusion_matrix'], 'num_class rows and columns'),
    ('confusion_matrix', TRANSPOSED, ['check_confusion_matrix'], 'a row is a true class'),
    ('metrics', BY_COLUMN, ['check_metrics'], 'by column, precision'),
    ('metrics', LEAST_PROBABLE, ['check_metrics'], 'the least probable first'),
    ('metrics', NOT_A_NUMBER, ['check_metrics'], '0 / 0'),
    ('metrics', WEIGHTED, ['check_metrics'], 'every class counts once'),
    ('metrics', SECOND_ALONE, ['check_metrics'], 'the second place alone'),
    ('metrics', ALWAYS_TWO, ['check_metrics'], 'how many places count'),
    ('metrics', COUNTED, ['check_metrics'], 'a number of images')]
RIGHT_ANSWERS = [
    ('list_pictures', LABEL_FIRST), ('deal_into_parts', IN_TURN), ('split', BY_LISTS),
    ('preprocess_data', BY_CVT), ('features', FEATURES), ('features', IN_BATCHES),
    ('standardise', OF_A_SAMPLE), ('train_head', BY_SKLEARN), ('transfer', NEAREST_MEAN),
    ('confusion_matrix', BY_LOOP), ('metrics', OTHER_METRICS)]
