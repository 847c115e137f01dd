"""Which statistics BatchNorm uses in training: the batch's, or the moving ones as they are."""
import pandas as pd

from tf_model.restore import RESTORED

FEW = 8     # images in a batch


def trains_by_batch(batch_statistics: bool, restored: pd.DataFrame | None, batch_size: int) -> bool:
    """Whether BatchNorm trains by the batch: batch_statistics. Says so, and what speaks against it.

    restored: of tf_model.restore.restore; None where nothing was. With few images in a batch, their
    mean and variance say little: Wu and He, Group Normalization (ECCV 2018).
    """
    if batch_statistics:
        print('BatchNorm trains by the batch, except in what is frozen.')
        if batch_size < FEW:
            print(f'CAREFUL: batch_size is {batch_size}, and BatchNorm estimates a mean and a '
                  f'variance from a batch. Set it to {FEW} or more, or batch_statistics = False.')
        return True
    print('BatchNorm trains in inference mode.')
    if restored is None or not (restored.variable.str.contains('/moving_', na=False)
                                & (restored.status == RESTORED)).any():
        print('CAREFUL: no moving statistics were restored. Set batch_statistics = True.')
    return False
