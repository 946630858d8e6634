from __future__ import annotations

import jax
import numpy as np
import pytest

from ffnn.training.noise import KeyNoise


@pytest.mark.parametrize(("share", "bits"), [(0.85, 8), (0.5, 8), (1.0, 8), (0.85, 16), (0.001, 16), (1.0, 16)])
@pytest.mark.parametrize("shape", [(400, 250), (3, 33_333)])
def test_draws_are_kept_with_the_probability_that_is_said(share, bits, shape):
    drawn, said = KeyNoise(jax.random.key(3)).kept(shape, share, bits)
    assert drawn.shape == shape
    assert abs(float(said) - share) <= 2.0 ** -(bits + 1)
    share = float(said)
    count = np.prod(shape)
    assert abs(np.mean(drawn) - share) <= 4 * np.sqrt(share * (1 - share) / count)
    if 0 < share < 1:  # neighbours come from one word of random bits, and from the next
        draws = np.asarray(drawn, float)
        for moved in (
            np.roll(draws, -(-shape[1] * bits // 32), axis=1),
            np.roll(draws, 1, axis=1),
            np.roll(draws, 1, axis=0),
        ):
            assert abs(np.mean((draws - share) * (moved - share))) < 5 * share * (1 - share) / np.sqrt(count)


def test_noise_of_two_layers_and_of_two_keys_is_independent_and_uniform():
    noise = KeyNoise(jax.random.key(0))
    one, other = (np.asarray(noise.part(number).uniform((10_000,))) for number in (0, 1))
    third = np.asarray(KeyNoise(jax.random.key(1)).part(0).uniform((10_000,)))
    for draws in (one, other, third):
        assert 0 <= draws.min() < draws.max() < 1
        assert abs(draws.mean() - 0.5) < 4 * np.sqrt(1 / 12 / 10_000)
    assert np.abs(np.corrcoef([one, other, third]) - np.eye(3)).max() < 0.04
    np.testing.assert_array_equal(noise.part(1).uniform((10_000,)), other)
