"""A training run made ready: what the loop needs of arrays, recipe and seed. It can be begun any number of times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Int32

from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Network
from ffnn.recipes.recipe import FINAL_RATES, Settled
from ffnn.training import batches, loop, schedules
from ffnn.training.optimizers import Optimizer
from ffnn.training.source import Source
from ffnn.training.starts import ORDER, generator, initial, noise_seeds
from ffnn.training.state import Chunk, History, Judge, Program, Rates, State


@dataclass(frozen=True)
class Run:
    """One training run; see `restarts.train` for what is not described here.

    Attributes:
        source: The rows.
        numbers: Number of each restart that is trained; its weights, order and noise depend on it and the seed alone.
        epochs: How many epochs each of them is planned for.
        starts: What draws the initial parameters of each of them; the network if None.
        parameters: What they begin with in place of that, stacked.
    """

    network: Network
    source: Source
    recipe: Settled
    loss: str | Judge
    seed: int
    numbers: Int32[np.ndarray, " restarts"]
    epochs: Int32[np.ndarray, " restarts"]
    starts: Sequence[Network] | None = None
    parameters: tuple[Parameters, ...] | None = None

    def begin(self, each_epoch: bool = False) -> tuple[State, Iterator[Chunk]]:
        """The state before the first step, and the chunks of the whole run: of one epoch each, if so wanted."""
        order = batches.ladder(self.source.epoch_rows) * len(self.numbers)
        together = 1 if each_epoch else batches.epochs_a_chunk(self.work, self.planned, order)
        return self.start(), self.chunks(self.planned, together, self.generators())

    def start(self) -> State:
        """The state before the first step."""
        state: State = loop.start(self.initial, noise_seeds(self.numbers, self.seed), self.program)
        return state

    def generators(self) -> list[np.random.Generator]:
        """What draws the order of each restart's rows, at its beginning."""
        return [generator(self.seed, ORDER, number) for number in self.numbers.tolist()]

    def chunks(self, epochs: int, epochs_a_chunk: int, generators: list[np.random.Generator]) -> Iterator[Chunk]:
        """The chunks of some epochs, of at most so many each; the generators draw on from where they are."""
        steps = batches.steps_a_chunk(self.work, self.steps)
        return self.source.chunks(self.batch, epochs, epochs_a_chunk, steps, generators)

    def take(self, state: State, chunk: Chunk) -> tuple[State, History]:
        """Take a chunk; the old state is used up."""
        taken: tuple[State, History]
        taken = loop.run_chunk(state, chunk, self.source.validation, self.rates, self.program)
        return taken

    @cached_property
    def program(self) -> Program:
        """What is fixed when the loop is compiled."""
        changes = self.recipe.schedule != "constant" or self.recipe.warmup > 0
        return Program(
            self.network,
            self.loss,
            Optimizer.of(self.recipe, self.network),
            validated=self.source.validated,
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
    def initial(self) -> tuple[Parameters, ...]:
        """Each restart's initial parameters, stacked."""
        if self.parameters is not None:
            return self.parameters
        return initial(self.network, self.sample, self.numbers, self.seed, self.starts)

    @cached_property
    def sample(self) -> Inputs:
        """Some rows, which initial weights may look at."""
        return self.source.sample(self.seed)

    def learning_rate(self, step: int) -> float:
        """The rate of the step after so many."""
        rates, schedule = self.rates, self.program.schedule
        if schedule is None:
            return self.recipe.learning_rate
        share = schedules.share(schedule, step, rates.steps, rates.warmup, rates.final_rate, xp=np)
        return self.recipe.learning_rate * float(share)

    @property
    def batch(self) -> int:
        """Rows for one step."""
        rows = self.source.epoch_rows
        chosen = self.recipe.batch_rows(rows)
        return batches.ladder(chosen) if chosen == rows else chosen  # one batch of all rows is filled up

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return -(-self.source.epoch_rows // self.batch)

    @property
    def work(self) -> int:
        """Operations of an epoch."""
        parameters = sum(self.network.counts(self.sample.numbers.shape[-1]))
        return batches.operations_of_epoch(batches.ladder(self.source.epoch_rows), parameters, len(self.numbers))

    @property
    def planned(self) -> int:
        """Epochs of the restart that has most."""
        return int(self.epochs.max())
