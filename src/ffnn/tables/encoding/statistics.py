"""What is known of a column after looking at its rows, in forms that merge: part by part is the same as all at once.

`of` looks at some rows, `merge` joins what two parts found. A row of weight 2 counts as the same row twice in means,
deviations, quantiles and covariance; levels and missing cells are counted in rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Float64

from ffnn.errors import TableError
from ffnn.tables.notations.sets import members

Weights: TypeAlias = Float64[np.ndarray, " rows"]

LARGEST_NUMBER = 1e300

FARTHEST = 1e6
"""Inputs are cut off at this many deviations from the mean, so that none can overflow the network."""

MOST_COUNTED = 2**16
"""Levels that are counted exactly; of more, those of the fewest rows are let go, with a bound on the error."""

EXACT = 2**16
"""Distinct numbers up to which quantiles are exact."""

FINENESS = 4096
"""The number δ of the t-digest's scale function: a cluster holds at most a share of π/δ, 0.08 %, of the weight, in the
middle, and less towards the ends; there are at most δ/2 clusters beside single values."""

EPOCH = datetime(1970, 1, 1)
DAY = timedelta(days=1)


def weighed(
    cells: pl.Series, weights: Weights | None
) -> tuple[Float64[np.ndarray, " present"], Float64[np.ndarray, " present"] | None]:
    """The numbers that are present and of some weight, and their weights.

    Raises:
        TableError: A number is too large to compute with.
    """
    if weights is not None:
        there = cells.is_not_null().to_numpy() & (weights > 0)
        numbers, weights = cells.filter(there).to_numpy(), weights[there]
    else:
        numbers = cells.drop_nulls().to_numpy()
    if numbers.size and (largest := max(-numbers.min(), numbers.max())) > LARGEST_NUMBER:
        raise TableError(f"the numbers of column {cells.name!r} are too large to average: up to {largest:g}")
    return numbers, weights


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of numbers.

    Source: Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance"; written with deviations in
    place of sums of squares, which could overflow.

    Attributes:
        weight: The sum of the weights of the numbers: how many there are, where no row is weighed.
        mean: Their mean; 0 where there is none.
        deviation: Their standard deviation (of the population); exactly 0 where all are equal.
        minimum: The smallest; infinity where there is none.
        maximum: The largest; minus infinity where there is none.
        missing: Rows without a number.
    """

    weight: float = 0.0
    mean: float = 0.0
    deviation: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf
    missing: int = 0

    @classmethod
    def of(cls, cells: pl.Series, weights: Weights | None = None) -> Moments:
        """The moments of Float64 cells; null is missing.

        Raises:
            TableError: They are too large to average.
        """
        numbers, weights = weighed(cells, weights)
        if not numbers.size:
            return cls(missing=cells.null_count())
        low, high = float(numbers.min()), float(numbers.max())
        total = float(numbers.size if weights is None else weights.sum())
        if low == high:
            return cls(total, low, 0.0, low, high, cells.null_count())
        scale = 2.0 ** math.frexp(max(-low, high))[1]  # so that no square overflows or vanishes; rounds nothing
        scaled = numbers / scale
        mean = np.average(scaled, weights=weights)
        deviation = math.sqrt(np.average((scaled - mean) ** 2, weights=weights))
        return cls(total, float(mean * scale), deviation * scale, low, high, cells.null_count())

    def merge(self, other: Moments) -> Moments:
        """The moments of both parts together."""
        weight = self.weight + other.weight
        here, there = (self.weight / weight, other.weight / weight) if weight else (0.0, 0.0)
        apart = other.mean - self.mean
        return Moments(
            weight,
            self.mean + apart * there,
            math.hypot(
                math.sqrt(here) * self.deviation, math.sqrt(there) * other.deviation, math.sqrt(here * there) * apart
            ),
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
            self.missing + other.missing,
        )


@dataclass(frozen=True, eq=False)
class Quantiles:
    """The distribution of numbers, exact up to `EXACT` distinct values, then a t-digest.

    Each point stands for the numbers of one value, or for a cluster of neighbouring ones, at their mean. Over
    partitions in any order a quantile's rank is within 0.2 % of the weight of the rank that was asked for, as tests
    show; a bound for all data is not known. Source: Dunning and Ertl 2019, "Computing extremely accurate quantiles
    using t-digests", the scale function k1; values that fill a cluster alone stay exact.

    Attributes:
        values: The points, ascending.
        weights: The weight of each.
        clusters: Whether a point stands for more than one value.
        minimum: The smallest number; infinity where there is none.
        maximum: The largest; minus infinity where there is none.
        step: The weight of the lightest row, at most 1: how much of a value's weight is its last row.
        rows: Rows with a number.
        missing: Rows without a number.
    """

    values: Float64[np.ndarray, " points"]
    weights: Float64[np.ndarray, " points"]
    clusters: Bool[np.ndarray, " points"]
    minimum: float = math.inf
    maximum: float = -math.inf
    step: float = 1.0
    rows: int = 0
    missing: int = 0

    @classmethod
    def of(cls, cells: pl.Series, weights: Weights | None = None) -> Quantiles:
        """The distribution of Float64 cells; null is missing.

        Raises:
            TableError: They are too large to compute with.
        """
        numbers, weights = weighed(cells, weights)
        step = 1.0 if weights is None else float(weights.min(initial=1.0))
        if weights is None:
            values, total = np.unique(numbers, return_counts=True)
            total = total.astype(np.float64)
        else:
            values, places = np.unique(numbers, return_inverse=True)
            total = np.bincount(places, weights, len(values)).astype(np.float64)  # of no row it is of integers
        low, high = (float(values[0]), float(values[-1])) if values.size else (math.inf, -math.inf)
        single = np.zeros(len(values), bool)
        return cls(values, total, single, low, high, step, numbers.size, cells.null_count()).compressed()

    def merge(self, other: Quantiles) -> Quantiles:
        """The distribution of both parts together."""
        values, weights, clusters = (
            np.concatenate(pair)
            for pair in (
                (self.values, other.values),
                (self.weights, other.weights),
                (self.clusters, other.clusters),
            )
        )
        order = np.argsort(values, kind="stable")
        starts = np.flatnonzero(np.diff(values[order], prepend=np.nan) != 0)
        return Quantiles(
            values[order][starts],
            sums(weights[order], starts),
            sums(clusters[order], starts) > 0,
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
            min(self.step, other.step),
            self.rows + other.rows,
            self.missing + other.missing,
        ).compressed()

    def compressed(self) -> Quantiles:
        """Itself, or with neighbouring points joined to clusters where there are too many."""
        if len(self.values) <= EXACT:
            return self
        share = np.cumsum(self.weights) / self.weights.sum()
        right = FINENESS / (2 * np.pi) * np.arcsin(np.clip(2 * share - 1, -1, 1))
        left = np.concatenate([[-FINENESS / 4], right[:-1]])
        alone = right - left >= 1
        new = np.diff(np.floor(left), prepend=-np.inf) > 0
        new[1:] |= alone[1:] | alone[:-1]
        starts = np.flatnonzero(new)
        sizes = np.diff([*starts, len(new)])
        weights = sums(self.weights, starts)
        values = sums(self.values * (self.weights / np.repeat(weights, sizes)), starts)
        values = np.where(sizes == 1, self.values[starts], values)
        clusters = (sums(self.clusters, starts) > 0) | (sizes > 1)
        return Quantiles(values, weights, clusters, self.minimum, self.maximum, self.step, self.rows, self.missing)

    def at(self, shares: Float64[np.ndarray, " shares"]) -> Float64[np.ndarray, " shares"]:
        """The numbers below which those shares of the weight lie; needs at least one row.

        Between rows linear, as NumPy's quantiles: the first row is 0, the last 1.
        """
        ends = np.cumsum(self.weights)
        last = ends[-1] - self.step
        starts = ends - self.weights
        ends = np.maximum(ends - self.step, starts)
        middles = (starts + ends) / 2
        ranks = np.stack([np.where(self.clusters, middles, starts), np.where(self.clusters, middles, ends)], 1).ravel()
        found = np.interp(shares * last, [0.0, *ranks, last], [self.minimum, *np.repeat(self.values, 2), self.maximum])
        return np.asarray(np.clip(found, self.minimum, self.maximum))


def sums(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Sums of the groups that begin at `starts`, in float64."""
    return np.asarray(np.add.reduceat(values.astype(np.float64), starts)) if len(values) else np.zeros(0)


@dataclass(frozen=True, eq=False)
class Covariance:
    """Means and covariance of several numbers. Source: as `Moments`.

    Attributes:
        weight: The sum of the rows' weights.
        mean: [numbers].
        matrix: The covariance (of the population), [numbers, numbers].
    """

    weight: float
    mean: Float64[np.ndarray, " numbers"]
    matrix: Float64[np.ndarray, "numbers numbers"]

    @classmethod
    def of(cls, numbers: Float[np.ndarray, "rows numbers"], weights: Weights | None = None) -> Covariance:
        """The covariance of the columns."""
        each = np.ones(len(numbers)) if weights is None else weights
        total = float(each.sum())
        if not total > 0:
            return cls(0.0, np.zeros(numbers.shape[1]), np.zeros((numbers.shape[1],) * 2))
        mean = each @ numbers / total
        apart = (numbers - mean) * np.sqrt(each / total)[:, None]
        return cls(total, mean, apart.T @ apart)

    def merge(self, other: Covariance) -> Covariance:
        """The covariance of both parts together."""
        weight = self.weight + other.weight
        here, there = (self.weight / weight, other.weight / weight) if weight else (0.0, 0.0)
        apart = other.mean - self.mean
        matrix = here * self.matrix + there * other.matrix + here * there * np.outer(apart, apart)
        return Covariance(weight, self.mean + there * apart, matrix)


@dataclass(frozen=True, eq=False)
class Levels:
    """How many rows each value of a text has.

    Source: Misra and Gries 1982, "Finding repeated elements"; merged as in Agarwal et al. 2012, "Mergeable summaries".

    Attributes:
        counts: The columns `level` and `rows`, at most `MOST_COUNTED`, in no order.
        error: No level has more rows than its count plus this, or, if it has no count, than this: 0 where all were
            counted, and never more than the rows divided by MOST_COUNTED + 1.
        rows: Rows with a value.
        missing: Rows without a value.
        uncounted: Levels without a count; None where they are not known.
    """

    counts: pl.DataFrame
    error: int
    rows: int
    missing: int
    uncounted: pl.Series | None = None

    @classmethod
    def of(cls, cells: pl.Series, weights: Weights | None = None) -> Levels:  # noqa: ARG003 - levels count rows
        """The levels of String cells; null is missing."""
        counts = cells.drop_nulls().alias("level").value_counts(name="rows").cast({"rows": pl.Int64})
        missing = cells.null_count()
        found = cls(counts, 0, len(cells) - missing, missing).shortened()
        kept = found.counts["level"]
        return replace(found, uncounted=counts["level"].filter(~counts["level"].is_in(kept.implode())))

    def merge(self, other: Levels) -> Levels:
        """The levels of both parts together."""
        counts = pl.concat([self.counts, other.counts]).group_by("level").agg(pl.col("rows").sum())
        merged = Levels(counts, self.error + other.error, self.rows + other.rows, self.missing + other.missing)
        found = merged.shortened()
        return found if found.error else replace(found, uncounted=pl.Series("level", [], pl.String))

    def shortened(self) -> Levels:
        """Itself, or without the rarest levels: what the first of those has is taken from every count."""
        if self.counts.height <= MOST_COUNTED:
            return self
        taken = int(self.counts["rows"].top_k(MOST_COUNTED + 1).min())  # type: ignore[arg-type]
        counts = self.counts.with_columns(pl.col("rows") - taken).filter(pl.col("rows") > 0)
        return Levels(counts, self.error + taken, self.rows, self.missing)

    def most_frequent(self, most: int) -> list[tuple[str, int]]:
        """The levels of most rows with their counts, the most frequent first, then by name."""
        return self.counts.sort(["rows", "level"], descending=[True, False]).head(most).rows()


class Members(Levels):
    """How many rows have each word of a set; `rows` counts the words of all of them."""

    @classmethod
    def of(cls, cells: pl.Series, weights: Weights | None = None) -> Levels:
        """The words of String cells, as `sets.SetNotation` writes them; null is missing."""
        words = members(cells.drop_nulls()).explode().drop_nulls()
        return replace(Levels.of(words, weights), missing=cells.null_count())


@dataclass(frozen=True)
class Calendar:
    """When dates are, and what differs among them.

    Attributes:
        first: The earliest date.
        last: The latest.
        parts: Moments of `year`, `month`, `weekday`, `hour` and `days` (since the first day of 1970).
        missing: Rows without a date.
    """

    first: datetime
    last: datetime
    parts: dict[str, Moments]
    missing: int

    @classmethod
    def of(cls, cells: pl.Series, weights: Weights | None = None) -> Calendar:
        """The dates of Datetime cells; null is missing."""
        there = cells.is_not_null() if weights is None else cells.is_not_null() & pl.Series(weights > 0)
        dates = cells.filter(there)
        each = None if weights is None else weights[there.to_numpy()]
        parts = {name: Moments.of(pl.Series(part), each) for name, part in calendar_of(dates).items()}
        first, last = (dates.min(), dates.max()) if len(dates) else (datetime.max, datetime.min)
        return cls(first, last, parts, cells.null_count())  # type: ignore[arg-type]

    def merge(self, other: Calendar) -> Calendar:
        """The dates of both parts together."""
        return Calendar(
            min(self.first, other.first),
            max(self.last, other.last),
            {name: part.merge(other.parts[name]) for name, part in self.parts.items()},
            self.missing + other.missing,
        )


def calendar_of(dates: pl.Series) -> dict[str, Float64[np.ndarray, " rows"]]:
    """The parts of dates without nulls.

    Returns:
        The `year`, `month` (1 to 12), `weekday` (Monday is 1), `hour` with its fraction, and the `days` since the
        first day of 1970 with their fraction: [rows] each.
    """
    microseconds = dates.cast(pl.Int64).to_numpy()
    of_day = np.mod(microseconds, 86_400_000_000)
    parts = {name: getattr(dates.dt, name)().to_numpy() for name in ("year", "month", "weekday")}
    parts |= {"hour": of_day / 3_600_000_000, "days": microseconds / 86_400_000_000}
    return {name: part.astype(np.float64) for name, part in parts.items()}


Statistic: TypeAlias = Moments | Quantiles | Levels | Calendar
"""What an encoder is made from."""
