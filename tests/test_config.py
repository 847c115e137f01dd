"""The values of the Config cell: what is refused and by what words, and what they become."""
import json
import pathlib

import nbformat
import numpy as np
import pytest

from callbacks import ReduceLROnPlateau
from course.config import CONFIG, TEXT, checked_config, settings_of
from course.notebooks import MAIN, cell_with_tag


@pytest.fixture
def names():
    """What the Config cell defines."""
    names = {}
    exec(cell_with_tag(nbformat.read(MAIN, 4), 'parameters').source, names)
    return {name: names[name] for name in CONFIG}


def test_numpy_numbers_and_paths_become_pythons_own(names):
    """And the notebook computes with these: json cannot write NumPy's, and a uint8 overflows."""
    expected = dict(names)
    kinds = {bool: np.bool_, int: np.uint8, float: np.float64, str: np.str_}
    for name, value in names.items():
        names[name] = kinds.get(type(value), lambda value: value)(value)
    names['model_folder'] = pathlib.Path(expected['model_folder'])
    names['checkpoint'] = pathlib.Path(expected['checkpoint'])
    config = checked_config(names)
    assert config == names == expected
    assert [type(value) for value in names.values()] == [type(v) for v in expected.values()]
    state = ReduceLROnPlateau(names['learning_rate'], 0.5, 2).get_state()
    json.dumps([settings_of(config, lists=['a list']), state])


@pytest.mark.parametrize('name', [name for name, kind in CONFIG.items() if kind[0] != TEXT])
def test_a_number_in_quotes_is_named(names, name):
    """As `papermill -r img_size 48` passes it."""
    names[name] = str(names[name])
    if names[name] not in CONFIG[name]:
        with pytest.raises(ValueError, match=rf"In the Config cell, {name} is '.*'; it must be "):
            checked_config(names)


def test_all_that_is_wrong_is_named_at_once(names):
    names.update(img_size='48', batch_size=0)
    del names['seed']
    with pytest.raises(ValueError) as caught:
        checked_config(names)
    assert str(caught.value) == (
        "In the Config cell, img_size is '48'; it must be a whole number from 8 to below 4096; "
        'batch_size is 0; it must be a whole number from 1 to below 100000; seed is missing')
