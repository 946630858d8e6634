"""What operations compute, with JAX.

Where JAX's derivative differs from TensorFlow's (ties, edges, |x| at 0), a kernel is written so that it agrees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ffnn.networks import activations, losses
from ffnn.tf.dtypes import Spec
from ffnn.training.products import product

Array = Any
LARGE = 4096
"""Numbers of a matrix from which the order of its derivative in memory matters."""


def matmul(x: Array, y: Array, transpose_x: bool, transpose_y: bool) -> Array:
    """x y, of the last two axes; a large product with a derivative that lies in memory as y does."""
    if x.ndim == y.ndim == 2 and not (transpose_x or transpose_y) and y.size >= LARGE and x.dtype == jnp.float32:
        return product(x, y)
    x = jnp.swapaxes(x, -1, -2) if transpose_x else x
    y = jnp.swapaxes(y, -1, -2) if transpose_y else y
    return jnp.matmul(x, y, precision="highest")


def matmul_work(x: Spec, y: Spec, _transpose_x: bool, transpose_y: bool) -> int:
    """Multiplications."""
    return x.shape.num_elements() * int(y.shape[-2 if transpose_y else -1])


@jax.custom_jvp
def absolute(x: Array) -> Array:
    """|x|, derivative 0 at 0."""
    return jnp.abs(x)


absolute.defjvps(lambda tangent, _result, x: jnp.sign(x) * tangent)


def maximum(x: Array, y: Array) -> Array:
    """The larger; at a tie the derivative is x's."""
    return jnp.where((x >= y) | (x != x), x, y)


def minimum(x: Array, y: Array) -> Array:
    """The smaller; at a tie the derivative is x's."""
    return jnp.where((x <= y) | (x != x), x, y)


def clip(x: Array, low: Array, high: Array) -> Array:
    """x brought between low and high; at the edges the derivative is x's."""
    return jnp.where(x < low, low, jnp.where(x > high, high, x))


def sloped(function: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """A function with a derivative, from its value, that is 0 where nothing depends on the value, even if infinite."""

    def back(value: Array, gradient: Array) -> tuple[Array]:
        idle = gradient == 0
        return (jnp.where(idle, 0, gradient * slope(jnp.where(idle, 1, value))),)

    kernel = jax.custom_vjp(function)
    kernel.defvjp(lambda x: (kernel(x),) * 2, back)
    return kernel


@jax.custom_vjp
def power(x: Array, y: Array) -> Array:
    """x to the power y; its derivative by y is 0 where x is not above 0."""
    return jnp.power(x, y)


def power_back(known: tuple[Array, Array, Array], gradient: Array) -> tuple[Array, Array]:
    """Derivatives by x and by y."""
    x, y, value = known
    above = x > 0
    by_x = gradient * y * jnp.power(x, y - 1)
    by_y = gradient * value * jnp.where(above, jnp.log(jnp.where(above, x, 1)), 0)
    return shrunk(by_x, x), shrunk(by_y, y)


def shrunk(gradient: Array, x: Array) -> Array:
    """The gradient of x, which was stretched to the shape of this one."""
    ahead = gradient.ndim - x.ndim
    stretched = [axis + ahead for axis, size in enumerate(x.shape) if size == 1]
    return jnp.sum(gradient, (*range(ahead), *stretched)).reshape(x.shape)


power.defvjp(lambda x, y: (value := power(x, y), (x, y, value)), power_back)


def mean(x: Array, axis: Any, keepdims: bool) -> Array:
    """The mean; of whole numbers, cut to a whole number."""
    if jnp.issubdtype(x.dtype, jnp.floating):
        return jnp.mean(x, axis, keepdims=keepdims)
    total = jnp.sum(x, axis, dtype=x.dtype, keepdims=keepdims)
    if total.size > x.size:
        raise ValueError("no whole numbers have no mean")
    return jax.lax.div(total, jnp.asarray(x.size // max(total.size, 1) or 1, x.dtype))


def largest(x: Array, axis: Any, keepdims: bool) -> Array:
    """The largest; of none, the lowest number there is."""
    return jnp.max(x, axis, keepdims=keepdims, **({} if x.size else {"initial": ends(x)[0]}))


def smallest(x: Array, axis: Any, keepdims: bool) -> Array:
    """The smallest; of none, the highest number there is."""
    return jnp.min(x, axis, keepdims=keepdims, **({} if x.size else {"initial": ends(x)[1]}))


def ends(x: Array) -> tuple[Any, Any]:
    """The lowest and the highest number of its kind."""
    if jnp.issubdtype(x.dtype, jnp.floating):
        return -jnp.inf, jnp.inf
    kind = np.iinfo(x.dtype)
    return kind.min, kind.max


def cumulative(x: Array, axis: int, exclusive: bool, reverse: bool) -> Array:
    """Sums of all up to each, or of all from each on; without its own where exclusive."""
    total = jnp.cumsum(jnp.flip(x, axis) if reverse else x, axis, dtype=x.dtype)
    total = jnp.flip(total, axis) if reverse else total
    return total - x if exclusive else total


def padded(x: Array, value: Array, widths: Any, mode: str) -> Array:
    """More values around x: one, or x mirrored."""
    return jnp.pad(x, widths, mode=mode, **({"constant_values": value} if mode == "constant" else {}))


def one_hot(indices: Array, on: Array, off: Array, depth: int, axis: int) -> Array:
    """`on` at each index along a new axis, `off` elsewhere and where the index is out of range."""
    spread = jnp.expand_dims(indices, axis)
    places = jnp.arange(depth, dtype=indices.dtype)
    place = axis % spread.ndim
    return jnp.where(spread == places.reshape([-1 if number == place else 1 for number in range(spread.ndim)]), on, off)


def cast(x: Array, dtype: str) -> Array:
    """x as another dtype; NaN, and what is too large, become the lowest whole number, as in TensorFlow on a CPU."""
    wanted = np.dtype(dtype)
    if wanted.kind not in "iu" or not jnp.issubdtype(x.dtype, jnp.floating):
        return x.astype(dtype)
    wide = np.iinfo(np.int64 if wanted.itemsize == 8 else np.int32)  # narrower ones keep its last digits
    within = (x >= wide.min) & (x < -float(wide.min))
    return jnp.where(within, jnp.where(within, x, 0).astype(wide.dtype), wide.min).astype(dtype)


def without_nan(x: Array, otherwise: float) -> Array:
    """x with another number in place of NaN."""
    return jnp.where(x != x, otherwise, x) if jnp.issubdtype(x.dtype, jnp.floating) else x


def divided(x: Array, y: Array) -> Array:
    """x / y, and 0 where y is 0."""
    zero = y == 0
    return jnp.where(zero, 0, x / jnp.where(zero, 1, y))


def along(axis: int, function: Callable[[Array], Array], x: Array) -> Array:
    """A function of the last axis, applied to another."""
    return jnp.moveaxis(function(jnp.moveaxis(x, axis, -1)), -1, axis) if x.size else x


def indexed(x: Array, key: tuple[Any, ...]) -> Array:
    """x[key], slices written as tuples."""
    return x[tuple(slice(*part) if isinstance(part, tuple) else part for part in key)]


def gelu(x: Array, approximate: bool) -> Array:
    """x Φ(x), or its approximation by tanh."""
    if not approximate:
        return activations.gelu(x)
    return 0.5 * x * (1 + jnp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def sigmoid_cross_entropy(labels: Array, logits: Array) -> Array:
    """-t log p - (1 - t) log(1 - p), number by number."""
    return losses.binary_cross_entropy(labels.reshape(-1, 1), logits.reshape(-1, 1), 0.0).reshape(logits.shape)


def cross_entropy(labels: Array, logits: Array) -> Array:
    """-Σ t_i log softmax(y)_i over the last axis; labels are class numbers, or probabilities of the logits' shape."""
    rows = logits.reshape(-1, logits.shape[-1])
    if labels.ndim < logits.ndim:
        return losses.cross_entropy(labels.reshape(-1), rows, 0.0).reshape(logits.shape[:-1])
    return cross_entropy_of_rows(labels.reshape(rows.shape), rows).reshape(logits.shape[:-1])


@jax.custom_vjp
def cross_entropy_of_rows(targets: Array, rows: Array) -> Array:
    """-Σ t_i log softmax(y)_i; its derivative by y is softmax(y) - t, also where the targets do not sum to 1."""
    return losses.cross_entropy(targets, rows, 0.0)


cross_entropy_of_rows.defvjp(
    lambda targets, rows: (cross_entropy_of_rows(targets, rows), (targets, rows)),
    lambda known, gradient: (
        -activations.log_softmax(known[1]) * gradient[:, None],
        (activations.softmax(known[1]) - known[0]) * gradient[:, None],
    ),
)
