"""data/get.py interrupted in the middle: a dataset is in place whole or not at all."""
from functools import partial

import pytest
from loopback import a_zip, disk_full_at, names, running_site

from course.datasets import sources
from course.datasets.catalogue import DATASETS, table
from course.datasets.command import get
from course.datasets.place import put_in_place

COUNTS = {'ants': 193, 'bees': 204}


def run():
    return get('', DATASETS, table, put_in_place, ['hymenoptera'])


def unpack_half(archive, folder, place, largest, then):
    (folder / 'ants').mkdir(exist_ok=True)
    for k in range(50):
        (folder / f'ants/{k}.jpg').write_bytes(b'')
    raise then


@pytest.mark.parametrize('fault', ['killed', KeyboardInterrupt, ZeroDivisionError, 'full disk'])
def test_half_a_dataset_is_never_in_place(tmp_path, monkeypatch, fault, capsys):
    monkeypatch.setenv('NO_PROXY', '127.0.0.1')
    monkeypatch.chdir(tmp_path)
    (tmp_path / 'data_list').mkdir()
    data, wanted = tmp_path / 'data', r'hymenoptera_data/((?:train|val)/\w+/[^.].*)'
    files = {f'hymenoptera_data/{("train", "val")[k % 2]}/{c}/{k}.jpg': b''
             for c, n in COUNTS.items() for k in range(n)}
    with running_site() as site:
        url = site.serve('hymenoptera_data.zip', a_zip({
            **files, 'hymenoptera_data/val/bees/large.gif': bytes(900_000)}))
        fill = partial(sources.downloaded, url=url, wanted=wanted, megabytes=47)
        monkeypatch.setitem(DATASETS, 'hymenoptera', DATASETS['hymenoptera']._replace(fill=fill))
        if fault == 'killed':                           # it leaves what it had unpacked so far
            (data / '.hymenoptera.part/hymenoptera/ants').mkdir(parents=True)
            (data / '.hymenoptera.part/hymenoptera/ants/odd.jpg').write_bytes(b'')
        elif fault == 'full disk':
            with disk_full_at(500_000):
                assert run() == 1
            assert 'File too large. Make room' in capsys.readouterr().err
        else:
            with monkeypatch.context() as patch:
                patch.setattr(sources, 'unpack', partial(unpack_half, then=fault))
                if fault is KeyboardInterrupt:
                    assert run() == 130
                else:
                    with pytest.raises(fault):
                        run()
        assert not (data / 'hymenoptera').exists()
        if fault != 'killed':
            assert names(data) == ['downloads']
            assert names(data / 'downloads') == ['hymenoptera_data.zip']    # not fetched again
        assert run() == 0 and len(site.asked) == 1
    assert names(data) == ['downloads', 'hymenoptera']
    for c, n in COUNTS.items():
        assert len(list((data / 'hymenoptera').rglob(f'{c}/*.jpg'))) == n
