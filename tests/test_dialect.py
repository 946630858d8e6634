from __future__ import annotations

import json
import zipfile
from dataclasses import fields
from typing import get_type_hints

import numpy as np
import polars as pl
import pytest

import ffnn
from commands import SMALL, run
from ffnn.cli import arguments
from ffnn.cli.app import app
from ffnn.errors import ChoiceError, TableError
from ffnn.tables.dialect import Dialect, Words
from ffnn.tables.formats import reading, writing


def test_the_keywords_are_those_of_a_dialect():
    assert list(get_type_hints(Words)) == [each.name for each in fields(Dialect)]


@pytest.mark.parametrize("verb", ["train", "predict", "evaluate", "compare", "tricks", "playground"])
def test_every_verb_that_reads_a_table_takes_what_can_be_said_of_it(verb):
    options = {name for each in app.commands[verb].params for name in each.opts}
    assert {f"--{each.name.replace('_', '-')}" for each in fields(Dialect)} <= options


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"delimiter": "tab"}, {"delimiter": "\t"}),
        ({"delimiter": "\\t"}, {"delimiter": "\t"}),
        ({"delimiter": "~"}, {"delimiter": "~"}),
        ({"delimiter": "fixed"}, {"delimiter": "fixed"}),
        ({"decimal": "comma", "thousands": "."}, {"decimal": ",", "thousands": "."}),
        ({"thousands": "\N{NO-BREAK SPACE}"}, {"thousands": "\N{NO-BREAK SPACE}"}),
        ({"encoding": "latin-1"}, {"encoding": "iso8859-1"}),
        ({"header_row": 3}, {"header_row": 3}),
        ({"no_header": False, "skip_rows": 2}, {"skip_rows": 2}),
        ({"missing": "-"}, {"missing": ("-",)}),
        ({"missing": ["-", "x"]}, {"missing": ("-", "x")}),
        ({"missing": set("zyxwvu")}, {"missing": tuple("uvwxyz")}),
        ({"no_header": np.True_}, {"no_header": True}),
        ({"sheet": 2}, {"sheet": "2"}),
    ],
)
def test_what_is_said_is_kept_in_one_form(given, found):
    assert Dialect.of(**given).given == found


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"delimiter": "ab"}, "delimiter must be one ASCII character, a few signs, tab, blanks or fixed; got 'ab'"),
        ({"delimiter": '"'}, "delimiter must be one ASCII character"),
        ({"delimiter": ""}, "delimiter must be one ASCII character"),
        ({"decimal": ";"}, "decimal must be a comma or a point; got ';'"),
        ({"decimal": ",", "thousands": ","}, "decimal and thousands are both ','; they must differ"),
        ({"encoding": "utf-9"}, "encoding must name an encoding such as utf-8, cp1252 or utf-16; got 'utf-9'"),
        ({"encoding": "zip"}, "encoding must name an encoding"),
        ({"header_row": 0}, "header_row must be a whole number of at least 1; got 0"),
        ({"skip_rows": True}, "skip_rows must be a whole number of at least 0; got True"),
        ({"header_row": 1, "no_header": True}, "header_row and no_header exclude each other"),
        ({"header_row": 4, "skip_rows": 3}, "header_row and skip_rows exclude each other"),
        ({"comment": " "}, "comment must be the sign with which comment lines begin"),
        ({"missing": 3}, "a word for a missing cell must be a string such as '-'; got 3"),
        ({"no_header": "yes"}, "no_header must be true or false; got 'yes'"),
        ({"sheet": True}, "sheet must be the name or the number of a sheet; got True"),
    ],
)
def test_what_cannot_be_is_told(given, message):
    with pytest.raises(ChoiceError, match=message):
        Dialect.of(**given)


def test_what_is_said_later_overrules_and_missing_words_add_up():
    kept = Dialect(delimiter=";", no_header=True, missing=("-",))
    assert kept.overruled(Dialect()) == kept
    assert kept.overruled(Dialect(header_row=1, missing=("?",))).given == {
        "delimiter": ";", "header_row": 1, "missing": ("-", "?")
    }  # fmt: skip
    assert kept.overruled(Dialect(skip_rows=1)).given == {"delimiter": ";", "skip_rows": 1, "missing": ("-",)}


def test_reading_gives_the_table_and_what_was_understood(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a;b\n1,5;-\n2,5;x\n")
    table, understood = ffnn.read(path, decimal=",", missing=["-"])
    assert table.rows() == [("1,5", None), ("2,5", "x")]
    assert understood.written == {"decimal": ",", "delimiter": ";"}
    assert understood.kept.given == {"decimal": ",", "missing": ("-",)}
    assert ffnn.read(table).table is table
    with pytest.raises(TypeError, match="'decimals' can be said of how a table is read; did you mean 'decimal'"):
        ffnn.read(path, decimals=",")


def test_a_model_reads_as_it_was_said_for_training(tmp_path, capfd):
    rows = [f"{size / 10}!{'ab'[size % 2]}!{size + 3 * (size % 2)}" for size in range(60)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["size!kind!price", *rows]))
    with pytest.raises(TableError):
        ffnn.train(path, "price")
    read = ffnn.read(path, delimiter="!")
    model = ffnn.train(read, "price", recipe="plain", hidden=(4,), restarts=2, epochs=3)
    model.save(tmp_path / "m.safetensors")
    again = ffnn.load(tmp_path / "m.safetensors")
    assert again.schema.dialect == Dialect(delimiter="!")
    assert again.predict(path).tolist() == model.predict(read.table).tolist()
    (tmp_path / "u.csv").write_text(path.read_text().replace("!", ","))
    code, out, _ = run(capfd, "predict", tmp_path / "m.safetensors", tmp_path / "u.csv", "--delimiter", ",")
    assert (code, [float(line) for line in out.split()[1:]]) == (0, model.predict(read.table).tolist())


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("t.csv", {"sheet": 1}, "is read as a csv table, of which no sheet can be said"),
        (
            "t.jsonl",
            {"delimiter": ";", "no_header": True},
            "a jsonl table, of which no delimiter or no_header can be said",
        ),
        ("t.parquet", {"encoding": "cp1252"}, "is read as a parquet table, of which no encoding can be said"),
    ],
)
def test_what_says_nothing_of_a_format_is_refused(tmp_path, name, said, message):
    path = tmp_path / name
    writing.write(pl.DataFrame({"a": [1]}), path)
    with pytest.raises(ChoiceError, match=message):
        ffnn.read(path, **said)
    with pytest.raises(ChoiceError, match="the table is in memory, of which no "):
        ffnn.read({"a": [1]}, **said)


def test_what_is_understood_of_a_file_is_told(tmp_path, capfd):
    rows = [f"{size % 7 / 2},{'xyz'[size % 3]},{'uv'[size % 2]}" for size in range(60)]
    (tmp_path / "t.data").write_text("\n".join([*rows, "", "Source: our own", ""]))
    model = tmp_path / "m.safetensors"
    code, _, err = run(capfd, "train", tmp_path / "t.data", "--target", "3", "--missing", "z", "-o", model, *SMALL)
    assert code == 0
    note = "1 line below the last row is left out: 'Source: our own'"
    assert "no line names the columns; they are called column_1 to column_3" in err
    assert note in err
    assert "target   column_3: classification" in err
    code, out, err = run(capfd, "predict", model, tmp_path / "t.data")
    assert (code, len(out.splitlines()), err) == (0, 61, f"{note}\n")
    assert run(capfd, "predict", model, tmp_path / "t.data", "--quiet") == (0, out, "")
    code, out, _ = run(capfd, "evaluate", model, tmp_path / "t.data", "--json")
    assert json.loads(out)["notes"] == [note]
    assert "files are read with no header" in run(capfd, "show", model)[1]


OBJECTS = json.dumps([{"a": 1, "b": 2.5}, {"a": 2, "b": 3.5}])


@pytest.mark.parametrize(
    "said",
    [
        {"delimiter": ";"},
        {"skip_rows": 0},
        {"no_header": True},
        {"header_row": 1},
        {"encoding": "cp1252"},
        {"comment": "#"},
        {"sheet": 1},
    ],
)
def test_what_is_in_memory_or_in_objects_takes_only_what_is_said_of_cells(tmp_path, said):
    frame = pl.DataFrame({"a": [1, 2], "b": [2.5, 3.5]})
    sources = {
        "t.json": OBJECTS,
        "pretty.json": json.dumps({"columns": ["a", "b"], "data": [[1, 2.5], [2, 3.5]]}),
        "lines.json": '{"a": 1}\n{"a": 2}\n',
    }
    for name, text in sources.items():
        (tmp_path / name).write_text(text)
    read = ffnn.read(frame)
    for source in (frame, frame.to_pandas(), frame.to_dict(), frame.to_numpy(), read, *map(tmp_path.joinpath, sources)):
        with pytest.raises(ChoiceError, match=f"of which no {next(iter(said))} can be said"):
            ffnn.read(source, **said)
        assert ffnn.read(source, missing="-", decimal=",").understood.kept.given == {"missing": ("-",), "decimal": ","}


def test_a_list_of_rows_in_json_takes_what_is_said_of_headers(tmp_path):
    path = tmp_path / "t.json"
    path.write_text('[["a title", ""], ["a", "b"], [1, 2], [3, 4]]')
    assert ffnn.read(path, skip_rows=1).table.rows() == [(1, 2), (3, 4)]


def test_what_was_kept_can_be_overruled_by_nothing(tmp_path):
    (tmp_path / "t.csv").write_text("a title\nsize,price\n1,2\n2,4\n3,6\n")
    (tmp_path / "u.csv").write_text("size,price\n1,2\n2,4\n3,6\n")
    model = ffnn.train(
        ffnn.read(tmp_path / "t.csv", skip_rows=1), "price", recipe="plain", hidden=(4,), restarts=2, epochs=3
    )
    expected = model.predict({"size": [1, 2, 3]}).tolist()
    overruled = ffnn.read(tmp_path / "u.csv", skip_rows=0)
    assert model.predict(overruled).tolist() == expected
    for said in ({"skip_rows": 0}, {"header_row": 1}):
        read = model.reading_of(tmp_path / "u.csv", arguments.dialect_of({**EMPTY, **said}))
        assert read.table.rows() == [("1", "2"), ("2", "4"), ("3", "6")]


EMPTY = {each.name: None for each in fields(Dialect)} | {"missing": (), "no_header": False}


@pytest.mark.parametrize("name", ["delimiter", "decimal", "thousands", "encoding", "comment", "sheet"])
def test_an_empty_value_is_told(name):
    with pytest.raises(ChoiceError, match=f"{name} must "):
        arguments.dialect_of({**EMPTY, name: ""})


@pytest.mark.parametrize("header", ["", "column_1,column_2,column_3\n", "size,weight,kind\n"])
def test_a_missing_header_that_was_found_is_no_order(tmp_path, header):
    rows = "".join(f"{size / 2},{size % 7},{'ab'[size % 2]}\n" for size in range(40))
    (tmp_path / "one.data").write_text(rows)
    (tmp_path / "two.csv").write_text(header + rows)
    both = [tmp_path / "one.data", tmp_path / "two.csv"]
    if "size" in header:
        with pytest.raises(TableError, match=r"one.data has a column 'column_1', but .*two.csv has none"):
            ffnn.read(both)
        return
    read = ffnn.read(both)
    assert (read.table.height, read.table.columns) == (80, ["column_1", "column_2", "column_3"])
    assert ffnn.read(both, no_header=True).table.height == 80 + bool(header)
    later = reading.read_as(tmp_path / "two.csv", kept=read.understood.kept)
    assert later.table.height == 40
    assert reading.read_as(both[1], Dialect(header_row=1), kept=read.understood.kept).table.height == 39 + bool(header)


def test_files_and_arrays_are_chosen_by_name_or_number_as_sheets_are(tmp_path):
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("one.csv", "a\n1\n")
        archive.writestr("two.csv", "b\n2\n")
    np.savez(tmp_path / "t.npz", one=np.ones((2, 2)), two=np.zeros((3, 2)))
    for said in (2, "2", "two"):
        assert ffnn.read(tmp_path / "t.npz", sheet=said).table.height == 3
    for said in (2, "2", "two.csv"):
        assert ffnn.read(tmp_path / "t.zip", sheet=said).table.columns == ["b"]
    with pytest.raises(TableError, match=r"t.zip has no file '3'; it has 'one.csv', 'two.csv'"):
        ffnn.read(tmp_path / "t.zip", sheet=3)
    with pytest.raises(TableError, match=r"t.npz has no array '0'; it has 'one', 'two'"):
        ffnn.read(tmp_path / "t.npz", sheet=0)
