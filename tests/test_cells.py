from __future__ import annotations

from datetime import UTC, date, datetime, time

import polars as pl
import pytest

from ffnn.tables.columns import cells


@pytest.mark.parametrize(
    ("given", "found", "dtype"),
    [
        ([1, 2], [1, 2], pl.Int64),
        (["1", "+2", None, "NA"], [1, 2, None, None], pl.Int64),
        ([1.0, 2.0, float("nan")], [1, 2, None], pl.Int64),
        ([1.5, 2.0], [1.5, 2.0], pl.Float64),
        (["1.5", "2"], [1.5, 2.0], pl.Float64),
        (["1e3", "2.0"], [1000, 2], pl.Int64),
        ([str(2**53), str(2**53 + 1)], [2**53, 2**53 + 1], pl.Int64),
        ([str(2**63), "1"], [2**63, 1], pl.UInt64),
        ([str(2**64), "-1"], [2**64, -1], pl.Int128),
        ([str(10**50), "1"], [str(10**50), "1"], pl.String),
        (["0.12345678901234567", "1"], ["0.12345678901234567", "1"], pl.String),
        (["0.1234567890", "1"], [0.123456789, 1.0], pl.Float64),
        ([True, False], [1, 0], pl.Int64),
    ],
)
def test_numbers_are_read_by_the_smallest_type_that_tells_them_apart(given, found, dtype):
    exact = cells.exactly(pl.Series("x", given))
    assert (exact.to_list(), exact.dtype) == (found, dtype)


def test_words_for_missing_cells_are_taken_out_everywhere():
    table = pl.DataFrame({"a": ["1", " - ", "none", None], "b": [1.0, -999.0, 3.0, None], "c": [-999, 1, 2, 3]})
    found = cells.without_words(table, ["-", "-999"])
    assert found["a"].to_list() == ["1", None, "none", None]
    assert found["b"].to_list() == [1.0, None, 3.0, None]
    assert found["c"].to_list() == [None, 1, 2, 3]
    assert cells.without_words(table, []) is table


def test_levels_lose_words_too():
    levels = pl.DataFrame({"x": pl.Series(["a", "-", "b"]).cast(pl.Categorical), "y": [True, False, True]})
    found = cells.without_words(levels, ["-"])
    assert found["x"].cast(pl.String).to_list() == ["a", None, "b"]
    assert found["x"].dtype == levels["x"].dtype
    assert found["y"].to_list() == [True, False, True]


@pytest.mark.parametrize(
    ("given", "word", "expected"),
    [
        (["-999.0", "1"], "-999", [None, "1"]),
        ([-999.0, 1.0], "-999", [None, 1.0]),
        ([-999, 1], "-999.0", [None, 1]),
        ([2**60, 2**60 + 1], str(2**60), [None, 2**60 + 1]),
        ([str(2**60), str(2**60 + 1)], str(2**60), [None, str(2**60 + 1)]),
        ([date(1900, 1, 1), date(2000, 1, 1)], "1900-01-01", [None, date(2000, 1, 1)]),
        (["1900-01-01", "2000-01-01"], "1900-01-01", [None, "2000-01-01"]),
        ([1.5, 2.0], "2024-01-01", [1.5, 2.0]),
    ],
)
def test_a_word_means_the_same_however_a_table_holds_it(given, word, expected):
    assert cells.without_words(pl.DataFrame({"x": given}), [word])["x"].to_list() == expected


def test_a_float32_is_the_number_it_is_written_as():
    table = pl.DataFrame({"x": pl.Series([0.1, 0.2], dtype=pl.Float32)})
    assert cells.without_words(table, ["0.1"])["x"].null_count() == 1


@pytest.mark.parametrize(
    ("given", "word", "missing"),
    [
        ([True, False], "False", 1),
        (["True", "False"], "False", 1),
        (["1900-01-01 00:00:00", "2000-01-01"], "1900-01-01", 1),
        ([datetime(1900, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC)], "1900-01-01", 1),
        ([time(0, 0), time(1, 0)], "00:00", 1),
        (["-", "x"], " - ", 1),
        (["01" * 3000, "x"], "-1", 0),
    ],
)
def test_a_word_is_missing_in_every_type(given, word, missing):
    assert cells.without_words(pl.DataFrame({"x": given}), [word])["x"].null_count() == missing
