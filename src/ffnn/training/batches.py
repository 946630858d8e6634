"""Rows in memory as the chunks that the loop eats: padded to a ladder of sizes, in an order drawn by NumPy.

Drawing the order outside the compiled program halves the time to compile it. All sizes that a program is compiled
for come from a ladder, so that two tables of about the same size share it.
"""

from __future__ import annotations

from collections.abc import Iterator

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float32, Int32, Shaped

from ffnn.networks.arrays import Inputs
from ffnn.training.state import Chunk, Rows, Validation

LARGEST_ORDER = 2**22
"""Entries of a chunk's order at most, where an epoch needs fewer: 16 MB."""

LARGEST_VALIDATION_BATCH = 1024

MOST_EPOCHS = 1024

LAST_DOUBLING = 1024
"""Size from which the ladder's rungs lie closer than a factor of two."""

FEWEST_RESIDENT = 256
"""Rows of the smallest table on the device, padding among them: smaller ones share its programs."""

USUAL_WORK = 2e10
"""Operations of a chunk: some tenth of a second, rare enough that its dispatch costs nothing."""

MOST_WORK = 1e11
"""Operations after which an epoch is cut: about half a second, in which nobody can stop the run."""


def ladder(size: int) -> int:
    """The smallest rung that is at least `size`: a power of two up to 1024, where what is added costs nothing.

    Beyond that 4, 5, 6 or 7 times a power of two, so at most a quarter more.
    """
    if size <= LAST_DOUBLING:
        return int(2 ** max(0, size - 1).bit_length())
    power = 2 ** (size.bit_length() - 3)
    return int(-(-size // power) * power)


def resident(
    inputs: Inputs, targets: Shaped[np.ndarray, "rows ..."], weights: Float32[np.ndarray, " rows"] | None
) -> Rows:
    """Rows on the device, padded up the ladder by one row of weight 0 or more."""
    rows = len(targets)
    weights = np.ones(rows, np.float32) if weights is None else weights
    padding = ladder(max(rows + 1, FEWEST_RESIDENT)) - rows

    def padded(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, np.zeros((padding, *values.shape[1:]), values.dtype)])

    return Rows(
        Inputs(*(jnp.asarray(padded(part)) for part in inputs)),
        jnp.asarray(padded(targets)),
        jnp.asarray(padded(weights)),
    )


def chunks(
    rows: Rows,
    training: list[Int32[np.ndarray, "_"]],
    batch: int,
    epochs: int,
    epochs_a_chunk: int,
    steps_a_chunk: int,
    generators: list[np.random.Generator],
) -> Iterator[Chunk]:
    """The chunks of a whole run over rows in memory.

    Args:
        rows: The padded rows; the last one has weight 0.
        training: The rows that each restart trains on; as many for each, to within one row.
        batch: Rows for one step; the last step of an epoch takes what is left.
        epochs: Epochs of the run.
        epochs_a_chunk: Epochs of a chunk, at most.
        steps_a_chunk: Steps of a chunk, at most; a chunk of part of an epoch holds that alone.
        generators: Each restart shuffles by its own.
    """
    padding = len(rows.weights) - 1
    steps = -(-max(map(len, training)) // batch)
    most = min(steps, steps_a_chunk)
    together = epochs_a_chunk if most == steps else 1
    for done in range(0, epochs, together):
        count = min(together, epochs - done)
        drawn = [
            shuffled(picked, count, steps, batch, padding, generator)
            for picked, generator in zip(training, generators, strict=True)
        ]
        for start in range(0, steps, most):
            part = [order[:, start : start + most] for order in drawn]
            order = np.full((len(training), together, ladder(most), batch), padding, np.int32)
            for restart, its in enumerate(part):
                order[restart, :count, : its.shape[1]] = its
            ends_epoch = np.bool_(start + most >= steps)
            yield Chunk(rows, jnp.asarray(order), np.int32(count), np.int32(part[0].shape[1]), ends_epoch)


def shuffled(
    picked: Int32[np.ndarray, " picked"],
    epochs: int,
    steps: int,
    batch: int,
    padding: int,
    generator: np.random.Generator,
) -> Int32[np.ndarray, "epochs steps batch"]:
    """Each epoch's batches: the picked rows in a new random order, the last batch filled up with `padding`."""
    order = np.full((epochs, steps * batch), padding, np.int32)
    order[:, : len(picked)] = picked
    if steps > 1:  # where one batch takes every row, their order changes nothing
        generator.permuted(order[:, : len(picked)], axis=1, out=order[:, : len(picked)])
    if len(picked) == (steps - 1) * batch:  # another restart has one row more: no batch may be empty
        order[:, len(picked)] = order[:, len(picked) - 1]
        order[:, len(picked) - 1] = order[:, 0] if batch == 1 else padding
    return order.reshape(epochs, steps, batch)


def validation(rows: Rows, judging: list[Int32[np.ndarray, "_"]]) -> Validation:
    """The rows that judge each restart, in batches; rows as in `chunks`."""
    most = max(map(len, judging))
    batch = min(LARGEST_VALIDATION_BATCH, ladder(max(1, most)))
    steps = -(-most // batch)
    order = np.full((len(judging), max(1, ladder(steps)) * batch), len(rows.weights) - 1, np.int32)
    for restart, picked in enumerate(judging):
        order[restart, : len(picked)] = picked
    return Validation(rows, jnp.asarray(order.reshape(len(judging), -1, batch)), np.int32(steps))


def epochs_a_chunk(operations: float, epochs: int, order_of_epoch: int) -> int:
    """How many epochs one dispatch takes: about `USUAL_WORK`, a power of two.

    Args:
        operations: Of an epoch; see `operations_of_epoch`.
        epochs: Epochs of the run.
        order_of_epoch: Entries of an epoch's order, of all restarts.
    """
    room = min(USUAL_WORK / operations, LARGEST_ORDER / order_of_epoch, MOST_EPOCHS)
    return 1 << int(np.log2(max(1.0, min(room, 2 * epochs - 1))))


def steps_a_chunk(operations: float, steps: int) -> int:
    """How many steps of an epoch one dispatch takes: all, or a part that is about `MOST_WORK`."""
    return -(-ladder(steps) // -(-int(operations) // int(MOST_WORK)))


def operations_of_epoch(rows: int, parameters: int, restarts: int) -> int:
    """Multiplications and additions of an epoch: six for each row, parameter and restart, of all three products."""
    return 6 * rows * parameters * restarts
