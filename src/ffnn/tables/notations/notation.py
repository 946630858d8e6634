"""What a notation is: a way of writing the cells of a column that has a plain form; and what is found out about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol, TypeAlias, runtime_checkable

import polars as pl

from ffnn.advice import Advice
from ffnn.tables.notations.words import MISSING_WORDS, without_missing_words

MOSTLY = 0.9
"""Of the cells of a column: where so many are numbers, or dates, the others are odd ones."""

FIRST = 10
"""Cells that tell most columns of words from numbers."""

SAMPLE = 1000
"""Cells by which most columns are known not to be in a notation."""


WORDS = (pl.String, pl.Categorical, pl.Enum, pl.Null)
"""Types of cells that are words, or may be."""


@runtime_checkable
class Notation(Protocol):
    """How the cells of a column are written. A frozen dataclass, so that a model file can hold it.

    Attributes:
        kinds: What a column is taken for whose cells are so written; where it turns out to be another, they stay.
    """

    kinds: ClassVar[tuple[str, ...]]

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
        numbers: By column, its cells as Float64, null where missing, where they are plain numbers.
    """

    notations: Mapping[str, Notation] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    numbers: Mapping[str, pl.Series] = field(default_factory=dict, repr=False)


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
        text = map(str.strip, dict.fromkeys(there.gather_every(max(1, len(there) // SAMPLE)).to_list()))
        kept = [cell for cell in dict.fromkeys(text) if cell and cell.lower() not in MISSING_WORDS]
        return pl.Series(self.cells.name, kept, pl.String)

    @cached_property
    def numbers(self) -> pl.Series | None:
        """Its cells as `all_plain` gives them."""
        return all_plain(self.cells)

    @property
    def plain(self) -> bool:
        """Whether every cell, missing words aside, is a number that needs no notation."""
        return self.numbers is not None


def all_plain(text: pl.Series) -> pl.Series | None:
    """Text as Float64, null where missing; None where a cell is no number in the plain form."""
    if not all(map(may_be_number, filter(None, text.head(FIRST)))):
        return None
    numbers = None
    for part in (text.head(SAMPLE), text) if len(text) > SAMPLE else (text,):
        numbers, wrong = plain_numbers(part)
        if wrong.any():
            return None
    return numbers


def may_be_number(cell: str) -> bool:
    """Whether a cell may be a number or missing; most columns of words are told from numbers by a few cells."""
    try:
        float(cell)
    except ValueError:
        return not cell.strip() or cell.strip().lower() in MISSING_WORDS
    return True


def plain_numbers(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Text as Float64, infinities among them, null where missing or wrong; and which cells are no plain numbers."""
    numbers = text.cast(pl.Float64, strict=False)
    wrong = nowhere(text)
    all_read = numbers.null_count() == text.null_count()
    if numbers.is_nan().any():
        numbers = numbers.fill_nan(None)
    if all_read:
        return numbers, wrong
    unread = numbers.is_null() & text.is_not_null()
    rest = text.filter(unread).str.strip_chars()
    rest = without_missing_words(rest.set(rest == "", None))
    again = rest.cast(pl.Float64, strict=False)
    rows = unread.arg_true()
    return numbers.scatter(rows, again.fill_nan(None)), wrong.scatter(rows, again.is_null() & rest.is_not_null())


def nowhere(cells: pl.Series) -> pl.Series:
    """False for each cell."""
    return pl.Series(cells.name, [False]).new_from_index(0, len(cells))


Finder: TypeAlias = Callable[[Mapping[str, TextColumn], Mapping[str, str]], Found]
"""Finds out which columns, by name, are in notations of its kind; takes what is said of the file: see `finding`."""


def write_plain(table: pl.DataFrame, notations: Mapping[str, Notation]) -> pl.DataFrame:
    """A table whose columns of text are in the plain form where a notation is known; all else stays."""
    known = [cells for cells in table if cells.name in notations and cells.dtype in WORDS]
    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        plain = threads.map(lambda cells: notations[cells.name].plain(cells.cast(pl.String)).alias(cells.name), known)
        return table.with_columns(plain)
