from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ffnn import load, look, train
from ffnn.errors import TableError
from ffnn.learning.problem import understand
from ffnn.models.packing import ENCODERS, NOTATIONS, tagged, untagged
from ffnn.recipes.recipe import Recipe
from ffnn.tables.encoding.encoder import Encoder, SetColumn
from ffnn.tables.notations import finding
from ffnn.tables.notations.sets import SEPARATORS, SetNotation

GENRES = ["Drama|Comedy", "Drama", "Comedy|Action|Drama", "Action", "Action|Comedy", "Drama|Action"]


def found(cells, declared=None, targets=()):
    table = pl.DataFrame({"x": pl.Series(cells, dtype=pl.String)})
    return finding.find(table, targets, {"x": declared} if declared else {}, {}, targets).notations.get("x")


@pytest.mark.parametrize(
    ("cells", "separator"),
    [
        (GENRES, "bars"),
        ([cell.replace("|", ", ") for cell in GENRES], "commas"),
        ([cell.replace("|", ";") for cell in GENRES], "semicolons"),
        ([str(cell.split("|")) for cell in GENRES], "commas"),
        (["a|b", "b|c", "c|a", "b|a"], "bars"),
        (["a", "b", "a, b", None, "b, c", "", "c"], "commas"),
        (["a|b", "b|a", "c|a"], "bars"),
        (["a, b", "b, a", "c, b", "b, c"], "commas"),
        (["a; b", "b; a", "a; c", "b"], "semicolons"),
    ],
)
def test_lists_of_words_are_known_by_their_separator(cells, separator):
    assert found(cells) == SetNotation(separator)


@pytest.mark.parametrize(
    "cells",
    [
        ["Paris, France", "Lyon, France", "Rome, Italy", "Turin, Italy"],
        ["Braund, Mr. Owen", "Heikkinen, Miss. Laina", "Allen, Mr. William, Henry"],
        ["Late, and sorry", "On time", "Late, but warm, and kind"],
        ["low", "high", "mid, or so"],
        ["1,234", "2,345,678", "1", "234"],
        ["3|4", "5|6", "7|8"],
        ["Yes", "No", "Yes, partly"],
        ["home|away", "away|home"],
        ["", None],
    ],
)
def test_other_text_is_no_list(cells):
    assert not isinstance(found(cells), SetNotation)


def test_declared_kinds_and_targets_are_as_they_are_said():
    assert found(["Paris, France", "Lyon, France"], "set") == SetNotation("commas")
    assert found(GENRES, "category") is None
    assert found(GENRES, targets=("x",)) is None


def test_the_plain_form_has_each_word_once_in_order():
    text = pl.Series(["b, a,b", " a ", None, "['c', \"a\"]", ""])
    assert SetNotation("commas").plain(text).to_list() == ["a|b", "a", None, "a|c", ""]


def test_an_empty_list_is_not_missing():
    cells = ["[]", "['a', 'b']", None, "['b', 'c']", "['a']", "['c', 'a']"] * 9
    text = pl.DataFrame({"x": cells, "y": [row / 7 for row in range(54)]})
    lists = text.with_columns(pl.Series("x", [[], ["a", "b"], None, ["b", "c"], ["a"], ["c", "a"]] * 9))
    for table in (text, lists):
        column = SetColumn.of("x", SetColumn.statistic.of(understand(table, "y").rows.cells["x"]))
        assert dict(zip(column.levels, column.counts, strict=True)) == {"a": 27, "b": 18, "c": 18}
        assert (column.missing, column.other) == (9, 0)
        encoded = encode(column, ["[]", "a|b", None])
        assert {name: encoded[f"x={name}"] for name in "abc"} == {"a": [0, 1, 0], "b": [0, 1, 0], "c": [0, 0, 0]}
        assert (encoded["x is missing"], encoded["x is other"]) == ([0, 0, 1], [0, 0, 0])
    (seen,) = (column for column in look(text).columns if column.name == "x")
    assert (seen.missing, dict(seen.levels)) == (9, {"a": 27, "b": 18, "c": 18})


def test_few_lists_in_other_orders_are_sets_that_say_so():
    table = pl.DataFrame({"x": ["a|b", "b|a", "c|a"] * 9, "y": [row / 7 for row in range(27)]})
    problem = understand(table, "y")
    assert (problem.schema.columns[0].kind, problem.schema.columns[0].reason) == (
        "set",
        "lists of 3 different words; each is an input",
    )
    assert problem.rows.cells["x"].to_list() == ["a|b", "a|b", "a|c"] * 9
    pairs = table.with_columns(x=pl.Series(["home|away", "away|home", "home|away"] * 9))
    kept = understand(pairs, "y")
    assert (kept.schema.columns[0].kind, kept.rows.cells["x"].to_list()) == ("category", pairs["x"].to_list())


def fit(cells):
    return SetColumn.of("x", SetColumn.statistic.of(pl.Series("x", cells, pl.String)))


def encode(column, cells):
    numbers = Encoder((column,)).encode(pl.DataFrame({"x": pl.Series(cells, dtype=pl.String)})).numbers
    return dict(zip(column.inputs, numbers.T.tolist(), strict=True))


def test_the_inputs_are_the_indicators_of_pandas():
    cells = [GENRES[place] for place in np.random.default_rng(0).integers(0, 6, 50)]
    column = fit(cells)
    oracle = pd.Series(cells).str.get_dummies("|")
    encoded = encode(column, cells)
    assert {name: encoded.pop(f"x={name}") for name in oracle} == oracle.astype(float).to_dict("list")
    assert encoded == {"x is other": [0.0] * 50}
    assert dict(zip(column.levels, column.counts, strict=True)) == oracle.sum().to_dict()


def test_what_is_rare_or_missing_or_new_is_told():
    column = fit(["a|b", "a", "b", None, "rare"])
    encoded = encode(column, ["a|new", None, "rare", "new", "b|a"])
    assert encoded == {
        "x=a": [1, 0, 0, 0, 1],
        "x=b": [0, 0, 0, 0, 1],
        "x is missing": [0, 1, 0, 0, 0],
        "x is other": [1, 0, 1, 1, 0],
    }
    apart, unseen = column.strangers(pl.Series(["a|new", None, "rare", "new", "b|a"]))
    assert apart.to_list() == [True, False, True, True, False]
    assert unseen.to_list() == [True, False, False, True, False]


def test_parts_of_a_table_make_the_statistics_of_the_whole():
    cells = pl.Series("x", GENRES * 3 + [None], pl.String)
    whole = SetColumn.statistic.of(cells)
    parts = SetColumn.statistic.of(cells[:7]).merge(SetColumn.statistic.of(cells[7:]))
    assert parts.most_frequent(9) == whole.most_frequent(9)
    assert (parts.rows, parts.missing) == (whole.rows, whole.missing) == (33, 1)


@pytest.mark.parametrize("separator", sorted(SEPARATORS))
def test_notation_and_encoder_come_back_from_a_file(separator):
    notation, column = SetNotation(separator), fit(["a|b", "a", "b"])
    assert untagged(tagged(notation, NOTATIONS), NOTATIONS) == notation
    assert untagged(tagged(column, ENCODERS), ENCODERS) == column


def test_a_forged_separator_is_refused():
    with pytest.raises(TableError, match="'tabs' is no separator"):
        SetNotation("tabs")


def test_lists_are_one_column_of_the_schema():
    table = pl.DataFrame({"genres": GENRES * 5, "y": [row / 7 for row in range(30)]})
    column = understand(table, "y").schema.columns[0]
    assert (column.name, column.kind) == ("genres", "set")
    assert column.reason == "lists of 3 different words; each is an input"


def test_lists_by_their_type_are_sets_too():
    table = pl.DataFrame({"genres": GENRES * 5, "y": [row / 7 for row in range(30)]})
    typed = table.with_columns(pl.col("genres").str.split("|"))
    text, lists = (understand(each, "y") for each in (table, typed))
    assert text.schema.columns == lists.schema.columns
    assert text.rows.cells["genres"].str.split("|").to_list() == lists.rows.cells["genres"].str.split("|").to_list()
    alone = typed.with_columns(genres=pl.Series([["a", str(row)] for row in range(30)]), x=pl.Series(range(30)) * 0.5)
    assert understand(alone, "y").schema.columns[0].kind == "ignore"


@pytest.mark.slow
def test_a_model_of_lists_predicts_from_any_order_of_words(tmp_path):
    cells = [GENRES[row % 6] for row in range(120)]
    table = pl.DataFrame({"genres": cells, "y": [cell.count("|") + 3 * ("Drama" in cell) + 0.5 for cell in cells]})
    model = train(table, "y", recipe=Recipe(hidden=(4,), restarts=2, epochs=2))
    model.save(tmp_path / "m.safetensors")
    turned = table.with_columns(pl.col("genres").str.split("|").list.reverse().list.join(" | "))
    again = load(tmp_path / "m.safetensors")
    assert again.predict(turned, strict=True).tolist() == model.predict(table, strict=True).tolist()


def test_a_look_shows_the_words():
    column = look(pl.DataFrame({"genres": GENRES * 5, "y": [row / 7 for row in range(30)]}), "y").columns[0]
    assert dict(column.levels) == {"Action": 20, "Comedy": 15, "Drama": 20}
