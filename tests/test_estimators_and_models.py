"""What an estimator says, and what its model says by any road: a file, the command line, pickle, clone."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score, log_loss

from ffnn import FeedforwardClassifier, FeedforwardRegressor, load, train

pytestmark = pytest.mark.filterwarnings("ignore:.* rows trained the:ffnn.TableWarning")
"""Most models here are evaluated on rows that trained them."""

SMALL = {"recipe": "plain", "hidden": (8,), "restarts": 2, "epochs": 30, "learning_rate": 0.05, "random_state": 0}

LABELS = {
    "text": ["no", "yes", "maybe"],
    "digits as text": ["1", "2", "10"],
    "text with blanks": [" a", "b ", ""],
    "missing words": ["NA", "nan", "null"],
    "truths as text": ["true", "false", "True"],
    "whole numbers": [1, 2, 3],
    "negative": [-1, 0, 1],
    "booleans": [True, False],
    "floats": [1.0, 2.0, 3.0],
    "huge": [1234567890123456789, 1234567890123456788, -5],
    "unsigned": np.array([2**64 - 1, 2**64 - 2, 1], np.uint64),
    "small integers": np.array([3, 1, 2], np.int8),
    "float32": np.array([5, 7], np.float32),
}


def problem(labels, rows=180):
    draw = np.random.default_rng(0)
    x = pd.DataFrame(draw.normal(size=(rows, 3)), columns=["a", "b", "c"])
    places = np.digitize(x["a"] + 0.3 * x["b"], [-0.4, 0.4]) % len(labels)
    return x, np.asarray(labels)[places]


@pytest.mark.parametrize("kind", LABELS)
def test_every_road_out_gives_the_same_labels(kind, tmp_path):
    x, y = problem(LABELS[kind])
    fitted = FeedforwardClassifier(**SMALL).fit(x, pd.Series(y, name="said"))
    said = fitted.predict(x)
    right = accuracy_score(y, said)
    assert right > 0.8
    assert fitted.classes_.dtype.kind in (y.dtype.kind, "O")  # pandas holds words as objects
    assert fitted.classes_.tolist() == np.unique(y).tolist()
    path = tmp_path / "model.safetensors"
    fitted.model_.save(path)
    for model in (fitted.model_, load(path), pickle.loads(pickle.dumps(fitted)).model_):
        assert model.target.names == ("said",)
        assert list(model.target.labels) == fitted.classes_.tolist()
        assert model.predict(x).tolist() == said.tolist()
        assert model.evaluate(x.assign(said=y))["accuracy"] == pytest.approx(right)
        np.testing.assert_array_equal(model.predict_proba(x), fitted.predict_proba(x))
    again = clone(fitted).fit(x, pd.Series(y, name="said"))
    assert again.predict(x).tolist() == said.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["text", "digits as text", "whole numbers", "booleans", "floats", "huge"])
def test_the_command_line_gives_the_same_labels(kind, tmp_path):
    x, y = problem(LABELS[kind])
    fitted = FeedforwardClassifier(**SMALL).fit(x, pd.Series(y, name="said"))
    fitted.model_.save(tmp_path / "model.safetensors")
    pl.DataFrame({**x, "said": y}).write_csv(tmp_path / "rows.csv")

    def run(*arguments):
        command = [sys.executable, "-m", "ffnn", *arguments]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout

    scores = json.loads(run("evaluate", "model.safetensors", "rows.csv", "--json"))
    assert scores["accuracy"] == pytest.approx(accuracy_score(y, fitted.predict(x)))
    assert scores["log_loss"] == pytest.approx(log_loss(y, fitted.predict_proba(x)), rel=1e-6)
    assert [found["what"] for found in scores["findings"]] == ["trained"]
    run("predict", "model.safetensors", "rows.csv", "-o", "said.csv")
    written = pl.read_csv(tmp_path / "said.csv", infer_schema=False)
    texts = [str(label).lower() if isinstance(label, bool) else str(label) for label in fitted.model_.target.labels]
    places = fitted.predict_proba(x).argmax(axis=1)
    assert written["prediction"].to_list() == [texts[place] for place in places]
    assert written.columns[1:] == [f"probability_{text}" for text in texts]
    shown = json.loads(run("show", "model.safetensors", "--json"))
    assert shown["target"]["name"] == "said"
    assert shown["target"]["labels"] == fitted.classes_.tolist()
    assert "said" in run("show", "model.safetensors")


def test_a_regressor_keeps_the_names_of_its_targets(tmp_path):
    x, _ = problem([0])
    both = pd.DataFrame({"size": x["a"] * 2, "price": x["b"] + 1})
    fitted = FeedforwardRegressor(**SMALL).fit(x, both)
    fitted.model_.save(tmp_path / "model.safetensors")
    model = load(tmp_path / "model.safetensors")
    assert model.target.names == ("size", "price")
    np.testing.assert_array_equal(model.predict(x), fitted.predict(x))
    assert FeedforwardRegressor(**SMALL).fit(x, both["price"]).model_.target.names == ("price",)
    assert FeedforwardRegressor(**SMALL).fit(x.to_numpy(), both.to_numpy()).model_.target.names == (
        "target_0",
        "target_1",
    )


def test_a_target_named_as_an_input_gets_another_name():
    x, y = problem([0, 1])
    fitted = FeedforwardClassifier(**SMALL).fit(x, pd.Series(y, name="a"))
    assert fitted.model_.target.names == ("_a",)
    assert fitted.score(x, y) > 0.8


def test_weights_of_classes_are_by_label_whatever_it_is():
    for kind in ("text", "floats", "booleans", "digits as text", "huge"):
        x, y = problem(LABELS[kind])
        first = np.unique(y)[0]
        fitted = FeedforwardClassifier(**SMALL, class_weight={first: 50.0}).fit(x, y)
        plain = FeedforwardClassifier(**SMALL).fit(x, y)
        assert (fitted.predict(x) == first).sum() > (plain.predict(x) == first).sum()


# Rows as given


def repeated(patterns, times):
    return np.repeat(np.asarray(patterns, float), times, axis=0)


DRAW = np.random.default_rng(1)
CITY = DRAW.random(70) < 0.5
AGE, SEX = DRAW.integers(0, 4, 1500), DRAW.integers(0, 2, 1500)
LEVEL = DRAW.integers(0, 12, 1500)


def tables():
    """Tables of few different rows: columns, and answers."""
    yield "exclusive or", {"a": np.tile([0, 0, 1, 1], 100), "b": np.tile([0, 1, 0, 1], 100)}, np.tile([0, 1, 1, 0], 100)
    yield "two rows", {"a": np.repeat([0, 1], 50), "b": np.repeat([1, 0], 50)}, np.repeat([1, 0], 50)
    yield "one category", {"level": [f"l{one}" for one in LEVEL]}, (LEVEL % 3 == 0) ^ (DRAW.random(1500) < 0.03)
    yield "cities", {"city": [f"c{one}" for one in np.repeat(np.arange(70), 20)]}, np.repeat(CITY, 20)
    yield "booleans", {"s": SEX == 1, "t": DRAW.random(1500) < 0.5}, (SEX == 1) ^ (DRAW.random(1500) < 0.1)
    yield (
        "a survey",
        {"age": [f"a{one}" for one in AGE], "sex": np.where(SEX, "m", "f")},
        DRAW.random(1500) < 1 / (1 + np.exp(-AGE + 2 * SEX + 0.5)),
    )
    rounded = DRAW.normal(size=(1500, 3)).round(0)
    yield (
        "rounded numbers",
        dict(zip("abc", rounded.T, strict=True)),
        rounded[:, 0] + rounded[:, 1] * rounded[:, 2] > 0.5,
    )


CASES = {name: (columns, answers) for name, columns, answers in tables()}


def more_tables():
    """More of them, drawn: categories, booleans, rounded numbers, few or many different rows, two to four columns."""
    for number in range(13):
        draw = np.random.default_rng(100 + number)
        rows, width = int(draw.integers(300, 1500)), int(draw.integers(2, 5))
        codes = [draw.integers(0, draw.integers(2, 9), rows) for _ in range(width)]
        logits = sum(draw.normal(size=code.max() + 1)[code] for code in codes)
        columns = {
            f"c{place}": [f"l{one}" for one in code] if place % 3 == 0 else code > 0 if place % 3 == 1 else code / 2
            for place, code in enumerate(codes)
        }
        yield f"drawn {number}", columns, draw.random(rows) < 1 / (1 + np.exp(-2 * (logits - logits.mean())))


MORE = {name: (columns, answers) for name, columns, answers in more_tables()}


@pytest.mark.parametrize("name", [*CASES, *(pytest.param(name, marks=pytest.mark.slow) for name in MORE)])
def test_an_estimator_learns_what_train_learns(name):
    columns, answers = {**CASES, **MORE}[name]
    x = pd.DataFrame(columns)
    y = np.asarray(answers)
    weights = np.random.default_rng(7).integers(1, 4, len(y)) if name in MORE else None
    table = x.assign(y=y) if weights is None else x.assign(y=y, weight=weights)
    losses = {"estimator": [], "train": []}
    for seed in (0, 1):
        fitted = FeedforwardClassifier(**{**SMALL, "epochs": 12, "random_state": seed}).fit(x, y, weights)
        recipe, given = fitted.model_.recipe, None if weights is None else "weight"
        model = train(table, "y", recipe=recipe, weights=given, seed=seed, test_fraction=0)
        for road, outputs in (("estimator", fitted.predict_proba(x)), ("train", model.predict_proba(table))):
            losses[road].append(log_loss(y, outputs, sample_weight=weights))
    spread = max(np.ptp(losses["estimator"]), np.ptp(losses["train"]))
    assert abs(np.mean(losses["estimator"]) - np.mean(losses["train"])) <= spread + 0.01
    mean = np.average(y, weights=weights)
    constant = log_loss(y, np.tile([1 - mean, mean], (len(y), 1)), sample_weight=weights)
    assert np.mean(losses["estimator"]) < 0.97 * constant


SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in ("cities", "a survey")]


@pytest.mark.parametrize("name", [*SLOW, "rounded numbers", "exclusive or"])
def test_counts_of_equal_rows_are_the_rows(name):
    columns, answers = CASES[name]
    table = pd.DataFrame(columns).assign(y=np.asarray(answers))
    counted = table.groupby(list(table.columns), as_index=False).size()
    x = counted.drop(columns=["y", "size"])
    choices = {**SMALL, "epochs": 6}
    weighed = FeedforwardClassifier(**choices).fit(x, counted["y"], sample_weight=counted["size"])
    plain = FeedforwardClassifier(**choices).fit(table.drop(columns="y"), table["y"])
    np.testing.assert_array_equal(weighed.predict_proba(x), plain.predict_proba(x))
    model = train(counted, "y", weights="size", recipe=plain.model_.recipe, seed=3)
    scores = model.scores["test"]
    assert scores["rows"] == pytest.approx(0.2 * len(table), abs=2)
    constant = model.scores["constant"]["log_loss"]
    assert scores["log_loss"] < 0.95 * constant  # patterns are not held out as a block


def test_rows_of_weight_0_decide_nothing():
    x, y = problem(["no", "yes"])
    strange = pd.DataFrame({"a": [1e9, -1e9], "b": [0.0, 0.0], "c": [1.0, 2.0]})
    weights = np.r_[np.ones(len(x)), 0, 0]
    beside = FeedforwardClassifier(**SMALL).fit(pd.concat([x, strange]), np.r_[y, ["other", "no"]], weights)
    without = FeedforwardClassifier(**SMALL).fit(x, y)
    assert beside.classes_.tolist() == ["no", "yes"]
    np.testing.assert_array_equal(beside.predict_proba(x), without.predict_proba(x))


def test_the_order_of_rows_changes_nothing():
    x, y = problem(["no", "yes"])
    order = np.random.default_rng(3).permutation(len(x))
    mixed = FeedforwardClassifier(**SMALL).fit(x.iloc[order], y[order])
    np.testing.assert_array_equal(mixed.predict_proba(x), FeedforwardClassifier(**SMALL).fit(x, y).predict_proba(x))


@pytest.mark.parametrize("times", [1, 6])
def test_copies_do_not_make_an_estimator_sure_of_noise(times):
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(100, 4)), draw.integers(0, 2, 100)
    rows = np.repeat(np.arange(100), times)
    by_rows = FeedforwardClassifier(**SMALL).fit(x[rows], y[rows]).model_.scores["validation"]
    by_weights = FeedforwardClassifier(**SMALL).fit(x, y, np.full(100, times)).model_.scores["validation"]
    assert by_rows == by_weights
    assert by_rows["accuracy"] < 0.65


def test_an_error_names_the_row_as_it_was_given():
    x, y = problem(["no", "yes"])
    holed = x.assign(a=x["a"].where(np.arange(len(x)) != 41, np.inf))
    with pytest.raises(ValueError, match="row 42 holds 'inf'"):
        FeedforwardClassifier(**SMALL).fit(holed, y)


def test_moments_are_labels_too(tmp_path):
    x, places = problem([0, 1, 2])
    y = np.array(["2024-02-01", "2024-03-01", "2025-01-01"], "datetime64[ns]")[places]
    fitted = FeedforwardClassifier(**SMALL).fit(x, y)
    assert set(fitted.predict(x)) <= set(y)
    fitted.model_.save(tmp_path / "model.safetensors")
    scores = load(tmp_path / "model.safetensors").evaluate(x.assign(target=y))
    assert scores["accuracy"] == pytest.approx(accuracy_score(y, fitted.predict(x)))


@pytest.mark.parametrize("stranger", [0, "", False])
def test_a_weight_of_a_class_that_y_does_not_hold_is_refused(stranger):
    x, y = problem([1, 2] if stranger != "" else ["a", "b"])
    with pytest.raises(ValueError, match="that is not in y"):
        FeedforwardClassifier(**SMALL, class_weight={stranger: 1.0}).fit(x, y)


def test_a_pickled_estimator_predicts_without_jax(tmp_path):
    inputs, labels = load_iris(return_X_y=True)
    fitted = FeedforwardClassifier(recipe="plain", hidden=(4,), restarts=1, epochs=2, random_state=0)
    (tmp_path / "fitted.pickle").write_bytes(pickle.dumps(fitted.fit(inputs, labels)))
    script = (
        "import pickle, sys; from sklearn.datasets import load_iris; inputs, _ = load_iris(return_X_y=True);"
        "print(*pickle.load(open('fitted.pickle', 'rb')).predict(inputs)); assert 'jax' not in sys.modules"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert said.split() == [str(label) for label in fitted.predict(inputs)]
