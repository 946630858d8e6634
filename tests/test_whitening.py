from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ffnn.errors import RecipeError, TableError
from ffnn.tables.columns.schema import Column, Schema
from ffnn.tables.encoding.encoder import Encoder, fit_encoder
from ffnn.tables.encoding.statistics import Covariance
from ffnn.tables.encoding.whitening import WHITENINGS, Whitening

SCHEMA = Schema((Column("a", "number"), Column("word", "category"), Column("b", "number"), Column("c", "number")))


@pytest.fixture
def table():
    generator = np.random.default_rng(0)
    mixed = generator.normal(size=(500, 3)) @ generator.normal(size=(3, 3))
    a = pl.Series([None, *mixed[1:, 0]])
    return pl.DataFrame({"a": a, "word": ["u", "v", "w", "w", "v"] * 100, "b": mixed[:, 1], "c": mixed[:, 2]})


@pytest.mark.parametrize("kind", WHITENINGS)
def test_whitened_numbers_are_uncorrelated_and_of_variance_one(table, kind):
    encoder = fit_encoder(table, SCHEMA, whitening=kind)
    numbers = encoder.encode(table).numbers[:, encoder.measured].astype(np.float64)
    np.testing.assert_allclose(np.cov(numbers.T, bias=True), np.eye(3), atol=1e-5)
    np.testing.assert_allclose(numbers.mean(0), 0, atol=1e-5)


@pytest.mark.parametrize("kind", WHITENINGS)
def test_categories_and_missing_stay_as_they_are(table, kind):
    encoder, plain = fit_encoder(table, SCHEMA, whitening=kind), fit_encoder(table, SCHEMA)
    others = np.setdiff1d(np.arange(len(plain.inputs)), plain.measured)
    assert [plain.inputs[place] for place in others] == ["a is missing", "word=v", "word=w", "word=u", "word is other"]
    np.testing.assert_array_equal(encoder.encode(table).numbers[:, others], plain.encode(table).numbers[:, others])


def test_zca_is_the_inverse_symmetric_root_of_the_covariance(table):
    encoder = fit_encoder(table, SCHEMA, whitening="zca")
    root = encoder.whitening.matrix
    plain = fit_encoder(table, SCHEMA).encode(table).numbers[:, encoder.measured].astype(np.float64)
    np.testing.assert_allclose(root, root.T, atol=1e-9)
    np.testing.assert_allclose(root @ root, np.linalg.inv(np.cov(plain.T, bias=True)), rtol=1e-5, atol=1e-5)
    assert encoder.inputs == fit_encoder(table, SCHEMA).inputs


def test_components_come_by_falling_variance(table):
    encoder = fit_encoder(table, SCHEMA, whitening="pca")
    assert [encoder.inputs[place] for place in encoder.measured] == ["component 1", "component 2", "component 3"]
    lengths = np.linalg.norm(encoder.whitening.matrix, axis=1)
    assert (np.diff(lengths) > 0).all()


@pytest.mark.parametrize("kind", WHITENINGS)
def test_directions_without_variance_are_set_to_zero(kind):
    a = np.random.default_rng(0).normal(size=300)
    b = np.random.default_rng(1).normal(size=300)
    table = pl.DataFrame({"a": a, "word": ["u", "v", "w"] * 100, "b": b, "c": a + b})
    encoder = fit_encoder(table, SCHEMA, whitening=kind)
    numbers = encoder.encode(table).numbers[:, encoder.measured]
    assert np.abs(numbers).max() < 10
    assert np.linalg.matrix_rank(encoder.whitening.matrix, tol=1e-3) == 2
    assert np.linalg.eigvalsh(np.cov(numbers.T, bias=True)) == pytest.approx([0, 1, 1], abs=1e-4)


def test_a_row_of_weight_two_is_the_same_row_twice(table):
    weights = np.random.default_rng(2).integers(0, 3, table.height).astype(float)
    repeated = table[np.repeat(np.arange(table.height), weights.astype(int))]
    weighed = fit_encoder(table, SCHEMA, whitening="zca", weights=weights).whitening
    oracle = fit_encoder(repeated, SCHEMA, whitening="zca").whitening
    np.testing.assert_allclose(weighed.matrix, oracle.matrix, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(weighed.mean, oracle.mean, atol=1e-5)


def test_numbers_far_out_stay_finite(table):
    encoder = fit_encoder(table, SCHEMA, whitening="pca")
    far = pl.DataFrame({"a": [1e300], "word": ["u"], "b": [-1e300], "c": [1e300]})
    assert np.abs(encoder.encode(far).numbers).max() <= 1e6


def test_a_table_without_numbers_has_no_whitening():
    table = pl.DataFrame({"word": ["u", "v", "w"] * 3})
    assert fit_encoder(table, Schema((Column("word", "category"),)), whitening="pca").whitening is None


def test_an_unknown_whitening_is_told():
    with pytest.raises(RecipeError, match=r"there is no whitening 'pcaa'; did you mean 'pca'\?"):
        fit_encoder(pl.DataFrame({"a": [1.0]}), Schema((Column("a", "number"),)), whitening="pcaa")


@pytest.mark.parametrize(
    ("mean", "matrix"),
    [
        (np.zeros(2), np.zeros((2, 3))),
        (np.zeros(2), np.zeros((3, 3))),
        (np.array([0, np.nan]), np.eye(2)),
        (np.zeros(2), np.array([[1, 0], [0, np.inf]])),
    ],
)
def test_a_forged_whitening_is_refused(mean, matrix):
    with pytest.raises(TableError, match="whitening"):
        Whitening("pca", mean, matrix)


def test_a_whitening_of_other_columns_is_refused(table):
    plain = fit_encoder(table, SCHEMA)
    with pytest.raises(TableError, match="the whitening is of 2 numbers; the columns have 3"):
        Encoder(plain.columns, Whitening.of("pca", Covariance.of(np.random.default_rng(0).normal(size=(9, 2)))))
