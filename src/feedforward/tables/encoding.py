"""Columns to inputs: what the lecture calls normalised inputs and one-hot, with statistics of the training rows alone.

The statistics are kept with the model, so that every later table is encoded as the training rows were.
Source: lecture, "Input pre-processing" and "Categorical inputs + one-hot encoding".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Float32

from feedforward.errors import TableError
from feedforward.networks.arrays import Inputs
from feedforward.tables.schema import Column, Schema

MOST_LEVELS = 64
"""Levels that get an input of their own; the rest, and levels of a single row, share the "other" level."""

EXERCISE = 0.01
"""Share of training cells shown as "other" in a column where no training row is so, that the level is trained too."""

LARGEST_NUMBER = 1e300

FARTHEST = 1e6
"""Standardised numbers are cut off this many deviations from the mean, so that no input can overflow the network."""


@dataclass(frozen=True)
class NumberColumn:
    """A number, standardised: (number - mean) / deviation; missing is the mean, with a 0/1 input that says so.

    Attributes:
        name: The column's name.
        mean: Mean over the training rows, in the column's unit.
        deviation: Standard deviation over the training rows; 1 where they are all equal.
        minimum: Smallest number in the training rows.
        maximum: Largest number in the training rows.
        missing: Training rows without a number; the 0/1 input is there if there are any.
    """

    name: str
    mean: float
    deviation: float
    minimum: float
    maximum: float
    missing: int

    def __post_init__(self) -> None:
        if not self.deviation > 0:
            raise TableError(f"the deviation of column {self.name!r} must be positive; got {self.deviation}")

    @classmethod
    def fit(cls, cells: pl.Series) -> NumberColumn:
        """The statistics of a column of training rows.

        Raises:
            TableError: Its numbers are too large to average.
        """
        present = cells.drop_nulls()
        if present.is_empty():
            return cls(cells.name, 0.0, 1.0, 0.0, 0.0, cells.null_count())
        mean, deviation = moments(present)
        low, high = float(present.min()), float(present.max())  # type: ignore[arg-type]
        return cls(cells.name, mean, deviation or 1.0, low, high, cells.null_count())

    @property
    def inputs(self) -> tuple[str, ...]:
        """A name for each input."""
        return (self.name, f"{self.name} is missing") if self.missing else (self.name,)

    def encode(self, cells: pl.Series, into: Float32[np.ndarray, "rows inputs"]) -> None:
        """Write the column's inputs; `into` arrives as zeros, which is where the mean belongs."""
        there = cells.is_not_null().to_numpy()
        with np.errstate(over="ignore"):  # infinity is cut off like any number that is too far out
            standardised = (cells.fill_null(self.mean).to_numpy() - self.mean) / self.deviation
        into[:, 0] = np.clip(standardised, -FARTHEST, FARTHEST)
        if self.missing:
            into[:, 1] = ~there


def moments(present: pl.Series) -> tuple[float, float]:
    """Mean and standard deviation (of the population) of numbers; the deviation is 0 where all are equal.

    Raises:
        TableError: They are too large to average.
    """
    numbers = present.to_numpy()
    largest = float(np.abs(numbers).max())
    if largest > LARGEST_NUMBER:
        raise TableError(f"the numbers of column {present.name!r} are too large to average: up to {largest:g}")
    if numbers.min() == numbers.max():
        return float(numbers[0]), 0.0
    scale = 2.0 ** math.frexp(largest)[1]  # so that no square overflows or vanishes; a power of two rounds nothing
    return float((numbers / scale).mean() * scale), float((numbers / scale).std() * scale)


@dataclass(frozen=True)
class CategoryColumn:
    """A category or boolean: one input, ±1, for two levels; else one-hot, with "missing" and "other" as levels.

    Attributes:
        name: The column's name.
        levels: Those that have an input of their own, the most frequent first.
        counts: Training rows of each.
        missing: Training rows without a value; missing is a level of its own if there are any, else part of "other".
        other: Training rows of the levels that share "other".
    """

    name: str
    levels: tuple[str, ...]
    counts: tuple[int, ...]
    missing: int
    other: int

    @classmethod
    def fit(cls, cells: pl.Series) -> CategoryColumn:
        """The levels of a column of training rows, and how often each occurs."""
        counted = sorted(cells.drop_nulls().value_counts().iter_rows(), key=lambda pair: (-pair[1], pair[0]))
        kept = [(level, count) for level, count in counted[:MOST_LEVELS] if count > 1]
        levels, counts = zip(*kept, strict=True) if kept else ((), ())
        missing = cells.null_count()
        return cls(cells.name, levels, counts, missing, len(cells) - missing - sum(counts))

    @property
    def two_sided(self) -> bool:
        """Whether one input, -1 or +1, tells the levels apart; missing and unseen cells lie between, at 0."""
        return len(self.levels) == 2 and not self.missing and not self.other

    @property
    def inputs(self) -> tuple[str, ...]:
        """A name for each input."""
        if self.two_sided:
            return (f"{self.name}={sorted(self.levels)[1]}",)
        named = tuple(f"{self.name}={level}" for level in self.levels)
        return (*named, *([f"{self.name} is missing"] if self.missing else []), f"{self.name} is other")

    def encode(
        self,
        cells: pl.Series,
        into: Float32[np.ndarray, "rows inputs"],
        exercise: np.random.Generator | None = None,
    ) -> None:
        """Write the column's inputs into zeros; `exercise` shows some cells as "other" where none would be."""
        if self.two_sided:
            low, high = sorted(self.levels)
            sides = cells.replace_strict([low, high], [-1.0, 1.0], default=0.0, return_dtype=pl.Float32)
            into[:, 0] = sides.fill_null(0.0).to_numpy()
            return
        other = into.shape[1] - 1
        codes = cells.replace_strict(self.levels, range(len(self.levels)), default=other, return_dtype=pl.Int32)
        places = codes.set(cells.is_null(), len(self.levels) if self.missing else other).to_numpy()
        if exercise is not None and not self.other:
            chosen = exercise.choice(len(cells), max(1, round(EXERCISE * len(cells))), replace=False)
            places = places.copy()
            places[chosen] = other
        into[np.arange(len(cells)), places] = 1


ColumnEncoder: TypeAlias = NumberColumn | CategoryColumn


@dataclass(frozen=True)
class Encoder:
    """Every input column's encoder, in the order of the inputs."""

    columns: tuple[ColumnEncoder, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """A name for each input of the network."""
        return tuple(name for column in self.columns for name in column.inputs)

    def encode(self, table: pl.DataFrame, exercise: np.random.Generator | None = None) -> Inputs:
        """A table's inputs.

        Args:
            table: The input columns, as `schema.conform` gives them.
            exercise: For training rows: the source of the cells that are shown as "other".
        """
        edges = np.cumsum([0, *(len(column.inputs) for column in self.columns)])
        numbers = np.zeros((table.height, int(edges[-1])), np.float32)
        for column, (start, end) in zip(self.columns, pairwise(edges), strict=True):
            if isinstance(column, CategoryColumn):
                column.encode(table[column.name], numbers[:, start:end], exercise)
            else:
                column.encode(table[column.name], numbers[:, start:end])
        return Inputs(numbers, np.zeros((table.height, 0), np.int32))


def fit(table: pl.DataFrame, schema: Schema) -> Encoder:
    """An encoder with the statistics of the training rows; `table` as `schema.conform` gives it."""
    return Encoder(tuple(fit_column(table[column.name], column) for column in schema.inputs))


def fit_column(cells: pl.Series, column: Column) -> ColumnEncoder:
    """The encoder of one column's kind."""
    return NumberColumn.fit(cells) if column.kind == "number" else CategoryColumn.fit(cells)
