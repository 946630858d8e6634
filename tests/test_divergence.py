from __future__ import annotations

import numpy as np
import pytest

from ffnn.errors import TrainingError
from ffnn.learning.preparing import network_of
from ffnn.networks.arrays import Inputs
from ffnn.recipes.recipe import Recipe
from ffnn.training import batches, divergence, restarts

NUMBERS = np.random.default_rng(0).uniform(0.5, 1, (40, 2)).astype(np.float32)
SUMS = NUMBERS.sum(axis=1, keepdims=True)


def error_of(numbers=NUMBERS, targets=SUMS, folds=4, loss="mean_squared_error", **choices):
    defaults = {"hidden": (), "restarts": 2, "epochs": 9, "batch_size": 10, "optimizer": "sgd"}
    recipe = Recipe(**(defaults | choices))
    inputs = Inputs(np.float32(numbers), np.zeros((40, 0), np.int32))
    fold = (np.arange(40) % folds).astype(np.int32) if folds else None
    with pytest.raises(TrainingError) as raised:
        restarts.train(network_of(recipe, 1), inputs, np.float32(targets), recipe, loss=loss, folds=fold)
    return str(raised.value)


@pytest.mark.slow
def test_initial_weights_that_overflow_are_found_before_any_step():
    said = error_of(hidden=(4, 3), activation="linear", kernel_initializer="normal(1e25)")
    assert said == (
        "training diverged in every restart (learning rate 0.001): in epoch 1, step 1, the outputs of layer 3, "
        "Dense (3 linear), were no longer finite numbers; try kernel_initializer='glorot_uniform'"
    )


def test_a_loss_that_overflows_is_that_of_the_last_layer():
    said = error_of(targets=SUMS * 1e25)
    assert "in epoch 1, step 1, the losses of layer 2, Dense (1 linear)," in said
    assert "; rescale the targets, which reach 1.9" in said
    assert "try learning_rate=0.0001; or clip_norm=1" in said


@pytest.mark.slow
def test_gradients_that_overflow_are_found_on_the_way_back():
    # with weights of 0: loss 40 · 1e36 at most, gradient of a weight 2 · 1e18 · 1e21
    said = error_of(NUMBERS * 1e21, SUMS * 1e18, loss="sum_of_squares", kernel_initializer="zeros", batch_size=1)
    assert "in epoch 1, step 1, the gradients of layer 2, Dense (1 linear)," in said
    assert "try scaling='robust', since inputs reach" in said
    assert "scaling='quantile'" in error_of(
        NUMBERS * 1e21, SUMS * 1e18, loss="sum_of_squares", kernel_initializer="zeros", scaling="robust"
    )


def test_parameters_that_a_step_makes_overflow_are_found_after_it():
    # gradient of a weight about 1e10, times 1e35
    said = error_of(targets=SUMS * 1e10, kernel_initializer="zeros", learning_rate=1e35)
    assert "in epoch 1, step 1, the parameters of layer 2, Dense (1 linear)," in said


@pytest.mark.parametrize("folds", [4, 0])
def test_what_the_last_step_made_is_found_after_it(folds):
    # the one step makes weights of about 1e30: finite, and so is their product with the inputs, but not the next layer
    said = error_of(hidden=(4, 3), learning_rate=1e30, epochs=1, batch_size=40, folds=folds)
    assert "(learning rate 1e+30): in epoch 1, the outputs of layer 3, Dense (3 relu), were no longer" in said
    assert "optimizer=" not in said


def test_a_run_that_was_clipped_is_advised_another_optimizer():
    said = error_of(hidden=(4, 3), learning_rate=1e30, clip_norm=1.0)
    assert said.endswith("try learning_rate=0.001; or optimizer='adam'")


@pytest.mark.parametrize(("epochs", "steps"), [(1024, 1000), (1, 1000), (2, 1000), (1, 1), (1, 3)])
def test_the_epoch_and_the_step_are_those_at_which_plain_descent_leaves_float32(monkeypatch, epochs, steps):
    monkeypatch.setattr(batches, "MOST_EPOCHS", epochs)
    monkeypatch.setattr(batches, "steps_a_chunk", lambda work, whole: steps)
    x, w = np.float64(np.tile([[1, 1]], (40, 1))), 0.0  # all rows alike, so their order does not matter
    taken = 0
    while 10 * (3 * w - 1) ** 2 <= float(
        np.finfo(np.float32).max
    ):  # w of both inputs and the bias begin at 0 and stay alike: error 3 w - 1
        taken += 1
        w -= 0.6 * 2 * (3 * w - 1)
    said = error_of(
        x, np.ones((40, 1)), folds=0, kernel_initializer="zeros", learning_rate=0.6, epochs=100, dropout=0.0
    )
    assert f"in epoch {taken // 4 + 1}, step {taken % 4 + 1}, the losses of layer 2, Dense (1 linear)," in said


@pytest.mark.slow
def test_dropout_and_normalisation_are_layers_like_any_other():
    said = error_of(hidden=(4, 3), dropout=0.5, layer_norm=True, learning_rate=1e35)
    number = int(said.split("of layer ")[1].split(",")[0])
    assert f"layer {number}, " + ["Numbers", *["Dense", "LayerNorm", "Dropout"] * 2, "Dense"][number - 1] in said


def test_outputs_of_a_sound_network_are_finite_layer_by_layer():
    network = network_of(Recipe(hidden=(4,)), 1)
    inputs = Inputs(NUMBERS, np.zeros((40, 0), np.int32))
    parameters = network.init(np.random.default_rng(0), inputs)
    assert divergence.first_outputs(network, parameters, inputs, None) == 0
    parameters[2]["bias"][:] = np.nan
    assert divergence.first_outputs(network, parameters, inputs, None) == 3


def test_an_embedding_is_looked_at_like_any_layer():
    network = network_of(Recipe(hidden=(4,), embedding=2), 1, codes=[5])
    inputs = Inputs(NUMBERS, np.arange(40, dtype=np.int32)[:, None] % 5)
    parameters = network.init(np.random.default_rng(0), inputs)
    assert divergence.first_outputs(network, parameters, inputs, None) == 0
    parameters[0]["vector"][:] = np.nan
    assert divergence.first_outputs(network, parameters, inputs, None) == 1
