"""What the playground learns from: points of a formula, points drawn by hand, or a table; all of them as columns.

A point's features are columns too, so that a network that was trained on them becomes a model like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int32

from ffnn.errors import TableError
from ffnn.learning.problem import understand
from ffnn.playground.problems import FEATURES, Points, generate
from ffnn.playground.settings import Problem, Settings
from ffnn.tables import rows, targets
from ffnn.tables.columns import schema
from ffnn.tables.columns.schema import Column, Schema
from ffnn.tables.encoding import raw
from ffnn.tables.targets import ClassTarget, NumberTarget, Target

POINTS = {"classification": 500, "regression": 1200}
"""How many points there are, where nothing else is said."""

MOST_ROWS = 100_000
"""Rows of a table that are used; of a longer one so many at random."""

MOST_LABELS = 50
"""Classes that a page can still tell apart."""

LARGEST = 1e30
"""Larger numbers are not predicted: what a network makes of them would leave float32."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table that was opened.

    Attributes:
        name: What it is called.
        frame: The table, as `reading.read` gives it.
        notes: What should be known of how it was read, in sentences.
    """

    name: str
    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Data:
    """Rows to learn from.

    Attributes:
        cells: The input columns, as `schema.conform` gives them.
        answers: The target column; no cell is null.
        training: The rows that train, in random order: the first of them are like the others.
        held: The rows that judge, likewise.
        schema: What each column but the target is.
        target: From answers to targets.
        points: Where the points lie in the plane; None for a table.
        notes: What should be known of them, in sentences.
        numbered: Whether a category enters as one number.
    """

    cells: pl.DataFrame
    answers: pl.DataFrame
    training: Int32[np.ndarray, " training"]
    held: Int32[np.ndarray, " held"]
    schema: Schema
    target: Target
    points: Points | None
    notes: tuple[str, ...] = ()
    numbered: bool = False

    @property
    def enough(self) -> bool:
        """Whether there is something to train on, and something to judge by."""
        return bool(len(self.training) and len(self.held))


def gathered(settings: Settings, table: Table | None, most: int = MOST_ROWS) -> Data:
    """The rows that some settings speak of; of a table so many at most.

    Raises:
        TableError: A table is needed and not there, or cannot be learned from.
    """
    if settings.dataset == "table":
        if table is None:
            raise TableError("no table is open; open one first")
        return of_table(settings, table, most)
    if settings.dataset == "drawn":
        drawn = np.array(settings.drawn, np.float64).reshape(-1, 3)
        order = np.random.default_rng(settings.data_seed).permutation(len(drawn))
        return of_points(settings, drawn[order, :2], drawn[order, 2])
    count = settings.points or POINTS[settings.problem]
    generator = np.random.default_rng(settings.data_seed)
    return of_points(settings, *generate(settings.dataset, count, settings.noise / 100, generator))


def of_points(settings: Settings, points: Points, answers: Float64[np.ndarray, " points"]) -> Data:
    """Points as rows: the first of them train."""
    count = len(points)
    training = int(np.clip(count * settings.share // 100, min(1, count), max(0, count - 1)))
    everything = np.arange(count, dtype=np.int32)
    target: Target
    if settings.problem == "regression":
        target, column = NumberTarget(("value",), (0.0,), (1.0,)), pl.Series("value", answers)
    else:
        drawn = settings.dataset == "drawn"
        labels = tuple(range(max(2, int(answers.max(initial=0)) + 1))) if drawn else (-1, 1)
        target, column = ClassTarget("label", labels), pl.Series("label", answers.astype(np.int64))
    return Data(
        featured(points, settings.features),
        column.to_frame(),
        everything[:training],
        everything[training:],
        Schema(tuple(Column(FEATURES[name][0], "number") for name in settings.features)),
        target,
        points,
    )


def featured(points: Float64[np.ndarray, "points 2"], features: tuple[str, ...]) -> pl.DataFrame:
    """The columns of points."""
    return pl.DataFrame({FEATURES[name][0]: FEATURES[name][1](*points.T) for name in features})


def of_table(settings: Settings, table: Table, most: int) -> Data:
    """A table's rows, some of them held out: the same share of every class."""
    frame, notes = table.frame, list(table.notes)
    if len(frame) > most:
        frame = frame.sample(most, seed=settings.data_seed)
        notes.append(f"{most:,} of {len(table.frame):,} rows are used, drawn at random")
    name = target_of(settings, table)
    problem = understand(frame, name, task=settings.problem)
    seen, usable = problem.schema, problem.rows
    if problem.left_out:
        notes.append(f"{problem.left_out:,} rows without {name!r} are left out")
    target, held = answered(usable, settings)
    notes += [f"{column.name!r} is left out: {why(column)}" for column in left_out(seen)]
    check_reach(usable.cells, seen)
    cells, levels = usable.cells, dict[str, list[str]]()
    if settings.categories == "number":
        levels = raw.levels_of(seen, cells)
        seen, cells = raw.numbers_for(seen, levels), raw.numbered(cells, levels)
    draw = np.random.default_rng(settings.data_seed)
    return Data(
        cells,
        usable.answers,
        draw.permutation(np.flatnonzero(~held)).astype(np.int32),
        draw.permutation(np.flatnonzero(held)).astype(np.int32),
        seen,
        target,
        None,
        tuple(notes),
        numbered=bool(levels),
    )


def answered(usable: rows.Rows, settings: Settings) -> tuple[Target, Bool[np.ndarray, " rows"]]:
    """The target of some rows, and which of them judge.

    Raises:
        TableError: There is nothing to learn, or more than a page can show.
    """
    answers, name = usable.answers.to_series(), usable.answers.columns[0]
    if answers.is_empty():
        raise TableError(f"the target {name!r} has no value in any row")
    target = targets.fit_target(usable.answers, settings.problem)
    held = held_out(usable, settings)
    if isinstance(target, ClassTarget):
        if target.outputs > MOST_LABELS:
            raise TableError(f"{name!r} has {target.outputs} different labels; the playground shows {MOST_LABELS}")
        return target, held
    check_numbers(answers)
    return targets.fit_target(usable.answers.filter(~held), settings.problem), held


def check_reach(cells: pl.DataFrame, seen: Schema) -> None:
    """Raise a TableError if a column of numbers holds one that no plane reaches to."""
    for column in seen.inputs:
        if column.kind == "number":
            check_numbers(cells[column.name])


def check_numbers(numbers: pl.Series) -> None:
    """Raise a TableError if one of some numbers is larger than `LARGEST`."""
    there = numbers.cast(pl.Float64).drop_nulls()
    most = there.filter(there.is_finite()).abs().max()
    if isinstance(most, float) and most > LARGEST:
        raise TableError(f"the numbers of {numbers.name!r} reach {most:.3g}; rescale them")


def held_out(usable: rows.Rows, settings: Settings) -> Bool[np.ndarray, " rows"]:
    """Which rows judge.

    Raises:
        TableError: No row would be left on one side.
    """
    draw = np.random.default_rng(settings.data_seed)
    try:
        return rows.held_out(usable, settings.problem, 1 - settings.share / 100, draw)
    except TableError as error:
        raise TableError(
            f"{len(usable)} rows are too few for {settings.share} % of them to train and the others to test"
        ) from error


def left_out(seen: Schema) -> list[Column]:
    """The columns that do not enter the network."""
    return [column for column in seen.columns if column not in seen.inputs]


def why(column: Column) -> str:
    """Why a column does not enter the network."""
    return column.reason or column.kind


def target_of(settings: Settings, table: Table) -> str:
    """The name of the column to predict.

    Raises:
        TableError: There is no such column.
    """
    name = settings.target or table.frame.columns[-1]
    schema.require(name, table.frame.columns)
    return name


def problem_of(settings: Settings, table: Table) -> Problem:
    """Classification or regression, by the values of the column to predict."""
    return targets.choose_task(table.frame.select(target_of(settings, table)), "auto").task
