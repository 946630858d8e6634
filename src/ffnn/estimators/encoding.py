"""The encoder of a table's columns, for any estimator of scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32, Shaped
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ffnn.estimators.features import Features, Tabular, advised_by, is_frame
from ffnn.learning.problem import read_columns
from ffnn.recipes import catalogue
from ffnn.recipes.recipe import CHOICES
from ffnn.tables import contract
from ffnn.tables.columns.schema import Schema
from ffnn.tables.encoding.encoder import Encoder, fit_encoder


@dataclass(kw_only=True, eq=False, repr=False)
class TableEncoder(TransformerMixin, Tabular):  # type: ignore[misc]
    """A transformer that understands the columns of a table as `ffnn train` does, and makes numbers of them.

    Numbers and dates are scaled, truths are 0 or 1, categories one-hot; what is missing, or was never seen, has an
    input of its own where training had any. Identifiers, constants and columns of text are left out.

    Args:
        columns: Types of a DataFrame's columns that override the inferred ones, by name.
        scaling: How numbers are scaled; that of the recipe `default` if None.
        whitening: How all numbers are then whitened; they are not if None.

    Attributes:
        schema_: What each column is, and why.
        encoder_: The fitted encoder.
        n_features_in_, feature_names_in_: As in scikit-learn.

    Example:
        >>> import polars as pl
        >>> table = pl.DataFrame({"size": [0.5, 1.5, 2.5, 3.5], "colour": ["red", "red", "blue", "blue"]})
        >>> TableEncoder(scaling="standard").fit(table).get_feature_names_out().tolist()
        ['size', 'colour=red']
    """

    scaling: str | None = None
    whitening: str | None = None

    def __sklearn_tags__(self) -> Any:
        """What comes out is always float32."""
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

    def fit(self, X: Features, y: Any = None) -> TableEncoder:  # noqa: ARG002
        """Find out what each column is, and how it is encoded.

        Args:
            X: DataFrame, array or sparse matrix [samples, features].
            y: Ignored.

        Raises:
            ValueError: X cannot be understood, or a choice cannot be used.
        """
        table = self._table(X, reset=True)
        scaling = catalogue.find().scaling if self.scaling is None else CHOICES["scaling"].check(self.scaling)
        with advised_by(self.get_params()):
            seen = read_columns(table, (), columns=self._declared(table))
            self.encoder_: Encoder = fit_encoder(seen.cells, seen.schema, scaling=scaling, whitening=self.whitening)
        self.schema_: Schema = seen.schema
        return self

    def transform(self, X: Features) -> Float32[np.ndarray, "samples inputs"]:
        """The numbers that stand for each sample."""
        check_is_fitted(self)
        table = self.schema_.plain(self._table(X, reset=False))
        cells, findings = contract.check(table, self.schema_, self.encoder_, ())
        if is_frame(X) or self._framed:
            contract.warn(contract.select_findings([findings], self.encoder_, table.height, None))
        return np.asarray(self.encoder_.encode(cells).numbers)

    def get_feature_names_out(self, input_features: Any = None) -> Shaped[np.ndarray, " inputs"]:  # noqa: ARG002
        """A name for each number that comes out.

        Args:
            input_features: Ignored; the names are those that `fit` saw.
        """
        check_is_fitted(self)
        return np.asarray(self.encoder_.inputs, dtype=object)
