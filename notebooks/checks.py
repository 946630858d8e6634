"""Checks of what a learner has: each prints one or two sentences, what is right or what is wrong.

A notebook gives a check all its names, `checks.first_network(globals())`; the check picks out those that its own
parameters name. A check of your own returns what is right, and raises `Wrong` for what is not:

    @check
    def doubled(x, twice):
        close("twice", twice, 2 * np.asarray(x))
        return "Right: each number is twice what it was."
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np


class Wrong(Exception):  # noqa: N818  (no error of a program)
    """What is wrong, in a sentence or two for the learner."""


def check(judge: Callable[..., str]) -> Callable[[Mapping[str, Any]], None]:
    """The check that calls `judge` with the learner's names, and prints what it says."""
    names = list(inspect.signature(judge).parameters)

    @functools.wraps(judge)
    def judged(learned: Mapping[str, Any]) -> None:
        values = {name: learned.get(name, ...) for name in names}
        try:
            for name, value in values.items():
                filled(name, value)
            print(judge(**values))
        except Wrong as wrong:
            print(f"Not yet: {wrong}")
        except Exception as error:  # whatever the learner's own functions raise
            gaps = [name for name, value in values.items() if has_gap(value)]
            if gaps:
                print(f"Not yet: `{gaps[0]}` still has a gap; put your code where the three dots are.")
            else:
                print(f"Not yet: your code stops with {type(error).__name__}: {error}")

    return judged


def filled(name: str, value: Any) -> None:
    """Refuse a name that is not there, and three dots, alone or in lists."""
    if value is ...:
        raise Wrong(f"`{name}` has no value yet; fill the gap above, and run its cell.")
    if isinstance(value, Mapping):
        for key, part in value.items():
            filled(f'{name}["{key}"]', part)
    if isinstance(value, list | tuple):
        for part in value:
            filled(name, part)


def has_gap(value: Any) -> bool:
    """Whether a function's code holds three dots."""
    code = getattr(inspect.unwrap(value), "__code__", None) if callable(value) else None
    return code is not None and any(constant is ... for constant in code.co_consts)


def array(name: str, value: Any) -> np.ndarray:
    """A tensor, list or number as an array of numbers."""
    filled(name, value)
    if value is None:
        raise Wrong(f"`{name}` is None; does its function return it?")
    found = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if found.dtype.kind not in "fiub":
        raise Wrong(f"`{name}` must hold numbers; it is {value!r}.")
    return found


def shape(name: str, value: Any, wanted: tuple[int, ...]) -> np.ndarray:
    """The array, which must have that shape."""
    found = array(name, value)
    if found.shape != wanted:
        turned = "; rows and columns are swapped" if len(wanted) > 1 and found.shape == wanted[::-1] else ""
        raise Wrong(f"`{name}` has shape {list(found.shape)}, and {list(wanted)} is wanted{turned}.")
    return found


def close(name: str, value: Any, wanted: Any, tolerance: float = 1e-5, hint: str = "") -> np.ndarray:
    """The array, which must have those values."""
    wanted = np.asarray(wanted)
    found = shape(name, value, wanted.shape)
    if not np.allclose(found, wanted, rtol=0, atol=tolerance):
        shown = np.array2string(found, precision=6, separator=", ").replace("\n", "")
        raise Wrong(f"`{name}` is {shown}, which is not right. {hint}".rstrip())
    return found


def slip(slips: Iterable[tuple[str, Any]], found: np.ndarray, tolerance: float = 1e-6) -> None:
    """Refuse values that a well-known slip gives; each slip is a sentence, and the values that come of it."""
    for said, values in slips:
        if np.shape(values) == found.shape and np.allclose(found, values, rtol=0, atol=tolerance):
            raise Wrong(said)


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
