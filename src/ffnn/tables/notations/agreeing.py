"""What the cells of a column agree on: the settings with which they are numbers, or what has to be asked.

Settings are looked for among some distinct cells and held against all of them. Where signs could mean two things, the
column decides, then the other columns, then the file's delimiter; else it is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from ffnn.advice import Advice
from ffnn.errors import TableError, either
from ffnn.tables.notations.notation import SAMPLE, Found, Notation, Question, TextColumn, all_plain
from ffnn.tables.notations.numbers import (
    ANY_BEFORE,
    LONGEST,
    NUMBERS,
    PAIRS,
    PARTS,
    SELDOM,
    NumberNotation,
    digits,
    label_among,
    nought,
    other_sign,
)
from ffnn.tables.notations.units import (
    KNOWN,
    MULTIPLE,
    NO_POINT,
    NO_UNITS,
    PLAIN_SIGNS,
    UNSURE,
    WITH_A_POINT,
    any_of,
    folded,
    tidied,
    tidied_cell,
)
from ffnn.tables.notations.words import without_missing_words

MOSTLY = 0.9
"""Of the cells of a column: where so many are numbers, the others are odd ones."""

LIKELY = 0.5
"""Of the distinct cells of a sample: where so many agree, all cells are looked at; odd ones seldom repeat."""

FEW = 20
"""Where some cells are odd, so many different numbers or fewer may be levels or classes, which stay as they are."""

SURE = 20
"""So many different cells with three digits behind their only comma, beside smaller numbers, are grouped."""

KEY = 9
"""Digits; numbers of so many and more in groups, all of one length, are keys: telephones, addresses of machines."""

ROUNDS = 4
"""How often cells that a sample left unexplained are looked at with it."""

LOWER, UPPER, NEAR = r"^[>≥]|[0-9kKMB]\+|\+$", r"^[<≤]", "^~"
"""How a lower and an upper bound are known, and what is about a number."""

ASKED = {"decimal-point": ".", "decimal-comma": ","}
"""How a column is declared to be written, and the sign that this puts before decimals."""


NO_ROWS = pl.Series([], dtype=pl.UInt32)


@dataclass(frozen=True)
class Look:
    """What was seen of a column.

    Attributes:
        column: The column.
        notations: The settings with which most cells are numbers; they differ in separators alone.
        cores: Digits and separators of some different cells.
        strict: Whether every cell must have the unit.
        odds: For each of the notations the rows of the cells that are present, but no numbers in it.
    """

    column: TextColumn
    notations: tuple[NumberNotation, ...]
    cores: list[str]
    strict: bool
    odds: tuple[pl.Series, ...] = ()

    @cached_property
    def tidy(self) -> pl.Series:
        """All cells in the plain signs."""
        return tidied(self.column.cells)

    @cached_property
    def separators(self) -> set[str]:
        """The separators that occur."""
        return set("".join(self.cores)) & set(".,")

    def odd(self, notation: NumberNotation) -> pl.Series:
        """The rows of the cells that are present, but no numbers in that notation."""
        tidy, fits = notation.fitting(self.column.cells)
        if self.strict:
            fits &= ~tidy.str.contains(unitless(notation))
        if fits.all():
            return NO_ROWS
        rows = (~fits).fill_null(False).arg_true()
        return rows.filter(is_there(tidied(tidy.gather(rows))))

    def keeping(self, odds: list[pl.Series]) -> Look:
        """The same with the notations that read most cells, and their rivals that read nearly as many."""
        each = list(zip(self.notations, odds, strict=True))
        fewest = min(map(len, odds))
        best = [notation for notation, rows in each if len(rows) == fewest]
        kept = [
            (notation, rows)
            for notation, rows in each
            if len(rows) == fewest
            or ((sign := rival(notation, best)) and len(rows) - fewest <= self.may_be_wrong(notation, sign, rows))
        ]
        notations, odds = map(list, zip(*kept, strict=True))
        return replace(self, notations=tuple(notations), odds=tuple(odds))

    def may_be_wrong(self, notation: NumberNotation, sign: str, odd: pl.Series) -> float:
        """How many odd cells may be mistakes where a sign could stand between thousands or before decimals."""
        if notation.decimal == sign and self.tidy.gather(odd).str.contains(sign, literal=True).any():
            return 0
        surely = notation.thousands == "," and set(notation.units) & WITH_A_POINT
        parted = int(self.tidy.str.contains(sign, literal=True).sum())
        return (LIKELY if surely else SELDOM) * parted

    def bare(self, notation: NumberNotation) -> str:
        """A number but 0 without the unit; empty where there is none."""
        return "".join(self.tidy.filter(self.tidy.str.contains(unitless(notation)) & (self.tidy != "0")).head(1))


def is_there(tidy: pl.Series) -> pl.Series:
    """Which cells in the plain signs are neither blank nor a missing word."""
    return without_missing_words(tidy).is_not_null() & (tidy != "")


def rival(notation: NumberNotation, best: Iterable[NumberNotation]) -> str:
    """The sign that others, which read more cells, take for the other thing; empty where there is none.

    Between thousands it may be any that they have before decimals; before decimals it can be a point alone, as in
    plain numbers: 1,234,567 shows commas between thousands.
    """
    if any(each.decimal == notation.thousands for each in best):
        return notation.thousands
    return (
        "." if (notation.decimal, notation.thousands) == (".", "") and any(one.thousands == "." for one in best) else ""
    )


def unitless(notation: NumberNotation) -> str:
    """How a cell is written that lacks the unit."""
    return replace(notation, units=(), multiples=False, example="").pattern


def find(columns: Mapping[str, TextColumn], written: Mapping[str, str]) -> Found:
    """Find the columns whose numbers are in a notation, and those of which it has to be asked: see `finding.find`."""
    numbers = [column for column in columns.values() if column.kind in ("", "number")]
    plain = [column for column in numbers if column.plain]
    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        looks = list(filter(None, threads.map(look_at, (column for column in numbers if not column.plain))))
    thousands = written.get("thousands", "").translate(PLAIN_SIGNS)
    written = {**written, "thousands": thousands, "decimal": written.get("decimal") or other_sign(thousands)}
    sign = written["decimal"] or (decimal_of(looks, plain) if looks else "")
    looks += [look for column in plain if (column.how or sign == ",") and (look := look_at(column))]
    guess = sign or ("," if written.get("delimiter") == ";" else "")
    notations: dict[str, Notation] = {}
    questions: dict[str, Question] = {}
    for look in looks:
        settled = settle(look, written, guess)
        if isinstance(settled, Question):
            questions[look.column.cells.name] = settled
        elif settled is not None:
            notations[look.column.cells.name] = settled
    return Found(notations, questions)


def look_at(column: TextColumn, pairs: Iterable[tuple[str, str]] = PAIRS) -> Look | None:
    """What is seen of a column, with some signs before decimals and between thousands; None if it holds no numbers."""
    sample = list(map(tidied_cell, column.some))
    for _ in range(ROUNDS):
        agreed = agree(sample, column.kind == "number" and pairs is PAIRS, pairs)
        if agreed is None:
            return None
        look = Look(column, *agreed)
        look = look.keeping([look.odd(notation) for notation in look.notations])
        fewest = min(look.odds, key=len)
        if not len(fewest):
            return look
        strange = tidied(column.cells.gather(fewest)).unique(maintain_order=True)
        strange = strange.filter(strange.str.contains(NUMBERS) & ~strange.is_in(sample)).head(SAMPLE)
        if not len(strange):
            break
        sample += strange.to_list()
    return look if column.kind == "number" or len(fewest) <= (1 - MOSTLY) * column.cells.count() else None


def agree(
    sample: list[str], declared: bool, pairs: Iterable[tuple[str, str]]
) -> tuple[tuple[NumberNotation, ...], list[str], bool] | None:
    """What different cells agree on, as `Look` has it: notations, cores, strict; None if they do not.

    Args:
        sample: Cells in the plain signs.
        declared: Whether it is said that the column holds numbers, so that a few of them will do.
        pairs: Signs that may stand before decimals and between thousands.
    """
    least = 1 if declared else max(1, LIKELY * len(sample))
    if sum(any(map(str.isdecimal, cell)) for cell in sample) < least:
        return None
    numbers = [cell for cell in sample if len(cell) <= LONGEST and re.search(NUMBERS, cell)]
    if len(numbers) < least:
        return None
    parts = [found.groups() for found in map(re.compile(PARTS).match, numbers) if found]
    cores = [core for _, core, _ in parts]
    marks = marks_of(Counter((before, after) for before, _, after in parts), least)
    pairs = pairs_of(cores, least, declared, pairs)
    if marks is None or not pairs:
        return None
    units, multiples, strict = marks
    bounds = any(re.search(f"{LOWER}|{UPPER}|{NEAR}", cell) for cell in numbers)
    dashes = any(re.search(nought(any_of(units)), cell) for cell in sample if units and "-" in cell)
    base = NumberNotation(units=units, multiples=multiples, bounds=bounds, dashes=dashes)
    notations = [replace(base, decimal=decimal, thousands=thousands) for decimal, thousands in pairs]
    return tuple(with_example(notation, numbers) for notation in notations), cores, strict


def with_example(notation: NumberNotation, numbers: list[str]) -> NumberNotation:
    """A notation with the longest of the cells that it reads, of bounds where there are some."""
    read = list(filter(re.compile(notation.pattern).search, numbers))
    bounds = list(filter(re.compile(f"{LOWER}|{UPPER}|{NEAR}").search, read)) if notation.bounds else []
    return replace(notation, example=max(bounds or read, key=len, default=""))


def marks_of(counts: Counter[tuple[str, str]], least: float) -> tuple[tuple[str, ...], bool, bool] | None:
    """The units of most cells, whether they have multiples, and whether every cell must have the unit.

    Args:
        counts: How often what stands before the digits and behind them stands there.
        least: So many cells must agree.
    """
    if len({sign for _, after in counts for sign in "+-" if sign in after}) > 1:  # marks of a school: 2+, 2-
        return None
    behind = {after: after.strip("-+) ") for _, after in counts}
    multiplied = without_multiples(behind)
    multiples = multiplied is not None
    units: Counter[frozenset[str]] = Counter()
    for (before, after), count in counts.items():
        unit = (multiplied or behind)[after]
        units[frozenset(filter(None, map(folded, (before.strip("-+<>=≤≥~( "), unit))))] += count
    bare = units.pop(frozenset(), 0)
    for best, count in units.most_common(1):
        loose = best <= KNOWN
        other = any(word.lower() in NO_UNITS for unit in best for word in unit.split())
        if count + loose * bare >= least and not other:
            return tuple(sorted(best)), multiples, not loose
    return ((), multiples, False) if bare >= least else None


def without_multiples(behind: Mapping[str, str]) -> dict[str, str] | None:
    """What stands behind digits without its multiple, 1.2k views; None where these are none, but units.

    All cells with something behind the digits have one, or the same unit without it.
    """
    found = {after: re.fullmatch(f"({MULTIPLE})(?: ?({ANY_BEFORE})| +(.+))?", unit) for after, unit in behind.items()}
    multiplied = {after: (each[2] or each[3] or "") for after, each in found.items() if each}
    if all(each[1] in UNSURE for each in found.values() if each):
        return None
    others = {folded(unit) for after, unit in behind.items() if unit and not found[after]}
    return {**behind, **multiplied} if others <= set(map(folded, multiplied.values())) - {""} else None


def pairs_of(cores: list[str], least: float, declared: bool, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The signs before decimals and between thousands with which most numbers read, as many with each.

    Rivals are kept that read most cells with the sign of which they take the other view: others may be mistakes.
    """
    seen = set("".join(cores)) - set("0123456789")
    counts = {}
    for decimal, thousands in pairs:
        needed = {decimal} & seen or decimal == ("," if thousands == "." else ".")
        if needed and (not thousands or thousands in seen):
            core = re.compile(rf"{digits(decimal, thousands)}(?:[eE].*)?")
            counts[decimal, thousands] = sum(map(bool, map(core.fullmatch, cores)))
    most = max(counts.values(), default=0)
    if most < least:
        return []
    best = [NumberNotation(*pair) for pair, count in counts.items() if count == most]

    def near(pair: tuple[str, str]) -> bool:
        if counts[pair] < least or not (sign := rival(NumberNotation(*pair), best)):
            return False
        parted = [core for core in cores if sign in core]
        return sum(map(bool, map(re.compile(digits(*pair)).fullmatch, parted))) >= LIKELY * len(parted)

    lengths = {sum(map(str.isdecimal, core)) for core in cores}
    key = not declared and len(cores) > 1 and len(lengths) == 1 and min(lengths) >= KEY
    kept = [pair for pair, count in counts.items() if count == most or near(pair)]
    return [pair for pair in kept if not (key and pair[1] in (" ", "."))]


def decimal_of(looks: Iterable[Look], plain: Iterable[TextColumn]) -> str:
    """The sign before decimals in the columns that leave no choice; empty where there is none, or they differ."""
    signs = {look.notations[0].decimal for look in looks if len(look.notations) == 1 and look.separators}
    if any(column.some.str.contains(r"\.").any() and not grouped(column.some) for column in plain):
        signs.add(".")
    return signs.pop() if len(signs) == 1 else ""


def grouped(plain: pl.Series) -> bool:
    """Whether every point in some plain numbers may stand between thousands."""
    pointed = plain.filter(plain.str.contains(r"[.eE]"))
    return bool(pointed.str.contains(r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$").all())


def settle(look: Look, written: Mapping[str, str], guess: str) -> NumberNotation | Question | None:
    """The notation of a column, what has to be asked of it, or None if it needs none.

    Args:
        look: What was seen of it.
        written: What is said of the file: see `finding.find`.
        guess: The sign before decimals in other columns, or that such files have.
    """
    column = look.column
    said = ASKED.get(column.how) or written.get("decimal", "")
    thousands = "" if column.how else written.get("thousands", "")
    choices = [replace(each, decimal=said) if said and fits(each, look, said) else each for each in look.notations]
    pairs = [
        (decimal, other)
        for decimal, other in PAIRS
        if said in ("", decimal) and (not thousands or (other in ("", thousands) and decimal != thousands))
    ]
    choices = [each for each in choices if (each.decimal, each.thousands) in pairs]
    if not choices:
        again = look_at(column, pairs)
        if again is None:
            return contradiction(look, pairs, said, thousands)
        look, choices = again, [*again.notations]
    notation = choices[0] if len(choices) == 1 else decided(look, choices, guess)
    if notation is None:
        return ambiguity(look, choices)
    if len(choices) == 1 and not said and guess and shows_none(notation, look, guess):
        notation = replace(notation, decimal=guess)
    known = thousands or said == "," or (notation.thousands == "." and written.get("delimiter") == ";")
    if not known and column.kind != "number" and (key := key_among(look, notation)):
        return key_or_number(look, notation, key)
    if not notation.thousands:
        notation = replace(notation, thousands=thousands or thousands_beside(notation, look, said or guess))
    found = checked(look, notation)
    anew = column.how and written["decimal"] not in ("", said)  # else later cells would be read as the file's
    return notation if found is None and anew and column.kind == "number" else found


def thousands_beside(notation: NumberNotation, look: Look, known: str) -> str:
    """What may stand between thousands in a later cell, where it is known which sign stands before decimals.

    Points between thousands need a unit: without one 1.605 in a plain table is a decimal.
    """
    if notation.decimal == "." and (known or "." in look.separators or set(notation.units) & WITH_A_POINT):
        return ","
    return "." if notation.decimal == "," and notation.units and not notation.multiples else ""


def key_among(look: Look, notation: NumberNotation) -> str:
    """A cell of a column that may hold keys: as many full groups in each, nothing else beside them; empty if not."""
    sign = notation.thousands
    if sign not in (" ", ".") or notation.units or notation.multiples or notation.bounds:
        return ""
    count, *others = {core.count(sign) for core in look.cores}
    if others or count < (2 if sign == "." else 1) or all(core.endswith("00") for core in look.cores):
        return ""
    other = look.tidy.filter(~look.tidy.str.contains(rf"^[0-9]{{1,3}}(?:{re.escape(sign)}[0-9]{{3}}){{{count}}}$"))
    return "" if other.str.contains(notation.pattern).any() else notation.example


def key_or_number(look: Look, notation: NumberNotation, key: str) -> Question:
    """What is asked where groups of digits may be a number or a key, such as a post code or a version."""
    number = f"{float(notation.plain(pl.Series([key]))[0]):.15g}"
    text = f"{key!r} could be {number} or a key, for every cell has as many groups of digits"
    if not look.column.needed:
        return Question(text, ways(look, "number", "category"))
    how = next(how for how, sign in ASKED.items() if sign == notation.decimal)
    labels = [Advice("task", "classification", after=" for labels")] if look.column.target else []
    return Question(text, (*ways(look, f"number:{how}"), *labels))


def shows_none(notation: NumberNotation, look: Look, sign: str) -> bool:
    """Whether no cell has decimals, so that another sign may stand before them, too."""
    return not look.separators - {notation.thousands} and sign != notation.thousands


def decided(look: Look, choices: list[NumberNotation], guess: str) -> NumberNotation | None:
    """The notation that is meant, of several that read the same cells differently; None if it has to be asked."""
    sign = doubtful_sign(choices)
    of_thousands = next((each for each in choices if each.thousands == sign), None)
    of_decimals = next((each for each in choices if each.decimal == sign), None)
    if of_thousands is None or of_decimals is None:
        return None
    units = set(of_thousands.units)
    odd = {each.decimal: len(rows) for each, rows in zip(look.notations, look.odds, strict=True)}
    if sign == "," and (units & WITH_A_POINT or in_thousands(look.cores)):
        return of_thousands
    if guess:
        return of_decimals if guess == sign else of_thousands
    if sign == "." and odd[of_thousands.decimal] < odd[of_decimals.decimal]:
        return of_thousands if units & NO_POINT else None
    return of_decimals if sign == "." and not units & NO_POINT else None


def doubtful_sign(choices: list[NumberNotation]) -> str:
    """The sign that stands between thousands in one of some notations, and before decimals in another."""
    decimals, thousands = {each.decimal for each in choices}, {each.thousands for each in choices}
    return "," if "," in decimals & thousands else "."


def in_thousands(cores: list[str]) -> bool:
    """Whether commas surely stand between thousands: nothing but zeros follows, or all smaller numbers have none."""
    parted, other = {core for core in cores if "," in core}, {core for core in cores if "," not in core}
    smaller = bool(other) and all(len(core) <= 3 for core in other)
    return all(core.endswith(",000") for core in parted) or (smaller and len(parted) >= SURE)


def checked(look: Look, notation: NumberNotation) -> NumberNotation | Question | None:
    """The notation of a column, None if it needs none or has none after all, or what is odd about its cells."""
    column = look.column
    both = zip(look.notations, look.odds, strict=True)
    known = any(not len(odd) and each.decimal == notation.decimal for each, odd in both)
    odd = NO_ROWS if known else look.odd(notation)  # where all fit, they do with more signs between thousands
    if is_plain(look, odd, notation):
        return None
    own = (cell for cell in column.some if tidied_cell(cell) == notation.example)
    notation = replace(notation, example=next(own, notation.example))
    if column.kind == "number":
        return notation
    if notation.bounds and are_bands(look.tidy, notation):
        return None
    if (
        not column.needed
        and label_among(tidied(column.some))
        and label_among(look.tidy.filter(is_there(look.tidy)).unique())
    ):
        return None
    if "%" in notation.units and not column.needed and (some := look.bare(notation)):
        percent = look.tidy.filter(look.tidy.str.contains("%", literal=True))[0]
        read = " and ".join(f"{float(notation.plain(pl.Series([cell]))[0]):.15g}" for cell in (percent, some))
        text = f"{percent!r} is a percentage and {some!r} is not; as numbers they are {read}"
        return Question(text, ways(look, "number", "category"))
    if not len(odd):
        return notation
    present = int(is_there(look.tidy).sum())
    different = look.tidy.n_unique() - look.tidy.gather(odd).n_unique()
    doubted = any(len(rows) < len(odd) for rows in look.odds)
    if not doubted and (len(odd) > (1 - MOSTLY) * present or different <= FEW):
        return None
    if column.needed:
        return notation
    row = odd[0]
    found = repr(column.cells[row].strip()[:LONGEST])
    said = f"{present - len(odd):,} of {present:,} cells are numbers, written {notation}; row {row + 1} holds {found}"
    return Question(said, ways(look, "number", "category"))


def is_plain(look: Look, odd: pl.Series, notation: NumberNotation) -> bool:
    """Whether all cells but the odd ones are numbers without any notation, and the same ones."""
    points_part_thousands = notation.thousands == "." and "." in look.separators
    if notation.units or notation.multiples or notation.bounds or points_part_thousands:
        return False
    cells = look.column.cells
    rows = pl.int_range(len(cells), eager=True)
    fitting = cells.filter(~rows.is_in(odd.implode())) if len(odd) else cells
    return all_plain(fitting) is not None


def are_bands(tidy: pl.Series, notation: NumberNotation) -> bool:
    """Whether bounds are rather levels: <=50K and >50K are not one number, nor do <18 and >65 make a scale."""
    fits = tidy.filter(tidy.str.contains(notation.pattern)).unique()
    lower, upper = (notation.plain(fits.filter(fits.str.contains(bound))) for bound in (LOWER, UPPER))
    both = len(lower) > 0 and len(upper) > 0
    return both and (len(lower) + len(upper) == len(fits) or bool(lower.is_in(upper.implode()).any()))


def ambiguity(look: Look, choices: list[NumberNotation]) -> Question:
    """What is asked where cells can be read in two ways."""
    each = {choice.decimal: choice for choice in choices}
    sign = doubtful_sign(choices)
    tidy = map(tidied_cell, look.column.some)
    either_way = (cell for cell in tidy if sign in cell and all(re.search(one.pattern, cell) for one in choices))
    example = max(either_way, key=len, default=choices[0].example)
    read = [each[sign].plain(pl.Series([example]))[0] for sign in ASKED.values() if sign in each]
    text = f"{example!r} could be {either([f'{float(number):.15g}' for number in read])}"
    if len(odd := max(look.odds, key=len)) and not all(map(len, look.odds)):
        text += f"; row {odd[0] + 1} holds {look.column.cells[odd[0]].strip()[:LONGEST]!r}"
    return Question(text, ways(look, *(f"number:{how}" for how in ASKED)))


def contradiction(look: Look, pairs: list[tuple[str, str]], said: str, thousands: str) -> Question:
    """What is asked where the cells are not written as it is said.

    Raises:
        TableError: It is said of this very column.
    """
    name = look.column.cells.name
    written = re.compile("|".join(f"(?:{digits(*pair)})" for pair in pairs))
    cells = [(cell, re.match(PARTS, tidied_cell(cell))) for cell in look.column.some if len(cell) <= LONGEST]
    other = (cell for cell, found in cells if found and not written.fullmatch(found[2]))
    example = next(other, look.notations[0].example)
    if how := look.column.how:
        raise TableError(f"column {name!r} is declared as 'number:{how}', but holds {example!r}")
    signs = {"before decimals": said, "between thousands": thousands}
    as_said = " and ".join(f"{sign!r} {where}" for where, sign in signs.items() if sign)
    known = [how for how, sign in ASKED.items() if any(fits(each, look, sign) for each in look.notations)]
    return Question(f"{example!r} is no number with {as_said}", ways(look, *(f"number:{how}" for how in known)))


def fits(notation: NumberNotation, look: Look, sign: str) -> bool:
    """Whether that sign stands before decimals, or may do so."""
    return notation.decimal == sign or shows_none(notation, look, sign)


def ways(look: Look, *kinds: str) -> tuple[Advice, ...]:
    """How to declare what a column holds, and in which way it is written."""
    return tuple(Advice("columns", (look.column.cells.name, kind)) for kind in kinds)
