"""The command line: thin verbs, a file each. All work is done by `learn` and `model`, all printing by `console`."""

from ffnn.cli.app import main, run

__all__ = ["main", "run"]
