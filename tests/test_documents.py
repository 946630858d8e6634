from __future__ import annotations

import json

import pandas as pd
import pytest

import ffnn
from ffnn.errors import TableError

FRAME = pd.DataFrame({"a": [1.5, None, 3.0], "b": ["x", "y", None], "c": [True, False, True]})
CELLS = {"a": [1.5, None, 3.0], "b": ["x", "y", None], "c": [True, False, True]}


def read(tmp_path, content: str, name: str = "t.json"):
    (tmp_path / name).write_text(content)
    return ffnn.read(tmp_path / name).table


@pytest.mark.parametrize("orient", ["records", "columns", "split", "table"])
def test_what_pandas_writes_is_read(tmp_path, orient):
    table = read(tmp_path, FRAME.to_json(orient=orient))
    assert table.select("a", "b", "c").to_dict(as_series=False) == CELLS


def test_an_index_of_words_is_a_column(tmp_path):
    named = FRAME.set_axis(["r", "s", "t"])
    assert read(tmp_path, named.to_json(orient="index")).to_dict(as_series=False) == {"index": ["r", "s", "t"], **CELLS}


@pytest.mark.parametrize(
    "held",
    [
        CELLS,
        {"columns": CELLS},
        {"columns": ["a", "b", "c"], "data": [list(row) for row in zip(*CELLS.values(), strict=True)]},
        [dict(zip(CELLS, row, strict=True)) for row in zip(*CELLS.values(), strict=True)],
        {"count": 3, "results": [dict(zip(CELLS, row, strict=True)) for row in zip(*CELLS.values(), strict=True)]},
        [["a", "b", "c"], *(list(row) for row in zip(*CELLS.values(), strict=True))],
    ],
)
def test_the_forms_of_a_table_are_read(tmp_path, held):
    assert read(tmp_path, json.dumps(held, indent=1)).to_dict(as_series=False) == CELLS


def test_a_key_that_an_object_lacks_is_missing_and_lines_of_objects_are_read_too(tmp_path):
    assert read(tmp_path, '[{"a": 1}, {"b": "x"}]').rows() == [(1, None), (None, "x")]
    assert read(tmp_path, '{"a": 1}\n{"a": 2}\n').rows() == [(1,), (2,)]
    assert read(tmp_path, '{"a": 1, "b": "x"}').rows() == [(1, "x")]
    assert read(tmp_path, f'[["a"], [{2**60 + 1}], [{2**60}]]').rows() == [(2**60 + 1,), (2**60,)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("[1, 2", "is not JSON: Expecting"),
        ("[NaN]", "is not JSON: NaN is not JSON; write null"),
        ("[" * 100_000, "is not JSON: "),
        ("[1, 2]", "holds no table: that is a list of objects"),
        ("3", "holds no table"),
        ("[]", "holds no table"),
        ("{}", "holds no table"),
        ('[["a"], [1, 2]]', "holds no table"),
        ('{"columns": ["a", "b"], "data": [[1, 2], [3]]}', "row 2 has 1 cells, but there are 2 columns"),
        ('{"a": [1, 2], "b": [3]}', "column 'b' holds 1 cells, but 'a' holds 2"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, content, message):
    with pytest.raises(TableError, match=message) as caught:
        read(tmp_path, content)
    assert str(caught.value).startswith(str(tmp_path / "t.json"))
