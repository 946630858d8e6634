from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from ffnn.errors import RecipeError, TableError
from ffnn.tables.columns.schema import Column, Schema
from ffnn.tables.encoding.encoder import (
    BLOCK,
    MOST_CODES,
    CategoryColumn,
    CodedColumn,
    Encoder,
    build_encoder,
    fit_encoder,
    measure_columns,
    merge_statistics,
)
from ffnn.tables.encoding.scaling import NumberColumn

FINITE = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.one_of(st.none(), st.sampled_from(["a", "b", "c", "d", "", "é"]))


def numbers(cells):
    return pl.Series("x", cells, pl.Float64)


def words(cells):
    return pl.Series("x", cells, pl.String)


def fit(kind, cells, weights=None):
    return kind.of(cells.name, kind.statistic.of(cells, weights))


def encode(column, cells, exercise=None):
    return Encoder((column,)).encode(cells.to_frame("x"), exercise).numbers


def test_numbers_are_standardised_as_by_scikit_learn():
    generator = np.random.default_rng(0)
    training, later = generator.normal(1e4, 3, 200), generator.normal(1e4, 5, 100)
    scaler = StandardScaler().fit(training[:, None])
    column = fit(NumberColumn, numbers(training))
    assert column.mean == pytest.approx(scaler.mean_[0], rel=1e-12)
    assert column.deviation == pytest.approx(scaler.scale_[0], rel=1e-9)
    np.testing.assert_allclose(encode(column, numbers(later)), scaler.transform(later[:, None]), rtol=1e-5, atol=1e-6)


def test_missing_numbers_do_not_move_the_statistics():
    cells = numbers([1.0, None, 2.0, 6.0, None])
    scaler = StandardScaler().fit(np.array([[1.0], [2.0], [6.0]]))
    column = fit(NumberColumn, cells)
    assert (column.minimum, column.maximum, column.missing) == (1.0, 6.0, 2)
    np.testing.assert_allclose(encode(column, cells)[[0, 2, 3], :1], scaler.transform([[1.0], [2.0], [6.0]]), rtol=1e-6)


def test_a_missing_number_is_the_mean_and_says_so():
    column = fit(NumberColumn, numbers([1.0, None, 3.0]))
    assert column.inputs == ("x", "x is missing")
    assert encode(column, numbers([None, 2.0, 3.0])).tolist() == [[0, 1], [0, 0], [1, 0]]


def test_a_number_that_training_never_missed_is_the_mean_where_it_is_missing():
    column = fit(NumberColumn, numbers([1.0, 3.0]))
    assert column.inputs == ("x",)
    assert encode(column, numbers([None, 3.0])).tolist() == [[0], [1]]


def test_equal_numbers_are_left_at_zero():
    column = fit(NumberColumn, numbers([0.1, 0.1, 0.1]))
    assert column.deviation == 1
    np.testing.assert_allclose(encode(column, numbers([0.1, 1.1])), [[0], [1]], atol=1e-7)


def test_a_column_without_any_number_is_zero():
    column = fit(NumberColumn, numbers([None, None]))
    assert encode(column, numbers([None, 0.0])).tolist() == [[0, 1], [0, 0]]


def test_numbers_far_out_are_cut_off():
    column = fit(NumberColumn, numbers([-1e-3, 1e-3]))
    cells = numbers([1e3 + 1, -1e4, 1.7e308, -1.7e308, 5e-324, 999.0])
    np.testing.assert_allclose(encode(column, cells)[:, 0], [1e6, -1e6, 1e6, -1e6, 0, 999e3])


def test_numbers_too_large_to_average_are_refused():
    with pytest.raises(TableError, match=r"numbers of column 'x' are too large to average: up to 1.7e\+308"):
        fit(NumberColumn, numbers([1.7e308, -1.7e308, 1.7e308]))


@settings(deadline=None)
@given(
    st.lists(st.floats(-1e150, 1e150), min_size=1, max_size=20),
    st.lists(st.one_of(st.none(), FINITE), min_size=1, max_size=20),
)
def test_every_number_is_a_finite_input(training, later):
    encoded = encode(fit(NumberColumn, numbers(training)), numbers(later))
    assert encoded.dtype == np.float32
    assert np.isfinite(encoded).all()
    assert np.abs(encoded).max() <= 1e6


def test_levels_are_one_hot_as_by_scikit_learn():
    generator = np.random.default_rng(0)
    training, later = generator.choice(["red", "green", "blue", "grey"], (2, 200))
    hot = OneHotEncoder(sparse_output=False).fit(training[:, None])
    column = fit(CategoryColumn, words(training))
    encoded = dict(zip(column.inputs, encode(column, words(later)).T, strict=True))
    assert set(encoded) == {*(f"x={level}" for level in hot.categories_[0]), "x is other"}
    for level, expected in zip(hot.categories_[0], hot.transform(later[:, None]).T, strict=True):
        np.testing.assert_array_equal(encoded[f"x={level}"], expected)
    assert not encoded["x is other"].any()


def test_levels_are_counted_the_most_frequent_first():
    column = fit(CategoryColumn, words(["b"] * 3 + ["c"] * 5 + ["a"] * 3 + [None] * 2 + ["once"]))
    assert replace(column, rare=None) == CategoryColumn("x", ("c", "a", "b"), (5, 3, 3), missing=2, other=1, once=1)


def test_levels_of_one_row_and_unseen_levels_are_other():
    column = fit(CategoryColumn, words(["a", "a", "b", "b", "c", "c", "once"]))
    assert column.inputs == ("x=a", "x=b", "x=c", "x is other")
    assert encode(column, words(["b", "once", "never", None])).tolist() == [
        [0, 1, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 1],
        [0, 0, 0, 1],
    ]


def test_missing_is_a_level_where_training_missed_some():
    column = fit(CategoryColumn, words(["a", "a", "b", "b", None]))
    assert column.inputs == ("x=a", "x=b", "x is missing", "x is other")
    assert encode(column, words([None, "a", "never"])).tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]]


def test_an_empty_cell_is_not_the_level_of_that_name():
    column = fit(CategoryColumn, words(["is missing", "is missing", "other", "other", None]))
    assert encode(column, words(["other", None]))[:, :3].tolist() == [[0, 1, 0], [0, 0, 1]]


def test_at_most_64_levels_have_an_input_of_their_own():
    cells = [f"level {number:03d}" for number in range(100) for _ in range(100 - number)]
    column = fit(CategoryColumn, words(cells))
    assert column.levels == tuple(f"level {number:03d}" for number in range(64))
    assert len(column.inputs) == 65
    assert column.other == sum(100 - number for number in range(64, 100))
    assert encode(column, words(["level 063", "level 064"])).argmax(axis=1).tolist() == [63, 64]


def test_two_levels_are_the_two_sides_of_one_input():
    column = fit(CategoryColumn, words(["yes", "no", "no", "yes", "yes"]))
    assert column.inputs == ("x=yes",)
    assert encode(column, words(["yes", "no", None, "maybe"])).tolist() == [[1], [-1], [0], [0]]


@pytest.mark.parametrize("third", [None, "maybe"])
def test_two_levels_and_a_third_case_are_one_hot(third):
    assert len(fit(CategoryColumn, words(["yes", "yes", "no", "no", third])).inputs) > 2


@pytest.mark.parametrize(("rows", "cells"), [(1000, 10), (549, 5), (20, 1)])
def test_training_shows_one_cell_in_a_hundred_as_other(rows, cells):
    column = fit(CategoryColumn, words(["a", "b", "c", "d"] * rows)[:rows])
    plain = encode(column, words(["a", "b", "c", "d"] * rows)[:rows])
    shown = encode(column, words(["a", "b", "c", "d"] * rows)[:rows], np.random.default_rng(0))
    assert shown[:, -1].sum() == cells
    assert (shown.sum(axis=1) == 1).all()
    changed = shown[:, -1] == 1
    np.testing.assert_array_equal(shown[~changed], plain[~changed])


@pytest.mark.parametrize("cells", [["a", "a", "b", "b", "c", "c", "once"], ["yes", "no"] * 50])
def test_training_shows_no_cell_as_other_where_some_are_or_two_sides_are(cells):
    column = fit(CategoryColumn, words(cells))
    np.testing.assert_array_equal(encode(column, words(cells), np.random.default_rng(0)), encode(column, words(cells)))


def many_levels(count, rows=2):
    return [f"level {number:04d}" for number in range(count) for _ in range(rows)]


def codes_of(column, cells, exercise=None):
    inputs = Encoder((column,)).encode(cells.to_frame("x"), exercise)
    assert inputs.numbers.shape == (len(cells), 0)
    assert (inputs.codes.shape, inputs.codes.dtype) == ((len(cells), 1), np.int32)
    return inputs.codes[:, 0].tolist()


def test_many_levels_have_a_code_each_the_most_frequent_first():
    column = fit(CodedColumn, words([*many_levels(100), "often", "often", "often", None, "once", "never again"]))
    assert type(column) is CodedColumn
    assert (column.inputs, column.codes, len(column.levels)) == ((), 103, 101)
    assert (column.missing, column.other) == (1, 2)
    later = words(["often", "level 0000", "level 0099", None, "once", "unseen"])
    assert codes_of(column, later) == [0, 1, 100, 101, 102, 102]


def test_a_code_for_missing_is_there_where_training_missed_some():
    column = fit(CodedColumn, words(many_levels(65)))
    assert column.codes == 66
    assert codes_of(column, words([None, "level 0064", "unseen"])) == [65, 64, 65]


@pytest.mark.parametrize("cells", [many_levels(64), [*many_levels(64), *many_levels(200, 1)], ["yes", "no"] * 3])
def test_levels_that_one_hot_tells_apart_are_not_coded(cells):
    assert fit(CodedColumn, words(cells)) == fit(CategoryColumn, words(cells))


def test_levels_beyond_the_most_frequent_share_a_code():
    column = fit(CodedColumn, words([*many_levels(MOST_CODES, 3), *many_levels(MOST_CODES + 10, 1)]))
    assert len(column.levels) == MOST_CODES
    column = fit(CodedColumn, words(many_levels(MOST_CODES + 10)))
    assert (len(column.levels), column.other) == (MOST_CODES, 20)
    later = words([f"level {MOST_CODES - 1:04d}", f"level {MOST_CODES:04d}"])
    assert codes_of(column, later) == [MOST_CODES - 1, MOST_CODES]


def test_training_shows_one_code_in_a_hundred_as_other_where_none_is():
    cells = words(many_levels(100, 5))
    column = fit(CodedColumn, cells)
    plain, shown = (np.array(codes_of(column, cells, each)) for each in (None, np.random.default_rng(0)))
    assert (shown == column.codes - 1).sum() == (shown != plain).sum() == 5
    column = fit(CodedColumn, words([*many_levels(100, 5), "once"]))
    assert codes_of(column, cells, np.random.default_rng(0)) == codes_of(column, cells)


def test_codes_and_inputs_stand_beside_each_other_and_can_be_one_hot():
    generator = np.random.default_rng(0)
    levels = np.array([*many_levels(80, 1), None])
    table = pl.DataFrame(
        {
            "a": generator.choice(levels, 2000),
            "size": generator.normal(size=2000),
            "b": generator.choice(levels[:70], 2000),
            "colour": generator.choice(["r", "g", "b"], 2000),
        }
    )
    schema = Schema(
        (Column("a", "category"), Column("size", "number"), *(Column(n, "category") for n in ("b", "colour")))
    )
    plain, coded = fit_encoder(table, schema), fit_encoder(table, schema, embedding=True)
    assert coded.inputs == ("size", *plain.inputs[-4:])
    assert coded.codes == (82, 71)
    assert coded.measured.tolist() == [0]
    hot, inputs = plain.encode(table).numbers, coded.encode(table)
    size = plain.inputs.index("size")
    np.testing.assert_array_equal(inputs.numbers, hot[:, [size, *range(hot.shape[1] - 4, hot.shape[1])]])
    for place, name in enumerate("ab"):
        levels = coded.coded[place].levels
        known = [code < len(levels) for code in inputs.codes[:, place]]
        named = [levels[code] for code in inputs.codes[known, place]]
        assert named == table[name].drop_nulls().to_list()
    hidden = {*coded.inputs, "a is other", "b is other"}
    order = [*coded.inputs, *(name for name in plain.inputs if name not in hidden)]
    found = coded.one_hot(inputs)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, hot[:, [plain.inputs.index(name) for name in order]])
    np.testing.assert_array_equal(plain.one_hot(plain.encode(table)), hot)


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=30), st.lists(st.one_of(WORDS, st.text()), min_size=1, max_size=20))
def test_every_word_is_one_hot_or_on_a_side(training, later):
    column = fit(CategoryColumn, words(training))
    encoded = encode(column, words(later))
    assert encoded.shape == (len(later), len(column.inputs))
    if column.two_sided:
        assert set(encoded.ravel()) <= {-1, 0, 1}
    else:
        assert (encoded.sum(axis=1) == 1).all()
        assert set(encoded.ravel()) <= {0, 1}


@pytest.fixture
def table():
    return pl.DataFrame(
        {
            "colour": ["r", "g", "b", "r", "g", "b"],
            "name": ["u", "v", "w", "x", "y", "z"],
            "size": [1.0, 2.0, None, 4.0, 5.0, 6.0],
            "flag": ["true", "false", "true", "false", "true", "true"],
        }
    )


SCHEMA = Schema(
    (Column("colour", "category"), Column("name", "identifier"), Column("size", "number"), Column("flag", "boolean"))
)


def test_inputs_stand_in_the_order_of_the_columns(table):
    encoder = fit_encoder(table, SCHEMA)
    assert encoder.inputs == (
        *("colour=b", "colour=g", "colour=r", "colour is other"),
        *("size", "size is missing"),
        "flag=true",
    )
    inputs = encoder.encode(table)
    assert inputs.numbers.shape == (6, len(encoder.inputs))
    assert inputs.numbers.dtype == np.float32
    assert (inputs.codes.shape, inputs.codes.dtype) == ((6, 0), np.int32)
    np.testing.assert_allclose(inputs.numbers[2], [1, 0, 0, 0, 0, 1, 1])


def test_later_rows_are_encoded_with_the_statistics_of_training(table):
    training, later = table.head(4), table.tail(2)
    encoded = fit_encoder(training, SCHEMA).encode(later).numbers
    sizes = np.array([1.0, 2.0, 4.0])
    size = fit_encoder(training, SCHEMA).inputs.index("size")
    np.testing.assert_allclose(encoded[:, size], (np.array([5.0, 6.0]) - sizes.mean()) / sizes.std(), rtol=1e-6)


def test_statistics_of_parts_make_the_encoder_of_the_whole(table):
    rows = pl.concat([table, table.reverse(), table])
    parts = [measure_columns(rows[start : start + 5], SCHEMA, scaling="robust") for start in range(0, 18, 5)]
    assert build_encoder(SCHEMA, merge_statistics(parts), scaling="robust") == fit_encoder(
        rows, SCHEMA, scaling="robust"
    )


def test_an_unknown_scaling_is_told(table):
    with pytest.raises(RecipeError, match=r"there is no scaling 'robst'; did you mean 'robust'\?"):
        fit_encoder(table, SCHEMA, scaling="robst")


@pytest.mark.parametrize(
    "weights", [np.ones(5), np.zeros(6), np.full(6, np.inf), np.full(6, -1.0), np.array([np.nan] * 6)]
)
def test_weights_must_be_one_sound_number_for_each_row(table, weights):
    with pytest.raises(TableError, match="weights must be one number for each row"):
        fit_encoder(table, SCHEMA, weights=weights)


def test_rows_are_encoded_the_same_in_blocks_as_alone():
    rows = np.random.default_rng(0).normal(size=3 * BLOCK)
    table = pl.DataFrame({"x": rows, "w": ["a", "b", "c"] * BLOCK})
    encoder = fit_encoder(table, Schema((Column("x", "number"), Column("w", "category"))))
    whole, last = encoder.encode(table).numbers, encoder.encode(table.tail(7)).numbers
    np.testing.assert_array_equal(whole[-7:], last)
    np.testing.assert_allclose(whole[:, 0], (rows - rows.mean()) / rows.std(), rtol=1e-4, atol=1e-6)


def test_training_alone_is_shown_other(table):
    encoder = fit_encoder(table, SCHEMA)
    other = encoder.inputs.index("colour is other")
    assert encoder.encode(table, np.random.default_rng(0)).numbers[:, other].sum() == 1
    assert encoder.encode(table).numbers[:, other].sum() == 0


def test_rare_levels_beyond_those_counted_are_known_too():
    rows = [f"level {number}" for number in range(70_000)]
    column = fit(CategoryColumn, words([*rows, *["often"] * 70_000]))
    _, unseen = column.strangers(words([*rows[::100], *(f"new {number}" for number in range(700))]))
    assert not unseen[:700].any()
    assert unseen[700:].mean() > 0.99
