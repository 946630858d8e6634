from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffnn.tables.columns import schema
from ffnn.tables.formats import arrow, reading

CODES = [0, 1, 2, 3, 4, 5, 6, 7] * 8


def table():
    return pa.table(
        {
            "number": pa.array([float(code) for code in CODES]),
            "code": pa.array(CODES).dictionary_encode(),
            "Wörter": pa.array([f"w{code}" for code in CODES]).dictionary_encode(),
            "plain": pa.array(CODES),
            "listed": pa.array([[code] for code in CODES]),
        }
    )


def stream(made, **options):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, made.schema, **options) as writer:
        writer.write_table(made)
    return sink.getvalue().to_pybytes()


def test_a_schema_names_its_dictionaries():
    assert arrow.dictionaries(table().schema.serialize().to_pybytes()) == ["code", "Wörter"]
    assert arrow.dictionaries(stream(table())) == ["code", "Wörter"]
    assert arrow.dictionaries(pa.schema([("a", pa.int64())]).serialize().to_pybytes()) == []
    old = pa.ipc.IpcWriteOptions(use_legacy_format=True)
    assert arrow.dictionaries(stream(table(), options=old)) == ["code", "Wörter"]


@given(st.binary(max_size=400))
def test_whatever_the_bytes_nothing_breaks(content):
    assert isinstance(arrow.dictionaries(content), list)


@given(st.data())
def test_a_damaged_schema_breaks_nothing(data):
    message = bytearray(table().schema.serialize().to_pybytes())
    for _ in range(data.draw(st.integers(1, 5))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(arrow.dictionaries(bytes(message[: data.draw(st.integers(0, len(message)))])), list)


@pytest.mark.parametrize("ending", ["parquet", "feather", "arrow", "pandas.parquet"])
def test_a_category_of_a_file_stays_one(ending, tmp_path):
    path = tmp_path / f"table.{ending}"
    if ending == "parquet":
        pyarrow.parquet.write_table(table(), path)
    elif ending == "feather":
        pyarrow.feather.write_feather(table(), path)
    elif ending == "arrow":
        path.write_bytes(stream(table()))
    else:
        made = {"number": [float(code) for code in CODES], "code": pd.Categorical(CODES), "plain": CODES}
        pd.DataFrame(made).to_parquet(path)
    read = reading.table_of(path)
    assert read["code"].cast(pl.String).to_list() == [str(code) for code in CODES]
    kinds = {column.name: column.kind for column in schema.infer(read, ()).columns}
    assert (kinds["number"], kinds["code"], kinds["plain"]) == ("number", "category", "number")


def test_files_of_which_one_declares_a_category_are_one_table(tmp_path):
    pyarrow.parquet.write_table(table().select(["code"]), tmp_path / "a.parquet")
    pl.DataFrame({"code": CODES}).write_parquet(tmp_path / "b.parquet")
    read = reading.table_of([tmp_path / "a.parquet", tmp_path / "b.parquet"])
    assert read["code"].cast(pl.String).to_list() == [str(code) for code in CODES] * 2


def test_levels_of_several_files_may_differ(tmp_path):
    for name, words in (("a", ["x", "y"]), ("b", ["y", "z"])):
        pl.DataFrame({"c": pl.Series(words, dtype=pl.Enum(words))}).write_ipc(tmp_path / f"{name}.arrow")
    read = reading.table_of([tmp_path / "a.arrow", tmp_path / "b.arrow"])
    assert read["c"].cast(pl.String).to_list() == ["x", "y", "y", "z"]
