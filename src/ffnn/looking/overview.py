"""What is understood of a table before anything is trained: the same that training begins with, and no more."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
import numpy as np
import polars as pl

import ffnn
from ffnn.advice import Advice
from ffnn.errors import ChoiceError, TableError
from ffnn.learning.problem import Columns, Problem, are_values, find_task, read_columns, with_targets
from ffnn.tables.columns import schema
from ffnn.tables.columns.cells import LONGEST_SHOWN, conform_cells, may_be_text, text_of
from ffnn.tables.columns.schema import INPUT_KINDS, Column
from ffnn.tables.dialect import Dialect
from ffnn.tables.formats import reading
from ffnn.tables.formats.understood import Reading
from ffnn.tables.hints import Hint
from ffnn.tables.notations.notation import write_plain
from ffnn.tables.notations.sets import members

Role: TypeAlias = Literal["target", "input", "identifier", "left out", "group", "weights"]

BARS = 12
"""Equal parts of a column's range, each with the number of its rows."""

SHOWN_LEVELS = 6
"""Levels, the most frequent first, of which the rows are counted."""


@dataclass(frozen=True)
class ColumnOverview:
    """One column as it is understood.

    Attributes:
        name: Its name.
        role: What training would do with it.
        kind: What it holds.
        reason: Why it was taken for that; empty where there is nothing to explain.
        advice: How it would be an input, where it is left out.
        notation: How its cells are written, in a few words; empty for the plain form.
        missing: Rows without a value.
        distinct: How many different values there are; None where cells cannot be compared.
        low: The smallest number, or the first date as ISO 8601 writes it; None for other kinds.
        high: The largest or the last.
        histogram: Of numbers and dates, the rows in each of twelve equal parts from the smallest to the largest.
        levels: Of other kinds, the most frequent values and their rows; of what never repeats, the first ones.
    """

    name: str
    role: Role
    kind: str
    reason: str
    advice: tuple[Advice, ...]
    notation: str
    missing: int
    distinct: int | None
    low: float | str | None = None
    high: float | str | None = None
    histogram: tuple[int, ...] = ()
    levels: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Asked:
    """What has to be said before a column can be used as it was meant.

    Attributes:
        column: The column's name.
        text: What is not clear, in a sentence.
        advice: How each of the answers is given.
    """

    column: str
    text: str
    advice: tuple[Advice, ...]


@dataclass(frozen=True, repr=False)
class Look:
    """What is understood of a table before anything is trained.

    Attributes:
        table: What it is called; empty for a table in memory.
        rows: How many rows it has.
        dialect: How its file was read: what was said, and what was found.
        notes: What should be known of the reading, in sentences.
        target: The columns to predict; none where it is not said.
        task: Classification or regression; None without a target that can be used.
        reason: Why that task.
        advice: How to ask for the other task, where that is possible.
        left_out: Rows that cannot be learned from: they have no target, or weigh nothing.
        columns: Every column, in the table's order.
        hints: What is worth a look, though all of it can be read.
        questions: What would be asked.
        command: What trains on the table so understood, to be typed.
    """

    table: str
    rows: int
    dialect: Dialect
    notes: tuple[str, ...]
    target: tuple[str, ...]
    task: str | None
    reason: str
    advice: tuple[Advice, ...]
    left_out: int
    columns: tuple[ColumnOverview, ...]
    hints: tuple[Hint, ...]
    questions: tuple[Asked, ...]
    command: str

    @property
    def to_train(self) -> str:
        """What stands above the command: it trains only once a target that cannot be learned is settled."""
        return "to train" if self.task or not self.target else "to train, once that is settled"

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values, as JSON holds it."""
        return {"version": ffnn.__version__, **msgspec.to_builtins(self)}

    def to_frame(self) -> pl.DataFrame:
        """A row for each column of the table."""
        shown = [each.name for each in fields(ColumnOverview) if each.name != "advice"]
        rows = [{name: getattr(column, name) for name in shown} for column in self.columns]
        written = {name: [row[name] for row in rows] for name in shown}
        for name in ("low", "high"):
            written[name] = [None if value is None else str(value) for value in written[name]]
        written["levels"] = [[f"{level}: {count}" for level, count in levels] for levels in written["levels"]]
        types = {"histogram": pl.List(pl.Int64), "levels": pl.List(pl.String)}
        return pl.DataFrame(written, schema_overrides=types)

    def __repr__(self) -> str:
        name = f" {self.table}" if self.table else ""
        return f"<Look at a table{name}: {self.rows:,} rows, {len(self.columns):,} columns>"

    def __str__(self) -> str:
        from ffnn.looking import text

        return text.as_text(self)

    def _repr_html_(self) -> str:
        from ffnn.looking import page

        return page.fragment(self)


def look(
    table: reading.Source,
    target: Any = None,
    *,
    task: str = "auto",
    columns: Mapping[str, str] | None = None,
    weights: str | None = None,
    missing: Sequence[str] = (),
    group: str | None = None,
    time: str | None = None,
) -> Look:
    """Find out what would be understood of a table, without training.

    Args:
        table: Files, or a table in memory; see `ffnn.read` for how files can be read.
        target: As for `ffnn.train`; without one every column is looked at as an input.
        task: As for `ffnn.train`.
        columns: As for `ffnn.train`.
        weights: As for `ffnn.train`.
        missing: As for `ffnn.train`.
        group: As for `ffnn.train`.
        time: As for `ffnn.train`.

    Returns:
        What each column is, and why; what is odd; what would be asked; and what to type. It can be printed.

    Raises:
        TableError: The table cannot be read, or there is no such column.
        ChoiceError: A choice cannot be used.

    Example:
        >>> import polars as pl
        >>> found = look(pl.DataFrame({"size": [0.5, 1.5, 2.5], "colour": ["red", "red", "blue"]}))
        >>> [(column.name, column.kind) for column in found.columns]
        [('size', 'number'), ('colour', 'category')]
    """
    said = {"columns": columns, "weights": weights, "missing": missing, "group": group, "time": time}
    if target is None and task != "auto":
        raise ChoiceError(f"task {task!r} says what is to be learned of a target; name the target too")
    refused: dict[str, TableError] = {}  # training would end with them
    called = name_of(table)
    table, names = (table, ()) if target is None else with_targets(table, target)
    by_value = are_values(target)
    seen = read_columns(table, names, **said, refused=refused)  # type: ignore[arg-type]
    questions = [
        Asked(name, each.text, each.advice) for name, each in seen.found.questions.items() if name not in seen.names
    ]
    questions += [Asked(name, error.text, error.advice) for name, error in refused.items()]
    problem: Problem | None = None
    for timed in (seen, replace(seen, time=None)) if seen.names else ():
        try:
            problem = find_task(timed, task)
            break
        except TableError as error:  # training would end with it
            about = next(
                (name for name in (timed.time, seen.names[0]) if name and repr(name) in error.text), seen.names[0]
            )
            questions.insert(0, Asked(about, error.text, error.advice))
            if about != timed.time:
                break
    overviews = columns_of(seen, problem, weights=weights, group=group)
    return Look(
        table=called,
        rows=len(seen.data),
        dialect=seen.understood.dialect,
        notes=seen.understood.notes,
        target=seen.names,
        task=problem.task if problem else None,
        reason=problem.reason if problem else "",
        advice=problem.advice if problem else (),
        left_out=problem.left_out if problem else 0,
        columns=overviews,
        hints=problem.hints if problem else seen.hints(pl.DataFrame()),
        questions=tuple(questions),
        command=python_call(called, {"target": None if by_value else target, "task": task, **said}, by_value=by_value),
    )


def columns_of(
    seen: Columns, problem: Problem | None, *, weights: str | None, group: str | None
) -> tuple[ColumnOverview, ...]:
    """Every column of a table, in its order."""
    known, cells = {column.name: column for column in seen.schema.columns}, seen.cells.to_dict()
    notations = (problem or seen).schema.notations
    data = write_plain(seen.data, {name: notations[name] for name in seen.names if name in notations})
    overviews = []
    for name, given in data.to_dict().items():
        role: Role = "target" if name in seen.names else "weights" if name == weights else "left out"
        column = known.get(name) or schema.infer_column(given)
        if role == "target" and problem is not None:
            column = Column(name, "category" if problem.task == "classification" else "number")
        if role == "left out" and column.kind in INPUT_KINDS:
            role = "input"
        if role == "left out" and column.kind == "identifier":
            role = "group" if name == group else "identifier"
        if name not in cells and column.kind in INPUT_KINDS:
            cells[name] = conform_cells(given, column.kind)[0]
        notation = str(notations.get(name, ""))
        overviews.append(overview(column, role, notation, cells.get(name, given)))
    return tuple(overviews)


def overview(column: Column, role: Role, notation: str, cells: pl.Series) -> ColumnOverview:
    """A column by its cells, which are in the form of its kind if it is that of an input."""
    advice = column.advice if role != "target" else ()  # its type follows from the task
    about = (column.name, role, column.kind, column.reason, advice, notation)
    if not may_be_text(cells):
        return ColumnOverview(*about, cells.null_count(), None)
    if column.kind in ("number", "date"):
        there = cells.drop_nulls()
        distinct, missing = there.n_unique(), cells.null_count()
        if not len(there):
            return ColumnOverview(*about, missing, distinct)
        low, high = there.min(), there.max()
        ends = [end.isoformat() if isinstance(end, datetime) else float(end) for end in (low, high)]  # type: ignore[arg-type]
        return ColumnOverview(*about, missing, distinct, ends[0], ends[1], histogram(there))
    text = text_of(cells) if column.reason != schema.ALL_MISSING else pl.Series([None] * len(cells), dtype=pl.String)
    there = text.drop_nulls().alias("level")
    missing = len(cells) - len(there)
    if column.kind == "set":
        there = members(there).explode().drop_nulls()
    distinct = there.n_unique()
    levels = [(level, 1) for level in there.head(SHOWN_LEVELS).to_list()]
    if distinct < len(there):
        counts = there.to_frame().group_by("level").len().sort(["len", "level"], descending=[True, False])
        levels = counts.head(SHOWN_LEVELS).rows()
    short = tuple((level[:LONGEST_SHOWN], count) for level, count in levels)
    return ColumnOverview(*about, missing, distinct, levels=short)


def histogram(cells: pl.Series) -> tuple[int, ...]:
    """How many of some numbers or dates, none missing, lie in each of `BARS` equal parts of their range."""
    values = cells.to_physical().cast(pl.Float64).to_numpy() / 2  # so that no difference overflows
    span = values.max() - values.min()
    if not span > 0:
        return (len(values),)
    places = np.minimum(((values - values.min()) / span * BARS).astype(np.int64), BARS - 1)
    return tuple(np.bincount(places, minlength=BARS).tolist())


def name_of(table: reading.Source) -> str:
    """What a table is called: its file, or the first of them."""
    if isinstance(table, list | tuple) and table and not isinstance(table, Reading):
        table = table[0]
    return os.fspath(table) if isinstance(table, str | os.PathLike) else ""


def python_call(table: str, said: Mapping[str, Any], *, by_value: bool = False) -> str:
    """The call of `ffnn.train` with what was said; the target has a name, unless its values were given."""
    arguments = {name: value for name, value in said.items() if value not in (None, (), "auto")}
    if said["target"] is None and not by_value:
        arguments = {"target": "COLUMN", **arguments}
    words = [
        repr(table) if table else "table",
        *(["target"] if by_value else []),
        *(f"{name}={value!r}" for name, value in arguments.items()),
    ]
    return f"ffnn.train({', '.join(words)})"
