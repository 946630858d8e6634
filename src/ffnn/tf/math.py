"""`tf.math`: the names of mathematics."""

from __future__ import annotations

from typing import Any

from ffnn.tf import mathematics, nn
from ffnn.tf.names import missing

NAMES = [
    "abs", "add", "add_n", "argmax", "argmin", "ceil", "cos", "cumsum", "divide", "divide_no_nan", "equal", "erf",
    "exp", "expm1", "floor", "floordiv", "floormod", "greater", "greater_equal", "is_finite", "is_inf", "is_nan",
    "less", "less_equal", "log", "log1p", "logical_and", "logical_not", "logical_or", "logical_xor", "maximum",
    "minimum", "multiply", "negative", "not_equal", "pow", "reciprocal", "reduce_all", "reduce_any",
    "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min", "reduce_prod", "reduce_std", "reduce_sum",
    "reduce_variance", "round", "rsqrt", "sigmoid", "sign", "sin", "softplus", "softsign", "sqrt", "square",
    "squared_difference", "subtract", "tan", "tanh",
]  # fmt: skip

globals().update({name: getattr(mathematics, name) for name in NAMES})
mod, softmax, log_softmax = mathematics.floormod, nn.softmax, nn.log_softmax


def __getattr__(name: str) -> Any:
    raise missing("tf.math", name, [*NAMES, "mod", "softmax", "log_softmax"])
