from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit, log_softmax, softmax

from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Dropout, Network, Numbers
from ffnn.training import devices, loop, starts
from ffnn.training.optimizers import Optimizer
from ffnn.training.state import Chunk, Program, Rates, Rows, Validation

RATE = 0.05
GENERATOR = np.random.default_rng(0)
NUMBERS = GENERATOR.normal(size=(12, 3)).astype(np.float32)
CODES = GENERATOR.integers(0, 3, 12).astype(np.int32)
WEIGHTS = GENERATOR.uniform(0.5, 2, 12).astype(np.float32)
ORDER = np.stack([GENERATOR.permuted(np.tile(np.arange(12, dtype=np.int32), (5, 1)), axis=1) for _ in range(2)])
ORDER = ORDER.reshape(2, 5, 2, 6)
JUDGING = np.int32([[[0, 3, 5]], [[1, 2, 11]]])
CLASSIFIER = Program(Network((Numbers(), Dense(4, "tanh"), Dense(3))), "cross_entropy", Optimizer("adam"), True)


def rows_of(numbers, targets, weights):
    inputs = Inputs(jnp.asarray(numbers), jnp.zeros((len(numbers), 0), jnp.int32))
    return Rows(inputs, jnp.asarray(targets), jnp.asarray(weights))


ROWS = rows_of(NUMBERS, CODES, WEIGHTS)
VALIDATION = Validation(ROWS, jnp.asarray(JUDGING), 1)


def chunk_of(rows, order, epochs=None, steps=None, ends_epoch=True):
    return Chunk(rows, jnp.asarray(order), epochs or order.shape[1], steps or order.shape[2], np.bool_(ends_epoch))


def rates(learning_rate=RATE, epochs=100, restarts=2, **others):
    numbers = {"learning_rate": learning_rate, "steps": 1} | dict.fromkeys(
        ("final_rate", "warmup", "weight_decay", "l1", "l2", "clip_norm", "label_smoothing"), 0
    )
    patience = np.int32(others.pop("patience", 100))
    floats = {name: np.float32(number) for name, number in (numbers | others).items()}
    return Rates(**floats, patience=patience, epochs=np.full(restarts, epochs, np.int32))


def begun(program, numbers=NUMBERS, count=2):
    inputs = Inputs(numbers, np.zeros((len(numbers), 0), np.int32))
    parameters = starts.initial(program.network, inputs, np.arange(count, dtype=np.int32), 0)
    return parameters, loop.start(parameters, starts.noise_seeds(np.arange(count, dtype=np.int32), 0), program)


def of_restart(parameters, restart):
    return jax.tree.map(lambda array: np.float64(array[restart]), parameters)


def assert_same_bits(one, other):
    jax.tree.map(np.testing.assert_array_equal, one, other)


def cross_entropy_gradients(parameters, x, codes, weights, smoothing):
    _, hidden, output = parameters
    h = np.tanh(x @ hidden["kernel"] + hidden["bias"])
    logits = h @ output["kernel"] + output["bias"]
    targets = (1 - smoothing) * np.eye(3)[codes] + smoothing / 3
    losses = -(targets * log_softmax(logits, axis=1)).sum(axis=1)
    d_logits = (softmax(logits, axis=1) - targets) * weights[:, None] / weights.sum()
    d_hidden = d_logits @ output["kernel"].T * (1 - h**2)
    return losses @ weights, (
        {},
        {"kernel": x.T @ d_hidden, "bias": d_hidden.sum(axis=0)},
        {"kernel": h.T @ d_logits, "bias": d_logits.sum(axis=0)},
    )


def adam_by_hand(parameters, batches_of_epochs, smoothing):
    m = v = jax.tree.map(np.zeros_like, parameters)
    t, losses, path = 0, [], []
    for epoch in batches_of_epochs:
        total = 0
        for picked in epoch:
            t += 1
            loss, g = cross_entropy_gradients(
                parameters, np.float64(NUMBERS[picked]), CODES[picked], np.float64(WEIGHTS[picked]), smoothing
            )
            m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
            v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, v, g)
            parameters = jax.tree.map(
                lambda w, m, v, t=t: w - RATE * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7),
                parameters, m, v,
            )  # fmt: skip
            total += loss
        losses.append(total / WEIGHTS[np.ravel(epoch)].sum(dtype=np.float64))
        path.append(parameters)
    return path, losses


def test_adam_takes_no_steps_for_rows_that_are_surely_right():
    """Their exact gradient is below the smallest float32; it divides what it is given by its size, a rounding too."""
    program = Program(Network((Numbers(), Dense(3))), "cross_entropy", Optimizer("adam"), False)
    numbers = NUMBERS + 300 * np.eye(3, dtype=np.float32)[CODES]
    _, state = begun(program, numbers)
    kernel = 1.7 * np.tile(np.eye(3, dtype=np.float32), (2, 1, 1))
    sure = ({}, {"kernel": kernel, "bias": np.float32([[-1.4, 0, 0.3], [2, -0.6, 0.1]])})
    state = state._replace(parameters=jax.tree.map(jnp.asarray, sure))
    state, history = loop.run_chunk(
        state, chunk_of(rows_of(numbers, CODES, WEIGHTS), ORDER), VALIDATION, rates(), program
    )
    assert int(state.step) == 10
    assert_same_bits(state.parameters, sure)
    np.testing.assert_array_equal(history.loss, np.zeros((5, 2)))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_ten_adam_steps_of_two_restarts_are_those_of_numpy(smoothing):
    parameters, state = begun(CLASSIFIER)
    state, history = loop.run_chunk(
        state, chunk_of(ROWS, ORDER), VALIDATION, rates(label_smoothing=smoothing), CLASSIFIER
    )
    assert int(state.step) == 10
    assert int(state.epoch) == 5
    for restart in range(2):
        path, losses = adam_by_hand(of_restart(parameters, restart), ORDER[restart], smoothing)
        jax.tree.map(
            lambda found, expected: np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5),
            of_restart(state.parameters, restart), path[-1],
        )  # fmt: skip
        np.testing.assert_allclose(history.loss[:, restart], losses, rtol=1e-5)
        judged = JUDGING[restart, 0]
        scores = [
            cross_entropy_gradients(
                after, np.float64(NUMBERS[judged]), CODES[judged], np.float64(WEIGHTS[judged]), smoothing
            )[0]
            / WEIGHTS[judged].sum(dtype=np.float64)
            for after in path
        ]
        np.testing.assert_allclose(history.validation_loss[:, restart], scores, rtol=1e-4)
        assert int(state.best_epoch[restart]) == 1 + int(np.argmin(scores))
        np.testing.assert_allclose(state.best_validation_loss[restart], min(scores), rtol=1e-4)


def test_one_sgd_step_of_the_lectures_xor_network_is_that_of_numpy():
    x = np.float32([[0, 0], [0, 1], [1, 0], [1, 1]])
    t = np.float32([[0], [1], [1], [0]])
    network = Network((Numbers(), Dense(2, "sigmoid", "normal(1)", "normal(1)"), Dense(1, "sigmoid", "normal(1)")))
    program = Program(network, "sum_of_squares", Optimizer("sgd"), False)
    parameters, state = begun(program, x, 3)
    rows = rows_of(x, t, np.ones(4, np.float32))
    order = np.tile(np.arange(4, dtype=np.int32), (3, 1, 1, 1))
    nothing = Validation(rows, jnp.zeros((3, 1, 1), jnp.int32), 0)
    state, history = loop.run_chunk(state, chunk_of(rows, order), nothing, rates(0.5, restarts=3), program)
    for restart in range(3):
        _, hidden, output = before = of_restart(parameters, restart)
        h = expit(x @ hidden["kernel"] + hidden["bias"])
        y = expit(h @ output["kernel"] + output["bias"])
        d_output = 2 * (y - t) * y * (1 - y)
        d_hidden = d_output @ output["kernel"].T * h * (1 - h)
        gradients = (
            {},
            {"kernel": x.T @ d_hidden, "bias": d_hidden.sum(axis=0)},
            {"kernel": h.T @ d_output, "bias": d_output.sum(axis=0)},
        )
        jax.tree.map(
            lambda found, w, g: np.testing.assert_allclose(found, w - 0.5 * g, rtol=1e-5, atol=1e-6),
            of_restart(state.parameters, restart), before, gradients,
        )  # fmt: skip
        np.testing.assert_allclose(history.loss[0, restart], ((y - t) ** 2).sum(), rtol=1e-5)


def test_a_stream_of_two_chunks_an_epoch_gives_the_bits_of_resident_rows():
    def streamed(state):
        for epoch in range(5):
            for step in range(2):
                picked = ORDER[:, epoch, step]
                both = np.unique(picked)
                order = np.full(ORDER.shape, 11, np.int32)
                order[:, 0, 0] = np.searchsorted(both, picked)
                padding = np.zeros(12 - len(both), np.int32)
                held = np.concatenate([both, padding])
                rows = rows_of(NUMBERS[held], CODES[held], WEIGHTS[held])
                chunk = chunk_of(rows, order, epochs=1, steps=1, ends_epoch=step == 1)
                state, history = loop.run_chunk(state, chunk, VALIDATION, rates(), CLASSIFIER)
                seen.append(history)
        return state

    seen = []
    resident, history = loop.run_chunk(begun(CLASSIFIER)[1], chunk_of(ROWS, ORDER), VALIDATION, rates(), CLASSIFIER)
    assert_same_bits(streamed(begun(CLASSIFIER)[1]), resident)
    np.testing.assert_array_equal([part.loss[0] for part in seen[1::2]], history.loss)
    np.testing.assert_array_equal([part.validation_loss[0] for part in seen[1::2]], history.validation_loss)
    assert all(np.isnan(part.loss).all() for part in seen[::2])


def test_epochs_and_steps_that_are_padding_are_not_run():
    order = np.full((2, 5, 2, 6), 7, np.int32)
    order[:, :3, :1] = ORDER[:, :3, :1]
    state, history = loop.run_chunk(
        begun(CLASSIFIER)[1], chunk_of(ROWS, order, epochs=3, steps=1), VALIDATION, rates(), CLASSIFIER
    )
    assert int(state.step) == int(state.epoch) == 3
    np.testing.assert_array_equal(np.isnan(history.loss).all(axis=1), [False, False, False, True, True])
    for restart in range(2):
        path, _ = adam_by_hand(of_restart(begun(CLASSIFIER)[0], restart), ORDER[restart, :3, :1], 0)
        np.testing.assert_allclose(state.parameters[1]["kernel"][restart], path[-1][1]["kernel"], rtol=1e-4, atol=1e-5)


def test_no_more_epochs_are_run_once_every_restart_has_stopped():
    state, history = loop.run_chunk(
        begun(CLASSIFIER)[1], chunk_of(ROWS, ORDER), VALIDATION, rates(learning_rate=0, patience=2), CLASSIFIER
    )
    assert int(state.epoch) == 3
    assert not history.running.any()
    np.testing.assert_array_equal(state.best_epoch, [1, 1])
    np.testing.assert_array_equal(np.isnan(history.validation_loss).all(axis=1), [False, False, False, True, True])


def test_a_batch_of_padding_alone_has_no_gradient_and_no_nan():
    rows = rows_of(NUMBERS, CODES, np.zeros(12, np.float32))
    program = Program(CLASSIFIER.network, "cross_entropy", Optimizer("sgd"), True)
    parameters, state = begun(program)
    state, _ = loop.run_chunk(state, chunk_of(rows, ORDER), VALIDATION, rates(), program)
    assert_same_bits(state.parameters, parameters)


def test_dropout_draws_anew_for_every_step_and_restart_but_not_in_validation():
    network = Network((Numbers(), Dense(4, "tanh"), Dropout(0.5), Dense(3)))
    program = Program(network, "cross_entropy", Optimizer("sgd"), True)
    parameters, _ = begun(program)
    alike = jax.tree.map(lambda array: np.stack([array[0]] * 2), parameters)
    state = loop.start(alike, starts.noise_seeds(np.arange(2, dtype=np.int32), 0), program)
    order = np.tile(np.arange(12, dtype=np.int32), 10).reshape(1, 5, 2, 12)[..., :6].repeat(2, axis=0)
    validation = VALIDATION._replace(order=jnp.asarray(JUDGING[[0, 0]]))
    _, history = loop.run_chunk(state, chunk_of(ROWS, order), validation, rates(0), program)
    assert len(np.unique(history.loss)) == 10
    assert len(np.unique(history.validation_loss)) == 1


@pytest.mark.slow
def test_restarts_that_train_a_few_at_a_time_come_out_as_together(monkeypatch):
    def trained(group):
        monkeypatch.setattr(devices, "CPU", replace(devices.CPU, group_parameters=group, fewest_together=1))
        jax.clear_caches()
        _, state = begun(CLASSIFIER)
        return loop.run_chunk(state, chunk_of(ROWS, ORDER), VALIDATION, rates(), CLASSIFIER)

    (apart, history), (together, other) = trained(1), trained(10**9)
    jax.tree.map(lambda one, two: np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-6), apart, together)
    np.testing.assert_allclose(history.loss, other.loss, rtol=1e-5)
