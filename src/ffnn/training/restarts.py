"""Several starts: networks that train side by side in one program, each from its own random weights.

Each restart has its own validation fold, keeps the parameters of its own best epoch, and stops by itself.
Source: lecture, "Randomising initial weights" (several starts against local minima).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jax
import numpy as np
from jaxtyping import Bool, Float32, Int32, Shaped

from ffnn.errors import RecipeError, TrainingError
from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Dense, Network
from ffnn.recipes.recipe import STEP_CANNOT_TRAIN, Recipe
from ffnn.recipes.settling import settled
from ffnn.training import divergence, loop
from ffnn.training.runs import Run
from ffnn.training.source import Resident
from ffnn.training.state import Chunk, Judge
from ffnn.training.steps import Steps, watched

Stage = Literal["trial", "training", "refit"]
"""What a run is for: to try frequencies out, to train, or to train again on all rows."""


@dataclass(frozen=True)
class Record:
    """What is known after each chunk: some epochs, or a part of one.

    Attributes:
        epoch: Epochs done.
        epochs: Epochs planned, at most.
        progress: Share of the planned steps that is done, 0 to 1.
        loss: Each restart's training loss in the last epoch, or in what is done of the first.
        validation_loss: Each restart's after the last epoch (the training loss where nothing validates); NaN until the
            first is over.
        best_validation_loss: The least of each restart so far; infinite until there is one.
        running: Which restarts have not stopped.
        learning_rate: That of the next step.
        seconds: Since the run began, with what it took to compile it.
        stage: What the run is for.
    """

    epoch: int
    epochs: int
    progress: float
    loss: Float32[np.ndarray, " restarts"]
    validation_loss: Float32[np.ndarray, " restarts"]
    best_validation_loss: Float32[np.ndarray, " restarts"]
    running: Bool[np.ndarray, " restarts"]
    learning_rate: float
    seconds: float
    stage: Stage = "training"


@dataclass(frozen=True)
class Trained:
    """What training gives.

    Attributes:
        parameters: Of each layer; every array has a leading axis of the restarts that are kept.
        best_epoch: The epoch, counted from 1, whose parameters each of them kept.
        loss: Training loss of each of them in every epoch; the largest float32 where it is not finite.
        validation_loss: That of each of them after every epoch (the training loss where nothing validates).
        restarts: The number of each restart that is kept: all that have a good epoch, or the best of them alone.
        places: The place of each of them among the restarts that were trained: that of its number in `numbers`.
        diverged: For every restart that was trained: the epoch, counted from 1, in which it diverged; 0 if it did not.
        ended: Why training ended: `patience` (all had stopped), `epochs` (none are left), `asked` (by `watch`), or
            `diverged` (all had).
    """

    parameters: tuple[Parameters, ...]
    best_epoch: Int32[np.ndarray, " kept"]
    loss: Float32[np.ndarray, "kept epochs"]
    validation_loss: Float32[np.ndarray, "kept epochs"]
    restarts: Int32[np.ndarray, " kept"]
    places: Int32[np.ndarray, " kept"]
    diverged: Int32[np.ndarray, " restarts"]
    ended: str


def train(
    network: Network,
    inputs: Inputs,
    targets: Shaped[np.ndarray, "rows ..."],
    recipe: Recipe,
    *,
    watch: Callable[[Record], object] = lambda _: None,
    **choices: Any,
) -> Trained:
    """Take all the steps of `steps`; `watch` is called with each `Record`, and ends training if it returns true."""
    return watched(steps(network, inputs, targets, recipe, **choices), watch)


def steps(
    network: Network,
    inputs: Inputs,
    targets: Shaped[np.ndarray, "rows ..."],
    recipe: Recipe,
    *,
    loss: str | Judge,
    folds: Int32[np.ndarray, " rows"] | None = None,
    weights: Float32[np.ndarray, " rows"] | None = None,
    seed: int = 0,
    epochs: Int32[np.ndarray, " restarts"] | None = None,
    numbers: Int32[np.ndarray, " restarts"] | None = None,
    starts: Sequence[Network] | None = None,
    parameters: tuple[Parameters, ...] | None = None,
    stage: Stage = "training",
    each_epoch: bool = False,
) -> Steps[Record, Trained]:
    """Train all restarts of a network on rows in memory, chunk by chunk, each of which a `Record` follows.

    If something true is sent, training ends with the best so far; in the first epoch, with what there is of it.

    Args:
        network: The network; every restart has this shape.
        inputs: NumPy arrays.
        targets: Class numbers, int32 [rows], or numbers, float32 [rows, outputs].
        recipe: Restarts, epochs, patience, batch size, optimizer, rates and which restarts to keep. Its layers, and
            what it says of tables, are not looked at.
        loss: Name of the loss function, or a `Judge`.
        folds: Number of each row's fold, 0 to k - 1: restart r validates on fold r mod k and trains on the others.
            A fold that weighs nothing cannot validate: all rows do in its place.
            None: every restart trains on all rows and keeps its last epoch.
        weights: How much each row counts; 1 each if None.
        seed: Of initial weights, order and noise. The same seed on the same machine gives the same bits.
        epochs: Epochs that each restart trains for, where there are no folds; the recipe's if None. The schedule runs
            over the recipe's epochs all the same: an epoch has the rate that it has in a whole run.
        numbers: Which restarts to train; 0 to `recipe.restarts` - 1 if None. A restart's initial weights and noise
            depend on its number and the seed alone, not on which others train next to it. A number may stand there
            several times, with starts that differ.
        starts: What draws the initial parameters of each of those restarts: networks whose arrays have the shapes of
            `network`'s, such as the same with another initializer; `network` for each if None.
        parameters: What the restarts begin with, stacked, in place of what is drawn.
        stage: What the run is for, as its records say.
        each_epoch: Whether each epoch is a chunk of its own, however short it is.

    Returns:
        The restarts that have a good epoch, or the best of them. Where nothing validates, those finite to their end,
        and the best is that of the least training loss.

    Raises:
        RecipeError: The network cannot be trained, `epochs` are given with folds, or the starts do not fit.
        TrainingError: The weights are of no use, or every restart diverged.
    """
    recipe = settled(recipe, classes=targets.dtype.kind == "i", rows=len(targets))
    refuse_step(network)
    if epochs is not None and folds is not None:
        raise RecipeError("epochs of each restart are for a run on all rows, without folds")
    if weights is None:
        weights = np.ones(len(targets), np.float32)
    elif not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
        raise TrainingError("row weights must be finite, not negative, and not all 0")
    numbers = np.arange(recipe.restarts, dtype=np.int32) if numbers is None else numbers
    epochs = np.full(len(numbers), recipe.epochs, np.int32) if epochs is None else epochs
    source = Resident.by_folds(inputs, targets, weights, folds, numbers)
    run = Run(network, source, recipe, loss, seed, numbers, epochs, starts, parameters)

    course, asked = Course(run, stage, each_epoch), False
    for record in course:
        asked = bool((yield record)) and bool(record.running.any()) and record.progress < 1
        if asked:
            break
    course.judge_first_epoch()
    return result(course, asked)


class Course:
    """A run on its way to its end, and what its epochs achieved so far. Iterating takes chunk after chunk."""

    def __init__(self, run: Run, stage: Stage = "training", each_epoch: bool = False) -> None:
        self.began = time.monotonic()
        self.run, self.stage, self.epoch = run, stage, 0
        self.state, self._chunks = run.begin(each_epoch)
        self.loss: list[Float32[np.ndarray, "epochs restarts"]] = []
        self.validation_loss: list[Float32[np.ndarray, "epochs restarts"]] = []

    def __iter__(self) -> Iterator[Record]:
        """Take the chunks of the run until all restarts have stopped; what is known after each."""
        for chunk in self._chunks:
            self._newest = chunk
            record = self._take(chunk)
            yield record
            if not record.running.any():
                break

    def judge_first_epoch(self) -> None:
        """Judge what there is of the first epoch as a whole one, if it is not over."""
        if not self.epoch:
            self._take(self._newest._replace(steps=np.int32(0), ends_epoch=np.bool_(True)))

    def _take(self, chunk: Chunk) -> Record:
        self.state, history = self.run.take(self.state, chunk)
        state, planned = self.state, self.run.planned
        epoch, step, (total, count, _), best = jax.device_get(
            (state.epoch, state.step, state.loss, state.best_validation_loss)
        )
        ended, self.epoch = int(epoch) - self.epoch, int(epoch)
        loss, validation_loss, _, running = map(np.asarray, history)
        if ended:
            self.loss.append(loss[:ended])
            self.validation_loss.append(validation_loss[:ended])
        if self.epoch:
            newest = self.loss[-1][-1], self.validation_loss[-1][-1]
        else:
            newest = total / np.maximum(count, np.float32(loop.SMALLEST)), np.full_like(total, np.nan)
        progress, rate = int(step) / (planned * self.run.steps), self.run.learning_rate(int(step))
        seconds = time.monotonic() - self.began
        return Record(self.epoch, planned, progress, *newest, best, running, rate, seconds, self.stage)


def result(course: Course, asked: bool) -> Trained:
    """The restarts that are kept, as NumPy arrays; `asked` says whether whoever watched ended it.

    Raises:
        TrainingError: There is none.
    """
    run, state = course.run, course.state
    best, best_epoch, least, diverged = jax.device_get(
        (state.best, state.best_epoch, state.best_validation_loss, state.diverged)
    )
    sound = best_epoch > 0
    if not run.program.validated:  # nothing validated the parameters after the last step
        exploded = (diverged == 0) & ~divergence.finite_outputs(run, best)
        diverged = np.where(exploded, best_epoch, diverged)
        sound &= diverged == 0
    kept = np.flatnonzero(sound)
    if not len(kept):
        raise divergence.explain(run, diverged)
    if run.recipe.keep == "best":
        kept = kept[[least[kept].argmin()]]
    parameters = jax.tree.map(lambda array: np.asarray(array)[kept], best)
    loss, validated = (finite(np.concatenate(parts).T[kept]) for parts in (course.loss, course.validation_loss))
    places, ended = kept.astype(np.int32), why_ended(course, asked)
    return Trained(parameters, best_epoch[kept], loss, validated, run.numbers[kept], places, diverged, ended)


def why_ended(course: Course, asked: bool) -> str:
    """Why training ended; see `Trained`."""
    if np.all(course.state.diverged):
        return "diverged"
    if asked:
        return "asked"
    return "epochs" if course.epoch == course.run.planned or not course.run.program.validated else "patience"


def finite(losses: Float32[np.ndarray, "..."]) -> Float32[np.ndarray, "..."]:
    """Losses with the largest float32 in place of those that are not finite."""
    return np.asarray(np.where(np.isfinite(losses), losses, np.finfo(np.float32).max))


def refuse_step(network: Network) -> None:
    """Raise a RecipeError if a layer's activation is the step function."""
    for layer in network.layers:
        if isinstance(layer, Dense) and layer.activation == "step":
            raise RecipeError(STEP_CANNOT_TRAIN)
