"""Columns to inputs: what the lecture calls normalised inputs and one-hot, with statistics of the training rows alone.

The statistics are kept with the model, so that every later table is encoded as the training rows were.
Source: lecture, "Input pre-processing" and "Categorical inputs + one-hot encoding".
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import ClassVar, TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Float32, Int64, Shaped

from ffnn.errors import RecipeError, TableError, near
from ffnn.networks.arrays import Inputs
from ffnn.tables.columns.schema import Column, Schema
from ffnn.tables.encoding import filters
from ffnn.tables.encoding.dates import DateColumn
from ffnn.tables.encoding.scaling import SCALINGS, NumberEncoder
from ffnn.tables.encoding.statistics import Covariance, Levels, Members, Statistic, Weights
from ffnn.tables.encoding.whitening import WHITENINGS, Whitening
from ffnn.tables.notations.sets import members

MOST_LEVELS = 64
"""Levels that get an input of their own; the rest, and levels of a single row, share the "other" level."""

MOST_CODES = 4096
"""Levels that get a code of their own in a category that is coded; the rest share "other" there too."""

EXERCISE = 0.01
"""Share of training cells shown as "other" in a column where no training row is so, that the level is trained too."""

BLOCK = 16384
"""Rows that are encoded together: their inputs stay in the processor's cache while column after column is written."""


@dataclass(frozen=True)
class CategoryColumn:
    """A category or boolean: one input, ±1, for two levels; else one-hot, with "missing" and "other" as levels.

    Attributes:
        name: The column's name.
        levels: Those that have an input of their own, the most frequent first.
        counts: Training rows of each.
        missing: Training rows without a value; missing is a level of its own if there are any, else part of "other".
        other: Training rows of the levels that share "other".
        rare: Those levels, as a filter that tells them from levels never seen; None where it is not known.
        once: Levels of a single training row. Of further rows, about as large a share has a level never seen as this
            is of the training rows (Good 1953, "The population frequencies of species").
    """

    name: str
    levels: tuple[str, ...]
    counts: tuple[int, ...]
    missing: int
    other: int
    rare: str | None = None
    once: int = 0

    statistic: ClassVar[type[Levels]] = Levels
    measured: ClassVar[int] = 0
    most: ClassVar[int] = MOST_LEVELS

    def __post_init__(self) -> None:
        apart = len(set(self.levels)) == len(self.levels) == len(self.counts)
        if not apart or min(*self.counts, self.missing, self.other, 0) < 0:
            raise TableError(f"column {self.name!r} needs levels that differ, each with a count that is not negative")
        filters.opened(self.rare or "")

    @classmethod
    def of(cls, name: str, found: Levels) -> CategoryColumn:
        """The encoder of a column with those levels."""
        kept = [(level, count) for level, count in found.most_frequent(cls.most) if count > 1]
        levels, counts = zip(*kept, strict=True) if kept else ((), ())
        rare = None
        if found.uncounted is not None:
            counted = found.counts["level"]
            rare = filters.of([*counted.filter(~counted.is_in(list(levels))), *found.uncounted])
        once = int((found.counts["rows"] == 1).sum()) + (0 if found.uncounted is None else len(found.uncounted))
        return cls(name, levels, counts, found.missing, found.rows - sum(counts), rare, once)

    @property
    def two_sided(self) -> bool:
        """Whether one input, -1 or +1, tells the levels apart; missing and unseen cells lie between, at 0."""
        return len(self.levels) == 2 and not self.missing and not self.other

    def strangers(self, cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Which cells hold a level without an input of its own, and which of those one that training did not see."""
        apart = cells.is_not_null() & ~cells.is_in(list(self.levels))
        if self.rare is None:
            return apart, apart & (not self.other)
        words = cells.filter(apart).unique().to_list()
        return apart, apart & ~cells.is_in(filters.holding(self.rare, words))

    @property
    def inputs(self) -> tuple[str, ...]:
        """A name for each input."""
        if self.two_sided:
            return (f"{self.name}={sorted(self.levels)[1]}",)
        named = tuple(f"{self.name}={level}" for level in self.levels)
        return (*named, *([f"{self.name} is missing"] if self.missing else []), f"{self.name} is other")

    @property
    def codes(self) -> int:
        """How many codes there are: one for each level, then that of missing, if there is one, then that of other."""
        return len(self.levels) + bool(self.missing) + 1

    def encode(self, cells: pl.Series, into: Shaped[np.ndarray, "rows inputs"]) -> None:
        """Write the column's inputs into zeros."""
        levels = sorted(self.levels) if self.two_sided else self.levels
        codes = cells.cast(pl.Enum(levels), strict=False).to_physical()
        if self.two_sided:
            into[:, 0] = (codes.cast(pl.Float32) * 2 - 1).fill_null(0.0).to_numpy()
            return
        codes = codes.cast(pl.Int64).fill_null(self.codes - 1)
        if self.missing:
            codes = codes.set(cells.is_null(), len(levels))
        self.write(codes.to_numpy(), np.arange(len(cells)), into)

    def write(
        self, codes: Int64[np.ndarray, " some"] | int, rows: Int64[np.ndarray, " some"], into: np.ndarray
    ) -> None:
        """Write the inputs of some rows, which are zeros, by the codes of their cells."""
        into[rows, codes] = 1

    def exercise(self, into: Shaped[np.ndarray, "rows inputs"], generator: np.random.Generator) -> None:
        """Show some of the encoded cells as "other", in a column where none is."""
        if not (self.two_sided or self.other):
            chosen = generator.choice(len(into), max(1, round(EXERCISE * len(into))), replace=False)
            into[chosen] = 0
            self.write(self.codes - 1, chosen, into)


@dataclass(frozen=True)
class CodedColumn(CategoryColumn):
    """A category of so many levels that the network learns numbers for each: no input of its own, but a code.

    Attributes: those of `CategoryColumn`.
    """

    most: ClassVar[int] = MOST_CODES
    two_sided: ClassVar[bool] = False
    inputs: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, name: str, found: Levels) -> CategoryColumn:
        """The encoder of a column with those levels: a code only if one-hot would not tell them all apart."""
        coded = super().of(name, found)
        return coded if len(coded.levels) > MOST_LEVELS else CategoryColumn.of(name, found)

    @property
    def frequent(self) -> Int64[np.ndarray, " codes"]:
        """The codes that one-hot inputs would tell from other: of the most frequent levels, and of missing."""
        return np.array([*range(MOST_LEVELS), *([len(self.levels)] if self.missing else [])])

    def write(
        self, codes: Int64[np.ndarray, " some"] | int, rows: Int64[np.ndarray, " some"], into: np.ndarray
    ) -> None:
        """Write the codes themselves."""
        into[rows, 0] = codes


@dataclass(frozen=True)
class SetColumn(CategoryColumn):
    """A set of words: an input of 0 or 1 for each, as many of them 1 as the set has; one for all other words.

    Attributes: those of `CategoryColumn`, of words in place of levels.
    """

    statistic: ClassVar[type[Levels]] = Members
    two_sided: ClassVar[bool] = False

    def strangers(self, cells: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Which cells hold a word without an input of its own, and which of those one that training did not see."""
        words = members(cells)
        apart = without_any(words, self.levels)
        if self.rare is None:
            return apart, apart & (not self.other)
        seen = filters.holding(self.rare, words.filter(apart).explode().unique().to_list())
        return apart, without_any(words, (*self.levels, *seen))

    def encode(self, cells: pl.Series, into: Shaped[np.ndarray, "rows inputs"]) -> None:
        """Write the column's inputs into zeros."""
        lists = pl.DataFrame({"row": np.arange(len(cells)), "word": members(cells)})
        rows = lists.filter((pl.col("word").list.len() > 0).fill_null(True)).explode("word")
        codes = rows["word"].cast(pl.Enum(self.levels), strict=False).to_physical().cast(pl.Int64)
        codes = codes.fill_null(self.codes - 1)
        if self.missing:
            codes = codes.set(rows["word"].is_null(), len(self.levels))
        self.write(codes.to_numpy(), rows["row"].to_numpy(), into)


def without_any(words: pl.Series, known: Iterable[str]) -> pl.Series:
    """Which lists of words have one that is not known."""
    return (words.list.eval(~pl.element().is_in(list(known))).list.any()).fill_null(False)


ColumnEncoder: TypeAlias = NumberEncoder | CategoryColumn | DateColumn


@dataclass(frozen=True)
class Encoder:
    """Every input column's encoder, in the order of the inputs; then, if asked for, the whitening of all numbers.

    Attributes:
        columns: An encoder for each input column.
        whitening: What mixes the inputs of numbers and dates; 0/1 inputs and categories stay as they are.
    """

    columns: tuple[ColumnEncoder, ...]
    whitening: Whitening | None = None

    def __post_init__(self) -> None:
        if self.whitening and len(self.whitening.mean) != len(self.measured):
            raise TableError(
                f"the whitening is of {len(self.whitening.mean)} numbers; the columns have {len(self.measured)}"
            )

    @property
    def inputs(self) -> tuple[str, ...]:
        """A name for each number that enters the network."""
        names = [name for column in self.columns for name in column.inputs]
        if self.whitening and self.whitening.kind == "pca":  # a component is of no column
            for number, place in enumerate(self.measured, 1):
                names[place] = f"component {number}"
        return tuple(names)

    @property
    def coded(self) -> tuple[CodedColumn, ...]:
        """The columns that enter the network as codes."""
        return tuple(column for column in self.columns if isinstance(column, CodedColumn))

    @property
    def codes(self) -> tuple[int, ...]:
        """How many codes each of those has."""
        return tuple(column.codes for column in self.coded)

    @property
    def edges(self) -> list[tuple[int, int]]:
        """Where each column's inputs start and end."""
        return list(pairwise(np.cumsum([0, *(len(column.inputs) for column in self.columns)]).tolist()))

    @property
    def measured(self) -> Int64[np.ndarray, " numbers"]:
        """The places of the inputs that are numbers, those of dates among them; they come first in their column."""
        places = [
            np.arange(start, start + column.measured)
            for column, (start, _) in zip(self.columns, self.edges, strict=True)
        ]
        return np.concatenate([np.zeros(0, np.int64), *places])

    def encode(self, table: pl.DataFrame, exercise: np.random.Generator | None = None) -> Inputs:
        """A table's inputs.

        Args:
            table: The input columns, as `schema.conform` gives them.
            exercise: For training rows: the source of the cells that are shown as "other".
        """
        inputs = Inputs(
            np.zeros((table.height, self.edges[-1][1] if self.columns else 0), np.float32),
            np.zeros((table.height, len(self.codes)), np.int32),
        )

        def write(start: int) -> None:
            part, into = table[start : start + BLOCK].to_dict(), inputs.take(slice(start, start + BLOCK))
            for column, its in zip(self.columns, self.parts(into), strict=True):
                column.encode(part[column.name], its)
            if self.whitening:
                into.numbers[:, self.measured] = self.whitening.apply(into.numbers[:, self.measured])

        with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
            list(threads.map(write, range(0, table.height, BLOCK)))
        for column, its in zip(self.columns, self.parts(inputs), strict=True):
            if exercise is not None and isinstance(column, CategoryColumn):
                column.exercise(its, exercise)
        return inputs

    def parts(self, inputs: Inputs) -> list[np.ndarray]:
        """Each column's own part of the inputs, as a view: its numbers, or its code."""
        codes = iter(inputs.codes.T[..., None])
        return [
            next(codes) if isinstance(column, CodedColumn) else inputs.numbers[:, first:end]
            for column, (first, end) in zip(self.columns, self.edges, strict=True)
        ]

    def one_hot(self, inputs: Inputs) -> Float32[np.ndarray, "rows inputs"]:
        """Inputs for a model that embeds nothing: in place of codes, one-hot of each column's most frequent levels."""
        if not self.coded:
            return np.asarray(inputs.numbers)
        hot = [inputs.codes[:, [place]] == column.frequent for place, column in enumerate(self.coded)]
        return np.concatenate([inputs.numbers, *hot], axis=1)

    def covariance(self, table: pl.DataFrame, weights: Weights | None = None) -> Covariance:
        """The covariance of the inputs that are numbers, before they are whitened."""
        plain = Encoder(self.columns)
        parts = [slice(start, start + BLOCK) for start in range(0, max(table.height, 1), BLOCK)]
        found = [
            Covariance.of(
                plain.encode(table[part]).numbers[:, self.measured].astype(np.float64),
                None if weights is None else weights[part],
            )
            for part in parts
        ]
        return reduce(Covariance.merge, found)


def fit_encoder(
    table: pl.DataFrame,
    schema: Schema,
    *,
    scaling: str = "standard",
    whitening: str | None = None,
    embedding: bool = False,
    weights: Weights | None = None,
) -> Encoder:
    """An encoder with the statistics of the training rows.

    Args:
        table: The training rows, as `schema.conform` gives them.
        schema: What each column is.
        scaling: How numbers are scaled, one of `SCALINGS`.
        whitening: How all numbers are then whitened, one of `WHITENINGS`; None leaves them.
        embedding: Whether categories of many levels are coded, for a network that embeds them.
        weights: What each row counts in means, deviations, quantiles and covariance; not in counts of rows.

    Raises:
        RecipeError: There is no such scaling or whitening.
        TableError: Numbers are too large to average, or the weights are not one finite, not negative number for
            each row.
    """
    if whitening is not None and whitening not in WHITENINGS:
        raise RecipeError(f"there is no whitening {whitening!r}; {near(whitening, WHITENINGS)}")
    found = measure_columns(table, schema, scaling=scaling, weights=weights)
    encoder = build_encoder(schema, found, scaling=scaling, embedding=embedding)
    if whitening is None or not len(encoder.measured):
        return encoder
    return Encoder(encoder.columns, Whitening.of(whitening, encoder.covariance(table, weights)))  # type: ignore[arg-type]


def measure_columns(
    table: pl.DataFrame, schema: Schema, *, scaling: str = "standard", weights: Weights | None = None
) -> tuple[Statistic, ...]:
    """What `build_encoder` needs to know of each input column, from some of the training rows."""
    check_weights(weights, table.height)
    kinds, cells = [encoder_of(column, scaling) for column in schema.inputs], table.to_dict()

    def of(name: str, kind: type[ColumnEncoder]) -> Statistic:
        return kind.statistic.of(cells[name], weights)

    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        return tuple(threads.map(of, [column.name for column in schema.inputs], kinds))


def merge_statistics(parts: Iterable[tuple[Statistic, ...]]) -> tuple[Statistic, ...]:
    """The statistics of several parts of a table together, one part or more."""

    def join(one: tuple[Statistic, ...], other: tuple[Statistic, ...]) -> tuple[Statistic, ...]:
        return tuple(here.merge(there) for here, there in zip(one, other, strict=True))  # type: ignore[arg-type]

    return reduce(join, parts)


def build_encoder(
    schema: Schema, found: tuple[Statistic, ...], *, scaling: str = "standard", embedding: bool = False
) -> Encoder:
    """An encoder from what `measure_columns` found, with the same scaling; without whitening."""
    pairs = zip(schema.inputs, found, strict=True)
    return Encoder(tuple(encoder_of(column, scaling, embedding).of(column.name, each) for column, each in pairs))  # type: ignore[arg-type]


def encoder_of(column: Column, scaling: str, embedding: bool = False) -> type[ColumnEncoder]:
    """The encoder of a column's kind.

    Raises:
        RecipeError: There is no such scaling.
    """
    if scaling not in SCALINGS:
        raise RecipeError(f"there is no scaling {scaling!r}; {near(scaling, SCALINGS)}")
    if column.kind == "number":
        return SCALINGS[scaling]
    if column.kind == "date":
        return DateColumn
    if column.kind == "set":
        return SetColumn
    return CodedColumn if embedding else CategoryColumn


def check_weights(weights: Weights | None, rows: int) -> None:
    """Raise a TableError unless there is one finite, not negative weight for each row."""
    if weights is not None and not (
        weights.shape == (rows,) and (weights >= 0).all() and np.isfinite(weights.sum()) and weights.sum() > 0
    ):
        raise TableError("the weights must be one number for each row, finite, not negative and not all 0")
