"""Put a dataset into data/<name>: `python data/get.py NAME`; without NAME, a list."""
from course.datasets.catalogue import DATASETS, table
from course.datasets.command import get
from course.datasets.place import put_in_place

if __name__ == '__main__':
    raise SystemExit(get(__doc__, DATASETS, table, put_in_place))
