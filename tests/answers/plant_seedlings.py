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

WRONG_ANSWERS = [
    ('list_pictures', UNSORTED, ['check_list_pictures'], 'sort them, or label 3'),
    ('list_pictures', STRAYS, ['check_list_pictures'], 'written by file managers'),
    ('list_pictures', FROM_ONE, ['check_list_pictures'], 'labels start at 0'),
    ('list_pictures', TABLE_ALONE, ['check_list_pictures'], 'return frame, class_names'),
    ('list_pictures', ROWS, ['check_list_pictures'], 'pd.DataFrame(rows'),
    ('deal_into_parts', CUT, ['check_deal_into_parts'], 'the list is sorted by class'),
    ('deal_into_parts', SHUFFLED_AS_A_WHOLE, ['check_deal_into_parts'], 'each class separately'),
    ('deal_into_parts', NO_SHUFFLE, ['check_deal_into_parts'], 'nothing is shuffled'),
    ('split', TEST_IN_TRAIN, ['check_split'], 'images that the network has memorised'),
    ('split', NO_LAST_VALIDATION, ['check_split'], '(fold + 1) % n_parts'),
    ('preprocess_data', BGR, ['check_preprocess_data'], 'cv2.imread gives blue, green, red'),
    ('preprocess_data', NOT_IN_A_LIST, ['check_preprocess_data'], 'return [x], y, files'),
    ('preprocess_data', CHANNEL_DROPPED, ['check_preprocess_data'], 'drops the last channel'),
    ('standardise', LEAKED, ['check_standardise'], 'leaked'),
    ('standardise', EACH_BY_ITSELF, ['check_standardise'], 'standardised by itself'),
    ('standardise', DIVIDED_BY_ZERO, ['check_standardise'], 'Use 1 instead'),
    ('standardise', TINY, ['check_standardise'], 'becomes enormous'),
    ('standardise', ONE_MEAN, ['check_standardise'], 'axis=0'),
    ('confusion_matrix', AS_MANY_AS_SEEN, ['check_confusion_matrix'], 'num_class rows and columns'),
    ('confusion_matrix', TRANSPOSED, ['check_confusion_matrix'], 'a row is a true class'),
    ('metrics', BY_COLUMN, ['check_metrics'], 'by column, precision'),
    ('metrics', NOT_A_NUMBER, ['check_metrics'], '0 / 0')]
RIGHT_ANSWERS = {'list_pictures': LABEL_FIRST, 'standardise': OF_A_SAMPLE}
