from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Network, Numbers
from ffnn.recipes.recipe import Settled
from ffnn.training import devices, loop, restarts
from ffnn.training import live as live_module
from ffnn.training.live import Live
from ffnn.training.probe import probe
from ffnn.training.runs import Run
from ffnn.training.source import Resident

DRAW = np.random.default_rng(3)
X = DRAW.normal(size=(40, 2)).astype(np.float32)
Y = np.sign(X[:, :1] * X[:, 1:]).astype(np.float32)
HELD = np.arange(30, 40, dtype=np.int32)
TRAINING = np.arange(30)


def run_of(*, restarts: int = 1, targets: np.ndarray = Y, **choices: object) -> Run:
    chosen = {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 30, **choices}
    recipe = Settled(hidden=(3,), activation="tanh", restarts=restarts, epochs=2**30, patience=None, **chosen)
    network = Network((Numbers(), Dense(3, "tanh"), Dense(1, "tanh")))
    numbers = np.arange(restarts, dtype=np.int32)
    inputs = Inputs(X, np.zeros((40, 0), np.int32))
    source = Resident.holding_out(inputs, targets, np.ones(40, np.float32), HELD, restarts)
    return Run(network, source, recipe, "mean_squared_error", 0, numbers, np.full(restarts, 2**30, np.int32))


def own(live: Live, restart: int = 0) -> list[np.ndarray]:
    _, first, second = live.snapshot().state.parameters
    return [part[name][restart].copy() for part in (first, second) for name in ("kernel", "bias")]


def loss_of(w: list[np.ndarray], rows: np.ndarray = TRAINING) -> float:
    hidden = np.tanh(X[rows].astype(np.float64) @ w[0] + w[1])
    return float(np.mean((np.tanh(hidden @ w[2] + w[3]) - Y[rows]) ** 2))


def slopes(w: list[np.ndarray]) -> list[np.ndarray]:
    """∂L/∂w by hand, in float64."""
    x = X[TRAINING].astype(np.float64)
    hidden = np.tanh(x @ w[0] + w[1])
    out = np.tanh(hidden @ w[2] + w[3])
    back = 2 * (out - Y[TRAINING]) * (1 - out**2) / len(x)
    before = back @ w[2].T * (1 - hidden**2)
    return [x.T @ before, before.sum(0), hidden.T @ back, back.sum(0)]


def descended(w: list[np.ndarray], rate: float, steps: int) -> list[np.ndarray]:
    w = [part.astype(np.float64) for part in w]
    for _ in range(steps):
        w = [part - rate * slope for part, slope in zip(w, slopes(w), strict=True)]
    return w


def test_full_batches_descend_as_numpy_does_and_losses_are_those_of_both_sides():
    live = Live(run_of())
    start = own(live)
    loss, score = live.take(20)
    assert loss.shape == score.shape == (20, 1)
    for ours, numpy in zip(own(live), descended(start, 0.1, 20), strict=True):
        np.testing.assert_allclose(ours, numpy, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(loss[0, 0], loss_of(start), rtol=1e-5)
    np.testing.assert_allclose(score[-1, 0], loss_of(own(live), HELD), rtol=1e-5)


def test_rows_that_are_held_never_train():
    other = Y.copy()
    other[HELD] = 0.25
    one, two = Live(run_of(batch_size=7)), Live(run_of(batch_size=7, targets=other))
    (_, score), (_, another) = one.take(9), two.take(9)
    assert all(map(np.array_equal, own(one), own(two)))
    assert not np.allclose(score, another)


def test_portions_change_no_bit():
    whole, parts = (Live(run_of(restarts=2, batch_size=7, optimizer="adam")) for _ in range(2))
    together = whole.take(16)
    apart = [parts.take(epochs) for epochs in (1, 5, 2, 8)]
    for place in (0, 1):
        assert np.array_equal(together[place], np.concatenate([part[place] for part in apart]))
    for restart in (0, 1):
        assert all(map(np.array_equal, own(whole, restart), own(parts, restart)))


@pytest.mark.slow
def test_from_a_snapshot_the_same_steps_follow_again():
    live = Live(run_of(restarts=3, batch_size=7, optimizer="adam"))
    live.take(3)
    moment = live.snapshot()
    first, after = live.take(8)[0], own(live, 2)
    live.back_to(moment)
    assert live.snapshot().epoch == 3
    assert np.array_equal(first, live.take(8)[0])
    assert all(map(np.array_equal, after, own(live, 2)))


def test_another_rate_holds_from_then_on():
    run = run_of()
    live = Live(run)
    live.take(5)
    middle = own(live)
    live.change(replace(run.recipe, learning_rate=0.02))
    live.take(7)
    for ours, numpy in zip(own(live), descended(middle, 0.02, 7), strict=True):
        np.testing.assert_allclose(ours, numpy, rtol=1e-4, atol=1e-6)


def test_another_optimizer_begins_with_an_empty_memory():
    run = run_of()
    live = Live(run)
    live.take(5)
    middle = own(live)
    live.change(replace(run.recipe, optimizer="adam", learning_rate=0.01))
    live.take(1)
    for before, now, slope in zip(middle, own(live), slopes([w.astype(np.float64) for w in middle]), strict=True):
        np.testing.assert_allclose(now - before, -0.01 * np.sign(slope), rtol=1e-2)  # Adam's first step


@pytest.mark.parametrize("choices", [{"l2": 1e-12}, {"clip_norm": 1e12}, {"optimizer": "adamw", "weight_decay": 1e-12}])
def test_what_remembers_the_same_keeps_its_memory(choices):
    run = run_of(optimizer="adam", learning_rate=0.01)
    live, same, fresh = Live(run), Live(run), Live(run)
    for one in (live, same, fresh):
        one.take(5)
    live.change(replace(run.recipe, **choices))
    fresh.change(replace(run.recipe, optimizer="rmsprop"))
    fresh.change(run.recipe)  # Adam again, with nothing remembered
    for one in (live, same, fresh):
        one.take(5)
    assert all(
        np.allclose(ours, others, rtol=1e-5, atol=1e-7) for ours, others in zip(own(live), own(same), strict=True)
    )
    assert not any(np.allclose(ours, others, rtol=1e-3) for ours, others in zip(own(fresh), own(same), strict=True))


def test_an_edit_sets_that_number_alone():
    live = Live(run_of(restarts=2))
    before, other = own(live, 1), own(live, 0)
    live.edit(1, 1, "kernel", (0, 2), 2.5)
    now = own(live, 1)
    assert now[0][0, 2] == 2.5
    now[0][0, 2] = before[0][0, 2]
    assert all(map(np.array_equal, now, before))
    assert all(map(np.array_equal, own(live, 0), other))


def test_a_run_that_explodes_is_found_out_and_set_back():
    run = run_of(learning_rate=1e30)
    run = replace(run, network=Network((Numbers(), Dense(3, "linear"), Dense(1, "linear"))))
    live = Live(run)
    good = live.snapshot()
    live.take(8)
    assert live.diverged[0] > 0
    failure = live.failure(good, 0)
    # The first step leaves weights of about 1e30: the first layer's outputs are finite, the second's hold products.
    assert (failure.epoch, failure.layer, failure.what) == (1, 3, "outputs")
    assert live.snapshot().epoch == 0
    assert not live.diverged.any()


def test_a_probe_gives_gradients_and_the_step_that_is_taken():
    run = run_of()
    live = Live(run)
    live.take(4)
    moment, before = live.snapshot(), own(live)
    rows = run.source.rows._replace(
        weights=np.isin(np.arange(len(run.source.rows.weights)), TRAINING).astype(np.float32)
    )
    probed = probe(moment.state, 0, rows, run.rates, run.program)
    found = [probed.gradients[layer][name] for layer in (1, 2) for name in ("kernel", "bias")]
    steps = [probed.updates[layer][name] for layer in (1, 2) for name in ("kernel", "bias")]
    for ours, numpy in zip(found, slopes([w.astype(np.float64) for w in before]), strict=True):
        np.testing.assert_allclose(ours, numpy, rtol=1e-3, atol=1e-6)
    live.take(1)
    for was, now, step in zip(before, own(live), steps, strict=True):
        np.testing.assert_allclose(now - was, step, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("at", [(0, 0), (1, 2)])
def test_the_gradients_by_hand_are_those_of_finite_differences(at):
    w = [part.astype(np.float64) for part in own(Live(run_of()))]
    step = 1e-6
    w[0][at] += step
    above = loss_of(w)
    w[0][at] -= 2 * step
    below = loss_of(w)
    w[0][at] += step
    np.testing.assert_allclose(slopes(w)[0][at], (above - below) / (2 * step), rtol=1e-5)


@pytest.mark.parametrize("chosen", [{}, {"optimizer": "adam", "batch_size": 7, "learning_rate": 0.01}])
def test_it_takes_the_steps_of_every_other_training(chosen):
    run = run_of(restarts=3, **chosen)
    rows = run.source
    run = replace(run, source=Resident.by_folds(rows.inputs, rows.targets, rows.weights, None, run.numbers))
    loss, score = Live(run).take(12)
    trained = restarts.train(
        run.network, rows.inputs, rows.targets, replace(run.recipe, epochs=12), loss=run.loss, seed=run.seed
    )
    np.testing.assert_array_equal(loss.T, trained.loss)
    np.testing.assert_array_equal(score.T, trained.validation_loss)


def test_epochs_that_are_cut_into_parts_have_their_losses_too(monkeypatch):
    whole, parts = (Live(run_of(restarts=2, batch_size=4)) for _ in range(2))
    expected = whole.take(4)
    monkeypatch.setattr(devices, "CPU", replace(devices.CPU, most_work=2000))
    assert len(list(parts._chunks(1))) > 1
    parts = Live(parts.run)
    found = parts.take(4)
    for one, other in zip(found, expected, strict=True):
        assert one.shape == (4, 2)
        np.testing.assert_allclose(one, other, rtol=1e-6)
    for one, other in zip(own(parts, 1), own(whole, 1), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_penalties_hold_from_then_on_and_spare_biases():
    run = run_of()
    live = Live(run)
    live.take(3)
    w = [part.astype(np.float64) for part in own(live)]
    live.change(replace(run.recipe, l1=0.02, l2=0.1))
    live.take(4)
    for _ in range(4):
        shrink = [0.02 * np.sign(part) + 0.2 * part if part.ndim == 2 else 0.0 for part in w]
        w = [part - 0.1 * (slope + more) for part, slope, more in zip(w, slopes(w), shrink, strict=True)]
    for ours, numpy in zip(own(live), w, strict=True):
        np.testing.assert_allclose(ours, numpy, rtol=1e-4, atol=1e-6)


def test_batches_of_another_size_take_all_rows_all_the_same():
    run = run_of()
    live = Live(run)
    live.change(replace(run.recipe, batch_size=7, learning_rate=1e-30))
    loss, _ = live.take(1)  # no step changes anything: the mean of the batches' losses is that of all rows
    np.testing.assert_allclose(loss[0, 0], loss_of(own(live)), rtol=1e-5)
    assert int(live.snapshot().state.step) == 5


@pytest.mark.slow
def test_from_another_optimizers_snapshot_memory_is_empty():
    run = run_of(optimizer="adam", batch_size=7)
    live = Live(run)
    live.take(2)
    by_adam = live.snapshot()
    live.change(replace(run.recipe, optimizer="rmsprop"))
    live.take(2)
    live.back_to(by_adam)
    live.take(1)
    fresh = Live(live.run)
    fresh.back_to(by_adam)
    fresh.take(1)
    assert all(map(np.array_equal, own(live), own(fresh)))


def test_where_every_restart_diverges_fewer_epochs_are_taken():
    run = replace(run_of(learning_rate=1e30), network=Network((Numbers(), Dense(3, "linear"), Dense(1, "linear"))))
    live = Live(run)
    loss, score = live.take(8)
    assert len(loss) == len(score) == 1
    loss, score = live.take(8)  # and none more
    assert loss.shape == score.shape == (0, 1)


@pytest.mark.slow
def test_programs_of_networks_that_are_gone_are_forgotten(monkeypatch):
    monkeypatch.setattr(live_module, "PROGRAMS", 2)
    first = Live.compiled(run_of(restarts=1))
    for count in range(2, 4):
        Live.compiled(run_of(restarts=count))
        assert loop.run_chunk._cache_size() <= 2
    same = Live(run_of(restarts=1))
    first.take(2)  # it goes on, compiled once more
    same.take(2)
    assert all(map(np.array_equal, own(first), own(same)))
