from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn.recipes.recipe import FINAL_RATES
from ffnn.training import schedules


def shares(schedule, planned, warmup=0.0, final=0.0):
    taken = np.arange(planned, dtype=np.int32)
    numbers = np.float32(planned), np.float32(warmup), np.float32(final)
    return np.array([schedules.share(schedule, step, *numbers) for step in taken])


def test_every_schedule_of_a_recipe_is_there():
    assert list(schedules.FALLS) == list(FINAL_RATES)


def test_cosine_is_half_a_wave_from_one_to_what_is_left():
    expected = [0.1 + 0.9 * (1 + np.cos(np.pi * step / 40)) / 2 for step in range(40)]
    np.testing.assert_allclose(shares("cosine", 40, final=0.1), expected, rtol=1e-5)


def test_cosine_by_hand():
    np.testing.assert_allclose(shares("cosine", 4), [1, 0.853553, 0.5, 0.146447], atol=1e-6)


def test_exponential_takes_the_same_share_off_in_every_step():
    found = shares("exponential", 50, final=0.01)
    np.testing.assert_allclose(found[1:] / found[:-1], 0.01 ** (1 / 50), rtol=1e-5)
    assert found[0] == 1
    assert found[-1] * 0.01 ** (1 / 50) == pytest.approx(0.01, rel=1e-4)


def test_warmup_rises_in_a_line_and_the_fall_begins_at_its_end():
    np.testing.assert_allclose(shares("constant", 20, 0.25), [0.2, 0.4, 0.6, 0.8, *[1] * 16], rtol=1e-6)
    found = shares("cosine", 20, 0.25)
    np.testing.assert_allclose(found[:5], [0.2, 0.4, 0.6, 0.8, 1], rtol=1e-6)
    np.testing.assert_allclose(found[5:], shares("cosine", 15), atol=1e-6)


@settings(deadline=None)
@given(
    st.sampled_from(list(FINAL_RATES)),
    st.integers(1, 10**8),
    st.floats(0, 1),
    st.floats(0, 1, exclude_max=True, width=32),
    st.floats(0, 1, exclude_max=True, width=32),
)
def test_a_share_is_always_between_nothing_and_all(schedule, planned, done, warmup, final):
    taken = np.int32(min(int(done * planned), planned - 1))
    share = schedules.share(schedule, taken, np.float32(planned), np.float32(warmup), np.float32(final))
    assert 0 <= share <= 1
    assert taken < warmup * planned or schedule in ("constant", "cycles") or share >= final * 0.999


def test_cycles_are_four_waves_each_twice_as_long():
    tops = (2.0 ** (np.arange(4) + 0.5) - 1) / 15
    done = [*np.array([0, 1, 2, 3, 7, 15]) / 15, *tops]
    shares = [schedules.cycles(np.float32(part), np.float32(0), np) for part in done]
    np.testing.assert_allclose(shares, [0, 0, (1 - np.cos(2 * np.pi * np.log2(3))) / 2, 0, 0, 0, 1, 1, 1, 1], atol=1e-5)


def test_noise_and_decay_fade_over_the_second_half():
    left = [schedules.fade(np.int32(taken), np.float32(100)) for taken in (0, 30, 50, 75, 100)]
    np.testing.assert_allclose(left, [1, 1, 1, 0.5, 0], atol=1e-6)
