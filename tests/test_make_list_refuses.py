"""make_list refuses a folder in words: all that is wrong at once, the cheap checks first."""
import pytest
from pets import save

from course.lists.make import make_list


def test_a_class_folder_without_a_good_image_is_an_error(tmp_path):
    for i in range(5):
        save(tmp_path / f'zoo/ape/{i}.png', i)
        save(tmp_path / f'zoo/bee/{i}.png', 10 + i)
    (tmp_path / 'zoo/cow').mkdir()
    with pytest.raises(ValueError, match='Class cow .* has 0 images; each of the 5 parts'):
        make_list(tmp_path / 'zoo', tmp_path / 'out')


def test_all_errors_that_need_no_image_come_at_once_and_before_any_is_read(tmp_path, monkeypatch):
    def refuse(*args, **options):
        raise AssertionError('an image is read')
    monkeypatch.setattr('course.lists.collect.read_image', refuse)
    for name, n in ('ape', 2), ('Ape', 5), ('bee', 1), ('dot.', 5):
        for i in range(n):
            save(tmp_path / f'zoo/{name}/{i}.png', i)
    with pytest.raises(ValueError) as error:
        make_list(tmp_path / 'zoo', tmp_path / 'out')
    words = str(error.value)
    assert 'Ape and ape differ in nothing but the case' in words
    assert "'dot.' cannot be part" in words
    for name in 'Ape', 'dot.':
        for i in range(5):
            (tmp_path / f'zoo/{name}/{i}.png').unlink()
        (tmp_path / f'zoo/{name}').rmdir()
    with pytest.raises(ValueError, match='(?s)ape .* 2 images; each of the 5 .*bee .* 1 images'):
        make_list(tmp_path / 'zoo', tmp_path / 'out')
    assert not (tmp_path / 'out').exists()


def test_errors_after_reading_name_all_classes_and_what_was_left_out(pets, tmp_path):
    for i in range(1, 6):
        (pets / f'dog.{i}.jpg').write_bytes(b'')
    for i in range(3, 12):
        save(pets / f'cat.{i}.png', 0)
    with pytest.raises(ValueError, match='(?s)Class cat .* 3 different images .*Class dog .* has 2 '
                                         'different images') as error:
        make_list(pets, tmp_path / 'out')
    assert {reason for _, reason in error.value.left_out} == {'is an empty file'}
    assert [sorted(names) for names in error.value.copies] == [sorted(
        ['cat.0.png', *(f'cat.{i}.png' for i in range(3, 12))])]
    note, = error.value.notes
    assert '10 of the 12 images of cat are taken for copies' in note and '--copies exact' in note


def test_two_layouts_at_once_and_a_folder_that_is_not_there(pets, tmp_path):
    save(pets / 'bird/1.png', 99)
    with pytest.raises(ValueError, match='Move one of the two kinds away'):
        make_list(pets, tmp_path / 'out')
    with pytest.raises(FileNotFoundError, match='Put the images in data/<name>'):
        make_list(tmp_path / 'nowhere')


@pytest.mark.parametrize('beside', [[], ['annotations'], ['README', 'masks']])
def test_a_wrapper_folder_is_told(tmp_path, beside):
    for c in 'ape', 'bee':
        for i in range(5):
            save(tmp_path / f'zoo/images/{c}/{i}.png', i + 10 * ord(c[0]))
    for name in beside:
        (tmp_path / 'zoo' / name).mkdir()
    with pytest.raises(ValueError, match='Did you mean ".*/zoo/images"'):
        make_list(tmp_path / 'zoo', tmp_path / 'out')
    assert make_list(tmp_path / 'zoo/images', tmp_path / 'out').counts == {'ape': 5, 'bee': 5}


@pytest.mark.parametrize('name, runs', [
    ('=1+1', True), ('=cmd', True), ('+A1', True), ('-A1+2', True), ('@SUM(A1)', True),
    ('+', False), ('-', False), ('=', False), ('@', False), ('-1', False), ('+1.5', False),
    ('a=b', False)])
def test_a_class_that_a_spreadsheet_would_run_is_refused(tmp_path, name, runs):
    """It would be in model/<name>_test.csv, once an image. Signs and numbers may be classes."""
    for i in range(5):
        save(tmp_path / f'zoo/{name}/{i}.png', i)
        save(tmp_path / f'zoo/bee/{i}.png', 10 + i)
    if runs:
        with pytest.raises(ValueError, match='would be run as a formula by a spreadsheet'):
            make_list(tmp_path / 'zoo', tmp_path / 'out')
    else:
        assert set(make_list(tmp_path / 'zoo', tmp_path / 'out').counts) == {name, 'bee'}
