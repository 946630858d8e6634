"""What could be asked for instead: a choice and its value, which each face words in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Advice:
    """An argument of `train`, or of `read`, or a choice of a recipe that would help.

    Attributes:
        choice: Its name.
        value: What to give for it: of `columns` a column and its kind, of `missing` the word.
        before: Words of the sentence before it.
        after: Words of the sentence after it.
    """

    choice: str
    value: Any
    before: str = ""
    after: str = ""


READ = ("encoding", "decimal", "sheet", "header_row", "skip_rows")
"""Choices of how a file is read."""

Wording: TypeAlias = Callable[[Advice], str]


def in_python(advice: Advice) -> str:
    """The argument as Python writes it; how a file is read is said to `read` alone."""
    value = advice.value
    if advice.choice == "columns":
        value = dict([value])
    if advice.choice == "missing":
        value = [value]
    said = f"{advice.choice}={value!r}"
    return f"ffnn.read(…, {said})" if advice.choice in READ else said


def sentence(text: str, advice: Iterable[Advice], wording: Wording = in_python) -> str:
    """A text and the advice that goes with it, in one sentence."""
    return "; ".join([text, *(f"{each.before}{wording(each)}{each.after}" for each in advice)])
