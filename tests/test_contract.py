from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from ffnn.errors import TableError
from ffnn.tables import contract
from ffnn.tables.columns import schema
from ffnn.tables.contract import Finding, TableWarning
from ffnn.tables.encoding.encoder import fit_encoder
from ffnn.tables.targets import ClassTarget

TRAINING = pl.DataFrame(
    {
        "size": [1.0, 2.0, 3.0, 5.0] * 10,
        "gap": [1.0, None, 3.0, 5.0] * 10,
        "colour": ["red", "green", "red", "blue"] * 10,
        "rare": ["a", "b", "b", "b"] * 9 + ["a", "b", "b", "alone"],
        "day": pl.date_range(pl.date(2026, 1, 1), pl.date(2026, 2, 9), eager=True),
        "y": [0, 1] * 20,
    }
)
SCHEMA = schema.infer(TRAINING, ("y",))
ENCODER = fit_encoder(schema.conform(TRAINING, SCHEMA.inputs), SCHEMA)


def check(**columns):
    return checked(TRAINING.head(4).with_columns(**{name: pl.Series(cells) for name, cells in columns.items()}))


def checked(table, known=("y",), columns=SCHEMA, encoder=ENCODER):
    cells, found = contract.check(table, columns, encoder, known)
    return cells, contract.select_findings([found], encoder, len(table), len(TRAINING))


def test_the_training_table_itself_is_as_it_should_be():
    assert checked(TRAINING)[1] == ()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"colour": ["red", "mauve", "puce", "blue"]}, Finding("colour", "unseen", 2, "mauve")),
        ({"size": [1.0, None, 3.0, None]}, Finding("size", "missing", 2)),
        ({"size": [13.0, -7.0, 13.5, -7.5]}, Finding("size", "outside", 2, "13.5")),
        ({"size": ["1", "2", "three", "4"]}, Finding("size", "wrong kind", 1, "three")),
        ({"size": [[1], [2], [3], [4]]}, Finding("size", "wrong kind", 4, "[1]")),
        ({"colour": ["red", None, "", "blue"]}, Finding("colour", "missing", 2)),
        ({"extra": [1, 2, 3, 4]}, Finding("extra", "extra", 4)),
        ({"day": ["2026-01-01", "2026-01-02", "soon", "2026-01-03"]}, Finding("day", "wrong kind", 1, "soon")),
        ({"day": ["2026-01-01", "2031-01-02", "2026-01-02", "2026-01-03"]}, Finding("day", "outside", 1, "2031-01-02")),
    ],
)
def test_what_differs_is_counted_by_column(columns, expected):
    assert check(**columns)[1] == (expected,)


@pytest.mark.parametrize(
    "columns",
    [
        {"gap": [None, 1.0, 2.0, None]},
        {"rare": ["a", "b", "alone", "b"]},
        {"size": [13.0, -7.0, 13.0, -7.0]},
        {"size": ["1", "2", " 3 ", "4"]},
        {"y": [None, None, None, None]},
    ],
)
def test_what_training_knew_too_is_no_finding(columns):
    assert check(**columns)[1] == ()


def test_levels_that_a_coded_column_never_saw_are_counted():
    cells = pl.DataFrame({"x": [f"level {number}" for number in range(100) for _ in range(2)]})
    only = schema.Schema((schema.Column("x", "category"),))
    encoder = fit_encoder(cells, only, embedding=True)
    assert encoder.codes == (101,)
    later = pl.DataFrame({"x": ["level 3", "new", None, "newer"]})
    found = (Finding("x", "missing", 1), Finding("x", "unseen", 2, "new"))
    assert checked(later, (), only, encoder)[1] == found


def test_cells_that_cannot_be_used_count_as_missing():
    cells, _ = check(size=["1", "2", "three", "4"])
    assert cells["size"].to_list() == [1.0, 2.0, None, 4.0]


def test_an_absent_column_is_missing_throughout():
    cells, findings = checked(TRAINING.head(4).drop("size"))
    assert findings == (Finding("size", "absent", 4),)
    assert cells["size"].null_count() == 4
    assert cells.columns == [column.name for column in SCHEMA.inputs]


def test_a_table_with_none_of_the_columns_is_refused():
    with pytest.raises(TableError, match="none of the model's input columns, such as 'size'"):
        contract.check(pl.DataFrame({"sizes": [1.0]}), SCHEMA, ENCODER)


def test_findings_are_said_in_a_warning_or_refused():
    findings = (Finding("size", "wrong kind", 1200, "three"), Finding("extra", "extra", 4))
    said = "'size': 1,200 cells not of the column's type count as missing, such as 'three'; 'extra': the model does not"
    with pytest.warns(TableWarning, match=said):
        contract.warn(findings)
    with pytest.raises(TableError, match=said):
        contract.refuse(findings)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        contract.warn(())
    contract.refuse(())


def test_the_findings_of_slices_are_summed():
    first = (Finding("size", "missing", 2), Finding("colour", "unseen", 1, "mauve"))
    second = (Finding("colour", "unseen", 3, "puce"),)
    assert contract.select_findings([first, second], ENCODER, 8, len(TRAINING)) == (
        Finding("size", "missing", 2),
        Finding("colour", "unseen", 4, "mauve"),
    )


# Rare levels, shares, zones, labels


RARE = pl.DataFrame(
    {
        "sex": ["male", "female"] * 300 + ["diverse"],
        "gap": [None, *[1.5, 2.5] * 300],
        "kind": [f"k{row % 5}" for row in range(599)] + ["odd", "queer"],
    }
)
RARE_SCHEMA = schema.Schema(
    (schema.Column("sex", "category"), schema.Column("gap", "number"), schema.Column("kind", "category"))
)
RARE_ENCODER = fit_encoder(schema.conform(RARE, RARE_SCHEMA.inputs), RARE_SCHEMA)


def rare(table, encoder=RARE_ENCODER):
    _, found = contract.check(table, RARE_SCHEMA, encoder)
    return contract.select_findings([found], encoder, len(table), len(RARE))


def test_a_level_never_seen_is_told_though_training_had_a_rare_one():
    other = RARE.head(600).with_columns(sex=pl.Series(["M", "F"] * 300), gap=pl.lit(1.5))
    assert rare(other) == (Finding("sex", "unseen", 600, "M"),)
    with pytest.raises(TableError, match="600 cells hold a level that training did not see"):
        contract.refuse(rare(other))


def test_a_rare_level_of_training_is_no_surprise():
    assert rare(RARE) == ()
    assert rare(RARE.tail(1)) == ()


def test_more_of_the_rare_levels_than_in_training_are_told():
    many = RARE.head(100).with_columns(
        sex=pl.Series(["diverse"] * 6 + ["male"] * 94), gap=pl.lit(1.0), kind=pl.lit("k1")
    )
    assert rare(many) == (Finding("sex", "more rare", 6, "diverse"),)
    few = many.with_columns(sex=pl.Series(["diverse"] * 5 + ["male"] * 95))
    assert rare(few) == ()  # no more than 5 %


def test_more_missing_cells_than_in_training_are_told_though_training_missed_one():
    assert rare(RARE.with_columns(gap=pl.lit(None))) == (Finding("gap", "more missing", 601),)
    assert rare(RARE.head(1)) == ()


def test_files_of_before_know_less():
    columns = tuple(replace(each, rare=None) if hasattr(each, "rare") else each for each in RARE_ENCODER.columns)
    before = replace(RARE_ENCODER, columns=columns)
    other = RARE.head(600).with_columns(sex=pl.Series(["M", "F"] * 300), gap=pl.lit(1.5))
    assert rare(other, before) == (Finding("sex", "more rare", 600, "M"),)


@pytest.mark.parametrize(
    ("trained", "given", "expected"),
    [
        (True, ["2026-01-01 10:00", "2026-01-02 10:00+02:00", None], [Finding("at", "no zone", 1, "2026-01-01 10:00")]),
        (False, ["2026-01-01 10:00", "2026-01-02 10:00Z"], [Finding("at", "zone", 1, "2026-01-02 10:00Z")]),
        (None, ["2026-01-01 10:00", "2026-01-02 10:00Z"], []),
    ],
)
def test_times_with_another_zone_than_training_are_told(trained, given, expected):
    column = schema.Column("at", "date", zoned=trained)
    seen = schema.Schema((column,))
    table = pl.DataFrame({"at": ["2026-01-01 10:00", "2026-01-03 11:00", None] * 3})
    encoder = fit_encoder(schema.conform(table, (column,)), seen)
    _, found = contract.check(pl.DataFrame({"at": given}), seen, encoder)
    assert list(contract.select_findings([found], encoder, len(given), 9)) == expected


def test_labels_that_the_model_does_not_know_are_told():
    target = ClassTarget("y", ("a", "b"))
    answers = pl.DataFrame({"y": ["a", "c", "b", "d", "c"]})
    assert contract.labels(target, answers) == (Finding("y", "label", 3, "c"),)
    assert contract.labels(target, answers.head(1)) == ()


@pytest.mark.parametrize(("share", "usual", "rows"), [(0.1, 0.02, 60), (1.0, 0.3, 5), (0.5, 0.1, 12)])
def test_luck_is_a_bound_on_the_binomial_tail(share, usual, rows):
    exact = binom.sf(round(share * rows) - 1, rows, usual)
    assert exact <= contract.luck(share, usual, rows) * (1 + 1e-12) <= 30 * exact


def test_levels_never_seen_are_told_where_they_are_more_than_rare_levels_promise():
    draw = np.random.default_rng(0)
    towns = lambda count: pl.DataFrame({"town": [f"t{n}" for n in np.minimum(draw.zipf(1.6, count), 10_000)]})  # noqa: E731
    seen = schema.Schema((schema.Column("town", "category"),))
    trained = towns(2000)
    encoder = fit_encoder(schema.conform(trained, seen.inputs), seen)

    def told(table):
        _, found = contract.check(table, seen, encoder)
        return contract.select_findings([found], encoder, len(table), len(trained))

    assert sum(bool(told(towns(50))) for _ in range(40)) <= 2  # ordinary batches of a long tail
    shouted = towns(50).with_columns(pl.col("town").str.to_uppercase())
    (finding,) = told(shouted)
    assert (finding.what, finding.count) == ("unseen", 50)


def test_the_work_does_not_ask_for_all_names_of_the_table_again_and_again(monkeypatch):
    table = pl.DataFrame({f"x{place}": TRAINING["size"] for place in range(200)})
    seen = schema.infer(table.with_columns(TRAINING["y"]), ("y",))
    encoder, asked = fit_encoder(table, seen), []
    for lookup in ("columns", "schema", "width"):
        names = getattr(pl.DataFrame, lookup).fget
        monkeypatch.setattr(pl.DataFrame, lookup, property(lambda it, names=names: asked.append(1) or names(it)))
    for lookup in ("__getitem__", "get_column"):
        get = getattr(pl.DataFrame, lookup)
        monkeypatch.setattr(pl.DataFrame, lookup, lambda it, *key, get=get: asked.append(1) or get(it, *key))
    contract.check(table, seen, encoder)
    schema.conform(table, seen.inputs)
    schema.read(table.with_columns(TRAINING["y"]), ("y",))
    encoder.encode(table)
    fit_encoder(table, seen)
    assert len(asked) < 50
