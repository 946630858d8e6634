"""The layers for tables, against NumPy's formulas and JAX's derivatives against finite differences."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ffnn.errors import RecipeError
from ffnn.learning.preparing import MOST_PERIODIC, network_of
from ffnn.networks.activations import ACTIVATIONS
from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Network, Numbers
from ffnn.networks.tabular import CLOSE, Embedding, Periodic, Scale, Tangent, cosine
from ffnn.recipes.recipe import Recipe
from ffnn.training.optimizers import only_kernels

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


CODES = np.int32([[0, 3], [2, 0], [1, 1], [2, 2], [0, 0], [2, 3], [1, 3]])


def test_an_embedding_gives_numbers_and_the_vector_of_each_code():
    layer = Embedding((3, 4), size=2)
    parameters = layer.init(np.random.default_rng(0), Inputs(X, CODES))
    assert {name: array.shape for name, array in parameters.items()} == layer.shapes(4) == {"vector": (7, 2)}
    first, second = parameters["vector"][:3], parameters["vector"][3:]
    expected = np.hstack([X, first[CODES[:, 0]], second[CODES[:, 1]]])
    found = layer.apply(parameters, Inputs(X, CODES))
    assert (found.numbers.dtype, found.codes.shape) == (np.float32, (7, 0))
    assert found.numbers.shape == (7, layer.width(4))
    np.testing.assert_array_equal(found.numbers, expected)
    np.testing.assert_array_equal(jax.jit(layer.apply)(parameters, Inputs(X, CODES)).numbers, expected)
    wide = layer.apply({"vector": parameters["vector"].astype(np.float64)}, Inputs(X.astype(np.float64), CODES))
    assert wide.numbers.dtype == np.float64
    np.testing.assert_array_equal(wide.numbers, expected)


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_an_embedding_needs_no_numbers_and_no_rows(rows):
    layer = Embedding((3, 4), size=2)
    alone = Inputs(np.zeros((rows, 0), np.float32), CODES[:rows])
    parameters = layer.init(np.random.default_rng(0), alone)
    for network in (Network((layer, Numbers())), Network((layer, Periodic(())))):
        assert network.apply((parameters, {}), alone).shape == (rows, 4)


def test_the_derivative_of_an_embedding_is_that_of_a_one_hot_product():
    layer, restarts = Embedding((3, 4), size=2), 5
    vectors = RNG.normal(size=(restarts, 7, 2)).astype(np.float32)
    order = RNG.integers(0, 7, (restarts, 9))
    hot = np.hstack([np.eye(3)[CODES[:, 0]], np.eye(4)[CODES[:, 1]]]).astype(np.float32)
    aim = RNG.normal(size=(7, 8)).astype(np.float32)

    numbers, codes, hot, aim = map(jnp.asarray, (X, CODES, hot, aim))

    def embedded(vector, rows):
        found = layer.apply({"vector": vector}, Inputs(numbers, codes).take(rows)).numbers
        return ((found - aim[rows]) ** 2).sum()

    def multiplied(vector, rows):
        learned = [hot[rows, :3] @ vector[:3], hot[rows, 3:] @ vector[3:]]
        return ((jnp.hstack([numbers[rows], *learned]) - aim[rows]) ** 2).sum()

    found = jax.vmap(jax.grad(embedded))(vectors, order)
    np.testing.assert_allclose(found, jax.vmap(jax.grad(multiplied))(vectors, order), rtol=1e-5, atol=1e-5)


def test_the_derivative_of_an_embedding_agrees_with_finite_differences():
    layer = Embedding((3, 4), size=2)
    vector = RNG.normal(size=(7, 2))

    def cubed(vector, numbers):
        return (layer.apply({"vector": vector}, Inputs(numbers, CODES)).numbers ** 3).sum()

    found = jax.grad(cubed)(jnp.asarray(vector, jnp.float32), jnp.asarray(X))
    x = X.astype(np.float64)
    for place in np.ndindex(vector.shape):
        step = np.zeros_like(vector)
        step[place] = 1e-5
        slope = (cubed(vector + step, x) - cubed(vector - step, x)) / 2e-5
        assert found[place] == pytest.approx(slope, rel=1e-4, abs=1e-4)


def test_vectors_begin_close_together_and_do_not_decay():
    parameters = Embedding((5000,)).init(np.random.default_rng(0), Inputs(X, CODES[:, :1]))
    assert parameters["vector"].std() == pytest.approx(CLOSE, rel=0.02)
    assert abs(parameters["vector"].mean()) < 0.01 * CLOSE
    assert not only_kernels((parameters,))[0]["vector"]


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
        lambda: Embedding(()),
        lambda: Embedding((3, 0)),
        lambda: Embedding((3,), size=0),
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
    assert network_of(recipe, 2, [0, 3]) == Network(layers)
    assert network_of(recipe, 2).layers[0] == Numbers()
    embedding = network_of(Recipe(hidden=(8,), embedding=3, periodic=True, input_scale=True), 2, [0, 3], [70, 90])
    assert embedding.layers[:3] == (Embedding((70, 90), 3), Periodic((0, 3)), Scale())
    assert embedding.widths(5)[:4] == (5, 5 + 6, 5 + 6 + 6, 5 + 6 + 6)
    assert network_of(recipe, 2, range(MOST_PERIODIC + 1)).layers[0] == Numbers()


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
