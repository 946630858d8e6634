from __future__ import annotations

import polars as pl
import pytest

from ffnn.errors import TableError
from ffnn.learning.problem import understand
from ffnn.models.packing import NOTATIONS, tagged, untagged
from ffnn.tables.notations import finding
from ffnn.tables.notations.booleans import PAIRS, BooleanNotation
from ffnn.tables.notations.notation import write_plain


def found(cells, declared=None, targets=()):
    table = pl.DataFrame({"member": pl.Series(cells, dtype=pl.String)})
    known = {"member": declared} if declared else {}
    return finding.find(table, targets, known, {}, targets).notations.get("member")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Y", "N", None, " n "], ["true", "false", None, "false"]),
        (["Yes", "no", "YES ", "?"], ["true", "false", "true", "?"]),
        (["t", "F", ""], ["true", "false", ""]),
        (["on", "off"], ["true", "false"]),
        (["ja", "nein"], ["true", "false"]),
        (["J", "N"], ["true", "false"]),
        (["wahr", "falsch"], ["true", "false"]),
        (["oui", "Non"], ["true", "false"]),
        (["VRAI", "FAUX"], ["true", "false"]),
        (["si", "no"], ["true", "false"]),
        (["Sí", "No"], ["true", "false"]),
        (["verdadero", "falso"], ["true", "false"]),
        (["sim", "não"], ["true", "false"]),
        (["да", "нет"], ["true", "false"]),
        (["x", "", "X", None, " "], ["true", "false", "true", "false", "false"]),
        (["✓", None], ["true", "false"]),
        (["✓", "✗"], ["true", "false"]),
    ],
)
def test_truths_as_people_write_them(cells, expected):
    notation = found(cells)
    assert notation.plain(pl.Series(cells, dtype=pl.String)).to_list() == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["m", "f"],
        ["up", "down"],
        ["yes", "no", "maybe"],
        ["yes", "no", "unknown"],
        ["y", "no"],
        ["yes", "nein"],
        ["yes", "yes", ""],
        ["x", "y", ""],
        ["x", "x"],
        ["true", "false"],
        ["1", "0"],
        ["", None],
    ],
)
def test_other_words_are_levels(cells):
    assert found(cells) is None


def test_a_declared_boolean_needs_no_more_than_one_word():
    assert found(["oui", None], "boolean") == BooleanNotation("oui/non")
    assert found(["low", "high"], "boolean") is None


def test_targets_and_declared_categories_stay_as_they_are():
    assert found(["yes", "no"], targets=("member",)) is None
    table = pl.DataFrame({"w": ["no", "yes"] * 10, "x": [row + 0.5 for row in range(20)], "y": range(20)})
    with pytest.raises(TableError, match="column 'w' must hold numbers, but row 1 holds 'no'"):
        understand(table, "y", weights="w")
    assert found(["yes", "no"], "category") is None


def test_a_later_table_without_any_mark_holds_what_is_false():
    known = {"x": BooleanNotation("x/")}
    assert write_plain(pl.DataFrame({"x": [None, None]}), known)["x"].to_list() == ["false", "false"]


def test_what_is_not_of_the_pair_stays():
    later = pl.Series(["no", "later", "true", None])
    assert BooleanNotation("yes/no").plain(later).to_list() == ["false", "later", "true", None]


@pytest.mark.parametrize("pair", sorted(PAIRS))
def test_each_pair_comes_back_from_a_file(pair):
    notation = BooleanNotation(pair)
    assert untagged(tagged(notation, NOTATIONS), NOTATIONS) == notation


def test_a_forged_pair_is_refused():
    with pytest.raises(TableError, match="'up/down' is no pair"):
        BooleanNotation("up/down")
