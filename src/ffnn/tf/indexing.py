"""Places in a tensor: `[ ]`, `tf.gather`, `tf.boolean_mask`, `tf.one_hot`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ffnn.tf.arrays import new_axis, reshape
from ffnn.tf.dtypes import as_dtype, bool_, float32
from ffnn.tf.engine.recording import record
from ffnn.tf.errors import invalid, whole_number
from ffnn.tf.mathematics import floormod, one_axis
from ffnn.tf.operations import table
from ffnn.tf.operations.value_checks import check_places, check_range, whole
from ffnn.tf.tensors import Leaf, Operators, Tensor, constant, convert_to_tensor


def one_hot(
    indices: Any,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int = -1,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """A new axis of size `depth`: on (1) at the index, off (0) elsewhere; an index out of range is off everywhere.

    Its dtype is that of the values given, float32 where there is none.
    """
    x = convert_to_tensor(indices)
    whole("one_hot", x)
    size = whole_number("the depth of one_hot", depth)
    if size < 0:
        raise invalid(f"one_hot takes a depth of at least 0; got {size}")
    given = [convert_to_tensor(value).dtype for value in (on_value, off_value) if value is not None]
    kind = as_dtype(dtype) if dtype is not None else given[0] if given else float32
    on = convert_to_tensor(kind.numpy.type(1) if on_value is None else on_value, kind)
    off = convert_to_tensor(kind.numpy.type(0) if off_value is None else off_value, kind)
    return record(table.ONE_HOT, (size, new_axis("one_hot", axis, x)), (x, on, off))


def gather(params: Any, indices: Any, axis: int = 0, name: str | None = None) -> Tensor:
    """The slices at these places along an axis.

    Raises:
        InvalidArgumentError: There is no such place.
    """
    x, places = convert_to_tensor(params), convert_to_tensor(indices)
    number = one_axis(axis, x)
    whole("gather", places)
    check_places("gather", places, x.shape[number])
    return record(table.GATHER, (number,), (x, places))


def boolean_mask(tensor: Any, mask: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """The rows where the mask holds. How many they are must be known, so the mask is looked at."""
    x, chosen = convert_to_tensor(tensor), np.asarray(convert_to_tensor(mask).numpy())
    start = one_axis(0 if axis is None else axis, x)
    if chosen.dtype.kind != "b" or chosen.ndim == 0 or x.shape[start : start + chosen.ndim] != chosen.shape:
        raise invalid(
            f"boolean_mask takes a bool mask of the shape of the tensor's axes; got {chosen.shape}, {x.shape}"
        )
    flat = reshape(x, [*x.shape[:start], chosen.size, *x.shape[start + chosen.ndim :]])
    return record(table.GATHER, (start,), (flat, constant(np.flatnonzero(chosen.reshape(-1)))))


def getitem(x: Leaf, key: Any) -> Tensor:
    """x[key]: numbers, slices, `...` and `tf.newaxis`, as in NumPy; or a mask.

    Raises:
        InvalidArgumentError: The key is a list or an array of numbers, or out of range.
    """
    if isinstance(key, Operators | np.ndarray) and key.ndim and key.dtype in (bool_, np.bool_):
        return boolean_mask(x, key)
    keys = key if isinstance(key, tuple) else (key,)
    if len(keys) == 1 and isinstance(key, Tensor) and key.symbolic and key.ndim == 0 and x.ndim:
        size = x.shape[0]
        check_range("[ ]", key, -size, size - 1, f"from {-size} to {size - 1}")
        return record(table.GATHER, (0,), (x, floormod(key, size)))
    taking = sum(part is not None and part is not Ellipsis for part in keys)
    if taking > x.ndim:
        raise invalid(f"[ ] takes at most one number or slice for each axis of shape {x.shape}; got {taking}")
    axis, parts = 0, []
    for part in keys:
        parts.append(part_of(part, x, axis))
        axis += x.ndim - taking if part is Ellipsis else part is not None
    return record(table.INDEX, (tuple(parts),), (x,))


def part_of(part: Any, x: Leaf, axis: int) -> Any:
    """One part of a key as a number, None, `...`, or a slice as a tuple."""
    if isinstance(part, slice):
        return tuple(None if end is None else int(end) for end in (part.start, part.stop, part.step))
    if part is None or part is Ellipsis:
        return part
    if isinstance(part, Operators | np.generic) and not part.shape:
        part = int(part)
    if isinstance(part, bool) or not isinstance(part, int):
        raise invalid(
            f"a tensor takes numbers and slices in [ ], got {part!r}; tf.gather and tf.boolean_mask take lists"
        )
    if not -x.shape[axis] <= part < x.shape[axis]:
        raise invalid(f"index {part} is out of range for axis {axis} of shape {x.shape}")
    return part


Operators.__getitem__ = getitem  # type: ignore[method-assign]
newaxis = None
