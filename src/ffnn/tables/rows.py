"""The rows of a table that can be trained on: inputs, true values, sample weights, groups and times."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int, Int32

from ffnn.errors import TableError
from ffnn.tables import repeats, splitting, targets
from ffnn.tables.columns import dates, schema
from ffnn.tables.columns.cells import Kind, conform_column, is_text, numbers_of, text_of
from ffnn.tables.columns.schema import Schema, Standing
from ffnn.tables.repeats import Repeats
from ffnn.tables.targets import Target, Task

WEIGHTS = (1e-15, 1e15)
"""Weights above 0 lie between these: float32 then tells each from 0 next to any other."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows, every part in the same order.

    Attributes:
        cells: The input columns, as `schema.conform` gives them.
        answers: The target columns, as `targets.values` gives them; no cell is null.
        weights: How much each row counts, positive; None for 1 each.
        groups: Number of each row's group, which no split may part; None where rows stand for themselves.
        times: When each row happened, in any unit; None where that doesn't matter.
        repeats: Which of them repeat others; copies stay together where there are neither groups nor times.
        used: How many of the table's rows they are; whole weights make more of them.
    """

    cells: pl.DataFrame
    answers: pl.DataFrame
    weights: Float64[np.ndarray, " rows"] | None = None
    groups: Int[np.ndarray, " rows"] | None = None
    times: Float64[np.ndarray, " rows"] | None = None
    repeats: Repeats = field(default_factory=Repeats)
    used: int = 0

    def __len__(self) -> int:
        return len(self.answers)

    def take(self, chosen: Bool[np.ndarray, " rows"] | Int[np.ndarray, " chosen"]) -> Rows:
        """The chosen rows alone, by a mask or by their numbers in any order."""
        weights, groups, times, units = (
            None if part is None else part[chosen]
            for part in (self.weights, self.groups, self.times, self.repeats.units)
        )
        cells, answers = (
            table.filter(chosen) if chosen.dtype == bool else table[chosen] for table in (self.cells, self.answers)
        )
        return Rows(cells, answers, weights, groups, times, replace(self.repeats, units=units), self.used)

    def units(self) -> Int[np.ndarray, " rows"] | None:
        """Number of each row's unit, where some rows are copies that have to stay together; None if none has to."""
        return self.repeats.units if self.groups is None and self.times is None else None

    def classes(self, task: Task) -> Int32[np.ndarray, " rows"] | None:
        """Each row's class number among the labels of these rows; None for regression.

        Of several targets, the number of its combination of labels: those of the first targets, as many as leave no
        combination to a single row; at least those of the first.
        """
        if task == "regression":
            return None
        first, *others = (cells.rank("dense").to_numpy().astype(np.int32) - 1 for cells in self.answers)
        for codes in others:
            together = first * np.int64(codes.max(initial=0) + 1) + codes
            _, places, counts = np.unique(together, return_inverse=True, return_counts=True)
            if counts.min(initial=2) < 2:
                break
            first = places.astype(np.int32)
        return np.asarray(first)


def gather(
    table: pl.DataFrame,
    cells: pl.DataFrame,
    answers: pl.DataFrame,
    *,
    weights: str | None = None,
    group: str | None = None,
    time: str | None = None,
    sort: bool = False,
) -> Rows:
    """All rows that have every target and a weight above 0; a row of weight 2 counts twice, see `repeats.counts`.

    Args:
        table: The table, as `reading.read` gives it.
        cells: Its input columns, as `schema.read` gives them.
        answers: Its target columns, as `targets.values` gives them.
        weights: Name of a column of row weights.
        group: Name of a column whose equal cells no split may part.
        time: Name of a column that orders the rows in time, numbers or dates.
        sort: Whether the rows come in an order of their own, so that the table's order says nothing.

    Raises:
        TableError: A named column is absent, or a cell of it cannot be used; no row is left.
    """
    everything = Rows(
        cells,
        answers,
        None if weights is None else weights_of(table, weights),
        None if group is None else groups_of(table, group, weights),
        None if time is None else times_of(table, time, weights),
    )
    usable = targets.known(everything.answers)
    if everything.weights is not None:
        usable = usable & (everything.weights > 0)
        refuse_weightless(usable, weights)
        times = repeats.counts(everything.weights)
        each = everything.weights / np.maximum(times, 1)
        uniform = np.ptp(each[usable]) == 0
        rows = replace(everything, weights=None if uniform else each)
        rows = rows.take(np.repeat(np.arange(len(usable)), times * usable))
    else:
        rows = everything if usable.all() else everything.take(usable)
    if sort:
        rows = rows.take(order_of(rows))
    found = repeats.find(rows.cells, rows.answers)
    if len(rows) > usable.sum():  # what is reported is of the table's own rows
        own = everything.take(usable)
        told = repeats.find(own.cells, own.answers)
        found = replace(found, copies=told.copies, repeated=told.repeated)
    return replace(rows, repeats=found, used=int(usable.sum()))


def order_of(rows: Rows) -> Int[np.ndarray, " rows"]:
    """An order of rows that depends on what they hold alone."""
    inputs = [cells.alias(f"input {place}") for place, cells in enumerate(rows.cells)]
    answers = [cells.alias(f"answer {place}") for place, cells in enumerate(rows.answers)]
    weights = [] if rows.weights is None else [pl.Series("weight", rows.weights)]
    everything = pl.DataFrame([*inputs, *answers, *weights])
    order = everything.select(pl.arg_sort_by(everything.columns)).to_series()
    return order.to_numpy().astype(np.int64)


def read_test(
    table: pl.DataFrame, seen: Schema, target: Target, weights: str | None
) -> tuple[Rows, Bool[np.ndarray, " rows"]]:
    """The rows of a separate test table that count, and which rows of the table they are.

    Raises:
        TableError: As `gather`; or the table has no row with a target.
    """
    table = without_weightless(table, weights)
    judging, answers, counted = rows_to_score(table, target, weights)
    return Rows(schema.conform(table, seen.inputs).filter(judging), answers, counted), judging


def rows_to_score(
    table: pl.DataFrame, target: Target, weights: str | None
) -> tuple[Bool[np.ndarray, " rows"], pl.DataFrame, Float64[np.ndarray, " judging"] | None]:
    """Which rows of any table predictions are scored on: those with every target and a weight above 0.

    Returns:
        Which rows; their answers, as `targets.read_answers` gives them; and their weights, None for 1 each.

    Raises:
        TableError: There is no such row or column, or a cell cannot be used.
    """
    answers, known = targets.read_answers(target, without_weightless(table, weights), weights)
    if weights is None:
        return known, answers, None
    counted = weights_of(table, weights)
    judging = known & (counted > 0)
    refuse_weightless(judging, weights)
    return judging, answers.filter(judging[known]), counted[judging]


def split(rows: Rows, task: Task, fraction: float, generator: np.random.Generator) -> tuple[Rows, Rows]:
    """Rows to train on, and rows that are held out; see `held_out`."""
    held = held_out(rows, task, fraction, generator)
    return rows.take(~held), rows.take(held)


def held_out(rows: Rows, task: Task, fraction: float, generator: np.random.Generator) -> Bool[np.ndarray, " rows"]:
    """Which rows are held out, copies on one side of the split; see `splitting.hold_out`."""
    apart, unit = one_of_each(rows)
    held = splitting.hold_out(
        len(apart), fraction, generator, classes=apart.classes(task), groups=apart.groups, times=apart.times
    )
    return np.asarray(held[unit])


def folds(rows: Rows, task: Task, count: int, generator: np.random.Generator) -> Int32[np.ndarray, " rows"]:
    """The fold of each row, of `count` folds or as many as rows, groups or copies allow; see `splitting.folds`."""
    apart, unit = one_of_each(rows)
    if len(apart) < 2:
        raise TableError("one row is too few to train on: some rows are needed for validation")
    most = len(apart) if rows.groups is None else len(np.unique(rows.groups))
    if most < 2:
        raise TableError(
            "all training rows belong to one group, so none are left for validation; give rows of more groups"
        )
    classes = apart.classes(task)
    found = splitting.folds(
        len(apart), min(count, most), generator, classes=classes, groups=apart.groups, times=apart.times
    )
    return np.asarray(found[unit])


def one_of_each(rows: Rows) -> tuple[Rows, Int[np.ndarray, " rows"] | slice]:
    """The rows without copies that have to stay together, and the place among them of each row's own or of its copy."""
    units = rows.units()
    if units is None:
        return rows, slice(None)
    _, first, places = np.unique(units, return_index=True, return_inverse=True)
    return rows.take(first), places


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


def standing(table: pl.DataFrame, weights: str | None) -> Standing:
    """The rows that count, each as often as its weight says; see `repeats.counts`.

    Raises:
        TableError: As `weights_of`; or every weight is 0.
    """
    if weights is None:
        return None
    found = weights_of(table, weights)
    refuse_weightless(found > 0, weights)
    return np.repeat(np.arange(len(found)), repeats.counts(found))


def that_count(table: pl.DataFrame, weights: str | None) -> pl.DataFrame:
    """The rows of a table whose weight is not 0; errors as for `weights_of`."""
    return table if weights is None else table.filter(weights_of(table, weights) > 0)


def without_weightless(table: pl.DataFrame, weights: str | None) -> pl.DataFrame:
    """A table with nothing but the weight in rows of weight 0: they decide nothing, and no other row's number changes.

    Raises:
        TableError: As `weights_of`.
    """
    if weights is None or (counts := weights_of(table, weights) > 0).all():
        return table
    mask = pl.Series(counts)
    return pl.DataFrame(
        [cells if cells.name == weights or cells.dtype == pl.Object else emptied(cells, mask) for cells in table]
    )


def emptied(cells: pl.Series, mask: pl.Series) -> pl.Series:
    """Cells where a mask is true, null elsewhere."""
    kept = pl.DataFrame({"cells": cells.alias("cells"), "mask": mask})
    return kept.select(pl.when("mask").then("cells")).to_series().alias(cells.name)


def refuse_weightless(usable: Bool[np.ndarray, " rows"], weights: str | None) -> None:
    """Raise a TableError if no row is left."""
    if not usable.any():
        raise TableError(f"no row with a target has a weight above 0 in column {weights!r}")


def groups_of(table: pl.DataFrame, name: str, weights: str | None) -> Int[np.ndarray, " rows"]:
    """A column of groups as group numbers from 0; a row of weight 0 may have none."""
    cells = present(table, name, "group", "category", weights)
    return np.asarray(cells.rank("dense").fill_null(1).to_numpy().astype(np.int64) - 1)


def times_of(table: pl.DataFrame, name: str, weights: str | None) -> Float64[np.ndarray, " rows"]:
    """A column of numbers or dates as numbers that order the rows; a row of weight 0 may have none."""
    schema.require(name, table.columns)
    column = schema.infer_column(table[name])
    numbers, _ = numbers_of(table[name])
    dated = column.kind == "date" or (column.kind == "constant" and are_dates(table[name]))
    if not dated and numbers is None:
        found, way = (
            (f" ({column.reason})", "; correct such cells, or leave their rows out") if column.ways else ("", "")
        )
        raise TableError(
            f"column {name!r} holds neither dates nor numbers{found}, so it does not order the rows in time{way}"
        )
    cells = present(table, name, "time", "date" if dated else "number", weights)
    return np.asarray(cells.to_physical().cast(pl.Float64).fill_null(0.0).to_numpy())


def are_dates(cells: pl.Series) -> bool:
    """Whether some cells, all the same, are dates."""
    typed = cells.dtype in (pl.Date, pl.Datetime, pl.Time)
    return bool(typed or (is_text(cells) and dates.read(text_of(cells)).is_not_null().any()))


def present(table: pl.DataFrame, name: str, what: str, kind: Kind, weights: str | None = None) -> pl.Series:
    """A column's cells in the form of a kind; a TableError that names the first row that counts and lacks one."""
    schema.require(name, table.columns)
    cells = conform_column(table[name], kind)
    lacking = cells.is_null()
    if weights is not None:
        lacking &= pl.Series(weights_of(table, weights) > 0)
    if lacking.any():
        row = (lacking.arg_max() or 0) + 1
        raise TableError(f"column {name!r} has no {what} in row {row}; fill it in, or leave such rows out")
    return cells
