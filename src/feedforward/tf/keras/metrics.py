"""`tf.keras.metrics`: figures that add up over batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from feedforward.errors import near
from feedforward.tf.arrays import reshape
from feedforward.tf.dtypes import float32
from feedforward.tf.errors import place
from feedforward.tf.keras.layers import floats
from feedforward.tf.keras.losses import mean_absolute_error, mean_squared_error, paired
from feedforward.tf.mathematics import argmax, cast, divide_no_nan, equal, reduce_mean, reduce_sum, sqrt
from feedforward.tf.names import missing, snake_case
from feedforward.tf.tensors import Leaf, Tensor, convert_to_tensor
from feedforward.tf.variables import Variable


def same(y_true: Any, y_pred: Any) -> Leaf:
    """1 where target and output are equal."""
    targets, outputs = paired(y_true, y_pred)
    return cast(equal(targets, outputs), float32)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Leaf:
    """1 where an output lies on the target's side of the threshold."""
    targets, outputs = paired(y_true, y_pred)
    return cast(equal(targets, cast(outputs > threshold, outputs.dtype)), float32)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Leaf:
    """1 where the largest output stands where the one-hot target does."""
    return cast(equal(argmax(y_true, -1), argmax(floats(y_pred), -1)), float32)


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Leaf:
    """1 where the largest output is that of the target's class number."""
    outputs = floats(y_pred)
    targets = cast(convert_to_tensor(y_true), "int64")
    if targets.ndim == outputs.ndim:
        targets = reshape(targets, targets.shape[:-1])
    return cast(equal(targets, argmax(outputs, -1)), float32)


class Metric:
    """A figure over all batches so far: `update_state`, `result`, `reset_state`; a call does the first two."""

    def __init__(self, name: str | None = None, dtype: Any = None) -> None:  # noqa: ARG002
        self.name = name or snake_case(type(self).__name__)
        self.total = Variable(0.0, trainable=False, name="total")
        self.count = Variable(0.0, trainable=False, name="count")

    def add(self, values: Leaf, weights: Any = None) -> None:
        """Count more values in."""
        values = cast(values, float32)
        if weights is None:
            self.total.assign_add(reduce_sum(values))
            self.count.assign_add(float(values.shape.num_elements()))
        else:
            weights = reshape(cast(convert_to_tensor(weights), float32), values.shape)
            self.total.assign_add(reduce_sum(values * weights))
            self.count.assign_add(reduce_sum(weights))

    def update_state(self, *values: Any, sample_weight: Any = None) -> None:
        """Count a batch in."""
        raise NotImplementedError

    def result(self) -> Tensor:
        """The figure so far; 0 before the first batch."""
        return self.finish(divide_no_nan(self.total, self.count))

    def finish(self, mean: Tensor) -> Tensor:
        """The figure, from the mean of all values."""
        return mean

    def reset_state(self) -> None:
        """Begin anew."""
        self.total.assign(0.0)
        self.count.assign(0.0)

    reset_states = reset_state

    def __call__(self, *values: Any, sample_weight: Any = None) -> Tensor:
        """Call it."""
        self.update_state(*values, sample_weight=sample_weight)
        return self.result()


class Mean(Metric):
    """The mean of all values."""

    def update_state(self, *values: Any, sample_weight: Any = None) -> None:
        """Count values in."""
        (value,) = values
        self.add(floats(value), sample_weight)


class RowMetric(Metric):
    """The mean over all rows of a function of targets and outputs."""

    function: Any

    def values(self, y_true: Any, y_pred: Any) -> Leaf:
        """What is to be averaged, row by row."""
        values: Leaf = type(self).function(y_true, y_pred)
        return values

    def update_state(self, *values: Any, sample_weight: Any = None) -> None:
        """Count a batch of targets and outputs in."""
        y_true, y_pred = values
        self.add(self.values(y_true, y_pred), sample_weight)


class Accuracy(RowMetric):
    """Share of outputs that equal their target."""

    function = same


class BinaryAccuracy(RowMetric):
    """Share of outputs on the target's side of a threshold."""

    def __init__(self, name: str | None = None, dtype: Any = None, threshold: float = 0.5) -> None:
        super().__init__(name, dtype)
        self.threshold = threshold

    def values(self, y_true: Any, y_pred: Any) -> Leaf:
        """The share of each row's outputs that lie on the target's side."""
        right = binary_accuracy(y_true, y_pred, self.threshold)
        return reduce_mean(right, -1) if right.ndim > 1 else right


class CategoricalAccuracy(RowMetric):
    """Share of rows whose largest output stands where the one-hot target does."""

    function = categorical_accuracy


class SparseCategoricalAccuracy(RowMetric):
    """Share of rows whose largest output is that of the target's class number."""

    function = sparse_categorical_accuracy


class MeanSquaredError(RowMetric):
    """Mean of (y - t)²."""

    function = mean_squared_error


class MeanAbsoluteError(RowMetric):
    """Mean of |y - t|."""

    function = mean_absolute_error


class RootMeanSquaredError(RowMetric):
    """The root of the mean of (y - t)²."""

    function = mean_squared_error

    def finish(self, mean: Tensor) -> Tensor:
        """The root."""
        return sqrt(mean)


class MeanMetricWrapper(RowMetric):
    """The mean over all rows of a function of targets and outputs that one gives."""

    def __init__(self, fn: Callable[[Any, Any], Any], name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name or getattr(fn, "__name__", None), dtype)
        self.given = fn

    def values(self, y_true: Any, y_pred: Any) -> Leaf:
        """What the function says."""
        return convert_to_tensor(self.given(y_true, y_pred))


mse, mae = mean_squared_error, mean_absolute_error

METRICS: dict[str, Callable[[], Metric]] = {
    "accuracy": Accuracy, "binary_accuracy": BinaryAccuracy, "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy, "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError, "mean_absolute_error": MeanAbsoluteError, "mae": MeanAbsoluteError,
    "root_mean_squared_error": RootMeanSquaredError, "mean": Mean,
}  # fmt: skip


def get(identifier: Any) -> Metric:
    """The metric of that name; a metric stays what it is."""
    if isinstance(identifier, Metric):
        return identifier
    if identifier not in METRICS:
        raise ValueError(f"there is no metric {identifier!r}; {near(identifier, METRICS)}{place()}")
    return METRICS[identifier]()


def chosen(identifier: Any, targets: Sequence[int], outputs: Sequence[int]) -> tuple[str, RowMetric]:
    """A metric of `compile`, and what it is called; "accuracy" is the one that fits targets and outputs of that shape.

    Raises:
        ValueError: There is none of that name, or it cannot be had from each row by itself.
    """
    if identifier in ("accuracy", "acc"):
        one_hot = len(targets) == len(outputs) and targets[-1] == outputs[-1]
        kind = BinaryAccuracy if outputs[-1] == 1 else CategoricalAccuracy if one_hot else SparseCategoricalAccuracy
        return identifier, kind(identifier)
    if callable(identifier) and not isinstance(identifier, Metric):
        identifier = identifier() if isinstance(identifier, type) else MeanMetricWrapper(identifier)
    metric = get(identifier)
    if not isinstance(metric, RowMetric) or type(metric).update_state is not RowMetric.update_state:
        raise ValueError(
            f"compile takes metrics that are means over rows; {metric.name!r} is not: give a function of targets and "
            "outputs, or count it in a loop of your own"
        )
    return (identifier if isinstance(identifier, str) else metric.name), metric


NAMES = ("Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "Mean", "MeanAbsoluteError", "MeanMetricWrapper",
         "MeanSquaredError", "Metric", "RootMeanSquaredError", "SparseCategoricalAccuracy", "binary_accuracy",
         "categorical_accuracy", "get", "mae", "mean_absolute_error", "mean_squared_error", "mse",
         "sparse_categorical_accuracy")  # fmt: skip


def __getattr__(name: str) -> Any:
    raise missing("tf.keras.metrics", name, NAMES)
