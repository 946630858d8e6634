"""Numbers in, numbers out: arithmetic, comparisons, sums and products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ffnn.tf import tensors
from ffnn.tf.dtypes import DType, as_dtype, bool_
from ffnn.tf.engine.programs import Operation
from ffnn.tf.errors import invalid, whole_number
from ffnn.tf.operations import table
from ffnn.tf.operations.spec_checks import check_floating
from ffnn.tf.tensors import (
    Operand,
    Tensor,
    alike,
    binary,
    constant,
    convert_to_tensor,
    divisible,
    record,
    unary,
    value_of,
)

if TYPE_CHECKING:
    from ffnn.tf.signatures import Reduction, Search


add, subtract, multiply = binary(table.ADD, exact=True), binary(table.SUBTRACT), binary(table.MULTIPLY)
maximum, minimum = binary(table.MAXIMUM), binary(table.MINIMUM)
squared_difference = binary(table.SQUARED_DIFFERENCE)
less, less_equal, greater = binary(table.LESS), binary(table.LESS_EQUAL), binary(table.GREATER)
greater_equal, equal, not_equal = binary(table.GREATER_EQUAL), binary(table.EQUAL), binary(table.NOT_EQUAL)
logical_and, logical_or, logical_xor = binary(table.AND), binary(table.OR), binary(table.XOR)
logical_not = unary(table.NOT)

negative, square, abs, sign = unary(table.NEGATIVE), unary(table.SQUARE), unary(table.ABS), unary(table.SIGN)  # noqa: A001
sqrt, rsqrt, reciprocal = unary(table.SQRT), unary(table.RSQRT), unary(table.RECIPROCAL)
exp, expm1, log, log1p = unary(table.EXP), unary(table.EXPM1), unary(table.LOG), unary(table.LOG1P)
sin, cos, tan, tanh, erf = unary(table.SIN), unary(table.COS), unary(table.TAN), unary(table.TANH), unary(table.ERF)
sigmoid, softplus, softsign = unary(table.SIGMOID), unary(table.SOFTPLUS), unary(table.SOFTSIGN)
floor, ceil, round = unary(table.FLOOR), unary(table.CEIL), unary(table.ROUND)  # noqa: A001
is_nan, is_inf, is_finite = unary(table.IS_NAN), unary(table.IS_INF), unary(table.IS_FINITE)
divide, floordiv, floormod = tensors.divide, tensors.floordiv, tensors.floormod
pow, matmul = tensors.pow, tensors.matmul  # noqa: A001


def identity(input: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """The same values."""
    return record(table.IDENTITY, (), (convert_to_tensor(input),))


def stop_gradient(input: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """The same values, through which no gradient flows."""
    return record(table.STOP_GRADIENT, (), (convert_to_tensor(input),))


def divide_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, and 0 where y is 0."""
    return record(table.DIVIDE_NO_NAN, (), divisible(*alike("DivNoNan", x, y)))


def cast(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """x as another dtype; fractions are cut off, and what is not 0 is True."""
    wanted = as_dtype(dtype)
    x = convert_to_tensor(x)
    return value_of(x) if x.dtype is wanted else record(table.CAST, (wanted.name,), (x,))


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Tensor:
    """t brought between the two."""
    t = convert_to_tensor(t)
    low = convert_to_tensor(clip_value_min, dtype_hint=t.dtype)
    high = convert_to_tensor(clip_value_max, dtype_hint=t.dtype)
    return record(table.CLIP, (), (t, low, high))


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """x where the condition holds, else y; without both, the places where it holds, int64 [places, axes]."""
    condition = convert_to_tensor(condition)
    if x is None and y is None:
        return constant(np.argwhere(condition.numpy()))
    if x is None or y is None:
        raise invalid(f"where takes both x and y, or neither; got only {'x' if y is None else 'y'}")
    x, y = alike("SelectV2", x, y)
    return record(table.WHERE, (), (condition, x, y))


def reduction(operation: Operation, nothing: DType | None = None) -> Reduction[Tensor]:
    """The function that takes axes together; an empty list is of the dtype `nothing`."""

    def function(
        input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
    ) -> Tensor:  # fmt: skip
        x = input_tensor if isinstance(input_tensor, Operand) else convert_to_tensor(input_tensor)
        if nothing is not None and isinstance(input_tensor, list) and not input_tensor:
            x = constant(input_tensor, nothing)
        return record(operation, (axis if axis is None else axes(axis, x), keepdims), (x,))

    function.__doc__ = f"{operation.name} over an axis, several, or all; `keepdims` leaves axes of size 1."
    return function


def axes(axis: Any, x: Operand) -> tuple[int, ...]:
    """Axes as numbers from 0 on.

    Raises:
        InvalidArgumentError: There is no such axis.
    """
    given = axis.numpy() if isinstance(axis, Operand) else axis
    numbers = given if isinstance(given, list | tuple) else np.ravel(given).tolist()
    chosen = [axis] if type(axis) is int else [whole_number("an axis", number) for number in numbers]
    for number in chosen:
        if not -x.ndim <= number < x.ndim:
            there = f"axes 0 to {x.ndim - 1}" if x.ndim else "none"
            raise invalid(f"there is no axis {number} in a tensor of shape {x.shape}; it has {there}")
    return tuple([number % x.ndim for number in chosen])


def one_axis(axis: Any, x: Operand) -> int:
    """An axis as a number from 0 on.

    Raises:
        InvalidArgumentError: There is no such axis, or it is not one.
    """
    chosen = axes(axis, x)
    if len(chosen) != 1:
        raise invalid(f"one axis is wanted; got {axis!r}")
    return chosen[0]


reduce_sum, reduce_mean, reduce_prod = reduction(table.SUM), reduction(table.MEAN), reduction(table.PROD)
reduce_max, reduce_min = reduction(table.MAX), reduction(table.MIN)
reduce_all, reduce_any = reduction(table.ALL, bool_), reduction(table.ANY, bool_)


def reduce_variance(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """The mean squared distance from the mean."""
    x = convert_to_tensor(input_tensor)
    check_floating("Variance", x.spec)
    return reduce_mean(square(x - reduce_mean(x, axis, keepdims=True)), axis, keepdims)


def reduce_std(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """The root of the variance."""
    return sqrt(reduce_variance(input_tensor, axis, keepdims))


def reduce_logsumexp(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """log Σ exp(x), without overflow."""
    x = convert_to_tensor(input_tensor)
    top = stop_gradient(reduce_max(x, axis, keepdims=True))
    top = where(is_finite(top), top, 0.0)
    total = log(reduce_sum(exp(x - top), axis, keepdims))
    return total + (top if keepdims else record(table.RESHAPE, (tuple(total.shape),), (top,)))


def argument(operation: Operation) -> Search[Tensor]:
    """The function that finds a place along an axis."""

    def function(input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None) -> Tensor:  # noqa: A002
        x = convert_to_tensor(input)
        number = one_axis(0 if axis is None else axis, x)
        return record(operation, (number, as_dtype(output_type).name), (x,))

    function.__doc__ = f"{operation.name} along an axis (the first if none is given): the first place of the extreme."
    return function


argmax, argmin = argument(table.ARGMAX), argument(table.ARGMIN)


def cumsum(x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Tensor:
    """The sum of all numbers up to each along an axis; in reverse, from each on; exclusive, without its own."""
    x = convert_to_tensor(x)
    return record(table.CUMSUM, (one_axis(axis, x), bool(exclusive), bool(reverse)), (x,))


def norm(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool | None = None, name: str | None = None  # noqa: A002
) -> Tensor:  # fmt: skip
    """The length of a vector: the root of its sum of squares; `ord` 1, inf or another number measures otherwise.

    A pair of axes holds matrices, which have the norms 'euclidean' (or 'fro'), 1 and inf: the largest sum of the
    absolute values of a column, or of a row.
    """
    x = convert_to_tensor(tensor)
    keep = bool(keepdims)
    pair = axis is not None and len(axes(axis, x)) == 2
    if ord in ("euclidean", "fro") or (ord == 2 and not pair):
        return sqrt(reduce_sum(square(x), axis, keep))
    if pair and ord in (1, np.inf):
        rows, columns = axes(axis, x)
        sums = reduce_sum(abs(x), rows if ord == 1 else columns, keepdims=True)
        top = reduce_max(sums, (rows, columns), keepdims=True)
        return top if keep else record(table.SQUEEZE, ((rows, columns),), (top,))
    if pair:
        raise invalid(f"norm takes ord 'euclidean', 'fro', 1 or inf of matrices (two axes); got {ord!r}")
    if ord == 1:
        return reduce_sum(abs(x), axis, keep)
    if ord == np.inf:
        return reduce_max(abs(x), axis, keep)
    if isinstance(ord, int | float) and ord > 0:
        return pow(reduce_sum(pow(abs(x), float(ord)), axis, keep), 1.0 / ord)
    raise invalid(f"norm takes ord 'euclidean', 'fro', inf or a positive number; got {ord!r}")


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """The sum of tensors of one shape."""
    if not len(inputs):
        raise invalid("add_n takes at least one tensor; got none")
    total = convert_to_tensor(inputs[0])
    for part in inputs[1:]:
        total, part = alike("AddN", total, part)
        if part.shape != total.shape:
            raise invalid(f"add_n takes tensors of one shape; got {list(total.shape)} and {list(part.shape)}")
        total = add(total, part)
    return value_of(total)
