"""What the checks of lessons 6 to 10 say about right answers, and about wrong ones made by the slip that they name."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("checks", reason="the checks stand in notebooks/, which is not here")

import checks_06_10 as checks
import ffnn.tf as tf


@pytest.fixture
def said(capsys):
    """What a check says about these names."""

    def ask(check, **names):
        check(names)
        return capsys.readouterr().out.strip()

    return ask


# 6. Downhill on a quadratic


@pytest.mark.parametrize(
    ("slope", "expected"),
    [
        (tf.constant(-6.0), "Right"),
        (None, "ask for the gradient of L by the variable w"),
        (9.0, "9 is the loss"),
        (6.0, "the sign is lost"),
        (-3.0, "2 (w - 3)"),
    ],
)
def test_slope_of_the_parabola(said, slope, expected):
    assert expected in said(checks.slope_of_the_parabola, slope=slope)


def descend_with(step):
    """The learner's function, with a step from w and its slope."""

    def descend(start, calc_loss, eta, steps):
        w = tf.Variable(start)
        path = [w.numpy()]
        for _ in range(steps):
            with tf.GradientTape() as tape:
                loss = calc_loss(w)
            w.assign(step(w, eta, tape.gradient(loss, w)))
            path.append(w.numpy())
        return np.array(path)

    return descend


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (lambda w, eta, slope: w - eta * slope, "Right"),
        (lambda w, eta, slope: w, "w never moves"),
        (lambda w, eta, slope: w + eta * slope, "you walk uphill"),
        (lambda w, eta, slope: w - slope, "the learning rate is missing"),
        (lambda w, eta, slope: w - eta * slope / 2, "the first from 0 to 0.6"),
        (lambda w, eta, slope: w - 0.1 * slope, "Use the parameters"),
    ],
)
def test_descent(said, step, expected):
    assert expected in said(checks.descent, descend=descend_with(step), parabola=lambda w: tf.square(w - 3))


@pytest.mark.parametrize(
    ("single_step", "limit", "expected"),
    [
        (0.5, 1, "Right"),
        (0.25, 1, "1 - 2 eta must be 0"),
        (0.5, 0.5, "yet they come nearer"),
        (0.5, 2, "above -1"),
        (0.5, ..., "`limit` has no value yet"),
    ],
)
def test_rates_of_the_parabola(said, single_step, limit, expected):
    assert expected in said(checks.rates_of_the_parabola, single_step=single_step, limit=limit)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(0.1, "Right"), (1, "that is the limit along"), (0.05, "twice as large"), (0.2, "1 - 20 eta")],
)
def test_limit_of_the_valley(said, limit, expected):
    assert expected in said(checks.limit_of_the_valley, limit_of_valley=limit)


@pytest.mark.parametrize(
    ("steps", "rate", "expected"),
    [(25, 0.08, "Right"), (0, 0.08, "still stands at its start"), (26, 0.08, "25 steps"), (25, 0.05, "the rate 0.08")],
)
def test_by_minimize(said, steps, rate, expected):
    start, lowest, curvatures = np.array([-1, 0.5]), np.array([3, -1]), np.array([2, 20])
    w = tf.Variable(start.astype(np.float32))
    optimizer = tf.keras.optimizers.SGD(rate)
    for _ in range(steps):
        optimizer.minimize(lambda: tf.square(w[0] - 3) + 10 * tf.square(w[1] + 1), [w])
    path = [lowest + (start - lowest) * (1 - 0.08 * curvatures) ** step for step in range(26)]
    assert expected in said(checks.by_minimize, w=w, start=start, paths={0.08: path})


# 7. Normalised inputs

INPUTS = np.array([[0.0, 0], [0, 10], [10, 0], [10, 1]])
MEANS, STDS = np.array([5, 2.75]), np.array([5, 4.2056509])


@pytest.mark.parametrize(
    ("means", "stds", "normalised", "expected"),
    [
        (MEANS, STDS, (INPUTS - MEANS) / STDS, "Right"),
        (MEANS[None], STDS[None], (INPUTS - MEANS) / STDS, "Right"),
        (MEANS.mean(), STDS, INPUTS, "`column_means` is one number for all"),
        (INPUTS.mean(axis=1), STDS, INPUTS, "`column_means` has a number for each row"),
        (MEANS, STDS**2, INPUTS, "is the variance"),
        (MEANS, STDS * np.sqrt(4 / 3), INPUTS, "divides by 3"),
        (MEANS, STDS, INPUTS - MEANS, "only centred"),
        (MEANS, STDS, INPUTS / STDS, "only scaled"),
        (MEANS, STDS, INPUTS - MEANS / STDS, "put brackets around"),
        (MEANS, STDS, (INPUTS - MEANS) * STDS, "multiplied by the standard deviations"),
        (MEANS, STDS, INPUTS, "It is (x - column_means) / column_stds"),
    ],
)
def test_normalised_columns(said, means, stds, normalised, expected):
    names = {"column_means": means, "column_stds": stds, "normalised": normalised}
    assert expected in said(checks.normalised_columns, inputs=INPUTS, **names)


def test_inputs_that_were_overwritten(said):
    names = {"column_means": MEANS, "column_stds": STDS, "normalised": INPUTS}
    assert "run the cell from its first line" in said(checks.normalised_columns, inputs=INPUTS - MEANS, **names)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([[0, 1.0105451]], "Right"),
        ([[np.nan, np.nan]], "the new row's own mean"),
        ([[0, 4.25]], "only centred"),
        ([0, 1.0105451], "has shape [2]"),
    ],
)
def test_normalised_new_data(said, found, expected):
    assert expected in said(checks.normalised_new_data, new=[[5.0, 7.0]], new_normalised=found)


@pytest.mark.parametrize(
    ("whiten", "expected"),
    [
        (lambda cloud, values, vectors: cloud @ vectors / np.sqrt(values), "Right"),
        (lambda cloud, values, vectors: cloud @ vectors / np.sqrt(values) @ vectors.T, "Right"),
        (lambda cloud, values, vectors: cloud @ vectors, "have the variances `values` still"),
        (lambda cloud, values, vectors: cloud @ vectors / values, "divide by their square roots"),
        (lambda cloud, values, vectors: cloud @ vectors * np.sqrt(values), "you multiply"),
        (lambda cloud, values, vectors: cloud / np.sqrt(values), "before they are turned"),
        (lambda cloud, values, vectors: cloud, "[[1."),
    ],
)
def test_whitened(said, whiten, expected):
    draw = np.random.default_rng(3).normal(size=(50, 2))
    cloud = draw @ [[1, 0.9], [0, 0.4]]
    cloud = (cloud - cloud.mean(axis=0)) / cloud.std(axis=0)
    values, vectors = np.linalg.eigh(np.cov(cloud.T, bias=True))
    white = whiten(cloud, values, vectors)
    names = {"body_normalised": cloud, "values": values, "vectors": vectors}
    assert expected in said(checks.whitened, white=white, **names)


# 8. Activation functions


def by_tape(f, s):
    """The slopes of a function at these places."""
    with tf.GradientTape() as tape:
        tape.watch(s)
        a = f(s)
    return tape.gradient(a, s)


def test_a_derivative_by_tape(said):
    assert said(checks.derivative_by_tape, derivative=by_tape).startswith("Right")
    assert "the function itself" in said(checks.derivative_by_tape, derivative=lambda f, s: f(s))
    assert "a slope for each s" in said(checks.derivative_by_tape, derivative=lambda f, s: 2 * by_tape(f, s))


def test_the_greatest_slopes(said):
    right = {"step": 0, "sigmoid": 0.25, "tanh": 1, "relu": 1}
    assert said(checks.greatest_slopes, greatest=right).startswith("Right")
    assert "orange curve" in said(checks.greatest_slopes, greatest={**right, "sigmoid": 1})
    assert "no value yet" in said(checks.greatest_slopes, greatest={**right, "relu": ...})


# 9. Initial weights


def test_gradient_of_equal_weights(said):
    x, t = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32), tf.constant([[0.0], [1], [1], [0]])
    W1, W2 = tf.Variable(tf.fill([2, 2], 0.5)), tf.Variable(tf.fill([2, 1], 0.5))  # noqa: N806
    with tf.GradientTape() as tape:
        y = tf.sigmoid(tf.matmul(tf.sigmoid(tf.matmul(x, W1) + 0.5), W2) + 0.5)
        loss = tf.reduce_sum(tf.square(y - t))
    by_w1, by_w2 = tape.gradient(loss, [W1, W2])
    assert said(checks.gradient_of_equal_weights, gradient=by_w1).startswith("Right")
    assert "has shape [2, 1], and [2, 2] is wanted" in said(checks.gradient_of_equal_weights, gradient=by_w2)
    assert "Are all weights still 0.5?" in said(checks.gradient_of_equal_weights, gradient=2 * by_w1)
    assert "call calc_loss() under the tape" in said(checks.gradient_of_equal_weights, gradient=None)


@pytest.mark.parametrize(
    ("glorot", "expected"),
    [
        (lambda n, m: np.sqrt(2 / (n + m)), "Right"),
        (lambda n, m: 2 / (n + m), "that is the variance"),
        (lambda n, m: (n + m) ** -0.5, "the 2 is missing"),
        (lambda n, m: 2 / np.sqrt(n + m), "the 2 belongs under the root"),
        (lambda n, m: np.sqrt(2) / (n + m), "n + m belongs under the root"),
        (lambda n, m: np.sqrt(2 / (n * m)), "added, not multiplied"),
        (lambda n, m: np.sqrt(2 / n + m), "put brackets"),
        (lambda n, m: np.sqrt(6 / (n + m)), "limit of a uniform"),
        (lambda n, m: np.sqrt(2 / 400), "`glorot(3, 5)` is"),
        (lambda n, m: None, "does its function return it?"),
        (lambda n, m: ..., "`glorot(300, 100)` has no value yet"),
    ],
)
def test_glorot_deviation(said, glorot, expected):
    assert expected in said(checks.glorot_deviation, glorot=glorot)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (lambda n, m: np.sqrt(6 / (n + m)), "Right"),
        (lambda n, m: np.sqrt(2 / (n + m)), "sqrt(3) times as large"),
        (lambda n, m: 3 * np.sqrt(2 / (n + m)), "3 times is too much"),
        (lambda n, m: np.sqrt(2 / (n + m)) / np.sqrt(3), "multiply by sqrt(3)"),
        (lambda n, m: 1 / np.sqrt(n), "is not right"),
    ],
)
def test_glorot_limit(said, limit, expected):
    assert expected in said(checks.glorot_limit, limit=limit)


@pytest.mark.parametrize(
    ("he", "expected"),
    [
        (lambda n: np.sqrt(2 / n), "Right"),
        (lambda n: 2 / n, "that is the variance"),
        (lambda n: np.sqrt(1 / n), "it should be 2"),
        (lambda n: 2 / np.sqrt(n), "the 2 belongs under the root"),
        (lambda n: 2 * n, "σ² = 2 / n"),
    ],
)
def test_he_deviation(said, he, expected):
    assert expected in said(checks.he_deviation, he=he)


# 10. Categories: one-hot


@pytest.mark.parametrize(
    ("encode", "expected"),
    [
        (lambda p: tf.one_hot(p - 1, 4), "Right"),
        (lambda p: tf.one_hot(p, 4), "counts from 0"),
        (lambda p: tf.one_hot(p, 5), "take 1 from the numbers"),
        (lambda p: tf.one_hot(p - 1, 5), "so four columns."),
        (lambda p: tf.transpose(tf.one_hot(p - 1, 4)), "not a column"),
        (lambda p: tf.one_hot(4 - p, 4), "where the profession stands"),
    ],
)
def test_encoded_professions(said, encode, expected):
    professions = np.array([1, 3, 4, 2, 3])
    assert expected in said(checks.encoded_professions, professions=professions, encoded=encode(professions))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "Right"),
        ({"age": 10}, "7 is between 6 and 8"),
        ({"age": 2}, "a number already"),
        ({"eyes": 1}, "gives the colours an order"),
        ({"eyes": 4}, "five colours"),
        ({"ball": 2}, "there is a height too"),
        ({"ball": 1}, "How many numbers"),
        ({"letters": 1}, "halfway between A and C"),
        ({"letters": 25}, "One for each letter"),
        ({"letters": ...}, "`letters` has no value yet"),
    ],
)
def test_how_many(said, change, expected):
    assert expected in said(checks.how_many, **({"age": 1, "eyes": 5, "ball": 3, "letters": 26} | change))


@pytest.mark.parametrize(
    ("places", "expected"),
    [([4, 3], "Right"), ([5, 4], "counted from 0"), ([1, 1], "not how large"), ([3, 4], "along each row")],
)
def test_argmax_by_hand(said, places, expected):
    assert expected in said(checks.argmax_by_hand, places=places)


def count_with(combine, axis=1):
    """The learner's function."""
    return lambda y, y_targets: combine(tf.cast(tf.equal(tf.argmax(y, axis=axis), y_targets), tf.float32))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (count_with(tf.reduce_sum), "Right"),
        (count_with(tf.reduce_mean), "the share of right rows"),
        (count_with(tf.reduce_sum, axis=0), "looks down the columns"),
        (count_with(tf.identity), "add them up"),
        (count_with(tf.size), "Of four rows, two are right"),
        (lambda y, y_targets: None, "does its function return it?"),
    ],
)
def test_counted(said, count, expected):
    assert expected in said(checks.counted, correct_count=count)
