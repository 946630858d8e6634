"""The parts of `learn`, from a problem to a trained model."""

TEST_FRACTION = 0.2
"""Default fraction of the rows held out as the test set."""
