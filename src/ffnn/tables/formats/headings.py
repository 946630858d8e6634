"""What the first and the last records of a table tell: titles, header, units, rows, and what stands below them.

The same for text and for workbooks. Titles, units and footers are told apart from rows by their width, by blank lines,
and by what stands in the columns that they share.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from ffnn.advice import Advice
from ffnn.errors import TableError
from ffnn.tables.dialect import BLANKS
from ffnn.tables.formats.understood import Request
from ffnn.tables.notations.words import MISSING_WORDS

SHOWN = 40
"""Characters of a line that is left out, in the note that says so."""

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?%?\Z")

WHOLE = re.compile(r"[+-]?\d+\Z")

RULE = re.compile(r"[-+=:| ]*--[-+=:| ]*\Z")
"""A line under a header that is drawn with hyphens."""

YEAR = re.compile(r"\s*(?:19|20)\d\d\s*\Z")

THREE = re.compile(r"\d{3}(?:\D|\Z)")
"""What stands behind a blank between thousands."""

UNIT = re.compile(
    r"""[\[(<].{0,24}[\])>]\Z|                               # anything in brackets
    [1/]*(?:(?:[kKMGTcdhmµμunp]?(?:m|g|s|l|L|A|V|W|J|K|N|Hz|Pa|bar|mol|cal|eV|Wh|Ω|ohm|B|byte)|
    %|‰|°|°C|°F|C|F|€|\$|£|¥|EUR|USD|GBP|kWh|rpm|bpm|ppm|ppb|dB|mmHg|psi|
    t|ha|ft|in|inch|mi|mph|lb|lbs|oz|gal|min|h|hr|hrs|hours?|d|days?|weeks?|months?|yrs?|years?|sec|seconds?|minutes?|
    count|counts|persons?|people|pcs\.?|pieces?|Stk\.?|Stück|Anzahl|Personen|Jahre|CHF|JPY|kr|zł|PS|hp|
    n|no\.|degrees?|deg|rad)(?:[²³]|\^?-?[1-4])?[/·*. ]?)+\Z""",
    re.VERBOSE,
)
"""How units are written: kg, m/s, [mm], €."""

TYPE = re.compile(
    r"(?:str|string|text|character|char|n?varchar2?|object|category|factor|(?:big|small|tiny)?int(?:eger)?(?:8|16|32|64)?"
    r"|number|numeric|decimal|double|float(?:32|64)?|real|bool|boolean|logical|date|datetime|timestamp|time)"
    r"(?:\(\d+(?:,\d+)?\))?\Z",
    re.IGNORECASE,
)
"""How a type of data is written."""

LONGEST_UNIT = 16
"""Characters."""

REMARK = re.compile(r"[ :]|^[#*(©-]")
"""What a remark below a table has, and a single word has not."""

LABELLED, SOURCE = re.compile(r":\s|^[*(©]"), re.compile(r":\s|^[#*(©]")
"""What begins a remark though delimiters in it make it as wide as a row; and what does where it is narrower."""

MOST_CELLS = 2**15
"""Cells that are looked at, where the first line might be a row, to find out whether it is a header."""

FIRST = 32
"""Columns by which a row is told from a remark."""

MOST = 0.6
"""Where so many rows are alike, a column is."""

Cells: TypeAlias = list[str]
More: TypeAlias = "Callable[[int], list[Record]]"


class Record(NamedTuple):
    """The cells of a record, the number of its first line, from 0, and whether that begins with a quote."""

    cells: Cells
    line: int
    quoted: bool = False


class Heading(NamedTuple):
    """What stands above the rows of a table.

    Attributes:
        names: The names of the columns; empty where a name is missing.
        line: The number of the first row's line, from 0; or that of the header, where it is `plain`.
        plain: Whether the header stands directly above the first row, and is as wide.
        headed: Whether there is a header.
        indexed: Whether the first column is that of row names, which the header does not name.
        quoted: Whether header and rows begin with a quote, as R writes them.
        rows: The first rows.
        notes: What is left out, in sentences.
    """

    names: Cells
    line: int
    plain: bool
    headed: bool
    indexed: bool
    quoted: bool
    rows: list[Record]
    notes: tuple[str, ...]

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.names) + self.indexed


def heading_of(found: list[Record], names: Cells | None, request: Request, more: More) -> Heading:
    """Tell header, titles and units from the first rows.

    Args:
        found: The first records.
        names: The names, where they are known already.
        request: How the file is asked to be read.
        more: Gives so many of the first records.

    Raises:
        TableError: Two lines name the columns.
    """
    dialect, notes, known = request.dialect, [], names is not None
    headless = dialect.no_header and (request.said.no_header or not is_header(found))
    said = dialect.header_row is not None or dialect.skip_rows or headless
    at = 0 if said or known else header_place(found)
    if titles := [",".join(title.cells) for title in found[:at] if any(map(str.strip, title.cells))]:
        notes.append(left_out(titles, "title line", "above the header"))
    found = found[at:]
    headed = known or dialect.header_row is not None or bool(titles)
    headed = headed or not (headless or without_header(found, more, request.names))
    width = Counter(len(record.cells) for record in found[1:] or found).most_common(1)[0][0]
    quoted = all(record.quoted for record in found)
    line, plain, indexed = found[0].line, False, False
    if headed and names is None:
        (names, line, _), *found = found
        indexed = is_indexed(names, found, width)
        plain = not indexed
        if indexed and is_trailing(found):
            names, indexed = [*names, ""], False
    if headed and found and RULE.match("".join(found[0].cells)):
        notes.append(left_out(["".join(found[0].cells)], "line", "under the header"))
        line, found, plain = found[0].line + 1, found[1:], False
    if headed and not said and two_lines(names or [], found):
        above, below = (",".join(cells)[:SHOWN] for cells in (names or [], found[0].cells))
        raise TableError(
            f"{request.name} has a header of two lines, {above!r} and {below!r}; write one line that names each column",
            Advice("header_row", found[0].line + 1, "or take one of them, as in "),
        )
    what, units = ("types", types) if (types := types_in(found)) else ("units", units_in(found))
    if headed and units:
        notes.append(f"the row under the header names {what} and is left out: {units}")
        line, found, plain = found[0].line + 1, found[1:], False
    if not plain and found:
        line = found[0].line
    if headed and not said and not known and is_perhaps_row(names or []):
        notes.append("the names of the columns are numbers; if the first line is a row, say that there is no header")
    names = [name.strip() for name in names or [""] * width]
    return Heading(names, line, plain, headed, indexed, quoted, found, tuple(notes))


def header_place(found: list[Record]) -> int:
    """Which record is the header, or the first row where there is none; those above it are titles.

    A title is narrower than the rows, or, as spreadsheets write it, has most of its cells empty.
    """
    start, stop = largest_block(found)
    if stop - start < 2:
        return 0
    width, titles = len(found[start].cells), found[:start]
    if not titles:
        return padded_titles(found[:stop], width) or is_wide_title(found[:stop])
    wide = [title for title in titles if len(title.cells) >= width]
    if is_short(found, start, stop) or not all(is_title(title.cells, found[start].cells) for title in wide):
        return 0
    if padded := padded_titles(found[start:stop], width):
        return start + padded
    cells, rows = found[start].cells, found[start + 1 : stop]
    spaced = found[start].line > titles[-1].line + 1 and any(cell.strip() and not is_number(cell) for cell in cells)
    named = cells[width > 2 : -1 if is_trailing(rows) else None]
    full = all(map(str.strip, named))
    return start if full and (spaced or names_above(cells, rows)) else 0


def largest_block(found: Sequence[Record]) -> tuple[int, int]:
    """Where the largest block of records of the same width begins and ends, by its number of cells."""
    block, start = (0, 0), 0
    for place in range(1, len(found) + 1):
        if place == len(found) or len(found[place].cells) != len(found[start].cells):
            width = len(found[start].cells)
            if (
                width > 1
                and place - start > 1
                and (place - start) * width > (block[1] - block[0]) * len(found[block[0]].cells)
            ):
                block = start, place
            start = place
    return block


def is_short(found: list[Record], start: int, stop: int) -> bool:
    """Whether a block of rows stands under a header that has no name for the first or the last of their columns."""
    return start == 1 and is_indexed(found[0].cells, found[start:stop], len(found[start].cells))


def padded_titles(found: list[Record], width: int) -> int:
    """The record under those that hold a title in their first cell and are empty otherwise; 0 if there are none."""
    above = found[0].line - 1
    spaced = False
    for place, (cells, line, _) in enumerate(found):
        filled = sum(bool(cell.strip()) for cell in cells)
        spaced |= line > above + 1 or not filled
        above = line
        named = names_above(cells, found[place + 1 :])
        words = not any(map(is_number, cells)) and (width > 2 or spaced)
        if place and filled >= width - 1 and (words or (named and filled == width)):
            return place
        if filled > max(1, width // 3) or (filled and not cells[0].strip()):
            return 0
    return 0


def is_title(cells: Cells, below: Cells) -> bool:
    """Whether as many cells as those below are rather a title: blanks follow its commas, or one alone is filled."""
    prose = all(cell[:1].isspace() for cell in cells[1:]) and not any(cell[:1].isspace() for cell in below[1:])
    return (len(cells) > 1 and prose) or not any(map(str.strip, cells[1:]))


def is_wide_title(found: list[Record]) -> bool:
    """Whether the first record is a title that is cut as the rows are, above the names of their columns."""
    if len(found) < 3:
        return False
    title, names, *rows = found
    spaced = names.line > title.line + 1
    words = all(map(str.strip, names.cells)) and not any(map(is_number, names.cells))
    return words and (spaced or is_title(title.cells, names.cells)) and names_above(names.cells, rows)


def is_indexed(names: Cells, rows: Sequence[Record], width: int) -> bool:
    """Whether a header names all columns but the first, which holds row names; or all but an empty one at the end."""
    if len(names) != width - 1 or len(rows) < 2 or not all(map(str.strip, names)) or any(map(is_number, names)):
        return False
    first = [record.cells[0] for record in rows]
    same = all(len(record.cells) == width for record in rows)
    named = len(set(first)) == len(first) and not names_above(rows[0].cells, rows[1:])
    sure = width > 2 or are_numbers([record.cells[-1] for record in rows])
    return same and (is_trailing(rows) or (named and sure))


def are_row_names(first: Sequence[str], heading: Heading, delimiter: str) -> bool:
    """Whether a first column that the header does not name is that of row names, as R writes them.

    A delimiter within a cell of every row would look alike: only names in quotes, names before tabs, and words or the
    numbers from 1 before blanks and numbers are none such.
    """
    if len(set(first)) < len(first):
        return False
    if heading.quoted or delimiter == "\t":
        return True
    others = list(zip(*(record.cells[1:] for record in heading.rows), strict=True))
    if delimiter != BLANKS or not all(map(are_numbers, others)):
        return False
    if not any(map(is_number, first)):
        return True
    counted = list(first) == [str(number) for number in range(1, len(first) + 1)]
    return counted and not all(THREE.match(cell) for cell in others[0])


def is_trailing(rows: Sequence[Record]) -> bool:
    """Whether a delimiter stands at the end of each row."""
    return all(not record.cells[-1].strip() for record in rows)


def names_above(names: Cells, rows: Sequence[Record]) -> bool:
    """Whether cells look like names: one is a word above a column of numbers."""
    for place, name in enumerate(names):
        column = [record.cells[place] for record in rows if place < len(record.cells)]
        if name.strip() and not is_number(name) and not is_missing(name) and are_numbers(column):
            return True
    return False


def is_header(found: list[Record]) -> bool:
    """Whether the first record of a file, though an earlier one had none, is a header: the names given then, or words.

    The words must all differ, and stand above a number.
    """
    first, *rows = found
    cells = [cell.strip() for cell in first.cells]
    if cells == numbered(len(cells)):
        return True
    words = all(cells) and len(set(cells)) == len(cells) and not any(map(is_number, cells))
    return words and names_above(cells, rows)


def two_lines(names: Cells, rows: Sequence[Record]) -> bool:
    """Whether the first of some rows is rather a second line of a header whose names span columns.

    Its cells name columns of numbers, by words or by years.
    """
    if len(rows) < 2:
        return False
    words, (second, *others) = [name.strip() for name in names[1:]], rows
    spans = any(after in ("", before) for before, after in itertools.pairwise(words)) and any(words)
    if not spans or len(second.cells) != len(names) or not all(map(str.strip, second.cells[1:])):
        return False
    if names_above(second.cells, others):
        return True
    below = [cell for record in others for cell in record.cells[1:]]
    return all(map(YEAR.match, second.cells[1:])) and not all(map(YEAR.match, below))


def numbered(width: int) -> list[str]:
    """The names of columns that have none."""
    return [f"column_{place}" for place in range(1, width + 1)]


def without_header(found: list[Record], more: More, spoken: Collection[str]) -> bool:
    """Whether the first record is a row: its cells are of their columns' own kinds.

    Words must occur again below, and numbers lie near the range of their columns; different whole numbers are names.
    """
    first = [cell.strip() for cell in found[0].cells]
    if len(found) < 3 or len(first) < 2 or not any(first) or any(cell in spoken for cell in first):
        return False
    rows = [record for record in more(MOST_CELLS // len(first)) if len(record.cells) == len(first)]
    if names_above(first, [record for record in rows if list(map(str.strip, record.cells)) != first]):
        return False  # though it stands above each page
    rows = rows[next((place + 1 for place, record in enumerate(rows) if record.cells == found[0].cells), 1) :]
    numbers, inside, again = [], 0, 0
    for place, cell in enumerate(first):
        column = [record.cells[place].strip() for record in rows]
        if is_missing(cell):
            continue
        if are_numbers(column):
            if not is_number(cell):
                return False
            numbers.append(cell)
            inside += is_near(number_of(cell), [number_of(each) for each in column if is_number(each)])
        else:
            distinct = set(column)
            again += cell in distinct
            if cell not in distinct and not is_another(cell, distinct, len(column)):
                return False
    whole = [cell for cell in numbers if WHOLE.match(cell)]
    different = len(whole) == len(numbers) == len(set(whole))
    if (different and len(numbers) == len(first)) or is_scale(list(map(number_of, numbers))):
        return False
    return 4 * inside >= 3 * len(numbers) and bool(again or not different)


def is_perhaps_row(names: Cells) -> bool:
    """Whether names are numbers of which no order shows that they are names."""
    numbers = [number_of(name.strip()) for name in names if is_number(name)]
    return len(numbers) == len(names) > 1 and not is_scale(numbers)


def is_near(number: float, others: Sequence[float]) -> bool:
    """Whether a number lies in the range of others, or no farther outside than that is wide."""
    low, high = min(others), max(others)
    return low - (high - low) <= number <= high + (high - low)


def is_scale(numbers: Sequence[float]) -> bool:
    """Whether numbers are rather names, such as years, wavelengths or quantiles: each above the last, or each below."""
    steps = [after - before for before, after in itertools.pairwise(numbers)]
    even = len(steps) > 1 and max(steps) - min(steps) <= 1e-6 * abs(steps[0])
    return bool(steps) and steps[0] != 0 and (even or len(steps) > 3) and all(step * steps[0] > 0 for step in steps)


def is_another(cell: str, distinct: set[str], rows: int) -> bool:
    """Whether a cell may be one more of a column of words that seldom repeat."""
    digits = any(map(str.isdigit, cell)) or not all(any(map(str.isdigit, each)) for each in distinct)
    return 2 * len(distinct) > rows and digits


def units_in(rows: Sequence[Record]) -> str:
    """The units that the first of some rows names, above columns of numbers; empty where it is a row."""
    if not rows:
        return ""
    first, *others = rows
    units = [(place, cell.strip()) for place, cell in enumerate(first.cells) if cell.strip() not in ("", "-")]
    if not units or not all(len(unit) <= LONGEST_UNIT and UNIT.match(unit) for _, unit in units):
        return ""
    if not others:  # m may be a letter, and kg a word, but not m² or [kg]
        sure = [not unit.isalpha() for _, unit in units]
    else:
        sure = [are_numbers([row.cells[place] for row in others if place < len(row.cells)]) for place, _ in units]
    return ", ".join(unit for _, unit in units)[:SHOWN] if all(sure) else ""


def types_in(rows: Sequence[Record]) -> str:
    """The types that the first of some rows names, one above each column, some above numbers; empty if it is a row."""
    if len(rows) < 2:
        return ""
    first, *others = rows
    types = [cell.strip() for cell in first.cells]
    if not all(TYPE.match(cell) for cell in types) or not names_above(types, others):
        return ""
    return ", ".join(types)[:SHOWN]


def rows_above(last: Sequence[Cells], heading: Heading) -> int:
    """How many of the last records stand above what is below the rows.

    What stands below a blank line at the end and is not like a row is a footer; so is a single cell of words at the
    very end, where the first column holds no such words.
    """
    rows = [record.cells for record in heading.rows if len(record.cells) == heading.width]
    sound = max((place for place, cells in enumerate(rows, 1) if not is_alone(cells)), default=0)
    shape = shape_of(rows[:sound])
    stop = sure = len(last)
    certain = True
    if heading.width < 2 or not shape:
        return stop
    for place in range(len(last) - 1, 0, -1):
        cells = last[place]
        if not any(map(str.strip, cells)):  # a blank line, or what a spreadsheet makes of it
            sure = place if stop < len(last) and (not cells or stop == place + 1) else sure
        elif is_like(cells, shape):
            return sure
        else:
            stop, certain = place, certain and is_remark(cells, shape)
            sure = place if certain else sure
    return len(last)  # no row is above


class Shape(NamedTuple):
    """What rows look like.

    Attributes:
        width: How many cells they have.
        numeric: Which of the first columns hold numbers.
        words: Whether the first column holds single words.
        remarks: Its cells that are none.
    """

    width: int
    numeric: list[bool]
    words: bool
    remarks: set[str]


def shape_of(rows: Sequence[Cells]) -> Shape | None:
    """What most of some rows look like; None where there are none."""
    if not rows:
        return None

    def share(fits: Iterable[bool]) -> float:
        return sum(fits) / len(rows)

    columns = zip(*(cells[:FIRST] for cells in rows), strict=True)
    numeric = [share(map(fits_numbers, column)) > MOST for column in columns]
    first = [cells[0].strip() for cells in rows]
    words = share(not REMARK.search(cell) for cell in first) > MOST
    return Shape(len(rows[0]), numeric, words, {cell for cell in first if REMARK.search(cell)})


def is_like(cells: Cells, shape: Shape) -> bool:
    """Whether a line at the end is like a row."""
    first = cells[0].strip() if cells else ""
    if len(cells) != shape.width or (shape.words and SOURCE.search(first)):
        return False
    if REMARK.search(first) and (shape.words or len(cells) > 2) and not any(map(str.strip, cells[1:])):
        return False
    return all(fits_numbers(cell) or not its for cell, its in zip(cells, shape.numeric, strict=False))


def is_alone(cells: Cells) -> bool:
    """Whether a line holds words that may be a remark, and nothing else."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) == 1 and bool(re.search(r"[^\W\d]", filled[0]) and REMARK.search(filled[0]))


def is_remark(cells: Cells, shape: Shape) -> bool:
    """Whether a line is a remark though no blank line stands above it: words in one cell, unlike the first column.

    Or it begins as a remark and is no row, whatever delimiters are in it; or it is a line that is drawn.
    """
    fits = all(fits_numbers(cell) or not its for cell, its in zip(cells, shape.numeric, strict=False))
    if len(cells) < shape.width or not fits:
        if not any(map(str.isalnum, "".join(cells))):
            return True
        first = cells[0].strip()
        begins = SOURCE if len(cells) < shape.width else LABELLED
        if begins.search(first) and not any(map(begins.search, shape.remarks - {first})):
            return True
    if not is_alone(cells) or len(cells) > shape.width:
        return False
    return shape.words if len(cells) < shape.width else not shape.remarks - {"".join(cells).strip()}


def is_number(cell: str) -> bool:
    """Whether a cell is a number, in a plain way of writing it."""
    return bool(NUMBER.match(cell.strip()))


def number_of(cell: str) -> float:
    """The number that such a cell is."""
    return float(cell.rstrip("%").replace(",", "."))


def is_missing(cell: str) -> bool:
    """Whether a cell is empty, or a word for a missing number."""
    return not cell.strip() or cell.strip().lower() in MISSING_WORDS


def fits_numbers(cell: str) -> bool:
    """Whether a cell may stand in a column of numbers."""
    return is_number(cell) or is_missing(cell)


def are_numbers(column: Sequence[str]) -> bool:
    """Whether there are numbers in a column, and nothing else."""
    return any(map(is_number, column)) and all(map(fits_numbers, column))


def left_out(lines: Sequence[str], what: str, where: str) -> str:
    """The note that some lines are left out, with the first of them."""
    written = [line.strip(",;\t| \r\n") for line in lines]
    shown = next(filter(None, written), "")
    counted = f"1 {what} {where} is" if len(lines) == 1 else f"{len(lines):,} {what}s {where} are"
    return f"{counted} left out: {' '.join(shown.split())[:SHOWN]!r}"
