from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffnn import load, train
from ffnn.errors import TableError
from ffnn.learning.problem import understand
from ffnn.models.packing import NOTATIONS, tagged, untagged
from ffnn.recipes.recipe import Recipe
from ffnn.tables.notations import finding
from ffnn.tables.notations.compounds import COMPOUNDS, CompoundNotation


def read(cells):
    """Cells of a column as numbers; None where no notation in several units is found."""
    found = finding.find(pl.DataFrame({"x": pl.Series(cells, dtype=pl.String)}), (), {}, {}).notations.get("x")
    if not isinstance(found, CompoundNotation):
        return None
    return [None if cell is None else float(cell) for cell in found.plain(pl.Series(cells, dtype=pl.String))]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["5 ft 11 in", "6 ft", "5 ft 7.5 in"], [71, 72, 67.5]),
        (["5'11\"", "6'1\"", None], [71, 73, None]),
        (["5\N{RIGHT SINGLE QUOTATION MARK}11\N{RIGHT DOUBLE QUOTATION MARK}", "5' 7''"], [71, 67]),
        (["1h 20m", "45m", "3h"], [80, 45, 180]),
        (["1 hr 20 mins", "2 Hours"], [80, 120]),
        (["1 hour, 20 minutes", "2 hours and 5 minutes"], [80, 125]),
        (["PT1H20M", "PT45M"], [80, 45]),
        (["P1DT2H", "PT3H"], [1560, 180]),
        (["1h20", "2h05"], [80, 125]),
        (["5m 30s", "4m 3s"], [5.5, 4.05]),
        (["6 lb 3 oz", "7 lbs"], [99, 112]),
        (["11 st 4 lb", "9 st"], [158, 126]),
        (["2 yrs 3 mos", "11 mos"], [27, 11]),
        (["1 m 80 cm", "2 m", "3 km"], [1.8, 2, 3000]),
        (["2 years", "3 weeks", "1 month"], [730.5, 21, 30.4375]),
        (["3M", "1Y", "10Y"], [3, 12, 120]),
        (["125 min", "2 h"], [125, 120]),
        (["1.5L", "750ml"], [1.5, 0.75]),
        (["1.2 GB", "340 MB", "12 KB"], [1200, 340, 0.012]),
        (["57.05N", "12.5S"], [57.05, -12.5]),
        (["52.5° E", "3° E"], [52.5, 3]),
        (["40°30'36\"N", "41°00'00\"S"], [40.51, -41]),
        (["1 kg 250 g", "300 g"], [1250, 300]),
    ],
)
def test_measurements_in_several_units_are_read_in_the_smallest(cells, expected):
    assert read(cells) == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["5'45\"", "6'1\""],  # no inches
        ["1d20", "2d6"],  # dice
        ["50 m2", "60.5 m2"],
        ["5 N", "7 N"],
        ["5 kg", "9 lb"],
        ["5 ft", "6 ft"],
        ["5 ft 11 in", "tall"],
        ["3 red 4 blue", "1 red 2 blue"],
        ["28 Jul 2021", "3 Aug 2021"],
    ],
)
def test_what_is_no_measurement_in_several_units_is_none(cells):
    assert read(cells) is None


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 11)), min_size=2, unique=True))
def test_feet_and_inches_are_twelve_to_one(lengths):
    assert read([f"{feet} ft {inches} in" for feet, inches in lengths]) == [
        12 * feet + inches for feet, inches in lengths
    ]


def test_the_plan_says_how_and_a_model_reads_later_tables_alike(tmp_path):
    cells = [f"{row % 5}h {row % 60}m" for row in range(60)]
    table = pl.DataFrame(
        {"length": cells, "beside": [row % 7 / 7 for row in range(60)], "y": [row / 9 for row in range(60)]}
    )
    schema = understand(table, "y").schema
    assert schema.columns[0].kind == "number"
    assert str(schema.notations["length"]) == "as 0h 0m, which is 0 minutes"
    train(table, "y", recipe=Recipe(hidden=(4,), restarts=2, epochs=2)).save(tmp_path / "m.safetensors")
    model = load(tmp_path / "m.safetensors")
    written, plain = table[7:9], table[7:9].with_columns(length=pl.Series([127.0, 188.0]))
    assert model.predict(written).tolist() == model.predict(plain).tolist()


def test_a_target_of_durations_is_predicted_in_minutes():
    table = pl.DataFrame({"x": range(60), "y": [f"{row // 10}h {row % 60}m" for row in range(60)]})
    problem = understand(table, "y")
    assert problem.task == "regression"
    assert problem.rows.answers["y"].to_list()[:3] == [0, 1, 2]


def test_it_is_kept_as_data_that_is_checked():
    notation = CompoundNotation("feet and inches", "5 ft 11 in")
    assert untagged(tagged(notation, NOTATIONS), NOTATIONS) == notation
    for wrong in (("cubits", "5 ft"), ("feet and inches", "5 kg"), ("feet and inches", "")):
        with pytest.raises(TableError):
            CompoundNotation(*wrong)


@pytest.mark.parametrize("name", COMPOUNDS)
def test_each_reads_one_of_every_part(name):
    form = COMPOUNDS[name]
    assert form.parts == tuple(sorted(form.parts, reverse=True))
