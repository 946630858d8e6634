from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from concurrent.futures import Future
from typing import get_args, get_type_hints

import numpy as np
import polars as pl
import pytest

import ffnn
from commands import run
from courses import picture, settle, train, trainer, unpacked
from ffnn.playground.data import Table
from ffnn.playground.errors import PlaygroundError
from ffnn.playground.exports import MAKERS, export
from ffnn.playground.messages import FILES
from ffnn.playground.pictures import scene_message
from ffnn.playground.scene import forward
from ffnn.playground.settings import Settings
from ffnn.playground.trainer import Trainer

CASES = {
    "two classes by squared error": {},
    "raw features": {"features": ["x", "y2", "xy", "sinx"], "dataset": "spiral"},
    "normalised, softmax": {"inputs": "normalised", "loss": "cross_entropy"},
    "regression": {"problem": "regression"},
    "three classes by squared error": {
        "dataset": "drawn",
        "drawn": [[x, (x % 3) - 1, x % 3] for x in range(-12, 12)],
    },
    "three classes, normalised, softmax": {
        "dataset": "drawn",
        "drawn": [[x, (x % 3) - 1, x % 3] for x in range(-12, 12)],
        "inputs": "normalised",
        "loss": "cross_entropy",
        "penalty": "l1",
        "penalty_rate": 0.01,
    },
    "no hidden layer": {"hidden": []},
}


@pytest.fixture(params=CASES, ids=list(CASES))
def taken(request, tmp_path):
    its = trainer(**CASES[request.param])
    train(its, 4)
    for name in FILES:
        (tmp_path / name).write_bytes(export(name, its)[1])
    return its, tmp_path


def test_what_is_taken_along_needs_no_room_on_a_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    its = trainer()
    train(its, 1)
    for name in FILES:
        assert export(name, its)[1]


def test_the_model_file_answers_as_the_page_does(taken, capfd):
    its, folder = taken
    code, out, _ = run(capfd, "predict", folder / "model.safetensors", folder / "points.csv", "-o", "-")
    assert code == 0
    _, arrays = picture(its)
    answers = pl.read_csv(out.encode())["prediction"].to_numpy()
    shown = arrays["predicted"]
    if classes := unpacked(scene_message(its, reset=its.anew))[0]["classes"]:
        assert [str(answer) for answer in answers] == [classes[int(number)] for number in shown]
    else:
        np.testing.assert_allclose(answers, shown, rtol=1e-4, atol=1e-5)


def test_a_tanh_of_squared_error_has_probabilities():
    its = trainer()
    train(its, 4)
    points = pl.read_csv(export("points.csv", its)[1])
    first, bias, second, last = np.split(picture(its)[1]["parameters"], np.cumsum([6, 3, 3]))
    out = np.tanh(np.tanh(points[["x", "y"]].to_numpy() @ first.reshape(2, 3) + bias) @ second + last)
    from ffnn.playground.exports import model_of

    np.testing.assert_allclose(model_of(its).predict_proba(points)[:, 1], (1 + out) / 2, rtol=1e-4, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("taken", ["raw features", "three classes, normalised, softmax", "regression"], indirect=True)
def test_the_programs_run(taken):
    its, folder = taken
    done = subprocess.run([sys.executable, "network_tf.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = np.array(
        [[float(word) for word in line.strip(" []").split()] for line in done.stdout.splitlines() if line]
    )
    expected = forward(its.scene, its.course.own, its.scene.inputs.take(slice(0, 5)))[-1][1]
    np.testing.assert_allclose(printed, expected, rtol=1e-3, atol=1e-4)
    done = subprocess.run([sys.executable, "train_ff.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ffnn.load(folder / "points.safetensors").target.names == its.scene.data.target.names


WORDS = 'x"); raise SystemExit(3) #'


def table() -> pl.DataFrame:
    draw = np.random.default_rng(0)
    x = draw.normal(size=60)
    return pl.DataFrame(
        {
            WORDS: x,
            "colour\n": draw.choice(["red", "green", "blue"], 60),
            "when": pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 2, 29), eager=True),
            "y": np.where(draw.random(60) < 0.2, None, draw.normal(size=60)),
            "the 'label'": np.where(x + draw.normal(size=60) > 0, "up", "down"),
        },
        strict=False,
    )


def test_a_table_of_anyone_becomes_a_model_and_harmless_programs(tmp_path):
    its = trainer()
    its.open(Table("mine.csv", table()))
    settle(its)
    train(its, 3)
    (tmp_path / "model.safetensors").write_bytes(export("model.safetensors", its)[1])
    model = ffnn.load(tmp_path / "model.safetensors")
    _, arrays = picture(its)
    assert model.predict(table()).tolist() == [["down", "up"][int(number)] for number in arrays["predicted"]]
    for name in ("network_tf.py", "train_ff.py"):
        source = export(name, its)[1].decode()
        compile(source, name, "exec")
        assert "\nraise SystemExit" not in source
    (tmp_path / "network_tf.py").write_bytes(export("network_tf.py", its)[1])
    done = subprocess.run([sys.executable, "network_tf.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_numbered_categories_are_no_model():
    its = untrained()
    its.open(Table("mine.csv", table()))
    its.set({"categories": "number"})
    with pytest.raises(PlaygroundError, match="one-hot"):
        export("model.safetensors", its)
    assert export("points.csv", its)[1]


def test_there_is_no_other_file():
    with pytest.raises(PlaygroundError, match="there is no file 'x'"):
        export("x", trainer())


def test_the_model_file_has_the_probabilities_of_the_page(taken):
    its, folder = taken
    sums = forward(its.scene, its.course.own, its.scene.inputs)[-1][0]
    model, points = ffnn.load(folder / "model.safetensors"), pl.read_csv(folder / "points.csv")
    if its.scene.classes is None:
        np.testing.assert_allclose(model.predict(points), sums[:, 0], rtol=1e-4, atol=1e-6)
        return
    found = model.predict_proba(points)
    np.testing.assert_allclose(found, its.scene.probabilities(sums), rtol=1e-4, atol=1e-6)
    right = its.scene.answers(sums)[its.scene.data.held] == its.scene.truth[its.scene.data.held]
    assert model.scores["test"]["accuracy"] == pytest.approx(right.mean())


def untrained(**choices) -> Trainer:
    its = Trainer(lambda _: Future())
    its.set({"hidden": [3], "points": 20, **choices})
    return its


@pytest.mark.parametrize("activation", get_args(get_type_hints(Settings)["activation"]))
def test_every_activation_is_the_same_in_the_program(activation):
    its = untrained(activation=activation, kernel_initializer="normal(3)")
    names = {}
    exec(export("network_tf.py", its)[1].decode().partition("# and so")[0], names)
    expected = forward(its.scene, its.course.own, its.scene.inputs.take(slice(0, 5)))[-1][1]
    np.testing.assert_allclose(names["model"](names["x"]).numpy(), expected, rtol=1e-4, atol=1e-5)
    assert np.array_equal(names["x"], its.scene.inputs.numbers[:5])  # every digit


HOSTILE = [
    'x"); import os #',
    "x'); import os #",
    '"""; import os\n"""',
    "line\nimport os",
    "line\r\nimport os",
    "line\x0cimport os\u2028import os\x85import os",
    "\\",
    "naïve 日本語 \N{GRINNING FACE}",
    "{x}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_out_of_a_program(name):
    """The programs have the statements that they have for a harmless name, and that name where it belongs."""

    def programs(named: str) -> list[ast.Module]:
        draw = np.random.default_rng(0)
        its = untrained()
        its.open(Table("t.csv", pl.DataFrame({f"in {named}": draw.normal(size=30), named: draw.normal(size=30)})))
        return [ast.parse(export(file, its)[1]) for file in ("network_tf.py", "train_ff.py")]

    for harmless, harmful in zip(programs("y"), programs(name), strict=True):
        assert list(map(type, ast.walk(harmless))) == list(map(type, ast.walk(harmful)))
        imported = [ast.unparse(node) for node in ast.walk(harmful) if isinstance(node, ast.Import)]
        assert imported == [ast.unparse(node) for node in ast.walk(harmless) if isinstance(node, ast.Import)]
    targets = [node.value for node in ast.walk(harmful) if isinstance(node, ast.keyword) and node.arg == "target"]
    assert [ast.literal_eval(value) for value in targets] == [name]


@pytest.mark.slow
def test_a_program_trains_on_a_table_of_odd_names(tmp_path):
    its = untrained()
    its.open(Table("mine.csv", table()))
    its.set({"target": WORDS, "restarts": 2})
    for name in ("points.csv", "train_ff.py"):
        (tmp_path / name).write_bytes(export(name, its)[1])
    done = subprocess.run([sys.executable, "train_ff.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ffnn.load(tmp_path / "points.safetensors").target.names == (WORDS,)


@pytest.mark.parametrize("count", range(4))
def test_of_few_points_there_is_something_to_take_or_a_sentence(count):
    its = untrained(dataset="drawn", drawn=[[x, 1, x % 2] for x in range(count)])
    for name in FILES:
        if count > 1:
            assert export(name, its)[1]
        else:
            with pytest.raises(PlaygroundError, match="too few points"):
                export(name, its)


def test_points_that_are_taken_along_are_those_that_are_shown():
    its = untrained(features=["xy", "y"], dataset="xor", data_seed=4)
    points = pl.read_csv(export("points.csv", its)[1])
    x, y = its.scene.data.points.T
    np.testing.assert_allclose(points.select("x·y", "y").to_numpy().T, [x * y, y])
    assert np.array_equal(points["label"].to_numpy(), np.sign(x * y))


def test_a_network_with_numbers_that_are_none_is_not_taken():
    its = untrained()
    its.course.parameters[1]["kernel"][0, 0, 0] = np.nan
    for name in FILES:
        with pytest.raises(PlaygroundError, match="has diverged"):
            export(name, its)


def test_a_program_has_the_very_rate_and_says_what_it_lacks():
    text = export("network_tf.py", trainer(learning_rate=0.0123456789, penalty="l2", penalty_rate=0.1))[1].decode()
    assert "SGD(0.0123456789)" in text
    assert "without the penalty l2 of 0.1" in text
    assert "penalty" not in export("network_tf.py", trainer())[1].decode()


def test_every_file_has_a_maker():
    assert MAKERS.keys() == FILES.keys()


def test_a_model_of_the_page_says_what_it_is_and_claims_no_more(tmp_path, capfd):
    path, its = tmp_path / "m.safetensors", untrained(inputs="raw")
    path.write_bytes(export("model.safetensors", its)[1])
    model = ffnn.load(path)
    assert (model.origin, model.recipe, model.history) == ("playground", None, None)
    assert set(model.scores) == {"rows", "test"}
    _, shown, _ = run(capfd, "show", path)
    assert "made in the playground" in shown
    assert "in its own unit" in shown
    assert not any(word in shown for word in ("out of fold", "best epoch", "standard deviation 1", "trained by"))
    described = json.loads(run(capfd, "show", "--json", path)[1])
    assert described["origin"] == "playground"
    assert not {"recipe", "history"} & described.keys()
