"""A run that is steered while it trains: some epochs at a time, with rates, parameters and time itself changed between.

It takes the same steps, by the same program, as any run: what a face shows of it is what training does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float32, Int32

from ffnn.recipes.recipe import Settled
from ffnn.training import batches, devices, divergence, loop, probe
from ffnn.training.divergence import Failure
from ffnn.training.runs import Run
from ffnn.training.state import Chunk, State

PROGRAMS = 32
"""Compiled programs that are kept: each takes about 12 MB, and whoever tries one network after another makes many."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A moment of a run, to which it can go back: from there it takes the very same steps again.

    Attributes:
        state: Everything that training carries on, as NumPy arrays of its own.
        draws: The states of the generators that draw the order of rows.
    """

    state: State
    draws: tuple[dict[str, Any], ...]

    @property
    def epoch(self) -> int:
        """Epochs finished."""
        return int(self.state.epoch)

    @property
    def diverged(self) -> Int32[np.ndarray, " restarts"]:
        """Of each restart the epoch in which it diverged, 0 if it did not."""
        return np.asarray(self.state.diverged)

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(array.nbytes for array in jax.tree.leaves(self.state))


class Live:
    """A training run that is steered.

    Attributes:
        run: The run, as it goes on from here.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._state, self._generators = run.start(), run.generators()

    @property
    def diverged(self) -> Int32[np.ndarray, " restarts"]:
        """Of each restart the epoch in which it diverged, 0 if it did not."""
        return np.asarray(self._state.diverged)

    @property
    def longest(self) -> int:
        """Epochs that `take` takes at once, at most: a power of two."""
        device = devices.current()
        order = batches.ladder(self.run.source.epoch_rows) * len(self.run.numbers)
        return 1 << int(np.log2(np.clip(device.live_order / order, 1, device.live_epochs)))

    def take(
        self, epochs: int
    ) -> tuple[Float32[np.ndarray, "epochs restarts"], Float32[np.ndarray, "epochs restarts"]]:
        """Train for some epochs, 1 to `longest`; fewer where every restart diverges.

        Returns:
            The mean training loss of each epoch, as its steps saw it, and the mean loss on the validation rows after
            it (the training loss where none do).
        """
        before, parts = int(self._state.epoch), []
        for chunk in self._chunks(epochs):
            self._state, history = self.run.take(self._state, chunk)
            if chunk.ends_epoch:
                parts.append(
                    (np.asarray(history.loss)[: chunk.epochs], np.asarray(history.validation_loss)[: chunk.epochs])
                )
        taken = int(self._state.epoch) - before
        loss, validation_loss = (np.concatenate(side)[:taken] for side in zip(*parts, strict=True))
        return loss, validation_loss

    @classmethod
    def compiled(cls, run: Run) -> Live:
        """A run at its beginning, whose program is compiled; too many programs of others are forgotten before."""
        functions: tuple[Any, ...] = (loop.run_chunk, loop.start, probe.learned)
        if functions[0]._cache_size() >= PROGRAMS:
            for function in functions:
                function.clear_cache()  # what still trains compiles once more
        live = cls(run)
        first = live.snapshot()
        live.take(1)
        live.back_to(first)
        return live

    def snapshot(self) -> Snapshot:
        """This moment."""
        draws = tuple(dict(draws.bit_generator.state) for draws in self._generators)
        return Snapshot(jax.tree.map(np.array, self._state), draws)  # copies: the next chunk takes the state's place

    def back_to(self, moment: Snapshot) -> None:
        """Go on from another moment of this run; where another optimizer remembers other things, from its beginning."""
        state = jax.tree.map(jnp.array, moment.state)
        fresh = loop.start(state.parameters, state.noise, self.run.program).memory
        if remembered(fresh) == remembered(state.memory):
            fresh = jax.tree.unflatten(jax.tree.structure(fresh), jax.tree.leaves(state.memory))
        self._state = state._replace(memory=fresh)
        for own, drawn in zip(self._generators, moment.draws, strict=True):
            own.bit_generator.state = drawn

    def change(self, recipe: Settled) -> None:
        """Go on with other rates, batches, penalties or another optimizer; layers and restarts stay as they are."""
        self.run = replace(self.run, recipe=recipe)
        self.back_to(self.snapshot())

    def edit(self, restart: int, layer: int, name: str, place: tuple[int, ...], value: float) -> None:
        """Set one parameter of one restart: of that layer, by the name of its array and the place in it."""
        moment = self.snapshot()
        moment.state.parameters[layer][name][restart][place] = value
        self.back_to(moment)

    def failure(self, good: Snapshot, place: int) -> Failure:
        """Where the restart in that place, which has diverged since a good moment, first went wrong.

        The run goes back to that moment, from which it would go wrong again.
        """
        epoch = int(self._state.diverged[place])
        self.back_to(good)
        chunks = (chunk for _ in range(epoch - good.epoch) for chunk in self._chunks(1))
        found = divergence.search(self.run, self._state, chunks, place, epoch)
        self.back_to(good)
        return found

    def _chunks(self, epochs: int) -> Iterator[Chunk]:
        """The next epochs; their order is the same in whatever portions they are drawn."""
        return self.run.chunks(epochs, self.longest, self._generators)


def remembered(memory: Any) -> list[list[Any]]:
    """The names of an optimizer's arrays, whatever its penalties and its clipping, which remember nothing."""
    paths = (path for path, _ in jax.tree_util.tree_leaves_with_path(memory))
    return [[key for key in path if not isinstance(key, jax.tree_util.SequenceKey)] for path in paths]
