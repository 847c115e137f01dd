"""nbgrader's settings. Its course folder is this one: source/, release/, and what it makes."""
import os

config = get_config()  # noqa: F821 (nbgrader defines it)
config.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
config.CourseDirectory.course_id = 'transfer_learning'
config.ClearSolutions.code_stub = {
    'python': '# YOUR CODE HERE\nraise NotImplementedError("fill in this cell")'}
config.ExecutePreprocessor.timeout = 900         # seconds for each cell
# zip_collect: ada_tensorflow_basics.ipynb, ada_12_345_tensorflow_basics-1.ipynb, and the same name
# in a folder ada_12_345_file_/. The name of a student begins with a letter or digit.
config.FileNameCollectorPlugin.named_regexp = (
    r'.*/(?P<student_id>[^\W_][^/_]*)_(?:[^/]*[_/])?(?P<file_id>'
    + '|'.join(sorted(os.listdir(os.path.join(config.CourseDirectory.root, 'release'))))
    + r')[^/]*$')
config.IncludeHeaderFooter.enabled = False
