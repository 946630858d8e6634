"""`tf.keras.optimizers.schedules`: learning rates that depend on the number of steps taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from ffnn.tf.dtypes import Spec, TensorShape, int64
from ffnn.tf.engine.programs import Operation
from ffnn.tf.errors import invalid
from ffnn.tf.names import refuse_other_names
from ffnn.tf.tensors import Tensor, convert_to_tensor, record
from ffnn.tf.tracing import Fresh, Trace

__all__ = [
    "CosineDecay", "ExponentialDecay", "InverseTimeDecay", "LearningRateSchedule", "PiecewiseConstantDecay",
    "PolynomialDecay",
]  # fmt: skip

Array = Any

SCHEDULE = Operation("Schedule", lambda step, schedule: schedule.at(step), differentiable=False)


class LearningRateSchedule:
    """A learning rate for each step; call it with the number of steps taken. One of your own overrides `__call__`."""

    def at(self, step: Array) -> Array:
        """The learning rate after so many steps."""
        raise NotImplementedError

    def __call__(self, step: Any) -> Tensor:
        """Call it."""
        return record(SCHEDULE, (self,), (convert_to_tensor(step),))


@dataclass(frozen=True)
class Followed(LearningRateSchedule):
    """What a function of one's own says.

    Attributes:
        function: Gives the learning rate after so many steps.
    """

    function: Callable[[Any], Any]

    def at(self, step: Array) -> Array:
        """The learning rate after so many steps."""
        trace = self.traced()
        values = [step.astype(np.int64), *[leaf.value_now() for leaf in trace.leaves[1:]]]
        return trace.segment.step.replay(values, trace.results)[0].astype(np.float32)

    def traced(self) -> Trace:
        """The function's program.

        Raises:
            InvalidArgumentError: It depends on more than the number of steps.
        """
        trace = Trace(lambda own: self.function(own[0]), [Spec(TensorShape(()), int64)])
        if trace.changed or any(leaf.is_variable or leaf.__class__ is Fresh for leaf in trace.leaves[1:]):
            raise invalid(
                "a learning rate depends on the number of steps alone, not on variables or random numbers; assign to "
                "optimizer.learning_rate between steps or epochs"
            )
        return trace


def followed(learning_rate: Any) -> LearningRateSchedule | None:
    """The schedule that an optimizer follows; None where the learning rate is a number."""
    if type(learning_rate).__call__ is LearningRateSchedule.__call__:
        return learning_rate  # type: ignore[no-any-return]
    if not callable(learning_rate):
        return None
    schedule = isinstance(learning_rate, LearningRateSchedule)
    own = Followed(learning_rate if schedule else lambda _step: learning_rate())
    own.traced()  # what is wrong with it is said here, and not where the first step is compiled
    return own


def floats(step: Array) -> Array:
    """A number of steps as float32."""
    return step.astype(np.float32)


@dataclass(frozen=True)
class Decay(LearningRateSchedule):
    """A learning rate that falls with s = step / decay_steps, cut to whole numbers for a staircase."""

    initial_learning_rate: float
    decay_steps: int
    decay_rate: float
    staircase: bool = False

    def share(self, step: Array) -> Array:
        """s."""
        share = floats(step) / self.decay_steps
        return jnp.floor(share) if self.staircase else share


class ExponentialDecay(Decay):
    """η · rateˢ."""

    def at(self, step: Array) -> Array:
        """The learning rate after so many steps."""
        return self.initial_learning_rate * jnp.power(np.float32(self.decay_rate), self.share(step))


class InverseTimeDecay(Decay):
    """η / (1 + rate · s)."""

    def at(self, step: Array) -> Array:
        """The learning rate after so many steps."""
        return self.initial_learning_rate / (1 + self.decay_rate * self.share(step))


@dataclass(frozen=True)
class PolynomialDecay(LearningRateSchedule):
    """From the first learning rate to the last along (1 - step / decay_steps)^power; then the last, or again."""

    initial_learning_rate: float
    decay_steps: int
    end_learning_rate: float = 0.0001
    power: float = 1.0
    cycle: bool = False

    def at(self, step: Array) -> Array:
        """The learning rate after so many steps."""
        time = floats(step)
        length: Any = self.decay_steps
        if self.cycle:
            length = length * jnp.maximum(1, jnp.ceil(time / self.decay_steps))
        left = 1 - jnp.minimum(time, length) / length
        return (self.initial_learning_rate - self.end_learning_rate) * left**self.power + self.end_learning_rate


@dataclass(frozen=True)
class CosineDecay(LearningRateSchedule):
    """η times half a cosine, from 1 down to alpha over decay_steps, after a linear rise over warmup_steps.

    Source: Loshchilov and Hutter 2017, equation 5.
    """

    initial_learning_rate: float
    decay_steps: int
    alpha: float = 0.0
    warmup_target: float | None = None
    warmup_steps: int = 0

    def at(self, step: Array) -> Array:
        """The learning rate after so many steps."""
        time = floats(step)
        top = self.initial_learning_rate if self.warmup_target is None else self.warmup_target
        risen = 0 if self.warmup_target is None else self.warmup_steps
        share = jnp.clip((time - risen) / self.decay_steps, 0, 1)
        falling = top * ((1 - self.alpha) * 0.5 * (1 + jnp.cos(np.pi * share)) + self.alpha)
        if self.warmup_target is None:
            return falling
        rising = self.initial_learning_rate + (top - self.initial_learning_rate) * time / max(risen, 1)
        return jnp.where(time < risen, rising, falling)


@dataclass(frozen=True, init=False)
class PiecewiseConstantDecay(LearningRateSchedule):
    """values[0] up to and including the first boundary, values[1] up to the second, and so on."""

    boundaries: tuple[int, ...]
    values: tuple[float, ...]

    def __init__(self, boundaries: Any, values: Any) -> None:
        if len(values) != len(boundaries) + 1:
            raise ValueError(f"{len(boundaries)} boundaries take {len(boundaries) + 1} values; got {len(values)}")
        object.__setattr__(self, "boundaries", tuple(boundaries))
        object.__setattr__(self, "values", tuple(map(float, values)))

    def at(self, step: Array) -> Array:
        """The learning rate after so many steps."""
        passed = sum((step > boundary).astype(np.int32) for boundary in self.boundaries)
        return jnp.asarray(self.values, np.float32)[passed]


refuse_other_names(__name__, "tf.keras.optimizers.schedules")
