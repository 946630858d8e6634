from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from feedforward.errors import TableError
from feedforward.tables import reading, writing

TABLE = pl.DataFrame(
    {
        "key": ["a", "b,c", 'd"e', "f\ng", None],
        "size": [1.5, -2.0, None, 1e-300, 0.1],
        "count": [1, 2, 3, None, 2**60],
        "flag": [True, None, False, True, False],
    }
)


def written(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def column(cells) -> pl.Series:
    return reading.read(pd.DataFrame({"x": cells}))["x"]


def test_csv_cells_stay_text(tmp_path):
    table = reading.read(written(tmp_path, "key,size\n007,1.0\n,NA\n"))
    assert table.rows() == [("007", "1.0"), (None, "NA")]
    assert table.dtypes == [pl.String, pl.String]


def test_a_path_may_be_text(tmp_path):
    assert reading.read(str(written(tmp_path, "a\n1\n"))).rows() == [("1",)]


def test_the_ending_may_be_in_capitals(tmp_path):
    assert reading.read(written(tmp_path, "a\n1\n", "TABLE.CSV")).rows() == [("1",)]


def test_quoted_commas_newlines_and_quotes_are_part_of_a_cell(tmp_path):
    table = reading.read(written(tmp_path, 'a,"b\nc"\n"x\ny","1,2"\n"say ""hi""",z\n'))
    assert table.columns == ["a", "b\nc"]
    assert table.rows() == [("x\ny", "1,2"), ('say "hi"', "z")]


@pytest.mark.parametrize("content", ["a,b\r\n1,2\r\n", "\ufeffa,b\n1,2\n", "a,b\n1,2"])
def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path, content):
    table = reading.read(written(tmp_path, content))
    assert (table.columns, table.rows()) == (["a", "b"], [("1", "2")])


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "table.parquet"
    TABLE.write_parquet(path)
    assert reading.read(path).equals(TABLE)
    assert reading.read(path).schema == TABLE.schema


@pytest.mark.parametrize("name", ["a[1].csv", "a*.csv", "a?.csv"])
def test_the_signs_of_a_pattern_are_plain_letters_in_a_path(tmp_path, name):
    written(tmp_path, "x\n9\n", "a1.csv")
    assert reading.read(written(tmp_path, "x\n1\n", name)).rows() == [("1",)]


def test_a_polars_table_is_taken_as_it_is():
    assert reading.read(TABLE) is TABLE


@pytest.mark.parametrize(
    ("cells", "oracle", "dtype"),
    [
        (pd.Series(["a", None, np.nan, pd.NA], dtype=object), ["a", None, None, None], pl.String),
        (pd.Series(["a", None]), ["a", None], pl.String),
        (pd.Series(["b", None, "a"], dtype="category"), ["b", None, "a"], pl.String),
        (pd.Series([2, None, 1], dtype="category"), [2, None, 1], pl.Int64),
        (pd.Series([1, None, 3], dtype="Int64"), [1, None, 3], pl.Int64),
        (pd.Series([1.5, None], dtype="Float64"), [1.5, None], pl.Float64),
        (pd.Series([1.5, np.nan]), [1.5, None], pl.Float64),
        (pd.Series([1, 2], dtype="uint8"), [1, 2], pl.UInt8),
        (pd.Series([True, False]), [True, False], pl.Boolean),
        (pd.Series([True, None], dtype="boolean"), [True, None], pl.Boolean),
        (pd.Series([True, None], dtype=object), [True, None], pl.Boolean),
        (pd.Series([datetime(2020, 1, 2), pd.NaT]), [datetime(2020, 1, 2), None], pl.Datetime("us")),
        (pd.Series([1, "a", 2.5, None], dtype=object), ["1", "a", "2.5", None], pl.String),
        (pd.Series([2**200, 1], dtype=object), [str(2**200), "1"], pl.String),
        (pd.Series([1j, 2]), ["1j", "(2+0j)"], pl.String),
    ],
)
def test_pandas_columns_are_read_without_pyarrow(monkeypatch, cells, oracle, dtype):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    read = column(cells)
    assert read.to_list() == oracle
    assert read.dtype == dtype


def test_pandas_names_become_text_and_the_index_is_left_out():
    table = reading.read(pd.DataFrame({0: [1, 2], "b": [3, 4]}, index=["x", "y"]))
    assert table.to_dict(as_series=False) == {"0": [1, 2], "b": [3, 4]}


@pytest.mark.parametrize("names", [["a", "a"], [1, "1"]])
def test_pandas_names_that_repeat_are_refused(names):
    with pytest.raises(TableError, match=f"more than one column named '{names[1]}'"):
        reading.read(pd.DataFrame([[1, 2]], columns=names))


def test_pandas_text_that_is_not_unicode_is_refused():
    with pytest.raises(TableError, match=r"'x' holds text that is not Unicode: '\\ud800'"):
        column(pd.Series(["\ud800", "a"], dtype=object))


@pytest.mark.parametrize("table", [[1, 2], [], None, b"a,b\n1,2\n", pd.Series([1]), pl.Series([1]), 3])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(TableError):
        reading.read(table)


@pytest.mark.parametrize("table", [pl.DataFrame(), pd.DataFrame(), pd.DataFrame(index=[1, 2])])
def test_a_table_without_columns_is_refused(table):
    with pytest.raises(TableError, match="holds no columns"):
        reading.read(table)


@pytest.mark.parametrize("table", [pl.DataFrame({"a": []}), pd.DataFrame({"a": []})])
def test_a_table_without_rows_is_refused(table):
    with pytest.raises(TableError, match="holds no rows"):
        reading.read(table)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("a,b\n", "holds no rows"),
        ("a,b", "holds no rows"),
        ("a,b,a\n1,2,3\n", "more than one column named 'a'"),
        ("a,a_duplicated_0,a\n1,2,3\n", "more than one column named 'a'"),
        ("\ufeffa,a\n1,2\n", "more than one column named 'a'"),
        ("a,b\n1,2,3\n", r"has 3 cells in row 1 \(line 2\), but 2 in its header"),
        ('a,b\n"1,2\n', r"has a quote in row 1 \(line 2\) that is never closed"),
        (b"a,b\n\xff\xfe,2\n", r"is not UTF-8 text: byte 0xff at offset 4 \(line 2\)"),
        (b"\xff\xfe,b\n1,2\n", "begins as UTF-16 text but is not"),
    ],
)
def test_a_csv_that_is_no_table_is_refused(tmp_path, content, message):
    with pytest.raises(TableError, match=message) as caught:
        reading.read(written(tmp_path, content))
    assert str(caught.value).startswith(f"{tmp_path / 'table.csv'} ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"a,b\n1,2\n", b"PAR1" + bytes(100) + b"PAR1", bytes(range(256))])
def test_a_parquet_file_of_garbage_is_refused(tmp_path, content):
    with pytest.raises(TableError, match=r"table\.parquet cannot be read"):
        reading.read(written(tmp_path, content, "table.parquet"))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"there is no file .*absent\.csv"):
        reading.read(tmp_path / "absent.csv")


def test_a_directory_is_refused(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TableError, match="is a directory"):
        reading.read(tmp_path / "folder.csv")


@pytest.mark.parametrize("name", ["table.xlsx", "table", "table.parquet.gz", "table.gz", ".csv"])
def test_an_unknown_ending_is_refused(tmp_path, name):
    with pytest.raises(TableError, match=r"does not end in \.csv, \.txt, .* or \.ipc .*format is unknown"):
        reading.read(written(tmp_path, "a\n1\n", name))


def test_a_name_that_is_too_long_is_refused():
    with pytest.raises(TableError, match="too long"):
        reading.read("a" * 5000 + ".csv")


def mutated(original: bytes, generator: np.random.Generator) -> bytes:
    content = bytearray(original)
    for _ in range(generator.integers(1, 6)):
        place = int(generator.integers(len(content)))
        match generator.integers(5):
            case 0:
                content[place] ^= 1 << int(generator.integers(8))
            case 1:
                content[place : place + int(generator.integers(1, 20))] = b""
            case 2:
                content[place:place] = generator.bytes(int(generator.integers(1, 5)))
            case 3:
                content[place:place] = generator.choice([b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf"])
            case _:
                content[place:] = content[place : place + len(content) // 2]
        content = content or bytearray(b"x")
    return bytes(content)


@pytest.mark.parametrize(("ending", "files"), [("csv", 300), ("parquet", 100)])
def test_a_damaged_file_gives_a_table_or_a_table_error(tmp_path, ending, files):
    original = tmp_path / f"original.{ending}"
    writing.write(TABLE, original)
    generator = np.random.default_rng(0)
    refused = 0
    for _ in range(files):
        content = mutated(original.read_bytes(), generator)
        try:
            assert isinstance(reading.read(written(tmp_path, content, f"damaged.{ending}")), pl.DataFrame)
        except TableError:
            refused += 1
    assert 0 < refused < files
