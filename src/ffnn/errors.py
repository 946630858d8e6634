"""Every error that is raised on purpose; one clear sentence each: what is wrong, where, what to do.

FeedforwardError
├── TableError        a table, a column or a cell is not what it must be
├── ChoiceError       a choice cannot be used: a target, a task, a split, a seed, a limit
│   └── RecipeError   a choice of a recipe cannot be used
├── OutputError       a result cannot be written where it was to go
├── TrainingError     training ran, but gave no network
└── ModelFileError    a model file cannot be read or written
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from ffnn.advice import Advice, sentence


class FeedforwardError(ValueError):
    """The input is wrong; the command line ends with exit code 2.

    Attributes:
        text: What is wrong, where, and what was found.
        advice: What could be asked for instead; in the words of Python when the error is printed.
    """

    def __init__(self, text: str = "", *advice: Advice) -> None:
        super().__init__(text, *advice)
        self.text, self.advice = text, advice

    def __str__(self) -> str:
        return sentence(self.text, self.advice)


class TableError(FeedforwardError):
    """A table, a column or a cell is not what it must be."""


class ChoiceError(FeedforwardError):
    """A choice cannot be used: a target, a task, a split, a seed, a limit."""


class RecipeError(ChoiceError):
    """A choice of a recipe cannot be used."""


class OutputError(FeedforwardError):
    """A result cannot be written where it was to go."""


class TrainingError(FeedforwardError):
    """Training ran, but gave no network."""


class ModelFileError(FeedforwardError):
    """A model file cannot be read or written."""


def near(name: object, known: Iterable[str], heading: str = "known") -> str:
    """A few known names for a sentence, those like `name` first: "did you mean 'age'?" or "known: age, city"."""
    name, known = str(name), list(known)
    alike = difflib.get_close_matches(name, known, n=3, cutoff=0.6) or [
        candidate for candidate in known if candidate.lower() == name.lower()
    ]
    if alike:
        return "did you mean " + " or ".join(repr(candidate) for candidate in alike) + "?"
    plain = [candidate if candidate.isprintable() else repr(candidate) for candidate in known[:20]]
    shown = ", ".join(plain) + (f" and {len(known) - 20} more" if len(known) > 20 else "")
    return f"{heading}: {shown}" if known else "there is none"


def either(words: Iterable[str]) -> str:
    """Words for a sentence: "a, b or c"."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
