from course import compat  # before TensorFlow
