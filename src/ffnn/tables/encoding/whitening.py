"""Numbers to numbers that are uncorrelated and of variance 1.

With the covariance C = U Λ Uᵀ of the training rows, `pca` gives Λ^(-1/2) Uᵀ (x - mean), components by falling
variance; `zca` turns those back by U, so that each input stays as near as can be to the number that it was.
Source: Bell and Sejnowski 1997, "The 'independent components' of natural scenes are edge filters"; Kessy, Lewin and
Strimmer 2018, "Optimal whitening and decorrelation", table 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Float32, Float64

from ffnn.errors import TableError
from ffnn.tables.encoding.statistics import FARTHEST, Covariance

Kind = Literal["pca", "zca"]
WHITENINGS: tuple[str, ...] = get_args(Kind)
"""The ways to whiten, by name."""

ROUNDING = float(np.finfo(np.float32).eps)
"""A direction whose variance is less than this share of the largest, times the number of inputs, is not told from the
rounding of float32: it is set to 0, not blown up."""

LARGEST = 1e30
"""So large is nothing that comes of numbers, and no product with it overflows."""


@dataclass(frozen=True, eq=False)
class Whitening:
    """The linear map matrix @ (numbers - mean).

    Attributes:
        kind: `pca` or `zca`.
        mean: Means over the training rows, float64 [numbers].
        matrix: float64 [numbers, numbers].
    """

    kind: Kind
    mean: Float64[np.ndarray, "..."]
    matrix: Float64[np.ndarray, "..."]

    def __post_init__(self) -> None:
        if self.kind not in WHITENINGS:
            raise TableError(f"whitening must be one of {', '.join(WHITENINGS)}; got {self.kind!r}")
        if self.mean.ndim != 1 or self.matrix.shape != 2 * self.mean.shape:
            raise TableError("the matrix of a whitening must be square, with as many rows as it has means")
        if not ((np.abs(self.mean) < LARGEST).all() and (np.abs(self.matrix) < LARGEST).all()):  # nor is any NaN
            raise TableError(f"the arrays of a whitening must be finite numbers, less than {LARGEST:g}")

    @classmethod
    def of(cls, kind: Kind, found: Covariance) -> Whitening:
        """The whitening of numbers with that covariance."""
        variances, directions = np.linalg.eigh(found.matrix)
        variances, directions = variances[::-1], directions[:, ::-1]
        kept = variances > variances.max(initial=0.0) * len(variances) * ROUNDING
        factors = np.where(kept, 1 / np.sqrt(np.where(kept, variances, 1)), 0)
        signs = np.where(np.diagonal(directions) < 0, -1.0, 1.0)  # of two directions the one that points ahead
        matrix = (directions * signs).T * factors[:, None]
        return cls(kind, found.mean, matrix if kind == "pca" else directions * signs @ matrix)

    def apply(self, numbers: Float[np.ndarray, "rows numbers"]) -> Float32[np.ndarray, "rows numbers"]:
        """Whitened numbers."""
        whitened = (numbers.astype(np.float64) - self.mean) @ self.matrix.T
        return np.asarray(np.clip(whitened, -FARTHEST, FARTHEST), np.float32)
