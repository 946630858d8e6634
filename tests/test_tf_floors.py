"""The floors of the vocabulary: what imports what, and what the process keeps."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import warnings
from graphlib import TopologicalSorter
from pathlib import Path

import numpy as np
import pytest

import ffnn.tf as tf
from ffnn.tf.engine import recording
from ffnn.tf.engine.process import process
from ffnn.tf.engine.programs import INFERRED
from ffnn.tf.names import PLACES

SOURCE = Path(tf.__file__).parent
FLOORS = ["engine", "operations", "", "keras"]  # a module of the package itself is a word of the vocabulary
GROUND = ["ffnn.tf.dtypes", "ffnn.tf.errors", "ffnn.tf.names"]  # words that every floor uses


def modules() -> dict[str, set[str]]:
    """Each module of the vocabulary with all that it imports of it: in functions, for type checkers, by tables too."""
    files = {
        file: ".".join(("ffnn", "tf", *file.relative_to(SOURCE).with_suffix("").parts)) for file in SOURCE.rglob("*.py")
    }
    files = {file: name.removesuffix(".__init__") for file, name in files.items()}
    known = set(files.values())
    found: dict[str, set[str]] = {}
    for file, name in files.items():
        imported = set()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                whole = {f"{node.module}.{alias.name}" for alias in node.names}
                imported |= (whole & known) | ({node.module} if whole - known else set())
        found[name] = imported & known
    for module, package, places in (
        (tf, "ffnn.tf", PLACES),
        (tf.keras, "ffnn.tf.keras", tf.keras.PLACES),
        (tf.math, "ffnn.tf", tf.math.PLACES),
    ):
        found[module.__name__] |= {f"{package}.{place.partition(':')[0]}" for place in places.values()}
    return found


def test_no_module_imports_itself_around_corners():
    found = modules()
    assert "ffnn.tf.engine.programs" in found["ffnn.tf.engine.recording"]  # so it does find imports
    list(TopologicalSorter(found).static_order())  # raises a CycleError


def test_imports_point_down_only():
    def floor(name: str) -> int:
        room = name.split(".")[2] if name.count(".") >= 2 else ""
        return FLOORS.index(room if room in FLOORS else "")

    upward = {
        (name, other)
        for name, imported in modules().items()
        for other in imported - set(GROUND)
        if floor(other) > floor(name) and name != "ffnn.tf"
    }
    assert not upward


@pytest.mark.parametrize("module", ["tensors", "variables", "gradients", "keras.layers"])
def test_a_tensor_has_its_operators_wherever_it_comes_from(module):
    program = (
        f"import ffnn.tf.{module}\n"
        "from ffnn.tf.tensors import constant\n"
        "x = constant([1.0, 2.0])\n"
        "assert (3 - x[1] ** 2 / [2.0]).numpy().tolist() == [1.0], x"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JAX_")}
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, env=environment)


@pytest.fixture(autouse=True)
def _as_in_a_new_process():
    process.reset()


def test_reset_begins_anew_and_tensors_keep_their_values():
    tf.random.set_seed(3)
    drawn = tf.random.normal([2])
    names = [tf.keras.layers.Dense(1).name, tf.keras.layers.Dense(1).name]
    pending = drawn + 1.0
    variable = tf.Variable(1.0)
    variable.assign_add(2.0)
    process.reset()
    np.testing.assert_allclose(pending.numpy(), drawn.numpy() + 1, rtol=1e-6)
    assert variable.numpy() == 3.0
    assert [tf.keras.layers.Dense(1).name, tf.keras.layers.Dense(1).name] == names == ["dense", "dense_1"]
    assert not np.array_equal(tf.random.normal([2]).numpy(), drawn.numpy())  # the seed is taken back
    tf.random.set_seed(3)
    np.testing.assert_array_equal(tf.random.normal([2]).numpy(), drawn.numpy())


def test_reset_forgets_what_was_warned_of():
    said = []
    for again in (False, False, True):
        if again:
            process.reset()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            tf.ones([3, 1]) - tf.ones([3])
        said.append([one.category for one in caught])
    assert said == [[tf.BroadcastWarning], [], [tf.BroadcastWarning]]


@pytest.mark.slow
def test_what_is_known_of_programs_is_bounded(monkeypatch):
    monkeypatch.setattr(recording, "MOST_KNOWN", 20)
    process.reset()
    largest = 0
    for size in range(1, 60):
        float(tf.reduce_sum(tf.ones([size]) * 2.0))
        largest = max(largest, len(INFERRED), len(recording.recorder.root.following))
    assert 1 < largest <= 24
