"""The randomness of training, drawn by JAX inside the compiled loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float32, Int, Key, UInt32


@dataclass(frozen=True)
class KeyNoise:
    """The randomness of training, from a JAX key.

    Attributes:
        key: The key.
        strength: What is left of noise that fades, 1 to 0.
    """

    key: Key[Array, ""]
    strength: Any = 1.0

    @classmethod
    def of_step(cls, seed: UInt32[Array, "2"], step: Int[Any, ""], strength: Any = 1.0) -> KeyNoise:
        """That of one restart, from its seed, in one step."""
        return cls(jax.random.fold_in(jax.random.wrap_key_data(seed), step), strength)

    def part(self, number: int) -> KeyNoise:
        """An independent source for one layer."""
        return KeyNoise(jax.random.fold_in(self.key, number), self.strength)

    def uniform(self, shape: tuple[int, ...]) -> Float32[Array, "..."]:
        """Draws from [0, 1)."""
        return jax.random.uniform(self.key, shape, jnp.float32)

    def kept(self, shape: tuple[int, ...], share: Any, bits: int) -> tuple[Bool[Array, "..."], Float32[Array, ""]]:
        """Draws that are true with probability `share`, to within half a 2^bits-th: several of each random word.

        A word for each draw would take four times as long, a third of a whole step.
        """
        values, together = 2**bits, 32 // bits
        threshold = jnp.round(jnp.asarray(share, jnp.float32) * values)
        words = jax.random.bits(self.key, (*shape[:-1], -(-shape[-1] // together)), jnp.uint32)
        parts = [(words >> (bits * place)) & (values - 1) for place in range(together)]
        drawn = jnp.concatenate(parts, axis=-1)[..., : shape[-1]]
        return drawn < threshold.astype(jnp.uint32), threshold / values
