"""Measurements in two or more units, such as 5 ft 11 in or 1h 20m: each way of writing them once, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import polars as pl

from ffnn.errors import TableError
from ffnn.tables.notations.notation import Found, TextColumn
from ffnn.tables.notations.units import tidied, tidied_cell

NUMBER = r"[0-9]+(?:\.[0-9]+)?"

BEGINS = r"""^P?T?[0-9.]+ ?[\p{L}'"°″\u2032\u2019\u201d]"""
"""How a cell begins that may be one."""

BEHIND = "[SW]$"
"""How it ends where it is south or west."""

LONGEST = 60
"""Characters of an example."""


@dataclass(frozen=True)
class Compound:
    """A way of writing a measurement in several units.

    Attributes:
        unit: What it is read in.
        parts: How much of that each part is worth, and the pattern of its unit, the largest first.
        sides: Whether N, S, E or W stands behind them; what is south or west is negative.
    """

    unit: str
    parts: tuple[tuple[float, str], ...]
    sides: bool = False

    @cached_property
    def pattern(self) -> str:
        """How a cell is written: the parts in their order, of which any may be missing."""
        parts = "".join(rf"(?:({NUMBER}) ?(?i:{unit})(?:,? ?(?:and )?T?|$))?" for _, unit in self.parts)
        return f"^{parts}[NSEW]$" if self.sides else f"^P?T?{parts}$"

    def read(self, tidy: pl.Series) -> pl.DataFrame:
        """What each part of some cells is worth, null where it is missing."""
        found = tidy.str.extract_groups(self.pattern).struct.unnest()
        sign = tidy.str.contains(BEHIND).replace_strict({True: -1.0, False: 1.0}) if self.sides else 1.0
        worths = (worth for worth, _ in self.parts)
        return pl.DataFrame(cells.cast(pl.Float64) * worth * sign for cells, worth in zip(found, worths, strict=True))

    def suits(self, tidy: pl.Series) -> bool:
        """Whether all of some cells are so written, and need it: they have several units, or sides."""
        parts = self.read(tidy)
        there = parts.select(pl.all().is_not_null())
        if not there.select(pl.any_horizontal(pl.all()).all()).item() or not self.carried(parts):
            return False
        if self.sides:
            sides = set(tidy.str.slice(-1))
            return sides in ({"N", "S"}, {"E", "W"}) or (len(sides) == 1 and tidy.str.contains("°").all())
        return sum(map(bool, there.select(pl.all().any()).row(0))) > 1

    def carried(self, parts: pl.DataFrame) -> bool:
        """Whether no smaller part is as much as one of a larger one beside it: 5 ft 45 in is none."""
        worths = [worth for worth, _ in self.parts]
        return all(
            not ((parts.to_series(place + 1) >= worth) & parts.to_series(place).is_not_null()).any()
            for place, worth in enumerate(worths[:-1])
        )


COMPOUNDS = {
    "feet and inches": Compound("in", ((12, r"ft\.?|feet|foot|'"), (1, r"""in\.?|inch(?:es)?|"|”|''|″|$"""))),
    "days, hours, minutes and seconds": Compound(
        "minutes",
        (
            (1440, r"d|days?"),
            (60, r"h|hrs?\.?|hours?|std\.?"),
            (1, r"m|mins?\.?|minutes?"),
            (1 / 60, r"s|secs?\.?|seconds?|sek\.?"),
        ),
    ),
    "hours and minutes": Compound("minutes", ((60, r"h|hrs?\.?|hours?|std\.?"), (1, r"m|mins?\.?|minutes?|$"))),
    "pounds and ounces": Compound("oz", ((16, r"lbs?\.?|pounds?"), (1, r"oz\.?|ounces?"))),
    "stones and pounds": Compound("lb", ((14, r"st\.?|stones?"), (1, r"lbs?\.?|pounds?"))),
    "years and months": Compound("months", ((12, r"y|yrs?\.?|years?"), (1, r"m|mos?\.?|mths?|months?"))),
    "years, months, weeks and days": Compound(
        "days",
        (
            (365.25, r"y|yrs?\.?|years?"),
            (30.4375, r"m|mos?\.?|mths?|months?"),
            (7, r"w|wks?\.?|weeks?"),
            (1, r"d|days?"),
        ),
    ),
    "kilometres to millimetres": Compound("m", ((1000, r"km"), (1, r"m"), (0.01, r"cm"), (0.001, r"mm"))),
    "kilograms and grams": Compound("g", ((1000, r"kg"), (1, r"g"), (0.001, r"mg"))),
    "litres": Compound("l", ((1, r"l|litres?|liters?"), (0.01, r"cl"), (0.001, r"ml"))),
    "bytes": Compound("MB", ((1e6, r"TB"), (1000, r"GB"), (1, r"MB"), (0.001, r"KB"), (1e-6, r"B|bytes?"))),
    "degrees": Compound("degrees", ((1, r"°|deg|"), (1 / 60, r"'|\u2032"), (1 / 3600, r""""|″|''""")), sides=True),
}
"""By the name that a model file gives them."""


@dataclass(frozen=True)
class CompoundNotation:
    """Numbers in several units, read in the smallest common one.

    Attributes:
        compound: Its name in `COMPOUNDS`.
        example: A cell, to show.
    """

    compound: str
    example: str

    kinds: ClassVar[tuple[str, ...]] = ("number", "boolean")

    def __post_init__(self) -> None:
        if self.compound not in COMPOUNDS:
            raise TableError(f"{self.compound!r} is no way of writing numbers in several units that is known here")
        if not 0 < len(self.example) <= LONGEST or not re.search(
            COMPOUNDS[self.compound].pattern, tidied_cell(self.example)
        ):
            raise TableError(f"{self.example!r} is no example of {self.compound}")

    def __str__(self) -> str:
        meant = float(self.plain(pl.Series([self.example]))[0])
        return f"as {self.example}, which is {meant:.15g} {COMPOUNDS[self.compound].unit}"

    def plain(self, text: pl.Series) -> pl.Series:
        """Cells as a number of the smallest unit; others that are not so written stay as they are."""
        parts = COMPOUNDS[self.compound].read(tidied(text))
        total = parts.sum_horizontal(ignore_nulls=True).round(9).cast(pl.String)
        return total.zip_with(parts.select(pl.any_horizontal(pl.all().is_not_null())).to_series(), text)


def find(columns: Mapping[str, TextColumn], _: Mapping[str, str]) -> Found:
    """Which columns hold measurements in several units."""
    found = {name: notation_of(column) for name, column in columns.items() if column.kind in ("", "number")}
    return Found({name: notation for name, notation in found.items() if notation})


def notation_of(column: TextColumn) -> CompoundNotation | None:
    """How a column is written of which all of some cells fit; None where that is not so, or one unit stands in all."""
    if column.plain or not len(column.some) or not column.some.str.contains(BEGINS).all():
        return None
    tidy = tidied(column.some)
    for name, form in COMPOUNDS.items():
        if form.suits(tidy):
            most = form.read(tidy).select(pl.sum_horizontal(pl.all().is_not_null())).to_series().arg_max() or 0
            return CompoundNotation(name, column.some[most])
    return None
