"""How a file is asked to be read; its table, and what was understood of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from ffnn.tables.dialect import UNSAID, Dialect


@dataclass(frozen=True)
class Request:
    """How a file is asked to be read.

    Attributes:
        name: What it is called in an error.
        said: What is said of it.
        dialect: The same, and what is kept of how an earlier file was read.
        names: Names of columns that are spoken of: a line that holds one of them is a header.
        largest: Bytes that it may expand to; `compressed.LARGEST_EXPANSION` where none are given.
    """

    name: str
    said: Dialect = UNSAID
    dialect: Dialect = UNSAID
    names: frozenset[str] = frozenset()
    largest: int | None = None


@dataclass(frozen=True)
class Understood:
    """What was understood of a file.

    Attributes:
        dialect: How it was read: what was said, and what was found.
        kept: How later files of the same kind are to be read: what was said, and whether a header is missing.
        notes: What should be known of the reading, in sentences without a full stop.
    """

    dialect: Dialect = UNSAID
    kept: Dialect = UNSAID
    notes: tuple[str, ...] = ()

    @property
    def written(self) -> dict[str, str]:
        """How numbers are written, as far as it is said or seen: `decimal`, `thousands`, `delimiter`."""
        found = {name: getattr(self.dialect, name) for name in ("decimal", "thousands", "delimiter")}
        return {name: value for name, value in found.items() if value is not None}


NOTHING = Understood()
"""Of a table in memory, and of a file that says itself what it holds, there is nothing to understand."""


class Reading(NamedTuple):
    """A table as it was read, and what was understood of its file.

    Attributes:
        table: The table.
        understood: What was understood of its file.
    """

    table: pl.DataFrame
    understood: Understood = NOTHING
