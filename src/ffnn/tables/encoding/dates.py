"""A date as inputs of a network.

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

from ffnn.errors import TableError
from ffnn.tables.encoding.statistics import DAY, EPOCH, FARTHEST, Calendar, calendar_of

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
        missing: Training rows without a date; there is an indicator input if there are any.
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
