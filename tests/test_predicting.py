from __future__ import annotations

import numpy as np
import pytest

from ffnn.networks import predicting
from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Network, Numbers
from ffnn.networks.predicting import outputs

NETWORK = Network((Numbers(), Dense(4, "tanh"), Dense(2)))
BLOCK = predicting.ROWS[1]  # of a network of so few units
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


WIDE = Network((Numbers(), Dense(256, "selu"), Dense(256, "mish"), Dense(1)))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_row_gives_the_same_float32_wherever_it_stands_and_whoever_works(monkeypatch, threads):
    """Every place in a block, tables of one block and its neighbours, one thread and two; whatever BLAS it is."""
    shapes = [{}] + [{"kernel": (a, b), "bias": (b,)} for a, b in ((20, 256), (256, 256), (256, 1))]
    own = tuple(
        {name: (DRAW.normal(size=shape) / 16).astype(np.float32) for name, shape in its.items()} for its in shapes
    )
    x = Inputs(DRAW.normal(size=(1100, 20)).astype(np.float32), np.zeros((1100, 0), np.int32))
    block = predicting.rows_together(WIDE, x)
    assert block < 1100 / 2
    monkeypatch.setattr(predicting, "cores", lambda: threads)
    together = np.float32(outputs(WIDE, own, x))
    for rows in (1, 7, block - 1, block, block + 1):
        np.testing.assert_array_equal(np.float32(outputs(WIDE, own, x.take(slice(0, rows)))), together[:rows])
    one = Inputs(np.tile(x.numbers[:1], (block + 3, 1)), np.zeros((block + 3, 0), np.int32))
    np.testing.assert_array_equal(np.float32(outputs(WIDE, own, one)), np.tile(together[:1], (block + 3, 1)))


def test_a_block_is_as_many_rows_as_a_cache_holds():
    assert predicting.rows_together(NETWORK, inputs(1)) == predicting.ROWS[1]
    assert predicting.rows_together(WIDE, inputs(1)) == predicting.VALUES // 256
    huge = Network((Numbers(), Dense(10 * predicting.VALUES)))
    assert predicting.rows_together(huge, inputs(1)) == predicting.ROWS[0]
