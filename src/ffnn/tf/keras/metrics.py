"""`tf.keras.metrics`: figures that add up over batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ffnn.errors import near
from ffnn.tf.arrays import broadcast_to, reshape, zeros, zeros_like
from ffnn.tf.dtypes import float32
from ffnn.tf.engine.nesting import flattened
from ffnn.tf.engine.recording import recorder
from ffnn.tf.errors import invalid, place
from ffnn.tf.keras.layer import check_dtype, floats, new_variable
from ffnn.tf.keras.losses import mean_absolute_error, mean_squared_error, of_one_rank, paired
from ffnn.tf.mathematics import argmax, cast, divide_no_nan, equal, reduce_mean, reduce_sum, sqrt
from ffnn.tf.names import refuse_other_names, snake_case
from ffnn.tf.operations import table
from ffnn.tf.tensors import Operand, Tensor, convert_to_tensor, hand_out
from ffnn.tf.variables import ASSIGN, Variable

__all__ = [
    "Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "Mean", "MeanAbsoluteError", "MeanMetricWrapper",
    "MeanSquaredError", "Metric", "RootMeanSquaredError", "SparseCategoricalAccuracy", "binary_accuracy",
    "categorical_accuracy", "get", "mae", "mean_absolute_error", "mean_squared_error", "mse",
    "sparse_categorical_accuracy",
]  # fmt: skip


def same(y_true: Any, y_pred: Any) -> Operand:
    """1 where target and output are equal."""
    targets, outputs = paired(y_true, y_pred)
    return cast(equal(targets, outputs), float32)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Operand:
    """1 where an output lies on the target's side of the threshold."""
    targets, outputs = paired(y_true, y_pred)
    return cast(equal(targets, cast(outputs > threshold, outputs.dtype)), float32)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Operand:
    """1 where the largest output stands where the one-hot target does."""
    return cast(equal(argmax(y_true, -1), argmax(floats(y_pred), -1)), float32)


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Operand:
    """1 where the largest output is that of the target's class number."""
    outputs = floats(y_pred)
    targets = cast(convert_to_tensor(y_true), "int64")
    if targets.ndim == outputs.ndim:
        targets = reshape(targets, targets.shape[:-1])
    return cast(equal(targets, argmax(outputs, -1)), float32)


class Metric:
    """A figure over all batches so far: `update_state`, `result`, `reset_state`; a call does the first two.

    A metric of your own makes variables by `add_weight`, adds to them in `update_state`, and gives its figure in
    `result`. In `fit` its variables may change by nothing but `assign_add` and its like.
    """

    def __init__(self, name: str | None = None, dtype: Any = None) -> None:
        check_dtype(dtype)
        self.name = name or snake_case(type(self).__name__)

    def add_weight(self, shape: Any = (), initializer: Any = None, dtype: Any = None, name: str | None = None) -> Any:
        """A new variable of the metric; it starts from 0 unless another initializer is given."""
        check_dtype(dtype)
        return new_variable(shape, initializer, False, f"{self.name}/{name or 'variable'}")

    add_variable = add_weight

    @property
    def variables(self) -> list[Variable]:
        """The variables that are its attributes."""
        return [thing for thing in flattened(list(vars(self).values())) if isinstance(thing, Variable)]

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Count a batch in."""
        raise NotImplementedError(f"{type(self).__name__} has no update_state{place()}")

    def result(self) -> Any:
        """The figure so far."""
        raise NotImplementedError(f"{type(self).__name__} has no result{place()}")

    def reset_state(self) -> None:
        """Begin anew: every variable is 0."""
        for variable in self.variables:
            variable.assign(zeros_like(variable))

    reset_states = reset_state

    def __call__(self, *values: Any, **more: Any) -> Any:
        """Call it."""
        self.update_state(*values, **more)
        return self.result()

    def _counts(self, y_true: Operand, y_pred: Operand) -> list[Operand]:
        """In a traced function: what a batch adds to each variable, which stays what it was."""
        self.update_state(y_true, y_pred)
        return [added_to(variable, f"{type(self).__name__}.update_state") for variable in self.variables]

    def _put(self, totals: np.ndarray[Any, Any]) -> None:
        """Have counted batches that add up to these numbers, of all variables in a row."""
        self.reset_state()
        for variable in self.variables:
            own, totals = np.split(totals, [variable.shape.num_elements()])
            variable.assign_add(own.reshape(variable.shape).astype(np.float32))


def added_to(variable: Variable, who: str) -> Operand:
    """In a traced function: what was added to a variable so far; the variable is then what it was before.

    Raises:
        InvalidArgumentError: It was changed otherwise.
    """
    segment = recorder.segment
    added = zeros(variable.shape)
    if segment.numbers.get(id(variable)) not in segment.changed:
        return added
    first, slot = segment.reads[id(variable)][1][0], segment.changed.pop(segment.numbers[id(variable)])
    segment.known[id(variable)] = first
    reached = {first}
    for step in segment.step.path():
        if not reached.isdisjoint(step.needs):
            reached.update(range(step.first, step.size))
    specs = segment.step.specs()
    while slot != first:
        made = segment.step.maker(slot)
        left, right = made.inputs if len(made.inputs) == 2 else (*made.inputs, -1)
        if made.operation is table.ADD and right in reached:
            left, right = right, left
        if made.operation in (table.ADD, table.SUBTRACT) and right not in reached:
            term = hand_out(segment, right, specs[right])
            added = added + term if made.operation is table.ADD else added - term
        elif made.operation is not ASSIGN:
            raise invalid(f"fit takes metrics that add to their variables; {who} changes {variable.name!r} otherwise")
        slot = left
    return added


class Mean(Metric):
    """The mean of all values; of several numbers for a row, their mean counts."""

    def __init__(self, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name, dtype)
        self.total, self.count = self.add_weight(name="total"), self.add_weight(name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Count values in."""
        self.add(floats(values), sample_weight)

    def add(self, values: Operand, weights: Any = None) -> None:
        """Count more values in."""
        values = cast(values, float32)
        count: Any = float(values.shape[0]) if values.shape else 1.0
        if weights is not None:
            values, weights = of_one_rank(values, floats(weights))
            weights = broadcast_to(weights, values.shape[: weights.ndim])
            values = mean_beyond(values, weights.ndim) * weights
            count = reduce_sum(mean_beyond(weights, 1))
        self.total.assign_add(reduce_sum(mean_beyond(values, 1)))
        self.count.assign_add(count)

    def result(self) -> Any:
        """The figure so far; 0 before the first batch."""
        return self.finish(divide_no_nan(self.total, self.count))

    def finish(self, mean: Tensor) -> Tensor:
        """The figure, from the mean of all values."""
        return mean


def mean_beyond(values: Operand, axes: int) -> Operand:
    """The mean over all axes but so many."""
    return reduce_mean(values, list(range(axes, values.ndim))) if values.ndim > axes else values


class RowMetric(Mean):
    """The mean over all rows of a function of targets and outputs."""

    function: Any

    def values(self, y_true: Any, y_pred: Any) -> Operand:
        """What is to be averaged, row by row."""
        values: Operand = type(self).function(y_true, y_pred)
        return values

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Count a batch of targets and outputs in."""
        self.add(self.values(y_true, y_pred), sample_weight)

    @property
    def averaged(self) -> bool:
        """Whether the figure is the mean of `values`, as the house has it."""
        kept = ("update_state", "add", "result", "reset_state")
        return all(getattr(type(self), name) is getattr(RowMetric, name) for name in kept)


class Accuracy(RowMetric):
    """Share of outputs that equal their target."""

    function = same


class BinaryAccuracy(RowMetric):
    """Share of outputs on the target's side of a threshold."""

    def __init__(self, name: str | None = None, dtype: Any = None, threshold: float = 0.5) -> None:
        super().__init__(name, dtype)
        self.threshold = threshold

    def values(self, y_true: Any, y_pred: Any) -> Operand:
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

    def values(self, y_true: Any, y_pred: Any) -> Operand:
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


def chosen(identifier: Any, targets: Sequence[int], outputs: Sequence[int]) -> tuple[str, Metric]:
    """A metric of `compile`, and what it is called; "accuracy" is the one that fits targets and outputs of that shape.

    Raises:
        ValueError: There is none of that name, or it is not one of targets and outputs.
    """
    if identifier in ("accuracy", "acc"):
        one_hot = len(targets) == len(outputs) and targets[-1] == outputs[-1]
        kind = BinaryAccuracy if outputs[-1] == 1 else CategoricalAccuracy if one_hot else SparseCategoricalAccuracy
        return identifier, kind(identifier)
    if callable(identifier) and not isinstance(identifier, Metric):
        identifier = identifier() if isinstance(identifier, type) else MeanMetricWrapper(identifier)
    metric = get(identifier)
    if type(metric).update_state is Mean.update_state:
        raise ValueError(
            f"compile takes metrics of targets and outputs, such as means over rows; {metric.name!r} is the mean of "
            f"values: give a function of targets and outputs, or count it in a loop of your own{place()}"
        )
    return (identifier if isinstance(identifier, str) else metric.name), metric


refuse_other_names(__name__)
