"""What each column of a table is: inferred from all rows, reported, and checked again on every later table.

A number or category is an input; an identifier is copied to the predictions; a constant says nothing and is left
out. The text of a CSV file is read by the same rules as the typed columns of Parquet and DataFrames.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Int

from ffnn.advice import Advice
from ffnn.errors import TableError, near
from ffnn.tables.columns import dates
from ffnn.tables.columns.cells import (
    FIRST_LOOK,
    KINDS,
    LARGEST_EXACT,
    LONGEST_SHOWN,
    Kind,
    Odd,
    all_whole,
    are_levels,
    conform_cells,
    conform_column,
    exactly,
    is_list,
    is_text,
    may_be_text,
    numbers_of,
    odd_among,
    odd_among_numbers,
    present,
    stripped,
    text_of,
    whole,
    without_words,
)
from ffnn.tables.dialect import UNSAID, Dialect
from ffnn.tables.notations import sets
from ffnn.tables.notations.dates import MOSTLY_DATES, ZERO, are_days_alone, are_seasons
from ffnn.tables.notations.notation import MOSTLY, Notation, write_plain
from ffnn.tables.notations.numbers import RANGE, NumberNotation, are_ranges, mixed, why_unread
from ffnn.tables.notations.words import ANSWERS, MISSING_LABELS, MISSING_WORDS, without_missing_words

Standing: TypeAlias = "Int[np.ndarray, ' standing'] | None"
"""Numbers of rows, each as often as it counts; None for all rows once."""

INPUT_KINDS = ("number", "boolean", "category", "set", "date")

NAMED_AS_ID = re.compile(
    r"(?:^|[^A-Za-z])(?i:id|no|nr|nbr|num|number|key|uuid|guid)\.?$|[a-z](?:Id|ID|No|Nr|Nbr|Num|Number|Key)$"
    r"|(?i:nr|nummer)$|^(?i:id[_ -]|index$|idx$|row_?names?$|unnamed: \d+$|$)"
)
"""`id`, `user_id`, `userId`, `user ID`, `EmployeeNumber`, `account_nbr`; but not `paid`. A column without a name, or
with the one that pandas and R give to such a column, is an index."""

BEGINS_WITH_DIGITS = r"^[^\p{L}\d]*\d"
"""How a cell begins that may be a number or a date in a notation that is not known."""

YEARS = (1500, 2200)
"""Whole numbers between these that count without a gap count years, not rows."""

FLAWS, FEWEST_FLAWED = 0.01, 20
"""Of a table of so many rows, this share of the cells of an identifier, or one of them, may be missing or repeat."""

MANY_VALUES = 64
"""More distinct values than this are more than a category can have inputs of their own."""

LONG = 100
"""Characters; values that are longer on average are sentences."""

DECLARED = "declared"
WEIGHTS, GROUP = "it weighs the rows", "its rows stay together"

UNREAD = "are no numbers or dates that can be read"

READ_TO_KNOW = ("number", "date")
"""Kinds whose cells are read to find out that they are of that kind."""

MAY_BE_ODD = {"number": "numbers", "date": "dates"}
"""Kinds that may be declared for a column of which some cells are of another; these are then missing."""

TOO_LARGE = "whole numbers above 2⁵³, too near each other to be told apart as numbers"
ALL_THE_SAME, ALL_MISSING = "every cell is the same", "every cell is missing"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: Its name.
        kind: What it holds: `number`, `boolean`, `category` and `date` enter the network, the rest stay outside.
        reason: Why it was taken for that, in a few words; empty where there is nothing to explain.
        zoned: Whether the times of a date have a time zone; None where some have, or where it is not known.
        ways: The declarations that would make it an input, or one of another kind, where its cells leave that open:
            `category`, `date:dayfirst`.
    """

    name: str
    kind: Kind
    reason: str = ""
    zoned: bool | None = None
    ways: tuple[str, ...] = ()

    @property
    def lost(self) -> bool:
        """Whether it is left out though it may say something, and nobody asked for that.

        Constants say nothing, and keys that never repeat are expected outside; but not words meant as numbers.
        """
        left_out = self.kind in ("text", "ignore") or (self.kind == "identifier" and UNREAD in self.reason)
        return left_out and not self.reason.startswith((DECLARED, WEIGHTS, GROUP))

    @property
    def advice(self) -> tuple[Advice, ...]:
        """How a column of text that is left out would be an input."""
        left_out = self.kind == "text" and self.reason != DECLARED
        ways = self.ways or (("category",) if left_out else ())
        does = {kind: f"; cells that are no {what} count as missing" for kind, what in MAY_BE_ODD.items()}
        makes = {way: f" reads {MAY_BE_ODD[way]}" for way in ways if self.kind == "category" and way in MAY_BE_ODD}
        afters = ((way, f"{makes.get(way, ' makes it an input')}{does.get(way, '')}") for way in ways)
        return tuple(Advice("columns", (self.name, way), after=after) for way, after in afters)


@dataclass(frozen=True)
class Schema:
    """Every column but the target, in the table's order.

    Attributes:
        columns: The columns.
        missing: Words that stand for a missing cell, besides those that always do in numbers.
        notations: How cells are written, by column, where not in the plain form; the targets' too.
        dialect: How files are read, as far as it was said, and whether they have no header.
    """

    columns: tuple[Column, ...]
    missing: tuple[str, ...] = ()
    notations: Mapping[str, Notation] = field(default_factory=dict)
    dialect: Dialect = UNSAID

    def as_said(self, dialect: Dialect, numbers: Collection[str] = ()) -> Schema:
        """The same for a file of which it may be said how its numbers are written.

        Args:
            dialect: What is said of it; where nothing is, what is kept of training's holds.
            numbers: Names of the targets that are numbers.
        """
        said = self.dialect.overruled(dialect)
        signs = (said.decimal or "", said.thousands or "")
        if not any(signs):
            return self
        names = (*(column.name for column in self.columns if column.kind == "number"), *numbers)
        notations: dict[str, Notation] = {name: NumberNotation().as_said(*signs) for name in names}
        notations |= self.notations
        if (said.decimal, said.thousands) != (self.dialect.decimal, self.dialect.thousands):
            own = {name: each for name, each in notations.items() if isinstance(each, NumberNotation)}
            notations |= {name: each.as_said(*signs) for name, each in own.items()}
        return replace(self, notations=notations)

    def plain(self, table: pl.DataFrame) -> pl.DataFrame:
        """A table as it was read for training: missing cells are null, and what was in a notation is in plain form."""
        dates = [column.name for column in self.columns if column.kind == "date" and column.name in self.notations]
        return write_plain(with_digits(without_words(table, self.missing), dates), self.notations)

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that enter the network."""
        return tuple(column for column in self.columns if column.kind in INPUT_KINDS)

    @property
    def identifiers(self) -> tuple[Column, ...]:
        """The columns that are copied to the predictions."""
        return tuple(column for column in self.columns if column.kind == "identifier")


def with_digits(table: pl.DataFrame, dates: Collection[str]) -> pl.DataFrame:
    """A table in which dates that come as numbers, 20210702 or seconds, are text, for a notation to read."""
    numbers = [cells for cells in table if cells.dtype.is_numeric() and cells.name in dates]
    return table.with_columns(text_of(cells) for cells in numbers) if numbers else table


def infer(
    table: pl.DataFrame,
    targets: tuple[str, ...],
    declared: Mapping[str, str] | None = None,
    standing: Standing = None,
) -> Schema:
    """Find out what each column but the targets is, from all rows; arguments and errors as for `read`."""
    return Schema(tuple(column for column, _ in look(table, targets, declared, standing)))


def read(
    table: pl.DataFrame,
    targets: tuple[str, ...],
    declared: Mapping[str, str] | None = None,
    standing: Standing = None,
    numbers: Mapping[str, pl.Series] | None = None,
    refused: dict[str, TableError] | None = None,
) -> tuple[Schema, pl.DataFrame]:
    """Find out what each column but the targets is, and read the input columns, in one pass.

    Args:
        table: The table, as `reading.read` gives it.
        targets: Names of the columns to predict.
        declared: Column types that the user gives, by name; they override the inferred ones.
        standing: Numbers of the rows that count, each as often as its weight says; None for all rows once.
        numbers: By name, what `notation.all_plain` gives for columns, where that is known and all rows count.
        refused: Takes the error of each column whose cells cannot be read, which is then left out; None to raise it.

    Returns:
        The schema; and its input columns, each in the one form of its kind, as `conform` gives them.

    Raises:
        TableError: A target or a declared column is absent, a kind is unknown, no column is left as an input, or no
            cell, of truths any cell, is of the kind that is declared for its column.
    """
    found = look(table, targets, declared, standing, numbers)
    schema = Schema(tuple(column for column, _ in found))
    read_already = {column.name: values for column, values in found}
    given = table.to_dict()

    def cells_of(column: Column) -> pl.Series:
        values = read_already[column.name] if column.kind in READ_TO_KNOW and standing is None else None
        if values is not None and not (column.kind == "number" and values.is_infinite().any()):
            return values
        if column.name in (declared or {}) and column.kind in MAY_BE_ODD and is_text(given[column.name]):
            values, wrong = conform_cells(given[column.name], column.kind)
            if values.count() or not wrong.any():
                return values
        return conform_column(given[column.name], column.kind, advise=True)

    def cells_or_error(column: Column) -> pl.Series | TableError:
        try:
            return cells_of(column)
        except TableError as error:
            if refused is None:
                raise
            return error

    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        names = [column.name for column in schema.inputs]  # a series without a name would get another one
        results = dict(zip(names, threads.map(cells_or_error, schema.inputs), strict=True))
    errors = {name: result for name, result in results.items() if isinstance(result, TableError)}
    if refused is not None and errors:
        refused |= errors
        schema = Schema(
            tuple(
                replace(column, kind="ignore", reason=errors[column.name].text) if column.name in errors else column
                for column in schema.columns
            )
        )
    return schema, pl.DataFrame({name: cells for name, cells in results.items() if not isinstance(cells, TableError)})


def look(
    table: pl.DataFrame,
    targets: tuple[str, ...],
    declared: Mapping[str, str] | None,
    standing: Standing,
    numbers: Mapping[str, pl.Series] | None = None,
) -> list[tuple[Column, pl.Series | None]]:
    """What each column but the targets is, and its numbers or dates where they had to be read to find out."""
    declared, given = dict(declared or {}), table.to_dict()
    for name, kind in declared.items():
        require(name, given)
        if kind not in KINDS:
            raise TableError(
                f"column {name!r} is declared as {kind!r}, which is not a column type; {near(kind, KINDS, 'types')}"
            )
    for target in targets:
        require(target, given)
        if target in declared:
            raise TableError(
                f"column {target!r} is the target: its type follows from the task; declare the task instead"
            )

    def column_of(name: str) -> tuple[Column, pl.Series | None]:
        its = (
            standing if standing is None or not NAMED_AS_ID.search(name) else np.unique(standing)
        )  # an id has no weight
        cells = given[name] if its is None else given[name][its]
        if name in declared:
            column, read = Column(name, declared[name], declared_reason(given[name], declared[name])), None  # type: ignore[arg-type]
        else:
            column, read = look_at(cells, its, (numbers or {}).get(name) if its is None else None)
        return (with_zone(column, cells) if column.kind == "date" else column), read

    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        found = list(threads.map(column_of, (name for name in given if name not in targets)))
    if targets and not any(column.kind in INPUT_KINDS for column, _ in found):
        found = [(reconsider(column, given[column.name]), numbers) for column, numbers in found]
    if targets and not any(column.kind in INPUT_KINDS for column, _ in found):
        seen = "; ".join(f"{column.name!r}: {column.kind}" for column, _ in found[:10]) or "none but the target"
        raise TableError(f"there is no column to predict {targets[0]!r} from (columns: {seen})")
    return found


def require(name: str, names: Collection[str], what: str = "column") -> None:
    """Raise a TableError that offers near names if `name` is not among `names`."""
    if not isinstance(name, str):
        raise TableError(f"a {what} is given by its name; got {type(name).__name__}")
    if name not in names:
        raise TableError(f"there is no {what} {name!r}; {near(name, names, 'columns')}")


def infer_column(cells: pl.Series, standing: Standing = None) -> Column:
    """What one column is, by its cells alone; `standing` says which rows of the table they are, None if all."""
    return look_at(cells, standing)[0]


def look_at(cells: pl.Series, standing: Standing, numbers: pl.Series | None = None) -> tuple[Column, pl.Series | None]:
    """The same, and its numbers or dates where it holds nothing else; numbers may be given where they are known."""
    name = cells.name
    if is_list(cells) and (reason := why_set(conform_cells(cells, "set")[0].drop_nulls().unique())):
        return Column(name, "set", reason), None
    if not may_be_text(cells):
        return Column(name, "ignore", f"cells of type {cells.dtype} are left out"), None
    if cells.null_count() == len(cells):
        return Column(name, "constant", ALL_MISSING), None
    if cells.dtype in (pl.Date, pl.Datetime, pl.Time):
        same = not cells.null_count() and cells.min() == cells.max()
        return (Column(name, "constant", ALL_THE_SAME) if same else Column(name, "date")), None
    if are_levels(cells):
        return infer_levels(cells), None
    numbers, leading_zeros = numbers_of(cells, numbers)
    if numbers is not None:
        return infer_numbers(numbers, cells, standing), numbers
    if (moments := all_dates(cells)) is not None:
        return Column(name, "date"), moments
    odd = odd_in(odd_among_numbers, cells, standing)
    column = infer_text(cells, odd or ("digits with leading zeros" if leading_zeros else ""), standing)
    if not odd:
        return column, None
    return replace(column, ways=("number",) if column.kind == "category" else ("number", "category")), None


def declared_reason(cells: pl.Series, kind: str) -> str:
    """What is said of a column whose kind is declared: that, and which of its cells count as missing."""
    if kind not in MAY_BE_ODD or not is_text(cells):
        return DECLARED
    values, wrong = conform_cells(cells, kind)  # type: ignore[arg-type]
    if not (wrong.any() and values.count()):
        return DECLARED
    row, count = wrong.arg_max() or 0, int(wrong.sum())
    share = f"{count:,} of {values.count() + count:,} cells are no {MAY_BE_ODD[kind]} and count as missing"
    return f"{DECLARED}; {share}; row {row + 1} holds {str(cells[row]).strip()[:LONGEST_SHOWN]!r}"


def with_zone(column: Column, cells: pl.Series) -> Column:
    """A column of dates, and whether its times have a zone; a mixture is reported."""
    there = present(cells)
    zoned = dates.zoned(cells) & there
    if not zoned.any() or zoned.sum() == there.sum():
        return replace(column, zoned=bool(zoned.any()))
    share = f"{int(zoned.sum()):,} of {int(there.sum()):,} times have a zone; all are taken in UTC"
    return replace(column, reason=f"{column.reason}; {share}".removeprefix("; "))


def odd_in(find: Callable[[pl.Series], Odd | None], cells: pl.Series, standing: Standing) -> str:
    """What is odd about a column, counted in the table's own rows; empty where nothing is."""
    if standing is None:
        odd = find(cells)
    else:
        rows, first = np.unique(standing, return_index=True)
        found = find(cells[first])
        odd = found and replace(found, row=int(rows[found.row]))
    return str(odd) if odd else ""


def infer_levels(cells: pl.Series) -> Column:
    """What a column is whose type says that it is a category: that, unless it says nothing."""
    text = text_of(cells)
    if text.null_count() == len(text):
        return Column(cells.name, "constant", ALL_MISSING)
    if text.n_unique() == 1:
        return Column(cells.name, "constant", ALL_THE_SAME)
    truths = text.drop_nulls().unique().str.to_lowercase().is_in(["true", "false"]).all()
    return Column(cells.name, "boolean" if truths else "category")


def infer_numbers(numbers: pl.Series, cells: pl.Series, standing: Standing) -> Column:
    """What a column of numbers is, read from some cells."""
    name, missing = numbers.name, numbers.null_count()
    if missing == len(numbers):
        return Column(name, "constant", ALL_MISSING)
    low, high = float(numbers.min()), float(numbers.max())  # type: ignore[arg-type]
    large = max(abs(low), abs(high)) >= LARGEST_EXACT
    each = exactly(cells) if large else numbers
    if low == high and not missing and (not large or each.n_unique() == 1):
        return Column(name, "constant", ALL_THE_SAME)
    if low == high and missing and (not large or each.drop_nulls().n_unique() == 1):
        return Column(name, "boolean" if low in (0, 1) else "number", f"{low:.15g} or missing, each an input")
    if low >= 0 and high <= 1 and numbers.drop_nulls().is_in([0.0, 1.0]).all():
        return Column(name, "boolean", "" if cells.dtype == pl.Boolean else "0 and 1 alone")
    own = each if standing is None else each[np.unique(standing, return_index=True)[1]]
    if reason := counts_rows(own, low, high):
        return Column(name, "identifier", reason)
    if large and all_whole(each) and 2 * numbers.n_unique() < each.n_unique():
        return infer_text(text_of(cells), TOO_LARGE, standing)
    return Column(name, "number", power_of_ten(cells))


def power_of_ten(cells: pl.Series) -> str:
    """What is said of a column of numbers, some of the first of which may be codes: 9E3 is a room, or 9000."""
    if not is_text(cells):
        return ""
    first = cells.head(FIRST_LOOK).cast(pl.String)
    code = "".join(first.filter(first.str.contains(r"^[0-9]+E[0-9]+$")).head(1))
    return f"{code!r} is read as {float(code):.15g}" if code else ""


def counts_rows(numbers: pl.Series, low: float, high: float) -> str:
    """Why numbers look like a row's number or key, as whole numbers that never repeat do; empty if they do not.

    Args:
        numbers: One for each row, null where missing.
        low: The smallest of them.
        high: The largest of them.
    """
    rows, huge = len(numbers), not numbers.dtype.is_float()  # as `exactly` gives them
    years = YEARS[0] <= low and high <= YEARS[1]
    counts = low >= 0 and not years and abs(high - low + 1 - rows) <= flaws_in(rows)
    if not (counts or huge or NAMED_AS_ID.search(numbers.name)):
        return ""
    there = numbers.drop_nulls()
    missing, repeated = rows - len(there), len(there) - there.n_unique()
    if missing + repeated > flaws_in(rows):
        return ""
    if not (all_whole(there) if huge else whole(there)):
        return ""
    flaws = f", but for {flaw_of(missing, repeated)}" if missing + repeated else ""
    if huge:
        return f"whole numbers above 2⁵³ that never repeat{flaws}"
    named = "in a column without a name" if not numbers.name else "named as an id"
    return f"counts the rows{flaws}" if counts else f"whole numbers that never repeat{flaws}, {named}"


def flaws_in(rows: int) -> int:
    """How many cells of an identifier of so many rows may be missing, or repeat another one."""
    return max(1, int(FLAWS * rows)) if rows >= FEWEST_FLAWED else 0


def flaw_of(missing: int, repeated: int) -> str:
    """How many cells of an identifier are missing, and how many repeat another one, in a few words."""
    said = [f"{missing:,} missing"] if missing else []
    return " and ".join([*said, f"{repeated:,} repeated"] if repeated else said)


def all_dates(cells: pl.Series) -> pl.Series | None:
    """Text as dates, where each cell that is not missing is one, and not all are the same; else None."""
    first = cells.head(FIRST_LOOK).cast(pl.String).drop_nulls()
    if not len(first) or not first.str.contains(dates.DATED).all():
        return None
    found = dates.read(cells.cast(pl.String))
    return found if found.null_count() == cells.null_count() and found.min() != found.max() else None


def infer_text(cells: pl.Series, reason: str, standing: Standing = None) -> Column:
    """What a column of words is, decided on its distinct values; `reason` is why it is not a column of numbers."""
    name = cells.name
    raw = cells.cast(pl.String).unique()
    read = stripped(raw)
    blank = raw.filter(read.is_null() & raw.is_not_null())
    distinct = read.drop_nulls().unique()
    there = (
        len(cells) - cells.null_count() - (int(cells.cast(pl.String).is_in(blank.implode()).sum()) if len(blank) else 0)
    )
    if not there or not without_missing_words(distinct, MISSING_WORDS - ANSWERS).count():
        return Column(name, "constant", ALL_MISSING)
    if len(distinct) == 1 and there == len(cells):
        return Column(name, "constant", ALL_THE_SAME)
    truths = without_missing_words(distinct, MISSING_LABELS).drop_nulls()
    if 0 < len(truths) <= 6 and truths.str.to_lowercase().is_in(["true", "false"]).all():
        return Column(name, "boolean")
    if len(words := without_missing_words(truths).drop_nulls()):
        dated = words.head(FIRST_LOOK).str.contains(dates.DATED)
        if dated.all() and not dates.odd(words, dates.read(words)).any():
            return Column(name, "date")
        if 2 * dated.sum() > len(dated) and (odd := odd_in(odd_among_dates, cells, standing)):
            return Column(name, "text", odd, ways=("date",))  # later tables hold other days, so it is no category
        if listed := why_set(words):
            return Column(name, "set", listed)
        if are_seasons(words):
            reason = reason or f"seasons such as {words.min()!r}, from one year to the next, are no dates"
        elif are_days_alone(words):
            reason = reason or f"days such as {words.min()!r} are no dates without a year"
        elif are_ranges(words):
            reason = reason or f"ranges such as {words.filter(words.str.contains(RANGE)).min()!r} are no numbers"
    if len(distinct) == there:
        return Column(name, "identifier", reason or f"no value occurs twice{unread(name, words)}")
    if NAMED_AS_ID.search(name) and there - len(distinct) <= flaws_in(len(cells)):
        return Column(name, "identifier", f"no value occurs twice, but for {flaw_of(0, there - len(distinct))}")
    ways: tuple[str, ...] = ()
    if not reason:
        some = stripped(cells.cast(pl.String).gather_every(max(1, len(cells) // FIRST_LOOK)))
        reason, mostly = mixed(without_missing_words(some).drop_nulls().unique().sort())
        ways = ("number",) if mostly else ()
        reason = reason or why_unread(words)
    if is_free_text(distinct, len(cells)):
        reason = reason or f"{len(distinct):,} different values in {len(cells):,} rows"
        return Column(name, "text", reason, ways=(*ways, "category") if ways else ())
    return Column(name, "category", reason, ways=ways)


def unread(name: str, words: pl.Series) -> str:
    """What is said besides of words that never repeat, and may have been meant as numbers or dates."""
    digits = words.filter(words.str.contains(BEGINS_WITH_DIGITS))
    if NAMED_AS_ID.search(name) or not len(digits) or len(digits) < MOSTLY * len(words):
        return ""
    return f", and cells such as {str(digits.min())[:LONGEST_SHOWN]!r} {UNREAD}"


def why_set(distinct: pl.Series) -> str:
    """Why a column is one of sets of words, by its distinct cells in the plain form; empty if it is none."""
    some = distinct.gather_every(max(1, len(distinct) // FIRST_LOOK))
    if not sets.are_sets(some):
        return ""
    return lists_of(some)


def lists_of(text: pl.Series) -> str:
    """What is said of a column of sets of words, by its cells in the plain form."""
    words = sets.words_of(text.unique()).explode().drop_nulls()
    return f"lists of {words.n_unique():,} different words; each is an input"


def odd_among_dates(cells: pl.Series) -> Odd | None:
    """What is odd about a column of text that is mostly dates."""
    text = without_missing_words(text_of(cells))
    text = text.set(text.str.contains(ZERO), None)
    wrong = text.is_not_null() & dates.read(text).is_null()
    return odd_among(cells, "dates", wrong, len(text) - text.null_count(), MOSTLY_DATES)


def is_free_text(distinct: pl.Series, rows: int) -> bool:
    """Whether values are too many, too seldom repeated or too long to be levels: two of the three will do."""
    mostly_unique, many = 2 * len(distinct) > rows, len(distinct) > MANY_VALUES
    return mostly_unique + many + (float(distinct.str.len_chars().mean()) > LONG) >= 2  # type: ignore[arg-type]


def reconsider(column: Column, cells: pl.Series) -> Column:
    """A number that only looked like a row count is an input after all where the table has no other."""
    if column.kind == "identifier" and column.reason != DECLARED and numbers_of(cells)[0] is not None:
        return Column(column.name, "number", "the only input")
    return column


def conform(table: pl.DataFrame, columns: tuple[Column, ...], *, advise: bool = False) -> pl.DataFrame:
    """The named columns, each in the one form of its kind: see `cells.conform_column`.

    Args:
        table: A table that should hold those columns, with whatever types and order.
        columns: Input columns of a schema.
        advise: Whether an error may advise to declare another kind.

    Raises:
        TableError: A column is absent, or a cell is not of its column's kind.
    """
    given = table.to_dict()
    for column in columns:
        require(column.name, given)
    return pl.DataFrame({column.name: conform_column(given[column.name], column.kind, advise) for column in columns})
