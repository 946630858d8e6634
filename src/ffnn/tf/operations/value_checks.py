"""What only values can show: looked at now where they are known, else each time that the program runs."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ffnn.tf.engine.leaves import Leaf
from ffnn.tf.engine.process import process
from ffnn.tf.engine.programs import Operation
from ffnn.tf.engine.recording import require
from ffnn.tf.errors import invalid, place

Array = Any


def outside(x: Array, lowest: int, highest: int) -> Array:
    """The smallest or largest number where it is outside the range, else 0, which is taken to be within."""
    low, high = jnp.min(x, initial=0), jnp.max(x, initial=0)
    return jnp.where(high > highest, high, jnp.where(low < lowest, low, 0)).astype(jnp.int64)


OUTSIDE = Operation("Outside", outside, differentiable=False)
HAS_ZERO = Operation("HasZero", lambda x: jnp.any(x == 0).astype(jnp.int64), differentiable=False)


def check_places(operation: str, places: Leaf, size: int) -> None:
    """Numbers from 0 on and below `size`."""
    check_range(operation, places, 0, size - 1, f"from 0 to {size - 1}")


def check_range(operation: str, x: Leaf, lowest: int, highest: int, wanted: str) -> None:
    """Whole numbers of that range, which holds 0.

    Raises:
        InvalidArgumentError: One is not.
    """

    def say(found: int) -> str:
        return f"{operation} takes numbers {wanted}; got {found}"

    if x.is_variable or x.array is None:
        where = place()
        require(OUTSIDE, (lowest, highest), (x,), lambda found: say(found) + where)
        return
    known = RANGES.get(id(x))
    if known is None or known[0] is not x:
        value = np.asarray(x.array)
        known = x, int(value.min(initial=0)), int(value.max(initial=0))
        if len(RANGES) >= MOST_RANGES:
            RANGES.clear()
        RANGES[id(x)] = known
    _, low, high = known
    if low < lowest or high > highest:
        raise invalid(say(low if low < lowest else high))


RANGES: dict[int, tuple[Leaf, int, int]] = process.keep({})
"""Smallest and largest number of tensors that were checked: labels come again at every step."""
MOST_RANGES = 16


def check_divisor(operation: str, y: Leaf) -> None:
    """Whole numbers that are not 0; floating-point numbers may be.

    Raises:
        InvalidArgumentError: One is 0.
    """
    said = f"{operation} of whole numbers cannot divide by 0"
    if not y.dtype.is_integer:
        return
    if y.is_variable or y.array is None:
        where = place()
        require(HAS_ZERO, (), (y,), lambda _found: said + where)
    elif not np.all(y.array):
        raise invalid(said)
