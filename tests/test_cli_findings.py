"""What the command line says aloud of tables whose results would else be silently wrong."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import balanced_accuracy_score

from commands import run

SMALL = ["--recipe", "plain", "--hidden", "8", "--restarts", "2", "--epochs", "20", "--learning-rate", "0.05"]

DRAW = np.random.default_rng(0)


def write(path, **columns):
    pl.DataFrame(columns).write_csv(path)
    return path


def prices(path, odd):
    x = DRAW.normal(size=400)
    cells = [f"{200 + 50 * value:.2f}" for value in x]
    for row, cell in odd.items():
        cells[row] = cell
    return write(path, x=x, z=DRAW.normal(size=400), price=cells)


def flowers(rows, names=("setosa", "versicolor", "virginica")):
    kinds = np.arange(rows) % 3
    x = np.random.default_rng(1).normal(size=(rows, 2)) * 0.3 + kinds[:, None]
    return {"a": x[:, 0], "b": x[:, 1], "species": np.array(names)[kinds]}


@pytest.mark.slow
@pytest.mark.parametrize("odd", ["n/v", "5-10", "approx. 3"])
def test_one_odd_cell_stops_training_and_the_way_on_works(odd, capfd, tmp_path):
    path, model = prices(tmp_path / "prices.csv", {16: odd}), tmp_path / "model.safetensors"
    code, out, err = run(capfd, "train", path, "--target", "price", *SMALL, "-o", model)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"holds 399 numbers and one other: {odd!r} in row 17" in err
    assert not model.exists()
    code, _, err = run(capfd, "train", path, "--target", "price", *SMALL, "-o", model, "--missing", odd)
    assert code == 0
    assert "price: regression" in err
    assert "rows left out, without a target or of weight 0: 1\n" in err
    code, out, _ = run(capfd, "evaluate", model, path, "--json")  # the word is remembered
    assert (code, json.loads(out)["rows"]) == (0, 399)


def test_words_for_missing_cells_are_remembered_for_inputs(capfd, tmp_path):
    x = DRAW.normal(size=300)
    cells = [f"{value:.3f}" for value in x]
    cells[3] = cells[40] = "n/v"
    path, model = write(tmp_path / "t.csv", x=cells, y=np.where(x > 0, "yes", "no")), tmp_path / "model.safetensors"
    _, _, err = run(
        capfd, "train", path, "--target", "y", *SMALL, "-o", model, "--column", "x=number", "--missing", "n/v"
    )
    assert "2 classes: no, yes" in err
    code, _, err = run(capfd, "predict", model, path, "--strict", "-o", tmp_path / "p.csv")
    assert (code, err) == (0, "")
    shown = json.loads(run(capfd, "show", model, "--json")[1])
    assert shown["missing"] == ["n/v"]
    assert "cells that hold 'n/v' are missing" in run(capfd, "show", model)[1]


def test_the_plan_says_how_many_classes_and_the_first_of_them(capfd, tmp_path):
    labels = [f"c{number:02d}" for number in range(12)] * 10
    path = write(tmp_path / "t.csv", x=DRAW.normal(size=120), y=labels)
    _, _, err = run(capfd, "train", path, "--target", "y", *SMALL, "-o", tmp_path / "m.safetensors")
    assert "12 classes: c00, c01, c02, c03, c04, c05, c06, c07, …" in err


def test_labels_that_the_model_does_not_know_are_wrong_and_said(capfd, tmp_path):
    model = tmp_path / "model.safetensors"
    run(capfd, "train", write(tmp_path / "t.csv", **flowers(150)), "--target", "species", *SMALL, "-o", model)
    odd = flowers(90, ("setosa", "Versicolor", "virginica L."))
    path = write(tmp_path / "odd.csv", **odd)
    code, out, _ = run(capfd, "evaluate", model, path, "--json")
    scores = json.loads(out)
    run(capfd, "predict", model, path, "-o", tmp_path / "p.csv")
    said = pl.read_csv(tmp_path / "p.csv")
    with np.errstate(all="ignore"), pytest.warns(UserWarning, match="y_pred contains classes not in y_true"):
        oracle = balanced_accuracy_score(odd["species"], said["prediction"])
    assert code == 0
    assert scores["balanced_accuracy"] == pytest.approx(oracle)
    assert np.array(scores["confusion"]).shape == (4, 3)
    assert sum(scores["confusion"][3]) == 60
    finding = next(each for each in scores["findings"] if each["what"] != "trained")
    assert (finding["column"], finding["what"], finding["count"]) == ("species", "label", 60)
    _, out, err = run(capfd, "evaluate", model, path)
    assert "other" in out
    assert "'species': 60 rows have a label that the model does not know" in err
    code, _, err = run(capfd, "evaluate", model, path, "--strict")
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.slow
def test_the_same_of_a_table_to_test_with(capfd, tmp_path):
    odd = flowers(90, ("setosa", "Versicolor", "virginica L."))
    path, model = write(tmp_path / "odd.csv", **odd), tmp_path / "model.safetensors"
    table = write(tmp_path / "t.csv", **flowers(150))
    code, _, err = run(capfd, "train", table, "--target", "species", *SMALL, "-o", model, "--test", path)
    assert code == 0
    assert "'species': 60 rows have a label that the model does not know" in err
    run(capfd, "predict", model, path, "-o", tmp_path / "p.csv")
    said = pl.read_csv(tmp_path / "p.csv")["prediction"]
    with pytest.warns(UserWarning, match="y_pred contains classes not in y_true"):
        oracle = balanced_accuracy_score(odd["species"], said)
    scores = json.loads(run(capfd, "show", model, "--json")[1])["scores"]
    assert scores["test"]["balanced_accuracy"] == pytest.approx(oracle)
    assert scores["constant"]["balanced_accuracy"] == pytest.approx(1 / 3)
    evaluated = json.loads(run(capfd, "evaluate", model, path, "--json")[1])
    assert {name: evaluated[name] for name in scores["test"]} == scores["test"]


@pytest.mark.slow
def test_copies_and_repeats_are_counted_in_the_plan(capfd, tmp_path):
    rows = np.repeat(DRAW.normal(size=(100, 3)), 4, axis=0)
    columns = dict(zip("abc", rows.T, strict=True))
    path = write(tmp_path / "copies.csv", **columns, y=np.repeat(DRAW.random(100) < 0.5, 4))
    _, _, err = run(capfd, "train", path, "--target", "y", *SMALL, "-o", tmp_path / "m.safetensors")
    assert "400 rows are copies, of 100 distinct ones" in err
    survey = {"q": DRAW.choice(["a", "b", "c"], 300), "r": DRAW.choice(["d", "e"], 300)}
    path = write(tmp_path / "survey.csv", **survey, y=DRAW.random(300) < 0.5)
    _, _, err = run(capfd, "train", path, "--target", "y", *SMALL, "-o", tmp_path / "m.safetensors")
    assert "300 rows share their inputs with others, 6 distinct ones" in err
    path = write(tmp_path / "counts.csv", **{name: cells[:40] for name, cells in survey.items()},
                 n=np.full(40, 5), y=np.arange(40) % 2)  # fmt: skip
    _, _, err = run(capfd, "train", path, "--target", "y", "--weights", "n", *SMALL, "-o", tmp_path / "m.safetensors")
    assert "40 rows of the table count as 200 by their weights" in err


def test_an_input_with_an_odd_cell_is_told_by_that_cell(capfd, tmp_path):
    cells = [f"{value:.4f}" for value in DRAW.normal(size=400)]
    cells[16] = "approx. 3"
    path = write(tmp_path / "t.csv", x=cells, z=DRAW.normal(size=400), y=np.arange(400) % 2)
    _, _, err = run(capfd, "train", path, "--target", "y", *SMALL, "-o", tmp_path / "m.safetensors")
    assert "(399 of 400 cells are numbers; row 17 holds 'approx. 3'; --column x=number" in err
