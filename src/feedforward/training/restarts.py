"""Several starts: networks that train side by side in one program, each from its own random weights.

Each restart has its own fold of the rows to judge it, keeps the parameters of its own best epoch, and stops by itself.
Source: lecture, "Randomising initial weights" (several starts against local minima).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Bool, Float32, Int32, Shaped

from feedforward.errors import RecipeError, TrainingError
from feedforward.networks.arrays import Inputs, Parameters
from feedforward.networks.layers import Dense, Network
from feedforward.training import batches, loop
from feedforward.training.optimizers import Optimizer
from feedforward.training.recipe import STEP_CANNOT_TRAIN, Recipe

SAMPLE = 1024
"""Rows that initial weights may look at."""


@dataclass(frozen=True)
class Record:
    """What is known after each chunk of epochs.

    Attributes:
        epoch: Epochs done.
        epochs: Epochs planned, at most.
        loss: Each restart's training loss in the last epoch.
        score: Each restart's validation loss after the last epoch (training loss where nothing validates).
        best_score: The best of each restart so far.
        running: Which restarts have not stopped.
    """

    epoch: int
    epochs: int
    loss: Float32[np.ndarray, " restarts"]
    score: Float32[np.ndarray, " restarts"]
    best_score: Float32[np.ndarray, " restarts"]
    running: Bool[np.ndarray, " restarts"]


@dataclass(frozen=True)
class Trained:
    """What training gives.

    Attributes:
        parameters: Of each layer; every array has a leading axis of restarts.
        best_epoch: The epoch, counted from 1, whose parameters each restart kept.
        loss: Training loss of every restart and epoch; the largest float32 where it is not finite.
        score: Validation loss of every restart and epoch (training loss where nothing validates).
        restarts: Which of the recipe's restarts these are: all but those that diverged.
    """

    parameters: tuple[Parameters, ...]
    best_epoch: Int32[np.ndarray, " restarts"]
    loss: Float32[np.ndarray, "restarts epochs"]
    score: Float32[np.ndarray, "restarts epochs"]
    restarts: Int32[np.ndarray, " restarts"]


def train(
    network: Network,
    inputs: Inputs,
    targets: Shaped[np.ndarray, "rows ..."],
    recipe: Recipe,
    *,
    loss: str,
    folds: Int32[np.ndarray, " rows"] | None = None,
    weights: Float32[np.ndarray, " rows"] | None = None,
    seed: int = 0,
    watch: Callable[[Record], object] = lambda _: None,
) -> Trained:
    """Train all restarts of a network on rows in memory.

    Args:
        network: The network; every restart has this shape.
        inputs: NumPy arrays.
        targets: Class numbers, int32 [rows], or numbers, float32 [rows, outputs].
        recipe: Restarts, epochs, patience, batch size, optimizer and rates. Its layers are not looked at.
        loss: Name of the loss function.
        folds: Number of each row's fold, 0 to k - 1: restart r is judged by fold r mod k and trains on the others.
            None: every restart trains on all rows and keeps its last epoch.
        weights: How much each row counts; 1 each if None.
        seed: Of initial weights, order and noise. The same seed on the same machine gives the same bits.
        watch: Called with a `Record` after every chunk of epochs.

    Raises:
        RecipeError: The network cannot be trained.
        TrainingError: Every restart diverged.
    """
    refuse_step(network)
    program = loop.Program(
        network, loss, Optimizer(recipe.optimizer, recipe.momentum, recipe.nesterov), folds is not None
    )
    rates = loop.Rates(
        np.float32(recipe.learning_rate),
        np.float32(recipe.weight_decay),
        np.float32(recipe.label_smoothing),
        np.int32(min(recipe.patience, recipe.epochs)),
    )
    training, judging = sides(len(targets), recipe.restarts, folds)
    parameters = initial(network, inputs, recipe.restarts, seed)
    rows = batches.resident(inputs, targets, weights)
    validation = batches.validation(rows, judging)
    state = loop.start(parameters, seeds(recipe.restarts, seed), program)
    histories = []
    for chunk in plan(rows, training, recipe, parameters, seed):
        state, history = loop.run_chunk(state, chunk, validation, rates, program)
        histories.append(jax.device_get(history))
        watch(record(state, histories[-1], recipe.epochs))
        if not histories[-1].running.any():
            break
    return result(state, histories, recipe, program.validated)


def sides(
    rows: int, restarts: int, folds: Int32[np.ndarray, " rows"] | None
) -> tuple[list[Int32[np.ndarray, "_"]], list[Int32[np.ndarray, "_"]]]:
    """The rows that each restart trains on, and those that judge it."""
    if folds is None:
        return [np.arange(rows, dtype=np.int32)] * restarts, [np.zeros(0, np.int32)] * restarts
    of_fold = [np.flatnonzero(folds == fold).astype(np.int32) for fold in range(int(folds.max()) + 1)]
    others = [np.flatnonzero(folds != fold).astype(np.int32) for fold in range(len(of_fold))]
    return (
        [others[restart % len(of_fold)] for restart in range(restarts)],
        [of_fold[restart % len(of_fold)] for restart in range(restarts)],
    )


def initial(network: Network, inputs: Inputs, restarts: int, seed: int) -> tuple[Parameters, ...]:
    """Each restart's initial parameters, stacked; drawn by NumPy, each restart by its own generator."""
    sample = inputs.take(np.random.default_rng((seed, 3)).permutation(len(inputs.numbers))[:SAMPLE])
    drawn = [
        network.init(np.random.default_rng(part), sample) for part in np.random.SeedSequence((seed, 0)).spawn(restarts)
    ]
    return tuple(
        {name: np.stack([one[layer][name] for one in drawn]) for name in drawn[0][layer]}
        for layer in range(len(network.layers))
    )


def seeds(restarts: int, seed: int) -> np.ndarray:
    """Each restart's seed of dropout noise, uint32 [restarts, 2]."""
    return np.random.SeedSequence((seed, 2)).generate_state(2 * restarts).reshape(restarts, 2)


def plan(
    rows: loop.Rows, training: list[np.ndarray], recipe: Recipe, parameters: tuple[Parameters, ...], seed: int
) -> Any:
    """The run's chunks: batch size, and epochs to a chunk by the work that one epoch is."""
    most = max(map(len, training))
    batch = recipe.batch_rows(most)
    size = sum(array[0].size for layer in parameters for array in layer.values())
    length = batches.epochs_a_chunk(
        batches.ladder(most), size, recipe.restarts, recipe.epochs, batches.ladder(most) * recipe.restarts
    )
    return batches.chunks(rows, training, batch, recipe.epochs, length, seed)


def record(state: loop.State, history: loop.History, epochs: int) -> Record:
    """The newest epoch of a chunk's history."""
    epoch, best_score = jax.device_get((state.epoch, state.best_score))
    loss, score, running = map(np.asarray, history)
    newest = max(0, int((~np.isnan(loss)).any(axis=1).sum()) - 1)
    return Record(int(epoch), epochs, loss[newest], score[newest], best_score, running)


def result(state: loop.State, histories: list[loop.History], recipe: Recipe, validated: bool) -> Trained:
    """The restarts that have a finite best, as NumPy arrays; where nothing validates, those finite to the end."""
    final = jax.device_get(state)
    best_epoch = np.asarray(final.best_epoch)
    sound = best_epoch > 0 if validated else best_epoch == final.epoch
    for array in jax.tree.leaves(final.best):  # relu turns NaN into 0, so a finite loss alone does not vouch for them
        sound &= np.isfinite(array).all(axis=tuple(range(1, array.ndim)))
    kept = np.flatnonzero(sound).astype(np.int32)
    if not len(kept):
        rate = recipe.learning_rate
        raise TrainingError(f"training diverged in every restart (learning rate {rate:g}); try a smaller learning rate")
    parameters = jax.tree.map(lambda array: np.asarray(array)[kept], final.best)
    loss, score = (
        finite(np.concatenate(parts)[: int(final.epoch)].T[kept])
        for parts in ([history.loss for history in histories], [history.score for history in histories])
    )
    return Trained(parameters, best_epoch[kept], loss, score, kept)


def finite(losses: Float32[np.ndarray, "..."]) -> Float32[np.ndarray, "..."]:
    """Losses with the largest float32 in place of those that are not finite."""
    return np.asarray(np.where(np.isfinite(losses), losses, np.finfo(np.float32).max))


def refuse_step(network: Network) -> None:
    """Raise a RecipeError if a layer's activation is the step function."""
    for layer in network.layers:
        if isinstance(layer, Dense) and layer.activation == "step":
            raise RecipeError(STEP_CANNOT_TRAIN)
