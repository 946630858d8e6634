from __future__ import annotations

from functools import cache

import jax
import numpy as np
import pytest
from scipy.special import expit, log_softmax
from scipy.stats import entropy

from feedforward.errors import RecipeError, TrainingError
from feedforward.networks.arrays import Inputs
from feedforward.networks.layers import Dense, Network, Numbers
from feedforward.training import batches, loop, restarts
from feedforward.training.recipe import Recipe


def inputs(numbers):
    return Inputs(np.float32(numbers), np.zeros((len(numbers), 0), np.int32))


def table(rows):
    numbers = np.random.default_rng(0).normal(size=(rows, 3)).astype(np.float32)
    noise = np.random.default_rng(1).gumbel(size=(rows, 3))
    return numbers, np.argmax(1.5 * numbers + noise, axis=1).astype(np.int32)


def folds(rows, count=4):
    return (np.arange(rows) % count).astype(np.int32)


def train(rows=43, seed=0, weights=None, fold=4, watch=lambda _: None, loss="cross_entropy", **choices):
    defaults = {
        "hidden": (5,), "activation": "tanh", "restarts": 4, "epochs": 16, "patience": 100, "batch_size": 8,
        "learning_rate": 0.02,
    }  # fmt: skip
    recipe = Recipe(**(defaults | choices))
    numbers, codes = table(rows)
    network = recipe.network(3)
    fold = folds(rows, fold) if fold else None
    return restarts.train(
        network, inputs(numbers), codes, recipe, loss=loss, folds=fold, weights=weights, seed=seed, watch=watch
    )


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


def test_kept_parameters_have_the_best_score_on_their_own_fold():
    found = trained()
    np.testing.assert_array_equal(found.best_epoch, 1 + found.score.argmin(axis=1))
    assert (found.best_epoch < 16).any()
    np.testing.assert_allclose(validation_losses(found), found.score.min(axis=1), rtol=1e-5)


def test_every_restart_learns_more_than_the_shares_of_the_classes():
    shares = np.bincount(table(43)[1]) / 43
    assert (trained().loss[:, -1] < 0.8 * entropy(shares)).all()


@pytest.mark.parametrize(("patience", "seed"), [(1, 1), (2, 5), (3, 2)])
def test_a_restart_that_ran_out_of_patience_keeps_its_best_for_good(patience, seed):
    found = trained(patience=patience, seed=seed)
    stops = [epoch_at_which_it_stopped(scores, patience) for scores in found.score]
    np.testing.assert_array_equal(found.best_epoch, [best for _, best in stops])
    assert found.score.shape[1] == max(stop for stop, _ in stops) < 16
    best = found.score[np.arange(4), found.best_epoch - 1]
    assert (found.score.min(axis=1) < best).any()
    np.testing.assert_allclose(validation_losses(found), best, rtol=1e-5)


def test_without_folds_the_last_epoch_is_kept_and_every_row_trains():
    found = trained(fold=0, batch_size=43, patience=1)
    np.testing.assert_array_equal(found.best_epoch, 16)
    np.testing.assert_array_equal(found.loss, found.score)
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
    network = Recipe(hidden=(5,)).network(3)
    few, many = (restarts.initial(network, inputs(table(9)[0]), count, 0) for count in (2, 5))
    np.testing.assert_array_equal(few[1]["kernel"], many[1]["kernel"][:2])
    assert len(np.unique(many[1]["kernel"], axis=0)) == 5


def test_cutting_the_run_into_more_chunks_changes_no_bit(monkeypatch):
    seen = []
    monkeypatch.setattr(batches, "MOST_EPOCHS", 4)
    found = train(watch=seen.append)
    assert same_bits(found, trained())
    np.testing.assert_array_equal(found.score, trained().score)
    assert [record.epoch for record in seen] == [4, 8, 12, 16]
    for record in seen:
        assert record.epochs == 16
        assert record.running.all()
        np.testing.assert_array_equal(record.loss, found.loss[:, record.epoch - 1])
        np.testing.assert_array_equal(record.score, found.score[:, record.epoch - 1])
        np.testing.assert_array_equal(record.best_score, found.score[:, : record.epoch].min(axis=1))


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
    network = recipe.network(3)
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


def test_weight_decay_is_traced_too():
    one = train(optimizer="adamw", weight_decay=0.1)
    compiled = loop.run_chunk._cache_size()
    other = train(optimizer="adamw", weight_decay=1.0)
    assert loop.run_chunk._cache_size() == compiled
    assert np.abs(other.parameters[1]["kernel"]).sum() < np.abs(one.parameters[1]["kernel"]).sum()


def test_more_restarts_than_rows_share_the_folds():
    found = train(rows=3, restarts=5, fold=3, epochs=2)
    np.testing.assert_array_equal(found.restarts, np.arange(5))
    assert all(array.shape[0] == 5 and np.isfinite(array).all() for array in arrays(found))
    np.testing.assert_allclose(validation_losses(found, 3, 3), found.score.min(axis=1), rtol=1e-5)


def test_a_single_restart_is_judged_by_the_first_of_its_five_folds():
    found = train(restarts=1, fold=5)
    assert found.score.shape == (1, 16)
    np.testing.assert_allclose(validation_losses(found, count=5), found.score.min(axis=1), rtol=1e-5)


def test_sides_are_a_fold_and_all_other_rows():
    training, judging = restarts.sides(7, 5, np.int32([0, 1, 2, 0, 1, 2, 0]))
    assert [part.tolist() for part in judging] == [[0, 3, 6], [1, 4], [2, 5], [0, 3, 6], [1, 4]]
    for trains, judges in zip(training, judging, strict=True):
        np.testing.assert_array_equal(np.sort(np.concatenate([trains, judges])), np.arange(7))


@pytest.mark.parametrize(("fold", "batch_size"), [(4, 8), (0, 43)])
def test_a_diverging_learning_rate_is_an_error_that_names_it(fold, batch_size):
    with pytest.raises(TrainingError, match=r"diverged in every restart \(learning rate 1e\+30\); try a smaller"):
        train(optimizer="sgd", learning_rate=1e30, activation="relu", fold=fold, batch_size=batch_size)


def test_restarts_that_diverged_are_left_out():
    numbers, codes = table(43)
    weights = np.where(np.arange(43) == 4, np.float32(1e30), np.float32(1))
    recipe = Recipe(hidden=(5,), restarts=4, epochs=16, batch_size=8, optimizer="sgd", learning_rate=0.001)
    found = restarts.train(
        recipe.network(1), inputs(numbers), np.float32(codes[:, None]), recipe, loss="sum_of_squares",
        folds=folds(43), weights=weights,
    )  # fmt: skip
    np.testing.assert_array_equal(found.restarts, [0])
    assert all(array.shape[0] == 1 and np.isfinite(array).all() for array in arrays(found))
    assert found.loss.shape == found.score.shape == (1, found.loss.shape[1])
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
