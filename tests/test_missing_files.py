"""lessons/missing_files.py: each file is missing once, and the folder stays as it is."""
import os

from lessons.missing_files import without_each


def test_each_file_is_missing_once(tmp_path):
    for name in 'a', 'b':
        (tmp_path / name).write_text(name)

    def needs_a(folder):
        return open(os.path.join(folder, 'a')).read()

    def finds_b(folder):
        return 'b' if 'b' in os.listdir(folder) else None

    table = without_each(str(tmp_path), {'reads a': needs_a, 'finds b': finds_b})
    assert table.to_dict('index') == {
        'nothing': {'reads a': 'yes', 'finds b': 'yes'},
        'a': {'reads a': 'no: FileNotFoundError', 'finds b': 'yes'},
        'b': {'reads a': 'yes', 'finds b': 'no: None'}}
    assert sorted(os.listdir(tmp_path)) == ['a', 'b']
