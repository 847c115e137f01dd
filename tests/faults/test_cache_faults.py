"""The cache of frozen outputs, interrupted at every batch, and on a full disk."""
import errno
import os
import types

import pytest
import test_feature_cache as spec

from course import feature_cache

lists = spec.lists


def interrupted_at(monkeypatch, n_batches):
    """From now on, Ctrl-C comes when batch number `n_batches` is safe on the disk."""
    written, fsync = [], os.fsync

    def fsync_then_stop(file):
        fsync(file)
        written.append(file)
        if len(written) == n_batches:
            raise KeyboardInterrupt

    here = types.SimpleNamespace(**{**vars(os), 'fsync': fsync_then_stop})      # of batches alone
    monkeypatch.setattr(feature_cache, 'os', here)


def test_interrupted_anywhere_it_resumes_and_ends_with_the_same_bytes(tmp_path, lists, monkeypatch):
    sizes = [4, 4, 4] + 2 * [4, 4, 4, 4, 4]         # of the batches: validation, then two copies
    whole = spec.make_cache(tmp_path / 'whole', lists, copies=2)
    assert whole.fill() == sum(sizes)
    for n_batches in range(1, len(sizes) + 1):
        folder = tmp_path / str(n_batches)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            interrupted_at(patch, n_batches)
            spec.make_cache(folder, lists, copies=2).fill()
        with open(folder / 'cache' / 'features.float16', 'rb+') as file:
            file.truncate(file.seek(0, os.SEEK_END) - 13)       # half of the last batch is left
        computed = spec.make_cache(folder, lists, copies=2).fill()
        assert computed == sum(sizes) - sum(sizes[:n_batches - 1])
        assert spec.stored(folder) == spec.stored(tmp_path / 'whole')


def test_a_full_disk_is_named_and_the_next_fill_resumes(tmp_path, lists, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, 'No space left on device')

    cache = spec.make_cache(tmp_path, lists)
    with monkeypatch.context() as patch:
        patch.setattr(feature_cache.os, 'fsync', full)
        with pytest.raises(OSError, match='features.float16: No space left.*needs 0 MB. Make room'):
            cache.fill()
    cache.fill()
    spec.make_cache(tmp_path / 'whole', lists).fill()
    assert spec.stored(tmp_path) == spec.stored(tmp_path / 'whole')
