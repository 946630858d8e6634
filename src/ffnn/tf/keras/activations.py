"""`tf.keras.activations`: functions by their Keras names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ffnn.errors import near
from ffnn.tf import nn
from ffnn.tf.errors import place
from ffnn.tf.mathematics import exp, minimum, softplus, softsign, tanh, where
from ffnn.tf.names import refuse_other_names
from ffnn.tf.nn import gelu, log_softmax
from ffnn.tf.operations import table
from ffnn.tf.tensors import Operand, Tensor, convert_to_tensor, record, unary, value_of

__all__ = [
    "elu", "exponential", "gelu", "get", "hard_sigmoid", "leaky_relu", "linear", "log_softmax", "mish", "relu",
    "relu6", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "swish", "tanh",
]  # fmt: skip

Activation = Callable[..., Operand]

relu6, selu, silu, mish = map(unary, (table.RELU6, table.SELU, table.SILU, table.MISH))
exponential, swish = exp, silu


def linear(x: Any) -> Operand:
    """x itself."""
    return convert_to_tensor(x)


def sigmoid(x: Any) -> Tensor:
    """1 / (1 + exp(-x)); a cross-entropy of it is computed from x."""
    logits = x if x.__class__ is Tensor else value_of(convert_to_tensor(x))
    return remembering(record(table.SIGMOID, (), (logits,)), logits)


def softmax(x: Any, axis: int = -1) -> Tensor:
    """exp(x_i) / Σ exp(x_k) along an axis; a cross-entropy of it is computed from x."""
    logits = x if x.__class__ is Tensor else value_of(convert_to_tensor(x))
    return remembering(nn.softmax(logits, axis), logits)


def remembering(probabilities: Tensor, logits: Tensor) -> Tensor:
    """Probabilities that remember their logits, since no logarithm can be taken of those that were rounded to 0."""
    probabilities.logits = logits
    return probabilities


def relu(x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Tensor:
    """x where x > threshold, else negative_slope (x - threshold); at most max_value."""
    x = convert_to_tensor(x)
    if max_value is None and not threshold:
        return nn.leaky_relu(x, negative_slope) if negative_slope else nn.relu(x)
    # Keras' derivatives: 0 at the threshold, whatever the slope; 1 at `max_value`, but 0 at that of relu6.
    if threshold:
        y = where(x > threshold, x, 0)
    elif max_value == 6:
        y = nn.relu6(x)
    else:
        y = nn.relu(x)
    if max_value is not None:
        y = minimum(y, max_value)
    return y - negative_slope * nn.relu(threshold - x) if negative_slope else y


def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """x where x > 0, else alpha (exp(x) - 1)."""
    x = convert_to_tensor(x)
    y = nn.elu(x)
    return y if alpha == 1 else where(x > 0, y, alpha * y)


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Tensor:
    """x where x > 0, else negative_slope x."""
    return nn.leaky_relu(x, negative_slope)


def hard_sigmoid(x: Any) -> Tensor:
    """x / 6 + 1/2, brought between 0 and 1; derivative 0 at -3 and 3."""
    return relu6(convert_to_tensor(x) + 3.0) / 6.0


ACTIVATIONS: dict[str, Activation] = {
    "linear": linear, "sigmoid": sigmoid, "tanh": tanh, "relu": relu, "relu6": relu6, "leaky_relu": leaky_relu,
    "elu": elu, "selu": selu, "gelu": gelu, "silu": silu, "swish": swish, "mish": mish, "softplus": softplus,
    "softsign": softsign, "softmax": softmax, "log_softmax": log_softmax, "exponential": exponential,
    "hard_sigmoid": hard_sigmoid,
}  # fmt: skip


def get(identifier: Any) -> Activation:
    """The activation of that name; a function stays what it is, and None is `linear`."""
    if identifier is None:
        return linear
    if callable(identifier):
        return identifier  # type: ignore[no-any-return]
    if identifier not in ACTIVATIONS:
        raise ValueError(f"there is no activation {identifier!r}; {near(identifier, ACTIVATIONS)}{place()}")
    return ACTIVATIONS[identifier]


def name_of(activation: Activation) -> str:
    """Its name, or that of the function."""
    for name, function in ACTIVATIONS.items():
        if function is activation:
            return name
    return getattr(activation, "__name__", str(activation))


refuse_other_names(__name__)
