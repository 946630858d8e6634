"""What functions take that a factory makes, one for each operation: read by type checkers and editors alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ffnn.tf.dtypes import float32
from ffnn.tf.tensors import Tensor


class OfOne(Protocol):
    """A function of one tensor; a method of it that takes no more, where it stands in a class."""

    def __call__(self, x: Any, name: str | None = None) -> Tensor:
        """Call it."""
        ...

    def __get__(self, instance: object, owner: type | None = None, /) -> Callable[[], Tensor]: ...


class OfFeatures(Protocol):
    """A function of one tensor, named as `tf.nn` names it."""

    def __call__(self, features: Any, name: str | None = None) -> Tensor:
        """Call it."""
        ...


class OfTwo(Protocol):
    """A function of two tensors; a method of the first, where it stands in a class."""

    def __call__(self, x: Any, y: Any, name: str | None = None) -> Tensor:
        """Call it."""
        ...

    def __get__(self, instance: object, owner: type | None = None, /) -> Callable[[Any], Tensor]: ...


class Reduction(Protocol):
    """A function that takes axes together."""

    def __call__(self, input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
        """Call it."""
        ...


class Search(Protocol):
    """A function that finds a place along an axis."""

    def __call__(
        self, input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None  # noqa: A002
    ) -> Tensor:  # fmt: skip
        """Call it."""
        ...


class Normal(Protocol):
    """A function that draws normal numbers."""

    def __call__(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = float32,
        seed: int | None = None,
        name: str | None = None,
    ) -> Tensor:
        """Call it."""
        ...
