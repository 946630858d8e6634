from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.special import softmax
from sklearn import metrics as sklearn

from ffnn import Recipe, TableWarning, load, train
from ffnn.errors import ChoiceError, ModelFileError, TableError
from ffnn.models import container, packing
from ffnn.models.model import Model
from ffnn.networks import predicting
from ffnn.tables.targets import ClassTarget

pytestmark = pytest.mark.filterwarnings("ignore:.* rows trained the:ffnn.TableWarning")
"""Most models here are evaluated on rows that trained them."""

CLASSES = ["high", "low", "middle"]


@pytest.fixture(scope="module")
def table():
    generator = np.random.default_rng(0)
    size = generator.normal(size=200)
    colour = generator.choice(["red", "green", "blue", "grey"], 200)
    level = np.digitize(size + 0.5 * (colour == "red") + generator.normal(0, 0.3, 200), [-0.5, 0.5])
    return pl.DataFrame(
        {
            "key": [f"row {number}" for number in range(200)],
            "size": [None if number % 17 == 0 else float(value) for number, value in enumerate(size)],
            "colour": colour,
            "flag": generator.random(200) < 0.5,
            "level": np.array(["low", "middle", "high"])[level],
        }
    )


@pytest.fixture(scope="module")
def model(table):
    return train(table, "level", recipe=Recipe(hidden=(8,), restarts=2, epochs=20, learning_rate=0.01))


@pytest.fixture(scope="module")
def far_numbers():
    generator = np.random.default_rng(0)
    x = generator.normal(size=(200, 2))
    y = 1e9 + 3 * x[:, 0] - 2 * x[:, 1] + generator.normal(0, 0.1, 200)
    return pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": y})


@pytest.fixture(scope="module")
def regressor(far_numbers):
    return train(far_numbers, "y", recipe=Recipe(hidden=(), restarts=2, epochs=60, learning_rate=0.05))


def test_the_classes_are_sorted(model):
    assert list(model.target.labels) == CLASSES


def test_probabilities_are_the_mean_of_the_networks_written_by_hand(model, table):
    x = model.encode(table).numbers.astype(np.float64)
    (_, hidden, out) = model.parameters
    each = [
        softmax(
            np.maximum(x @ hidden["kernel"][restart] + hidden["bias"][restart], 0) @ out["kernel"][restart]
            + out["bias"][restart],
            axis=1,
        )
        for restart in range(2)
    ]
    np.testing.assert_allclose(model.predict_proba(table), np.mean(each, axis=0), atol=1e-6)


def test_predicted_numbers_are_the_mean_of_the_networks_written_by_hand(regressor, far_numbers):
    x = far_numbers.select("a", "b").to_numpy()
    held = {column.name: column for column in regressor.encoder.columns}
    x = (x - [held["a"].mean, held["b"].mean]) / [held["a"].deviation, held["b"].deviation]
    kernel, bias = regressor.parameters[1]["kernel"], regressor.parameters[1]["bias"]
    standardised = np.mean([x @ kernel[restart] + bias[restart] for restart in range(2)], axis=0)[:, 0]
    oracle = standardised * regressor.target.deviations[0] + regressor.target.means[0]
    np.testing.assert_allclose(regressor.predict(far_numbers) - 1e9, oracle - 1e9, atol=1e-4)


def test_probabilities_of_a_row_sum_to_one(model, table):
    probabilities = model.predict_proba(table)
    assert (probabilities.shape, probabilities.dtype) == ((200, 3), np.float64)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_the_most_probable_class_is_predicted(model, table):
    expected = np.array(CLASSES)[model.predict_proba(table).argmax(axis=1)]
    assert model.predict(table).tolist() == expected.tolist()


@pytest.mark.parametrize("name", ["model", "regressor"])
def test_a_prediction_does_not_depend_on_the_rows_beside_it(request, name, table, far_numbers):
    model, rows = request.getfixturevalue(name), {"model": table, "regressor": far_numbers}[name]
    outputs = model.predict_proba if name == "model" else model.predict
    together = outputs(rows)
    order = np.random.default_rng(0).permutation(200)
    np.testing.assert_array_equal(outputs(rows[order]), together[order])
    np.testing.assert_array_equal(np.concatenate([outputs(rows[row]) for row in range(60)]), together[:60])
    np.testing.assert_array_equal(
        np.concatenate([outputs(rows[row : row + 2]) for row in range(0, 60, 2)]), together[:60]
    )
    np.testing.assert_array_equal(outputs(rows[:7]), together[:7])


def test_more_rows_than_a_block_are_predicted_the_same(model, table):
    most = predicting.ROWS[1]
    many = pl.concat([table] * (2 * most // 200 + 1))
    together = model.predict_proba(many)
    np.testing.assert_array_equal(together, np.tile(model.predict_proba(table), (len(many) // 200, 1)))


def test_files_types_column_order_and_extra_columns_do_not_matter(model, table, tmp_path):
    expected = model.predict_proba(table)
    shuffled = table.select("flag", "colour", "size").with_columns(extra=pl.lit([1]))
    table.write_csv(tmp_path / "table.csv")
    table.with_columns(pl.col("colour").cast(pl.Categorical)).write_parquet(tmp_path / "table.parquet")
    pandas = pytest.importorskip("pandas").read_csv(tmp_path / "table.csv")
    for source in (tmp_path / "table.csv", str(tmp_path / "table.parquet"), pandas):
        np.testing.assert_array_equal(model.predict_proba(source, strict=True), expected)
    with pytest.warns(TableWarning, match="'extra': the model does not know this column; it is left out$"):
        np.testing.assert_array_equal(model.predict_proba(shuffled), expected)


def told(ask, said, argument, **choices):
    """What a question answers when it warns of `said`; strict it is an error that says the same."""
    with pytest.raises(TableError, match=f"^the table differs from the training table, and strict .*{said}"):
        ask(argument, strict=True, **choices)
    with pytest.warns(TableWarning, match=said) as caught:
        answer = ask(argument, **choices)
    assert len(caught) == 1
    return answer


def test_a_missing_column_counts_as_missing_cells(model, table):
    renamed = table.rename({"colour": "color"})
    found = told(model.predict_proba, "'colour': the table has no such column.*'color': the model does not", renamed)
    with pytest.warns(TableWarning, match="'colour': 200 cells are missing"):
        blank = model.predict_proba(table.with_columns(colour=pl.lit(None, pl.String)))
    np.testing.assert_array_equal(found, blank)


def test_a_wrong_cell_counts_as_missing(model, table):
    cells = table["size"].cast(pl.String).to_list()
    wrong = table.with_columns(size=pl.Series([*cells[:42], "tall", *cells[43:]]))
    right = table.with_columns(size=pl.Series([*cells[:42], None, *cells[43:]]))
    found = told(model.predict_proba, "'size': 1 cells not of the column's type .*, such as 'tall'", wrong)
    np.testing.assert_array_equal(found, model.predict_proba(right))


def test_cells_of_rows_without_a_target_are_not_looked_at(model, table):
    level = pl.Series("level", [None] * 5 + table["level"].to_list()[5:])
    early = table.with_columns(level, size=pl.Series(["tall"] + ["1"] * 199))
    assert model.evaluate(early, strict=True)["rows"] == 195
    late = table.with_columns(level, size=pl.Series(["1"] * 9 + ["tall"] + ["1"] * 190))
    assert told(model.evaluate, "'size': 1 cells not of the column's type", late)["rows"] == 195


def test_unseen_levels_and_missing_cells_are_predicted(model, table):
    odd = table.head(3).with_columns(
        colour=pl.Series(["mauve", None, "red"]), size=pl.Series([None, 1e300, -1e300]), flag=pl.Series([None] * 3)
    )
    said = "'size': 2 cells lie far .*; 'colour': 1 cells are missing.*; 'colour': 1 cells hold .* 'mauve'; 'flag': 3"
    assert np.isfinite(told(model.predict_proba, said, odd)).all()


def test_predictions_stand_beside_their_keys(model, table):
    predictions = model.predictions(table)
    probabilities = model.predict_proba(table)
    assert predictions.columns == ["key", "prediction", *(f"probability_{label}" for label in CLASSES)]
    assert predictions["key"].to_list() == table["key"].to_list()
    assert predictions["prediction"].to_list() == model.predict(table).tolist()
    np.testing.assert_array_equal(predictions.select(pl.col("^probability_.*$")).to_numpy(), probabilities)


def test_columns_are_kept_beside_the_predictions_as_they_came(model, table):
    silent = list  # takes what the model does not know of them
    written = table.with_columns(note=pl.lit(" 007 "), zone=pl.Series(range(table.height)))
    some = model.predictions(written, keep=["zone", "key", "note"], tell=silent)
    assert some.columns[: some.columns.index("prediction")] == ["key", "note", "zone"]
    assert some.select("key", "note", "zone").equals(written.select("key", "note", "zone"))
    assert model.predictions(written, keep="zone", tell=silent).columns[:2] == ["key", "zone"]
    everything = model.predictions(written, keep="all", tell=silent)
    assert everything.select(written.columns).equals(written)
    assert everything["prediction"].equals(some["prediction"])
    assert model.predictions(written, keep=["all"], tell=silent).equals(everything)
    assert model.predictions(written, keep=np.array(["zone"]), tell=silent).columns[:2] == ["key", "zone"]
    with pytest.raises(TableError, match=r"there is no column 'zoned'; did you mean 'zone'"):
        model.predictions(written, keep=["zoned"])
    with pytest.raises(TableError, match="the column 'prediction' has the name of one that predictions need; rename"):
        model.predictions(everything, keep="all", tell=silent)


def test_predictions_need_no_keys(model, table):
    assert model.predictions(table.drop("key")).columns[0] == "prediction"


def test_predicted_numbers_have_no_probabilities(regressor, far_numbers):
    assert regressor.predictions(far_numbers).columns == ["prediction"]
    with pytest.raises(TableError, match="'y' is predicted as a number"):
        regressor.predict_proba(far_numbers)


@pytest.mark.parametrize("labels", [(1, 2, 3), ("a", "b", "c"), (0.5, 1.5, 2.5)])
def test_predictions_have_the_type_of_the_labels(model, table, labels):
    other = replace(model, target=ClassTarget("level", labels))
    predicted = other.predict(table).tolist()
    assert set(map(type, predicted)) == {type(labels[0])}
    assert predicted == [labels[number] for number in model.predict_proba(table).argmax(axis=1)]
    assert other.predictions(table).columns[2:] == [f"probability_{label}" for label in labels]


def test_scores_of_classes_are_those_of_the_predictions(model, table):
    scores = model.evaluate(table)
    truth, probabilities = table["level"].to_numpy(), model.predict_proba(table)
    predicted = model.predict(table)
    assert scores["rows"] == 200
    assert scores["accuracy"] == pytest.approx(sklearn.accuracy_score(truth, predicted))
    assert scores["balanced_accuracy"] == pytest.approx(sklearn.balanced_accuracy_score(truth, predicted))
    assert scores["log_loss"] == pytest.approx(sklearn.log_loss(truth, probabilities, labels=CLASSES))
    assert scores["auc"] == pytest.approx(sklearn.roc_auc_score(truth, probabilities, multi_class="ovr"))
    assert scores["confusion"] == sklearn.confusion_matrix(truth, predicted, labels=CLASSES).tolist()


def test_scores_of_numbers_are_those_of_the_predictions(regressor, far_numbers):
    scores = regressor.evaluate(far_numbers)
    truth, predicted = far_numbers["y"].to_numpy(), regressor.predict(far_numbers)
    assert scores["rmse"] == pytest.approx(sklearn.root_mean_squared_error(truth, predicted), rel=1e-6)
    assert scores["mae"] == pytest.approx(sklearn.mean_absolute_error(truth, predicted), rel=1e-6)
    assert scores["r2"] == pytest.approx(sklearn.r2_score(truth, predicted), rel=1e-6)


def test_a_target_far_from_zero_keeps_its_precision(regressor, far_numbers):
    assert regressor.predict(far_numbers).dtype == np.float64
    assert regressor.evaluate(far_numbers)["rmse"] < 0.2


def test_rows_without_a_target_do_not_count(model, table):
    some = table.with_columns(level=pl.Series([*table["level"].to_list()[:150], *[None] * 25, *[""] * 25]))
    assert model.evaluate(some) == model.evaluate(table.head(150))


def test_a_class_that_training_did_not_see_is_wrong(model, table):
    right = (model.predict(table.head(10)) == table["level"].to_numpy()[:10]).sum()
    unknown = pl.concat([table.head(10), table.tail(10).with_columns(level=pl.lit("enormous"))])
    with pytest.warns(TableWarning, match="'level': 10 rows have a label that the model does not know"):
        assert model.evaluate(unknown)["accuracy"] == right / 20
    with pytest.raises(TableError, match="strict was asked for: 'level': 10 rows have a label"):
        model.evaluate(unknown, strict=True)


@pytest.mark.parametrize("name", ["model", "regressor"])
def test_a_table_without_a_target_is_not_evaluated(request, name, table, far_numbers):
    model, rows = request.getfixturevalue(name), {"model": table, "regressor": far_numbers}[name]
    (target,) = model.target.names
    with pytest.raises(TableError, match=f"no column '{target}'"):
        model.evaluate(rows.drop(target))
    with pytest.raises(TableError, match=f"no row of the table has a value in the target '{target}'"):
        model.evaluate(rows.with_columns(pl.lit(None).alias(target)))


def test_a_regressor_is_saved_and_loaded(regressor, far_numbers, tmp_path):
    regressor.save(tmp_path / "model.safetensors")
    loaded = load(tmp_path / "model.safetensors")
    assert loaded.target == regressor.target
    np.testing.assert_array_equal(loaded.predict(far_numbers), regressor.predict(far_numbers))


@pytest.mark.parametrize("labels", [(1, 2, 3), (0.5, 1.5, 2.5), ("1", "2", "é")])
def test_labels_keep_their_type_in_a_file(model, table, tmp_path, labels):
    path = tmp_path / "model.safetensors"
    replace(model, target=ClassTarget("level", labels)).save(path)
    loaded = load(path).target.labels
    assert loaded == labels
    assert list(map(type, loaded)) == list(map(type, labels))


def test_true_and_false_are_the_same_target_in_csv_parquet_and_pandas(tmp_path):
    draw = np.random.default_rng(0)
    x = draw.normal(size=80)
    table = pl.DataFrame({"x": x, "y": x > 0})
    table.write_csv(tmp_path / "t.csv")
    table.write_parquet(tmp_path / "t.parquet")
    table.with_columns(y=pl.when("y").then(pl.lit("True")).otherwise(pl.lit("False"))).write_csv(tmp_path / "title.csv")
    trained = train(tmp_path / "t.csv", "y", recipe=Recipe(hidden=(8,), restarts=2, epochs=5, learning_rate=0.05))
    assert trained.target.labels == (False, True)
    assert trained.predict(table).dtype == bool
    sources = [tmp_path / "t.csv", tmp_path / "title.csv", tmp_path / "t.parquet", pd.DataFrame({"x": x, "y": x > 0})]
    assert len({trained.evaluate(source)["accuracy"] for source in sources}) == 1
    assert trained.evaluate(table)["accuracy"] > 0.9


def test_which_rows_have_a_target_does_not_depend_on_the_other_rows():
    labels = ["1", "2", "NA", "x"] * 15
    table = pl.DataFrame({"a": np.random.default_rng(0).normal(size=60), "y": labels})
    trained = train(table, "y", recipe=Recipe(hidden=(4,), restarts=2, epochs=2))
    assert trained.evaluate(table)["rows"] == 45
    assert trained.evaluate(table.filter(pl.col("y") != "x"))["rows"] == 30


@pytest.mark.filterwarnings("ignore:the table differs")  # rows held out may show a label first
def test_labels_are_words_if_any_row_of_the_table_holds_one():
    table = pl.DataFrame({"a": np.random.default_rng(0).normal(size=60), "y": ["1", "2"] * 29 + ["x", "x"]})
    for seed in range(3):
        recipe = Recipe(hidden=(4,), restarts=2, epochs=1)
        trained = train(table, "y", test_fraction=0.9, recipe=recipe, seed=seed)
        assert set(trained.target.labels) <= {"1", "2", "x"}


def test_an_identifier_named_like_a_prediction_is_refused():
    x = np.random.default_rng(0).normal(size=60)
    table = pl.DataFrame({"prediction": [f"k{row}" for row in range(60)], "a": x, "y": np.where(x > 0, "yes", "no")})
    trained = train(table, "y", recipe=Recipe(hidden=(4,), restarts=2, epochs=1))
    with pytest.raises(TableError, match="'prediction' has the name"):
        trained.predictions(table)


def test_tiny_numbers_and_a_column_without_a_name_are_inputs_like_any_other():
    x = np.random.default_rng(0).normal(size=60)
    table = pl.DataFrame({"": x * 1e-200, "y": x * 1e-300})
    trained = train(table, "y", recipe=Recipe(hidden=(), restarts=2, epochs=300, learning_rate=0.05))
    assert trained.encoder.columns[0].deviation == pytest.approx(x.std() * 1e-200, rel=1e-9)
    np.testing.assert_allclose(trained.predict(table) / 1e-300, x, atol=0.05)


def test_the_test_table_is_read_before_training_starts():
    x = np.random.default_rng(0).normal(size=60)
    table = pl.DataFrame({"a": x, "y": x > 0})
    with pytest.raises(TableError, match="no column 'y'"):
        train(table, "y", test=table.drop("y"), watch=lambda _: pytest.fail("training was planned"))


def test_a_target_cannot_be_declared_by_column():
    table = pl.DataFrame({"a": [1.0, 2.0], "y": ["u", "v"]})
    with pytest.raises(TableError, match="'y' is the target: its type follows from the task; declare the task instead"):
        train(table, "y", columns={"y": "number"})


def test_a_file_written_before_knows_less_and_predicts_the_same(model, table, tmp_path):
    document, tensors = copy.deepcopy(packing.pack(model))
    del document["missing"]
    for column in document["columns"]:
        del column["zoned"]
    for column in document["encoder"]:
        column.pop("rare", None)
    container.write(tmp_path / "before.safetensors", document, tensors)
    before = load(tmp_path / "before.safetensors")
    np.testing.assert_array_equal(before.predict_proba(table), model.predict_proba(table))
    assert before.schema.missing == ()
    assert {column.zoned for column in before.schema.columns} == {None}


@pytest.mark.usefixtures("unchecked_types")
@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (lambda model, table: model.predict(table, strict="no"), ChoiceError, "strict must be true or false; got 'no'"),
        (lambda model, table: model.compare("m.safetensors", table), ChoiceError, "takes the other model itself, as "),
        (lambda model, _: model.save("a\0b"), ModelFileError, r"no file can be named 'a\\x00b': it holds NUL"),
        (lambda *_: load("a\0b"), ModelFileError, r"no file can be named 'a\\x00b': it holds NUL"),
        (lambda *_: load(b"m.safetensors"), ModelFileError, "a model file is given by its path; got b'm.safetensors'"),
        (lambda *_: load(""), ModelFileError, "a model file is given by its path; got ''"),
        *(
            (lambda *_, content=content: Model.from_bytes(content), ModelFileError, f"all bytes of it; got {said}$")
            for content, said in ((10**12, "int"), (-1, "int"), ("abc", "str"), (True, "bool"), ([1], "list"))
        ),
    ],
)
def test_what_a_model_does_not_take_is_said_in_a_sentence(model, table, ask, error, said):
    with pytest.raises(error, match=said):
        ask(model, table)
