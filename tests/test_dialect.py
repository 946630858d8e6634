from __future__ import annotations

import json
from dataclasses import fields
from typing import get_type_hints

import polars as pl
import pytest

import ffnn
from commands import SMALL, run
from ffnn.cli.app import app
from ffnn.errors import ChoiceError, TableError
from ffnn.tables.dialect import Dialect, Words
from ffnn.tables.formats import writing


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
        ({"sheet": 2}, {"sheet": "2"}),
    ],
)
def test_what_is_said_is_kept_in_one_form(given, found):
    assert Dialect.of(**given).given == found


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"delimiter": "ab"}, "delimiter must be one ASCII character, tab, blanks or fixed; got 'ab'"),
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
    rows = [f"{size / 10}~{'ab'[size % 2]}~{size + 3 * (size % 2)}" for size in range(60)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["size~kind~price", *rows]))
    with pytest.raises(TableError):
        ffnn.train(path, "price")
    read = ffnn.read(path, delimiter="~")
    model = ffnn.train(read, "price", recipe="plain", hidden=(4,), restarts=2, epochs=3)
    model.save(tmp_path / "m.safetensors")
    again = ffnn.load(tmp_path / "m.safetensors")
    assert again.schema.dialect == Dialect(delimiter="~")
    assert again.predict(path).tolist() == model.predict(read.table).tolist()
    (tmp_path / "u.csv").write_text(path.read_text().replace("~", ","))
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
    with pytest.raises(ChoiceError, match="the table is in memory, so no "):
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
