"""Answers that students give to the exercises, one module for each exercise.

WRONG_ANSWERS: rows of (grade_id of the solution cell, the code in its place, grade_ids of the
checks that then give no points, a part of the hint).
RIGHT_ANSWERS: pairs of (grade_id, another way to write it).
"""
