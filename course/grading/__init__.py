"""Grade exercises: each student's notebook runs where nothing of the teacher's can be seen."""
