from __future__ import annotations

import numpy as np
import pytest

from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Network, Numbers
from ffnn.networks.predicting import BLOCK, outputs

NETWORK = Network((Numbers(), Dense(4, "tanh"), Dense(2)))
DRAW = np.random.default_rng(0)


def inputs(rows):
    return Inputs(DRAW.normal(size=(rows, 3)).astype(np.float32), np.zeros((rows, 0), np.int32))


def parameters():
    shapes = [{}, {"kernel": (3, 4), "bias": (4,)}, {"kernel": (4, 2), "bias": (2,)}]
    return tuple({name: DRAW.normal(size=shape).astype(np.float32) for name, shape in its.items()} for its in shapes)


@pytest.mark.parametrize("rows", [0, 1, 7, BLOCK, 2 * BLOCK + 1])
def test_outputs_are_those_of_numpy_in_float64(rows):
    _, hidden, output = own = parameters()
    x = inputs(rows)
    found = outputs(NETWORK, own, x)
    assert found.dtype == np.float64
    assert found.shape == (rows, 2)
    h = np.tanh(np.float64(x.numbers) @ np.float64(hidden["kernel"]) + hidden["bias"])
    np.testing.assert_allclose(found, h @ np.float64(output["kernel"]) + output["bias"], rtol=1e-12, atol=1e-12)


def test_outputs_that_overflow_are_not_finite_and_nothing_warns():
    own = tuple(
        {name: np.full_like(array, 1e200, np.float64) for name, array in layer.items()} for layer in parameters()
    )
    network = Network((Numbers(), Dense(4), Dense(2)))
    assert not np.isfinite(outputs(network, own, inputs(3))).any()
