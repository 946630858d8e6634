from __future__ import annotations

import subprocess
import sys

import numpy as np
import polars as pl
import pytest

import feedforward as ff
from commands import run
from feedforward.errors import RecipeError
from feedforward.playground.data import Table
from feedforward.playground.exports import EXPORTS, export
from feedforward.playground.pictures import scene_message
from test_playground_course import picture, settle, train, trainer, unpacked

CASES = {
    "two classes by squared error": {},
    "raw features": {"features": ["x", "y2", "xy", "sinx"], "dataset": "spiral"},
    "normalised, softmax": {"inputs": "normalised", "loss": "cross_entropy"},
    "regression": {"problem": "regression"},
    "three classes by squared error": {
        "dataset": "drawn",
        "drawn": [[x, (x % 3) - 1, x % 3] for x in range(-12, 12)],
    },
    "no hidden layer": {"hidden": []},
}


@pytest.fixture(params=CASES, ids=list(CASES))
def taken(request, tmp_path):
    its = trainer(**CASES[request.param])
    train(its, 4)
    for name in EXPORTS:
        (tmp_path / name).write_bytes(export(name, its)[1])
    return its, tmp_path


def test_the_model_file_answers_as_the_page_does(taken, capfd):
    its, folder = taken
    code, out, _ = run(capfd, "predict", folder / "model.safetensors", folder / "points.csv", "-o", "-")
    assert code == 0
    _, arrays = picture(its)
    answers = pl.read_csv(out.encode())["prediction"].to_numpy()
    shown = arrays["predicted"]
    if classes := unpacked(scene_message(its))[0]["classes"]:
        assert [str(answer) for answer in answers] == [classes[int(number)] for number in shown]
    else:
        np.testing.assert_allclose(answers, shown, rtol=1e-4, atol=1e-5)


def test_a_tanh_of_squared_error_has_probabilities():
    its = trainer()
    train(its, 4)
    points = pl.read_csv(export("points.csv", its)[1])
    first, bias, second, last = np.split(picture(its)[1]["parameters"], np.cumsum([6, 3, 3]))
    out = np.tanh(np.tanh(points[["x", "y"]].to_numpy() @ first.reshape(2, 3) + bias) @ second + last)
    from feedforward.playground.exports import model_of

    np.testing.assert_allclose(model_of(its).predict_proba(points)[:, 1], (1 + out) / 2, rtol=1e-4, atol=1e-6)


@pytest.mark.slow
def test_the_programs_run(taken):
    its, folder = taken
    done = subprocess.run([sys.executable, "network_tf.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = np.array(
        [[float(word) for word in line.strip(" []").split()] for line in done.stdout.splitlines() if line]
    )
    from feedforward.playground.scene import forward

    expected = forward(its.scene, its.course.own, its.scene.inputs.take(slice(0, 5)))[-1][1]
    np.testing.assert_allclose(printed, expected, rtol=1e-3, atol=1e-4)
    done = subprocess.run([sys.executable, "train_ff.py"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ff.load(folder / "points.safetensors").target.names == its.scene.data.target.names


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
    model = ff.load(tmp_path / "model.safetensors")
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
    its = trainer()
    its.open(Table("mine.csv", table()))
    its.set({"categories": "number"})
    settle(its)
    with pytest.raises(RecipeError, match="one-hot"):
        export("model.safetensors", its)
    assert export("points.csv", its)[1]


def test_there_is_no_other_file():
    with pytest.raises(RecipeError, match="there is no file 'x'"):
        export("x", trainer())
