"""Which statistics BatchNorm trains with, and what speaks against it."""
import pandas as pd
import pytest

from course.batch_statistics import trains_by_batch
from tf_model.restore import MISSING, RESTORED

KINDS = 'weights', 'BatchNorm/gamma', 'BatchNorm/moving_mean', 'BatchNorm/moving_variance'


def table(*statuses):
    """What restore says of a convolution; the last row is only in the checkpoint."""
    return pd.DataFrame({'variable': [*(f'net/conv/{kind}' for kind in KINDS), None],
                         'status': [*statuses, 'in the checkpoint only']})


ALL, TRAINABLE = table(*[RESTORED] * 4), table(RESTORED, RESTORED, MISSING, MISSING)


@pytest.mark.parametrize('asked, restored, batch_size, careful', [
    (True, None, 16, ''), (True, ALL, 16, ''), (True, ALL, 8, ''),
    (True, ALL, 7, 'batch_size is 7'), (True, None, 1, 'batch_size is 1'),
    (False, ALL, 16, ''), (False, ALL, 1, ''),
    (False, TRAINABLE, 16, 'no moving statistics'), (False, None, 16, 'no moving statistics')])
def test_it_says_which_and_what_speaks_against_it(asked, restored, batch_size, careful, capsys):
    assert trains_by_batch(asked, restored, batch_size) is asked
    first, *more = capsys.readouterr().out.splitlines()
    assert first == ('BatchNorm trains by the batch, except in what is frozen.' if asked else
                     'BatchNorm trains in inference mode.')
    assert len(more) == bool(careful) and all('CAREFUL' in line and careful in line
                                              for line in more)
