"""Places in a tensor: `[ ]`, `tf.gather`, `tf.boolean_mask`, `tf.one_hot`."""

from __future__ import annotations

from typing import Any

from ffnn.tf.arrays import new_axis
from ffnn.tf.dtypes import as_dtype, float32
from ffnn.tf.errors import invalid, whole_number
from ffnn.tf.mathematics import one_axis
from ffnn.tf.operations import table
from ffnn.tf.operations.spec_checks import check_whole
from ffnn.tf.operations.value_checks import check_places
from ffnn.tf.tensors import Tensor, convert_to_tensor, masked, record


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
    check_whole("one_hot", x.spec)
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
    check_whole("gather", places.spec)
    check_places("gather", places, x.shape[number])
    return record(table.GATHER, (number,), (x, places))


def boolean_mask(tensor: Any, mask: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """The rows where the mask holds. How many they are must be known, so the mask is looked at."""
    x = convert_to_tensor(tensor)
    return masked(x, convert_to_tensor(mask).numpy(), one_axis(0 if axis is None else axis, x))


newaxis = None
