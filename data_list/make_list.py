"""From a folder of images to five folds of lists: `python data_list/make_list.py data/<name>`

README.md in this folder has the layouts, the options, and what is left out and why.
"""
import argparse
import sys
from pathlib import Path

from course import workplace
from course.lists.make import make_list
from course.lists.problems import ListError
from course.lists.report import write_report
from course.lists.summary import lines_on_files, summary, write_left_out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', help='the images, for instance data/cat_dog')
    parser.add_argument('--seed', type=int, default=0, help='another seed makes other parts')
    parser.add_argument('--report', action='store_true',
                        help='also a page that shows the dataset: look before you train')
    parser.add_argument('--splits', metavar='train=A,test=B',
                        help="the publisher's folders, or none: the folders are classes")
    parser.add_argument('--labels', metavar='TABLE.csv', help='the classes are in a table')
    parser.add_argument('--columns', metavar='FILE,CLASS', help='its columns of files and classes')
    parser.add_argument('--group', metavar='REGEX',
                        help='what its first parenthesis finds in a name stays in one part, for '
                             r"instance '(patient\d+)'; none: names mean nothing")
    parser.add_argument('--copies', choices=('near', 'exact', 'none'), default='near',
                        help='which images are copies: the same pixels, also resized and flipped '
                             'ones (near), only the same pixels, none')
    parser.add_argument('--white', type=int, metavar='VALUE',
                        help='the value that is white in files of 16 bits, for instance 4095')
    parser.add_argument('--follow-links', action='store_true', help='enter linked folders too')
    parser.add_argument('--as-labelled', action='store_true',
                        help='do not obey doubtful.csv, in which you have said that labels are '
                             'wrong')
    options = vars(parser.parse_args())
    wants_report, folder = options.pop('report'), options.pop('folder')
    place = workplace() / 'data_list' / Path(folder).resolve().name
    try:
        report = make_list(folder, **options)
    except ListError as error:
        write_left_out(place / 'left_out.csv', error.left_out)
        say([f'No lists written. {error}',
             *lines_on_files(error.left_out, error.notes, error.copies),
             *where_the_rest_is(place, error.left_out)], sys.stderr)
        sys.exit(1)
    except (OSError, ValueError) as error:      # a full disk too: it says where
        say([f'No lists written. {error}'], sys.stderr)
        sys.exit(1)
    place = report.out_dir.parent
    write_left_out(place / 'left_out.csv', report.left_out)
    lines = summary(report)
    lines[-1:-1] = where_the_rest_is(place, report.left_out)
    if wants_report:
        lines.insert(-1, f'Look at the images before you train: {write_report(report)}')
    say(lines, sys.stdout)


def where_the_rest_is(place, left_out):
    return [f'all that is left out: {place / "left_out.csv"}'] if len(left_out) > 5 else []


def say(lines, stream):
    encoding = stream.encoding or 'utf-8'           # a console may not know every letter of a name
    print('\n'.join(lines).encode(encoding, 'backslashreplace').decode(encoding), file=stream)


if __name__ == '__main__':
    main()
