"""Answers to the exercise layer_transfer."""

BY_MEAN = """
def moved(before, after):
    return {name for name in before if before[name].mean() != after[name].mean()}
"""
ALL_OF_IT = """
def moved(before, after):
    return {name for name in before if np.all(before[name] != after[name])}
"""
NONE_LEFT = """
def updates_to_keep(update_ops):
    return []
"""
ALL_LEFT = """
def updates_to_keep(update_ops):
    return [op for op in update_ops if op.name not in ('conv1', 'block1', 'block2')]
"""
SUM = """
def depends_on_batch(output_of, images):
    return np.abs(output_of(images)[0] - output_of(images[:1])[0]).sum()
"""
MEAN = SUM.replace('.sum()', '.mean()')
NO_SWITCH = """
def mode(stage, is_training):
    return is_training
"""
ALWAYS_TRAINING = """
def mode(stage, is_training):
    return stage not in ('conv1', 'block1', 'block2')
"""
ALL_FROZEN = """
def mode(stage, is_training):
    return False
"""

WRONG_ANSWERS = [
    ('frozen', "FROZEN = 'resnet_v2_50/block[12]/'", ['check_frozen'], 'fixed in name only'),
    ('frozen', "FROZEN = '.*(conv1|block1|block2)'", ['check_frozen', 'check_updates_to_keep'],
     'each unit has a conv1 of its own'),
    ('frozen', "FROZEN = 'block[12]'", ['check_frozen', 'check_updates_to_keep'],
     're.match begins at the first letter'),
    ('moved', BY_MEAN, ['check_moved'], 'changed places'),
    ('moved', ALL_OF_IT, ['check_moved'], 'np.any(x != y)'),
    ('why', "why = 'a'", ['check_why'], 'the weights would have moved too'),
    ('updates_to_keep', NONE_LEFT, ['check_updates_to_keep'], 'none is left'),
    ('updates_to_keep', ALL_LEFT, ['check_updates_to_keep'], 'still there'),
    ('depends_on_batch', SUM, ['check_depends_on_batch'], 'not their sum'),
    ('depends_on_batch', MEAN, ['check_depends_on_batch'], 'not the mean'),
    ('mode', NO_SWITCH, ['check_mode'], 'whatever is_training says'),
    ('mode', ALWAYS_TRAINING, ['check_mode'], 'training mode for ever'),
    ('mode', ALL_FROZEN, ['check_mode'], 'all of them are in inference mode')]
