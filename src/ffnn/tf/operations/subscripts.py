"""What stands in `[ ]`, as the attribute of an operation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ffnn.tf.dtypes import TensorShape
from ffnn.tf.engine.leaves import Leaf
from ffnn.tf.errors import invalid


def subscripts(key: Any, shape: TensorShape) -> tuple[Any, ...]:
    """Numbers, slices, `...` and None, in as many axes as there are.

    Raises:
        InvalidArgumentError: One is a list or an array of numbers, or out of range.
    """
    keys = key if isinstance(key, tuple) else (key,)
    taking = sum(part is not None and part is not Ellipsis for part in keys)
    if taking > len(shape):
        raise invalid(f"[ ] takes at most one number or slice for each axis of shape {shape}; got {taking}")
    axis, parts = 0, []
    for part in keys:
        parts.append(subscript(part, shape, axis))
        axis += len(shape) - taking if part is Ellipsis else part is not None
    return tuple(parts)


def subscript(part: Any, shape: TensorShape, axis: int) -> Any:
    """One part of a key as a number, None, `...`, or a slice as a tuple."""
    if isinstance(part, slice):
        return tuple(None if end is None else int(end) for end in (part.start, part.stop, part.step))
    if part is None or part is Ellipsis:
        return part
    if isinstance(part, Leaf | np.generic) and not part.shape:
        part = int(part)
    if isinstance(part, bool) or not isinstance(part, int):
        raise invalid(
            f"a tensor takes numbers and slices in [ ], got {part!r}; tf.gather and tf.boolean_mask take lists"
        )
    if not -shape[axis] <= part < shape[axis]:
        raise invalid(f"index {part} is out of range for axis {axis} of shape {shape}")
    return part
