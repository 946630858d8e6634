from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from ffnn.errors import TableError
from ffnn.learning.problem import understand
from ffnn.tables.notations import finding
from ffnn.tables.notations.dates import DateNotation


def found(cells, declared=None, name="day"):
    """What is found out about a column: its notation, or what is asked."""
    table = pl.DataFrame({name: pl.Series(cells, dtype=pl.String)})
    known = finding.find(table, (), {name: declared} if declared else {}, {})
    return known.notations.get(name), known.questions.get(name)


def asks_for(advice):
    """The answers that are offered to a question, and what each reads."""
    return {each.value[1]: each.after.removeprefix(" reads ") for each in advice}


@pytest.mark.parametrize(
    "cells", [["13-6-18", "12-4-18", "10-11-12"], ["25/12/18", "28/02/18", "31/01/18", "99/50/60"]]
)
def test_three_numbers_may_be_a_code_unless_the_name_says_date(cells):
    notation, question = found(cells, name="part")
    assert notation is None
    assert "could be a date or a code" in question.text
    assert list(asks_for(question.advice)) == ["date", "category"]
    for name in ("day", "date_of_birth", "shipped on"):
        notation, question = found(cells, name=name)
        assert question is None
        assert notation.plain(pl.Series(cells[:1])).to_list() == ["2018-06-13" if "-" in cells[0] else "2018-12-25"]


def test_where_their_order_is_asked_too_a_code_is_one_of_the_answers():
    _, question = found(["10-6-12", "12-4-11", "10-11-12"], name="part")
    assert asks_for(question.advice)["category"] == " if it is a code"
    assert found(["10/10/10", "20/10/20", "45/45/45"], name="mesh")[1].advice[-1].value == ("mesh", "category")


@pytest.mark.parametrize("cells", [["13/6/18", "12/4/18"], ["13-06-18", "12-04-18"], ["13.6.18", "12.4.18"]])
def test_three_numbers_that_few_would_write_as_a_code_are_dates(cells):
    notation, question = found(cells, name="x")
    assert (notation.form, question) == ("day first", None)


def test_month_and_short_year_are_read_where_a_name_or_a_year_tells():
    cells = ["07/21", "12/20"]
    for name in ("month", "expiry", "valid_to"):
        notation, question = found(cells, name=name)
        assert question is None
        assert notation.plain(pl.Series(cells)).to_list() == ["2021-07-01", "2020-12-01"]
    notation, question = found(cells, name="x")
    assert notation is None
    assert asks_for(question.advice) == {"date": "2021-07-01", "category": ""}
    assert found(cells, "date", name="x")[0].form == "month number and short year"
    assert found(["07/89", "12/01"], name="x")[0].plain(pl.Series(["07/89"])).to_list() == ["1989-07-01"]
    assert found(["7/10", "10/10"], name="x") == (None, None)


@pytest.mark.parametrize(
    ("cells", "ways", "text"),
    [
        (["01/02/2021", "03/04/2021"], {"dayfirst": "2021-02-01", "monthfirst": "2021-01-02"}, "'01/02/2021'"),
        (
            ["1-2-2021 6:02", "3-4-2021 7:02"],
            {"dayfirst": "2021-02-01 06:02:00", "monthfirst": "2021-01-02 06:02:00"},
            "",
        ),
        (["02/02/2021", "03/04/2021"], {"dayfirst": "2021-04-03", "monthfirst": "2021-03-04"}, "'03/04/2021'"),
        (["02/02/2021", "03/03/2021"], {"dayfirst": "2021-02-02", "monthfirst": "2021-02-02"}, "'02/02/2021'"),
        (["25/12/2021", "12/25/2021"], None, "more than one order, such as '25/12/2021' and '12/25/2021'"),
        (
            ["01/02/03", "02/03/04"],
            {"dayfirst": "2003-02-01", "monthfirst": "2003-01-02", "yearfirst": "2001-02-03"},
            "'01/02/03'",
        ),
    ],
)
@pytest.mark.parametrize("declared", [None, "date"])
def test_an_order_that_no_cell_tells_is_asked(cells, ways, text, declared):
    notation, question = found(cells, declared)
    assert notation is None
    assert text in question.text
    if ways:
        asked = {advice.value: advice.after.removeprefix(" reads ") for advice in question.advice}
        assert asked == {("day", f"date:{how}"): day for how, day in ways.items()}


@pytest.mark.parametrize(
    "cells",
    [
        ["2021-07-02", "2021-07-03T06:02:00Z", "", "NA"],
        ["2021-07-02", "2021-02-30"],
        ["20210702", "20210703"],
        ["2021", "2020"],
        ["1.5", "2.75"],
        ["12/12", "1/2"],
        ["3:1", "0:2"],
        ["4.0.3", "2.3.3 and up", "Varies"],
        ["192.168.0.1", "10.0.0.12"],
        ["555-123-4567", "555-987-6543"],
        ["about 2021-7-2", "before 2020-1-1"],
        ["7.5/10", "8.1/10", "6.3/10", "9.2/10"],
        ["10/7-13", "12/8-14"],
        ["12.9/11", "13.2/10"],
        ["Room 2018", "Hall 2019"],
        ["May", "June"],
        ["5-10", "10-20"],
        ["2009-10", "2010-11", "2011-12", "2012-13", "2013-14"],
        ["2003-04", "2009-10", "1999-00"],
        ["2003/04", "2009/10", "2010/11"],
        ["4711-03", "4712-05"],
        ["1234/07", "5123/08", "1999/10", "8001/12"],
        ["75:02", "1:20", "99:59", "3:15"],
        ["low", "high"],
        ["28.7.2021", "soon", "later"],
        ["30.2.2021", "31.4.2021"],
        ["13:02 PM", "25:00 AM"],
        ["2021Q5", "2021Q0"],
        ["2021-W54", "2021-W60"],
        ["", None],
    ],
)
def test_other_text_is_left_as_it_is(cells):
    assert found(cells) == (None, None)


@pytest.mark.parametrize(
    ("cells", "name", "text", "day"),
    [
        (["16:09", "4:03", "3:16"], "aspect", "'16:09' could be a time of day, a length", "16:09:00"),
        (["3:45", "4:12", "2:58"], "song", "'3:45' could be a time of day", "03:45:00"),
        (["4.12.18", "4.11.22", "3.10.15"], "build", "'4.12.18' could be a date or a version", "2018-12-04"),
        (["1749-01", "1985-02", "2150-11"], "part", "'1749-01' could be a month or a code", "1749-01-01"),
        (["04/1812", "05/1999"], "part", "'04/1812' could be a month or a code", "1812-04-01"),
        (
            ["Jan-05", "Mar-17", "Feb-28", "Jan-31"],
            "day",
            "'Feb-28' could be a month of a year or a day of a mon",
            "2028-02-01",
        ),
        (["MAR-40", "JAN-12", "DEC-63"], "part", "'MAR-40' could be a date or a code", "2040-03-01"),
        (["2-5-43", "2-17-11", "11-30-62"], "part", "'2-5-43' could be a date or a code", "2043-02-05"),
        (["1:20 h", "2:15 h", "3:05 h"], "walk", "'1:20 h' could be a time of day, a length of time", "01:20:00"),
    ],
)
def test_what_may_be_a_code_is_asked_and_both_answers_lead_on(cells, name, text, day):
    table = pl.DataFrame({name: cells * 9, "x": range(9 * len(cells)), "y": [row / 7 for row in range(9 * len(cells))]})
    column = understand(table, "y").schema.columns[0]
    assert (column.kind, column.ways) == ("text", ("date", "category"))
    assert column.reason.startswith(text)
    (asked, _) = finding.find(table, (), {}, {}).questions[name].advice
    assert asked.after == f" reads {day}"
    assert understand(table, "y", columns={name: "date"}).rows.cells[name].null_count() == 0
    levels = understand(table, "y", columns={name: "category"}).rows.cells[name]
    assert levels.to_list() == cells * 9


@pytest.mark.parametrize("name", ["time", "start_time", "Uhrzeit", "Start", "departure", "closing time"])
def test_the_name_may_say_that_these_are_times_of_day(name):
    table = pl.DataFrame({name: ["3:45", "4:12", "2:58"]})
    assert finding.find(table, (), {}, {}).notations[name] == DateNotation("time of day")


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (["28-Jul", "3-Aug", "12-Sep"], "12-Sep"),
        (["Jul 28", "August 3rd"], "August 3rd"),
        (["28.07.", "3.8."], "28.07."),
        (["3. März", "28. Juli"], "28. Juli"),
    ],
)
def test_days_without_a_year_are_no_dates_and_the_plan_says_so(cells, shown):
    rows = 12 * len(cells)
    table = pl.DataFrame({"on": cells * 12, "x": range(rows), "y": [row / 7 for row in range(rows)]})
    column = understand(table, "y").schema.columns[0]
    assert (column.kind, column.reason) == ("category", f"days such as {shown!r} are no dates without a year")


def test_seasons_are_levels_and_the_plan_says_so():
    cells = ["2003-04", "2004-05", "2009-10"] * 9
    table = pl.DataFrame({"season": cells, "x": range(27), "y": [row / 7 for row in range(27)]})
    column = understand(table, "y").schema.columns[0]
    assert (column.kind, column.reason) == (
        "category",
        "seasons such as '2003-04', from one year to the next, are no dates",
    )


def test_eight_digits_that_do_not_tell_their_order_are_asked_once_they_are_dates():
    _, question = found(["03041995", "05061995"], "date")
    assert [(way.value[1], way.after) for way in question.advice] == [
        ("date:dayfirst", " reads 1995-04-03"),
        ("date:monthfirst", " reads 1995-03-04"),
    ]
    assert found(["03041995", "05061995"]) == (None, None)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2021-07-{:02}", "{:02}/07/2021"),
        ("{:02}/07/2021", "2021-07-{:02}"),
        ("2021-07-{:02}", "{:02}.7.2021 12:30"),
        ("2021-07-{:02}", "Jul {}, 2021"),
        ("{} Jul 2021", "2021-07-{:02}"),
    ],
)
@pytest.mark.parametrize("split", ["halves", "turns"])
def test_dates_written_in_two_ways_are_told_and_the_way_on_reads_both(first, second, split):
    ways = [first] * 32 + [second] * 28
    if split == "turns":
        ways = [first, second] * 28 + [first] * 4
    cells = [way.format(13 + row % 16) for row, way in enumerate(ways)]
    table = pl.DataFrame({"day": cells, "x": range(60), "y": [row / 7 for row in range(60)]})
    column = understand(table, "y").schema.columns[0]
    assert (column.kind, column.ways) == ("text", ("date",))
    other = cells[ways.index(second)]
    assert column.reason == f"32 of 60 dates are written as {cells[0]!r}, others as {other!r}"
    read = understand(table, "y", columns={"day": "date"})
    assert read.rows.cells["day"].dt.date().to_list() == [date(2021, 7, 13 + row % 16) for row in range(60)]
    with pytest.raises(TableError, match="column 'day': 32 of 60 dates are written as"):
        understand(table, "y", time="day")


@pytest.mark.parametrize("zone", ["IST", "Europe/Berlin", "America/New_York"])
def test_a_zone_that_is_not_known_is_named(zone):
    notation, question = found([f"{day}.3.2021 12:00 {zone}" for day in range(1, 29)])
    assert notation is None
    assert f"the zone {zone!r} of times such as '1.3.2021 12:00 {zone}' is not known" in question.text


@pytest.mark.parametrize("cells", [["20210702", "20210715"], ["1627452120", "1627452990"], ["Jan-18", "Dec-19"]])
def test_an_order_of_cells_that_have_none_is_refused(cells):
    with pytest.raises(TableError, match=f"declared as 'date:dayfirst', but holds '{cells[0]}'.*'day': 'date'"):
        found(cells, "date:dayfirst")
    assert found(cells, "date")[0] is not None


def test_few_cells_that_are_no_dates_leave_the_others_dates():
    cells = [f"{day}.7.2021" for day in range(1, 32)] + ["30.2.2021", "unclear"]
    notation, _ = found(cells)
    plain = notation.plain(pl.Series(cells)).to_list()
    assert plain == [f"2021-07-{day:02}" for day in range(1, 32)] + ["30.2.2021", "unclear"]


def test_one_cell_far_down_decides_the_order_and_few_others_do_not():
    cells = ["01/02/2021", "03/04/2021"] * 3000
    assert found([*cells, "25/12/2021"])[0] == DateNotation("day first")
    many = [f"{day}/12/2021" for day in range(13, 32)]
    assert found([*cells, *many, "12/25/2021"])[0] == DateNotation("day first")


def test_targets_and_columns_declared_as_another_kind_stay_as_they_are():
    table = pl.DataFrame({"day": ["28.7.2021", "29.7.2021"]})
    assert not finding.find(table, ("day",), {}, {}, ("day",)).notations
    for kind in ("category", "text", "identifier", "number"):
        assert not finding.find(table, (), {"day": kind}, {}).notations.keys()


def test_a_column_that_is_no_input_may_still_order_the_rows():
    table = pl.DataFrame({"day": ["28.7.2021", "1.12.2020", "3.3.2021"], "x": [1.0, 2.0, 3.0], "y": [1.5, 2.5, 3.5]})
    order = [2, 0, 1]
    for columns in (None, {"day": "ignore"}, {"day": "date"}):
        times = understand(table, "y", columns=columns, time="day").rows.times
        assert times.argsort().argsort().tolist() == order


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1/2/2021", "3/4/2021"] * 20, r"column 'day': day and month cannot be told apart in '1/2/2021'; columns={"),
        ([f"2021-01-{day:02}" for day in range(1, 30)] + ["2021-02-30"], r"dates; row 30 holds '2021-02-30'\), so it"),
    ],
)
def test_what_orders_the_rows_must_be_dates_throughout(cells, said):
    table = pl.DataFrame({"day": cells, "x": range(len(cells)), "y": [row / 7 for row in range(len(cells))]})
    with pytest.raises(TableError, match=said):
        understand(table, "y", time="day")


@pytest.mark.parametrize("last", ["2021-02-30", "30.2.2021"])
def test_a_day_that_there_is_none_of_leaves_the_others_dates(last):
    form = "2021-01-{:02}" if last.startswith("2") else "{}.1.2021"
    cells = [form.format(1 + row % 31) for row in range(59)] + [last]
    table = pl.DataFrame({"day": cells, "x": range(60), "y": [row / 7 for row in range(60)]})
    column = understand(table, "y").schema.columns[0]
    assert (column.kind, column.reason) == ("text", f"59 of 60 cells are dates; row 60 holds '{last}'")
    (way,) = column.advice
    declared = understand(table, "y", columns=dict([way.value]))
    assert declared.rows.cells["day"].null_count() == 1
    assert declared.rows.cells["day"][3] == datetime(2021, 1, 4)
    again = understand(table, "y", missing=[last]).schema.columns[0]
    assert again.kind == "date"


@pytest.mark.parametrize(
    ("cells", "how"),
    [
        (pl.Series([1.5, 2.5, 3.5]), "number:decimal-comma"),
        (pl.Series([date(2021, 1, 2), date(2021, 3, 4), None]), "date:dayfirst"),
    ],
)
def test_a_way_of_writing_cells_that_are_no_text_is_refused(cells, how):
    table = pl.DataFrame({"x": cells, "z": [1.0, 4.0, 2.0], "y": [1.5, 2.5, 3.5]})
    with pytest.raises(TableError, match=f"declared as '{how}', but its cells are .*, not text; leave") as told:
        understand(table, "y", columns={"x": how})
    (way,) = told.value.advice
    assert understand(table, "y", columns=dict([way.value])).schema.columns[0].kind == how.split(":")[0]


@pytest.mark.parametrize("form", ["{d:02}.07.2021", "2021-07-{d:02}", "{d:02}/07/2021 12:30"])
def test_few_days_among_words_are_no_levels(form):
    days = [form.format(d=13 + row % 3) for row in range(60)]
    table = pl.DataFrame({"day": [*days, *["never"] * 40], "x": range(100), "y": [row / 7 for row in range(100)]})
    column = understand(table, "y").schema.columns[0]
    assert (column.kind, column.ways) == ("text", ("date",))
    assert column.reason == "60 of 100 cells are dates; row 61 holds 'never'"
    read = understand(table, "y", columns={"day": "date"})
    assert read.rows.cells["day"].null_count() == 40
    assert "40 of 100 cells" in read.schema.columns[0].reason
