"""The temperature that makes probabilities as sure as they are right."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from ffnn.scores import calibration


def drawn(rows, classes, temperature, seed=0):
    """Logits, and targets drawn from softmax(logits / temperature)."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 3, (rows, classes)).astype(np.float32)
    p = softmax(logits / temperature, axis=1)
    targets = (p.cumsum(axis=1) < generator.random((rows, 1))).sum(axis=1).clip(max=classes - 1)
    return logits, targets.astype(np.int32)


@pytest.mark.parametrize("true", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("classes", [2, 7])
def test_the_temperature_of_the_draw_is_found(true, classes):
    assert calibration.temperature(*drawn(20_000, classes, true)) == pytest.approx(true, rel=0.06)


def test_no_other_temperature_has_a_smaller_cross_entropy():
    logits, targets = drawn(500, 3, 2.0, seed=1)
    doubt = 1 / 502
    aimed = (1 - doubt) * np.eye(3)[targets] + doubt / 3

    def cross_entropy(temperature):
        return -np.mean(np.sum(aimed * log_softmax(logits.astype(float) / temperature, axis=1), axis=1))

    found = calibration.temperature(logits, targets)
    assert all(cross_entropy(found) <= cross_entropy(found * factor) for factor in (0.9, 0.99, 1.01, 1.1))


def test_rows_that_are_all_right_still_leave_a_doubt():
    logits = np.eye(2, dtype=np.float32)[np.arange(100) % 2]
    found = calibration.temperature(logits, np.arange(100, dtype=np.int32) % 2)
    assert softmax([0, 1 / found])[1] == pytest.approx(1 - 0.5 / 102, rel=1e-3)


def test_a_row_of_weight_two_counts_like_two_rows():
    logits, targets = drawn(200, 3, 2.0, seed=2)
    weights = np.ones(200, np.float32)
    weights[:50] = 2
    twice = calibration.temperature(np.concatenate([logits, logits[:50]]), np.concatenate([targets, targets[:50]]))
    assert calibration.temperature(logits, targets, weights) == pytest.approx(twice, rel=1e-3)


def test_one_number_for_all_logits_of_a_row_changes_nothing():
    """Of multiples of 16, so that float32 holds every sum exactly."""
    generator = np.random.default_rng(3)
    logits = 16 * generator.integers(-1, 2, (300, 3)).astype(np.float32)
    targets = generator.integers(0, 3, 300).astype(np.int32)
    right = np.where(generator.random(300) < 0.9, logits.argmax(axis=1), targets).astype(np.int32)
    level = np.float32(2**27) * generator.integers(-1, 2, (300, 1)).astype(np.float32)
    found = calibration.temperature(logits + level, right)
    assert found == pytest.approx(calibration.temperature(logits, right), rel=1e-7)
    assert 2 < found < 10


def test_huge_logits_overflow_nothing():
    logits = np.array([[0, 3e38], [3e38, 0], [0, 3e38]], np.float32)
    assert 0 < calibration.temperature(logits, np.array([1, 0, 0], np.int32)) <= calibration.HOTTEST
