"""Which folds of a run are complete: folds.json in model/<dataset>_folds/, and what runs the rest.
"""
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError

from course import notebooks
from course.checkpoints.digest import digest
from course.config import CONFIG, checked_config
from course.lists.check import names_and_folds, no_lists
from course.trained.ensemble import FOLDS
from course.trained.folder import Trained_model
from course.whole_file import write_whole

FORMAT = 1
FREE = {'fold', 'resume', 'data_root', 'model_folder', 'scratch_too'}     # the network is the same


class Record:
    """The folds of a dataset, run with one set of values in the Config cell.

    given: values that differ from the notebook's; 'dataset' is among them. The working directory is
    the course's. Raises FileNotFoundError where there are no lists, ValueError for wrong values.
    """

    def __init__(self, given: dict):
        own = Path(notebooks.MAIN.name)
        self.notebook = own if own.is_file() else notebooks.MAIN
        cells = nbformat.read(self.notebook, 4)
        self.config = {}
        exec(notebooks.cell_with_tag(cells, 'parameters').source, self.config)
        self.config = checked_config({**self.config, 'scratch_too': False, **given})
        self.changed = {name: value for name, value in given.items() if name != 'dataset'}
        self.dataset = self.config['dataset']
        self.lists = Path('data_list', self.dataset, 'k_fold')
        self.folds = sorted(set(sum(names_and_folds(self.lists).values(), [])))
        if not self.folds:
            raise FileNotFoundError(no_lists(self.lists, self.dataset, 0))
        self.folder = Path(self.config['model_folder'], f'{self.dataset}_folds')
        self.file = self.folder / FOLDS
        self.key = digest(
            sorted((name, value) for name, value in self.config.items() if name not in FREE),
            *(cell.source for cell in cells.cells if cell.cell_type == 'code'),
            *(file.read_bytes() for file in sorted(self.lists.glob('*.csv'))), length=12)

    def lock(self) -> Path:
        """A file that only one such command at a time may hold."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / 'running'
        file.touch()
        return file

    def entries(self) -> dict[int, dict]:
        """{fold: its entry} of what is complete."""
        try:
            record = json.loads(self.file.read_text(encoding='utf-8'))
            found = {entry['fold']: entry for entry in record['folds']}
            return found if (record['format'], record['key']) == (FORMAT, self.key) else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def missing(self) -> Iterator[int]:
        """The folds that are not complete, one after the other."""
        for fold in self.folds:
            if self.model(fold) is None:
                yield fold

    def model(self, fold: int) -> Trained_model | None:
        """The network of a fold that is complete, and still the one that was recorded."""
        entry = self.entries().get(fold)
        try:
            model = entry and Trained_model.load(self.folder / entry['folder'])
            if model and model.description['run'] == entry['run']:
                model.tested()
                return model
        except (OSError, ValueError):
            pass                                # damaged, or trained again since: run it again
        return None

    @cached_property
    def models(self) -> dict[int, Trained_model]:
        """{fold: its network} of those that are complete."""
        found = {fold: self.model(fold) for fold in self.folds}
        return {fold: model for fold, model in found.items() if model}

    def accuracy(self, fold: int) -> float:
        return self.models[fold].figures['accuracy']['value']

    def run(self, fold: int) -> None:
        """Run the notebook on a fold and write down that it is complete.

        Raises ValueError, with its last line, where it does not get to its end.
        """
        place = f'{self.dataset}_fold{fold}'
        say_other_settings(self.folder.parent / place, self.config)
        target = str(self.folder / f'fold{fold}.ipynb')
        try:
            notebooks.run_notebook(str(self.notebook), target, {**self.config, 'fold': fold})
            model = Trained_model.load(self.folder.parent / place)
        except papermill.PapermillExecutionError as error:
            raise ValueError(f'Fold {fold} stopped: {error.ename}: {error.evalue}\nThe notebook up '
                             f'to there is {target}. The same command resumes.') from error
        except DeadKernelError as error:
            raise ValueError(f'Fold {fold}: the kernel was killed, probably because memory ran out.'
                             ' Close other programs; the same command resumes.') from error
        entry = {'fold': fold, 'folder': f'../{place}', 'run': model.description['run']}
        entries = [entry, *(old for old in self.entries().values() if old['fold'] != fold)]
        write_whole(self.file, json.dumps(
            {'format': FORMAT, 'key': self.key, 'folds': sorted(
                entries, key=lambda entry: entry['fold'])}, indent=1).encode())
        self.__dict__.pop('models', None)       # there is one more


def say_other_settings(folder: Path, config: dict) -> None:
    """A line where a network is there that was trained otherwise: it is going to be replaced."""
    try:
        settings = Trained_model.load(folder).description['settings']
    except (OSError, ValueError):
        return
    other = [f'{name} = {settings[name]!r}' for name in CONFIG
             if name in settings and name not in FREE and settings[name] != config[name]]
    if other:
        print(f'{folder} was trained with {", ".join(other)}: it is trained again and replaced. To '
              'keep both, stop now and add --model_folder model/another')
