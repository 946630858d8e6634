"""Tables: reading them, understanding their columns, splitting their rows, encoding them as a network's inputs."""
