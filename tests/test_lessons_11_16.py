"""What the checks of lessons 11 to 16 say about wrong answers, each made by the slip that it names."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("checks", reason="the checks stand in notebooks/, which is not here")

import checks_11_16 as checks
import feedforward.tf as tf


@pytest.fixture
def said(capsys):
    """What a check says about these names."""

    def ask(check, **names):
        check(names)
        return capsys.readouterr().out.strip()

    return ask


# 11. Softmax and cross-entropy

Y = tf.constant([-0.2, 0.5, 0.1, 0.1])
P = tf.nn.softmax(Y)


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (P, "Right: positive"),
        (tf.exp(Y), "divide each by their sum"),
        (Y / tf.reduce_sum(Y), "without the exponential"),
        (tf.exp(Y) / tf.reduce_sum(Y), "divide by their own sum"),
        (tf.exp(Y / tf.reduce_sum(Y)), "exponential first"),
        (tf.reduce_sum(P), "that is one number"),
        (tf.sigmoid(Y), "which is not right"),
        (..., "`p` has no value yet"),
    ],
)
def test_softmax_by_hand(said, p, expected):
    assert expected in said(checks.softmax_by_hand, p=p)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (-tf.math.log(P)[1], "Right: -log 0.352"),
        (tf.math.log(P)[1], "the minus sign is missing"),
        (-tf.reduce_sum(tf.math.log(P)), "sums over all four"),
        (-tf.constant([0.0, 1, 0, 0]) * tf.math.log(P), "take their sum"),
        (-tf.reduce_mean(tf.constant([0.0, 1, 0, 0]) * tf.math.log(P)), "mean of the four terms"),
        (-np.log10(P.numpy()[1]), "base 10"),
        (-np.log2(P.numpy()[1]), "base 2"),
        (P[1], "the table's probability"),
        (-Y[1], "the table's output"),
        (0.0, "which is not right"),
    ],
)
def test_the_cross_entropy_of_the_table(said, loss, expected):
    assert expected in said(checks.cross_entropy_of_the_table, L=loss)


@pytest.mark.parametrize(
    ("likelihood", "total", "expected"),
    [
        (0.36, -np.log(0.36), "Right: 0.36"),
        (2.2, 1.0, "multiplied, not added"),
        (2.2 / 3, 1.0, "their mean"),
        (0.36, np.log(0.36), "minus sign"),
        (0.36, -np.log(0.36) / 3, "the sum is wanted"),
        (0.36, 0.64, "-log of its true label's p"),
    ],
)
def test_the_likelihood_of_three(said, likelihood, total, expected):
    assert expected in said(checks.likelihood_of_three, likelihood=likelihood, total=total)


PHOTOS, LABELS = tf.ones([100, 64]), np.array([0] * 40 + [1] * 60)


def layer_that_says(p):
    """A layer that gives a photo that probability of the first category."""
    layer = tf.keras.layers.Dense(2, kernel_initializer="zeros")
    layer(PHOTOS)
    layer.set_weights([np.zeros((64, 2), np.float32), np.log([2 * p, 2 - 2 * p]).astype(np.float32)])
    return layer


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ("tf.nn.softmax(y)", "Right: the mean"),
        ("y", "softmax is missing"),
        ("tf.nn.softmax(tf.nn.softmax(y))", "softmax is taken twice"),
        ("tf.nn.softmax(y, axis=0)", "axis=1 is over the categories"),
        ("tf.sigmoid(y)", "which is not right"),
        ("...", "your code stops with"),
    ],
)
def test_the_loss_of_the_photos(said, outputs, expected):
    layer, cce = layer_that_says(0.3), tf.keras.losses.SparseCategoricalCrossentropy()

    def calc_loss():
        y = layer(PHOTOS)
        return cce(y_true=LABELS, y_pred=eval(outputs, {"tf": tf, "y": y}))

    names = {"photos": PHOTOS, "photo_labels": LABELS, "layer": layer}
    assert expected in said(checks.loss_of_photos, calc_loss=calc_loss, **names)
    if expected.startswith("Right"):
        summed = said(checks.loss_of_photos, calc_loss=lambda: 100 * calc_loss(), **names)
        assert "the sum over the photos" in summed


def test_forty_sixty(said):
    assert said(checks.forty_sixty, photos=PHOTOS, layer=layer_that_says(0.4)).startswith("Right: 0.40 and 0.60")
    assert "[0.6 0.4]" in said(checks.forty_sixty, photos=PHOTOS, layer=layer_that_says(0.6))


# 13. Several starts

FOUR = tf.constant([[0, 0], [0, 1], [1, 0], [1, 1]], tf.float32)
OUTPUTS = np.random.default_rng(0).uniform(size=(5, 4, 1)).astype(np.float32)
SQUARED = np.square(OUTPUTS - [[0], [1], [1], [0]])


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        (SQUARED.sum((1, 2)), "Right: one loss for each of the 5"),
        (SQUARED.sum(), "over the starts too"),
        (SQUARED.mean(), "one mean over everything"),
        (SQUARED.sum(0), "the other way round"),
        (SQUARED.mean((1, 2)), "mean over the patterns"),
        (SQUARED.sum(1), "the last axis is still there"),
        (SQUARED.sum(2), "only the last axis has gone"),
        (OUTPUTS.sum((1, 2)), "axes 1 and 2"),
        (None, "does its function return it"),
    ],
)
def test_losses_of_starts(said, losses, expected):
    given = {"x": FOUR, "run_network": lambda x: OUTPUTS, "calc_losses": lambda: losses}
    assert expected in said(checks.losses_of_starts, **given)


FINAL = np.array([0.5, 0.001, 0.67, 0.002, 0.003])


@pytest.mark.parametrize(
    ("stuck", "expected"),
    [(2, "Right: 2 of 5"), (3, "not stuck"), (0.4, "their share"), (5, "Compare `final` with 0.1")],
)
def test_the_count_of_stuck(said, stuck, expected):
    assert expected in said(checks.count_of_stuck, final=FINAL, stuck=stuck)


@pytest.mark.parametrize(
    ("best", "expected"), [(1, "Right: start 1"), (2, "the worst"), (0.001, "its loss"), (4, "Which place")]
)
def test_the_best_start(said, best, expected):
    assert expected in said(checks.best_start, final=FINAL, best=best)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.2**5, "Right: 0.00032"),
        (0.8**5, "all five are good"),
        (1 - 0.2**5, "at least one"),
        (1.0, "multiplied, not added"),
        (0.2, "Each is stuck with probability 0.2"),
    ],
)
def test_all_of_five(said, probability, expected):
    assert expected in said(checks.all_of_five, all_stuck=probability)


def test_the_vote(said):
    outputs = np.array([[0.1, 0.9, 0.8, 0.2], [0.1, 0.9, 0.9, 0.6], [0.3, 0.3, 0.9, 0.1]])
    votes = outputs > 0.5
    shares, vote = votes.mean(0), [0, 1, 1, 0]
    assert said(checks.vote_of_starts, outputs=outputs, shares=shares, vote=vote).startswith("Right")
    for wrong, expected in [
        (outputs.mean(0), "the mean outputs"),
        (votes.sum(0), "divide by the number"),
        (votes.mean(1), "over the starts"),
        (1 - shares, "Take the mean of"),
    ]:
        assert expected in said(checks.vote_of_starts, outputs=outputs, shares=wrong, vote=vote)
    assert "above a half" in said(checks.vote_of_starts, outputs=outputs, shares=shares, vote=[0, 0, 1, 0])
    untrained = {"outputs": 1 - outputs, "shares": 1 - shares, "vote": [1, 0, 0, 1]}
    assert "is not XOR" in said(checks.vote_of_starts, **untrained)
