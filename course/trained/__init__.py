"""A trained model is a folder, model/<name>/, that can be used again without the notebook.

`Trained_model.load(folder)` checks it; `.session()` predicts. `write_model` makes it, in section 6.
"""
from course.trained.folder import Trained_model, newest
from course.trained.write import write_model

__all__ = ['Trained_model', 'newest', 'write_model']
