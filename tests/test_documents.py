"""What the documents name exists: links, headings, paths, commands, make's targets, the map."""
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(path for pattern in ('*.md', '*/*.md', '*.ipynb', 'lessons/*.ipynb',
                                        'exercises/release/*/*.ipynb')
                   for path in ROOT.glob(pattern) if not path.relative_to(ROOT).parts[0] == '.venv')
OWN_FOLDERS = [path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != '.']
FILE_NAMES = {path.name for folder in OWN_FOLDERS for path in ROOT.glob(f'{folder}/**/*.py')}
FILE_NAMES.add('jupyterhub_config.py')                  # the hub's own


def text_of(path):
    """The document as Markdown; of a notebook, its cells of text."""
    text = path.read_text(encoding='utf-8')
    if path.suffix != '.ipynb':
        return text
    cells = [''.join(cell['source']) for cell in json.loads(text)['cells']
             if cell['cell_type'] == 'markdown']
    return '\n\n'.join(cells)


def anchors(path):
    """The anchors of the headings, as GitHub makes them."""
    without_code = re.sub(r'^```.*?^```', '', text_of(path), flags=re.M | re.S)
    headings = re.findall(r'^#+ (.+)$', without_code, re.M)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-') for heading in headings}


def missing_links(path):
    """The relative links of a document that lead nowhere."""
    for link in re.findall(r'\]\(([^)\s]+)\)', text_of(path)):
        if re.match(r'\w+:', link):                     # https:, mailto:, attachment:
            continue
        name, _, anchor = link.partition('#')
        target = path.parent / name if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def missing_files(path):
    """Python files that a document names, with their folder or without, and modules it runs."""
    text = text_of(path)
    named = re.findall(r'(?<![\w/<>.*-])((?:\w+/)*[a-z]\w*\.py)\b', text)
    named += [module.replace('.', '/') + (
        '/__main__.py' if (ROOT / module.replace('.', '/')).is_dir() else '.py')
              for module in re.findall(r'python3? -m ([\w.]+\w)', text)
              if module.split('.')[0] in OWN_FOLDERS and module.islower()]    # not NAME
    for name in named:
        if not ((ROOT / name).exists() or (path.parent / name).exists()
                or '/' not in name and name in FILE_NAMES):
            yield name


def missing_targets(path):
    """Targets of make that a document names and the Makefile lacks."""
    makefile = (ROOT / 'Makefile').read_text(encoding='utf-8')
    targets = set(re.findall(r'^\.PHONY: (.+)$', makefile, re.M)[0].split())
    named = re.findall(r'(?:`|^)make ([a-z][a-z-]*)', text_of(path), re.M)
    return [f'make {target}' for target in named if target not in targets]


@pytest.mark.parametrize('path', DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_exists(path):
    missing = list(missing_links(path))
    if path.name != 'CHANGES.md':                       # names what was
        missing += [*missing_files(path), *missing_targets(path)]
    assert not missing


def test_each_line_of_the_map_exists_and_each_folder_is_on_it():
    lines = re.search(r'## The map\n+```\n(.*?)```', text_of(ROOT / 'README.md'), re.S).group(1)
    above, named = [], set()
    for line in lines.splitlines():
        level = (len(line) - len(line.lstrip())) // 4
        names = re.match(r'\s*([^\s,]+(?:, [^\s,]+)*)', line).group(1).split(', ')
        above[level:] = [names[0]]
        named |= {Path(*above[:level], name) for name in names}
    assert not [str(path) for path in named if not (ROOT / path).exists()]
    tracked = subprocess.run(['git', 'ls-files'], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip('what else belongs to the course can only be told in a git checkout')
    files = [Path(line) for line in tracked.stdout.splitlines()]
    folders = {parent for path in files for parent in path.parents if parent.name[:1] not in '.'}
    modules = {path for path in files if path.suffix == '.py' and path.name[0] != '_'}
    assert not [str(path) for path in (folders | modules) - named
                if path.parent in map(Path, ('.', 'course', 'tf_model')) and (ROOT / path).exists()]


@pytest.mark.parametrize('wrong', ['[a](no.md)', '[a](README.md#no-such-heading)', '![a](no.png)'])
def test_a_link_that_leads_nowhere_is_found(tmp_path, wrong):
    (tmp_path / 'README.md').write_text(f'# One\n\n{wrong} [b](#one) [c](README.md#one)')
    assert len(list(missing_links(tmp_path / 'README.md'))) == 1
