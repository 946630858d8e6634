"""What a notation is: a way of writing the cells of a column that has a plain form; and what is found out about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeAlias, runtime_checkable

import polars as pl

from ffnn.advice import Advice
from ffnn.tables.notations.words import without_missing_words

MOSTLY = 0.9
"""Of the cells of a column: where so many are numbers, or dates, the others are odd ones."""

SAMPLE = 1000
"""Cells by which most columns are known not to be in a notation."""


@runtime_checkable
class Notation(Protocol):
    """How the cells of a column are written. A frozen dataclass, so that a model file can hold it."""

    def plain(self, text: pl.Series) -> pl.Series:
        """Cells in the plain form of their kind: 1234.5, 2026-11-23 or true; those not so written stay as they are."""

    def __str__(self) -> str:
        """How the cells are written, in a few words that follow "written"."""


@dataclass(frozen=True)
class Question:
    """What has to be said before a column can be read.

    Attributes:
        text: What could be meant, with a cell.
        advice: How each of the answers is given.
    """

    text: str
    advice: tuple[Advice, ...]


@dataclass(frozen=True)
class Found:
    """What was found out about how a table is written.

    Attributes:
        notations: By column, where its cells are not in the plain form.
        questions: By column, where they could mean two things.
    """

    notations: Mapping[str, Notation] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)


@dataclass(frozen=True)
class TextColumn:
    """A column of text of which it is to be found out how it is written.

    Attributes:
        cells: All its cells, as the table gives them.
        kind: What it is declared to hold, `number`, `boolean` or `date`; empty where nothing is said.
        how: How it is declared to be written, as `finding.HOW` lists; empty where nothing is said.
        needed: Whether nothing can be learned without it: a target, a weight, a time.
        target: Whether it is to be predicted: its words are labels.
    """

    cells: pl.Series
    kind: str = ""
    how: str = ""
    needed: bool = False
    target: bool = False

    @cached_property
    def some(self) -> pl.Series:
        """Distinct cells of a sample of the rows, without blanks at the ends; none is empty or a missing word."""
        there = self.cells.drop_nulls()
        text = there.gather_every(max(1, len(there) // SAMPLE)).str.strip_chars().unique(maintain_order=True)
        return without_missing_words(text.filter(text != "")).drop_nulls()

    @cached_property
    def plain(self) -> bool:
        """Whether every cell, missing words aside, is a number that needs no notation."""
        return all(map(are_numbers, (self.cells.head(SAMPLE), self.cells)))


def are_numbers(cells: pl.Series) -> bool:
    """Whether cells of text are numbers in the plain form, but for missing ones."""
    numbers = cells.cast(pl.Float64, strict=False)
    if numbers.null_count() == cells.null_count():
        return True
    rest = cells.filter(numbers.is_null()).drop_nulls().unique().str.strip_chars()
    rest = without_missing_words(rest.filter(rest != "")).drop_nulls()
    return bool(rest.cast(pl.Float64, strict=False).is_not_null().all())


Finder: TypeAlias = Callable[[Mapping[str, TextColumn], Mapping[str, str]], Found]
"""Finds out which columns, by name, are in notations of its kind; takes what is said of the file: see `finding`."""


def write_plain(table: pl.DataFrame, notations: Mapping[str, Notation]) -> pl.DataFrame:
    """A table whose columns of text are in the plain form where a notation is known; all else stays."""
    known = [cells for cells in table if cells.name in notations and cells.dtype in (pl.String, pl.Null)]
    return table.with_columns(notations[cells.name].plain(cells.cast(pl.String)).alias(cells.name) for cells in known)
