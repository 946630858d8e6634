"""Files and values in memory to tables. A table is a Polars DataFrame throughout the project.

The cells of a text file stay text here: what each column holds is decided over all of its rows, in `schema`, so that
nothing is lost to a guess from the first hundred (leading zeros, a late word in a column of numbers).
"""

from __future__ import annotations

import base64
import glob
import io
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, Unpack, cast

import polars as pl

from ffnn.advice import Advice
from ffnn.errors import TableError, either
from ffnn.tables.columns import cells
from ffnn.tables.dialect import UNSAID, Dialect, Words
from ffnn.tables.formats import (
    arff,
    arrays,
    arrow,
    compressed,
    contents,
    delimited,
    documents,
    frames,
    jsonlines,
    spreadsheets,
    statistical,
)
from ffnn.tables.formats.understood import NUMBERS, Reading, Request

Source: TypeAlias = "str | os.PathLike[str] | list[str | os.PathLike[str]] | pl.DataFrame | Reading | Any"
"""A path, `-`, a pattern, several paths, a DataFrame, Arrow data, an array, columns or rows, or what was read."""

TEXT = (*delimited.ENDINGS, *contents.JSON_LINES, ".json", ".arff")
"""Endings of text, which may be compressed as a whole."""

ENDINGS = (
    *TEXT,
    contents.PARQUET,
    *contents.ARROW,
    *spreadsheets.ENDINGS,
    *arrays.ENDINGS,
    *statistical.READERS,
    ".zip",
)

PLACES = frozenset({"header_row", "no_header", "skip_rows"})
TAKEN: dict[str, frozenset[str]] = {
    **dict.fromkeys(delimited.ENDINGS, NUMBERS | PLACES | {"delimiter", "encoding", "comment"}),
    **dict.fromkeys(spreadsheets.ENDINGS, NUMBERS | PLACES | {"sheet"}),
    **dict.fromkeys(arrays.ENDINGS, NUMBERS | {"sheet"}),
    ".json": NUMBERS | PLACES,
    ".arff": NUMBERS | {"encoding"},
}
"""What can be said of a file, by its ending; of any other what can be said of every table: `NUMBERS`."""

PARTED = r"^[^A-Za-z0-9]*(?:[0-9]+|[0-9]{1,3}(?:[.,][0-9]{3})+)[.,][0-9]+[^0-9]*$"
"""How a number is written with points or commas, which may be decimal ones or not."""

LARGEST_SCHEMA = 2**24
"""Bytes that are looked at for the schema of an Arrow file."""

STANDARD_INPUT = "standard input"


def read(source: Source, **words: Unpack[Words]) -> Reading:
    """Read a table.

    Args:
        source: Path of a file, known by its ending: one of `ENDINGS`; text also with one of `compressed.OPENERS` after
            it. A pattern such as `part-*.csv`, or a list of paths: their rows one after another. `-`: standard input.
            Or a Polars or pandas DataFrame, Arrow data, a NumPy array, a dict of columns, a dict of one
            row's cells or a list of such rows; or what was read before.
        **words: How the file is to be read, where that is not to be found out: see `dialect.Dialect`.

    Returns:
        The table, and what was understood of its file. Cells of delimited text are text, all others have the types
        they came with.

    Raises:
        TableError: There is no such file, it cannot be read as a table, or the table holds no row or no column.
        ChoiceError: It cannot be read as is said.
        TypeError: A keyword is none of a dialect.

    Example:
        >>> read({"size": [1.5, 2.0], "colour": ["red", "blue"]}).table.columns
        ['size', 'colour']
    """
    return read_as(source, Dialect.of(**words))


def table_of(source: Source) -> pl.DataFrame:
    """The table of a source alone."""
    return read_as(source).table


def read_as(source: Source, said: Dialect = UNSAID, *, kept: Dialect = UNSAID, names: Collection[str] = ()) -> Reading:
    """Read a table; the rest as for `read`.

    Args:
        source: As for `read`.
        said: How it is to be read.
        kept: How an earlier table was read, which holds where nothing else is said.
        names: Names of columns that are spoken of: a line that holds one of them is a header.
    """
    name = "the table"
    request = Request(name, said, kept.overruled(said), frozenset(names))
    found: Reading | None
    if isinstance(source, str | os.PathLike):
        name = name_of(os.fspath(source))
        found = read_paths(expand_pattern(source), request)
    elif isinstance(source, list | tuple) and source and all(isinstance(path, str | os.PathLike) for path in source):
        found = read_paths([match for path in source for match in expand_pattern(path)], request)
    else:
        request.check(NUMBERS, "the table is in memory")
        request = replace(request, dialect=Dialect(missing=kept.missing).overruled(said))
        with table_errors(name):
            held = source if isinstance(source, Reading) else frames.of(source)
            found = held if isinstance(held, Reading) or held is None else Reading(held)
    if found is None:
        raise TableError(
            f"a table must be a path, a list of paths, a DataFrame, an array of rows and columns, a dict of columns "
            f"or of one row's cells, or a list of such rows; got {type(source).__name__}"
        )
    return finished(found, request, name)


def finished(found: Reading, request: Request, name: str) -> Reading:
    """What was read, as it is given: sound, without missing words, and with what is kept of how it was read."""
    table, understood = found
    dialect = request.dialect
    if table.width and not table.height and (above := dialect.skip_rows or (dialect.header_row or 1) - 1):
        raise TableError(
            f"{name} holds no rows where its first {above:,} lines are left out ({dialect})",
            Advice("skip_rows", 0, "if there is nothing above its header, give "),
        )
    check_table(table, name)
    read, kept = understood.dialect.overruled(dialect), understood.kept.overruled(dialect)
    return Reading(cells.without_words(table, dialect.missing), replace(understood, dialect=read, kept=kept))


def read_bytes(content: bytes, name: str, largest: int | None = None) -> Reading:
    """Read a table from the content of a file, as `read` does from the file.

    Args:
        content: All bytes of the file.
        name: Its name: the ending gives the format, as for `read`, and errors use it.
        largest: Bytes that compressed text may expand to; `compressed.LARGEST_EXPANSION` where none are given.

    Returns:
        The table, and what was understood of the file; as from `read`.

    Raises:
        TableError: It cannot be read as a table, expands to more, or the table holds no row or no column.
    """
    request = Request(name, largest=largest)
    with table_errors(name):
        found = parse(content, request)
    return finished(found, request, name)


def check_table(table: pl.DataFrame, name: str) -> None:
    """Raise a TableError unless a table has rows and columns, and no column is named as a pattern of names."""
    if not table.width:
        raise TableError(f"{name} holds no columns")
    if not table.height:
        raise TableError(f"{name} holds no rows")
    frames.check_names(table.columns, name)


def name_of(path: str) -> str:
    """What a path is called in an error."""
    return STANDARD_INPUT if path == "-" else path


def expand_pattern(path: str | os.PathLike[str]) -> list[str]:
    """The paths that a pattern stands for, in order; a path that exists literally, or is no pattern, is itself."""
    path = os.fspath(path)
    if not glob.has_magic(path) or os.path.lexists(path):
        return [path]
    if matches := sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - the pattern may be absolute
        return matches
    raise TableError(f"no file matches {path}")


def read_paths(paths: list[str], request: Request) -> Reading:
    """The rows of several files one after another; their columns must have the same names, in any order."""
    found: list[Reading] = []
    for path in paths:
        found.append(read_standard_input(request) if path == "-" else read_file(Path(path), request))
        request = replace(request, dialect=found[0].understood.kept.overruled(request.dialect))
    if len(found) == 1:
        return found[0]
    first, *others = tables = [each.table for each in found]
    for path, table in zip(paths[1:], others, strict=True):
        if apart := first.schema.keys() ^ table.schema.keys():
            name = next(name for name in (*first.columns, *table.columns) if name in apart)
            has, lacks = (paths[0], path) if name in first.columns else (path, paths[0])
            raise TableError(f"{has} has a column {name!r}, but {lacks} has none; all files need the same columns")
    if not (request.dialect.decimal or request.dialect.thousands):
        check_alike(paths, found)
    coded = {column.name for table in tables for column in table if cells.are_levels(column)}
    tables = [frames.with_levels(table, coded, alike=True) for table in tables]
    with table_errors(f"one table of {len(paths)} files"):
        table = pl.concat([table.select(first.columns) for table in tables], how="vertical_relaxed")
    notes = [f"{path}: {note}" for path, each in zip(paths, found, strict=True) for note in each.understood.notes]
    return Reading(table, replace(found[0].understood, notes=tuple(notes)))


def check_alike(paths: list[str], found: list[Reading]) -> None:
    """Raise a TableError where numbers of several files may be written in two ways, as their delimiters show."""
    signs = [each.understood.dialect.delimiter for each in found]
    known = [place for place, sign in enumerate(signs) if sign]
    first = next((place for place in known if signs[place] == ";"), None)
    other = next((place for place in known if signs[place] != ";"), None)
    if first is None or other is None:
        return
    for place in sorted((first, other)):
        for column in found[place].table.select(pl.col(pl.String)):
            marked = column.filter(column.str.contains(PARTED))
            if len(marked):
                raise TableError(
                    f"{paths[first]} has {signs[first]!r} between cells and {paths[other]} has {signs[other]!r}, so "
                    f"cells such as {marked[0].strip()[:60]!r} may be written in two ways",
                    Advice("decimal", ",", "read the files one by one, or say what is before decimals in all, as in "),
                )


def read_file(path: Path, request: Request) -> Reading:
    """Read one file, known by its ending.

    Raises:
        TableError: There is no such file, its ending is unknown, its content contradicts it, or it cannot be read.
    """
    name = str(path)
    with table_errors(name):
        if path.is_dir():
            raise TableError(f"{name} is a directory, not a table")
        if not path.exists():
            raise TableError(f"there is no file {name}")
        if not path.is_file():
            raise TableError(f"{name} is not a regular file; pipe it into standard input, which is named -")
        return parse(path, replace(request, name=name))


def read_standard_input(request: Request) -> Reading:
    """Read what is piped in, known by how it begins; what looks like nothing else is delimited text."""
    request = replace(request, name=STANDARD_INPUT)
    with table_errors(STANDARD_INPUT):
        raw = compressed.read_up_to(compressed.LARGEST_EXPANSION + 1, cast("io.BufferedIOBase", sys.stdin.buffer))
        if len(raw) > compressed.LARGEST_EXPANSION:
            compressed.refuse_size(STANDARD_INPUT)
        kind = contents.kind_of(raw)
        if kind in compressed.OPENERS:
            raw = compressed.expand(kind, raw, STANDARD_INPUT)
            kind = contents.kind_of(raw)
        if kind in (None, ".jsonl") and contents.JSON.match(raw[: contents.HEAD]):
            kind = ".json"
        return parse_as(kind or ".csv", raw, request)


def parse(content: bytes | Path, request: Request) -> Reading:
    """The table in a file, given as its bytes or its path, and known by the ending of its name.

    Raises:
        TableError: The ending is unknown, the content contradicts it, or cannot be read.
    """
    name = request.name
    last = Path(name).suffix.lower()
    packed = last in compressed.OPENERS
    ending = Path(Path(name).stem).suffix.lower() if packed else last
    if ending == ".safetensors":
        contents.refuse_model(name)
    if ending not in (TEXT if packed else ENDINGS):
        raise TableError(
            f"{name} does not end in {either(ENDINGS)} "
            f"(text also with {either(compressed.OPENERS)} after it), so its format is unknown"
        )
    with opened(content) as file:
        contents.check_content(file.read(contents.HEAD), last, name)
    if packed:
        content = compressed.expand(last, content, name, request.largest)
    return parse_as(ending, content, request)


def parse_as(ending: str, content: bytes | Path, request: Request) -> Reading:
    """The table in a file of that ending, given as its bytes or its path."""
    if ending == ".zip":
        inner, member = compressed.unpacked(content, request)
        free = replace(request.dialect, sheet=None)
        said = replace(request.said, sheet=None)
        return parse(inner, replace(request, name=f"{request.name}/{member}", said=said, dialect=free))
    request.check(TAKEN.get(ending, NUMBERS), f"{request.name} is read as a {ending[1:]} table")
    if ending in TEXT:
        return parse_text(bytes_of(content), ending, request)
    if ending in spreadsheets.ENDINGS:
        return spreadsheets.parse(content, ending, request)
    if ending in arrays.ENDINGS:
        return arrays.parse(content, ending, request)
    known = request.name.encode(errors="ignore").decode() == request.name  # else Polars does not open the file
    held = content if known else bytes_of(content)
    if ending in statistical.READERS:
        return statistical.parse(held, ending, request)
    return Reading(parse_binary(held, ending, request.name))


def opened(content: bytes | Path) -> io.BufferedIOBase:
    """A file to read from, given as its bytes or its path."""
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def bytes_of(content: bytes | Path) -> bytes:
    """All bytes of a file, given as these or as its path."""
    return content if isinstance(content, bytes) else content.read_bytes()


def parse_text(raw: bytes, ending: str, request: Request) -> Reading:
    """The table in the bytes of a text file."""
    contents.check_content(raw[: contents.HEAD], ending, request.name)
    if ending in contents.JSON_LINES:
        return Reading(jsonlines.parse(raw, request.name))
    if ending == ".json":
        return documents.parse(raw, request)
    if ending == ".arff":
        return arff.parse(raw, request)
    return delimited.parse(raw, ending, request)


def parse_binary(content: bytes | Path, ending: str, name: str) -> pl.DataFrame:
    """The table in a Parquet or Arrow file, given as its bytes or its path."""
    if ending == contents.PARQUET:
        table = collect(pl.scan_parquet(content, glob=False), name)
        source = io.BytesIO(content) if isinstance(content, bytes) else content
        message = base64.b64decode(pl.read_parquet_metadata(source).get("ARROW:schema", ""))
        return frames.with_levels(table, arrow.dictionaries(message))
    with opened(content) as file:
        head = file.read(LARGEST_SCHEMA)
        coded = arrow.dictionaries(head.removeprefix(contents.ARROW_FILE))
        if contents.is_stream(head):
            file.seek(0)
            return frames.with_levels(pl.read_ipc_stream(file.read()), coded)
    return frames.with_levels(collect(pl.scan_ipc(content, glob=False), name), coded)


def collect(scan: pl.LazyFrame, name: str) -> pl.DataFrame:
    """The table of a Parquet or Arrow file, unless its number of rows alone makes it too large."""
    sample = 800
    frames.check_names(scan.collect_schema().names(), name)
    size = scan.collect_schema().to_frame().clear(sample).estimated_size() / sample
    if size * scan.select(pl.len()).collect().item() > compressed.LARGEST_EXPANSION:
        compressed.refuse_size(name)
    return scan.collect()


@contextmanager
def table_errors(name: str) -> Iterator[None]:
    """Whatever a reader raises becomes one sentence that names the table."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, UnicodeError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error).strip().partition("\n")[0]
        raise TableError(f"{name} cannot be read: {reason}") from error
    except MemoryError as error:
        raise TableError(f"{name} needs more memory than there is; read fewer rows or columns") from error
