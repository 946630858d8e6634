from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import run
from ffnn import TableWarning, load, train
from ffnn.errors import TableError
from ffnn.estimators import FeedforwardClassifier
from ffnn.learning.problem import understand
from ffnn.models.packing import NOTATIONS, tagged, untagged
from ffnn.tables import contract
from ffnn.tables.dialect import Dialect
from ffnn.tables.formats import reading
from ffnn.tables.notations import finding

ADVICE = ["number:decimal-point", "number:decimal-comma"]


def find(cells, declared=None, written=None, needed=(), **others):
    """What is found of a column `x`."""
    columns = {name: pl.Series(name, own, dtype=pl.String) for name, own in {"x": cells, **others}.items()}
    return finding.find(pl.DataFrame(columns), needed, declared or {}, written or {})


def read(cells, **said):
    """Its cells in the plain form; as they are where there is no notation."""
    found = find(cells, **said)
    assert not found.questions
    return found.notations["x"].plain(pl.Series(cells, dtype=pl.String)).to_list() if found.notations else cells


def numbers(cells, **said):
    return [None if cell in (None, "", "n/a") else float(cell) for cell in read(cells, **said)]


@pytest.mark.parametrize(
    ("cells", "label", "number"),
    [
        (["1B", "2B", "3B"], "1B", "1000000000"),
        (["1-", "2", "2-", "3"], "1-", "-1"),
        (["3", "3+", "2", "2+"], "2+", "2"),
    ],
)
def test_few_small_numbers_with_a_mark_are_labels_until_they_are_declared(cells, label, number):
    assert read(cells) == cells
    table = pl.DataFrame({"x": cells * 10, "y": [1.5, 2.5] * (5 * len(cells))})
    column = understand(table, "y").schema.columns[0]
    assert (column.kind, column.ways) == ("category", ("number",))
    assert column.reason == f"{label!r} may be a label or {number}"
    declared = understand(table, "y", columns={"x": "number"}).schema.columns[0]
    assert declared.kind == "number"


@pytest.mark.parametrize("cells", [["1B", "2B", "1.5B"], ["$1B", "$2B"], ["1", "2", "3+"], ["1-", "200"]])
def test_amounts_and_open_ends_are_no_labels(cells):
    assert read(cells) != cells


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["$1,234", "$76.15", "$2"], [1234, 76.15, 2]),
        (["$1,234", "$2,345"], [1234, 2345]),
        (["76.15 €", "3 €"], [76.15, 3]),
        (["EUR 5", "EUR 7.5"], [5, 7.5]),
        (["5 EUR", "7,5 EUR"], [5, 7.5]),
        (["£-3", "£4"], [-3, 4]),
        (["1,234", "2,345,678"], [1234, 2345678]),
        (["1,234", "5.5"], [1234, 5.5]),
        (["1,234", "2,5"], [1.234, 2.5]),
        (["0,123", "1,234"], [0.123, 1.234]),
        (["1234,567", "1,234"], [1234.567, 1.234]),
        (["1 234", "12"], [1234, 12]),
        (["1\u00a0234", "12\u202f345", "5"], [1234, 12345, 5]),
        (["1\u2009234,5", "7"], [1234.5, 7]),
        (["1 234,567", "7"], [1234.567, 7]),
        (["1'234.50", "5"], [1234.5, 5]),
        (["CHF 1\u2019234.50", "CHF 5"], [1234.5, 5]),
        (["12.5%", "3 %"], [12.5, 3]),
        (["%12,5", "%3"], [12.5, 3]),
        (["3,14", "2,5"], [3.14, 2.5]),
        (["1.234,56", "3,1"], [1234.56, 3.1]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["107.6 kg", "98 kg"], [107.6, 98]),
        (["194cm", "180cm", "175"], [194, 180, 175]),
        (["5 widgets", "1 widget"], [5, 1]),
        (["36 months", "60 months"], [36, 60]),
        (["1 day", "2 Days", "3 DAYS"], [1, 2, 3]),
        (["$5/month", "$12/month"], [5, 12]),
        (["50 m²", "60.5 m²"], [50, 60.5]),
        (["50 m2", "60.5 m2"], [50, 60.5]),
        (["(12.5)", "3", "7"], [-12.5, 3, 7]),
        (["($1,234.50)", "$5"], [-1234.5, 5]),
        (["\u22123", "4"], [-3, 4]),
        (["3-", "45"], [-3, 45]),
        (["~7", "~ 12", "8"], [7, 12, 8]),
        (["1.3bn", "2bn", "300m"], [1.3e9, 2e9, 300e6]),
        (["1.3 billion", "300 million", "7"], [1.3e9, 300e6, 7]),
        (["1,3 Mrd. €", "2 Mrd. €", "300 Mio. €"], [1.3e9, 2e9, 300e6]),
        (["45 Lakh", "1.5 Cr", "2 lakhs"], [4.5e6, 1.5e7, 2e5]),
        (["1.2m", "300k", "45"], [1.2e6, 300e3, 45]),
        (["12 views", "1 view", "1.2k views", "3M views"], [12, 1, 1200, 3e6]),
        (["1B", "2B", "150B"], [1e9, 2e9, 150e9]),
        (["+5", "1"], [5, 1]),
        (["€ 17,95", "€ 50,-"], [17.95, 50]),
        (["309,-", "1.199,-", "-5,-"], [309, 1199, -5]),
        (["605/-", "5,63,545/-"], [605, 563545]),
        (["1'234.-", "5.50", "(70.-)"], [1234, 5.5, -70]),
        (["5 GB", "7 GB", "120 gb", "1 Gb"], [5, 7, 120, 1]),
        (["5 PS", "7 ps"], [5, 7]),
        (["1e3", "5"], [1000, 5]),
        (["1_000", "5"], [1000, 5]),
        (["19M", "2.5k", "3B", "4K"], [19e6, 2500, 3e9, 4000]),
        (["€110.5M", "€565K", "€0"], [110.5e6, 565e3, 0]),
        (["5 m", "6 m"], [5, 6]),
        (["5 M", "6 M"], [5e6, 6e6]),
        (["10,000+", "500+", "1,000,000+"], [10000, 500, 1000000]),
        (["10,000+", "5,000+"], [10000, 5000]),
        (["<0.5", ">90", "3"], [0.5, 90, 3]),
        (["10+ years", "< 1 year", "3 years", "2 years"], [10, 1, 3, 2]),
        (["1.5e+5 kg", "2 kg"], [150000, 2]),
        (["\uff11\uff12\uff13", "\uff14\uff15"], [123, 45]),
        (["12,34,567", "1,234"], [1234567, 1234]),
        (["Rs. 500", "Rs. 1,200.5", "Rs.700"], [500, 1200.5, 700]),
        (["R$ 1.234,56", "R$ 10,00"], [1234.56, 10]),
        (["-3 °C", "5 °C"], [-3, 5]),
        (["1.5e3 kg", "2 kg"], [1500, 2]),
        (["$1,234.5", "n/a", "", None, "$5"], [1234.5, None, None, None, 5]),
        ([f"{number * 97:,}" for number in range(1, 60)], [number * 97 for number in range(1, 60)]),
        ([*[f"{number}.5" for number in range(50)], "$59,500"], [*[number + 0.5 for number in range(50)], 59500]),
    ],
)
def test_numbers_are_read_as_people_write_them(cells, expected):
    assert numbers(cells) == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["1.5", "2", "1e3", "+5", "-7", "NA", "unknown"],
        ["1.234", "5.678"],
        ["00123", "01234", "99999"],
        ["$007", "$008"],
        ["A12", "A13"],
        ["12A", "13B", "14C"],
        ["Class 1", "Class 2"],
        ["+49 171 123 456", "+49 172 345 678"],
        ["192.168.1.1", "10.0.0.1"],
        ["192.168.100.200", "192.168.100.201"],
        ["1.2.3", "1.3.4"],
        ["1234 5678 9012 3456", "1234 5678 9012 3457"],
        ["12:48", "13:50"],
        ["5 May", "7 May"],
        ["2021-07-02", "2021-07-03"],
        ["PT5M", "PT6M"],
        ["5-10", "10-15"],
        ["<=50K", ">50K"],
        ["<18", ">65"],
        ["2+", "2-", "1"],
        ["1st", "2nd", "3rd"],
        ["5 kg", "7 lb"],
        ["5 widgets", "7"],
        ["5 mW", "7 MW"],
        ["101.829.821-97", "529.982.247-25"],
        ["1, 2", "3, 4"],
        ["1/2", "3/4"],
        ["red", "blue"],
        ["10%", "20%", "high"] * 5,
        ["$1", "$2", "$5", "free"] * 20,
        ["n/a", "-", ""],
        [None, None],
    ],
)
def test_codes_dates_ranges_and_words_stay_as_they_are(cells):
    assert read(cells) == cells


@pytest.mark.parametrize("kind", ["category", "text", "identifier", "ignore"])
def test_a_column_declared_as_another_kind_stays_as_it_is(kind):
    assert read(["$1,234", "$5"], declared={"x": kind}) == ["$1,234", "$5"]


# Two meanings

THOUSANDS = [f"${1000 + 37 * row:,}" + ".50" * (row == 1) for row in range(200)]


@pytest.mark.parametrize("cells", [["1,234", "2,345"], ["€1,234", "€2,345"], ["1,234 kg", "5,678 kg"]])
def test_what_could_be_thousands_or_decimals_is_asked(cells):
    found = find(cells)
    assert (dict(found.notations), [*found.questions]) == ({}, ["x"])
    question = found.questions["x"]
    assert question.text == f"{cells[0]!r} could be 1234 or 1.234"
    assert [way.value for way in question.advice] == [("x", way) for way in ADVICE]


def test_an_amount_of_thousands_with_a_point_is_asked_where_the_country_writes_a_comma():
    assert find(["€1.234", "€2.345"]).questions["x"].text == "'€1.234' could be 1.234 or 1234"
    assert numbers(["$1.234", "$2.345"]) == [1.234, 2.345]
    assert numbers(["1.234 kg", "2.345 kg"]) == [1.234, 2.345]


@pytest.mark.parametrize(
    ("cells", "example", "odd"),
    [
        (["$1,234", "$5,678", "$9,012", "$12,50"], "$1,234", "$12,50"),
        (["£5,759"] * 199 + ["£12,50"], "£5,759", "£12,50"),
        ([*THOUSANDS[:30], "$12,50", "$999.5"], "$1,037.50", "$12,50"),
        ([*THOUSANDS, "$1,5"], "$1,037.50", "$1,5"),
        ([*THOUSANDS, "$1.234,5"], "$1,037.50", "$1.234,5"),
    ],
)
def test_a_few_decimal_commas_turn_no_thousands(cells, example, odd):
    for said in ({}, {"written": {"thousands": ","}}, {"written": {"decimal": "."}}, {"written": {"delimiter": ";"}}):
        question = find(cells, **said).questions["x"]
        assert f"cells are numbers, written as {example}" in question.text
        assert question.text.endswith(f"row {cells.index(odd) + 1} holds {odd!r}")
        assert [way.value[1] for way in question.advice] == ["number", "category"]
    as_thousands = [cell if cell == odd else re.sub("[$£,]", "", cell) for cell in cells]
    for said in ({"declared": {"x": how}} for how in ("number", "number:decimal-point")):
        assert read(cells, **said) == as_thousands
    assert read(cells, needed=("x",)) == as_thousands


@pytest.mark.parametrize(("sign", "unit"), [(",", "{}"), (".", "€ {}"), (",", "{} kg"), (",", "€{}")])
def test_few_decimals_among_thousands_are_asked_unless_others_decide(sign, unit):
    whole = [f"{1000 + 37 * row:,}".replace(",", sign) for row in range(200)]
    cells = [*map(unit.format, whole), unit.format(f"12{sign}5")]
    question = find(cells).questions["x"]
    assert question.text.endswith(f"; row 201 holds {cells[-1]!r}")
    assert [way.value[1] for way in question.advice] == ADVICE
    other = {"y": ["1.5" if sign == "," else "1,5"] * 201}
    assert "200 of 201 cells are numbers" in find(cells, **other).questions["x"].text
    decimals = [float(cell.replace(sign, ".")) for cell in (*whole, f"12{sign}5")]
    assert numbers(cells, y=["1.5" if sign == "." else "1,5"] * 201) == decimals
    assert [float(cell) for cell in read([*cells, *[cells[-1]] * 20])] == [*decimals, *[12.5] * 20]


def test_one_decimal_comma_does_not_make_thousands_of_plain_decimals():
    decimals = [f"{1 + row % 9}.{101 + row}" for row in range(200)]
    question = find([*decimals, "12,5"]).questions["x"]
    assert question.text == "'1.101' could be 1.101 or 1101; row 201 holds '12,5'"
    assert [way.value[1] for way in question.advice] == ADVICE
    as_decimals = read([*decimals, "12,5"], declared={"x": "number:decimal-point"})
    assert as_decimals == [*decimals, "12,5"]
    thousands = [float(cell.replace(".", "")) for cell in decimals]
    for said in ({"y": ["3,14"] * 201}, {"written": {"delimiter": ";"}}, {"written": {"decimal": ","}}):
        assert numbers([*decimals, "12,5"], **said) == [*thousands, 12.5]
    assert numbers([*(f"€ {cell}" for cell in decimals), "€ 12,5"]) == [*thousands, 12.5]
    assert numbers([*decimals, "1.234,5"]) == [*thousands, 1234.5]
    assert numbers([*decimals, "1.234.567"]) == [*thousands, 1234567]
    assert numbers([*decimals, *["12,5"] * 20]) == [*thousands, *[12.5] * 20]
    assert numbers([*(cell.replace(".", ",") for cell in decimals), "12.5"]) == [*thousands, 12.5]
    found = find([*decimals, "12,5"], y=["3.14"] * 201)
    assert (dict(found.notations), dict(found.questions)) == ({}, {})  # a plain column with an odd cell


@pytest.mark.parametrize(
    ("others", "written", "expected"),
    [
        ({"y": ["3,14", "2,5"]}, {}, 1.234),
        ({"y": ["3.14", "2.5"]}, {}, 1234),
        ({"y": ["1,234.5", "2"]}, {}, 1234),
        ({"y": ["1,234,567", "2"]}, {}, 1234),
        ({}, {"delimiter": ";"}, 1.234),
        ({"y": ["3.14", "2.5"]}, {"delimiter": ";"}, 1234),
        ({}, {"decimal": ","}, 1.234),
        ({}, {"decimal": "."}, 1234),
        ({}, {"thousands": ","}, 1234),
        ({}, {"thousands": "."}, 1.234),
        ({"y": ["3,14", "2,5"]}, {"thousands": ","}, 1234),
        ({"y": ["3.14", "2.5"]}, {"decimal": ","}, 1.234),
    ],
)
def test_two_meanings_are_decided_by_what_is_said_by_other_columns_and_by_the_delimiter(others, written, expected):
    found = find(["1,234", "2,345"], written=written, **others)
    assert "x" not in found.questions
    assert float(found.notations["x"].plain(pl.Series(["1,234"]))[0]) == expected


@pytest.mark.parametrize("written", [{}, {"delimiter": ","}, {"delimiter": "\t"}])
def test_other_columns_that_differ_decide_nothing(written):
    assert "x" in find(["1,234", "2,345"], written=written, y=["3,14", "2,5"], z=["3.14", "2.5"]).questions


def test_a_declaration_decides_for_its_column():
    assert numbers(["1,234", "2,345"], declared={"x": "number:decimal-comma"}) == [1.234, 2.345]
    assert numbers(["1,234", "2,345"], declared={"x": "number:decimal-point"}) == [1234, 2345]
    assert numbers(["1.234", "2.345"], declared={"x": "number:decimal-comma"}) == [1234, 2345]
    assert numbers(["1.234", "2.345"], declared={"x": "number:decimal-point"}, written={"decimal": ","}) == [
        1.234,
        2.345,
    ]
    assert find(["1.234"], {"x": "number:decimal-point"}, {"decimal": ","}).notations["x"].decimal == "."
    with pytest.raises(TableError, match=r"column 'x' is declared as 'number:decimal-comma', but holds '3\.14'"):
        find(["3.14", "2.5"], declared={"x": "number:decimal-comma"})
    with pytest.raises(TableError, match="declared as 'number:comma': it can be decimal-comma or decimal-point"):
        find(["3.14", "2.5"], declared={"x": "number:comma"})


def test_points_stand_between_thousands_where_other_columns_have_decimal_commas():
    found = find(["1.234", "12.345", "7"], y=["3,14", "2,5", "1,0"])
    assert found.notations["x"].plain(pl.Series(["12.345"])).to_list() == ["12345"]
    assert "x" not in find(["1.234", "12.345", "0.5"], y=["3,14", "2,5", "1,0"]).notations


@pytest.mark.parametrize(
    ("cells", "written", "said", "ways"),
    [
        (["3,14", "2,5"], {"decimal": "."}, "'3,14' is no number with '.' before decimals", ["number:decimal-comma"]),
        (["8.5", "1.250"], {"decimal": ","}, "'8.5' is no number with ',' before decimals", ["number:decimal-point"]),
        (["9 289", "12"], {"decimal": ",", "thousands": "."},
         "'9 289' is no number with ',' before decimals and '.' between thousands", ADVICE),
        (["1'234.5", "2'345.5"], {"thousands": ","},
         "\"1'234.5\" is no number with '.' before decimals and ',' between thousands", ["number:decimal-point"]),
    ],
)  # fmt: skip
def test_what_is_not_written_as_is_said_of_the_file_is_asked(cells, written, said, ways):
    question = find(cells, written=written).questions["x"]
    assert (question.text, [way.value[1] for way in question.advice]) == (said, ways)
    for way in ways:
        assert read(cells, declared={"x": way}, written=written) != []


@pytest.mark.parametrize("written", [{"thousands": "."}, {"decimal": ","}, {"decimal": ",", "thousands": "."}])
def test_points_between_thousands_are_said(written):
    assert numbers(["8.398", "1.250", "7"], written=written) == [8398, 1250, 7]
    assert read(["8", "1250"], written=written) == ["8", "1250"]


@pytest.mark.parametrize("sign", ["\u00a0", "\u202f", "\u2019"])
def test_signs_between_thousands_are_said_in_any_form(sign):
    assert numbers([f"8{sign}398", "1250"], written={"thousands": sign}) == [8398, 1250]


def test_percentages_beside_other_numbers_are_asked():
    question = find(["5%", "0.05", "6%"]).questions["x"]
    assert question.text == "'5%' is a percentage and '0.05' is not; as numbers they are 5 and 0.05"
    assert numbers(["5%", "0", "6%"]) == [5, 0, 6]
    assert numbers(["5%", "0.05", "6%"], declared={"x": "number"}) == [5, 0.05, 6]


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        (["86 293 173", "86 293 200"], "86293173"),
        (["560 001", "560 102", "n/a"], "560001"),
        (["1.102.188", "1.103.201"], "1102188"),
        (["9 876", "12 345"], "12345"),
    ],
)
def test_as_many_groups_in_every_cell_may_be_a_key_and_are_asked(cells, number):
    question = find(cells).questions["x"]
    example = max(cells, key=len)
    assert question.text == f"{example!r} could be {number} or a key, for every cell has as many groups of digits"
    assert [way.value for way in question.advice] == [("x", "number"), ("x", "category")]
    assert numbers(cells[:2], declared={"x": "number"}) == [float(re.sub(r"[ .]", "", cell)) for cell in cells[:2]]
    for how in ADVICE:
        if how == ADVICE["." in cells[0]]:
            assert numbers(cells[:2], declared={"x": how}) == numbers(cells[:2], declared={"x": "number"})


@pytest.mark.parametrize(
    ("cells", "written"),
    [
        (["560 001", "12"], {}),
        (["35 000", "42 500"], {}),
        (["9 876,5", "12 345"], {}),
        (["12 345 €", "45 678 €"], {}),
        (["560 001", "560 102"], {"thousands": " "}),
        (["1.102.188", "1.103.201"], {"decimal": ","}),
        (["1.102.188", "1.103.201"], {"delimiter": ";"}),
    ],
)
def test_groups_beside_other_numbers_are_thousands(cells, written):
    plain = [float(re.sub(r"[ .€]", "", cell).replace(",", ".")) for cell in cells]
    assert numbers(cells, written=written) == plain


def test_a_target_that_may_be_a_key_is_asked():
    table = pl.DataFrame({"x": [row + 0.5 for row in range(50)], "y": [f"560 {100 + row}" for row in range(50)]})
    with pytest.raises(TableError, match="'560 100' could be 560100 or a key") as caught:
        understand(table, "y")
    number, labels = caught.value.advice
    assert (number.value, labels.choice, labels.value) == (("y", "number:decimal-point"), "task", "classification")
    assert understand(table, "y", columns=dict([number.value])).rows.answers["y"][0] == 560100


@pytest.mark.parametrize(
    ("cells", "later", "expected", "said"),
    [
        (["$5", "$999"], "$1,234", 1234, {}),
        (["5 kg", "900 kg"], "1,200 kg", 1200, {"z": ["1.5", "2.5"]}),
        (["5 kg", "900 kg"], "1,200 kg", 1200, {"written": {"decimal": "."}}),
        (["5 kg", "900 kg"], "1 200 kg", 1200, {"written": {"thousands": " "}}),
        (["5 kg", "900 kg"], "1,2 kg", 1.2, {"z": ["1,5", "2,5"]}),
        (["5 kg", "900 kg"], "1.200 kg", 1200, {"written": {"delimiter": ";"}}),
        (["5 kg", "900,5 kg"], "1.200 kg", 1200, {}),
        (["5 kg", "900 kg"], "1,200 kg", None, {}),
        (["€5", "€900"], "€1,200", None, {}),
        (["5,5", "900"], "1.605", 1.605, {}),
    ],
)
def test_thousands_belong_to_a_notation_whose_decimals_are_known(cells, later, expected, said):
    plain = find(cells, **said).notations["x"].plain(pl.Series([later]))
    assert plain[0] == later if expected is None else float(plain[0]) == expected


# Odd cells

PRICES = [f"${number * 37:,}.50" for number in range(1, 40)]


def test_a_few_cells_that_do_not_fit_are_said():
    question = find([*PRICES, "call us"]).questions["x"]
    assert question.text == (
        "39 of 40 cells are numbers, written as $1,036.50, which is 1036.5; row 40 holds 'call us'"
    )
    assert [way.value[1] for way in question.advice] == ["number", "category"]


def test_many_different_odd_cells_far_down_are_odd_cells():
    cells = [f"${1 + number % 60},500" for number in range(20, 5000)] + [
        f"see note {chr(97 + number)}" for number in range(26)
    ]
    assert find(cells).questions["x"].text.startswith("4,980 of 5,006 cells are numbers, written as $")


def test_what_is_mostly_numbers_or_in_several_units_is_said():
    table = {"z": [row + 0.5 for row in range(100)], "y": [row / 7 for row in range(100)]}
    for cells, kind, reason, ways in (
        (["£5.10", "€3.20"] * 50, "category", "numbers in several units: £ and €", ()),
        ([*(f"{row}.5" for row in range(85)), *["TBD"] * 15], "text", "but 'TBD' is not", ("number", "category")),
        ([*(f"${row % 7}" for row in range(85)), *["TBD"] * 15], "category", "but 'TBD' is not", ("number",)),
    ):
        column = understand(pl.DataFrame({"x": cells, **table}), "y").schema.columns[0]
        assert (column.kind, column.ways) == (kind, ways)
        assert column.reason.endswith(reason)
        if ways:
            read = understand(pl.DataFrame({"x": cells, **table}), "y", columns={"x": ways[0]})
            assert read.rows.cells["x"].null_count() == 15


def test_a_dash_beside_a_currency_is_an_accountants_zero():
    found = find([*PRICES, "$ -   ", "-", "($5.00)"]).notations["x"]
    assert str(found).endswith("which is 1036.5 (a dash beside the currency is 0)")
    assert found.plain(pl.Series(["$ -   ", "-", "($5.00)"])).to_list() == ["0", "-", "-5.00"]


def test_a_column_declared_as_numbers_or_needed_is_read_as_far_as_it_goes():
    for said in ({"declared": {"x": "number"}}, {"needed": ("x",)}):
        assert read([*PRICES, "call us"], **said)[-2:] == ["1443.50", "call us"]
    assert read(["$1,234.5", "approx. 3", "7", "x"], declared={"x": "number"}) == ["1234.5", "approx. 3", "7", "x"]
    assert numbers(["<=50K", ">50K"], declared={"x": "number"}) == [50e3, 50e3]


@pytest.mark.parametrize("late", ["$1,234.50", "1,234", "1 234 567"])
def test_a_notation_far_down_is_found(late):
    cells = [str(number % 700) for number in range(20_000)] + [late, "1234567.5".replace(".5", "")]
    found = find(cells, written={"decimal": "."}).notations["x"]
    assert found.plain(pl.Series([late])).cast(pl.Float64).to_list() == [
        float(late.replace("$", "").replace(",", "").replace(" ", ""))
    ]


def test_a_cell_far_down_decides_what_the_others_mean():
    cells = [f"{number % 9 + 1},{100 + number % 900}" for number in range(20_000)]
    assert "x" in find(cells).questions
    assert float(read([*cells, *["1,5"] * 2_000])[0]) == 1.1


# Any number in any notation

SIGNS = [
    (".", ","),
    (",", "."),
    (",", " "),
    (",", "\u202f"),
    (".", "'"),
    (".", "\u2019"),
    (".", ""),
    (",", ""),
    (".", "_"),
]
UNITS = ["{}", "${}", "€ {}", "{} €", "{} kg", "{}%", "USD {}", "{} km/h", "{} blocks", "{} m²"]
MINUS = ["-{}", "\u2212{}", "({})", "{}-"]


@st.composite
def written(draw):
    """Numbers with two decimals, and how somebody writes them."""
    (decimal, thousands), unit, minus = (draw(st.sampled_from(each)) for each in (SIGNS, UNITS, MINUS))

    def write(hundredths):
        text = f"{abs(Decimal(hundredths)) / 100:,.2f}".translate({ord(","): thousands, ord("."): decimal})
        own = unit.format(text)
        return minus.format(own) if hundredths < 0 else own

    amounts = st.lists(st.integers(-(10**11), 10**11), min_size=3, max_size=30)
    train, later = [*draw(amounts), 123456789], draw(amounts)
    return train, later, write


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(written())
def test_any_number_in_any_notation_is_read_as_it_was_written(drawn):
    train, later, write = drawn
    table = pl.DataFrame(
        {"x": list(map(write, train)), "z": range(len(train)), "y": [0.5 + n for n in range(len(train))]}
    )
    if len(set(train)) < 3:
        return
    problem = understand(table, "y", columns={"x": "number"})
    assert problem.rows.cells["x"].to_list() == [amount / 100 for amount in train]
    kept = {name: untagged(tagged(each, NOTATIONS), NOTATIONS) for name, each in problem.schema.notations.items()}
    plain = replace(problem.schema, notations=kept).plain(pl.DataFrame({"x": list(map(write, later))}))
    assert plain["x"].cast(pl.Float64).to_list() == [amount / 100 for amount in later]


SMALL = ["--recipe", "plain", "--hidden", "8", "--restarts", "2", "--epochs", "5"]


@pytest.fixture(scope="module")
def houses():
    draw = np.random.default_rng(0)
    x = draw.normal(size=200)
    return {
        "size": [f"{2000 + 300 * value:,.1f} sq ft" for value in x],
        "z": [f"{value:.3f}".replace(".", ",") for value in draw.normal(size=200)],
        "price": [f"${200_000 + 50_000 * value:,.0f}" for value in x],
    }


def test_a_model_reads_later_tables_in_the_notation_of_training(houses, capfd, tmp_path):
    table, model = tmp_path / "t.csv", tmp_path / "m.safetensors"
    pl.DataFrame(houses).write_csv(table)
    code, _, err = run(capfd, "train", table, "--target", "price", *SMALL, "-o", model)
    assert code == 0
    for said in ("price: regression", "price, written as $", "size: number, written as 2,", "z: number, written as "):
        assert said in err
    plain = {
        name: [cell.translate({ord(sign): None for sign in "$ sqft"}) for cell in own] for name, own in houses.items()
    }
    plain["z"] = [cell.replace(",", ".") for cell in plain["z"]]
    plain["size"], plain["price"] = ([cell.replace(",", "") for cell in plain[name]] for name in ("size", "price"))
    loaded = load(model)
    written, numbers = (pl.DataFrame(columns) for columns in (houses, plain))
    np.testing.assert_array_equal(loaded.predict(written, strict=True), loaded.predict(numbers, strict=True))
    found = []
    assert loaded.evaluate(written, tell=found.extend)["rmse"] == loaded.evaluate(numbers, tell=found.extend)["rmse"]
    assert [each.what for each in found] == ["trained", "trained"]  # the same rows, however they are written
    assert "number, written as 2," in run(capfd, "show", model)[1]


def test_a_later_table_of_plain_numbers_is_read_plain_or_its_doubt_is_told():
    german = pl.DataFrame(
        {"x": [f"{1 + row % 9}.{100 + row},{row}" for row in range(10, 60)], "y": [row / 7 for row in range(50)]}
    )
    model = train(german, "y", recipe="plain", hidden=(8,), restarts=2, epochs=2)
    numbers = [cell.replace(".", "").replace(",", ".") for cell in german["x"]]
    plain = german.with_columns(x=pl.Series(numbers))
    assert model.predict(plain, strict=True).tolist() == model.predict(german, strict=True).tolist()
    slices = pl.DataFrame({"x": ["1.250"] * 5000 + ["1234.5"] * 6000})
    assert model.read(slices, contract.refuse)["x"].to_list() == slices["x"].to_list()
    doubtful = pl.DataFrame({"x": ["1.250", "2.375", "7"]})
    said = "'x': 2 cells could be decimals, and are read as thousands, as in training, such as '1.250'"
    with pytest.warns(TableWarning, match=said):
        assert model.read(doubtful, contract.warn)["x"].to_list() == ["1250", "2375", "7"]
    for verb in (model.predict, model.predictions):
        with pytest.raises(TableError, match=said):
            verb(doubtful, strict=True)
    with pytest.warns(TableWarning, match=said):
        train(
            german,
            "y",
            test=doubtful.with_columns(y=pl.Series([1.0, 2.0, 3.0])),
            recipe="plain",
            hidden=(8,),
            restarts=2,
            epochs=2,
        )


@pytest.mark.parametrize(
    ("training", "kept", "later", "said", "expected"),
    [
        ("2102", {}, "2.102", {"decimal": ","}, 2102),
        ("2102", {}, "2.102", {"thousands": "."}, 2102),
        ("2102", {}, "2 102,5", {"decimal": ",", "thousands": " "}, 2102.5),
        ("2102", {}, "2.102", {}, 2.102),
        ("2102", {"decimal": ","}, "1.250", {}, 1250),
        ("2102", {"decimal": ","}, "12,5", {}, 12.5),
        ("2102", {"decimal": ","}, "1,250", {"decimal": "."}, 1250),
        ("2102", {"thousands": "."}, "1,250", {"decimal": "."}, 1250),
        ("1.234,56", {}, "1.250", {"decimal": "."}, 1.25),
        ("1.234,56", {}, "1.250", {"decimal": ","}, 1250),
        ("$1,234", {"decimal": "."}, "$1,250", {}, 1250),
    ],
)
def test_what_is_said_decides_how_later_numbers_are_read(training, kept, later, said, expected, tmp_path):
    for name, cell in (("training", training), ("later", later)):
        rows = [f"{cell};{row}.5" for row in range(9)] if name == "later" else []
        rows = rows or [f"{cell[:-1]}{row % 10};{row * row}" for row in range(40)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["x;y", *rows]) + "\n")
    table = reading.read(tmp_path / "training.csv", **kept)
    model = train(table, "y", recipe="plain", hidden=(4,), restarts=1, epochs=1)
    found = reading.read_as(tmp_path / "later.csv", Dialect.of(**said), kept=model.schema.dialect)
    told = []
    assert set(model.read(found, told.extend)["x"].cast(pl.Float64)) == {expected}
    assert told == []
    if said or kept:
        model.read(found.table, told.extend)
        assert [each.what for each in told] == ["thousands"] * (training == "1.234,56")


def test_what_is_said_at_training_holds_for_later_targets(tmp_path):
    (tmp_path / "t.csv").write_text("\n".join(["x;y", *(f"{row};{row * row}" for row in range(40))]))
    (tmp_path / "later.csv").write_text("x;y\n5;1.250\n7;12,5\n")
    table = reading.read(tmp_path / "t.csv", decimal=",")
    model = train(table, "y", recipe="plain", hidden=(4,), restarts=1, epochs=1)
    assert model.read(tmp_path / "later.csv", contract.refuse)["y"].to_list() == ["1250", "12.5"]


def test_decimals_that_turn_thousands_are_told():
    table = pl.DataFrame(
        {"x": [f"{row + 1},{100 + row},567" for row in range(50)], "y": [row / 7 for row in range(50)]}
    )
    model = train(table, "y", recipe="plain", hidden=(4,), restarts=1, epochs=1)
    later = pl.DataFrame({"x": ["1,250", "12,5", "0,5"]})
    said = "'x': 1 cells could be thousands, as in training, and are read as decimals, which others can only be"
    with pytest.warns(TableWarning, match=said):
        assert model.read(later, contract.warn)["x"].to_list() == ["1.250", "12.5", "0.5"]
    with pytest.warns(TableWarning, match="1 cells not of the column's type count as missing, such as '12,5'"):
        model.predict(pl.DataFrame({"x": ["1,250,000", "2,250,000", "12,5"]}))


def test_what_has_to_be_asked_stops_for_a_target_weights_and_times():
    asked = [f"{1 + row % 9},{100 + row}" for row in range(50)]
    table = pl.DataFrame({"z": asked, "w": [row + 0.5 for row in range(50)], "v": range(50)})
    for named in ({"target": "z"}, {"target": "w", "weights": "z"}, {"target": "w", "time": "z"}):
        with pytest.raises(TableError, match=r"column 'z': '1,100' could be 1100 or 1.1; columns=") as caught:
            understand(table, **named)
        assert [way.value for way in caught.value.advice] == [("z", way) for way in ADVICE]
    labels = table.with_columns(z=pl.Series(["1,234", "2,345"] * 25))
    classes = understand(labels, "z", task="classification").rows.answers["z"].unique().sort()
    assert classes.to_list() == ["1,234", "2,345"]
    z = understand(table, "w").schema.columns[0]
    assert (z.kind, z.reason, z.ways) == ("text", "'1,100' could be 1100 or 1.1", tuple(ADVICE))
    read = understand(table, "z", columns={"z": "number:decimal-point"})
    assert read.rows.answers["z"].to_list() == [float(cell.replace(",", "")) for cell in asked]
    weighed = understand(table, "w", weights="z", columns={"z": "number:decimal-point"})
    assert {column.name: column.kind for column in weighed.schema.columns}["z"] == "ignore"


@pytest.mark.parametrize(
    "labels", ["3D/2D", "12V/24V", "4WD/2WD", "5%/10%", "2 doors/3 doors", "$5/$10", "1.5 l/2.0 l"]
)
def test_labels_stay_as_they_are_written(labels):
    table = pl.DataFrame({"x": [row + 0.5 for row in range(40)], "y": labels.split("/") * 20})
    problem = understand(table, "y", task="classification")
    assert (problem.rows.answers["y"].to_list(), dict(problem.schema.notations)) == (table["y"].to_list(), {})
    numbers = understand(table, "y", task="regression")
    assert numbers.rows.answers["y"].to_list() == [float(re.match(r"\$?([\d.]+)", cell)[1]) for cell in table["y"]]
    assert [*numbers.schema.notations] == ["y"]
    chosen = understand(table, "y")
    if "." not in labels:  # decimals are numbers, in a notation as without one
        assert (chosen.task, chosen.rows.answers["y"].to_list()) == ("classification", table["y"].to_list())
        assert str(chosen.advice[0].value) == "regression"
    else:
        assert chosen.task == "regression"


def test_a_model_of_labels_in_a_notation_gives_them_back(tmp_path):
    table = pl.DataFrame({"x": [row / 10 for row in range(60)], "y": ["$5"] * 30 + ["$10"] * 30})
    choices = {"recipe": "plain", "hidden": (8,), "restarts": 2, "epochs": 20, "seed": 0}
    train(table, "y", test=table, **choices).save(tmp_path / "m.safetensors")
    model = load(tmp_path / "m.safetensors")
    estimator = FeedforwardClassifier(random_state=0, recipe="plain", hidden=(8,), restarts=2, epochs=20)
    estimator.fit(table.select("x"), table["y"])
    assert [*model.target.labels] == [*estimator.classes_] == ["$10", "$5"]
    assert set(model.predict(table, strict=True)) == {"$10", "$5"}
    assert model.evaluate(table, tell=lambda _: None)["accuracy"] == np.mean(
        model.predict(table) == table["y"].to_numpy()
    )


def test_what_has_to_be_asked_of_the_only_input_stops():
    table = pl.DataFrame({"z": [f"{1 + row % 9},{100 + row}" for row in range(50)], "y": range(50)})
    with pytest.raises(TableError, match=r"column 'z': '1,100' could be 1100 or 1\.1; columns="):
        understand(table, "y")


@pytest.mark.slow
def test_the_way_that_is_printed_can_be_pasted(houses, capfd, tmp_path):
    table, model = tmp_path / "t.csv", tmp_path / "m.safetensors"
    asked = [f"{1 + row % 9},{100 + row}" for row in range(200)]
    pl.DataFrame({**houses, "z": asked}).drop("size").with_columns(w=pl.lit("1")).write_csv(table)
    for option in (["--target", "z"], ["--target", "w", "--weights", "z"], ["--target", "w", "--time", "z"]):
        code, _, err = run(capfd, "train", table, *option, *SMALL, "-o", model)
        assert (code, err.count("\n")) == (2, 1)
        assert "column 'z': " in err
        assert "--column z=number:decimal-comma" in err
    code, _, err = run(
        capfd, "train", table, "--target", "z", "--column", "z=number:decimal-comma", *SMALL, "-o", model
    )
    assert code == 0
    assert "which is 1.1" in err
