"""`tf.nn`: activations and cross-entropies, the house's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ffnn.tf import random
from ffnn.tf.arrays import zeros_like
from ffnn.tf.engine.programs import Operation
from ffnn.tf.errors import invalid
from ffnn.tf.mathematics import cast, one_axis, sigmoid, tanh, where
from ffnn.tf.names import refuse_other_names
from ffnn.tf.operations import table
from ffnn.tf.operations.spec_checks import check_whole
from ffnn.tf.operations.value_checks import check_places
from ffnn.tf.tensors import Operand, Tensor, binary, convert_to_tensor, record, value_of

if TYPE_CHECKING:
    from ffnn.tf.signatures import OfFeatures

__all__ = ["bias_add", "dropout", "elu", "gelu", "leaky_relu", "log_softmax", "relu", "relu6", "selu", "sigmoid",
           "sigmoid_cross_entropy_with_logits", "silu", "softmax", "softmax_cross_entropy_with_logits", "softplus",
           "softsign", "sparse_softmax_cross_entropy_with_logits", "swish", "tanh"]  # fmt: skip


def activation(operation: Operation) -> OfFeatures[Tensor]:
    """The function of features that records an operation."""

    def function(features: Any, name: str | None = None) -> Tensor:
        return record(operation, (), (features if isinstance(features, Operand) else convert_to_tensor(features),))

    function.__doc__ = f"{operation.name} of each number."
    return function


relu, relu6, elu, selu = map(activation, (table.RELU, table.RELU6, table.ELU, table.SELU))
silu, softplus, softsign = map(activation, (table.SILU, table.SOFTPLUS, table.SOFTSIGN))
swish = silu
_plus = binary(table.ADD)
_sigmoid_cross_entropy = binary(table.SIGMOID_CROSS_ENTROPY)


def leaky_relu(features: Any, alpha: float = 0.2, name: str | None = None) -> Tensor:
    """x where x > 0, else alpha x."""
    x = convert_to_tensor(features)
    return record(table.LEAKY_RELU, (float(alpha),), (cast(x, "float32") if x.dtype.is_integer else x,))


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Tensor:
    """x Φ(x); `approximate` takes tanh for the normal distribution function."""
    return record(table.GELU, (bool(approximate),), (convert_to_tensor(features),))


def softmax(logits: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """exp(x_i) / Σ exp(x_k) along an axis, the last if none is given."""
    x = convert_to_tensor(logits)
    return record(table.SOFTMAX, (one_axis(-1 if axis is None else axis, x),), (x,))


def log_softmax(logits: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """log softmax, without overflow."""
    x = convert_to_tensor(logits)
    return record(table.LOG_SOFTMAX, (one_axis(-1 if axis is None else axis, x),), (x,))


def bias_add(value: Any, bias: Any, name: str | None = None) -> Tensor:
    """A number for each column, added to every row."""
    return _plus(value, bias)


def dropout(x: Any, rate: float, seed: int | None = None, name: str | None = None) -> Tensor:
    """0 with probability `rate`; what is kept is divided by 1 - rate."""
    x = convert_to_tensor(x)
    if not isinstance(rate, int | float | np.number | Operand) or not 0 <= rate < 1:
        raise invalid(f"dropout takes a rate of at least 0 and less than 1; got {rate!r}")
    if rate == 0:
        return value_of(x)
    return thinned(x, rate, random.uniform(x.shape, dtype=x.dtype, seed=seed))


def thinned(x: Operand, rate: Any, noise: Operand) -> Tensor:
    """0 where noise, uniform in [0, 1), is below `rate`; the rest divided by 1 - rate."""
    return where(noise >= rate, x / (1 - rate), zeros_like(x))


def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: str | None = None) -> Tensor:
    """-t log p - (1 - t) log(1 - p) with p = sigmoid(logits), number by number."""
    return _sigmoid_cross_entropy(labels, logits)


def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: int = -1, name: str | None = None) -> Tensor:
    """-Σ t_i log p_i with p = softmax(logits), row by row."""
    labels, logits = convert_to_tensor(labels), convert_to_tensor(logits)
    labels = cast(labels, logits.dtype)
    if one_axis(axis, logits) != logits.ndim - 1:
        raise invalid("softmax_cross_entropy_with_logits takes classes along the last axis; tf.transpose moves them")
    return record(table.CROSS_ENTROPY, (), (labels, logits))


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any, name: str | None = None) -> Tensor:
    """-log p of each row's class, with p = softmax(logits).

    Raises:
        InvalidArgumentError: A label is no class, or the shapes do not go together.
    """
    labels, logits = convert_to_tensor(labels), convert_to_tensor(logits)
    check_whole("sparse_softmax_cross_entropy_with_logits", labels.spec)
    check_places("sparse_softmax_cross_entropy_with_logits", labels, logits.shape[-1])
    return record(table.SPARSE_CROSS_ENTROPY, (), (labels, logits))


refuse_other_names(__name__)
