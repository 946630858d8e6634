"""Tables that are in memory already: DataFrames of pandas, Arrow data, NumPy arrays, dicts of columns or of cells."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from ffnn.errors import TableError
from ffnn.tables.columns.cells import are_levels, may_be_text, text_of

PATTERN = re.compile(r"\^.*\$\Z", re.DOTALL)
"""Names that Polars takes for a pattern of names."""


def of(source: Any) -> pl.DataFrame | None:
    """The table in a value, or None where it is no kind of table.

    A row alone is a table too: a dict of cells, a list of such dicts, a Series of pandas by the names in its index.
    pandas needs no pyarrow; pyarrow's tables and batches, and all that speaks Arrow's C interface, need no import here.

    Raises:
        TableError: It is a table, but columns share a name or differ in length, or its cells cannot be held.
    """
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    if "pandas" in sys.modules and isinstance(source, sys.modules["pandas"].DataFrame):
        return from_columns((name, source.iloc[:, place]) for place, name in enumerate(source.columns))
    if "pandas" in sys.modules and isinstance(source, sys.modules["pandas"].Series):
        named = any(isinstance(name, str) for name in source.index)  # else it is rather a column
        return from_rows([list(source.items())]) if named else None
    if isinstance(source, np.ndarray):
        return from_array(source)
    if isinstance(source, Mapping):
        return from_rows([list(source.items())]) if are_cells(source.values()) else from_columns(source.items())
    if isinstance(source, list | tuple) and source and all(isinstance(row, Mapping) for row in source):
        return from_rows([list(row.items()) for row in source])
    if type(source).__module__.startswith("scipy.sparse"):
        raise TableError("the table is a sparse matrix, which is not read; give its dense form: matrix.toarray()")
    speaks_arrow = hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__")
    return from_arrow(source) if speaks_arrow and not isinstance(source, pl.Series) else None


def index_left_out(source: Any) -> list[str]:
    """The note that the index of a DataFrame of pandas is no column, though it has a name or holds dates."""
    if "pandas" not in sys.modules or not isinstance(source, sys.modules["pandas"].DataFrame):
        return []
    names = [str(name) for name in source.index.names if name is not None]
    if not names and not isinstance(source.index, sys.modules["pandas"].DatetimeIndex):
        return []
    shown = f"index {', '.join(map(repr, names))}" if names else "index of dates"
    return [f"the {shown} is no column and is left out; reset_index() makes it one"]


def from_columns(columns: Iterable[tuple[Any, Any]]) -> pl.DataFrame:
    """A table of named columns; NaN, None, NaT and NA are missing."""
    table: dict[str, pl.Series] = {}
    for label, cells in columns:
        name = str(label)
        check_names([name], "the table")
        if name in table:
            raise TableError(f"the table has more than one column named {name!r}; give each a name of its own")
        table[name] = from_cells(name, cells)
        first, rows = next(iter(table)), len(next(iter(table.values())))
        if len(table[name]) != rows:
            raise TableError(
                f"column {name!r} holds {len(table[name])} cells, but {first!r} holds {rows}; "
                f"every column needs one cell a row"
            )
    return pl.DataFrame(table)


def are_cells(values: Collection[Any]) -> bool:
    """Whether values are the cells of one row, and no columns; lists of words may be among them."""
    several = [value for value in values if isinstance(value, Iterable) and not isinstance(value, str | bytes)]
    return len(several) < len(values) and all(isinstance(word, str) for value in several for word in value)


def from_rows(rows: Sequence[Sequence[tuple[Any, Any]]]) -> pl.DataFrame:
    """A table of rows, each of cells by the names of their columns; what a row does not have is missing."""
    names = list(dict.fromkeys(name for row in rows for name, _ in row))
    for row in rows:
        if repeated := next((name for name, times in Counter(name for name, _ in row).items() if times > 1), None):
            raise TableError(f"the row has more than one cell named {str(repeated)!r}; give each a name of its own")
    cells = [dict(row) for row in rows]
    return from_columns((name, [row.get(name) for row in cells]) for name in names)


def check_names(names: Iterable[str], what: str) -> None:
    """Raise a TableError if a column is named as a pattern of names: Polars would take it for one."""
    if pattern := next((name for name in names if name == "*" or PATTERN.match(name)), None):
        raise TableError(f"{what} has a column {pattern!r}, which reads as a pattern of names; rename it")


def from_cells(name: str, cells: Any) -> pl.Series:
    """One column, from a pandas or Polars Series, an array or a list."""
    if isinstance(cells, pl.Series):
        return cells.alias(name)
    if isinstance(cells, str | bytes | Mapping) or not isinstance(cells, Iterable) or getattr(cells, "ndim", 1) != 1:
        raise TableError(f"column {name!r} must be a list or an array of one dimension; got {type(cells).__name__}")
    dtype = getattr(cells, "dtype", None)
    if hasattr(cells, "notna") and not hasattr(cells, "iloc"):  # an array of pandas, or an index
        cells = sys.modules["pandas"].Series(cells)
    if str(dtype).startswith("period"):
        return from_cells(name, cells.dt.to_timestamp())
    own = isinstance(dtype, np.dtype) and not isinstance(cells, np.ma.MaskedArray)
    kind = dtype.kind if own and dtype is not None else "O"  # what NumPy and Polars hold alike
    if kind in "biuf":
        values = pl.Series(name, np.asarray(cells, np.float64 if dtype == np.longdouble else None))
        return values.fill_nan(None) if values.dtype.is_float() else values
    if hasattr(cells, "notna"):
        return from_pandas(name, cells)
    if kind in "mM":
        return pl.Series(name, cells)
    listed = cells.tolist() if isinstance(cells, np.ndarray) else list(cells)
    return series(name, [None if isinstance(cell, float) and cell != cell else cell for cell in listed])


def from_pandas(name: str, cells: Any) -> pl.Series:
    """A pandas Series that is not plain numbers; pandas says what is missing, and what is a category."""
    if str(cells.dtype).startswith("dictionary"):  # Arrow's category
        cells = cells.astype("category")
    present = cells.notna().to_numpy()
    if cells.dtype == "category":
        codes = pl.Series([int(code) if there else None for code, there in zip(cells.cat.codes, present, strict=True)])
        return levels(name, series(name, list(cells.cat.categories)), codes)
    return series(name, [cell if there else None for cell, there in zip(cells.array, present, strict=True)])


def levels(name: str, known: pl.Series, codes: pl.Series) -> pl.Series:
    """A category: the text of the known level that each code is the place of."""
    text = text_of(known if may_be_text(known) else pl.Series([str(one) for one in known.to_list()], dtype=pl.String))
    return text.gather(codes.cast(pl.UInt32)).cast(pl.Categorical).alias(name)


def from_array(array: np.ndarray) -> pl.DataFrame:
    """A table of an array's columns: x0, x1, … as scikit-learn calls them, or the fields of a structured array."""
    array = array if isinstance(array, np.ma.MaskedArray) else np.asarray(array)
    if array.dtype.names and array.ndim == 1:
        return from_columns((name, array[name]) for name in array.dtype.names)
    if array.dtype.names or array.ndim != 2:
        raise TableError(f"an array must have rows and columns to be a table; got one of shape {array.shape}")
    return from_columns((f"x{place}", array[:, place]) for place in range(array.shape[1]))


def from_arrow(source: Any) -> pl.DataFrame | None:
    """A table of what speaks Arrow's C interface; None where it is a single column."""
    try:
        if hasattr(source, "__arrow_c_stream__"):
            table = pl.DataFrame(source)
        else:
            table = pl.Series(values=source).struct.unnest()
    except (pl.exceptions.SchemaError, pl.exceptions.InvalidOperationError, ImportError):
        return None
    if repeated := next((name for name, times in Counter(table.columns).items() if times > 1), None):
        raise TableError(f"the table has more than one column named {repeated!r}; give each a name of its own")
    fields = getattr(source, "schema", ())  # as pyarrow gives it
    coded = [
        field.name
        for field in (fields if isinstance(fields, Iterable) else ())
        if str(getattr(field, "type", "")).startswith("dictionary")
    ]
    return with_levels(table, coded)


def with_levels(table: pl.DataFrame, names: Iterable[str], *, alike: bool = False) -> pl.DataFrame:
    """A table whose named columns are categories: their cells as levels, by what each is as text.

    Levels stay of their own type, unless they are to be `alike` in several tables.
    """
    given = table.to_dict()
    there = [given[name] for name in names if name in given and may_be_text(given[name])]
    return table.with_columns(as_levels(cells) for cells in there if alike or not are_levels(cells))


def as_levels(cells: pl.Series) -> pl.Series:
    """Cells as levels by what each is as text; those that are levels keep their words exactly."""
    return (cells.cast(pl.String) if are_levels(cells) else text_of(cells)).cast(pl.Categorical)


def has_text(value: Any) -> bool:
    """Whether a value says as text what it is, and not only where it lies in memory."""
    ways: list[object] = [type(value).__str__, type(value).__repr__]
    return ways != [object.__str__, object.__repr__]


def series(name: str, cells: list[Any]) -> pl.Series:
    """A column of Python values; where they are of mixed types, all as text."""
    try:
        values = pl.Series(name, cells, strict=True)
        if isinstance(values.dtype, pl.Array):  # arrays of one length
            return values.cast(pl.List(values.dtype.inner))
        if values.dtype != pl.Object or not all(map(has_text, cells)):
            return values
        texts = [None if cell is None else str(cell) for cell in cells]
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        texts = [None if cell is None else str(cell) for cell in cells]
    try:
        return pl.Series(name, texts)
    except UnicodeEncodeError as error:
        raise TableError(f"column {name!r} holds text that is not Unicode: {error.object[:60]!a}") from error
