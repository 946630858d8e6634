"""Making tensors, and changing their shape and order."""

from __future__ import annotations

import builtins
import sys
from operator import index
from typing import Any

import numpy as np

from ffnn.tf.dtypes import as_dtype, float32, float64, int32, int64, uint8
from ffnn.tf.errors import invalid, whole_number
from ffnn.tf.mathematics import axes, one_axis
from ffnn.tf.operations import table
from ffnn.tf.tensors import (
    Operand,
    Tensor,
    alike,
    constant,
    convert_to_tensor,
    from_array,
    record,
    stack_parts,
    together,
    value_of,
)
from ffnn.tf.tracing import postpone


def sizes(shape: Any, operation: str | None = None) -> tuple[int, ...]:
    """A shape as plain numbers; those of an operation that is named are the sizes of its result.

    Raises:
        InvalidArgumentError: They are not whole, or no sizes.
    """
    if isinstance(shape, Operand):
        shape = shape.numpy()
    try:
        numbers = tuple(map(index, np.ravel(shape) if not isinstance(shape, list | tuple) else shape))
    except TypeError:
        raise invalid(f"a shape takes whole numbers; got {shape!r}") from None
    if operation is not None and min(numbers, default=0) < 0:
        raise invalid(f"{operation} takes a shape of sizes that are at least 0; got {list(numbers)}")
    return numbers


def as_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Tensor:
    """A tensor of that value: a number, nested lists of numbers or tensors, an array, a variable's value now.

    Raises:
        InvalidArgumentError: It is a tensor of another dtype than the one wanted.
    """
    return value_of(convert_to_tensor(value, dtype, dtype_hint))


def zeros(shape: Any, dtype: Any = float32, name: str | None = None) -> Tensor:
    """All 0."""
    return from_array(np.zeros(sizes(shape, "zeros"), as_dtype(dtype).numpy))


def ones(shape: Any, dtype: Any = float32, name: str | None = None) -> Tensor:
    """All 1."""
    return from_array(np.ones(sizes(shape, "ones"), as_dtype(dtype).numpy))


def zeros_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:  # noqa: A002
    """All 0, in the shape of another."""
    x = convert_to_tensor(input)
    return zeros(x.shape, dtype or x.dtype)


def ones_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:  # noqa: A002
    """All 1, in the shape of another."""
    x = convert_to_tensor(input)
    return ones(x.shape, dtype or x.dtype)


def eye(num_rows: int, num_columns: int | None = None, dtype: Any = float32, name: str | None = None) -> Tensor:
    """1 on the diagonal, 0 elsewhere."""
    rows, columns = sizes([num_rows, num_rows if num_columns is None else num_columns], "eye")
    return from_array(np.eye(rows, columns, dtype=as_dtype(dtype).numpy))


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """One number everywhere."""
    number = convert_to_tensor(value)
    if number.ndim:
        raise invalid(f"fill takes one number; got shape {list(number.shape)}")
    return record(table.BROADCAST, (sizes(dims, "fill"),), (number,))


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = None) -> Tensor:  # noqa: A001
    """Numbers from `start` (0 if only one is given) on, `delta` apart, below `limit`.

    Raises:
        InvalidArgumentError: `delta` is 0 or leads away from `limit`.
    """
    parts = [convert_to_tensor(part) for part in ((0, start, delta) if limit is None else (start, limit, delta))]
    kind = as_dtype(dtype) if dtype is not None else max((part.dtype for part in parts), key=WIDER.index)
    first, last, step = (part.numpy() for part in parts)
    if step == 0 or (last - first) * step < 0:
        raise invalid(f"range takes a delta that leads from start to limit; got {first}, {last} and delta {step}")
    return from_array(np.arange(first, last, step, dtype=kind.numpy))


WIDER = (uint8, int32, int64, float32, float64)
"""Kinds of numbers, each wider than those before it."""


def linspace(start: Any, stop: Any, num: int, name: str | None = None) -> Tensor:
    """`num` numbers from `start` to `stop`, both included."""
    kind = constant(start).dtype
    return from_array(np.linspace(start, stop, int(num), dtype=kind.numpy if kind.is_floating else np.float64))


def shape(input: Any, out_type: Any = "int32", name: str | None = None) -> Tensor:  # noqa: A002
    """The size of each axis, as a tensor."""
    return from_array(np.array(convert_to_tensor(input).shape, as_dtype(out_type).numpy))


def size(input: Any, out_type: Any = "int32", name: str | None = None) -> Tensor:  # noqa: A002
    """How many numbers there are, as a tensor."""
    return from_array(np.array(convert_to_tensor(input).shape.num_elements(), as_dtype(out_type).numpy))


def rank(input: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """How many axes there are, as a tensor."""
    return from_array(np.array(convert_to_tensor(input).ndim, np.int32))


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same numbers in another shape; one size may be -1, and is worked out."""
    x = convert_to_tensor(tensor)
    wanted = list(sizes(shape))
    known = int(np.prod([size for size in wanted if size != -1], dtype=np.int64))
    total = x.shape.num_elements()
    if wanted.count(-1) == 1 and known and total % known == 0:
        wanted[wanted.index(-1)] = total // known
    elif known != total or min(wanted, default=0) < 0:
        raise invalid(f"reshape cannot give {total} values (shape {x.shape}) the shape {list(sizes(shape))}")
    return record(table.RESHAPE, (tuple(wanted),), (x,))


def transpose(a: Any, perm: Any = None, name: str | None = None) -> Tensor:
    """The axes in another order; turned about where none is given."""
    x = convert_to_tensor(a)
    order = tuple(reversed(builtins.range(x.ndim))) if perm is None else sizes(perm)
    if sorted(order) != list(builtins.range(x.ndim)):
        raise invalid(f"transpose takes each axis of shape {x.shape} once; got {list(order)}")
    return record(table.TRANSPOSE, (order,), (x,))


def expand_dims(input: Any, axis: int, name: str | None = None) -> Tensor:  # noqa: A002
    """A new axis of size 1 at that place."""
    x = convert_to_tensor(input)
    return record(table.EXPAND_DIMS, (new_axis("expand_dims", axis, x),), (x,))


def new_axis(operation: str, axis: Any, x: Operand) -> int:
    """The place of an axis that x does not have yet.

    Raises:
        InvalidArgumentError: There is no such place.
    """
    number = whole_number(f"the axis of {operation}", axis)
    if not -x.ndim - 1 <= number <= x.ndim:
        raise invalid(f"{operation} cannot put an axis at {number} of shape {x.shape}")
    return number


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Tensor:  # noqa: A002
    """Without the axes of size 1, all of them or those named."""
    x = convert_to_tensor(input)
    chosen = axes(axis, x) if axis is not None else tuple(n for n, size in enumerate(x.shape) if size == 1)
    for number in chosen:
        if x.shape[number] != 1:
            raise invalid(f"squeeze takes axes of size 1; axis {number} of shape {x.shape} has {x.shape[number]}")
    return record(table.SQUEEZE, (chosen,), (x,))


def concat(values: Any, axis: int, name: str | None = None) -> Tensor:
    """Tensors one after the other along an axis."""
    parts = together(values)
    if not parts:
        raise invalid("concat takes at least one tensor; got none")
    number = one_axis(axis, parts[0])
    for part in parts:
        rest = [[size for n, size in enumerate(one.shape) if n != number] for one in (parts[0], part)]
        if rest[0] != rest[1] or part.ndim != parts[0].ndim:
            shown = " and ".join(str(list(one.shape)) for one in (parts[0], part))
            raise invalid(f"concat along axis {number} takes shapes that agree in all other axes; got {shown}")
    return record(table.CONCAT, (number,), parts)


def stack(values: Any, axis: int = 0, name: str | None = None) -> Tensor:
    """Tensors of one shape along a new axis."""
    if isinstance(values, Operand | np.ndarray) or not any(isinstance(part, Operand) for part in values):
        values = unstack(convert_to_tensor(values))  # numbers of one dtype: together they tell which
    parts = together(values)
    if not parts:
        return constant([])
    return stack_parts(parts, new_axis("stack", axis, parts[0]))


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str | None = None) -> list[Tensor]:
    """The slices along an axis, of which there must be `num`."""
    x = convert_to_tensor(value)
    number = one_axis(axis, x)
    if num not in (None, x.shape[number]):
        raise invalid(f"unstack finds {x.shape[number]} slices along axis {number} of shape {x.shape}; got num {num}")
    return [x[(slice(None),) * number + (place,)] for place in builtins.range(x.shape[number])]


def split(value: Any, num_or_size_splits: Any, axis: int = 0, name: str | None = None) -> list[Tensor]:
    """Parts of equal size, or of the sizes given, along an axis; one size may be -1, and is worked out."""
    x = convert_to_tensor(value)
    number = one_axis(axis, x)
    total, wanted = x.shape[number], num_or_size_splits
    if isinstance(wanted, int):
        if wanted < 1 or total % wanted:
            raise invalid(f"split cannot part {total} values of axis {number} into {wanted} of equal size")
        wanted = [total // wanted] * wanted
    wanted = list(sizes(wanted))
    if wanted.count(-1) == 1:
        wanted[wanted.index(-1)] = total - sum(wanted) - 1
    if min(wanted, default=0) < 0 or sum(wanted) != total:
        raise invalid(f"split got sizes {list(wanted)} for {total} values of axis {number}")
    ends = np.cumsum(wanted)
    return [
        x[(slice(None),) * number + (slice(int(end) - part, int(end)),)] for part, end in zip(wanted, ends, strict=True)
    ]


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """Repeated so many times along each axis."""
    x = convert_to_tensor(input)
    if len(sizes(multiples)) != x.ndim:
        raise invalid(f"tile takes a multiple for each axis of shape {x.shape}; got {list(sizes(multiples))}")
    if min(sizes(multiples), default=0) < 0:
        raise invalid(f"tile takes multiples of at least 0; got {list(sizes(multiples))}")
    return record(table.TILE, (sizes(multiples),), (x,))


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """Stretched to a shape."""
    return record(table.BROADCAST, (sizes(shape, "broadcast_to"),), (convert_to_tensor(input),))


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """The other way round along these axes."""
    x = convert_to_tensor(tensor)
    return record(table.REVERSE, (axes(axis, x),), (x,))


def pad(
    tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0, name: str | None = None
) -> Tensor:
    """More values before and after, along each axis: one, or (REFLECT, SYMMETRIC) the tensor's own mirrored."""
    x, value = alike("PadV2", tensor, constant_values)
    if mode.lower() not in ("constant", "reflect", "symmetric"):
        raise invalid(f"pad knows the modes 'CONSTANT', 'REFLECT' and 'SYMMETRIC'; got {mode!r}")
    widths = tuple((int(before), int(after)) for before, after in np.asarray(paddings))
    if len(widths) != x.ndim:
        raise invalid(f"pad takes a pair of widths for each axis of shape {x.shape}; got {len(widths)}")
    return record(table.PAD, (widths, mode.lower()), (x, value))


def print_tensors(*inputs: Any, output_stream: Any = None, end: str = "\n", sep: str = " ", summarize: int = 3) -> None:
    """Print values to standard error (or another stream); inside a traced function, each time that it runs."""

    def write(*values: Any) -> None:
        text = sep.join(plainly(value, summarize) for value in values)
        stream = output_stream or sys.stderr
        (stream.write if hasattr(stream, "write") else print)(text + end)

    postpone(write, inputs)


def plainly(value: Any, summarize: int) -> str:
    """A value as `tf.print` writes it: [[1 2] [3 4]] over several lines, long axes cut short."""
    if not isinstance(value, np.ndarray | np.generic):
        return str(value)
    array = np.asarray(value)
    threshold = array.size if summarize < 0 else 2 * summarize
    return np.array2string(
        array, separator=" ", threshold=max(threshold, 1), edgeitems=max(summarize, 1), formatter={"all": shortest}
    )


def shortest(number: Any) -> str:
    """A number in as few digits as give it back: 1 for 1.0."""
    if isinstance(number, bool | np.bool_):
        return str(int(number))
    return np.format_float_positional(number, trim="-") if isinstance(number, np.floating) else str(number)
