from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from sklearn import metrics as sklearn
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression

from ffnn import Recipe, TableWarning, load, train
from ffnn.errors import ChoiceError, FeedforwardError, RecipeError, TableError
from ffnn.learning.plan import Plan
from ffnn.networks.tabular import Embedding
from ffnn.tables import splitting
from ffnn.tables.columns import schema
from ffnn.training.restarts import Record

SMALL = Recipe(hidden=(8,), restarts=2, epochs=5)
SEED = 3


@pytest.fixture(scope="module")
def table():
    generator = np.random.default_rng(0)
    a, b = generator.normal(size=(2, 200))
    colour = generator.choice(["red", "green", "blue"], 200, p=[0.6, 0.3, 0.1])
    y = np.where(a + (colour == "red") + generator.normal(0, 0.5, 200) > 1, "up", "down")
    return pl.DataFrame({"a": a, "b": b, "colour": colour, "y": y})


def held_of(table, fraction=0.2):
    codes = np.unique(table["y"].to_numpy(), return_inverse=True)[1]
    return splitting.hold_out(len(table), fraction, np.random.default_rng((SEED, 4)), classes=codes)


def learn(table, target="y", **choices):
    return train(table, target, **{"recipe": SMALL, "seed": SEED, **choices})


@pytest.fixture(scope="module")
def seen():
    return []


@pytest.fixture(scope="module")
def model(table, seen):
    return learn(table, watch=seen.append)


def test_a_plan_is_told_before_training_and_a_record_after_each_chunk(model, seen):
    plan, *records = seen
    assert isinstance(plan, Plan)
    assert (plan.train_rows, plan.test_rows, plan.problem.left_out) == (160, 40, 0)
    assert plan.problem.task == "classification"
    inputs = len(plan.ready.encoder.inputs)
    assert inputs == len(model.encoder.inputs) == 6
    shapes = [shape for layer in plan.ready.network.shapes(inputs) for shape in layer.values()]
    assert sum(map(np.prod, shapes)) == 6 * 8 + 8 + 8 * 2 + 2
    assert (plan.problem.schema, plan.ready.target, plan.ready.recipe) == (model.schema, model.target, model.recipe)
    assert vars(plan.ready.recipe) == vars(SMALL)
    assert all(isinstance(record, Record) for record in records)
    assert records[-1].epoch == 5


def test_the_split_is_stratified(model, table):
    up = (table["y"] == "up").to_numpy()
    in_test = np.sum(model.scores["test"]["confusion"][1])
    assert abs(in_test - 0.2 * up.sum()) <= 1
    assert model.scores["rows"] == {"train": 160, "test": 40}


def test_the_statistics_are_those_of_the_training_rows(model, table):
    training = table.filter(~held_of(table))
    number = model.encoder.columns[0]
    assert number.mean == pytest.approx(training["a"].mean(), rel=1e-12)
    assert number.deviation == pytest.approx(training["a"].std(ddof=0), rel=1e-12)
    counts = dict(training["colour"].value_counts().iter_rows())
    assert dict(zip(model.encoder.columns[2].levels, model.encoder.columns[2].counts, strict=True)) == counts


def test_test_rows_reach_nothing_that_is_learned(model, table):
    row = int(np.flatnonzero(held_of(table))[0])
    change = pl.arange(len(table)) == row
    odd = learn(
        table.with_columns(
            a=pl.when(change).then(1e12).otherwise("a"),
            colour=pl.when(change).then(pl.lit("mauve")).otherwise("colour"),
        )
    )
    assert odd.encoder == model.encoder
    for layer, other in zip(model.parameters, odd.parameters, strict=True):
        for name, array in layer.items():
            np.testing.assert_array_equal(other[name], array)
    assert odd.scores["validation"] == model.scores["validation"]


def test_training_rows_do_reach_what_is_learned(model, table):
    row = int(np.flatnonzero(~held_of(table))[0])
    odd = learn(table.with_columns(a=pl.when(pl.arange(len(table)) == row).then(1e12).otherwise("a")))
    assert odd.encoder.columns[0].mean > 1e9


def test_test_scores_are_those_of_the_held_out_rows(model, table):
    held = table.filter(held_of(table))
    scores = model.scores["test"]
    assert scores["rows"] == 40
    assert scores["accuracy"] == pytest.approx(sklearn.accuracy_score(held["y"], model.predict(held)))
    assert scores["log_loss"] == pytest.approx(sklearn.log_loss(held["y"], model.predict_proba(held)))
    assert scores["auc"] == pytest.approx(sklearn.roc_auc_score(held["y"] == "up", model.predict_proba(held)[:, 1]))


def test_baselines_are_scikit_learns_on_the_same_inputs(model, table):
    held = held_of(table)
    x, y = model.encode(table).numbers, table["y"].to_numpy()
    for name, rival in {"constant": DummyClassifier(), "linear": LogisticRegression(C=1e3)}.items():
        rival.fit(x[~held], y[~held])
        scores = model.scores[name]
        assert scores["rows"] == 40
        assert scores["accuracy"] == pytest.approx(rival.score(x[held], y[held]), abs=1 / 40)
        assert scores["log_loss"] == pytest.approx(sklearn.log_loss(y[held], rival.predict_proba(x[held])), abs=0.02)


def test_out_of_fold_scores_count_every_training_row_once(model, table):
    training = table.filter(~held_of(table))
    codes = np.unique(training["y"].to_numpy(), return_inverse=True)[1]
    fold = splitting.folds(160, 2, np.random.default_rng((SEED, 6)), classes=codes)
    cells = schema.conform(training, model.schema.inputs)
    inputs = model.encoder.encode(cells, np.random.default_rng((SEED, 5)))
    probabilities = np.empty((160, 2))
    for restart in range(2):
        probabilities[fold == restart] = model.outputs_of(restart, inputs.take(fold == restart))
    scores = model.scores["validation"]
    assert scores["rows"] == 160
    assert np.sum(scores["confusion"], axis=1).tolist() == np.bincount(codes).tolist()
    each = [
        sklearn.accuracy_score(codes[fold == number], probabilities[fold == number].argmax(axis=1)) for number in (0, 1)
    ]
    assert scores["spread"]["accuracy"] == pytest.approx(np.std(each))
    assert scores["log_loss"] == pytest.approx(sklearn.log_loss(codes, probabilities))


def test_a_restart_alone_is_judged_by_a_fifth_of_the_rows(table):
    scores = learn(table, recipe=Recipe(hidden=(8,), restarts=1, epochs=1)).scores["validation"]
    assert scores["rows"] == 32
    assert scores["spread"] == {}


def saved(model, folder):
    model.save(folder / "model.safetensors")
    return (folder / "model.safetensors").read_bytes()


def test_the_seed_decides_every_bit_of_the_file(model, table, tmp_path):
    first = saved(model, tmp_path)
    assert saved(learn(table), tmp_path) == first
    assert saved(learn(table, seed=SEED + 1), tmp_path) != first


def test_the_same_table_from_a_file_gives_the_same_networks(model, table, tmp_path):
    table.write_csv(tmp_path / "table.csv")
    again = learn(tmp_path / "table.csv")
    np.testing.assert_array_equal(again.predict_proba(table), model.predict_proba(table))


def test_a_test_table_of_its_own_is_scored_on(table):
    training, tests = table.head(160), table.tail(40)
    blanks = pl.concat([tests, tests.head(5).with_columns(y=pl.lit(""))])
    model = learn(training, test=blanks)
    assert model.scores["rows"]["train"] == 160
    assert model.scores["test"]["rows"] == 40
    assert model.scores["test"]["accuracy"] == pytest.approx(sklearn.accuracy_score(tests["y"], model.predict(tests)))
    assert model.encoder.columns[0].mean == pytest.approx(training["a"].mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda tests: tests.drop("y"), "no column 'y'"),
        (lambda tests: tests.with_columns(y=pl.lit("")), "no row of the table has a value in the target 'y'"),
        (lambda tests: tests.rename({"colour": "color"}), "no column 'colour'"),
        (lambda tests: tests.with_columns(a=pl.lit("wide")), "column 'a' must hold numbers, but row 1 holds 'wide'"),
    ],
)
def test_a_test_table_that_does_not_fit_is_refused(table, change, message):
    with pytest.raises(TableError, match=f"^the test table: .*{message}"):
        learn(table.head(160), test=change(table.tail(40)))


def test_without_test_rows_all_train_and_none_is_scored_on(table):
    model = learn(table.head(160), test_fraction=0)
    assert model.scores["rows"] == {"train": 160, "test": 0}
    assert set(model.scores) == {"rows", "validation"}
    assert model.scores["validation"]["rows"] == 160


def test_rows_without_a_target_are_left_out(table, model):
    blanks = table.head(7).with_columns(y=pl.Series([None, "", " ", None, "", None, None]), a=pl.lit(1e9))
    plans = []
    again = learn(pl.concat([blanks.head(3), table, blanks.tail(4)]), watch=plans.append)
    assert plans[0].problem.left_out == 7
    assert again.encoder == model.encoder


def test_declared_columns_overrule(table):
    graded = table.with_columns(grade=pl.Series([1, 2, 3, 3] * 50))
    model = learn(graded, columns={"grade": "category", "colour": "ignore"})
    kinds = {column.name: column.kind for column in model.schema.columns}
    assert kinds == {"a": "number", "b": "number", "colour": "ignore", "grade": "category"}
    assert sorted(model.encoder.inputs) == ["a", "b", "grade is other", "grade=1", "grade=2", "grade=3"]


def test_a_wrong_cell_is_named_with_its_row_in_the_table(table):
    cells = [None if row < 4 else label for row, label in enumerate(table["y"])]
    wrong = table.with_columns(y=pl.Series(cells), a=pl.Series(["1", "0"] * 60 + ["wide"] + ["1"] * 79))
    with pytest.raises(TableError, match=r"column 'a' must hold true and false .*, but row 121 holds 'wide'"):
        learn(wrong, columns={"a": "boolean"})


def test_an_infinite_target_is_named_with_its_row_in_the_table(table):
    y = pl.Series("y", [None, *np.arange(150.5), float("inf"), *np.arange(48.5)], strict=False)
    with pytest.raises(
        TableError, match=f"'y' must hold finite numbers, but row {y.is_infinite().arg_true()[0] + 1} holds"
    ):
        learn(table.head(len(y)).with_columns(y[:200]))


@pytest.mark.parametrize(
    ("choices", "error", "message"),
    [
        ({"task": "ranking"}, ChoiceError, "task must be one of auto, classification, regression; got 'ranking'"),
        ({"test_fraction": 1}, ChoiceError, "test fraction must be at least 0 and less than 1; got 1"),
        ({"test_fraction": -0.1}, ChoiceError, "got -0.1"),
        ({"test_fraction": float("nan")}, ChoiceError, "got nan"),
        ({"recipe": Recipe(loss="mean_squared_error")}, RecipeError, "mean_squared_error does not fit classification"),
        ({"target": "a", "recipe": Recipe(loss="cross_entropy")}, RecipeError, "cross_entropy does not fit regression"),
        ({"target": "a", "recipe": Recipe(label_smoothing=0.1)}, RecipeError, "label smoothing is for classes"),
    ],
)
def test_choices_that_do_not_fit_are_refused(table, choices, error, message):
    with pytest.raises(FeedforwardError, match=message) as raised:
        learn(table, **choices)
    assert raised.type is error


@pytest.mark.parametrize(
    ("change", "choices", "message"),
    [
        (lambda table: table, {"target": "z"}, "no column 'z'"),
        (lambda table: table, {"task": "regression"}, "'y' must hold numbers, but row 1 holds '(up|down)'"),
        (lambda table: table, {"columns": {"c": "number"}}, "no column 'c'"),
        (lambda table: table.with_columns(y=pl.lit("up")), {}, "one class only"),
        (lambda table: table.with_columns(y=pl.lit(0.1)), {}, "every number of the target 'y' is the same"),
        (lambda table: table.with_columns(y=pl.lit(None)), {}, "no value in any row"),
        (lambda table: table.head(1), {"test_fraction": 0}, "no column to predict"),
        (lambda table: table.head(2).with_columns(y=pl.Series([0.5, 1.5])), {"test_fraction": 0.9}, "rows are too few"),
    ],
)
def test_tables_that_cannot_be_learned_from_are_refused(table, change, choices, message):
    with pytest.raises(TableError, match=message):
        learn(change(table), **choices)


def test_a_task_that_is_asked_for_is_learned(table):
    graded = table.drop("y").with_columns(grade=pl.Series([1, 2] * 100))
    assert learn(graded, "grade").target.labels == (1, 2)
    assert learn(graded, "grade", task="regression").target.means[0] == pytest.approx(1.5, abs=0.1)


def test_scores_of_numbers_are_those_of_the_held_out_rows(table):
    numbers = table.with_columns(y=2 * pl.col("a") - pl.col("b") + np.random.default_rng(1).normal(size=200))
    model = learn(numbers)
    held = splitting.hold_out(200, 0.2, np.random.default_rng((SEED, 4)))
    x, y = model.encode(numbers).numbers, numbers["y"].to_numpy()
    scores = model.scores
    predicted = model.predict(numbers.filter(held))
    assert scores["test"]["rmse"] == pytest.approx(sklearn.root_mean_squared_error(y[held], predicted), rel=1e-6)
    rival = LinearRegression().fit(x[~held], y[~held]).predict(x[held])
    assert scores["linear"]["rmse"] == pytest.approx(sklearn.root_mean_squared_error(y[held], rival), rel=0.02)
    assert scores["constant"]["mae"] == pytest.approx(np.abs(y[held] - y[~held].mean()).mean(), rel=1e-5)
    assert scores["validation"]["rows"] == 160


GOOD = Recipe(hidden=(16,), restarts=4, epochs=100, learning_rate=0.01)


def test_iris_is_learned(real_tables):
    model = train(real_tables / "iris.csv", "species", recipe=GOOD)
    assert model.scores["validation"]["accuracy"] > 0.9


def test_mpg_is_learned(real_tables):
    with pytest.warns(TableWarning, match="'name' is left out: 305 different values in 398 rows"):
        model = train(real_tables / "mpg.csv", "mpg", recipe=GOOD)
    assert model.scores["validation"]["r2"] > 0.8
    assert model.scores["test"]["rmse"] < model.scores["linear"]["rmse"] < model.scores["constant"]["rmse"]


@pytest.fixture(scope="module")
def shops():
    """A category of 300 levels, each with a mean of its own, and nothing else."""
    generator = np.random.default_rng(0)
    shop = generator.permutation(np.repeat(np.arange(300), 20))
    means = generator.normal(size=300)
    return pl.DataFrame(
        {"shop": [f"shop {number}" for number in shop], "y": means[shop] + 0.5 * generator.normal(size=6000)}
    )


@pytest.mark.slow
def test_an_embedding_learns_what_one_hot_loses(shops, tmp_path):
    said = []
    recipe = Recipe(hidden=(32,), restarts=2, epochs=25, learning_rate=0.01)
    lost = learn(shops, recipe=recipe)
    model = learn(shops, recipe=replace(recipe, embedding=4, refit=True), watch=said.append)
    assert said[0].ready.network.layers[0] == Embedding((301,), 4)
    assert said[0].ready.encoder.inputs == ()
    scores = model.scores
    assert scores["test"]["rmse"] < 0.6 < 0.85 < lost.scores["test"]["rmse"]  # of noise alone: 0.5
    assert scores["validation"]["rmse"] < 0.6
    assert scores["linear"]["rmse"] == pytest.approx(lost.scores["linear"]["rmse"], rel=0.01)
    assert scores["linear"]["rmse"] < 0.98 * scores["constant"]["rmse"]
    model.save(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(load(tmp_path / "model.safetensors").predict(shops), model.predict(shops))
    with pytest.warns(TableWarning, match="'shop': 1 cells hold a level that training did not see, such as 'new'"):
        assert np.isfinite(model.predict(pl.DataFrame({"shop": ["shop 1", "new"]}))).all()


def test_an_embedding_leaves_a_table_of_few_levels_as_it_was(table):
    recipe = replace(SMALL, embedding=8)
    np.testing.assert_array_equal(learn(table).predict_proba(table), learn(table, recipe=recipe).predict_proba(table))


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"recipe": "absent.toml"}, "recipe file absent.toml cannot be read: No such file"),
        ({"recipe": "defaults"}, "there is no recipe 'defaults'; did you mean 'default'"),
        ({"test_fraction": "0.2"}, "test fraction must be .*; got '0.2'"),
        ({"seed": 1.5}, "seed must be a whole number, not negative; got 1.5"),
        ({"seed": -1}, "seed must be a whole number, not negative; got -1"),
        ({"test": "t.csv", "test_fraction": 0.5}, "not both"),
    ],
)
def test_a_choice_of_the_wrong_type_is_a_choice_error(table, choice, message):
    with pytest.raises(ChoiceError, match=message) as raised:
        train(table, "y", **choice)
    assert raised.type is (RecipeError if "recipe" in choice else ChoiceError)


def test_copies_say_nothing_about_fresh_rows():
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(101, 4)), draw.integers(0, 2, 101)
    rows = np.repeat(np.arange(101), 6)
    table = pl.DataFrame({**{f"x{place}": column[rows] for place, column in enumerate(x.T)}, "y": y[rows]})
    plans = []
    recipe = Recipe(hidden=(64,), restarts=4, epochs=60, learning_rate=0.02)
    model = train(table, "y", task="classification", recipe=recipe, watch=plans.append)
    fresh = train(table.unique(maintain_order=True), "y", task="classification", recipe=recipe)
    for scores in (model.scores["test"], model.scores["validation"], fresh.scores["test"]):
        assert scores["accuracy"] < 0.75  # noise, which no network knows
    assert plans[0].problem.rows.repeats.copies == (606, 101)


def test_rows_that_repeat_by_nature_are_learned_though_all_are_alike():
    patterns = pl.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "y": ["no", "yes", "yes", "no"]})
    recipe = Recipe(hidden=(16,), restarts=4, epochs=60, learning_rate=0.05)
    model = train(pl.concat([patterns] * 100), "y", recipe=recipe)
    assert model.scores["test"]["accuracy"] == model.scores["validation"]["accuracy"] == 1


def test_times_of_another_zone_are_told():
    draw = np.random.default_rng(0)
    hours = draw.integers(0, 24, 400)
    at = [datetime(2026, 1, 1 + row % 28, int(hour), tzinfo=UTC) for row, hour in enumerate(hours)]
    table = pl.DataFrame({"at": at, "y": np.where(hours < 12, "am", "pm")})
    model = train(table, "y", recipe=Recipe(hidden=(8,), restarts=2, epochs=3))
    local = table.with_columns(pl.col("at").dt.convert_time_zone("Asia/Tokyo").dt.replace_time_zone(None))
    with pytest.warns(TableWarning, match="'at': 400 times have no zone and are taken in UTC, but those of training"):
        model.evaluate(local)
    with pytest.raises(TableError, match="have no zone"):
        model.evaluate(local, strict=True)
    reverse = train(local, "y", recipe=Recipe(hidden=(8,), restarts=2, epochs=3))
    with pytest.warns(TableWarning, match="'at': 400 times have a zone"):
        reverse.predict(table)


# What is left out


SAYS = [f"a sentence of {row % 120 * 7} words" for row in range(200)]


def lossy(table):
    """A table of which two columns cannot be read as they are, and others are rightly no inputs."""
    return table.with_columns(
        remarks=pl.Series(SAYS),
        lists=pl.Series([[row] for row in range(200)]),
        key=pl.Series([f"k{row}" for row in range(200)]),
        same=pl.lit("x"),
        size=pl.Series([f"{row} x {row + 1}" for row in range(200)]),
    )


def test_columns_that_may_say_something_and_are_left_out_are_named_in_one_warning(table):
    with pytest.warns(TableWarning) as warned:
        learn(lossy(table))
    (said,) = warned
    text = str(said.message)
    assert text.startswith("of the training table: 'remarks' is left out: 120 different values in 200 rows; columns={")
    assert "columns={'remarks': 'category'} makes it an input" in text
    assert "'lists' is left out: cells of type List(Int64) are left out" in text
    assert "'size' is left out: no value occurs twice, and cells such as" in text
    assert not any(f"{name!r} is" in text for name in ("key", "same", "colour", "a", "y"))


@pytest.mark.parametrize(
    "choices",
    [
        {"columns": {"remarks": "text", "lists": "ignore", "size": "ignore"}},
        {"columns": {"remarks": "ignore", "lists": "ignore", "size": "identifier"}},
        {"watch": lambda _: None},
    ],
)
def test_nothing_is_said_of_what_was_declared_or_to_whoever_watches(table, choices):
    learn(lossy(table), **choices)  # a warning is an error here


def test_of_many_columns_the_first_are_named(table):
    many = table.with_columns(pl.Series(f"r{place}", SAYS) for place in range(13))
    with pytest.warns(TableWarning, match=r"'r0' is left out.*'r9' is left out.*; … and 3 more$") as warned:
        learn(many)
    assert len(warned) == 1
    assert "'r10'" not in str(warned[0].message)


def test_classes_that_may_be_a_number_are_questioned_where_nobody_watches():
    table = pl.DataFrame({"x": np.arange(90) % 7, "y": np.arange(45).repeat(2)})
    choices = {"task": "classification", "recipe": "plain", "hidden": (4,), "epochs": 1, "restarts": 1}
    said = "^of the training table: 'y': 45 classes in 90 rows may be a number; task='regression' predicts one$"
    with pytest.warns(TableWarning, match=said):
        train(table, "y", **choices)
    plans = []
    train(table, "y", watch=plans.append, **choices)
    assert [hint.what for hint in plans[0].problem.hints] == ["classes"]
