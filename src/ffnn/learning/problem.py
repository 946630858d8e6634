"""A table understood: what is to be learned of which rows. Here every way of learning from a table begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from numbers import Integral
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Int32

from ffnn.advice import Advice, Wording, in_python, sentence
from ffnn.errors import ChoiceError, TableError
from ffnn.recipes.choices import in_order
from ffnn.tables import hints, rows, targets
from ffnn.tables.columns import schema
from ffnn.tables.columns.schema import Column, Schema, Standing
from ffnn.tables.dialect import Dialect, as_name
from ffnn.tables.formats import frames, reading
from ffnn.tables.formats.understood import Understood, listed
from ffnn.tables.hints import Hint
from ffnn.tables.notations import finding
from ffnn.tables.notations.notation import Found, write_plain
from ffnn.tables.rows import Rows
from ffnn.tables.targets import Chosen, Task
from ffnn.training.starts import DRAWN, FOLDS, SPLIT, stream

MOST_NAMED = 20
"""Targets; a longer list is rather of values."""

TASKS = ("auto", "classification", "regression")

LABELS = "its values are labels"
"""Why a target is of classes whose labels are numbers in a notation."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be learned.

    Attributes:
        schema: What each column is taken for.
        names: The columns to predict.
        task: Classification or regression.
        reason: Why that task.
        advice: How to ask for the other task, where that is possible.
        rows: The rows that can be learned from.
        left_out: Rows that cannot: they have no target, or weigh nothing.
        parted: What parts test rows and folds, in a few words.
        notes: What should be known of how the table was read, in sentences.
        hints: What is worth a look, though all of it can be read.
    """

    schema: Schema
    names: tuple[str, ...]
    task: Task
    reason: str
    advice: tuple[Advice, ...]
    rows: Rows
    left_out: int
    parted: str
    notes: tuple[str, ...] = ()
    hints: tuple[Hint, ...] = ()

    @property
    def lost(self) -> tuple[str, ...]:
        """What is left out of the inputs though it may say something, a sentence for each column."""
        return tuple(
            f"{column.name!r} is left out: {sentence(column.reason, column.advice)}"
            for column in self.schema.columns
            if column.lost
        )

    def questioned(self, wording: Wording = in_python) -> tuple[str, ...]:
        """Why the task may be another one, in a sentence of a face's words, where it may."""
        asked = (hint for hint in self.hints if hint.what == "classes")
        return tuple(f"{hint.column!r}: {sentence(hint.text, hint.advice, wording)}" for hint in asked)

    def sample(self, most: int, seed: int) -> Problem:
        """The same of so many rows at most, drawn at random, in the table's order."""
        chosen = np.zeros(len(self.rows), bool)
        chosen[stream(seed, DRAWN).permutation(len(self.rows))[:most]] = True
        return replace(self, rows=self.rows.take(chosen))

    def split(self, fraction: float, seed: int) -> tuple[Rows, Rows]:
        """Rows to train on, and that share of them held out; see `rows.held_out`."""
        return rows.split(self.rows, self.task, fraction, stream(seed, SPLIT))

    def folds(self, training: Rows, count: int, seed: int) -> Int32[np.ndarray, " training"]:
        """The fold of each row to train on; see `rows.folds`."""
        return rows.folds(training, self.task, count, stream(seed, FOLDS))


def understand(
    table: reading.Source,
    target: Any,
    *,
    task: str = "auto",
    columns: Mapping[str, str] | None = None,
    weights: str | None = None,
    missing: Sequence[str] = (),
    group: str | None = None,
    time: str | None = None,
    sort_rows: bool = False,
    trivial: bool = False,
) -> Problem:
    """Read a table and find out what each column is, what is to be learned, and from which rows.

    Args:
        table: Files, or a table in memory; see `reading.read`.
        target: What is to be predicted; see `with_targets`.
        task: `classification`, `regression`, or `auto` to decide by the target's values.
        columns: Column types that override the inferred ones, by name; see `schema.KINDS`.
        weights: Name of a column of sample weights; see `repeats.counts`.
        missing: Words that stand for a missing cell in any column.
        group: Name of a column whose equal cells no split parts.
        time: Name of a column of dates or numbers by which splits go.
        sort_rows: Whether the rows come in an order of their own, so that the table's order says nothing.
        trivial: Whether no label has to occur twice.

    Raises:
        TableError: The table cannot be read or learned from.
        ChoiceError: A target, task or column is not one that can be used.
    """
    table, names = with_targets(table, target)
    seen = read_columns(table, names, columns=columns, weights=weights, missing=missing, group=group, time=time)
    return find_task(seen, task, sort_rows=sort_rows, trivial=trivial)


@dataclass(frozen=True, eq=False)
class Columns:
    """A table whose columns are understood, before it is decided what is to be learned.

    Attributes:
        data: The table in plain form, but for the columns to predict; rows of weight 0 hold nothing.
        schema: What each column is but those to predict.
        cells: The input columns, as `schema.read` gives them.
        names: The columns to predict; none where it is not said yet.
        found: How columns are written, and what has to be asked of them.
        standing: The rows that count, each as often as its weight says.
        weights: Name of the column of weights.
        group: Name of the column whose equal cells no split parts.
        time: Name of the column by which splits go.
        understood: What was understood of the table's file.
    """

    data: pl.DataFrame
    schema: Schema
    cells: pl.DataFrame
    names: tuple[str, ...]
    found: Found
    standing: Standing
    weights: str | None
    group: str | None
    time: str | None
    understood: Understood

    def hints(self, answers: pl.DataFrame) -> tuple[Hint, ...]:
        """What is worth a look, given the columns to predict as `targets.values` gives them."""
        found = hints.find(self.data, self.schema, self.cells, answers)
        parted = self.group is not None or self.time is not None
        return tuple(hint for hint in found if not (parted and hint.what == "group"))


def read_columns(
    table: reading.Source,
    names: tuple[str, ...],
    *,
    columns: Mapping[str, str] | None = None,
    weights: str | None = None,
    missing: Sequence[str] = (),
    group: str | None = None,
    time: str | None = None,
    refused: dict[str, TableError] | None = None,
) -> Columns:
    """Read a table and find out what each column is, apart from those to predict; the rest as for `understand`.

    `refused` takes the error of each input that cannot be read, as for `schema.read`; weights and times of which it has
    to be asked how they are written are then none.
    """
    columns, weights, group, time = named(columns, weights, group, time)
    said = Dialect.of(missing=missing)
    spoken = (*names, *filter(None, (weights, group, time)), *(columns or {}))
    data, understood = reading.read_as(table, said, names=spoken)
    understood = replace(understood, notes=(*understood.notes, *frames.index_left_out(table)))
    dialect = understood.kept
    names = tuple(map(dialect.called, names))
    weights, group, time = (name if name is None else dialect.called(name) for name in (weights, group, time))
    columns = {dialect.called(name): kind for name, kind in (columns or {}).items()}
    for name in filter(None, (weights, group, time)):
        schema.require(name, data.columns)
    data = schema.with_digits(data, [name for name, kind in columns.items() if str(kind).startswith("date")])
    kinds, needed = aside(names, weights, group, time), tuple(filter(None, (weights, time)))
    known = {name: kind for name, kind in kinds.items() if name not in needed}
    given = data
    must = needed if refused is None else ()
    data, found = plain_form(data, names, needed, {**known, **columns}, understood.written, weights, must)
    weights, time = (None if name in found.questions else name for name in (weights, time))
    for name, declared in columns.items():
        kind, how = finding.split_kind(name, declared)
        if not how or name not in (*names, weights):  # of those it is said how they are written, not what they are
            kinds[name] = kind
    kinds |= dict.fromkeys(set(found.questions) - set(names), "text")
    lists = [name for name, notation in found.notations.items() if "set" in notation.kinds and name not in kinds]
    kinds |= dict.fromkeys(lists, "set")
    if names and all(name in names or kinds.get(name) in ("text", "identifier", "ignore") for name in data.columns):
        refuse_questions(found, tuple(found.questions))  # without an answer there is no input
    standing = rows.standing(data, weights)
    data = rows.without_weightless(data, weights)
    seen, cells = schema.read(data, names, kinds, standing, None if weights else found.numbers, refused)
    reasons = {name: role for name, role in ((weights, schema.WEIGHTS), (group, schema.GROUP)) if name not in columns}
    reasons |= {name: schema.lists_of(data[name]) for name in lists}
    seen = Schema(
        tuple(
            replace(column, reason=reasons[column.name]) if column.name in reasons else asked(column, found)
            for column in seen.columns
        ),
        dialect.missing,
        found.notations,
        replace(dialect, missing=()),
    )
    if others := misread(seen, needed):
        notations = {name: notation for name, notation in found.notations.items() if name not in others}
        seen = replace(seen, notations=notations)
        data = rows.without_weightless(data.with_columns(given.select(others)), weights)
        as_given = schema.conform(data, tuple(column for column in seen.inputs if column.name in others))
        cells = cells.with_columns(as_given.get_columns())
    return Columns(data, seen, cells, names, found, standing, weights, group, time, understood)


def misread(seen: Schema, needed: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the columns that are of another kind than their notation would make them: these are left as given.

    Few times of day among lengths of time are one of them: 1:20 is no 01:20:00 there, but a level.
    """
    found = seen.notations
    columns = (column for column in seen.columns if column.name in found and column.name not in needed)
    return tuple(column.name for column in columns if column.kind not in found[column.name].kinds)


def named(
    columns: Any, weights: Any, group: Any, time: Any
) -> tuple[dict[str, str] | None, str | None, str | None, str | None]:
    """The columns that are spoken of, each by its name; whole numbers are names as a table of them has them.

    Raises:
        ChoiceError: They are not given by their names, or in ways that exclude each other.
    """
    if columns is not None and not isinstance(columns, Mapping):
        raise ChoiceError(
            f"columns gives the type of each column by its name, as in {{'x': 'category'}}; got {columns!r}"
        )
    columns = columns and {as_name(name): kind for name, kind in columns.items()}
    weights, group, time = map(as_name, (weights, group, time))
    for choice, name in {"weights": weights, "group": group, "time": time}.items():
        if name is not None and not isinstance(name, str):
            raise ChoiceError(f"{choice} is given as the name of a column of the table; got {type(name).__name__}")
    if group is not None and time is not None:
        raise ChoiceError("rows are split by group or by time, not by both")
    return columns, weights, group, time


def plain_form(
    data: pl.DataFrame,
    names: tuple[str, ...],
    needed: tuple[str, ...],
    declared: Mapping[str, str],
    written: Mapping[str, str],
    weights: str | None,
    must: tuple[str, ...],
) -> tuple[pl.DataFrame, Found]:
    """A table in plain form but for the columns to predict, and how each was written.

    Weights come first, for they say which rows count.

    Raises:
        TableError: It has to be said how a column is written that `must` be read.
    """
    find = partial(finding.find, needed=(*names, *needed), declared=declared, written=written, targets=names)
    weighed = find(data.select(filter(None, [weights])))
    if weights in weighed.questions:  # the other columns may tell
        found = find(data)
        weighed = Found(
            {name: its for name, its in found.notations.items() if name == weights},
            {name: its for name, its in found.questions.items() if name == weights},
        )
    refuse_questions(weighed, must)
    data = write_plain(data, weighed.notations)
    found = find(rows.that_count(data, None if weights in weighed.questions else weights))
    refuse_questions(found, must)
    inputs = {name: notation for name, notation in found.notations.items() if name not in names}
    return write_plain(data, inputs), replace(found, notations={**weighed.notations, **found.notations})


def find_task(seen: Columns, task: str, *, sort_rows: bool = False, trivial: bool = False) -> Problem:
    """Decide what is to be learned of a table whose columns are understood; the rest as for `understand`."""
    if task not in TASKS:
        raise ChoiceError(f"task must be one of {', '.join(TASKS)}; got {task!r}")
    if task != "classification":  # labels mean what they are
        refuse_questions(seen.found, seen.names)
    chosen, known = task_of(seen, task)
    usable = rows.gather(
        seen.data, seen.cells, chosen.answers, weights=seen.weights, group=seen.group, time=seen.time, sort=sort_rows
    )
    if chosen.task == "classification" and not trivial:
        for labels in usable.answers:
            targets.refuse_single(labels)
    left_out = len(seen.data) - usable.used
    parted = how_parted(seen.group, seen.time, chosen.task)
    told = seen.hints(chosen.answers)
    if chosen.task == "classification":
        told += hints.classes(usable.answers.to_series())
    about = (chosen.task, chosen.reason, chosen.advice)
    return Problem(known, seen.names, *about, usable, left_out, parted, seen.understood.notes, told)


def task_of(seen: Columns, task: str) -> tuple[Chosen, Schema]:
    """What is to be learned, and how it was written: numbers are in a notation, labels are what they are."""
    given = seen.data.select(seen.names)
    written = {name: notation for name, notation in seen.schema.notations.items() if name in seen.names}
    chosen = targets.choose_task(
        given if task == "classification" else write_plain(given, written), task, seen.standing
    )
    if chosen.task == "regression" or not written:
        return chosen, seen.schema
    others = {name: notation for name, notation in seen.schema.notations.items() if name not in written}
    reason = chosen.reason if task == "classification" else LABELS
    chosen = replace(chosen, reason=reason, answers=targets.values(given, chosen.task))
    return chosen, replace(seen.schema, notations=others)


def refuse_questions(found: Found, needed: tuple[str, ...]) -> None:
    """Raise a TableError if it has to be said how a column is written without which nothing can be learned."""
    for name in needed:
        if name in found.questions:
            question = found.questions[name]
            raise TableError(f"column {name!r}: {question.text}", *question.advice)


def asked(column: Column, found: Found) -> Column:
    """A column as it is reported: one that cannot be read before something is said is left out, with that question."""
    if column.name not in found.questions:
        return column
    question = found.questions[column.name]
    return replace(column, kind="text", reason=question.text, ways=tuple(way.value[1] for way in question.advice))


def with_targets(table: reading.Source, target: Any) -> tuple[reading.Source, tuple[str, ...]]:
    """A table that holds its targets, and their names.

    Args:
        table: Files, or a table in memory.
        target: Name or names of its columns; or the targets' values, one a row: a Series, an array or a DataFrame.

    Raises:
        ChoiceError: The target is neither.
        TableError: The table cannot be read, or there is not one value for each of its rows.
    """
    if not are_values(target):
        return table, names_of(target)
    read = reading.read_as(table)
    words = not hasattr(target, "columns") and all(isinstance(name, str) for name in target)
    if words and len(target) != read.table.height and {*target} <= {*read.table.columns}:
        return read, names_of(target)
    values = values_of(target)
    if values.height != read.table.height:
        raise TableError(f"the target has {values.height:,} values, but the table has {read.table.height:,} rows")
    names = unused(values.columns, read.table.columns)
    values = values.rename(dict(zip(values.columns, names, strict=True)))
    return read._replace(table=read.table.with_columns(values.get_columns())), names


def are_values(target: Any) -> bool:
    """Whether a target may be given by its values: by a Series, an array or a DataFrame."""
    return hasattr(target, "columns") or (hasattr(target, "dtype") and getattr(target, "ndim", 1) > 0)


def values_of(target: Any) -> pl.DataFrame:
    """The values of targets as columns: of the names that they have, else `target`, or with numbers."""
    if hasattr(target, "columns"):
        return reading.table_of(target)
    if getattr(target, "ndim", 1) == 1:
        return frames.from_cells(str(getattr(target, "name", None) or "target"), target).to_frame()
    values = reading.table_of(target)
    names = ["target"] if values.width == 1 else [f"target_{place}" for place in range(values.width)]
    return values.rename(dict(zip(values.columns, names, strict=True)))


def unused(names: Sequence[str], taken: Sequence[str]) -> tuple[str, ...]:
    """Column names that are not taken: as given, or with lines before them."""
    free: list[str] = []
    for name in names:
        while name in taken or name in free:
            name = f"_{name}"
        free.append(name)
    return tuple(free)


def names_of(target: Any) -> tuple[str, ...]:
    """The targets' names; whole numbers are names as a table of them has them."""
    names = tuple(map(as_name, target)) if in_order(target) else (as_name(target),)
    several = f"; for its {len(names)} values give an array" if len(names) > MOST_NAMED else ""
    if wrong := [name for name in names if not isinstance(name, str)]:
        raise ChoiceError(f"a target is given by its name; got {wrong[0]!r}{several}")
    if not names or len(set(names)) < len(names):
        raise ChoiceError(f"give each target once; got {listed(names) or 'none'}{several}")
    return names


def check_seed(seed: Any) -> None:
    """Raise a ChoiceError for a seed that is none."""
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise ChoiceError(f"the seed must be a whole number, not negative; got {seed!r}")


def aside(names: tuple[str, ...], weights: str | None, group: str | None, time: str | None) -> dict[str, str]:
    """The kinds of the columns that weigh and group the rows: they are no inputs."""
    for name in (weights, group, time):
        if name is not None and name in names:
            raise ChoiceError(f"column {name!r} is the target, so it cannot also be weights, group or time")
    if weights is not None and weights in (group, time):
        raise ChoiceError(f"column {weights!r} cannot be both weights and group or time")
    kinds = {group: "identifier", weights: "ignore"}
    return {name: kind for name, kind in kinds.items() if name is not None}


def how_parted(group: str | None, time: str | None, task: Task) -> str:
    """How test rows and folds are split off, in a few words."""
    if group is not None:
        return f"whole groups of {group!r}"
    if time is not None:
        return f"the most recent by {time!r}"
    return "the same share of every class" if task == "classification" else "at random"
