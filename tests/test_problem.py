from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal

from ffnn.errors import ChoiceError, TableError
from ffnn.learning.problem import understand
from ffnn.tables.columns import schema
from ffnn.tables.columns.schema import Column

DRAW = np.random.default_rng(0)
TABLE = pl.DataFrame(
    {
        "size": DRAW.normal(size=60).round(3),
        "many": DRAW.integers(0, 500, 60),
        "colour": DRAW.choice(["red", "green"], 60),
        "flag": DRAW.integers(0, 2, 60),
        "day": pl.Series(np.datetime64("2024-01-01") + np.arange(60).astype("timedelta64[D]")),
        "user": np.arange(60) % 6,
        "y": [None, *DRAW.choice(["u", "v"], 59)],
    }
)
AS_TEXT = TABLE.with_columns(pl.all().cast(pl.String))


@pytest.mark.parametrize("table", [TABLE, AS_TEXT], ids=["typed", "text"])
def test_kinds_and_cells_of_one_pass_are_those_of_two(table):
    seen, cells = schema.read(table, ("y",))
    assert seen == schema.infer(table, ("y",))
    assert cells.equals(schema.conform(table, seen.inputs))


def test_rows_that_stand_several_times_are_read_once():
    standing = np.repeat(np.arange(60), 2)
    seen, cells = schema.read(TABLE, ("y",), None, standing)
    assert cells.height == 60
    assert cells.equals(schema.conform(TABLE, seen.inputs))


def test_an_infinite_number_is_refused_by_its_row():
    with pytest.raises(TableError, match="'size' must hold finite numbers, but row 3 holds 'inf'"):
        schema.read(
            AS_TEXT.with_columns(size=pl.when(pl.int_range(60) == 2).then(pl.lit("inf")).otherwise("size")), ("y",)
        )


def test_what_weighs_the_rows_is_said_to_do_so_unless_it_is_declared():
    table = pl.DataFrame({"w": [1.0, 2.0, 1.5] * 20, "x": range(60), "y": [row / 7 % 3 for row in range(60)]})
    assert understand(table, "y", weights="w").schema.columns[0].reason == "it weighs the rows"
    assert understand(table, "y", weights="w", columns={"w": "ignore"}).schema.columns[0].reason == "declared"


def test_a_table_is_understood():
    problem = understand(TABLE, "y", group="user")
    assert problem.task == "classification"
    assert problem.left_out == 1
    assert len(problem.rows) == problem.rows.used == 59
    assert problem.names == ("y",)
    assert Column("user", "identifier", "its rows stay together") in problem.schema.columns
    assert problem.rows.answers["y"].to_list() == TABLE["y"].to_list()[1:]


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (TABLE["many"], ("many",)),
        (TABLE["many"].to_numpy(), ("target",)),
        (pd.Series(TABLE["many"].to_list()), ("target",)),
        (pd.Series(TABLE["many"].to_list(), name="size"), ("_size",)),
        (TABLE["many"].to_frame().to_pandas(), ("many",)),
        (TABLE.select("many", "user"), ("many", "user")),
        (TABLE.select("many", "user").to_numpy(), ("target_0", "target_1")),
    ],
)
def test_targets_may_be_given_by_their_values(target, names):
    table = TABLE.drop("many", "user", "y")
    problem = understand(table, target)
    assert problem.names == names
    assert problem.rows.answers.to_series().to_list() == TABLE["many"].to_list()
    assert [column.name for column in problem.schema.columns] == table.columns


@pytest.mark.parametrize(
    "target",
    [
        pd.Series(DRAW.integers(0, 3, 60)),
        pd.Series(DRAW.permutation(60)),
        pd.Series(DRAW.choice(["0", "1"], 60)),
        pd.Index(DRAW.choice(["u", "v"], 60)),
    ],
)
def test_values_that_are_names_of_columns_too_are_values(target):
    problem = understand(pd.DataFrame(DRAW.normal(size=(60, 60))), target)
    assert problem.names == ("target",)
    answers = problem.rows.answers["target"].to_list()
    assert target.tolist() in (answers, list(map(str, answers)))  # words that are numbers are read as these


def test_other_columns_are_spoken_of_by_whole_numbers_too():
    table = pd.DataFrame({0: DRAW.normal(size=60), 1: [0, 1] * 30, 2: [1.0, 2.0] * 30, 3: [5, 6] * 30})
    problem = understand(table, 1, weights=2, columns={3: "category"})
    assert [(column.name, column.kind) for column in problem.schema.columns] == [
        ("0", "number"), ("2", "ignore"), ("3", "category"),
    ]  # fmt: skip
    assert understand(table, 1, group=3).parted == "whole groups of '3'"


def test_weights_are_written_as_the_other_columns_say():
    text = {"v": [f"1,{300 + row}" for row in range(40)], "x": [f"{row}.25" for row in range(40)], "y": ["0", "1"] * 20}
    assert len(understand(pl.DataFrame(text), "y", weights="v").rows) == sum(range(1300, 1340))  # each so many times


def test_labels_that_occur_once_are_said_to_before_the_rows_are_split():
    with pytest.raises(TableError, match="no label of the target 'key' occurs twice"):
        understand(TABLE.with_columns(key=pl.Series([f"k{row}" for row in range(60)])), "key")


@pytest.mark.parametrize("names", [["many", "user"], np.array(["many", "user"]), pd.Index(["many", "user"])])
def test_several_names_of_columns_are_names(names):
    assert understand(TABLE, names).names == ("many", "user")


def test_a_whole_number_is_the_name_that_a_table_of_numbers_has():
    table = pd.DataFrame(np.c_[TABLE["size"].to_numpy(), TABLE["many"].to_numpy()])
    assert understand(table, 1).names == understand(table, np.int64(1)).names == understand(table, "1").names == ("1",)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (TABLE["many"][:5], "the target has 5 values, but the table has 60 rows"),
        (np.zeros((2, 2, 2)), "an array must have rows and columns"),
        (np.array(["many", "more"]), "the target has 2 values, but the table has 60 rows"),
    ],
)
def test_values_that_are_not_one_for_each_row_are_refused(target, said):
    with pytest.raises(TableError, match=said):
        understand(TABLE, target)


def test_splits_and_folds_keep_groups_together_and_are_drawn_by_the_seed():
    problem = understand(TABLE, "y", group="user")
    training, held = problem.split(0.3, 5)
    assert len(training) + len(held) == 59
    assert not set(training.groups) & set(held.groups)
    folds = problem.folds(training, 3, 5)
    for group in set(training.groups):
        assert len(set(folds[training.groups == group])) == 1
    again, _ = problem.split(0.3, 5)
    assert_array_equal(again.cells["size"].to_numpy(), training.cells["size"].to_numpy())


def test_a_sample_is_some_of_the_rows_in_their_order():
    problem = understand(TABLE, "y")
    sample = problem.sample(20, 0)
    places = [TABLE["size"].to_list().index(size) for size in sample.rows.cells["size"]]
    assert len(places) == 20
    assert places == sorted(places)
    assert len(problem.sample(1000, 0).rows) == 59


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"task": "guess"}, "task must be one of auto, classification, regression; got 'guess'"),
        ({"group": "user", "time": "day"}, "by group or by time, not by both"),
        ({"weights": "y"}, "'y' is the target"),
        ({"weights": "user", "group": "user"}, "cannot be both weights and group or time"),
        ({"missing": [3]}, "must be a string such as '-'; got 3"),
        ({"missing": 3}, "must be a string such as '-'; got 3"),
        ({"columns": ["size"]}, "columns gives the type of each column by its name"),
    ],
)
def test_choices_that_cannot_be_used_are_told(choices, said):
    with pytest.raises(ChoiceError, match=said):
        understand(TABLE, "y", **choices)


@pytest.mark.parametrize("choice", ["weights", "group", "time"])
@pytest.mark.parametrize("given", [np.ones(40), [1] * 40, 0.5])
def test_weights_groups_and_times_are_named(choice, given):
    table = pl.DataFrame({"x": range(40), "y": [0, 1] * 20})
    with pytest.raises(ChoiceError, match=f"^{choice} is given as the name of a column of the table; got "):
        understand(table, "y", **{choice: given})


@pytest.mark.parametrize("moment", [3, "2020-01-01", pl.lit("2020-01-01").str.to_date()])
def test_rows_of_one_moment_cannot_be_split_by_time(moment):
    table = pl.DataFrame({"x": range(40), "y": [0, 1] * 20}).with_columns(
        day=moment if isinstance(moment, pl.Expr) else pl.lit(moment)
    )
    with pytest.raises(TableError, match=r"all rows have the same time.*test_fraction=0"):
        understand(table, "y", time="day").split(0.2, 0)
    training, held = understand(table, "y", time="day").split(0.0, 0)
    assert (len(training), len(held)) == (40, 0)


@pytest.mark.parametrize("pair", [("2D", "3D"), ("12V", "24V"), ("5%", "10%"), ("2 doors", "3 doors"), ("$5", "$10")])
def test_labels_are_kept_as_they_are_written(pair):
    table = pl.DataFrame({"x": [f"{row}.5" for row in range(60)], "y": [pair[row % 2] for row in range(60)]})
    found = understand(table, "y")
    assert (found.task, found.reason) == ("classification", "its values are labels")
    assert set(found.rows.answers["y"]) == set(pair)
    assert "y" not in found.schema.notations


def test_numbers_in_a_notation_are_numbers_to_predict():
    prices = [f"${row + 1},{500 + row}" for row in range(60)]
    found = understand(pl.DataFrame({"x": [f"{row}.5" for row in range(60)], "y": prices}), "y")
    assert found.task == "regression"
    assert found.rows.answers["y"].to_list() == [1000.0 * (row + 1) + 500 + row for row in range(60)]
