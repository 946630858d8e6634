"""Work that tells what it does as it goes, step by step: one loop, and any number of views of it.

Such a work is a generator: it yields what is known after each step, is sent whether it is to end, and returns what it
made. Whoever wants to look in between iterates; whoever only wants to be told gives a watch.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeAlias, TypeVar

Event = TypeVar("Event")
Told = TypeVar("Told")
Made = TypeVar("Made")

Steps: TypeAlias = Generator[Event, object, Made]


def watched(steps: Steps[Event, Made], watch: Callable[[Event], object]) -> Made:
    """Take all steps of a work; what the watch returns of each says whether it is to end."""
    asked: object = None
    while True:
        try:
            event = steps.send(asked)
        except StopIteration as end:
            made: Made = end.value
            return made
        asked = watch(event)


def passed_on(steps: Steps[Event, Made], tell: Callable[[Event], Generator[Told, object, object]]) -> Steps[Told, Made]:
    """The same work, of which `tell` yields what is known of each step and returns whether it is to end."""
    asked: object = None
    while True:
        try:
            event = steps.send(asked)
        except StopIteration as end:
            made: Made = end.value
            return made
        asked = yield from tell(event)
