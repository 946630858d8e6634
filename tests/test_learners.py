"""The bench's learners: prepared and scored as the peers' recorded figures were."""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

import learners
import splits
from learners import PEERS

INPUTS = pd.DataFrame({"x": [1.0, None, 4.0, 100.0], "word": ["a", None, "b", "a"], "flag": [True, False, None, True]})
WORDS = ["word", "flag"]


@pytest.fixture
def data(tmp_path):
    """A folder of two small tables: two clouds of points, and a line."""
    draw = np.random.default_rng(0)
    side = draw.integers(0, 2, 60)
    x = draw.normal(size=60) + 4 * side
    word = draw.choice(["red", "blue"], 60)
    pd.DataFrame({"x": x, "word": word, "y": side}).to_csv(tmp_path / "clouds.csv", index=False)
    pd.DataFrame({"x": x, "word": word, "y": 1000 + 10 * x}).to_parquet(tmp_path / "line.parquet")
    tables = [("clouds", "clouds.csv", "binary"), ("line", "line.parquet", "regression")]
    about = [{"name": name, "file": file, "target": "y", "task": task, "rows": 60} for name, file, task in tables]
    (tmp_path / "datasets.json").write_text(json.dumps(about))
    return tmp_path


def learn(data, learner, table, recipe=None, seeds=(0,)):
    return list(learners.learn(learner, recipe, table, str(data), "outer", list(seeds)))


def test_scores_are_those_of_scikit_learn():
    draw = np.random.default_rng(0)
    probabilities, codes = draw.dirichlet([1, 1, 1], 50), draw.integers(0, 3, 50)
    found = learners.scores(probabilities, codes)
    assert found["error"] == pytest.approx(np.mean(probabilities.argmax(axis=1) != codes))
    assert found["log_loss"] == pytest.approx(log_loss(codes, probabilities, labels=[0, 1, 2]))
    assert learners.scores(np.array([1.0, 5.0]), np.array([1.0, 2.0])) == {"rmse": pytest.approx(np.sqrt(4.5))}


def test_a_class_that_training_did_not_show_is_almost_impossible():
    found = learners.spread(np.array([[0.25, 0.75], [0.0, 1.0]]), [0, 2], 3)
    np.testing.assert_allclose(found, [[0.25, 1e-9, 0.75], [1e-9, 1e-9, 1.0]], rtol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)


def test_inputs_are_numbers_and_text():
    found = learners.plain(INPUTS, WORDS)
    assert found["word"].dropna().tolist() == ["a", "b", "a"]
    assert found["flag"].dropna().tolist() == ["True", "False", "True"]
    assert found["x"].dtype == np.float64


def test_gaps_are_filled_from_the_training_rows():
    found = learners.filled(learners.plain(INPUTS, WORDS), WORDS, np.array([0, 1, 2]))
    assert found["x"].tolist() == [1.0, 2.5, 4.0, 100.0]
    assert found["x_na"].tolist() == [0, 1, 0, 0]
    assert found["word"].tolist() == ["a", "missing", "b", "a"]


def test_a_peer_sits_out_what_takes_it_too_long(data, monkeypatch, capsys):
    monkeypatch.setitem(PEERS, "sk", learners.Peer(("sklearn",), PEERS["sk"].build, PEERS["sk"].prepare, most_scores=3))
    assert learn(data, "sk", "clouds") == []
    assert capsys.readouterr().err == "left out: 2 columns times 2 classes are more than 3\n"


@pytest.mark.slow
@pytest.mark.parametrize(("table", "measure", "most"), [("clouds", "error", 0.2), ("line", "rmse", 10)])
def test_ours_learns(table, measure, most, data, tmp_path):
    recipe = tmp_path / "small.toml"
    recipe.write_text("hidden = [16]\nrestarts = 2\nepochs = 40\nlearning_rate = 0.02\n")
    (found,) = learn(data, "small.toml", table, str(recipe))
    assert (found["train"], found["test"]) == (48, 12)
    assert found[measure] <= most  # the clouds' centres are 4 deviations apart; the line's own deviation is about 22


def test_the_program_prints_a_line_for_each_seed(data, monkeypatch, capsys):
    job = {"learner": "sk", "recipe": None, "table": "clouds", "data": str(data), "split": "inner", "seeds": [1, 4]}
    monkeypatch.setattr(sys, "argv", ["learners.py", json.dumps(job)])
    monkeypatch.setattr("logging.disable", lambda level: None)
    learners.main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["seed"], line["train"], line["test"]) for line in lines] == [(1, 38, 10), (4, 38, 10)]


@pytest.mark.parametrize(("table", "measures"), [("iris", ("error", "logloss")), ("mpg", ("rmse",))])
def test_recorded_figures_come_out_again(table, measures, real_tables):
    recorded = real_tables.parent / "bench" / "peers_open.jsonl"
    if not recorded.exists():
        pytest.skip(f"needs the peers' figures in {recorded}")
    wanted = next(
        line
        for line in map(json.loads, recorded.read_text().splitlines())
        if (line["dataset"], line["model"], line["seed"]) == (table, "sk", 0)
    )
    about = splits.described(real_tables)[table]
    assert about.name == table
    (found,) = learn(real_tables, "sk", table)
    for measure in measures:
        assert found[measure.replace("logloss", "log_loss")] == pytest.approx(wanted[measure], rel=1e-4)
