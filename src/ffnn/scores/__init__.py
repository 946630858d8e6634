"""What predictions are worth: metrics, calibrated probabilities, and the simple models to compare with."""
