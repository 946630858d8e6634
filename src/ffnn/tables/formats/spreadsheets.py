"""Workbooks (.xlsx, .xlsm, .xls, .ods) to tables: calamine reads the cells, each with its own type."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree

import polars as pl

from ffnn.errors import TableError
from ffnn.tables.dialect import Dialect
from ffnn.tables.formats import compressed, frames, framing, headings, tidying
from ffnn.tables.formats.headings import Record
from ffnn.tables.formats.optional import damage_told, needed
from ffnn.tables.formats.understood import Reading, Request, Understood, listed

ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")

LARGEST_GRID = 2**26
"""Cells from the first to the last that hold anything: all between are held too, though a file need not name them."""

FAR = re.compile(rb'r="(?:[A-Z]{3}|[A-Z]{1,2}[0-9]{6})')
"""A cell so far out that the grid might be too large; without one it has fewer than 703 by 100,000 cells."""

PLACE = re.compile(rb'r="([A-Z]{1,3})([0-9]{1,7})"')

PIECE = 2**20

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

Row: TypeAlias = list[Any]


def parse(content: bytes | Path, ending: str, request: Request) -> Reading:
    """The table in a sheet of a workbook; what stands around it is found as in text.

    Args:
        content: The file, as its bytes or its path.
        ending: One of `ENDINGS`.
        request: How it is asked to be read.

    Returns:
        Columns of numbers, text, booleans, dates or times; of mixed ones each cell as text.

    Raises:
        TableError: It is damaged, encrypted or too large, there is no such sheet, or calamine is not installed.
    """
    calamine = needed("python_calamine", "spreadsheets", f"{request.name} is a workbook")
    raw = content if isinstance(content, bytes) else content.read_bytes()
    with damage_told(request.name, "a workbook"):
        if ending != ".xls":
            check_size(raw, ending, request)
        try:
            with calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
                name, notes = chosen_sheet(book, request)
                sheet = book.get_sheet_by_name(name)
                rows = sheet.to_python(skip_empty_area=False)
                merged = [last for _, (last, _) in getattr(sheet, "merged_cell_ranges", None) or ()]
        except calamine.PasswordError as error:
            raise TableError(f"{request.name} is encrypted; save it without a password") from error
    return of_grid(rows, merged, notes, request)


def chosen_sheet(book: Any, request: Request) -> tuple[str, list[str]]:
    """The name of the sheet to read: the one that is said, else the first that holds more than a line."""
    names = list(book.sheet_names)
    if (said := request.chosen(names, "sheet")) is not None:
        return said, []
    heights = {name: book.get_sheet_by_name(name).height for name in names}
    filled = [name for name in names if heights[name]]
    if not filled:
        raise TableError(f"{request.name} is empty: none of its {len(names)} sheets holds a cell")
    read = next((name for name in filled if heights[name] > 1), filled[0])
    others = [name for name in filled if name != read]
    return read, [f"of {len(filled)} sheets {read!r} is read, not {listed(others)}"] if others else []


def of_grid(rows: list[Row], merged: Sequence[int], notes: list[str], request: Request) -> Reading:
    """The table in the cells of a sheet, all rows of which are as long; `merged` are the last rows of merged cells."""
    dialect = request.dialect
    above = dialect.skip_rows or (dialect.header_row or 1) - 1
    if above:
        notes = [*notes, f"{above:,} rows at the top are left out"]
    filled = [place for place, row in enumerate(rows) if place >= above and any(map(is_there, row))]
    if not filled:
        raise TableError(f"{request.name} is empty: a table begins with a header that names its columns")
    used = [at for at in range(len(rows[0])) if any(is_there(rows[place][at]) for place in filled)]
    rows = [[row[at] for at in range(used[0], used[-1] + 1)] for row in rows[: filled[-1] + 1]]

    def records(places: Sequence[int]) -> list[Record]:
        return [Record(list(map(text_of, rows[place])), place) for place in places]

    heading = headings.heading_of(
        records(filled[: framing.SAMPLE_LINES]), None, request, lambda count: records(filled[:count])
    )
    start = heading.line + heading.plain
    last = max(start, len(rows) - framing.SAMPLE_LINES)
    tail = [[] if not any(map(is_there, row)) else list(map(text_of, row)) for row in rows[last:]]
    stop = last + headings.rows_above([heading.names, *tail], heading) - 1
    while stop > start and not any(map(is_there, rows[stop - 1])):
        stop -= 1
    body = rows[start:stop]
    footers = [",".join(map(text_of, row)) for row in rows[stop:] if any(map(is_there, row))]
    below = [headings.left_out(footers, "row", "below the last one")] if footers else []
    columns = {str(at): column(str(at), [row[at] for row in body]) for at in range(len(rows[0]))}
    table, tidied = tidying.tidied(pl.DataFrame(columns), heading, dialect)
    if count := sum(start <= row < stop for row in merged):
        below.append(f"merged cells hold their value in the first of each alone; {count:,} are among the rows")
    kept = Dialect(no_header=not heading.headed)
    return Reading(table, Understood(kept, kept, (*notes, *heading.notes, *below, *tidied)))


def is_there(cell: Any) -> bool:
    """Whether a cell holds anything."""
    return cell is not None and cell != ""


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates as ISO 8601 writes them."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(*([" "] if isinstance(cell, datetime) else []))
    return "" if cell is None else str(cell)


def column(name: str, cells: list[Any]) -> pl.Series:
    """A column of one type; where cells are of several, all as text."""
    cells = [cell if is_there(cell) else None for cell in cells]
    types = {type(cell) for cell in cells if cell is not None}
    if types == {date, datetime}:
        cells = [datetime.combine(cell, time()) if type(cell) is date else cell for cell in cells]
    elif len(types - {int, float}) > (0 if types & {int, float} else 1):
        cells = [None if cell is None else text_of(cell) for cell in cells]
    elif types == {int, float}:
        cells = [None if cell is None else float(cell) for cell in cells]
    return frames.series(name, cells) if types else pl.Series(name, cells, dtype=pl.String)


def check_size(raw: bytes, ending: str, request: Request) -> None:
    """Raise a TableError if a workbook would expand to too much: in bytes, or in cells."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        compressed.check_archive(archive, request)
        if ending == ".ods":
            sizes = [grid_of_ods(archive)]
        else:
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
            sizes = [grid_of_xlsx(archive, name) for name in sheets if name.endswith(".xml")]
    if max(sizes, default=0) > LARGEST_GRID:
        raise TableError(
            f"{request.name} has a sheet of {max(sizes):,} cells, most of them empty; delete those far out, or save it "
            f"as CSV"
        )


def pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """What a member holds, piece by piece, each with the end of the one before."""
    with archive.open(name) as file:
        kept = b""
        while piece := file.read(PIECE):
            yield kept + piece
            kept = piece[-32:]


def grid_of_xlsx(archive: zipfile.ZipFile, name: str) -> int:
    """How many cells the grid of a sheet has at most."""
    if not any(FAR.search(piece) for piece in pieces(archive, name)):
        return 0
    width = height = 1
    for piece in pieces(archive, name):
        for letters, row in set(PLACE.findall(piece)):
            height = max(height, int(row))
            width = max(width, number_of(letters))
    return width * height


def number_of(letters: bytes) -> int:
    """The number of a column that letters name: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def grid_of_ods(archive: zipfile.ZipFile) -> int:
    """How many cells the largest grid of an OpenDocument has at most; what is empty at its ends does not count."""
    largest = width = height = waiting = 0
    if any(b"<!DOCTYPE" in piece for piece in pieces(archive, "content.xml")):
        raise ValueError("its content declares a document type")  # and might declare entities that expand
    with archive.open("content.xml") as file:
        for _, element in ElementTree.iterparse(file):  # noqa: S314
            if element.tag == f"{TABLE}table-row":
                repeated = int(element.get(f"{TABLE}number-rows-repeated", 1))
                wide = filled_width(element)
                width = max(width, wide)
                height, waiting = (height + waiting + repeated, 0) if wide else (height, waiting + repeated)
                element.clear()
            elif element.tag == f"{TABLE}table":
                largest = max(largest, width * height)
                width = height = waiting = 0
                element.clear()
    return largest


def filled_width(row: ElementTree.Element) -> int:
    """How many cells a row has up to the last that holds anything."""
    place = width = 0
    for cell in row:
        place += int(cell.get(f"{TABLE}number-columns-repeated", 1))
        if len(cell) or any("value" in name for name in cell.attrib):
            width = place
    return width
