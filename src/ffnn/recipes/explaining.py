"""A choice in words: its default, and a line of help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from ffnn.recipes.choices import Choice
from ffnn.recipes.recipe import Recipe, Settled
from ffnn.recipes.settling import SMALL, settled

ROWS = (1, 100, SMALL - 1, SMALL, 10**4, 10**5, 10**7)
"""Numbers of rows for which it is found out what a table settles."""


def explain(choice: Choice, recipe: Recipe, word: Callable[[Any], str] | None = None) -> str:
    """A line of help: what a choice is, what it may be, and what it is in a recipe.

    Args:
        choice: The choice.
        recipe: The recipe whose choice is the default.
        word: How values are written; see `in_words`, which is taken if None.

    Example:
        >>> from ffnn.recipes.recipe import CHOICES
        >>> explain(CHOICES["dropout"], Recipe())
        'Dropout rate of the hidden layers.  [default: 0; 0<=x<1]'
    """
    facts = "; ".join(filter(None, [f"default: {usual(choice, recipe, word or in_words)}", choice.kind.range]))
    return f"{with_names(choice)}  [{facts}]"


def with_names(choice: Choice) -> str:
    """What a choice is, with the names that it may be, unless all are mentioned."""
    said = all(name in choice.help for name in choice.names)
    return choice.help if said else f"{choice.help} One of {', '.join(choice.names)}."


def usual(choice: Choice, recipe: Recipe, word: Callable[[Any], str]) -> str:
    """What a choice is in a recipe; where that is None, what the task and the table make of it."""
    value = getattr(recipe, choice.name)
    if value is not None:
        return word(value)
    classes, numbers = (
        {getattr(one, choice.name) for one in each} for each in settled_alike(replace(recipe, class_weight=None))
    )
    if None in classes | numbers:
        return choice.none
    if len(classes | numbers) == 1:
        return word(*classes)
    if len(classes) == len(numbers) == 1:
        return f"{word(*classes)} for classes, {word(*numbers)} for numbers"
    return f"{word(min(classes | numbers))} to {word(max(classes | numbers))}, by the number of rows"


@lru_cache(maxsize=8)
def settled_alike(recipe: Recipe) -> tuple[tuple[Settled, ...], tuple[Settled, ...]]:
    """What tables of those numbers of rows make of a recipe, where classes are predicted, and where numbers are."""
    classes, numbers = (tuple(settled(recipe, classes=task, rows=rows) for rows in ROWS) for task in (True, False))
    return classes, numbers


def in_words(value: Any) -> str:
    """A value as a command line takes it, or says it: 256,256, none, yes, 0.15."""
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(in_words, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
