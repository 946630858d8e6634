from __future__ import annotations

import warnings

import polars as pl
import pytest

from feedforward.errors import TableError
from feedforward.tables import contract, encoding, schema
from feedforward.tables.contract import Finding, TableWarning

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
ENCODER = encoding.fit(schema.conform(TRAINING, SCHEMA.inputs), SCHEMA)


def check(**columns):
    return checked(TRAINING.head(4).with_columns(**{name: pl.Series(cells) for name, cells in columns.items()}))


def checked(table, known=("y",), columns=SCHEMA, encoder=ENCODER):
    cells, found = contract.check(table, columns, encoder, known)
    return cells, contract.told([found], encoder, len(table), len(TRAINING))


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
    encoder = encoding.fit(cells, only, embedding=True)
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
    said = "'size': 1,200 cells not of the column's kind count as missing, such as 'three'; 'extra': the model does not"
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
    assert contract.told([first, second], ENCODER, 8, len(TRAINING)) == (
        Finding("size", "missing", 2),
        Finding("colour", "unseen", 4, "mauve"),
    )
