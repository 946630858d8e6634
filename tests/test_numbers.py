from __future__ import annotations

import re
from dataclasses import replace

import msgspec
import polars as pl
import pytest

from ffnn.errors import ModelFileError, TableError
from ffnn.models.packing import NOTATIONS, tagged, untagged
from ffnn.tables.notations.notation import write_plain
from ffnn.tables.notations.numbers import NumberNotation, are_ranges, mixed
from ffnn.tables.notations.units import CURRENCIES, UNITS, folded, pattern

DOLLARS = NumberNotation(".", ",", ("$",), example="$1,234.50")
GERMAN = NumberNotation(",", ".", example="1.234,56")
EUROS = NumberNotation(",", ".", ("€",), example="1,5 €")
REAIS = NumberNotation(",", ".", ("R$",), example="R$ 1.234,56")


def plain(notation, *cells):
    return notation.plain(pl.Series(cells, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    ("notation", "cell", "expected"),
    [
        (DOLLARS, "$1,234.50", "1234.50"),
        (DOLLARS, "1234", "1234"),
        (DOLLARS, " $ 5 ", "5"),
        (DOLLARS, "5 $", "5"),
        (DOLLARS, "-$5", "-5"),
        (DOLLARS, "$-5", "-5"),
        (DOLLARS, "\u2212$5", "-5"),
        (DOLLARS, "($1,234.50)", "-1234.50"),
        (DOLLARS, "$(12)", "-12"),
        (DOLLARS, "$5-", "-5"),
        (DOLLARS, "$.5", ".5"),
        (DOLLARS, "$ -", "0"),
        (DOLLARS, "-$", "0"),
        (DOLLARS, " $ -   ", "0"),
        (DOLLARS, "-", None),
        (NumberNotation(units=("kg",)), "kg -", None),
        (DOLLARS, "$1,234,5", None),
        (DOLLARS, "€5", None),
        (DOLLARS, "$007", None),
        (DOLLARS, "<$5", None),
        (DOLLARS, "$5+", None),
        (DOLLARS, "($5", None),
        (DOLLARS, "-($5)", None),
        (DOLLARS, "$", None),
        (DOLLARS, "n/a", None),
        (DOLLARS, "12,34,567", "1234567"),
        (GERMAN, "1.234.567,8", "1234567.8"),
        (GERMAN, "0,5", "0.5"),
        (GERMAN, "1.5", None),
        (NumberNotation(",", " "), "1\u202f234,5", "1234.5"),
        (NumberNotation(".", "'"), "1\u2019234.5", "1234.5"),
        (NumberNotation(), "\uff11\uff12.\uff15", "12.5"),
        (NumberNotation(), "1\u06632", "132"),
        (NumberNotation(units=("day",)), "3 Days", "3"),
        (NumberNotation(units=("m",)), "3 M", None),
        (NumberNotation(units=("m2",)), "50 m2", "50"),
        (NumberNotation(units=("Rs.",)), "Rs.500", "500"),
        (NumberNotation(units=("Rs.",)), "Rs. .5", ".5"),
        (NumberNotation(units=("eur",)), "1.5e3 EUR", "1.5e3"),
        (NumberNotation(units=("°C",)), "\u22123 \u2103", "-3"),
        (NumberNotation(units=("l/100km",)), "5.1 l/100km", "5.1"),
        (NumberNotation(multiples=True), "2.5k", "2.5e3"),
        (NumberNotation(multiples=True), "-3 B", "-3e9"),
        (NumberNotation(multiples=True), "7", "7"),
        (NumberNotation(multiples=True), "7 T", None),
        (NumberNotation(units=("€",), multiples=True), "€110.5M", "110.5e6"),
        (NumberNotation(units=("kes",), multiples=True), "19M KES", "19e6"),
        (NumberNotation(units=("kes",), multiples=True), "19 KES", "19"),
        (NumberNotation(bounds=True), "<0.5", "0.5"),
        (NumberNotation(bounds=True), "\u2265 90", "90"),
        (NumberNotation(".", ",", bounds=True), "10,000+", "10000"),
        (NumberNotation(".", ",", ("Rs.",)), "Rs. 5,63,545/-", "563545"),
        (NumberNotation(".", ",", ("Rs.",)), "605/-", "605"),
        (NumberNotation(".", ",", ("Rs.",)), "605-/-", None),
        (NumberNotation(".", ",", ("Rs.",)), "5 Rs.-", "-5"),
        (NumberNotation(".", ",", ("kes",)), "KES 1,200/=", "1200"),
    ],
)
def test_a_cell_is_written_plain_or_stays_as_it_is(notation, cell, expected):
    assert plain(notation, cell, None, cell) == [expected or cell, None, expected or cell]
    assert plain(notation, cell) == [expected or cell]


@pytest.mark.parametrize("dash", ["-", "--", "\u2013", "\u2014", "\u2212"])
@pytest.mark.parametrize(
    ("notation", "cell", "expected"),
    [
        (NumberNotation(",", ".", ("€",)), "€ 50,{}", 50),
        (NumberNotation(",", ".", ("€",)), "50,{} €", 50),
        (NumberNotation(",", ".", ("€",)), "-50,{} €", -50),
        (NumberNotation(",", ".", ("€",)), "(€ 1.250,{})", -1250),
        (NumberNotation(",", " ", ("Kč",)), "6 251,{} Kč", 6251),
        (NumberNotation(",", ".", ("kr",)), "kr 309,{}", 309),
        (NumberNotation(",", ".", ("kr.",)), "309,{} kr.", 309),
        (NumberNotation(".", "'"), "1'234.{}", 1234),
        (NumberNotation(".", "'", ("Fr.",)), "Fr. 70.{}", 70),
        (NumberNotation(".", ",", ("rs",)), "Rs 605/{}", 605),
    ],
)
def test_a_dash_behind_the_sign_before_decimals_says_no_cents(notation, cell, expected, dash):
    cell = cell.format(dash)
    assert [*map(float, plain(notation, cell, cell))] == [expected, expected]
    assert float(str(replace(notation, example=cell)).rpartition(" ")[2]) == expected


@pytest.mark.parametrize(
    ("notation", "cells", "expected"),
    [
        (GERMAN, ["1.250", "1.5", None], ["1.250", "1.5", None]),
        (GERMAN, ["12.345", "1234.567", "n/a"], ["12.345", "1234.567", "n/a"]),
        (GERMAN, ["1.250", "1.5e3"], ["1.250", "1.5e3"]),
        (GERMAN, ["1.250", "0.123"], ["1.250", "0.123"]),
        (GERMAN, ["1.250", "12.345"], ["1250", "12345"]),
        (GERMAN, ["1.250", "1,5"], ["1250", "1.5"]),
        (GERMAN, ["1.250", "1,5", "1.5"], ["1250", "1.5", "1.5"]),
        (GERMAN, ["1.250", "1.234.567"], ["1250", "1234567"]),
        (GERMAN, ["1.250"] * 30 + ["1.5"], ["1250"] * 30 + ["1.5"]),
        (GERMAN, ["1.250"] * 15 + ["1.5"], ["1.250"] * 15 + ["1.5"]),
        (EUROS, ["1.250 €", "1.5 €", "0.7 €"], ["1.250", "1.5", "0.7"]),
        (EUROS, ["1.250 €", "1.5 €"], ["1250", "1.5 €"]),
        (EUROS, ["1.250 €", "12.5"], ["1250", "12.5"]),
        (EUROS, ["1.250", "12.5"], ["1.250", "12.5"]),
        (EUROS, ["1.250 €", "1.250", "1.5"], ["1250", "1.250", "1.5"]),
        (REAIS, ["12.5", "R$ 1.234"], ["12.5", "1234"]),
        (REAIS, ["R$ 12,50", "R$ 1.234", "R$ 0.99"], ["12.50", "1234", "R$ 0.99"]),
        (DOLLARS, ["$1,23", "$12,345", "$0,5"], ["1.23", "12.345", "0.5"]),
        (DOLLARS, ["$1,23", "$12,345"], ["$1,23", "12345"]),
        (DOLLARS, ["$1,234", "$5,678", "$12,50"], ["1234", "5678", "$12,50"]),
        (NumberNotation(".", ",", ("₹",)), ["₹1,234", "₹5,678", "₹12,50"], ["1234", "5678", "₹12,50"]),
        (NumberNotation(".", ","), ["1,234", "5,678", "12,50"], ["1234", "5678", "12,50"]),
        (DOLLARS, ["$1,23", "$12,345.6"], ["$1,23", "12345.6"]),
        (DOLLARS, ["$1,23", "$1,234,567"], ["$1,23", "1234567"]),
    ],
)
def test_all_cells_of_a_later_column_tell_which_sign_stands_before_decimals(notation, cells, expected):
    assert plain(notation, *cells) == expected


@pytest.mark.parametrize(
    ("notation", "cells", "doubtful"),
    [
        (GERMAN, ["1.250", "12.345", "7", None], [True, True, False, False]),
        (GERMAN, ["1.250", "n/a"], [True, False]),
        (GERMAN, ["1.250", "1,5"], [False, False]),
        (GERMAN, ["1.250", "1.5"], [False, False]),
        (GERMAN, ["1.250", "1.234.567"], [False, False]),
        (GERMAN, ["1.250"] * 30 + ["1.5"], [True] * 30 + [False]),
        (EUROS, ["1.250 €", "1.250"], [False, True]),
    ],
)
def test_what_is_read_as_thousands_but_could_be_a_plain_decimal_is_doubtful(notation, cells, doubtful):
    doubts = notation.doubts(pl.Series(cells, dtype=pl.String))
    assert (doubts["thousands"].to_list(), doubts["decimals"].any()) == (doubtful, False)


@pytest.mark.parametrize(
    ("notation", "cells", "doubts"),
    [
        (NumberNotation(",", ".", example="1.234.567"), ["1.250"], {"decimals": [False]}),
        (DOLLARS, ["1,250"], {"decimals": [False]}),
        (DOLLARS, ["$1,234", "$12,50", "5", "$0,5", None], {"decimals": [True, False, False, False, False]}),
        (DOLLARS, ["$1,234", "$12,50", "5"], {"decimals": [False] * 3}),
        (NumberNotation(), ["1,250"], {}),
        (GERMAN, ["1.250", "2.375", "1.5"], {"decimals": [True, True, False], "thousands": [False] * 3}),
        (GERMAN, ["1.250", "1.5", "2.5"], {"decimals": [False] * 3, "thousands": [False] * 3}),
    ],
)
def test_what_is_turned_by_other_cells_alone_is_doubtful(notation, cells, doubts):
    found = notation.doubts(pl.Series(cells, dtype=pl.String))
    assert {what: cells.to_list() for what, cells in found.items()} == doubts


@pytest.mark.parametrize(
    ("notation", "signs", "cell", "expected"),
    [
        (NumberNotation(), (",", ""), "2.102", "2102"),
        (NumberNotation(), ("", "."), "2.102,5", "2102.5"),
        (NumberNotation(), (",", " "), "2 102,5", "2102.5"),
        (NumberNotation(), ("", " "), "2 102", "2102"),
        (NumberNotation(), ("", "\u00a0"), "2\u00a0102", "2102"),
        (NumberNotation(), ("", "\u2019"), "2\u2019102", "2102"),
        (NumberNotation(), (".", ""), "2,102", "2102"),
        (GERMAN, (".", ""), "1.250", "1.250"),
        (GERMAN, (".", ""), "1,250", "1250"),
        (GERMAN, ("", ","), "1.250", "1.250"),
        (GERMAN, (",", ""), "1.250", "1250"),
        (DOLLARS, (",", ""), "$1.250", "1250"),
        (DOLLARS, ("", " "), "$1 250.5", "1250.5"),
    ],
)
def test_what_is_said_of_a_later_file_overrules_training(notation, signs, cell, expected):
    assert plain(notation.as_said(*signs), cell) == [expected]


@pytest.mark.parametrize(
    "cell", ["1.2.3", "12:48", "5-10", "A12", "2021-07-02", "1 2", "--5", "1e3e3", "", " ", "1" * 99]
)
def test_what_is_no_number_stays_as_it_is_in_every_notation(cell):
    for notation in (DOLLARS, GERMAN, NumberNotation(multiples=True, bounds=True), NumberNotation(units=("kg",))):
        assert plain(notation, cell, "5")[0] in (cell, cell.strip() or cell)


@pytest.mark.parametrize(
    ("notation", "said"),
    [
        (DOLLARS, "as $1,234.50, which is 1234.5"),
        (GERMAN, "as 1.234,56, which is 1234.56"),
        (NumberNotation(multiples=True, example="19M"), "as 19M, which is 19000000"),
        (NumberNotation(bounds=True, example="~7"), "as ~7, which is 7 (what is about a number counts as that)"),
        (NumberNotation(".", ",", bounds=True, example="10,000+"),
         "as 10,000+, which is 10000 (a bound counts as the number)"),
        (NumberNotation(example="(12.5)"), "as (12.5), which is -12.5"),
        (replace(DOLLARS, dashes=True), "as $1,234.50, which is 1234.5 (a dash beside the currency is 0)"),
    ],
)  # fmt: skip
def test_a_notation_says_how_a_cell_is_read(notation, said):
    assert str(notation) == said


def test_a_notation_is_kept_in_the_model_file():
    for notation in (DOLLARS, GERMAN, NumberNotation(units=("km/h", "$"), multiples=True, bounds=True, example="<5k")):
        described = msgspec.json.decode(msgspec.json.encode(tagged(notation, NOTATIONS)))
        assert untagged(described, NOTATIONS) == notation


@pytest.mark.parametrize(
    "forged",
    [
        {"decimal": ";"}, {"thousands": "."}, {"decimal": "1"}, {"units": [""]}, {"units": ["x" * 100]},
        {"units": [3]}, {"example": "x" * 100}, {"example": "kg"}, {"bounds": "yes"}, {"multiples": 3},
    ],
)  # fmt: skip
def test_a_forged_notation_is_refused(forged):
    with pytest.raises((TableError, ModelFileError, msgspec.ValidationError)):
        untagged({"type": "numbers", **forged}, NOTATIONS)


def test_a_unit_is_no_pattern():
    forged = NumberNotation(units=(".*",))
    assert plain(forged, "5.*", "5 kg") == ["5", "5 kg"]


@pytest.mark.parametrize("unit", [*UNITS, *(f"{unit}s" for unit in UNITS if unit.isalpha())])
def test_a_unit_is_written_as_it_was_found_or_in_the_plural(unit):
    for spelled in (unit, *([unit.upper()] if len(unit) > 2 and unit.isalpha() else [])):
        assert re.fullmatch(pattern(folded(spelled)), spelled), spelled
        assert plain(NumberNotation(units=(folded(spelled),)), f"3 {spelled}", f"1.5{spelled}") == ["3", "1.5"]


@pytest.mark.parametrize("unit", [*UNITS, *CURRENCIES])
def test_no_spelling_of_a_unit_is_read_in_part(unit):
    notation = NumberNotation(units=(folded(unit),))
    for word in dict.fromkeys(
        form for one in (unit, f"{unit}s") for form in (one, one.upper(), one.lower(), one.title())
    ):
        read = plain(notation, f"3 {word}", f"{word} 7", "5")
        assert all(
            cell in whole for cell, whole in zip(read, (("3", f"3 {word}"), ("7", f"{word} 7"), ("5",)), strict=True)
        )


def test_words_of_any_type_are_read():
    table = pl.DataFrame({"x": ["$1,234.50", "7", None]})
    for dtype in (pl.Categorical, pl.Enum(["$1,234.50", "7"])):
        assert write_plain(table.cast(dtype), {"x": DOLLARS})["x"].to_list() == ["1234.50", "7", None]
    levels = write_plain(pl.from_pandas(table.to_pandas().astype("category")), {"x": DOLLARS})
    assert levels["x"].to_list() == ["1234.50", "7", None]
    typed = pl.DataFrame({"x": [1, 2]})
    assert write_plain(typed, {"x": DOLLARS}).equals(typed)


@pytest.mark.parametrize(
    ("cells", "ranges"),
    [
        (["5-10", "10-15"], True),
        (["<18", "18-25", "65+"], True),
        (["5 to 10", "$10-$15"], True),
        (["<18", "65+"], False),
        (["3-1", "0-2"], False),
        (["555-1234", "555-9876"], False),
        (["$1,000-$1,500k", "$10-$15k"], True),
        (["5-10", "ten"], False),
        (["x", "5-10"], False),
        (["101.829.821-97", "529.982.247-25"], False),
        (["1.2.3-4", "5-10"], False),
    ],
)
def test_ranges_are_known(cells, ranges):
    assert are_ranges(pl.Series(cells)) is ranges


def test_notations_of_the_same_settings_are_equal():
    assert replace(DOLLARS, units=("$",)) == DOLLARS


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["£5.10", "€3.20"], ("numbers in several units: £ and €", False)),
        (["5 kg", "9 lb", "7"], ("numbers in several units: kg and lb", False)),
        (["$5", "$7", "$8", "TBD"], ("most of its different cells are numbers, but 'TBD' is not", True)),
        (["5", "7", "8", "TBD"], ("most of its different cells are numbers, but 'TBD' is not", True)),
        (["12A", "13B", "14C"], ("", False)),
        (["5 km", "800 m"], ("numbers in several units: km and m", False)),
        (["1 red", "2 blue"], ("", False)),
        (["red", "blue", "7"], ("", False)),
        (["1", "2"], ("", False)),
        ([], ("", False)),
    ],
)
def test_numbers_that_are_no_column_of_numbers_have_a_reason(cells, said):
    assert mixed(pl.Series(cells, dtype=pl.String)) == said
