"""What the checks of lessons 11 to 16 say about wrong answers, each made by the slip that it names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

pytest.importorskip("checks", reason="the checks stand in notebooks/, which is not here")

import checks_11_16 as checks
import feedforward as ff
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


# 16. A real table

CONFUSION = np.array([[61, 0], [4, 35]])


@pytest.mark.parametrize(
    ("accuracy", "missed", "always_benign", "expected"),
    [
        (0.96, 4, 0.61, "Right: 96 of 100, 4 missed, and 61%"),
        (96, 4, 0.61, "divide by the number of rows"),
        (0.04, 4, 0.61, "the share of the wrong ones"),
        (0.5, 4, 0.61, "on the diagonal"),
        (0.96, 0, 0.61, "benign ones called malignant"),
        (0.96, 39, 0.61, "Truly malignant is row 1"),
        (0.96, 4, 0.65, "was called benign"),
        (0.96, 4, 0.39, "about each benign row"),
    ],
)
def test_the_confusion_is_read(said, accuracy, missed, always_benign, expected):
    names = {"accuracy": accuracy, "missed": missed, "always_benign": always_benign}
    assert expected in said(checks.read_confusion, confusion=CONFUSION, **names)


LESSON = ff.Recipe(hidden=(32, 32), restarts=4)


@pytest.fixture(scope="module")
def patients():
    """A model of a diagnosis, small, though it says that its recipe was the lesson's; and its table."""
    draw = np.random.default_rng(0)
    ill = draw.integers(0, 2, 500)
    table = pl.DataFrame({"a": ill + draw.normal(size=500), "diagnosis": np.array(["benign", "malignant"])[ill]})
    small = ff.train(table, "diagnosis", recipe=ff.Recipe(hidden=(2,), restarts=1, epochs=2))
    return replace(small, recipe=LESSON), table


def test_the_trained_model(said, patients):
    model, _ = patients
    of_a, counts = replace(model.target, name="a"), {"rows": {"train": 320, "test": 80}}
    for given, expected in [
        (model, "Right: trained on 400 rows, and 100 are"),
        ("model", "and no model"),
        (replace(model, recipe=ff.Recipe()), "another recipe"),
        (replace(model, target=of_a), "`model` predicts 'a'"),
        (replace(model, scores=counts), "learned from 400 rows"),
    ]:
        assert expected in said(checks.trained_model, model=given)


def test_new_patients(said, patients):
    model, table = patients
    new = table.head(60)
    truth = new["diagnosis"].to_numpy()
    predicted, p = model.predict(new), model.predict_proba(new)
    own = np.where(truth == "malignant", p[:, 1], p[:, 0])
    right, loss = np.mean(predicted == truth), np.mean(-np.log(own))
    good = {"predicted": predicted, "probabilities": p, "right": right, "log_loss": loss}
    for change, expected in [
        ({}, f"Right: {right:.0%}"),
        ({"predicted": truth}, "is not what model.predict(new) gives"),
        ({"probabilities": p[:, ::-1]}, "`probabilities` is"),
        ({"right": np.sum(predicted == truth)}, "that is a count"),
        ({"right": 1 - right}, "the share of the wrong ones"),
        ({"right": 1.0}, "Compare predicted with truth"),
        ({"log_loss": -loss}, "minus sign"),
        ({"log_loss": 60 * loss}, "that is the sum"),
        ({"log_loss": np.mean(-np.log(p.max(1)))}, "the label it prefers"),
        ({"log_loss": np.mean(-np.log(1 - own))}, "the wrong label"),
        ({"log_loss": np.mean(-np.log(p[:, 1]))}, "P(malignant) of every row"),
        ({"log_loss": 0.0}, "Mean of -log"),
    ]:
        assert expected in said(checks.new_patients, model=model, new=new, truth=truth, **(good | change))


def test_saved_and_loaded(said, patients, tmp_path):
    model, table = patients
    names = {"model": model, "new": table, "path": tmp_path / "cancer.safetensors"}
    assert "no file cancer.safetensors yet" in said(checks.saved_and_loaded, again=model, **names)
    model.save(names["path"])
    assert "is the model itself" in said(checks.saved_and_loaded, again=model, **names)
    assert "is not the model that was saved" in said(checks.saved_and_loaded, again=1, **names)
    assert "Right: the very same" in said(checks.saved_and_loaded, again=ff.load(names["path"]), **names)
