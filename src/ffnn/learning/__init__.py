"""What the story of `learn` is told with."""

TEST_FRACTION = 0.2
"""Share of the rows that is held out for the scores, where nothing else is said."""
