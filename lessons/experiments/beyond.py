"""Five ways beyond fine-tuning, over several seeds, into one file.

    python -m lessons.experiments.beyond [--seeds 24]

Each finished run is a row of results/beyond.csv; the same command resumes an interrupted one.
`--choose` tests on the images that are set aside for choosing settings, prints the accuracies and
keeps none.
"""
import argparse

from course import ROOT
from course.experiments import Results
from lessons.experiments import (
    beyond_adversarial,
    beyond_auxiliary,
    beyond_multitask,
    beyond_self_taught,
    beyond_zero_shot,
)

EXPERIMENTS = {'multitask': beyond_multitask, 'adversarial': beyond_adversarial,
               'zero-shot': beyond_zero_shot, 'self-taught': beyond_self_taught,
               'auxiliary': beyond_auxiliary}
RESULTS = ROOT / 'lessons' / 'experiments' / 'results' / 'beyond.csv'
KEYS = ['experiment', 'setting', 'method', 'seed']


def jobs(seeds, experiments=tuple(EXPERIMENTS)):
    """(experiment, setting, method, seed) of all runs, in order."""
    for seed in range(seeds):
        for name in experiments:
            for setting in EXPERIMENTS[name].SETTINGS:
                yield from ((name, setting, method, seed) for method in EXPERIMENTS[name].METHODS)


def results():
    """The file of finished runs."""
    return Results(RESULTS, [*KEYS, 'accuracy'], KEYS, 'python -m lessons.experiments.beyond')


def read_results():
    """The finished runs as a DataFrame, without rows if there are none."""
    return results().rows()


def accuracy_of(job, part):
    """Does one run and prints it. part: the images it is tested on, see beyond_digits.images."""
    name, *rest = job
    accuracy = EXPERIMENTS[name].run(*rest, part=part)
    print(*job, f'{accuracy:.3f}', sep=', ', flush=True)
    return accuracy


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='Five ways beyond fine-tuning.')
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
