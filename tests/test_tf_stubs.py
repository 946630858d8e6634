"""What editors and type checkers know of names that are fetched when first used: stubs beside the modules."""

from __future__ import annotations

import ast
import pkgutil
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import ffnn
import stubs
from ffnn import tf
from ffnn.tf import keras
from ffnn.tf.names import PLACES

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def vocabulary() -> dict[str, ModuleType]:
    """Each module of public names alone, by the words that a program writes."""
    modules = {
        "tf": tf,
        **{f"tf.{name}": getattr(tf, name) for name in PLACES if ":" not in PLACES[name]},
        **{f"tf.keras.{name}": getattr(keras, name) for name in keras.PARTS},
        "tf.keras.optimizers.schedules": keras.optimizers.schedules,
    }
    return {called: module for called, module in modules.items() if hasattr(module, "__all__")}


def test_every_module_that_fetches_names_has_a_stub():
    names = ["ffnn.tf", *(part.name for part in pkgutil.walk_packages(tf.__path__, "ffnn.tf."))]
    files = {name: Path(str(import_module(name).__file__)) for name in names}
    assert set(stubs.TABLES) - {"ffnn"} == {
        name for name in names if "\nfetch_when_used(__name__" in files[name].read_text()
    }


@pytest.mark.parametrize("module", stubs.TABLES)
def test_a_stub_is_what_the_table_says(module):
    file, text = stubs.stub(module)
    assert file.read_text() == text, "run: make stubs"
    imports = [part for part in ast.parse(text).body if isinstance(part, ast.ImportFrom)]
    assert sorted(one.asname for part in imports for one in part.names) == sorted(import_module(module).__all__)


def test_a_module_lists_its_public_names_alone_and_has_them(vocabulary):
    for called, module in vocabulary.items():
        assert dir(module) == sorted(module.__all__)
        assert all(hasattr(module, name) for name in module.__all__)
        with pytest.raises(AttributeError, match=f"^{called} has no 'nothing_like_it': "):
            _ = module.nothing_like_it


def completed(program: str) -> set[str]:
    """What an editor offers at a program's end."""
    import jedi

    script = jedi.Script(program, environment=jedi.InterpreterEnvironment())
    return {found.name for found in script.complete()}


def test_an_editor_completes_the_names(vocabulary):
    assert completed("import ffnn\nffnn.") >= set(ffnn.__all__)
    assert completed("from ffnn import tf\ntf.keras.layers.De") == {"Dense"}
    for called, module in vocabulary.items():
        assert completed(f"import ffnn.tf as tf\n{called}.") >= set(module.__all__), called


def test_an_editor_shows_tensorflows_parameters():
    import jedi

    for call, parameters in {
        "tf.add": ["x", "y", "name"],
        "tf.nn.relu": ["features", "name"],
        "tf.math.softplus": ["features", "name"],
        "tf.keras.activations.softplus": ["x", "name"],
        "tf.identity": ["input", "name"],
        "tf.math.reduce_mean": ["input_tensor", "axis", "keepdims", "name"],
        "tf.argmax": ["input", "axis", "output_type", "name"],
        "tf.random.truncated_normal": ["shape", "mean", "stddev", "dtype", "seed", "name"],
        "tf.nn.softmax": ["logits", "axis", "name"],
    }.items():
        script = jedi.Script(f"import ffnn.tf as tf\n{call}(", environment=jedi.InterpreterEnvironment())
        (signature,) = script.get_signatures()
        assert [parameter.name for parameter in signature.params] == parameters, call


RIGHT = """
import numpy as np
import ffnn
import ffnn.tf as tf
from ffnn.tf import keras

x = tf.constant([[1.0, 2.0]], dtype=tf.float32)
weights = tf.Variable(tf.random.normal([2, 3], stddev=0.1, seed=1))
with tf.GradientTape() as tape:
    y = tf.nn.relu(features=tf.matmul(x, weights) + 2 ** x[:, :1] // 1 % 3 - abs(-x[0, 0]))
    loss = tf.reduce_mean(input_tensor=tf.square(y), axis=0, keepdims=True)
gradients = tape.gradient(loss, [weights])
chosen: tf.Tensor = tf.where((x > 0) & ~tf.cast(x, tf.bool), x, tf.math.softmax(logits=x))
tf.print(chosen == x, tf.convert_to_tensor(1.0), tf.math.mod(x, 2.0), tf.double)
layers: list[keras.layers.Layer] = [tf.keras.layers.Dense(3, activation="relu"), keras.layers.Dropout(0.5)]
model: keras.Sequential = tf.keras.Sequential(layers)
rate = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
model.compile(optimizer=keras.optimizers.Adam(rate), loss=keras.losses.MeanSquaredError(), metrics=["mse"])
history: keras.callbacks.History = model.fit(np.zeros((4, 2)), np.zeros((4, 3)), epochs=2, verbose=0)
print(history.history["loss"], tf.keras.utils.to_categorical([0, 1]), ffnn.Recipe, ffnn.__version__)
"""
WRONG = {
    "tf.reduce_maen": '"reduce_maen"', "tf.keras.Sequentail": '"Sequentail"', "tf.math.sine": '"sine"',
    "tf.nn.rellu": '"rellu"', "tf.random.gauss": '"gauss"', "tf.keras.layers.Dens": '"Dens"',
    "ffnn.trian": '"trian"', "tf.keras.losses.mze": '"mze"', "tf.add(1, z=2)": '"z"', "tf.nn.relu(1, nme='a')": '"nme"',
}  # fmt: skip
SKIPPED = "[mypy-jax.*,polars.*,optax.*,scipy.*,sklearn.*]\nfollow_imports = skip\nignore_missing_imports = True\n"


def test_the_program_of_many_names_runs(capsys):
    exec(compile(RIGHT, "right.py", "exec"), {})
    assert "Recipe" in capsys.readouterr().out


@pytest.mark.slow
def test_a_type_checker_knows_the_names_and_no_others(tmp_path, monkeypatch, vocabulary):
    from mypy import api

    monkeypatch.setenv("MYPYPATH", str(ROOT / "src"))
    every = [f"{called}.{name}" for called, module in vocabulary.items() for name in module.__all__]
    (tmp_path / "right.py").write_text(RIGHT + "\n".join(f"print({name})" for name in every) + "\n")
    (tmp_path / "wrong.py").write_text("import ffnn, ffnn.tf as tf\n" + "\n".join(WRONG) + "\n")
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = True\nfollow_imports = silent\n" + SKIPPED)
    files = [str(tmp_path / name) for name in ("right.py", "wrong.py")]
    said, _, _ = api.run(["--config-file", str(tmp_path / "mypy.ini"), "--cache-dir", str(tmp_path), *files])
    errors = [line for line in said.splitlines() if ": error: " in line]
    assert len(errors) == len(WRONG), said
    for number, (line, word) in enumerate(zip(errors, WRONG.values(), strict=True), start=2):
        assert f"wrong.py:{number}: " in line
        assert word in line
