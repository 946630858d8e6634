"""Words that stand for a missing cell."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

MISSING_LABELS = frozenset({"na", "?", "null", "nan"})
"""Words that, in any case, are missing truths and labels too; there the others may be an answer."""

ANSWERS = frozenset({"none", "nil", "missing", "unknown"})
"""Words that are missing among numbers and dates, and may be an answer among other words."""

MISSING_WORDS = (
    MISSING_LABELS
    | ANSWERS
    | {
        *("n/a", "n.a.", "n.a", "<na>", "nat"),
        *("-", "--", "---", "\u2013", "\u2014", ".", "..", "...", "\\n"),
        *("(null)", "[null]", "<null>", "(blank)"),
        *("n. a.", "n/d", "n.d.", "k.a.", "k. a.", "k.a", "s/d"),
        *("#n/a", "#n/a n/a", "#na", "#div/0!", "#ref!", "#value!", "#num!", "#name?", "#null!", "#spill!", "#calc!"),
        *("#nv", "#n/v", "#wert!", "#bezug!", "#zahl!", "#valeur!", "#nombre!", "#nom?", "#nul!"),
        *("#n/d", "#n/d!", "#¡valor!", "#¡ref!", "#¿nombre?", "#nombre?", "#¡num!", "#¡nulo!", "#¡div/0!"),
        *("#valore!", "#rif!", "#nome?", "#nullo!", "#valor!", "#núm!", "#nulo!"),
        *("#n/b", "#waarde!", "#verw!", "#naam?", "#getal!", "#leeg!", "#deel/0!"),
        *(
            "#arg!",
            "#adr!",
            "#nazwa?",
            "#liczba!",
            "#zero!",
            "#dziel/0!",
            "#н/д",
            "#знач!",
            "#ссылка!",
            "#имя?",
            "#дел/0!",
        ),
        *("-nan", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"),
    }
)
"""Words that, in any case, are missing in a column that is otherwise numbers or dates; an empty cell is so anywhere.

Source: pandas, `read_csv`, `na_values`; spreadsheets' errors in several languages; databases' `\\N`.
"""


def without_missing_words(text: pl.Series, words: Collection[str] = MISSING_WORDS) -> pl.Series:
    """Text with null in place of the words that stand for a missing number, or of others."""
    return text.set(text.str.to_lowercase().is_in(list(words)), None)
