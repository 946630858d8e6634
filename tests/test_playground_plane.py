"""Where points lie and what the places of the grid are."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ffnn.errors import TableError
from ffnn.playground import scene
from ffnn.playground.data import Table
from ffnn.playground.plane import MOST_SHOWN, pixels, places, reach, tiles
from ffnn.playground.settings import Settings, changed

DRAW = np.random.default_rng(0)
ROWS = 80
FRAME = pl.DataFrame(
    {
        "a": DRAW.normal(3, 1, ROWS),
        "b": [None if row % 7 == 3 else float(number) for row, number in enumerate(DRAW.normal(0, 5, ROWS))],
        "c": DRAW.normal(-1, 0.1, ROWS),
        "colour": DRAW.choice(["red", "green", "blue"], ROWS),
        "label": DRAW.choice(["up", "down"], ROWS),
    }
)


def seen(frame: pl.DataFrame = FRAME, **choices) -> scene.Scene:
    settings = changed(Settings(), {"dataset": "table", "inputs": "raw", "hidden": [2], **choices})
    return scene.build(settings, Table("t.csv", frame))


def test_places_are_the_middles_of_pixels_row_by_row_from_the_top_left():
    expected = [(-1, 9), (1, 9), (3, 9), (-1, 7), (1, 7), (3, 7), (-1, 5), (1, 5), (3, 5)]
    np.testing.assert_allclose(places(((-2, 4), (4, 10)), 3), expected)


def test_toys_are_seen_from_minus_six_to_six_with_their_features():
    its = scene.build(changed(Settings(), {"features": ["y", "x2"], "points": 20}), None)
    assert its.plane.axes == ("x", "y")
    assert its.plane.domain == ((-6, 6), (-6, 6))
    grid = its.plane.grid.numbers.reshape(100, 100, 2)
    middles = -6 + 12 * (np.arange(100) + 0.5) / 100
    np.testing.assert_allclose(grid[:, 17, 0], -middles, rtol=1e-5, atol=1e-6)  # the largest y on top
    np.testing.assert_allclose(grid[42, :, 1], middles**2, rtol=1e-4)


def test_of_a_table_two_columns_vary_and_the_others_stand_at_the_chosen_row():
    its = seen(across="c", up="b", row=5)
    assert its.plane.axes == ("c", "b")
    names = its.encoder.inputs
    grid = dict(zip(names, its.plane.grid.numbers.reshape(100, 100, -1).transpose(2, 0, 1), strict=True))
    (left, right), (bottom, top) = its.plane.domain
    assert grid["c"][0, 0] == pytest.approx(left + (right - left) / 200, rel=1e-5)
    assert grid["b"][0, 0] == pytest.approx(top - (top - bottom) / 200, rel=1e-5)
    assert np.ptp(grid["a"]) == 0
    assert grid["a"][0, 0] == pytest.approx(FRAME["a"][5], rel=1e-5)
    for level in ("red", "green", "blue"):
        assert (grid[f"colour={level}"] == (FRAME["colour"][5] == level)).all()
    points = its.plane.points
    np.testing.assert_array_equal(points[:, 0], FRAME["c"].to_numpy())
    np.testing.assert_array_equal(np.isnan(points[:, 1]), FRAME["b"].is_null().to_numpy())  # not in the plane


def test_a_row_beyond_the_last_counts_from_the_first_again():
    one, other = seen(row=3), seen(row=3 + ROWS)
    np.testing.assert_array_equal(one.plane.grid.numbers, other.plane.grid.numbers)


def test_columns_that_are_not_chosen_are_the_first_of_numbers():
    assert seen().plane.axes == ("a", "b")
    assert seen(across="c").plane.axes == ("c", "a")
    assert seen(up="a").plane.axes == ("b", "a")
    assert seen(across="a", up="a").plane.axes == ("a", "a")


@pytest.mark.parametrize("wrong", ["nothing", "label", "colour"])
def test_a_plane_of_no_numbers_is_refused(wrong):
    with pytest.raises(TableError, match=f"no numeric input '{wrong}'"):
        seen(across=wrong)


def test_principal_components_are_those_of_the_covariance():
    its = seen(view="pca", inputs="normalised")
    assert its.plane.axes == ("component 1", "component 2")
    training = its.inputs.numbers[its.data.training].astype(np.float64)
    values, vectors = np.linalg.eigh(np.cov(training.T))
    for place in (0, 1):
        along = its.plane.points[its.data.training, place]
        assert along.var(ddof=1) == pytest.approx(values[-1 - place], rel=1e-4)
        expected = (training - training.mean(axis=0)) @ vectors[:, -1 - place]
        np.testing.assert_allclose(np.abs(along), np.abs(expected), rtol=1e-3, atol=1e-3)
    # What enters at a place of the grid lies there again.
    back = (its.plane.grid.numbers - training.mean(axis=0)) @ vectors[:, [-1, -2]]
    np.testing.assert_allclose(np.abs(back), np.abs(places(its.plane.domain, 100)), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("kept", [["a"], ["colour"], ["a", "colour"]])
def test_without_two_columns_of_numbers_components_are_seen(kept):
    its = seen(FRAME[[*kept, "label"]])
    assert its.plane.axes == ("component 1", "component 2")
    assert np.isfinite(its.plane.points).all()
    assert all(low < high for low, high in its.plane.domain)


def test_of_many_points_a_thousand_are_drawn_the_same_for_the_same_seed():
    one, again, other = (
        scene.build(changed(Settings(), {"points": 3000, "data_seed": seed}), None).plane.shown for seed in (1, 1, 2)
    )
    assert len(set(one)) == MOST_SHOWN
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_a_range_has_room_and_leaves_outliers_outside():
    low, high = reach(np.array([0.0, 10.0, np.nan, *np.linspace(0, 10, 998)]))
    assert -0.6 < low < 0 < 10 < high < 10.6
    assert reach(np.array([*np.linspace(0, 1, 999), 1e9]))[1] < 2
    for odd in ([], [np.nan], [5.0], [0.0, 0.0], [1e300]):
        low, high = reach(np.array(odd, np.float64))
        assert np.isfinite([low, high]).all()
        assert low < high


def test_bytes_go_from_minus_one_to_plus_one_and_what_is_no_number_lies_between():
    values = np.array([-np.inf, -7, -1, -0.5, 0, 0.5, 1, 7, np.inf, np.nan], np.float32)
    assert pixels(values).tolist() == [0, 0, 0, 64, 128, 191, 255, 255, 255, 128]


def test_tiles_are_every_fourth_place_of_each_unit():
    maps = np.linspace(-1, 1, 100 * 100 * 3, dtype=np.float32).reshape(100 * 100, 3)
    small = tiles(maps, 100, 25)
    assert small.shape == (3, 25, 25)
    for unit in range(3):
        whole = pixels(maps[:, unit]).reshape(100, 100)
        np.testing.assert_array_equal(small[unit], whole[2::4, 2::4])


@pytest.mark.slow
def test_a_wide_table_is_seen_in_a_moment():
    wide = pl.DataFrame({f"c{number}": DRAW.normal(size=200) for number in range(500)})
    its = seen(wide.with_columns(label=pl.Series(DRAW.choice(["up", "down"], 200))))
    assert its.widths == (500, 2, 1)
    assert its.plane.grid.numbers.shape == (10_000, 500)
