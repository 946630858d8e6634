"""How each optimizer moves a variable: Keras' update rules.

A rule holds what is fixed when its step is compiled; the learning rate is given each time. Recipes take Optax' rules
(`training/optimizers.py`), whose Adam adds ε elsewhere: see `docs/decisions/0017-two-adams.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import jax
import jax.numpy as jnp

from ffnn.tf.engine.programs import Operation

Array = Any
Memory = dict[str, Array]


class Schedule(Protocol):
    """A learning rate that depends on the number of steps taken."""

    def at(self, step: Array) -> Array:
        """The learning rate of a step."""


class Rule(Protocol):
    """How to move one variable."""

    @property
    def memories(self) -> tuple[str, ...]:
        """What is remembered of each variable."""

    def move(self, variable: Array, gradient: Array, memory: Memory, rate: Array, step: Array) -> tuple[Array, Memory]:
        """The variable's new value and what is remembered of it; `step` counts from 1."""


@dataclass(frozen=True)
class GradientDescent:
    """w ← w - η g. With momentum μ: m ← μ m - η g, w ← w + m, or w + μ m - η g (Nesterov). Source: Polyak 1964."""

    momentum: float = 0.0
    nesterov: bool = False

    @property
    def memories(self) -> tuple[str, ...]:
        """The momentum, where there is any."""
        return ("momentum",) if self.momentum else ()

    def move(self, variable: Array, gradient: Array, memory: Memory, rate: Array, step: Array) -> tuple[Array, Memory]:  # noqa: ARG002
        """The new value and momentum."""
        change = -rate * gradient
        if not self.momentum:
            return variable + change, memory
        moved = self.momentum * memory["momentum"] + change
        return variable + (self.momentum * moved + change if self.nesterov else moved), {"momentum": moved}


@dataclass(frozen=True)
class Moments:
    """Adam: a running mean m of gradients and v of their squares; w ← w - α m / (√v + ε).

    Source: Kingma and Ba 2015, the form at the end of section 2, where α = η √(1 - β₂ᵗ) / (1 - β₁ᵗ): ε is added to the
    root before the correction of v, not after it. AMSGrad: Reddi et al. 2018, algorithm 2.
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    amsgrad: bool = False

    @property
    def memories(self) -> tuple[str, ...]:
        """Both running means; for AMSGrad the largest of the second too."""
        return ("mean", "square", "largest") if self.amsgrad else ("mean", "square")

    def move(self, variable: Array, gradient: Array, memory: Memory, rate: Array, step: Array) -> tuple[Array, Memory]:
        """The new value and running means."""
        time = step.astype(variable.dtype)
        alpha = rate * jnp.sqrt(1 - self.beta_2**time) / (1 - self.beta_1**time)
        mean = memory["mean"] + (gradient - memory["mean"]) * (1 - self.beta_1)
        square = memory["square"] + (jnp.square(gradient) - memory["square"]) * (1 - self.beta_2)
        kept = {"mean": mean, "square": square}
        if self.amsgrad:
            square = kept["largest"] = jnp.maximum(memory["largest"], square)
        return variable - mean * alpha / (jnp.sqrt(square) + self.epsilon), kept


@dataclass(frozen=True)
class MeanSquare:
    """RMSprop: w ← w - η g / √(v + ε) with v the running mean of g². Source: Hinton 2012; Graves 2013, eq. 40."""

    rho: float = 0.9
    momentum: float = 0.0
    epsilon: float = 1e-7
    centered: bool = False

    @property
    def memories(self) -> tuple[str, ...]:
        """The running mean of squares; where asked for, momentum and the running mean of gradients."""
        return ("square", *["momentum"] * bool(self.momentum), *["mean"] * self.centered)

    def move(self, variable: Array, gradient: Array, memory: Memory, rate: Array, step: Array) -> tuple[Array, Memory]:  # noqa: ARG002
        """The new value and running means."""
        kept = {"square": self.rho * memory["square"] + (1 - self.rho) * jnp.square(gradient)}
        spread = kept["square"] + self.epsilon
        if self.centered:
            kept["mean"] = self.rho * memory["mean"] + (1 - self.rho) * gradient
            spread = spread - jnp.square(kept["mean"])
        change = rate * gradient * jax.lax.rsqrt(spread)
        if self.momentum:
            change = kept["momentum"] = self.momentum * memory["momentum"] + change
        return variable - change, kept


@dataclass(frozen=True)
class Accumulated:
    """Adagrad: w ← w - η g / √(v + ε) with v the sum of g². Source: Duchi et al. 2011."""

    epsilon: float = 1e-7

    @property
    def memories(self) -> tuple[str, ...]:
        """The sum of squares."""
        return ("sum",)

    def move(self, variable: Array, gradient: Array, memory: Memory, rate: Array, step: Array) -> tuple[Array, Memory]:  # noqa: ARG002
        """The new value and sum."""
        total = memory["sum"] + jnp.square(gradient)
        return variable - rate * gradient / jnp.sqrt(total + self.epsilon), {"sum": total}


@dataclass(frozen=True)
class Update:
    """What a whole step of an optimizer does, fixed when it is compiled.

    Attributes:
        rule: How a variable moves.
        count: Number of variables.
        weight_decay: Share of each weight, times the learning rate, taken off first.
        clipnorm: Longest gradient of a variable.
        clipvalue: Largest number of a gradient.
        global_clipnorm: Longest gradient of all variables together.
        schedule: Gives the learning rate, in place of the one given.
    """

    rule: Any
    count: int
    weight_decay: float = 0.0
    clipnorm: float | None = None
    clipvalue: float | None = None
    global_clipnorm: float | None = None
    schedule: Any = None


def update(*parts: Any) -> tuple[Array, ...]:
    """The number of steps, the variables and their memories after a step.

    Takes the learning rate, the number of steps, the variables, their gradients, their memories, and the `Update`.
    """
    rate, steps, *arrays, how = parts
    variables, gradients, memories = arrays[: how.count], arrays[how.count : 2 * how.count], arrays[2 * how.count :]
    if how.schedule is not None:
        rate = how.schedule.at(steps)
    moved, remembered = [], []
    names = how.rule.memories
    for number, (variable, gradient) in enumerate(zip(variables, clipped(gradients, how), strict=True)):
        own_rate = rate.astype(variable.dtype)
        memory = dict(zip(names, memories[number * len(names) : (number + 1) * len(names)], strict=True))
        value = variable - variable * how.weight_decay * own_rate if how.weight_decay else variable
        value, memory = how.rule.move(value, gradient, memory, own_rate, steps + 1)
        moved.append(value)
        remembered += [memory[name] for name in names]
    return (steps + 1, *moved, *remembered)


def clipped(gradients: list[Array], how: Update) -> list[Array]:
    """Gradients shortened as wanted."""
    if how.clipvalue is not None:
        return [jnp.clip(gradient, -how.clipvalue, how.clipvalue) for gradient in gradients]
    if how.clipnorm is not None:
        return [shortened(gradient, jnp.sum(jnp.square(gradient)), how.clipnorm) for gradient in gradients]
    if how.global_clipnorm is not None:
        total = sum(jnp.sum(jnp.square(gradient)) for gradient in gradients)
        return [shortened(gradient, total, how.global_clipnorm) for gradient in gradients]
    return gradients


def shortened(gradient: Array, square: Array, longest: float) -> Array:
    """A gradient whose squared length is `square`, brought to at most `longest`."""
    return jnp.where(square > longest**2, gradient * longest * jax.lax.rsqrt(jnp.maximum(square, longest**2)), gradient)


UPDATE = Operation("Update", update, differentiable=False)
