from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ffnn.errors import TableError
from ffnn.tables.dialect import Dialect
from ffnn.tables.formats import compressed, reading, writing
from ffnn.tables.formats.understood import Reading

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    zstd = pytest.importorskip("backports.zstd")

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
    return reading.table_of(pd.DataFrame({"x": cells}))["x"]


def test_csv_cells_stay_text(tmp_path):
    table = reading.table_of(written(tmp_path, "key,size\n007,1.0\n,NA\n"))
    assert table.rows() == [("007", "1.0"), (None, "NA")]
    assert table.dtypes == [pl.String, pl.String]


def test_a_path_may_be_text(tmp_path):
    assert reading.table_of(str(written(tmp_path, "a\n1\n"))).rows() == [("1",)]


def test_the_ending_may_be_in_capitals(tmp_path):
    assert reading.table_of(written(tmp_path, "a\n1\n", "TABLE.CSV")).rows() == [("1",)]


def test_quoted_commas_newlines_and_quotes_are_part_of_a_cell(tmp_path):
    table = reading.table_of(written(tmp_path, 'a,"b\nc"\n"x\ny","1,2"\n"say ""hi""",z\n'))
    assert table.columns == ["a", "b\nc"]
    assert table.rows() == [("x\ny", "1,2"), ('say "hi"', "z")]


@pytest.mark.parametrize("content", ["a,b\r\n1,2\r\n", "\ufeffa,b\n1,2\n", "a,b\n1,2"])
def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path, content):
    table = reading.table_of(written(tmp_path, content))
    assert (table.columns, table.rows()) == (["a", "b"], [("1", "2")])


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "table.parquet"
    TABLE.write_parquet(path)
    assert reading.table_of(path).equals(TABLE)
    assert reading.table_of(path).schema == TABLE.schema


@pytest.mark.parametrize("name", ["a[1].csv", "a*.csv", "a?.csv"])
def test_the_signs_of_a_pattern_are_plain_letters_in_a_path(tmp_path, name):
    written(tmp_path, "x\n9\n", "a1.csv")
    assert reading.table_of(written(tmp_path, "x\n1\n", name)).rows() == [("1",)]


def test_a_polars_table_is_taken_as_it_is():
    assert reading.table_of(TABLE) is TABLE


@pytest.mark.parametrize(
    ("cells", "oracle", "dtype"),
    [
        (pd.Series(["a", None, np.nan, pd.NA], dtype=object), ["a", None, None, None], pl.String),
        (pd.Series(["a", None]), ["a", None], pl.String),
        (pd.Series(["b", None, "a"], dtype="category"), ["b", None, "a"], pl.Categorical),
        (pd.Series([2, None, 1], dtype="category"), ["2", None, "1"], pl.Categorical),
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
    table = reading.table_of(pd.DataFrame({0: [1, 2], "b": [3, 4]}, index=["x", "y"]))
    assert table.to_dict(as_series=False) == {"0": [1, 2], "b": [3, 4]}


@pytest.mark.parametrize("names", [["a", "a"], [1, "1"]])
def test_pandas_names_that_repeat_are_refused(names):
    with pytest.raises(TableError, match=f"more than one column named '{names[1]}'"):
        reading.table_of(pd.DataFrame([[1, 2]], columns=names))


def test_pandas_text_that_is_not_unicode_is_refused():
    with pytest.raises(TableError, match=r"'x' holds text that is not Unicode: '\\ud800'"):
        column(pd.Series(["\ud800", "a"], dtype=object))


@pytest.mark.parametrize("table", [[1, 2], [], None, b"a,b\n1,2\n", pd.Series([1]), pl.Series([1]), 3])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(TableError):
        reading.table_of(table)


@pytest.mark.parametrize("table", [pl.DataFrame(), pd.DataFrame(), pd.DataFrame(index=[1, 2])])
def test_a_table_without_columns_is_refused(table):
    with pytest.raises(TableError, match="holds no columns"):
        reading.table_of(table)


@pytest.mark.parametrize("table", [pl.DataFrame({"a": []}), pd.DataFrame({"a": []})])
def test_a_table_without_rows_is_refused(table):
    with pytest.raises(TableError, match="holds no rows"):
        reading.table_of(table)


@pytest.mark.parametrize(("said", "lines"), [({"skip_rows": 3}, 3), ({"header_row": 3}, 2)])
def test_a_table_without_rows_under_what_is_left_out_has_a_way_on(tmp_path, said, lines):
    path = written(tmp_path, b"a,b\n1,2\n3,4\n", "t.csv")
    kept = Dialect.of(**said)
    with pytest.raises(
        TableError, match=rf"t\.csv (holds no rows where its first {lines} lines are left out|is empty)"
    ) as told:
        reading.read_as(path, kept=kept)
    (way,) = told.value.advice
    assert len(reading.read_as(path, Dialect.of(**{way.choice: way.value}), kept=kept).table) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("a,b\n", "holds no rows"),
        ("a,b", "holds no rows"),
        ("a,b\n1,2,3\n", r"has 3 cells in row 1 \(line 2\), but 2 in its header"),
        ('a,b\n"1,2\n', r"has a quote in row 1 \(line 2\) that is never closed"),
        (b"a,b\n\xff\x01,2\n", r"is not UTF-8 text: byte 0xff at offset 4 \(line 2\)"),
        (b"\xff\xfe,b\n1,2\n", "begins as UTF-16 text but is not"),
    ],
)
def test_a_csv_that_is_no_table_is_refused(tmp_path, content, message):
    with pytest.raises(TableError, match=message) as caught:
        reading.table_of(written(tmp_path, content))
    assert str(caught.value).startswith(f"{tmp_path / 'table.csv'} ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"a,b\n1,2\n", b"PAR1" + bytes(100) + b"PAR1", bytes(range(256))])
def test_a_parquet_file_of_garbage_is_refused(tmp_path, content):
    with pytest.raises(TableError, match=r"table\.parquet cannot be read"):
        reading.table_of(written(tmp_path, content, "table.parquet"))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"there is no file .*absent\.csv"):
        reading.table_of(tmp_path / "absent.csv")


def test_a_directory_is_refused(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(TableError, match="is a directory"):
        reading.table_of(tmp_path / "folder.csv")


@pytest.mark.parametrize("name", ["table.docx", "table", "table.parquet.gz", "table.gz", ".csv"])
def test_an_unknown_ending_is_refused(tmp_path, name):
    with pytest.raises(TableError, match=r"does not end in \.csv, \.tsv, .* or \.zip .*format is unknown"):
        reading.table_of(written(tmp_path, "a\n1\n", name))


def test_a_name_that_is_too_long_is_refused():
    with pytest.raises(TableError, match="too long"):
        reading.table_of("a" * 5000 + ".csv")


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


@pytest.mark.parametrize(
    ("ending", "files"), [("csv", 400), ("tsv", 100), ("parquet", 100), ("arrow", 100), ("jsonl", 100)]
)
def test_a_damaged_file_gives_a_table_or_a_table_error(tmp_path, ending, files):
    original = tmp_path / f"original.{ending}"
    writing.write(TABLE, original)
    generator = np.random.default_rng(0)
    refused = 0
    for _ in range(files):
        content = mutated(original.read_bytes(), generator)
        try:
            assert isinstance(reading.table_of(written(tmp_path, content, f"damaged.{ending}")), pl.DataFrame)
        except TableError:
            refused += 1
    assert 0 < refused < files


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("t.csv", 150), ("t.TSV", 50), ("t.psv", 50), ("t.txt", 50), ("t.jsonl", 50), ("t.parquet", 50),
        ("t.arrow", 50), ("t.feather", 50), ("t.csv.gz", 50), ("t.csv.zst", 50), ("t.jsonl.gz", 50),
        ("t.ndjson.ZST", 50), ("t.csv.bz2", 50), ("t.csv.xz", 50), ("t.json", 50), ("t.arff", 50), ("t.zip", 50),
        ("t.npy", 50), ("t.npz", 50), ("t.data", 50), ("t", 1),
        ("t.safetensors", 1), ("t.parquet.gz", 1), ("t.gz", 1), (".csv", 1),
        ("ä ß.csv", 1), ("a\nb.parquet", 1),
    ],
)  # fmt: skip
def test_the_content_of_a_file_gives_the_same_as_the_file(tmp_path, name, files):
    generator = np.random.default_rng(1)
    original = packed(name)
    for number in range(files):
        content = mutated(original, generator) if number else original
        path = written(tmp_path, content, name)
        found = outcome(reading.read_as, path)
        assert outcome(reading.read_bytes, content, str(path)) == found
        bare = found.replace(str(path), name) if isinstance(found, str) else found
        assert outcome(reading.read_bytes, content, name) == bare


def packed(name: str) -> bytes:
    """A table as a file of that name would hold it."""
    *_, ending, last = ["", *name.lower().split(".")]
    packer = {"gz": gzip.compress, "zst": zstd.compress, "bz2": bz2.compress, "xz": lzma.compress}
    arrays = io.BytesIO()
    if last in ("npy", "npz"):
        (np.save if last == "npy" else np.savez)(arrays, np.arange(6.0).reshape(3, 2))
    if last == "zip":
        with zipfile.ZipFile(arrays, "w") as archive:
            archive.writestr("t.csv", "a,b\n1,x\n")
    content = {
        "csv": b'a,b\n1,"x, y"\n2,\n', "tsv": b"a\tb\n1\tx\n2\t\n", "psv": b"a|b\n1|x\n2|\n", "txt": b"a;b\n1;x\n2;\n",
        "jsonl": b'{"a": 1, "b": "x"}\n{"a": 2}\n', "ndjson": b'{"a": 1, "b": "x"}\n{"a": 2}\n',
        "json": b'[{"a": 1, "b": "x"}, {"a": 2}]', "arff": b"@relation r\n@attribute a real\n@data\n1\n?\n",
        "data": b"1.5,x\n2.5,x\n1.5,y\n2,x\n", "npy": arrays.getvalue(), "npz": arrays.getvalue(),
        "zip": arrays.getvalue(),
    }  # fmt: skip
    if f".{last}" in WRITERS:
        return content_of(f".{last}")
    if last in packer:
        return packer[last](content.get(ending, b""))
    return content.get(last, b"a\n1\n")


def outcome(read: Callable[..., Reading], *source: object) -> str | tuple[object, ...]:
    """What came of reading: a sentence, or names, types and cells."""
    try:
        table = read(*source).table
    except TableError as error:
        return str(error)
    return table.schema, str(table.to_dict(as_series=False))


def test_compressed_content_expands_to_so_much_and_no_more():
    content = b"a\n" + b"1\n" * 1000
    packed = gzip.compress(content)
    assert len(reading.read_bytes(packed, "t.csv.gz", len(content)).table) == 1000
    with pytest.raises(TableError, match=r"^t\.csv\.gz expands to more than"):
        reading.read_bytes(packed, "t.csv.gz", len(content) - 1)


WRITERS = {
    ".parquet": pl.DataFrame.write_parquet,
    ".arrow": pl.DataFrame.write_ipc,
    ".feather": pl.DataFrame.write_ipc_stream,
    ".ipc": pl.DataFrame.write_ipc,
}


@pytest.mark.parametrize("ending", WRITERS)
def test_binary_formats_keep_their_types(tmp_path, ending):
    path = tmp_path / f"table{ending}"
    WRITERS[ending](TABLE, path)
    assert reading.table_of(path).equals(TABLE)
    assert reading.table_of(path).schema == TABLE.schema


@pytest.mark.parametrize("ending", [".jsonl", ".ndjson"])
def test_json_lines_are_read(tmp_path, ending):
    content = '\ufeff{"a": 1, "b": "x", "c": {"d": [1]}}\n\n{"b": null, "a": 2.5, "e": true}\n'
    table = reading.table_of(written(tmp_path, content, f"table{ending}"))
    assert table.select("a", "b", "e").rows() == [(1.0, "x", None), (2.5, None, True)]
    assert table["c"].to_list() == [{"d": [1]}, None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ('{"a": 1}\n\n{"a":\n', "holds no JSON object in line 3: "),
        ('{"a": 1}\n[1]\n', r"holds no JSON object in line 2, but \[1\]"),
        ('{"a": NaN}\n', "holds no JSON object in line 1: NaN is not JSON; write null"),
        (b'{"a": "\xff"}\n', "holds no JSON object in line 1: .*utf-8"),
        ('[{"a": 1}]\n', r'holds no JSON object in line 1, but \[\{"a": 1\}\]'),
        ("a,b\n1,2\n", "holds no JSON object in line 1: "),
        ('{"a": 1}\n{"a": {"b": 1}}\n', "holds values under one key that do not go together"),
        ("{}\n", "holds no columns"),
        ('{"a": ' + "[" * 100_000, "holds no JSON object in line 1"),
    ],
)
def test_json_lines_that_are_none_are_told(tmp_path, content, message):
    with pytest.raises(TableError, match=message) as caught:
        reading.table_of(written(tmp_path, content, "table.jsonl"))
    assert str(caught.value).startswith(f"{tmp_path / 'table.jsonl'} ")


def content_of(ending: str) -> bytes:
    if ending in WRITERS:
        out = io.BytesIO()
        WRITERS[ending](TABLE, out)
        return out.getvalue()
    return {
        ".gz": gzip.compress(b"a\n1\n"), ".jsonl": b'{"a": 1}\n', ".csv": b"a\n1\n", "zip": b"PK\x03\x04" + bytes(40),
        "model": (20).to_bytes(8, "little") + b'{"__metadata__":{}} ', "numpy": b"\x93NUMPY\x01\x00",
        ".tsv": b"a\tb\n1\t2\n",
        ".xlsx": b"PK\x03\x04" + bytes(22) + b"\x13\0\0\0[Content_Types].xml",
    }[ending]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", ".parquet", r"ends in \.csv, but its content is Parquet; rename it to end in \.parquet"),
        ("t.txt", ".arrow", r"ends in \.txt, but its content is Arrow; rename"),
        ("t.csv", ".gz", r"ends in \.csv, but its content is gzip; rename it to end in \.gz"),
        ("t.csv", ".jsonl", r"ends in \.csv, but its content is JSON Lines; rename it to end in \.jsonl"),
        ("t.parquet", ".csv", r"cannot be read as a parquet table: it begins with b'a\\n1"),
        (
            "t.parquet",
            ".feather",
            "cannot be read as a parquet table: its content is Arrow; rename it to end in .arrow",
        ),
        ("t.arrow", ".parquet", "cannot be read as a arrow table: its content is Parquet"),
        ("t.csv.gz", ".csv", r"cannot be read as a gz table: it begins with"),
        ("t.xls", ".tsv", r"begins with b'a\\tb.*', which is text; rename it to end in \.tsv"),
        ("t.xls", ".xlsx", r"cannot be read as a xls table: its content is a workbook; rename it to end in \.xlsx"),
        ("t.csv", "zip", r"its content is a ZIP archive; rename it to end in \.zip"),
        ("t.csv", "numpy", r"its content is a NumPy array; rename it to end in \.npy"),
        ("t.csv", "model", "is a model file, not a table; predict and evaluate take the model first, then the table"),
        ("t.safetensors", "model", "is a model file, not a table"),
    ],
)
def test_content_that_contradicts_its_ending_is_told(tmp_path, name, content, message):
    with pytest.raises(TableError, match=message):
        reading.table_of(written(tmp_path, content_of(content), name))


def test_a_brace_may_begin_the_name_of_a_column(tmp_path):
    assert reading.table_of(written(tmp_path, "{a},b\n1,2\n")).columns == ["{a}", "b"]


def test_a_table_within_a_compressed_file_must_suit_its_ending_too(tmp_path):
    with pytest.raises(TableError, match=r"ends in \.csv, but its content is Parquet"):
        reading.table_of(written(tmp_path, gzip.compress(content_of(".parquet")), "t.csv.gz"))


def test_a_parquet_file_of_very_many_rows_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "t.parquet"
    pl.DataFrame({"a": np.zeros(100_000)}).write_parquet(path)
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(compressed, "LARGEST_EXPANSION", 100_000)
    with pytest.raises(TableError, match="expands to more than"):
        reading.table_of(path)


def test_a_fifo_and_a_device_are_told(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "device.csv").symlink_to("/dev/null")
    for name in ("pipe.csv", "device.csv"):
        with pytest.raises(TableError, match="is not a regular file; pipe it into standard input, which is named -"):
            reading.table_of(tmp_path / name)


@pytest.mark.parametrize(
    "name", ["ü ß.csv", "a\nb.csv", b"\xff.csv".decode(errors="surrogateescape"), "x:y.csv", "#.csv"]
)
@pytest.mark.parametrize("ending", ["", ".parquet", ".arrow"])
def test_names_may_hold_odd_characters(tmp_path, name, ending):
    path = tmp_path / (name + ending)
    path.write_bytes(content_of(ending) if ending else b"key\na\n")
    assert reading.table_of(path)["key"][0] == "a"


def test_a_name_with_a_nul_byte_is_told():
    with pytest.raises(TableError, match="there is no file"):
        reading.table_of("a\0.csv")


PARTS = {"part-1.csv": "a,b\n1,2\n", "part-2.csv": "b;a\n4;3\n", "part-3.csv": "a,b\n", "other.csv": "a,c\n1,2\n"}


@pytest.fixture
def parts(tmp_path) -> Path:
    for name, content in PARTS.items():
        written(tmp_path, content, name)
    return tmp_path


def test_several_files_are_one_table(parts):
    expected = [("1", "2"), ("3", "4")]
    for source in (f"{parts}/part-*.csv", parts / "part-?.csv", [parts / "part-1.csv", str(parts / "part-[23].csv")]):
        assert reading.table_of(source).rows() == expected
    assert reading.table_of((parts / "part-2.csv", parts / "part-1.csv")).rows() == [("4", "3"), ("2", "1")]


def test_several_files_whose_numbers_may_be_written_in_two_ways_are_told(tmp_path):
    german = written(tmp_path, "Preis;Menge\n2.102;5,5\n3.450;7,5\n1.250;8,5\n", "a.csv")
    english = written(tmp_path, "Preis,Menge\n2102,5.5\n3450,7.5\n", "b.csv")
    for paths in ([german, english], [english, german]):
        with pytest.raises(
            TableError, match=r"a\.csv has ';' between cells and .*b\.csv has ',', so cells such as"
        ) as caught:
            reading.table_of(paths)
        assert (caught.value.advice[0].choice, caught.value.advice[0].value) == ("decimal", ",")
    assert reading.read([german, english], decimal=",").table.height == 5
    later = written(tmp_path, "Preis;Menge\n9.100;1,5\n", "c.csv")
    assert reading.table_of([german, later]).height == 4
    whole = written(tmp_path, "Preis;Tag\n9100;28.7.2021\n", "d.csv")
    assert reading.table_of([whole, written(tmp_path, "Preis,Tag\n9100,1.7.2021\n", "e.csv")]).height == 2


def test_numbers_of_several_files_may_differ_in_width(tmp_path):
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "1.parquet")
    pl.DataFrame({"a": [1.5]}).write_parquet(tmp_path / "2.parquet")
    assert reading.table_of(tmp_path / "*.parquet")["a"].to_list() == [1.0, 1.5]


def test_several_files_that_are_no_one_table_are_told(parts):
    one, other = parts / "part-1.csv", parts / "other.csv"
    with pytest.raises(
        TableError, match=rf"{one} has a column 'b', but {other} has none; all files need the same columns"
    ):
        reading.table_of([one, other])
    with pytest.raises(TableError, match=r"no file matches .*/\*\.parquet"):
        reading.table_of(f"{parts}/*.parquet")
    with pytest.raises(TableError, match=r"there is no file .*absent\.csv"):
        reading.table_of([one, parts / "absent.csv"])
    pl.DataFrame({"a": [1], "b": [[1]]}).write_parquet(parts / "typed.parquet")
    with pytest.raises(TableError, match="one table of 2 files cannot be read: "):
        reading.table_of([one, parts / "typed.parquet"])


@pytest.mark.parametrize("ending", [*WRITERS, ".csv", ".jsonl", ".gz"])
def test_standard_input_is_known_by_how_it_begins(monkeypatch, ending):
    content = content_of(ending)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    table = reading.table_of("-")
    assert table.equals(TABLE) if ending in WRITERS else table.rows() == [("1",)] or table.rows() == [(1,)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "standard input is empty"),
        (b"a,b\n1\n", "standard input has 1 cells in row 1"),
        (b"a,b\n", "standard input holds no rows"),
        (b"PAR1", "standard input cannot be read: "),
        (b"\x1f\x8b", "standard input cannot be expanded"),
        (content_of("model"), "standard input is a model file"),
        (b'{"a": 1}\n{', "standard input holds no JSON object in line 2"),
    ],
)
def test_what_is_wrong_in_standard_input_is_told(monkeypatch, content, message):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(TableError, match=message):
        reading.table_of("-")


def test_no_more_standard_input_is_read_than_the_limit(monkeypatch):
    monkeypatch.setattr(compressed, "LARGEST_EXPANSION", 1000)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\n" + b"1\n" * 1000)))
    with pytest.raises(TableError, match="standard input expands to more than"):
        reading.table_of("-")


@pytest.mark.parametrize("ending", ["csv", "txt", "tsv"])
@pytest.mark.parametrize(
    "held", [[{"a": 1}, {"a": 2}], [["a", "b"], [1, 2]], [[1.5, 2], [3, 4]], {"columns": ["a"], "data": [[1], [2]]}]
)
@pytest.mark.parametrize("indent", [None, 1])
def test_json_under_another_name_is_told(tmp_path, ending, held, indent):
    path = tmp_path / f"t.{ending}"
    path.write_text(json.dumps(held, indent=indent))
    with pytest.raises(TableError, match=rf"t.{ending} ends in .{ending}, but its content is JSON"):
        reading.read(path)


@pytest.mark.parametrize("header", ["[a],[b]", "{a},b", '"[x]",y', "[[a]],b"])
def test_brackets_in_names_are_no_json(tmp_path, header):
    path = tmp_path / "t.csv"
    path.write_text(f"{header}\n1,2\n3,4\n")
    assert reading.read(path).table.height == 2
