"""What the checks of lessons 11 to 16 say about wrong answers, each made by the slip that it names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

pytest.importorskip("checks", reason="the checks stand in notebooks/, which is not here")

import checks_11_16 as checks
import ffnn
import ffnn.tf as tf
from ffnn.recipes.recipe import Settled


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


LESSON = Settled(hidden=(32, 32), restarts=4)


@pytest.fixture(scope="module")
def patients():
    """A model of a diagnosis, small, though it says that its recipe was the lesson's; and its table."""
    draw = np.random.default_rng(0)
    ill = draw.integers(0, 2, 500)
    table = pl.DataFrame({"a": ill + draw.normal(size=500), "diagnosis": np.array(["benign", "malignant"])[ill]})
    small = ffnn.train(table, "diagnosis", recipe=ffnn.Recipe(hidden=(2,), restarts=1, epochs=2))
    return replace(small, recipe=LESSON), table


def test_the_trained_model(said, patients):
    model, _ = patients
    of_a, counts = replace(model.target, name="a"), {"rows": {"train": 320, "test": 80}}
    for given, expected in [
        (model, "Right: trained on 400 rows, and 100 are"),
        ("model", "and no model"),
        (replace(model, recipe=Settled()), "another recipe"),
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
    assert "Right: the very same" in said(checks.saved_and_loaded, again=ffnn.load(names["path"]), **names)


# 12. Classification and regression

TASKS = {
    "price of a house": ("regression", 1),
    "letter A-Z in a picture": ("classification", 26),
    "position of a tennis ball in a room": ("regression", 3),
    "species of a flower, one of three": ("classification", 3),
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "Right: all four"),
        ({"letter A-Z in a picture": ("classification", 1)}, "a node for each"),
        ({"price of a house": ("classification", 1)}, "a price is one number"),
        ({"position of a tennis ball in a room": ("regression", 1)}, "a place is three numbers"),
        ({"species of a flower, one of three": (..., ...)}, "has no value yet"),
    ],
)
def test_kinds_of_tasks(said, change, expected):
    assert expected in said(checks.kinds_of_tasks, tasks=TASKS | change)


def test_the_last_layer(said):
    t = np.zeros((5, 1), np.float32)
    for layer, free, expected in [
        (tf.keras.layers.Dense(1), lambda x: 0 * x, "Right: a mean squared error of 0.0"),
        (tf.keras.layers.Dense(1), lambda x: 1 + 0 * x, "has the network been trained?"),
        (tf.keras.layers.Dense(2), lambda x: x, "one node"),
        (tf.keras.layers.Dense(1, activation="sigmoid"), lambda x: x, "has an activation"),
    ]:
        layer(np.zeros((1, 16), np.float32))
        assert expected in said(checks.last_layer, last=layer, free=free, t=t)


@pytest.mark.parametrize(
    ("learned", "expected"),
    [(1.6, "Right"), (1.5, "as if"), (2.0, "most frequent"), (1.4, "the other way round"), (1.0, "at the mean")],
)
def test_one_number(said, learned, expected):
    assert expected in said(checks.one_number, learned=learned)


def test_the_favoured_category(said):
    p, labels = np.array([[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.2, 0.3]]), np.array([0, 1, 2])
    for favoured, accuracy, expected in [
        ([0, 1, 0], 2 / 3, "Right: 67%"),
        (p.max(1), 2 / 3, "their places are wanted"),
        (p.argmax(0), 2 / 3, "looks along each row"),
        ([0, 1, 2], 1.0, "which is not right"),
        ([0, 1, 0], 2, "that is a count"),
        ([0, 1, 0], 1 / 3, "the wrong ones"),
        ([0, 1, 0], 0.5, "True counts 1"),
    ]:
        assert expected in said(checks.favoured_category, p=p, labels=labels, favoured=favoured, accuracy=accuracy)


# 14. Universal approximation


def step(x, a):
    return 1 / (1 + np.exp(-np.clip(1000 * (x - a), -50, 50)))


@pytest.mark.parametrize(
    ("bump", "expected"),
    [
        (lambda x, a, b: step(x, a) - step(x, b), "Right"),
        (lambda x, a, b: step(x, a) + step(x, b), "are added"),
        (lambda x, a, b: step(x, b) - step(x, a), "wrong way up"),
        (lambda x, a, b: step(x, a), "the left step alone"),
        (lambda x, a, b: step(x, b), "the right step alone"),
        (lambda x, a, b: 0 * x, "which is not right"),
    ],
)
def test_the_bump(said, bump, expected):
    assert expected in said(checks.bump_by_hand, step=step, bump=bump)


def test_factor_and_width(said):
    errors = [0.4, 0.2, 0.1]
    assert "Right: about 2" in said(checks.factor_of_stairs, by_hand=errors, factor=2)
    assert "Divide each" in said(checks.factor_of_stairs, by_hand=errors, factor=4)
    names = {"widths": [2, 4, 8], "trained": [0.2, 0.09, 0.01]}
    assert "Right: 4 hidden nodes" in said(checks.enough_nodes, enough=4, **names)
    assert "fewer are, too" in said(checks.enough_nodes, enough=8, **names)
    assert "pair by pair" in said(checks.enough_nodes, enough=2, **names)
    assert "no width was enough" in said(checks.enough_nodes, enough=2, widths=[2], trained=[0.5])


# 15. New data


def test_a_new_pattern(said):
    def run_network(x):
        return np.arange(3)[:, None, None] * np.sum(x, axis=1, keepdims=True)

    right = run_network(np.array([[0.5, 0.5]]))
    assert "Right" in said(checks.new_pattern, run_network=run_network, y_new=right)
    assert "which is not right" in said(checks.new_pattern, run_network=run_network, y_new=2 * right)
    four = run_network(np.ones((4, 2)))
    assert "one row" in said(checks.new_pattern, run_network=run_network, y_new=four)


def test_the_error_on_rows(said):
    draw = np.random.default_rng(0)
    x, t, x_new, t_new = (draw.normal(size=(rows, 1)).astype(np.float32) for rows in (4, 4, 9, 9))
    names = {"model": lambda x: tf.constant(2 * x), "x_train": x, "t_train": t, "x_new": x_new, "t_new": t_new}
    for error, expected in [
        (lambda x, t: np.mean((2 * x - t) ** 2), "Right"),
        (lambda x, t: np.sum((2 * x - t) ** 2), "that is the sum"),
        (lambda x, t: np.sqrt(np.mean((2 * x - t) ** 2)), "the root of it"),
        (lambda x, t: np.mean(2 * x - t), "without the square"),
        (lambda x, t: np.mean(abs(2 * x - t)), "mean absolute error"),
        (lambda _, __: np.mean((2 * x - t) ** 2), "use its arguments"),
        (lambda x, t: 7.0, "which is not right"),
    ]:
        assert expected in said(checks.error_on_rows, error=error, **names)


@pytest.mark.parametrize(
    ("step", "expected"),
    [(100, "Right: after 100"), (2, "50 steps to a row"), (150, "training error"), (0.2, "its step"), (7, "column 1")],
)
def test_the_best_step(said, step, expected):
    errors = np.array([[0.9, 0.8], [0.5, 0.4], [0.3, 0.2], [0.1, 0.6]])
    assert expected in said(checks.best_step, errors=errors, best_step=step)


def test_memory(said):
    class Memory:
        def predict(self, x):
            return np.eye(2)[x]

    names = {"x_lot": [0, 1], "labels_lot": np.array([0, 1]), "x_later": [0, 1], "labels_later": np.array([1, 1])}
    for seen, unseen, expected in [
        (1.0, 0.5, "Right: 100%"),
        (1.0, 1.0, "the rows that it trained on"),
        (0.5, 0.5, "Compare np.argmax"),
        (1.0, 0.3, "Compare np.argmax"),
    ]:
        assert expected in said(checks.memorised, memory=Memory(), seen=seen, unseen=unseen, **names)
