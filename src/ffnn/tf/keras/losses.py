"""`tf.keras.losses`: how far outputs are from targets; the cross-entropies are the house's own."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ffnn.errors import near
from ffnn.tf import nn
from ffnn.tf.arrays import expand_dims, squeeze
from ffnn.tf.engine.programs import Operation
from ffnn.tf.errors import invalid, place, user_frame
from ffnn.tf.keras.layer import check_dtype, floats
from ffnn.tf.mathematics import (
    abs,  # noqa: A004
    cast,
    clip_by_value,
    log,
    reduce_mean,
    reduce_sum,
    square,
    squared_difference,
    where,
)
from ffnn.tf.names import refuse_other_names, snake_case
from ffnn.tf.operations import table
from ffnn.tf.operations.value_checks import check_places
from ffnn.tf.tensors import Operand, Tensor, convert_to_tensor, record

__all__ = [
    "BinaryCrossentropy", "CategoricalCrossentropy", "Huber", "Loss", "MeanAbsoluteError", "MeanSquaredError",
    "SparseCategoricalCrossentropy", "binary_crossentropy", "categorical_crossentropy", "get", "huber", "mae",
    "mean_absolute_error", "mean_squared_error", "mse", "sparse_categorical_crossentropy",
]  # fmt: skip

SMALLEST = 1e-7  # Keras keeps probabilities this far from 0 and 1 before it takes their logarithm


def paired(y_true: Any, y_pred: Any) -> tuple[Operand, Operand]:
    """Targets and outputs as floats of one dtype, and of as many axes."""
    outputs = y_pred if hasattr(y_pred, "spec") and y_pred.dtype.is_floating else floats(y_pred)
    return of_one_rank(cast(convert_to_tensor(y_true), outputs.dtype), outputs)


def of_one_rank(x: Operand, y: Operand) -> tuple[Operand, Operand]:
    """Two tensors, of which one may have an axis of size 1 at the end more: rows get it, of others it is taken."""
    if x.ndim == y.ndim + 1:
        other, same = of_one_rank(y, x)
        return same, other
    if y.ndim == x.ndim + 1 and y.shape[-1] == 1:
        return (expand_dims(x, -1), y) if x.ndim == 1 else (x, squeeze(y, -1))
    return x, y


def check_shapes(name: str, targets: Operand, outputs: Operand, hint: str = "") -> None:
    """Refuse targets that are not one for each output."""
    if targets.shape != outputs.shape:
        raise invalid(
            f"{name} takes targets of the outputs' shape; got {list(targets.shape)} and {list(outputs.shape)}{hint}"
        )


def logits_of(name: str, outputs: Operand, activation: Operation, from_logits: bool) -> Operand | None:
    """The logits that outputs are, or were made of; None where they are probabilities of which no more is known.

    It is known of what came out of Keras' softmax or sigmoid; while a function is traced, also of `activation` along
    the last axis.
    """
    found = getattr(outputs, "logits", None)
    if found is None and isinstance(outputs, Tensor):
        made = outputs.made_by()
        if made is not None and made.operation is activation and made.attributes in ((), (outputs.ndim - 1,)):
            found = outputs.input_of(made)
    if found is not None and from_logits:
        warnings.warn(
            f"{name} was told from_logits=True, but the outputs come from a softmax or sigmoid; it takes what that was "
            "applied to as logits",
            UserWarning,
            stacklevel=user_frame()[1],
        )
    return outputs if found is None and from_logits else found


def mean_squared_error(y_true: Any, y_pred: Any) -> Tensor:
    """Mean of (y - t)² over the last axis."""
    targets, outputs = paired(y_true, y_pred)
    return reduce_mean(squared_difference(outputs, targets), -1)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Tensor:
    """Mean of |y - t| over the last axis."""
    targets, outputs = paired(y_true, y_pred)
    return reduce_mean(abs(outputs - targets), -1)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Tensor:
    """Half the square up to a distance of delta, linear beyond; mean over the last axis. Source: Huber 1964."""
    targets, outputs = paired(y_true, y_pred)
    distance = abs(outputs - targets)
    return reduce_mean(where(distance <= delta, 0.5 * square(distance), delta * distance - 0.5 * delta**2), -1)


def binary_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0) -> Tensor:
    """-t log p - (1 - t) log(1 - p), mean over the last axis; `y_pred` holds p, or logits."""
    targets, outputs = paired(y_true, y_pred)
    check_shapes("binary_crossentropy", targets, outputs)
    if label_smoothing:
        targets = targets * (1.0 - label_smoothing) + 0.5 * label_smoothing
    logits = logits_of("binary_crossentropy", outputs, table.SIGMOID, from_logits)
    if logits is not None:
        return reduce_mean(nn.sigmoid_cross_entropy_with_logits(targets, logits), -1)
    p = clip_by_value(outputs, SMALLEST, 1 - SMALLEST)
    return -reduce_mean(targets * log(p) + (1.0 - targets) * log(1.0 - p), -1)


def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0
) -> Tensor:
    """-Σ t_i log p_i over the last axis, with one-hot targets. Source: lecture, "Cross-entropy loss function"."""
    targets, outputs = paired(y_true, y_pred)
    check_shapes("categorical_crossentropy", targets, outputs, "; SparseCategoricalCrossentropy takes class numbers")
    if label_smoothing:
        targets = targets * (1.0 - label_smoothing) + label_smoothing / outputs.shape[-1]
    logits = logits_of("categorical_crossentropy", outputs, table.SOFTMAX, from_logits)
    if logits is not None:
        return nn.softmax_cross_entropy_with_logits(targets, logits)
    p = outputs / reduce_sum(outputs, -1, keepdims=True)
    return -reduce_sum(targets * log(clip_by_value(p, SMALLEST, 1 - SMALLEST)), -1)


def sparse_categorical_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False) -> Tensor:
    """-log p of each row's class; targets are class numbers. Source: lecture, "Cross-entropy loss function".

    Raises:
        InvalidArgumentError: A class number is no class.
    """
    outputs = y_pred if hasattr(y_pred, "spec") and y_pred.dtype.is_floating else floats(y_pred)
    targets = convert_to_tensor(y_true)
    check_places("sparse_categorical_crossentropy", targets, outputs.shape[-1])
    if not targets.dtype.is_integer:
        targets = cast(targets, "int64")
    if targets.ndim == outputs.ndim and targets.shape[-1] == 1:
        targets = squeeze(targets, -1)
    logits = logits_of("sparse_categorical_crossentropy", outputs, table.SOFTMAX, from_logits)
    if logits is None:
        logits = log(clip_by_value(outputs, SMALLEST, 1 - SMALLEST))
    return record(table.SPARSE_CROSS_ENTROPY, (), (targets, logits))


class Loss:
    """A loss of a batch: call it with targets, then outputs.

    A loss of your own overrides `call`, which gets both as float32 and gives one number for each row, or one for the
    batch.

    Attributes:
        function: The loss of each row.
        options: What else it takes.
        reduction: "sum_over_batch_size" (the mean over rows), "sum", or "none".
    """

    function: Any = None

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: Any = None, **options: Any
    ) -> None:
        if reduction not in ("sum_over_batch_size", "sum", "none", None, "auto"):
            raise ValueError(f"reduction must be 'sum_over_batch_size', 'sum' or 'none'; got {reduction!r}")
        if options and type(self).function is None:
            raise TypeError(f"{type(self).__name__} takes no argument {next(iter(options))!r}")
        check_dtype(dtype)
        self.reduction, self.name, self.options = reduction, name or snake_case(type(self).__name__), options

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each row."""
        if type(self).function is None:
            raise NotImplementedError(f"{type(self).__name__} has no call{place()}")
        return type(self).function(y_true, y_pred, **self.options)

    def _each(self, y_true: Any, y_pred: Any) -> Operand:
        """What `call` gives; one of your own gets floats, the house's look at class numbers themselves."""
        if type(self).call is not Loss.call:
            y_true, y_pred = floats(y_true), floats(y_pred)
        return convert_to_tensor(self.call(y_true, y_pred))

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Operand:
        """Call it."""
        losses = self._each(y_true, y_pred)
        if sample_weight is not None:
            losses, weights = of_one_rank(losses, cast(convert_to_tensor(sample_weight), losses.dtype))
            losses = losses * weights
        if self.reduction in ("none", None):
            return losses
        return reduce_sum(losses) if self.reduction == "sum" else reduce_mean(losses)


class LossFunctionWrapper(Loss):
    """A function of targets and outputs that one gives, as a loss."""

    def __init__(self, fn: Callable[[Any, Any], Any], **more: Any) -> None:
        super().__init__(**more)
        self.fn = fn

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """What the function says of floats of as many axes."""
        return self.fn(*of_one_rank(y_true, y_pred))


class MeanSquaredError(Loss):
    """Mean of (y - t)²."""

    function = mean_squared_error


class MeanAbsoluteError(Loss):
    """Mean of |y - t|."""

    function = mean_absolute_error


class Huber(Loss):
    """Half the square up to a distance of delta, linear beyond."""

    function = huber

    def __init__(self, delta: float = 1.0, **more: Any) -> None:
        super().__init__(delta=float(delta), **more)


class BinaryCrossentropy(Loss):
    """Cross-entropy of two classes, from probabilities or logits."""

    function = binary_crossentropy

    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, **more: Any) -> None:
        super().__init__(from_logits=from_logits, label_smoothing=label_smoothing, **more)


class CategoricalCrossentropy(Loss):
    """Cross-entropy of one-hot targets, from probabilities or logits."""

    function = categorical_crossentropy

    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, **more: Any) -> None:
        super().__init__(from_logits=from_logits, label_smoothing=label_smoothing, **more)


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy of class numbers, from probabilities or logits."""

    function = sparse_categorical_crossentropy

    def __init__(self, from_logits: bool = False, **more: Any) -> None:
        super().__init__(from_logits=from_logits, **more)


mse, mae = mean_squared_error, mean_absolute_error

LOSSES: dict[str, type[Loss]] = {
    "mean_squared_error": MeanSquaredError, "mse": MeanSquaredError, "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError, "huber": Huber, "binary_crossentropy": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}  # fmt: skip


def get(identifier: Any) -> Any:
    """The function of that name, or the loss of that class's name; None and functions stay what they are."""
    if identifier in LOSSES:
        return LOSSES[identifier].function
    return identifier if identifier is None or callable(identifier) else chosen(identifier)


def chosen(identifier: Any) -> Loss:
    """The loss that `compile` is to take: one of that name or class, or of that function of targets and outputs.

    Raises:
        ValueError: There is none, or it does not leave the reduction to us.
    """
    if isinstance(identifier, type) and issubclass(identifier, Loss):
        identifier = identifier()
    if isinstance(identifier, Loss):
        if type(identifier).__call__ is not Loss.__call__:
            raise ValueError(
                f"{type(identifier).__name__}.__call__ would never be called, because fit weights and reduces losses "
                f"itself; write call, or give compile a function of targets and outputs{place()}"
            )
        return identifier
    if callable(identifier):
        return LossFunctionWrapper(identifier)
    words = {kind.__name__: kind for kind in LOSSES.values()}
    kind = LOSSES.get(identifier) or words.get(identifier)
    if kind is None:
        raise ValueError(f"there is no loss {identifier!r}; {near(identifier, LOSSES)}{place()}")
    return kind()


refuse_other_names(__name__)
