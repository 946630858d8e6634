from __future__ import annotations

import polars as pl
import pytest

from ffnn import look, train
from ffnn.learning.problem import understand
from ffnn.recipes.recipe import Recipe
from ffnn.tables.notations.booleans import BooleanNotation
from ffnn.tables.notations.dates import DateNotation
from ffnn.tables.notations.notation import Notation
from ffnn.tables.notations.numbers import NumberNotation
from ffnn.tables.notations.sets import SetNotation

ROWS = 60
BESIDE = [row % 7 / 7 for row in range(ROWS)]
DAYS = [f"{1 + row % 3}.7.2021 7:00" for row in range(36)]


def table_of(cells):
    return pl.DataFrame({"x": pl.Series(cells, dtype=pl.String), "beside": BESIDE, "y": list(map(float, range(ROWS)))})


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["75:02", "1:20", "99:59", "3:15", "8:30"] * 12, "category"),
        ([f"{row % 40}:{row % 60:02}" for row in range(ROWS)], "identifier"),
        ([*DAYS, *["never"] * 24], "text"),
        ([f"{1 + row % 28}.7.2021" for row in range(36)] + [f"from day {row}" for row in range(24)], "text"),
        ([f"€{1000 + row}" for row in range(ROWS)], "identifier"),
        ([f"{1_000_000 + row:,}" for row in range(ROWS)], "identifier"),
        (["$1.50"] * ROWS, "constant"),
        (["1.7.2021"] * ROWS, "constant"),
    ],
)
def test_a_column_that_is_of_another_kind_than_its_notation_stays_as_it_is(cells, kind):
    problem = understand(table_of(cells), "y")
    column = problem.schema.columns[0]
    assert column.kind == kind
    assert "x" not in problem.schema.notations
    assert problem.schema.plain(table_of(cells))["x"].to_list() == cells
    if kind == "category":
        assert problem.rows.cells["x"].to_list() == cells
    seen = look(table_of(cells), "y").columns[0]
    assert (seen.kind, seen.notation) == (kind, "")
    assert {level for level, _ in seen.levels} <= set(cells)


@pytest.mark.parametrize("kind", ["text", "category", "identifier", "ignore"])
@pytest.mark.parametrize("cells", [["$1,234", "$5"], ["ja", "nein"], ["28.7.2021", "1.2.2020"], ["a|b", "b|a"]])
def test_what_is_declared_as_no_number_truth_date_or_set_stays_as_it_is(kind, cells):
    table = table_of(cells * 30)
    problem = understand(table, "y", columns={"x": kind})
    assert (problem.schema.columns[0].kind, problem.schema.notations) == (kind, {})
    assert "x" not in problem.rows.cells.columns or problem.rows.cells["x"].to_list() == table["x"].to_list()


def test_rows_of_no_weight_stay_empty_in_a_column_that_is_given_back():
    table = table_of(["75:02", "1:20", "99:59", "3:15", "8:30"] * 12)
    table = table.with_columns(weight=pl.Series(["€0", *["€1"] * (ROWS - 1)]))
    problem = understand(table, "y", weights="weight")
    assert len(problem.rows) == ROWS - 1
    assert problem.rows.cells["x"].to_list() == table["x"].to_list()[1:]


def test_a_column_of_times_stays_in_order_though_it_is_no_input():
    table = table_of([f"{28 - row % 28}.{12 - row // 28}.2021" for row in range(ROWS)])
    problem = understand(table, "y", columns={"x": "identifier"}, time="x")
    assert problem.rows.times.argmin() == 59  # 25.10.2021
    assert problem.rows.times.argmax() == 0


def test_identifiers_are_copied_as_they_are_written():
    cells = [f"{1_000_000 + row:,}" for row in range(ROWS)]
    model = train(table_of(cells), "y", recipe=Recipe(hidden=(4,), restarts=2, epochs=2))
    assert model.predictions(table_of(cells))["x"].to_list() == cells


@pytest.mark.parametrize(
    "known", [NumberNotation(), DateNotation("digits"), BooleanNotation("y/n"), SetNotation("bars")]
)
def test_each_notation_says_which_kinds_it_is_of(known):
    assert isinstance(known, Notation)
    assert known.kinds
