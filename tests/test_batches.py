from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn.networks.arrays import Inputs
from ffnn.training import batches

sizes = st.integers(0, 10**9)


def resident(rows, weights=None):
    numbers = np.arange(2 * rows, dtype=np.float32).reshape(rows, 2)
    return batches.put_rows(Inputs(numbers, np.zeros((rows, 0), np.int32)), np.arange(rows, dtype=np.int32), weights)


@settings(deadline=None)
@given(sizes)
def test_a_rung_is_at_least_the_size_and_at_most_a_quarter_more_or_twice_the_size_of_a_small_one(size):
    assert max(1, size) <= batches.ladder(size) <= max(1, (1.25 if size > 1024 else 2) * size)


@settings(deadline=None)
@given(sizes, sizes)
def test_the_ladder_is_monotone_and_a_rung_is_its_own(one, other):
    low, high = sorted([one, other])
    assert batches.ladder(low) <= batches.ladder(high)
    assert batches.ladder(batches.ladder(low)) == batches.ladder(low)


def test_rungs_are_powers_of_two_then_four_to_seven_times_one():
    expected = sorted({2**k for k in range(11)} | {m * 2**k for m in (4, 5, 6, 7) for k in (8, 9)})
    assert sorted({batches.ladder(size) for size in range(1, 3585)}) == expected


@pytest.mark.parametrize("rows", [1, 7, 8, 40])
def test_resident_rows_are_followed_by_padding_of_weight_zero(rows):
    weights = np.linspace(0.5, 2, rows, dtype=np.float32)
    found = resident(rows, weights)
    assert len(found.weights) == len(found.targets) == len(found.inputs.numbers) == max(256, rows)
    assert len(found.weights) > rows
    np.testing.assert_array_equal(found.weights[:rows], weights)
    np.testing.assert_array_equal(found.weights[rows:], 0)
    np.testing.assert_array_equal(found.targets[:rows], np.arange(rows))
    np.testing.assert_array_equal(found.inputs.numbers[:rows].ravel(), np.arange(2 * rows))
    assert np.isfinite(found.inputs.numbers).all()


def test_rows_without_weights_count_one_each():
    np.testing.assert_array_equal(resident(5).weights, [1] * 5 + [0] * 251)


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 70), st.integers(1, 4), st.integers(0, 1), st.integers(0, 99))
def test_each_epoch_is_a_permutation_of_the_picked_rows_in_full_batches(count, batch, epochs, longer, seed):
    picked = np.random.default_rng(1).choice(1000, count, replace=False).astype(np.int32)
    steps = -(-(count + longer) // batch)
    order = batches.shuffled(picked, epochs, steps, batch, 1000, np.random.default_rng(seed))
    assert order.shape == (epochs, steps, batch)
    for epoch in order:
        met, times = np.unique(epoch[epoch != 1000], return_counts=True)
        np.testing.assert_array_equal(met, np.sort(picked))
        assert times.sum() == count + (1 if batch == 1 and longer else 0)
        assert (epoch != 1000).any(axis=1).all()
        assert (epoch[:-2] != 1000).all()


def test_epochs_differ_in_their_order():
    picked = np.arange(100, dtype=np.int32)
    order = batches.shuffled(picked, 3, 10, 10, 100, np.random.default_rng(0)).reshape(3, 100)
    for epoch in order:
        assert (epoch == np.arange(100)).mean() < 0.1
    assert (order[0] == order[1]).mean() < 0.1
    assert (order[1] == order[2]).mean() < 0.1


def test_a_full_batch_keeps_the_order_of_its_rows():
    picked = np.int32([5, 2, 9])
    order = batches.shuffled(picked, 2, 1, 4, 99, np.random.default_rng(0))
    np.testing.assert_array_equal(order, [[[5, 2, 9, 99]]] * 2)


@pytest.mark.parametrize("rows", [3, 10, 3000])
def test_validation_holds_every_judging_row_once(rows):
    judging = [np.arange(restart, rows, 2, dtype=np.int32) for restart in range(2)]
    found = batches.validation(resident(rows), judging)
    for restart, picked in enumerate(judging):
        taken = np.asarray(found.order[restart, : int(found.steps)]).ravel()
        np.testing.assert_array_equal(taken[taken < rows], picked)
    assert (found.order[:, int(found.steps) :] >= rows).all()
    assert found.order.shape[2] <= 1024


def test_nothing_to_validate_takes_no_step():
    assert int(batches.validation(resident(5), [np.zeros(0, np.int32)]).steps) == 0


@settings(deadline=None)
@given(st.integers(1, 10**16), st.integers(1, 10**5), st.integers(1, 10**8))
def test_epochs_a_chunk_is_a_power_of_two_within_its_bounds(operations, epochs, order):
    length = batches.epochs_a_chunk(operations, epochs, order)
    assert length & (length - 1) == 0
    assert 1 <= length <= 1024
    assert length == 1 or length < 2 * epochs
    assert length == 1 or length * order <= 2**22
    assert length == 1 or length * operations <= 2e10


def test_epochs_a_chunk_covers_a_short_run_of_a_small_table_at_once():
    assert batches.epochs_a_chunk(6 * 4 * 9 * 8, 20, 32) == 32
    assert batches.epochs_a_chunk(6 * 4 * 9 * 8, 20_000, 32) == 1024
    assert batches.epochs_a_chunk(10**13, 100, 10**6) == 1


@settings(deadline=None)
@given(st.integers(1, 10**14), st.integers(1, 10**5))
def test_a_part_of_an_epoch_is_at_most_about_half_a_second_of_work(operations, steps):
    part = batches.steps_a_chunk(operations, steps)
    assert part >= 1
    assert part == 1 or operations / batches.ladder(steps) * (part - 1) < 1e11
    assert part >= steps or operations > 1e11
