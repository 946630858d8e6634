"""What is odd about the columns of a table, though all of it can be read: said before training, decided by the user.

Each rule is cheap: names first, then a few rows, then whole columns where these leave a doubt. Equal columns are found
by hashes, so that the work is linear in columns.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, UInt64

from ffnn.advice import Advice
from ffnn.tables.columns.cells import LONGEST_SHOWN, whole
from ffnn.tables.columns.schema import DECLARED, Column, Schema

What = Literal["leak", "equal", "group", "code", "spelling", "classes"]

FEWEST_ROWS = 20
"""A table of fewer rows says nothing about what repeats in it."""

OFTEN = 1.5
"""Rows to each value, from which on the values of an id repeat."""

STRAIGHT = 1e-3
"""Of a target's range, within which it lies on a straight line: units that were converted and rounded, not a trend."""

EQUAL = "equal to"

GLANCE = 64
"""Rows that are looked at first, spread over the table."""

FEWEST_CLASSES, FEW_ROWS = 21, 5
"""So many classes of numbers or more, of fewer rows each than this, may rather be a number to predict."""

MOST_LEVELS = 10_000
"""Levels of a category that are compared with each other."""

NAMED_AS_KEY = re.compile(r"(?:^|[^A-Za-z])(?i:id|nbr|uuid|guid)$|[a-z](?:Id|ID|Nbr)$|(?i:nr|nummer)$|^(?i:id)[_ -]")
"""How a column is named that names someone or something: `user_id`, `customerID`, `store_nbr`; but not `paid`."""

WORDS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])")
"""The words of a name: `zip_code`, `zipCode` and `ZIP code` are two each."""

COUNTERS = ("id", "nr", "nbr", "no", "num", "number", "code", "name")
"""Words that may follow the one that says what a column is."""

POST_CODE, DATE = "a post code", "a date"

CODES: dict[str, tuple[str, float, float]] = {
    DATE: (r"date|datum|fecha|birthday|dob", 15000101, 22001231),
    POST_CODE: (r"zip|zipcode|postcode|postal|plz", 0, np.inf),
    "a month": (r"month|mnth|monat|mois|mes", 0, 12),
    "a day of the week": (r"weekday|dow|wochentag|dayofweek", 0, 7),
    "an hour": (r"hour|hr|stunde", 0, 24),
    "a quarter": (r"quarter|qtr|quartal", 0, 4),
    "a rating": (r"rating|stars|satisfaction|likert", 0, 10),
    "a place": (r"store|shop|branch|filiale|station|region|district|county|state|country|zone|ward", 0, np.inf),
    "a class": (r"\w*class|\w*type|\w*code|category|department|dept|sector|cluster|segment|season", 0, np.inf),
}
"""What whole numbers may stand for: the word of the column's name that says so, and between which they then lie."""


DAYS = (19000101, 21001231)
"""Between these, whole numbers that are days by all of their digits are days."""

COUNTS = {"seconds": (946_684_800, 4_102_444_800), "milliseconds": (946_684_800_000, 4_102_444_800_000)}
"""What counts the time since 1970, and between which numbers it then is in this century."""

NAMED_AS_TIME = re.compile(
    r"(?i:(?:^|[^a-z])(?:ts|at|on|when|epoch|unix)(?:[^a-z]|$)|time|date|created|updated|modified|zeit)|[a-z](?:At|On|Ts)$"
)
"""How a column is named that holds such counts."""


@dataclass(frozen=True)
class Hint:
    """Something about one column that is worth a look.

    Attributes:
        column: The column's name.
        what: Which rule it is of.
        text: What was seen, in a sentence.
        advice: What could be said about it.
    """

    column: str
    what: What
    text: str
    advice: tuple[Advice, ...] = ()


def find(table: pl.DataFrame, seen: Schema, cells: pl.DataFrame, answers: pl.DataFrame) -> tuple[Hint, ...]:
    """What is worth a look, column by column in the table's order.

    Args:
        table: The table in plain form.
        seen: What each column is.
        cells: Its input columns, as `schema.read` gives them.
        answers: Its target columns, as `targets.values` gives them; no column where none is known.
    """
    given, inputs = table.to_dict(), cells.to_dict()
    hints: dict[str, list[Hint]] = defaultdict(list)
    for hint in (*leaks(cells, answers), *equals(cells)):
        hints[hint.column].append(hint)
    for column in seen.columns:
        if column.reason == DECLARED or column.name in hints:
            continue
        its = inputs.get(column.name, given[column.name] if column.kind == "text" else None)
        if its is not None:
            found = (groups(column, its) or codes(column, its), spellings(column, its))
            hints[column.name] += filter(None, found)
    for name, labels in answers.to_dict().items():
        hints[name] += filter(None, [spellings(Column(name, "category"), labels)])
    return tuple(hint for name in given for hint in hints[name])


def groups(column: Column, cells: pl.Series) -> Hint | None:
    """A column that is named as an id, and repeats: rows of one user are alike, and should be split off together."""
    if (
        len(cells) < FEWEST_ROWS
        or not NAMED_AS_KEY.search(column.name)
        or column.kind not in ("number", "category", "text")
    ):
        return None
    if cells.dtype.is_float() and not whole(cells.drop_nulls()):
        return None
    distinct, there = cells.drop_nulls().n_unique(), len(cells) - cells.null_count()
    if distinct < 2 or there < OFTEN * distinct:
        return None
    apart = Advice("group", column.name, after=" keeps the rows of each on one side of every split")
    level = Advice("columns", (column.name, "category"), after=" takes each for a level, not for a quantity")
    text = f"named as an id, and its {distinct:,} values repeat in {there:,} rows"
    return Hint(column.name, "group", text, (apart, level) if column.kind == "number" else (apart,))


def codes(column: Column, cells: pl.Series) -> Hint | None:
    """A column of whole numbers that stand for something: it is read as a quantity, and may be none."""
    if column.kind != "number" or len(cells) < FEWEST_ROWS:
        return None
    numbers = cells.drop_nulls()
    smallest, largest = float(numbers.min()), float(numbers.max())  # type: ignore[arg-type]
    if told := moments(column, numbers, smallest, largest):
        return told
    if not (meant := code_of(column.name)):
        return None
    what, low, high = meant
    if not (low <= smallest and largest <= high) or not whole(numbers):
        return None
    distinct = numbers.n_unique()
    if len(numbers) < OFTEN * distinct and what not in (POST_CODE, DATE):  # most tables hold few rows of each
        return None
    text = f"{distinct:,} whole numbers, taken for a quantity, though the name says {what}"
    kind, does = ("date", "reads dates") if what == DATE else ("category", "takes each for a level")
    return Hint(column.name, "code", text, (Advice("columns", (column.name, kind), after=f" {does}"),))


def moments(column: Column, numbers: pl.Series, smallest: float, largest: float) -> Hint | None:
    """A column of whole numbers that are rather dates: by all of their digits, or by its name and their size."""
    count = next((what for what, (low, high) in COUNTS.items() if low <= smallest and largest <= high), "")
    if count and NAMED_AS_TIME.search(column.name) and whole(numbers):
        meant = f"a time in {count} since 1970"
    elif DAYS[0] <= smallest and largest <= DAYS[1] and are_days(numbers):
        meant = "a date by its digits"
    else:
        return None
    text = f"{numbers.n_unique():,} whole numbers, taken for a quantity, though each may be {meant}"
    return Hint(column.name, "code", text, (Advice("columns", (column.name, "date"), after=" reads dates"),))


def are_days(numbers: pl.Series) -> bool:
    """Whether all numbers are written as days are, 20210728, and some differ in the month."""
    if not whole(numbers):
        return False
    digits = numbers.cast(pl.Int64)
    days = digits.cast(pl.String).str.to_date("%Y%m%d", strict=False)
    return not days.null_count() and (digits // 100).n_unique() > 1


def code_of(name: str) -> tuple[str, float, float] | None:
    """What whole numbers in a column of that name may stand for, and between which they then lie; None for nothing."""
    words = [word.lower() for word in WORDS.findall(name)]
    words = ["weekday"] if words[-3:] == ["day", "of", "week"] else words
    before_counters = next((word for word in reversed(words) if word not in COUNTERS), "")
    for word in (before_counters, *words[-1:]):
        for what, (named, low, high) in CODES.items():
            if re.fullmatch(named, word):
                return what, low, high
    return None


def classes(labels: pl.Series) -> tuple[Hint, ...]:
    """A target of classes that may rather be a number: the labels are numbers, and many for so few rows."""
    distinct, rows = labels.n_unique(), len(labels)
    if not labels.dtype.is_numeric() or distinct < FEWEST_CLASSES or rows >= FEW_ROWS * distinct:
        return ()
    number = Advice("task", "regression", after=" predicts one")
    return (Hint(labels.name, "classes", f"{distinct:,} classes in {rows:,} rows may be a number", (number,)),)


def spellings(column: Column, cells: pl.Series) -> Hint | None:
    """A category of which some levels differ in nothing but case, blanks or accents."""
    if column.kind != "category" or cells.dtype != pl.String:
        return None
    levels = cells.unique().drop_nulls().head(MOST_LEVELS)
    plain = levels.str.replace_all(r"(\d)\s+(\d)", "${1}_${2}").str.normalize("NFKD")  # 1 11 is not 11 1
    plain = plain.str.to_lowercase().str.replace_all(r"\p{M}|\s", "")
    if plain.n_unique() == len(plain):
        return None
    alike = pl.DataFrame({"level": levels, "plain": plain}).group_by("plain").agg(pl.col("level").sort())
    several = alike.filter(pl.col("level").list.len() > 1).sort("plain")["level"].to_list()
    shown = " and ".join(repr(level[:LONGEST_SHOWN]) for level in several[0][:3])
    others = f", and {len(several) - 1:,} more such" if len(several) > 1 else ""
    return Hint(column.name, "spelling", f"levels that differ only in case, blanks or accents: {shown}{others}")


def leaks(inputs: pl.DataFrame, answers: pl.DataFrame) -> Iterator[Hint]:
    """Columns that are a target, or a target in other words: one value of the one for one value of the other."""
    for target in answers:
        rows = target.is_not_null().arg_true()
        if len(rows) < FEWEST_ROWS:
            continue
        few, truth = rows.gather(glance(len(rows))), target.gather(rows)
        values, its = truth.n_unique(), changes(target.to_frame(), few)
        suspects = (changes(inputs, few) == its).all(axis=0).tolist()
        alike = {cells.name: cells for cells, suspect in zip(inputs, suspects, strict=True) if suspect}
        told = {name: how for name, cells in alike.items() if (how := same(cells.gather(rows), truth, values))}
        on_lines = lines(inputs if len(rows) == inputs.height else inputs[rows], truth)
        told |= {name: how for name, how in on_lines if told.get(name) != EQUAL}
        for name, how in told.items():
            text = f"{how} the target {target.name!r}, which is a leak unless it is known before"
            yield Hint(name, "leak", text, (ignoring(name),))


def same(cells: pl.Series, truth: pl.Series, values: int) -> str:
    """How a column is the same as a target of so many values, in words before "the target"; empty where it is not."""
    if (truth.cast(cells.dtype) if cells.dtype.is_numeric() and truth.dtype.is_numeric() else truth).equals(cells):
        return EQUAL
    if values * OFTEN > len(truth) or cells.n_unique() != values:
        return ""
    pairs = pl.DataFrame({"cells": cells, "truth": truth}).n_unique()
    return f"each of its {values:,} values stands for one value of" if pairs == values else ""


def lines(inputs: pl.DataFrame, truth: pl.Series) -> Iterator[tuple[str, str]]:
    """The columns of numbers over which a target of numbers lies on a straight line, and how, before "the target".

    A few rows decide most columns, so that all others cost next to nothing.
    """
    rows, names = glance(len(truth)), [cells.name for cells in inputs if cells.dtype.is_float()]
    if truth.dtype.is_numeric() and names:
        few = straight(inputs.select(names)[rows].to_numpy(), truth.gather(rows).cast(pl.Float64).to_numpy())
        for name in itertools.compress(names, np.isfinite(few).all(axis=0)):
            x, y = inputs[name].to_numpy()[:, None], truth.cast(pl.Float64).to_numpy()
            slope, offset = straight(x, y)[:, 0]
            if np.isfinite(slope) and 2 * np.isfinite(x).sum() > len(x):
                more = f" and {offset:.4g} more" if abs(offset) > STRAIGHT * np.ptp(y) else ""
                yield name, f"{slope:.4g} times it{more} is"


def straight(x: Float[np.ndarray, "rows columns"], y: Float[np.ndarray, " rows"]) -> Float[np.ndarray, "two columns"]:
    """Slope and offset of the lines over columns on which `y` lies, from where each is there; NaN where it does not."""
    found = np.full((2, x.shape[1]), np.nan)
    able = np.isfinite(x).sum(axis=0) > 2
    x = x[:, able]
    low, high, columns = np.nanargmin(x, axis=0), np.nanargmax(x, axis=0), np.arange(x.shape[1])
    with np.errstate(all="ignore"):
        slope = (y[high] - y[low]) / (x[high, columns] - x[low, columns])
        offset = y[low] - slope * x[low, columns]
        away = np.nanmax(np.abs(y[:, None] - slope * x - offset), axis=0, initial=0)
        found[:, able] = np.where((slope != 0) & (away <= STRAIGHT * np.ptp(y)), [slope, offset], np.nan)
    return found


def equals(inputs: pl.DataFrame) -> Iterator[Hint]:
    """Columns that are equal to one before them."""
    if inputs.height < FEWEST_ROWS:
        return
    alike: dict[tuple[pl.DataType, bytes], list[pl.Series]] = defaultdict(list)
    for cells, hashed in zip(inputs, hashes(inputs, glance(inputs.height)).T, strict=True):
        alike[cells.dtype, hashed.tobytes()].append(cells)
    weights = np.random.default_rng(0).integers(0, 2**64, inputs.height, np.uint64)  # the order of rows counts
    first: dict[tuple[pl.DataType, int], str] = {}
    for cells in (cells for several in alike.values() if len(several) > 1 for cells in several):
        whole_column = int((cells.hash().to_numpy() * weights).sum(dtype=np.uint64))
        other = first.setdefault((cells.dtype, whole_column), cells.name)
        if other != cells.name:
            yield Hint(cells.name, "equal", f"equal to {other!r} in every row", (ignoring(cells.name),))


def glance(rows: int) -> pl.Series:
    """The places of a few rows, spread over a table of so many."""
    return pl.Series(np.unique(np.linspace(0, rows - 1, GLANCE).astype(np.uint32)))


def hashes(cells: pl.DataFrame, rows: pl.Series) -> UInt64[np.ndarray, "rows columns"]:
    """The hash of every cell of some rows."""
    if not cells.width:
        return np.zeros((len(rows), 0), np.uint64)
    return np.asarray(cells[rows].select(pl.all().hash()).to_numpy())


def changes(cells: pl.DataFrame, rows: pl.Series) -> Bool[np.ndarray, "changes columns"]:
    """Whether the cell of each column changes from one of some rows to the next."""
    return np.asarray(np.diff(hashes(cells, rows), axis=0) != 0)


def ignoring(name: str) -> Advice:
    """How a column is left out."""
    return Advice("columns", (name, "ignore"), after=" leaves it out")
