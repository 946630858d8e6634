"""Where rows come from: the chunks that train, the rows that validate, and a few to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float32, Int32, Shaped

from ffnn.errors import TrainingError
from ffnn.networks.arrays import Inputs
from ffnn.training import batches, starts
from ffnn.training.state import Chunk, Rows, Validation

LOOKED_AT = 1024
"""Rows that a network is tried on."""


@runtime_checkable
class Source(Protocol):
    """What a run asks of its rows."""

    @property
    def epoch_rows(self) -> int:
        """Rows of an epoch: of the restart that trains on most."""

    @property
    def validated(self) -> bool:
        """Whether there are validation rows."""

    @property
    def validation(self) -> Validation:
        """The validation rows of each restart."""

    @property
    def reach(self) -> tuple[float, float]:
        """The largest size of a number that enters a network, and of one that it is to give; 0 where there is none."""

    def chunks(
        self,
        batch: int,
        epochs: int,
        epochs_a_chunk: int,
        steps_a_chunk: int,
        generators: Sequence[np.random.Generator],
    ) -> Iterator[Chunk]:
        """The chunks of some epochs.

        Args:
            batch: Rows for one step; the last step of an epoch takes what is left.
            epochs: How many.
            epochs_a_chunk: Epochs of a chunk, at most.
            steps_a_chunk: Steps of a chunk, at most; a chunk of part of an epoch holds that alone.
            generators: Each restart shuffles by its own.
        """

    def sample(self, seed: int) -> Inputs:
        """Some rows, drawn by the seed, that initial weights may look at; NumPy arrays."""

    def rows_to_try(self, place: int) -> Inputs:
        """Some rows to try the restart in that place on: its validation rows, else those that it trains on."""


@dataclass(frozen=True, eq=False)
class Resident:
    """Rows in memory.

    Attributes:
        inputs: What enters the network; NumPy arrays, as all here.
        targets: Class numbers, int32 [rows], or numbers, float32 [rows, outputs].
        weights: How much each row counts.
        training: The rows that each restart trains on; as many for each, to within one row.
        judging: The validation rows of each restart; none, where nothing validates.
    """

    inputs: Inputs
    targets: Shaped[np.ndarray, "rows ..."]
    weights: Float32[np.ndarray, " rows"]
    training: list[Int32[np.ndarray, "_"]]
    judging: list[Int32[np.ndarray, "_"]]

    @classmethod
    def by_folds(
        cls,
        inputs: Inputs,
        targets: Shaped[np.ndarray, "rows ..."],
        weights: Float32[np.ndarray, " rows"],
        folds: Int32[np.ndarray, " rows"] | None,
        numbers: Int32[np.ndarray, " restarts"],
    ) -> Resident:
        """Restart r validates on fold r mod k and trains on the others; without folds, on all rows.

        Raises:
            TrainingError: The rows that a restart trains on weigh nothing.
        """
        if folds is None:
            everything = np.arange(len(weights), dtype=np.int32)
            return cls(inputs, targets, weights, [everything] * len(numbers), [everything[:0]] * len(numbers))
        return cls(inputs, targets, weights, *split_by_folds(numbers, folds, weights))

    @classmethod
    def holding_out(
        cls,
        inputs: Inputs,
        targets: Shaped[np.ndarray, "rows ..."],
        weights: Float32[np.ndarray, " rows"],
        held: Int32[np.ndarray, " held"],
        restarts: int,
    ) -> Resident:
        """The same rows validate every restart and train none."""
        training = np.delete(np.arange(len(weights), dtype=np.int32), held)
        return cls(inputs, targets, weights, [training] * restarts, [held] * restarts)

    @cached_property
    def rows(self) -> Rows:
        """All rows, on the device."""
        return batches.put_rows(self.inputs, self.targets, self.weights)

    @property
    def epoch_rows(self) -> int:
        """Rows of an epoch: of the restart that trains on most."""
        return max(map(len, self.training))

    @property
    def validated(self) -> bool:
        """Whether there are validation rows."""
        return any(map(len, self.judging))

    @cached_property
    def validation(self) -> Validation:
        """The validation rows of each restart, in batches."""
        return batches.validation(self.rows, self.judging)

    @property
    def reach(self) -> tuple[float, float]:
        """The largest size of a number that enters a network, and of one that it is to give."""
        wanted = self.targets if self.targets.dtype.kind == "f" else np.zeros(1)
        return float(np.abs(self.inputs.numbers).max(initial=0)), float(np.abs(wanted).max())

    def chunks(
        self,
        batch: int,
        epochs: int,
        epochs_a_chunk: int,
        steps_a_chunk: int,
        generators: Sequence[np.random.Generator],
    ) -> Iterator[Chunk]:
        """The chunks of some epochs; see `Source`. Their order is the same in whatever portions they are drawn."""
        padding = len(self.rows.weights) - 1
        steps = -(-self.epoch_rows // batch)
        portion = min(steps, steps_a_chunk)
        together = epochs_a_chunk if portion == steps else 1
        for done in range(0, epochs, together):
            count = min(together, epochs - done)
            drawn = [
                batches.shuffled(picked, count, steps, batch, padding, generator)
                for picked, generator in zip(self.training, generators, strict=True)
            ]
            for start in range(0, steps, portion):
                parts = [order[:, start : start + portion] for order in drawn]
                taken = parts[0].shape[1]
                order = np.full((len(parts), together, batches.ladder(portion), batch), padding, np.int32)
                order[:, :count, :taken] = parts
                ends_epoch = np.bool_(start + portion >= steps)
                yield Chunk(self.rows, jnp.asarray(order), np.int32(count), np.int32(taken), ends_epoch)

    def sample(self, seed: int) -> Inputs:
        """Some rows, drawn by the seed."""
        return starts.sample_rows(self.inputs, seed)

    def rows_to_try(self, place: int) -> Inputs:
        """The validation rows of the restart in that place; where there are none, the first that it trains on."""
        rows = self.judging[place]
        return self.inputs.take(rows if len(rows) else self.training[place][:LOOKED_AT])


def split_by_folds(
    numbers: Int32[np.ndarray, " restarts"], folds: Int32[np.ndarray, " rows"], weights: Float32[np.ndarray, " rows"]
) -> tuple[list[Int32[np.ndarray, "_"]], list[Int32[np.ndarray, "_"]]]:
    """The rows that each restart trains on, and its validation rows: all of them, where its fold weighs nothing.

    Raises:
        TrainingError: The rows that a restart trains on weigh nothing.
    """
    everything = np.arange(len(weights), dtype=np.int32)
    of_fold = [np.flatnonzero(folds == fold).astype(np.int32) for fold in range(int(folds.max()) + 1)]
    others = [np.flatnonzero(folds != fold).astype(np.int32) for fold in range(len(of_fold))]
    for fold, rows in enumerate(others):
        if not weights[rows].any():
            raise TrainingError(
                f"the rows outside fold {fold} all have weight 0, so nothing is left to train on; leave such rows out"
            )
    judges = [rows if weights[rows].any() else everything for rows in of_fold]
    return [others[number % len(others)] for number in numbers], [judges[number % len(judges)] for number in numbers]
