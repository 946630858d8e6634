"""The arrays that flow through a network, and the two things that travel with them."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from jaxtyping import Bool, Float, Int

Array: TypeAlias = Any
"""An array of the array-API standard: NumPy's, or JAX's while training. (`jaxtyping.Array` would import JAX.)"""

Parameters: TypeAlias = dict[str, Array]
"""One layer's arrays by name."""


class Inputs(NamedTuple):
    """What enters a network.

    Attributes:
        numbers: float32 [..., rows, numbers]; scaled numbers and 0/1 or ±1 encoded categories.
        codes: int32 [..., rows, columns]; category codes for embeddings. Zero columns where nothing is embedded.
    """

    numbers: Float[Array, "*rows numbers"]
    codes: Int[Array, "*rows columns"]

    def take(self, rows: Any) -> Inputs:
        """The chosen rows of both arrays."""
        return Inputs(self.numbers[rows], self.codes[rows])


@runtime_checkable
class Noise(Protocol):
    """The randomness of training, which prediction lacks."""

    @property
    def strength(self) -> Any:
        """What is left of noise that fades over training, 1 to 0."""

    def part(self, number: int) -> Noise:
        """An independent source for the layer of that number."""

    def uniform(self, shape: tuple[int, ...]) -> Float[Array, "..."]:
        """Independent draws from [0, 1), float32, of the given shape."""

    def kept(self, shape: tuple[int, ...], share: Any, bits: int) -> tuple[Bool[Array, "..."], Any]:
        """Independent draws of the given shape, true with probability `share`; and that probability as it is drawn.

        They are drawn from so many random bits each: the fewer, the faster, and the coarser is the probability.
        """
