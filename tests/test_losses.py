from __future__ import annotations

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit, huber, log_softmax, softmax, xlogy
from sklearn.metrics import log_loss

from ffnn.errors import RecipeError
from ffnn.networks import losses
from ffnn.networks.losses import LOSSES

Z = np.float32([[0.1, -0.4, 1.2], [2.0, 0.3, -1.0], [30.0, -40.0, 5.0], [0.2, 0.2, 0.2]])
CODES = np.int32([2, 0, 1, 1])
ONE_HOT = np.eye(3, dtype=np.float32)[CODES]
NUMBERS = np.float32([[0.1, 0.6, 2.2], [2.0, 1.5, -1.0], [0.0, -38.0, 5.5], [0.2, -0.8, 1.2]])


def binary(t, y):
    p = expit(y)
    return np.mean(-xlogy(t, p) - xlogy(1 - t, expit(-y)), axis=-1)


ORACLES = {
    "sum_of_squares": (NUMBERS, lambda t, y: np.sum(np.square(y - t), axis=-1)),
    "mean_squared_error": (NUMBERS, lambda t, y: np.mean(np.square(y - t), axis=-1)),
    "mean_absolute_error": (NUMBERS, lambda t, y: np.mean(np.abs(y - t), axis=-1)),
    "huber": (NUMBERS, lambda t, y: np.mean(huber(1, y - t), axis=-1)),
    "cross_entropy": (ONE_HOT, lambda t, y: -np.sum(t * log_softmax(y, axis=-1), axis=-1)),
    "binary_cross_entropy": (ONE_HOT, binary),
}

COMPILED = {name: jax.jit(function) for name, function in LOSSES.items()}


def gradient(name, targets, outputs, smoothing=0.0):
    return jax.jit(jax.grad(lambda y: LOSSES[name](targets, y, smoothing).sum()))(outputs)


def central_difference(function, targets, outputs, h=1e-4):
    slopes = np.zeros(outputs.shape)
    for place in np.ndindex(outputs.shape):
        above, below = outputs.astype(np.float64), outputs.astype(np.float64)
        above[place] += h
        below[place] -= h
        slopes[place] = (function(targets, above).sum() - function(targets, below).sum()) / (2 * h)
    return slopes


def test_every_loss_has_an_oracle_here():
    assert ORACLES.keys() == LOSSES.keys()


@pytest.mark.parametrize("name", LOSSES)
def test_value_of_each_row_is_the_formula_in_float64(name):
    targets, function = ORACLES[name]
    expected = function(targets.astype(np.float64), Z.astype(np.float64))
    found = LOSSES[name](targets, Z, 0.0)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(jax.jit(LOSSES[name])(targets, Z, 0.0), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_is_the_finite_difference_of_the_formula(name):
    targets, function = ORACLES[name]
    smooth = Z + np.float32(0.03)
    expected = central_difference(function, targets.astype(np.float64), smooth)
    np.testing.assert_allclose(gradient(name, targets, smooth), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "targets", "smoothing", "printed"),
    [
        ("cross_entropy", CODES[:3], 0.0, 23.545799255371094),
        ("cross_entropy", ONE_HOT[:3], 0.1, 22.350244522094727),
        ("binary_cross_entropy", np.float32(Z[:3] > 0), 0.0, 0.26910606026649475),
        ("mean_squared_error", np.zeros_like(Z[:3]), 0.0, 281.3000183105469),
        ("mean_absolute_error", np.zeros_like(Z[:3]), 0.0, 8.888888359069824),
        ("huber", np.zeros_like(Z[:3]), 0.0, 8.481110572814941),
    ],
)
def test_mean_is_what_tensorflow_2_21_prints(name, targets, smoothing, printed):
    assert LOSSES[name](targets, Z[:3], smoothing).mean() == pytest.approx(printed, rel=1e-6)


def test_cross_entropy_is_the_log_loss_of_scikit_learn():
    outputs = np.random.default_rng(0).normal(0, 3, (50, 4)).astype(np.float32)
    codes = np.random.default_rng(1).integers(0, 4, 50).astype(np.int32)
    expected = log_loss(codes, softmax(outputs.astype(np.float64), axis=1), labels=range(4))
    assert losses.cross_entropy(codes, outputs, 0.0).mean() == pytest.approx(expected, rel=1e-5)


def test_class_numbers_and_one_hot_targets_agree():
    np.testing.assert_array_equal(losses.cross_entropy(CODES, Z, 0.2), losses.cross_entropy(ONE_HOT, Z, 0.2))


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_gradient_of_cross_entropy_is_softmax_minus_target(smoothing):
    large = np.float32([[1e4, 0, -1e4], [1e4, 1e4, 1e4], [0, 0, 0], [-1e4, -1e4, 1e4]])
    expected = softmax(large.astype(np.float64), axis=1) - ((1 - smoothing) * ONE_HOT + smoothing / 3)
    np.testing.assert_allclose(gradient("cross_entropy", CODES, large, smoothing), expected, rtol=1e-6, atol=1e-7)


def test_label_smoothing_is_the_cross_entropy_of_smoothed_targets():
    smoothed = 0.9 * ONE_HOT + 0.1 / 3
    expected = -np.sum(smoothed * log_softmax(Z.astype(np.float64), axis=1), axis=1)
    np.testing.assert_allclose(losses.cross_entropy(CODES, Z, 0.1), expected, rtol=1e-6)


def test_binary_label_smoothing_draws_targets_towards_one_half():
    smoothed = 0.8 * ONE_HOT.astype(np.float64) + 0.1
    np.testing.assert_allclose(
        losses.binary_cross_entropy(ONE_HOT, Z, 0.2), binary(smoothed, Z.astype(np.float64)), rtol=1e-5
    )


def test_huber_turns_linear_at_a_distance_of_one():
    outputs, targets = np.float32([[-2], [-1], [0], [1], [2]]), np.zeros((5, 1), np.float32)
    np.testing.assert_array_equal(losses.huber(targets, outputs, 0.0), np.float32([1.5, 0.5, 0, 0.5, 1.5]))
    np.testing.assert_array_equal(gradient("huber", targets, outputs), np.float32([[-1], [-1], [0], [1], [1]]))


def test_absolute_error_has_slope_zero_where_output_and_target_agree():
    outputs = np.float32([[1, 2, 3]])
    slopes = gradient("mean_absolute_error", np.float32([[1, 1, 4]]), outputs)
    np.testing.assert_allclose(slopes, [[0, 1 / 3, -1 / 3]], rtol=1e-6)


def test_binary_cross_entropy_of_logits_of_a_hundred():
    outputs, targets = np.float32([[100], [100], [-100], [-100]]), np.float32([[1], [0], [1], [0]])
    for found in (
        losses.binary_cross_entropy(targets, outputs, 0.0),
        jax.jit(LOSSES["binary_cross_entropy"])(targets, outputs, 0.0),
    ):
        np.testing.assert_allclose(found, [0, 100, 100, 0], rtol=1e-6, atol=1e-37)
    np.testing.assert_allclose(gradient("binary_cross_entropy", targets, outputs), [[0], [1], [-1], [0]], atol=1e-37)


def test_binary_cross_entropy_is_the_cross_entropy_of_two_classes():
    logits = np.random.default_rng(2).normal(0, 5, (40, 1)).astype(np.float32)
    truth = np.random.default_rng(3).integers(0, 2, (40, 1)).astype(np.float32)
    expected = log_loss(truth[:, 0], expit(logits[:, 0].astype(np.float64)))
    assert losses.binary_cross_entropy(truth, logits, 0.0).mean() == pytest.approx(expected, rel=1e-5)


LARGE = [0.3, 1e2, 1e4, 1e6, 1e7, 1e8]


def large_logits():
    """Rows of float32 whose differences are small, large or none, around numbers of every size."""
    rows = [
        row
        for k in [*LARGE, *(-k for k in LARGE)]
        for row in ([k, k, k - 1], [k - 3, k + 2, k - 20], [k, k, k], [k, -k, 0], [0, k / 3, k])
    ]
    return np.float32(rows)


def in_every_way(name, targets, outputs, smoothing=0.0):
    """The losses of rows under NumPy, and under JAX at once, row by row and as weighted sums of a batch."""
    function = LOSSES[name]
    weights = np.float32(np.arange(len(outputs)) % 3) / 2
    yield function(targets, outputs, smoothing), 1
    yield COMPILED[name](targets, outputs, smoothing), 1
    row_by_row = jax.vmap(lambda t, y: function(t[None], y[None], smoothing)[0])
    yield jax.jit(row_by_row)(targets, outputs), 1
    one_by_one = [
        losses.total(name, targets[[row]], outputs[[row]], weights[[row]], smoothing)[0] for row in range(len(outputs))
    ]
    yield np.stack(one_by_one), weights


def targets_of(rows, classes, kind):
    """Targets of several kinds, and the probabilities that they stand for."""
    generator = np.random.default_rng(4)
    codes = generator.integers(0, classes, rows).astype(np.int32)
    one_hot = np.eye(classes, dtype=np.float32)[codes]
    soft = generator.dirichlet(np.ones(classes), rows).astype(np.float32)
    return {"class numbers": (codes, one_hot), "one-hot": (one_hot, one_hot), "soft": (soft, soft)}[kind]


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("kind", ["class numbers", "one-hot", "soft"])
def test_cross_entropy_of_logits_of_any_size_is_that_of_float64(kind, smoothing):
    logits = large_logits()
    targets, shares = targets_of(*logits.shape, kind)
    shares = (1 - smoothing) * shares.astype(np.float64) + smoothing / 3
    expected = -np.sum(shares * log_softmax(logits.astype(np.float64), axis=1), axis=1)
    for found, weights in in_every_way("cross_entropy", targets, logits, smoothing):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, weights * expected, rtol=1e-6, atol=1e-7)
    slopes = gradient("cross_entropy", targets, logits, smoothing)
    wanted = softmax(logits.astype(np.float64), axis=1) * shares.sum(axis=1, keepdims=True) - shares
    np.testing.assert_allclose(slopes, wanted, atol=1.2e-7)


@pytest.mark.parametrize(("k", "printed"), [(1e6, 0.861995), (1e8, 1.098612)])
def test_logits_that_differ_by_one_have_the_losses_of_their_float32_numbers(k, printed):
    logits = np.float32([[k, k, k - 1]])
    assert losses.cross_entropy(np.int32([0]), logits, 0.0)[0] == pytest.approx(printed, abs=5e-7)
    assert jax.jit(losses.cross_entropy)(np.int32([0]), logits, 0.0)[0] == pytest.approx(printed, abs=5e-7)


def test_cross_entropy_of_many_classes_around_a_large_logit():
    logits = np.float32(1e5) + np.random.default_rng(5).normal(0, 2, (20, 3000)).astype(np.float32)
    targets, shares = targets_of(*logits.shape, "class numbers")
    expected = -np.sum(shares * log_softmax(logits.astype(np.float64), axis=1), axis=1)
    np.testing.assert_allclose(losses.cross_entropy(targets, logits, 0.0), expected, rtol=1e-6)
    slopes = gradient("cross_entropy", targets, logits)
    np.testing.assert_allclose(slopes, softmax(logits.astype(np.float64), axis=1) - shares, rtol=2e-5, atol=1.2e-7)


@settings(deadline=None)
@given(
    arrays(np.float32, (4, 3), elements=st.floats(-1e8, 1e8, width=32)),
    arrays(np.float32, (4, 1), elements=st.floats(-1e8, 1e8, width=32)),
    arrays(np.int32, 4, elements=st.integers(0, 2)),
)
def test_no_loss_is_below_zero(differences, level, codes):
    for logits in (differences, level + differences / 1e8):
        targets = np.eye(3, dtype=np.float32)[codes]
        for name, truth in [("cross_entropy", codes), ("cross_entropy", targets), ("binary_cross_entropy", targets)]:
            assert (LOSSES[name](truth, logits, 0.0) >= 0).all()
            assert (np.asarray(COMPILED[name](truth, logits, 0.0)) >= 0).all()


def test_a_row_that_is_surely_right_has_no_gradient_at_all():
    generator = np.random.default_rng(6)
    codes = generator.integers(0, 10, 500).astype(np.int32)
    right = np.eye(10, dtype=np.float32)[codes]
    logits = generator.normal(0, 30, (500, 10)).astype(np.float32) + right * 500
    np.testing.assert_array_equal(gradient("cross_entropy", codes, logits), np.zeros_like(logits))
    np.testing.assert_array_equal(losses.cross_entropy(codes, logits, 0.0), np.zeros(500))
    sure = (2 * right - 1) * (200 + np.abs(logits))
    np.testing.assert_array_equal(gradient("binary_cross_entropy", right, sure), np.zeros_like(sure))
    np.testing.assert_array_equal(losses.binary_cross_entropy(right, sure, 0.0), np.zeros(500))


@pytest.mark.parametrize("kind", ["class numbers", "one-hot"])
def test_a_class_that_is_ruled_out_costs_nothing_where_it_is_not_the_target(kind):
    logits = np.float32([[2, -np.inf, 1], [-np.inf, 5, -np.inf]])
    codes = np.int32([2, 1])
    targets = codes if kind == "class numbers" else np.eye(3, dtype=np.float32)[codes]
    expected = [np.log1p(np.exp(1)), 0]
    np.testing.assert_allclose(losses.cross_entropy(targets, logits, 0.0), expected, rtol=1e-6)
    np.testing.assert_allclose(jax.jit(losses.cross_entropy)(targets, logits, 0.0), expected, rtol=1e-6)
    wanted = softmax(logits.astype(np.float64), axis=1) - np.eye(3)[codes]
    np.testing.assert_allclose(gradient("cross_entropy", targets, logits), wanted, rtol=1e-6, atol=1e-7)
    assert losses.cross_entropy(np.int32([1, 1]), logits, 0.0)[0] == np.inf


@pytest.mark.parametrize("target", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_binary_cross_entropy_of_logits_of_any_size_is_that_of_float64(target):
    logits = np.float32([0, *LARGE, 1, 3, 8.3, 10, 12.7, 15.9, 20, 40])[:, None]
    logits = np.concatenate([logits, -logits])
    targets = np.full_like(logits, target)
    t, y = targets.astype(np.float64), logits.astype(np.float64)
    expected = (t * np.logaddexp(0, -y) + (1 - t) * np.logaddexp(0, y))[:, 0]
    for found, weights in in_every_way("binary_cross_entropy", targets, logits):
        np.testing.assert_allclose(found, weights * expected, rtol=5e-7, atol=1e-37)
    slopes = gradient("binary_cross_entropy", targets, logits)
    np.testing.assert_allclose(slopes, expit(y) * (1 - t) - expit(-y) * t, rtol=1e-6, atol=6e-8)
    sure = np.sign(y) == np.sign(2 * t - 1) if target in (0, 1) else np.zeros(y.shape, bool)
    np.testing.assert_allclose(slopes[sure], np.where(y > 0, -expit(-y), expit(y))[sure], rtol=1e-6, atol=1e-37)


@pytest.mark.parametrize("name", LOSSES)
def test_the_two_sums_of_parts_add_up_to_those_of_the_batch(name):
    targets, function = ORACLES[name]
    weights = np.float32([1, 0, 2.5, 0.5])
    whole, first, rest = (
        losses.total(name, targets[part], Z[part], weights[part], 0.0)
        for part in (slice(None), slice(0, 3), slice(3, None))
    )
    expected = np.sum(weights * function(targets.astype(np.float64), Z.astype(np.float64)))
    assert whole[0] == pytest.approx(expected, rel=1e-5)
    assert first[0] + rest[0] == pytest.approx(expected, rel=1e-5)
    assert [float(part[1]) for part in (whole, first, rest)] == (
        [1, 1, 1] if name == "sum_of_squares" else [4, 3.5, 0.5]
    )


def test_unknown_loss_names_the_known_ones():
    with pytest.raises(RecipeError, match="no loss 'mean_square_error'; did you mean 'mean_squared_error'"):
        losses.named("mean_square_error")
    with pytest.raises(RecipeError, match="known: sum_of_squares, mean_squared_error"):
        losses.named("zzz")


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_of_several_heads_is_the_mean_of_their_cross_entropies(smoothing):
    draw = np.random.default_rng(0)
    outputs = draw.normal(size=(50, 7)).astype(np.float32)
    codes = np.column_stack([draw.integers(0, classes, 50) for classes in (2, 4, 1)]).astype(np.int32)
    weights = draw.exponential(size=50).astype(np.float32)
    loss = losses.HeadsLoss("cross_entropy", (2, 4, 1))
    expected = 0.0
    for code, part in zip(codes.T, np.split(outputs.astype(float), [2, 6], axis=1), strict=True):
        logs, classes = log_softmax(part, axis=1), part.shape[1]
        target = (1 - smoothing) * np.eye(classes)[code] + smoothing / classes
        expected -= weights @ (target * logs).sum(axis=1) / 3
    found, count, figures = loss(codes, outputs, weights, smoothing)
    np.testing.assert_allclose([found, count], [expected, weights.sum()], rtol=1e-5)
    assert figures.shape == (0,)
    assert loss.figures == 0
    in_jax = jax.jit(loss)(codes, outputs, weights, smoothing)
    np.testing.assert_allclose(in_jax[0], expected, rtol=1e-5)
    assert hash(loss) == hash(losses.HeadsLoss("cross_entropy", (2, 4, 1)))
