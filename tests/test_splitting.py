from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from feedforward.errors import TableError
from feedforward.tables import splitting

SEED = st.integers(0, 2**32)
FRACTION = st.floats(0.01, 0.99)
COUNTS = st.lists(st.integers(2, 40), min_size=1, max_size=12)


def mixed(counts, seed):
    return np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))


def hold_out(rows, fraction, classes, seed):
    repeated = rows if classes is None else (np.bincount(classes)[classes] > 1).sum()
    assume(repeated * min(fraction, 1 - fraction) > 1)
    return splitting.hold_out(rows, fraction, classes, np.random.default_rng(seed))


@given(COUNTS, FRACTION, SEED)
def test_test_rows_have_the_same_share_of_every_class_and_of_all(counts, fraction, seed):
    classes = mixed(counts, seed)
    held = hold_out(len(classes), fraction, classes, seed)
    assert abs(held.sum() - fraction * len(classes)) <= 1
    for number, count in enumerate(counts):
        assert abs(held[classes == number].sum() - fraction * count) <= 1


@given(st.lists(st.integers(1, 5), min_size=2, max_size=20), FRACTION, SEED)
def test_a_class_of_one_row_stays_in_training(counts, fraction, seed):
    classes = mixed(counts, seed)
    held = hold_out(len(classes), fraction, classes, seed)
    alone = np.bincount(classes)[classes] == 1
    assert not held[alone].any()
    assert abs(held.sum() - fraction * (~alone).sum()) <= 1


@given(st.integers(3, 500), FRACTION, SEED)
def test_without_classes_the_number_of_test_rows_is_exact(rows, fraction, seed):
    assert abs(hold_out(rows, fraction, None, seed).sum() - fraction * rows) <= 1


def test_every_row_is_held_out_equally_often():
    classes = np.repeat([0, 1, 2], [50, 30, 20])
    held = [splitting.hold_out(100, 0.2, classes, np.random.default_rng(seed)) for seed in range(1000)]
    assert np.abs(np.mean(held, axis=0) - 0.2).max() < 5 * np.sqrt(0.2 * 0.8 / 1000)


@given(SEED)
def test_the_seed_decides_the_split(seed):
    first, again, other = (
        splitting.hold_out(200, 0.3, None, np.random.default_rng(number)) for number in (seed, seed, seed + 1)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_a_fraction_of_zero_holds_nothing_out():
    assert not splitting.hold_out(5, 0, None, np.random.default_rng(0)).any()


def test_a_table_too_small_to_split_is_refused():
    with pytest.raises(TableError, match=r"1 rows are too few.*--test-fraction 0"):
        splitting.hold_out(1, 0.2, None, np.random.default_rng(0))


def test_a_table_of_classes_of_one_row_is_refused():
    with pytest.raises(TableError, match="too few"):
        splitting.hold_out(50, 0.5, np.arange(50), np.random.default_rng(0))


@given(COUNTS, st.integers(2, 10), SEED)
def test_folds_are_equal_and_stratified_to_within_one_row(counts, folds, seed):
    classes = mixed(counts, seed)
    assume(len(classes) >= folds)
    fold = splitting.folds(len(classes), folds, classes, np.random.default_rng(seed))
    sizes = np.bincount(fold, minlength=folds)
    assert len(sizes) == folds
    assert np.ptp(sizes) <= 1
    for number in range(len(counts)):
        assert np.ptp(np.bincount(fold[classes == number], minlength=folds)) <= 1


@given(st.integers(2, 300), SEED)
def test_folds_without_classes_are_equal_and_drawn_by_the_seed(rows, seed):
    first, again = (splitting.folds(rows, 2, None, np.random.default_rng(seed)) for _ in range(2))
    assert (first == again).all()
    assert np.ptp(np.bincount(first)) <= 1


def test_folds_do_not_follow_the_order_of_the_rows():
    fold = splitting.folds(1000, 4, None, np.random.default_rng(0))
    assert (fold != np.arange(1000) % 4).mean() > 0.5
