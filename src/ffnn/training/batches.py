"""Sizes of what the loop eats: rows padded to a ladder of sizes, batches in an order drawn by NumPy, chunks.

Drawing the order outside the compiled program halves the time to compile it. All sizes that a program is compiled
for come from a ladder, so that two tables of about the same size share it.
"""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float32, Int32, Shaped

from ffnn.networks.arrays import Inputs
from ffnn.training import devices
from ffnn.training.state import Rows, Validation

LARGEST_VALIDATION_BATCH = 1024

MOST_EPOCHS = 1024

LAST_DOUBLING = 1024
"""Size from which the ladder's rungs lie closer than a factor of two."""

FEWEST_RESIDENT = 256
"""Rows of the smallest table on the device, padding among them: smaller ones share its programs."""


def ladder(size: int) -> int:
    """The smallest rung that is at least `size`: a power of two up to 1024, where what is added costs nothing.

    Beyond that 4, 5, 6 or 7 times a power of two, so at most a quarter more.
    """
    if size <= LAST_DOUBLING:
        return int(2 ** max(0, size - 1).bit_length())
    power = 2 ** (size.bit_length() - 3)
    return int(-(-size // power) * power)


def put_rows(
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
    """The validation rows of each restart, in batches; the last of the padded rows has weight 0."""
    rows_of_largest = max(map(len, judging))
    batch = min(LARGEST_VALIDATION_BATCH, ladder(max(1, rows_of_largest)))
    steps = -(-rows_of_largest // batch)
    order = np.full((len(judging), max(1, ladder(steps)) * batch), len(rows.weights) - 1, np.int32)
    for restart, picked in enumerate(judging):
        order[restart, : len(picked)] = picked
    return Validation(rows, jnp.asarray(order.reshape(len(judging), -1, batch)), np.int32(steps))


def epochs_a_chunk(operations: float, epochs: int, order_of_epoch: int) -> int:
    """How many epochs one dispatch takes: about the device's `chunk_work`, a power of two.

    Args:
        operations: Of an epoch; see `operations_of_epoch`.
        epochs: Epochs of the run.
        order_of_epoch: Entries of an epoch's order, of all restarts.
    """
    device = devices.current()
    room = min(device.chunk_work / operations, device.chunk_order / order_of_epoch, MOST_EPOCHS)
    return 1 << int(np.log2(max(1.0, min(room, 2 * epochs - 1))))


def steps_a_chunk(operations: float, steps: int) -> int:
    """How many steps of an epoch one dispatch takes: all, or a part that is about the device's `most_work`."""
    return -(-ladder(steps) // -(-int(operations) // int(devices.current().most_work)))


def operations_of_epoch(rows: int, parameters: int, restarts: int) -> int:
    """Multiplications and additions of an epoch: six for each row, parameter and restart, of all three products."""
    return 6 * rows * parameters * restarts
