"""Rows that stand more than once in a table: by their weights, by chance, or as copies.

A whole weight is the row so many times. Rows that repeat because columns are few and discrete (truth tables, surveys)
are honest, and are parted like any others. Copies are rows that chance cannot have made equal: a test row whose copy
trained says nothing about fresh rows, so copies stay on one side of every split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int64

MOST_STANDING = 65536
"""Rows that whole weights may make of a table; where they would make more, weights stay weights."""

FEWEST_STANDING = 8192
"""Rows that a table stands for in that case, if it holds fewer itself."""

FEW_VALUES = 20
"""A column of at most so many different numbers is discrete, and identifies no row; nor does a number that more than
one in so many rows holds (0, of whoever did nothing), or none at all."""

SHARED = 0.5
"""A column in which more of the different rows share their number with another one identifies no row."""

MOST, NEAR = 0.5, 0.05
"""Where more of the rows than this share repeat another, and fewer of the different rows than that share are equal to
another in all columns but one, all numbers together identify a row: nature nearly repeats what it repeats."""

CHANCE = 0.01
"""Rows are copies where chance would have made fewer rows than this equal to them."""

NATURAL = 0.1
"""Where answers of equal inputs differ this often, compared with those of any rows, equal inputs are no copies."""

NOISE = 2e-7
"""What rounding to float32 may move a number by, as a share of the range of all."""

CONTINUOUS = 1e-9
"""Numbers on no grid of steps ten times as wide are continuous: two of them are equal by chance this often."""


def counts(weights: Float64[np.ndarray, " rows"]) -> Int64[np.ndarray, " rows"]:
    """How many times each row stands: as often as a whole weight says, once for another weight, never for 0.

    Where that were more than `MOST_STANDING` rows, whole weights make `FEWEST_STANDING` rows or one for each row, each
    row its share: weights of a million need no more memory than weights of 1.
    """
    once = (weights > 0).astype(np.int64)
    whole = weights == np.floor(weights)
    standing = float(np.where(whole, weights, once).sum())
    if standing <= MOST_STANDING:
        return np.where(whole, weights, once).astype(np.int64)
    if not whole.all():
        return once
    return np.maximum(np.rint(weights / standing * FEWEST_STANDING), once).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Repeats:
    """Which rows of a table repeat others.

    Attributes:
        units: Number of each row's unit: copies are of one unit, every other row is its own; None without copies.
        copies: Rows that are copies of another, and how many different rows those are.
        repeated: Rows whose inputs another row has too, without being a copy; and how many different inputs those are.
    """

    units: Int64[np.ndarray, " rows"] | None = None
    copies: tuple[int, int] = (0, 0)
    repeated: tuple[int, int] = (0, 0)


def find(cells: pl.DataFrame, answers: pl.DataFrame) -> Repeats:
    """Tell copies from rows that repeat by chance.

    Copies have equal inputs and equal answers, and cells that by themselves identify the row: numbers or dates of
    columns with more than `FEW_VALUES` different ones, which different rows seldom share. Chance meets one of them as
    often as the other different rows do, but no less often than the grid of its column has places, and would make
    fewer than `CHANCE` rows equal to this one. Categories, booleans and discrete numbers identify nothing, for they
    depend on each other in ways that no count tells. Where answers of equal inputs differ, the inputs repeat by
    nature (the coordinates of a store), and no row is a copy.

    Args:
        cells: The input columns, as `schema.conform` gives them.
        answers: The target columns, as `targets.values` gives them.
    """
    if cells.hash_rows(seed=0).n_unique() == len(cells):
        return Repeats()
    sets = numbered(cells)
    sizes = np.bincount(sets)
    several = sizes > 1
    agreeing = several & agree(sets, sizes, numbered(answers))
    if agreeing.any() and sizes[agreeing].mean() > len(sizes):  # more often than there are different rows: by design
        agreeing = np.zeros_like(agreeing)
    copied = agreeing
    if agreeing.any():
        together = bool(sizes[several].sum() > MOST * len(sets)) and nearly_repeated(cells, sets) < NEAR
        copied = agreeing & identified(cells, sets, together=together)
    repeated = several & ~copied
    units = None
    if copied.any():
        apart = np.where(copied[sets], sets, len(sizes) + np.arange(len(sets)))
        units = np.unique(apart, return_inverse=True)[1].astype(np.int64)
    counted = tuple((int(sizes[chosen].sum()), int(chosen.sum())) for chosen in (copied, repeated))
    return Repeats(units, *counted)


def numbered(cells: pl.DataFrame) -> Int64[np.ndarray, " rows"]:
    """The same number for rows with the same cells: 0 for the first row, 1 for the next that differs, and so on."""
    hashed = cells.hash_rows(seed=0).to_numpy()
    _, first, numbers = np.unique(hashed, return_index=True, return_inverse=True)
    places = np.empty(len(first), np.int64)
    places[np.argsort(first)] = np.arange(len(first))
    return places[numbers]


def agree(
    sets: Int64[np.ndarray, " rows"], sizes: Int64[np.ndarray, " sets"], answers: Int64[np.ndarray, " rows"]
) -> Bool[np.ndarray, " sets"]:
    """Which sets of rows with equal inputs have equal answers; none, where answers within sets differ by nature."""
    lowest, highest = np.full(len(sizes), len(answers)), np.full(len(sizes), -1)
    np.minimum.at(lowest, sets, answers)
    np.maximum.at(highest, sets, answers)
    equal, several = lowest == highest, sizes > 1
    shares = np.bincount(answers) / len(answers)
    lengths, times = np.unique(sizes[several], return_counts=True)
    unequal_by_chance = sum(
        float(1 - (shares**length).sum()) * count for length, count in zip(lengths, times, strict=True)
    )
    differing = int((several & ~equal).sum())
    return np.asarray(equal & (differing <= NATURAL * unequal_by_chance))


def nearly_repeated(cells: pl.DataFrame, sets: Int64[np.ndarray, " rows"]) -> float:
    """The share of different rows that are equal to another in all columns but one."""
    different = cells[np.unique(sets, return_index=True)[1]]
    hashed = np.array([column.hash(seed=place).to_numpy() for place, column in enumerate(different)])
    rows, near = hashed.sum(axis=0, dtype=np.uint64), np.zeros(len(different), bool)
    for column in hashed:
        _, places, times = np.unique(rows - column, return_inverse=True, return_counts=True)
        near |= times[places] > 1
    return float(near.mean())


def identified(cells: pl.DataFrame, sets: Int64[np.ndarray, " rows"], *, together: bool) -> Bool[np.ndarray, " sets"]:
    """Which sets have numbers or dates that chance would not meet again in a table of that many rows.

    Columns that by themselves identify no row are left out, unless all are to be taken `together`.
    """
    first, sizes = np.unique(sets, return_index=True)[1], np.bincount(sets)
    expected = np.full(len(first), np.log(len(sets)))
    for column in cells:
        if column.dtype == pl.String:
            continue
        values = column.to_physical().cast(pl.Float64)[first].to_numpy()
        distinct, places, times = np.unique(values, return_inverse=True, return_counts=True)
        if together or (len(distinct) > FEW_VALUES and (times[places] > 1).mean() <= SHARED):
            others = (times[places] - 1) / max(1, len(values) - 1)
            chance = np.maximum(others, chance_of_one(distinct[np.isfinite(distinct)]))
            usual = np.bincount(places, sizes)[places] > len(sets) / FEW_VALUES
            expected += np.where(usual | np.isnan(values), 0.0, np.log(chance))
    return np.asarray(expected < np.log(CHANCE))


def chance_of_one(values: Float64[np.ndarray, " values"]) -> float:
    """How often chance meets one of some numbers, different and in order, if it draws from their grid.

    The grid's step is the largest that divides all their distances, found as Euclid finds a common divisor.
    """
    distances = np.diff(values)
    span = float(distances.sum())
    step = float(distances.min(initial=span))
    while step > 10 * NOISE * span:
        rest = distances % step
        rest = np.minimum(rest, step - rest)
        rest = rest[rest > NOISE * span]
        if not len(rest):
            return 1 / (1 + span / step)
        step = float(rest.min())
    return CONTINUOUS
