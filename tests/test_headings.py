from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ffnn
from ffnn.errors import TableError
from ffnn.tables.formats import headings
from texts import parsed

FRAME = pd.DataFrame({"a": [1.5, 2.5, 3.5], "b": ["x", "y", "x"]})


def test_the_index_that_pandas_writes_has_a_name():
    assert parsed(FRAME.to_csv()) == (
        ["index", "a", "b"],
        [("0", "1.5", "x"), ("1", "2.5", "y"), ("2", "3.5", "x")],
        ["the first column has no name and is called 'index'"],
    )
    assert parsed(FRAME.rename(columns={"a": "index"}).to_csv())[0] == ["index_2", "index", "b"]


@pytest.mark.parametrize(
    ("sign", "ending"), [(" ", ".txt"), (" ", ".csv"), (",", ".csv"), ("\t", ".txt"), (";", ".csv")]
)
def test_the_header_of_r_names_all_columns_but_that_of_row_names(sign, ending):
    lines = [['"mpg"', '"model"'], ['"a b"', "21", '"x"'], ['"c d"', "22.8", '"y"'], ['"e"', "19", '"x"']]
    names, rows, notes = parsed("\n".join(map(sign.join, lines)) + "\n", ending)
    assert (names, rows) == (["index", "mpg", "model"], [("a b", "21", "x"), ("c d", "22.8", "y"), ("e", "19", "x")])
    assert notes == ["the first column has no name and is called 'index'"]


def test_row_names_that_repeat_are_none():
    rows = "".join(f"{row},x,{row}\n" for row in range(100))
    with pytest.raises(TableError, match=r"has 3 cells in row 1 \(line 2\), but 2 in its header"):
        parsed(f"a,b\n{rows}5,x,5\n")


@pytest.mark.parametrize(
    ("content", "ending", "width"),
    [
        ("name,amount\nAnn,5,50\nBob,7,50\nCy,9,50\n", ".csv", 2),  # decimal commas
        ("value\n0,5\n1,5\n2,5\n", ".csv", 1),
        ("value\n1,5\n2,5\n3,5\n", ".csv", 1),
        ("text,label\nHello 0, world,0\nHello 1, world,1\nHello 2, world,0\n", ".csv", 2),
        ("id,name,amount\n1,Lee, Ann,5\n2,May, Bob,6\n3,Roe, Cy,7\n", ".csv", 3),
        ("text;label\nHello 0; world;0\nHello 1; world;1\nHello 2; world;0\n", ".csv", 2),
        ("path|size\na|b|1\nc|d|2\ne|f|3\n", ".psv", 2),
        ("name amount\nAnn Lee 50\nBob May 60\nCy Roe 70\n", ".txt", 2),
        ("price\n1 234\n2 345\n3 456\n", ".txt", 1),  # thousands
        ("price n\n1 234 5\n2 345 6\n3 456 7\n", ".txt", 2),
    ],
)
def test_a_delimiter_within_a_cell_of_every_row_makes_no_row_names(content, ending, width):
    with pytest.raises(
        TableError, match=rf"has {width + 1} cells in row 1 \(line 2\), but {width} in its header; a cell"
    ):
        parsed(content, ending)


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        ("s1\ts2\ng7\t5\t50\ng3\t7\t51\ng9\t9\t52\n", ".tsv"),
        ("s1 s2\ng7 5 50\ng3 7 51\ng9 9 52\n", ".txt"),
        ("  s1   s2\n1  5 50.5\n2  7 51\n3  9 52\n", ".txt"),
        ('"s1","s2"\n"1",5,50\n"2",7,51\n"3",9,52\n', ".csv"),
    ],
)
def test_row_names_of_r_may_have_no_quotes_where_nothing_else_is_meant(content, ending):
    names, rows, notes = parsed(content, ending)
    assert (names, len(rows), len(notes)) == (["index", "s1", "s2"], 3, 1)


AB = [("1", "x"), ("2", "y"), ("3", "x")]


@pytest.mark.parametrize("header", ["a,b", "a,b,"])
def test_a_delimiter_at_the_end_of_each_line_makes_no_column(header):
    assert parsed(f"{header}\n1,x,\n2,y,\n3,x,\n") == (
        ["a", "b"], AB, ["column 3 has neither a name nor cells, and is left out"]
    )  # fmt: skip


def test_a_row_of_units_is_no_row():
    rows = "Ann,180,80.5\nBob,170,70\nCy,160,60\n"
    for units in (",cm,kg", "-,[cm],(kg)", ",m/s,°C", ",€,%"):
        names, cells, notes = parsed(f"name,height,mass\n{units}\n{rows}")
        assert (names, len(cells)) == (["name", "height", "mass"], 3)
        assert notes == [f"the row under the header names units and is left out: {', '.join(units.split(',')[1:])}"]
    for row in (",cm,high", "m,180,80"):  # no unit, and no number of units
        assert len(parsed(f"name,height,mass\n{row}\n{rows}")[1]) == 4


TABLE = "name,age,score\nn0,42,50.5\nn1,50,40.6\nn2,43,64.8\n"


@pytest.mark.parametrize(
    "title",
    [
        "Sales, 2020, EUR\n",
        "Sales, north, south, and west, 2020\n",
        "Sales,,,\n",
        "Made on 2021-01-02,by a tool,version 2\n\n",
    ],
)
def test_a_title_as_wide_as_the_rows_or_wider_is_left_out(title):
    names, rows, notes = parsed(title + TABLE)
    assert (names, len(rows)) == (["name", "age", "score"], 3)
    (note,) = notes
    assert note.startswith(f"1 title line above the header is left out: {title[:5]!r}"[:-1])


@pytest.mark.parametrize(
    "text",
    [
        "name, age, score\nn0, 42, 50.5\nn1, 50, 40.6\nn2, 43, 64.8\n",
        "name, age, score\nn0,42,50.5\nn1,50,40.6\nn2,43,64.8\n",
        "name,age,score\n\nn0,42,50.5\nn1,50,40.6\nn2,43,64.8\n",
    ],
)
def test_a_header_with_blanks_behind_commas_or_a_blank_line_below_is_no_title(text):
    names, rows, notes = parsed(text)
    assert (names, len(rows), notes) == (["name", "age", "score"], 3, [])


def test_a_row_of_types_under_the_header_is_left_out():
    typed = TABLE.replace("score\n", "score\nstring,int64,float\n")
    assert parsed(typed)[1:] == (
        parsed(TABLE)[1],
        ["the row under the header names types and is left out: string, int64, float"],
    )
    assert len(parsed("kind,type\nint,text\nfloat,date\n")[1]) == 2
    assert len(parsed("a,b\nint,text\n1,x\n2,y\n")[1]) == 2


def test_names_that_are_numbers_are_told_unless_their_order_shows_that_they_are_names():
    rows = "5,23,978300762\n4,7,978300763\n1,90,978300764\n"
    assert parsed(f"1,24,978300760\n{rows}")[2] == [
        "the names of the columns are numbers; if the first line is a row, say that there is no header"
    ]
    assert parsed("2019,2020,2021\n1.5,2.5,3.5\n1.5,2.5,3.5\n")[2] == []


@pytest.mark.parametrize("title", ["", "Bericht 2024\n\n"])
@pytest.mark.parametrize("units", [",m²,€,", "-,[cm],(kg),-", ",°C,%,"])
def test_a_row_of_units_is_no_row_of_a_later_table_of_few_rows_either(title, units):
    rows = ["Bonn,50,1000,ja", "Ulm,60,2000,nein", "Kiel,70,3000,ja"]
    for count in (3, 2, 1, 0):
        text = "\n".join([f"{title}town,area,price,lift", units, *rows[:count], ""])
        names, cells, notes = parsed(text)
        assert names == ["town", "area", "price", "lift"]
        assert cells == [tuple(row.split(",")) for row in rows[:count]]
        assert notes[-1].startswith("the row under the header names units and is left out: ")
    for row in ("m,\n", "m,\nm,57\n", ",kg\n", "C,?\n"):  # letters and words may be cells
        assert len(parsed(f"sex,age\n{row}")[1]) == row.count("\n")


IRIS = "5.1,3.5,1.4,0.2,Iris-setosa\n4.9,3.0,1.4,0.2,Iris-setosa\n7.0,3.2,4.7,1.4,Iris-versicolor\n"


ADULT = "39, State-gov, 77516, <=50K\n50, Private, 83311, <=50K\n38, Private, 215646, >50K\n28, State-gov, 33, <=50K\n"


@pytest.mark.parametrize(
    ("content", "headed"),
    [
        (IRIS * 2, False),
        (ADULT, False),
        ("p,x,s\ne,x,s\ne,b,y\np,x,y\n", False),  # words that occur again
        ("6,148,33.6,1\n1,85,26.6,0\n8,183,23.3,1\n1,89,55,0\n10,200,12,0\n", False),
        ("1,0,1\n0,1,1\n1,1,0\n0,0,0\n", False),  # numbers that repeat are no names
        ("1,2,3\n3,1,2\n2,3,1\n0,0,5\n", True),  # different whole numbers are names
        ("country,2019,2020\nFR,1,2\nDE,3,4\nIT,5,6\n", True),
        ("1,12.9,1.71,15.6,97\n1,13.2,1.78,11.2,100\n2,12.37,.94,10.6,88\n1,13.16,2.36,18.6,101\n", False),
        ("1,1.52,13.64,1\n2,1.51,13.89,1\n3,1.53,13.53,2\n4,1.51,13.21,1\n", False),  # the rows are counted
        ("0.0,0.1,0.2\n0.15,-0.3,0.1\n-0.2,0.3,0.1\n0.4,0.3,-0.2\n", True),  # times
        ("400.5,401.0,401.5\n0.1,0.2,0.3\n0.2,0.3,0.4\n0.4,0.3,0.2\n", True),  # wavelengths
        ("name,0.1,0.9\nAnn,3,4\nBob,4,5\nCy,3,6\n", True),  # quantiles
        ("first,last\nAnn,Lee\nBob,May\nCy,Roe\n", True),
        ("a,b\n1,2\n3,4\n", True),
        ("word\nx\nx\nword\n", True),
    ],
)
def test_a_missing_header_is_found(content, headed):
    names, rows, notes = parsed(content)
    lines = content.splitlines()
    width = lines[0].count(",") + 1
    assert len(rows) == content.count("\n") - headed
    if not headed:
        assert names == [f"column_{place}" for place in range(1, width + 1)]
        assert notes == [f"no line names the columns; they are called column_1 to column_{width}"]


def test_a_line_that_holds_a_name_which_is_spoken_of_is_a_header():
    assert parsed(IRIS * 2, names=frozenset(["0.2"]))[0] == ["5.1", "3.5", "1.4", "0.2", "Iris-setosa"]


def test_a_column_may_be_named_by_its_number_where_there_is_no_header(tmp_path):
    generator = np.random.default_rng(0)
    flowers = generator.normal(size=(40, 3)).round(2) + np.arange(40)[:, None] % 2
    lines = [f"{a},{b},{c},{'uv'[row % 2]}" for row, (a, b, c) in enumerate(flowers)]
    path = tmp_path / "flowers.data"
    path.write_text("\n".join(lines))
    model = ffnn.train(path, "4", recipe="plain", hidden=(4,), restarts=2, epochs=3)
    assert model.target.names == ("column_4",)
    (tmp_path / "one.csv").write_text(lines[0].rpartition(",")[0])  # one row, of which nothing can be found out
    assert model.predict(tmp_path / "one.csv").tolist() == model.predict(path).tolist()[:1]
    (tmp_path / "two.csv").write_text(f"{lines[0]}\n{lines[1]}\n\nSource: our own\n")
    with pytest.warns(ffnn.TableWarning, match="of the file: 1 line below the last row is left out: 'Source: our own'"):
        assert model.predict(tmp_path / "two.csv").tolist() == model.predict(path).tolist()[:2]


def test_a_table_under_lines_of_another_width_and_with_delimiters_at_its_end_is_found():
    """As the World Bank and its like publish them."""
    top = '"Data Source","Indicators",\n\n"Last Updated Date","2021-07-30",\n\n'
    body = '"Country","Code","1960","1961",\n"Aruba","ABW","54211","55438",\n"Angola","AGO","5454933","5531472",\n'
    names, rows, notes = parsed(top + body)
    assert names == ["Country", "Code", "1960", "1961"]
    assert rows == [("Aruba", "ABW", "54211", "55438"), ("Angola", "AGO", "5454933", "5531472")]
    assert notes == [
        "2 title lines above the header are left out: 'Data Source,Indicators'",
        "column 5 has neither a name nor cells, and is left out",
    ]


def test_a_word_is_soon_known_to_be_no_unit():
    for word in ("m" * 15 + "!", "mmHgmmHgmmHg!", "x" * 10_000):
        assert not headings.units_in([headings.Record([word], 0), *[headings.Record(["1"], 1)] * 2])
