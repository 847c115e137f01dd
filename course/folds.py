"""The notebook on all five folds: `python -m course.folds --dataset NAME [--any Config value]`

Every image is then tested once. A report is written after each fold, from those that are done.
However it is stopped, the same command resumes: a fold that is complete is not run again, one that
has begun continues in the middle of its training.
"""
import argparse
import ast
import os
import sys
import time

from course import workplace
from course.config import CONFIG

NOT_ASKED = 'dataset', 'fold'


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog='python -m course.folds', description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--dataset', required=True, help='its lists are data_list/NAME/k_fold')
    for name, (kind, *_) in CONFIG.items():
        if name not in NOT_ASKED:
            what = ' (False unless you say so: it takes as long again)' * (name == 'scratch_too')
            parser.add_argument(f'--{name}', type=value_of, metavar='VALUE', help=kind + what,
                                default=argparse.SUPPRESS)
    options = vars(parser.parse_args(arguments))
    os.chdir(workplace())
    try:
        run(options)
    except (OSError, ValueError) as error:
        sys.exit(str(error))


def value_of(text: str):
    """A value as the Config cell has it: 0.1, True, None; anything else is a text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def run(given: dict) -> None:
    """Run the notebook on each fold that is not complete, with these values in its Config cell;
    print the report, and write it into model/<dataset>_folds/.

    The working directory is the course's. Raises FileNotFoundError where there are no lists,
    ValueError for a value that cannot be and for a notebook that does not get to its end.
    """
    # these take seconds: not for --help
    from course.one_at_a_time import one_at_a_time
    from course.sure.record import Record
    from course.sure.report import write_report

    record = Record(given)
    with one_at_a_time(record.lock()):
        for fold in record.missing():
            begin = time.monotonic()
            print(f'Fold {fold}: the notebook runs ...', flush=True)
            record.run(fold)
            print(f'Fold {fold}: {record.accuracy(fold):.1%} of its test images right, '
                  f'{(time.monotonic() - begin) / 60:.1f} min', flush=True)
            write_report(record)
        print(write_report(record))


if __name__ == '__main__':
    main()
