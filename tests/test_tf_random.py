"""Random numbers against the words of Salmon et al. 2011 and the values that TensorFlow printed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ffnn.tf as tf
from ffnn.tf.engine import philox
from ffnn.tf.engine.process import process


@pytest.fixture(autouse=True)
def _as_in_a_new_process():
    process.reset()


# Known answers that the authors publish with their library: counter, key, words.
KNOWN = [
    (0, 0, 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    (2**64 - 1, 2**64 - 1, 2**64 - 1, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (0x85A308D3243F6A88, 0x0370734413198A2E, 0x299F31D0A4093822, "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("counter", "stream", "key", "words"), KNOWN)
def test_philox_gives_the_authors_known_answers(counter, stream, key, words):
    found = philox.words(key, stream, np.array([counter], np.uint64))
    assert [f"{word:08x}" for word in found[0]] == words.split()


def called(case):
    arguments = dict(case["arguments"])
    if "dtype" in arguments:
        arguments["dtype"] = getattr(tf, arguments["dtype"])
    return getattr(tf.random, case["call"])(case["shape"], **arguments).numpy()


def test_values_are_those_of_tensorflow_call_after_call(tf_reference):
    for case in tf_reference["random_without_global_seed"]:
        for values in case["successive_values"]:
            found, wanted = called(case), np.array(values, np.float32).reshape(case["shape"])
            assert found.shape == wanted.shape
            if case["call"] == "uniform":
                np.testing.assert_array_equal(found, wanted)
            else:
                mean = np.float32(case["arguments"].get("mean", 0))
                # One number of the sum may be larger than the sum, and it is the one that is rounded.
                largest = np.maximum.reduce([np.abs(wanted - mean), np.abs(wanted), np.full_like(wanted, abs(mean))])
                assert np.all(np.abs(found - wanted) <= 4 * np.spacing(largest))


def test_a_global_seed_gives_tensorflows_values_and_begins_anew_when_set_again(tf_reference):
    for case in tf_reference["random_with_global_seed"]:
        tf.random.set_seed(case["set_seed"])
        first = tf.random.truncated_normal([3], stddev=0.1, seed=1)
        drawn = [
            first,
            tf.random.truncated_normal([3], stddev=0.1, seed=1),
            tf.random.normal([4]),
            tf.random.normal([4]),
            tf.random.uniform([2], seed=3),
        ]
        for found, wanted in zip(drawn, case["values"], strict=True):
            np.testing.assert_allclose(found.numpy(), wanted, rtol=5e-7)
        tf.random.set_seed(case["set_seed"])
        again = tf.random.truncated_normal([3], stddev=0.1, seed=1).numpy()
        np.testing.assert_allclose(again, case["after set_seed again, the first"][0], rtol=5e-7)


@pytest.mark.parametrize(
    ("seed", "normal", "uniform"),
    [
        (-1, [0.00585304, -0.9303612], [0.6486882, 0.49899876]),
        (2**31 - 1, [-1.7138785, -0.6787023], [0.18286479, 0.68998957]),
        (2**31, [-1.3768897, -0.01258316], [0.3875184, 0.7485455]),
        (2**40, [0.8345163, 0.44409612], [0.6396594, 0.17216635]),
        (-(2**31), [0.00585304, -0.9303612], [0.6486882, 0.49899876]),
    ],
)
def test_seeds_of_any_size_are_tensorflows(seed, normal, uniform):
    tf.random.set_seed(5)
    np.testing.assert_allclose(tf.random.normal([2], seed=seed), normal, rtol=1e-5)
    np.testing.assert_allclose(tf.random.uniform([2], seed=seed), uniform, rtol=1e-6)


@pytest.mark.parametrize(
    ("seed", "unseeded", "seeded", "whole", "order"),
    [
        (-1, [-0.17395535, 1.2723804], [-0.7692123, -0.30451038], [4, 9], [4, 1, 2, 3]),
        (-2, [0.9198166, -0.37228802], [0.18414834, -0.06807899], [6, 1], [3, 1, 2, 4]),
        (2**31, [0.04320243, 0.1391442], [-0.6573123, -0.21175845], [3, 8], [2, 1, 4, 3]),
        (2**40, [0.05610606, -3.131471], [-0.18869081, -1.2110001], [2, 3], [1, 4, 3, 2]),
    ],
)
def test_global_seeds_of_any_size_are_tensorflows(seed, unseeded, seeded, whole, order):
    tf.random.set_seed(seed)
    np.testing.assert_allclose(tf.random.normal([2]), unseeded, rtol=1e-5)
    np.testing.assert_allclose(tf.random.normal([2], seed=7), seeded, rtol=1e-5)
    assert tf.random.uniform([2], maxval=10, dtype=tf.int32).numpy().tolist() == whole
    assert tf.random.shuffle([1, 2, 3, 4]).numpy().tolist() == order


@pytest.mark.parametrize("seed", ["a", 1.5, [1]])
def test_a_seed_is_a_whole_number(seed):
    for call in (lambda: tf.random.set_seed(seed), lambda: tf.random.normal([2], seed=seed)):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"seed is a whole number.*line \d+ of test_tf_random"):
            call()


def test_streams_go_on_whatever_the_shapes():
    one = [tf.random.normal([2], seed=3).numpy(), tf.random.normal([4], seed=3).numpy()]
    tf.random.set_seed(1)
    other = philox.normal(87654321, 3, 2 * philox.RESERVED, 4, np.dtype(np.float32))
    np.testing.assert_array_equal(one[1], other)


def test_without_seeds_nothing_repeats():
    assert not np.array_equal(tf.random.normal([8]).numpy(), tf.random.normal([8]).numpy())


def test_double_precision_has_52_bits_and_the_right_moments():
    drawn = tf.random.normal([20_000], dtype=tf.float64, seed=1).numpy()
    assert drawn.dtype == np.float64
    assert abs(drawn.mean()) < 0.03
    assert abs(drawn.std() - 1) < 0.03
    assert np.any(tf.random.uniform([8], dtype=tf.float64, seed=1).numpy() * 2**30 % 1 != 0)


@given(st.integers(0, 2**31 - 1), st.integers(1, 300))
def test_truncated_normal_stays_within_two(seed, size):
    drawn = philox.truncated_normal(0, seed, 0, size, np.dtype(np.float32))
    assert drawn.shape == (size,)
    assert np.all(np.abs(drawn) < 2)


def test_shuffle_keeps_every_row():
    rows = tf.constant([[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]])
    shuffled = tf.random.shuffle(rows, seed=1).numpy()
    assert sorted(map(tuple, shuffled)) == sorted(map(tuple, rows.numpy()))


def test_a_traced_function_draws_anew_at_each_call():
    @tf.function
    def draw():
        return tf.random.normal([3], seed=2)

    assert not np.array_equal(draw().numpy(), draw().numpy())


@pytest.mark.parametrize("arguments", [{"minval": 3, "maxval": 3}, {"minval": 0}])
def test_whole_numbers_need_a_range(arguments):
    with pytest.raises(tf.errors.InvalidArgumentError, match="maxval"):
        tf.random.uniform([2], dtype=tf.int32, **arguments)
