"""Put an official checkpoint into tf_ckpt: `python tf_ckpt/get.py NAME`; without NAME, a list."""
from course.datasets.command import get
from tf_model.official import ZOO, put_in_place, table

if __name__ == '__main__':
    raise SystemExit(get(__doc__, ZOO, table, put_in_place))
