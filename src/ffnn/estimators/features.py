"""How what scikit-learn calls X becomes a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from ffnn.errors import ChoiceError, FeedforwardError, TableError
from ffnn.tables.columns.schema import require
from ffnn.tables.formats import reading

LARGEST_DENSE = 2**34
"""Bytes that a sparse matrix may take as a dense table, in float64: 16 GiB."""


Features: TypeAlias = Any
"""What scikit-learn takes as X: a DataFrame, or an array or sparse matrix [samples, features]."""


@dataclass(kw_only=True, eq=False, repr=False)
class Tabular(BaseEstimator):  # type: ignore[misc]
    """An estimator that takes tables.

    A DataFrame keeps its columns' kinds: its numbers are numbers, the rest is categories, booleans or dates by the
    rules of tables. All columns of an array or a sparse matrix are numbers. A missing cell or NaN is missing.
    """

    columns: Mapping[str, str] | None = None

    def __sklearn_tags__(self) -> Any:
        """What may be given: missing cells and sparse matrices too."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags

    def _declared(self, table: pl.DataFrame) -> dict[str, str]:
        """The types of a table's columns that are known: what is said, else that numbers are numbers."""
        declared = {} if self.columns is None else self.columns
        if not isinstance(declared, Mapping):
            raise ChoiceError(f"columns gives the type of each column by its name; got {declared!r}")
        for name in declared:
            require(name, table.columns)
        return {**{column.name: "number" for column in table if column.dtype.is_numeric()}, **declared}

    def _table(self, X: Features, *, reset: bool) -> pl.DataFrame:
        """X as a table, its columns named as in `fit`; x0, x1, … where they have no names.

        Where `fit` saw names and X has none, or the reverse, scikit-learn warns, and columns go by their places.

        Raises:
            ValueError: X has not the columns of `fit`, or holds infinite numbers, or nothing.
        """
        table = self._read(X, reset=reset)
        if reset:
            self._columns, self._framed = table.columns, is_frame(X)
        if is_frame(X) and self._framed and set(table.columns) == set(self._columns):
            return table
        return table.rename(dict(zip(table.columns, self._columns, strict=True)))

    def _read(self, X: Features, *, reset: bool) -> pl.DataFrame:
        """The same with its own names, if it has any."""
        if is_frame(X):
            table = reading.table_of(X)
            X = table if isinstance(X, pl.LazyFrame) else X
            validate_data(self, X, reset=reset, skip_check_array=True)
            return table
        if isinstance(X, np.ma.MaskedArray):
            X = np.ma.filled(X.astype(float), np.nan)
        checks: dict[str, Any] = {
            "accept_sparse": "csr",
            "ensure_all_finite": "allow-nan",
            "ensure_min_samples": 2 if reset else 1,
        }
        if not reset and hasattr(self, "feature_names_in_"):
            checks["dtype"] = None  # words among the cells of a frame's columns stay words
        X = validate_data(self, X, reset=reset, **checks)
        if sparse.issparse(X):
            if 8 * X.shape[0] * X.shape[1] > LARGEST_DENSE:
                raise TableError(
                    f"a sparse matrix of {X.shape[0]:,} by {X.shape[1]:,} is too large to be made dense: more than "
                    f"{LARGEST_DENSE / 2**30:.0f} GiB; choose or project its columns first"
                )
            X = X.toarray()
        if X.dtype.kind not in "biuf" or X.dtype == np.longdouble:
            return reading.table_of(X)
        return pl.DataFrame({f"x{place}": column for place, column in enumerate(np.ascontiguousarray(X.T))})


@contextmanager
def advised_by(parameters: Collection[str]) -> Iterator[None]:
    """Errors advise only what these parameters can say."""
    try:
        yield
    except FeedforwardError as error:
        raise type(error)(error.text, *(each for each in error.advice if each.choice in parameters)) from error


def is_frame(X: Features) -> bool:
    """Whether it is a DataFrame of some library: its columns have names and kinds of their own."""
    return hasattr(X, "columns") or hasattr(X, "column_names")
