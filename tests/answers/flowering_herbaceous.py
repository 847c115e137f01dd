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

WRONG_ANSWERS = [
    ('nearest_mean', FARTHEST, ['check_nearest_mean'], 'farthest'),
    ('nearest_mean', NEAREST_ROW, ['check_nearest_mean'], 'not a class'),
    ('nearest_mean', NEAREST_IMAGE, ['check_nearest_mean'], 'nearest training image'),
    ('choose', LEAKED, ['check_choose'], 'leaked'),
    ('choose', THE_FIRST, ['check_choose'], 'choose it at random'),
    ('choose', N_IN_ALL, ['check_choose'], 'not n in all'),
    ('mean_colours', ONE_NUMBER, ['check_mean_colours'], 'three numbers for each image'),
    ('needed', THE_LAST, ['check_needed'], 'the smallest number'),
    ('needed', THE_FIRST_FOUND, ['check_needed'], 'whatever the order'),
    ('needed', NO_DEFAULT, ['check_needed'], 'default=None'),
    ('in_both', AS_COMPARED, ['check_in_both'], 'as `target` writes them'),
    ('in_both', LETTERS, ['check_in_both'], "'ant' is part of 'plant'"),
    ('in_both', AS_WRITTEN, ['check_in_both'], 'begin with a family'),
    ('why', "why = 'b'", ['check_why'], 'tried the mean colours'),
    ('may_be_said', "may_be_said = ['b', 'c', 'd']", ['check_may_be_said'],
     'the features know the')]
RIGHT_ANSWERS = {'why': "why = ' C'", 'may_be_said': "may_be_said = 'd, B'"}
