"""Rows of inputs and targets, as a model is fitted to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float32, Int32

from ffnn.tf.errors import place
from ffnn.tf.keras.replaying import Fed
from ffnn.tf.variables import Variable
from ffnn.training.state import Rows

TINY = float(np.finfo(np.float32).tiny)

WHOLE = [np.dtype(kind) for kind in (np.bool_, np.uint8, np.int32, np.int64)]
"""Dtypes of targets that stay what they are; fractions are float32, other whole numbers int64."""


@dataclass(frozen=True)
class Data:
    """Rows as the loop takes them.

    Attributes:
        x: float32 [rows, …].
        y: float32, or whole numbers or truths as they came [rows, …].
        weights: float32 [rows], none of them 0.
        weighted: Whether weights were given.
    """

    x: Float32[np.ndarray, "rows ..."]
    y: Any
    weights: Float32[np.ndarray, " rows"]
    weighted: bool

    def part(self, first: int, last: int | None = None) -> Data:
        """Some of the rows."""
        return Data(self.x[first:last], self.y[first:last], self.weights[first:last], self.weighted)

    def by_class(self, class_weight: dict[int, float]) -> Data:
        """The rows, each weighted by its class too.

        Raises:
            ValueError: A class has no weight.
        """
        y = self.y
        classes = y.argmax(-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(-1).astype(int)
        if unknown := sorted(set(classes.tolist()) - set(class_weight)):
            raise ValueError(f"class_weight has no weight for class {unknown[0]}{place()}")
        weights = np.array([class_weight[number] for number in classes.tolist()], np.float32)
        return Data(self.x, y, never_zero(self.weights * weights), weighted=True)

    def fed(self, held: Sequence[Variable]) -> Rows:
        """On the device, with the values of these variables as they are now."""
        inputs: Any = Fed(self.resident.inputs.numbers, [one.value_now() for one in held])
        return self.resident._replace(inputs=inputs)

    @cached_property
    def resident(self) -> Rows:
        """On the device, and a weight of 0 for the row after the last one: an index so far out takes the last row."""
        weights = np.append(self.weights, np.float32(0))
        with jax.enable_x64(True):  # whole numbers keep their size
            return Rows(Fed(jnp.asarray(self.x)), jnp.asarray(self.y), jnp.asarray(weights))  # type: ignore[arg-type]


def data(x: Any, y: Any, sample_weight: Any = None) -> Data:
    """Rows from arrays, lists or tensors.

    Raises:
        ValueError: Their numbers of rows differ, there is none, or not all is finite.
    """
    inputs, targets = inputs_of(x), numbers("y", y)
    if targets.dtype not in WHOLE:
        targets = targets.astype(np.float32 if targets.dtype.kind == "f" or targets.dtype == np.uint64 else np.int64)
    weights = np.ones(len(inputs)) if sample_weight is None else numbers("sample_weight", sample_weight)
    weights = weights.astype(np.float32)
    for name, array in (("y", targets), ("sample_weight", weights)):
        if array.ndim == 0 or len(array) != len(inputs):
            raise ValueError(f"x has {len(inputs)} rows and {name} has shape {list(array.shape)}{place()}")
        check_finite(name, array)
    return Data(inputs, targets, never_zero(weights).reshape(-1), sample_weight is not None)


def never_zero(weights: Float32[np.ndarray, "..."]) -> Float32[np.ndarray, "..."]:
    """Weights whose zeros are a little more, since a weight of 0 is that of a row that is none."""
    return np.where(weights == 0, np.float32(TINY), weights)


def inputs_of(x: Any) -> Float32[np.ndarray, "rows ..."]:
    """Inputs as float32; a list of numbers is a column."""
    inputs = numbers("x", x).astype(np.float32, copy=False)
    if inputs.ndim == 0 or not len(inputs):
        raise ValueError(f"x must have rows; got shape {list(inputs.shape)}{place()}")
    check_finite("x", inputs)
    return inputs[:, None] if inputs.ndim == 1 else inputs


def numbers(name: str, value: Any) -> np.ndarray[Any, Any]:
    """An array of numbers, from anything that holds them."""
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        array = np.empty(0, object)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be an array of numbers, [rows, …]; got {type(value).__name__}{place()}")
    return array


def check_finite(name: str, array: np.ndarray[Any, Any]) -> None:
    """Raise a ValueError that names the first row with a missing or infinite number."""
    with np.errstate(all="ignore"):
        sound = np.isfinite(array.sum())  # one pass and no memory; a sum may overflow where no number is at fault
    if not sound and not np.isfinite(array).all():
        row = int(np.argmin(np.isfinite(array).reshape(len(array), -1).all(1)))
        raise ValueError(f"{name} has a missing or infinite number in row {row}{place()}")


def parts(order: Int32[np.ndarray, "epochs rows"], batch: int, fill: bool) -> Iterator[Int32[np.ndarray, "..."]]:
    """Batches [epochs, steps, batch] of rows in order.

    All of them, the last filled up by the row after the last one; or, where batches cannot be filled up, first the full
    ones and then the rest as a batch of its own.
    """
    epochs, count = order.shape
    batch = min(batch, count)
    full = count // batch * batch
    if fill and full < count:
        filling = np.full((epochs, full + batch - count), count, np.int32)
        yield np.concatenate([order, filling], axis=1).reshape(epochs, -1, batch)
        return
    yield order[:, :full].reshape(epochs, -1, batch)
    if full < count:
        yield order[:, None, full:]
