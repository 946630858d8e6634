"""The rows of a table that something can be learned from: inputs, answers, what each weighs, and what parts them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int, Int32

from feedforward.errors import TableError
from feedforward.tables import schema, splitting, targets
from feedforward.tables.cells import Kind, conform_column, numbers_of
from feedforward.tables.schema import Schema
from feedforward.tables.targets import Target, Task

WEIGHTS = (1e-15, 1e15)
"""Weights above 0 lie between these: float32 then tells each from 0 beside any other."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows, every part in the same order.

    Attributes:
        cells: The input columns, as `schema.conform` gives them.
        answers: The target columns, as `targets.values` gives them; no cell is null.
        weights: How much each row counts, positive; None for 1 each.
        groups: Number of each row's group, which no split may part; None where rows stand for themselves.
        times: When each row happened, in any unit; None where that doesn't matter.
    """

    cells: pl.DataFrame
    answers: pl.DataFrame
    weights: Float64[np.ndarray, " rows"] | None = None
    groups: Int[np.ndarray, " rows"] | None = None
    times: Float64[np.ndarray, " rows"] | None = None

    def __len__(self) -> int:
        return len(self.answers)

    def take(self, chosen: Bool[np.ndarray, " rows"]) -> Rows:
        """The chosen rows alone."""
        apart = (None if part is None else part[chosen] for part in (self.weights, self.groups, self.times))
        return Rows(self.cells.filter(chosen), self.answers.filter(chosen), *apart)

    def classes(self, task: Task) -> Int32[np.ndarray, " rows"] | None:
        """Each row's class number among the labels of these rows; None for regression."""
        if task == "regression":
            return None
        return np.asarray(self.answers.to_series().rank("dense").to_numpy().astype(np.int32) - 1)


def gather(
    table: pl.DataFrame,
    seen: Schema,
    names: tuple[str, ...],
    task: Task,
    *,
    weights: str | None = None,
    group: str | None = None,
    time: str | None = None,
) -> Rows:
    """All rows that have every target and a weight above 0.

    Args:
        table: The table, as `reading.read` gives it.
        seen: What its columns are.
        names: The target columns.
        task: Classification or regression.
        weights: Name of a column of row weights.
        group: Name of a column whose equal cells no split may part.
        time: Name of a column that orders the rows in time, numbers or dates.

    Raises:
        TableError: A named column is absent, or a cell of it cannot be used; no row is left.
    """
    everything = Rows(
        schema.conform(table, seen.inputs, advise=True),  # all rows: an error names the table's own row
        targets.values(table.select(names), task),
        None if weights is None else weights_of(table, weights),
        None if group is None else groups_of(table, group),
        None if time is None else times_of(table, time),
    )
    usable = targets.known(everything.answers)
    if everything.weights is not None:
        usable = usable & (everything.weights > 0)
        refuse_weightless(usable, weights)
    return everything.take(usable)


def read_test(table: pl.DataFrame, seen: Schema, target: Target, weights: str | None) -> Rows:
    """The rows of a table of its own to judge by, their answers in the form that training saw.

    Raises:
        TableError: As `gather`; or the table has no row with a target.
    """
    judging, answers, counted = judges(table, target, weights)
    return Rows(schema.conform(table, seen.inputs).filter(judging), answers, counted)


def judges(
    table: pl.DataFrame, target: Target, weights: str | None
) -> tuple[Bool[np.ndarray, " rows"], pl.DataFrame, Float64[np.ndarray, " judging"] | None]:
    """Which rows of any table judge predictions: those with every target and a weight above 0.

    Returns:
        Which rows; their answers, as `targets.answers` gives them; and their weights, None for 1 each.

    Raises:
        TableError: There is no such row or column, or a cell cannot be used.
    """
    answers, known = targets.answers(target, table)
    if weights is None:
        return known, answers, None
    counted = weights_of(table, weights)
    judging = known & (counted > 0)
    refuse_weightless(judging, weights)
    return judging, answers.filter(judging[known]), counted[judging]


def split(rows: Rows, task: Task, fraction: float, generator: np.random.Generator) -> tuple[Rows, Rows]:
    """Rows to train on, and rows that are held out; see `splitting.hold_out`."""
    held = splitting.hold_out(
        len(rows), fraction, generator, classes=rows.classes(task), groups=rows.groups, times=rows.times
    )
    return rows.take(~held), rows.take(held)


def folds(rows: Rows, task: Task, count: int, generator: np.random.Generator) -> Int32[np.ndarray, " rows"]:
    """The fold of each row, of `count` folds or as many as the rows or groups allow; see `splitting.folds`."""
    if len(rows) < 2:
        raise TableError("one row is too few to train on: a part of the rows has to validate")
    apart = len(rows) if rows.groups is None else len(np.unique(rows.groups))
    if apart < 2:
        raise TableError("all rows to train on are of one group, so none is left to validate; give rows of more groups")
    classes = rows.classes(task)
    return splitting.folds(
        len(rows), min(count, apart), generator, classes=classes, groups=rows.groups, times=rows.times
    )


def weights_of(table: pl.DataFrame, name: str) -> Float64[np.ndarray, " rows"]:
    """A column of row weights; a missing one is an error, for nothing says what the row is worth.

    Raises:
        TableError: There is no such column, or a cell is not a number that is 0 or in `WEIGHTS`.
    """
    numbers = present(table, name, "weight", "number")
    low, high = WEIGHTS
    if (wrong := (numbers != 0) & ~numbers.is_between(low, high)).any():
        row = wrong.arg_max() or 0
        rule = "at least 0" if numbers[row] < 0 else f"0 or from {low:g} to {high:g}"
        raise TableError(f"column {name!r} holds weights, which are {rule}, but row {row + 1} holds {numbers[row]:g}")
    return np.asarray(numbers.to_numpy())


def refuse_weightless(usable: Bool[np.ndarray, " rows"], weights: str | None) -> None:
    """Raise a TableError if no row is left."""
    if not usable.any():
        raise TableError(f"no row with a target has a weight above 0 in column {weights!r}")


def groups_of(table: pl.DataFrame, name: str) -> Int[np.ndarray, " rows"]:
    """A column of groups as group numbers from 0."""
    return np.asarray(present(table, name, "group", "category").rank("dense").to_numpy().astype(np.int64) - 1)


def times_of(table: pl.DataFrame, name: str) -> Float64[np.ndarray, " rows"]:
    """A column of numbers or dates as numbers that order the rows."""
    schema.require(name, table.columns)
    kind = schema.infer_column(table[name]).kind
    numbers, _ = numbers_of(table[name])
    if kind != "date" and numbers is None:
        raise TableError(f"column {name!r} holds neither dates nor numbers, so it does not order the rows in time")
    cells = present(table, name, "time", "date" if kind == "date" else "number")
    return np.asarray(cells.to_physical().cast(pl.Float64).to_numpy())


def present(table: pl.DataFrame, name: str, what: str, kind: Kind) -> pl.Series:
    """A column's cells in the form of a kind; a TableError that names the first row where one is missing."""
    schema.require(name, table.columns)
    cells = conform_column(table[name], kind)
    if cells.null_count():
        raise TableError(f"column {name!r} has no {what} in row {(cells.is_null().arg_max() or 0) + 1}")
    return cells
