"""A look inside: what a point becomes on its way through the network, what its loss sends back, how its layers fare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float32, Int32

from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Dense
from ffnn.playground.scene import Scene, forward

if TYPE_CHECKING:
    from ffnn.training.live import Snapshot
    from ffnn.training.probe import Probed
    from ffnn.training.runs import Run

ROWS = 255
"""Rows that gradients are shown of, at most."""

MOST_OF = 0.9
"""A unit is saturated where it is so for this share of the rows."""

SLOPE = 0.05
"""A unit is saturated on a row where its slope is less than this share of the steepest."""


def health(
    dense: Sequence[Dense], passed: Sequence[tuple[Any, Any]], own: Sequence[Parameters], probed: Probed
) -> Float32[np.ndarray, "layers 4"]:
    """Of each layer: root mean square of its gradient, ratio of update to weights, shares of dead and saturated units.

    NaN where a figure is not defined: no unit of a linear layer is dead or saturated.
    Source: Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks".

    Args:
        dense: The layers of neurons.
        passed: What `forward` gives for some rows.
        own: The network's parameters.
        probed: What they would learn from the training rows.
    """
    rows = []
    for place, (layer, (_, values)) in enumerate(zip(dense, passed, strict=True), 1):
        its = own[place]
        gradient, update = (np.float64(part[place]["kernel"]) for part in probed)
        size = np.linalg.norm(its["kernel"].astype(np.float64))
        ratio = np.linalg.norm(update) / size if size else np.nan
        rows.append((np.sqrt(np.mean(gradient**2)), ratio, dead(layer, values), saturated(layer, values)))
    with np.errstate(over="ignore"):  # a diverging network is shown as it is
        return np.array(rows, np.float64).astype(np.float32)


def dead(layer: Dense, values: Float32[np.ndarray, "rows units"]) -> float:
    """The share of units that give 0, with slope 0, for every row."""
    return float((values <= 0).all(axis=0).mean()) if layer.activation == "relu" and len(values) else np.nan


def saturated(layer: Dense, values: Float32[np.ndarray, "rows units"]) -> float:
    """The share of units so far out on a flat end of their activation that hardly any gradient passes."""
    slopes = {"tanh": lambda y: 1 - y**2, "sigmoid": lambda y: 4 * y * (1 - y)}
    if layer.activation not in slopes or not len(values):
        return np.nan
    return float(((slopes[layer.activation](values) < SLOPE).mean(axis=0) >= MOST_OF).mean())


def through(
    scene: Scene, own: tuple[Parameters, ...], inputs: Inputs
) -> tuple[Float32[np.ndarray, " widths"], Float32[np.ndarray, " sums"]]:
    """One row's values, inputs first, and the sums Σ w·x + b that they come of, layer after layer."""
    passed = forward(scene, own, inputs)
    values = [inputs.numbers, *(values for _, values in passed)]
    return np.concatenate(values, axis=1)[0], np.concatenate([sums for sums, _ in passed], axis=1)[0]


def probed_rows(scene: Scene, run: Run, moment: Snapshot, restart: int, rows: Int32[np.ndarray, " some"]) -> Probed:
    """What one restart would learn from some rows, `ROWS` at most."""
    from ffnn.training import batches  # brings JAX, as the next one does
    from ffnn.training.probe import probe

    padded = np.zeros(ROWS, np.int32)
    padded[: len(rows)] = rows
    weights = (np.arange(ROWS) < len(rows)).astype(np.float32)
    some = batches.put_rows(scene.inputs.take(padded), scene.targets[padded], weights)
    return probe(moment.state, restart, some, run.rates, run.program)


def flat(parameters: Sequence[Parameters]) -> Float32[np.ndarray, " all"]:
    """Kernel and bias of each layer of neurons, one after another."""
    arrays = [np.ravel(its[name]) for its in parameters if its for name in ("kernel", "bias")]
    return np.concatenate(arrays).astype(np.float32)
