"""Which notation each column of a table is written in, and what has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from ffnn.advice import Advice
from ffnn.errors import TableError, either
from ffnn.tables.notations import agreeing, booleans, compounds, ordering, sets
from ffnn.tables.notations.notation import Finder, Found, Notation, Question, TextColumn

FINDERS: tuple[Finder, ...] = (booleans.find, ordering.find, compounds.find, agreeing.find, sets.find)
"""Each is given the columns that none before it has settled."""

HOW: dict[str, tuple[str, ...]] = {
    "number": ("decimal-comma", "decimal-point"),
    "date": ("dayfirst", "monthfirst", "yearfirst"),
}
"""How the cells of a column can be declared to be written, by its kind: `--column day=date:dayfirst`."""

READ = ("", "number", "boolean", "date", "set")
"""The kinds whose cells are read for what they mean; those of a column declared as another stay as they are."""


def find(
    table: pl.DataFrame,
    needed: tuple[str, ...],
    declared: Mapping[str, str],
    written: Mapping[str, str],
    targets: tuple[str, ...] = (),
) -> Found:
    """Find out how the columns of text are written.

    Args:
        table: The table, as `reading.read` gives it.
        needed: Names of the columns that nothing can be learned without: targets, weights, times.
        declared: Column types that the user gives, by name, each with how it is written where that is said.
        written: How numbers are written as far as it is said or seen from the file: `decimal`, `thousands`,
            `delimiter`.
        targets: Names of the columns to predict, which are among those needed.

    Raises:
        TableError: A declared way of writing is none of its kind.
    """
    said = {name: split_kind(name, kind) for name, kind in declared.items()}
    columns = {}
    for cells in table:
        kind, how = said.get(cells.name, ("", ""))
        if how and cells.dtype not in (pl.String, pl.Null):
            raise TableError(
                f"column {cells.name!r} is declared as '{kind}:{how}', but its cells are {cells.dtype}, not text",
                Advice("columns", (cells.name, kind), "leave the way of writing out: "),
            )
        if kind not in READ and cells.name in needed:  # left out as an input, and read for its use
            kind = ""
        if cells.dtype == pl.String and kind in READ:
            columns[cells.name] = TextColumn(cells, kind, how, cells.name in needed, cells.name in targets)
    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        read = dict(zip(columns, threads.map(lambda column: column.numbers, columns.values()), strict=True))
    notations: dict[str, Notation] = {}
    questions: dict[str, Question] = {}
    for finder in FINDERS:
        found = finder(columns, written)
        notations |= found.notations
        questions |= found.questions
        columns = {name: column for name, column in columns.items() if name not in notations | questions}
    numbers = {name: read[name] for name in columns if read[name] is not None}
    return Found(notations, questions, numbers)


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
