"""Numbers as people write them: one grammar of a cell, with separators, unit, multiples and bounds as its settings.

Which settings a column has is found out in `agreeing`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import ClassVar

import polars as pl

from ffnn.errors import TableError
from ffnn.tables.notations.notation import MOSTLY, nowhere
from ffnn.tables.notations.units import (
    BEFORE,
    CURRENCIES,
    KNOWN,
    MULTIPLE,
    MULTIPLES,
    PLAIN_SIGNS,
    any_of,
    folded,
    tidied,
    tidied_cell,
)

DECIMALS = (".", ",")
THOUSANDS = ("", ",", ".", " ", "'", "_")
PAIRS = tuple((decimal, thousands) for decimal, thousands in product(DECIMALS, THOUSANDS) if decimal != thousands)
"""Signs that may stand before decimals and between thousands."""

LONGEST = 60
"""Characters; no longer cell is a number."""

SHOWN_UNITS = 5
"""Units of a column that a sentence shows."""

MARKS = "+<>=≤≥~/\u2014 " + "".join(sorted({letter for word in MULTIPLES for letter in f"{word}{word.upper()}"}))
"""What stands beside digits, but for units and what makes them negative."""

MINUSES = "-()"
"""What makes digits negative, beside them."""

MINUS = r"^[^0-9]*[-(]|(?:[^.,/-]|[^0-9][.,/])-[^0-9]*$"
"""How a cell that is a number is known to be negative; a dash behind the sign before decimals says: no cents."""

PLAIN = r"^[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?$"
"""How programs write numbers."""

SELDOM = 0.05
"""Of the cells with a sign that stands between thousands: where no more can only have it before decimals, these may be
mistakes."""

NO_CENTS = r"(?:--?|\u2014)"
EXPONENT = r"(?:[eE][+-]?[0-9]{1,3})?"
ANY_NUMBER = rf"[.,]?[0-9](?:[0-9.,'_ ]*[0-9])?(?:[.,/]{NO_CENTS}|/=|[.,]?{EXPONENT})"
ANY_BEFORE = f"(?:{'|'.join(map(pl.escape_regex, (*sorted(CURRENCIES, key=len, reverse=True), '%')))})"
PART = r"[^\W\d_]|[%‰°/²³·€$]|[cdkm]?m[23]|ft2|/100"
ANY_UNIT = rf"(?:{ANY_BEFORE}|(?:{PART})(?:{PART}|[. ]){{0,24}})"
ANY_AFTER = rf"(?:[kKMB] ?{ANY_BEFORE}|{ANY_UNIT})"


def grammar(number: str, before: str, after: str, *, bounds: bool = True) -> str:
    """How a cell is written: a number with a unit on either side, signed in one of four ways, or a bound.

    Args:
        number: Pattern of the digits with their separators.
        before: Pattern of the units that may stand before it.
        after: Pattern of multiples and units that may stand behind it.
        bounds: Whether it may be a bound.
    """
    before, after = rf"(?:{before} ?)?", rf"(?: ?{after})?"
    low, high = (r"(?:[<>]=?|[≤≥~])? ?", r"\+?") if bounds else ("", "")
    signed = rf"{low}[+-]? ?{before}{number}(?:{after}{high}|{high}{after})"
    within = rf"{before}[+-] ?{number}{after}"
    behind = rf"{before}{number}(?:{after} ?-|-{after})"
    parted = rf"\( ?{before}{number}{after} ?\)|{before}\( ?{number} ?\){after}"
    return f"^(?:{signed}|{within}|{behind}|{parted})$"


def other_sign(sign: str) -> str:
    """The sign before decimals where this one stands between thousands, or the other way round; empty for any other."""
    return {",": ".", ".": ","}.get(sign, "")


def digits(decimal: str, thousands: str) -> str:
    """The pattern of digits with these signs before decimals and between thousands; a leading zero makes a key."""
    point, comma = pl.escape_regex(decimal), pl.escape_regex(thousands)
    grouped = rf"[1-9][0-9]{{0,2}}(?:{comma}[0-9]{{3}})+|" if thousands else ""
    indian = r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}|" if thousands == "," else ""
    cents = rf"{point}(?:[0-9]*|{NO_CENTS})|/{NO_CENTS}|/="
    return rf"(?:(?:{grouped}{indian}0|[1-9][0-9]*)(?:{cents})?|{point}[0-9]+)"


def nought(before: str) -> str:
    """How accountants write 0: a dash beside a currency, in place of the digits."""
    return rf"^(?:{before} ?-|- ?{before})$"


NUMBERS = grammar(ANY_NUMBER, ANY_BEFORE, ANY_AFTER)
"""How cells are written that some settings read."""

RANGE = r"^[$€£]?[0-9][0-9.,]*[kKMB%]? ?(?:-|\u2013|to) ?[$€£]?[0-9][0-9.,]*[kKMB%]?$"
"""How a range is written, which is no number."""

LABELS = (r"^[0-9]{1,2}B?$", r"^(?:[0-9]|1[0-5])-?$", r"^(?:[0-9]|1[0-5])\+?$")
"""How all cells are written where a B may be no thousand million, or a sign behind digits none: bases, and marks."""

FEW_LABELS = 20
"""Different cells; of more, such cells are numbers."""

WORDED = (
    r"^(?i:approx\.?|approximately|about|around|circa|ca\.?|roughly|nearly|almost|over|under|above|below|from|up to"
    r"|at least|at most|more than|less than|min\.?|max\.?|etwa|ungefähr|rund|knapp|über|ab|bis|mindestens"
    r"|höchstens|environ|plus de|moins de) ?[$€£]?\d[\d.,]*"
)
"""What a cell looks like that says in words how near a number is."""

SEVERAL = (
    r"^(?:[^\p{L}\d]{0,3}[1-9]|0[^x])\d*(?:[.,]\d+)?(?:(?:[^\d.,]\D{0,9}|[.,][^\d.,]\D{0,8})\d+(?:[.,]\d+)?)+\D{0,10}$"
)
"""What a cell of several numbers looks like: 1920x1080, 1 11/16, 52.5, 13.4."""

PARTS = rf"^((?:[-+<>=≤≥~( ]|{ANY_BEFORE})*)({ANY_NUMBER})(.*)$"
"""Such a cell's signs and unit before its digits, these, and all behind them."""


@dataclass(frozen=True)
class NumberNotation:
    """How the numbers of a column are written.

    Attributes:
        decimal: The sign before decimals.
        thousands: The sign between thousands; empty for none.
        units: What may stand before or behind the digits, each as `units.folded` gives it.
        multiples: Whether k, M, bn, … multiply.
        bounds: Whether cells may be bounds, <5 or 5+, or about a number, ~5, which count as the number.
        dashes: Whether some of training's cells are a dash beside a currency, which is 0 wherever it stands.
        example: A cell, to show.
    """

    decimal: str = "."
    thousands: str = ""
    units: tuple[str, ...] = ()
    multiples: bool = False
    bounds: bool = False
    dashes: bool = False
    example: str = ""

    kinds: ClassVar[tuple[str, ...]] = ("number", "boolean")

    def __post_init__(self) -> None:
        if (self.decimal, self.thousands) not in PAIRS:
            raise TableError(
                f"no number is written with {self.decimal!r} before decimals and {self.thousands!r} between thousands"
            )
        if not all(0 < len(part) <= LONGEST for part in (*self.units, self.example or "0")):
            raise TableError(f"a unit or an example of a number has 1 to {LONGEST} characters")
        if self.example and not re.search(self.pattern, tidied_cell(self.example)):
            raise TableError(f"{self.example!r} is no example of a number that is written so")

    def __str__(self) -> str:
        """A cell, and what it is."""
        meant = float(self.plain(pl.Series([self.example]))[0])
        about = self.bounds and self.example.startswith(("~", "\u2248", "\u223c"))
        also = {
            "a bound counts as the number": self.bounds and not about,
            "what is about a number counts as that": about,
            "a dash beside the currency is 0": self.dashes,
        }
        said = "; ".join(each for each, holds in also.items() if holds)
        return f"as {self.example}, which is {meant:.15g}" + (f" ({said})" if said else "")

    @cached_property
    def pattern(self) -> str:
        """How a cell is written."""
        number = digits(self.decimal, self.thousands) + ("" if self.multiples else EXPONENT)
        unit = any_of(self.units)
        after = rf"(?:{MULTIPLE}(?: ?{unit})?|{unit})" if self.multiples else unit
        before = any_of(unit for unit in self.units if unit in BEFORE)
        return f"{grammar(number, before, after, bounds=self.bounds)}|{nought(before)}"

    @cached_property
    def other(self) -> NumberNotation | None:
        """The same with the other sign before decimals, where that is the one between thousands."""
        return replace(self, decimal=self.thousands, thousands="", example="") if self.thousands in DECIMALS else None

    def plain(self, text: pl.Series) -> pl.Series:
        """Cells as 1234.5 or -2.5e3, those that are `turned` too; others that are not so written stay as they are."""
        tidy, fits = self.fitting(text)
        if self.other and (turned := self.turned(tidy, fits)).any():
            return self.other.plain(text).zip_with(turned, self.written(text, tidy, fits & ~turned))
        return self.written(text, tidy, fits)

    def written(self, text: pl.Series, tidy: pl.Series, fits: pl.Series) -> pl.Series:
        """Cells as `plain` gives them, of which it is known which fit."""
        if not fits.any():
            return text
        mixed = [unit for unit in self.units if re.search(r"[\d.,]", unit)]
        letters = "".join(unit for unit in self.units if unit not in mixed)
        number = tidy.str.replace_all(any_of(mixed), "") if mixed else tidy
        if self.multiples:
            number = number.str.replace(r"\.([^0-9]*)$", "$1")  # that of Mio.
        number = number.str.strip_chars(f"{MARKS}{letters}{letters.upper()}sS")
        signed = (number < ".").any() or number.str.ends_with("-").any()  # "-" and "(" come before "."
        if signed:
            number = number.str.strip_chars(f"{MARKS}{letters}{letters.upper()}sS{MINUSES}")
        if self.thousands:
            number = number.str.replace_all(self.thousands, "", literal=True)
        if self.decimal != ".":
            number = number.str.replace(self.decimal, ".", literal=True)
        if self.multiples:
            multiple = tidy.str.extract(rf"[0-9.,] ?({MULTIPLE})(?: ?{any_of(self.units)})?[-+)]*$")
            powers = {name: f"e{power}" for name, power in MULTIPLES.items()}
            number += (
                multiple.str.to_lowercase()
                .str.strip_chars(".")
                .replace_strict(powers, default="", return_dtype=pl.String)
            )
        if signed:
            minus, dash = tidy.str.contains(MINUS), number == ""
            number, minus = number.set(dash, "0"), minus & ~dash
            number = ("-" + number).zip_with(minus.fill_null(False), number)
        return number if fits.all() else number.zip_with(fits.fill_null(False), text)

    def fitting(self, text: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Cells in the plain signs, as far as is needed to tell which are written so; and which those are."""
        fits = text.str.contains(self.pattern)
        if fits.all() or tidied(rest := text.filter(~fits)).equals(rest):
            return text, fits
        tidy = tidied(text)
        return tidy, tidy.str.contains(self.pattern)

    def turned(self, tidy: pl.Series, fits: pl.Series) -> pl.Series:
        """Which cells of a column, of which it is known which fit, are written with the other sign before decimals.

        They are where some cells can only be so, and none only as in training: of plain numbers if there are more
        such than mistakes, of others if they are more than those that could be both.
        """
        if self.other is None or fits.all():
            return nowhere(tidy)
        could = tidy.str.contains(self.other.pattern)
        against = could & ~fits
        if not against.any() or (fits & ~could).any():
            return nowhere(tidy)
        both = fits & tidy.str.contains(self.thousands, literal=True)
        plain = tidy.str.contains(PLAIN) if self.thousands == "." else nowhere(tidy)
        counts = [(int((against & part).sum()), int((both & part).sum())) for part in (plain, ~plain)]
        (plainly, perhaps), (surely, either) = counts
        numbers, others = plainly > SELDOM * (plainly + perhaps), surely > either
        return (could & ((plain & numbers) | (~plain & others))).fill_null(False)

    def doubts(self, text: pl.Series) -> dict[str, pl.Series]:
        """Which cells of a later column could be read otherwise: `thousands` or `decimals` that could be the other.

        Points may be decimal ones in a plain column where the numbers of training had decimals; where they had none,
        neither has a plain column of the same numbers. Decimals may be thousands where others turned them; among plain
        numbers where these are fewer.
        """
        if self.other is None:
            return {}
        tidy, fits = self.fitting(text)
        turned, parted = self.turned(tidy, fits), tidy.str.contains(self.thousands, literal=True)
        plain = tidy.str.contains(PLAIN) if self.thousands == "." else nowhere(tidy)
        decimals = turned & fits & parted
        if (decimals & plain).sum() <= (turned & ~fits & plain).sum():
            decimals &= ~plain
        doubts = {"decimals": decimals.fill_null(False)}
        if self.thousands == "." and self.decimal in self.example:
            either = tidy.str.contains(self.other.pattern)
            could = fits & ~turned & plain & parted & bool((either | ~fits).all())
            doubts["thousands"] = could.fill_null(False)
        return doubts

    def as_said(self, decimal: str, thousands: str) -> NumberNotation:
        """The same for a file of which it is said which signs stand before decimals and between thousands, or one."""
        decimal = decimal or other_sign(thousands) or self.decimal
        own = self.thousands if decimal == self.decimal else ""
        thousands = thousands.translate(PLAIN_SIGNS)
        return replace(self, decimal=decimal, thousands=thousands or own or other_sign(decimal), example="")


def label_among(distinct: pl.Series) -> str:
    """A cell of few different ones, in the plain signs, that is rather a label than a number; empty where none is.

    Bases, 1B, and marks of a school, 2- or 2+, are of one or two digits, and no other cell shows an amount. Where 2+ is
    a bound, no cell is 2.
    """
    if len(distinct) > FEW_LABELS or not any(distinct.str.contains(each).all() for each in LABELS):
        return ""
    marked = distinct.filter(distinct.str.contains("[-+B]$"))
    rather = marked.filter(~marked.str.ends_with("+") | marked.str.strip_chars("+").is_in(distinct.implode()))
    return "".join(rather.head(1))


def mixed(words: pl.Series) -> tuple[str, bool]:
    """Why words are no column of numbers, though most of them are; empty where few are. Then, whether others are none.

    Known units alone count, of more than a letter: 12A and 13B are codes.
    """
    tidy = tidied(words)
    if label := label_among(tidy):
        return f"{label!r} may be a label or {as_number(label)}", True
    numbers = tidy.filter(tidy.str.contains(NUMBERS))
    if 2 * len(numbers) <= len(words):
        return "", False
    before, _, after = numbers.str.extract_groups(PARTS).struct.unnest()
    marks = [[part.strip("-+<>=≤≥~() ") for part in parts] for parts in zip(before, after, strict=True)]
    units = {folded(part): part for parts in reversed(marks) for part in parts if part}
    if not KNOWN.issuperset(units) or (units and all(len(unit) == 1 and unit.isalpha() for unit in units)):
        return "", False
    if len(set(map(frozenset, marks))) > 1 and len(units) > 1:
        *most, last = list(reversed(units.values()))[:SHOWN_UNITS]
        return f"numbers in several units: {', '.join(most)} and {last}", False
    other = tidy.filter(~tidy.str.contains(NUMBERS))
    if not len(other):
        return "", False
    return f"most of its different cells are numbers, but {other[0][:LONGEST]!r} is not", True


def why_unread(words: pl.Series) -> str:
    """Why words are no numbers though there are some in most cells: several of them, or in words; empty if not so."""
    for pattern, why in ((SEVERAL, "hold several numbers each"), (WORDED, "say in words how near a number is")):
        cells = words.filter(words.str.contains(pattern))
        if len(cells) and len(cells) + int(words.str.contains(NUMBERS).sum()) >= MOSTLY * len(words):
            return f"cells such as {str(cells.min())[:LONGEST]!r} {why}"
    return ""


def as_number(label: str) -> str:
    """What such a label is as a number, for a sentence."""
    notation = NumberNotation(multiples=True, bounds=True)
    return f"{float(notation.plain(pl.Series([label]))[0]):.15g}"


def are_ranges(words: pl.Series) -> bool:
    """Whether cells are ranges, 5-10, among which open ones and single numbers may be: <5, 10+, 7."""
    if not words.head(1).str.contains(r"^[<>≤≥]?=?[$€£]?[0-9]")[0]:
        return False
    ranges = words.str.contains(RANGE)
    ends = words.filter(ranges).str.replace_all(",", "").str.extract_groups(r"([0-9.]+)[^0-9]+([0-9.]+)")
    low, high = (end.cast(pl.Float64, strict=False) for end in ends.struct.unnest())
    telephones = words.str.contains(r"^[0-9]{3}-[0-9]{4}$").all()
    ascending = bool((low < high).fill_null(False).all()) and not telephones
    return bool(ranges.any() and ascending and (ranges | words.str.contains(NUMBERS)).all())
