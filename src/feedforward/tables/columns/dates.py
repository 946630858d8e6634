"""Dates and times of day: from text or types to one form, and from that to inputs.

A calendar repeats: the month, the weekday and the hour each become the sine and cosine of an angle, so that December
lies beside January. What moves on, the year and the days since the first training date, is standardised.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, get_args

import numpy as np
import polars as pl
from jaxtyping import Float32

from feedforward.errors import TableError
from feedforward.tables.statistics import DAY, EPOCH, FARTHEST, FORM, Calendar, calendar_of

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
"""How else a date may start, 2026/11/23 or 23.11.2026, or a time of day alone, and what is read in its place. The
order of 11/12/2026 is known to its writer only, so that is no date."""

COMMON = (("%Y-%m-%d", 10), ("%Y-%m-%d %H:%M:%S", 19), ("%Y-%m-%dT%H:%M:%S", 19))
"""Forms that whole columns have, with their lengths; read many times faster than by `SHAPE`."""

DATED = r"^(\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d|\d\d\.\d\d\.\d{4})"
"""How a cell starts that may be a date."""

TWO_ORDERS = r"^\d{1,2}(/\d{1,2}/|-\d{1,2}-)(\d{4}|\d\d)\b"
"""How a cell starts that gives day and month in an order that it does not tell."""


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


ZONED = r"\d\d:\d\d.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)\s*$"
"""How a time ends that has a zone."""


def zoned(cells: pl.Series) -> pl.Series:
    """Which cells, dates of any form, have a time zone or an offset; those that are missing have none."""
    if cells.dtype in (pl.String, pl.Categorical, pl.Enum):
        return cells.cast(pl.String).str.contains(ZONED).fill_null(False)
    has = isinstance(cells.dtype, pl.Datetime) and cells.dtype.time_zone is not None
    return cells.is_not_null() & has


def read_text(text: pl.Series) -> pl.Series:
    """Dates written as `SHAPE` or `SAME_AS` say; null for all else."""
    there = text.is_not_null()
    for form, length in COMMON:
        found = text.str.to_datetime(form, time_unit="us", strict=False)
        if (found.is_not_null() == there).all() and (text.str.len_bytes() == length).all():
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


PERIODS = {"month": 12.0, "weekday": 7.0, "hour": 24.0}
"""What repeats, and after how much."""

Cycle = Literal["month", "weekday", "hour"]


@dataclass(frozen=True)
class DateColumn:
    """A date: what of it repeats as cycles, what moves on standardised; missing is zeros and a 0/1 input that says so.

    Dates later or earlier than the training dates by more than those span count as that far away.

    Attributes:
        name: The column's name.
        first: The first training date.
        last: The last training date.
        year: Mean and standard deviation of the year; None where all are of one year.
        days: Mean and standard deviation of the days since `first`; None where all training dates are the same.
        cycles: Those of month, weekday and hour that differ among the training rows.
        missing: Training rows without a date; the 0/1 input is there if there are any.
    """

    name: str
    first: datetime
    last: datetime
    year: tuple[float, float] | None
    days: tuple[float, float] | None
    cycles: tuple[Cycle, ...]
    missing: int

    statistic: ClassVar[type[Calendar]] = Calendar

    def __post_init__(self) -> None:
        if self.first.tzinfo or self.last.tzinfo or self.first > self.last or self.missing < 0:
            raise TableError(f"the dates of column {self.name!r} must be from its first to its last, without a zone")
        for mean, deviation in filter(None, (self.year, self.days)):
            if not (math.isfinite(mean) and 0 < deviation < math.inf):
                raise TableError(f"the deviations of column {self.name!r} must be positive; got {deviation}")

    @classmethod
    def of(cls, name: str, found: Calendar) -> DateColumn:
        """The encoder of a column with those statistics."""
        year, days = found.parts["year"], found.parts["days"]
        first, last = (found.first, found.last) if found.first <= found.last else (EPOCH, EPOCH)
        return cls(
            name,
            first,
            last,
            (year.mean, year.deviation) if year.deviation else None,
            (days.mean - (first - EPOCH) / DAY, days.deviation) if days.deviation else None,
            tuple(cycle for cycle in get_args(Cycle) if found.parts[cycle].deviation),
            found.missing,
        )

    @property
    def measured(self) -> int:
        """How many of the inputs, from the first, are numbers."""
        return (self.year is not None) + (self.days is not None) + 2 * len(self.cycles)

    @property
    def inputs(self) -> tuple[str, ...]:
        """A name for each input."""
        moving = ["year"] * (self.year is not None) + ["days"] * (self.days is not None)
        turning = [f"{cycle}, {side}" for cycle in self.cycles for side in ("sine", "cosine")]
        return (
            *(f"{self.name}: {part}" for part in moving + turning),
            *[f"{self.name} is missing"] * bool(self.missing),
        )

    @property
    def recorded(self) -> str:
        """What training recorded, in a few words."""
        if self.first.date() == self.last.date():
            return f"{self.first.isoformat(' ')} to {self.last.time().isoformat()}"
        return f"{self.first.date().isoformat()} to {self.last.date().isoformat()}"

    def encode(self, cells: pl.Series, into: Float32[np.ndarray, "rows inputs"]) -> None:
        """Write the column's inputs into zeros, which is what a missing date is."""
        there = cells.is_not_null().to_numpy()
        if self.missing:
            into[:, -1] = ~there
        parts = calendar_of(cells.drop_nulls())
        start, end = (self.first - EPOCH) / DAY, (self.last - EPOCH) / DAY
        columns = []
        for part, moments, low, high in (
            ("year", self.year, self.first.year, self.last.year),
            ("days", self.days, start, end),
        ):
            if moments:
                moved = np.clip(parts[part], low - (high - low), high + (high - low))
                columns.append((moved - (start if part == "days" else 0) - moments[0]) / moments[1])
        for cycle in self.cycles:
            angle = 2 * np.pi * parts[cycle] / PERIODS[cycle]
            columns += [np.sin(angle), np.cos(angle)]
        for number, column in enumerate(columns):
            into[there, number] = np.clip(column, -FARTHEST, FARTHEST)
