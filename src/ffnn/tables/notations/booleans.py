"""Truths as people write them: pairs of words, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from ffnn.errors import TableError
from ffnn.tables.notations.notation import Found, TextColumn
from ffnn.tables.notations.words import MISSING_LABELS, without_missing_words

PAIRS = {
    words: tuple(words.split("/"))
    for words in (
        *("yes/no", "y/n", "t/f", "on/off", "enabled/disabled"),
        *("ja/nein", "j/n", "wahr/falsch", "an/aus"),
        *("oui/non", "vrai/faux", "si/no", "sí/no", "sì/no", "verdadero/falso", "vero/falso"),
        *("sim/não", "sim/nao", "verdadeiro/falso", "ja/nee", "ja/nej", "tak/nie", "да/нет", "是/否", "はい/いいえ"),
        *("✓/✗", "✔/✘", "x/", "✓/", "✔/"),
    )
}
"""The words for true and for false, by the pair's name; where there is a mark, such as x, a blank means false. Pairs
that mean more than truth, such as up and down or m and f, are categories."""

MOST_WORDS = 12
"""A pair is written in no more ways: Yes, yes, YES, …"""


@dataclass(frozen=True)
class BooleanNotation:
    """Truths in one pair of words, in any case.

    Attributes:
        pair: Its name in `PAIRS`.
    """

    pair: str

    kinds: ClassVar[tuple[str, ...]] = ("boolean",)

    def __post_init__(self) -> None:
        if self.pair not in PAIRS:
            raise TableError(f"{self.pair!r} is no pair of words for true and false that is known here")

    def __str__(self) -> str:
        true, false = PAIRS[self.pair]
        return f"{true} and {false or 'blank'}"

    def plain(self, text: pl.Series) -> pl.Series:
        """Cells as true and false; other words stay as they are."""
        true, false = PAIRS[self.pair]
        words = text.str.strip_chars().str.to_lowercase()
        if not false:
            words = words.fill_null("")
        truths = words.replace_strict([true, false], ["true", "false"], default=None, return_dtype=pl.String)
        return truths.zip_with(truths.is_not_null(), text)


def find(columns: Mapping[str, TextColumn], _: Mapping[str, str]) -> Found:
    """Which columns hold truths in words; targets are labels and weights numbers, and stay as they are."""
    pairs = {
        name: pair_of(column)
        for name, column in columns.items()
        if column.kind in ("", "boolean") and not (column.needed or column.plain) and len(column.some) <= MOST_WORDS
    }
    return Found({name: BooleanNotation(pair) for name, pair in pairs.items() if pair})


def pair_of(column: TextColumn) -> str | None:
    """The pair of words that a column is written in: both are there, or some where the column is declared so."""
    seen = set(map(str.lower, column.some.to_list()))
    if not any(seen <= {*pair} for pair in PAIRS.values()):
        return None
    words = words_in(column.cells.unique())
    for name, (true, false) in PAIRS.items():
        found = words - {""} if false else words
        if found == {true, false} or (column.kind and found and found <= {true, false}):
            return name
    return None


def words_in(distinct: pl.Series) -> set[str]:
    """The words among cells, in small letters, with an empty one for what is blank; none stands for a missing cell."""
    text = distinct.fill_null("").str.strip_chars().str.to_lowercase()
    return set(without_missing_words(text, MISSING_LABELS).drop_nulls())
