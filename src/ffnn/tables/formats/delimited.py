"""Delimited text (CSV and its kin) to tables, every cell as text.

Polars reads, at full speed. What it would pass in silence is found by counting: a row that is too short always ends in
a missing cell, so only a file whose last column has one is counted; and quotes that do not stand where RFC 4180 has
them are looked for in any file with quotes. A file that does not add up goes through Python's `csv` module, which
either names the row that is wrong or writes the same records in the plain form that Polars reads.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NoReturn

import numpy as np
import polars as pl

from ffnn.errors import ChoiceError, TableError
from ffnn.tables.dialect import BLANKS, FIXED, Dialect
from ffnn.tables.formats import aligned, framing, headings, text, tidying, wrapped
from ffnn.tables.formats.framing import Frame
from ffnn.tables.formats.understood import Reading, Request, Understood

ENDINGS = (".csv", ".tsv", ".tab", ".psv", ".txt", ".data", ".dat")

PIECE = 2**18

END = b"\x1a"
"""Ctrl-Z, with which text ended on computers of the eighties, and in what some instruments still write."""

RARE, LISTED = "^~!:|;,\t\x01", "^~|;\t\x01"
"""Signs that may keep cells apart, of which it is told where header and cells of the only column hold them; and those
of which the header need hold none."""

ESCAPED = b'\\"'
"""How programs write a quote within a cell that do not double it."""

QUOTE, NEWLINE, RETURN = b'"\n\r'


def parse(raw: bytes, ending: str, request: Request) -> Reading:
    """The table in the bytes of a text file: a header, then a record a row.

    Args:
        raw: Text in UTF-8, UTF-16 or a Western encoding; records end in LF, CRLF or CR.
        ending: Ending of the file's name; it only decides between delimiters that fit equally well.
        request: How it is asked to be read.

    Returns:
        One String column per name in the header. An empty cell is null, a quoted empty one "". A blank line is no row;
        but in a table of one column it is a row whose cell is missing, unless it stands at the end.

    Raises:
        ChoiceError: Comments are said to begin as a row does whose first cell is missing.
        TableError: The text is empty, in an encoding that is not known, or holds NUL; a row has more or fewer cells
            than the header; a quote is never closed.
    """
    raw, encoding, notes = text.as_utf8(raw, request)
    if END in raw[-4:]:
        raw = raw.rstrip(END + b"\r\n")
    if not raw or raw.isspace():
        raise TableError(f"{request.name} is empty: a table begins with a header that names its columns")
    if not ends_in_newlines(raw):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        return parse_lines(raw, ending, request, encoding, notes)
    except TableError:
        if ESCAPED not in raw:
            raise
        notes = (*notes, "a backslash before a quote within a cell is left out")
        return parse_lines(raw.replace(ESCAPED, b'""'), ending, request, encoding, notes)


def parse_lines(raw: bytes, ending: str, request: Request, encoding: str, notes: tuple[str, ...]) -> Reading:
    """The same of UTF-8 whose lines end in LF or CRLF; what is known of it already is its encoding and some notes."""
    raw, known, shown, unwrapped = wrapped.unwrapped(raw, request.dialect.delimiter, ending)
    delimiter = aligned.kind_of(raw, ending, known)
    if delimiter in (BLANKS, FIXED):
        raw = aligned.separated(raw, delimiter)
    sign = aligned.SIGN if delimiter in (BLANKS, FIXED) else delimiter
    frame = framing.find(raw, ending, replace(request, dialect=replace(request.dialect, delimiter=sign)))
    if (comment := request.dialect.comment) and comment.startswith(frame.delimiter):
        raise ChoiceError(f"comment {comment!r} begins with the sign between cells, as a row does; give another sign")
    table, comments = cells_of(raw, frame, request)
    heading = frame.heading
    between = " " if delimiter == BLANKS else frame.delimiter
    first = table.to_series(0).fill_null("").to_list() if heading.indexed else []
    if heading.indexed and not headings.are_row_names(first, heading, delimiter or between):
        refuse_width(request.name, 1, frame.line + 1, table.width, table.width - 1, between)
    table, tidied = tidying.tidied(table, heading, request.dialect)
    apart = kept_apart(table) if request.dialect.delimiter is None else []
    found = Dialect(delimiter=shown or delimiter or frame.delimiter, encoding=encoding, no_header=not heading.headed)
    return Reading(
        table,
        Understood(
            found, Dialect(no_header=not heading.headed), (*notes, *unwrapped, *frame.notes, *comments, *tidied, *apart)
        ),
    )


def kept_apart(table: pl.DataFrame) -> list[str]:
    """The note that the cells of the only column are perhaps many, kept apart by a sign that all of them hold alike."""
    name = table.columns[0]
    for sign in RARE if table.width == 1 else "":
        counted = table.to_series().head(framing.MORE_LINES).str.count_matches(sign, literal=True)
        times = name.count(sign) or (int(counted.max() or 0) if sign in LISTED else 0)  # type: ignore[arg-type]
        if times > (sign not in name) and table.height > 1 and 10 * (counted == times).sum() > 9 * len(counted):
            return [f"all cells of the only column hold {sign!r}; if that keeps cells apart, give it as the delimiter"]
    return []


def cells_of(raw: bytes, frame: Frame, request: Request) -> tuple[pl.DataFrame, list[str]]:
    """The cells of the rows within a frame, and what should be known of lines between them."""
    width, delimiter = frame.heading.width, frame.delimiter
    whole = frame.heading.plain and not frame.start and frame.stop == len(raw)
    body = raw if whole else raw[frame.start : frame.stop]
    if not frame.heading.plain:
        body = f"{delimiter.join(map(str, range(width)))}\n".encode() + body
    body = with_one_end(body)
    comment = request.dialect.comment
    commented = comment is not None and f"\n{comment}".encode() in body
    if not commented and quotes_are_plain(body, delimiter):
        try:
            table = parse_plain(body, delimiter)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            pass  # what is wrong is reported below, with its row
        else:
            if table.width == width and rows_are_full(table, body, delimiter):
                return table, []
    records = Records(body, frame, request)
    table = parse_plain(rewritten(records, delimiter, width), delimiter)
    return table, records.notes


def with_one_end(raw: bytes) -> bytes:
    """Text without the blank lines at its end, and with the newline there that Polars needs to see a cell too many."""
    whole = raw.endswith((b"\n", b"\r")) and not raw.endswith((b"\n\n", b"\n\r\n"))
    return raw if whole else raw.rstrip(b"\r\n") + b"\n"


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


def rewritten(records: Iterable[list[str]], delimiter: str, width: int) -> bytes:
    """Records in the plain form, with a header of numbers."""
    plain = io.BytesIO()
    with io.TextIOWrapper(plain, "utf-8", newline="") as written:
        writer = csv.writer(written, delimiter=delimiter, lineterminator="\n")
        writer.writerow(range(width))
        writer.writerows(record or [""] for record in records)
        written.flush()
        return plain.getvalue()


class Records:
    """The records below the header, each as wide as this; rows in errors count from 1 below the header.

    Lines between them that begin as a comment does, and are not as wide, are left out and counted.
    """

    def __init__(self, body: bytes, frame: Frame, request: Request) -> None:
        self.body, self.frame, self.request, self.comments = body, frame, request, 0

    @property
    def notes(self) -> list[str]:
        """What should be known of the lines that are left out."""
        counted = "1 comment line between rows is" if self.comments == 1 else f"{self.comments:,} comment lines are"
        return [f"{counted} left out"] if self.comments else []

    def __iter__(self) -> Iterator[list[str]]:
        name, width, delimiter = self.request.name, self.frame.heading.width, self.frame.delimiter
        reader = csv.reader(
            io.TextIOWrapper(io.BytesIO(self.body), "utf-8", newline=""), delimiter=delimiter, strict=True
        )
        above = self.frame.line - (not self.frame.heading.plain)  # lines of the file above those of the body
        row = line = 0
        with framing.large_cells():
            try:
                for record in itertools.dropwhile(lambda record: not record, reader):
                    if row and self.is_comment(record):
                        self.comments += 1
                        line = reader.line_num
                        continue
                    if row and record and len(record) != width:
                        refuse_width(name, row, above + line + 1, len(record), width, delimiter, record)
                    if row and (record or width == 1):
                        yield record
                    row += bool(record or width == 1)
                    line = reader.line_num
            except csv.Error as error:
                place = f"row {row} (line {above + line + 1})" if row else "its header"
                if "end of data" in str(error):
                    raise TableError(f"{name} has a quote in {place} that is never closed") from error
                raise TableError(
                    f"{name} has a cell in {place} that goes on after its closing quote; "
                    f"a quote within a quoted cell must be doubled"
                ) from error

    def is_comment(self, record: list[str]) -> bool:
        """Whether a record is a comment: it begins so, and that was said, or it is not as wide as rows are."""
        said = self.request.dialect.comment
        begins = bool(record) and record[0].startswith(said or framing.COMMENT)
        return begins and (said is not None or len(record) != self.frame.heading.width)


def refuse_width(
    name: str, row: int, line: int, found: int, width: int, delimiter: str, record: Sequence[str] = ()
) -> NoReturn:
    """Raise a TableError that says how a row is not as wide as the header, and what it may be instead."""
    text = f"{name} has {found} cells in row {row} (line {line}), but {width} in its header"
    shown = repr(delimiter.join(record)[: headings.SHOWN])
    if found > width:
        raise TableError(f"{text}; a cell that holds the delimiter {delimiter!r} must stand in quotes")
    if sum(bool(cell.strip()) for cell in record) == 1 < width and not headings.is_number(record[0]):
        raise TableError(
            f"{text}: {shown}; a row that is cut short needs its other cells, a line that is no row a # before it"
        )
    raise TableError(f"{text}: {shown}; a row that is cut short needs its other cells, or one delimiter for each")
