"""What functions take that a factory makes, one for each operation: read by type checkers and editors alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from ffnn.tf.dtypes import float32

Result = TypeVar("Result", covariant=True)
"""What it gives: a tensor."""


class OfOne(Protocol[Result]):
    """A function of one tensor; a method of it that takes no more, where it stands in a class."""

    def __call__(self, x: Any, name: str | None = None) -> Result:
        """Call it."""
        ...

    def __get__(self, instance: object, owner: type | None = None, /) -> Callable[[], Result]: ...


class OfFeatures(Protocol[Result]):
    """A function of one tensor, named as `tf.nn` names it."""

    def __call__(self, features: Any, name: str | None = None) -> Result:
        """Call it."""
        ...


class OfTwo(Protocol[Result]):
    """A function of two tensors; a method of the first, where it stands in a class."""

    def __call__(self, x: Any, y: Any, name: str | None = None) -> Result:
        """Call it."""
        ...

    def __get__(self, instance: object, owner: type | None = None, /) -> Callable[[Any], Result]: ...


class Reduction(Protocol[Result]):
    """A function that takes axes together."""

    def __call__(self, input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Result:
        """Call it."""
        ...


class Search(Protocol[Result]):
    """A function that finds a place along an axis."""

    def __call__(
        self, input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None  # noqa: A002
    ) -> Result:  # fmt: skip
        """Call it."""
        ...


class Normal(Protocol[Result]):
    """A function that draws normal numbers."""

    def __call__(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = float32,
        seed: int | None = None,
        name: str | None = None,
    ) -> Result:
        """Call it."""
        ...
