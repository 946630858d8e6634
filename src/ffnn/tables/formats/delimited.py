"""Delimited text (CSV and its kin) to tables, every cell as text.

Polars reads, at full speed. What it would pass in silence is found by counting: a row that is too short always ends in
a missing cell, so only a file whose last column has one is counted; and quotes that do not stand where RFC 4180 has
them are looked for in any file with quotes. A file that does not add up goes through Python's `csv` module, which
either names the row that is wrong or writes the same records in the plain form that Polars reads.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import polars as pl

from ffnn.errors import TableError
from ffnn.tables.dialect import Dialect
from ffnn.tables.formats.understood import Reading, Request, Understood

DELIMITERS = {".csv": ",;\t|", ".txt": ",;\t|", ".tsv": "\t,;|", ".psv": "|,;\t"}
"""The delimiters that are looked for, by the file's ending; of two that fit equally well the earlier is taken."""

SAMPLE_LINES = 32
"""Lines at the top of a file that its delimiter is found by."""

LARGEST_CELL = 2**31 - 1

PIECE = 2**18

QUOTE, NEWLINE, RETURN = b'"\n\r'


def parse(raw: bytes, ending: str, request: Request) -> Reading:
    """The table in the bytes of a text file: a header, then a record a row.

    Args:
        raw: UTF-8, or UTF-16 with its byte order mark; records end in LF or CRLF.
        ending: Ending of the file's name; it only decides between delimiters that fit equally well.
        request: How it is asked to be read.

    Returns:
        One String column per name in the header. An empty cell is null, a quoted empty one "". A blank line is no row;
        but in a table of one column it is a row whose cell is missing, unless it stands at the end.

    Raises:
        TableError: The text is empty, is not UTF-8, or holds NUL; a column has no name or that of another; a row has
            more or fewer cells than the header; a quote is never closed.
    """
    name = request.name
    raw = with_one_end(as_utf8(raw, name))
    if raw.isspace():
        raise TableError(f"{name} is empty: a table begins with a header that names its columns")
    delimiter, names = header(raw, ending, request.dialect.delimiter)
    if any("\ufffd" in column for column in names):  # what stands for a byte that is not UTF-8
        check_utf8(raw, name)
    check_names(names, name)
    if quotes_are_plain(raw, delimiter) and ends_in_newlines(raw):
        try:
            table = parse_plain(raw, delimiter)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            pass  # what is wrong is reported below, with its row
        else:
            if table.width == len(names) and rows_are_full(table, raw, delimiter):
                return understood(table, names, delimiter)
    return understood(parse_plain(rewritten(raw, delimiter, len(names), name), delimiter), names, delimiter)


def understood(table: pl.DataFrame, names: list[str], delimiter: str) -> Reading:
    """A table with its names, and what was found."""
    named = table.rename(dict(zip(table.columns, names, strict=True)))
    return Reading(named, Understood(Dialect(delimiter=delimiter)))


def as_utf8(raw: bytes, name: str) -> bytes:
    """Text without its byte order mark; UTF-16 becomes UTF-8."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            raw = raw.decode("utf-16").encode()
        except UnicodeError as error:
            raise TableError(f"{name} begins as UTF-16 text but is not; save it as UTF-8") from error
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if (place := raw.find(b"\0")) >= 0:
        raise TableError(f"{name} holds a NUL byte at offset {place}: it is binary, or UTF-16; save it as UTF-8 text")
    return raw


def with_one_end(raw: bytes) -> bytes:
    """Text without the blank lines at its end, and with the newline there that Polars needs to see a cell too many."""
    whole = raw.endswith((b"\n", b"\r")) and not raw.endswith((b"\n\n", b"\n\r\n"))
    return raw if whole else raw.rstrip(b"\r\n") + b"\n"


def header(raw: bytes, ending: str, said: str | None, lines: int = SAMPLE_LINES) -> tuple[str, list[str]]:
    """Delimiter and column names, from the first lines.

    The delimiter is the one that cuts every one of the first records into the same number of cells, and the header into
    the most; where none does, as in a file with ragged rows, the one that cuts the header into the most.
    """
    place = len(raw) - len(raw.lstrip(b"\r\n")) if raw.startswith((b"\r", b"\n")) else 0
    for _ in range(lines):
        place = raw.find(b"\n", place) + 1
        if not place:
            break
    text = (raw[:place] if place else raw).decode(errors="replace")

    def records(delimiter: str) -> list[list[str]]:
        with large_cells():
            found = [record for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if record]
        return found[:-1] if place else found  # the last may be cut within a quoted cell

    def fit(delimiter: str) -> tuple[bool, int]:
        widths = [len(record) for record in records(delimiter)] or [0]
        return len(set(widths)) == 1 and widths[0] > 1, widths[0]

    candidates = said or DELIMITERS[ending]
    own = candidates[0]
    best = own if ending in (".tsv", ".psv") and fit(own)[0] else max(candidates, key=fit)
    if not (found := records(best)):
        return header(raw, ending, said, lines * SAMPLE_LINES)  # a header with many lines in quotes
    return best, [column.strip() for column in found[0]]


def check_names(names: list[str], name: str) -> None:
    """Raise a TableError if a column has no name, or that of another."""
    if "" in names:
        raise TableError(f"{name} gives column {names.index('') + 1} no name; name every column in the header")
    if len(set(names)) < len(names):
        repeated = next(column for column in names if names.count(column) > 1)
        raise TableError(f"{name} has more than one column named {repeated!r}; give each a name of its own")


def parse_plain(raw: bytes, delimiter: str) -> pl.DataFrame:
    """The table as Polars reads it."""
    return pl.read_csv(raw, separator=delimiter, infer_schema=False)


def ends_in_newlines(raw: bytes) -> bool:
    """Whether records do not end in CR alone, as they did on computers of the eighties."""
    return b"\r" not in raw or 0 <= raw.find(b"\n") < len(raw) - 1


def quotes_are_plain(raw: bytes, delimiter: str) -> bool:
    """Whether every quote opens a cell, closes a cell, or is one of two that stand for one within a quoted cell."""
    if b'"' not in raw:
        return True
    codes = np.frombuffer(raw, np.uint8)
    places = np.flatnonzero(codes == QUOTE)
    opening, closing = places[0::2], places[1::2]
    if len(opening) != len(closing):
        return False
    if opening[0] == 0:
        opening = opening[1:]
    if closing[-1] == len(codes) - 1:
        closing = closing[:-1]
    borders = np.isin(np.arange(256), [QUOTE, NEWLINE, ord(delimiter)])
    before, after = borders[codes[opening - 1]], borders[codes[closing + 1]]
    if not before.all():
        return False
    returns = closing[~after]  # a quoted cell before CRLF
    returns = returns[returns + 2 < len(codes)]
    proper = (codes[returns + 1] == RETURN) & (codes[returns + 2] == NEWLINE)
    return bool(len(returns) == np.count_nonzero(~after) and proper.all())


def rows_are_full(table: pl.DataFrame, raw: bytes, delimiter: str) -> bool:
    """Whether no row is shorter than the header; Polars refuses longer ones itself.

    Quotes must be plain. The rows are full if there are as many delimiters outside quotes as their number needs.
    """
    if table.width == 1 or not table.to_series(-1).null_count():
        return True
    return outside_quotes(raw, delimiter) == (table.width - 1) * (table.height + 1)


def outside_quotes(raw: bytes, delimiter: str) -> int:
    """How many delimiters stand outside quotes; counted piece by piece, each small enough for the processor's cache."""
    codes = np.frombuffer(raw, np.uint8)
    total = within = 0
    for start in range(0, len(codes), PIECE):
        piece = codes[start : start + PIECE]
        borders = np.concatenate(([0], np.flatnonzero(piece == QUOTE)))
        between = np.add.reduceat(piece == ord(delimiter), borders, dtype=np.int64)
        total += int(between[within::2].sum())
        within ^= (len(borders) - 1) % 2
    return total


def rewritten(raw: bytes, delimiter: str, width: int, name: str) -> bytes:
    """The same records in the plain form, with a header of numbers; or a TableError that says what is wrong where."""
    check_utf8(raw, name)
    plain = io.BytesIO()
    with io.TextIOWrapper(plain, "utf-8", newline="") as text:
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        writer.writerow(range(width))
        writer.writerows(record or [""] for record in records_of(raw, delimiter, width, name))
        text.flush()
        return plain.getvalue()


def check_utf8(raw: bytes, name: str) -> None:
    """Raise a TableError that names the first byte that is not UTF-8, if there is one."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"{name} is not UTF-8 text: byte {raw[error.start]:#04x} at offset {error.start} (line {line}); "
            f"save it as UTF-8"
        ) from error


def records_of(raw: bytes, delimiter: str, width: int, name: str) -> Iterator[list[str]]:
    """The records below the header, each of `width` cells; rows in errors count from 1 below the header."""
    text = io.TextIOWrapper(io.BytesIO(raw), "utf-8", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    row = line = 0
    with large_cells():
        try:
            for record in itertools.dropwhile(lambda record: not record, reader):
                if row and record and len(record) != width:
                    raise TableError(
                        f"{name} has {len(record)} cells in row {row} (line {line + 1}), but {width} in its header; "
                        f"a cell that holds the delimiter {delimiter!r} must stand in quotes"
                    )
                if row and (record or width == 1):
                    yield record
                row += bool(record or width == 1)
                line = reader.line_num
        except csv.Error as error:
            place = f"row {row} (line {line + 1})" if row else "its header"
            if "end of data" in str(error):
                raise TableError(f"{name} has a quote in {place} that is never closed") from error
            raise TableError(
                f"{name} has a cell in {place} that goes on after its closing quote; "
                f"a quote within a quoted cell must be doubled"
            ) from error


@contextmanager
def large_cells() -> Iterator[None]:
    """Let the `csv` module read cells of any length; its own limit, 128 KiB, is one of the process."""
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
