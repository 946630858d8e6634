from __future__ import annotations

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import QuantileTransformer, RobustScaler

from ffnn.errors import TableError
from ffnn.tables.encoding.encoder import Encoder
from ffnn.tables.encoding.scaling import SCALINGS, NumberColumn, QuantileColumn, RobustColumn

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def numbers(cells):
    return pl.Series("x", cells, pl.Float64)


def fit(scaling, cells, weights=None):
    kind = SCALINGS[scaling]
    return kind.of("x", kind.statistic.of(numbers(cells), weights))


def encode(column, cells):
    return Encoder((column,)).encode(numbers(cells).to_frame("x")).numbers


@settings(deadline=None)
@given(
    st.sampled_from(list(SCALINGS)),
    st.lists(st.one_of(st.none(), st.floats(-1e300, 1e300)), min_size=1, max_size=20),
    st.lists(st.one_of(st.none(), FINITE), min_size=1, max_size=20),
)
def test_every_number_is_a_finite_input_and_missing_is_zero(scaling, training, later):
    column = fit(scaling, training)
    encoded = encode(column, later)
    assert encoded.shape == (len(later), 1 + (None in training))
    assert np.isfinite(encoded).all()
    assert np.abs(encoded).max() <= 1e6
    missing = np.array([cell is None for cell in later])
    assert not encoded[missing, 0].any()
    if None in training:
        np.testing.assert_array_equal(encoded[:, 1], missing)


@settings(deadline=None)
@given(st.sampled_from(list(SCALINGS)), st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=20))
def test_a_scaling_comes_back_from_json(scaling, training):
    column = fit(scaling, training)
    assert msgspec.json.decode(msgspec.json.encode(column), type=type(column)) == column


@settings(deadline=None)
@given(st.sampled_from(list(SCALINGS)), st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), FINITE, FINITE)
def test_a_larger_number_is_never_a_smaller_input(scaling, training, one, other):
    column = fit(scaling, training)
    low, high = encode(column, [min(one, other), max(one, other)])[:, 0]
    assert low <= high


def test_robust_scaling_is_scikit_learns_with_the_smooth_clip():
    generator = np.random.default_rng(0)
    training, later = generator.standard_cauchy((501, 1)), generator.standard_cauchy((100, 1)) * 5
    scaled = RobustScaler().fit(training).transform(later)[:, 0]
    encoded = encode(fit("robust", training[:, 0]), later[:, 0])[:, 0]
    np.testing.assert_allclose(encoded, scaled / np.sqrt(1 + (scaled / 3) ** 2), rtol=1e-5, atol=1e-6)
    assert np.abs(encoded).max() < 3


def test_robust_scaling_where_the_quartiles_are_equal_goes_by_the_usual_distance_of_the_others():
    others = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1e6]
    column = fit("robust", [0.0] * 90 + others)
    for number in others:
        x = number / np.median(others)
        assert encode(column, [number, 0.0])[:, 0].tolist() == pytest.approx([x / np.sqrt(1 + (x / 3) ** 2), 0])


def test_robust_scaling_of_equal_numbers_is_zero():
    assert encode(fit("robust", [7.0] * 9), [7.0, 8.0, -1e9])[:, 0].tolist() == [0, 0, 0]


@pytest.mark.parametrize("shape", ["normal", "skewed", "ties"])
@pytest.mark.parametrize("rows", [400, 3000])
def test_quantile_scaling_is_scikit_learns(shape, rows):
    generator = np.random.default_rng(rows)
    draw = {
        "normal": lambda rows: generator.normal(5, 3, rows),
        "skewed": lambda rows: generator.lognormal(0, 2, rows),
        "ties": lambda rows: generator.poisson(2.0, rows).astype(float),
    }[shape]
    training, later = draw(rows), draw(200)
    column = fit("quantile", training)
    assert len(column.knots) == rows // 30
    scaler = QuantileTransformer(n_quantiles=rows // 30, output_distribution="normal", subsample=None)
    oracle = scaler.fit(training[:, None]).transform(later[:, None])[:, 0]
    np.testing.assert_allclose(encode(column, later)[:, 0], oracle, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("rows", "knots"), [(5, 10), (301, 10), (600, 20), (40_000, 1000)])
def test_a_quantile_scaling_has_a_knot_for_thirty_rows(rows, knots):
    assert len(fit("quantile", np.arange(rows) ** 1.5).knots) == knots


@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_row_of_weight_two_is_the_same_row_twice(scaling):
    generator = np.random.default_rng(0)
    cells, weights = generator.normal(size=400), generator.integers(0, 4, 400).astype(float)
    weighed = encode(fit(scaling, cells, weights), cells)
    repeated = encode(fit(scaling, np.repeat(cells, weights.astype(int))), cells)
    np.testing.assert_allclose(weighed, repeated, rtol=1e-4, atol=1e-5)


RANGE = {"name": "x", "minimum": 0.0, "maximum": 1.0, "missing": 0}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (NumberColumn, {"mean": 0.0, "deviation": 0.0}),
        (NumberColumn, {"mean": float("nan"), "deviation": 1.0}),
        (NumberColumn, {"mean": 0.0, "deviation": float("inf")}),
        (NumberColumn, {"mean": 0.0, "deviation": 1.0, "minimum": 2.0}),
        (NumberColumn, {"mean": 0.0, "deviation": 1.0, "missing": -1}),
        (RobustColumn, {"median": 0.0, "spread": -1.0}),
        (RobustColumn, {"median": float("inf"), "spread": 1.0}),
        (QuantileColumn, {"knots": (1.0,)}),
        (QuantileColumn, {"knots": (2.0, 1.0)}),
        (QuantileColumn, {"knots": (0.0, float("nan"), 1.0)}),
        (QuantileColumn, {"knots": (0.0, float("inf"))}),
    ],
)
def test_a_forged_scaling_is_refused(kind, fields):
    with pytest.raises(TableError, match="column 'x'"):
        kind(**{**RANGE, **fields})
