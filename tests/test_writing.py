from __future__ import annotations

import io
import os
import resource
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ffnn.errors import OutputError
from ffnn.files import check_writable
from ffnn.tables.formats import reading, writing

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


@pytest.mark.parametrize("ending", [ending[1:] for ending in writing.FORMATS])
def test_what_is_written_is_read_back(tmp_path, ending):
    path = tmp_path / f"table.{ending}"
    writing.write(TABLE, path)
    read = reading.table_of(path)
    assert read.columns == TABLE.columns
    assert read["key"].to_list() == TABLE["key"].to_list()
    assert read["size"].cast(pl.Float64).to_list() == TABLE["size"].to_list()
    assert read["count"].cast(pl.Int64).to_list() == TABLE["count"].to_list()


def test_pandas_reads_the_csv_that_is_written(tmp_path):
    writing.write(TABLE, tmp_path / "table.csv")
    read = pd.read_csv(tmp_path / "table.csv")
    assert read["key"].fillna("").tolist() == ["a", "b,c", 'd"e', "f\ng", ""]
    np.testing.assert_array_equal(read["size"], TABLE["size"].to_numpy())


def test_a_dash_writes_csv_to_standard_output(capsys):
    writing.write(TABLE.select("size", "count"), "-")
    read = pd.read_csv(io.StringIO(capsys.readouterr().out))
    np.testing.assert_array_equal(read["size"], TABLE["size"].to_numpy())


def test_a_path_that_can_be_written_is_given_back(tmp_path):
    assert check_writable(str(tmp_path / "new.csv"), (".csv",)) == tmp_path / "new.csv"
    assert not (tmp_path / "new.csv").exists()


def test_a_path_that_cannot_be_written_is_refused_before_the_work(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    for path, message in {
        tmp_path / "table.txt": r"must end in \.csv, .* or \.ndjson",
        tmp_path / "folder.csv": "is a directory",
        tmp_path / "absent" / "table.csv": "there is no directory",
        written(tmp_path, "a\n", "file") / "table.csv": "there is no directory",
    }.items():
        with pytest.raises(OutputError, match=message):
            check_writable(path, writing.FORMATS)
        with pytest.raises(OutputError, match=message):
            writing.write(TABLE, path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_closed_folder_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="no permission"):
        check_writable(tmp_path / "table.csv", (".csv",))


@pytest.mark.parametrize("ending", [ending[1:] for ending in writing.FORMATS])
def test_a_write_that_fails_is_a_table_error_and_leaves_the_old_file(tmp_path, ending):
    path = tmp_path / f"table.{ending}"
    path.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OutputError, match="cannot be written"):
            writing.write(pl.DataFrame({"x": np.random.default_rng(0).random(100_000)}), path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "old"


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_a_missing_cell_at_the_end_of_one_column_is_read_back(tmp_path, ending):
    writing.write(pl.DataFrame({"a": [1, None, 3, None]}), tmp_path / f"t{ending}")
    assert [cell or None for cell in reading.table_of(tmp_path / f"t{ending}")["a"]] == ["1", None, "3", None]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "real.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    for table in (pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [2]})):
        writing.write(table, link)
        assert link.is_symlink()
        assert pl.read_csv(target).equals(table)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["link.csv", "real.csv", "there"]


def test_a_device_is_never_replaced(tmp_path):
    link = tmp_path / "null.csv"
    link.symlink_to("/dev/null")
    with pytest.raises(OutputError, match="is not a regular file"):
        writing.write(TABLE, link)
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("place", ["table.csv", "-"])
def test_cells_that_a_format_cannot_hold_are_told(tmp_path, place):
    path = place if place == "-" else tmp_path / place
    with pytest.raises(OutputError, match=r"cannot be written: .*") as caught:
        writing.write(pl.DataFrame({"a": [[1, 2]]}), path)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
