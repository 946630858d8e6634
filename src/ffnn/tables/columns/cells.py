"""The cells of a column in the one form of its kind, whether they come as text, as types or from pandas.

A number is Float64, a boolean or category String, a date Datetime; what is missing is null. A whole column is read at
once, and only the cells that this leaves over are looked at as words, so that a large table is read as fast as it is
parsed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from ffnn.advice import Advice
from ffnn.errors import TableError
from ffnn.tables.columns import dates
from ffnn.tables.notations.notation import MOSTLY, all_plain, nowhere, plain_numbers
from ffnn.tables.notations.sets import BETWEEN, NO_WORDS
from ffnn.tables.notations.words import MISSING_LABELS, without_missing_words

Kind = Literal["number", "boolean", "category", "set", "date", "identifier", "text", "constant", "ignore"]
KINDS: tuple[str, ...] = tuple(kind for kind in get_args(Kind) if kind != "constant")
"""The kinds that may be declared; constant is a finding."""

LONGEST_SHOWN = 60
"""Characters of a cell that a sentence shows."""

FIRST_LOOK = 1000
"""Rows that are looked at first: one word among them, and a column needs no further reading as numbers."""

HOLDS = {"number": "numbers", "boolean": "true and false (or 1 and 0)", "date": "dates", "set": "lists of words"}
"""What a column of a kind holds, in the words of a sentence. Any text is a category."""


def conform_column(cells: pl.Series, kind: Kind, advise: bool = False) -> pl.Series:
    """A column's cells in the form of its kind; missing cells are null.

    Args:
        cells: A column as any table gives it.
        kind: What it should hold.
        advise: Whether the error may advise to declare another kind.

    Raises:
        TableError: A cell is not of that kind; the first is named, rows count from 1 below the header.
    """
    values, wrong = conform_cells(cells, kind)
    if not wrong.any():
        return values
    row = wrong.arg_max() or 0
    name, found = cells.name, repr(str(cells[row])[:LONGEST_SHOWN])
    if kind == "category" or (kind == "boolean" and not may_be_text(cells)):
        raise TableError(f"column {name!r} holds cells of type {cells.dtype}, which are not text")
    if not may_be(cells, kind):
        raise TableError(f"column {name!r} must hold {HOLDS[kind]}, but the table gives {cells.dtype}")
    finite = "finite " if kind == "number" and read_numbers(cells[row : row + 1])[0].is_not_null().all() else ""
    category = Advice("columns", (name, "category"), "correct the cell, or declare a category: ")
    word = Advice("missing", str(cells[row]).strip(), "correct the cell, or count it as missing: ")
    raise TableError(
        f"column {name!r} must hold {finite}{HOLDS[kind]}, but row {row + 1} holds {found}",
        *([word if finite else category] if advise and kind != "boolean" else []),
    )


def conform_cells(cells: pl.Series, kind: Kind) -> tuple[pl.Series, pl.Series]:
    """A column's cells in the form of its kind, and which cells are not of that kind; it never raises for those.

    Args:
        cells: A column as any table gives it: text, numbers, dates, …
        kind: What it should hold.

    Returns:
        Float64, String or Datetime cells [rows], null where missing or wrong; and Boolean [rows], true where wrong.
    """
    if not may_be(cells, kind):
        return pl.Series(cells.name, [None] * len(cells), FORMS.get(kind, pl.String())), cells.is_not_null()
    if kind == "number":
        numbers, wrong = read_numbers(cells)
        infinite = numbers.is_infinite().fill_null(False)
        return (numbers.set(infinite, None), wrong | infinite) if infinite.any() else (numbers, wrong)
    if kind == "date":
        found = dates.read(cells if not is_text(cells) else cells.cast(pl.String))
        if found.null_count() == cells.null_count():
            return found, nowhere(cells)
        text = dates.padded(without_missing_words(text_of(cells))) if is_text(cells) else cells
        found = dates.read(text)
        return found, dates.odd(text, found)
    if kind == "boolean":
        words = each_distinct(text_of(cells), truths)
        wrong = ~words.is_in(["true", "false"]).fill_null(True)
        return (words.set(wrong, None), wrong) if wrong.any() else (words, wrong)
    if is_list(cells):
        joined = stripped(cells.list.unique().list.sort().list.join(BETWEEN))
        return joined.set((cells.list.len() == 0).fill_null(False), NO_WORDS), nowhere(cells)
    levels = each_distinct(text_of(cells), plain_levels)
    return levels, levels.is_null() & present(cells)


FORMS: dict[str, pl.DataType] = {"number": pl.Float64(), "date": dates.FORM}


def may_be(cells: pl.Series, kind: Kind) -> bool:
    """Whether cells of that type can be of a kind at all."""
    dtype = cells.dtype
    if dtype == pl.Null or is_text(cells):
        return True
    if kind == "set" and is_list(cells):
        return True
    if kind == "date":
        return dtype in (pl.Date, pl.Datetime, pl.Time)
    return (dtype.is_numeric() or dtype in (pl.Boolean, pl.Duration)) if kind == "number" else may_be_text(cells)


def may_be_text(cells: pl.Series) -> bool:
    """Whether each cell has one way to be written down."""
    return not (cells.dtype.is_nested() or cells.dtype in (pl.Binary, pl.Object))


def is_list(cells: pl.Series) -> bool:
    """Whether each cell is a list of words by its type."""
    return cells.dtype == pl.List(pl.String)


def present(cells: pl.Series) -> pl.Series:
    """Which cells are neither missing nor empty."""
    if cells.dtype.is_float():
        cells = cells.fill_nan(None)
    return (text_of(cells) if is_text(cells) else cells).is_not_null()


def each_distinct(text: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`change` applied to text cell by cell: to each distinct value once, where values repeat."""
    distinct = text.unique()
    if 2 * len(distinct) > len(text):
        return change(text)
    changed = change(distinct)
    other = distinct.ne_missing(changed)
    return text.replace(distinct.filter(other), changed.filter(other)) if other.any() else text


def plain_levels(text: pl.Series) -> pl.Series:
    """Levels of a category: a whole number written as a float is the same level, 3.0 in text is 3 in a float column."""
    return text.str.replace(r"^(-?\d+)\.0$", "$1")


def truths(text: pl.Series) -> pl.Series:
    """Booleans as true and false, from those words in any case or from 1 and 0; other words stay as they are."""
    words = text.str.to_lowercase()
    numbers = words.cast(pl.Float64, strict=False)
    words = words.set((numbers == 1).fill_null(False), "true").set((numbers == 0).fill_null(False), "false")
    return without_missing_words(words, MISSING_LABELS)


def numbers_of(cells: pl.Series, numbers: pl.Series | None = None) -> tuple[pl.Series | None, bool]:
    """A column as Float64 with null for missing, or None where it does not hold numbers.

    Then, whether it is None although every cell is a number: some are digits with leading zeros (post codes, keys).
    What `all_plain` gives for its text may be given, where that is known.
    """
    if not is_text(cells):
        return (typed_numbers(cells) if may_be(cells, "number") else None), False
    numbers = all_plain(cells.cast(pl.String)) if numbers is None else numbers
    if numbers is None:
        return None, False
    if numbers.null_count() == len(numbers) and present(cells).any():
        return None, False
    return (None, True) if has_leading_zeros(cells, numbers) else (numbers, False)


@dataclass(frozen=True)
class Odd:
    """A column that holds mostly one thing, and the cells of it that are another.

    Attributes:
        what: What it mostly holds: `numbers` or `dates`.
        fitting: How many cells are that.
        present: How many cells are not missing.
        row: The place, from 0, of the first cell that is not.
        cell: What that cell holds.
    """

    what: str
    fitting: int
    present: int
    row: int
    cell: str

    def __str__(self) -> str:
        return f"{self.fitting:,} of {self.present:,} cells are {self.what}; row {self.row + 1} holds {self.shown!r}"

    @property
    def shown(self) -> str:
        """As much of that cell as a sentence shows."""
        return self.cell[:LONGEST_SHOWN]


def odd_among(cells: pl.Series, what: str, wrong: pl.Series, present: int, mostly: float = MOSTLY) -> Odd | None:
    """What is odd about a column, some cells of which are wrong; None where less than `mostly` is right, or all is."""
    count = int(wrong.sum())
    if not count or present - count < mostly * present:
        return None
    row = wrong.arg_max() or 0
    return Odd(what, present - count, present, row, str(cells[row]).strip())


def odd_among_numbers(cells: pl.Series) -> Odd | None:
    """The same of a column of text that is mostly numbers."""
    if not is_text(cells):
        return None
    some = cells.gather_every(max(1, len(cells) // FIRST_LOOK))  # most columns of words are known by these
    if 2 * read_numbers(some)[1].sum() > len(some):
        return None
    numbers, wrong = read_numbers(cells)
    present = len(cells) - numbers.null_count() + int(wrong.sum())
    text = cells.cast(pl.String).str.strip_chars()
    zeros = text.str.contains(LEADING_ZEROS).fill_null(False)
    if zeros.any() and not wrong.any() and are_digits_of_one_length(text.filter(numbers.is_not_null())):
        return None  # keys
    return odd_among(cells, "numbers", wrong | zeros, present)


def are_digits_of_one_length(text: pl.Series) -> bool:
    """Whether cells are digits alone, as many in each: post codes, keys."""
    return text.str.len_bytes().n_unique() == 1 and bool(text.str.contains("^[0-9]+$").all())


def without_words(table: pl.DataFrame, words: Iterable[str]) -> pl.DataFrame:
    """A table with null where a cell is one of some words, blanks aside, or the number or date that a word means."""
    texts = [word.strip() for word in words]
    return pl.DataFrame({cells.name: without(cells, texts) for cells in table}) if texts else table


def without(cells: pl.Series, words: list[str]) -> pl.Series:
    """Cells with null where one is, or means, one of some words."""
    moments = dates.read(pl.Series(words, dtype=pl.String)).drop_nulls()
    if is_text(cells):
        text = cells.cast(pl.String).str.strip_chars()
        distinct = text.drop_nulls().unique()
        numbers = set(map(number_of, words)) - {None}
        meant = [one for one in distinct if one in words or (numbers and number_of(one) in numbers)]
        found = text.is_in(meant)
        if len(moments):
            found |= dates.read(text).is_in(moments.implode()).fill_null(False)
    elif cells.dtype in (pl.Date, pl.Datetime, pl.Time):
        found = dates.read(cells).is_in(moments.implode())
    elif cells.dtype == pl.Boolean:
        found = cells.is_in([word.lower() == "true" for word in words if word.lower() in ("true", "false")])
    elif cells.dtype.is_numeric():
        found = number_among(cells, [number for number in map(number_of, words) if number is not None])
    else:
        return cells
    return cells.to_frame().select(pl.when(~found.fill_null(False)).then(pl.first())).to_series()


def number_among(cells: pl.Series, numbers: list[int | float]) -> pl.Series:
    """Which cells equal one of some numbers, exactly; a Float32 the nearest to it."""
    if cells.dtype.is_integer():
        whole = [number for number in numbers if isinstance(number, int) and abs(number) < 2**126]
        return cells.cast(pl.Int128).is_in(pl.Series(whole, dtype=pl.Int128).implode())
    form = pl.Float32 if cells.dtype == pl.Float32 else pl.Float64
    return cells.cast(form).is_in(pl.Series(list(map(float, numbers)), dtype=form).implode())


def number_of(text: str) -> int | float | None:
    """The number that a text is, if it is one: whole numbers exactly."""
    if len(text) > LONGEST_NUMBER:
        return None
    if re.match(WHOLE_TEXT, text, re.ASCII):
        return int(text)
    try:
        number = None if "_" in text else float(text)
    except ValueError:
        return None
    return number if number is None or not math.isfinite(number) or number % 1 else int(number)


def read_numbers(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Cells as Float64, infinities among them, null where missing or wrong; and which cells are no numbers."""
    if not is_text(cells):
        return typed_numbers(cells), nowhere(cells)
    return plain_numbers(cells if cells.dtype == pl.String else cells.cast(pl.String))


def has_leading_zeros(cells: pl.Series, numbers: pl.Series) -> bool:
    """Whether a cell of a column of numbers is written with a zero before another digit: 007, -01."""
    text = cells if cells.dtype == pl.String else cells.cast(pl.String)
    low = text < "0:"  # ":" follows "9", and signs and blanks come before all digits
    if not low.any():
        return False
    if (text < "+0:").any():  # blanks or a plus: few tables have them, and they come before all else
        return bool(text.filter(low).str.contains(LEADING_ZEROS).any())
    negative = float(numbers.min() or 0) <= 0 and (text < "-0:").sum() > (text < "-00").sum()  # type: ignore[arg-type]
    return bool(negative or low.sum() > (text < "00").sum())


def typed_numbers(cells: pl.Series) -> pl.Series:
    """Numbers or booleans as Float64, durations in seconds; NaN is missing."""
    if cells.dtype == pl.Duration:
        return cells.dt.total_seconds(fractional=True)
    return cells.cast(pl.Float64).fill_nan(None)


def is_text(cells: pl.Series) -> bool:
    """Whether the cells are words: strings, or levels."""
    return cells.dtype == pl.String or are_levels(cells)


def are_levels(cells: pl.Series) -> bool:
    """Whether their type says that the cells are levels of a category: of pandas, Polars or Arrow."""
    return cells.dtype in (pl.Categorical, pl.Enum)


def text_of(cells: pl.Series) -> pl.Series:
    """Cells as String without blanks at the ends; null for missing and empty. Whole floats are written 3, not 3.0."""
    try:
        text = cells.dt.to_string("iso") if cells.dtype == pl.Duration else cells.cast(pl.String)
    except pl.exceptions.PolarsError as error:
        raise TableError(f"column {cells.name!r} holds cells of type {cells.dtype}, which are not text") from error
    if is_text(cells):
        return each_distinct(text, stripped)
    if isinstance(cells.dtype, pl.Datetime):  # one moment is one text, whatever its unit
        return cells.cast(pl.Datetime("us", cells.dtype.time_zone)).cast(pl.String)
    if cells.dtype == pl.Binary:
        raise TableError(f"column {cells.name!r} holds cells of type {cells.dtype}, which are not text")
    if cells.dtype.is_float():  # 3.0 is 3; each cell by itself: what it is called must not depend on its neighbours
        numbers = cells.fill_nan(None)
        text = numbers.cast(pl.Int64, strict=False).cast(pl.String).zip_with(are_whole(numbers), text)
        text = text.set(numbers.is_null(), None)
    return text


def stripped(text: pl.Series) -> pl.Series:
    """Text without blanks at the ends; null where nothing is left."""
    text = text.str.strip_chars()
    return text.set(text == "", None)


def whole(numbers: pl.Series) -> bool:
    """Whether all are whole numbers, and, as floats, small enough that each is told from the next."""
    return numbers.dtype.is_integer() or bool(are_whole(numbers).all())


LARGEST_EXACT = 2**53
"""Below this Float64 tells each whole number from the next."""

WHOLE_TEXT = r"^[+-]?\d+$"
"""How a whole number is written."""

LEADING_ZEROS = r"^\s*[+-]?0\d"
"""How a number begins that is rather a key: 007, 0990."""

LONGEST_NUMBER = 64
"""Characters; no longer text is taken for a number that stands for a label or a word."""

EXACT_DIGITS = 15
"""Decimal digits that Float64 always tells apart."""


def exactly(cells: pl.Series) -> pl.Series:
    """Cells that `numbers_of` reads as numbers, as the smallest type that tells all of them apart.

    Returns:
        Int64, UInt64 or Int128 where all are whole; String where decimals have more digits than Float64 tells apart;
        Float64 otherwise; null where missing.
    """
    if cells.dtype.is_integer():
        return narrowed(cells)
    if cells.dtype == pl.Float32:  # as it is written: 0.1 is not 0.10000000149
        return as_whole(cells.fill_nan(None).cast(pl.String).cast(pl.Float64))
    if not (is_text(cells) or cells.dtype.is_decimal()):
        return as_whole(typed_numbers(cells))
    text = without_missing_words(text_of(cells)).str.replace(r"^([+-]?\d+)\.0+$", "$1")
    there = text.drop_nulls()
    if there.str.contains(WHOLE_TEXT).all():
        read = text.str.strip_prefix("+").cast(pl.Int128, strict=False)
        return narrowed(read) if read.null_count() == text.null_count() else text
    digits = there.str.replace(r"[eE].*$", "").str.replace_all(r"\D", "").str.strip_chars_start("0")
    if cells.dtype.is_decimal():
        digits = digits.str.strip_chars_end("0")
    return text if (digits.str.len_chars() > EXACT_DIGITS).any() else as_whole(read_numbers(text)[0])


def all_whole(exact: pl.Series) -> bool:
    """Whether all of what `exactly` gives are whole numbers."""
    if exact.dtype == pl.String:
        return bool(exact.drop_nulls().str.contains(WHOLE_TEXT).all())
    return exact.dtype.is_integer()


def as_whole(numbers: pl.Series) -> pl.Series:
    """Float64 as Int64 where all are whole."""
    return numbers.cast(pl.Int64) if whole(numbers.drop_nulls()) else numbers


def narrowed(integers: pl.Series) -> pl.Series:
    """Whole numbers as Int64 or, where they are too large, as UInt64 or Int128."""
    for dtype in (pl.Int64, pl.UInt64):
        if (found := integers.cast(dtype, strict=False)).null_count() == integers.null_count():
            return found
    return integers.cast(pl.Int128)


def are_whole(numbers: pl.Series) -> pl.Series:
    """Which of them are whole numbers, small enough that Float64 tells each from the next."""
    return ((numbers == numbers.round()) & (numbers.abs() < LARGEST_EXACT)).fill_null(False)
