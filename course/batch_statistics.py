"""Which statistics BatchNorm uses in training: the batch's, or the moving ones as they are."""
import pandas as pd

from tf_model.restore import RESTORED


def trains_by_batch(batch_statistics: bool | str, restored: pd.DataFrame | None) -> bool:
    """Whether BatchNorm trains by the batch. Says so in a line.

    batch_statistics: True, False, or 'auto': only where no moving statistics were restored.
    restored: of tf_model.restore.restore; None where nothing was.
    """
    found = restored is not None and bool((
        restored.variable.str.contains('/moving_', na=False) & (restored.status == RESTORED)).any())
    chosen = not found if batch_statistics == 'auto' else batch_statistics
    print(f'BatchNorm trains by the batch: {chosen}')
    if not (chosen or found):
        print('CAREFUL: no moving statistics were restored. Set batch_statistics = True.')
    return chosen
