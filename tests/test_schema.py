from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn.advice import Advice
from ffnn.errors import TableError
from ffnn.tables.columns import schema
from ffnn.tables.columns.cells import conform_cells, conform_column
from ffnn.tables.columns.schema import Column
from ffnn.tables.formats import reading

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def kind(cells, name="x", dtype=None):
    """The kind of a column that stands beside another input."""
    cells = pl.Series(name, cells, dtype)
    beside = pl.Series("beside", [row + 0.5 for row in range(len(cells))])
    column, other = schema.infer(pl.DataFrame([cells, beside, beside.rename("y")]), ("y",)).columns
    assert other.kind == "number"
    return column.kind


def conform(cells, kind, dtype=None):
    cells = pl.Series("x", cells, dtype)
    return schema.conform(cells.to_frame(), (Column("x", kind),))["x"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1.5", "2", "2"], "number"),
        (["-1e3", ".5", "+2"], "number"),
        ([" 1", "2 ", "5"], "number"),
        (["1.5", "", None, "2"], "number"),
        (["3", "NA", "?", "null", "NaN", "nan", "4"], "number"),
        (["3", "none", "3"], "number"),
        (["3", "none of these", "3"], "category"),
        (["0", "0.5", "-0.5"], "number"),
        (["007", "012", "012"], "category"),
        (["7", "12", "012", "7"], "category"),
        (["-007", "1", "1"], "category"),
        (["+01", "1", "1"], "category"),
        ([" 01", "1", "1"], "category"),
        (["00", "1", "1"], "category"),
        (["-0.5", "+0.5", " 0.5 ", "0", "-0", "0e1"], "number"),
        (["-nan", "2.5", "3.5", "3.5"], "number"),
        (["NA", "EU", "EU"], "category"),
        (["NA", "", "", "NA"], "constant"),
        (["red", "blue", "red"], "category"),
        (["true", "False", "TRUE"], "boolean"),
        (["true", "", "false"], "boolean"),
        (["0", "1", "1"], "boolean"),
        (["0", "1", "NA"], "boolean"),
        (["0.00", "1.00", "1"], "boolean"),
        (["yes", "no", "no"], "category"),
        (["true", "false", "maybe", "maybe"], "category"),
        (["5", "5", "5"], "constant"),
        (["a", "a", "a"], "constant"),
        (["", None, ""], "constant"),
        (["NA", "?", "NA"], "constant"),
        (["a", "b", "c"], "identifier"),
        (["a", "b", "", ""], "identifier"),
    ],
)
def test_text_cells_have_the_kind_that_they_spell(cells, expected):
    assert kind(cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([1.5, 2.0, 2.0], "number"),
        ([1.5, None, float("nan")], "number"),
        ([1, 3, 3], "number"),
        ([True, False, None], "boolean"),
        ([0, 1, 1], "boolean"),
        ([0.0, 1.0, None], "boolean"),
        ([True, True, True], "constant"),
        ([2, 2, 2], "constant"),
        ([None, None], "constant"),
        ([float("nan"), None], "constant"),
        ([date(2020, 1, 1), date(2021, 1, 1)], "date"),
        ([[1, 2], [3]], "ignore"),
        ([{"a": 1}, {"a": 2}], "ignore"),
        ([b"x", b"y"], "ignore"),
    ],
)
def test_typed_cells_have_the_kind_of_their_type(cells, expected):
    assert kind(cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([f"word {row % 70}" for row in range(139)], "text"),
        ([f"word {row % 70}" for row in range(141)], "category"),
        ([f"word {row % 60}" for row in range(100)], "category"),
        ([("long words " * 10) + str(row % 60) for row in range(100)], "text"),
        ([("long words " * 10) + str(row % 70) for row in range(1000)], "text"),
        ([("long words " * 10) + str(row % 5) for row in range(1000)], "category"),
        ([f"word {row}" for row in range(100)], "identifier"),
        ([*(f"word {row % 70}" for row in range(139)), *([""] * 500)], "category"),
    ],
)
def test_text_is_what_is_too_many_too_seldom_repeated_or_too_long_to_be_levels(cells, expected):
    assert kind(cells) == expected


def test_a_text_is_told_with_how_to_make_it_an_input():
    table = pl.DataFrame({"a": [0.5, 1.5] * 70, "word": [f"w {row % 80}" for row in range(140)], "y": [1, 2] * 70})
    word = schema.infer(table, ("y",)).columns[1]
    assert word == Column("word", "text", "80 different values in 140 rows")
    assert word.advice == (Advice("columns", ("word", "category"), after=" makes it an input"),)
    assert schema.infer(table, ("y",), {"word": "category"}).columns[1].kind == "category"
    assert schema.infer(table, ("y",), {"word": "text"}).columns[1].advice == ()


@pytest.mark.parametrize("cells", [[None, None], ["", None], ["", " "], [float("nan"), None]])
def test_a_column_without_any_value_is_told(cells):
    table = pl.DataFrame({"x": pl.Series(cells), "beside": [0.5, 1.5], "y": [1, 2]})
    assert schema.infer(table, ("y",)).columns[0] == Column("x", "constant", "every cell is missing")


@settings(deadline=None)
@given(
    st.sampled_from(["number", "boolean", "category", "date"]),
    st.one_of(
        st.lists(st.one_of(st.none(), st.text(max_size=5), st.sampled_from(["1", "0.5", "true", "2020-01-01"]))),
        st.lists(st.one_of(st.none(), st.floats())),
        st.lists(st.one_of(st.none(), st.dates())),
        st.lists(st.one_of(st.none(), st.booleans())),
        st.lists(st.one_of(st.none(), st.lists(st.integers(0, 3), max_size=2))),
        st.lists(st.one_of(st.none(), st.binary(max_size=3))),
    ),
)
def test_wrong_cells_are_marked_and_never_raise(kind, cells):
    given_cells = pl.Series("x", cells)
    values, wrong = conform_cells(given_cells, kind)
    assert len(values) == len(wrong) == len(cells)
    assert (wrong.dtype, wrong.null_count()) == (pl.Boolean, 0)
    assert values.filter(wrong).null_count() == wrong.sum()
    sound = given_cells.filter(~wrong)
    assert conform_column(sound, kind).to_list() == values.filter(~wrong).to_list()
    if wrong.any():
        with pytest.raises(TableError, match="column 'x'"):
            conform_column(given_cells, kind)


def test_a_category_of_polars_or_pandas_is_a_category():
    assert kind(["a", "b", "b"], dtype=pl.Categorical) == "category"
    assert kind(["a", "b", "b"], dtype=pl.Enum(["a", "b"])) == "category"
    table = pd.DataFrame({"x": pd.Categorical(["a", "b", "b"]), "y": [1, 2, 3]})
    assert schema.infer(reading.table_of(table), ("y",)).columns[0].kind == "category"


def test_a_word_far_down_makes_a_column_of_numbers_a_category():
    cells = [str(row % 7) for row in range(50_000)]
    assert kind(cells) == "number"
    assert kind([*cells, "hardly any"]) == "category"


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("x", range(1, 101), "identifier"),
        ("x", range(100), "identifier"),
        ("x", np.random.default_rng(0).permutation(100), "identifier"),
        ("x", range(2, 102), "identifier"),
        ("x", range(90_000, 90_100), "identifier"),
        ("x", range(-50, 50), "number"),
        ("x", range(2, 202, 2), "number"),
        ("x", range(1950, 2021), "number"),
        ("customer_id", range(1950, 2021), "identifier"),
        ("PassengerID", [900, 17, 52], "identifier"),
        ("customer_id", [900, 17, 17], "number"),
        ("customer_id", [900, 17, None], "number"),
        ("customer_id", [0.5, 1.5, 2.5], "number"),
        ("userId", [900, 17, 52], "identifier"),
        ("id", [900, 17, 52], "identifier"),
        ("idea", [900, 17, 52], "number"),
        ("amount_paid", [900, 17, 52], "number"),
        ("x", [0.5, 1.5, 2.5], "number"),
        ("x", [1.0, 2.0, 3.0], "identifier"),
        ("EmployeeNumber", [900, 17, 52], "identifier"),
        ("account_nbr", [900, 17, 52], "identifier"),
        ("Order No.", [900, 17, 52], "identifier"),
        ("KundenNr", [900, 17, 52], "identifier"),
        ("kundennummer", [900, 17, 52], "identifier"),
        ("Kundennr", [900, 17, 52], "identifier"),
        ("index", [900, 17, 52], "identifier"),
        ("Unnamed: 0", [900, 17, 52], "identifier"),
        ("volcano", [900, 17, 52], "number"),
        ("monkey", [900, 17, 52], "number"),
        ("heat_index", [900, 17, 52], "number"),
        ("Number of rooms", [900, 17, 52], "number"),
    ],
)
def test_keys_and_row_counters_are_identifiers(name, cells, expected):
    cells = list(map(float, cells)) if None not in cells else cells
    assert kind(cells, name, pl.Float64) == expected
    assert kind(["" if cell is None else f"{cell:g}" for cell in cells], name) == expected


KEYS = np.random.default_rng(1).permutation(90_000)[:150].astype(float).tolist()


@pytest.mark.parametrize(
    ("name", "cells", "reason"),
    [
        ("user_id", [*KEYS[1:], None], "whole numbers that never repeat, but for 1 missing, named as an id"),
        ("user_id", [*KEYS[1:], KEYS[7]], "whole numbers that never repeat, but for 1 repeated, named as an id"),
        ("x", [*range(149), None], "counts the rows, but for 1 missing"),
        ("x", [*range(70), None, *range(71, 150)], "counts the rows, but for 1 missing"),
        ("x", [*range(70), 69, *range(71, 150)], "counts the rows, but for 1 repeated"),
        ("x", range(150), "counts the rows"),
        ("", KEYS, "whole numbers that never repeat, in a column without a name"),
        ("user_id", [None, None, *KEYS[2:]], None),
        ("user_id", [KEYS[3], KEYS[3], *KEYS[2:]], None),
        ("x", [*KEYS[1:], KEYS[7]], None),
        ("user_id", [900, 17, 17], None),
        ("user_id", [900, 17, None], None),
    ],
)
def test_an_identifier_may_have_one_flaw_in_a_hundred_rows(name, cells, reason):
    beside = np.arange(len(cells)) / 7
    table = pl.DataFrame({name: pl.Series(cells, dtype=pl.Float64), "beside": beside, "y": beside})
    found = schema.infer(table, ("y",)).columns[0]
    assert found == (Column(name, "number") if reason is None else Column(name, "identifier", reason))


def test_words_named_as_an_id_may_have_one_too():
    keys = [f"C-{number:05.0f}" for number in KEYS]
    flawed = pl.DataFrame({"user_id": [*keys[1:], keys[7]], "word": [*keys[1:], keys[7]], "y": np.arange(150) / 7})
    by_id, by_none = schema.infer(flawed.with_columns(beside="y"), ("y",)).columns[:2]
    assert by_id == Column("user_id", "identifier", "no value occurs twice, but for 1 repeated")
    assert by_none.kind == "text"


def test_the_only_input_is_no_row_counter():
    table = pl.DataFrame({"x": range(100), "y": [0.5] * 100})
    assert [column.kind for column in schema.infer(table, ("y",)).columns] == ["number"]


def test_a_declared_identifier_stays_one_even_as_the_only_column():
    with pytest.raises(TableError, match=r"no column to predict 'y' from \(columns: 'x': identifier\)"):
        schema.infer(pl.DataFrame({"x": range(9), "y": [0.5] * 9}), ("y",), {"x": "identifier"})


@pytest.mark.parametrize("expected", schema.KINDS)
def test_declared_kinds_overrule(expected):
    table = pl.DataFrame({"x": [1.5, 2.5, 2.5], "beside": ["a", "b", "b"], "y": [1, 2, 3]})
    found = schema.infer(table, ("y",), {"x": expected}).columns[0]
    assert (found.name, found.kind, found.reason) == ("x", expected, "declared")


def test_a_schema_keeps_the_order_of_the_table_and_leaves_out_the_target():
    table = pl.DataFrame({"b": [1.5, 2], "y": [1, 2], "name": ["u", "v"], "a": ["s", "s"], "c": [True, False]})
    found = schema.infer(table, ("y",))
    assert [column.name for column in found.columns] == ["b", "name", "a", "c"]
    assert [column.name for column in found.inputs] == ["b", "c"]
    assert [column.name for column in found.identifiers] == ["name"]


@pytest.mark.parametrize(
    ("target", "declared", "message"),
    [
        ("incme", {}, r"no column 'incme'; did you mean 'income'\?"),
        ("income", {"agee": "number"}, r"no column 'agee'; did you mean 'age'\?"),
        (
            "income",
            {"age": "numbers"},
            r"'age' is declared as 'numbers', which is not a column type; did you mean 'number'\?",
        ),
        ("income", {"age": "zzz"}, "types: number, boolean, category, set, date, identifier, text, ignore"),
        ("income", {"age": "ignore", "city": "ignore"}, "no column to predict 'income' from"),
    ],
)
def test_a_wrong_name_or_kind_is_told_with_what_is_near(target, declared, message):
    table = pl.DataFrame({"age": [1.5, 2, 2], "city": ["a", "b", "b"], "income": [1, 2, 3]})
    with pytest.raises(TableError, match=message):
        schema.infer(table, (target,), declared)


def test_a_table_of_the_target_alone_is_refused():
    with pytest.raises(TableError, match="none but the target"):
        schema.infer(pl.DataFrame({"y": [1, 2]}), ("y",))


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), FINITE), min_size=1, max_size=20))
def test_numbers_are_the_same_from_text_types_and_pandas(cells):
    text = conform(["" if cell is None else repr(cell) for cell in cells], "number")
    typed = conform(cells, "number", pl.Float64)
    pandas = reading.table_of(pd.DataFrame({"x": pd.Series(cells, dtype="float64")}))
    nullable = reading.table_of(pd.DataFrame({"x": pd.Series(cells, dtype="Float64")}))
    columns = (Column("x", "number"),)
    for found in (text, typed, *(schema.conform(table, columns)["x"] for table in (pandas, nullable))):
        assert found.dtype == pl.Float64
        assert found.to_list() == cells


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.booleans()), min_size=1, max_size=20))
def test_booleans_are_the_same_from_text_types_and_pandas(cells):
    oracle = [None if cell is None else str(cell).lower() for cell in cells]
    numbers = [None if cell is None else float(cell) for cell in cells]
    pandas = reading.table_of(pd.DataFrame({"x": pd.Series(cells, dtype="boolean")}))["x"]
    for found in (
        conform(cells, "boolean", pl.Boolean),
        conform(numbers, "boolean", pl.Float64),
        conform(pl.Series(cells, dtype=pl.Boolean).cast(pl.Int8), "boolean"),
        conform(["" if cell is None else str(cell).upper() for cell in cells], "boolean"),
        conform(["NA" if cell is None else f"{cell:.2f}" for cell in numbers], "boolean"),
        schema.conform(pandas.to_frame("x"), (Column("x", "boolean"),))["x"],
    ):
        assert found.to_list() == oracle


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-(2**53) + 1, 2**53 - 1)), min_size=1, max_size=20))
def test_whole_numbers_as_categories_are_the_same_from_text_types_and_pandas(cells):
    oracle = [None if cell is None else str(cell) for cell in cells]
    pandas = reading.table_of(pd.DataFrame({"x": pd.Series(cells, dtype="Int64")}))["x"]
    for found in (
        conform(oracle, "category", pl.String),
        conform(cells, "category", pl.Int64),
        conform(cells, "category", pl.Float64),
        conform(pandas, "category"),
    ):
        assert found.to_list() == oracle


def test_categories_keep_the_word_na_and_lose_blanks_at_the_ends():
    assert conform(["NA", " red ", "", None, "?"], "category").to_list() == ["NA", "red", None, None, "?"]
    assert conform(["b", None], "category", pl.Categorical).to_list() == ["b", None]


def test_what_a_number_is_called_as_a_category_does_not_depend_on_its_neighbours():
    assert conform([1.0, 2.5, None, float("nan")], "category").to_list() == ["1", "2.5", None, None]
    assert conform([1.0, 2.0], "category").to_list() == ["1", "2"]


def test_number_types_of_every_kind_are_numbers():
    for dtype in (pl.UInt8, pl.Int64, pl.Float32, pl.Decimal(10, 2)):
        assert conform([1, None, 3], "number", dtype).to_list() == [1.0, None, 3.0]
    assert conform([True, False], "number").to_list() == [1.0, 0.0]
    assert conform([None, None], "number").to_list() == [None, None]


def test_column_order_and_extra_columns_do_not_matter():
    table = pl.DataFrame({"extra": [[1]], "b": ["x"], "a": ["2"]})
    found = schema.conform(table, (Column("a", "number"), Column("b", "category")))
    assert found.to_dict(as_series=False) == {"a": [2.0], "b": ["x"]}


def test_a_missing_column_is_named_with_near_ones():
    with pytest.raises(TableError, match=r"no column 'age'; did you mean 'Age'\?"):
        schema.conform(pl.DataFrame({"Age": [1]}), (Column("age", "number"),))


@pytest.mark.parametrize(
    ("cells", "kind", "message"),
    [
        (["1", "", "x y"], "number", r"column 'x' must hold numbers, but row 3 holds 'x y'$"),
        (["1", "inf", "2"], "number", r"column 'x' must hold finite numbers, but row 2 holds 'inf'"),
        ([1.0, 2.0, 3.0, -np.inf], "number", r"column 'x' must hold finite numbers, but row 4 holds '-inf'"),
        (["1", "1e999"], "number", "row 2 holds '1e999'"),
        (["true", "maybe", "x"], "boolean", "column 'x' must hold true and false .*, but row 2 holds 'maybe'"),
        ([1.0, 0.5], "boolean", "row 2 holds '0.5'"),
        ([1, 0, 2], "boolean", "row 3 holds '2'"),
        ([date(2020, 1, 1)], "number", "column 'x' must hold numbers, but the table gives Date"),
        ([[1]], "number", "the table gives List"),
        ([[1]], "category", r"'x' holds cells of type List\(Int64\)"),
        ([b"\xff"], "category", "'x' holds cells of type Binary"),
        ([[1]], "boolean", "'x' holds cells of type List"),
    ],
)
def test_a_wrong_cell_is_told_with_its_column_row_and_value(cells, kind, message):
    with pytest.raises(TableError, match=message):
        conform(cells, kind)


def test_before_training_a_wrong_cell_comes_with_advice():
    with pytest.raises(
        TableError, match=r"row 2 holds 'b'; correct the cell, or declare a category: columns={'x': 'category'}"
    ):
        schema.conform(pl.DataFrame({"x": ["1", "b"]}), (Column("x", "number"),), advise=True)


def test_a_long_wrong_cell_is_cut_short():
    with pytest.raises(TableError) as caught:
        conform(["1", "w" * 10_000], "number")
    assert len(str(caught.value)) < 250


UNLIKE = {  # what the description counts as an input, but is a key of every row or says nothing
    "titanic": {"PassengerId": "identifier", "Name": "identifier", "Ticket": "text"},
    "mpg": {"name": "text"},
    "covertype": {"Soil_Type15": "constant"},
    "kddcup99_10pct": {"num_outbound_cmds": "constant", "is_host_login": "constant"},
}


@pytest.mark.parametrize(
    "name",
    [
        "iris",
        "penguins",
        "sonar",
        "titanic",
        "mpg",
        "credit_g",
        "wine_quality_white",
        "letter",
        "california_housing",
        "adult",
        "diamonds",
        "covertype",
        "kddcup99_10pct",
        "fashion_mnist",
    ],
)
def test_the_columns_of_real_tables_are_what_is_said_of_them(real_tables, described, name):
    said = described[name]
    found = schema.infer(reading.table_of(real_tables / said["file"]), (said["target"],))
    assert len(found.columns) == said["n_features"]
    unlike = {column.name: column.kind for column in found.columns if column not in found.inputs}
    assert unlike == UNLIKE.get(name, {})
    categories = [column.name for column in found.inputs if column.kind == "category"]
    texts = [name for name, kind in unlike.items() if kind in ("identifier", "text") and name != "PassengerId"]
    assert len(categories) == said["n_categorical"] - len(texts)


def test_every_real_table_is_looked_at(described):
    looked_at = test_the_columns_of_real_tables_are_what_is_said_of_them.pytestmark[0].args[1]
    assert set(looked_at) == set(described)


def test_covertype_has_ten_numbers_and_booleans_else(real_tables, described):
    said = described["covertype"]
    found = schema.infer(reading.table_of(real_tables / said["file"]), (said["target"],))
    kinds = [column.kind for column in found.columns]
    assert (kinds.count("number"), kinds.count("boolean"), kinds.count("constant")) == (10, 43, 1)


# Types that say what a column is


def seen(table, **choices):
    """The columns of a table, beside another input."""
    beside = pl.Series("beside", [row + 0.5 for row in range(len(table))])
    found = schema.infer(table.with_columns(beside, y=beside), ("y",), **choices)
    return found.columns[:-1]


CODED = [0, 1, 2, 3, 4, 5, 6, 7] * 8


@pytest.mark.parametrize(
    "made",
    [
        lambda: pd.DataFrame({"x": pd.Categorical(CODED)}),
        lambda: pd.DataFrame({"x": pd.Categorical([float(code) for code in CODED])}),
        lambda: pd.DataFrame({"x": pd.Categorical(CODED, categories=[7, 6, 5, 4, 3, 2, 1, 0], ordered=True)}),
        lambda: pd.DataFrame({"x": pd.Series(CODED, dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.int64())))}),
        lambda: {"x": pd.Categorical(CODED)},
        lambda: pl.DataFrame({"x": pl.Series([str(code) for code in CODED]).cast(pl.Categorical)}),
        lambda: pl.DataFrame({"x": pl.Series([str(code) for code in CODED], dtype=pl.Enum(list("01234567")))}),
        lambda: pa.table({"x": pa.array(CODED).dictionary_encode()}),
        lambda: pa.table({"x": pa.array(CODED).dictionary_encode()}).to_batches()[0],
    ],
)
def test_a_declared_category_is_a_category(made):
    table = reading.table_of(made())
    (column,) = seen(table)
    assert column.kind == "category"
    levels = schema.conform(table, (column,))["x"]
    assert levels.to_list() == [str(code) for code in CODED]
    plain = schema.conform(pl.DataFrame({"x": CODED}), (column,))["x"]
    assert plain.to_list() == levels.to_list()  # the same level, however a later table writes it


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (pd.cut(np.linspace(0, 1, 64), 4), "category"),
        (pd.Categorical([True, False] * 32), "boolean"),
        (pd.Categorical(["only"] * 64), "constant"),
        (pd.Categorical([None] * 64, categories=["a"]), "constant"),
        (pd.Categorical([f"u{row}" for row in range(64)]), "category"),
        (pd.Series(pd.period_range("2020-01", periods=64, freq="M")), "date"),
        (pd.Series([True, False, None, True] * 16, dtype=object), "boolean"),
        (pd.Series([np.True_, np.False_] * 32, dtype=object), "boolean"),
        (pd.Series([Decimal("1.5"), Decimal("2.5"), None, Decimal("3")] * 16, dtype=object), "number"),
        (pd.Series([uuid.UUID(int=row) for row in range(64)], dtype=object), "identifier"),
        (pd.arrays.IntervalArray.from_breaks(np.repeat(np.arange(9.0), 8)[:65]), "category"),
        (pd.Series([object() for _ in range(64)], dtype=object), "ignore"),
    ],
)
def test_types_of_pandas_are_read_as_what_they_mean(cells, kind):
    table = reading.table_of(pd.DataFrame({"x": cells}))
    assert [column.kind for column in seen(table) if column.name == "x"] == [kind]


# Odd cells


@pytest.mark.parametrize(
    ("cells", "kind", "reason"),
    [
        ([*[f"{row}.5" for row in range(399)], "?!"], "identifier", "399 of 400 cells are numbers; row 400 holds '?!'"),
        (["soon", *[f"{row % 150}.5" for row in range(299)]], "text",
         "299 of 300 cells are numbers; row 1 holds 'soon'"),
        ([str(row % 3) for row in range(99)] + ["4 or 5"], "category",
         "99 of 100 cells are numbers; row 100 holds '4 or 5'"),
        (["soon", *[f"2026-01-{1 + row % 28:02d}" for row in range(99)]], "text",
         "99 of 100 cells are dates; row 1 holds 'soon'"),
        (["1", "x", "2", "y"] * 10, "category", ""),
    ],
)  # fmt: skip
def test_what_is_odd_about_a_column_is_said(cells, kind, reason):
    (column,) = seen(pl.DataFrame({"x": cells}))
    assert (column.kind, column.reason) == (kind, reason)


@pytest.mark.parametrize("step", [1, 7, 128])
@pytest.mark.parametrize("written", [False, True])
def test_ids_above_what_floats_tell_apart_are_ids(step, written):
    ids = [10**18 + step * row for row in range(50)]
    cells = [str(one) for one in ids] if written else ids
    (column,) = seen(pl.DataFrame({"user_id": cells}))
    assert column.kind == "identifier"
    assert seen(pl.DataFrame({"user_id": [*cells, cells[0]]}))[0].kind == "identifier"
    assert seen(pl.DataFrame({"user_id": [*cells, *cells[:2]]}))[0].kind == ("number" if step == 128 else "category")


# Weights


def test_an_id_has_no_weight_and_levels_have():
    table = pl.DataFrame({"user_id": range(20), "city": [f"c{row}" for row in range(20)], "count": range(5, 45, 2)})
    standing = np.repeat(np.arange(20), 3)
    kinds = [column.kind for column in seen(table, standing=standing)]
    assert kinds == ["identifier", "category", "number"]
    assert seen(table)[1].kind == "identifier"


def test_the_row_of_an_odd_cell_is_that_of_the_table():
    table = pl.DataFrame({"x": [*[str(row % 5) for row in range(40)], "odd"]})
    standing = np.repeat(np.arange(1, 41), 2)
    (column,) = seen(table, standing=standing)
    assert column.reason == "39 of 40 cells are numbers; row 41 holds 'odd'"


# Time zones


@pytest.mark.parametrize(
    ("cells", "zoned"),
    [
        (["2026-01-01 10:00Z", "2026-01-02T11:00:00+02:00"], True),
        (["2026-01-01 10:00", "2026-01-02"], False),
        ([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)], True),
        ([datetime(2026, 1, 1), datetime(2026, 1, 2)], False),
        ([date(2026, 1, 1), date(2026, 1, 2)], False),
    ],
)
def test_whether_times_have_a_zone_is_kept(cells, zoned):
    (column,) = seen(pl.DataFrame({"x": cells * 4}))
    assert (column.kind, column.zoned) == ("date", zoned)


def test_times_of_which_some_have_a_zone_are_said():
    (column,) = seen(pl.DataFrame({"x": ["2026-01-01 10:00Z", "2026-01-02 11:00", None] * 4}))
    assert (column.zoned, column.reason) == (None, "4 of 8 times have a zone; all are taken in UTC")


def test_counts_of_odd_cells_are_of_the_tables_own_rows():
    table = pl.DataFrame({"x": [*[f"{row}.5" for row in range(399)], "?!"]})
    (column,) = seen(table, standing=np.repeat(np.arange(400), 2))
    assert column.reason == "399 of 400 cells are numbers; row 400 holds '?!'"


@pytest.mark.parametrize(
    "made",
    [
        pd.Series(pd.to_timedelta([1, 2, 3, 1] * 16, unit="h")).astype("category"),
        pd.Categorical([(1, 2), (3, 4)] * 32),
    ],
)
def test_levels_of_any_type_are_levels(made):
    (column,) = seen(reading.table_of(pd.DataFrame({"x": made})))
    assert column.kind == "category"


def test_a_category_of_booleans_is_one_with_their_words(tmp_path):
    table = pd.DataFrame({"x": pd.Categorical([True, False] * 32), "y": range(64)})
    table.to_csv(tmp_path / "t.csv", index=False)
    read, written = reading.table_of(table), reading.table_of(tmp_path / "t.csv")
    (column,) = seen(read)
    assert column.kind == "boolean"
    assert schema.conform(written, (column,))["x"].to_list() == schema.conform(read, (column,))["x"].to_list()


def test_decimal_ids_are_exact():
    ids = pl.Series([Decimal(10**19 + row) for row in range(30)], dtype=pl.Decimal(38, 2))
    assert seen(pl.DataFrame({"user_id": ids}))[0].kind == "identifier"


def test_a_leading_zero_among_numbers_is_said_with_its_row():
    (column,) = seen(pl.DataFrame({"x": [*[f"{row % 150}.5" for row in range(299)], "0079"]}))
    assert column.reason == "299 of 300 cells are numbers; row 300 holds '0079'"


def test_whole_numbers_too_large_for_floats_that_never_repeat_are_identifiers():
    (column,) = seen(pl.DataFrame({"tweet": [10**18 + 977 * row for row in range(50)]}))
    assert (column.kind, column.reason) == ("identifier", "whole numbers above 2⁵³ that never repeat")


@pytest.mark.parametrize("name", ["*", "^x$", "^$", "^a\nb$"])
def test_a_name_that_polars_takes_for_a_pattern_is_refused(name, tmp_path):
    table = pl.DataFrame({name: [1.5, 2.5]})
    table.write_parquet(tmp_path / "x.parquet")
    table.write_ipc(tmp_path / "x.arrow")
    structured = np.array([(1.5,), (2.5,)], [(name, "f8")])
    every = (table, table.to_pandas(), table.to_arrow(), {name: np.array([1.5])}, structured)
    for source in (*every, tmp_path / "x.parquet", tmp_path / "x.arrow"):
        with pytest.raises(TableError, match="reads as a pattern of names; rename it"):
            reading.table_of(source)


# Declared columns


@pytest.mark.parametrize(
    ("cells", "kind", "reason"),
    [
        (["1.5", "approx. 3", "7", "x", "", "n/a"], "number",
         "declared; 2 of 4 cells are no numbers and count as missing; row 2 holds 'approx. 3'"),
        (["2026-01-01", "2021-02-30", "2026-01-03"], "date",
         "declared; 1 of 3 cells are no dates and count as missing; row 2 holds '2021-02-30'"),
        (["1.5", "", "7", "unknown"], "number", "declared"),
    ],
)  # fmt: skip
def test_cells_of_another_kind_than_is_declared_are_missing_and_said(cells, kind, reason):
    table = pl.DataFrame({"x": cells, "y": range(len(cells))})
    found, read = schema.read(table, ("y",), {"x": kind})
    assert found.columns[0].reason == reason
    later = [None if cell in ("approx. 3", "x", "", "n/a", "2021-02-30", "unknown") else cell for cell in cells]
    assert read["x"].to_list() == conform_column(pl.Series("x", later), kind).to_list()


@pytest.mark.parametrize("cells", [["wide", "tall", "x"], [1.0, float("inf"), 2.0]])
def test_a_column_without_a_cell_of_the_declared_kind_and_infinity_are_refused(cells):
    with pytest.raises(TableError, match=r"column 'x' must hold (finite )?numbers, but row"):
        schema.read(pl.DataFrame({"x": cells, "y": range(3)}), ("y",), {"x": "number"})


@pytest.mark.parametrize("word", ["NA", "nan", "?", "n/a", "-", "#N/A", "#NV", "."])
@pytest.mark.parametrize("other", ["NA", "", None, " - "])
def test_a_column_of_missing_words_alone_is_missing(word, other):
    (column,) = seen(pl.DataFrame({"x": [word, other] * 20}))
    assert (column.kind, column.reason) == ("constant", "every cell is missing")


@pytest.mark.parametrize("word", ["none", "unknown"])
def test_a_column_of_one_answer_is_constant(word):
    (column,) = seen(pl.DataFrame({"x": [word] * 20}))
    assert (column.kind, column.reason) == ("constant", "every cell is the same")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([f"{(row * 2371) % 99999:05d}" for row in range(200)], "digits with leading zeros"),
        ([*map(str, range(10_000, 10_199)), "05176"], "digits with leading zeros"),
        ([*map(str, range(10_000, 10_198)), "05176", None], "digits with leading zeros"),
        ([*(f"{row}.5" for row in range(199)), "007"], "199 of 200 cells are numbers; row 200 holds '007'"),
        ([*map(str, range(900, 1099)), "007"], "199 of 200 cells are numbers; row 200 holds '007'"),
        (["1.5"] * 199 + ["007"], "199 of 200 cells are numbers; row 200 holds '007'"),
    ],
)
def test_digits_of_one_length_with_leading_zeros_are_keys(cells, reason):
    (column,) = seen(pl.DataFrame({"x": cells}))
    assert (column.kind in ("identifier", "category", "text"), column.reason) == (True, reason)


def test_whole_numbers_that_are_one_as_floats_are_no_numbers():
    table = pl.DataFrame({"x": [2**60 + row % 5 for row in range(40)], "z": [2**60, None] * 20})
    x, z = seen(table)
    assert (x.kind, x.reason) == (
        "category",
        "whole numbers above 2⁵³, too near each other to be told apart as numbers",
    )
    assert z.kind == "number"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [(["9E3", "1E5"], "'9E3' is read as 9000"), (["12", "3E1"], "'3E1' is read as 30"), (["1e3", "5E+2", "1.5E3"], "")],
)
def test_numbers_that_may_be_codes_are_said(cells, reason):
    (column,) = seen(pl.DataFrame({"x": cells * 20}))
    assert (column.kind, column.reason) == ("number", reason)


def test_what_is_odd_comes_with_ways_on():
    (column,) = seen(pl.DataFrame({"x": [*[f"{row}.5" for row in range(99)], "approx. 3"]}))
    assert [(way.value, way.after) for way in column.advice] == [
        (("x", "number"), " makes it an input; cells that are no numbers count as missing"),
        (("x", "category"), " makes it an input"),
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["approx. 30", "over 45", "50"], "cells such as 'approx. 30' say in words how near a number is"),
        (["0x1F", "0xA0"], ""),
        (["1.10.3", "1.2.0"], ""),
        (["level 1", "level 2"], ""),
    ],
)
def test_numbers_in_words_are_said(cells, reason):
    (column,) = seen(pl.DataFrame({"x": cells * 9}))
    assert (column.kind, column.reason) == ("category", reason)


@pytest.mark.parametrize(("cells", "kind"), [("1", "boolean"), ("0", "boolean"), ("5", "number")])
def test_one_number_among_blanks_is_said(cells, kind):
    (column,) = seen(pl.DataFrame({"x": [cells, "", cells, ""]}))
    assert (column.kind, column.reason) == (kind, f"{cells} or missing, each an input")


@pytest.mark.parametrize(
    "cells", [["1920x1080", "1366x768"], ["1 11/16", "3/4"], ["7/10", "8/10"], ["52.5, 13.4", "5, 6"]]
)
def test_cells_of_several_numbers_are_said(cells):
    (column,) = seen(pl.DataFrame({"x": cells * 9}))
    assert (column.kind, column.reason) == ("category", f"cells such as {min(cells)!r} hold several numbers each")


@pytest.mark.parametrize(
    ("cells", "kind"),
    [(["18-25", "26-35", "36+"] * 9, "category"), ([f"{1 + row % 160}-999" for row in range(300)], "text")],
)
def test_ranges_are_said(cells, kind):
    (column,) = seen(pl.DataFrame({"x": cells}))
    assert (column.kind, column.reason) == (kind, f"ranges such as {min(cells)!r} are no numbers")


@pytest.mark.parametrize(
    "cells",
    [
        [f"{row}.5 km/kg" if row % 2 else f"{row}.5 kmpl" for row in range(60)],
        [f"{row} ± 0.4" for row in range(60)],
        [f"{row}:08:01" for row in range(30, 90)],
    ],
)
def test_what_never_repeats_and_may_be_numbers_is_said_to_be_unread(cells):
    column = schema.infer_column(pl.Series("x", cells))
    assert column.kind == "identifier"
    assert column.reason.startswith("no value occurs twice, and cells such as ")
    assert column.reason.endswith(" are no numbers or dates that can be read")
    assert schema.infer_column(pl.Series("x_id", cells)).reason == "no value occurs twice"
