"""Random tensors, the same as TensorFlow's for the same seeds.

Each (operation, seeds, dtype) has a stream of its own. Calls with a seed take up their stream where the call before
left it; under a global seed, calls without a seed each draw a seed, and so begin a stream. `set_seed` begins all anew.
"""

from __future__ import annotations

import os
import random as python_random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ffnn.tf.arrays import sizes
from ffnn.tf.conversion import as_array
from ffnn.tf.dtypes import DType, Spec, TensorShape, as_dtype, float32
from ffnn.tf.engine import philox
from ffnn.tf.engine.process import process
from ffnn.tf.errors import invalid, whole_number
from ffnn.tf.names import refuse_other_names
from ffnn.tf.operations import table
from ffnn.tf.tensors import Tensor, convert_to_tensor, record, value_of
from ffnn.tf.tracing import fresh

if TYPE_CHECKING:
    from ffnn.tf.signatures import Normal

__all__ = ["normal", "set_seed", "shuffle", "truncated_normal", "uniform"]


DEFAULT_GLOBAL_SEED = 87654321
LARGEST_SEED = 2**31 - 1
"""TensorFlow takes seeds modulo this number."""


class Streams:
    """The state of all random numbers: the global seed, and how far each stream has been used.

    Attributes:
        seed: The global seed.
        seeds: Draws the seeds of calls without one.
        ours: Draws the seeds of what is no operation of `tf.random`, such as weights: those must not move its streams.
        used: How far each stream has been used.
    """

    def __init__(self) -> None:
        self.begin(None)

    def begin(self, seed: int | None) -> None:
        """Begin all anew, from that global seed."""
        self.seed = seed
        self.seeds = python_random.Random(seed)  # noqa: S311  (the very generator that draws TensorFlow's seeds)
        self.ours = python_random.Random(seed)  # noqa: S311
        self.used: dict[tuple[str, int, int, DType], int] = {}

    def clear(self) -> None:
        """Begin anew without a seed, as a new process does."""
        self.begin(None)

    def pair(self, seed: int | None) -> tuple[int, int]:
        """The two seeds of a call."""
        if seed is None and self.seed is None:
            return int.from_bytes(os.urandom(8)), int.from_bytes(os.urandom(8))
        if seed is None:
            seed = self.seeds.randint(0, LARGEST_SEED)
        first = (DEFAULT_GLOBAL_SEED if self.seed is None else self.seed) % LARGEST_SEED
        seed = whole_number("a seed", seed) % LARGEST_SEED
        return (0, LARGEST_SEED) if (first, seed) == (0, 0) else (first, seed)

    def take(self, operation: str, pair: tuple[int, int], dtype: DType, counters: int) -> tuple[int, int, int]:
        """Key, stream and first counter of a call that uses so many counters."""
        name = (operation, *pair, dtype)
        start = self.used.get(name, 0)
        self.used[name] = start + counters
        return (*pair, start)


streams = process.keep(Streams())


@dataclass(frozen=True)
class Draw:
    """How a training loop draws numbers: by the inverse of their distribution function, from uniform numbers."""

    distribution: str
    scale: float
    shift: float

    def __call__(self, uniform: Any) -> Any:
        """The numbers, from as many uniform in [0, 1)."""
        return INVERSES[self.distribution](uniform) * self.scale + self.shift


def normal_quantile(uniform: Any) -> Any:
    """The number below which a normal number lies with that probability."""
    from jax.scipy.special import ndtri

    return ndtri(uniform.clip(np.finfo(np.float32).tiny))


BELOW = 0.022750131948179
"""Probability that a normal number lies below -2."""

INVERSES: dict[str, Callable[[Any], Any]] = {
    "RandomUniform": lambda uniform: uniform,
    "RandomStandardNormal": normal_quantile,
    "TruncatedNormal": lambda uniform: normal_quantile(BELOW + (1 - 2 * BELOW) * uniform),
}


def set_seed(seed: int | None) -> None:
    """Begin all random numbers anew, from that global seed; None takes it back."""
    streams.begin(None if seed is None else whole_number("a seed", seed))


def drawn(
    operation: str, shape: Any, dtype: DType, seed: int | None, draw: Callable[..., Any], scale: Any = 1, shift: Any = 0
) -> Tensor:
    """A tensor of random numbers, scaled and shifted; inside a traced function, a new one each time that it runs."""
    wanted = sizes(shape, operation)
    size = int(np.prod(wanted, dtype=np.int64))
    pair = streams.pair(seed)
    scale, shift = as_array(scale, dtype), as_array(shift, dtype)

    def values() -> np.ndarray[Any, Any]:
        flat = draw(*streams.take(operation, pair, dtype, size * philox.RESERVED), size, dtype.numpy)
        # Here and not as operations, which the compiler would merge into one with another rounding.
        return np.asarray(np.reshape(flat, wanted) * scale + shift)

    simple = operation in INVERSES and dtype is float32 and scale.size == shift.size == 1
    again = Draw(operation, scale.item(), shift.item()) if simple else None
    return fresh(values, Spec(TensorShape(wanted), dtype), again)


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Uniform from `minval` on, below `maxval` (1 if none is given; whole numbers need it)."""
    kind = as_dtype(dtype)
    if kind.is_floating:
        low, high = as_array(minval, kind), as_array(1 if maxval is None else maxval, kind)
        return drawn("RandomUniform", shape, kind, seed, philox.uniform, high - low, low)
    if maxval is None:
        raise invalid("uniform takes a maxval for whole numbers")
    first, last = int(minval), int(maxval)
    if not kind.is_integer or first >= last:
        raise invalid(f"uniform takes minval < maxval and a numeric dtype; got {first}, {last} and {kind.name}")

    def draw(key: int, stream: int, start: int, size: int, dtype: np.dtype[Any]) -> Any:
        return philox.integers(key, stream, start, size, first, last, dtype)

    return drawn("RandomUniformInt", shape, kind, seed, draw)


def bell(operation: str, draw: Callable[..., Any], what: str) -> Normal[Tensor]:
    """The function that draws normal numbers, scaled and shifted."""

    def function(
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = float32,
        seed: int | None = None,
        name: str | None = None,
    ) -> Tensor:
        return drawn(operation, shape, as_dtype(dtype), seed, draw, stddev, mean)

    function.__doc__ = f"Normal, of that mean and standard deviation{what}."
    return function


normal = bell("RandomStandardNormal", philox.normal, "")
truncated_normal = bell(
    "TruncatedNormal", philox.truncated_normal, ", what lies more than two standard deviations out drawn again"
)


def shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The slices of the first axis in random order."""
    x = convert_to_tensor(value)
    size = x.shape[0] if x.shape else 0
    if size <= 1:
        return value_of(x)
    pair = streams.pair(seed)

    def order() -> np.ndarray[Any, Any]:
        key, stream, start = streams.take("RandomShuffle", pair, x.dtype, -(-(size - 1) // 4))
        return philox.shuffled(key, stream, start, size)

    places = fresh(order, Spec(TensorShape((size,)), as_dtype("int64")))
    return record(table.GATHER, (0,), (x, places))


def generator(seed: int | None) -> np.random.Generator:
    """NumPy's source of random numbers for weights, dropout and the order of rows; `set_seed` begins it anew too."""
    if seed is None and streams.seed is None:
        return np.random.default_rng()
    return np.random.default_rng(streams.pair(streams.ours.randint(0, LARGEST_SEED) if seed is None else seed))


def noise(shape: TensorShape, generator: np.random.Generator) -> Tensor:
    """Numbers uniform in [0, 1) from such a source; inside a traced function, new ones each time that it runs."""
    spec, draw = Spec(shape, float32), Draw("RandomUniform", 1.0, 0.0)
    return fresh(lambda: generator.random(tuple(shape), np.float32), spec, draw)


refuse_other_names(__name__)
