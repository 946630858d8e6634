"""Which rows train and which are held out.

Classes keep their shares; groups stay whole; with a time, the most recent rows are held out.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float64, Int, Int32

from ffnn.advice import Advice
from ffnn.errors import TableError


def hold_out(
    rows: int,
    fraction: float,
    generator: np.random.Generator,
    *,
    classes: Int[np.ndarray, " rows"] | None = None,
    groups: Int[np.ndarray, " rows"] | None = None,
    times: Float64[np.ndarray, " rows"] | None = None,
) -> Bool[np.ndarray, " rows"]:
    """Choose the test rows: at random, the same share of every class; or whole groups; or the latest rows.

    Args:
        rows: Number of rows.
        fraction: Share that is held out, 0 ≤ fraction < 1; with groups or equal times as near to it as they allow.
        generator: NumPy's source of random numbers.
        classes: Class number of each row, or None for regression. A class with a single row stays in training.
        groups: A number of each row's group: no group stands on both sides.
        times: When each row happened: every test row is later than every training row.

    Raises:
        TableError: No row would be left on one side.
    """
    held = np.zeros(rows, bool)
    if fraction == 0:
        return held
    if times is not None:
        held = later(times, fraction)
    elif groups is not None:
        held = assigned(groups, classes, np.array([1 - fraction, fraction]), generator) == 1
    else:
        order = shuffled(rows, classes, generator)
        if classes is not None:
            order = order[np.bincount(classes)[classes[order]] > 1]
        # Every 1/fraction-th row of an order that is sorted by class: systematic sampling, exact to one row a class.
        ticks = np.floor(np.arange(len(order) + 1) * fraction + generator.random())
        held[order[np.diff(ticks) > 0]] = True
    if times is not None and not held.any():
        raise TableError(
            "all rows have the same time, so none is later than the others", Advice("test_fraction", 0, "do without: ")
        )
    if not 0 < held.sum() < rows:
        raise TableError(
            f"{rows} rows are too few to hold out {fraction:g} of them; give more rows",
            Advice("test_fraction", 0, "or "),
        )
    return held


def folds(
    rows: int,
    count: int,
    generator: np.random.Generator,
    *,
    classes: Int[np.ndarray, " rows"] | None = None,
    groups: Int[np.ndarray, " rows"] | None = None,
    times: Float64[np.ndarray, " rows"] | None = None,
) -> Int32[np.ndarray, " rows"]:
    """The number of each row's fold: of equal size to within one row, each class spread evenly over them.

    Groups stay whole, and the folds are then as even as they allow. With times a fold is a stretch of time.
    """
    if groups is not None:
        return assigned(groups, classes, np.full(count, 1 / count), generator)
    fold = np.empty(rows, np.int32)
    if times is not None:
        fold[np.argsort(times, kind="stable")] = np.arange(rows) * count // rows
    else:
        fold[shuffled(rows, classes, generator)] = np.arange(rows) % count
    return fold


def shuffled(
    rows: int, classes: Int[np.ndarray, " rows"] | None, generator: np.random.Generator
) -> Int[np.ndarray, " rows"]:
    """Row numbers in random order, class by class where there are classes."""
    order = generator.permutation(rows)
    return order if classes is None else order[np.argsort(classes[order], kind="stable")]


def later(times: Float64[np.ndarray, " rows"], fraction: float) -> Bool[np.ndarray, " rows"]:
    """The rows after the moment that parts the latest `fraction` best; rows of one moment are not parted."""
    moments, counts = np.unique(times, return_counts=True)
    after = len(times) - np.cumsum(counts)  # rows later than each moment
    parts = moments[int(np.abs(after[:-1] - fraction * len(times)).argmin())] if len(moments) > 1 else moments[0]
    return np.asarray(times > parts)


def assigned(
    groups: Int[np.ndarray, " rows"],
    classes: Int[np.ndarray, " rows"] | None,
    shares: Float64[np.ndarray, " sides"],
    generator: np.random.Generator,
) -> Int32[np.ndarray, " rows"]:
    """The side of each row: whole groups, so that each side comes near its share of the rows of every class.

    Groups go one by one, the largest first, to where Σ n² / (share · N) grows least; n are a side's rows of a class and
    N all rows of the class, and that sum over sides and classes is smallest where every n is share · N.

    Raises:
        TableError: There are fewer groups than sides.
    """
    classes = np.zeros(len(groups), np.int64) if classes is None else classes
    groups = np.unique(groups, return_inverse=True)[1]
    kinds, count = int(classes.max()) + 1, int(groups.max()) + 1
    if count < len(shares):
        found = "one group is" if count == 1 else f"{count} groups are"
        raise TableError(f"{found} too few to be split into {len(shares)} parts; give rows of more groups")
    table = np.bincount(groups * kinds + classes, minlength=count * kinds).reshape(count, kinds)
    target = shares[:, None] * np.maximum(table.sum(axis=0), 1)
    filled = np.zeros((len(shares), kinds))
    side = np.empty(count, np.int32)
    order = generator.permutation(count)
    order = order[np.argsort(-table[order].sum(axis=1), kind="stable")]
    for left, group in zip(range(count, 0, -1), order, strict=True):
        growth = ((2 * filled + table[group]) * table[group] / target).sum(axis=1)
        empty = filled.sum(axis=1) == 0
        if left <= empty.sum():  # every side needs a group
            growth[~empty] = np.inf
        side[group] = growth.argmin()
        filled[side[group]] += table[group]
    return side[groups]
