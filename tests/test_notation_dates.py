from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn import load, train
from ffnn.errors import TableError
from ffnn.learning.problem import understand
from ffnn.models.packing import NOTATIONS, tagged, untagged
from ffnn.recipes.recipe import Recipe
from ffnn.tables.columns.cells import conform_cells
from ffnn.tables.notations import finding
from ffnn.tables.notations.dates import FORMS, DateNotation


def found(cells, declared=None):
    """What is found out about a column named day: its notation, or what is asked."""
    table = pl.DataFrame({"day": pl.Series(cells, dtype=pl.String)})
    known = finding.find(table, (), {"day": declared} if declared else {}, {})
    return known.notations.get("day"), known.questions.get("day")


def moments(cells, declared=None):
    """A column's moments in UTC, as training reads them."""
    notation, question = found(cells, declared)
    assert question is None
    text = pl.Series("day", cells, pl.String)
    plain = notation.plain(text) if notation else text
    read, wrong = conform_cells(plain, "date")
    assert not wrong.any()
    return read.to_list()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2021-7-2", "2021-11-23"], ["2021-07-02", "2021-11-23"]),
        (["2021/7/2", "2021/11/23"], ["2021-07-02", "2021-11-23"]),
        (["2021.7.2", "2021.11.23"], ["2021-07-02", "2021-11-23"]),
        (["28.7.2021", "03.11.2021"], ["2021-07-28", "2021-11-03"]),
        (["28. 7. 2021", "3. 11. 2021"], ["2021-07-28", "2021-11-03"]),
        (["1.2.2021 06:02-05:00", "3.4.2021 06:02+02"], ["2021-02-01 11:02", "2021-04-03 04:02"]),
        (["21.2.21", "3.4.68", "5.6.69"], ["2021-02-21", "2068-04-03", "1969-06-05"]),
        (["25/12/2020", "01/02/2021"], ["2020-12-25", "2021-02-01"]),
        (["01/02/2021", "12/25/2020"], ["2021-01-02", "2020-12-25"]),
        (["25-12-2020 6:02", "01-02-2021"], ["2020-12-25 06:02:00", "2021-02-01"]),
        (["25/12/20", "26/12/20"], ["2020-12-25", "2020-12-26"]),
        (["98/12/31", "02/01/15"], ["1998-12-31", "2002-01-15"]),
        (["21-07-01", "21-07-02", "21-08-03"], ["2021-07-01", "2021-07-02", "2021-08-03"]),
        (["28-Jul-2021", "5-Aug-21"], ["2021-07-28", "2021-08-05"]),
        (["28JUL2021", "05aug2021"], ["2021-07-28", "2021-08-05"]),
        (["25 July 2021", "4th of May, 2020"], ["2021-07-25", "2020-05-04"]),
        (["25. Juli 2021", "3. März 2020"], ["2021-07-25", "2020-03-03"]),
        (["1er août 2021", "3 févr. 2020"], ["2021-08-01", "2020-02-03"]),
        (["25 de julio de 2021", "3 ene 2020"], ["2021-07-25", "2020-01-03"]),
        (["Jul 25, 2021", "August 4th, 2020"], ["2021-07-25", "2020-08-04"]),
        (["Sunday, July 25, 2021", "Mon Jul 26 2021"], ["2021-07-25", "2021-07-26"]),
        (["2021-Jul-25", "2020 May 4"], ["2021-07-25", "2020-05-04"]),
        (["Sat Jul 25 06:02:00 2020", "Sun Jul  5 16:02:00 2020"], ["2020-07-25 06:02:00", "2020-07-05 16:02:00"]),
        (
            ["Sat Jul 25 06:02:00 PDT 2009", "Sat Jul 25 06:02:00 +0000 2009"],
            ["2009-07-25 13:02:00", "2009-07-25 06:02:00"],
        ),
        (
            ["Sat, 25 Jul 2020 06:02:00 GMT", "Sat, 25 Jul 2020 06:02:00 +0200"],
            ["2020-07-25 06:02:00", "2020-07-25 04:02:00"],
        ),
        (["25/Jul/2020:06:02:07 +0000", "26/Jul/2020:06:02:07 -0530"], ["2020-07-25 06:02:07", "2020-07-26 11:32:07"]),
        (
            ["[25/Jul/2020:06:02:07 +0000]", "[26/Jul/2020:06:02:07 -0530]"],
            ["2020-07-25 06:02:07", "2020-07-26 11:32:07"],
        ),
        (
            [
                "Wed Jul 28 2021 06:02:00 GMT+0200 (Central European Summer Time)",
                "Thu Jan 28 2021 06:02:00 GMT-0500 (EST)",
            ],
            ["2021-07-28 04:02:00", "2021-01-28 11:02:00"],
        ),
        (["23:30 Uhr", "9:05 Uhr"], ["1970-01-01 23:30:00", "1970-01-01 09:05:00"]),
        (["28.7.2021 23:30 Uhr", "3.8.2021, 9:05 Uhr"], ["2021-07-28 23:30:00", "2021-08-03 09:05:00"]),
        (["28/7/2021 23:30 h", "3/8/2021 9:05 h"], ["2021-07-28 23:30:00", "2021-08-03 09:05:00"]),
        (["2020-07-25 6:02:00", "2020-07-25 16:02:00"], ["2020-07-25 06:02:00", "2020-07-25 16:02:00"]),
        (["2020-07-25 06:02:00 UTC", "2020-07-25 06:02:00Z"], ["2020-07-25 06:02:00"] * 2),
        (["2020-07-25T06:02:00+05:30", "2020-07-25 06:02 -08"], ["2020-07-25 00:32:00", "2020-07-25 14:02:00"]),
        (["7/25/2020 6:02 PM", "7/25/2020 12:02 a.m."], ["2020-07-25 18:02:00", "2020-07-25 00:02:00"]),
        (["7/25/2020, 6:02:07.5 PM", "7/25/2020 at 12:02PM"], ["2020-07-25 18:02:07.500000", "2020-07-25 12:02:00"]),
        (["20141013T000000", "20141013 0602Z"], ["2014-10-13", "2014-10-13 06:02:00"]),
        (["6:02 PM", "12:48"], ["1970-01-01 18:02:00", "1970-01-01 12:48:00"]),
        (["9:05", "12:48"], ["1970-01-01 09:05:00", "1970-01-01 12:48:00"]),
        (["12:48", "13:05"], ["1970-01-01 12:48:00", "1970-01-01 13:05:00"]),
        (["Jan-18", "Dec-19"], ["2018-01-01", "2019-12-01"]),
        (["Jan '98", "Dec '99"], ["1998-01-01", "1999-12-01"]),
        (["January 2018", "Dez 2019"], ["2018-01-01", "2019-12-01"]),
        (["25 maj 2021", "3 juli 2020"], ["2021-05-25", "2020-07-03"]),
        (["25 mei 2021", "3 augustus 2020"], ["2021-05-25", "2020-08-03"]),
        (["25. mai 2021", "3. desember 2020", "1. marts 2020"], ["2021-05-25", "2020-12-03", "2020-03-01"]),
        (["25 lutego 2021", "3 października 2020"], ["2021-02-25", "2020-10-03"]),
        (["25 мая 2021", "3 сентября 2020"], ["2021-05-25", "2020-09-03"]),
        (["25 de março de 2021", "3 de dezembro de 2020"], ["2021-03-25", "2020-12-03"]),
        (["25 giugno 2021", "3 ottobre 2020"], ["2021-06-25", "2020-10-03"]),
        (["2021年7月2日", "2020年11月23日 6:02"], ["2021-07-02", "2020-11-23 06:02"]),
        (["2021년 7월 2일", "2020년 11월 23일"], ["2021-07-02", "2020-11-23"]),
        (["24:00", "12:00", "00:30"], ["1970-01-01 00:00", "1970-01-01 12:00", "1970-01-01 00:30"]),
        (["31.12.2021 24:00", "1.3.2021 7:00"], ["2022-01-01", "2021-03-01 07:00"]),
        (["2018-Jan", "2019-Dec"], ["2018-01-01", "2019-12-01"]),
        (["2018-01", "2019-12"], ["2018-01-01", "2019-12-01"]),
        (["2018M01", "2019M12"], ["2018-01-01", "2019-12-01"]),
        (["01/2018", "12/2019"], ["2018-01-01", "2019-12-01"]),
        (["2021Q3", "2021-Q4"], ["2021-07-01", "2021-10-01"]),
        (["Q3 2021", "q1-2020"], ["2021-07-01", "2020-01-01"]),
        (["Q3-21", "q1/20"], ["2021-07-01", "2020-01-01"]),
        (["Q3'21", "Q1 '99"], ["2021-07-01", "1999-01-01"]),
        (["H2 2021", "h1-2020"], ["2021-07-01", "2020-01-01"]),
        (["2021H2", "2020-H1"], ["2021-07-01", "2020-01-01"]),
        (["Week 5, 2021", "KW 12/2021"], ["2021-02-01", "2021-03-22"]),
        (["9am", "10:30 PM", "12 a.m."], ["1970-01-01 09:00:00", "1970-01-01 22:30:00", "1970-01-01 00:00:00"]),
        (["3Q21", "1Q 2020"], ["2021-07-01", "2020-01-01"]),
        (["2021-W05", "2020W53-7"], ["2021-02-01", "2021-01-03"]),
        (["2021-07-02", None, "", "NaT", "N/A", "0000-00-00", "2021-07-04"], ["2021-07-02", *[None] * 5, "2021-07-04"]),
        (["2/25/2021", "00/00/0000", "0000-00-00 00:00:00", "-"], ["2021-02-25", None, None, None]),
    ],
)
def test_dates_as_people_write_them(cells, expected):
    assert moments(cells) == [day and datetime.fromisoformat(day) for day in expected]


@pytest.mark.parametrize(
    ("cells", "declared", "expected"),
    [
        (["11/12/2026", "1/2/2026"], "date:dayfirst", ["2026-12-11", "2026-02-01"]),
        (["11/12/2026", "1/2/2026"], "date:monthfirst", ["2026-11-12", "2026-01-02"]),
        (["11.12.2026", "1.2.2026"], "date:monthfirst", ["2026-11-12", "2026-01-02"]),
        (["11-12-13", "01-02-03"], "date:yearfirst", ["2011-12-13", "2001-02-03"]),
        (["2026-11-12", "2026-1-2"], "date:dayfirst", ["2026-11-12", "2026-01-02"]),
        (["20210702", "20210703"], "date", ["2021-07-02", "2021-07-03"]),
        (["202107", "202108"], "date", ["2021-07-01", "2021-08-01"]),
        (["2020", "2021"], "date", ["2020-01-01", "2021-01-01"]),
        (["1999", "202103", "20210405"], "date", ["1999-01-01", "2021-03-01", "2021-04-05"]),
        (
            ["101105", "110203", "120401", "101212", "171227"],
            "date",
            ["2010-11-05", "2011-02-03", "2012-04-01", "2010-12-12", "2017-12-27"],
        ),
        (["991231", "000101", "680229"], "date", ["1999-12-31", "2000-01-01", "2068-02-29"]),
        (["101105", "171227"], "date:yearfirst", ["2010-11-05", "2017-12-27"]),
        (["201105", "201203"], "date:yearfirst", ["2020-11-05", "2020-12-03"]),
        (["201105", "201203"], "date", ["2011-05-01", "2012-03-01"]),
        (["20101105", "20121203"], "date:yearfirst", ["2010-11-05", "2012-12-03"]),
        (["27111992", "3041995"], "date:dayfirst", ["1992-11-27", "1995-04-03"]),
        (["27111992", "03041995"], "date", ["1992-11-27", "1995-04-03"]),
        (["11271992", "04031995"], "date", ["1992-11-27", "1995-04-03"]),
        (["271192", "030495"], "date:dayfirst", ["1992-11-27", "1995-04-03"]),
        (["271192", "030495"], "date", ["1992-11-27", "1995-04-03"]),
        (["20210702060200", "202107030602"], "date", ["2021-07-02 06:02:00", "2021-07-03 06:02:00"]),
    ],
)
def test_dates_as_they_are_declared(cells, declared, expected):
    assert moments(cells, declared) == [datetime.fromisoformat(day) for day in expected]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_time_since_1970_is_read_by_its_size(unit):
    stamps = pd.Series(pd.to_datetime(["2001-02-03 04:05:06", "2026-11-23 20:39:44", "1969-12-31 00:00:00"]))
    counts = stamps.astype(f"datetime64[{unit}]").astype("int64").astype(str).to_list()
    assert moments(counts, "date") == stamps.to_list()
    assert found(counts) == (None, None)


def test_numbers_that_are_no_dates_stay_numbers_though_declared():
    assert found(["1.5", "2.5"], "date") == (None, None)
    assert found(["17", "250"], "date") == (None, None)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (pl.Series([20210702, 20210703, None]), [datetime(2021, 7, 2), datetime(2021, 7, 3), None]),
        (pl.Series([20210702.0, None, 20210703.0]), [datetime(2021, 7, 2), None, datetime(2021, 7, 3)]),
        (pl.Series([50102, 991231, 101105]), [datetime(2005, 1, 2), datetime(1999, 12, 31), datetime(2010, 11, 5)]),
        (pl.Series([1627452120, 86400, None]), [datetime(2021, 7, 28, 6, 2), datetime(1970, 1, 2), None]),
        (
            pl.Series([2020, 2021, 2020], dtype=pl.Int32),
            [datetime(2020, 1, 1), datetime(2021, 1, 1), datetime(2020, 1, 1)],
        ),
    ],
)
def test_dates_may_come_as_numbers_where_they_are_declared(cells, expected):
    table = pl.DataFrame({"day": cells, "x": [1.0, 2.0, 3.0], "y": [1.5, 2.5, 3.5]})
    understood = understand(table, "y", columns={"day": "date"})
    assert understood.rows.cells["day"].to_list() == expected
    assert conform_cells(understood.schema.plain(table)["day"], "date")[0].to_list() == expected
    text = table.with_columns(pl.col("day").cast(pl.Int64).cast(pl.String))
    assert conform_cells(understood.schema.plain(text)["day"], "date")[0].to_list() == expected


def test_seconds_may_have_decimals():
    assert moments(["1627452120.25", "1627452121"], "date") == [
        datetime(2021, 7, 28, 6, 2, 0, 250_000),
        datetime(2021, 7, 28, 6, 2, 1),
    ]


ABBREVIATED = st.sampled_from(["%b", "%B"])
FORMS_OF_PYTHON = {
    "year first": ["%Y-{m}-{d}{t}", "%Y/{m}/{d}{t}"],
    "day first": ["{d}/{m}/%Y{t}", "{d}.{m}.%Y{t}"],
    "month first": ["{m}/{d}/%Y{t}", "%m-%d-%y{t}"],
    "day and named month": ["{d} %b %Y{t}", "{d}-%B-%Y{t}", "%A, {d} %b %Y{t}"],
    "named month and day": ["%b {d}, %Y{t}", "%B {d} %Y{t}"],
    "year last": ["%a %b {d} %H:%M:%S %Y"],
    "digits and time": ["%Y%m%dT%H%M%S"],
    "digits": ["%Y%m%d%H%M%S"],
}
TIMES = ["", " %H:%M", " %H:%M:%S", "T%H:%M:%S.%f", " %I:%M:%S %p", " {H}:%M", " %H:%M:%S%z", " %H:%M Z"]
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31))
OFFSETS = st.integers(-47, 47).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@settings(deadline=None, max_examples=100)
@given(st.data(), st.sampled_from(sorted(FORMS_OF_PYTHON)), st.sampled_from(TIMES), OFFSETS)
def test_moments_written_in_any_form_are_read_back(data, name, times, offset):
    """Python writes them; what its form leaves out is not there to be read."""
    form = data.draw(st.sampled_from(FORMS_OF_PYTHON[name])).replace("{t}", times)
    written, expected = [], []
    for moment in data.draw(st.lists(MOMENTS, min_size=1, max_size=8)):
        there = moment.replace(tzinfo=offset)
        short = form.format(m=moment.month, d=moment.day, H=moment.hour)
        written.append(there.strftime(short))
        clock = datetime.strptime(there.strftime(short), form.format(m="%m", d="%d", H="%H"))
        expected.append(clock.astimezone(UTC).replace(tzinfo=None) if "%z" in form else clock)
    plain = DateNotation(name).plain(pl.Series("day", written))
    read, wrong = conform_cells(plain, "date")
    assert not wrong.any()
    assert read.to_list() == expected


@given(st.lists(st.text(max_size=30) | st.none(), max_size=20), st.sampled_from(sorted(FORMS)))
@settings(deadline=None)
def test_any_text_stays_or_becomes_a_date(cells, name):
    text = pl.Series("day", cells, pl.String)
    plain = DateNotation(name).plain(text)
    changed = plain.filter(plain.ne_missing(text))
    assert conform_cells(changed, "date")[0].null_count() == 0
    assert DateNotation(name).plain(plain).equals(plain) or FORMS[name].declared


@pytest.mark.parametrize("name", sorted(FORMS))
def test_each_form_reads_its_own_example_and_comes_back_from_a_file(name):
    notation = DateNotation(name)
    assert notation.read(pl.Series([FORMS[name].example])).null_count() == 0
    assert untagged(tagged(notation, NOTATIONS), NOTATIONS) == notation
    assert FORMS[name].example in str(notation)


def test_what_two_digits_for_the_year_mean_is_said():
    assert str(found(["14.5.66", "3.4.71"])[0]).endswith("(day first); two-digit years are 1969 to 2068")
    assert str(found(["14.5.1966", "3.4.1971"])[0]) == "as 28/7/2021 (day first)"


def test_a_forged_notation_is_refused():
    with pytest.raises(TableError, match="'noon' is no form of dates"):
        DateNotation("noon")


@pytest.mark.slow
def test_a_model_reads_later_tables_as_the_first_one(tmp_path):
    """In the training table a 25th decides; a later one holds no such cell."""
    days = [datetime(2021, 1, 1) + timedelta(days=3 * row) for row in range(120)]
    truths = [row % 3 == 0 for row in range(120)]
    answers = {"y": [day.month + 5 * truth + 0.5 for day, truth in zip(days, truths, strict=True)]}
    written = {
        "day": [f"{day.day}/{day.month}/{day.year}" for day in days],
        "member": ["ja" if truth else "Nein" for truth in truths],
    }
    plain = {"day": [f"{day:%Y-%m-%d}" for day in days], "member": [str(truth).lower() for truth in truths]}
    path, recipe = tmp_path / "m.ffnn", Recipe(hidden=(4,), restarts=2, epochs=2)
    trained = train(pl.DataFrame({**written, **answers}), "y", recipe=recipe)
    trained.save(path)
    model = load(path)
    assert model.schema == trained.schema
    assert {name: str(notation) for name, notation in model.schema.notations.items()} == {
        "day": "as 28/7/2021 (day first)",
        "member": "ja and nein",
    }
    later = [row for row, day in enumerate(days) if day.day <= 12]
    first, second = (pl.DataFrame(columns)[later] for columns in (written, plain))
    assert first["day"].str.contains("^(?:[1-9]|1[0-2])/").all()
    assert model.predict(first, strict=True).tolist() == trained.predict(second, strict=True).tolist()
