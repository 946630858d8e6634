from __future__ import annotations

import io

import pandas as pd
import polars as pl
import pytest

from ffnn.tables.columns import schema
from ffnn.tables.columns.cells import conform_cells
from ffnn.tables.notations.words import MISSING_LABELS, MISSING_WORDS
from ffnn.tables.targets import labels_of

WRITTEN = ["n/a", "N/A", "n.a.", "None", "NULL", "-", "--", "—", "?", "missing", "unknown", "#N/A", "#DIV/0!", "#REF!",
           ".", "<NA>", r"\N", "NaT", "#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#VALEUR!", "#NOM?", "#N/D", "#¡VALOR!",
           "#VALORE!", "#VALOR!", "#N/B", "#WAARDE!", "#ARG!", "k.A.", "k. A.", "n.d.", " ", ""]  # fmt: skip


@pytest.mark.parametrize("word", WRITTEN)
@pytest.mark.parametrize("case", [str, str.upper, str.lower, " {} ".format])
def test_a_missing_word_is_missing_among_numbers_and_dates(word, case):
    for cells, kind in ((["1.5", "2.5", "2.5"], "number"), (["2026-01-01", "2026-01-02", "2026-01-02"], "date")):
        table = pl.DataFrame({"x": [*cells, case(word)], "z": [0.5, 1.5, 2.5, 3.5]})
        assert schema.infer(table, ("z",)).columns[0].kind == kind
        values, wrong = conform_cells(table["x"], kind)
        assert (values.is_null().to_list(), wrong.any()) == ([False, False, False, True], False)


def test_what_pandas_takes_for_missing_is_so_among_numbers():
    words = sorted(pd._libs.parsers.STR_NA_VALUES)
    read = pd.read_csv(io.StringIO("x\n" + "\n".join(f'"{word}"' for word in words) + "\n1\n"), skip_blank_lines=False)
    assert read["x"].isna().sum() == len(words)
    assert {word.lower() for word in words if word} <= MISSING_WORDS | {"-nan"}


@pytest.mark.parametrize("word", sorted(MISSING_WORDS))
def test_words_stay_levels_and_labels_among_words(word):
    levels = pl.Series("x", ["red", "blue", word] * 4)
    assert conform_cells(levels, "category")[0].to_list() == levels.to_list()
    assert labels_of(levels).to_list() == ["red", "blue", None if word in MISSING_LABELS else word] * 4


def test_truths_beside_an_unknown_are_a_category():
    table = pl.DataFrame({"x": ["true", "false", "unknown"] * 4, "y": ["true", "NA", "false"] * 4, "z": range(12)})
    assert [column.kind for column in schema.infer(table, ("z",)).columns] == ["category", "boolean"]
