"""What a network would learn from some rows: by finite differences in float64, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import log_softmax

from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Network, Numbers
from ffnn.recipes.recipe import Settled
from ffnn.training import batches
from ffnn.training.live import Live
from ffnn.training.probe import Probed, probe
from ffnn.training.runs import Run
from ffnn.training.source import Resident

DRAW = np.random.default_rng(1)
X = DRAW.normal(size=(24, 2)).astype(np.float32)
CODES = DRAW.integers(0, 3, 24).astype(np.int32)
RECIPE = Settled(
    hidden=(4,),
    activation="softplus",
    restarts=2,
    epochs=2**30,
    patience=None,
    batch_size=8,
    optimizer="sgd",
    learning_rate=0.1,
)
SPLIT = np.cumsum([8, 4, 12])


def run_of(recipe: Settled = RECIPE) -> Run:
    network = Network((Numbers(), Dense(4, "softplus"), Dense(3, "linear")))
    numbers, epochs = np.arange(2, dtype=np.int32), np.full(2, 2**30, np.int32)
    inputs = Inputs(X, np.zeros((24, 0), np.int32))
    source = Resident.holding_out(inputs, CODES, np.ones(24, np.float32), np.arange(20, 24, dtype=np.int32), 2)
    return Run(network, source, recipe, "cross_entropy", 3, numbers, epochs)


def probed(live: Live, restart: int, rows: np.ndarray) -> Probed:
    """Padded with rows of weight 0, so that all are of one shape."""
    padded = np.concatenate([rows, np.zeros(20 - len(rows), np.int32)])
    weights = (np.arange(20) < len(rows)).astype(np.float32)
    some = batches.put_rows(live.run.source.inputs.take(padded), CODES[padded], weights)
    return probe(live.snapshot().state, restart, some, live.run.rates, live.run.program)


def flat(parts) -> np.ndarray:
    return np.concatenate([np.ravel(parts[layer][name]) for layer in (1, 2) for name in ("kernel", "bias")])


def of_restart(live: Live, restart: int) -> np.ndarray:
    return flat([{name: array[restart] for name, array in its.items()} for its in live.snapshot().state.parameters])


def mean_loss(w: np.ndarray, rows: np.ndarray) -> float:
    first, bias, second, last = np.split(w.astype(np.float64), SPLIT)
    hidden = np.logaddexp(0, X[rows].astype(np.float64) @ first.reshape(2, 4) + bias)
    logits = hidden @ second.reshape(4, 3) + last
    return -float(np.mean(log_softmax(logits, axis=1)[np.arange(len(rows)), CODES[rows]]))


def differences(w: np.ndarray, rows: np.ndarray, step: float = 1e-6) -> np.ndarray:
    moves = step * np.eye(len(w))
    return np.array([mean_loss(w + move, rows) - mean_loss(w - move, rows) for move in moves]) / (2 * step)


@pytest.mark.parametrize("rows", [np.arange(20), np.array([7]), np.array([3, 3, 22])])
@pytest.mark.parametrize("restart", [0, 1])
def test_gradients_are_those_of_finite_differences(rows, restart):
    live = Live(run_of())
    live.take(2)
    found = probed(live, restart, rows.astype(np.int32))
    expected = differences(of_restart(live, restart).astype(np.float64), rows)
    np.testing.assert_allclose(flat(found.gradients), expected, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(flat(found.updates), -0.1 * expected, rtol=1e-3, atol=1e-6)


def test_the_gradient_of_a_bias_is_that_of_its_sum():
    live = Live(run_of())
    found = probed(live, 0, np.int32([5])).gradients
    own = of_restart(live, 0).astype(np.float64)
    first, bias, second, last = np.split(own, SPLIT)
    sums = X[5].astype(np.float64) @ first.reshape(2, 4) + bias
    logits = np.logaddexp(0, sums) @ second.reshape(4, 3) + last
    of_logits = np.exp(log_softmax(logits)) - np.eye(3)[CODES[5]]
    np.testing.assert_allclose(found[2]["bias"], of_logits, rtol=1e-4, atol=1e-6)
    of_sums = second.reshape(4, 3) @ of_logits / (1 + np.exp(-sums))
    np.testing.assert_allclose(found[1]["bias"], of_sums, rtol=1e-4, atol=1e-6)


def test_updates_contain_the_penalty_of_weights_but_gradients_do_not():
    live = Live(run_of(replace(RECIPE, l2=0.5)))
    found = probed(live, 0, np.arange(20, dtype=np.int32))
    own = of_restart(live, 0)
    expected = differences(own.astype(np.float64), np.arange(20))
    np.testing.assert_allclose(flat(found.gradients), expected, rtol=1e-3, atol=1e-5)
    kernels = np.concatenate([np.ones(8), np.zeros(4), np.ones(12), np.zeros(3)])
    np.testing.assert_allclose(flat(found.updates), -0.1 * (expected + own * kernels), rtol=1e-3, atol=1e-5)


def test_updates_use_the_optimizers_memory_and_leave_it_alone():
    live = Live(run_of(replace(RECIPE, optimizer="adam", batch_size=20)))
    live.take(3)
    before = of_restart(live, 1)
    found = probed(live, 1, np.arange(20, dtype=np.int32))
    again = probed(live, 1, np.arange(20, dtype=np.int32))
    np.testing.assert_array_equal(flat(found.updates), flat(again.updates))
    np.testing.assert_array_equal(of_restart(live, 1), before)
    live.take(1)
    np.testing.assert_allclose(of_restart(live, 1) - before, flat(found.updates), rtol=2e-2, atol=1e-5)
