"""What a save needs that has to outlive a crash, and how to say why one failed."""
import os


def flush(path):
    """Wait until the file's contents are on the disk itself."""
    with open(path, 'rb+') as file:
        os.fsync(file.fileno())


def reason(error):
    """Why a save failed, in one line. TensorFlow's errors bury it: '<file>; No space left'."""
    lines = str(error).splitlines() or ['']
    buried = [line for line in lines if '; ' in line and line == line.lstrip()]
    return f'{type(error).__name__}: {buried[0].rpartition("; ")[2] if buried else lines[0]}'
