"""Values that somebody gives, as arrays of a dtype."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ffnn.tf.dtypes import DType, as_dtype, bool_, float32, int32, int64
from ffnn.tf.engine.leaves import Leaf
from ffnn.tf.errors import invalid


def as_array(value: Any, dtype: DType | None) -> np.ndarray[Any, Any]:
    """A fresh NumPy array of a supported dtype.

    Raises:
        InvalidArgumentError: The value does not fit the dtype, or is a tensor of another one.
    """
    if isinstance(value, Leaf):
        check_dtype(value, dtype)
        value = value.numpy()
    elif isinstance(value, list | tuple) and holds_leaves(value):
        value = plain(value)
    try:
        array = np.array(value)
    except (ValueError, TypeError) as error:
        raise invalid(f"cannot make a tensor of rows of different lengths: {error}") from None
    if dtype is None:
        dtype = natural(value, array)
    if array.dtype.kind not in "fiub":
        raise invalid(f"cannot make a tensor of {value!r}; it must be numbers")
    typed = isinstance(value, np.ndarray | np.generic)
    if not typed and array.size:
        if array.dtype.kind == "f" and not dtype.is_floating:
            raise invalid(
                f"cannot make a {dtype.name} tensor of {value!r}, which is not whole; round it, or tf.cast it"
            )
        if not dtype.is_bool and array.dtype.kind in "iuf":
            numbers = array[np.isfinite(array)]
            low, high = numbers.min(initial=0), numbers.max(initial=0)
            if low < dtype.min or high > dtype.max:
                raise invalid(f"{high if high > dtype.max else low} does not fit into {dtype.name}")
    with np.errstate(over="ignore", invalid="ignore"):
        return array.astype(dtype.numpy, copy=False)


def check_dtype(leaf: Leaf, dtype: DType | None) -> None:
    """Refuse a tensor of another dtype than the one wanted."""
    if dtype is not None and leaf.dtype is not dtype:
        raise invalid(f"a tensor of dtype {leaf.dtype.name} was given where {dtype.name} is wanted; see tf.cast")


def natural(value: Any, array: np.ndarray[Any, Any]) -> DType:
    """The dtype of what comes without one."""
    typed = typed_parts(value) if isinstance(value, list | tuple) else [value]
    if typed and isinstance(typed[0], np.ndarray | np.generic):
        kind = np.result_type(*[part.dtype for part in typed])
        return float32 if kind == np.float16 else as_dtype(kind)
    if array.dtype.kind == "b":
        return bool_
    if array.dtype.kind in "iu":
        return int32 if not array.size or (array.min() >= -(2**31) and array.max() < 2**31) else int64
    return float32


def typed_parts(value: Any) -> list[Any]:
    """NumPy's numbers in nested lists that begin with one: they have a dtype, Python's beside them take it."""
    if not isinstance(next(iter(flat(value)), None), np.ndarray | np.generic):
        return []
    return [part for part in flat(value) if isinstance(part, np.ndarray | np.generic)]


def flat(value: Any) -> Iterator[Any]:
    """The parts of nested lists."""
    for part in value:
        if isinstance(part, list | tuple):
            yield from flat(part)
        else:
            yield part


def holds_leaves(value: Any) -> bool:
    """Whether there are tensors in nested lists."""
    return any(isinstance(part, Leaf) for part in flat(value))


def plain(value: Any) -> Any:
    """Nested lists with the values of tensors in place of tensors."""
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.numpy() if isinstance(value, Leaf) else value
