from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse

from ffnn.errors import TableError
from ffnn.tables.formats import reading


class Stream:
    """Data that speaks Arrow's C interface and nothing else, as a pyarrow Table does."""

    def __init__(self, data):
        self.data = data

    def __arrow_c_stream__(self, requested_schema=None):
        return self.data.__arrow_c_stream__(requested_schema)


def test_arrow_data_is_read():
    table = pl.DataFrame({"a": [1, None], "b": ["x", "y"]})
    read = reading.table_of(Stream(table))
    assert read.equals(table)
    assert read.schema == table.schema


def test_a_batch_of_pyarrow_is_read():
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"a": [1, None], "b": ["x", "y"]})
    assert reading.table_of(table).rows() == [(1, "x"), (None, "y")]
    assert reading.table_of(table.to_batches()[0]).rows() == [(1, "x"), (None, "y")]


def test_a_lazy_frame_is_collected():
    assert reading.table_of(pl.LazyFrame({"a": [1]}).with_columns(b=pl.col("a") + 1)).rows() == [(1, 2)]
    with pytest.raises(TableError, match=r"the table cannot be read: .*nothing"):
        reading.table_of(pl.LazyFrame({"a": [1]}).select("nothing"))


def test_an_array_has_columns_x0_x1():
    read = reading.table_of(np.array([[1.5, np.nan], [3, 4]]))
    assert read.to_dict(as_series=False) == {"x0": [1.5, 3.0], "x1": [None, 4.0]}
    assert reading.table_of(np.array([[1, 2, 3]], np.int16)).schema == {f"x{place}": pl.Int16 for place in range(3)}


@pytest.mark.parametrize(
    ("array", "oracle"),
    [
        (np.array([["a", "1"], ["b", "2"]]), {"x0": ["a", "b"], "x1": ["1", "2"]}),
        (np.array([["a", 1], [None, 2.5]], object), {"x0": ["a", None], "x1": ["1", "2.5"]}),
        (np.array([[True], [False]]), {"x0": [True, False]}),
        (np.asfortranarray(np.arange(6).reshape(2, 3))[:, ::2], {"x0": [0, 3], "x1": [2, 5]}),
        (np.array([[1, 2]], ">f4"), {"x0": [1.0], "x1": [2.0]}),
        (np.ma.array([[1, 2], [3, 4]], mask=[[0, 1], [0, 0]]), {"x0": [1, 3], "x1": [None, 4]}),
        (np.array([["2020-01-02"]], "M8[D]"), {"x0": [date(2020, 1, 2)]}),
        (np.array([[1.5]], np.longdouble), {"x0": [1.5]}),
        (np.array([(1, "x"), (2, "y")], [("n", "i4"), ("s", "U3")]), {"n": [1, 2], "s": ["x", "y"]}),
    ],
)
def test_arrays_of_any_kind_are_read(array, oracle):
    assert reading.table_of(array).to_dict(as_series=False) == oracle


def test_a_dict_of_columns_is_read():
    columns = {"a": [1, None], 2: np.array([1.5, np.nan]), "c": pd.Series(["x", None]), "d": pl.Series([True, False]),
               "e": (float("nan"), 2), "f": [datetime(2020, 1, 2), None], "g": ["x", 1]}  # fmt: skip
    assert reading.table_of(columns).to_dict(as_series=False) == {
        "a": [1, None], "2": [1.5, None], "c": ["x", None], "d": [True, False], "e": [None, 2],
        "f": [datetime(2020, 1, 2), None], "g": ["x", "1"],
    }  # fmt: skip


def test_lists_of_one_length_are_lists():
    cells = [np.array(["x", "y"], object), np.array(["y", "z"], object)]
    assert reading.table_of(pd.DataFrame({"a": cells}))["a"].dtype == pl.List(pl.String)
    assert reading.table_of({"a": pd.Index(["u", "v"]), "b": pd.date_range("2020-01-01", periods=2)}).rows() == [
        ("u", datetime(2020, 1, 1)),
        ("v", datetime(2020, 1, 2)),
    ]


@pytest.mark.parametrize(
    ("row", "rows"),
    [
        ({"a": 1.5, "b": "x", "c": None, 2: True}, [(1.5, "x", None, True)]),
        ([{"a": 1, "b": "x"}, {"b": "y", "c": 2}], [(1, "x", None), (None, "y", 2)]),
        (({"a": ["u", "v"]}, {"a": ["w"]}), [(["u", "v"],), (["w"],)]),
        (pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}).iloc[1], [(2, "y")]),
        ({"a": ["u", "v"], "b": 2}, [(["u", "v"], 2)]),
        ({"a": np.array(["u", "v"]), "b": None}, [(["u", "v"], None)]),
        (pd.DataFrame({"a": [1.5], "b": [np.nan]}).iloc[0], [(1.5, None)]),
    ],
)
def test_a_row_alone_is_a_table(row, rows):
    read = reading.table_of(row)
    assert read.rows() == rows
    assert read.columns == [str(name) for name in dict.fromkeys(name for one in listed(row) for name in one)]


def listed(rows):
    return [dict(rows)] if hasattr(rows, "items") else rows


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"a": [1, 2], "b": [1]}, "column 'b' holds 1 cells, but 'a' holds 2"),
        ({"a": 1, "b": [1]}, "column 'a' must be a list or an array of one dimension; got int"),
        ({"a": "word", "b": [1]}, "column 'a' must be a list or an array of one dimension; got str"),
        (pd.Series([1, 2], index=["a", "a"]), "the row has more than one cell named 'a'"),
        (pd.Series([1, 2]), "must be a path, a list of paths"),
        ([{}], "holds no columns"),
        ([{"a": 1}, 2], "must be a path, a list of paths"),
        ({"a": np.zeros((2, 2))}, "column 'a' must be a list or an array of one dimension; got ndarray"),
        ({"a": [1], 1: [2], "1": [3]}, "more than one column named '1'"),
        ({}, "holds no columns"),
        ({"a": []}, "holds no rows"),
        (np.zeros(3), r"must have rows and columns to be a table; got one of shape \(3,\)"),
        (np.zeros((2, 2, 2)), r"got one of shape \(2, 2, 2\)"),
        (np.zeros((0, 2)), "holds no rows"),
        (np.array(1), r"got one of shape \(\)"),
        (scipy.sparse.csr_matrix(np.eye(2)), r"is a sparse matrix, which is not read; give its dense form"),
        (scipy.sparse.coo_array(np.eye(2)), "is a sparse matrix"),
        (Stream(pl.Series([1, 2])), "must be a path, a list of paths, a DataFrame"),
    ],
)
def test_what_is_no_table_is_told(source, message):
    with pytest.raises(TableError, match=message):
        reading.table_of(source)
