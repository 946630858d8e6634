from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax

from ffnn.errors import RecipeError
from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Dropout, Layer, LayerNorm, Network, Numbers
from ffnn.networks.tabular import LAYERS

X = np.random.default_rng(7).normal(0, 2, (6, 3)).astype(np.float32)


class Draws:
    strength = 1.0

    def __init__(self, seed=0):
        self.seed = seed

    def part(self, number):
        return Draws(1000 * self.seed + number + 1)

    def uniform(self, shape):
        return np.random.default_rng(self.seed).random(shape, np.float32)

    def kept(self, shape, share, bits):
        return np.random.default_rng(self.seed).random(shape, np.float32) < share, share


def inputs(numbers):
    return Inputs(numbers, np.zeros((len(numbers), 0), np.int32))


def three_four_two(activation):
    generator = np.random.default_rng(0)
    w1, b1, w2, b2, x = (
        generator.standard_normal(shape).astype(np.float32) for shape in [(3, 4), 4, (4, 2), 2, (5, 3)]
    )
    network = Network((Numbers(), Dense(4, activation), Dense(2, "softmax")))
    return network, ({}, {"kernel": w1, "bias": b1}, {"kernel": w2, "bias": b2}), x


def deep():
    return Network(
        (Numbers(), Dense(5, "gelu", "he_normal", "normal"), LayerNorm(), Dropout(0.5), Dense(2, "tanh", "orthogonal"))
    )


def test_dense_is_activation_of_product_plus_bias():
    layer = Dense(4, "sigmoid", "normal(1)", "normal(1)")
    parameters = layer.init(np.random.default_rng(0), X)
    expected = expit(X.astype(np.float64) @ parameters["kernel"] + parameters["bias"])
    found = layer.apply(parameters, X)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_dense_of_softmax_takes_its_classes_together():
    layer = Dense(4, "softmax", "normal(1)")
    parameters = layer.init(np.random.default_rng(0), X)
    expected = softmax(X.astype(np.float64) @ parameters["kernel"], axis=1)
    np.testing.assert_allclose(layer.apply(parameters, X), expected, rtol=1e-5)


def test_dense_starts_by_its_initializers():
    parameters = Dense(400, kernel_initializer="he_uniform", bias_initializer="constant(0.1)").init(
        np.random.default_rng(0), X
    )
    limit = np.sqrt(6 / 3)
    assert 0.99 * limit < np.abs(parameters["kernel"]).max() <= limit * (1 + 1e-6)
    np.testing.assert_array_equal(parameters["bias"], np.full(400, 0.1, np.float32))


def test_layer_norm_brings_each_row_to_mean_zero_and_variance_one():
    parameters = {"scale": np.float32([1, 2, -1]), "shift": np.float32([0, 0.5, 3])}
    x = X.astype(np.float64)
    normal = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-3)
    expected = normal * parameters["scale"] + parameters["shift"]
    np.testing.assert_allclose(LayerNorm().apply(parameters, X), expected, rtol=1e-4, atol=1e-5)


def test_layer_norm_starts_with_scale_one_and_shift_zero():
    parameters = LayerNorm().init(np.random.default_rng(0), X)
    np.testing.assert_array_equal(parameters["scale"], np.ones(3, np.float32))
    np.testing.assert_array_equal(parameters["shift"], np.zeros(3, np.float32))


@settings(deadline=None)
@given(st.floats(-(2.0**60), 2.0**60, width=32))
def test_layer_norm_of_a_row_of_equal_values_is_the_shift(value):
    row = np.full((1, 4), value, np.float32)
    parameters = {"scale": np.ones(4, np.float32), "shift": np.float32([1, 2, 3, 4])}
    np.testing.assert_array_equal(LayerNorm().apply(parameters, row), parameters["shift"][None])


def test_dropout_does_nothing_in_prediction():
    np.testing.assert_array_equal(Dropout(0.5).apply({}, X), X)


def test_dropout_of_rate_zero_does_nothing_in_training():
    np.testing.assert_array_equal(Dropout(0.0).apply({}, X, Draws()), X)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_dropout_keeps_its_share_and_the_mean_within_four_standard_errors(rate):
    ones = np.ones((200, 200), np.float32)
    found = Dropout(rate).apply({}, ones, Draws())
    error = np.sqrt(rate * (1 - rate) / ones.size)
    assert abs((found != 0).mean() - (1 - rate)) < 4 * error
    assert abs(found.mean(dtype=np.float64) - 1) < 4 * error / (1 - rate)
    np.testing.assert_allclose(np.unique(found), [0, 1 / (1 - rate)], rtol=1e-6)


def test_every_layer_has_noise_of_its_own():
    network = Network((Numbers(), Dropout(0.5), Dropout(0.5)))
    found = network.apply(({}, {}, {}), inputs(np.ones((100, 100), np.float32)), Draws())
    assert abs((found != 0).mean() - 0.25) < 4 * np.sqrt(0.25 * 0.75 / 10_000)


def test_numbers_hands_on_the_numbers_as_they_are():
    assert Numbers().apply({}, inputs(X)) is X


def test_category_codes_without_an_embedding_are_refused():
    with pytest.raises(RecipeError, match="no embedding"):
        deep().init(np.random.default_rng(0), Inputs(X, np.zeros((6, 1), np.int32)))


def test_a_3_4_2_network_gives_what_tensorflow_2_21_prints():
    network, parameters, x = three_four_two("tanh")
    printed = [
        [0.9668208956718445, 0.033179063349962234],
        [0.9745057821273804, 0.025494284927845],
        [0.9171857237815857, 0.08281431347131729],
        [0.9714412689208984, 0.028558794409036636],
        [0.1639435887336731, 0.8360564112663269],
    ]
    np.testing.assert_allclose(network.apply(parameters, inputs(x)), printed, rtol=2e-6)


def test_the_lectures_3_4_2_network_by_hand():
    network, (_, hidden, output), x = three_four_two("sigmoid")
    neurons = np.zeros((5, 4))
    for row in range(5):
        for neuron in range(4):
            reached = sum(float(x[row, i]) * float(hidden["kernel"][i, neuron]) for i in range(3))
            neurons[row, neuron] = 1 / (1 + np.exp(-(reached + hidden["bias"][neuron])))
    sums = [
        [sum(n * output["kernel"][j, k] for j, n in enumerate(row)) + output["bias"][k] for k in (0, 1)]
        for row in neurons
    ]
    expected = [[np.exp(a) / (np.exp(a) + np.exp(b)), np.exp(b) / (np.exp(a) + np.exp(b))] for a, b in sums]
    np.testing.assert_allclose(network.apply(({}, hidden, output), inputs(x)), expected, rtol=2e-6)


def test_numpy_and_jax_give_the_same_outputs():
    network = deep()
    parameters = network.init(np.random.default_rng(0), inputs(X))
    under_numpy = network.apply(parameters, inputs(X))
    under_jax = jax.jit(network.apply)(parameters, inputs(X))
    assert isinstance(under_numpy, np.ndarray)
    assert isinstance(under_jax, jax.Array)
    assert under_numpy.dtype == under_jax.dtype == np.float32
    np.testing.assert_allclose(under_numpy, under_jax, rtol=1e-5, atol=1e-6)


def test_apply_changes_neither_parameters_nor_inputs():
    network, x = deep(), inputs(X.copy())
    parameters = network.init(np.random.default_rng(0), x)
    before = jax.tree.map(np.copy, parameters)
    network.apply(parameters, x, Draws())
    np.testing.assert_array_equal(x.numbers, X)
    jax.tree.map(np.testing.assert_array_equal, parameters, before)


def test_a_trace_gives_what_leaves_each_layer_and_ends_with_the_outputs():
    network = Network((Numbers(), Dense(5, "tanh"), Dropout(0.5), Dense(2)))
    parameters = network.init(np.random.default_rng(0), inputs(X))
    hidden = np.tanh(X @ parameters[1]["kernel"] + parameters[1]["bias"])
    expected = [X, hidden, hidden, hidden @ parameters[3]["kernel"] + parameters[3]["bias"]]
    for found, each in zip(network.trace(parameters, inputs(X)), expected, strict=True):
        np.testing.assert_allclose(found, each, rtol=1e-5, atol=1e-6)
    noisy = list(network.trace(parameters, inputs(X), Draws()))
    np.testing.assert_array_equal(noisy[-1], network.apply(parameters, inputs(X), Draws()))
    assert (noisy[2] == 0).any()


def test_shapes_and_widths_are_those_of_what_init_makes():
    network = deep()
    parameters = network.init(np.random.default_rng(0), inputs(X))
    assert network.widths(3) == (3, 3, 5, 5, 5, 2)
    assert network.shapes(3) == (
        {},
        {"kernel": (3, 5), "bias": (5,)},
        {"scale": (5,), "shift": (5,)},
        {},
        {"kernel": (5, 2), "bias": (2,)},
    )
    assert tuple({name: array.shape for name, array in layer.items()} for layer in parameters) == network.shapes(3)
    assert network.counts(3) == (0, 3 * 5 + 5, 5 + 5, 0, 5 * 2 + 2)
    assert {array.dtype for layer in parameters for array in layer.values()} == {np.dtype(np.float32)}


def test_every_named_layer_is_a_layer():
    given = {"Embedding": ((3,),), "Dense": (2,), "Dropout": (0.5,), "Periodic": ((0, 2),), "Tangent": (2, "selu")}
    made = [kind(*given.get(name, ())) for name, kind in LAYERS.items()]
    assert [type(layer).__name__ for layer in made] == list(LAYERS)
    assert all(isinstance(layer, Layer) for layer in made)


def test_equal_networks_are_one_to_a_compiled_program():
    assert deep() == deep()
    assert hash(deep()) == hash(deep())
    assert deep() != Network(deep().layers[:-1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dense(0), "at least 1 unit; got 0"),
        (lambda: Dense(2, "rely"), "no activation 'rely'; did you mean 'relu'"),
        (
            lambda: Dense(2, kernel_initializer="glorot_uni"),
            "no initializer 'glorot_uni'; did you mean 'glorot_uniform'",
        ),
        (lambda: Dense(2, bias_initializer="zeros(3)"), "zeros takes no number"),
        (lambda: Dropout(1.0), "at least 0 and less than 1; got 1.0"),
        (lambda: Dropout(-0.1), "got -0.1"),
        (lambda: Dropout(float("nan")), "got nan"),
        (lambda: LayerNorm(0.0), "must be positive; got 0.0"),
        (lambda: LayerNorm(float("inf")), "got inf"),
        (lambda: LayerNorm(float("nan")), "got nan"),
    ],
)
def test_a_bad_configuration_is_refused_with_what_was_given(make, message):
    with pytest.raises(RecipeError, match=message):
        make()
