"""How sure is it? Calibrated probabilities, images unlike any other, all folds, doubtful labels."""
