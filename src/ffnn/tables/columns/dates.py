"""Dates and times of day: from text or types to one form."""

from __future__ import annotations

import polars as pl

from ffnn.tables.notations.dates import ZERO

FORM = pl.Datetime("us")
"""The form of dates."""

YEARS = (1, 9999)
"""A date outside of these years is none."""

SHAPE = (
    r"^(\d{4}-\d\d-\d\d)"
    r"(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)? ?(?:Z|([+-])([01]\d):?([0-5]\d)?)?)?$"
)
"""A date of ISO 8601, and after `T` or a blank a time 20:39, 20:39:44 or 20:39:44.5, in UTC (`Z`), with an offset, or
without a zone."""

SAME_AS = {
    r"^(\d{4})/(\d\d)/(\d\d)": "$1-$2-$3",
    r"^(\d\d)\.(\d\d)\.(\d{4})": "$3-$2-$1",
    r"^(\d\d:\d\d)": "1970-01-01 $1",
}
"""How else a date may start, 2026/11/23 or 23.11.2026, or a time of day alone, and what is read in its place. What
else people write, `notations.dates` puts into the form of `SHAPE` first."""

ONE_DIGIT = {
    r"^(\d{4})-(\d)-": "${1}-0${2}-",
    r"^(\d{4}-\d\d)-(\d)([T ]|$)": "${1}-0${2}${3}",
    r"^(\d{4}-\d\d-\d\d[T ]|)(\d):": "${1}0${2}:",
}
"""How the same may be written with one digit, 2026-4-3 or 9:05, in a column that is known to hold dates."""

COMMON = (("%Y-%m-%d", 10), ("%Y-%m-%d %H:%M:%S", 19), ("%Y-%m-%dT%H:%M:%S", 19))
"""Forms that whole columns have, with their lengths; read many times faster than by `SHAPE`."""

DATED = r"^(\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d|\d\d\.\d\d\.\d{4}|\d\d:\d\d)"
"""How a cell starts that may be a date or a time of day."""


def read(cells: pl.Series) -> pl.Series:
    """Dates as Datetime; null where missing and where a cell is no date.

    Args:
        cells: Dates, datetimes, times of day or nulls; or text without blanks at the ends.

    Returns:
        A date without a time is its midnight; with a zone or an offset, that instant in UTC; a time of day alone
        stands on the first day of 1970.
    """
    if cells.dtype == pl.String:
        return read_text(cells)
    if cells.dtype == pl.Time:
        return (cells.cast(pl.Int64) // 1000).cast(FORM)
    if isinstance(cells.dtype, pl.Datetime) and cells.dtype.time_zone:
        cells = cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    found = cells.cast(FORM)
    return found.set(~found.dt.year().is_between(*YEARS).fill_null(True), None)


def odd(cells: pl.Series, found: pl.Series) -> pl.Series:
    """Which cells are no dates, by what `read` found; 0000-00-00 says that there is none."""
    wrong = cells.is_not_null() & found.is_null()
    if cells.dtype == pl.String and wrong.any():
        return wrong & ~cells.str.contains(ZERO)
    return wrong


def padded(text: pl.Series) -> pl.Series:
    """Text in which months, days and hours of one digit have two."""
    for one, two in ONE_DIGIT.items():
        text = text.str.replace(one, two)
    return text


ZONED = r"\d\d:\d\d.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)\s*$"
"""How a time ends that has a zone."""


def zoned(cells: pl.Series) -> pl.Series:
    """Which cells, dates of any form, have a time zone or an offset; those that are missing have none."""
    if cells.dtype in (pl.String, pl.Categorical, pl.Enum):
        text = cells.cast(pl.String)
        timed = text.str.contains(":", literal=True).any()  # a fraction of the regular expression's time
        return text.str.contains(ZONED).fill_null(False) if timed else cells.is_null() & False
    has = isinstance(cells.dtype, pl.Datetime) and cells.dtype.time_zone is not None
    return cells.is_not_null() & has


def read_text(text: pl.Series) -> pl.Series:
    """Dates written as `SHAPE` or `SAME_AS` say; null for all else."""
    there = text.is_not_null()
    lengths = text.str.len_bytes().unique().drop_nulls().to_list()
    for form, length in COMMON:
        if lengths == [length]:
            found = text.str.to_datetime(form, time_unit="us", strict=False)
            if (found.is_not_null() == there).all():
                return found
    for start, same in SAME_AS.items():
        text = text.str.replace(start, same)
    parts = text.str.extract_groups(SHAPE).struct
    day, fraction, sign = (parts.field(str(number)) for number in (1, 5, 6))
    hour, minute, second, hours_ahead, minutes_ahead = (
        parts.field(str(number)).cast(pl.Int64).fill_null(0) for number in (2, 3, 4, 7, 8)
    )
    parts_of_second = fraction.str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).fill_null(0)
    ahead = (hours_ahead * 60 + minutes_ahead) * sign.eq_missing("-").cast(pl.Int64).replace({0: 1, 1: -1})
    time = ((hour * 60 + minute - ahead) * 60 + second) * 1_000_000 + parts_of_second
    days = day.str.to_datetime("%Y-%m-%d", time_unit="us", strict=False)
    return read((days.cast(pl.Int64) + time).cast(FORM).alias(text.name))
