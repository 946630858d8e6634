"""What each column of a table is: decided over all rows, said aloud, and checked again on every later table.

A number or category is an input; an identifier is kept beside the predictions; a constant says nothing and is left
out. The text of a CSV file is read by the same rules as the typed columns of Parquet and DataFrames.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from feedforward.errors import TableError, near

Kind = Literal["number", "boolean", "category", "identifier", "constant", "ignore"]
KINDS: tuple[str, ...] = tuple(kind for kind in get_args(Kind) if kind != "constant")
"""The kinds that may be declared; constant is a finding."""

INPUT_KINDS = ("number", "boolean", "category")

NAMED_AS_ID = re.compile(r"(?:^|[^A-Za-z])(?:id|Id|ID)$|[a-z](?:Id|ID)$")
"""`id`, `user_id`, `userId`, `user ID`; but not `paid`."""

MISSING_WORDS = ("na", "?", "null", "nan")
"""In a column that is otherwise numbers these words, in any case, are missing values; an empty cell is so anywhere."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: Its name.
        kind: What it holds: `number`, `boolean` and `category` enter the network, the rest stay outside.
        reason: Why it was taken for that, in a few words; empty where there is nothing to explain.
    """

    name: str
    kind: Kind
    reason: str = ""


@dataclass(frozen=True)
class Schema:
    """Every column but the target, in the table's order."""

    columns: tuple[Column, ...]

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that enter the network."""
        return tuple(column for column in self.columns if column.kind in INPUT_KINDS)

    @property
    def identifiers(self) -> tuple[Column, ...]:
        """The columns that are kept beside the predictions."""
        return tuple(column for column in self.columns if column.kind == "identifier")


def infer(table: pl.DataFrame, target: str, declared: Mapping[str, str] | None = None) -> Schema:
    """Find out what each column but the target is, from all rows.

    Args:
        table: The table, as `reading.read` gives it.
        target: Name of the column to predict.
        declared: Kinds that the user gives, by column name; they overrule what the cells look like.

    Raises:
        TableError: The target or a declared column is absent, a kind is unknown, or no column is left as an input.
    """
    declared = dict(declared or {})
    for name, kind in declared.items():
        require(name, table.columns, "declared column")
        if kind not in KINDS:
            raise TableError(f"column {name!r} is declared as {kind!r}, which is no kind; {near(kind, KINDS)}")
    require(target, table.columns, "target")
    if target in declared:
        raise TableError(f"column {target!r} is the target; --task says what it holds, --column does not")
    columns = [
        Column(name, declared[name], "declared") if name in declared else infer_column(table[name])  # type: ignore[arg-type]
        for name in table.columns
        if name != target
    ]
    schema = Schema(tuple(columns))
    if not schema.inputs:
        schema = Schema(tuple(reconsider(column, table[column.name]) for column in columns))
    if not schema.inputs:
        found = "; ".join(f"{column.name!r}: {column.kind}" for column in columns[:10]) or "none but the target"
        raise TableError(f"the table has no column to predict {target!r} from (columns: {found})")
    return schema


def require(name: str, names: list[str], what: str = "column") -> None:
    """Raise a TableError that offers near names if `name` is not among `names`."""
    if name not in names:
        raise TableError(f"the table has no {what} {name!r}; {near(name, names)}")


def infer_column(cells: pl.Series) -> Column:
    """What one column is, by its cells alone."""
    name = cells.name
    if cells.dtype.is_temporal():
        return Column(name, "ignore", "dates and times are left out")
    if cells.dtype.is_nested() or cells.dtype in (pl.Binary, pl.Object):
        return Column(name, "ignore", f"cells of type {cells.dtype} are left out")
    numbers, leading_zeros = numbers_of(cells)
    values = text_of(cells) if numbers is None else numbers
    distinct = values.n_unique()
    if distinct == 1:
        return Column(name, "constant", "every cell is the same")
    present = values.drop_nulls()
    if numbers is None:
        words = without_missing_words(present).drop_nulls().str.to_lowercase()
        if len(words) and words.is_in(["true", "false"]).all():
            return Column(name, "boolean")
        if present.n_unique() == len(present):
            return Column(name, "identifier", "no value occurs twice")
        return Column(name, "category", "digits with leading zeros" if leading_zeros else "")
    if cells.dtype == pl.Boolean or present.is_in([0.0, 1.0]).all():
        return Column(name, "boolean", "" if cells.dtype == pl.Boolean else "0 and 1 alone")
    if reason := counts_rows(present, name, distinct, len(cells)):
        return Column(name, "identifier", reason)
    return Column(name, "number")


def counts_rows(numbers: pl.Series, name: str, distinct: int, rows: int) -> str:
    """Why whole numbers that never repeat look like a row's number or key; empty if they do not."""
    if distinct != rows or len(numbers) != rows or not whole(numbers):
        return ""
    low, high = float(numbers.min()), float(numbers.max())  # type: ignore[arg-type]
    if low in (0, 1) and high - low == rows - 1:
        return "counts the rows"
    return "whole numbers that never repeat, named as an id" if NAMED_AS_ID.search(name) else ""


def reconsider(column: Column, cells: pl.Series) -> Column:
    """A number that only looked like a row count is an input after all where the table has no other."""
    numbers, _ = numbers_of(cells)
    if column.kind == "identifier" and column.reason != "declared" and numbers is not None:
        return Column(column.name, "number", "the only input")
    return column


def conform(table: pl.DataFrame, columns: tuple[Column, ...], *, advise: bool = False) -> pl.DataFrame:
    """The named columns, each in the one form of its kind: number Float64, boolean and category String.

    Args:
        table: A table that should hold those columns, with whatever types and order.
        columns: Input columns of a schema.
        advise: Whether an error may advise to declare another kind.

    Raises:
        TableError: A column is absent, or a cell is not of its column's kind.
    """
    for column in columns:
        require(column.name, table.columns)
    return pl.DataFrame({column.name: conform_column(table[column.name], column.kind, advise) for column in columns})


def conform_column(cells: pl.Series, kind: Kind, advise: bool = False) -> pl.Series:
    """A column's cells in the form of its kind; missing cells are null."""
    if kind == "category":  # a whole number written as a float is the same level: 3.0 in text is 3 in a float column
        return text_of(cells).str.replace(r"^(-?\d+)\.0$", "$1")
    if kind == "boolean":
        words = text_of(cells).str.to_lowercase()
        numbers = words.cast(pl.Float64, strict=False)
        words = words.set((numbers == 1).fill_null(False), "true").set((numbers == 0).fill_null(False), "false")
        words = words.set(words.is_in(MISSING_WORDS), None)
        refuse(cells, words.is_not_null() & ~words.is_in(["true", "false"]), "true and false (or 1 and 0)")
        return words
    if not is_text(cells):
        if not (cells.dtype.is_numeric() or cells.dtype in (pl.Boolean, pl.Null)):
            raise TableError(f"column {cells.name!r} holds numbers, but the table gives {cells.dtype}")
        numbers = typed_numbers(cells)
    else:
        text = without_missing_words(text_of(cells))
        numbers = text.cast(pl.Float64, strict=False).fill_nan(None)
        advice = f"; correct the cell, or declare a category: --column {cells.name}=category" if advise else ""
        refuse(cells, numbers.is_null() & text.is_not_null(), "numbers", advice)
    refuse(cells, numbers.is_infinite(), "finite numbers")
    return numbers


def refuse(cells: pl.Series, wrong: pl.Series, what: str, advice: str = "") -> None:
    """Raise a TableError that names the first wrong cell, if there is one. Rows count from 1 below the header."""
    if wrong.any():
        row = wrong.arg_max() or 0
        raise TableError(
            f"column {cells.name!r} holds {what}, but row {row + 1} holds {str(cells[row])[:60]!r}{advice}"
        )


def numbers_of(cells: pl.Series) -> tuple[pl.Series | None, bool]:
    """A column as Float64 with null for missing, or None where it does not hold numbers.

    Then, whether it is None although every cell is a number: some are digits with leading zeros (post codes, keys).
    """
    if not is_text(cells):
        plain = cells.dtype.is_numeric() or cells.dtype in (pl.Boolean, pl.Null)
        return (typed_numbers(cells) if plain else None), False
    text = text_of(cells)
    words = without_missing_words(text)
    numbers = words.cast(pl.Float64, strict=False)
    if numbers.null_count() > words.null_count() or (
        words.null_count() == len(words) and text.null_count() < len(text)
    ):
        return None, False
    if words.str.contains(r"^[+-]?0\d").any():
        return None, True
    return numbers.fill_nan(None), False


def typed_numbers(cells: pl.Series) -> pl.Series:
    """Numbers or booleans as Float64; NaN is missing."""
    return cells.cast(pl.Float64).fill_nan(None)


def is_text(cells: pl.Series) -> bool:
    """Whether the cells are words: strings, or pandas' and Polars' categories."""
    return cells.dtype in (pl.String, pl.Categorical, pl.Enum)


def text_of(cells: pl.Series) -> pl.Series:
    """Cells as String without blanks at the ends; null for missing and empty. Whole floats are written 3, not 3.0."""
    try:
        text = cells.cast(pl.String).str.strip_chars()
    except pl.exceptions.PolarsError as error:
        raise TableError(f"column {cells.name!r} holds cells of type {cells.dtype}, which are not text") from error
    if cells.dtype.is_float():  # each cell by itself: what it is called must not depend on its neighbours
        numbers = cells.fill_nan(None)
        text = numbers.cast(pl.Int64, strict=False).cast(pl.String).zip_with(are_whole(numbers), text)
        text = text.set(numbers.is_null(), None)
    return text.set(text == "", None)


def without_missing_words(text: pl.Series) -> pl.Series:
    """Text with null in place of the words that stand for a missing number."""
    return text.set(text.str.to_lowercase().is_in(MISSING_WORDS), None)


def whole(numbers: pl.Series) -> bool:
    """Whether all are whole numbers, small enough that Float64 tells each from the next."""
    return bool(are_whole(numbers).all())


def are_whole(numbers: pl.Series) -> pl.Series:
    """Which of them are whole numbers, small enough that Float64 tells each from the next."""
    return ((numbers == numbers.round()) & (numbers.abs() < 2**53)).fill_null(False)
