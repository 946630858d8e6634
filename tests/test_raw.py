from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from numpy.testing import assert_allclose, assert_array_equal

from ffnn.tables.columns import schema
from ffnn.tables.encoding.encoder import fit_encoder
from ffnn.tables.encoding.raw import levels_of, numbered, numbers_for, unscaled

TABLE = pl.DataFrame(
    {
        "size": [1000.5, 2500.5, None, 4000.25, 1000.5, 7000.75],
        "side": ["left", "right", "left", "left", "right", "left"],
        "colour": ["red", "green", None, "red", "blue", "green"],
        "when": [date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1), date(2024, 3, 5), None, date(2024, 3, 5)],
        "label": ["a", "b", "a", "b", "a", "b"],
    }
)
SEEN = schema.infer(TABLE, ("label",))
CELLS = schema.conform(TABLE, SEEN.inputs)


def test_numbers_stay_in_their_own_units_and_all_else_as_it_was():
    scaled = fit_encoder(CELLS, SEEN)
    plain = unscaled(scaled)
    assert plain.inputs == scaled.inputs
    before, after = scaled.encode(CELLS).numbers, plain.encode(CELLS).numbers
    size = plain.inputs.index("size")
    assert_allclose(after[:, size], [1000.5, 2500.5, 0, 4000.25, 1000.5, 7000.75])
    same = [place for place, name in enumerate(plain.inputs) if name.startswith(("side", "colour", "size is"))]
    assert_array_equal(after[:, same], before[:, same])


def test_dates_lose_their_scale_too():
    scaled = fit_encoder(CELLS, SEEN)
    before, after = scaled.encode(CELLS).numbers, unscaled(scaled).encode(CELLS).numbers
    there = TABLE["when"].is_not_null().to_numpy()
    moved = [place for place, name in enumerate(scaled.inputs) if not np.allclose(before[:, place], after[:, place])]
    assert "size" in [scaled.inputs[place] for place in moved]
    dates = [place for place in moved if scaled.inputs[place].startswith("when")]
    assert dates
    for place in dates:  # the same but for unit and origin
        slope, offset = np.polyfit(before[there, place], after[there, place], 1)
        assert_allclose(slope * before[there, place] + offset, after[there, place], atol=1e-4)


def test_levels_are_those_of_categories_with_more_than_two():
    assert levels_of(SEEN, CELLS) == {"colour": ["blue", "green", "red"]}


def test_a_level_becomes_its_number_and_what_is_missing_or_unknown_null():
    levels = {"colour": ["blue", "red"]}
    assert numbered(CELLS, levels)["colour"].to_list() == [2.0, None, None, 2.0, 1.0, None]
    assert numbered(CELLS, {}).equals(CELLS)


def test_a_schema_says_that_those_are_numbers():
    kinds = {column.name: column.kind for column in numbers_for(SEEN, {"colour": []}).columns}
    assert kinds == {column.name: column.kind for column in SEEN.columns} | {"colour": "number"}


def test_no_name_of_a_column_is_special():
    cells = pl.DataFrame({"self": ["b", "a", "c", None], "exprs": [1.0, 2.0, 3.0, 4.0]})
    assert numbered(cells, {"self": ["a", "b", "c"]})["self"].to_list() == [2, 1, 3, None]
