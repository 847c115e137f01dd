"""Which statistics BatchNorm trains with, from what a checkpoint held."""
import pandas as pd
import pytest

from course.batch_statistics import trains_by_batch
from tf_model.restore import MISSING, RESTORED

KINDS = 'weights', 'BatchNorm/gamma', 'BatchNorm/moving_mean', 'BatchNorm/moving_variance'


def table(*statuses):
    """What restore says of a convolution; the last row is only in the checkpoint."""
    return pd.DataFrame({'variable': [*(f'net/conv/{kind}' for kind in KINDS), None],
                         'status': [*statuses, 'in the checkpoint only']})


@pytest.mark.parametrize('asked, restored, expected', [
    ('auto', None, True), ('auto', table(*[RESTORED] * 4), False),
    ('auto', table(RESTORED, RESTORED, MISSING, MISSING), True),      # trainable_variables() alone
    (True, table(*[RESTORED] * 4), True), (False, table(*[RESTORED] * 4), False)])
def test_the_moving_ones_are_used_where_they_were_restored(asked, restored, expected, capsys):
    assert trains_by_batch(asked, restored) is expected
    assert capsys.readouterr().out == f'BatchNorm trains by the batch: {expected}\n'


def test_it_warns_of_statistics_that_nobody_estimated(capsys):
    assert trains_by_batch(False, table(RESTORED, RESTORED, MISSING, MISSING)) is False
    assert 'CAREFUL: no moving statistics' in capsys.readouterr().out
