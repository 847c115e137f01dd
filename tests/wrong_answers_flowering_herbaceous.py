"""Typical wrong answers to the exercise flowering_herbaceous.

(grade_id of the solution cell, what stands there instead, grade_ids of the checks that then give no
points, a part of the hint)
"""

FARTHEST = """
def nearest_mean(train_x, train_y, test_x):
    means = np.array([train_x[train_y == c].mean(axis=0) for c in range(train_y.max() + 1)])
    return np.linalg.norm(test_x[:, None] - means, axis=2).argmax(axis=1)
"""
NEAREST_ROW = """
def nearest_mean(train_x, train_y, test_x):
    return np.linalg.norm(test_x[:, None] - train_x, axis=2).argmin(axis=1)
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
    ('choose', LEAKED, ['check_choose'], 'leaked'),
    ('choose', THE_FIRST, ['check_choose'], 'draw it by chance'),
    ('choose', N_IN_ALL, ['check_choose'], 'not n in all'),
    ('mean_colours', ONE_NUMBER, ['check_mean_colours'], 'three numbers for each image'),
    ('needed', THE_LAST, ['check_needed'], 'the smallest number'),
    ('in_both', LETTERS, ['check_in_both'], "'ant' is a part of 'plant'"),
    ('in_both', AS_WRITTEN, ['check_in_both'], 'begin with a family'),
    ('why', "why = 'b'", ['check_why'], 'mean colours were tried'),
    ('may_be_said', "may_be_said = ['b', 'c', 'd']", ['check_may_be_said'],
     'the features know the')]
