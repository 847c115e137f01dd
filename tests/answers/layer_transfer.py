"""Answers to the exercise layer_transfer."""


def names_by(expression):
    return f'def frozen_names(freeze):\n    {expression}\n'


ONE_BLOCK = names_by("return f'resnet_v2_50/{freeze}/'")
BLOCKS_ALONE = names_by("return f'resnet_v2_50/block[1-{freeze[-1]}]/'")
ANYWHERE = names_by("return '.*(' + '|'.join(STAGES[:STAGES.index(freeze) + 1]) + ')'")
NO_SCOPE = names_by("return '(' + '|'.join(STAGES[:STAGES.index(freeze) + 1]) + ')/'")
ONE_LESS = names_by("return f\"resnet_v2_50/({'|'.join(STAGES[:STAGES.index(freeze)])})/\"")
ALWAYS_TWO = names_by("return r'resnet_v2_50/(conv1|block1|block2)/'")
NO_BRACES = names_by("return r'resnet_v2_50/(conv1|block1|freeze)/'")
COMPILED = names_by("return re.compile('resnet_v2_50/conv1/')")
UNCLOSED = names_by("return 'resnet_v2_50/(conv1|block1'")
A_RANGE = names_by("return f'resnet_v2_50/(conv1/|block[1-{freeze[-1]}]/)'")
NO_PARENTHESES = names_by("return 'resnet_v2_50/' + '|'.join(STAGES[:STAGES.index(freeze) + 1])")
BY_LAST_LETTER = names_by("return f'resnet_v2_50/(conv1|block[1-{freeze[-1]}])/'")
BY_LOOP = """
def frozen_names(freeze):
    names = []
    for stage in STAGES:
        names.append('resnet_v2_50/' + stage + '/')
        if stage == freeze:
            return '|'.join(names)
"""
BY_MEAN = """
def moved(before, after):
    return {name for name in before if before[name].mean() != after[name].mean()}
"""
ALL_OF_IT = """
def moved(before, after):
    return {name for name in before if np.all(before[name] != after[name])}
"""
CLOSE = """
def moved(before, after):
    return {name for name in before if not np.allclose(before[name], after[name])}
"""
RISEN = """
def moved(before, after):
    return {name for name in before if (after[name] - before[name]).max() > 0}
"""
A_COUNT = """
def moved(before, after):
    return sum(bool(np.any(before[name] != after[name])) for name in before)
"""
THE_OTHERS = """
def moved(before, after):
    return {name for name in before if np.array_equal(before[name], after[name])}
"""
A_LIST = """
def moved(before, after):
    return [name for name in after if not (before[name] == after[name]).all()]
"""
BY_ACCURACY = """
def verdict(first, second):
    return 'better' if second.mean() > first.mean() else 'worse'
"""
TWO_INTERVALS = """
def verdict(first, second):
    difference = second.mean() - first.mean()
    if abs(difference) < 1.96 * np.sqrt((first.var() + second.var()) / len(first)):
        return 'cannot tell'
    return 'better' if difference > 0 else 'worse'
"""
OTHER_WAY_ROUND = """
def verdict(first, second):
    b, c = np.sum(second & ~first), np.sum(first & ~second)
    if abs(b - c) <= 1.96 * np.sqrt(b + c):
        return 'cannot tell'
    return 'worse' if b > c else 'better'
"""
IN_WORDS = OTHER_WAY_ROUND.replace("'worse' if b > c else 'better'", 'b > c')
DIVIDED = """
def verdict(first, second):
    b, c = int((second > first).sum()), int((first > second).sum())
    z = (b - c) / max(b + c, 1) ** 0.5
    return 'better' if z > 1.96 else 'worse' if z < -1.96 else 'cannot tell'
"""
NONE_LEFT = """
def updates_to_keep(update_ops, freeze):
    return []
"""
ALL_LEFT = """
def updates_to_keep(update_ops, freeze):
    return [op for op in update_ops if op.name not in ('conv1', 'block1', 'block2')]
"""
THE_FROZEN = """
def updates_to_keep(update_ops, freeze):
    return [op for op in update_ops if re.match(frozen_names(freeze), op.name)]
"""
FREEZE_ALONE = """
def updates_to_keep(update_ops, freeze):
    return [op for op in update_ops if freeze not in op.name]
"""
IN_THE_LOOP = """
def updates_to_keep(update_ops, freeze):
    for op in update_ops:
        if re.match(frozen_names(freeze), op.name):
            update_ops.remove(op)
    return update_ops
"""
BY_STAGE = """
def updates_to_keep(update_ops, freeze):
    learns = STAGES[STAGES.index(freeze) + 1:]
    return [op for op in update_ops if op.name.split('/')[1] in learns]
"""
SUM = """
def depends_on_batch(output_of, images):
    return np.abs(output_of(images)[0] - output_of(images[:1])[0]).sum()
"""
MEAN = SUM.replace('.sum()', '.mean()')
WITH_SIGN = SUM.replace('np.abs', '').replace('.sum()', '.max()')
ALL_IMAGES = """
def depends_on_batch(output_of, images):
    return np.abs(output_of(images) - output_of(images[:1])).max()
"""
IN_ONE_LINE = SUM.replace('.sum()', '.max()')
NO_SWITCH = """
def mode(stage, is_training, freeze):
    return is_training
"""
ALWAYS_TRAINING = """
def mode(stage, is_training, freeze):
    return STAGES.index(stage) > STAGES.index(freeze)
"""
ALL_FROZEN = """
def mode(stage, is_training, freeze):
    return False
"""
FREEZE_ONLY = """
def mode(stage, is_training, freeze):
    return False if stage == freeze else is_training
"""
NOT_THE_FROZEN = """
def mode(stage, is_training, freeze):
    return is_training if STAGES.index(stage) <= STAGES.index(freeze) else False
"""
NOTHING_FOR_FROZEN = """
def mode(stage, is_training, freeze):
    if STAGES.index(stage) > STAGES.index(freeze):
        return is_training
"""
IN_WORDS_TOO = """
def mode(stage, is_training, freeze):
    return is_training if STAGES.index(stage) > STAGES.index(freeze) else 'inference'
"""
NOT_IT = """
def mode(stage, is_training, freeze):
    return is_training if STAGES.index(stage) > STAGES.index(freeze) else not is_training
"""
BY_INDEX = """
def mode(stage, is_training, freeze):
    return is_training if STAGES.index(stage) > STAGES.index(freeze) else False
"""
BY_NAME = """
def mode(stage, is_training, freeze):
    if re.match(frozen_names(freeze), f'resnet_v2_50/{stage}/'):
        return tf.constant(False)
    return is_training
"""
NAMES, UPDATES = 'check_frozen', 'check_updates_to_keep'

WRONG_ANSWERS = [
    ('frozen', ONE_BLOCK, [NAMES, UPDATES], 'fixed in name only'),
    ('frozen', BLOCKS_ALONE, [NAMES], 'fixed in name only'),
    ('frozen', ANYWHERE, [NAMES, UPDATES], 'each unit has a conv1 of its own'),
    ('frozen', NO_SCOPE, [NAMES, UPDATES], 're.match begins at the first letter'),
    ('frozen', ONE_LESS, [NAMES, UPDATES], 'every stage below it'),
    ('frozen', ALWAYS_TWO, [NAMES, UPDATES], 'STAGES.index(freeze) + 1'),
    ('frozen', NO_BRACES, [NAMES, UPDATES], 'every stage below it'),
    ('frozen', COMPILED, [NAMES, UPDATES], 'return the text of the expression'),
    ('frozen', UNCLOSED, [NAMES, UPDATES], 'is not a regular expression'),
    ('frozen', NO_PARENTHESES, [NAMES, UPDATES], 'put the stages in parentheses'),
    ('frozen', BY_LAST_LETTER, [NAMES], 'freeze may be any of STAGES'),
    ('frozen', A_RANGE, [NAMES], 'freeze may be any of STAGES'),
    ('moved', RISEN, ['check_moved'], 'only fell'),
    ('moved', A_COUNT, ['check_moved'], 'return a set of names'),
    ('moved', BY_MEAN, ['check_moved'], 'changed places'),
    ('moved', ALL_OF_IT, ['check_moved'], 'np.any(x != y)'),
    ('moved', CLOSE, ['check_moved'], 'a billionth is a change too'),
    ('moved', THE_OTHERS, ['check_moved'], 'stayed the same'),
    ('why', "why = 'a'", ['check_why'], 'the weights would have moved too'),
    ('why', "why = 'C'", ['check_why'], 'no gradient is computed'),
    ('updates_to_keep', NONE_LEFT, [UPDATES], 'none is left'),
    ('updates_to_keep', ALL_LEFT, [UPDATES], 'still there'),
    ('updates_to_keep', THE_FROZEN, [UPDATES], 'the ones to leave out'),
    ('updates_to_keep', FREEZE_ALONE, [UPDATES], 'still there'),
    ('updates_to_keep', IN_THE_LOOP, [UPDATES], 'every second one is skipped'),
    ('verdict', BY_ACCURACY, ['check_verdict'], 'comes about by chance too'),
    ('verdict', TWO_INTERVALS, ['check_verdict'], 'Two intervals of accuracies are too wide'),
    ('verdict', OTHER_WAY_ROUND, ['check_verdict'], 'the other way round'),
    ('verdict', IN_WORDS, ['check_verdict'], "return 'better', 'worse' or"),
    ('verdict', OTHER_WAY_ROUND, ['check_verdict'], ': outside, so '),
    ('depends_on_batch', SUM, ['check_depends_on_batch'], 'not their sum'),
    ('depends_on_batch', MEAN, ['check_depends_on_batch'], 'not the mean'),
    ('depends_on_batch', WITH_SIGN, ['check_depends_on_batch'], 'np.abs'),
    ('depends_on_batch', ALL_IMAGES, ['check_depends_on_batch'], 'two outputs for the first image'),
    ('mode', NO_SWITCH, ['check_mode'], 'whatever is_training says'),
    ('mode', FREEZE_ONLY, ['check_mode'], 'all that is below it'),
    ('mode', ALWAYS_TRAINING, ['check_mode'], 'training mode for ever'),
    ('mode', ALL_FROZEN, ['check_mode'], 'all of them are in inference mode'),
    ('mode', NOT_THE_FROZEN, ['check_mode'], 'the other way round'),
    ('mode', NOT_IT, ['check_mode'], 'has no value yet'),
    ('mode', NOTHING_FOR_FROZEN, ['check_mode'], 'no `return` was reached'),
    ('mode', IN_WORDS_TOO, ['check_mode'], 'return False, or is_training itself')]
RIGHT_ANSWERS = [
    ('frozen', BY_LOOP), ('moved', A_LIST), ('why', "why = ' B '"),
    ('verdict', DIVIDED), ('updates_to_keep', BY_STAGE), ('depends_on_batch', IN_ONE_LINE),
    ('mode', BY_INDEX), ('mode', BY_NAME)]
