"""Several targets of classes, from a table to a file and back."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from sklearn import metrics

import ffnn
from commands import run
from ffnn import Model, train
from ffnn.errors import ChoiceError, ModelFileError, RecipeError, TableError
from ffnn.models import packing
from ffnn.tables.contract import TableWarning
from ffnn.tricks import experiment

CHOICES = {"recipe": "plain", "hidden": (16,), "restarts": 2, "epochs": 40, "learning_rate": 0.02}
OPTIONS = ["--recipe", "plain", "--hidden", "16", "--restarts", "2", "--epochs", "5", "--learning-rate", "0.02"]


@pytest.fixture(scope="module")
def table():
    """A mood that the first input says, a count that the second says, and a truth that both say."""
    x = np.random.default_rng(0).normal(size=(300, 3))
    mood = np.array(["glad", "sad", "so"])[np.digitize(x[:, 0], [-0.5, 0.5])]
    count = np.digitize(x[:, 1], [0.0]) + 1
    return pl.DataFrame(
        {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "mood": mood, "count": count, "both": x[:, 0] > x[:, 1]}
    )


@pytest.fixture(scope="module")
def model(table):
    return train(table, ["mood", "count", "both"], calibrate=True, refit=True, **CHOICES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, table, model):
    place = tmp_path_factory.mktemp("heads")
    table.write_csv(place / "t.csv")
    model.save(place / "m.safetensors")
    return place


def test_every_target_is_learned(table, model):
    assert model.target.classes == (3, 2, 2)
    predicted = model.predict(table)
    assert predicted.shape == (300, 3)
    for place, name in enumerate(("mood", "count", "both")):
        truth = table[name].to_list()
        assert metrics.accuracy_score(truth, predicted[:, place].tolist()) > 0.9
    assert set(predicted[:, 1]) == {1, 2}
    parts = model.predict_proba(table)
    assert [part.shape for part in parts] == [(300, 3), (300, 2), (300, 2)]
    for part in parts:
        np.testing.assert_allclose(part.sum(axis=1), 1)


def test_labels_of_one_type_stay_of_that_type(table):
    flags = table.with_columns(low=pl.col("a") < 0, high=pl.col("b") > 0).drop("mood", "count", "both")
    assert train(flags, ["low", "high"], **CHOICES).predict(flags).dtype == bool


def test_scores_are_those_of_each_target_and_their_mean(table, model):
    with pytest.warns(TableWarning, match="300 of these 300 rows trained the model"):
        scores = model.evaluate(table)
    parts, predicted = model.predict_proba(table), model.predict(table)
    for place, head in enumerate(model.target.heads):
        truth, own = table[head.name].to_list(), scores["targets"][head.name]
        assert own["log_loss"] == pytest.approx(metrics.log_loss(truth, parts[place], labels=list(head.labels)))
        assert own["accuracy"] == metrics.accuracy_score(truth, predicted[:, place].tolist())
    assert scores["accuracy"] == pytest.approx(np.mean([own["accuracy"] for own in scores["targets"].values()]))
    right = (predicted == table.select(model.target.names).to_numpy()).all(axis=1)
    assert scores["subset_accuracy"] == right.mean()
    assert model.scores["test"]["log_loss"] < model.scores["constant"]["log_loss"]
    assert set(model.scores) == {"rows", "validation", "test", "linear", "constant"}


def test_each_head_is_calibrated_by_its_own_rows(table):
    plain, warm = (train(table, ["mood", "count"], calibrate=calibrate, **CHOICES) for calibrate in (False, True))
    assert [head.temperature for head in plain.target.heads] == [1.0, 1.0]
    temperatures = [head.temperature for head in warm.target.heads]
    assert temperatures[0] != temperatures[1] != 1.0
    assert warm.scores["validation"]["log_loss"] <= plain.scores["validation"]["log_loss"]


def test_a_file_keeps_every_head(table, model):
    again = Model.from_bytes(model.to_bytes())
    assert again.target == model.target
    np.testing.assert_array_equal(again.predict(table), model.predict(table))
    assert again.scores == model.scores
    document, tensors = packing.pack(model)
    assert document["target"]["type"] == "several classes"
    document["scores"]["test"]["targets"]["mood"]["confusion"].pop()
    with pytest.raises(ModelFileError, match="confusion matrix"):
        packing.unpack(document, tensors)


def test_predictions_name_every_target_and_class(table, model):
    columns = model.predictions(table).columns
    assert columns[:3] == ["prediction_mood", "prediction_count", "prediction_both"]
    assert columns[3:] == [
        "probability_mood_glad", "probability_mood_sad", "probability_mood_so", "probability_count_1",
        "probability_count_2", "probability_both_false", "probability_both_true",
    ]  # fmt: skip
    found = model.predictions(table)
    assert found["prediction_mood"].to_list() == model.predict(table)[:, 0].tolist()
    assert found["prediction_count"].dtype.is_integer()


def test_rows_that_lack_a_target_are_left_out_and_unknown_labels_are_told(table, model):
    holes = table.with_columns(mood=pl.Series([None, *table["mood"][1:]]))
    with pytest.warns(TableWarning, match="299 of these 299 rows trained the model"):
        assert model.evaluate(holes)["rows"] == 299
    strange = table.with_columns(mood=pl.Series(["odd", *table["mood"][1:]]))
    with pytest.warns(TableWarning, match="mood"):
        scores = model.evaluate(strange)
    assert len(scores["targets"]["mood"]["confusion"]) == 4


def test_training_goes_on_and_validates_by_rows_of_its_own(table, model):
    on = train(table, ["mood", "count", "both"], start=model, validation=table.head(100), **CHOICES)
    assert on.target.classes == model.target.classes
    strange = table.head(100).with_columns(mood=pl.Series(["odd"] * 100))
    with pytest.raises(TableError, match="the label 'odd', which no training row has"):
        train(table, ["mood", "count", "both"], validation=strange, **CHOICES)


def test_a_refit_makes_room_for_a_label_that_only_test_rows_have(table):
    day = pl.Series(range(300))
    mood = pl.Series([*table["mood"][:290], *["rare"] * 10])
    late = table.with_columns(day=day, mood=mood).drop("both")
    with pytest.warns(TableWarning, match="mood"):
        found = train(late, ["mood", "count"], time="day", refit=True, **CHOICES)
    assert found.target.heads[0].labels == ("glad", "rare", "sad", "so")
    assert np.shape(found.scores["test"]["targets"]["mood"]["confusion"]) == (5, 4)
    assert Model.from_bytes(found.to_bytes()).scores == found.scores


def test_what_is_of_one_target_alone_says_so(table):
    with pytest.raises(RecipeError, match="class_weight is for one target of classes"):
        train(table, ["mood", "count"], class_weight="balanced", **CHOICES)
    with pytest.raises(ChoiceError, match="tricks are measured on one target; got 2"):
        experiment.run(table, ["mood", "count"])
    with pytest.raises(TableError, match="'mood' holds labels and 'a' numbers"):
        train(table, ["mood", "a"], **CHOICES)


def test_targets_may_be_given_by_their_values(table):
    values = table.select("mood", "count")
    model = train(table.select("a", "b", "c"), values, **CHOICES)
    assert model.target.names == ("mood", "count")


def test_the_command_line_trains_shows_predicts_and_compares(folder, capfd, tmp_path):
    made = tmp_path / "n.safetensors"
    targets = ["--target", "mood", "--target", "count"]
    code, out, err = run(capfd, "train", folder / "t.csv", *targets, "--column", "both=ignore", *OPTIONS, "-o", made)
    assert code == 0
    assert "mood, count: classification" in err
    assert "mood: 3 classes: glad, sad, so" in err
    for word in ("model, on test rows, mean", "linear baseline: mood", "count: true", "every target is right in"):
        assert word in out
    code, out, _ = run(capfd, "show", folder / "m.safetensors")
    assert code == 0
    assert "predicts both: one of 2 classes: false, true" in out
    code, out, _ = run(capfd, "predict", made, folder / "t.csv")
    assert (code, out.splitlines()[0].split(",")[:2]) == (0, ["prediction_mood", "prediction_count"])
    code, out, _ = run(capfd, "evaluate", made, folder / "t.csv", "--json")
    assert set(json.loads(out)["targets"]) == {"mood", "count"}
    code, out, _ = run(capfd, "evaluate", made, folder / "t.csv")
    assert "mean of the targets" in out
    code, out, _ = run(capfd, "compare", made, made, folder / "t.csv", "--json")
    assert {"error of mood", "log_loss of count"} <= set(json.loads(out))
    code, out, err = run(capfd, "train", folder / "t.csv", "--target", "mood", "--target", "a")
    assert (code, out) == (2, "")
    assert "or say --task classification, which takes every value for a class" in err


def test_a_look_understands_several_classes(table):
    found = ffnn.look(table, ["mood", "both"])
    assert found.task == "classification"
