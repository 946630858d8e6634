"""Lists of words in one cell, such as Drama|Comedy: which separator is between them, and when they are a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ffnn.errors import TableError
from ffnn.tables.notations.notation import MOSTLY, Found, TextColumn

SEPARATORS = {"bars": "|", "semicolons": ";", "commas": ","}
"""What may stand between the words of a list, by its name."""

BETWEEN = "|"
"""What stands between them in the plain form."""

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

    def __post_init__(self) -> None:
        if self.separator not in SEPARATORS:
            raise TableError(f"{self.separator!r} is no separator of lists that is known here")

    def __str__(self) -> str:
        return f"as words between {self.separator}"

    def plain(self, text: pl.Series) -> pl.Series:
        """Each word of a cell once, in the order of the alphabet, between bars."""
        distinct = text.drop_nulls().unique()
        return text.replace(distinct, words_of(distinct, SEPARATORS[self.separator]).list.join(BETWEEN))


def words_of(text: pl.Series, separator: str = BETWEEN) -> pl.Series:
    """The words of each cell, sorted, each once."""
    word = pl.element().str.strip_chars(AROUND)
    return text.str.split(separator).list.eval(word.filter(word != "").unique().sort())


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

    Two words in every cell, such as a town and its country, are no set; between bars they are.
    """
    listed = distinct.str.contains(separator, literal=True).sum()
    if listed < max(2, FEWEST_LISTS * len(distinct)):
        return False
    lists = words_of(distinct, separator)
    words = lists.explode().drop_nulls().alias("word").value_counts(name="cells")
    total, again = int(words["cells"].sum()), int(words.filter(pl.col("cells") > 1)["cells"].sum())
    if (
        2 * words.height > total
        or again < MOSTLY * total
        or (separator != BETWEEN and lists.list.len().n_unique() == 1)
    ):
        return False
    named = words["word"].str.contains(r"\p{L}").sum()
    return 2 * named > words.height and words["word"].str.len_chars().sum() <= LONG_WORD * words.height
