"""What is on an image? `python predict.py IMAGE...`; see --help."""
import sys

from course.predicting import main

if __name__ == '__main__':
    sys.exit(main())
