from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import erf, erfc, expit, log_softmax, ndtr, softmax

from ffnn.errors import RecipeError
from ffnn.networks import activations
from ffnn.networks.activations import ACTIVATIONS

POINTS = np.float32([0, 1e-30, -1e-30, 1, -1, 20, -20, 100, -100])
ELEMENTWISE = sorted(ACTIVATIONS.keys() - {"softmax"})
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772

VALUES = {
    "step": lambda x: np.heaviside(x, 0),
    "linear": lambda x: x,
    "sigmoid": expit,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "leaky_relu": lambda x: np.maximum(x, 0.2 * x),
    "elu": lambda x: np.maximum(x, 0) + np.expm1(np.minimum(x, 0)),
    "selu": lambda x: SCALE * (np.maximum(x, 0) + ALPHA * np.expm1(np.minimum(x, 0))),
    "gelu": lambda x: x * ndtr(x),
    "silu": lambda x: x * expit(x),
    "mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
    "softplus": lambda x: np.logaddexp(0, x),
}

SLOPES = {
    "step": np.zeros_like,
    "linear": np.ones_like,
    "sigmoid": lambda x: expit(x) * expit(-x),
    "tanh": lambda x: np.cosh(x) ** -2,
    "relu": lambda x: np.heaviside(x, 0),
    "leaky_relu": lambda x: np.where(x > 0, 1, 0.2),
    "elu": lambda x: np.exp(np.minimum(x, 0)),
    "selu": lambda x: SCALE * np.where(x < 0, ALPHA, 1) * np.exp(np.minimum(x, 0)),
    "gelu": lambda x: ndtr(x) + x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi),
    "silu": lambda x: expit(x) * (1 + x * expit(-x)),
    "mish": lambda x: np.tanh(np.logaddexp(0, x)) + x * np.cosh(np.logaddexp(0, x)) ** -2 * expit(x),
    "softplus": expit,
}

TENSORFLOW = {  # printed by TensorFlow 2.21: value and gradient at -1.5, value and gradient at 2
    "sigmoid": (0.18242552876472473, 0.14914646744728088, 0.8807970881462097, 0.10499357432126999),
    "tanh": (-0.9051483273506165, 0.18070650100708008, 0.9640275835990906, 0.07065081596374512),
    "relu": (0.0, 0.0, 2.0, 1.0),
    "leaky_relu": (-0.30000001192092896, 0.20000000298023224, 2.0, 1.0),
    "elu": (-0.7768698334693909, 0.22313016653060913, 2.0, 1.0),
    "selu": (-1.3658143281936646, 0.39228498935699463, 2.1014020442962646, 1.0507010221481323),
    "gelu": (-0.10021080076694489, -0.12746921181678772, 1.9544997215270996, 1.0852317810058594),
    "silu": (-0.2736383080482483, -0.0412941612303257, 1.7615941762924194, 1.0907841920852661),
    "softplus": (0.20141325891017914, 0.18242552876472473, 2.1269280910491943, 0.8807970881462097),
}

AT_ZERO = {
    "step": 0, "relu": 0, "leaky_relu": 0.2, "elu": 1, "selu": SCALE, "sigmoid": 0.25, "tanh": 1, "gelu": 0.5,
    "silu": 0.5, "softplus": 0.5,
}  # fmt: skip

ROWS = np.float32([[0, 0, 0], [1e4, 1e4, -1e4], [-1e4, -1e4, -1e4], [1e4, 0, -1e4], [0.3, -0.2, 1e-30]])


@jax.jit
def values_and_slopes(x):
    return {name: jax.vmap(jax.value_and_grad(ACTIVATIONS[name]))(x) for name in ELEMENTWISE}


@jax.jit
def softmax_and_jacobian(rows):
    return jax.vmap(activations.softmax)(rows), jax.vmap(jax.jacrev(activations.softmax))(rows)


def numbers_of_float32(largest):
    return st.floats(-largest, largest, width=32, allow_subnormal=False)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_value_under_numpy_is_the_formula_in_float64(name):
    found = ACTIVATIONS[name](POINTS)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, VALUES[name](POINTS.astype(np.float64)), rtol=1e-6, atol=1e-37)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_value_and_gradient_under_jax_are_the_formulas_in_float64(name):
    value, slope = values_and_slopes(POINTS)[name]
    assert value.dtype == slope.dtype == np.float32
    np.testing.assert_allclose(value, VALUES[name](POINTS.astype(np.float64)), rtol=1e-6, atol=1e-37)
    np.testing.assert_allclose(slope, SLOPES[name](POINTS.astype(np.float64)), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("name", "slope"), AT_ZERO.items())
def test_gradient_at_zero_is_that_of_keras(name, slope):
    found = values_and_slopes(POINTS)[name][1]
    assert found[0] == np.float32(slope)


@pytest.mark.parametrize("name", TENSORFLOW)
def test_values_and_gradients_are_those_that_tensorflow_prints(name):
    x = np.resize(np.float32([-1.5, 2]), POINTS.shape)
    value, slope = values_and_slopes(x)[name]
    np.testing.assert_allclose([value[0], slope[0], value[1], slope[1]], TENSORFLOW[name], rtol=3e-6)
    np.testing.assert_allclose(ACTIVATIONS[name](x)[:2], TENSORFLOW[name][::2], rtol=1e-6)


@settings(deadline=None, max_examples=50)
@given(arrays(np.float32, POINTS.shape, elements=numbers_of_float32(2.0**126)))
def test_no_number_gives_nan_or_a_warning_in_either_framework(x):
    for name, (value, slope) in values_and_slopes(x).items():
        assert np.isfinite(value).all(), name
        assert np.isfinite(slope).all(), name
        np.testing.assert_allclose(ACTIVATIONS[name](x), value, rtol=1e-5, atol=1e-6, err_msg=name)


def test_softmax_of_tied_and_large_logits():
    p = softmax(ROWS.astype(np.float64), axis=-1)
    under_jax, jacobian = softmax_and_jacobian(ROWS)
    np.testing.assert_allclose(activations.softmax(ROWS), p, rtol=1e-6, atol=1e-37)
    np.testing.assert_allclose(under_jax, p, rtol=1e-6, atol=1e-37)
    expected = p[:, :, None] * np.eye(3) - p[:, :, None] * p[:, None, :]
    np.testing.assert_allclose(jacobian, expected, rtol=1e-6, atol=1e-7)


def test_softmax_is_what_tensorflow_prints():
    found = activations.softmax(np.float32([[-0.2, 0.5, 0.1, 0.1]]))
    expected = [[0.17502497136592865, 0.3524570167064667, 0.23625901341438293, 0.23625901341438293]]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@settings(deadline=None)
@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(1, 6)),
        elements=st.floats(-(2.0**126), 2.0**126, width=32),
    )
)
@example(np.float32([[1.6e38, -1.6e38]]))
def test_softmax_of_any_row_whose_differences_are_float32_sums_to_one(rows):
    p = activations.softmax(rows)
    assert p.dtype == np.float32
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-6)
    np.testing.assert_allclose(p, softmax(rows.astype(np.float64), axis=-1), rtol=1e-5, atol=1e-37)


@settings(deadline=None)
@given(arrays(np.float32, (3, 4), elements=st.floats(-1e8, 1e8, width=32)))
@example(np.float32([[1e8, 1e8, 1e8, 1e8], [1e6, 1e6, 1e6 - 1, 1e6 - 2], [-1e8, 0, 0, 1]]))
def test_log_softmax_of_logits_of_any_size_is_scipys(x):
    expected = log_softmax(x.astype(np.float64), axis=-1)
    for found in (activations.log_softmax(x), jax.jit(activations.log_softmax)(x)):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=5e-7)
        assert (np.asarray(found) <= 0).all()


def test_log_softmax_of_any_finite_row_is_finite_and_its_jacobian_is_that_of_float64():
    rows = np.float32([[1e4, 1e4, -1e4], [-1e4, -1e4, -1e4], [1e38, -1e38, 0], [0, 0, 0], [1e6, 1e6 - 1, 1e6 + 1]])
    expected = log_softmax(rows.astype(np.float64), axis=-1)
    np.testing.assert_allclose(activations.log_softmax(rows), expected, rtol=1e-6)
    jacobian = jax.jit(jax.vmap(jax.jacrev(activations.log_softmax)))(rows)
    np.testing.assert_allclose(jacobian, np.eye(3) - np.exp(expected)[:, None, :], rtol=1e-6, atol=1.2e-7)


@pytest.mark.parametrize("function", [activations.softmax, activations.log_softmax])
def test_one_number_for_all_logits_of_a_row_changes_nothing(function):
    """Of halves, so that float32 holds every sum exactly."""
    halves = np.random.default_rng(0).integers(-20, 20, (50, 6)).astype(np.float32) / 2
    for level in np.float32([1e3, -1e6, 2e6]):
        np.testing.assert_array_equal(function(halves + level), function(halves))
        np.testing.assert_array_equal(jax.jit(function)(halves + level), jax.jit(function)(halves))


def test_softplus_and_its_slope_keep_their_digits():
    x = np.linspace(-40, 40, 4001, dtype=np.float32)
    value, slope = jax.jit(jax.vmap(jax.value_and_grad(activations.softplus)))(x)
    np.testing.assert_allclose(value, np.logaddexp(0, x.astype(np.float64)), rtol=4e-7)
    np.testing.assert_allclose(activations.softplus(x), np.logaddexp(0, x.astype(np.float64)), rtol=2e-7)
    np.testing.assert_allclose(slope, expit(x.astype(np.float64)), rtol=2e-7)


@pytest.mark.parametrize(("ours", "scipys"), [(activations.erf, erf), (activations.erfc, erfc)])
def test_error_functions_are_scipys_under_both(ours, scipys):
    x = np.float32([-3, -0.5, 0, 1e-30, 2])
    np.testing.assert_allclose(ours(x), scipys(x.astype(np.float64)), rtol=1e-6)
    np.testing.assert_allclose(ours(jnp.asarray(x)), scipys(x.astype(np.float64)), rtol=1e-6)


def test_gelu_far_below_zero_keeps_its_digits():
    x = np.float32([-3, -5, -8])
    wanted = x * ndtr(x.astype(np.float64))
    np.testing.assert_allclose(activations.gelu(x), wanted, rtol=2e-6)
    np.testing.assert_allclose(activations.gelu(jnp.asarray(x)), wanted, rtol=2e-6)
    np.testing.assert_allclose(activations.gelu(x)[1], -1.4332578e-06, rtol=2e-6)  # printed by TensorFlow 2.21


@pytest.mark.parametrize("name", sorted(ACTIVATIONS.keys() - {"step"}))
def test_what_is_not_a_number_stays_so(name):
    x = np.float32([np.nan, 1])
    assert np.isnan(ACTIVATIONS[name](x)[0])
    assert np.isnan(ACTIVATIONS[name](jnp.asarray(x))[0])


@pytest.mark.parametrize(("name", "hint"), [("rleu", "did you mean 'relu'"), ("zzz", "known: step, linear, sigmoid")])
def test_unknown_activation_names_the_known_ones(name, hint):
    with pytest.raises(RecipeError, match=f"no activation '{name}'; {hint}"):
        activations.named(name)


@pytest.mark.parametrize("name", ["sigmoid", "elu", "selu", "silu", "mish"])
def test_the_form_of_prediction_is_the_formula_in_float64(name):
    near = np.array([1e-5, 1.1e-5, 9e-6, 1e-7, 1e-12, 1e-300])
    x = np.concatenate([np.linspace(-50, 50, 10_001), near, -near, [0.0, 700, -700, 1e300, -1e300]])
    np.testing.assert_allclose(ACTIVATIONS[name](x), VALUES[name](x), rtol=3e-11, atol=1e-300)
