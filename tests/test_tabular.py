"""The layers for tables, against NumPy's formulas and JAX's derivatives against finite differences."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from feedforward.errors import RecipeError
from feedforward.networks.activations import ACTIVATIONS
from feedforward.networks.arrays import Inputs
from feedforward.networks.layers import Network, Numbers
from feedforward.networks.tabular import Periodic, Scale, Tangent, cosine
from feedforward.training.recipe import MOST_PERIODIC, Recipe

RNG = np.random.default_rng(3)
X = RNG.normal(0, 2, (7, 4)).astype(np.float32)


def inputs(numbers):
    return Inputs(numbers, np.zeros((len(numbers), 0), np.int32))


def test_cosine_is_the_cosine():
    turns = np.linspace(-40, 40, 100_001)
    np.testing.assert_allclose(cosine(turns), np.cos(2 * np.pi * turns), rtol=0, atol=6e-7)
    np.testing.assert_allclose(cosine(turns.astype(np.float32)), np.cos(2 * np.pi * turns), rtol=0, atol=3e-5)
    slope = jax.vmap(jax.grad(lambda t: cosine(t)))(jnp.linspace(-0.49, 0.49, 99))
    np.testing.assert_allclose(slope, -2 * np.pi * np.sin(2 * np.pi * np.linspace(-0.49, 0.49, 99)), atol=1e-4)


def test_periodic_gives_numbers_and_mixtures_of_their_cosines():
    layer = Periodic((0, 2), frequencies=5, mixtures=2)
    parameters = layer.init(np.random.default_rng(0), inputs(X))
    assert {name: array.shape for name, array in parameters.items()} == layer.shapes(4)
    found = layer.apply(parameters, inputs(X))
    assert found.dtype == np.float32
    assert found.shape == (7, layer.width(4)) == (7, 8)
    expected = [X]
    for number, place in enumerate(layer.places):
        turns = X[:, [place]] * parameters["frequency"][number] + parameters["phase"][number]
        expected.append(np.cos(2 * np.pi * turns) @ parameters["mixture"][number])
    np.testing.assert_allclose(found, np.hstack(expected), rtol=1e-4, atol=1e-5)
    under_jax = jax.jit(layer.apply)(parameters, inputs(jnp.asarray(X)))
    np.testing.assert_allclose(found, under_jax, rtol=1e-4, atol=1e-5)


def test_periodic_starts_with_frequencies_of_all_sizes_any_phase_and_small_mixtures():
    layer = Periodic(tuple(range(1000)), highest=5.0)
    parameters = layer.init(np.random.default_rng(0), inputs(np.zeros((1, 1000), np.float32)))
    ratios = parameters["frequency"].std(axis=0) / (5 * 10 ** (np.arange(16) / 15 - 1))
    np.testing.assert_allclose(ratios, 1, atol=4 / np.sqrt(2000))
    assert -0.5 <= parameters["phase"].min() < -0.49
    assert 0.49 < parameters["phase"].max() <= 0.5
    assert 0.24 < np.abs(parameters["mixture"]).max() <= 0.25


def test_scale_starts_as_nothing():
    parameters = Scale().init(np.random.default_rng(0), X)
    np.testing.assert_array_equal(Scale().apply(parameters, X), X)
    np.testing.assert_array_equal(Scale().apply({"scale": np.float32([1, 2, 0, -1])}, X), X * [1, 2, 0, -1])


@pytest.mark.parametrize("activation", ["linear", "selu", "mish", "relu"])
def test_tangent_divides_by_the_root_and_mixes_the_activation_in(activation):
    layer = Tangent(5, activation)
    parameters = layer.init(np.random.default_rng(0), X)
    assert {name: array.shape for name, array in parameters.items()} == layer.shapes(4)
    sums = X.astype(np.float64) @ parameters["kernel"] / 2 + parameters["bias"]
    expected = sums
    if activation != "linear":
        parameters["strength"] = np.float32([0, 1, 0.5, 2, -1])
        expected = (1 - parameters["strength"]) * sums + parameters["strength"] * ACTIVATIONS[activation](sums)
    np.testing.assert_allclose(layer.apply(parameters, X), expected, rtol=1e-4, atol=1e-5)


def test_tangent_starts_with_sums_of_deviation_one_that_bend_where_rows_are():
    x = RNG.normal(5, [0.01, 1, 100], (500, 3)).astype(np.float32)
    parameters = Tangent(200, "relu").init(np.random.default_rng(0), x)
    sums = x.astype(np.float64) @ parameters["kernel"] / np.sqrt(3)
    np.testing.assert_allclose(sums.std(axis=0), 1, rtol=1e-4)
    bend = -parameters["bias"]
    assert (sums.min(axis=0) <= bend).all()
    assert (bend <= sums.max(axis=0)).all()
    assert 0.3 < (sums + parameters["bias"] > 0).mean() < 0.7


def test_tangent_starts_soundly_where_nothing_varies():
    for x in (np.ones((4, 3), np.float32), np.zeros((1, 2), np.float32), np.zeros((3, 0), np.float32)):
        parameters = Tangent(3, "selu").init(np.random.default_rng(0), x)
        assert all(np.isfinite(array).all() for array in parameters.values())


def test_what_makes_no_layer_is_refused():
    for wrong in (
        lambda: Periodic((0,), frequencies=0),
        lambda: Periodic((1, 1)),
        lambda: Periodic((-1,)),
        lambda: Periodic((0,), highest=0.0),
        lambda: Tangent(0),
        lambda: Tangent(2, "rellu"),
    ):
        with pytest.raises(RecipeError):
            wrong()


def test_a_recipe_chooses_them():
    recipe = Recipe(hidden=(8,), periodic=True, input_scale=True, parametrization="tangent", activation="selu")
    layers = (Periodic((0, 3)), Scale(), Tangent(8, "selu"), Tangent(2))
    assert recipe.network(2, [0, 3]) == Network(layers)
    assert recipe.network(2).layers[0] == Numbers()
    assert recipe.network(2, range(MOST_PERIODIC + 1)).layers[0] == Numbers()


@pytest.mark.parametrize(
    "choices",
    [
        {"parametrization": "tangent", "kernel_initializer": "he_normal"},
        {"parametrization": "ntk"},
        {"beta_2": 0.9, "optimizer": "sgd"},
        {"beta_2": 1.0},
        {"fade": True},
        {"schedule": "cycles", "warmup": 0.1},
        {"schedule": "cycles", "final_rate": 0.1},
    ],
)
def test_choices_without_effect_are_refused(choices):
    with pytest.raises(RecipeError):
        Recipe(**choices)
