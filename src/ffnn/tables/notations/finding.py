"""Which notation each column of a table is written in, and what has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from ffnn.errors import TableError, either
from ffnn.tables.notations.notation import Notation, Question

HOW: dict[str, tuple[str, ...]] = {
    "number": ("decimal-comma", "decimal-point"),
    "date": ("dayfirst", "monthfirst"),
}
"""How the cells of a column can be declared to be written, by its kind: `--column day=date:dayfirst`."""


@dataclass(frozen=True)
class Found:
    """What was found out about how a table is written.

    Attributes:
        notations: By column, where its cells are not in the plain form.
        questions: By column, where they could mean two things.
    """

    notations: Mapping[str, Notation] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)


def find(
    table: pl.DataFrame, targets: tuple[str, ...], declared: Mapping[str, str], written: Mapping[str, str]
) -> Found:
    """Find out how the columns of text are written.

    Args:
        table: The table, as `reading.read` gives it.
        targets: Names of the columns to predict.
        declared: Column types that the user gives, by name, each with how it is written where that is said.
        written: How numbers are written as far as it is said or seen from the file: `decimal`, `thousands`,
            `delimiter`.
    """
    return Found()


def split_kind(name: str, declared: str) -> tuple[str, str]:
    """The kind and the way of writing in a declaration such as `date:dayfirst`; the second is empty where not said.

    Raises:
        TableError: There is no such way of writing that kind.
    """
    kind, colon, how = str(declared).partition(":")
    if colon and how not in (known := HOW.get(kind, ())):
        ways = f"it can be {either(known)}" if known else f"only {either(HOW)} can be written in several ways"
        raise TableError(f"column {name!r} is declared as {declared!r}: {ways}")
    return kind, how
