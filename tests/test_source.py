from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffnn.networks.arrays import Inputs
from ffnn.training.source import LOOKED_AT, Resident, Source


def arrays(rows):
    numbers = np.arange(2 * rows, dtype=np.float32).reshape(rows, 2)
    inputs, targets = Inputs(numbers, np.zeros((rows, 0), np.int32)), np.arange(rows, dtype=np.int32)
    return inputs, targets, np.ones(rows, np.float32)


def resident(rows, training):
    return Resident(*arrays(rows), training, [np.zeros(0, np.int32)] * len(training))


def generators(count, seed=0):
    return [np.random.default_rng((seed, number)) for number in range(count)]


def test_a_run_is_cut_into_chunks_whose_epochs_add_up():
    training = [np.arange(10, dtype=np.int32)[np.arange(10) % 4 != fold] for fold in range(4)]
    source = resident(10, training)
    found = list(source.chunks(3, 11, 4, 99, generators(4)))
    assert [int(chunk.epochs) for chunk in found] == [4, 4, 3]
    for chunk in found:
        assert chunk.order.shape == (4, 4, 4, 3)
        assert int(chunk.steps) == 3
        assert bool(chunk.ends_epoch)
        for restart, picked in enumerate(training):
            for epoch in np.asarray(chunk.order[restart, : int(chunk.epochs), :3]):
                np.testing.assert_array_equal(np.sort(epoch[epoch != 255]), picked)
                assert (epoch != 255).any(axis=1).all()
        assert source.rows.weights[255] == 0
        assert (chunk.order[:, int(chunk.epochs) :] == 255).all()
        assert (chunk.order[:, :, 3] == 255).all()


def test_the_order_depends_on_the_seed_and_the_restart_but_not_on_the_length_of_a_chunk():
    training = [np.arange(40, dtype=np.int32)] * 2

    def order(seed, length):
        found = resident(40, training).chunks(8, 4, length, 99, generators(2, seed))
        return np.concatenate([chunk.order[:, : int(chunk.epochs), :5] for chunk in found], axis=1)

    np.testing.assert_array_equal(order(0, 4), order(0, 4))
    np.testing.assert_array_equal(order(0, 4), order(0, 1))
    assert (order(0, 4) == order(1, 4)).mean() < 0.1
    assert (order(0, 4)[0] == order(0, 4)[1]).mean() < 0.1


@pytest.mark.slow
@settings(deadline=None)
@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 12), st.integers(1, 5))
def test_the_parts_of_an_epoch_are_the_whole_one_after_another(count, batch, most, epochs):
    source = resident(50, [np.arange(count, dtype=np.int32), np.arange(50 - count, 50, dtype=np.int32)])
    whole = list(source.chunks(batch, epochs, 1, 99, generators(2)))
    parts = list(source.chunks(batch, epochs, 1, most, generators(2)))
    assert sum(bool(part.ends_epoch) for part in parts) == epochs == len(whole)
    assert all(1 <= part.steps <= most for part in parts)
    together = np.concatenate([part.order[:, 0, : int(part.steps)] for part in parts], axis=1)
    expected = np.concatenate([chunk.order[:, 0, : int(chunk.steps)] for chunk in whole], axis=1)
    np.testing.assert_array_equal(together, expected)
    ends = np.flatnonzero([part.ends_epoch for part in parts])
    assert np.diff([-1, *ends]).tolist() == [-(-int(whole[0].steps) // most)] * epochs


def test_each_restart_is_judged_by_a_fold_and_trains_on_all_other_rows():
    fold = np.int32([0, 1, 2, 0, 1, 2, 0])
    found = Resident.by_folds(*arrays(7), fold, np.arange(5, dtype=np.int32))
    assert found.validated
    assert found.epoch_rows == 5
    assert [part.tolist() for part in found.judging] == [[0, 3, 6], [1, 4], [2, 5], [0, 3, 6], [1, 4]]
    for trains, judges in zip(found.training, found.judging, strict=True):
        np.testing.assert_array_equal(np.sort(np.concatenate([trains, judges])), np.arange(7))


def test_without_folds_every_restart_trains_on_all_rows_and_none_judges():
    found = Resident.by_folds(*arrays(7), None, np.arange(2, dtype=np.int32))
    assert isinstance(found, Source)
    assert not found.validated
    assert int(found.validation.steps) == 0
    for rows in found.training:
        np.testing.assert_array_equal(rows, np.arange(7))


def test_rows_that_are_held_judge_every_restart_and_train_none():
    found = Resident.holding_out(*arrays(7), np.int32([4, 1]), 3)
    for trains, judges in zip(found.training, found.judging, strict=True):
        assert trains.tolist() == [0, 2, 3, 5, 6]
        assert judges.tolist() == [4, 1]
    np.testing.assert_array_equal(found.rows_to_try(2).numbers, [[8, 9], [2, 3]])


@pytest.mark.parametrize("rows", [5, LOOKED_AT + 1])
def test_where_none_judges_the_first_rows_are_tried(rows):
    found = Resident.by_folds(*arrays(rows), None, np.arange(2, dtype=np.int32)).rows_to_try(1)
    np.testing.assert_array_equal(found.numbers, arrays(min(rows, LOOKED_AT))[0].numbers)


def test_reach_is_the_largest_size_of_inputs_and_of_targets_that_are_numbers():
    inputs, codes, weights = arrays(3)
    nobody = [np.arange(3, dtype=np.int32)], [np.zeros(0, np.int32)]
    assert Resident(inputs, codes, weights, *nobody).reach == (5, 0)
    targets = np.float32([[1, -7], [2, 3], [0, 0]])
    assert Resident(inputs.take(slice(2)), targets[:2], weights[:2], *nobody).reach == (3, 7)
    empty = Inputs(np.zeros((3, 0), np.float32), np.zeros((3, 0), np.int32))
    assert Resident(empty, targets, weights, *nobody).reach == (0, 7)
