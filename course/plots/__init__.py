"""The figures of the lesson. Every function takes arrays and returns a matplotlib Figure."""
from course.plots.classes import confusion_matrix, most_confused, roc_curve
from course.plots.figure import BLUE, GREY, ORANGE, new_figure, show_in_notebooks
from course.plots.images import answers, heat_maps, mistakes, most_confident_mistakes, show_images
from course.plots.plane import in_the_plane
from course.plots.rates import learning_rates
from course.plots.training import side_by_side, training_curves, variables_by_scope

__all__ = ['BLUE', 'GREY', 'ORANGE', 'answers', 'confusion_matrix', 'heat_maps', 'in_the_plane',
           'learning_rates', 'mistakes', 'most_confident_mistakes', 'most_confused', 'new_figure',
           'roc_curve', 'show_images', 'side_by_side', 'training_curves', 'variables_by_scope']

show_in_notebooks()
