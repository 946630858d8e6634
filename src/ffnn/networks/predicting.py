"""Prediction: a trained network under NumPy, in float64."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float64

from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Network

BLOCK = 8192
"""Rows that pass through a network together."""


def outputs(
    network: Network, parameters: tuple[Parameters, ...], inputs: Inputs
) -> Float64[np.ndarray, "rows outputs"]:
    """What a network gives for some rows; where it overflows, that is not finite.

    Args:
        network: The network.
        parameters: Its own; NumPy arrays of any precision.
        inputs: NumPy arrays, [rows, …].
    """
    own = tuple({name: array.astype(np.float64, copy=False) for name, array in layer.items()} for layer in parameters)
    with np.errstate(all="ignore"):
        blocks = [
            network.apply(own, Inputs(block.numbers.astype(np.float64), block.codes))
            for at in range(0, max(1, len(inputs.numbers)), BLOCK)
            for block in [inputs.take(slice(at, at + BLOCK))]
        ]
    return np.concatenate(blocks)
