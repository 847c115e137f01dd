"""Seven ways beyond fine-tuning, over several seeds, into one file.

    python -m lessons.experiments.beyond [--seeds 24]

Each finished run is a row of results/beyond.csv, with its recipe; the same command resumes an
interrupted one. An experiment starts with its module's FIRST_SEED, the first that had not been
looked at when its cases were settled.
`--choose` tests on the images that are set aside for choosing settings, prints the accuracies and
keeps none.
"""
import argparse

from course import ROOT
from course.experiments import Results
from lessons.experiments import (
    beyond_adversarial,
    beyond_auxiliary,
    beyond_clustering,
    beyond_digits,
    beyond_few_shot,
    beyond_multitask,
    beyond_self_taught,
    beyond_zero_shot,
)

EXPERIMENTS = {'multitask': beyond_multitask, 'adversarial': beyond_adversarial,
               'zero-shot': beyond_zero_shot, 'self-taught': beyond_self_taught,
               'auxiliary': beyond_auxiliary, 'few-shot': beyond_few_shot,
               'clustering': beyond_clustering}
RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'beyond.csv'
KEYS = ['experiment', 'setting', 'method', 'seed', 'recipe']


def recipe(experiment, setting):
    """What a run was made with, as text: 'Adam; batch 32; steps 400; ...'."""
    module = EXPERIMENTS[experiment]
    parts = {'batch': beyond_digits.BATCH, **module.RECIPE, **module.SETTINGS[setting]}
    return '; '.join(['Adam', *(f'{name} {value}' for name, value in parts.items())])


def jobs(seeds, experiments=tuple(EXPERIMENTS)):
    """(experiment, setting, method, seed, recipe) of all runs, in order."""
    for k in range(seeds):
        for name in experiments:
            module = EXPERIMENTS[name]
            for setting in module.SETTINGS:
                yield from ((name, setting, method, module.FIRST_SEED + k, recipe(name, setting))
                            for method in module.METHODS)


def results():
    """The file of finished runs."""
    return Results(RESULTS, [*KEYS, 'accuracy'], KEYS, 'python -m lessons.experiments.beyond')


def read_results():
    """The finished runs as a DataFrame, without rows if there are none."""
    return results().rows()


def accuracy_of(job, part):
    """Does one run and prints it. part: the images it is tested on, see beyond_digits.images."""
    name, setting, method, seed, _ = job
    accuracy = EXPERIMENTS[name].run(setting, method, seed, part=part)
    print(*job[:-1], f'{accuracy:.3f}', sep=', ', flush=True)
    return accuracy


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='Seven ways beyond fine-tuning.')
    parser.add_argument('--seeds', type=int, default=24)
    parser.add_argument('--choose', choices=list(EXPERIMENTS), help='this one, on other images')
    args = parser.parse_args(argv)
    if args.choose:
        for job in jobs(args.seeds, [args.choose]):
            accuracy_of(job, 'choose')
        return 0
    file = results()
    for job in file.missing(jobs(args.seeds)):
        file.add([{**dict(zip(KEYS, job)), 'accuracy': accuracy_of(job, 'test')}])
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
