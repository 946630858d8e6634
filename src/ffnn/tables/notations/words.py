"""Words that stand for a missing cell."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

MISSING_LABELS = frozenset({"na", "?", "null", "nan"})
"""Words that, in any case, are missing truths and labels too; there the others may be an answer: none, unknown."""

MISSING_WORDS = MISSING_LABELS | {
    *("n/a", "n.a.", "n.a", "<na>", "nat", "none", "nil", "missing", "unknown"),
    *("-", "--", "---", "\u2013", "\u2014", ".", "..", "...", "\\n"),
    *("#n/a", "#n/a n/a", "#na", "#div/0!", "#ref!", "#value!", "#num!", "#name?", "#null!"),
    *("-nan", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"),
}
"""Words that, in any case, are missing in a column that is otherwise numbers or dates; an empty cell is so anywhere.

Source: pandas, `read_csv`, `na_values`; spreadsheets' errors; databases' `\\N`.
"""


def without_missing_words(text: pl.Series, words: Collection[str] = MISSING_WORDS) -> pl.Series:
    """Text with null in place of the words that stand for a missing number, or of others."""
    return text.set(text.str.to_lowercase().is_in(list(words)), None)
