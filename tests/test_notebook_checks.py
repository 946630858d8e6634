"""What the notebooks' checks say about wrong answers, each made by the slip that it names."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("checks", reason="the checks stand in notebooks/, which is not here")

import checks
import ffnn.tf as tf
from ffnn.tf.engine.process import process


@pytest.fixture(autouse=True)
def _as_in_a_new_kernel():
    process.reset()


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
    process.reset()
    assert "ten times too large" in said(checks.first_network, x=x, **with_equations(H1, Y, **variables(stddev=1.0)))
    flat = variables() | {"b1": tf.Variable(np.zeros(2, np.float32))}
    assert "`b1` has shape [2], and [1, 2] is wanted" in said(
        checks.first_network, x=x, **with_equations(H1, Y, **flat)
    )


FOUR = [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (tf.constant(FOUR, tf.float32), "Right: 0.509233, 0.509222, 0.507883 and 0.507872"),
        (tf.constant(FOUR), "`x` holds int32 numbers"),
        (tf.constant(np.transpose(FOUR), tf.float32), "rows and columns are swapped"),
        (tf.constant(FOUR[::-1], tf.float32), "in another order"),
        (tf.constant([*FOUR[:3], [0, 1]], tf.float32), "Its rows are A and B"),
        (..., "`x` has no value yet"),
    ],
)
def test_four_patterns(said, x, expected):
    assert expected in said(checks.four_patterns, x=x, **with_equations(H1, Y))


def test_shapes_of_four_patterns(said):
    right = {"matmul(x, W1)": [4, 2], "b1": [1, 2], "h1": [4, 2], "y": [4, 1]}
    assert said(checks.shapes_of_four_patterns, shapes=right).startswith("Right")
    repeated = said(checks.shapes_of_four_patterns, shapes=right | {"b1": [4, 2]})
    assert "b1 is not [4, 2]" in repeated
    assert "a bias knows nothing of patterns" in repeated
    assert (
        said(checks.column_minus_row, difference_shape=list((np.ones([4, 1]) - np.ones([1, 4])).shape))[:5] == "Right"
    )
    assert "repeated until they fit" in said(checks.column_minus_row, difference_shape=[4, 1])
    assert "no value yet" in said(checks.column_minus_row, difference_shape=[..., ...])


@pytest.mark.parametrize(
    ("y_labels", "expected"),
    [
        (tf.constant([[0], [1], [1], [0]], tf.float32), "Right"),
        (tf.constant([[0, 1, 1, 0]], tf.float32), "has shape [1, 4], and [4, 1] is wanted"),
        (tf.constant([0, 1, 1, 0], tf.float32), "has shape [4], and [4, 1] is wanted"),
        (tf.constant([[0], [1], [1], [0]]), "holds int32 numbers"),
        (tf.constant([[0], [1], [1], [1]], tf.float32), "The targets of XOR are 0, 1, 1, 0"),
        (..., "`y_labels` has no value yet"),
    ],
)
def test_targets(said, y_labels, expected):
    assert expected in said(checks.targets, y_labels=y_labels)


COLUMN, ROW = tf.constant([[0.0], [1], [1], [0]]), tf.constant([[0.0, 1, 1, 0]])


@pytest.mark.filterwarnings("ignore::ffnn.tf.errors.BroadcastWarning")
@pytest.mark.parametrize(
    ("loss_of", "expected"),
    [
        (lambda y: tf.reduce_sum(tf.square(y - COLUMN)), "Right: the loss is 1.00029"),
        (lambda y: tf.square(y - COLUMN), "has shape [4, 1]; it must be one number"),
        (lambda y: tf.reduce_mean(tf.square(y - COLUMN)), "that is the mean"),
        (lambda y: tf.reduce_sum(y - COLUMN), "not squared"),
        (lambda y: tf.reduce_sum(COLUMN - y), "not squared"),
        (lambda y: tf.reduce_sum(tf.abs(y - COLUMN)), "square them instead"),
        (lambda y: tf.sqrt(tf.reduce_sum(tf.square(y - COLUMN))), "square root"),
        (lambda y: tf.reduce_sum(tf.square(y - ROW)), "every output is compared with every target"),
        (lambda y: 2 * tf.reduce_sum(tf.square(y - COLUMN)), "The sum of the squared differences is 1.00029"),
        (lambda y: ..., "`calc_loss()` has no value yet"),
        (lambda y: None, "does its function return it?"),
    ],
)
def test_the_loss(said, loss_of, expected):
    names = with_equations(H1, Y)
    x = tf.constant(FOUR, tf.float32)
    assert expected in said(checks.loss, calc_loss=lambda: loss_of(names["run_network"](x)), **names)


SOLVED = {"W1": [[10, -10], [10, -10]], "b1": [[-5, 15]], "W2": [[10], [10]], "b2": [[-15]]}
"""Weights chosen by hand: one hidden node says OR, the other NAND, the output AND."""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "Right: XOR is learned"),
        (dict.fromkeys(SOLVED), "the weights are where they started"),
        ({"b1": None}, "`b1` is where it started"),
        ({"W2": [[0], [0]], "b2": [[0.01]]}, "XOR is not learned yet"),
        ({"W2": [[-10], [-10]], "b2": [[15]]}, "more than at the start"),
        ({"W2": [[np.nan], [0]]}, "beyond all bounds"),
    ],
)
def test_the_trained_network(said, change, expected):
    names = with_equations(H1, Y)
    start = [names[name].numpy() for name in SOLVED]
    for name, value in (SOLVED | change).items():
        if value is not None:
            names[name].assign(value)
    assert expected in said(checks.trained, start=start, **names)


def test_a_new_pattern(said):
    names = with_equations(H1, Y)
    run_network = names["run_network"]
    assert said(checks.new_pattern, answer=run_network(tf.constant([[0.5, 0.5]])), **names).startswith("Right")
    assert "[4, 1], and [1, 1]" in said(checks.new_pattern, answer=run_network(tf.constant(FOUR, tf.float32)), **names)
    assert "[[0.5, 0.5]]" in said(checks.new_pattern, answer=run_network(tf.constant([[5.0, 5.0]])), **names)


@pytest.mark.parametrize(
    ("form", "start", "expected"),
    [
        (lambda x, w, b: tf.sigmoid(tf.matmul(x, w) + b), 0.0, "Right, and yet it does not learn"),
        (lambda x, w, b: tf.sigmoid(tf.matmul(x, w) + b), 1.0, "now train it"),
        (lambda x, w, b: tf.matmul(x, w) + b, 0.0, "the sigmoid is missing"),
        (lambda x, w, b: tf.sigmoid(tf.matmul(x, w)), 0.0, "the bias is missing"),
        (lambda x, w, b: tf.tanh(tf.matmul(x, w) + b), 0.0, "the equation is not"),
        (lambda x, w, b: ..., 0.0, "`one_layer(x)` has no value yet"),
    ],
)
def test_one_layer(said, form, start, expected):
    w, b = tf.Variable([[start], [start]]), tf.Variable([[0.0]])
    assert expected in said(checks.without_hidden_layer, one_layer=lambda x: form(x, w, b), W=w, b=b)
    np.testing.assert_array_equal(w.numpy(), [[start], [start]])


def test_the_lowest_of_the_trap(said):
    y = np.linspace(0, 1, 1001)
    lowest = 4 * (2 * y**2 + 2 * (1 - y) ** 2).min()
    assert said(checks.lowest_of_the_trap, lowest=lowest).startswith("Right")
    assert "for one output" in said(checks.lowest_of_the_trap, lowest=1)
    assert "some difference is always left" in said(checks.lowest_of_the_trap, lowest=0)
    assert "something in between" in said(checks.lowest_of_the_trap, lowest=8)


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        ((0.5, 0.5, 0.5, 0.5), "Right: the same weights"),
        ((0, 0, 0, 0), "the weights are where they started"),
        ((0.5, 0, 0.5, 0.5), "`b1` is where it started"),
        ((-0.5, -0.5, -0.5, -0.5), "moves against its own slope"),
        ((0.1, 0.1, 0.1, 0.1), "moves against its own slope"),
    ],
)
def test_the_tape_form(said, factors, expected):
    names = with_equations(H1, Y)
    moving = [names[name] for name in SOLVED]
    start = [variable.numpy() for variable in moving]
    x = tf.constant(FOUR, tf.float32)
    for _ in range(1000):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(names["run_network"](x) - COLUMN))
        for variable, slope, factor in zip(moving, tape.gradient(loss, moving), factors, strict=True):
            variable.assign(variable - slope * factor)
    assert expected in said(checks.tape_form, start=start, **names)


def layers(hidden=2, first=tf.nn.sigmoid, second=tf.nn.sigmoid):
    return tf.keras.layers.Dense(hidden, activation=first), tf.keras.layers.Dense(1, activation=second)


@pytest.mark.parametrize(
    ("made", "run_network", "expected"),
    [
        (layers(), lambda one, two, x: two(one(x)), "Right"),
        (layers(3), lambda one, two, x: two(one(x)), "`layer1` has 3 nodes, and 2 are wanted"),
        (layers(first=None), lambda one, two, x: two(one(x)), "`layer1` has no activation"),
        (layers(second=tf.nn.relu), lambda one, two, x: two(one(x)), "`layer2` is another function than tf.nn.sigmoid"),
        (layers(), lambda one, two, x: one(x), "call layer2 with it"),
        (layers(), lambda one, two, x: (one(x), two(tf.ones([4, 5])))[1], "with something else than the outputs"),
        (layers(), lambda one, two, x: ..., "`run_network(x)` has no value yet"),
        ((tf.nn.sigmoid, None), lambda one, two, x: x, "`layer1` is not a dense layer"),
    ],
)
def test_two_layers(said, made, run_network, expected):
    one, two = made
    assert expected in said(checks.two_layers, layer1=one, layer2=two, run_network=lambda x: run_network(one, two, x))


def test_lists_of_variables_and_layers(said):
    one, two = layers()
    two(one(tf.constant(FOUR)))
    both = {"layer1": one, "layer2": two}
    parts = [one.trainable_variables, two.trainable_variables]
    assert said(checks.all_variables, variables=parts[0] + parts[1], **both).startswith("Right")
    assert "a list of lists" in said(checks.all_variables, variables=parts, **both)
    assert "lacks dense" in said(checks.all_variables, variables=parts[0], **both)
    assert "has 6 parts" in said(checks.all_variables, variables=parts[0] + parts[1] + parts[0], **both)
    assert said(checks.sequential, model=tf.keras.Sequential([one, two]), **both).startswith("Right")
    assert "wrong order" in said(checks.sequential, model=tf.keras.Sequential([two, one]), **both)
    assert "not made of your layers" in said(checks.sequential, model=tf.keras.Sequential(layers()), **both)
    assert "`model` has no value yet" in said(checks.sequential, model=..., **both)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [(26, "Right"), (20, "the weights alone"), (29, "no biases"), (6, "the biases alone"), (9, "Count the arrows")],
)
def test_numbers_of_a_network(said, counted, expected):
    assert expected in said(checks.numbers_of_3_4_2, numbers_of_3_4_2=counted)


def test_a_compiled_step(said):
    names = with_equations(H1, Y)
    moving = [names[name] for name in SOLVED]
    start = [variable.numpy() for variable in moving]
    x = tf.constant(FOUR, tf.float32)

    def calc_loss():
        return tf.reduce_sum(tf.square(names["run_network"](x) - COLUMN))

    def step_of(optimizer, variables):
        return lambda: optimizer.minimize(calc_loss, variables)

    plain = step_of(tf.keras.optimizers.SGD(0.5), moving)
    names["start"] = start
    moving[0].assign(SOLVED["W1"])
    assert said(checks.compiled_step, step=tf.function(plain), **names).startswith("Right")
    np.testing.assert_array_equal(moving[0].numpy(), SOLVED["W1"])  # the learner's weights are left as they were
    assert "write @tf.function" in said(checks.compiled_step, step=plain, **names)
    fast = tf.function(step_of(tf.keras.optimizers.SGD(5.0), moving))
    assert "must be one step" in said(checks.compiled_step, step=fast, **names)
    some = tf.function(step_of(tf.keras.optimizers.SGD(0.5), moving[:1]))
    assert "`b1` is where it started" in said(checks.compiled_step, step=some, **names)
    assert "where they started" in said(checks.compiled_step, step=lambda: ..., **names)


def test_what_is_traced(said):
    assert said(checks.printed, printed_by_print=1, printed_by_tf_print=3).startswith("Right")
    assert "Python runs while" in said(checks.printed, printed_by_print=3, printed_by_tf_print=3)
    assert "part of the program" in said(checks.printed, printed_by_print=1, printed_by_tf_print=1)
    assert said(checks.frozen_rate, second_call=2).startswith("Right")
    assert "traced with the old one" in said(checks.frozen_rate, second_call=3)
