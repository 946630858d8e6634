from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, truncnorm

from ffnn.errors import RecipeError
from ffnn.networks import initializers

N, M = 300, 500
GLOROT, HE, LECUN = 2 / (N + M), 2 / N, 1 / N


def drawn(name, shape=(N, M), seed=0):
    return initializers.draw(name, np.random.default_rng(seed), shape)


@pytest.mark.parametrize("name", initializers.INITIALIZERS)
@pytest.mark.parametrize("shape", [(7, 3), (3, 7), (5,)])
def test_shape_and_dtype_are_as_asked(name, shape):
    array = drawn(name, shape)
    assert array.shape == shape
    assert array.dtype == np.float32


@pytest.mark.parametrize(("name", "value"), [("zeros", 0), ("ones", 1), ("constant", 0), ("constant(-2.5)", -2.5)])
def test_constants_are_constant(name, value):
    np.testing.assert_array_equal(drawn(name), np.full((N, M), value, np.float32))


@pytest.mark.parametrize(
    ("name", "variance"),
    [
        ("normal", 0.05**2),
        ("normal(2)", 4),
        ("uniform", 0.05**2 / 3),
        ("uniform(3)", 3),
        ("truncated_normal(0.1)", 0.01 * truncnorm.var(-2, 2)),
        ("glorot_uniform", GLOROT),
        ("glorot_normal", GLOROT),
        ("he_uniform", HE),
        ("he_normal", HE),
        ("lecun_uniform", LECUN),
        ("lecun_normal", LECUN),
    ],
)
def test_mean_is_zero_and_variance_the_stated_one_within_four_standard_errors(name, variance):
    array = drawn(name).astype(np.float64)
    assert abs(array.mean()) < 4 * math.sqrt(variance / array.size)
    assert abs(array.var() / variance - 1) < 4 * math.sqrt(2 / array.size)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("uniform(0.3)", 0.3),
        ("truncated_normal(0.1)", 0.2),
        ("glorot_uniform", math.sqrt(6 / (N + M))),
        ("he_uniform", math.sqrt(6 / N)),
        ("lecun_uniform", math.sqrt(3 / N)),
        ("glorot_normal", 2 * math.sqrt(GLOROT / truncnorm.var(-2, 2))),
        ("he_normal", 2 * math.sqrt(HE / truncnorm.var(-2, 2))),
        ("lecun_normal", 2 * math.sqrt(LECUN / truncnorm.var(-2, 2))),
    ],
)
def test_draws_reach_up_to_the_stated_limit_and_not_beyond(name, limit):
    array = drawn(name)
    assert np.abs(array).max() <= limit * (1 + 1e-6)
    assert array.max() > 0.99 * limit
    assert array.min() < -0.99 * limit


@pytest.mark.parametrize(
    ("name", "distribution"),
    [("normal(1)", "norm"), ("uniform(1)", "uniform"), ("truncated_normal(1)", "truncnorm")],
)
def test_draws_follow_their_distribution(name, distribution):
    arguments = {"norm": (), "uniform": (-1, 2), "truncnorm": (-2, 2)}[distribution]
    assert kstest(drawn(name)[:40].ravel(), distribution, arguments).pvalue > 1e-3


@pytest.mark.parametrize("shape", [(40, 40), (60, 25), (25, 60)])
@pytest.mark.parametrize("gain", [1, 1.5])
def test_orthogonal_has_orthonormal_rows_or_columns_times_the_gain(shape, gain):
    q = drawn(f"orthogonal({gain})", shape).astype(np.float64)
    square = q.T @ q if shape[0] >= shape[1] else q @ q.T
    np.testing.assert_allclose(square, gain**2 * np.eye(min(shape)), atol=1e-5)


def test_orthogonal_draws_reflections_as_often_as_rotations():
    determinants = [np.linalg.det(drawn("orthogonal", (2, 2), seed)) for seed in range(200)]
    assert abs(np.sign(determinants).mean()) < 4 / math.sqrt(200)


def test_orthogonal_draws_every_direction_alike():
    first = np.array([drawn("orthogonal", (2, 2), seed)[0, 0] for seed in range(200)])
    assert abs(first.mean()) < 4 * math.sqrt(0.5 / 200)


def test_same_generator_state_gives_the_same_draw_and_another_seed_another():
    np.testing.assert_array_equal(drawn("glorot_uniform"), drawn("glorot_uniform"))
    assert (drawn("glorot_uniform") != drawn("glorot_uniform", seed=1)).mean() > 0.99


@settings(deadline=None)
@given(st.floats(0, 1e6), st.sampled_from(["", " ", "  "]))
def test_a_number_in_brackets_is_read_with_or_without_blanks(number, blank):
    assert initializers.parse(f"{blank}normal{blank}({blank}{number!r}{blank}){blank}") == (
        initializers.normal,
        number,
    )


def test_default_numbers_are_those_of_keras():
    numbers = {name: initializers.parse(name)[1] for name in ("normal", "uniform", "truncated_normal", "orthogonal")}
    assert numbers == {"normal": 0.05, "uniform": 0.05, "truncated_normal": 0.05, "orthogonal": 1}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("glorot", "no initializer 'glorot'; did you mean 'glorot_"),
        ("he_uniforn", "did you mean 'he_uniform'"),
        ("xyz", "known: zeros, ones, constant"),
        ("normal(1", r"no initializer 'normal\(1'"),
        ("", "no initializer ''; known: zeros"),
        ("zeros(1)", r"zeros takes no number, but 'zeros\(1\)' gives one"),
        ("glorot_uniform(2)", "glorot_uniform takes no number"),
        ("normal(-1)", "must be finite and not negative; got -1"),
        ("normal(nan)", "got nan"),
        ("constant(inf)", "got inf"),
        ("uniform(wide)", "got wide"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_is_known(name, message):
    with pytest.raises(RecipeError, match=message):
        drawn(name)
