"""Tables to files, whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from feedforward.errors import TableError, either


def write_text(table: pl.DataFrame, path: Path | None, separator: str = ",") -> str | None:
    """Write delimited text; a table of one column marks a missing cell by quotes, as a blank line might be no row."""
    missing = '""' if table.width == 1 else None
    return table.write_csv(path, separator=separator, null_value=missing)


WRITERS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    ".csv": write_text,
    ".tsv": lambda table, path: write_text(table, path, "\t"),
    ".parquet": lambda table, path: table.write_parquet(path),
    ".arrow": lambda table, path: table.write_ipc(path),
    ".feather": lambda table, path: table.write_ipc(path),
    ".ipc": lambda table, path: table.write_ipc(path),
    ".jsonl": lambda table, path: table.write_ndjson(path),
    ".ndjson": lambda table, path: table.write_ndjson(path),
}

FORMATS = tuple(WRITERS)


def check_writable(path: str | os.PathLike[str], endings: tuple[str, ...]) -> Path:
    """Find out before long work whether its result can be written.

    Raises:
        TableError: The folder is absent or closed, the path is a folder or a device, or its ending is none of
            `endings`.
    """
    path = Path(path)
    if path.suffix.lower() not in endings:
        raise TableError(f"the output {path} must end in {either(endings)}")
    place = Path(os.path.realpath(path))
    if place.is_dir():
        raise TableError(f"the output {path} is a directory")
    if not place.parent.is_dir():
        raise TableError(f"there is no directory {place.parent} to write {place.name} into")
    if place.exists() and not place.is_file():
        raise TableError(f"the output {path} is not a regular file")
    if place.exists() and not os.access(place, os.W_OK):
        raise TableError(f"the output {path} cannot be written: no permission")
    beside = part_of(place)
    try:  # the one sure way to find out: permissions say nothing of a file system that takes no files
        beside.touch(exist_ok=False)
        beside.unlink()
    except OSError as error:
        raise TableError(f"the output {path} cannot be written: {error.strerror or error}") from error
    return path


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
            with replacing(path) as beside:
                WRITERS[path.suffix.lower()](table, beside)
            return
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error).strip().partition("\n")[0]
        place = "the table" if str(path) == "-" else path
        raise TableError(f"{place} cannot be written: {reason}") from error
    sys.stdout.write(text or "")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file that takes the place of `path` when the block ends well, and is removed when it does not.

    It stands beside `path`; where that is a link, beside the file that the link leads to, so that the link stays.
    """
    place = Path(os.path.realpath(path))
    beside = part_of(place)
    try:
        yield beside
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def part_of(place: Path) -> Path:
    """The name of a file that is being written, beside the one whose place it will take."""
    return place.with_name(f".{place.name}.{os.getpid()}.part")
