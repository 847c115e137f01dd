"""Answers to the exercise tensorflow_basics."""

NO_FACTOR_TWO = """
def gradient(a, b, c, x, y):
    error = a * x ** 2 + b * x + c - y
    return np.mean(error * x ** 2), np.mean(error * x), np.mean(error)
"""
A_SUM = """
def gradient(a, b, c, x, y):
    error = a * x ** 2 + b * x + c - y
    return 2 * np.sum(error * x ** 2), 2 * np.sum(error * x), 2 * np.sum(error)
"""
RUNS_AWAY = """
def descend(x, y, n_steps, learning_rate):
    guess = np.zeros(3)
    for nth in range(n_steps):
        guess = guess - learning_rate * (nth + 1) * np.array(gradient(*guess, x, y))
    return guess
"""
NO_RETURN = """
def descend(x, y, n_steps, learning_rate):
    guess = np.zeros(3)
    for _ in range(n_steps):
        guess = guess - learning_rate * np.array(gradient(*guess, x, y))
"""
UPHILL = """
def descend(x, y, n_steps, learning_rate):
    guess = np.zeros(3)
    for _ in range(min(n_steps, 50)):
        guess = guess + learning_rate * np.array(gradient(*guess, x, y))
    return guess
"""
PLAN = """
def plan(x, y, learning_rate):
    a, b, c = (tf.get_variable(name, [], initializer=tf.zeros_initializer()) for name in 'abc')
    loss = tf.reduce_mean(tf.square(a * x ** 2 + b * x + c - y))
    optimizer = tf.train.GradientDescentOptimizer(learning_rate)
    return optimizer.apply_gradients(optimizer.compute_gradients(loss)), [a, b, c]
"""
LARGE_STEPS = PLAN.replace('(learning_rate)', '(1.0)')
ADAM = PLAN.replace('GradientDescentOptimizer', 'AdamOptimizer')
SUMMED = PLAN.replace('reduce_mean', 'reduce_sum')
BACKWARDS = PLAN.replace('[a, b, c]', '[c, b, a]')
FROM_ONE = PLAN.replace('zeros', 'ones')
WHOLE = """
def plan(x, y, learning_rate):
    a, b, c = (tf.Variable(0) for _ in range(3))
    loss = tf.reduce_mean((a * x ** 2 + b * x + c - y) ** 2)
    return tf.train.GradientDescentOptimizer(learning_rate).minimize(loss), [a, b, c]
"""
BY_ASSIGNMENT = """
def plan(x, y, learning_rate):
    a, b, c = (tf.Variable(0.0) for _ in range(3))
    error = a * x ** 2 + b * x + c - y
    steps = [2 * tf.reduce_mean(error * part) for part in (x ** 2, x, 1)]
    return tf.group(*(v.assign_sub(learning_rate * s) for v, s in zip((a, b, c), steps))), [a, b, c]
"""
LOSS_TOO = """
def plan(x, y, learning_rate):
    a, b, c = (tf.Variable(0.0) for _ in range(3))
    loss = tf.reduce_mean((a * x ** 2 + b * x + c - y) ** 2)
    return tf.train.GradientDescentOptimizer(learning_rate).minimize(loss), a, b, c
"""
CARRY_OUT = """
def carry_out(update, variables, n_steps):
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    for _ in range(n_steps):
        sess.run(update)
    values = sess.run(variables)
    sess.close()
    return values
"""
NOT_INITIALISED = CARRY_OUT.replace('    sess.run(tf.global_variables_initializer())\n', '')
EACH_TIME = """
def carry_out(update, variables, n_steps):
    with tf.Session() as sess:
        for _ in range(n_steps):
            sess.run(tf.global_variables_initializer())
            sess.run(update)
        return sess.run(variables)
"""
NO_STEP = CARRY_OUT.replace('sess.run(update)', 'update')
ONE_TOO_MANY = CARRY_OUT.replace('range(n_steps)', 'range(n_steps + 1)')
TENSORS = CARRY_OUT.replace('sess.run(variables)', 'variables')
NOT_SHUFFLED = """
def prepare(x, y, n_train, seed):
    train, test = np.arange(n_train), np.arange(n_train, len(x))
    mean, deviation = x[train].mean(), x[train].std()
    return (x[train] - mean) / deviation, y[train], (x[test] - mean) / deviation, y[test]
"""
LEAKED = """
def prepare(x, y, n_train, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    x, y = (x[order] - x.mean()) / x.std(), y[order]
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]
"""
TEST_BY_ITSELF = """
def prepare(x, y, n_train, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    train, test = x[order[:n_train]], x[order[n_train:]]
    return ((train - train.mean()) / train.std(), y[order[:n_train]],
            (test - test.mean()) / test.std(), y[order[n_train:]])
"""
NO_SEED = """
def prepare(x, y, n_train, seed):
    order = np.random.permutation(len(x))
    train, test = order[:n_train], order[n_train:]
    mean, deviation = x[train].mean(), x[train].std()
    return (x[train] - mean) / deviation, y[train], (x[test] - mean) / deviation, y[test]
"""
ONE_SEED = NO_SEED.replace('np.random.', 'np.random.default_rng(0).')
LABELS_LEFT = """
def prepare(x, y, n_train, seed):
    x = x[np.random.default_rng(seed).permutation(len(x))]
    y = y[np.random.default_rng(seed + 1).permutation(len(y))]
    mean, deviation = x[:n_train].mean(), x[:n_train].std()
    x = (x - mean) / deviation
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]
"""
LABELS_FROM_ONE = """
def prepare(x, y, n_train, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    train, test = order[:n_train], order[n_train:]
    mean, deviation = x[train].mean(), x[train].std()
    return ((x[train] - mean) / deviation, y[train] + 1,
            (x[test] - mean) / deviation, y[test] + 1)
"""
ONE_HOT = """
def prepare(x, y, n_train, seed):
    order, y = np.random.default_rng(seed).permutation(len(x)), np.eye(10)[y]
    train, test = order[:n_train], order[n_train:]
    mean, deviation = x[train].mean(), x[train].std()
    return (x[train] - mean) / deviation, y[train], (x[test] - mean) / deviation, y[test]
"""
BY_PIXEL = """
def prepare(x, y, n_train, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    train, test = order[:n_train], order[n_train:]
    mean, deviation = x[train].mean(axis=0), x[train].std(axis=0)
    return (x[train] - mean) / deviation, y[train], (x[test] - mean) / deviation, y[test]
"""
LINEAR = """
def by_hand(x):
    for n_in, n_out in ((64, 25), (25, 25), (25, 25), (25, 10)):
        x = tf.matmul(x, tf.Variable(tf.truncated_normal([n_in, n_out]))) + tf.Variable(
            tf.zeros([n_out]))
    return x
"""
ZEROS = """
def by_hand(x):
    for n_in, n_out in ((64, 25), (25, 25), (25, 25), (25, 10)):
        x = tf.nn.relu(tf.matmul(x, tf.Variable(tf.zeros([n_in, n_out]))) + tf.Variable(
            tf.zeros([n_out])))
    return x
"""
SIGMOID = """
def with_layers(x):
    for _ in range(3):
        x = slim.fully_connected(x, 25, activation_fn=tf.nn.sigmoid)
    return slim.fully_connected(x, 10, activation_fn=None)
"""
SCORES_NOT_RETURNED = """
def with_layers(x):
    for _ in range(3):
        x = slim.fully_connected(x, 25)
    slim.fully_connected(x, 10, activation_fn=None)
"""
RELU_AT_THE_END = """
def with_layers(x):
    for _ in range(3):
        x = slim.fully_connected(x, 25)
    return slim.fully_connected(x, 10)
"""
SOFTMAX_IN_THE_NETWORK = """
def with_layers(x):
    for _ in range(3):
        x = slim.fully_connected(x, 25)
    return slim.fully_connected(x, 10, activation_fn=tf.nn.softmax)
"""
TWO_HIDDEN = """
def with_layers(x):
    for _ in range(2):
        x = slim.fully_connected(x, 25)
    return slim.fully_connected(x, 10, activation_fn=None)
"""
SOFTMAX_TWICE = """
def loss_of(scores, y):
    return tf.losses.softmax_cross_entropy(tf.one_hot(y, 10), tf.nn.softmax(scores))
"""
LABELS_OFF = """
def loss_of(scores, y):
    return tf.losses.softmax_cross_entropy(tf.one_hot(y - 1, 10), scores)
"""
NOT_ONE_HOT = LABELS_OFF.replace('tf.one_hot(y - 1, 10)', 'y')
SAVE = """
def save(sess, path):
    with sess.graph.as_default():
        tf.train.Saver().save(sess, path)
"""
DEFAULT_GRAPH = """
def save(sess, path):
    tf.train.Saver().save(sess, path)
"""
SAVER_TOO_EARLY = SAVE + """

def scores_of(path, build, x):
    with tf.Graph().as_default(), tf.Session() as sess:
        saver = tf.train.Saver()
        inputs = tf.placeholder(tf.float32, [None, 64])
        scores = build(inputs)
        saver.restore(sess, path)
        return sess.run(scores, {inputs: x})
"""
INITIALISED_AGAIN = SAVE + """

def scores_of(path, build, x):
    with tf.Graph().as_default(), tf.Session() as sess:
        inputs = tf.placeholder(tf.float32, [None, 64])
        scores = build(inputs)
        tf.train.Saver().restore(sess, path)
        sess.run(tf.global_variables_initializer())
        return sess.run(scores, {inputs: x})
"""
SAME_GRAPH = SAVE + """

def scores_of(path, build, x):
    with tf.Session() as sess:
        inputs = tf.placeholder(tf.float32, [None, 64])
        scores = build(inputs)
        tf.train.Saver().restore(sess, path)
        return sess.run(scores, {inputs: x})
"""

BY_PRODUCTS = """
def gradient(a, b, c, x, y):
    error = a * x * x + b * x + c - y
    return [2 * error @ part / len(x) for part in (x * x, x, np.ones(len(x)))]
"""
BACKWARDS_GRADIENT = BY_PRODUCTS.replace('(x * x, x, np.ones(len(x)))',
                                         '(np.ones(len(x)), x, x * x)')
THREE_NUMBERS = """
def descend(x, y, n_steps, learning_rate):
    a = b = c = 0
    for _ in range(n_steps):
        da, db, dc = gradient(a, b, c, x, y)
        a, b, c = a - learning_rate * da, b - learning_rate * db, c - learning_rate * dc
    return a, b, c
"""
IN_PLACE = """
def prepare(x, y, n_train, seed):
    rows = list(range(len(x)))
    np.random.default_rng(seed).shuffle(rows)
    x, y = x[rows], y[rows]
    mean, deviation = np.mean(x[:n_train]), np.std(x[:n_train])
    x = (x - mean) / deviation
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]
"""
NAMED = """
def by_hand(x):
    sizes = [64, 25, 25, 25, 10]
    for nth, (n_in, n_out) in enumerate(zip(sizes, sizes[1:])):
        w = tf.get_variable(f'w{nth}', [n_in, n_out],
                            initializer=tf.truncated_normal_initializer(stddev=np.sqrt(2 / n_in)))
        b = tf.get_variable(f'b{nth}', [n_out], initializer=tf.zeros_initializer())
        x = x @ w + b
        if n_out == 25:
            x = tf.nn.relu(x)
    return x
"""
NO_BIAS = NAMED.replace('x @ w + b', 'x @ w').replace(
    "        b = tf.get_variable(f'b{nth}', [n_out], initializer=tf.zeros_initializer())\n", '')
STACKED = """
def with_layers(x):
    return slim.fully_connected(slim.stack(x, slim.fully_connected, [25, 25, 25]), 10,
                                activation_fn=None)
"""
SPARSE = """
def loss_of(scores, y):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=scores))
"""
RELOAD = """
def save(sess, path):
    saver = tf.train.Saver(sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES))
    with sess.graph.as_default():
        saver.save(sess, path, write_meta_graph=False)


def scores_of(path, build, x):
    graph = tf.Graph()
    with graph.as_default():
        scores = build(tf.constant(x, tf.float32))
        saver = tf.train.Saver()
    with tf.Session(graph=graph) as sess:
        sess.run([v.initializer for v in graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)])
        saver.restore(sess, path)
        return sess.run(scores)
"""
STANDARD = NAMED.replace('stddev=np.sqrt(2 / n_in)', '')
SMALL_START = NAMED.replace('np.sqrt(2 / n_in)', '0.01')
SQUARED_START = NAMED.replace('np.sqrt(2 / n_in)', '2 / n_in')
BY_OUTPUTS = NAMED.replace('2 / n_in', '2 / n_out')
COLUMN = """
def gradient(a, b, c, x, y):
    error = a * x ** 2 + b * x + c - y
    return 2 * np.array([[np.mean(error * x ** 2)], [np.mean(error * x)], [np.mean(error)]])
"""
THE_LOSS = """
def gradient(a, b, c, x, y):
    return np.mean((a * x ** 2 + b * x + c - y) ** 2)
"""
A_DICT = NO_FACTOR_TWO.replace('return np', 'return dict(a=np').replace(
    'np.mean(error * x),', 'b=np.mean(error * x),').replace(' np.mean(error)', ' c=np.mean(error))')
ONE_AFTER_THE_OTHER = """
def descend(x, y, n_steps, learning_rate):
    a = b = c = 0
    for _ in range(n_steps):
        a = a - learning_rate * gradient(a, b, c, x, y)[0]
        b = b - learning_rate * gradient(a, b, c, x, y)[1]
        c = c - learning_rate * gradient(a, b, c, x, y)[2]
    return a, b, c
"""
OWN_GRAPH = """
def plan(x, y, learning_rate):
    with tf.Graph().as_default():
        a, b, c = (tf.Variable(0.0) for _ in range(3))
        loss = tf.reduce_mean((a * x ** 2 + b * x + c - y) ** 2)
        return tf.train.GradientDescentOptimizer(learning_rate).minimize(loss), [a, b, c]
"""
NO_SUCH_ARGUMENT = PLAN.replace('(learning_rate)', '(rate=learning_rate)')
SECOND_SESSION = """
def carry_out(update, variables, n_steps):
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(n_steps):
            sess.run(update)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(variables)
"""
NOT_STARTED = SECOND_SESSION.replace(
    'sess.run(tf.global_variables_initializer())\n        return', 'return')
IMAGES_ONLY = LABELS_LEFT.replace(
    '    y = y[np.random.default_rng(seed + 1).permutation(len(y))]\n', '')
ONE_LESS = IN_PLACE.replace('np.std(x[:n_train])', 'np.std(x[:n_train], ddof=1)')
OVER_CLASSES = """
def loss_of(scores, y):
    return -tf.reduce_mean(tf.one_hot(y, 10) * tf.nn.log_softmax(scores))
"""
ARGUMENTS_SWAPPED = """
def loss_of(scores, y):
    return tf.losses.softmax_cross_entropy(scores, tf.one_hot(y, 10))
"""
PROBABILITIES = RELOAD.replace('scores = build(tf.constant(x, tf.float32))',
                               'scores = tf.nn.softmax(build(tf.constant(x, tf.float32)))')

WRONG_ANSWERS = [
    # half the gradient is half the learning rate: descend notices at its first step
    ('gradient', NO_FACTOR_TWO, ['check_gradient', 'check_descend'], 'a factor of 2'),
    ('gradient', A_SUM, ['check_gradient', 'check_descend'], 'take the mean'),
    ('gradient', BACKWARDS_GRADIENT, ['check_gradient', 'check_descend'], 'in the order a, b, c'),
    ('gradient', COLUMN, ['check_gradient'], 'return three numbers'),
    ('gradient', THE_LOSS, ['check_gradient'], 'return three numbers'),
    ('gradient', A_DICT, ['check_gradient'], 'return three numbers'),
    ('descend', ONE_AFTER_THE_OTHER, ['check_descend'], 'all three slopes first'),
    ('descend', UPHILL, ['check_descend'], 'uphill'),
    ('descend', RUNS_AWAY, ['check_descend'], 'it ran away'),
    ('descend', NO_RETURN, ['check_descend'], 'no `return` was reached'),
    ('plan', LARGE_STEPS, ['check_plan'], 'the one that was passed in'),
    ('plan', ADAM, ['check_plan'], 'another optimizer'),
    ('plan', SUMMED, ['check_plan'], 'the sum of the squares'),
    ('plan', BACKWARDS, ['check_plan'], 'in the order a, b, c'),
    ('plan', FROM_ONE, ['check_plan'], 'a, b, c at the beginning'),
    ('plan', WHOLE, ['check_plan'], 'a whole number'),
    ('plan', BY_ASSIGNMENT, ['check_plan'], 'nothing does'),
    ('plan', LOSS_TOO, ['check_plan'], 'return update, [a, b, c]'),
    ('plan', OWN_GRAPH, ['check_plan'], 'add to the current one'),
    ('plan', NO_SUCH_ARGUMENT, ['check_plan'], 'unexpected keyword'),
    ('carry_out', SECOND_SESSION, ['check_carry_out'], 'values of its own'),
    ('carry_out', NOT_STARTED, ['check_carry_out'], 'values of its own'),
    ('carry_out', NOT_INITIALISED, ['check_carry_out'], 'has no value yet'),
    ('carry_out', EACH_TIME, ['check_carry_out'], 'initialise only once'),
    ('carry_out', NO_STEP, ['check_carry_out'], 'nothing has moved'),
    ('carry_out', ONE_TOO_MANY, ['check_carry_out'], 'too many steps'),
    ('carry_out', TENSORS, ['check_carry_out'], 'these are tensors'),
    ('prepare', NOT_SHUFFLED, ['check_prepare'], 'the list is sorted'),
    ('prepare', NO_SEED, ['check_prepare'], 'inside the function'),
    ('prepare', ONE_SEED, ['check_prepare'], 'does not depend on seed'),
    ('prepare', LEAKED, ['check_prepare'], 'have leaked'),
    ('prepare', TEST_BY_ITSELF, ['check_prepare'], 'use their own mean'),
    ('prepare', LABELS_LEFT, ['check_prepare'], 'use the same order'),
    ('prepare', IMAGES_ONLY, ['check_prepare'], 'use the same order'),
    ('prepare', LABELS_FROM_ONE, ['check_prepare'], 'counted from 0'),
    ('prepare', ONE_HOT, ['check_prepare'], 'class indices'),
    ('prepare', BY_PIXEL, ['check_prepare'], 'each of the 64 pixels'),
    ('by_hand', LINEAR, ['check_by_hand'], 'without a ReLU'),
    ('by_hand', NO_BIAS, ['check_by_hand'], 'also has a bias'),
    ('by_hand', ZEROS, ['check_by_hand'], 'truncated_normal'),
    ('by_hand', STANDARD, ['check_by_hand'], 'starts with a standard deviation of'),
    ('by_hand', SMALL_START, ['check_by_hand'], 'stddev=np.sqrt(2 / number of inputs)'),
    ('by_hand', SQUARED_START, ['check_by_hand'], 'stddev=np.sqrt(2 / number of inputs)'),
    ('by_hand', BY_OUTPUTS, ['check_by_hand'], 'stddev=np.sqrt(2 / number of inputs)'),
    ('with_layers', RELU_AT_THE_END, ['check_with_layers'], 'may be negative'),
    ('with_layers', SOFTMAX_IN_THE_NETWORK, ['check_with_layers'], 'softmax belongs to the loss'),
    ('with_layers', SIGMOID, ['check_with_layers'], 'a sigmoid'),
    ('with_layers', SCORES_NOT_RETURNED, ['check_with_layers'], 'no `return` was reached'),
    ('with_layers', TWO_HIDDEN, ['check_with_layers'], 'two hidden layers'),
    ('loss_of', SOFTMAX_TWICE, ['check_loss_of'], 'softmax twice'),
    ('loss_of', LABELS_OFF, ['check_loss_of'], 'off by one'),
    ('loss_of', NOT_ONE_HOT, ['check_loss_of'], 'tf.one_hot'),
    ('loss_of', OVER_CLASSES, ['check_loss_of'], 'not over the classes'),
    ('loss_of', ARGUMENTS_SWAPPED, ['check_loss_of'], 'the arguments are swapped'),
    ('reload', PROBABILITIES, ['check_reload'], 'return the scores'),
    ('reload', DEFAULT_GRAPH, ['check_reload'], 'with sess.graph.as_default()'),
    ('reload', SAVER_TOO_EARLY, ['check_reload'], 'build the network first'),
    ('reload', INITIALISED_AGAIN, ['check_reload'], 'run the initializer afterwards'),
    ('reload', SAME_GRAPH, ['check_reload'], 'in a new graph')]
RIGHT_ANSWERS = [
    ('gradient', BY_PRODUCTS), ('descend', THREE_NUMBERS), ('plan', PLAN),
    ('carry_out', CARRY_OUT), ('prepare', IN_PLACE), ('by_hand', NAMED), ('with_layers', STACKED),
    ('loss_of', SPARSE), ('reload', RELOAD), ('prepare', ONE_LESS)]
