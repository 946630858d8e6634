from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ffnn.errors import TableError
from ffnn.tables import splitting

SEED = st.integers(0, 2**32)
FRACTION = st.floats(0.01, 0.99)
COUNTS = st.lists(st.integers(2, 40), min_size=1, max_size=12)


def mixed(counts, seed):
    return np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))


def hold_out(rows, fraction, classes, seed):
    repeated = rows if classes is None else (np.bincount(classes)[classes] > 1).sum()
    assume(repeated * min(fraction, 1 - fraction) > 1)
    return splitting.hold_out(rows, fraction, np.random.default_rng(seed), classes=classes)


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
    held = [splitting.hold_out(100, 0.2, np.random.default_rng(seed), classes=classes) for seed in range(1000)]
    assert np.abs(np.mean(held, axis=0) - 0.2).max() < 5 * np.sqrt(0.2 * 0.8 / 1000)


@given(SEED)
def test_the_seed_decides_the_split(seed):
    first, again, other = (
        splitting.hold_out(200, 0.3, np.random.default_rng(number), classes=None) for number in (seed, seed, seed + 1)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_a_fraction_of_zero_holds_nothing_out():
    assert not splitting.hold_out(5, 0, np.random.default_rng(0), classes=None).any()


def test_a_table_too_small_to_split_is_refused():
    with pytest.raises(TableError, match=r"1 rows are too few.*test_fraction=0"):
        splitting.hold_out(1, 0.2, np.random.default_rng(0), classes=None)


def test_a_table_of_classes_of_one_row_is_refused():
    with pytest.raises(TableError, match="too few"):
        splitting.hold_out(50, 0.5, np.random.default_rng(0), classes=np.arange(50))


@given(COUNTS, st.integers(2, 10), SEED)
def test_folds_are_equal_and_stratified_to_within_one_row(counts, folds, seed):
    classes = mixed(counts, seed)
    assume(len(classes) >= folds)
    fold = splitting.folds(len(classes), folds, np.random.default_rng(seed), classes=classes)
    sizes = np.bincount(fold, minlength=folds)
    assert len(sizes) == folds
    assert np.ptp(sizes) <= 1
    for number in range(len(counts)):
        assert np.ptp(np.bincount(fold[classes == number], minlength=folds)) <= 1


@given(st.integers(2, 300), SEED)
def test_folds_without_classes_are_equal_and_drawn_by_the_seed(rows, seed):
    first, again = (splitting.folds(rows, 2, np.random.default_rng(seed), classes=None) for _ in range(2))
    assert (first == again).all()
    assert np.ptp(np.bincount(first)) <= 1


def test_folds_do_not_follow_the_order_of_the_rows():
    fold = splitting.folds(1000, 4, np.random.default_rng(0), classes=None)
    assert (fold != np.arange(1000) % 4).mean() > 0.5


GROUPS = st.lists(st.integers(1, 12), min_size=4, max_size=30)


def sides_of(groups, side):
    return [set(groups[side == number].tolist()) for number in np.unique(side)]


@given(GROUPS, st.floats(0.1, 0.9), SEED)
def test_no_group_stands_on_both_sides(sizes, fraction, seed):
    groups = mixed(sizes, seed)
    held = splitting.hold_out(len(groups), fraction, np.random.default_rng(seed), groups=groups)
    assert not set(groups[held]) & set(groups[~held])


def test_many_small_groups_are_held_out_to_the_share_asked_for_of_each_class():
    draw = np.random.default_rng(0)
    groups = draw.integers(0, 300, 2000)
    classes = draw.choice(3, 2000, p=[0.6, 0.3, 0.1])
    held = splitting.hold_out(2000, 0.2, draw, classes=classes, groups=groups)
    for number in range(3):
        assert abs(held[classes == number].mean() - 0.2) < 0.02


@given(GROUPS, st.integers(2, 4), SEED)
def test_folds_keep_groups_whole_and_none_is_empty(sizes, count, seed):
    groups = mixed(sizes, seed)
    fold = splitting.folds(len(groups), count, np.random.default_rng(seed), groups=groups * 7)
    whole = sides_of(groups, fold)
    assert len(whole) == count
    assert sum(map(len, whole)) == len(sizes)


def test_folds_of_equal_groups_are_equal():
    groups = np.repeat(np.arange(20), 5)
    fold = splitting.folds(100, 5, np.random.default_rng(0), groups=groups)
    assert np.bincount(fold).tolist() == [20] * 5


def test_fewer_groups_than_sides_are_refused():
    with pytest.raises(TableError, match="one group is too few to be split into 2 parts"):
        splitting.hold_out(5, 0.2, np.random.default_rng(0), groups=np.zeros(5, int))


@given(st.lists(st.integers(0, 30), min_size=5, max_size=80).filter(lambda times: len(set(times)) > 1), SEED)
def test_every_test_row_is_later_than_every_training_row(times, seed):
    times = np.array(times, float)
    held = splitting.hold_out(len(times), 0.3, np.random.default_rng(seed), times=times)
    assert times[held].min() > times[~held].max()


def test_the_latest_share_is_held_out_whatever_the_order():
    times = np.random.default_rng(0).permutation(1000).astype(float)
    held = splitting.hold_out(1000, 0.2, np.random.default_rng(0), times=times)
    assert held.sum() == 200
    assert times[held].min() == 800


def test_rows_of_one_moment_cannot_be_split_by_time():
    with pytest.raises(TableError, match="all rows have the same time"):
        splitting.hold_out(10, 0.2, np.random.default_rng(0), times=np.ones(10))


def test_folds_of_time_are_stretches():
    times = np.random.default_rng(0).permutation(100).astype(float)
    fold = splitting.folds(100, 4, np.random.default_rng(0), times=times)
    assert (fold == times // 25).all()
