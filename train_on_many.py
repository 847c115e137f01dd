"""The notebook's training on several machines or GPUs: `python train_on_many.py --local 2`; see
--help."""
import sys

from course.many.command import main

if __name__ == '__main__':
    sys.exit(main())
