"""Numbers to inputs of a like size: three scalings, chosen by name.

Missing is the place of a middle number, 0, with a 0/1 input that says so where training missed some.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64

from ffnn.errors import TableError
from ffnn.tables.encoding.statistics import FARTHEST, Moments, Quantiles

KNOTS = (10, 1000)
"""Fewest and most stored quantiles of a quantile scaling; between them one for `ROWS_PER_KNOT` rows. Source:
Gorishniy et al. 2021, "Revisiting deep learning models for tabular data", and their published code."""

ROWS_PER_KNOT = 30

OUTERMOST = 1e-7
"""Quantile scaling cuts off what lies outside of all but this share of a normal distribution: at ±5.2, as
scikit-learn does."""


@dataclass(frozen=True, kw_only=True)
class Scaled:
    """A number with what training recorded of it, whatever its scaling.

    Attributes:
        name: The column's name.
        minimum: Smallest number in the training rows.
        maximum: Largest number in the training rows.
        missing: Training rows without a number; there is an indicator input if there are any.
    """

    name: str
    minimum: float
    maximum: float
    missing: int

    measured: ClassVar[int] = 1

    def __post_init__(self) -> None:
        values = [value for value in vars(self).values() if isinstance(value, float)]
        if not all(map(math.isfinite, values)) or self.minimum > self.maximum or self.missing < 0:
            raise TableError(f"what was recorded of column {self.name!r} must be finite numbers and a range")

    @property
    def inputs(self) -> tuple[str, ...]:
        """A name for each input."""
        return (self.name, f"{self.name} is missing") if self.missing else (self.name,)

    def scale(self, numbers: Float64[np.ndarray, " rows"]) -> Float64[np.ndarray, " rows"]:
        """Numbers as inputs; infinity is cut off later, but none is NaN."""
        raise NotImplementedError

    def encode(self, cells: pl.Series, into: Float32[np.ndarray, "rows inputs"]) -> None:
        """Write the column's inputs into zeros, which is what a missing number is."""
        with np.errstate(over="ignore"):  # infinity is cut off like any number that is too far out
            scaled = np.clip(self.scale(cells.fill_null(0.0).to_numpy()), -FARTHEST, FARTHEST)
        if cells.null_count():
            missing = cells.is_null().to_numpy()
            scaled[missing] = 0
            if self.missing:
                into[:, 1] = missing
        into[:, 0] = scaled


@dataclass(frozen=True, kw_only=True)
class NumberColumn(Scaled):
    """A number, standardised: (number - mean) / deviation.

    Attributes:
        mean: Mean over the training rows, in the column's unit.
        deviation: Standard deviation over the training rows; 1 where they are all equal.
    """

    mean: float
    deviation: float

    statistic: ClassVar[type[Moments]] = Moments

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.deviation > 0:
            raise TableError(f"the deviation of column {self.name!r} must be positive; got {self.deviation}")

    @classmethod
    def of(cls, name: str, found: Moments) -> NumberColumn:
        """The encoder of a column with those statistics."""
        return cls(**recorded(name, found), mean=found.mean, deviation=found.deviation or 1.0)

    @property
    def recorded(self) -> str:
        """What training recorded, in a few words."""
        return (
            f"mean {self.mean:.6g}, standard deviation {self.deviation:.6g}, {self.minimum:.6g} to {self.maximum:.6g}"
        )

    def scale(self, numbers: Float64[np.ndarray, " rows"]) -> Float64[np.ndarray, " rows"]:
        """Deviations from the mean."""
        return (numbers - self.mean) / self.deviation


@dataclass(frozen=True, kw_only=True)
class RawColumn(Scaled):
    """A number in its own unit."""

    statistic: ClassVar[type[Moments]] = Moments

    @classmethod
    def of(cls, name: str, found: Moments) -> RawColumn:
        """The encoder of a column with those statistics."""
        return cls(**recorded(name, found))

    @property
    def recorded(self) -> str:
        """What training recorded, in a few words."""
        return f"in its own unit, {self.minimum:.6g} to {self.maximum:.6g}"

    def scale(self, numbers: Float64[np.ndarray, " rows"]) -> Float64[np.ndarray, " rows"]:
        """The numbers as they are."""
        return numbers


@dataclass(frozen=True, kw_only=True)
class RobustColumn(Scaled):
    """A number in units of the distance between its quartiles, far ones drawn in smoothly: x / √(1 + (x/3)²).

    Source: Holzmüller, Grinsztajn and Steinwart 2024, "Better by default: strong pre-tuned MLPs and boosted trees on
    tabular data", section 3 ("robust scale and smooth clip").

    Attributes:
        median: Median over the training rows, in the column's unit.
        spread: Distance between the quartiles; where it is 0, how far numbers that are not the median usually lie from
            it; 0 where all numbers are equal, and then every input is 0.
    """

    median: float
    spread: float

    statistic: ClassVar[type[Quantiles]] = Quantiles

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.spread >= 0:
            raise TableError(f"the spread of column {self.name!r} must not be negative; got {self.spread}")

    @classmethod
    def of(cls, name: str, found: Quantiles) -> RobustColumn:
        """The encoder of a column with those statistics."""
        low, median, high = found.at(np.array([0.25, 0.5, 0.75])).tolist() if found.rows else (0.0, 0.0, 0.0)
        seen = recorded(name, found)
        return cls(**seen, median=median, spread=(high - low) or usual_distance(found, median))

    @property
    def recorded(self) -> str:
        """What training recorded, in a few words."""
        return f"median {self.median:.6g}, spread {self.spread:.6g}, {self.minimum:.6g} to {self.maximum:.6g}"

    def scale(self, numbers: Float64[np.ndarray, " rows"]) -> Float64[np.ndarray, " rows"]:
        """Spreads from the median, between -3 and 3."""
        if not self.spread:
            return np.zeros(len(numbers))
        apart = np.clip((numbers - self.median) / self.spread, -FARTHEST, FARTHEST)
        return apart / np.sqrt(1 + (apart / 3) ** 2)


@dataclass(frozen=True, kw_only=True)
class QuantileColumn(Scaled):
    """A number by its place among the training rows, on the scale of a normal distribution.

    That is the standard normal quantile of the share of rows below it; the share is linear between knots, and in the
    middle where knots are equal. Source: scikit-learn, `QuantileTransformer(output_distribution="normal")`.

    Attributes:
        knots: Quantiles of the training rows at even steps from the smallest number to the largest, ascending.
    """

    knots: tuple[float, ...]

    statistic: ClassVar[type[Quantiles]] = Quantiles

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.knots) < 2 or not all(low <= high for low, high in pairwise(self.knots)):
            raise TableError(f"the quantiles of column {self.name!r} must be two or more that ascend")
        if not (math.isfinite(self.knots[0]) and math.isfinite(self.knots[-1])):
            raise TableError(f"the quantiles of column {self.name!r} must be finite")

    @classmethod
    def of(cls, name: str, found: Quantiles) -> QuantileColumn:
        """The encoder of a column with those statistics."""
        rows = int(max(found.rows, found.weights.sum()))
        knots = found.at(np.linspace(0, 1, int(np.clip(rows // ROWS_PER_KNOT, *KNOTS)))) if found.rows else np.zeros(2)
        return cls(**recorded(name, found), knots=tuple(np.maximum.accumulate(knots).tolist()))

    @property
    def recorded(self) -> str:
        """What training recorded, in a few words."""
        return f"median {float(np.median(self.knots)):.6g}, {self.minimum:.6g} to {self.maximum:.6g}"

    def scale(self, numbers: Float64[np.ndarray, " rows"]) -> Float64[np.ndarray, " rows"]:
        """Normal quantiles, between -5.2 and 5.2."""
        from scipy.special import ndtri  # slow to import, and for this alone

        knots = np.array(self.knots)
        if knots[0] == knots[-1]:
            return np.zeros(len(numbers))
        shares = np.linspace(0, 1, len(knots))
        below = np.interp(numbers, knots, shares)
        above = np.interp(-numbers, -knots[::-1], shares)  # differs from 1 - below where knots are equal
        share = np.where(numbers <= knots[0], 0.0, np.where(numbers >= knots[-1], 1.0, (below + 1 - above) / 2))
        return np.asarray(ndtri(np.clip(share, OUTERMOST, 1 - OUTERMOST)))


def recorded(name: str, found: Moments | Quantiles) -> dict[str, Any]:
    """The fields that every scaling has; the range is 0 where there is no number."""
    there = found.minimum <= found.maximum
    low, high = (found.minimum, found.maximum) if there else (0.0, 0.0)
    return {"name": name, "minimum": low, "maximum": high, "missing": found.missing}


def usual_distance(found: Quantiles, median: float) -> float:
    """How far numbers that are not the median usually lie from it: the median of their distances, 0 if there are none.

    Where most numbers are equal, the rest still differ: a distance between quartiles of 0 says nothing of them, and
    that between minimum and maximum would draw them all together beside one that is far out.
    """
    apart = found.values != median
    distances, weights = np.abs(found.values[apart] - median), found.weights[apart]
    if not distances.size:
        return 0.0
    order = np.argsort(distances)
    reached = np.cumsum(weights[order])
    return float(distances[order][np.searchsorted(reached, reached[-1] / 2)])


SCALINGS: dict[str, type[NumberColumn] | type[RobustColumn] | type[QuantileColumn]] = {
    "standard": NumberColumn,
    "robust": RobustColumn,
    "quantile": QuantileColumn,
}
"""How numbers are scaled, by name."""

NumberEncoder: TypeAlias = NumberColumn | RawColumn | RobustColumn | QuantileColumn
