"""The learning rate over a run: how it rises at first, and how it falls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import jax.numpy as jnp
from jaxtyping import Array, Float32, Int

Scalar: TypeAlias = Float32[Any, ""]


def share(
    schedule: str, taken: Int[Any, ""] | int, planned: Scalar, warmup: Scalar, final_rate: Scalar, xp: Any = jnp
) -> Float32[Any, ""]:
    """Which share of the learning rate the next step uses.

    Args:
        schedule: One of `recipe.FINAL_RATES`.
        taken: Steps taken so far.
        planned: Steps planned in all, a whole number.
        warmup: Share of the planned steps over which the rate rises linearly to the whole learning rate.
            Source: Goyal et al. 2017, section 2.2.
        final_rate: The share towards which the rate falls after that, and which it has when all steps are taken.
        xp: NumPy or its likes under JAX.
    """
    rising = warmup * planned
    risen = xp.minimum(1, (taken + 1) / xp.maximum(1, rising))
    done = xp.clip((taken - rising) / xp.maximum(1, planned - rising), 0, 1)
    return xp.asarray(risen * FALLS[schedule](done, final_rate, xp), xp.float32)


def constant(_done: Scalar, _final: Scalar, _xp: Any) -> Any:
    """The learning rate itself."""
    return 1


def cosine(done: Scalar, final: Scalar, xp: Any) -> Any:
    """Half a wave of the cosine, from 1 to `final`. Source: Loshchilov and Hutter 2017, equation 5."""
    return final + (1 - final) * (1 + xp.cos(xp.pi * done)) / 2


def exponential(done: Scalar, final: Scalar, _xp: Any) -> Any:
    """The same share less after each step, from 1 to `final`."""
    return final**done


def cycles(done: Scalar, _final: Scalar, xp: Any) -> Any:
    """(1 - cos(2π log₂(1 + 15 done))) / 2: four waves from 0 to 1 and back, each twice as long as the one before.

    Source: Holzmüller, Grinsztajn and Steinwart 2024, "Better by default", section 3 (coslog₄).
    """
    return (1 - xp.cos(2 * xp.pi * xp.log2(1 + 15 * done))) / 2


def fade(taken: Int[Any, ""], planned: Scalar) -> Float32[Array, ""]:
    """What is left of dropout and weight decay: 1 for the first half of the planned steps, then half a cosine to 0.

    Source: Holzmüller, Grinsztajn and Steinwart 2024, section 3 (flat_cos).
    """
    second = jnp.clip(2 * taken / planned - 1, 0, 1)
    return jnp.asarray((1 + jnp.cos(jnp.pi * second)) / 2, jnp.float32)


FALLS: dict[str, Callable[[Scalar, Scalar, Any], Any]] = {
    "constant": constant,
    "cosine": cosine,
    "exponential": exponential,
    "cycles": cycles,
}
