"""Checks of lessons 1 to 5: `checks.first_network(globals())` says what is right, or what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import ffnn.tf as tf
from checking import Wrong, array, check, close, filled, shape, slip


def sigmoid(s: Any) -> Any:
    """1 / (1 + exp(−s))."""
    return 1 / (1 + np.exp(-np.asarray(s, float)))


# 1. A network in two equations


@check
def node_by_hand(s_4, a_4):
    """Node 4 of the lesson: x = (2, 1, 3), weights (0.5, -1, 0.25), threshold 0.5."""
    found = array("s_4", s_4)
    slip([("that is the sum less the threshold; s_4 is the sum alone.", 0.25)], found)
    close("s_4", s_4, 0.75, hint="Multiply each input by the weight on its arrow, and add the three products.")
    close("a_4", a_4, 1, hint="The node fires (1) when s_4 is above the threshold, and not (0) otherwise.")
    return "Right: 1 - 1 + 0.75 = 0.75 is above 0.5, so the node fires."


@check
def shapes_of_3_4_2(shapes):
    """The six shapes of the slide."""
    wanted = {"W1": [3, 4], "b1": [1, 4], "h1": [1, 4], "W2": [4, 2], "b2": [1, 2], "y": [1, 2]}
    for name, right in wanted.items():
        filled(f'shapes["{name}"]', shapes.get(name, ...))
        found = list(shapes[name])
        if found == right:
            continue
        if name.startswith("W") and found == right[::-1]:
            raise Wrong(f"{name} is the other way round: a row for each input of the layer, a column for each node.")
        if len(found) != 2:
            raise Wrong(f"{name} has two axes, rows and columns, even where there is one row.")
        raise Wrong(f"{name} is not {found}. A product [1, n] times [n, m] is [1, m], and sums keep their shape.")
    return "Right: all six shapes."


SEEDED = {
    "W1": [[-0.081132, 0.148460], [0.006533, 0.009925]],
    "b1": [[-0.085811, -0.019662]],
    "W2": [[0.106166], [-0.087858]],
    "b2": [[0.029630]],
}
"""The first numbers of seeds 1 to 4, with which the lecture's network gives 0.50787264 for (1, 1)."""


def seeded(**variables: Any) -> list[np.ndarray]:
    """Arrays of the variables, which must be those of `SEEDED`."""
    found = [shape(name, value, np.shape(SEEDED[name])) for name, value in variables.items()]
    for seed, (name, value) in enumerate(zip(variables, found, strict=True), start=1):
        if np.allclose(value, np.multiply(SEEDED[name], 10), atol=1e-4):
            raise Wrong(f"`{name}` is ten times too large; its stddev is 0.1.")
        if not np.allclose(value, SEEDED[name], atol=1e-5):
            raise Wrong(
                f"`{name}` holds other random numbers than the first that seed={seed} gives. Look at the seed; and if "
                "the cell has run before, restart the kernel, for each run takes the next numbers of the seed."
            )
    return found


def forward(x: Any, W1: Any, b1: Any, W2: Any, b2: Any, hidden: Any = sigmoid, output: Any = sigmoid) -> np.ndarray:
    """The two equations, in NumPy."""
    return output(hidden(x @ W1 + b1) @ W2 + b2)


def equations(y: np.ndarray, x: np.ndarray, W1: Any, b1: Any, W2: Any, b2: Any) -> None:
    """Refuse outputs that are not those of the two equations, and say which slip gives them."""
    if np.allclose(y, forward(x, W1, b1, W2, b2), rtol=0, atol=1e-6):
        return
    same, outside = (lambda s: s), "a bias is added outside of its sigmoid; it belongs inside, to the sum."
    slips = [
        ("no layer has its sigmoid: put tf.sigmoid(...) around both.", forward(x, W1, b1, W2, b2, same, same)),
        ("the output has no sigmoid: y = tf.sigmoid(...).", forward(x, W1, b1, W2, b2, output=same)),
        ("the hidden layer has no sigmoid: h1 = tf.sigmoid(...).", forward(x, W1, b1, W2, b2, hidden=same)),
        ("both biases are missing: add b1 and b2 inside the sigmoids.", forward(x, W1, 0, W2, 0)),
        ("the bias b1 is missing: tf.matmul(x, W1) + b1.", forward(x, W1, 0, W2, b2)),
        ("the bias b2 is missing: tf.matmul(h1, W2) + b2.", forward(x, W1, b1, W2, 0)),
        ("the biases are subtracted; the sign has moved into them, so add them.", forward(x, W1, -b1, W2, -b2)),
        (outside, sigmoid((sigmoid(x @ W1) + b1) @ W2 + b2)),
        (outside, forward(x, W1, b1, W2, 0) + b2),
        (outside, sigmoid((sigmoid(x @ W1) + b1) @ W2) + b2),
    ]
    slip(slips, y)
    right = forward(x, W1, b1, W2, b2)
    raise Wrong(f"the output is {y.ravel().round(6)}, and {right.ravel().round(6)} is wanted.")


@check
def first_network(x, W1, b1, W2, b2, run_network):
    """Exercise 1."""
    inputs = shape("x", x, (1, 2))
    arrays = seeded(W1=W1, b1=b1, W2=W2, b2=b2)
    y = shape("run_network(x)", run_network(x), (1, 1))
    equations(y, inputs, *arrays)
    close("run_network(x)", y, [[0.50787264]], hint="The input is x = [[1, 1]].")
    return "Right: 0.50787264, as on the slide."


# 2. Four patterns at once

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)


def four_inputs(x: Any) -> np.ndarray:
    """The array of x, which must be the inputs of XOR's table."""
    found = shape("x", x, (4, 2))
    if found.dtype != np.float32:
        raise Wrong(f"`x` holds {found.dtype} numbers, and the weights are float32: tf.constant([...], tf.float32).")
    if np.allclose(sorted(found.tolist()), INPUTS) and not np.allclose(found, INPUTS):
        raise Wrong("`x` holds the right rows in another order than the table.")
    return close("x", x, INPUTS, hint="Its rows are A and B of the table.")


@check
def four_patterns(x, W1, b1, W2, b2, run_network):
    """Exercise 2."""
    inputs = four_inputs(x)
    y = shape("run_network(x)", run_network(x), (4, 1))
    equations(y, inputs, *seeded(W1=W1, b1=b1, W2=W2, b2=b2))
    return "Right: 0.509233, 0.509222, 0.507883 and 0.507872, as on the slide."


def same_shapes(found: Mapping[str, Any], wanted: Mapping[str, list[int]], hint: str) -> None:
    """Refuse shapes that are not the wanted ones."""
    for name, right in wanted.items():
        filled(name, found.get(name, ...))
        if list(found[name]) != right:
            raise Wrong(f"{name} is not {list(found[name])}. {hint}")


@check
def shapes_of_four_patterns(shapes):
    """The shapes on the way, for four rows."""
    wanted = {"matmul(x, W1)": [4, 2], "b1": [1, 2], "h1": [4, 2], "y": [4, 1]}
    hint = "A row for each pattern and a column for each node; but a bias knows nothing of patterns."
    same_shapes(shapes, wanted, hint)
    return "Right: a row for each pattern, and one row of biases for all of them."


@check
def column_minus_row(difference_shape):
    """The puzzle of broadcasting."""
    same_shapes({"the shape": difference_shape}, {"the shape": [4, 4]}, "Both sides are repeated until they fit.")
    return "Right: [4, 4]. Every number of the column meets every number of the row."


# 3. Training: XOR

TARGETS = np.array([[0], [1], [1], [0]], np.float32)


@check
def targets(y_labels):
    """A column of four targets."""
    if array("y_labels", y_labels).size == 4 and np.shape(y_labels) != (4, 1):
        raise Wrong(
            f"`y_labels` has shape {list(np.shape(y_labels))}, and [4, 1] is wanted: a column of four rows, so each "
            "number needs brackets of its own. With this shape, every output would be compared with every target."
        )
    found = close("y_labels", y_labels, TARGETS, hint="The targets of XOR are 0, 1, 1, 0.")
    if found.dtype != np.float32:
        raise Wrong(f"`y_labels` holds {found.dtype} numbers, and the output is float32: add tf.float32.")
    return "Right: four rows of one number each, like the output."


@check
def loss(calc_loss, run_network):
    """The sum of the squared differences, at the weights as they are."""
    deltas = array("run_network(x)", run_network(INPUTS)) - TARGETS
    found = array("calc_loss()", calc_loss())
    right = np.sum(deltas**2)
    if found.ndim:
        raise Wrong(f"the loss has shape {list(found.shape)}; it must be one number, so reduce it: tf.reduce_sum(...).")
    slips = [
        ("that is the mean; the sum is wanted: tf.reduce_sum.", right / 4),
        ("the differences are not squared: those above and below 0 cancel out.", np.sum(deltas)),
        ("the differences are not squared: those above and below 0 cancel out.", -np.sum(deltas)),
        ("that is the sum of the differences' sizes; square them instead.", np.sum(np.abs(deltas))),
        ("that is the square root of the loss; leave it out.", np.sqrt(right)),
        ("every output is compared with every target; y_labels must have shape [4, 1].", 4 * right),
        (
            "every output is compared with every target; y_labels must have shape [4, 1].",
            np.sum((deltas + TARGETS - TARGETS.T) ** 2),
        ),
    ]
    slip(slips, found, 1e-5)
    close("calc_loss()", found, right, hint=f"The sum of the squared differences is {right:.6f}.")
    return f"Right: the loss is {right:.6f}."


def moved(start: Any, **variables: Any) -> list[np.ndarray]:
    """Arrays of the variables, none of which may be where it started."""
    found = [array(name, value) for name, value in variables.items()]
    same = [name for name, value, old in zip(variables, found, start, strict=True) if np.array_equal(value, old)]
    if len(same) == len(found):
        raise Wrong("the weights are where they started. Fill the gap, and run the cell above.")
    if same:
        raise Wrong(f"`{same[0]}` is where it started, and the others have moved; is it missing in your code?")
    if not all(np.isfinite(value).all() for value in found):
        raise Wrong("the weights have grown beyond all bounds. Take steps against the slope: minus, not plus.")
    return found


@check
def trained(start, W1, b1, W2, b2, run_network):
    """Exercise 3, after 20,000 steps."""
    moved(start, W1=W1, b1=b1, W2=W2, b2=b2)
    deltas = shape("run_network(x)", run_network(INPUTS), (4, 1)) - TARGETS
    left = np.sum(deltas**2)
    if left > 1.5:
        raise Wrong(
            f"the loss is {left:.4f}, more than at the start. Does the loss grow? Look at its sign, and at eta."
        )
    if np.abs(deltas).max() > 0.1:
        raise Wrong(
            f"the loss is {left:.4f}: XOR is not learned yet. About 12,000 steps pass before the loss falls; if all "
            "20,000 are done, look at y_labels ([4, 1]?) and at the list of variables."
        )
    return f"Right: XOR is learned, with a loss of {left:.5f}."


@check
def new_pattern(answer, run_network):
    """The trained network's output for (0.5, 0.5)."""
    close("answer", answer, array("run_network", run_network([[0.5, 0.5]])), hint="The input is [[0.5, 0.5]].")
    return "Right: one row in, one row out."


@check
def without_hidden_layer(one_layer, W, b):
    """One layer, trained on XOR; its equation is tried with other weights, since the trained ones are all but 0."""
    learned = shape("W", W, (2, 1)), shape("b", b, (1, 1))
    trained = array("one_layer(x)", one_layer(INPUTS))
    weights, bias = np.array([[1.0], [-2.0]]), 0.5
    try:
        W.assign(weights)
        b.assign([[bias]])
        y = shape("one_layer(x)", one_layer(INPUTS), (4, 1))
    finally:
        W.assign(learned[0])
        b.assign(learned[1])
    slips = [
        ("the sigmoid is missing: tf.sigmoid(...).", INPUTS @ weights + bias),
        ("the bias is missing: tf.matmul(x, W) + b.", sigmoid(INPUTS @ weights)),
    ]
    slip(slips, y)
    if not np.allclose(y, sigmoid(INPUTS @ weights + bias), atol=1e-6):
        raise Wrong("the equation is not y = g(xW + b), with the sigmoid for g.")
    if np.sum((trained - TARGETS) ** 2) > 1.001:
        raise Wrong("the equation is right; now train it: run the cell to its end.")
    return "Right, and yet it does not learn: a loss of 1 is the best that one layer can do."


@check
def lowest_of_the_trap(lowest):
    """The least sum of squares of four outputs, each against all four targets."""
    slips = [
        ("that is the least for one output; there are four.", 1),
        ("an output cannot be 0 and 1 at once, so some difference is always left.", 0),
        ("this is what outputs of 0 or 1 give; something in between is better.", 8),
    ]
    slip(slips, array("lowest", lowest))
    close("lowest", lowest, 4, tolerance=1e-3, hint="Which single number is nearest to 0, 1, 1 and 0 together?")
    return "Right: 4, when every output is 0.5."


def descended(start: Any, steps: int, eta: float = 0.5) -> list[np.ndarray]:
    """W1, b1, W2 and b2 after steps of gradient descent on XOR, in NumPy."""
    W1, b1, W2, b2 = (np.asarray(value, float) for value in start)
    for _ in range(steps):
        h1 = sigmoid(INPUTS @ W1 + b1)
        y = sigmoid(h1 @ W2 + b2)
        at_y = 2 * (y - TARGETS) * y * (1 - y)
        at_h1 = at_y @ W2.T * h1 * (1 - h1)
        W2, b2 = W2 - eta * h1.T @ at_y, b2 - eta * at_y.sum(0)
        W1, b1 = W1 - eta * INPUTS.T @ at_h1, b1 - eta * at_h1.sum(0)
    return [W1, b1, W2, b2]


@check
def tape_form(start, W1, b1, W2, b2):
    """The long form of `minimize`, 1,000 steps."""
    names = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    found = moved(start, **names)
    for name, value, right in zip(names, found, descended(start, 1000), strict=True):
        hint = "Each variable moves against its own slope: W1.assign(W1 - dLdW1 * eta)."
        close(name, value, right, tolerance=1e-3, hint=hint)
    return "Right: the same weights as after 1,000 calls of minimize."


# 4. Layers


def dense(name: str, layer: Any, units: int) -> None:
    """Refuse what is not a layer of so many nodes with the sigmoid."""
    if not hasattr(layer, "units"):
        raise Wrong(f"`{name}` is not a dense layer: tf.keras.layers.Dense(...).")
    if layer.units != units:
        raise Wrong(f"`{name}` has {layer.units} nodes, and {units} are wanted: the first argument of Dense.")
    sums = np.array([[-2.0, 0.0, 1.0]], np.float32)
    activations = array("activation", layer.activation(sums))
    if np.allclose(activations, sums):
        raise Wrong(f"`{name}` has no activation: activation=tf.nn.sigmoid.")
    if not np.allclose(activations, sigmoid(sums), atol=1e-6):
        raise Wrong(f"the activation of `{name}` is another function than tf.nn.sigmoid.")


@check
def two_layers(layer1, layer2, run_network):
    """Exercise 4."""
    dense("layer1", layer1, 2)
    dense("layer2", layer2, 1)
    y = array("run_network(x)", run_network(INPUTS))
    if y.shape == (4, 2):
        raise Wrong("run_network(x) is what the hidden layer says; call layer2 with it.")
    shape("run_network(x)", y, (4, 1))
    arrays = [array("variable", one) for layer in (layer1, layer2) for one in layer.trainable_variables]
    if arrays[2].shape != (2, 1):
        raise Wrong("`layer2` is called with something else than the outputs of `layer1`: y = layer2(h1).")
    equations(y, INPUTS, *arrays)
    return "Right: the two equations, with variables that the layers made."


def the_variables(name: str, found: Any, layers: list[Any]) -> None:
    """Refuse a list that is not that of the layers' variables."""
    wanted = [variable for layer in layers for variable in layer.trainable_variables]
    if any(isinstance(part, list | tuple) for part in found):
        raise Wrong(f"`{name}` is a list of lists; join the lists with +.")
    lacking = [one.name for one in wanted if not any(one is other for other in found)]
    if lacking:
        raise Wrong(f"`{name}` lacks {', '.join(lacking)}.")
    if len(found) != len(wanted):
        raise Wrong(f"`{name}` has {len(found)} parts, and there are {len(wanted)} variables.")


@check
def all_variables(variables, layer1, layer2):
    """The list for the optimizer."""
    the_variables("variables", variables, [layer1, layer2])
    return "Right: two kernels and two biases."


@check
def sequential(model, layer1, layer2):
    """The model of the two layers."""
    layers = list(getattr(model, "layers", []))
    if layers == [layer2, layer1]:
        raise Wrong("the layers are in the wrong order: [layer1, layer2].")
    if layers != [layer1, layer2]:
        raise Wrong("`model` is not made of your layers: tf.keras.Sequential([layer1, layer2]).")
    y = shape("model(x)", model(INPUTS), (4, 1))
    close("model(x)", y, array("layer2", layer2(layer1(INPUTS))))
    the_variables("model.trainable_variables", model.trainable_variables, layers)
    return "Right: the same layers, in a list."


@check
def numbers_of_3_4_2(numbers_of_3_4_2):
    """Weights and biases of the 3-4-2 network."""
    slips = [
        ("these are the weights alone; each node but the inputs has a bias, too.", 20),
        ("the inputs have no biases.", 29),
        ("these are the biases alone.", 6),
    ]
    slip(slips, array("numbers_of_3_4_2", numbers_of_3_4_2))
    close("numbers_of_3_4_2", numbers_of_3_4_2, 26, hint="Count the arrows, then the nodes with a bias.")
    return "Right: 12 + 4 + 8 + 2 = 26."


# 5. Challenge: a compiled step


@check
def compiled_step(step, start, W1, b1, W2, b2):
    """A `tf.function` that takes one step; the variables go back to where they were."""
    variables = {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    before = [variable.numpy() for variable in variables.values()]
    try:
        for variable, value in zip(variables.values(), start, strict=True):
            variable.assign(value)
        step()
        found = moved(start, **variables)
    finally:
        for variable, value in zip(variables.values(), before, strict=True):
            variable.assign(value)
    for name, value, right in zip(variables, found, descended(start, 1), strict=True):
        close(name, value, right, hint="One call of `step` must be one step of optimizer.minimize.")
    if not isinstance(step, type(tf.function(lambda: None))):
        raise Wrong("`step` does its work, but it is plain Python: write @tf.function on the line above `def step():`.")
    return "Right: one call, one step, compiled."


@check
def printed(printed_by_print, printed_by_tf_print):
    """How often a print and a tf.print of a traced function appear in three calls."""
    hint = "Count the lines that the calls wrote."
    close("printed_by_print", printed_by_print, 1, hint=f"Python runs while the function is traced. {hint}")
    close("printed_by_tf_print", printed_by_tf_print, 3, hint=f"It is part of the program. {hint}")
    return "Right: Python runs once, the program three times."


@check
def frozen_rate(second_call):
    """What a Python number from outside is worth in a traced function."""
    slip(
        [("that would be the new rate; but the function was traced with the old one.", 3)], array("number", second_call)
    )
    close("second_call", second_call, 2, hint="The function was traced while `rate` was 2.")
    return "Right: 2. The program holds the number that `rate` was when Python ran."
