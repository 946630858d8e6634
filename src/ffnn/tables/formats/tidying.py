"""From what a file holds to a table: names for columns that have none or share one, and no row of totals."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from ffnn.tables.dialect import Dialect
from ffnn.tables.formats import headings
from ffnn.tables.formats.headings import Heading
from ffnn.tables.formats.understood import listed
from ffnn.tables.notations.notation import nowhere

INDEX = "index"
"""What the column of row names is called, which pandas and R write without a name."""

TOTAL = re.compile(
    r"(grand |sub)?-?(total|totals|sum|all|overall)|summe|gesamt|insgesamt|gesamtsumme|gesamtergebnis|zusammen|somme"
    r"|ensemble|total g[eé]n[eé]ral|suma|razem|totale|totaal|totalt|soma|i alt|summa|celkem|yhteensä|toplam|итого|всего"
    r"|合計|总计|總計|合计|합계",
    re.IGNORECASE,
)
MEAN = re.compile(r"mean|average|avg\.?|durchschnitt|mittelwert|moyenne|media|promedio|среднее|平均", re.IGNORECASE)

MOST_TOTALS = 3
"""Rows at the end that may be totals: sum, mean and the like."""

MOST_ROWS = 2**14
"""Of a table of more rows no last one is taken for a total that has not the name of one."""

LEFT_OUT = "of the others and is left out"

ROUNDED = 0.005
"""How far a total may be from the sum of its column, as a share of it."""

EXACT = 1e-6
"""The same of what has not the name of a total."""


def tidied(table: pl.DataFrame, heading: Heading, dialect: Dialect) -> tuple[pl.DataFrame, list[str]]:
    """A table with its names and without a row of totals, and what should be known of that."""
    if heading.headed:
        table, notes = named(table, heading.names, indexed=heading.indexed)
    else:
        names = headings.numbered(table.width)
        table = table.rename(dict(zip(table.columns, names, strict=True)))
        found = f"no line names the columns; they are called {names[0]} to {names[-1]}"
        notes = [] if dialect.no_header else [found]
    table, repeated = without_headers(table, heading.names if heading.headed and not heading.indexed else [])
    table, above = without_first_total(table, dialect)
    table, totals = without_totals(table, dialect)
    return table, [*notes, *repeated, *above, *totals, *alone(table), *empty(table)]


def named(table: pl.DataFrame, names: Sequence[str], *, indexed: bool = False) -> tuple[pl.DataFrame, list[str]]:
    """A table whose columns have names of their own, and what should be known of them.

    Args:
        table: The table.
        names: The columns' names in their order, empty where there is none.
        indexed: Whether the first column is that of row names, and `names` those of the others.
    """
    if not indexed and all(names) and len(set(names)) == len(names):
        return table.rename(dict(zip(table.columns, names, strict=True))), []
    notes, kept, given = [], [], list(names)
    if indexed:
        given = ["", *given]
    taken = {name for name in given if name}
    final: dict[str, pl.Series] = {}
    repeated: dict[str, list[str]] = {}
    for place, (name, cells) in enumerate(zip(given, table.iter_columns(), strict=True)):
        if not name and cells.null_count() == len(cells) and len(given) > 1 and len(cells):
            kept.append(place + 1)
            continue
        own = name or free(INDEX if not place else f"column_{place + 1}", taken)
        if own in final:
            own = free(own, taken, 2)
            repeated.setdefault(name, [name]).append(own)
        elif not name:
            what = "the first column" if not place else f"column {place + 1}"
            notes.append(f"{what} has no name and is called {own!r}")
        taken.add(own)
        final[own] = cells.alias(own)
    notes += [f"{len(its)} columns are named {name!r}; they are called {listed(its)}" for name, its in repeated.items()]
    if kept:
        which = f"column {kept[0]} has" if len(kept) == 1 else f"columns {', '.join(map(str, kept[:9]))} have"
        notes.append(f"{which} neither a name nor cells, and {'is' if len(kept) == 1 else 'are'} left out")
    return pl.DataFrame(final), notes


def free(name: str, taken: set[str], number: int | None = None) -> str:
    """A name that is not taken: itself, or with the first number behind it that makes it one."""
    trial = name if number is None else f"{name}_{number}"
    return trial if trial not in taken else free(name, taken, (number or 1) + 1)


def without_headers(table: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, list[str]]:
    """A table without the rows that are its header again, and the note that they are left out."""
    if len(names) < 2 or set(table.dtypes) != {pl.String}:
        return table, []
    again = nowhere(table.to_series(0)).not_()
    for cells, name in zip(table, names, strict=True):
        again &= cells.str.strip_chars().fill_null("") == name
        if not again.any():
            return table, []
    count = int(again.sum())
    which = "1 row repeats the header and is" if count == 1 else f"{count:,} rows repeat the header and are"
    return table.filter(~again), [f"{which} left out"]


def without_totals(table: pl.DataFrame, dialect: Dialect) -> tuple[pl.DataFrame, list[str]]:
    """A table without rows of totals at its end, and the notes that they are left out; or that one may be one.

    A total says so in its first cell of words, as no other row does, and holds the sum or mean of a column of numbers;
    or, whatever it says, it holds the sums of all of them.
    """
    kinds = list(itertools.takewhile(bool, (kind_of(table, back) for back in range(1, MOST_TOTALS + 1))))
    for count in range(max(1, len(kinds)), 0, -1):
        above = table.head(-count)
        if above.height < 2:
            continue
        ends = [pl.concat([above, table.slice(table.height - back, 1)]) for back in range(count, 0, -1)]
        notes = [total_in(end, dialect) for end in ends]
        if all(note.endswith(LEFT_OUT) for note in notes):
            return without_empty_end(above), notes
        if count == 1:
            return table, list(filter(None, notes))
    return table, []


def without_first_total(table: pl.DataFrame, dialect: Dialect) -> tuple[pl.DataFrame, list[str]]:
    """A table without a row of totals above all others, which has the name of one; and the note of that."""
    if table.height < 3 or not TOTAL.fullmatch(label_of(table.row(0))[1]):
        return table, []
    note = total_in(pl.concat([table.slice(1), table.head(1)]), dialect)
    if not note.endswith(LEFT_OUT):
        return table, []
    return table.slice(1), [note.replace("the last row", "the first row", 1)]


def kind_of(table: pl.DataFrame, back: int = 1) -> str:
    """Whether a row so far from the end is named as a `sum` or a `mean`, as none above it is; empty if neither."""
    if back >= table.height:
        return ""
    place, word = label_of(table.row(-back))
    kind = "sum" if TOTAL.fullmatch(word) else "mean" if MEAN.fullmatch(word) else ""
    return "" if kind and repeats(table.to_series(place).head(-back), word) else kind


def label_of(row: tuple[Any, ...]) -> tuple[int, str]:
    """The place of the first of a row's cells that holds words, among the first three, and what it says."""
    cells = ((at, cell.strip().rstrip(":").strip()) for at, cell in enumerate(row[:3]) if isinstance(cell, str))
    return next(((at, cell) for at, cell in cells if cell), (0, ""))


def repeats(cells: pl.Series, word: str) -> bool:
    """Whether some cells say the same."""
    return cells.dtype == pl.String and bool((cells.str.strip_chars(" :") == word).any())


def total_in(table: pl.DataFrame, dialect: Dialect) -> str:
    """The note that the last row holds totals of those above it, or has the name of one; empty where it has neither."""
    kind, (_, word) = kind_of(table), label_of(table.row(-1))
    if not kind and not may_be_total(table):
        return ""
    compared = found = 0
    for cells in table.get_columns()[0 if kind else 1 :]:
        its = [agrees for decimal in decimals_of(dialect) if (agrees := is_total(cells, kind, decimal)) is not None]
        compared, found = compared + bool(its), found + any(its)
        if found < compared and not kind:
            return ""
        if found and kind:
            return f"the last row, {word!r}, is the {kind} {LEFT_OUT}"
    if kind:
        kept = (
            f"the last row, {word!r}, has the name of a total, but holds no {kind} of the others, and is kept as a row"
        )
        return kept if compared else ""
    named = f", {table.item(-1, 0)!r}," if table.item(-1, 0) is not None else ", which has no name,"
    return f"the last row{named} is the sum {LEFT_OUT}" if found > (table.item(-1, 0) is not None) else ""


def may_be_total(table: pl.DataFrame) -> bool:
    """Whether the last row of a small table, without the name of a total, is told from all others by its first cell."""
    first = table.to_series(0)
    if not 3 < table.height <= MOST_ROWS or table.width < 2 or first.dtype != pl.String:
        return False
    above, last = first.head(-1), first[-1]
    if above.cast(pl.Float64, strict=False).is_not_null().any():
        return False
    return not above.null_count() if last is None else not repeats(above, last.strip(" :"))


def is_total(cells: pl.Series, kind: str, decimal: str) -> bool | None:
    """Whether the last cell is the sum or the mean of the others; None where they are no numbers, or it is missing.

    Where it is not named so, it must be above all of them.
    """
    numbers = numbers_in(cells, decimal)
    if numbers is None or numbers[-1] is None:
        return None
    above = numbers.head(-1).drop_nulls().to_numpy()
    expected = float(above.mean() if kind == "mean" else above.sum()) if len(above) else 0.0
    near = abs(numbers[-1] - expected) <= (ROUNDED if kind else EXACT) * abs(expected)
    return bool(expected and near and (kind or numbers[-1] > above.max()))


def without_empty_end(table: pl.DataFrame) -> pl.DataFrame:
    """A table without the rows at its end that hold nothing."""
    while table.height > 1 and all(cell is None for cell in table.row(-1)):
        table = table.head(-1)
    return table


def empty(table: pl.DataFrame) -> list[str]:
    """The note that some rows hold nothing: they are rows, so that predictions stand beside them."""
    if table.width < 2 or not all(cells.null_count() for cells in table):
        return []
    count = table.select(pl.all_horizontal(pl.all().is_null()).sum()).item()
    which = (
        "1 row holds nothing, and is kept as a row"
        if count == 1
        else f"{count:,} rows hold nothing, and are kept as rows"
    )
    return [which] if count else []


def alone(table: pl.DataFrame) -> list[str]:
    """The note that the last row may be a remark: it holds words in one cell, and nothing else."""
    cells = [cell for cell in (table.row(-1) if table.height and table.width > 2 else ()) if cell is not None]
    if len(cells) == 1 and isinstance(cells[0], str) and headings.is_alone(cells):
        shown = " ".join(cells[0].split())[: headings.SHOWN]
        return [f"the last row holds nothing but {shown!r}, and is kept as a row"]
    return []


def decimals_of(dialect: Dialect) -> str:
    """The signs that may stand before decimals."""
    return dialect.decimal or {",": ".", ".": ","}.get(dialect.thousands or "", ".,")


def numbers_in(cells: pl.Series, decimal: str) -> pl.Series | None:
    """A column as numbers, signs of money and between thousands aside; None where it holds words."""
    if cells.dtype.is_numeric():
        return cells.cast(pl.Float64)
    if cells.dtype != pl.String:
        return None
    bare = cells.str.replace_all(rf"[A-Za-z]{{2,}}|[^0-9eE{decimal}+-]", "")
    numbers = bare.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)
    return numbers if 10 * numbers.null_count() < 5 * len(numbers) else None
