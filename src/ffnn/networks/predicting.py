"""Prediction: a trained network under NumPy, in float64."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float64
from threadpoolctl import threadpool_limits

from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Network

VALUES = 2**17
"""Numbers that a layer gives at once, about: with fewer, threads wait for each other; with more, what rows become on
their way leaves a core's cache. Measured on two cores, with and without AVX-512."""

ROWS = (64, 8192)
"""Fewest and most rows that pass through a network together."""


def outputs(
    network: Network, parameters: tuple[Parameters, ...], inputs: Inputs
) -> Float64[np.ndarray, "rows outputs"]:
    """What a network gives for some rows; where it overflows, that is not finite.

    Each block of rows has a thread of its own, whose products run on one: most of the time goes into activations, which
    NumPy computes on the thread that asks for them.

    Args:
        network: The network.
        parameters: Its own; NumPy arrays of any precision.
        inputs: NumPy arrays, [rows, …].
    """
    own = tuple({name: array.astype(np.float64, copy=False) for name, array in layer.items()} for layer in parameters)

    block_rows = rows_together(network, inputs)

    def of_block(at: int) -> Float64[np.ndarray, "block outputs"]:
        block = inputs.take(slice(at, at + block_rows))
        with np.errstate(all="ignore"):
            return np.asarray(network.apply(own, Inputs(block.numbers.astype(np.float64), block.codes)))

    rows = len(inputs.numbers)
    if rows <= block_rows:
        return of_block(0)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(cores()) as threads:
        return np.concatenate(list(threads.map(of_block, range(0, rows, block_rows))))


def rows_together(network: Network, inputs: Inputs) -> int:
    """How many rows pass through a network together: a power of two."""
    fewest, most = ROWS
    widest = max(network.widths(inputs.numbers.shape[-1]))
    return min(most, max(fewest, 1 << (VALUES // widest).bit_length() - 1)) if widest <= VALUES else fewest


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
