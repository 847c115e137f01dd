"""python -m course.grading EXERCISE: in the folder with release/ and submitted/ (`make grade`)."""
import argparse
import sys
from pathlib import Path

from course.grading.grade import grade
from course.grading.sandbox import obstacle

parser = argparse.ArgumentParser(prog='python -m course.grading', description=__doc__)
parser.add_argument('exercise', choices=sorted(path.name for path in Path('release').glob('*')),
                    help='a folder of release/')
chosen = parser.parse_args().exercise
reason = obstacle(Path.cwd())
if reason:
    sys.exit(f'Nothing was graded. The code of students is run only where it cannot read the '
             f'solutions or change the marks, and here that cannot be arranged:\n{reason}\n'
             'Grade on a Linux machine that allows it; exercises/README.md says which.')
marks = grade(Path.cwd(), chosen)
if not marks:
    sys.exit(f'submitted/<student>/{chosen}/{chosen}.ipynb: there is no such file')
