"""Answers to the exercise flowering_herbaceous."""

FARTHEST = """
def nearest_mean(train_x, train_y, test_x):
    means = np.array([train_x[train_y == c].mean(axis=0) for c in range(train_y.max() + 1)])
    return np.linalg.norm(test_x[:, None] - means, axis=2).argmax(axis=1)
"""
NEAREST_ROW = """
def nearest_mean(train_x, train_y, test_x):
    return np.linalg.norm(test_x[:, None] - train_x, axis=2).argmin(axis=1)
"""
NEAREST_IMAGE = """
def nearest_mean(train_x, train_y, test_x):
    return train_y[np.linalg.norm(test_x[:, None] - train_x, axis=2).argmin(axis=1)]
"""
LEAKED = """
def choose(y, n, seed):
    rng = np.random.default_rng(seed)
    learn = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:n] for c in np.unique(y)])
    return learn, np.arange(len(y))
"""
THE_FIRST = """
def choose(y, n, seed):
    learn = np.concatenate([np.flatnonzero(y == c)[:n] for c in np.unique(y)])
    return learn, np.setdiff1d(np.arange(len(y)), learn)
"""
N_IN_ALL = """
def choose(y, n, seed):
    rows = np.random.default_rng(seed).permutation(len(y))
    return rows[:n], rows[n:]
"""
ONE_NUMBER = """
def mean_colours(images):
    return images.mean(axis=(1, 2, 3))
"""
THE_LAST = """
def needed(curve, level):
    return max((n for n, accuracy in curve.items() if accuracy >= level), default=None)
"""
THE_FIRST_FOUND = """
def needed(curve, level):
    return next((n for n, accuracy in curve.items() if accuracy >= level), None)
"""
NO_DEFAULT = """
def needed(curve, level):
    return min(n for n, accuracy in curve.items() if accuracy >= level)
"""
AS_COMPARED = """
def in_both(target, source):
    def plain(name):
        name = name.split('/')[-1].lower().replace('_', ' ')
        return name[:-1] if name.endswith('s') else name

    known = {plain(name) for name in source}
    return [plain(name) for name in target if plain(name) in known]
"""
LETTERS = """
def in_both(target, source):
    def plain(name):
        return name.lower().rstrip('s').replace('_', ' ')

    return [name for name in target if any(plain(name) in plain(other) for other in source)]
"""
AS_WRITTEN = """
def in_both(target, source):
    return [name for name in target if name in source]
"""

BY_LOOP = """
def nearest_mean(train_x, train_y, test_x):
    classes = np.unique(train_y)
    means = [np.mean([x for x, y in zip(train_x, train_y) if y == c], axis=0) for c in classes]
    return [classes[np.argmin([((x - mean) ** 2).sum() for mean in means])] for x in test_x]
"""
BY_CHOICE = """
def choose(y, n, seed):
    rng, learn = np.random.default_rng(seed), []
    for c in sorted(set(y.tolist())):
        learn += rng.choice(np.where(y == c)[0], n, replace=False).tolist()
    return learn, [row for row in range(len(y)) if row not in learn]
"""
OVER_ALL = ONE_NUMBER.replace('(1, 2, 3)', '0')
THE_MEAN_IMAGE = ONE_NUMBER.replace('axis=(1, 2, 3)', 'axis=(0, 1, 2)')
FLATTENED = """
def mean_colours(images):
    return [image.reshape(-1, 3).mean(axis=0) for image in images]
"""
SORTED_CURVE = """
def needed(curve, level):
    for n in sorted(curve):
        if curve[n] >= level:
            return n
"""
MORE_THAN = SORTED_CURVE.replace('>=', '>')
WITH_S = AS_COMPARED.replace("name[:-1] if name.endswith('s') else name", 'name').replace(
    '[plain(name) for', '[name for')
SMALL_LETTERS = """
def in_both(target, source):
    known = [name.split('/')[1].replace('_', ' ') for name in source]
    return [name for name in target if name.lower().rstrip('s') in known]
"""
ABSOLUTE = """
def nearest_mean(train_x, train_y, test_x):
    means = np.array([train_x[train_y == c].mean(axis=0) for c in range(train_y.max() + 1)])
    return np.abs(test_x[:, None] - means).sum(axis=2).argmin(axis=1)
"""
SMALLEST = FARTHEST.replace('argmax', 'min')
TWICE = """
def choose(y, n, seed):
    rng = np.random.default_rng(seed)
    learn = np.concatenate([rng.choice(np.flatnonzero(y == c), n) for c in np.unique(y)])
    return learn, np.setdiff1d(np.arange(len(y)), learn)
"""
MASKS = """
def choose(y, n, seed):
    rng, learn = np.random.default_rng(seed), np.zeros(len(y), bool)
    for c in np.unique(y):
        learn[rng.permutation(np.flatnonzero(y == c))[:n]] = True
    return learn, ~learn
"""
ROWS_BY_CLASS = """
def choose(y, n, seed):
    rng = np.random.default_rng(seed)
    mixed = [rng.permutation(np.flatnonzero(y == c)) for c in np.unique(y)]
    return [rows[:n] for rows in mixed], [rows[n:] for rows in mixed]
"""
TWO_CLASSES = BY_CHOICE.replace('sorted(set(y.tolist()))', '(0, 1)')
TO_ONE = """
def mean_colours(images):
    return (images / 255).mean(axis=(1, 2))
"""
BLUE_FIRST = """
def mean_colours(images):
    return images[..., ::-1].mean(axis=(1, 2))
"""

WRONG_ANSWERS = [
    ('nearest_mean', FARTHEST, ['check_nearest_mean'], 'farthest'),
    ('nearest_mean', NEAREST_ROW, ['check_nearest_mean'], 'not a class'),
    ('nearest_mean', NEAREST_IMAGE, ['check_nearest_mean'], 'nearest training image'),
    ('nearest_mean', ABSOLUTE, ['check_nearest_mean'], 'square, sum, root'),
    ('nearest_mean', SMALLEST, ['check_nearest_mean'], 'argmin, not min'),
    ('choose', TWICE, ['check_choose'], 'a row was chosen twice'),
    ('choose', MASKS, ['check_choose'], 'np.flatnonzero(mask)'),
    ('choose', ROWS_BY_CLASS, ['check_choose'], 'np.concatenate'),
    ('choose', TWO_CLASSES, ['check_choose'], 'all classes: np.unique(y)'),
    ('choose', LEAKED, ['check_choose'], 'leaked'),
    ('choose', THE_FIRST, ['check_choose'], 'choose it at random'),
    ('choose', N_IN_ALL, ['check_choose'], 'not n in all'),
    ('mean_colours', ONE_NUMBER, ['check_mean_colours'], 'three numbers for each image'),
    ('mean_colours', OVER_ALL, ['check_mean_colours'], 'axis 0 is the images'),
    ('mean_colours', THE_MEAN_IMAGE, ['check_mean_colours'], 'says nothing about a single one'),
    ('mean_colours', TO_ONE, ['check_mean_colours'], 'keep 0 to 255'),
    ('mean_colours', BLUE_FIRST, ['check_mean_colours'], 'red and blue are swapped'),
    ('needed', MORE_THAN, ['check_needed'], 'to reach is >='),
    ('needed', THE_LAST, ['check_needed'], 'the smallest number'),
    ('needed', THE_FIRST_FOUND, ['check_needed'], 'whatever the order'),
    ('needed', NO_DEFAULT, ['check_needed'], 'default=None'),
    ('in_both', AS_COMPARED, ['check_in_both'], 'as `target` writes them'),
    ('in_both', LETTERS, ['check_in_both'], "'ant' is part of 'plant'"),
    ('in_both', AS_WRITTEN, ['check_in_both'], 'begin with a family'),
    ('in_both', WITH_S, ['check_in_both'], 'is the plural'),
    ('why', "why = 'b'", ['check_why'], 'tried the mean colours'),
    ('why', "why = 'bc'", ['check_why'], 'choose one letter'),
    ('why', "why = 'c: The network learned them'", ['check_why'], 'choose one letter'),
    ('may_be_said', "may_be_said = 'b and d'", ['check_may_be_said'], 'in a list'),
    ('may_be_said', 'may_be_said = None', ['check_may_be_said'], 'in a list'),
    ('may_be_said', "may_be_said = ['b', 'c', 'd']", ['check_may_be_said'],
     'the features know the')]
RIGHT_ANSWERS = [
    ('nearest_mean', BY_LOOP), ('choose', BY_CHOICE), ('mean_colours', FLATTENED),
    ('needed', SORTED_CURVE), ('in_both', SMALL_LETTERS), ('why', "why = ' C'"),
    ('may_be_said', "may_be_said = 'd, B'")]
