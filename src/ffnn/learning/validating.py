"""Which rows validate the restarts: folds of the training rows, a share of them, rows of their own, or none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int32

from ffnn.errors import TableError
from ffnn.learning.preparing import Prepared
from ffnn.learning.problem import Problem
from ffnn.networks.arrays import Inputs
from ffnn.tables import rows
from ffnn.tables.rows import Rows
from ffnn.tables.targets import unknown_label
from ffnn.training.starts import FOLDS, stream

FOLDS_OF_ONE = 5
"""A single restart validates on one fold of this many: 20 % of the training rows."""

NEVER = -1
"""The fold of rows that validate no restart."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Rows that train or validate.

    Attributes:
        ready: All of them, as a network takes them.
        folds: The fold of each: restart r validates on fold r mod k, and trains on the others. None: nothing validates.
        tried: Folds for a trial, which cannot do without.
        rows: The last of them, those among which some validate.
        refitted: Whether a refit would train on other rows than each restart did.
    """

    ready: Prepared
    folds: Int32[np.ndarray, " rows"] | None
    tried: Int32[np.ndarray, " rows"]
    rows: Rows
    refitted: bool

    @property
    def part(self) -> Prepared:
        """The rows among which some validate, as a network takes them."""
        last, ready = slice(-len(self.rows), None), self.ready
        weights = None if ready.weights is None else ready.weights[last]
        return replace(ready, inputs=ready.inputs.take(last), targets=ready.targets[last], weights=weights)

    @property
    def judges(self) -> list[Bool[np.ndarray, " rows"]]:
        """By fold, which of those rows validate a restart."""
        folds = np.array([NEVER]) if self.folds is None else self.folds[-len(self.rows) :]
        return [folds == fold for fold in range(int(folds.max()) + 1)]


def in_words(own: Rows | None, fraction: float | None) -> str:
    """What the training rows are for, and what validates, to follow how many there are."""
    if own is not None:
        return f"for training, {len(own):,} of a table of their own for validation"
    if fraction is None:
        return "for training and validation"
    return f"for training, {fraction:.0%} of them for validation" if fraction else "for training, none for validation"


def among(problem: Problem, training: Rows, ready: Prepared, fraction: float | None, seed: int) -> Judged:
    """Training rows, of which folds validate; or that fraction of them, for every restart; or none, with 0.

    Raises:
        TableError: They cannot be parted.
    """
    refitted = fraction is None or fraction > 0 or len(problem.rows) > len(training)
    if fraction:
        held = rows.held_out(training, problem.task, fraction, stream(seed, FOLDS))
        if held.all() or not held.any():
            raise TableError(f"a validation fraction of {fraction:g} leaves no row to train on, or none to validate")
        folds = np.where(held, 0, NEVER).astype(np.int32)
    else:
        restarts = ready.recipe.restarts
        folds = problem.folds(training, restarts if restarts > 1 else FOLDS_OF_ONE, seed)
    return Judged(ready, None if fraction == 0 else folds, folds, training, refitted)


def beside(problem: Problem, training: Rows, ready: Prepared, own: Rows) -> Judged:
    """Training rows, and rows of their own that validate every restart.

    Raises:
        TableError: One of these has a label that no training row has.
    """
    targets = ready.target.encode(own.answers)
    if (label := unknown_label(ready.target, own.answers)) is not None:
        raise TableError(f"the validation table has the label {label!r}, which no training row has")
    inputs = ready.encoder.encode(own.cells)
    weights = None
    if ready.weights is not None or own.weights is not None:
        there = np.ones(len(training), np.float32) if ready.weights is None else ready.weights
        here = np.ones(len(own)) if own.weights is None else own.weights / own.weights.mean()
        weights = np.concatenate([there, here.astype(np.float32)])
    joined = replace(
        ready,
        inputs=Inputs(*map(np.concatenate, zip(ready.inputs, inputs, strict=True))),
        targets=np.concatenate([ready.targets, targets]),
        weights=weights,
    )
    folds = np.repeat(np.array([NEVER, 0], np.int32), [len(training), len(own)])
    return Judged(joined, folds, folds, own, len(problem.rows) > len(training))
