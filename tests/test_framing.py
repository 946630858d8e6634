from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

import ffnn
from ffnn.errors import TableError
from ffnn.tables.dialect import Dialect
from ffnn.tables.formats import delimited
from ffnn.tables.formats.understood import Request

AB = [("1", "x"), ("2", "y"), ("3", "x")]
BODY = "1,x\n2,y\n3,x\n"


def parsed(content: str, ending: str = ".csv", names: frozenset[str] = frozenset(), **said):
    """Names, rows and notes of a text."""
    dialect = Dialect.of(**said)
    table, understood = delimited.parse(content.encode(), ending, Request("the file", dialect, dialect, names))
    return table.columns, table.rows(), list(understood.notes)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (f"# made by hand\na,b\n{BODY}", "1 comment line above the header is left out: '# made by hand'"),
        (f"# one\n\n# two\n\na,b\n{BODY}", "2 comment lines above the header are left out: '# one'"),
        (f"a,b\n{BODY[:4]}# in between, all of it, is no row\n{BODY[4:]}", "1 comment line between rows is left out"),
        (f"Report of 2021\n\na,b\n{BODY}", "1 title line above the header is left out: 'Report of 2021'"),
        (f"Report\nof 2021\na,b\n{BODY}", "2 title lines above the header are left out: 'Report'"),
        (f"a,b\n{BODY}\nSource: our own, 2021\n", "1 line below the last row is left out: 'Source: our own, 2021'"),
        (f"a,b\n{BODY}\n\nNotes:\nall, of, it, is made up\n", "2 lines below the last row are left out: 'Notes:'"),
        (f"a,b\n{BODY}Source: our own\n", "1 line below the last row is left out: 'Source: our own'"),
        (f"a,b\n{BODY}# the end\n", "1 line below the last row is left out: '# the end'"),
        (f"sep=,\na,b\n{BODY}", None),
        (f"sep=;\na;b\n{BODY.replace(',', ';')}", None),
        (f"sep=\\t\na\tb\n{BODY.replace(',', chr(9))}", None),
    ],
)
def test_lines_that_are_no_rows_are_left_out_and_told(content, note):
    assert parsed(content) == (["a", "b"], AB, [note] if note else [])


def test_a_line_above_is_a_title_only_if_what_stands_below_shows_it():
    with pytest.raises(TableError, match=r"has 2 cells in row 1 \(line 2\), but 1 in its header"):
        parsed("word\na,b\nc,d\n")


@pytest.mark.parametrize(
    "top",
    ["Sales of 2021\nGenerated: 2021-07-28\n", "Sales of 2021\n\n", "Sales of 2021,,\n,,\n", "Sales of 2021,,\n"],
)
@pytest.mark.parametrize("bottom", ["", "\nSource: our own\n", "Source: our own\n", ",,\nSource: our own,,\n"])
def test_a_spreadsheet_saved_as_text_is_read_without_what_is_around_the_table(top, bottom):
    rows = "north,1,2.5\nsouth,2,3.5\nwest,3,4.5\n"
    names, cells, notes = parsed(f"{top}region,amount,price\n{rows}{bottom}")
    assert names == ["region", "amount", "price"]
    assert cells == [tuple(line.split(",")) for line in rows.split()]
    assert [("above the header" in note, "below the last row" in note) for note in notes] == [
        (True, False), *([(False, True)] if bottom else [])
    ]  # fmt: skip


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


@pytest.mark.parametrize("header", ["a,b", "a,b,"])
def test_a_delimiter_at_the_end_of_each_line_makes_no_column(header):
    assert parsed(f"{header}\n1,x,\n2,y,\n3,x,\n") == (
        ["a", "b"], AB, ["column 3 has neither a name nor cells, and is left out"]
    )  # fmt: skip


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


def test_a_row_of_units_is_no_row():
    rows = "Ann,180,80.5\nBob,170,70\nCy,160,60\n"
    for units in (",cm,kg", "-,[cm],(kg)", ",m/s,°C", ",€,%"):
        names, cells, notes = parsed(f"name,height,mass\n{units}\n{rows}")
        assert (names, len(cells)) == (["name", "height", "mass"], 3)
        assert notes == [f"the row under the header names units and is left out: {', '.join(units.split(',')[1:])}"]
    for row in (",cm,high", "m,180,80"):  # no unit, and no number of units
        assert len(parsed(f"name,height,mass\n{row}\n{rows}")[1]) == 4


def test_a_row_of_totals_at_the_end_is_no_row():
    body = "region,amount,note\nnorth,1.5,a\nsouth,2,b\neast,4,a\n"
    for row in ("Total,7.5,", "total:,7.50,x", "Grand total,7.5,", "SUMME,7.5,", "Average,2.5,"):
        assert len(parsed(f"{body}{row}\n")[1]) == 3, row
    assert parsed(f"{body}Total,7.5,\n")[2] == ["the last row, 'Total', is the sum of the others and is left out"]
    for row in ("Total,8.5,", "Totally,7.5,", "west,7.5,", "Total,,"):
        assert len(parsed(f"{body}{row}\n")[1]) == 4, row
    assert len(parsed(f"{body}Total,1,a\nTotal,8.5,\n")[1]) == 5  # the word is that of another row too


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


@pytest.mark.parametrize(
    ("said", "names", "rows"),
    [
        ({"no_header": True}, ["column_1", "column_2"], 6),
        ({"header_row": 3}, ["a", "b"], 3),
        ({"skip_rows": 2}, ["a", "b"], 3),
        ({"skip_rows": 3, "no_header": True}, ["column_1", "column_2"], 3),
        ({"header_row": 4}, ["1", "x"], 2),
    ],
)
def test_what_is_said_of_the_header_holds(said, names, rows):
    found = parsed(f"u,v\nw,z\na,b\n{BODY}", **said)
    assert (found[0], len(found[1])) == (names, rows)


def test_a_comment_sign_that_is_said_holds_for_every_line():
    content = "% all, that\na,b\n1,x\n% no, row\n2,y\n3,x\n"
    assert parsed(content, comment="%")[:2] == (["a", "b"], AB)


def test_the_header_that_numpy_writes_as_a_comment_is_one():
    out = io.StringIO()
    np.savetxt(out, [[1.5, 2.5], [3.5, 4.5]], fmt="%g", delimiter=",", header="a,b")
    assert parsed(out.getvalue()) == (["a", "b"], [("1.5", "2.5"), ("3.5", "4.5")], [])
    assert parsed("#id,name\n1,x\n2,y\n")[0] == ["#id", "name"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b,c\n1,2,3\nsouth\n4,5,6\n", "a row that is cut short needs its other cells, a line that is no row a # "),
        ("a,b\nnorth,1\nsouth\n", r"has 1 cells in row 2 \(line 3\), but 2 in its header: 'south'; a row that is cut"),
        (
            "# of x\n\na,b\n1,2\n3,4,5\n6,7\n",
            r"has 3 cells in row 2 \(line 5\), but 2 in its header; a cell that holds",
        ),
        ("a,b,c\n1,2\n3,4\n5,6\n", r"has 2 cells in row 1 \(line 2\), but 3 in its header: '1,2'; a row that is cut"),
    ],
)
def test_errors_name_the_fault(content, message):
    with pytest.raises(TableError, match=message):
        parsed(content)


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


@pytest.mark.parametrize(
    ("content", "names", "row"),
    [
        (" 0.5   1.0  7.05 u\n 0.7   0.5  7.1  v\n 0.6   1.5  7.0  u\n", None, ("0.5", "1.0", "7.05", "u")),
        ("a   b\tc\n1   2\tx\n3   4\ty\n", ["a", "b", "c"], ("1", "2", "x")),
        ('18.0   8\t"a car"\n15.0   8\t"b car"\n18.5   6\t"c car"\n', None, ("18.0", "8", "a car")),
        ("# of an island\nyear  co2\n1958  315.7\n1959  317.4\n", ["year", "co2"], ("1958", "315.7")),
        ("# year month  co2\n1958 3  315.7\n1959 4 317.4\n", ["year", "month", "co2"], ("1958", "3", "315.7")),
    ],
)
def test_cells_may_be_kept_apart_by_blanks(content, names, row):
    found, rows, _ = parsed(content, ".txt")
    assert found == (names or [f"column_{place}" for place in range(1, len(row) + 1)])
    assert rows[0] == row


WIDE = """name        age city
Bob Smith    30 New York
Al            4 Rome
Cy Young     50 Los Angeles
Di Roe       20
Ed           21 Bern
"""


def test_columns_may_be_of_fixed_width():
    oracle = pd.read_fwf(io.StringIO(WIDE), dtype=str)
    for ending, said in ((".txt", {}), (".csv", {"delimiter": "fixed"})):
        names, rows, _ = parsed(WIDE, ending, **said)
        assert names == list(oracle.columns)
        assert rows == [tuple(None if cell != cell else cell for cell in row) for row in oracle.itertuples(index=False)]


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        ("full name\nAnn Lee\nBob May\nCy Roe\n", ".csv"),
        ("full name\nAnn Lee\nBob May\nCy Roe\nDi Fox\nEd Poe\n", ".txt"),
        ("amount\n1 234\n2 345\n", ".csv"),
        ("It was a dark night\nand the rain fell down\nexcept at times\nwhen it stopped\nfor a while\n", ".txt"),
    ],
)
def test_words_are_no_columns(content, ending):
    names, rows, _ = parsed(content, ending)
    assert [names, *map(list, rows)] == [[line] for line in content.splitlines()]
