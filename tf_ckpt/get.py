"""Put an official checkpoint into tf_ckpt: `python tf_ckpt/get.py NAME`; without NAME, a list."""
from course.checkpoints.published import ZOO, table
from course.datasets.command import get


def put_in_place(name: str) -> str:
    from tf_model import official  # imports TensorFlow, which takes seconds: not for the list
    return official.put_in_place(name)


if __name__ == '__main__':
    raise SystemExit(get(__doc__, ZOO, table, put_in_place))
