"""make_list on folders of a size that people have."""
import resource
import sys

import cv2
import numpy as np
import pandas as pd
import pytest

from course.lists.make import make_list


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != 'linux', reason='ru_maxrss is counted in kB only on Linux')
def test_twenty_five_thousand_images(tmp_path):
    """One image has a copy, one file is damaged; memory grows by less than 2 GB."""
    rng = np.random.default_rng(0)
    for c in 'ab':
        (tmp_path / 'many' / c).mkdir(parents=True)
    for i in range(25_000):
        small = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        image = cv2.resize(small, (32, 32), interpolation=cv2.INTER_CUBIC)
        cv2.imwrite(str(tmp_path / f'many/{"ab"[i % 2]}/{i}.png'), image)
        if i == 0:
            cv2.imwrite(str(tmp_path / 'many/a/mirrored.png'), image[:, ::-1])
    (tmp_path / 'many/b/cut.png').write_bytes((tmp_path / 'many/b/1.png').read_bytes()[:99])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = make_list(tmp_path / 'many', tmp_path / 'out')
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2_000_000     # kB
    assert report.counts == {'a': 12_501, 'b': 12_500}
    assert [[path.rpartition('/')[2] for path in group] for group in report.copies] == [
        ['0.png', 'mirrored.png']]
    assert [path.rpartition('/')[2] for path, _ in report.left_out] == ['cut.png']
    assert sum(len(pd.read_csv(file)) for file in (tmp_path / 'out').glob('test_*.csv')) == 25_001


def test_large_jpegs_are_not_decoded_whole_and_damage_is_still_seen(tmp_path):
    """Twelve of 12 megapixels; two are the same, one is a copy of another, one is cut off."""
    rng = np.random.default_rng(0)
    for c in 'ab':
        (tmp_path / 'large' / c).mkdir(parents=True)
    for i in range(12):
        small = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
        image = cv2.resize(small, (4000, 3000), interpolation=cv2.INTER_LINEAR)
        file = tmp_path / f'large/{"ab"[i % 2]}/{i}.jpg'
        cv2.imwrite(str(file), image)
        if i == 2:
            (tmp_path / 'large/a/same.jpg').write_bytes(file.read_bytes())
            cv2.imwrite(str(tmp_path / 'large/a/small.png'),
                        cv2.resize(image[::-1], (400, 300), interpolation=cv2.INTER_AREA))
            data = file.read_bytes()
            (tmp_path / 'large/b/cut.jpg').write_bytes(data[:len(data) // 2])
    report = make_list(tmp_path / 'large', tmp_path / 'out')
    assert report.counts == {'a': 8, 'b': 6}
    assert [[path.rpartition('/')[2] for path in group] for group in report.copies] == [
        ['2.jpg', 'same.jpg', 'small.png']]
    (path, reason), = report.left_out
    assert path.endswith('cut.jpg') and 'damaged or cut off' in reason
    assert max(report.sizes.values()) < (1001, 751)
