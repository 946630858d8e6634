"""What the story of `learn` is told with."""
