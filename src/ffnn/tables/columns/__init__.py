"""What a column holds: its kind, its cells, its dates."""
