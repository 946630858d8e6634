"""A Keras optimizer as one of the house's training loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax

from ffnn.tf.engine.recording import recorder
from ffnn.tf.keras import rules
from ffnn.tf.keras.replaying import Replay
from ffnn.tf.variables import Variable

Array = Any


@dataclass(frozen=True)
class Steps:
    """A Keras optimizer as one of the loop; its memory is the number of steps and what is remembered."""

    how: rules.Update

    def build(self, learning_rate: Array, *_unused: Any) -> optax.GradientTransformation:
        """The optimizer itself."""

        def init(parameters: Any) -> Any:
            names = self.how.rule.memories
            return jnp.int32(0), [jnp.zeros_like(own["value"]) for own in parameters for _ in names]

        def update(gradients: Any, memory: Any, parameters: Any) -> Any:
            count, kept = memory
            before = [own["value"] for own in parameters]
            slopes = [own["value"] for own in gradients]
            count, *new = rules.update(learning_rate, count, *before, *slopes, *kept, self.how)
            moved = tuple({"value": after - old} for after, old in zip(new, before, strict=False))
            return moved, (count, new[len(before) :])

        return optax.GradientTransformation(init, update)


@dataclass(frozen=True)
class OwnSteps:
    """An optimizer that overrides Keras' steps as one of the loop; its memory is as that of `Steps`.

    Attributes:
        replay: From gradients, learning rate, number of steps, variables and what is remembered to what these become.
        count: Number of variables.
    """

    replay: Replay
    count: int

    @classmethod
    def of(cls, optimizer: Any, variables: Sequence[Variable]) -> tuple[OwnSteps, list[Variable]]:
        """Trace a step of an optimizer; what it remembers comes too."""
        known = [optimizer._rate, optimizer.iterations, *variables]
        remembered: list[Variable] = []

        def run(gradients: list[Any]) -> Any:
            optimizer.apply_gradients(list(zip(gradients, variables, strict=True)))
            segment = recorder.segment
            names = set(map(id, known))
            others = [leaf for leaf in segment.leaves if leaf.is_variable and id(leaf) not in names]
            after = [variable.value() for variable in (*known[1:], *others)]
            segment.changed.clear()  # the loop has the new values as results
            return after

        replay = Replay.of(run, [variable.spec for variable in variables], known, remembered)
        return cls(replay, len(variables)), remembered

    def build(self, learning_rate: Array, *_unused: Any) -> optax.GradientTransformation:
        """The optimizer itself; its state is begun by who calls it."""

        def update(gradients: Any, memory: Any, parameters: Any) -> Any:
            count, kept = memory
            before = [own["value"] for own in parameters]
            slopes = [own["value"] for own in gradients]
            steps, *new = self.replay(slopes, [learning_rate, count.astype(np.int64), *before], kept)
            moved = tuple({"value": after - old} for after, old in zip(new, before, strict=False))
            return moved, (steps.astype(count.dtype), new[self.count :])

        return optax.GradientTransformation(lambda _parameters: None, update)
