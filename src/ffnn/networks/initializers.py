"""Initial weights. Their size decides whether signals and gradients fade, explode or carry through the layers.

An initializer is written as a name, or as a name with a number in brackets where it takes one: `glorot_uniform`,
`truncated_normal(0.1)`, `constant(0.5)`. Names and default numbers are those of Keras.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
from jaxtyping import Float32

from ffnn.errors import RecipeError, near

Shape = tuple[int, ...]
Draw = Callable[[np.random.Generator, Shape, float], np.ndarray]

TRUNCATED_DEVIATION = 0.8796256610342398  # standard deviation of a normal distribution cut off at ±2


def draw(name: str, generator: np.random.Generator, shape: Shape) -> Float32[np.ndarray, "..."]:
    """Draw an array of initial weights.

    Args:
        name: An initializer, with its number in brackets where it takes one.
        generator: NumPy's source of random numbers.
        shape: Shape of the array; (inputs, outputs) for a kernel.

    Raises:
        RecipeError: No initializer is written so.

    Example:
        >>> draw("constant(0.5)", np.random.default_rng(0), (2,)).tolist()
        [0.5, 0.5]
    """
    function, number = parse(name)
    return np.asarray(function(generator, shape, number), np.float32)


def parse(name: str) -> tuple[Draw, float]:
    """The function and the number that an initializer's written name stands for.

    Raises:
        RecipeError: No initializer is written so.
    """
    written = re.fullmatch(r"\s*([a-z_]+)\s*(?:\(\s*([^()\s]+)\s*\))?\s*", str(name))
    word, number = written.groups() if written else (name, None)
    if word not in INITIALIZERS:
        raise RecipeError(f"there is no initializer {name!r}; {near(word, INITIALIZERS)}")
    function, default = INITIALIZERS[word]
    if number is None:
        return function, 0.0 if default is None else default
    if default is None:
        raise RecipeError(f"initializer {word} takes no number, but {name!r} gives one")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (word != "constant" and value < 0):
        raise RecipeError(f"the number of initializer {name!r} must be finite and not negative; got {number}")
    return function, value


def zeros(_generator: np.random.Generator, shape: Shape, _number: float) -> np.ndarray:
    """All 0. A layer of such weights never breaks its symmetry: every neuron learns the same."""
    return np.zeros(shape)


def ones(_generator: np.random.Generator, shape: Shape, _number: float) -> np.ndarray:
    """All 1."""
    return np.ones(shape)


def constant(_generator: np.random.Generator, shape: Shape, number: float) -> np.ndarray:
    """All the same number."""
    return np.full(shape, number)


def normal(generator: np.random.Generator, shape: Shape, deviation: float) -> np.ndarray:
    """Normal, mean 0, of that standard deviation."""
    return deviation * generator.standard_normal(shape, np.float32)


def uniform(generator: np.random.Generator, shape: Shape, limit: float) -> np.ndarray:
    """Uniform in [-limit, limit)."""
    return limit * (2 * generator.random(shape, np.float32) - 1)


def truncated_normal(generator: np.random.Generator, shape: Shape, deviation: float) -> np.ndarray:
    """Normal, with what lies more than two deviations out drawn again; `deviation` is that before the cut."""
    drawn = generator.standard_normal(shape, np.float32)
    while np.any(outside := np.abs(drawn) > 2):
        drawn[outside] = generator.standard_normal(int(outside.sum()), np.float32)
    return deviation * drawn


def orthogonal(generator: np.random.Generator, shape: Shape, gain: float) -> np.ndarray:
    """Rows or columns (the fewer) orthonormal, times `gain`. Source: Saxe et al. 2014, section 3; Mezzadri 2007."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    tall = generator.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diagonal(r) < 0, -1, 1)  # makes the draw uniform over all orthogonal matrices
    return gain * (q if rows >= columns else q.T).reshape(shape)


def scaled(distribution: Draw, variance_gain: float, fan: Callable[[int, int], float]) -> Draw:
    """An initializer whose variance is `variance_gain` / fan(inputs, outputs).

    Source: Glorot and Bengio 2010, equation 16 (fan: mean of inputs and outputs, gain 1); He et al. 2015, equation 10
    (fan: inputs, gain 2); LeCun et al. 1998, section 4.6 (fan: inputs, gain 1).
    """

    def function(generator: np.random.Generator, shape: Shape, _number: float) -> np.ndarray:
        inputs, outputs = (shape[0], shape[-1]) if len(shape) > 1 else (math.prod(shape), math.prod(shape))
        deviation = math.sqrt(variance_gain / max(1.0, fan(inputs, outputs)))
        spread = math.sqrt(3) if distribution is uniform else 1 / TRUNCATED_DEVIATION
        return distribution(generator, shape, spread * deviation)

    return function


def mean_fan(inputs: int, outputs: int) -> float:
    """The mean of a layer's inputs and outputs."""
    return (inputs + outputs) / 2


def input_fan(inputs: int, _outputs: int) -> float:
    """A layer's inputs."""
    return inputs


INITIALIZERS: dict[str, tuple[Draw, float | None]] = {
    "zeros": (zeros, None),
    "ones": (ones, None),
    "constant": (constant, 0.0),
    "normal": (normal, 0.05),
    "uniform": (uniform, 0.05),
    "truncated_normal": (truncated_normal, 0.05),
    "glorot_uniform": (scaled(uniform, 1, mean_fan), None),
    "glorot_normal": (scaled(truncated_normal, 1, mean_fan), None),
    "he_uniform": (scaled(uniform, 2, input_fan), None),
    "he_normal": (scaled(truncated_normal, 2, input_fan), None),
    "lecun_uniform": (scaled(uniform, 1, input_fan), None),
    "lecun_normal": (scaled(truncated_normal, 1, input_fan), None),
    "orthogonal": (orthogonal, 1.0),
}
"""Each initializer's function and default number; None where it takes no number."""
