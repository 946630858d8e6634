"""Which rows train and which rows judge. Classes keep their shares on every side."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int, Int32

from feedforward.errors import TableError


def hold_out(
    rows: int, fraction: float, classes: Int[np.ndarray, " rows"] | None, generator: np.random.Generator
) -> Bool[np.ndarray, " rows"]:
    """Choose the test rows at random, the same share of every class; a class with a single row stays in training.

    Args:
        rows: Number of rows.
        fraction: Share that is held out, 0 ≤ fraction < 1.
        classes: Class number of each row, or None for regression.
        generator: NumPy's source of random numbers.

    Raises:
        TableError: No row would be left on one side.
    """
    held = np.zeros(rows, bool)
    if fraction == 0:
        return held
    order = shuffled(rows, classes, generator)
    if classes is not None:
        order = order[np.bincount(classes)[classes[order]] > 1]
    # Every 1/fraction-th row of an order that is sorted by class: systematic sampling, exact to one row a class.
    ticks = np.floor(np.arange(len(order) + 1) * fraction + generator.random())
    held[order[np.diff(ticks) > 0]] = True
    if not 0 < held.sum() < rows:
        raise TableError(
            f"{rows} rows are too few to hold out {fraction:g} of them; give more rows, or --test-fraction 0"
        )
    return held


def folds(
    rows: int, count: int, classes: Int[np.ndarray, " rows"] | None, generator: np.random.Generator
) -> Int32[np.ndarray, " rows"]:
    """The number of each row's fold: folds of equal size to within one row, each class spread evenly over them."""
    fold = np.empty(rows, np.int32)
    fold[shuffled(rows, classes, generator)] = np.arange(rows) % count
    return fold


def shuffled(
    rows: int, classes: Int[np.ndarray, " rows"] | None, generator: np.random.Generator
) -> Int[np.ndarray, " rows"]:
    """Row numbers in random order, class by class where there are classes."""
    order = generator.permutation(rows)
    return order if classes is None else order[np.argsort(classes[order], kind="stable")]
