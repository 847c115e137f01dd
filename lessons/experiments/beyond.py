"""Five ways beyond fine-tuning, over several seeds, into one file.

    python -m lessons.experiments.beyond [--seeds 24]

Each finished run is a row of results/beyond.csv; interrupted, the same command resumes. `--choose`
tests on the images that are there to choose settings by, prints the rows and writes none.
"""
import argparse

import pandas as pd

from benchmarks.machine import machine_line
from course import ROOT
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
    """(experiment, setting, method, seed) of all runs, in the order in which they are done."""
    for seed in range(seeds):
        for name in experiments:
            for setting in EXPERIMENTS[name].SETTINGS:
                yield from ((name, setting, method, seed) for method in EXPERIMENTS[name].METHODS)


def read_results(path=RESULTS):
    """The finished runs as a DataFrame; without rows where there are none."""
    return pd.read_csv(path) if path.exists() else pd.DataFrame(columns=[*KEYS, 'accuracy'])


def main(argv=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description='Five ways beyond fine-tuning.')
    parser.add_argument('--seeds', type=int, default=24)
    parser.add_argument('--choose', choices=list(EXPERIMENTS), help='this one, on other images')
    args = parser.parse_args(argv)
    done = set() if args.choose else set(read_results()[KEYS].itertuples(index=False, name=None))
    if not args.choose:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.with_suffix('.txt').write_text(
            f'python -m lessons.experiments.beyond\n{machine_line()}\n')
    for job in jobs(args.seeds, [args.choose] if args.choose else EXPERIMENTS):
        if job in done:
            continue
        name, *rest = job
        value = EXPERIMENTS[name].run(*rest, part='choose' if args.choose else 'test')
        print(*job, f'{value:.3f}', sep=', ', flush=True)
        if not args.choose:
            row = pd.DataFrame([[*job, value]], columns=[*KEYS, 'accuracy'])
            row.to_csv(RESULTS, mode='a', index=False, header=not RESULTS.exists())
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
