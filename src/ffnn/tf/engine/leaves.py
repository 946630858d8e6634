"""Leaves, which programs take, whatever the vocabulary makes of them; and tapes, which look back at programs."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from ffnn.tf.dtypes import DType, Spec, TensorShape
from ffnn.tf.errors import place


class Leaf:
    """What a program takes: a tensor, a variable, or what is drawn anew each time.

    Attributes:
        spec: Shape and dtype.
        array: The value; None as long as it is pending.
        segment: The segment that will compute it; None once it has a value.
        slot: Its place there.
        is_variable: Whether its value may change.
        trainable: Whether tapes watch it unasked; of variables alone.
    """

    __slots__ = ()
    __array_priority__ = 100  # so that NumPy leaves `array + tensor` to us
    spec: Spec
    array: Any
    segment: Any
    slot: int
    is_variable: bool
    trainable: bool

    @property
    def shape(self) -> TensorShape:
        """The size of each axis."""
        return self.spec.shape

    @property
    def dtype(self) -> DType:
        """The kind of its numbers."""
        return self.spec.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.spec.shape)

    def get_shape(self) -> TensorShape:
        """The size of each axis."""
        return self.spec.shape

    def numpy(self) -> Any:
        """The value: a NumPy array, or a NumPy number where there is no axis."""
        array = np.asarray(self.value_now())
        return array[()] if array.ndim == 0 else array.copy()

    def value_now(self) -> Any:
        """The value as an array; what is pending runs."""
        raise NotImplementedError

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = np.asarray(self.value_now())
        return array.astype(dtype) if dtype is not None else array.copy() if copy is not False else array

    def __float__(self) -> float:
        return float(self.number("float()"))

    def __int__(self) -> int:
        return int(self.number("int()"))

    def __index__(self) -> int:
        if not self.spec.dtype.is_integer:
            raise TypeError(f"only a whole number counts, but this tensor holds {self.spec.dtype.name}{place()}")
        return int(self.number("an index"))

    def __bool__(self) -> bool:
        return bool(self.number("truth"))

    def __format__(self, form: str) -> str:
        return format(self.numpy(), form) if form else str(self)

    def number(self, wanted: str) -> Any:
        """The value of a tensor of one number."""
        if self.shape.num_elements() != 1:
            raise ValueError(f"{wanted} takes a tensor of one number; this one has shape {self.shape}{place()}")
        return np.asarray(self.value_now()).reshape(())[()]

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(f"a tensor without axes has no length{place()}")
        return int(self.shape[0])


class Tape(Protocol):
    """What looks back at a segment.

    Attributes:
        inside: Whether the program stands inside its `with`.
    """

    inside: bool

    def begin(self) -> None:
        """Watch from here on, in a new segment."""

    def turn(self, segment: Any) -> None:
        """The segment closes."""
