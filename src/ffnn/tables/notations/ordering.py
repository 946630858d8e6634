"""Which form the dates of a column are in, and when the order of day and month has to be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from ffnn.advice import Advice
from ffnn.errors import TableError
from ffnn.tables.notations.dates import FORMS, MOSTLY_DATES, PLAIN, ZERO, ZONES, DateNotation, are_seasons, unplain
from ffnn.tables.notations.notation import MOSTLY, Found, Question, TextColumn

FIRST_CELLS = 8
"""So many at the top, and as many throughout, show whether a column may hold dates at all."""

CONTRADICTING = 0.1
"""Of the cells that tell the order of day and month: where so many tell another one, it is asked for."""

RECENT = r"(?:^|\D)(?:19|20)\d\d(?:\D|$)"
"""A year with which a month alone is one; before and after, the digits may be a code."""

CLOCK = r"^(\d\d?):(\d\d)(?: ?h)?$"
"""A bare time of day, which may as well be a ratio, a score or a length of time."""

NAMED_AS_TIME = re.compile(
    r"(?:^|[^a-z])(?:(?:clock|uhr|zeit|heure|hora|start|beginn?|ende?|opens?|closes?|closing|opening|sunrise|sunset"
    r"|departure|arrival|abfahrt|ankunft)(?:[^a-z]|$)|uhrzeit|time$|time[ _]of|start|end[ _]?time)"
)
"""How a column is named, in small letters, that holds times of day."""

NAMED_AS_DATE = re.compile(
    r"(?:date|datum|fecha|birth|geburt|naiss|nacim|nascim|expir|valid|gültig)|(?:^|[^a-z])(?:data|dates?|dt|dob|days?|tag|jour"
    r"|dia|día|when|wann|time|timestamp|zeit|on|at|am|since|seit|until|bis|from|von|start|begin|end|due|created|updated"
    r"|modified|ordered|shipped|sold|died|born)(?:[^a-z]|$)"
)
"""How a column is named, in small letters, that holds dates."""

NAMED_AS_MONTH = re.compile(
    r"expir|valid|gültig|period|month|monat|mois|(?:^|[^a-z])(?:mes|exp|mm.?yy|mm.?jj)(?:[^a-z]|$)"
)
"""How one is named that holds months."""

ZONE = r"^(?: ?[AaPp]\.?[Mm]\.? | ?)([A-Za-z][A-Za-z_]*(?:[/-][A-Za-z_]+)*)$"
"""What stands behind a time that names its zone."""

NO_DAY = r"/(?:3[2-9]|[4-9]\d)$"
"""How a month and a year are written that are no day of a month."""

DAY_OF_MONTH = r"^[^\W\d]+\.?[-/ ]'?(?:2[89]|3[01])$"
"""A month and a number that may rather be its day than a year to come."""

CODE = r"^(?:[^\W\d]+|\d\d?-\d\d?)-(?:3[2-9]|[4-6]\d)$"
"""A date with hyphens and two digits for a year of which few write, which may as well be a code: MAR-40, 2-5-43."""

THREE_NUMBERS = r"^\d{1,3}[-/.]\d{1,3}[-/.]\d{1,3}$"
"""What may be a date, or a code of three parts."""

BARE_CODE, PADDED = r"^\d\d?-\d\d?-\d\d$", r"(?:^|-)0\d"
"""A date with hyphens and two digits for the year, which may as well be a size or a number of a part, 13-6-18, unless
some cells have their zeros, 13-06-18."""

VERSION = r"^([1-9]|1[0-2])\.\d\d?\.\d\d$"
"""A date with points and two digits for the year, which may as well be a version."""


def find(columns: Mapping[str, TextColumn], _: Mapping[str, str]) -> Found:
    """Which columns hold dates that are not in the plain form; targets are labels, and stay as they are."""
    found = {
        name: look(column) for name, column in columns.items() if column.kind in ("", "date") and not column.target
    }
    return Found(
        {name: notation for name, notation in found.items() if isinstance(notation, DateNotation)},
        {name: question for name, question in found.items() if isinstance(question, Question)},
    )


def look(column: TextColumn) -> DateNotation | Question | None:
    """How the dates of a column are written, or what has to be asked; None where they are plain, or no dates."""
    if not column.kind and column.plain:  # numbers
        return None
    some = without_zeros(column.some)
    if not column.how and len(some) and some.str.contains(PLAIN).all() and not unplain(column.cells).any():
        return None
    first = [*some.head(FIRST_CELLS), *some.gather_every(len(some) // FIRST_CELLS + 1)]
    names = [
        name
        for name, form in FORMS.items()
        if (column.kind or not form.declared)
        and (form.how in ("", column.how) or not column.how)
        and (any(re.fullmatch(form.known_by or form.pattern, cell) for cell in first) or form.how == column.how != "")
    ]
    if not names:
        return None
    if column.how:
        names.sort(key=lambda name: FORMS[name].how != column.how)
    known = names
    names, share = decide(some, names)
    least = MOSTLY_DATES if "<day>" in FORMS[names[0]].pattern else MOSTLY  # a month alone may be a season, or a code
    if not column.kind and share < least:
        return unknown_zone(column, some, DateNotation(names[0]))
    if len(names) > 1:
        some = without_zeros(column.cells.drop_nulls().str.strip_chars().unique(maintain_order=True))
        names, _ = decide(some, names)
    if len(names) > 1:
        asked = ask(str(column.cells.name), some, names)
        dates = some.filter(pl.DataFrame(dated(some, names)).max_horizontal())
        code = not (column.kind or column.needed) and may_be_codes(str(column.cells.name).lower(), some, dates)
        level = Advice("columns", (str(column.cells.name), "category"), after=" if it is a code")
        return replace(asked, advice=(*asked.advice, level)) if code else asked
    notation = DateNotation(names[0])
    check_order(column, notation, some)
    if not column.kind and are_seasons(some):
        return None
    if not column.kind and (mixture := mixed(column, notation, some, known)):
        return mixture
    if not column.kind and (doubted := doubt(column, notation, some)):
        return doubted
    needed = column.how or any(notation.rewrites(cells) for cells in (some, column.cells))
    return replace(notation, short=notation.has_short_years(some)) if needed else None


def dated(some: pl.Series, names: list[str]) -> dict[str, pl.Series]:
    """By form, which of some cells it reads as dates."""
    return {name: DateNotation(name).read(some).is_not_null() for name in names}


def check_order(column: TextColumn, notation: DateNotation, some: pl.Series) -> None:
    """Raise a TableError where an order of day and month is declared of cells that have none."""
    form = FORMS[notation.form]
    in_order = form.how or ("<day>" in form.pattern and (column.how == "yearfirst" or not form.declared))
    if column.how and not in_order:
        cell = some.filter(notation.read(some).is_not_null()).head(1)
        holds = f"but holds {cell[0]!r}, which has no order to be told" if len(cell) else "but holds no dates"
        plain = Advice("columns", (str(column.cells.name), "date"), "leave the order out: ")
        raise TableError(f"column {column.cells.name!r} is declared as 'date:{column.how}', {holds}", plain)


def doubt(column: TextColumn, notation: DateNotation, some: pl.Series) -> Question | None:
    """What has to be said of cells that fit the form of dates and may yet be something else; None if they are dates."""
    dates, text = some.filter(notation.read(some).is_not_null()), ""
    name = str(column.cells.name).lower()
    if notation.form in ("year and month", "month number and year") and not dates.str.contains(RECENT).all():
        dates, text = dates.filter(~dates.str.contains(RECENT)), "a month or a code"
    elif notation.form == "time of day" and dates.str.contains(CLOCK).all() and not NAMED_AS_TIME.search(name):
        hour, minute = dates.str.extract_groups(CLOCK).struct.unnest()
        two = hour.filter(hour.str.len_bytes() == 2)
        if not (two.str.starts_with("0").any() or (len(two) and (minute >= "30").any())):
            text = "a time of day, a length of time, a ratio or a score"
    elif notation.form == "month and short year" and (late := dates.filter(dates.str.contains(DAY_OF_MONTH))).len():
        if not dates.str.contains(CODE).any():
            dates, text = late, "a month of a year or a day of a month"
    elif notation.form == "day first" and dates.str.contains(VERSION).all():
        text = "a date or a version"
    elif notation.form == "month number and short year" and not NAMED_AS_MONTH.search(name):
        text = "" if dates.str.contains(NO_DAY).any() else "a month of a year, a day of a month or a fraction"
    elif may_be_codes(name, some, dates):
        text = "a date or a code"
    if not text and (codes := dates.filter(dates.str.contains(CODE))).len():
        dates, text = codes, "a date or a code"
    if not text:
        return None
    own = str(column.cells.name)
    date = Advice("columns", (own, "date"), after=f" reads {notation.read(dates)[0]}")
    level = Advice("columns", (own, "category"))
    return Question(f"{dates[0]!r} could be {text}", (date,) if column.needed else (date, level))


def may_be_codes(name: str, some: pl.Series, dates: pl.Series) -> bool:
    """Whether three numbers in a column, by its name in small letters, may be codes: most of some cells are dates."""
    if NAMED_AS_DATE.search(name):
        return False
    bare = dates.str.contains(BARE_CODE).all() and not dates.str.contains(PADDED).any()
    short = dates.filter(dates.str.contains(THREE_NUMBERS))
    alike = count(some.str.contains(THREE_NUMBERS))
    return bool(len(dates)) and (bare or len(short) < (1 - CONTRADICTING) * alike)


def mixed(column: TextColumn, notation: DateNotation, some: pl.Series, names: list[str]) -> Question | None:
    """What has to be said of dates that are written in two ways, such as those that a spreadsheet took for dates."""
    own = dated = notation.read(some).is_not_null()
    ways = [own]
    for mask in (some.str.contains(PLAIN), *(DateNotation(name).read(some).is_not_null() for name in names)):
        ways.append(mask & ~dated)
        dated |= mask
    if count(dated & ~own) < CONTRADICTING * count(dated):
        return None
    cells = column.cells.str.strip_chars()
    written = [cells.filter(cells.is_in(some.filter(way).implode())) for way in ways if way.any()]
    most, *others = sorted(written, key=len, reverse=True)
    shown = " and ".join(repr(other[0]) for other in others)
    text = f"{len(most):,} of {sum(map(len, written)):,} dates are written as {most[0]!r}, others as {shown}"
    reads = count(cells.str.contains(PLAIN).fill_null(False) | notation.read(cells).is_not_null())
    return Question(text, (Advice("columns", (str(cells.name), "date"), after=f" reads {reads:,} of them"),))


def unknown_zone(column: TextColumn, some: pl.Series, notation: DateNotation) -> Question | None:
    """What has to be said of times whose zone has no offset that is known; None if there is none."""
    parts = notation.parts(some)
    if "tail" not in parts.columns or not len(some):
        return None
    zones = parts["tail"].str.extract(ZONE)
    unknown = zones.is_not_null() & ~zones.str.to_lowercase().is_in([*ZONES, "am", "pm"])
    if unknown.sum() < MOSTLY * len(some):
        return None
    cell, zone = some.filter(unknown)[0], zones.filter(unknown)[0]
    level = Advice("columns", (str(column.cells.name), "category"))
    text = f"the zone {zone!r} of times such as {cell!r} is not known; write it as an offset, +01:00, or leave it out"
    return Question(text, () if column.needed else (level,))


def without_zeros(text: pl.Series) -> pl.Series:
    """Cells but those that stand for a missing date."""
    return text.filter(~text.str.contains(ZERO))


def decide(distinct: pl.Series, names: list[str]) -> tuple[list[str], float]:
    """The forms that fit most cells, more than one where none tells; and the share of cells that are plain or fit."""
    plain = distinct.str.contains(PLAIN)  # is read in any form
    fits = {name: DateNotation(name).read(distinct).is_not_null() | plain for name in names}
    best = max(names, key=lambda name: count(fits[name]))

    def as_good(name: str) -> bool:
        only, own = count(fits[name] & ~fits[best]), count(fits[best] & ~fits[name])
        orders = {FORMS[name].how, FORMS[best].how}
        return len(orders - {""}) == 2 and only >= CONTRADICTING * (only + own)

    left = likely([name for name in names if name == best or as_good(name)], distinct)
    fitting = plain
    for name in left:
        fitting |= fits[name]
    return left, count(fitting) / max(1, len(distinct))


def count(mask: pl.Series) -> int:
    """How many are true."""
    return int(mask.sum())


def likely(names: list[str], distinct: pl.Series) -> list[str]:
    """Of forms that fit equally well, the likely ones.

    Points have the day first, six digits the year; years differ less than days.
    """
    if names[0] == "short year first in digits":
        return names[:1]
    if "day first" in names and not distinct.str.contains(r"\d[-/] ?\d+[-/]").any():
        return ["day first"]
    if len(names) > 1 and "short year first" in names:
        ends = distinct.str.extract_groups(r"(\d+)\D+\d+\D+(\d+)").struct
        first, last = (ends.field(number).n_unique() for number in ("1", "2"))
        if 2 * first <= last:
            return ["short year first"]
        if last < first:
            return [name for name in names if name != "short year first"]
    return names


def ask(column: str, distinct: pl.Series, names: list[str]) -> Question:
    """What has to be said before dates can be read whose cells do not tell the order of day, month and year."""
    read = pl.DataFrame({FORMS[name].how: DateNotation(name).read(distinct) for name in names})
    counted = read.select(pl.concat_list(pl.all()).list.drop_nulls().list.n_unique()).to_series()
    place = counted.arg_max() or 0
    lone = read.select(pl.sum_horizontal(pl.all().is_not_null()) == 1).to_series()
    alone = [distinct.filter(lone & read[how].is_not_null()).head(1) for how in read.columns]
    if len(shown := [repr(one[0]) for one in alone if len(one)]) > 1:
        text = f"its dates are in more than one order, such as {' and '.join(shown)}"
    else:
        text = f"day and month cannot be told apart in {distinct[place]!r}"
    ways = ((how, read[how][place]) for how in read.columns)
    return Question(
        text,
        tuple(Advice("columns", (column, f"date:{how}"), after=f" reads {day}" if day else "") for how, day in ways),
    )
