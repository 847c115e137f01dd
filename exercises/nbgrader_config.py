"""nbgrader's settings. The course's folder is this one: source/, release/, and what it makes."""
import os

config = get_config()  # noqa: F821 (nbgrader defines it)
config.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
config.CourseDirectory.course_id = 'transfer_learning'
config.ClearSolutions.code_stub = {
    'python': '# YOUR CODE HERE\nraise NotImplementedError("this cell is still to be filled in")'}
config.ExecutePreprocessor.timeout = 900         # seconds a cell
config.IncludeHeaderFooter.enabled = False
