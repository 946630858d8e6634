"""Settings of the tricks as arrays, and networks of many settings trained side by side.

Networks that are alike but for their initial weights are restarts of one run, in one compiled program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Bool, Float, Float64, Int32

from ffnn.errors import RecipeError, TrainingError
from ffnn.learning import judging, preparing
from ffnn.learning.fitting import fit_restarts, with_frequency
from ffnn.learning.preparing import Prepared
from ffnn.networks import predicting
from ffnn.networks.arrays import Inputs, Parameters
from ffnn.recipes.recipe import Recipe
from ffnn.scores import metrics
from ffnn.tables.columns.schema import Schema
from ffnn.tables.encoding import raw
from ffnn.tables.rows import Rows
from ffnn.tables.targets import ClassTarget, Task
from ffnn.training import devices
from ffnn.training.restarts import Record
from ffnn.training.starts import EXERCISE, stream
from ffnn.training.steps import watched
from ffnn.tricks.catalogue import Setting

LARGEST = float(np.finfo(np.float32).max)
"""What a loss counts as that is not finite; see `restarts.Trained`."""

BUILT = (
    "hidden", "activation", "kernel_initializer", "parametrization", "embedding", "periodic", "frequency",
    "input_scale", "layer_norm", "scaling", "whitening", "clip_outputs",
)  # fmt: skip
"""Choices that are of no use but to build network, encoder and target."""

Start: TypeAlias = tuple[Setting, int]
"""A setting, and the number of one start of it."""


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """One trained network, as the experiment needs it.

    Attributes:
        outputs: What it gives for the test rows; None if that is not finite.
        diverged: Whether it diverged; it may have had a good epoch before.
        curve: Validation loss after each epoch, NaN where it is not finite.
        judging: Its validation rows among the training rows.
        judged: Its outputs for those.
    """

    outputs: Float64[np.ndarray, "rows outputs"] | None
    diverged: bool
    curve: Float64[np.ndarray, " epochs"]
    judging: Bool[np.ndarray, " training"]
    judged: Float64[np.ndarray, "judged outputs"] | None


LOST = TrainedNetwork(None, True, np.zeros(0), np.zeros(0, bool), None)


@dataclass(frozen=True, eq=False)
class Case:
    """A setting as arrays.

    Attributes:
        ready: The training rows.
        test: What enters for the test rows.
        loss: Name of the loss function.
    """

    ready: Prepared
    test: Inputs
    loss: str


@dataclass(frozen=True, eq=False)
class Bench:
    """The rows on which all settings are compared.

    Attributes:
        training: Rows that train and validate.
        held_out: Rows for the scores, which nothing learns from.
        seen: What each column is taken for.
        task: Classification or regression.
        folds: The fold of each training row; see `restarts.train`.
        seed: Of every start.
    """

    training: Rows
    held_out: Rows
    seen: Schema
    task: Task
    folds: Int32[np.ndarray, " rows"]
    seed: int
    cases: dict[Setting, Case] = field(default_factory=dict)

    def case(self, setting: Setting) -> Case:
        """A setting as arrays; made once.

        Raises:
            RecipeError: It does not fit the task.
        """
        setting = replace(setting, starts=1)
        if setting not in self.cases:
            self.cases[setting] = self._made(setting)
        return self.cases[setting]

    def _made(self, setting: Setting) -> Case:
        seen, training, held_out = self.seen, self.training.cells, self.held_out.cells
        if setting.entry == "numbered":
            levels = raw.levels_of(seen, training)
            seen, training, held_out = (
                raw.numbers_for(seen, levels),
                raw.numbered(training, levels),
                raw.numbered(held_out, levels),
            )
        loss = preparing.loss_for(self.task, setting.recipe)
        ready = preparing.prepare(replace(self.training, cells=training), seen, self.task, setting.recipe, self.seed)
        if setting.entry == "raw":
            encoder = raw.unscaled(ready.encoder)
            exercise = stream(self.seed, EXERCISE)
            ready = replace(ready, encoder=encoder, inputs=encoder.encode(training, exercise))
        ready = watched(with_frequency(ready, **self._choices(loss)), lambda _: False)
        if setting.squared:
            loss, one_hot = "mean_squared_error", np.eye(ready.target.outputs, dtype=np.float32)
            ready = replace(ready, targets=one_hot[ready.targets])
        return Case(ready, ready.encoder.encode(held_out), loss)

    def _choices(self, loss: str) -> dict[str, Any]:
        return {"loss": loss, "folds": self.folds, "seed": self.seed}

    def fits(self, setting: Setting) -> bool:
        """Whether the task and the table allow a setting."""
        try:
            self.case(setting)
        except RecipeError:
            return False
        return True

    def same(self, one: Setting, other: Setting) -> bool:
        """Whether two settings are the same on this table: neither arrays nor training nor prediction differ."""
        here, there = self.case(one), self.case(other)
        of_training = replace(there.ready.recipe, **{name: getattr(here.ready.recipe, name) for name in BUILT})
        built = [(case.ready.network, case.ready.encoder, case.ready.target, case.loss) for case in (here, there)]
        return built[0] == built[1] and here.ready.recipe == of_training and one.starts == other.starts

    def train(self, starts: Sequence[Start], watch: Callable[[Record], object]) -> list[TrainedNetwork]:
        """Train networks that are alike but for their initial weights side by side, as restarts of one run."""
        cases = [self.case(setting) for setting, _ in starts]
        ready = cases[0].ready
        numbers = np.array([number for _, number in starts], np.int32)
        begun = [case.ready.network for case in cases]
        try:
            run = fit_restarts(ready, **self._choices(cases[0].loss), numbers=numbers, starts=begun)
            trained = watched(run, watch)
        except TrainingError:  # all of them diverged in their first epochs
            return [LOST] * len(starts)
        networks = [LOST] * len(starts)
        for row, place in enumerate(trained.places.tolist()):
            own = tuple({name: array[row] for name, array in layer.items()} for layer in trained.parameters)
            outputs = finite_outputs(ready, own, cases[place].test)
            judging = self.folds == numbers[place] % (self.folds.max() + 1)
            judged = finite_outputs(ready, own, ready.inputs.take(judging))
            loss = trained.validation_loss[row]
            curve = np.where(loss < LARGEST, loss.astype(np.float64), np.nan)
            diverged = bool(trained.diverged[place]) or outputs is None
            networks[place] = TrainedNetwork(outputs, diverged, curve, judging, judged)
        return networks

    def predicted(
        self, setting: Setting, networks: Sequence[TrainedNetwork]
    ) -> Float64[np.ndarray, "rows outputs"] | None:
        """Probabilities or numbers for the test rows: the mean of those networks; None where all diverged."""
        ready = self.case(setting).ready
        outputs = [network.outputs for network in networks if network.outputs is not None]
        target = ready.target
        outside = [(network.judging, network.judged) for network in networks if network.judged is not None]
        if ready.recipe.calibrate and isinstance(target, ClassTarget) and outside:
            target = judging.calibrated(target, outside, ready)
        decoded = [shares(each) if setting.squared else target.decode(each) for each in outputs]
        return np.mean(decoded, axis=0) if decoded else None

    def scores(self, outputs: Float64[np.ndarray, "rows outputs"]) -> dict[str, float]:
        """What outputs for the test rows are worth, the less the better: error and log loss, or RMSE."""
        target, answers = next(iter(self.cases.values())).ready.target, self.held_out.answers
        if isinstance(target, ClassTarget):
            found = metrics.classification(target.encode(answers), outputs)
            return {"error": 1 - found["accuracy"], "log_loss": found["log_loss"]}
        return {"rmse": metrics.regression(target.read(answers).to_numpy()[:, 0], outputs[:, 0])["rmse"]}


def finite_outputs(
    ready: Prepared, parameters: tuple[Parameters, ...], inputs: Inputs
) -> Float64[np.ndarray, "rows outputs"] | None:
    """What one network gives; None where that is not finite."""
    outputs = predicting.outputs(ready.network, parameters, inputs)
    return outputs if np.isfinite(outputs).all() else None


def shares(outputs: Float[np.ndarray, "rows classes"]) -> Float[np.ndarray, "rows classes"]:
    """Outputs that learned 0 and 1 as probabilities: cut off there, then divided by their sum; even where that is 0."""
    cut = np.clip(outputs, 0, 1)
    total = cut.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > 0, cut / np.where(total > 0, total, 1), 1 / outputs.shape[1]))


def runs(starts: Iterable[Start]) -> list[list[Start]]:
    """Starts of one kind of network together, whatever their initial weights; of many, in even parts."""
    alike: dict[Setting, list[Start]] = {}
    for setting, number in starts:
        recipe = replace(setting.recipe, kernel_initializer=Recipe().kernel_initializer)
        alike.setdefault(replace(setting, recipe=recipe), []).append((setting, number))
    most = devices.current().most_together
    return [part for own in alike.values() for part in even(own, -(-len(own) // most))]


def even(starts: list[Start], parts: int) -> list[list[Start]]:
    """So many parts, of sizes that differ by one at most."""
    edges = np.linspace(0, len(starts), parts + 1).round().astype(int).tolist()
    return [starts[begin:end] for begin, end in pairwise(edges)]
