from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ffnn.errors import TableError
from ffnn.tables.formats import delimited
from ffnn.tables.formats.understood import Request


def parsed(content: str | bytes, ending: str = ".csv") -> tuple[list[str], list[tuple]]:
    raw = content if isinstance(content, bytes) else content.encode()
    table = delimited.parse(raw, ending, Request("the file")).table
    assert set(table.dtypes) == {pl.String}
    return table.columns, table.rows()


@pytest.mark.parametrize("delimiter", ",;\t|")
@pytest.mark.parametrize("ending", delimited.ENDINGS)
def test_the_delimiter_is_found(delimiter, ending):
    content = f'a{delimiter}"b{delimiter}c"{delimiter}d\n1{delimiter}2{delimiter}3\n'
    assert parsed(content, ending) == (["a", f"b{delimiter}c", "d"], [("1", "2", "3")])


@pytest.mark.parametrize(
    ("content", "ending", "columns"),
    [
        ("price;size\n1,5;2,5\n3,5;4,5\n", ".csv", ["price", "size"]),  # a decimal comma
        ("id,tags\n1,a|b|c\n2,d\n", ".csv", ["id", "tags"]),
        ("date,note\n1,a;b\n2,c;d\n", ".csv", ["date", "note"]),
        ("a, b\tc\n1, 2\t3\n", ".tsv", ["a, b", "c"]),  # both cut in two; the ending decides
        ("a, b\tc\n1, 2\t3\n", ".csv", ["a", "b\tc"]),
        ("a,b\n1,2\n3\n", ".tsv", None),  # ragged under any delimiter
        ("word\nhello\n", ".csv", ["word"]),
        ('"a,b";"c,d"\n1;2\n', ".csv", ["a,b", "c,d"]),
        (",".join(f"c{i}" for i in range(5000)) + "\n" + "1;2," * 4999 + "1\n", ".csv", [f"c{i}" for i in range(5000)]),
    ],
)
def test_the_delimiter_that_cuts_all_records_alike_is_taken(content, ending, columns):
    if columns is None:
        with pytest.raises(TableError, match="has 1 cells in row 2"):
            parsed(content, ending)
    else:
        assert parsed(content, ending)[0] == columns


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_records_end_in_lf_crlf_or_cr(end, last):
    content = f"a,b{end}1,2{end}3,4" + end * last
    assert parsed(content) == (["a", "b"], [("1", "2"), ("3", "4")])


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n3,4\n\n\n",
        "a,b\r\n1,2\r\n3,4\r\n\r\n",
        "\n\na,b\n1,2\n3,4",
        "a,b\n\n1,2\n\n\n3,4\n",
        "a,b\n\n1,2\n3,4",
    ],
)
def test_a_blank_line_is_no_row(content):
    assert parsed(content) == (["a", "b"], [("1", "2"), ("3", "4")])


@pytest.mark.parametrize("content", ["a\n1\n\n2\n", "a\r\n1\r\n\r\n2\r\n\r\n", "a\n1\n\n2\n\n\n"])
def test_in_one_column_a_blank_line_between_rows_is_a_missing_cell(content):
    assert parsed(content) == (["a"], [("1",), (None,), ("2",)])


def test_missing_cells_of_a_whole_row_are_a_row():
    assert parsed("a,b,c\n,,\n1,,\n") == (["a", "b", "c"], [(None,) * 3, ("1", None, None)])


def test_byte_order_marks_are_dropped():
    expected = (["ä", "b"], [("é", "2")])
    content = "ä;b\né;2\n"
    for raw in (content.encode("utf-8-sig"), content.encode("utf-16"), b"\xfe\xff" + content.encode("utf-16-be")):
        assert parsed(raw) == expected


def test_blanks_around_names_are_dropped_but_kept_in_cells():
    assert parsed(' a , "b" ,c\n 1 , 2 ,3\n')[0] == ["a", '"b"', "c"]
    assert parsed("a ,b\n 1 ,2\n") == (["a", "b"], [(" 1 ", "2")])


def test_a_cell_may_be_long_and_hold_many_lines():
    cell = "x,\n" * 100_000
    assert parsed(f'"{cell}",b\n1,"{cell}"\n') == ([cell.strip(), "b"], [("1", cell)])
    before = csv.field_size_limit()
    assert parsed(f'a,b\n\n1,"{cell}"\n') == (["a", "b"], [("1", cell)])
    assert csv.field_size_limit() == before


def test_a_quote_within_a_cell_without_quotes_is_a_letter():
    assert parsed('size,b\n5" pipe,1\n3" pipe,2\n1" pipe,"x"\n') == (
        ["size", "b"], [('5" pipe', "1"), ('3" pipe', "2"), ('1" pipe', "x")]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n3\n", r"has 1 cells in row 2 \(line 3\), but 2 in its header"),
        ("a,b,c\n1,2,3\n3,\n", r"has 2 cells in row 2 \(line 3\), but 3"),
        ("a,b\n\n1,2\n1,2,3", r"has 3 cells in row 2 \(line 4\), but 2"),
        ("a,b\n1,2,", r"has 3 cells in row 1"),
        ('a,b\n"x\ny",2\n3\n', r"has 1 cells in row 2 \(line 4\)"),
        ('a,b\n",",\n1\n,","\n', r"has 1 cells in row 2 \(line 3\)"),
        ("a,b\n1,2\n  \n", r"has 1 cells in row 2"),
        ('a,b\n1,"2\n3,4\n', r"has a quote in row 1 \(line 2\) that is never closed"),
        ('a,"b\n1,2\n', "has a quote in its header that is never closed"),
        ('a,b\n1,"x"y\n', r"goes on after its closing quote"),
        ('a,b\n1,"x" \n', r"has a cell in row 1 \(line 2\) that goes on after its closing quote"),
        (b"a,b\n\xc3\xa9\xc3\xa8,\xe9\n", r"is not UTF-8 text: byte 0xe9 at offset 9 \(line 2\); save it as UTF-8"),
        (b"\xef\xbb\xbfa\n\xff", "is not UTF-8 text: byte 0xff at offset 2"),
        (b"a,b\n1,x\0y\n", "holds a NUL byte at offset 7"),
        (b"a,b\n1,\0\0\0x\n", "holds a NUL byte at offset 6: it is binary, or UTF-16"),
        (b"\xff\xfea", "begins as UTF-16 text but is not"),
        ("", "is empty"),
        (" \n\r\n ", "is empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(content, message):
    with pytest.raises(TableError, match=f"^the file .*{message}") as caught:
        parsed(content)
    assert "\n" not in str(caught.value)


def test_a_short_row_among_many_is_found():
    lines = [f"{row},x,\n" for row in range(200_000)]
    lines[123_456] = "only,two\n"
    with pytest.raises(TableError, match=r"has 2 cells in row 123457 \(line 123458\), but 3"):
        parsed("a,b,c\n" + "".join(lines))


def test_delimiters_outside_quotes_are_counted_across_pieces(monkeypatch):
    text = 'a,"b,""c"",",d\n"",",,",\n' * 5
    oracle = sum(len(record) - 1 for record in csv.reader(io.StringIO(text, newline="")))
    for piece in range(1, len(text) + 1):
        monkeypatch.setattr(delimited, "PIECE", piece)
        assert delimited.outside_quotes(text.encode(), ",") == oracle


LETTERS = st.text(st.sampled_from("ab1é \n\r\",;\t|'#"), max_size=5)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(LETTERS, min_size=width, max_size=width), min_size=1)),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
@example([[""]], ",", "\n", csv.QUOTE_MINIMAL)
@example([["", ""], ["\r", ""]], ",", "\r\n", csv.QUOTE_ALL)
def test_what_the_csv_module_writes_is_read(rows, delimiter, end, quoting):
    """A missing cell and an empty one are the same to the `csv` module, which leaves a CR without quotes."""
    assume(len(rows[0]) > 1 or delimiter == ",")
    assume(quoting != csv.QUOTE_MINIMAL or "\r" not in "".join(map("".join, rows)))
    columns = [f"column {place}" for place in range(len(rows[0]))]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([columns, *rows])
    table, understood = delimited.parse(text.getvalue().encode(), ".csv", Request("the file"))
    assert table.columns == columns
    if not understood.notes:  # a row may look like what stands below a table, which is told
        assert [["" if cell is None else cell for cell in row] for row in table.rows()] == rows


@settings(max_examples=500, deadline=None)
@given(st.integers(1, 3), st.text(st.sampled_from('xé1 ,,\n\n""'), max_size=14))
def test_any_text_is_read_as_the_csv_module_reads_it_or_refused_or_what_is_not_a_row_is_told(width, body):
    text = ",".join("abc"[:width]) + "\n" + body
    try:
        oracle = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    except csv.Error:
        oracle = [[]] * 2  # refused
    else:
        while oracle and not oracle[-1]:
            oracle.pop()
        oracle = [record or [""] for record in oracle if record or width == 1]
    try:
        table, understood = delimited.parse(text.encode(), ".csv", Request("the file"))
    except TableError:
        assert any(len(record) != width for record in oracle)
    else:
        if not understood.notes:
            assert table.columns == list("abc"[:width])
            assert [["" if cell is None else cell for cell in row] for row in table.rows()] == oracle
