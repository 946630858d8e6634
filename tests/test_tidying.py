from __future__ import annotations

import polars as pl
import pytest

from ffnn.tables.dialect import UNSAID, Dialect
from ffnn.tables.formats import tidying
from texts import parsed


@pytest.mark.parametrize(
    ("header", "names", "note"),
    [
        ("x,x,y,x", ["x", "x_2", "y", "x_3"], "3 columns are named 'x'; they are called 'x', 'x_2', 'x_3'"),
        ("x,x_2,x,y", ["x", "x_2", "x_3", "y"], "2 columns are named 'x'; they are called 'x', 'x_3'"),
        ("x,,y,z", ["x", "column_2", "y", "z"], "column 2 has no name and is called 'column_2'"),
    ],
)
def test_columns_get_names_of_their_own(header, names, note):
    assert parsed(f"{header}\na,2,3,4\nb,5,6,7\n") == (names, [tuple("a234"), tuple("b567")], [note])


def test_a_row_of_totals_at_the_end_is_no_row():
    body = "region,amount,note\nnorth,1.5,a\nsouth,2,b\neast,4,a\n"
    for row in ("Total,7.5,", "total:,7.50,x", "Grand total,7.5,", "SUMME,7.5,", "Average,2.5,"):
        assert len(parsed(f"{body}{row}\n")[1]) == 3, row
    assert parsed(f"{body}Total,7.5,\n")[2] == ["the last row, 'Total', is the sum of the others and is left out"]
    for row in ("Total,8.5,", "Totally,7.5,", "west,7.5,", "Total,,"):
        assert len(parsed(f"{body}{row}\n")[1]) == 4, row
    assert len(parsed(f"{body}Total,1,a\nTotal,8.5,\n")[1]) == 5  # the word is that of another row too


@pytest.mark.parametrize(
    ("cells", "height", "note"),
    [
        (["1.010,25", "1.010,25", "1.010,25", "3.030,75"], 3, "is the sum of the others and is left out"),
        (["1,25", "2,25", "3,25", "6,75"], 3, "is the sum of the others"),
        (["1,25 EUR", "2,25 EUR", "3,25 EUR", "6,75 EUR"], 3, "is the sum of the others"),
        (["1,010.25", "1,010.25", "1,010.25", "3,030.75"], 3, "is the sum of the others"),
        (["1,5", "2,5", "3,5", "9,5"], 4, "has the name of a total, but holds no sum of the others, and is kept"),
        (["good", "bad", "good", "bad"], 4, None),
    ],
)
def test_a_row_of_totals_is_read_by_the_separators_of_its_columns(cells, height, note):
    table = pl.DataFrame({"city": ["Bonn", "Ulm", "Kiel", "Summe"], "price": cells})
    found, notes = tidying.without_totals(table, Dialect())
    assert found.height == height
    assert len(notes) == (note is not None)
    assert note is None or note in notes[0]


ROWS = "place,a,b\n" + "".join(f"R{row},{row},{2.5 * row}\n" for row in range(10))


@pytest.mark.parametrize(
    "word", ["合計", "Ensemble", "Total général", "Gesamtergebnis", "Итого", "Stadt zusammen", "Σ"]
)
def test_the_sums_themselves_tell_a_row_of_totals(word):
    _, rows, notes = parsed(f"{ROWS}{word},45,112.5\n")
    assert (len(rows), notes) == (10, [f"the last row, {word!r}, is the sum of the others and is left out"])


def test_a_row_of_totals_need_have_no_name():
    for numbers in ("45,112.5", "45,"):
        _, rows, notes = parsed(f"{ROWS},{numbers}\n")
        assert (len(rows), notes) == (10, ["the last row, which has no name, is the sum of the others and is left out"])
    assert len(parsed(f"{ROWS},45,112\n,46,8\n")[1]) == 12  # others have no name either


@pytest.mark.parametrize(
    "text",
    [
        "x,a,b\nu,0,0\nv,0,1\nw,1,0\nz,1,1\n",  # truths may add up by chance
        f"{ROWS}R10,45,112\n",
        f"{ROWS}R10,45,\n",  # so may one column
        f"{ROWS}R9,45,112.5\n",
        "a,b\n1,2\n2,3\n3,4\n6,9\n",
    ],
)
def test_a_last_row_that_may_be_one_stays(text):
    _, rows, notes = parsed(text)
    assert (len(rows), notes) == (text.count("\n") - 1, [])


def test_several_rows_of_totals_are_left_out_each_with_a_note():
    _, rows, notes = parsed(f"{ROWS}Total,45,112.5\nAverage,4.5,11.25\n")
    assert len(rows) == 10
    assert notes == [
        "the last row, 'Total', is the sum of the others and is left out",
        "the last row, 'Average', is the mean of the others and is left out",
    ]
    _, rows, notes = parsed(f"{ROWS}Total,46,113.5\nAverage,4.5,11.25\n")
    assert (len(rows), len(notes)) == (12, 1)


def test_rows_that_hold_nothing_are_rows_and_told_but_not_before_totals():
    _, rows, notes = parsed(ROWS.replace("R5", ",,\nR5").replace("R7", ",,\nR7"))
    assert (len(rows), notes) == (12, ["2 rows hold nothing, and are kept as rows"])
    _, rows, notes = parsed(f"{ROWS},,\nTotal,45,112.5\n")
    assert (len(rows), len(notes)) == (10, 1)


def test_a_row_of_totals_above_all_others_is_no_row():
    rows = pl.DataFrame({"shop": ["Total", "a", "b", "c"], "sold": ["60", "10", "20", "30"]})
    table, notes = tidying.without_first_total(rows, UNSAID)
    assert table.equals(rows.slice(1))
    assert notes == ["the first row, 'Total', is the sum of the others and is left out"]
    assert tidying.without_first_total(rows.with_columns(sold=pl.Series(["61", "10", "20", "30"])), UNSAID)[1] == []
    assert tidying.without_first_total(rows.reverse(), UNSAID)[0].equals(rows.reverse())
