"""Lists of words in one cell, such as Drama|Comedy: which separator is between them, and when they are a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from ffnn.errors import TableError
from ffnn.tables.notations.notation import MOSTLY, Found, TextColumn

SEPARATORS = {"bars": "|", "semicolons": ";", "commas": ","}
"""What may stand between the words of a list, by its name."""

BETWEEN = "|"
"""What stands between them in the plain form."""

NO_WORDS = "[]"
"""An empty list in the plain form; an empty cell is a missing one."""

AROUND = " []{}'\"\t"
"""Signs around a list or a word of it that are no part of the word."""

LONG_WORD = 30
"""Characters; lists whose words are longer on average are sentences."""

FEWEST_LISTS = 0.1
"""Of the distinct cells of a column of lists, so many have a separator."""


@dataclass(frozen=True)
class SetNotation:
    """Lists of words whose order says nothing.

    Attributes:
        separator: Its name in `SEPARATORS`.
    """

    separator: str

    kinds: ClassVar[tuple[str, ...]] = ("set",)

    def __post_init__(self) -> None:
        if self.separator not in SEPARATORS:
            raise TableError(f"{self.separator!r} is no separator of lists that is known here")

    def __str__(self) -> str:
        return f"as words between {self.separator}"

    def plain(self, text: pl.Series) -> pl.Series:
        """Each word of a cell once, in the order of the alphabet, between bars."""
        distinct = text.drop_nulls().unique()
        words = words_of(distinct, SEPARATORS[self.separator]).list.join(BETWEEN)
        return text.replace(distinct, words.set((words == "") & (distinct.str.strip_chars() != ""), NO_WORDS))


def words_of(text: pl.Series, separator: str = BETWEEN, *, sort: bool = True) -> pl.Series:
    """The words of each cell, each once, sorted or as they stand there."""
    word = pl.element().str.strip_chars(AROUND)
    words = word.filter(word != "").unique(maintain_order=True)
    return text.str.split(separator).list.eval(words.sort() if sort else words)


def members(cells: pl.Series) -> pl.Series:
    """The words of cells in the plain form, as lists: empty where there is none, null where it is missing."""
    return cells.str.split(BETWEEN).list.eval(pl.element().filter(pl.element() != NO_WORDS))


def find(columns: Mapping[str, TextColumn], _: Mapping[str, str]) -> Found:
    """Which columns hold lists of words; targets are labels, and stay as they are."""
    separators = {
        name: separator_of(column)
        for name, column in columns.items()
        if column.kind in ("", "set") and not (column.target or column.plain)
    }
    return Found({name: SetNotation(separator) for name, separator in separators.items() if separator})


def separator_of(column: TextColumn) -> str | None:
    """The name of what stands between the words of a column's lists; None where it holds no lists."""
    text = column.some
    counts = {name: text.str.contains(separator, literal=True).sum() for name, separator in SEPARATORS.items()}
    if column.kind:
        return max(counts, key=lambda name: counts[name])
    return next((name for name, separator in SEPARATORS.items() if counts[name] and are_sets(text, separator)), None)


def are_sets(distinct: pl.Series, separator: str = BETWEEN) -> bool:
    """Whether cells are lists of few words that come again in other lists, however many in each.

    Two words in every cell, such as a town and its country, are no set; between bars they are, and where the same
    words stand in another order, too.
    """
    listed = distinct.str.contains(separator, literal=True).sum()
    if listed < max(2, FEWEST_LISTS * len(distinct)):
        return False
    lists = words_of(distinct, separator)
    if lists.n_unique() < 2:
        return False
    reordered = words_of(distinct, separator, sort=False).n_unique() > lists.n_unique()
    words = lists.explode().drop_nulls().alias("word").value_counts(name="cells")
    total, again = int(words["cells"].sum()), int(words.filter(pl.col("cells") > 1)["cells"].sum())
    in_pairs = separator != BETWEEN and lists.list.len().n_unique() == 1
    if 2 * words.height > total or not (reordered or (again >= MOSTLY * total and not in_pairs)):
        return False
    named = words["word"].str.contains(r"\p{L}").sum()
    return 2 * named > words.height and words["word"].str.len_chars().sum() <= LONG_WORD * words.height
