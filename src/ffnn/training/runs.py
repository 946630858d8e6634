"""A training run made ready: what the loop needs of arrays, recipe and seed. It can be begun any number of times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float32, Int32, Shaped

from ffnn.errors import TrainingError
from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Network
from ffnn.recipes.recipe import FINAL_RATES, Settled
from ffnn.training import batches, loop
from ffnn.training.optimizers import Optimizer
from ffnn.training.starts import ORDER, generator, initial, noise_seeds
from ffnn.training.state import Chunk, History, Program, Rates, Rows, State, Validation


@dataclass(frozen=True)
class Run:
    """One training run; the attributes are the arguments of `restarts.train`.

    Attributes:
        numbers: Number of each restart that is trained; its weights, order and noise depend on it and the seed alone.
        epochs: How many epochs each of them is planned for.
        starts: What draws the initial parameters of each of them; the network if None.
        held: Rows that judge every restart and train none, where there are no folds; None: there are no such rows.
    """

    network: Network
    inputs: Inputs
    targets: Shaped[np.ndarray, "rows ..."]
    recipe: Settled
    loss: str
    folds: Int32[np.ndarray, " rows"] | None
    weights: Float32[np.ndarray, " rows"]
    seed: int
    numbers: Int32[np.ndarray, " restarts"]
    epochs: Int32[np.ndarray, " restarts"]
    starts: Sequence[Network] | None = None
    held: Int32[np.ndarray, " held"] | None = None

    def begin(self) -> tuple[State, Iterator[Chunk]]:
        """The state before the first step, and the chunks of the whole run."""
        state = loop.start(self.initial, noise_seeds(self.numbers, self.seed), self.program)
        parameters = sum(array[0].size for layer in self.initial for array in layer.values())
        most, count = batches.ladder(self.most), len(self.numbers)
        work = batches.operations_of_epoch(most, parameters, count)
        chunks = batches.chunks(
            self.rows,
            self.sides[0],
            self.batch,
            self.planned,
            batches.epochs_a_chunk(work, self.planned, most * count),
            batches.steps_a_chunk(work, self.steps),
            [generator(self.seed, ORDER, number) for number in self.numbers.tolist()],
        )
        return state, chunks

    def take(self, state: State, chunk: Chunk) -> tuple[State, History]:
        """Take a chunk; the old state is used up."""
        taken: tuple[State, History]
        taken = loop.run_chunk(state, chunk, self.validation, self.rates, self.program)
        return taken

    @cached_property
    def program(self) -> Program:
        """What is fixed when the loop is compiled."""
        changes = self.recipe.schedule != "constant" or self.recipe.warmup > 0
        return Program(
            self.network,
            self.loss,
            Optimizer.of(self.recipe, self.network),
            validated=self.folds is not None or self.held is not None,
            schedule=self.recipe.schedule if changes else None,
            fading=self.recipe.fade,
        )

    @cached_property
    def rates(self) -> Rates:
        """What is not. The schedule runs over the recipe's epochs, whatever `epochs` says."""
        recipe = self.recipe
        final_rate = FINAL_RATES[recipe.schedule] if recipe.final_rate is None else recipe.final_rate
        return Rates(
            learning_rate=np.float32(recipe.learning_rate),
            final_rate=np.float32(final_rate),
            warmup=np.float32(recipe.warmup),
            weight_decay=np.float32(recipe.weight_decay),
            l1=np.float32(recipe.l1),
            l2=np.float32(recipe.l2),
            clip_norm=np.float32(recipe.clip_norm or 0),
            label_smoothing=np.float32(recipe.label_smoothing),
            patience=np.int32(min(recipe.patience or recipe.epochs, recipe.epochs)),
            steps=np.float32(recipe.epochs * self.steps),
            epochs=self.epochs,
        )

    @cached_property
    def rows(self) -> Rows:
        """All rows, on the device."""
        return batches.resident(self.inputs, self.targets, self.weights)

    @cached_property
    def validation(self) -> Validation:
        """The rows that judge each restart."""
        return batches.validation(self.rows, self.sides[1])

    @cached_property
    def sides(self) -> tuple[list[Int32[np.ndarray, "_"]], list[Int32[np.ndarray, "_"]]]:
        """The rows that each restart trains on, and those that judge it."""
        if self.held is None:
            return sides(self.numbers, self.folds, self.weights)
        training = np.delete(np.arange(len(self.weights), dtype=np.int32), self.held)
        return [training] * len(self.numbers), [self.held] * len(self.numbers)

    @cached_property
    def initial(self) -> tuple[Parameters, ...]:
        """Each restart's initial parameters, stacked."""
        return initial(self.network, self.inputs, self.numbers, self.seed, self.starts)

    @property
    def most(self) -> int:
        """Training rows of the restart that has most."""
        return max(map(len, self.sides[0]))

    @property
    def batch(self) -> int:
        """Rows for one step."""
        chosen = self.recipe.batch_rows(self.most)
        return batches.ladder(chosen) if chosen == self.most else chosen  # one batch of all rows is filled up

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-self.most // self.batch)

    @property
    def planned(self) -> int:
        """Epochs of the restart that has most."""
        return int(self.epochs.max())


def sides(
    numbers: Int32[np.ndarray, " restarts"],
    folds: Int32[np.ndarray, " rows"] | None,
    weights: Float32[np.ndarray, " rows"],
) -> tuple[list[Int32[np.ndarray, "_"]], list[Int32[np.ndarray, "_"]]]:
    """The rows that each restart trains on, and those that judge it: all of them, where its fold weighs nothing.

    Raises:
        TrainingError: The rows that a restart trains on weigh nothing.
    """
    everything = np.arange(len(weights), dtype=np.int32)
    if folds is None:
        return [everything] * len(numbers), [everything[:0]] * len(numbers)
    of_fold = [np.flatnonzero(folds == fold).astype(np.int32) for fold in range(int(folds.max()) + 1)]
    others = [np.flatnonzero(folds != fold).astype(np.int32) for fold in range(len(of_fold))]
    for fold, rows in enumerate(others):
        if not weights[rows].any():
            raise TrainingError(
                f"the rows outside fold {fold} all weigh 0, so nothing is left to train on; leave rows of weight 0 out"
            )
    judges = [rows if weights[rows].any() else everything for rows in of_fold]
    return [others[number % len(others)] for number in numbers], [judges[number % len(judges)] for number in numbers]
