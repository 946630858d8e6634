"""The frame of a table in a text: delimiter, header, and what stands above and below the rows.

All of it is found on the first and the last lines; the rows between are not looked at.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ffnn.tables.formats import headings
from ffnn.tables.formats.headings import Cells, Heading, Record, is_number, left_out
from ffnn.tables.formats.understood import Request

DELIMITERS = {".tsv": "\t,;|", ".tab": "\t,;|", ".psv": "|,;\t"}
"""The delimiters that are looked for, by the file's ending; of two that fit equally well the earlier is taken."""

COMMON = ",;\t|^~\x01"
"""The same for any other ending."""

SAMPLE_LINES = 32
"""Lines at the top of a file that its frame is found by."""

MORE_LINES = 512
"""Lines by which it is found out whether there is a header, where the first line might be a row."""

TAIL = 2**14
"""Bytes at the end of a file in which footers are looked for."""

LARGEST_CELL = 2**31 - 1

COMMENT = "#"
"""What begins a comment unless something else is said."""

SEPARATOR = re.compile(r'"?sep=(.|\\t)"?[,;\t|]*\r?\n?\Z', re.IGNORECASE)
"""The line by which a spreadsheet program is told the delimiter."""

FEW = 2
"""Lines below the rows that may be wider than these and still be remarks."""


@dataclass(frozen=True)
class Frame:
    """Where a table stands in a text.

    Attributes:
        delimiter: The sign between cells.
        heading: What stands above the rows.
        start: The place, in bytes, of the first row; or of the header, where that is plain.
        stop: The place behind the last row.
        line: The number of the line at `start`, from 0.
        notes: What is left out, in sentences.
    """

    delimiter: str
    heading: Heading
    start: int
    stop: int
    line: int
    notes: tuple[str, ...]


def find(text: bytes, ending: str, request: Request) -> Frame:
    """Find the frame of a table in a text that is not empty.

    Args:
        text: UTF-8; its lines end in LF or CRLF.
        ending: Ending of the file's name.
        request: How it is asked to be read.
    """
    dialect = request.dialect
    above = dialect.skip_rows or (dialect.header_row or 1) - 1
    lines, cut = first_lines(text, SAMPLE_LINES + above)
    notes = [left_out(lines[:above], "line", "above the header")] if above else []
    delimiter, top = dialect.delimiter, above
    if not above and lines and (given := SEPARATOR.match(lines[0])):
        delimiter, top = delimiter or given[1].replace("\\t", "\t"), 1
    candidates = delimiter or DELIMITERS.get(ending, COMMON)
    own = candidates[0] if ending in DELIMITERS else ""

    commented = after_comments(lines, top, dialect.comment or COMMENT) if dialect.header_row is None else top
    sign, found = cut_best(lines[commented:], candidates, own, cut)
    if not found:
        commented = top
        sign, found = cut_best(lines[top:], candidates, own, cut)
    count = SAMPLE_LINES
    while not found and cut:  # a header with many lines in quotes
        count *= SAMPLE_LINES
        lines, cut = first_lines(text, count + above)
        sign, found = cut_best(lines[top:], candidates, own, cut)
    found = found or [Record([""], 0)]
    comments = [line for line in lines[top:commented] if line.strip()]
    names = None if dialect.comment else header_in_comment(comments, sign, found)
    if names is not None:
        comments.pop()
    if comments:
        notes.append(left_out(comments, "comment line", "above the header"))

    found = [record._replace(line=commented + record.line) for record in found]

    def more(count: int) -> list[Record]:
        return records(*first_lines(text, max(SAMPLE_LINES, min(count, MORE_LINES))), sign)

    heading = headings.heading_of(found, names, request, more)
    start = min(heading.line, len(lines))
    stop, footers = end_of_rows(text, sign, heading)
    if footers:
        footers = [left_out(footers, "line", "below the last row")]
    place = len("".join(lines[:start]).encode())
    return Frame(sign, heading, place, stop, start, (*notes, *heading.notes, *footers))


def first_lines(text: bytes, count: int) -> tuple[list[str], bool]:
    """So many lines at the top with their ends, blank ones before the first not counted; and whether more follow."""
    place = len(text) - len(text.lstrip(b"\r\n")) if text.startswith((b"\r", b"\n")) else 0
    for _ in range(count):
        place = text.find(b"\n", place) + 1
        if not place:
            break
    head = (text[:place] if place else text).decode()
    return list(io.StringIO(head, newline="")), bool(place) and place < len(text)


def records(lines: Sequence[str], cut: bool, delimiter: str) -> list[Record]:
    """The records of some lines that are not blank; without the last one where it may be cut within a quoted cell."""
    reader, found, line = csv.reader(lines, delimiter=delimiter), [], 0
    with large_cells():
        try:
            for cells in reader:
                if cells:
                    found.append(Record(cells, line, lines[line].startswith('"')))
                line = reader.line_num
        except csv.Error:  # a CR within a cell
            return found
    return found[:-1] if cut else found


def cut_best(lines: Sequence[str], candidates: str, own: str, cut: bool) -> tuple[str, list[Record]]:
    """The delimiter that cuts lines best, and their records.

    It is the one that cuts all records into the same number of cells, the fewest of which hold another sign outside of
    a number, and these into the most; where none does, the one with the largest block of records that it cuts alike.
    """
    sampled = {sign: records(lines, cut, sign) for sign in candidates}

    def holds_sign(cell: str) -> bool:
        return any(sign in cell for sign in candidates) and not is_number(cell)

    def fit(sign: str) -> tuple[bool, int, int, int]:
        widths = [len(record.cells) for record in sampled[sign]] or [0]
        if len(set(widths)) == 1 and widths[0] > 1:
            columns = zip(*(record.cells for record in sampled[sign]), strict=True)
            return True, -sum(all(map(holds_sign, column)) for column in columns), widths[0], 0
        start, stop = headings.largest_block(sampled[sign])
        believed = (
            not start or headings.header_place(sampled[sign]) >= start or headings.is_short(sampled[sign], start, stop)
        )
        return False, 0, believed * (stop - start) * widths[start], widths[0]

    best = own if own and fit(own)[0] else max(candidates, key=fit)
    return best, sampled[best]


def after_comments(lines: Sequence[str], top: int, sign: str) -> int:
    """The first line that is neither comment nor blank, where comments begin at `top`; else `top`."""
    under = top
    while under < len(lines) and (lines[under].startswith(sign) or not lines[under].strip()):
        under += 1
    return under if any(line.startswith(sign) for line in lines[top:under]) else top


def header_in_comment(comments: Sequence[str], delimiter: str, found: list[Record]) -> Cells | None:
    """The names in the last of some comments, if it is the header: as wide as the records, none of which is one."""
    if not comments or len(found[0].cells) < 2 or headings.names_above(found[0].cells, found[1:]):
        return None
    bare = comments[-1].removeprefix(COMMENT)
    text = bare.lstrip() if bare[:1].isspace() else comments[-1]
    cells = next(iter(records([text], False, delimiter)), Record([], 0)).cells
    return cells if len(cells) == len(found[0].cells) and not any(map(is_number, cells)) else None


def end_of_rows(text: bytes, delimiter: str, heading: Heading) -> tuple[int, list[str]]:
    """The place behind the last row, and the lines below it that are none."""
    whole = len(text)
    begin = text.rfind(b"\n", 0, max(0, whole - TAIL)) + 1 if whole > TAIL else 0
    lines = list(io.StringIO(text[begin:].decode(), newline=""))
    if any(line.count('"') % 2 for line in lines):
        return whole, []
    last = [next(iter(records([line], False, delimiter)), Record([], 0)).cells for line in lines]
    rows = headings.rows_above(last, heading)
    footers = [line for line in lines[rows:] if line.strip(f"{delimiter} \r\n")]
    if sum(len(cells) > heading.width for cells in last[rows:]) > FEW:
        return whole, []  # another table, or the one that was looked for
    return (begin + len("".join(lines[:rows]).encode()), footers) if footers else (whole, [])


@contextmanager
def large_cells() -> Iterator[None]:
    """Let the `csv` module read cells of any length; its own limit, 128 KiB, is one of the process."""
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
