"""What a run draws from its seed, by NumPy: initial parameters, the order of rows, seeds of noise.

Each restart draws by its own number, so that it is the same whatever others train next to it. No JAX is needed here: a
network can be shown before any program is compiled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int32

from ffnn.errors import RecipeError
from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Network

SAMPLE = 1024
"""Rows that initial weights may look at."""

WEIGHTS, ORDER, NOISE, SAMPLED, SPLIT, EXERCISE, FOLDS, DRAWN = range(8)
"""What is drawn from a seed: initial weights, order of rows, dropout noise, the rows for `SAMPLE`, the test rows, the
rows that exercise an encoder's rare inputs, the folds, and the rows of a table that are used at all."""


def initial(
    network: Network,
    sample: Inputs,
    numbers: Int32[np.ndarray, " restarts"],
    seed: int,
    starts: Sequence[Network] | None = None,
) -> tuple[Parameters, ...]:
    """Initial parameters of the restarts of those numbers, stacked; drawn by NumPy, each by its own generator.

    Args:
        network: The network.
        sample: Some rows, which initial weights may look at; see `sample_rows`.
        numbers: The number of each restart.
        seed: Of all that is drawn.
        starts: What draws the parameters of each; the network if None.

    Raises:
        RecipeError: There is not one start for each restart, or its arrays have other shapes than the network's.
    """
    starts = [network] * len(numbers) if starts is None else starts
    width = sample.numbers.shape[-1]
    if len(starts) != len(numbers) or any(start.shapes(width) != network.shapes(width) for start in set(starts)):
        raise RecipeError(f"starts must be networks of the same shapes, one for each of {len(numbers)} restarts")
    with np.errstate(all="ignore"):  # what overflows here is found, and reported, in training
        drawn = [
            start.init(generator(seed, WEIGHTS, number), sample)
            for start, number in zip(starts, numbers.tolist(), strict=True)
        ]
    return tuple(
        {name: np.stack([one[layer][name] for one in drawn]) for name in drawn[0][layer]}
        for layer in range(len(network.layers))
    )


def sample_rows(inputs: Inputs, seed: int) -> Inputs:
    """Some of the rows, drawn by the seed."""
    return inputs.take(stream(seed, SAMPLED).permutation(len(inputs.numbers))[:SAMPLE])


def noise_seeds(numbers: Int32[np.ndarray, " restarts"], seed: int) -> np.ndarray:
    """Seeds of dropout noise of the restarts of those numbers, uint32 [restarts, 2]."""
    count = int(max(numbers)) + 1
    drawn = np.random.SeedSequence((seed, NOISE)).generate_state(2 * count).reshape(count, 2)
    return np.asarray(drawn[numbers])


def stream(seed: int, use: int) -> np.random.Generator:
    """The generator of a whole run for one use."""
    return np.random.default_rng((seed, use))


def generator(seed: int, use: int, number: int) -> np.random.Generator:
    """The generator of one restart for one use: the same whatever other restarts there are."""
    return np.random.default_rng(np.random.SeedSequence((seed, use), spawn_key=(number,)))
