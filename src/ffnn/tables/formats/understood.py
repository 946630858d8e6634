"""How a file is asked to be read; its table, and what was understood of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from ffnn.errors import ChoiceError, TableError
from ffnn.tables.dialect import UNSAID, Dialect

NUMBERS = frozenset({"missing", "decimal", "thousands"})
"""What can be said of every table."""


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

    def check(self, taken: Collection[str], what: str) -> None:
        """Raise a ChoiceError that names what is said though it says nothing of such a table.

        Args:
            taken: What can be said of it.
            what: What the table is, as the beginning of a sentence.
        """
        if wrong := sorted(self.said.given.keys() - taken):
            raise ChoiceError(f"{what}, of which no {' or '.join(wrong)} can be said")

    def chosen(self, names: Sequence[str], what: str) -> str | None:
        """Which of several sheets, arrays or files is said, by name or by number from 1; None where none is.

        Raises:
            TableError: There is none of that name or number.
        """
        said = self.dialect.sheet
        if said is None or said in names:
            return said
        if said.isdecimal() and 1 <= int(said) <= len(names):
            return names[int(said) - 1]
        raise TableError(f"{self.name} has no {what} {said!r}; it has {listed(names)}")


def listed(words: Sequence[str]) -> str:
    """Some words in quotes, not too many."""
    return ", ".join(map(repr, words[:5])) + (", …" if len(words) > 5 else "")


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
