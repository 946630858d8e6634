"""What the notebooks' checks say about wrong answers, each made by the slip that it names."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("checks", reason="the checks stand in notebooks/, which is not here")

import checks
import feedforward.tf as tf
from feedforward.tf import random


@pytest.fixture(autouse=True)
def _as_in_a_new_kernel():
    random.streams = random.Streams(None)


@pytest.fixture
def said(capsys):
    """What a check says about these names."""

    def ask(check, **names):
        check(names)
        return capsys.readouterr().out.strip()

    return ask


def variables(stddev=0.1, seeds=(1, 2, 3, 4)):
    shapes = {"W1": [2, 2], "b1": [1, 2], "W2": [2, 1], "b2": [1, 1]}
    return {
        name: tf.Variable(tf.random.truncated_normal(shape, stddev=stddev, seed=seed))
        for (name, shape), seed in zip(shapes.items(), seeds, strict=True)
    }


def with_equations(h1, y, **drawn):
    """The names of a learner who wrote these two equations."""
    names = drawn or variables()
    program = f"def run_network(x):\n    h1 = {h1}\n    y = {y}\n    return y"
    exec(program, names | {"tf": tf}, space := {})
    function = space["run_network"]
    function.__globals__.update(names)
    return {**names, "run_network": function}


H1, Y = "tf.sigmoid(tf.matmul(x, W1) + b1)", "tf.sigmoid(tf.matmul(h1, W2) + b2)"
ONE = [[1.0, 1.0]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (..., "Not yet: `answer` has no value yet"),
        ([[1], [...]], "Not yet: `answer` has no value yet"),
        ("two", "must hold numbers"),
        (None, "does its function return it?"),
        ([[1, 2]], "rows and columns are swapped"),
        ([1, 2, 3], "has shape [3], and [2, 1] is wanted"),
        ([[1], [3]], "`answer` is [[1], [3]], which is not right. Count again."),
        ([[1], [2]], "Right"),
    ],
)
def test_values(said, value, expected):
    @checks.check
    def answered(answer):
        checks.close("answer", answer, [[1], [2]], hint="Count again.")
        return "Right: yes."

    assert expected in said(answered, answer=value)
    assert "`answer` has no value yet" in said(answered)


def test_gaps_and_errors_inside_functions(said):
    @checks.check
    def called(function):
        checks.close("function()", function(), 1)
        return "Right: yes."

    assert "`function()` has no value yet" not in said(called, function=lambda: 1)
    assert "`function` still has a gap" in said(called, function=lambda: ... + 1)
    assert "your code stops with ZeroDivisionError: " in said(called, function=lambda: 1 / 0)


def test_a_node_by_hand(said):
    assert said(checks.node_by_hand, s_4=0.75, a_4=1).startswith("Right")
    assert "s_4 is the sum alone" in said(checks.node_by_hand, s_4=0.25, a_4=1)
    assert "Multiply each input" in said(checks.node_by_hand, s_4=2.75, a_4=1)
    assert "above the threshold" in said(checks.node_by_hand, s_4=0.75, a_4=0)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "Right"),
        ({"W1": [4, 3]}, "W1 is the other way round"),
        ({"b1": [4]}, "b1 has two axes"),
        ({"y": [2, 2]}, "y is not [2, 2]"),
        ({"h1": [..., ...]}, '`shapes["h1"]` has no value yet'),
    ],
)
def test_shapes(said, change, expected):
    right = {"W1": [3, 4], "b1": [1, 4], "h1": [1, 4], "W2": [4, 2], "b2": [1, 2], "y": [1, 2]}
    assert expected in said(checks.shapes_of_3_4_2, shapes=right | change)


@pytest.mark.parametrize(
    ("h1", "y", "expected"),
    [
        (H1, Y, "Right: 0.50787264"),
        ("tf.matmul(x, W1) + b1", "tf.matmul(h1, W2) + b2", "no layer has its sigmoid"),
        (H1, "tf.matmul(h1, W2) + b2", "the output has no sigmoid"),
        ("tf.matmul(x, W1) + b1", Y, "the hidden layer has no sigmoid"),
        ("tf.sigmoid(tf.matmul(x, W1))", "tf.sigmoid(tf.matmul(h1, W2))", "both biases are missing"),
        ("tf.sigmoid(tf.matmul(x, W1))", Y, "the bias b1 is missing"),
        (H1, "tf.sigmoid(tf.matmul(h1, W2))", "the bias b2 is missing"),
        (H1.replace("+", "-"), Y.replace("+", "-"), "the biases are subtracted"),
        ("tf.sigmoid(tf.matmul(x, W1)) + b1", Y, "a bias is added outside"),
        (H1, "tf.sigmoid(tf.matmul(h1, W2)) + b2", "a bias is added outside"),
        ("tf.tanh(tf.matmul(x, W1) + b1)", Y, "is wanted"),
        ("...", "...", "`run_network(x)` has no value yet"),
        ("...", Y, "`run_network` still has a gap"),
        ("tf.sigmoid(x + b3)", Y, "your code stops with NameError"),
    ],
)
def test_the_first_network(said, h1, y, expected):
    assert expected in said(checks.first_network, x=tf.constant(ONE), **with_equations(h1, y))


def test_other_random_numbers(said):
    x = tf.constant(ONE)
    assert "`W2` holds other random numbers" in said(
        checks.first_network, x=x, **with_equations(H1, Y, **variables(seeds=(1, 2, 4, 4)))
    )
    again = variables()
    assert "restart the kernel" in said(checks.first_network, x=x, **with_equations(H1, Y, **again))
    random.streams = random.Streams(None)
    assert "ten times too large" in said(checks.first_network, x=x, **with_equations(H1, Y, **variables(stddev=1.0)))
    flat = variables() | {"b1": tf.Variable(np.zeros(2, np.float32))}
    assert "`b1` has shape [2], and [1, 2] is wanted" in said(
        checks.first_network, x=x, **with_equations(H1, Y, **flat)
    )
