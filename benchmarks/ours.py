"""Our programs that time training itself, each in a process of its own: `python benchmarks/ours.py NAME ARGUMENTS…`.

Imports are done when the clock starts; compiling is part of a first call.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from ffnn.learning.preparing import network_of
from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Network, Numbers
from ffnn.recipes import catalogue
from ffnn.recipes.recipe import Recipe
from ffnn.recipes.settling import settled
from ffnn.training import restarts
from measure import serve

DEFAULT_ROWS, DEFAULT_INPUTS = 20_000, 11

XOR = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]], np.float32)


def epoch(epochs: str) -> dict[str, list[float]]:
    """Seconds of each compiled epoch of a 784-512-256-10 network, and of 2048³ products in JAX between the epochs."""
    inputs, classes = random_rows(60_000, 784, 10)
    recipe = Recipe(hidden=(512, 256), restarts=1, epochs=1 + int(epochs), batch_size=128)
    matrix = jax.random.normal(jax.random.key(0), (2048, 2048))
    multiply = jax.jit(lambda a: a @ a)
    products: list[float] = []

    def between() -> None:
        products.extend(seconds(lambda: multiply(matrix).block_until_ready()) for _ in range(6))

    between()
    return {"epochs": epoch_seconds(recipe, inputs, classes, 10, between), "products": products[1:]}


def default(epochs: str) -> dict[str, list[float]]:
    """Seconds of each compiled epoch of the default recipe's restarts on 20,000 rows of 11 numbers; and of products.

    An eighth of the rows judges each restart.
    """
    inputs, classes = random_rows(DEFAULT_ROWS, DEFAULT_INPUTS, 2)
    recipe = settled(catalogue.find("default", epochs=int(epochs), frequency=1.0), classes=True, rows=DEFAULT_ROWS)
    matrix = jax.random.normal(jax.random.key(0), (2048, 2048))
    multiply = jax.jit(lambda a: a @ a)
    products: list[float] = []

    def between() -> None:
        products.extend(seconds(lambda: multiply(matrix).block_until_ready()) for _ in range(6))

    folds = np.arange(DEFAULT_ROWS, dtype=np.int32) % recipe.restarts
    network = network_of(recipe, 2, range(DEFAULT_INPUTS))
    return {
        "epochs": epoch_seconds(recipe, inputs, classes, 2, between, network=network, folds=folds),
        "products": products[1:],
    }


def iris(count: str) -> list[float]:
    """Seconds of 100 epochs of that many restarts on 120 rows of iris: the first call, then some compiled."""
    from sklearn.datasets import load_iris

    bunch = load_iris()
    picked = np.random.default_rng(0).permutation(150)[:120]
    inputs = numbers((bunch.data - bunch.data.mean(axis=0))[picked])
    classes = bunch.target[picked].astype(np.int32)
    recipe = Recipe(restarts=int(count), epochs=100, batch_size=64)
    network = network_of(recipe, 3)
    return [seconds(lambda: restarts.train(network, inputs, classes, recipe, loss="cross_entropy")) for _ in range(4)]


def wide(pairs: str) -> dict[str, list[float]]:
    """Seconds of each compiled epoch of 8 restarts, and of one, in turn: 26,000 rows, 108 inputs, 3 layers of 256."""
    inputs, classes = random_rows(26_000, 108, 2)

    def several(count: int) -> list[float]:
        return epoch_seconds(Recipe((256, 256, 256), restarts=count, epochs=4, batch_size=256), inputs, classes, 2)

    times = [(several(8), several(1)) for _ in range(int(pairs))]
    return {"eight": [min(eight) for eight, _ in times], "one": [min(one) for _, one in times]}


def xor() -> list[float]:
    """Seconds of 20,000 full-batch steps of XOR 2-2-1: the first call, then some that compile nothing."""
    network = Network((Numbers(), Dense(2, "sigmoid"), Dense(1, "sigmoid")))
    recipe = Recipe(restarts=1, epochs=20_000, batch_size=4, optimizer="sgd", learning_rate=0.5)
    inputs, answers = numbers(XOR[:, :2]), XOR[:, 2:]
    return [seconds(lambda: restarts.train(network, inputs, answers, recipe, loss="sum_of_squares")) for _ in range(6)]


def arrays(file: str, epochs: str, batch: str, seed: str) -> dict[str, Any]:
    """Seconds to train one network on encoded rows, and the classes that it predicts for the test rows."""
    rows = np.load(file)
    recipe = Recipe(restarts=1, epochs=int(epochs), batch_size=int(batch))
    network = network_of(recipe, int(rows["classes"].max()) + 1)
    inputs, classes = numbers(rows["inputs"]), rows["classes"]
    begin = time.perf_counter()
    trained = restarts.train(network, inputs, classes, recipe, loss="cross_entropy", seed=int(seed))
    elapsed = time.perf_counter() - begin
    parameters = jax.tree.map(lambda array: array[0], trained.parameters)
    outputs = network.apply(parameters, numbers(rows["test_inputs"]))
    return {"seconds": elapsed, "predicted": outputs.argmax(axis=1).tolist()}


def epoch_seconds(
    recipe: Recipe,
    inputs: Inputs,
    classes: np.ndarray,
    outputs: int,
    between: Callable[[], object] = lambda: None,
    network: Network | None = None,
    folds: np.ndarray | None = None,
) -> list[float]:
    """Seconds of each epoch but those of the first chunk, which compiles; `between` runs off the clock."""
    times: list[float] = []
    begin, done = 0.0, 0

    def watch(record: restarts.Record) -> None:
        nonlocal begin, done
        if record.epoch == done:  # a part of an epoch
            return
        if done:
            times.append((time.perf_counter() - begin) / (record.epoch - done))
        between()
        begin, done = time.perf_counter(), record.epoch

    network = network or network_of(recipe, outputs)
    restarts.train(network, inputs, classes, recipe, loss="cross_entropy", folds=folds, watch=watch)
    return times


def random_rows(rows: int, width: int, classes: int) -> tuple[Inputs, np.ndarray]:
    """Rows of normal numbers and classes that mean nothing."""
    generator = np.random.default_rng(0)
    drawn = generator.standard_normal((rows, width), np.float32)
    return numbers(drawn), generator.integers(classes, size=rows, dtype=np.int32)


def search() -> float:
    """Seconds of a grid search over 12 learning rates and 5 folds of iris, compiling included."""
    from sklearn.datasets import load_iris
    from sklearn.model_selection import GridSearchCV

    from ffnn import FeedforwardClassifier

    begin = time.perf_counter()
    rates = {"learning_rate": [0.0001 * 2**power for power in range(12)]}
    one = FeedforwardClassifier(recipe="plain", hidden=(100,), restarts=1, epochs=200, patience=200, random_state=0)
    GridSearchCV(one, rates, cv=5).fit(*load_iris(return_X_y=True))
    return time.perf_counter() - begin


def memory(folder: str, *command: str) -> float:
    """Peak memory of a command, in GB."""
    import resource
    import subprocess

    subprocess.run(command, cwd=folder, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9


def numbers(array: np.ndarray) -> Inputs:
    """Inputs of numbers alone."""
    return Inputs(array.astype(np.float32), np.zeros((len(array), 0), np.int32))


def seconds(work: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    serve({function.__name__: function for function in (epoch, default, iris, wide, xor, arrays, search, memory)})
