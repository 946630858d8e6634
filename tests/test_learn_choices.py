"""Several targets, weights, groups, times, refit, scalings: each through training, a file and prediction."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime

import numpy as np
import polars as pl
import pytest
from scipy.stats import ttest_rel
from sklearn import metrics as sklearn
from sklearn.utils.class_weight import compute_class_weight

from ffnn import Recipe, TableWarning, load, train, training_run
from ffnn.errors import ChoiceError, RecipeError, TableError, TrainingError
from ffnn.learning.plan import Plan
from ffnn.models import packing

pytestmark = pytest.mark.filterwarnings("ignore:.* rows trained the:ffnn.TableWarning")
"""Most models here are evaluated on rows that trained them."""

SMALL = Recipe(hidden=(8,), restarts=2, epochs=5)
ROWS = 200


@pytest.fixture(scope="module")
def table():
    generator = np.random.default_rng(0)
    a, b, noise = generator.normal(size=(3, ROWS))
    return pl.DataFrame(
        {
            "a": a,
            "b": b,
            "day": pl.datetime_range(datetime(2025, 1, 1), datetime(2025, 7, 19), "1d", eager=True),
            "user": generator.permutation(np.repeat([f"u{number}" for number in range(20)], 10)),
            "weight": generator.uniform(0.1, 5, ROWS),
            "y": np.where(a + 0.5 * noise > 0.3, "up", "down"),
            "n": 3 * a - b + noise,
            "m": 1e6 * b + 1e4 * noise,
        }
    )


CLASSES, NUMBERS = ["a", "b", "y"], ["a", "b", "n"]


def learn(table, target, **choices):
    return train(table, target, **{"recipe": SMALL, "seed": 3, **choices})


def same_bits(one, other):
    return one.encoder == other.encoder and all(
        np.array_equal(packing.pack(other)[1][name], array) for name, array in packing.pack(one)[1].items()
    )


def through_a_file(model, folder):
    model.save(folder / "model.safetensors")
    return load(folder / "model.safetensors")


# Several targets


@pytest.fixture(scope="module")
def both(table):
    return learn(table.select("a", "b", "n", "m"), ["n", "m"], test=table.select("a", "b", "n", "m").tail(50))


def test_several_targets_are_predicted_beside_each_other(both, table):
    predicted = both.predict(table.select("a", "b"))
    assert predicted.shape == (ROWS, 2)
    frame = both.predictions(table.select("a", "b"))
    assert frame.columns == ["prediction_n", "prediction_m"]
    np.testing.assert_array_equal(frame.to_numpy(), predicted)


@pytest.mark.parametrize("weighed", [False, True])
def test_scores_of_several_targets_are_scikit_learns(both, table, weighed):
    truth, predicted = table.select("n", "m").to_numpy(), both.predict(table.select("a", "b"))
    weights = table["weight"].to_numpy() if weighed else None
    scores = both.evaluate(table.select("a", "b", "n", "m", "weight"), weights="weight" if weighed else None, **QUIET)
    for place, name in enumerate(("n", "m")):
        pair = truth[:, place], predicted[:, place]
        assert scores["targets"][name]["rows"] == ROWS
        for score, oracle in (
            ("rmse", sklearn.root_mean_squared_error),
            ("mae", sklearn.mean_absolute_error),
            ("r2", sklearn.r2_score),
        ):
            assert scores["targets"][name][score] == pytest.approx(oracle(*pair, sample_weight=weights), rel=1e-9)
    assert scores["r2"] == pytest.approx(sklearn.r2_score(truth, predicted, sample_weight=weights), rel=1e-9)


QUIET = {"tell": lambda _: None}


def test_test_scores_of_several_targets_are_those_of_the_test_rows(both, table):
    assert both.scores["test"] == both.evaluate(table.select("a", "b", "n", "m").tail(50))
    means = table.select("n", "m").to_numpy().mean(axis=0)
    truth = table.select("n", "m").tail(50).to_numpy()
    for place, name in enumerate(("n", "m")):
        oracle = sklearn.root_mean_squared_error(truth[:, place], np.full(50, means[place]))
        assert both.scores["constant"]["targets"][name]["rmse"] == pytest.approx(oracle, rel=1e-5)
    assert both.scores["validation"]["spread"].keys() == {"r2"}


def test_several_targets_go_through_a_file(both, table, tmp_path):
    loaded = through_a_file(both, tmp_path)
    assert (loaded.target, loaded.scores) == (both.target, both.scores)
    np.testing.assert_array_equal(loaded.predict(table.select("a", "b")), both.predict(table.select("a", "b")))


def test_a_row_that_lacks_one_target_is_left_out(table):
    plans = []
    holes = table.select(
        "a",
        "b",
        n=pl.when(pl.arange(ROWS) < 4).then(None).otherwise("n"),
        m=pl.when(pl.arange(ROWS) >= 197).then(None).otherwise("m"),
    )
    model = learn(holes, ["n", "m"], watch=plans.append)
    assert plans[0].problem.left_out == 7
    assert model.scores["rows"] == {"train": 154, "test": 39}
    assert model.evaluate(holes)["rows"] == 193


@pytest.mark.parametrize(
    ("target", "choices", "error", "said"),
    [
        ([], {}, ChoiceError, "give each target once; got none"),
        (["n", "n"], {}, ChoiceError, "give each target once; got 'n', 'n'"),
        (["n", "y"], {}, TableError, "the target 'y' holds labels and 'n' numbers, so train a model for each"),
        (["n", "m"], {"task": "classification"}, TableError, "no label of the target 'n' occurs twice"),
        (["n", "mm"], {}, TableError, "no column 'mm'"),
        (["n", "m"], {"recipe": Recipe(class_weight="balanced")}, RecipeError, "class_weight is for classes"),
        (["n", 5], {}, TableError, "there is no column '5'"),
        (["n", 0.5], {}, ChoiceError, "a target is given by its name; got 0.5"),
    ],
)
def test_targets_that_do_not_go_together_are_refused(table, target, choices, error, said):
    with pytest.raises(error, match=said):
        learn(table, target, **choices)


@pytest.mark.parametrize("target", [0.5, True, None, ["n", 0.5], {"n": 1}.items(), {"n", "m"}, {"n": 1}, b"n"])
def test_a_target_that_is_no_name_is_refused_where_annotations_are_not_checked(target):
    from ffnn.learning.problem import names_of

    with pytest.raises(ChoiceError, match="a target is given by its name; got"):
        names_of(target)


# Weights


@pytest.mark.slow
def test_scores_of_weighted_rows_are_scikit_learns(table):
    rows = table.select(*CLASSES, "weight")
    model = learn(rows, "y", weights="weight", test=rows.tail(60))
    tests = rows.tail(60)
    weights, truth = tests["weight"].to_numpy(), tests["y"].to_numpy()
    probabilities, predicted = model.predict_proba(tests), model.predict(tests)
    scores = model.scores["test"]
    assert scores == model.evaluate(tests, weights="weight")
    assert scores["accuracy"] == pytest.approx(sklearn.accuracy_score(truth, predicted, sample_weight=weights))
    balanced = sklearn.balanced_accuracy_score(truth, predicted, sample_weight=weights)
    assert scores["balanced_accuracy"] == pytest.approx(balanced)
    assert scores["log_loss"] == pytest.approx(sklearn.log_loss(truth, probabilities, sample_weight=weights))
    auc = sklearn.roc_auc_score(truth == "up", probabilities[:, 1], sample_weight=weights)
    assert scores["auc"] == pytest.approx(auc)


def test_a_row_of_weight_0_changes_nothing(table):
    rows, tests = table.select(*CLASSES, "weight").head(150), table.select(*CLASSES, "weight").tail(50)
    strange = rows.head(10).with_columns(a=pl.lit(1e6), weight=pl.lit(0.0), y=pl.lit("sideways"))
    without = learn(rows, "y", weights="weight", test=tests)
    plans = []
    beside = learn(
        pl.concat([strange, rows, strange]),
        "y",
        weights="weight",
        test=pl.concat([strange, tests]),
        watch=plans.append,
    )
    assert same_bits(without, beside)
    assert beside.scores == without.scores
    assert plans[0].problem.left_out == 20
    assert beside.evaluate(pl.concat([tests, strange]), weights="weight") == without.scores["test"]


def test_weights_reach_the_encoder_the_target_and_the_constant_baseline(table):
    rows = table.select(*NUMBERS, "weight")
    model = learn(rows, "n", weights="weight", test=rows.tail(50))
    weights = rows["weight"].to_numpy()
    assert model.encoder.columns[0].mean == pytest.approx(np.average(rows["a"], weights=weights), rel=1e-12)
    mean = np.average(rows["n"], weights=weights)
    assert model.target.means[0] == pytest.approx(mean, rel=1e-12)
    tests = rows.tail(50)
    oracle = np.average(np.abs(tests["n"].to_numpy() - mean), weights=tests["weight"])
    assert model.scores["constant"]["mae"] == pytest.approx(oracle, rel=1e-5)


def test_weights_reach_the_linear_baseline(table):
    from sklearn.linear_model import LinearRegression

    rows = table.select(*NUMBERS).with_columns(weight=pl.when(pl.col("n") > 2).then(50.0).otherwise(1.0))
    model = learn(rows, "n", weights="weight", test=rows.tail(50))
    x, n, weights = rows.select("a", "b").to_numpy(), rows["n"].to_numpy(), rows["weight"].to_numpy()
    predicted = LinearRegression().fit(x, n, sample_weight=weights).predict(x[-50:])
    oracle = sklearn.root_mean_squared_error(n[-50:], predicted, sample_weight=weights[-50:])
    assert model.scores["linear"]["rmse"] == pytest.approx(oracle, rel=0.01)
    plain = LinearRegression().fit(x, n).predict(x[-50:])
    assert sklearn.root_mean_squared_error(n[-50:], plain, sample_weight=weights[-50:]) != pytest.approx(
        oracle, rel=0.05
    )


def test_weights_are_no_input_and_no_surprise(table):
    model = learn(table.select(*CLASSES, "weight"), "y", weights="weight")
    assert model.encoder.inputs == ("a", "b")
    model.predict(table.select("a", "b", "weight"), strict=True)
    unweighed = learn(table.select(CLASSES), "y")
    rows = table.select(*CLASSES, "weight")
    scores = unweighed.evaluate(rows, weights="weight", strict=True)
    right = unweighed.predict(rows.drop("weight")) == rows["y"].to_numpy()
    assert scores["accuracy"] == pytest.approx(np.average(right, weights=rows["weight"]))


def test_balanced_classes_are_the_mapping_that_scikit_learn_gives(table):
    rows = table.select(CLASSES)
    factors = compute_class_weight("balanced", classes=np.array(["down", "up"]), y=rows["y"].to_numpy())
    mapping = dict(zip(["down", "up"], factors.tolist(), strict=True))
    balanced, mapped, plain = (
        learn(rows, "y", test=rows, recipe=Recipe(hidden=(8,), restarts=2, epochs=5, class_weight=chosen))
        for chosen in ("balanced", mapping, None)
    )
    assert same_bits(balanced, mapped)
    assert not same_bits(balanced, plain)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([1e-200] + [1.0] * 199, "weights, which are 0 or from 1e-15 to 1e\\+15, but row 1 holds 1e-200"),
        ([1.0, 1e300] + [1.0] * 198, "weights, which are 0 or from 1e-15 to 1e\\+15, but row 2 holds 1e\\+300"),
        ([1.0] * 199 + [-1.0], "weights, which are at least 0, but row 200 holds -1"),
        ([0.0] * 200, "no row with a target has a weight above 0 in column 'weight'"),
    ],
)
def test_weights_that_no_row_can_have_are_refused(table, cells, said):
    rows = table.select(CLASSES).with_columns(weight=pl.Series(cells))
    with pytest.raises(TableError, match=said):
        learn(rows, "y", weights="weight")
    with pytest.raises(TableError, match=said):
        learn(table.select(*CLASSES, "weight"), "y", weights="weight", test=rows)


@pytest.mark.parametrize("heavy", [0, 199])
def test_weights_as_uneven_as_they_may_be_still_teach(table, heavy):
    weights = np.full(ROWS, 1e-15)
    weights[heavy] = 1e15
    rows = table.select(CLASSES).with_columns(weight=pl.Series(weights))
    model = learn(rows, "y", weights="weight", test=rows)
    json.dumps(model.scores, allow_nan=False)
    assert np.isfinite(model.predict_proba(rows)).all()


def test_a_test_table_needs_the_weights_too(table):
    with pytest.raises(TableError, match="no column 'weight'"):
        learn(table.select(*CLASSES, "weight"), "y", weights="weight", test=table.select(CLASSES))


# Groups and times


@pytest.mark.slow
def test_no_group_stands_on_both_sides(table):
    marked = table.select(*CLASSES, "user")
    plans = []
    model = learn(marked, "y", group="user", watch=plans.append)
    assert isinstance(plans[0], Plan)
    assert plans[0].parted == "whole groups of 'user'"
    assert plans[0].train_rows % 10 == 0
    assert plans[0].test_rows == 40
    # The mean of the training rows gives away which groups they are: no other sum of whole groups is the same.
    assert model.encoder.columns[0].missing == 0
    changed = []
    for user in marked["user"].unique().sort():
        inside = pl.col("user") == user
        odd = learn(marked.with_columns(a=pl.when(inside).then(pl.col("a") + 10).otherwise("a")), "y", group="user")
        shift = (odd.encoder.columns[0].mean - model.encoder.columns[0].mean) * plans[0].train_rows / 10
        changed.append(round(shift, 6))
    assert sorted(changed) == [0.0] * 4 + [10.0] * 16


def test_the_group_is_an_identifier(table):
    model = learn(table.select(*CLASSES, "user"), "y", group="user")
    assert {column.name: column.kind for column in model.schema.columns}["user"] == "identifier"
    assert model.encoder.inputs == ("a", "b")
    assert model.predictions(table.select("a", "b", "user"))["user"].to_list() == table["user"].to_list()
    kept = learn(table.select(*CLASSES, "user"), "y", group="user", columns={"user": "category"})
    assert "user=u0" in kept.encoder.inputs


def test_the_latest_rows_judge(table):
    plans = []
    rows = table.select(*NUMBERS, "day").sample(fraction=1, shuffle=True, seed=0)
    model = learn(rows, "n", time="day", watch=plans.append)
    assert (plans[0].parted, plans[0].test_rows) == ("the most recent by 'day'", 40)
    assert model.encoder.columns[2].last == table["day"].sort()[159]
    tests = table.select(*NUMBERS, "day").tail(40)
    assert model.scores["test"]["rmse"] == pytest.approx(model.evaluate(tests, **QUIET)["rmse"], rel=1e-9)


@pytest.mark.parametrize(
    ("choices", "error", "said"),
    [
        ({"group": "user", "time": "day"}, ChoiceError, "by group or by time, not by both"),
        ({"group": "y"}, ChoiceError, "column 'y' is the target, so it cannot also be weights, group or time"),
        ({"time": "y"}, ChoiceError, "column 'y' is the target"),
        ({"weights": "y"}, ChoiceError, "column 'y' is the target"),
        ({"group": "user", "weights": "user"}, ChoiceError, "column 'user' cannot be both weights and group or time"),
        (
            {"time": "weight", "weights": "weight"},
            ChoiceError,
            "column 'weight' cannot be both weights and group or time",
        ),
        ({"time": "user"}, TableError, "holds neither dates nor numbers"),
        ({"group": "users"}, TableError, "'users'; did you mean 'user'"),
        ({"weights": "weigh_t"}, TableError, "'weigh_t'; did you mean 'weight'"),
        ({"time": "days"}, TableError, "'days'; did you mean 'day'"),
    ],
)
def test_splits_that_cannot_be_are_refused(table, choices, error, said):
    with pytest.raises(error, match=said):
        learn(table, "y", **choices)


def test_a_class_that_only_rows_held_out_show_is_learned_by_a_refit(table):
    rows = table.select(*CLASSES, "day").with_columns(
        y=pl.when(pl.arange(ROWS) >= 190).then(pl.lit("middle")).otherwise("y")
    )
    plans = []
    with pytest.warns(TableWarning, match="'y': 10 rows have a label that the model does not know.*'middle'"):
        before = learn(rows, "y", time="day", watch=plans.append)
    assert before.target.labels == ("down", "up")
    assert [(found.what, found.count) for found in plans[0].findings] == [("label", 10)]
    with pytest.warns(TableWarning):
        after = learn(rows, "y", time="day", recipe=refitted())
    assert after.target.labels == ("down", "middle", "up")
    for name in ("validation", "test", "constant", "linear"):
        (a, b), (c, d), *other = before.scores[name]["confusion"]
        wide = [[a, 0, b], [0, 0, 0], [c, 0, d], *([left, 0, right] for left, right in other)]
        assert after.scores[name] == {**before.scores[name], "confusion": wide}
    assert sum(before.scores["test"]["confusion"][2]) == 10


# Time limit, watch, refit


def test_a_time_limit_ends_training_with_what_there_is(table):
    rows = table.select(CLASSES)
    learn(rows, "y")  # compiles
    began = time.monotonic()
    model = learn(rows, "y", recipe=Recipe(hidden=(8,), restarts=2, epochs=200_000, patience=200_000), time_limit=1e-3)
    assert time.monotonic() - began < 30
    assert model.history.loss.shape[1] < 200_000
    assert np.isfinite(model.predict_proba(rows)).all()


def test_a_watch_that_returns_true_ends_training(table):
    records = []
    model = learn(
        table.select(CLASSES),
        "y",
        recipe=Recipe(hidden=(8,), restarts=2, epochs=200_000, patience=200_000),
        watch=lambda event: records.append(event) or not isinstance(event, Plan),
    )
    assert len(records) == 2
    assert model.history.loss.shape[1] == records[1].epoch < 200_000


def test_nobody_needs_to_watch(table):
    assert learn(table, "y", watch=None).origin == "train"


@pytest.mark.parametrize("limit", [0, -1, float("nan"), -(10**400), True, "5", [5]])
def test_a_time_limit_that_is_no_time_is_refused(table, limit):
    from ffnn.learning.plan import Deadline

    told = "number" if limit is True or not isinstance(limit, int | float) else "positive number of seconds"
    with pytest.raises(ChoiceError, match=f"the time limit must be a {told}; got"):
        Deadline(limit)


def test_choices_are_taken_in_place_of_the_recipes_own(table, tmp_path):
    rows = table.select(CLASSES)
    chosen = train(rows, "y", recipe="plain", hidden=(8,), restarts=2, epochs=5, seed=3)
    for name, model in (("chosen", chosen), ("recipe", learn(rows, "y"))):
        model.save(tmp_path / f"{name}.safetensors")
    assert (tmp_path / "chosen.safetensors").read_bytes() == (tmp_path / "recipe.safetensors").read_bytes()
    assert learn(rows, "y", epochs=2).recipe.epochs == 2
    with pytest.raises(RecipeError, match="epochs must be a whole number of at least 1; got 0"):
        learn(rows, "y", epochs=0)


@pytest.mark.parametrize(
    ("name", "near"),
    [("hiden", "hidden"), ("test_fracton", "test_fraction"), ("random_state", "seed"), ("lr", "learning_rate")],
)
def test_a_keyword_that_is_neither_argument_nor_choice_is_a_type_error(table, name, near):
    with pytest.raises(TypeError, match=rf"^train\(\) takes no '{name}'; did you mean '{near}'"):
        train(table, "y", **{name: 1})


def refitted(**choices):
    return Recipe(**{"hidden": (8,), "restarts": 2, "epochs": 5, "refit": True, **choices})


def test_a_refit_keeps_the_scores_and_learns_from_all_rows(table):
    rows = table.select(CLASSES)
    before, after = learn(rows, "y"), learn(rows, "y", recipe=refitted())
    assert after.scores == {**before.scores, "rows": {"train": 160, "test": 40, "refit": 200}}
    for name, array in vars(before.history).items():
        np.testing.assert_array_equal(getattr(after.history, name), array)
    assert after.encoder.columns[0].mean == pytest.approx(rows["a"].mean(), rel=1e-12)
    assert before.encoder.columns[0].mean != after.encoder.columns[0].mean
    assert not np.array_equal(before.parameters[1]["kernel"], after.parameters[1]["kernel"])


def test_a_refit_of_the_best_is_one_network(table, tmp_path):
    rows = table.select(CLASSES)
    best = learn(rows, "y", recipe=refitted(keep="best", refit=False))
    model = through_a_file(learn(rows, "y", recipe=refitted(keep="best")), tmp_path)
    assert model.restarts == 1
    assert model.history.restarts.tolist() == best.history.restarts.tolist()
    assert np.isfinite(model.predict_proba(rows)).all()


def test_a_refit_beside_a_test_table_never_sees_it(table):
    rows, tests = table.select(CLASSES).head(150), table.select(CLASSES).tail(50)
    one = learn(rows, "y", test=tests, recipe=refitted())
    other = learn(rows, "y", test=tests.with_columns(a=pl.lit(9.0)), recipe=refitted())
    assert same_bits(one, other)
    assert one.scores["rows"] == {"train": 150, "test": 50, "refit": 150}


def test_a_refit_under_a_time_limit_is_still_a_model(table):
    rows = table.select(CLASSES)
    chosen = refitted(epochs=200_000, patience=200_000)
    model = learn(rows, "y", recipe=chosen, time_limit=1e-3)
    assert model.scores["rows"]["refit"] == 200
    assert np.isfinite(model.predict_proba(rows)).all()


def test_a_refit_of_weighted_rows_in_groups(table):
    model = learn(table.select(*CLASSES, "user", "weight"), "y", group="user", weights="weight", recipe=refitted())
    mean = np.average(table["a"], weights=table["weight"])
    assert model.encoder.columns[0].mean == pytest.approx(mean, rel=1e-12)


# Scalings, dates and recipes


@pytest.mark.parametrize(
    "choices",
    [
        {"scaling": "robust"},
        {"scaling": "quantile"},
        {"whitening": "pca"},
        {"whitening": "zca"},
        {"scaling": "quantile", "whitening": "zca"},
    ],
)
def test_inputs_scaled_in_any_way_go_through_a_file(table, tmp_path, choices):
    rows = table.select("a", "b", "day", "user", "n").with_columns(
        a=pl.when(pl.arange(ROWS) % 9 == 0).then(None).otherwise("a")
    )
    model = learn(rows, "n", recipe=Recipe(hidden=(8,), restarts=2, epochs=5, **choices), columns={"user": "category"})
    loaded = through_a_file(model, tmp_path)
    np.testing.assert_array_equal(loaded.predict(rows), model.predict(rows))
    loaded.save(tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "model.safetensors").read_bytes()
    if whitening := choices.get("whitening"):
        x = model.encode(rows, **QUIET).numbers[:, model.encoder.measured].astype(np.float64)
        spread = np.cov(x.T)
        assert np.abs(spread - np.diag(np.diag(spread))).max() < 0.6
        assert loaded.encoder.whitening.kind == whitening


@pytest.mark.slow
def test_dates_go_through_a_file_and_may_come_as_text(table, tmp_path):
    rows = table.select("a", "day", "n")
    model = learn(rows, "n")
    loaded = through_a_file(model, tmp_path)
    assert loaded.encoder == model.encoder
    assert "day: days" in loaded.encoder.inputs
    expected = model.predict(rows)
    np.testing.assert_array_equal(loaded.predict(rows), expected)
    rows.write_csv(tmp_path / "rows.csv")
    np.testing.assert_array_equal(loaded.predict(tmp_path / "rows.csv"), expected)


@pytest.mark.slow
def test_a_recipe_is_given_by_name_or_file(table, tmp_path):
    rows = table.select(NUMBERS)
    (tmp_path / "mine.toml").write_text('base = "plain"\nhidden = [8]\nrestarts = 2\nepochs = 5\n')
    assert same_bits(learn(rows, "n", recipe=tmp_path / "mine.toml"), learn(rows, "n"))
    plans = []
    learn(rows, "n", recipe="plain", watch=lambda event: plans.append(event) or True)
    assert plans[0].ready.recipe.hidden == (256, 256)


# Divergence


@pytest.mark.slow
def test_a_rate_without_measure_is_named_with_epoch_and_layer(table):
    with pytest.raises(TrainingError) as error:
        learn(table.select(NUMBERS), "n", recipe=Recipe(hidden=(8,), restarts=2, epochs=5, learning_rate=1e30))
    said = str(error.value)
    assert "diverged in every restart (learning rate 1e+30)" in said
    assert "epoch 1" in said
    assert "layer 2, Dense (8 relu)" in said or "layer 3, Dense (1 linear)" in said
    assert "try learning_rate=0.001" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "rate", [pytest.param(1e4, marks=pytest.mark.slow), 1e8, pytest.param(1e15, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("target", ["n", "y"])
def test_whatever_the_rate_no_result_holds_nan(table, rate, target):
    rows = table.select("a", "b", target)
    for optimizer in ("sgd", "adam"):
        recipe = Recipe(hidden=(8,), restarts=2, epochs=5, learning_rate=rate, optimizer=optimizer, refit=True)
        try:
            model = learn(rows, target, recipe=recipe)
        except TrainingError:
            continue
        json.dumps(model.scores, allow_nan=False)
        far = rows.with_columns(a=pl.lit(1e300), b=pl.lit(-1e300))
        for outputs in (model.outputs_for(rows, print), model.outputs_for(far, lambda _: None)):
            assert np.isfinite(outputs).all()


# Comparing


def test_equal_models_do_not_differ_at_all(table):
    model = learn(table.select(CLASSES), "y")
    for found in model.compare(model, table.select(CLASSES)).values():
        assert (found["difference"], found["low"], found["high"]) == (0, 0, 0)


@pytest.mark.slow
@pytest.mark.parametrize(("columns", "measure"), [(CLASSES, "log_loss"), (NUMBERS, "squared_error")])
def test_the_paired_interval_is_that_of_the_paired_t_test(table, columns, measure):
    rows, target = table.select(columns), columns[-1]
    first = learn(rows, target)
    second = learn(rows, target, recipe=Recipe(hidden=(8,), restarts=2, epochs=40, learning_rate=0.02))
    found = first.compare(second, rows)[measure]
    if measure == "log_loss":
        place = (rows["y"] == "up").to_numpy().astype(int)
        one, other = (-np.log(model.predict_proba(rows)[np.arange(ROWS), place]) for model in (first, second))
    else:
        one, other = ((model.predict(rows) - rows["n"].to_numpy()) ** 2 for model in (first, second))
    test = ttest_rel(other, one)
    assert (found["first"], found["second"]) == (pytest.approx(one.mean()), pytest.approx(other.mean()))
    assert found["difference"] / ((found["high"] - found["low"]) / 2 / 1.959964) == pytest.approx(test.statistic)
    interval = test.confidence_interval(0.95)
    width = found["high"] - found["low"]
    assert (found["low"], found["high"]) == (
        pytest.approx(interval.low, abs=0.01 * width),
        pytest.approx(interval.high, abs=0.01 * width),
    )


def test_models_of_different_targets_are_not_compared(table):
    classes, numbers = learn(table.select(CLASSES), "y"), learn(table.select(NUMBERS), "n")
    codes = table.select("a", "b", y=(table["y"] == "up").cast(pl.Float64))
    same_name = learn(codes, "y", task="regression")
    for one, other in ((classes, numbers), (numbers, classes), (classes, same_name), (same_name, classes)):
        with pytest.raises(TableError, match="only models of the same targets and task can be compared"):
            one.compare(other, table)


def test_models_that_read_a_target_differently_have_no_common_rows(table):
    numbers = table.select("a", "b", y=pl.Series([1, 2] * 100))
    exact = pl.Series(["1", "2", "x", "NA"] * 50, dtype=pl.Enum(["1", "2", "x", "NA"]))  # NA is a label, by its type
    first, second = learn(numbers, "y"), learn(table.select("a", "b", y=exact), "y")
    assert second.target.labels == ("1", "2", "x", "NA")
    with pytest.raises(TableError, match="different ways"):
        first.compare(second, numbers.with_columns(y=pl.Series(["1", "2", "1", "NA"] * 50)))


@pytest.mark.usefixtures("unchecked_types")
def test_a_switch_is_true_or_false(table):
    with pytest.raises(ChoiceError, match="sort_rows must be true or false; got 'no'"):
        train(table, "y", sort_rows="no")


def test_words_for_missing_cells_are_so_in_inputs_too(table):
    words = [None if row % 9 else "n/v" for row in range(len(table))]
    odd = table.select("a", "b", "y").with_columns(
        a=pl.when(pl.Series(words) == "n/v").then(pl.lit("n/v")).otherwise(pl.col("a").cast(pl.String))
    )
    model = learn(odd, "y", columns={"a": "number"}, missing=["n/v"])
    holed = odd.with_columns(a=pl.col("a").replace("n/v", None))
    np.testing.assert_array_equal(model.encode(odd).numbers, model.encode(holed).numbers)
    np.testing.assert_array_equal(model.predict_proba(odd), model.predict_proba(holed))


# Whose line a warning names


@pytest.mark.parametrize(
    "call",
    [
        "model.predict(odd)",
        "model.predict_proba(odd)",
        "model.predictions(odd)",
        "model.evaluate(odd)",
        "model.compare(model, odd)",
        "model.encode(odd)",
    ],
)
def test_a_warning_names_the_line_that_asked(table, tmp_path, call):
    learn(table.select(CLASSES), "y").save(tmp_path / "model.safetensors")
    table.select(CLASSES).with_columns(b=pl.lit("wide")).write_csv(tmp_path / "odd.csv")
    program = tmp_path / "program.py"
    program.write_text(
        "import warnings, polars, ffnn\n"
        f"model = ffnn.load({str(tmp_path / 'model.safetensors')!r})\n"
        f"odd = polars.read_csv({str(tmp_path / 'odd.csv')!r})\n"
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        f"    {call}\n"
        "print(caught[0].category.__name__, caught[0].filename, caught[0].lineno)\n"
    )
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["TableWarning", str(program), "6"]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("y", ["other"] * 20),
        ("y", [str(100 + row) for row in range(20)]),
        ("a", ["abc"] * 20),
        ("day", ["soon"] * 20),
        ("day", ["1.2.2026"] * 20),
        ("day", ["1/2/2026"] * 20),
        ("a", ["yes"] * 20),
    ],
)
def test_whatever_a_row_of_weight_0_holds_it_decides_nothing(name, cells):
    draw = np.random.default_rng(0)
    made = {
        "a": [f"{value:.4f}" for value in draw.normal(size=400)],
        "day": [f"2026-01-{1 + row % 28:02d}" for row in range(400)],
        "y": [str(label) for label in draw.integers(0, 2, 400)],
        "weight": [0.0] * 20 + [1.5] * 380,
    }
    strange = {**made, name: [*cells, *made[name][20:]]}
    recipe = Recipe(hidden=(4,), restarts=2, epochs=2)
    plain, odd = (train(pl.DataFrame(columns), "y", weights="weight", recipe=recipe) for columns in (made, strange))
    assert plain.schema == odd.schema
    assert plain.target == odd.target
    np.testing.assert_array_equal(plain.predict_proba(pl.DataFrame(made)), odd.predict_proba(pl.DataFrame(made)))


@pytest.mark.slow
def test_what_trained_with_rows_of_weight_0_is_evaluated_and_tested_with_them(tmp_path):
    draw = np.random.default_rng(0)
    x = draw.normal(size=120)
    columns = {
        "x": [f"{value:.3f}" for value in x],
        "price": [f"{200 + value:.2f}" for value in x],
        "user": [f"u{row % 12}" for row in range(120)],
        "w": ["0" if row == 2 else "1.5" for row in range(120)],
    }
    columns["x"][2], columns["price"][2], columns["user"][2] = "abc", "-", ""
    pl.DataFrame(columns).write_csv(tmp_path / "t.csv")
    choices = {"weights": "w", "recipe": Recipe(hidden=(4,), restarts=2, epochs=2)}
    model = train(tmp_path / "t.csv", "price", group="user", **choices)
    assert model.evaluate(tmp_path / "t.csv", weights="w")["rows"] == 119
    judged = train(tmp_path / "t.csv", "price", test=tmp_path / "t.csv", **choices)
    assert judged.scores["rows"] == {"train": 119, "test": 119}
    columns["user"][5] = ""
    pl.DataFrame(columns).write_csv(tmp_path / "t.csv")
    with pytest.raises(TableError, match="column 'user' has no group in row 6"):
        train(tmp_path / "t.csv", "price", group="user", **choices)


# Validation of one's own


def test_rows_of_their_own_choose_the_best_epoch_and_train_nothing(table, tmp_path):
    rows = table.select(CLASSES)
    own, odd = (
        rows.tail(60),
        rows.tail(60).with_columns(y=pl.when(pl.col("y") == "up").then(pl.lit("down")).otherwise(pl.lit("up"))),
    )
    kept = learn(rows.head(140), "y", validation=own, test_fraction=0)
    turned = learn(rows.head(140), "y", validation=odd, test_fraction=0)
    assert kept.scores["rows"] == {"train": 140, "test": 0, "validation": 60}
    assert np.array_equal(kept.history.loss, turned.history.loss)
    assert not np.array_equal(kept.history.score, turned.history.score)
    right = own["y"].to_numpy() == np.array(kept.target.labels)[kept.predict_proba(own).argmax(axis=1)]
    assert kept.scores["validation"]["accuracy"] == right.mean()
    assert through_a_file(kept, tmp_path).scores == kept.scores


def test_a_fraction_validates_every_restart(table):
    rows = table.select(NUMBERS)
    model = learn(rows, "n", validation_fraction=0.25, test_fraction=0)
    again = learn(rows, "n", validation_fraction=0.25, test_fraction=0, restarts=1)
    assert np.array_equal(model.history.loss[0], again.history.loss[0])  # the same rows, whatever restarts there are
    folds = learn(rows, "n", test_fraction=0)
    assert not np.array_equal(model.history.loss, folds.history.loss)
    assert "validation" in model.scores


def test_without_validation_all_rows_train_for_all_epochs(table, tmp_path):
    rows = table.select(CLASSES)
    recipe = Recipe(hidden=(8,), restarts=2, epochs=7, patience=1, calibrate=True, refit=True)
    model = learn(rows, "y", recipe=recipe, validation_fraction=0, test_fraction=0)
    assert model.history.best_epoch.tolist() == [7, 7]
    assert model.scores == {"rows": {"train": 200, "test": 0}}
    assert model.target.temperature == 1
    assert through_a_file(model, tmp_path).scores == model.scores
    tested = learn(rows, "y", recipe=recipe, validation_fraction=0)
    assert set(tested.scores) == {"rows", "test", "constant", "linear"}
    assert tested.scores["rows"] == {"train": 160, "test": 40, "refit": 200}


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"validation": "x.csv", "validation_fraction": 0.1}, "give a validation table or a validation fraction"),
        ({"validation_fraction": 1}, "the validation fraction must be at least 0 and less than 1; got 1"),
        ({"validation_fraction": "0.1"}, "the validation fraction must be at least 0 and less than 1; got '0.1'"),
    ],
)
def test_validation_that_cannot_be_had_is_refused(table, choices, told):
    with pytest.raises(ChoiceError, match=told):
        learn(table.select(CLASSES), "y", **choices)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({}, "for training and validation"),
        ({"validation_fraction": 0.25}, "for training, 25% of them for validation"),
        ({"validation_fraction": 0}, "for training, none for validation"),
    ],
)
def test_the_plan_says_what_validates(table, choices, words):
    assert training_run(table.select(CLASSES), "y", recipe=SMALL, **choices).plan.validated == words


def test_a_validation_table_is_read_before_anything_trains(table):
    plans = []
    with pytest.raises(TableError, match=r"there is no file absent\.csv"):
        learn(table.select(CLASSES), "y", validation="absent.csv", watch=plans.append)
    assert plans == []
    rows = table.select(CLASSES)
    told = training_run(rows, "y", recipe=SMALL, validation=rows.head(20)).plan.validated
    assert told == "for training, 20 of a table of their own for validation"


def test_validation_rows_have_known_labels_and_columns(table):
    rows = table.select(CLASSES)
    with pytest.raises(TableError, match="the validation table has the label 'left', which no training row has"):
        learn(rows, "y", validation=rows.with_columns(y=pl.lit("left")))
    with pytest.raises(TableError, match="the validation table: there is no column 'y'"):
        learn(rows, "y", validation=rows.drop("y"))


# Step by step


def test_a_run_is_taken_step_by_step(table):
    rows = table.select(CLASSES)
    whole = learn(rows, "y")
    run = training_run(rows, "y", recipe=SMALL, seed=3)
    assert run.plan.train_rows == 160
    records = list(run)
    assert [record.epoch for record in records] == [1, 2, 3, 4, 5]
    losses = np.stack([record.validation_loss for record in records], axis=1)
    assert np.array_equal(losses, whole.history.score)
    assert {record.learning_rate for record in records} == {SMALL.learning_rate}
    assert sorted(seconds := [record.seconds for record in records]) == seconds
    assert {record.stage for record in records} == {"training"}
    assert run.model.to_bytes() == whole.to_bytes()
    assert run.model is run.model


def test_a_run_that_is_left_ends_with_the_best_so_far_and_goes_on_where_it_was(table):
    rows = table.select(CLASSES)
    left = training_run(rows, "y", recipe=SMALL, seed=3)
    for record in left:
        if record.epoch == 2:
            break
    assert left.model.history.loss.shape == (2, 2)
    assert np.array_equal(left.model.history.loss, learn(rows, "y").history.loss[:, :2])
    resumed = training_run(rows, "y", recipe=SMALL, seed=3)
    for record in resumed:
        if record.epoch == 2:
            break
    assert [record.epoch for record in resumed] == [3, 4, 5]
    assert resumed.model.to_bytes() == learn(rows, "y").to_bytes()


def test_a_run_that_nobody_takes_is_trained_for_its_model(table):
    rows = table.select(CLASSES)
    assert training_run(rows, "y", recipe=refitted(), seed=3).model.scores["rows"]["refit"] == ROWS


def test_a_run_says_what_it_is_at(table):
    run = training_run(table.select(CLASSES), "y", recipe=refitted(schedule="cosine", final_rate=0.0), seed=3)
    assert [record.stage for record in run] == ["training"] * 5 + ["refit"] * max(run.model.history.best_epoch)
    run = training_run(table.select(CLASSES), "y", recipe=refitted(schedule="cosine", final_rate=0.0), seed=3)
    rates = [record.learning_rate for record in run if record.stage == "training"]
    assert rates == pytest.approx([0.001 * (1 + np.cos(np.pi * done / 5)) / 2 for done in range(1, 6)], abs=1e-9)


def test_a_run_that_ends_in_an_error_has_no_model(table):
    run = training_run(table.select(NUMBERS), "n", recipe=SMALL, learning_rate=1e9, optimizer="sgd", activation="relu")
    with pytest.raises(TrainingError, match="diverged"):
        list(run)
    with pytest.raises(TrainingError, match="ended in an error"):
        run.model  # noqa: B018


def test_each_epoch_is_told_and_may_be_the_last(table):
    told = []
    rows = table.select(CLASSES)
    model = learn(rows, "y", on_epoch=lambda record: told.append(record.epoch) or record.epoch == 3)
    assert told == [1, 2, 3]
    assert model.history.loss.shape == (2, 3)
    told.clear()
    assert learn(rows, "y", on_epoch=lambda record: told.append(record.epoch)).to_bytes() == learn(rows, "y").to_bytes()
    assert told == [1, 2, 3, 4, 5]


# Going on from a model


def test_training_goes_on_from_a_model(table, tmp_path):
    rows = table.select(CLASSES)
    whole = {"validation_fraction": 0, "test_fraction": 0}
    first = learn(rows, "y", **whole)
    then = learn(rows, "y", start=through_a_file(first, tmp_path), **whole)
    assert then.encoder == first.encoder
    assert (then.history.loss[:, 0] < first.history.loss[:, -1] + 0.02).all()
    assert (then.history.loss[:, -1] < first.history.loss[:, -1]).all()
    few = learn(rows.head(50).select("b", "y", "a"), "y", start=first, **whole)
    assert few.encoder == first.encoder  # its statistics are those of all 200 rows
    again = learn(rows, "y", start=first, refit=True)
    assert again.scores["rows"]["refit"] == ROWS


def test_a_model_that_training_cannot_go_on_from_is_refused(table):
    rows, first = table.select(CLASSES), learn(table.select(CLASSES), "y")
    with pytest.raises(ChoiceError, match="start takes a model that was trained"):
        learn(rows, "y", start=3)
    with pytest.raises(ChoiceError, match="with the layers of the model that it starts from"):
        learn(rows, "y", start=first, hidden=(9,))
    with pytest.raises(ChoiceError, match="the model to start from predicts 'y', as classification"):
        learn(table.select(NUMBERS), "n", start=first)
    with pytest.raises(TableError, match="there is no column 'b'"):
        learn(rows.drop("b"), "y", start=first)
    with pytest.raises(ChoiceError, match="the model to start from has the inputs 'a', 'b'; got 'a', 'b', 'm'"):
        learn(table.select(*CLASSES, "m"), "y", start=first)
    strange = rows.with_columns(y=pl.when(pl.arange(ROWS) < 20).then(pl.lit("left")).otherwise("y"))
    with pytest.raises(TableError, match="the model to start from knows no label 'left'"):
        learn(strange, "y", start=first)
