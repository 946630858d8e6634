"""Kinds of numbers, and shapes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ffnn.errors import near
from ffnn.tf.errors import invalid


class DType:
    """A kind of number. There is one object of each, so that `is` compares them.

    Attributes:
        name: As NumPy calls it.
        as_numpy_dtype: NumPy's own.
        is_floating: Whether it has derivatives.
        is_integer: Whether it counts.
        size: Bytes of a number.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.numpy = np.dtype(name)
        self.as_numpy_dtype = self.numpy.type
        self.is_floating = self.numpy.kind == "f"
        self.is_integer = self.numpy.kind in "iu"
        self.is_bool = self.numpy.kind == "b"
        self.size = self.numpy.itemsize

    @property
    def min(self) -> Any:
        """The smallest number of the kind."""
        return (np.finfo if self.is_floating else np.iinfo)(self.numpy).min

    @property
    def max(self) -> Any:
        """The largest number of the kind."""
        return (np.finfo if self.is_floating else np.iinfo)(self.numpy).max

    def __eq__(self, other: object) -> bool:
        try:
            return self is as_dtype(other)
        except (TypeError, ValueError):
            return False

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"


float32, float64 = DType("float32"), DType("float64")
int32, int64, uint8 = DType("int32"), DType("int64"), DType("uint8")
bool_ = DType("bool")

DTYPES = {dtype.name: dtype for dtype in (float32, float64, int32, int64, uint8, bool_)}
OF_PYTHON = {bool: bool_, int: int32, float: float32}


def as_dtype(kind: Any) -> DType:
    """The kind of that name, of that NumPy dtype, or of that Python type.

    Raises:
        InvalidArgumentError: There is none.
    """
    if isinstance(kind, DType):
        return kind
    if isinstance(kind, type) and kind in OF_PYTHON:
        return OF_PYTHON[kind]
    if isinstance(kind, str) and kind == "float":  # NumPy's "float" is another
        return float32
    try:
        return DTYPES[np.dtype(kind).name]
    except (TypeError, KeyError):
        raise invalid(f"there is no dtype {kind!r}; {near(kind, DTYPES)}") from None


class TensorShape(tuple[int, ...]):
    """The size of each axis. Equal to a tuple or a list of the same sizes."""

    __slots__ = ()

    @property
    def rank(self) -> int:
        """Number of axes."""
        return len(self)

    @property
    def ndims(self) -> int:
        """Number of axes."""
        return len(self)

    def as_list(self) -> list[int]:
        """The sizes as a list."""
        return list(self)

    def num_elements(self) -> int:
        """The product of the sizes."""
        return int(np.prod(self, dtype=np.int64))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple | list) and tuple(self) == tuple(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __add__(self, other: Any) -> TensorShape:
        return TensorShape((*self, *other))

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape((*other, *self))

    def __getitem__(self, place: Any) -> Any:
        found = tuple.__getitem__(self, place)
        return TensorShape(found) if isinstance(place, slice) else found

    def __repr__(self) -> str:
        return f"TensorShape({list(self)})"

    def __str__(self) -> str:
        return str(tuple(self))


class Spec(NamedTuple):
    """What is known of a tensor before its value is."""

    shape: TensorShape
    dtype: DType

    def __str__(self) -> str:
        return f"{self.dtype.name} {list(self.shape)}"


def spec_of(array: Any) -> Spec:
    """Of an array, NumPy's or JAX's."""
    return Spec(TensorShape(array.shape), DTYPES[array.dtype.name])
