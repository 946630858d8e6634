from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import msgspec
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn.errors import TableError
from ffnn.tables.columns import cells as forms
from ffnn.tables.columns import dates, schema
from ffnn.tables.columns.schema import Column
from ffnn.tables.encoding.dates import DateColumn
from ffnn.tables.encoding.encoder import Encoder


def series(cells):
    return pl.Series("start", cells, pl.Datetime("us"))


def fit(cells, weights=None):
    return DateColumn.of("start", DateColumn.statistic.of(series(cells), weights))


def encode(column, cells):
    numbers = Encoder((column,)).encode(series(cells).to_frame()).numbers
    return dict(zip(column.inputs, numbers.T, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23", datetime(2026, 11, 23)),
        ("2026/11/23", datetime(2026, 11, 23)),
        ("23.11.2026", datetime(2026, 11, 23)),
        ("2026-11-23T20:39:44", datetime(2026, 11, 23, 20, 39, 44)),
        ("2026-11-23 20:39:44", datetime(2026, 11, 23, 20, 39, 44)),
        ("2026-11-23 20:39", datetime(2026, 11, 23, 20, 39)),
        ("23.11.2026 20:39", datetime(2026, 11, 23, 20, 39)),
        ("2026/11/23 20:39:44.5", datetime(2026, 11, 23, 20, 39, 44, 500_000)),
        ("2026-11-23T20:39:44.123456789", datetime(2026, 11, 23, 20, 39, 44, 123_456)),
        ("2026-11-23T20:39:44Z", datetime(2026, 11, 23, 20, 39, 44)),
        ("2026-11-23T20:39:44+01:00", datetime(2026, 11, 23, 19, 39, 44)),
        ("2026-11-23 20:39:44-0530", datetime(2026, 11, 24, 2, 9, 44)),
        ("2026-11-23 20:39:44+02", datetime(2026, 11, 23, 18, 39, 44)),
        ("0001-01-01", datetime(1, 1, 1)),
        ("1969-12-31 23:59:59.5", datetime(1969, 12, 31, 23, 59, 59, 500_000)),
        ("20:39:44", datetime(1970, 1, 1, 20, 39, 44)),
        ("2026-02-29", None),
        ("2026-13-01", None),
        ("2026-1-1", datetime(2026, 1, 1)),
        ("2026-11-3", datetime(2026, 11, 3)),
        ("2026-1-23 9:05", datetime(2026, 1, 23, 9, 5)),
        ("9:05", datetime(1970, 1, 1, 9, 5)),
        ("2026-111-3", None),
        ("2026-11-23T24:00:00", None),
        ("2026-11-23T20:60", None),
        ("11/23/2026", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("2026-11-23 noon", None),
        ("2026", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_from_text(text, expected):
    read, wrong = forms.conform_cells(pl.Series("x", [text, None, "", " 2020-01-01 ", "NA"]), "date")
    assert read.dtype == pl.Datetime("us")
    assert read.to_list() == [expected, None, None, datetime(2020, 1, 1), None]
    assert wrong.to_list() == [expected is None, False, False, False, False]
    assert forms.conform_cells(pl.Series("x", [text]), "date")[0].to_list() == [expected]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.datetimes()), min_size=1, max_size=20))
def test_dates_are_the_same_from_text_types_and_pandas(cells):
    text = pl.Series("x", [None if cell is None else cell.isoformat() for cell in cells], pl.String)
    blank = pl.Series("x", ["" if cell is None else cell.isoformat(" ") for cell in cells])
    utc = series(cells).dt.replace_time_zone("UTC")
    for given_cells in (text, blank, series(cells), utc, utc.cast(pl.String)):
        assert forms.conform_column(given_cells, "date").to_list() == cells


def test_a_date_with_a_zone_is_that_instant_in_utc():
    zoned = pl.Series("x", [datetime(2026, 7, 1, 0, 30), datetime(2026, 1, 1)]).dt.replace_time_zone("Europe/Berlin")
    oracle = [datetime(2026, 6, 30, 22, 30), datetime(2025, 12, 31, 23)]
    assert forms.conform_column(zoned, "date").to_list() == oracle
    assert forms.conform_column(zoned.cast(pl.String), "date").to_list() == oracle


def test_years_that_no_calendar_has_are_wrong():
    far = pl.Series("x", [2**60, 0], pl.Int64).cast(pl.Datetime("us"))
    read, wrong = forms.conform_cells(far, "date")
    assert (read.to_list(), wrong.to_list()) == ([None, datetime(1970, 1, 1)], [True, False])


def kind(cells, dtype=None):
    table = pl.DataFrame(
        {"x": pl.Series(cells, dtype=dtype), "y": [1.5] * len(cells), "z": [0.5, 2.5] * (len(cells) // 2)}
    )
    return schema.infer(table, ("y",)).columns[0]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2026-11-23", "2026-11-24"], "date"),
        (["2026-11-23", "2026-11-23", "", "NA"], "date"),
        (["2026-11-23 10:00", "2026-11-24T11:00:00Z"], "date"),
        (["23.11.2026", "24.11.2026"], "date"),
        (["2026-11-23", "2026-11-23"], "constant"),
        (["2026-11-23", "later", "later", "later"], "category"),
        (["2026-11-23", "2026-11-31", "2026-11-31", "2026-11-31"], "category"),
        (["11/12/2026", "12/12/2026", "12/12/2026", "12/12/2026"], "category"),
        (["2026", "2027", "2027", "2026"], "number"),
    ],
)
def test_text_is_a_date_where_every_cell_is_one(cells, expected):
    assert kind(cells).kind == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([date(2026, 1, 1), date(2026, 1, 2)], "date"),
        ([datetime(2026, 1, 1), None], "date"),
        ([time(1), time(2)], "date"),
        ([timedelta(1), timedelta(2)], "number"),
        ([date(2026, 1, 1)] * 2, "constant"),
    ],
)
def test_temporal_types_are_dates_and_durations_numbers(cells, expected):
    assert kind(cells).kind == expected


def test_a_duration_is_its_seconds():
    assert forms.conform_column(pl.Series("x", [timedelta(days=1, milliseconds=500), None]), "number").to_list() == [
        86400.5,
        None,
    ]


def test_the_parts_of_a_date_are_those_of_pandas():
    generator = np.random.default_rng(0)
    cells = [datetime(1965, 3, 1) + timedelta(seconds=int(s)) for s in generator.integers(0, 10**9, 300)]
    encoded = encode(fit(cells), cells)
    at = pd.Series(cells).dt
    hour = at.hour + at.minute / 60 + at.second / 3600
    days = (pd.Series(cells) - min(cells)) / pd.Timedelta(days=1)
    oracle = {"start: year": (at.year - at.year.mean()) / at.year.std(ddof=0)}
    oracle["start: days"] = (days - days.mean()) / days.std(ddof=0)
    for name, value, period in (("month", at.month, 12), ("weekday", at.isocalendar().day, 7), ("hour", hour, 24)):
        angle = 2 * np.pi * value.to_numpy(dtype=float) / period
        oracle |= {f"start: {name}, sine": np.sin(angle), f"start: {name}, cosine": np.cos(angle)}
    assert set(encoded) == set(oracle)
    for name, column in oracle.items():
        np.testing.assert_allclose(encoded[name], column, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ([datetime(2026, 1, 1), datetime(2027, 1, 2)], ["year", "days", "weekday, sine", "weekday, cosine"]),
        ([datetime(2026, 1, 5), datetime(2026, 2, 2)], ["days", "month, sine", "month, cosine"]),
        ([datetime(1970, 1, 1, 1), datetime(1970, 1, 1, 2)], ["days", "hour, sine", "hour, cosine"]),
        ([datetime(2026, 1, 5), datetime(2026, 1, 5)], []),
        ([None, None], []),
    ],
)
def test_parts_that_do_not_differ_are_left_out(cells, parts):
    missing = ["start is missing"] if None in cells else []
    assert list(fit(cells).inputs) == [f"start: {part}" for part in parts] + missing


def test_a_missing_date_is_zeros_and_says_so():
    column = fit([datetime(2026, 1, 5), datetime(2027, 2, 2, 5), None])
    encoded = encode(column, [None, datetime(2026, 1, 5)])
    assert encoded["start is missing"].tolist() == [1, 0]
    assert all(part[0] == 0 for name, part in encoded.items() if name != "start is missing")
    untold = encode(fit([datetime(2026, 1, 5), datetime(2027, 2, 2, 5)]), [None])
    assert all(part.tolist() == [0] for part in untold.values())


def test_dates_far_outside_count_as_one_span_away():
    first, last = datetime(2020, 1, 1), datetime(2022, 1, 1)
    column = fit([first, last])
    far = encode(column, [datetime(9999, 12, 31), last + (last - first), datetime(1, 1, 1), first - (last - first)])
    for name in ("start: year", "start: days"):
        assert far[name][0] == far[name][1]
        assert far[name][2] == far[name][3]
    assert far["start: days"][0] == pytest.approx(3)


def test_cycles_of_dates_far_outside_stay_their_own():
    column = fit([datetime(2020, 1, 1), datetime(2020, 6, 1)])
    cosine = encode(column, [datetime(2900, 12, 5), datetime(2900, 6, 5)])["start: month, cosine"]
    assert cosine.tolist() == pytest.approx([1, -1])


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.datetimes()), min_size=1, max_size=10),
    st.lists(st.one_of(st.none(), st.datetimes()), min_size=1, max_size=10),
)
def test_every_date_is_a_finite_input_and_its_encoder_comes_back_from_json(training, later):
    column = fit(training)
    for name, part in encode(column, later).items():
        assert np.isfinite(part).all(), name
    assert msgspec.json.decode(msgspec.json.encode(column), type=DateColumn) == column
    assert column.recorded.count("to") == 1


def test_weights_count_in_the_means():
    cells = [datetime(2020, 1, 1), datetime(2021, 1, 1), datetime(2025, 1, 1)]
    assert fit(cells, np.array([1.0, 2.0, 0.0])) == fit([cells[0], cells[1], cells[1]])


@pytest.mark.parametrize(
    "change",
    [
        {"first": datetime(2027, 1, 1)},
        {"first": datetime(2020, 1, 1, tzinfo=UTC), "last": datetime(2021, 1, 1, tzinfo=UTC)},
        {"year": (2020.0, 0.0)},
        {"days": (float("nan"), 1.0)},
        {"days": (1.0, float("inf"))},
        {"missing": -1},
    ],
)
def test_a_forged_date_encoder_is_refused(change):
    sound = {"first": datetime(2020, 1, 1), "last": datetime(2021, 1, 1), "year": (2020.5, 0.5), "days": (180.0, 9.0)}
    assert DateColumn("start", **sound, cycles=(), missing=0)
    with pytest.raises(TableError, match="column 'start'"):
        DateColumn(**{"name": "start", "cycles": (), "missing": 0, **sound, **change})


def test_a_wrong_date_is_told():
    table = pl.DataFrame({"x": ["2026-11-23", "tomorrow"]})
    with pytest.raises(TableError, match="column 'x' must hold dates, but row 2 holds 'tomorrow'"):
        schema.conform(table, (Column("x", "date"),))
    with pytest.raises(TableError, match="column 'x' must hold dates, but the table gives Float64"):
        schema.conform(pl.DataFrame({"x": [1.5]}), (Column("x", "date"),))


def test_the_forms_that_are_read_fast_are_read_the_same():
    for form, length in dates.COMMON:
        text = datetime(2026, 11, 23, 4, 5, 6).strftime(form)
        assert len(text) == length
        fast, slow = dates.read(pl.Series([text])), dates.read(pl.Series([text, "x"]))
        assert fast[0] == slow[0]
