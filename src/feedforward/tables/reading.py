"""Files and DataFrames to tables, and tables to files. A table is a Polars DataFrame throughout the project.

The cells of a CSV file stay text here: what each column holds is decided over all of its rows, in `schema`, so that
nothing is lost to a guess from the first hundred (leading zeros, a late word in a column of numbers).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from feedforward.errors import TableError

Source: TypeAlias = "str | os.PathLike[str] | pl.DataFrame | Any"
"""A CSV or Parquet file, a Polars DataFrame or a pandas DataFrame."""

FORMATS = (".csv", ".parquet")


def read(source: Source) -> pl.DataFrame:
    """Read a table.

    Args:
        source: Path of a CSV file (header line, commas, UTF-8) or a Parquet file; or a Polars or pandas DataFrame.

    Returns:
        The table; CSV cells as text, all others with the types they came with.

    Raises:
        TableError: There is no such file, it cannot be read as a table, or the table holds no row or no column.
    """
    if isinstance(source, str | os.PathLike):
        table, name = read_file(Path(source)), str(source)
    elif isinstance(source, pl.DataFrame):
        table, name = source, "the table"
    elif "pandas" in sys.modules and isinstance(source, sys.modules["pandas"].DataFrame):
        table, name = from_pandas(source), "the table"
    else:
        kind = type(source).__name__
        raise TableError(f"a table must be a path, a Polars DataFrame or a pandas DataFrame; got {kind}")
    if not table.width:
        raise TableError(f"{name} holds no columns")
    if not table.height:
        raise TableError(f"{name} holds no rows")
    return table


def read_file(path: Path) -> pl.DataFrame:
    """Read a CSV or Parquet file, known by its ending.

    Raises:
        TableError: There is no such file, its ending is unknown, or it cannot be read.
    """
    ending = path.suffix.lower()
    try:
        if path.is_dir():
            raise TableError(f"{path} is a directory, not a table")
        if not path.exists():
            raise TableError(f"there is no file {path}")
        if not path.is_file():
            raise TableError(f"{path} is not a regular file")
        if ending not in FORMATS:
            raise TableError(f"{path} does not end in {' or '.join(FORMATS)}, so its format is unknown")
        if ending == ".parquet":
            return pl.read_parquet(path, glob=False)
        refuse_repeated_names(path)
        return pl.read_csv(path, infer_schema=False, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, UnicodeDecodeError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise TableError(f"{path} cannot be read as a {ending[1:]} table: {reason}") from error


def refuse_repeated_names(path: Path) -> None:
    """Raise a TableError if two columns share a name: Polars would rename the second in silence."""
    header = pl.read_csv(path, has_header=False, n_rows=1, infer_schema=False, glob=False).row(0)
    if header.count(None) > 1:
        raise TableError(f"{path} has {header.count(None)} columns without a name; give each a name of its own")
    if repeated := [name for name in dict.fromkeys(header) if header.count(name) > 1]:
        raise TableError(f"{path} has more than one column named {repeated[0]!r}; give each a name of its own")


def from_pandas(frame: Any) -> pl.DataFrame:
    """A pandas DataFrame as a table: no pyarrow needed; NaN, None, NaT and NA are missing."""
    columns = {}
    for position, name in enumerate(frame.columns):
        if str(name) in columns:
            raise TableError(f"the table has more than one column named {str(name)!r}; give each a name of its own")
        column = frame.iloc[:, position]
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
            values = pl.Series(column.to_numpy())
            columns[str(name)] = values.fill_nan(None) if values.dtype.is_float() else values
        else:
            present = column.notna().to_numpy()
            cells = [cell if there else None for cell, there in zip(column.array, present, strict=True)]
            columns[str(name)] = series(str(name), cells)
    return pl.DataFrame(columns)


def series(name: str, cells: list[Any]) -> pl.Series:
    """A column of Python values; where they are of mixed types, all as text."""
    try:
        return pl.Series(name, cells, strict=True)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        texts = [None if cell is None else str(cell) for cell in cells]
    try:
        return pl.Series(name, texts)
    except UnicodeEncodeError as error:
        raise TableError(f"column {name!r} holds text that is not Unicode: {error.object[:60]!a}") from error


def check_writable(path: str | os.PathLike[str], endings: tuple[str, ...]) -> Path:
    """Find out before long work whether its result can be written.

    Raises:
        TableError: The folder is absent or closed, the path is a folder, or its ending is none of `endings`.
    """
    path = Path(path)
    if path.suffix.lower() not in endings:
        raise TableError(f"the output {path} must end in {' or '.join(endings)}")
    if path.is_dir():
        raise TableError(f"the output {path} is a directory")
    if not path.parent.is_dir():
        raise TableError(f"there is no directory {path.parent} to write {path.name} into")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise TableError(f"the output {path} cannot be written: no permission")
    return path


def write(table: pl.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as CSV or Parquet, by the path's ending; `-` is CSV to standard output.

    Raises:
        TableError: The ending is unknown or the file cannot be written.
    """
    if str(path) == "-":
        sys.stdout.write(table.write_csv())
        return
    path = check_writable(path, FORMATS)
    try:
        with replacing(path) as beside:
            if path.suffix.lower() == ".parquet":
                table.write_parquet(beside)
            else:
                table.write_csv(beside)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TableError(f"{path} cannot be written: {error}") from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file beside `path` that takes its place when the block ends well, and is removed when it does not."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
