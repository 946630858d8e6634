"""What outlives a program: the one place to forget it all."""

from __future__ import annotations

from typing import Protocol, TypeVar


class Clearable(Protocol):
    """A dict, a set, or what else can begin anew."""

    def clear(self) -> None:
        """Begin anew."""


Kept = TypeVar("Kept", bound=Clearable)


class Process:
    """What is one for the whole process: what is pending, random streams, names given, caches, warnings given."""

    def __init__(self) -> None:
        self.kept: list[Clearable] = []

    def keep(self, thing: Kept) -> Kept:
        """Have `reset` clear this too."""
        self.kept.append(thing)
        return thing

    def reset(self) -> None:
        """Begin anew: tensors and variables that somebody holds keep their values."""
        for thing in self.kept:
            thing.clear()


process = Process()
