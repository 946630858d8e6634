from __future__ import annotations

from collections import Counter
from functools import reduce
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn.errors import TableError
from ffnn.tables.encoding import statistics
from ffnn.tables.encoding.statistics import Calendar, Covariance, Levels, Moments, Quantiles

NUMBERS = st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9, allow_subnormal=False)), max_size=40)
CUTS = st.lists(st.integers(0, 40), max_size=4)
SHARES = np.linspace(0, 1, 21)


def numbers(cells):
    return pl.Series("x", cells, pl.Float64)


def merged(kind, cells, cuts, weights=None):
    """A statistic of parts of a column, cut at some rows, joined."""
    edges = [0, *sorted(min(cut, len(cells)) for cut in cuts), len(cells)]
    parts = [slice(start, end) for start, end in pairwise(edges)]
    found = [kind.of(cells[part], None if weights is None else weights[part]) for part in parts]
    return reduce(lambda one, other: one.merge(other), found)


@settings(deadline=None)
@given(NUMBERS, CUTS)
def test_moments_of_parts_are_those_of_numpy_for_the_whole(cells, cuts):
    present = np.array([cell for cell in cells if cell is not None])
    found = merged(Moments, numbers(cells), cuts)
    assert (found.weight, found.missing) == (len(present), len(cells) - len(present))
    if len(present):
        scale = np.abs(present).max()
        assert found.mean == pytest.approx(present.mean(), rel=1e-9, abs=1e-12 * scale)
        assert found.deviation == pytest.approx(present.std(), rel=1e-9, abs=1e-7 * scale + 1e-150)
        assert (found.minimum, found.maximum) == (present.min(), present.max())


@pytest.mark.parametrize("unit", [1e-200, 1.0, 1e290])
def test_moments_neither_overflow_nor_vanish(unit):
    cells = np.random.default_rng(0).normal(3, 2, 100)
    found = merged(Moments, numbers(cells * unit), [10, 50])
    assert found.mean == pytest.approx(cells.mean() * unit, rel=1e-12)
    assert found.deviation == pytest.approx(cells.std() * unit, rel=1e-12)


def test_equal_numbers_have_no_deviation_at_all_however_they_are_cut():
    assert merged(Moments, numbers([0.1] * 30), [1, 7]).deviation == 0


@pytest.mark.parametrize("kind", [Moments, Quantiles])
def test_numbers_too_large_to_reckon_with_are_refused(kind):
    with pytest.raises(TableError, match=r"numbers of column 'x' are too large to average: up to 1.7e\+308"):
        kind.of(numbers([1.0, -1.7e308]))


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 4)), min_size=1, max_size=30), CUTS)
def test_a_row_of_weight_two_is_the_same_row_twice(rows, cuts):
    cells, weights = numbers([cell for cell, _ in rows]), np.array([float(weight) for _, weight in rows])
    repeated = np.repeat(cells.to_numpy(), weights.astype(int))
    moments, quantiles = merged(Moments, cells, cuts, weights), merged(Quantiles, cells, cuts, weights)
    assert moments.weight == len(repeated)
    if len(repeated):
        assert moments.mean == pytest.approx(repeated.mean(), rel=1e-9, abs=1e-6)
        assert moments.deviation == pytest.approx(repeated.std(), rel=1e-9, abs=1e-4)
        np.testing.assert_allclose(quantiles.at(SHARES), np.quantile(repeated, SHARES), rtol=1e-9, atol=1e-6)


@settings(deadline=None)
@given(NUMBERS, CUTS)
def test_quantiles_of_parts_are_those_of_numpy_for_the_whole(cells, cuts):
    present = np.array([cell for cell in cells if cell is not None])
    found = merged(Quantiles, numbers(cells), cuts)
    assert (found.rows, found.missing) == (len(present), len(cells) - len(present))
    if len(present):
        np.testing.assert_allclose(found.at(SHARES), np.quantile(present, SHARES), rtol=1e-9, atol=1e-6)


def test_equal_weights_of_any_size_leave_quantiles_as_they_are():
    cells = np.random.default_rng(0).normal(size=51)
    found = Quantiles.of(numbers(cells), np.full(51, 0.01))
    np.testing.assert_allclose(found.at(SHARES), np.quantile(cells, SHARES), rtol=1e-9)


@pytest.mark.parametrize("parts", [1, 37])
@pytest.mark.parametrize("order", ["random", "ascending"])
@pytest.mark.parametrize("shape", ["normal", "lognormal", "mostly zero"])
def test_quantiles_of_many_numbers_are_within_two_in_a_thousand_of_their_rank(monkeypatch, parts, order, shape):
    monkeypatch.setattr(statistics, "EXACT", 4096)
    generator = np.random.default_rng(0)
    cells = generator.lognormal(0, 3, 200_000) if shape == "lognormal" else generator.normal(size=200_000)
    if shape == "mostly zero":
        cells[generator.random(len(cells)) < 0.7] = 0
    if order == "ascending":
        cells.sort()
    found = merged(Quantiles, numbers(cells), np.linspace(0, len(cells), parts + 1, dtype=int)[1:-1])
    assert len(found.values) < 2 * 4096
    asked = np.linspace(0, 1, 501)
    got, cells = found.at(asked), np.sort(cells)
    slack = 1e-9 * np.abs(got)
    low, high = np.searchsorted(cells, got - slack, "left"), np.searchsorted(cells, got + slack, "right")
    off = np.maximum(0, np.maximum(low / len(cells) - asked, asked - high / len(cells)))
    assert off.max() < 0.002
    assert (got[0], got[-1]) == (cells[0], cells[-1])
    assert (np.diff(got) >= 0).all()


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.sampled_from("abcdef")), max_size=40), CUTS)
def test_levels_of_parts_are_counted_as_in_the_whole(cells, cuts):
    found = merged(Levels, pl.Series("x", cells, pl.String), cuts)
    counted = Counter(cell for cell in cells if cell is not None)
    assert dict(found.counts.iter_rows()) == counted
    assert found.most_frequent(2) == sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:2]
    assert (found.rows, found.missing, found.error) == (sum(counted.values()), cells.count(None), 0)


def test_more_levels_than_are_counted_are_counted_within_the_bound(monkeypatch):
    monkeypatch.setattr(statistics, "MOST_COUNTED", 50)
    cells = np.random.default_rng(0).zipf(1.3, 20_000).clip(max=3000).astype(str)
    found = merged(Levels, pl.Series("x", cells), range(1000, 20_000, 1000))
    counted, kept = Counter(cells.tolist()), dict(found.counts.iter_rows())
    assert len(kept) <= 50
    assert 0 < found.error <= 20_000 / 51
    for level, rows in counted.items():
        assert kept.get(level, 0) <= rows <= kept.get(level, 0) + found.error


@settings(deadline=None)
@given(st.integers(1, 30), st.lists(st.integers(0, 30), max_size=3), st.booleans())
def test_covariance_of_parts_is_that_of_numpy_for_the_whole(rows, cuts, weighed):
    generator = np.random.default_rng(rows)
    cells = generator.normal(5, 2, (rows, 3)) @ generator.normal(size=(3, 3))
    weights = generator.integers(1, 4, rows).astype(float) if weighed else None
    edges = [0, *sorted(min(cut, rows) for cut in cuts), rows]
    parts = [slice(start, end) for start, end in pairwise(edges)]
    found = [Covariance.of(cells[part], None if weights is None else weights[part]) for part in parts]
    whole = reduce(Covariance.merge, found)
    np.testing.assert_allclose(whole.mean, np.average(cells, axis=0, weights=weights), rtol=1e-9, atol=1e-9)
    repeated = cells if weights is None else np.repeat(cells, weights.astype(int), axis=0)
    np.testing.assert_allclose(whole.matrix, np.cov(repeated.T, bias=True), rtol=1e-8, atol=1e-8)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.datetimes()), max_size=30), CUTS)
def test_dates_of_parts_are_those_of_pandas_for_the_whole(cells, cuts):
    found = merged(Calendar, pl.Series("x", cells, pl.Datetime("us")), cuts)
    present = pd.Series([cell for cell in cells if cell is not None], dtype="datetime64[us]")
    assert found.missing == cells.count(None)
    if not present.empty:
        assert (found.first, found.last) == (present.min().to_pydatetime(), present.max().to_pydatetime())
        hour = present.dt.hour + present.dt.minute / 60 + present.dt.second / 3600 + present.dt.microsecond / 3.6e9
        days = (present.dt.normalize() - pd.Timestamp(1970, 1, 1)).dt.days + hour / 24
        oracle = {
            "year": present.dt.year,
            "month": present.dt.month,
            "weekday": present.dt.day_of_week + 1,
            "hour": hour,
            "days": days,
        }
        for name, part in oracle.items():
            assert found.parts[name].mean == pytest.approx(part.mean(), rel=1e-9, abs=1e-9)
            assert found.parts[name].deviation == pytest.approx(part.std(ddof=0), rel=1e-6, abs=1e-3)
