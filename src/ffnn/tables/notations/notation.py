"""What a notation is: a way of writing the cells of a column that has a plain form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import polars as pl

from ffnn.advice import Advice


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


def write_plain(table: pl.DataFrame, notations: Mapping[str, Notation]) -> pl.DataFrame:
    """A table whose columns of text are in the plain form where a notation is known; all else stays."""
    known = [table[name] for name in notations if name in table.columns and table[name].dtype == pl.String]
    return table.with_columns(notations[cells.name].plain(cells).alias(cells.name) for cells in known)
