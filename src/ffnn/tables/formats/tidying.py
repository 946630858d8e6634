"""From what a file holds to a table: names for columns that have none or share one, and no row of totals."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import polars as pl

from ffnn.tables.dialect import Dialect
from ffnn.tables.formats import headings
from ffnn.tables.formats.headings import Heading
from ffnn.tables.formats.understood import listed

INDEX = "index"
"""What the column of row names is called, which pandas and R write without a name."""

TOTAL = re.compile(
    r"(grand |sub)?-?(total|totals|sum|all|overall)|summe|gesamt|insgesamt|gesamtsumme|somme|suma|totale|totaal|soma",
    re.IGNORECASE,
)
MEAN = re.compile(r"mean|average|avg\\.?|durchschnitt|mittelwert|moyenne|media|promedio", re.IGNORECASE)

ROUNDED = 0.005
"""How far a total may be from the sum of its column, as a share of it."""


def tidied(table: pl.DataFrame, heading: Heading, dialect: Dialect) -> tuple[pl.DataFrame, list[str]]:
    """A table with its names and without a row of totals, and what should be known of that."""
    if heading.headed:
        table, notes = named(table, heading.names, indexed=heading.indexed)
    else:
        names = headings.numbered(table.width)
        table = table.rename(dict(zip(table.columns, names, strict=True)))
        found = f"no line names the columns; they are called {names[0]} to {names[-1]}"
        notes = [] if dialect.no_header else [found]
    table, totals = without_total(table, dialect)
    return table, [*notes, *totals, *alone(table)]


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


def without_total(table: pl.DataFrame, dialect: Dialect) -> tuple[pl.DataFrame, list[str]]:
    """A table without a row of totals at its end, and the note that it is left out; or that it may be one.

    A total says so in its first cell of words, as no other row does, and holds the sum or mean of a column of numbers.
    """
    if table.height < 3:
        return table, []
    last = table.row(-1)
    place, word = next(
        ((at, cell) for at, cell in enumerate(last[:3]) if isinstance(cell, str) and cell.strip()), (0, "")
    )
    stripped = word.strip().rstrip(":").strip()
    kind = "sum" if TOTAL.fullmatch(stripped) else "mean" if MEAN.fullmatch(stripped) else ""
    if not kind or (table.to_series(place).head(-1) == word).any():
        return table, []
    compared = False
    for cells, decimal in itertools.product(table.iter_columns(), decimals_of(dialect)):
        numbers = numbers_in(cells, decimal)
        if numbers is None or numbers[-1] is None:
            continue
        compared = True
        above = numbers.head(-1).drop_nulls().to_numpy()
        expected = float(above.sum() if kind == "sum" else above.mean()) if len(above) else 0.0
        if expected and abs(numbers[-1] - expected) <= ROUNDED * abs(expected):
            return table.head(-1), [f"the last row, {stripped!r}, is the {kind} of the others and is left out"]
    kept = (
        f"the last row, {stripped!r}, has the name of a total, but holds no {kind} of the others, and is kept as a row"
    )
    return table, [kept] if compared else []


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
