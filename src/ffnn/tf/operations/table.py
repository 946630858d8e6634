"""The table of operations: TensorFlow's name, what it computes (`kernels.py`), what it takes (`spec_checks.py`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ffnn.networks import activations
from ffnn.tf.engine.programs import Operation
from ffnn.tf.operations import kernels
from ffnn.tf.operations.spec_checks import (
    check_bool,
    check_clip,
    check_elementwise,
    check_floating,
    check_labels,
    check_matmul,
    check_numbers,
    check_targets,
    check_where,
)

Array = Any


def elementwise(name: str, kernel: Callable[..., Array], **more: Any) -> Operation:
    """An operation of numbers that stand at the same place."""
    return Operation(name, kernel, check_elementwise, **{"alike": True, **more})


def floating(name: str, kernel: Callable[..., Array], **more: Any) -> Operation:
    """An operation of floating-point numbers, each by itself."""
    return Operation(name, kernel, check_floating, **{"alike": True, **more})


def numeric(name: str, kernel: Callable[..., Array]) -> Operation:
    """An operation of any numbers, but not of bool."""
    return Operation(name, kernel, check_numbers)


def discrete(
    name: str, kernel: Callable[..., Array], check: Callable[..., None] | None = check_elementwise
) -> Operation:
    """An operation without a derivative."""
    return Operation(name, kernel, check, differentiable=False)


ADD = elementwise("AddV2", jnp.add)
SUBTRACT = elementwise("Sub", jnp.subtract)
MULTIPLY = elementwise("Mul", jnp.multiply)
DIVIDE = elementwise("RealDiv", jnp.divide, alike=False)  # whole numbers give float64
DIVIDE_NO_NAN = elementwise("DivNoNan", kernels.divided, alike=False)
FLOOR_DIVIDE = elementwise("FloorDiv", jnp.floor_divide, differentiable=False)
FLOOR_MOD = elementwise("FloorMod", jnp.mod)
POWER = elementwise("Pow", kernels.power)
MAXIMUM = elementwise("Maximum", kernels.maximum)
MINIMUM = elementwise("Minimum", kernels.minimum)
SQUARED_DIFFERENCE = elementwise("SquaredDifference", lambda x, y: jnp.square(x - y))
CLIP = Operation("ClipByValue", kernels.clip, check_clip)

EQUAL = discrete("Equal", jnp.equal)
NOT_EQUAL = discrete("NotEqual", jnp.not_equal)
LESS = discrete("Less", jnp.less)
LESS_EQUAL = discrete("LessEqual", jnp.less_equal)
GREATER = discrete("Greater", jnp.greater)
GREATER_EQUAL = discrete("GreaterEqual", jnp.greater_equal)
AND = discrete("LogicalAnd", jnp.logical_and, check_bool)
OR = discrete("LogicalOr", jnp.logical_or, check_bool)
XOR = discrete("LogicalXor", jnp.logical_xor, check_bool)
NOT = discrete("LogicalNot", jnp.logical_not, check_bool)

NEGATIVE = elementwise("Neg", jnp.negative)
SQUARE = elementwise("Square", jnp.square)
ABS = elementwise("Abs", kernels.absolute)
SIGN = elementwise("Sign", jnp.sign)
SQRT = floating("Sqrt", kernels.sloped(jnp.sqrt, lambda root: 1 / (2 * root)))
RSQRT = floating("Rsqrt", kernels.sloped(jax.lax.rsqrt, lambda value: -0.5 * value**3))
RECIPROCAL = floating("Reciprocal", kernels.sloped(jnp.reciprocal, lambda value: -(value**2)))
EXP = floating("Exp", jnp.exp)
EXPM1 = floating("Expm1", jnp.expm1)
LOG = floating("Log", jnp.log)
LOG1P = floating("Log1p", jnp.log1p)
SIN = floating("Sin", jnp.sin)
COS = floating("Cos", jnp.cos)
TAN = floating("Tan", jnp.tan)
ERF = floating("Erf", activations.erf)
FLOOR = discrete("Floor", jnp.floor, check_floating)
CEIL = discrete("Ceil", jnp.ceil, check_floating)
ROUND = discrete("Round", jnp.round)
IS_NAN = discrete("IsNan", jnp.isnan, check_floating)
IS_INF = discrete("IsInf", jnp.isinf, check_floating)
IS_FINITE = discrete("IsFinite", jnp.isfinite, check_floating)

MATMUL = Operation("MatMul", kernels.matmul, check_matmul, work=kernels.matmul_work)
SUM = numeric("Sum", lambda x, axis, keepdims: jnp.sum(x, axis, dtype=x.dtype, keepdims=keepdims))
MEAN = numeric("Mean", kernels.mean)
MAX = numeric("Max", kernels.largest)
MIN = numeric("Min", kernels.smallest)
PROD = numeric("Prod", lambda x, axis, keepdims: jnp.prod(x, axis, dtype=x.dtype, keepdims=keepdims))
ALL = discrete("All", lambda x, axis, keepdims: jnp.all(x, axis, keepdims=keepdims), check_bool)
ANY = discrete("Any", lambda x, axis, keepdims: jnp.any(x, axis, keepdims=keepdims), check_bool)
CUMSUM = numeric("Cumsum", kernels.cumulative)
ARGMAX = discrete(
    "ArgMax", lambda x, axis, dtype: jnp.argmax(kernels.without_nan(x, -np.inf), axis).astype(dtype), None
)
ARGMIN = discrete("ArgMin", lambda x, axis, dtype: jnp.argmin(kernels.without_nan(x, np.inf), axis).astype(dtype), None)

CAST = Operation("Cast", kernels.cast)
STOP_GRADIENT = discrete("StopGradient", jax.lax.stop_gradient, None)
IDENTITY = Operation("Identity", lambda x: x)
WHERE = Operation("SelectV2", jnp.where, check_where)
ONE_HOT = discrete("OneHot", kernels.one_hot, None)
RESHAPE = Operation("Reshape", jnp.reshape)
TRANSPOSE = Operation("Transpose", jnp.transpose)
EXPAND_DIMS = Operation("ExpandDims", jnp.expand_dims)
SQUEEZE = Operation("Squeeze", jnp.squeeze)
CONCAT = Operation("ConcatV2", lambda *parts: jnp.concatenate(parts[:-1], parts[-1]))
STACK = Operation("Pack", lambda *parts: jnp.stack(parts[:-1], parts[-1]))
TILE = Operation("Tile", jnp.tile)
BROADCAST = Operation("BroadcastTo", jnp.broadcast_to)
INDEX = Operation("StridedSlice", kernels.indexed)
GATHER = Operation("GatherV2", lambda x, places, axis: jnp.take(x, places, axis, mode="fill"))
PAD = Operation("PadV2", kernels.padded)
REVERSE = Operation("ReverseV2", jnp.flip)

SIGMOID = floating("Sigmoid", activations.sigmoid)
TANH = floating("Tanh", activations.tanh)
RELU = elementwise("Relu", activations.relu)
RELU6 = elementwise("Relu6", lambda x: jnp.where(x >= 6, jnp.asarray(6, x.dtype), activations.relu(x)))
LEAKY_RELU = floating("LeakyRelu", lambda x, slope: jnp.where(x > 0, x, slope * x))
ELU = floating("Elu", activations.elu)
SELU = floating("Selu", activations.selu)
GELU = floating("Gelu", kernels.gelu)
SILU = floating("Silu", activations.silu)
MISH = floating("Mish", activations.mish)
SOFTPLUS = floating("Softplus", activations.softplus)
SOFTSIGN = floating("Softsign", lambda x: x / (1 + kernels.absolute(x)))
SOFTMAX = floating("Softmax", lambda x, axis: kernels.along(axis, activations.softmax, x), alike=False)
LOG_SOFTMAX = floating("LogSoftmax", lambda x, axis: kernels.along(axis, activations.log_softmax, x), alike=False)
CROSS_ENTROPY = Operation("SoftmaxCrossEntropyWithLogits", kernels.cross_entropy, check_targets)
SPARSE_CROSS_ENTROPY = Operation("SparseSoftmaxCrossEntropyWithLogits", kernels.cross_entropy, check_labels)
SIGMOID_CROSS_ENTROPY = Operation("SigmoidCrossEntropyWithLogits", kernels.sigmoid_cross_entropy, check_targets)
