"""nbgrader's settings for students: where an instructor works, exercises/nbgrader_config.py counts.
"""
config = get_config()  # noqa: F821 (nbgrader defines it)
config.CourseDirectory.course_id = 'transfer_learning'
