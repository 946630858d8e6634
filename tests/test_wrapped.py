from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffnn.errors import ChoiceError, TableError
from ffnn.tables.formats import reading, wrapped

PLAIN = "name,age,score\nn0,42,50.5\nn1,50,40.6\nn2,43,64.8\n"
ROWS = {"name": ["n0", "n1", "n2"], "age": ["42", "50", "43"], "score": ["50.5", "40.6", "64.8"]}
RULE = "+------+-----+-------+\n"


def read(text, name="rows.csv"):
    """The columns of a text, and what was understood of it."""
    found = reading.read_bytes(text.encode(), name)
    return found.table.to_dict(as_series=False), found.understood


def each(line_of, text=PLAIN):
    """A text of which each line is changed."""
    return "".join(line_of(line) + "\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (each(lambda line: f'"{line}"'), "quotes around whole lines are taken off"),
        (PLAIN.replace("\nn", '\n"n').replace("5\n", '5"\n').replace("6\n", '6"\n').replace("8\n", '8"\n'),
         "quotes around whole lines are taken off"),
        (each(lambda line: '"' + line.replace("n0", '""n0""') + '"'), "quotes around whole lines are taken off"),
        (each(lambda line: f'"{line.replace(",", ";")}"\r'), "quotes around whole lines are taken off"),
        (RULE + each(lambda line: f"| {line.replace(',', ' | ')} |").replace("score |\n", f"score |\n{RULE}") + RULE,
         "what is drawn around cells is left out"),
        (each(lambda line: f"|{line.replace(',', '|')}|").replace("score|\n", "score|\n|---|:-:|--:|\n"),
         "what is drawn around cells is left out"),
        ("┌──────┬─────┬───────┐\n" + each(lambda line: f"│ {line.replace(',', ' │ ')} │") + "└──────┴─────┴───────┘\n",
         "what is drawn around cells is left out"),
        (each(lambda line: '"' + line.replace(",", '", "') + '"'), "blanks before quotes are taken off"),
        (each(lambda line: "'" + line.replace(",", "','") + "'"), "single quotes around cells are taken off"),
        (PLAIN.replace("n0", "'n0'").replace("n1", "'n1'").replace("n2", "'n2'"),
         "single quotes around cells are taken off"),
    ],
)  # fmt: skip
def test_what_is_wrapped_is_read_as_the_plain_table(text, note):
    columns, understood = read(text)
    assert columns == ROWS
    assert understood.notes == (note,)


def test_lines_of_a_database_around_a_table_are_left_out():
    table = RULE + each(lambda line: f"| {line.replace(',', ' | ')} |").replace("score |\n", f"score |\n{RULE}") + RULE
    columns, understood = read(f"mysql> select * from t;\n{table}3 rows in set (0.00 sec)\n")
    assert columns == ROWS
    assert understood.dialect.delimiter == "|"
    assert len(understood.notes) == 3


def test_two_colons_keep_cells_apart(tmp_path):
    text = '1::"Great" Perf, The (1990)::Drama\n2::Toy (1995)::Drama|Comedy\n3::Heat (1995)::Drama\n'
    columns, understood = read(text, "movies.dat")
    assert columns["column_2"] == ['"Great" Perf, The (1990)', "Toy (1995)", "Heat (1995)"]
    assert understood.dialect.delimiter == "::"
    assert read(PLAIN.replace(",", "::"))[0] == ROWS


def test_a_delimiter_of_several_signs_can_be_said(tmp_path):
    path = tmp_path / "rows.txt"
    path.write_text(PLAIN.replace(",", "|~|"))
    found = reading.read(path, delimiter="|~|")
    assert found.table.to_dict(as_series=False) == ROWS
    assert (found.understood.dialect.delimiter, found.understood.kept.delimiter) == ("|~|", "|~|")
    for wrong in ("ab", "||||||", '""', "|\n"):
        with pytest.raises(ChoiceError, match="a few signs"):
            reading.read(path, delimiter=wrong)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ('"city, land"\n"Rome, Italy"\n"Bern, Switzerland"\n', ["city, land"]),
        ('"comment"\n"good, but dear"\n"bad"\n', ["comment"]),
        ("said,n\n'tis,1\nno,2\n'twas,3\n", ["said", "n"]),
        ("name,n\nO'Brien,1\nd'Arc,2\n", ["name", "n"]),
        ("name,type\nx,std::string\ny,std::map\n", ["name", "type"]),
    ],
)
def test_quotes_and_colons_within_cells_stay(text, columns):
    found, understood = read(text)
    assert list(found) == columns
    assert not any("taken off" in note for note in understood.notes)
    assert understood.dialect.delimiter != "::"


def test_a_backslash_before_a_quote_is_no_part_of_the_cell():
    columns, understood = read('name,said\nx,"he said \\"no\\", once"\ny,"no"\n')
    assert columns["said"] == ['he said "no", once', "no"]
    assert understood.notes == ("a backslash before a quote within a cell is left out",)
    assert read('name,path\nx,"C:\\"\ny,"D:\\"\n')[0]["path"] == ["C:\\", "D:\\"]


@pytest.mark.parametrize("line", [" " * 50_000, "|" * 50_000, "| " * 25_000, "|" + " " * 50_000, "-" * 50_000 + "x"])
def test_long_lines_are_known_in_no_time(line):
    assert wrapped.unwrapped(f"a,b\n{line}\n{line}\n".encode(), None, ".csv").notes == ()


def test_single_quotes_that_do_not_close_stay():
    rows = "".join(f"'a{row}',{row}\n" for row in range(40))
    with pytest.raises(TableError, match="41"):
        read(f"x,y\n{rows}'oh, no,5\n")


CELLS = st.text(
    st.characters(exclude_characters="\r\n|\u2502\u2503\u2551\x00", exclude_categories=("Cs", "Cc", "Zl", "Zp")),
    min_size=1,
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=5))
def test_any_cells_between_bars_are_read_as_they_are_drawn(rows):
    text = wrapped.unwrapped(
        ("| a | b |\n|---|---|\n" + "".join(f"| {one} | {other} |\n" for one, other in rows)).encode(), None, ".txt"
    )
    assert text.sign == "\t"
    lines = text.text.decode().split("\n")
    assert wrapped.cut(lines[0], "\t") == ["a", "b"]
    for line, row in zip(lines[2:], rows, strict=False):
        if any(map(str.strip, row)) and wrapped.between_bars(f"| {row[0]} | {row[1]} |"):
            assert wrapped.cut(line, "\t") == [cell.strip() for cell in row]
