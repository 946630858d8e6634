"""Generators and features against the formulas of TensorFlow Playground, written anew from their description."""

from __future__ import annotations

import numpy as np
import pytest

from ffnn.playground.problems import FEATURES, GENERATORS, generate


def drawn(name: str, count: int = 2000, noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    return generate(name, count, noise, np.random.default_rng(1))


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("count", [20, 21, 500])
def test_as_many_points_as_asked_for_the_same_for_the_same_seed(name, count):
    (points, answers), (again, _) = drawn(name, count), drawn(name, count)
    assert points.shape == (count, 2)
    assert answers.shape == (count,)
    assert np.array_equal(points, again)
    if not name.startswith("reg"):
        assert set(answers) == {-1.0, 1.0}


@pytest.mark.parametrize("name", GENERATORS)
def test_the_order_is_random(name):
    _, answers = drawn(name, 1000)
    first, last = answers[:500].mean(), answers[500:].mean()
    assert abs(first - last) < 0.2  # were they sorted by class, it would be 2


def test_a_circle_has_a_disc_and_a_ring_of_even_radius():
    points, answers = drawn("circle")
    radius = np.hypot(*points.T)
    assert radius[answers > 0].max() < 2.5
    assert 3.5 <= radius[answers < 0].min() < radius[answers < 0].max() < 5
    assert (answers > 0).sum() == 1000
    np.testing.assert_allclose(np.quantile(radius[answers > 0], [0.25, 0.5]), [0.625, 1.25], atol=0.1)
    angle = np.arctan2(*points.T)
    np.testing.assert_allclose(np.quantile(angle, [0.25, 0.5, 0.75]), [-np.pi / 2, 0, np.pi / 2], atol=0.2)


def test_noise_of_a_circle_is_in_the_labels_alone():
    clean, _ = drawn("circle")
    noisy, answers = drawn("circle", noise=0.5)
    np.testing.assert_allclose(np.hypot(*noisy.T), np.hypot(*clean.T))
    inside = np.hypot(*noisy.T) < 2.5
    assert 0.05 < np.mean((answers > 0) != inside) < 0.5


def test_xor_is_the_sign_of_the_product_with_a_gap():
    points, answers = drawn("xor")
    assert np.array_equal(answers, np.sign(points[:, 0] * points[:, 1]))
    assert np.abs(points).min() >= 0.3
    assert 5 < np.abs(points).max() <= 5.3


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_two_clouds_have_that_variance(noise, variance):
    points, answers = drawn("gauss", 4000, noise)
    for side in (-1, 1):
        cloud = points[answers == side]
        np.testing.assert_allclose(cloud.mean(axis=0), 2 * side, atol=0.15)
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.1)


def test_a_spiral_winds_as_its_formula_says():
    points, answers = drawn("spiral", 200)
    for side, turn in ((1, 0.0), (-1, np.pi)):
        arm = points[answers == side]
        radius = np.sort(np.hypot(*arm.T))
        np.testing.assert_allclose(radius, 5 * np.arange(100) / 100, atol=1e-12)
        along = arm[np.hypot(*arm.T).argsort()]
        angle = 3.5 * np.pi * np.arange(100) / 100 + turn
        np.testing.assert_allclose(along[:, 0], radius * np.sin(angle), atol=1e-9)
        np.testing.assert_allclose(along[:, 1], radius * np.cos(angle), atol=1e-9)


def test_noise_of_a_spiral_moves_the_points_by_at_most_that():
    points, answers = drawn("spiral", 200, 0.5)
    clean = np.concatenate([np.hypot(*points[answers == side].T) for side in (-1, 1)])
    assert clean.max() < 5 + 0.5 * np.sqrt(2)


def test_a_slope_is_a_tenth_of_the_sum():
    points, answers = drawn("reg-plane")
    np.testing.assert_allclose(answers, points.sum(axis=1) / 10)
    assert 5.9 < np.abs(points).max() < 6


def test_noise_of_a_slope_is_in_the_numbers():
    points, answers = drawn("reg-plane", noise=0.5)
    off = answers - points.sum(axis=1) / 10
    assert 0.3 < np.abs(off).max() <= 0.6


def test_hills_and_hollows_are_cones_of_radius_two():
    points, answers = drawn("reg-gauss")
    centres = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    for (x, y), answer in zip(points, answers, strict=True):
        heights = [sign * max(0.0, 1 - np.hypot(x - a, y - b) / 2) for a, b, sign in centres]
        assert answer == pytest.approx(max(heights, key=abs))


def test_features_are_their_formulas():
    x, y = np.linspace(-6, 6, 7), np.linspace(2, -3, 7)
    expected = {"x": x, "y": y, "x2": x * x, "y2": y * y, "xy": x * y, "sinx": np.sin(x), "siny": np.sin(y)}
    assert FEATURES.keys() == expected.keys()
    for name, (_, formula) in FEATURES.items():
        np.testing.assert_allclose(formula(x, y), expected[name])
