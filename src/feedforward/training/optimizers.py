"""Optimizers by their Keras names, with Keras' default numbers, made of Optax."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import optax


@dataclass(frozen=True)
class Optimizer:
    """What of an optimizer is fixed when its program is compiled.

    Attributes:
        name: One of `recipe.OPTIMIZERS`.
        momentum: See `Recipe`.
        nesterov: See `Recipe`.
    """

    name: str
    momentum: float = 0.0
    nesterov: bool = False

    def build(self, learning_rate: jax.Array, weight_decay: jax.Array) -> optax.GradientTransformation:
        """The optimizer itself. To be called inside the compiled function: then other rates compile nothing new."""
        if self.name == "sgd":
            return optax.sgd(learning_rate, self.momentum or None, self.nesterov)
        if self.name == "adam":
            return optax.adam(learning_rate, eps=1e-7)
        return optax.adamw(learning_rate, eps=1e-7, weight_decay=weight_decay, mask=only_kernels)


def only_kernels(parameters: optax.Params) -> optax.Params:
    """Which arrays decay: kernels do, biases and the scales of a normalisation do not."""
    return jax.tree_util.tree_map_with_path(lambda path, _: path[-1].key == "kernel", parameters)
