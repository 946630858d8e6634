"""Tables to files, whole or not at all."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from typing import BinaryIO

import polars as pl

from ffnn.errors import OutputError
from ffnn.files import check_writable, replacing


def write_text(table: pl.DataFrame, file: BinaryIO | None, separator: str = ",") -> str | None:
    """Write delimited text; a table of one column marks a missing cell by quotes, as a blank line might be no row."""
    missing = '""' if table.width == 1 else None
    return table.write_csv(file, separator=separator, null_value=missing)


WRITERS: dict[str, Callable[[pl.DataFrame, BinaryIO], object]] = {
    ".csv": write_text,
    ".tsv": lambda table, file: write_text(table, file, "\t"),
    ".parquet": lambda table, file: table.write_parquet(file),
    ".arrow": lambda table, file: table.write_ipc(file),
    ".feather": lambda table, file: table.write_ipc(file),
    ".ipc": lambda table, file: table.write_ipc(file),
    ".jsonl": lambda table, file: table.write_ndjson(file),
    ".ndjson": lambda table, file: table.write_ndjson(file),
}

FORMATS = tuple(WRITERS)

OS_ERROR = re.compile(r"\(os error (\d+)\)")
"""How Polars words, for each format, that the system refused."""


def write(table: pl.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a table as CSV, TSV, Parquet, Arrow or JSON Lines, by the path's ending; `-` is CSV to standard output.

    Raises:
        TableError: The ending is unknown, the file cannot be written, or its format cannot hold the cells.
    """
    try:
        if str(path) == "-":
            text = write_text(table, None)
        else:
            path = check_writable(path, FORMATS)
            with replacing(path) as file:
                WRITERS[path.suffix.lower()](table, file)
            return
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, UnicodeError) as error:
        refused = OS_ERROR.search(str(error))
        said = os.strerror(int(refused[1])) if refused else str(error).strip().partition("\n")[0]
        reason = getattr(error, "strerror", None) or said
        place = "the table" if str(path) == "-" else path
        raise OutputError(f"{place} cannot be written: {reason}") from error
    sys.stdout.write(text or "")
