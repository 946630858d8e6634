"""A look inside, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ffnn.networks.layers import Dense
from ffnn.playground import look, scene
from ffnn.playground.settings import Settings, changed
from ffnn.training.probe import Probed

DRAW = np.random.default_rng(0)


def parameters(*shapes: tuple[int, int], scale: float = 1.0) -> tuple[dict, ...]:
    drawn = [{"kernel": DRAW.normal(size=shape), "bias": DRAW.normal(size=shape[1])} for shape in shapes]
    return ({}, *({name: (scale * array).astype(np.float32) for name, array in its.items()} for its in drawn))


def test_figures_of_each_layer_are_those_of_numpy():
    shapes = ((2, 4), (4, 3), (3, 1))
    own, gradients, updates = (parameters(*shapes, scale=scale) for scale in (1.0, 0.1, 0.01))
    dense = (Dense(4, "relu"), Dense(3, "tanh"), Dense(1, "linear"))
    relu = np.float32([[0, 1, 0, 2], [0, 0, 0, 3], [0, 5, 0, 0]])
    tanh = np.float32([[0.99, -0.999, 0.0], [0.98, -1.0, 0.5], [-0.99, 1.0, 0.1]])
    linear = np.zeros((3, 1), np.float32)
    passed = [(values, values) for values in (relu, tanh, linear)]
    found = look.health(dense, passed, own, Probed(gradients, updates))
    assert found.dtype == np.float32
    for layer in range(3):
        gradient, update, weight = (part[layer + 1]["kernel"] for part in (gradients, updates, own))
        assert found[layer, 0] == pytest.approx(np.sqrt(np.mean(gradient.ravel() ** 2)), rel=1e-5)
        assert found[layer, 1] == pytest.approx(np.sqrt((update**2).sum() / (weight**2).sum()), rel=1e-5)
    np.testing.assert_allclose(found[:, 2], [0.5, np.nan, np.nan])  # two of four give nothing on any row
    np.testing.assert_allclose(found[:, 3], [np.nan, 2 / 3, np.nan])  # 1 - tanh² is below 0.05 from |tanh| = 0.975 on


def test_a_sigmoid_is_saturated_at_both_ends():
    values = np.float32([[0.001, 0.999, 0.5, 0.001], [0.0, 1.0, 0.5, 0.5]])
    assert look.saturated(Dense(4, "sigmoid"), values) == pytest.approx(0.5)


def test_weights_of_0_have_no_ratio_and_no_rows_no_shares():
    own, some = parameters((2, 2), scale=0.0), parameters((2, 2))
    nothing = np.zeros((0, 2), np.float32)
    found = look.health((Dense(2, "relu"),), [(nothing, nothing)], own, Probed(some, some))
    assert np.isnan(found[0, 1:]).all()
    assert found[0, 0] > 0


def test_an_exploding_network_is_measured_without_a_warning():
    shapes = ((2, 2), (2, 1))
    large = parameters(*shapes, scale=1e30)
    values = [np.float32([[np.inf, -np.inf]]), np.float32([[np.nan]])]
    dense = (Dense(2, "relu"), Dense(1, "tanh"))
    found = look.health(dense, [(part, part) for part in values], large, Probed(large, large))
    assert (found[:, 0] > 1e27).all()
    linear = look.health((Dense(2, "silu"), Dense(1)), [(part, part) for part in values], large, Probed(large, large))
    assert np.isnan(linear[:, 2:]).all()


def test_parameters_follow_one_another_layer_by_layer_kernels_row_by_row():
    own = parameters((2, 3), (3, 1))
    expected = [*own[1]["kernel"].ravel(), *own[1]["bias"], *own[2]["kernel"].ravel(), *own[2]["bias"]]
    found = look.flat(own)
    assert found.dtype == np.float32
    assert found.tolist() == pytest.approx(expected)


def test_a_row_on_its_way_through_the_network():
    its = scene.build(changed(Settings(), {"points": 20, "hidden": [3, 2], "loss": "cross_entropy"}), None)
    own = tuple({name: array[0] for name, array in layer.items()} for layer in its.initial())
    values, sums = look.through(its, own, its.inputs.take(np.int32([4])))
    x = its.inputs.numbers[4].astype(np.float64)
    first = x @ own[1]["kernel"] + own[1]["bias"]
    second = np.tanh(first) @ own[2]["kernel"] + own[2]["bias"]
    last = np.tanh(second) @ own[3]["kernel"] + own[3]["bias"]
    np.testing.assert_allclose(sums, [*first, *second, *last], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(values, [*x, *np.tanh(first), *np.tanh(second), *last], rtol=1e-4, atol=1e-6)
