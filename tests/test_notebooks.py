"""course/notebooks.py: the one runner of notebooks, on small ones."""
import base64
import io
import re
import subprocess
import sys

import nbformat
import numpy as np
import papermill
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from course import ROOT, notebooks

PYTHON = {'kernelspec': {'name': 'python3', 'display_name': 'Python 3', 'language': 'python'}}
SMALL_PNG = base64.b64encode(b'not large').decode()
TAGGED = {'parameters': 'n = 1\nname = "a"', 'double': 'twice = 2 * n', 'last': 'twice + 1'}


def write(path, *sources, **tagged):
    """A notebook file with cells without a tag, then {tag: source}."""
    cells = [new_code_cell(source) for source in sources]
    cells += [new_code_cell(source, metadata={'tags': [tag]}) for tag, source in tagged.items()]
    nbformat.write(new_notebook(cells=cells, metadata=PYTHON), path)
    return str(path)


def outputs(path):
    return [output for cell in nbformat.read(path, 4).cells for output in cell.get('outputs', [])]


@pytest.fixture
def main(tmp_path, monkeypatch):
    """A small notebook in the place of the main one."""
    monkeypatch.setattr(notebooks, 'MAIN', write(tmp_path / 'main.ipynb', **TAGGED))


def test_parameters_take_effect_and_what_it_leaves_is_the_same_each_time(tmp_path):
    source = write(tmp_path / 'in.ipynb', **TAGGED)
    for name in 'first.ipynb', 'second.ipynb':
        notebooks.run_notebook(source, str(tmp_path / name), {'n': 20}, str(tmp_path))
    assert outputs(tmp_path / 'first.ipynb')[-1].data['text/plain'] == '41'
    assert (tmp_path / 'first.ipynb').read_text() == (tmp_path / 'second.ipynb').read_text()
    assert str(tmp_path) not in (tmp_path / 'first.ipynb').read_text()
    assert sorted(f.name for f in tmp_path.iterdir()) == ['first.ipynb', 'in.ipynb', 'second.ipynb']


def test_progress_bars_are_left_out_and_other_outputs_stay(tmp_path):
    source = write(tmp_path / 'in.ipynb', 'from tqdm.auto import tqdm\n'
                   'for i in tqdm(range(3)):\n    print(i)\n"end"')
    notebooks.run_notebook(source, source, cwd=str(tmp_path))       # onto itself
    assert [output.output_type for output in outputs(source)] == ['stream', 'execute_result']


def test_it_imports_the_course_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.delenv('PYTHONPATH', raising=False)
    source = write(tmp_path / 'in.ipynb', 'import generator, course.images, tf_model.restore')
    notebooks.run_notebook(source, source, cwd=str(tmp_path))
    assert outputs(source) == []


def test_a_kernel_of_the_users_own_is_not_taken(tmp_path, kernel_of_ones_own):
    """One named python3, before all others: it would have other packages, or none."""
    source = write(tmp_path / 'in.ipynb', 'import sys\nsys.executable')
    notebooks.run_notebook(source, source, cwd=str(tmp_path))
    assert outputs(source)[0].data['text/plain'] == repr(sys.executable)


def test_figures_are_shown_whatever_backend_is_set(tmp_path, monkeypatch):
    monkeypatch.setenv('MPLBACKEND', 'Agg')
    (tmp_path / 'a{b} [1]').mkdir()                     # and whatever the folder is called
    source = write(tmp_path / 'a{b} [1]' / 'in.ipynb', 'from course import plots\n'
                   'plots.roc_curve([0, 1], [[0.9, 0.1], [0.2, 0.8]], ["cat", "dog"])',
                   'from course.live_plot import Live_plot\n'
                   'Live_plot(lambda: plots.show_images([[[[0., 0, 0]]]])).on_session_begin()')
    notebooks.run_notebook(source, source, cwd=str(tmp_path))
    assert ['image/png' in output.data for output in outputs(source)] == [True, True]


def test_a_cell_that_fails_is_raised_and_stands_in_the_outcome(tmp_path):
    source = write(tmp_path / 'in.ipynb', '"before"', '1 / 0', '"after"')
    with pytest.raises(papermill.PapermillExecutionError, match='ZeroDivisionError'):
        notebooks.run_notebook(source, str(tmp_path / 'out.ipynb'), cwd=str(tmp_path))
    kinds = [output.output_type for output in outputs(tmp_path / 'out.ipynb')]
    assert 'error' in kinds and kinds[-1] != 'execute_result'


def test_what_cells_print_goes_where_it_is_asked_for(tmp_path, capsys):
    source = write(tmp_path / 'in.ipynb', 'print("epoch 1")\nprint("epoch 2")')
    printed = io.StringIO()
    notebooks.run_notebook(source, source, cwd=str(tmp_path), printed=printed)
    assert printed.getvalue() == 'epoch 1\nepoch 2\n'
    notebooks.run_notebook(source, source, cwd=str(tmp_path))
    assert capsys.readouterr() == ('', '')


def test_the_command_prints_a_line_when_the_cell_does(tmp_path):
    """Into a pipe: a line is there before its cell, which waits for the test, can end."""
    source = write(tmp_path / 'in.ipynb', 'import os, time\nprint("epoch 1 ±", flush=True)\n'
                   'while not os.path.exists("seen"):\n    time.sleep(0.1)')
    with subprocess.Popen([sys.executable, '-m', 'course.notebooks', source, source],
                          stdout=subprocess.PIPE, text=True, encoding='utf-8') as process:
        assert process.stdout.readline() == 'epoch 1 ±\n'
        (tmp_path / 'seen').touch()
        assert process.wait() == 0


def test_the_command_says_where_it_stopped(tmp_path):
    source, target = write(tmp_path / 'in.ipynb', '1 / 0'), str(tmp_path / 'out.ipynb')
    done = subprocess.run([sys.executable, '-m', 'course.notebooks', source, target],
                          capture_output=True, text=True)
    assert done.returncode == 1 and 'ZeroDivisionError' in done.stderr
    assert f'{source} stopped at this cell; the run so far is in {target}' in done.stderr


def test_a_cell_is_found_by_its_tag_or_refused(tmp_path):
    notebook = nbformat.read(write(tmp_path / 'in.ipynb', 'double = 3', **TAGGED), 4)
    assert notebooks.place_of(notebook, 'double') == 2
    assert notebooks.cell_with_tag(notebook, 'double').source == 'twice = 2 * n'
    with pytest.raises(ValueError, match="0 cells have the tag 'doubles', not one. The tags are: "
                                         'parameters, double, last'):
        notebooks.cell_with_tag(notebook, 'doubles')
    notebook.cells[0].metadata['tags'] = ['double']
    with pytest.raises(ValueError, match="2 cells have the tag 'double'"):
        notebooks.place_of(notebook, 'double')


def test_the_main_notebook_runs_with_a_cell_more_in_a_folder_of_its_own(main, tmp_path):
    lists = tmp_path / 'lists'
    lists.mkdir()
    (lists / 'list.csv').write_text('path,label\n')
    extra = 'import os\nopen("written", "w").write(f"{n} {sorted(os.listdir())}")\nn = 100'
    with notebooks.main_notebook_run({'n': 7}, extra, 'double', lists) as folder:
        files = sorted(f.name for f in folder.iterdir())
        assert files == ['data', 'data_list', 'in.ipynb', 'out.ipynb', 'tf_ckpt', 'written']
        assert (folder / 'data_list' / 'list.csv').exists()
        assert (folder / 'tf_ckpt').samefile(ROOT / 'tf_ckpt')
        assert (folder / 'written').read_text().startswith('7 [')      # before its cell
        assert outputs(folder / 'out.ipynb')[-1].data['text/plain'] == '201'
    assert not folder.exists() and (lists / 'list.csv').exists()


def test_cells_run_in_this_process_up_to_a_tag(main):
    cells = notebooks.Cells(n=5)
    names = cells.run_until('parameters')
    assert names['n'] == 5 and names['name'] == 'a' and 'twice' not in names
    names['n'] = 6
    assert cells.run_until('double')['twice'] == 12         # from there on, not again
    with pytest.raises(ValueError, match='no_such_tag'):
        cells.run_until('no_such_tag')


def test_a_cell_that_fails_in_this_process_is_raised(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, 'MAIN', write(tmp_path / 'in.ipynb', division='1 / 0'))
    with pytest.raises(ZeroDivisionError):
        notebooks.Cells().run_until('division')


def command(source, target, **options):
    return subprocess.run([sys.executable, '-m', 'course.notebooks', str(source), str(target)],
                          capture_output=True, text=True, **options)


def test_a_kernel_that_is_killed_is_explained_in_a_sentence(tmp_path):
    source = write(tmp_path / 'in.ipynb', '"before"', 'import os; os.kill(os.getpid(), 9)')
    done = command(source, tmp_path / 'out.ipynb')
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert re.match(r'The kernel was killed.* needs about 3\.4 GB, and [\d.]+ GB are free now\. '
                    '.*run it again: it resumes', done.stderr)
    assert outputs(tmp_path / 'out.ipynb')[0].data['text/plain'] == "'before'"


def test_a_full_disk_is_named_and_what_was_there_stays(tmp_path):
    resource = pytest.importorskip('resource')          # not on Windows
    source = write(tmp_path / 'in.ipynb', 'print("x" * 200_000)')
    (tmp_path / 'out.ipynb').write_text('earlier')
    limits = 100_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    done = command(source, tmp_path / 'out.ipynb',
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits))
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1
    assert f'{tmp_path / "out.ipynb"} cannot be written' in done.stderr
    assert 'free there' in done.stderr and 'it resumes' in done.stderr
    assert (tmp_path / 'out.ipynb').read_text() == 'earlier'
    assert sorted(file.name for file in tmp_path.iterdir()) == ['in.ipynb', 'out.ipynb']


def test_large_images_of_a_notebook_in_git_have_256_colours_and_look_the_same():
    rows, columns = np.mgrid[:300, :300]
    noise = np.random.default_rng(0).integers(0, 30, (300, 300))
    drawn = np.stack([rows * 0.7 + noise, columns * 0.7 + noise, 100 + noise], -1).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(drawn).save(file, 'png')
    png = base64.b64encode(file.getvalue()).decode()
    notebook = new_notebook(cells=[new_code_cell('', outputs=[
        new_output('display_data', {'image/png': png, 'text/plain': 'words'}),
        new_output('display_data', {'image/png': SMALL_PNG})])])
    notebooks.make_images_smaller(notebook)
    large, small = (output.data for output in notebook.cells[0].outputs)
    assert len(large['image/png']) < len(png) / 2 and large['text/plain'] == 'words'
    assert small['image/png'] == SMALL_PNG
    kept = np.array(Image.open(io.BytesIO(base64.b64decode(large['image/png']))).convert('RGB'))
    blocks = [image.reshape(30, 10, 30, 10, 3).mean(axis=(1, 3)) for image in (drawn, kept)]
    assert np.abs(blocks[0] - blocks[1]).mean() < 1         # of 255: dithering keeps the mean
