from __future__ import annotations

from functools import cache

import jax
import numpy as np
import pytest
from scipy.special import expit, log_softmax, softmax
from scipy.stats import entropy

from ffnn.errors import RecipeError, TrainingError
from ffnn.learning.preparing import network_of
from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Network, Numbers
from ffnn.recipes.recipe import Recipe
from ffnn.training import batches, loop, restarts, starts


def inputs(numbers):
    return Inputs(np.float32(numbers), np.zeros((len(numbers), 0), np.int32))


def table(rows):
    numbers = np.random.default_rng(0).normal(size=(rows, 3)).astype(np.float32)
    noise = np.random.default_rng(1).gumbel(size=(rows, 3))
    return numbers, np.argmax(1.5 * numbers + noise, axis=1).astype(np.int32)


def folds(rows, count=4):
    return (np.arange(rows) % count).astype(np.int32)


def train(rows=43, seed=0, weights=None, fold=4, watch=lambda _: None, loss="cross_entropy", run=None, **choices):
    defaults = {
        "hidden": (5,), "activation": "tanh", "restarts": 4, "epochs": 16, "patience": 100, "batch_size": 8,
        "learning_rate": 0.02,
    }  # fmt: skip
    recipe = Recipe(**(defaults | choices))
    numbers, codes = table(rows)
    network = network_of(recipe, 3)
    fold = folds(rows, fold) if fold else None
    return restarts.train(
        network, inputs(numbers), codes, recipe, loss=loss, folds=fold, weights=weights, seed=seed, watch=watch,
        **(run or {}),
    )  # fmt: skip


trained = cache(train)


def validation_losses(found, rows=43, count=4):
    numbers, codes = table(rows)
    losses = []
    for place, restart in enumerate(found.restarts):
        _, hidden, output = jax.tree.map(lambda array, place=place: np.float64(array[place]), found.parameters)
        judged = folds(rows, count) == restart % count
        logits = np.tanh(numbers[judged] @ hidden["kernel"] + hidden["bias"]) @ output["kernel"] + output["bias"]
        losses.append(-log_softmax(logits, axis=1)[np.arange(judged.sum()), codes[judged]].mean())
    return losses


def arrays(found):
    return [array for layer in found.parameters for array in layer.values()]


def same_bits(one, other):
    return all(np.array_equal(a, b) for a, b in zip(arrays(one), arrays(other), strict=True))


def epoch_at_which_it_stopped(scores, patience):
    best, best_epoch = np.inf, 0
    for epoch, score in enumerate(scores, 1):
        if score < best:
            best, best_epoch = score, epoch
        if epoch - best_epoch >= patience:
            return epoch, best_epoch
    return len(scores), best_epoch


def test_the_lectures_xor_network_learns_in_at_least_one_of_eight_restarts():
    x, t = np.float32([[0, 0], [0, 1], [1, 0], [1, 1]]), np.float32([[0], [1], [1], [0]])
    network = Network((Numbers(), Dense(2, "sigmoid"), Dense(1, "sigmoid")))
    recipe = Recipe(restarts=8, epochs=20_000, optimizer="sgd", learning_rate=0.5, batch_size=4)
    found = restarts.train(network, inputs(x), t, recipe, loss="sum_of_squares")
    assert found.loss.shape == (8, 20_000)
    np.testing.assert_array_equal(found.best_epoch, 20_000)
    _, hidden, output = found.parameters
    h = expit(x @ np.float64(hidden["kernel"]) + hidden["bias"][:, None])
    y = expit(h @ np.float64(output["kernel"]) + output["bias"][:, None])
    errors = ((y - t) ** 2).sum(axis=(1, 2))
    assert errors.min() < 0.01
    np.testing.assert_allclose(errors, found.loss[:, -1], rtol=1e-3, atol=1e-5)


def test_kept_parameters_have_the_least_loss_on_their_own_fold():
    found = trained()
    np.testing.assert_array_equal(found.best_epoch, 1 + found.validation_loss.argmin(axis=1))
    assert (found.best_epoch < 16).any()
    np.testing.assert_allclose(validation_losses(found), found.validation_loss.min(axis=1), rtol=1e-5)


def test_every_restart_learns_more_than_the_shares_of_the_classes():
    shares = np.bincount(table(43)[1]) / 43
    assert (trained().loss[:, -1] < 0.8 * entropy(shares)).all()


@pytest.mark.parametrize(("patience", "seed"), [(1, 1), (2, 5), (3, 2)])
def test_a_restart_that_ran_out_of_patience_keeps_its_best_for_good(patience, seed):
    found = trained(patience=patience, seed=seed)
    stops = [epoch_at_which_it_stopped(scores, patience) for scores in found.validation_loss]
    np.testing.assert_array_equal(found.best_epoch, [best for _, best in stops])
    assert found.validation_loss.shape[1] == max(stop for stop, _ in stops) < 16
    best = found.validation_loss[np.arange(4), found.best_epoch - 1]
    assert (found.validation_loss.min(axis=1) < best).any()
    np.testing.assert_allclose(validation_losses(found), best, rtol=1e-5)


def test_without_folds_the_last_epoch_is_kept_and_every_row_trains():
    found = trained(fold=0, batch_size=43, patience=1)
    np.testing.assert_array_equal(found.best_epoch, 16)
    np.testing.assert_array_equal(found.loss, found.validation_loss)
    assert found.loss.shape == (4, 16)


def test_the_same_seed_gives_the_same_bits():
    assert same_bits(trained(), train())


def test_another_seed_gives_other_bits():
    for one, other in zip(arrays(trained()), arrays(trained(seed=1)), strict=True):
        assert (one != other).all()


def test_restarts_differ_from_each_other():
    for array in arrays(trained()):
        assert len(np.unique(array.reshape(4, -1), axis=0)) == 4


def test_initial_parameters_depend_on_the_restart_but_not_on_how_many_there_are():
    network = network_of(Recipe(hidden=(5,)), 3)
    few, many = (starts.initial(network, inputs(table(9)[0]), np.arange(count, dtype=np.int32), 0) for count in (2, 5))
    np.testing.assert_array_equal(few[1]["kernel"], many[1]["kernel"][:2])
    assert len(np.unique(many[1]["kernel"], axis=0)) == 5


def test_cutting_the_run_into_more_chunks_changes_no_bit(monkeypatch):
    seen = []
    monkeypatch.setattr(batches, "MOST_EPOCHS", 4)
    found = train(watch=seen.append)
    assert same_bits(found, trained())
    np.testing.assert_array_equal(found.validation_loss, trained().validation_loss)
    assert [record.epoch for record in seen] == [4, 8, 12, 16]
    for record in seen:
        assert record.epochs == 16
        assert record.running.all()
        np.testing.assert_array_equal(record.loss, found.loss[:, record.epoch - 1])
        np.testing.assert_array_equal(record.validation_loss, found.validation_loss[:, record.epoch - 1])
        np.testing.assert_array_equal(record.best_validation_loss, found.validation_loss[:, : record.epoch].min(axis=1))


def test_a_run_in_chunks_ends_once_every_restart_has_stopped(monkeypatch):
    seen = []
    monkeypatch.setattr(batches, "MOST_EPOCHS", 4)
    found = train(patience=1, seed=1, watch=seen.append)
    assert same_bits(found, trained(patience=1, seed=1))
    assert found.loss.shape == (4, seen[-1].epoch)
    assert seen[-1].epoch < 16
    assert not seen[-1].running.any()


def test_rows_of_weight_zero_train_as_if_they_were_not_there():
    numbers, codes = table(43)
    kept = np.flatnonzero(np.arange(43) % 3 > 0)
    recipe = Recipe(hidden=(5,), activation="tanh", restarts=4, epochs=16, batch_size=43, learning_rate=0.02)
    weights = np.float32(np.arange(43) % 3 > 0)
    network = network_of(recipe, 3)
    weighted = restarts.train(network, inputs(numbers), codes, recipe, loss="cross_entropy", weights=weights)
    without = restarts.train(network, inputs(numbers[kept]), codes[kept], recipe, loss="cross_entropy")
    unweighted = restarts.train(network, inputs(numbers), codes, recipe, loss="cross_entropy")
    for one, other, different in zip(*map(arrays, (weighted, without, unweighted)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)
        assert np.abs(one - different).max() > 1e-3
    np.testing.assert_allclose(weighted.loss, without.loss, rtol=1e-4)


def test_other_numbers_and_tables_of_the_same_rung_compile_nothing_new():
    trained()
    compiled = loop.run_chunk._cache_size()
    weights = np.linspace(0.5, 1, 43, dtype=np.float32)
    changed = [
        train(learning_rate=0.05),
        train(label_smoothing=0.2),
        train(patience=3),
        train(weights=weights),
        train(seed=7),
        train(rows=45),
    ]
    assert loop.run_chunk._cache_size() == compiled
    assert not any(same_bits(trained(), other) for other in changed)


def test_numbers_of_switched_on_choices_compile_nothing_new_either():
    given = {
        "optimizer": "adamw", "learning_rate": 0.01, "weight_decay": 0.1, "l1": 0.01, "l2": 0.01, "clip_norm": 1.0,
        "schedule": "exponential", "warmup": 0.1,
    }  # fmt: skip
    one = train(**given)
    compiled = loop.run_chunk._cache_size()
    changes = [
        {"learning_rate": 0.02}, {"weight_decay": 0.0}, {"l1": 0.0}, {"l1": 0.1}, {"l2": 0.0}, {"clip_norm": 1e-3},
        {"final_rate": 0.5}, {"warmup": 0.0}, {"epochs": 12}, {"rows": 45}, {"patience": 2}, {"keep": "best"},
    ]  # fmt: skip
    others = [train(**(given | change)) for change in changes]
    assert loop.run_chunk._cache_size() == compiled
    assert not any(same_bits(one, other) for other in others[:-2])
    decayed = train(**(given | {"weight_decay": 3.0}))
    assert np.abs(decayed.parameters[1]["kernel"]).sum() < np.abs(one.parameters[1]["kernel"]).sum()
    assert loop.run_chunk._cache_size() == compiled


def test_the_schedule_runs_over_the_planned_steps():
    steps = np.arange(16 * 4) / (16 * 4)
    rates = 0.01 * (1 + np.cos(np.pi * steps))
    choices = {"optimizer": "sgd", "hidden": (), "batch_size": 43, "restarts": 1, "fold": 0}
    found = train(schedule="cosine", epochs=64, learning_rate=0.02, **choices)
    numbers, codes = table(43)
    x = np.float64(np.column_stack([numbers, np.ones(43)]))
    start = starts.initial(network_of(Recipe(hidden=()), 3), inputs(numbers), np.int32([0]), 0)[1]["kernel"][0]
    weights = np.vstack([start, np.zeros(3)])
    for rate in rates:
        weights -= rate * x.T @ (softmax(x @ weights, axis=1) - np.eye(3)[codes]) / 43
    np.testing.assert_allclose(found.parameters[1]["kernel"][0], weights[:3], rtol=1e-4, atol=1e-5)


def test_more_restarts_than_rows_share_the_folds():
    found = train(rows=3, restarts=5, fold=3, epochs=2)
    np.testing.assert_array_equal(found.restarts, np.arange(5))
    assert all(array.shape[0] == 5 and np.isfinite(array).all() for array in arrays(found))
    np.testing.assert_allclose(validation_losses(found, 3, 3), found.validation_loss.min(axis=1), rtol=1e-5)


def test_a_single_restart_is_judged_by_the_first_of_its_five_folds():
    found = train(restarts=1, fold=5)
    assert found.validation_loss.shape == (1, 16)
    np.testing.assert_allclose(validation_losses(found, count=5), found.validation_loss.min(axis=1), rtol=1e-5)


@pytest.mark.parametrize(("fold", "batch_size"), [(4, 8), (0, 43)])
def test_a_diverging_learning_rate_is_an_error_that_names_it(fold, batch_size):
    with pytest.raises(TrainingError, match=r"diverged in every restart \(learning rate 1e\+30\): in epoch"):
        train(optimizer="sgd", learning_rate=1e30, activation="relu", fold=fold, batch_size=batch_size)


def test_restarts_that_diverged_are_left_out():
    numbers, codes = table(43)
    weights = np.where(np.arange(43) == 4, np.float32(1e30), np.float32(1))
    recipe = Recipe(hidden=(5,), restarts=4, epochs=16, batch_size=8, optimizer="sgd", learning_rate=0.001)
    found = restarts.train(
        network_of(recipe, 1), inputs(numbers), np.float32(codes[:, None]), recipe, loss="sum_of_squares",
        folds=folds(43), weights=weights,
    )  # fmt: skip
    np.testing.assert_array_equal(found.restarts, [0])
    assert all(array.shape[0] == 1 and np.isfinite(array).all() for array in arrays(found))
    assert found.loss.shape == found.validation_loss.shape == (1, found.loss.shape[1])
    assert np.isfinite(found.loss).all()


def test_losses_that_are_not_finite_are_written_as_the_largest_float():
    found = restarts.finite(np.float32([1, np.nan, np.inf, -2]))
    np.testing.assert_array_equal(found, np.float32([1, np.finfo(np.float32).max, np.finfo(np.float32).max, -2]))


def test_step_activations_predict_but_refuse_to_train():
    numbers, codes = table(9)
    with pytest.raises(RecipeError, match=r"step.*cannot be trained.*sigmoid"):
        Recipe(activation="step")
    network = Network((Numbers(), Dense(4, "step"), Dense(3)))
    with pytest.raises(RecipeError, match=r"step.*cannot be trained.*sigmoid"):
        restarts.train(network, inputs(numbers), codes, Recipe(restarts=1), loss="cross_entropy")
    parameters = network.init(np.random.default_rng(0), inputs(numbers))
    assert network.apply(parameters, inputs(numbers)).shape == (9, 3)


def test_training_leaves_the_configuration_of_jax_as_it_was():
    before = dict(jax.config.values)
    train(seed=3)
    assert dict(jax.config.values) == before


def test_what_comes_back_is_numpy_of_float32():
    for array in arrays(trained()):
        assert type(array) is np.ndarray
        assert array.dtype == np.float32


def test_the_best_restart_alone_is_kept_when_asked_for():
    best = train(keep="best")
    place = int(trained().validation_loss.min(axis=1).argmin())
    assert best.restarts.tolist() == [place]
    for one, all_of_them in zip(arrays(best), arrays(trained()), strict=True):
        np.testing.assert_array_equal(one[0], all_of_them[place])
    np.testing.assert_array_equal(best.validation_loss[0], trained().validation_loss[place])
    assert best.best_epoch.tolist() == [trained().best_epoch[place]]
    assert best.diverged.tolist() == [0, 0, 0, 0]


def in_parts(monkeypatch, steps=2):
    monkeypatch.setattr(batches, "steps_a_chunk", lambda work, whole: steps)


SLOW = pytest.param({"dropout": 0.3, "schedule": "cosine"}, marks=pytest.mark.slow)


@pytest.mark.parametrize("choices", [{}, {"patience": 2}, {"fold": 0}, SLOW])
def test_cutting_epochs_into_parts_changes_no_bit(monkeypatch, choices):
    whole = train(**choices)
    in_parts(monkeypatch)
    seen = []
    found = train(watch=seen.append, **choices)
    assert same_bits(found, whole)
    for name in ("best_epoch", "loss", "validation_loss", "restarts", "diverged", "ended"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))
    steps = 6 if choices.get("fold") == 0 else 5
    parts = -(-steps // 2)
    assert len(seen) == parts * found.validation_loss.shape[1]
    done = [min(2 * (part % parts + 1), steps) + steps * (part // parts) for part in range(len(seen))]
    np.testing.assert_allclose([record.progress for record in seen], np.array(done) / (16 * steps))
    assert [record.epoch for record in seen] == [(part + 1) // parts for part in range(len(seen))]
    for record in seen:
        assert np.isfinite(record.loss).all()
        if record.epoch:
            np.testing.assert_array_equal(record.loss, whole.loss[:, record.epoch - 1])
            np.testing.assert_array_equal(record.validation_loss, whole.validation_loss[:, record.epoch - 1])
        else:
            assert np.isnan(record.validation_loss).all()
            assert np.isinf(record.best_validation_loss).all()


def test_the_loss_told_within_the_first_epoch_is_that_of_the_steps_so_far(monkeypatch):
    in_parts(monkeypatch, 1)
    seen = []
    train(watch=seen.append, epochs=1, label_smoothing=0.2, learning_rate=1e-20)
    numbers, codes = table(43)
    first = starts.initial(network_of(Recipe(hidden=(5,)), 3), inputs(numbers), np.arange(4, dtype=np.int32), 0)
    for restart in range(4):
        _, hidden, output = jax.tree.map(lambda array, restart=restart: np.float64(array[restart]), first)
        rows = np.flatnonzero(folds(43) != restart)
        logits = np.tanh(numbers[rows] @ hidden["kernel"]) @ output["kernel"]
        targets = 0.8 * np.eye(3)[codes[rows]] + 0.2 / 3
        losses = -(targets * log_softmax(logits, axis=1)).sum(axis=1)
        assert losses.min() <= seen[0].loss[restart] <= losses.max()
        np.testing.assert_allclose(seen[-1].loss[restart], losses.mean(), rtol=1e-5)


@pytest.mark.parametrize(("fold", "stop"), [(4, 1), (4, 5), (0, 5)])
def test_training_ends_with_the_best_so_far_when_asked(monkeypatch, fold, stop):
    monkeypatch.setattr(batches, "MOST_EPOCHS", 1)
    found = train(fold=fold, watch=lambda record: record.epoch == stop)
    whole = train(fold=fold)
    assert found.ended == "asked"
    np.testing.assert_array_equal(found.validation_loss, whole.validation_loss[:, :stop])
    expected = 1 + whole.validation_loss[:, :stop].argmin(axis=1) if fold else stop
    np.testing.assert_array_equal(found.best_epoch, expected)
    if fold:
        np.testing.assert_allclose(validation_losses(found), found.validation_loss.min(axis=1), rtol=1e-5)


@pytest.mark.parametrize("fold", [4, 0])
def test_a_model_comes_out_of_a_part_of_the_first_epoch(monkeypatch, fold):
    in_parts(monkeypatch)
    seen = []
    found = train(fold=fold, watch=lambda record: seen.append(record) or True)
    assert found.ended == "asked"
    assert len(seen) == 1
    assert found.loss.shape == found.validation_loss.shape == (4, 1)
    np.testing.assert_array_equal(found.loss[:, 0], seen[0].loss)
    np.testing.assert_array_equal(found.best_epoch, 1)
    if fold:
        np.testing.assert_allclose(validation_losses(found), found.validation_loss[:, 0], rtol=1e-5)


def test_the_reason_for_the_end_is_told():
    assert trained().ended == "epochs"
    assert train(fold=0).ended == "epochs"
    assert train(watch=lambda record: True).ended == "epochs"  # when all was done
    assert train(patience=1, seed=1).ended == "patience"


def widening(fold_of_large):
    """Rows of which one fold is ten times as large: gradient descent blows up wherever it trains on them."""
    numbers, fold = np.random.default_rng(5).normal(size=(40, 2)).astype(np.float32), folds(40)
    numbers[fold == fold_of_large] *= 10
    return numbers, np.float32(numbers[:, :1] - 0.5 * numbers[:, 1:])


def descent(numbers, answers, start, trains, judges, rate, epochs):
    """The epoch, from 1, in which full-batch least squares leaves float32, by NumPy; and the scores before."""
    x, weights, scores = np.float64(np.column_stack([numbers, np.ones(40)])), np.vstack([start, [[0.0]]]), []
    for epoch in range(1, epochs + 1):
        error = x[trains] @ weights - answers[trains]
        weights = weights - rate * 2 * x[trains].T @ error / trains.sum()
        judged = (x[judges] @ weights - answers[judges]) ** 2
        if max((error**2).sum(), judged.sum()) > np.finfo(np.float32).max:
            return epoch, scores
        scores.append(judged.sum() / max(1, judges.sum()))
    return 0, scores


@pytest.mark.parametrize("part", [1000, 1])
def test_restarts_that_diverge_stop_and_keep_their_best_epoch_and_the_others_go_on(monkeypatch, part):
    in_parts(monkeypatch, part)
    numbers, answers = widening(2)
    recipe = Recipe(hidden=(), restarts=4, epochs=60, patience=60, batch_size=40, optimizer="sgd", learning_rate=0.1)
    seen = []
    found = restarts.train(
        network_of(recipe, 1), inputs(numbers), answers, recipe, loss="mean_squared_error", folds=folds(40),
        watch=seen.append,
    )  # fmt: skip
    start = starts.initial(network_of(recipe, 1), inputs(numbers), np.arange(4, dtype=np.int32), 0)[1]["kernel"]
    expected = [descent(numbers, answers, start[r], folds(40) != r, folds(40) == r, 0.1, 60) for r in range(4)]
    np.testing.assert_array_equal(found.diverged, [epoch for epoch, _ in expected])
    assert (found.diverged > 5).tolist() == [True, True, False, True]
    np.testing.assert_array_equal(found.restarts, [0, 1, 2, 3])
    np.testing.assert_array_equal(found.best_epoch, [1 + np.argmin(scores) for _, scores in expected])
    assert found.ended == "epochs"
    assert seen[-1].running.tolist() == [False, False, True, False]
    for place, (epoch, scores) in enumerate(expected):
        np.testing.assert_allclose(
            found.validation_loss[place, : epoch - 1 if epoch else 60], scores, rtol=1e-2, atol=1e-4
        )


@pytest.mark.slow
def test_training_ends_once_all_have_diverged():
    numbers, answers = widening(2)
    recipe = Recipe(hidden=(), restarts=2, epochs=60, patience=60, batch_size=40, optimizer="sgd", learning_rate=0.1)
    found = restarts.train(
        network_of(recipe, 1), inputs(numbers), answers, recipe, loss="mean_squared_error", folds=folds(40)
    )
    assert found.ended == "diverged"
    assert found.diverged.max() == found.validation_loss.shape[1] < 60
    assert (found.best_epoch < found.diverged).all()


def test_without_folds_a_restart_that_diverged_is_left_out():
    numbers, answers = widening(2)
    recipe = Recipe(hidden=(), restarts=4, epochs=60, batch_size=40, optimizer="sgd", learning_rate=0.1)
    found = restarts.train(
        network_of(recipe, 1), inputs(numbers), answers, recipe, loss="mean_squared_error",
        epochs=np.int32([3, 60, 5, 59]),
    )  # fmt: skip
    np.testing.assert_array_equal(found.restarts, [0, 2])
    np.testing.assert_array_equal(found.best_epoch, [3, 5])
    start = starts.initial(network_of(recipe, 1), inputs(numbers), np.arange(4, dtype=np.int32), 0)[1]["kernel"]
    everything = np.ones(40, bool)
    expected = [descent(numbers, answers, start[r], everything, ~everything, 0.1, 60)[0] for r in (1, 3)]
    np.testing.assert_array_equal(found.diverged, [0, expected[0], 0, expected[1]])
    assert found.ended == "epochs"


@pytest.mark.slow
def test_epochs_of_its_own_end_each_restart_on_all_rows():
    budgets = np.int32([3, 16, 1, 7])
    found = train(fold=0, run={"epochs": budgets})
    np.testing.assert_array_equal(found.best_epoch, budgets)
    np.testing.assert_array_equal(found.restarts, [0, 1, 2, 3])
    for place, budget in enumerate(budgets):
        alone = train(fold=0, run={"epochs": np.full(4, budget, np.int32)})
        for one, other in zip(arrays(found), arrays(alone), strict=True):
            np.testing.assert_array_equal(one[place], other[place])


def test_other_budgets_compile_nothing_new():
    train(fold=0)
    compiled = loop.run_chunk._cache_size()
    train(fold=0, run={"epochs": np.int32([3, 16, 1, 7])})
    train(fold=0, run={"epochs": np.int32([12, 11, 10, 9])})
    assert loop.run_chunk._cache_size() == compiled


@pytest.mark.slow
def test_a_schedule_has_the_same_rate_in_an_epoch_of_a_shorter_run():
    choices = {"fold": 0, "schedule": "cosine", "batch_size": 43}
    whole = train(**choices)
    short = train(**choices, run={"epochs": np.full(4, 5, np.int32)})
    np.testing.assert_array_equal(short.loss, whole.loss[:, :5])


@pytest.mark.slow
def test_a_restart_is_the_same_by_its_number_whichever_others_there_are():
    whole = train(fold=0, dropout=0.3)
    some = train(fold=0, dropout=0.3, run={"numbers": np.int32([3, 1]), "epochs": np.int32([16, 16])})
    np.testing.assert_array_equal(some.restarts, [3, 1])
    assert some.diverged.shape == (2,)
    for one, other in zip(arrays(some), arrays(whole), strict=True):
        np.testing.assert_allclose(one, other[[3, 1]], rtol=1e-5, atol=1e-6)


@pytest.mark.slow
def test_restarts_of_other_starts_train_together_as_each_would_alone():
    choices = {"restarts": 4, "hidden": (5,)}
    initializers = ["zeros", "he_uniform"]
    starts = [network_of(Recipe(kernel_initializer=name, hidden=(5,), activation="tanh"), 3) for name in initializers]
    several = {"numbers": np.int32([1, 1, 3]), "starts": [starts[0], starts[1], starts[1]]}
    together = train(**choices, run=several)
    np.testing.assert_array_equal(together.restarts, [1, 1, 3])
    np.testing.assert_array_equal(together.places, [0, 1, 2])
    none = train(**choices, kernel_initializer="zeros")
    he = train(**choices, kernel_initializer="he_uniform")
    for one, zeros, drawn in zip(arrays(together), arrays(none), arrays(he), strict=True):
        np.testing.assert_allclose(one, [zeros[1], drawn[1], drawn[3]], rtol=1e-4, atol=1e-5)


def test_a_restart_that_is_left_out_is_told_from_its_neighbours_of_the_same_number():
    numbers, answers = widening(2)
    recipe = Recipe(hidden=(), restarts=2, epochs=60, batch_size=40, optimizer="sgd", learning_rate=0.1)
    found = restarts.train(
        network_of(recipe, 1), inputs(numbers), answers, recipe, loss="mean_squared_error",
        numbers=np.int32([1, 1, 1]), epochs=np.int32([3, 60, 5]), starts=[network_of(recipe, 1)] * 3,
    )  # fmt: skip
    np.testing.assert_array_equal(found.restarts, [1, 1])
    np.testing.assert_array_equal(found.places, [0, 2])


def test_starts_that_do_not_fit_are_an_error():
    network = network_of(Recipe(hidden=(5,)), 3)
    for begun in ([network] * 3, [network, network, network, network_of(Recipe(hidden=(6,)), 3)]):
        with pytest.raises(RecipeError, match="starts must be networks of the same shapes, one for each of 4 restarts"):
            train(run={"starts": begun})


def test_epochs_of_its_own_are_not_for_restarts_that_are_judged():
    with pytest.raises(RecipeError, match="epochs of each restart are for a run on all rows, without folds"):
        train(run={"epochs": np.int32([1, 2, 3, 4])})


@pytest.mark.slow
def test_a_fold_that_weighs_nothing_leaves_judging_to_all_rows():
    weights = np.float32(folds(43) != 2)
    found = train(weights=weights)
    assert not found.diverged.any()
    numbers, codes = table(43)
    _, hidden, output = jax.tree.map(lambda array: np.float64(array[2]), found.parameters)
    logits = np.tanh(numbers @ hidden["kernel"] + hidden["bias"]) @ output["kernel"] + output["bias"]
    losses = -log_softmax(logits, axis=1)[np.arange(43), codes]
    np.testing.assert_allclose(found.validation_loss[2].min(), losses @ weights / weights.sum(), rtol=1e-5)


@pytest.mark.parametrize("weight", [0, -1, np.nan, np.inf])
def test_weights_of_no_use_are_an_error(weight):
    with pytest.raises(TrainingError, match="row weights must be finite, not negative, and not all 0"):
        train(weights=np.full(43, weight, np.float32))


def test_all_weight_in_one_fold_is_an_error():
    with pytest.raises(TrainingError, match="the rows outside fold 1 all have weight 0"):
        train(weights=np.float32(folds(43) == 1))
