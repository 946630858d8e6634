"""How a file is to be read, as far as that is said: one declaration, of which keywords and options are made.

What is not said is found out from the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, fields
from numbers import Integral
from typing import Any, TypedDict

from ffnn.errors import ChoiceError, near
from ffnn.recipes.choices import switch

BLANKS, FIXED = "blanks", "fixed"
"""Delimiters that are no sign: a run of blanks or tabs; the places at which columns of fixed width begin."""

SIGNS, MOST_SIGNS = "!#$%&*+,-./:;<=>?@^_|~\t", 4
"""Of which a delimiter may be made of several: `::`, `|~|`; and how many."""

WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "blank": " ", "space": " "}
"""Delimiters by name, for those that are hard to type."""

MARKS = ("'", "_", "\N{RIGHT SINGLE QUOTATION MARK}", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}")
"""What stands between thousands, besides comma and point."""


def said(about: str, shown: str, check: Callable[[str, Any], Any], default: Any = None) -> Any:
    """A field: what it is in a line of help, the placeholder of its option, and what makes a value a sound one."""
    return field(default=default, metadata={"about": about, "shown": shown, "check": check})


def delimiter_of(name: str, given: Any) -> str:
    """One character or a few signs, `blanks` or `fixed`."""
    found = WORDS.get(given, given) if isinstance(given, str) else given
    if found in (BLANKS, FIXED):
        return str(found)
    if isinstance(found, str) and len(found) == 1 and found.isascii() and found not in '"\n\r\0':
        return found
    if isinstance(found, str) and 1 < len(found) <= MOST_SIGNS and set(found) <= set(SIGNS):
        return found
    raise ChoiceError(f"{name} must be one ASCII character, a few signs, tab, {BLANKS} or {FIXED}; got {given!r}")


def mark_of(name: str, given: Any) -> str:
    """The sign before decimals, or between thousands."""
    known = (",", ".") if name == "decimal" else (",", ".", *MARKS)
    if isinstance(given, str) and WORDS.get(given, given) in known:
        return WORDS.get(given, given)
    others = ", a blank, an apostrophe" if name == "thousands" else ""
    raise ChoiceError(f"{name} must be a comma{others} or a point; got {given!r}")


def encoding_of(name: str, given: Any) -> str:
    """The name of an encoding that Python knows."""
    try:
        "a".encode(given)  # some of those that are known are not of text
        return codecs.lookup(given).name
    except (LookupError, TypeError, ValueError):
        raise ChoiceError(f"{name} must name an encoding such as utf-8, cp1252 or utf-16; got {given!r}") from None


def count_of(name: str, given: Any) -> int:
    """A number of lines; of a line itself, one that is there."""
    least = 1 if name == "header_row" else 0
    if isinstance(given, bool) or not isinstance(given, Integral) or given < least:
        raise ChoiceError(f"{name} must be a whole number of at least {least}; got {given!r}")
    return int(given)


def comment_of(name: str, given: Any) -> str:
    """What begins a line that is no row."""
    if not isinstance(given, str) or not given.strip() or "\n" in given or "\r" in given:
        raise ChoiceError(f"{name} must be the sign with which comment lines begin, such as '#'; got {given!r}")
    return given


def words_of(_name: str, given: Any) -> tuple[str, ...]:
    """The words that stand for a missing cell."""
    words = (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    if wrong := [word for word in words if not isinstance(word, str)]:
        raise ChoiceError(f"a word for a missing cell must be a string such as '-'; got {wrong[0]!r}")
    return tuple(sorted(words)) if isinstance(given, Set) else words


def sheet_of(name: str, given: Any) -> str:
    """A sheet's name, or its number as text."""
    if isinstance(given, bool) or not isinstance(given, str | Integral) or not str(given).strip():
        raise ChoiceError(f"{name} must be the name or the number of a sheet; got {given!r}")
    return str(given)


def flag_of(name: str, given: Any) -> bool:
    """Yes or no."""
    return switch(name, given, ChoiceError)


class Words(TypedDict, total=False):
    """The keywords that `Dialect` takes, for type checkers."""

    delimiter: str | None
    decimal: str | None
    thousands: str | None
    encoding: str | None
    header_row: int | None
    no_header: bool
    skip_rows: int | None
    comment: str | None
    missing: str | Sequence[str]
    sheet: str | int | None


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a file is to be read; what is None or empty is found out.

    Attributes:
        delimiter: The sign between cells; `blanks` for runs of blanks, `fixed` for columns of fixed width.
        decimal: The sign before decimals: a point or a comma.
        thousands: The sign between thousands.
        encoding: Of text, by Python's name for it.
        header_row: The line that names the columns, from 1; those above it are left out.
        no_header: Whether there is none: columns are `column_1`, `column_2`, …
        skip_rows: How many lines at the top are left out.
        comment: What begins a line that is no row.
        missing: Words that stand for a missing cell.
        sheet: The sheet of a workbook, or the array or file of an archive, by name or by number from 1.

    Raises:
        ChoiceError: A value cannot be used, or two exclude each other.
    """

    delimiter: str | None = said("Sign between cells: a character, tab, blanks or fixed.", "SIGN", delimiter_of)
    decimal: str | None = said("Sign before decimals: . or ,", "SIGN", mark_of)
    thousands: str | None = said("Sign between thousands.", "SIGN", mark_of)
    encoding: str | None = said("Encoding of text, such as cp1252.", "NAME", encoding_of)
    header_row: int | None = said("Line that names the columns, from 1.", "N", count_of)
    no_header: bool = said("No line names the columns: they are column_1, column_2, ...", "", flag_of, False)
    skip_rows: int | None = said("Lines at the top to leave out.", "N", count_of)
    comment: str | None = said("Sign that begins a line which is no row.", "SIGN", comment_of)
    missing: tuple[str, ...] = said(
        "Word that marks a missing cell, here and in tables to predict; repeat the option for several.",
        "WORD",
        words_of,
        (),
    )
    sheet: str | None = said("Sheet of a workbook, by name or number.", "NAME", sheet_of)

    def __post_init__(self) -> None:
        for name, value in self.given.items():
            CHECKS[name](name, value)
        if self.decimal is not None and self.decimal == self.thousands:
            raise ChoiceError(f"decimal and thousands are both {self.decimal!r}; they must differ")
        for one, other in (("header_row", "no_header"), ("header_row", "skip_rows")):
            if getattr(self, one) and getattr(self, other):
                raise ChoiceError(f"{one} and {other} exclude each other; give one of them")

    @classmethod
    def of(cls, **given: Any) -> Dialect:
        """A dialect as people say it: tab for the sign, a word alone, a number for a sheet.

        Raises:
            ChoiceError: A value cannot be used, or two exclude each other.
            TypeError: A keyword is none of a dialect.
        """
        if wrong := given.keys() - CHECKS:
            name = min(wrong)
            raise TypeError(f"nothing called {name!r} can be said of how a table is read; {near(name, CHECKS)}")
        return cls(**{name: CHECKS[name](name, value) for name, value in given.items() if value is not None})

    @property
    def given(self) -> dict[str, Any]:
        """What is said, by name."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) != each.default}

    def __str__(self) -> str:
        """What is said, in a few words: decimal ',', header row 3."""
        return ", ".join(
            name.replace("_", " ") + ("" if value is True else f" {value!r}") for name, value in self.given.items()
        )

    def called(self, name: Any) -> Any:
        """The column that a name means: where no line names the columns, 3 is column_3."""
        name = as_name(name)
        return f"column_{int(name)}" if self.no_header and isinstance(name, str) and name.isdecimal() else name

    def overruled(self, other: Dialect) -> Dialect:
        """The same where the other says nothing; missing words are added."""
        places = {"header_row", "no_header", "skip_rows"}
        dropped = places if places & other.given.keys() else set()  # a place said anew is said whole
        dropped |= {"thousands"} if self.thousands and self.thousands == other.decimal else set()
        dropped |= {"decimal"} if self.decimal and self.decimal == other.thousands else set()
        kept = {name: value for name, value in self.given.items() if name not in dropped}
        missing = tuple(dict.fromkeys((*self.missing, *other.missing)))
        return Dialect(**{**kept, **other.given, "missing": missing})


def as_name(value: Any) -> Any:
    """The name of a column: a whole number is one as a table of pandas has it; all else stays."""
    return str(value) if not isinstance(value, bool) and isinstance(value, Integral) else value


CHECKS = {each.name: each.metadata["check"] for each in fields(Dialect)}

UNSAID = Dialect()
"""Nothing is said: all is found out."""
