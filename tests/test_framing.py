from __future__ import annotations

import io

import numpy as np
import pytest

from ffnn.errors import ChoiceError, TableError
from texts import parsed

AB = [("1", "x"), ("2", "y"), ("3", "x")]


BODY = "1,x\n2,y\n3,x\n"


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
        (f"a,b\n{BODY}Source: our own, 2021\n", "1 line below the last row is left out: 'Source: our own, 2021'"),
        (f"a,b\n{BODY}Source: ours, 2021, 3\n", "1 line below the last row is left out: 'Source: ours, 2021, 3'"),
        (f"a,b\n{BODY}___\n(c) us, 2021\n", "2 lines below the last row are left out: '___'"),
        (f"a,b\n---,---\n{BODY}", "1 line under the header is left out: '------'"),
        (f"a,b\n{BODY}\x1a", None),
        (f"a,b\r\n{BODY}\x1a\r\n", None),
        (f"a,b\n{BODY[:4]}a,b\n{BODY[4:]}", "1 row repeats the header and is left out"),
        (f"a,b\n{BODY[:4]}a,b\n{BODY[4:8]}a, b\n{BODY[8:]}", "2 rows repeat the header and are left out"),
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


def test_what_a_database_shows_is_a_table():
    text = "id | name\n---+------\n 1 | x\n 2 | y\n(2 rows)\n"
    assert parsed(text) == (
        ["id", "name"],
        [(" 1 ", " x"), (" 2 ", " y")],
        [
            "1 line under the header is left out: '---+------'",
            "1 line below the last row is left out: '(2 rows)'",
        ],
    )


def test_titles_of_both_kinds_may_stand_above_a_header():
    text = "Bev\nT 31.12.2020;;\nKreis;Insgesamt;Frauen\n" + "".join(
        f"Kreis {row};{9 * row};{row}\n" for row in range(9)
    )
    for said in ({}, {"delimiter": ";"}):
        names, rows, notes = parsed(f"{text}____\n© Amt\n", **said)
        assert (names, len(rows)) == (["Kreis", "Insgesamt", "Frauen"], 9)
        assert notes == [
            "2 title lines above the header are left out: 'Bev'",
            "2 lines below the last row are left out: '____'",
        ]


@pytest.mark.parametrize(
    ("top", "told", "number"),
    [
        ("Region,Sales,,Cost,\n,2020,2021,2020,2021\n", "'Region,Sales,,Cost,' and ',2020,2021,2020,2021'", 2),
        (",Sales,,Cost,\nRegion,2020,2021,2020,2021\n", "',Sales,,Cost,' and 'Region,2020,2021,2020,2021'", 2),
        ("# made\nRegion,A,A,B,B\n,x,y,x,y\n", "'Region,A,A,B,B' and ',x,y,x,y'", 3),
    ],
)
def test_a_header_of_two_lines_is_refused_unless_one_is_chosen(top, told, number):
    text = top + "".join(f"R{row},{row},{row + 1},{2 * row},{3 * row}\n" for row in range(9))
    with pytest.raises(TableError, match=f"has a header of two lines, {told}; write one line") as refused:
        parsed(text)
    (advice,) = refused.value.advice
    assert (advice.choice, advice.value) == ("header_row", number)
    assert len(parsed(text, header_row=number)[1]) == 9
    assert len(parsed("a,,b,\n1,2,3,4\n5,6,7,8\n2,3,4,5\n")[1]) == 3


@pytest.mark.parametrize(
    ("text", "names", "row"),
    [
        ("1.01.2021;0,5\n2.01.2021;1,5\n3.01.2021;0,7\n9.01.2021;1,1\n", None, ("1.01.2021", "0,5")),
        ("0,5;1,5;x\n1,5;2,5;y\n0,9;1,4;x\n1,1;2,1;y\n", None, ("0,5", "1,5", "x")),
        ("a,b;c\n1,x;y\n2,u;w\n", ["a", "b;c"], ("1", "x;y")),
    ],
)
def test_of_signs_that_cut_all_lines_alike_that_which_leaves_whole_numbers_is_taken(text, names, row):
    found, rows, _ = parsed(text)
    assert found == (names or [f"column_{place + 1}" for place in range(len(row))])
    assert rows[0] == row


@pytest.mark.parametrize("sign", "^~\x01")
def test_a_rare_sign_that_cuts_all_lines_alike_is_the_delimiter(sign):
    text = "\n".join(sign.join(cells) for cells in (["id", "n"], ["1", "x"], ["2", "y"], ["3", "x"])) + "\n"
    assert parsed(text) == (["id", "n"], [("1", "x"), ("2", "y"), ("3", "x")], [])
    assert parsed("id,n\n~1,x\n~2,y\n")[0] == ["id", "n"]


@pytest.mark.parametrize("sign", ":!|,;")
def test_one_column_all_cells_of_which_hold_a_sign_is_told(sign):
    text = "\n".join(sign.join(cells) for cells in (["id", "n"], ["1", "x"], ["2", "y"], ["3", "x"])) + "\n"
    names, _, notes = parsed(text) if sign in ":!" else parsed(text, delimiter="\t")
    assert len(names) == 1
    if sign in ":!":
        assert notes == [
            f"all cells of the only column hold {sign!r}; if that keeps cells apart, give it as the delimiter"
        ]
        assert parsed(text, delimiter=sign)[1][0] == ("1", "x")
    assert not parsed("at\n10:30:00\n11:30:00\n12:30:00\n")[2]


def test_a_comment_sign_that_is_said_holds_for_every_line():
    content = "% all, that\na,b\n1,x\n% no, row\n2,y\n3,x\n"
    assert parsed(content, comment="%")[:2] == (["a", "b"], AB)


@pytest.mark.parametrize("said", [{"comment": ";"}, {"comment": ";;"}, {"comment": ";", "delimiter": ";"}])
def test_a_comment_sign_that_is_the_delimiter_is_refused(said):
    with pytest.raises(ChoiceError, match=f"comment '{said['comment']}' begins with the sign between cells"):
        parsed("a;b\n1;x\n;y\n3;x\n", **said)


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


def test_a_last_row_that_begins_as_a_comment_does_stays():
    assert parsed(f"a,b\n{BODY}#4,x\n") == (["a", "b"], [*AB, ("#4", "x")], [])


@pytest.mark.parametrize("last", ["New York,5\n", "New York,\n", "\nNew York,5\n", "\n,5\n", ",\nx,5\n", "x,\n"])
def test_a_last_row_that_may_be_one_stays(last):
    names, rows, notes = parsed(f"town,size\nRome,1\nBern,2\nNew Ulm,3\nOslo,4\nBonn,4\n{last}")
    empty = ["1 row holds nothing, and is kept as a row"] if last.startswith(",\n") else []
    assert (names, notes) == (["town", "size"], empty)
    assert [cell or "" for cell in rows[-1]] == last.split("\n")[-2].split(",")


ROWS = "Stadt;Preis;Menge\nBonn;1,5;3\nUlm;2,5;4\nKiel;3,5;5\n"


@pytest.mark.parametrize("footer", ["Quelle: Amt;;\n", "Stand 2024;;\nQuelle: Amt;;\n", "Stand am 1. Mai;;\n"])
def test_padded_footers_of_a_small_table_are_no_rows(footer):
    names, rows, notes = parsed(ROWS + footer)
    assert (names, len(rows), len(notes)) == (["Stadt", "Preis", "Menge"], 3, 1)
    assert f"below the last row {'are' if footer.count(chr(10)) > 1 else 'is'} left out" in notes[0]


def test_a_last_row_of_one_cell_that_may_be_a_remark_is_told():
    _, rows, notes = parsed("city,price,n\nNew York,1.5,3\nUlm,2.5,4\nBad Ems,3.5,5\nMade on 2024-05-01,,\n")
    assert (len(rows), notes) == (4, ["the last row holds nothing but 'Made on 2024-05-01', and is kept as a row"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"Bericht 2024;;\n{ROWS}", ["Stadt", "Preis", "Menge"]),
        ("Bericht 2024;\nPreis;Menge\n1,5;3\n2,5;4\n3,5;5\n", ["Preis", "Menge"]),
        ("Bericht;;\nStadt;Preis;2024\nBonn;1,5;3\nUlm;2,5;4\n", ["Stadt", "Preis", "2024"]),
    ],
)
def test_padded_titles_are_no_header(text, names):
    found, rows, notes = parsed(text)
    assert (found, len(rows), len(notes)) == (names, text.count("\n") - 2, 1)
    assert notes[0].startswith("1 title line above the header is left out: 'Bericht")


def test_a_header_without_a_name_for_its_last_column_is_one():
    names, rows, _ = parsed("town;\nBonn;3\nUlm;4\nKiel;5\n")
    assert (names, len(rows)) == (["town", "column_2"], 3)
