from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from ffnn.tables import repeats, rows, targets
from ffnn.tables.columns import schema

DRAW = np.random.default_rng(0)


def found_in(columns, answers):
    table = pl.DataFrame({**columns, "y": answers})
    _, cells = schema.read(table, ("y",))
    task = "regression" if table["y"].dtype.is_float() else "classification"
    return rows.gather(table, cells, targets.values(table.select("y"), task)), task


def numbers(array):
    return {f"x{place}": column for place, column in enumerate(np.asarray(array).T)}


def tiled(array, times):
    return np.repeat(array, times, axis=0)


CONTINUOUS = DRAW.normal(size=(100, 4))
TRUTH = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], float)
STORES = DRAW.uniform(40, 50, (70, 2)).round(4)

COPIES = {
    "continuous numbers": (numbers(tiled(CONTINUOUS, 6)), tiled(CONTINUOUS[:, 0] > 0, 6)),
    "of a number": (numbers(tiled(CONTINUOUS, 3)), tiled(CONTINUOUS[:, 1], 3)),
    "one column": (numbers(tiled(CONTINUOUS[:, :1], 4)), tiled(CONTINUOUS[:, 0] > 0, 4)),
    "scaled": (numbers(StandardScaler().fit_transform(tiled(CONTINUOUS, 6))), tiled(CONTINUOUS[:, 0] > 0, 6)),
    "two decimals": (numbers(tiled(CONTINUOUS.round(2), 6)), tiled(CONTINUOUS[:, 0] > 0, 6)),
    "beside a category": (
        {"kind": tiled(np.array(["a", "b"] * 50), 6), **numbers(tiled(CONTINUOUS, 6))},
        tiled(CONTINUOUS[:, 2] > 0, 6),
    ),
    "moments": (
        {"at": tiled(np.datetime64("2026-01-01") + DRAW.integers(0, 10**15, 100).astype("m8[us]"), 6)},
        tiled(CONTINUOUS[:, 0] > 0, 6),
    ),
    "pixels": (numbers(tiled(DRAW.integers(0, 256, (300, 64)), 4)), tiled(DRAW.random(300) < 0.5, 4)),
    "pixels of few greys": (numbers(tiled(DRAW.integers(0, 17, (300, 64)), 4)), tiled(DRAW.random(300) < 0.5, 4)),
    "many rounded columns": (
        numbers(tiled(DRAW.normal(size=(300, 12)).round(2), 4)),
        tiled(DRAW.random(300) < 0.5, 4),
    ),
    "whole numbers far apart": (numbers(tiled(DRAW.integers(0, 10**9, (100, 2)), 6)), tiled(CONTINUOUS[:, 0] > 0, 6)),
}

NO_COPIES = {
    "a truth table": (numbers(tiled(TRUTH, 50)), tiled(TRUTH.sum(axis=1) % 2 == 0, 50)),
    "a scaled truth table": (
        numbers(StandardScaler().fit_transform(tiled(TRUTH, 50))),
        tiled(TRUTH.sum(axis=1) % 2 == 0, 50),
    ),
    "float32": (
        numbers(StandardScaler().fit_transform(tiled(TRUTH, 50)).astype(np.float32)),
        tiled(TRUTH.sum(axis=1) % 2 == 0, 50),
    ),
    "one category": ({"city": tiled(np.array([f"c{n}" for n in range(70)]), 30)}, tiled(np.arange(70) % 2 == 0, 30)),
    "ages": (numbers(tiled(np.arange(18, 91)[:, None], 30)), tiled(np.arange(18, 91) > 40, 30)),
    "scaled ages": (
        numbers(StandardScaler().fit_transform(tiled(np.arange(18, 91)[:, None], 30))),
        tiled(np.arange(18, 91) > 40, 30),
    ),
    "a survey": (
        {f"q{n}": DRAW.choice(["no", "yes", "?!"], 2000) for n in range(3)},
        DRAW.random(2000) < 0.5,
    ),
    "rounded numbers": (
        numbers(rounded := DRAW.normal(size=(8000, 4)).round(0)),
        rounded.sum(axis=1) > 0,
    ),
    "who did nothing": (
        numbers(counts := np.where(DRAW.random((2000, 1)) < 0.4, 0, DRAW.poisson(30 * DRAW.random((2000, 10))))),
        np.where(counts.any(axis=1), DRAW.random(2000) < 0.5, False),
    ),
    "sensors that were off": (
        numbers(np.where(off := DRAW.random((2000, 1)) < 0.4, np.nan, DRAW.normal(size=(2000, 5)))),
        np.where(off[:, 0], False, DRAW.random(2000) < 0.5),
    ),
    "a number and what is made of it": (
        numbers(np.repeat([[n, n**2, np.log1p(n), np.sqrt(n), np.sin(n)] for n in range(40)], 75, axis=0)),
        np.repeat(np.arange(40) % 2 == 0, 75),
    ),
    "measurements that are rounded": (
        numbers(np.concatenate([rough := DRAW.normal(size=(1500, 8)).round(1), rough[:400]])),
        np.concatenate([coin := DRAW.random(1500) < 0.5, coin[:400]]),
    ),
    "a lattice": (
        numbers(DRAW.permutation(np.repeat(np.array(np.meshgrid(*[np.arange(12)] * 3)).reshape(3, -1).T, 3, axis=0))),
        np.zeros(12**3 * 3, bool),
    ),
    "stores of differing days": (numbers(tiled(STORES, 30)), DRAW.random(2100) < 0.5),
    "stores of few differing days": (numbers(tiled(STORES, 3)), DRAW.random(210) < 0.3),
    "stores of numbers": (numbers(tiled(STORES, 30)), DRAW.normal(size=2100)),
}


@pytest.mark.parametrize("name", COPIES)
def test_copies_stay_on_one_side_of_every_split(name):
    found, task = found_in(*COPIES[name])
    times = len(found) // len(found.cells.unique())
    assert found.repeats.copies == (len(found), len(found) // times)
    assert found.repeats.repeated == (0, 0)
    sets = repeats.numbered(found.cells)
    held = rows.held_out(found, task, 0.2, np.random.default_rng(0))
    folds = rows.folds(found, task, 8, np.random.default_rng(0))
    for one in range(sets.max() + 1):
        assert len(set(held[sets == one])) == len(set(folds[sets == one])) == 1
    assert held.mean() == pytest.approx(0.2, abs=0.02)
    assert np.bincount(folds).min() >= 0.8 * len(found) / 8


@pytest.mark.parametrize("name", NO_COPIES)
def test_rows_that_repeat_by_nature_are_no_copies(name):
    found, task = found_in(*NO_COPIES[name])
    assert found.repeats.copies == (0, 0)
    different = found.cells.unique()
    assert found.repeats.repeated[0] >= len(found) - len(different)
    held = rows.held_out(found, task, 0.2, np.random.default_rng(0))
    assert found.cells.filter(held).unique().height >= 0.5 * min(len(different), held.sum())
    assert held.sum() == pytest.approx(0.2 * len(found), abs=1)


def test_rows_that_all_differ_are_neither():
    found, _ = found_in(numbers(CONTINUOUS), CONTINUOUS[:, 0])
    assert (found.repeats.copies, found.repeats.repeated, found.units()) == ((0, 0), (0, 0), None)


def test_a_few_copies_among_other_rows_are_found():
    rows_of = np.concatenate([DRAW.normal(size=(900, 3)), tiled(CONTINUOUS[:20, :3], 5)])
    found, _ = found_in(numbers(rows_of), rows_of[:, 0] > 0)
    assert found.repeats.copies == (100, 20)
    assert len(set(found.units())) == 920


def test_groups_and_times_part_rows_as_they_say():
    found, task = found_in(*COPIES["continuous numbers"])
    cells, answers = COPIES["continuous numbers"]
    table = pl.DataFrame({**cells, "g": np.arange(600) % 7, "y": answers})
    parted = rows.gather(table, table.drop("g", "y"), targets.values(table.select("y"), task), group="g")
    assert parted.units() is None
    assert found.units() is not None


@given(st.lists(st.integers(0, 30), min_size=1, max_size=50))
def test_a_whole_weight_is_the_row_so_many_times(weights):
    assert repeats.counts(np.array(weights, float)).tolist() == weights


def test_other_weights_leave_a_row_once():
    assert repeats.counts(np.array([0.0, 0.25, 2.0, 3.5, 1.0])).tolist() == [0, 1, 2, 1, 1]


def test_large_weights_are_never_materialised():
    assert repeats.counts(np.full(10_000, 1e6)).tolist() == [1] * 10_000
    few = repeats.counts(np.array([1e6, 3e6, 0.0, 1.0]))
    assert few.tolist() == [2048, 6144, 0, 1]
    assert repeats.counts(np.array([1e15, 0.5])).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("values", "places"),
    [
        (np.arange(18, 91), 73),
        (np.array([0.0, 0.3, 0.5, 1.0]), 11),
        (np.array([-1.5, 2.5, 4.5]) * np.pi, 4),
        (np.arange(101) / 100 * 7 + 1e3, 101),
    ],
)
def test_the_grid_of_numbers_is_found(values, places):
    assert repeats.chance_of_one(np.array(values, float)) == pytest.approx(1 / places, rel=1e-4)


def test_continuous_numbers_are_on_no_grid():
    assert repeats.chance_of_one(np.sort(DRAW.normal(size=50))) == repeats.CONTINUOUS


def test_weights_alone_make_no_copies_of_a_table():
    table = pl.DataFrame({**numbers(CONTINUOUS), "w": np.full(100, 3.0), "y": CONTINUOUS[:, 0] > 0})
    _, cells = schema.read(table, ("y",), {"w": "ignore"})
    found = rows.gather(table, cells, targets.values(table.select("y"), "classification"), weights="w")
    assert (len(found), found.used, found.repeats.copies) == (300, 100, (0, 0))
    assert len(set(found.units())) == 100  # but the three of a row stay together
