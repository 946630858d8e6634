"""Optimizers by their Keras names, with Keras' default numbers, made of Optax.

Keras' own formulas stand in `tf/keras/rules.py`; they differ in Adam's ε, and in momentum under a changing learning
rate: see `docs/decisions/0017-two-adams.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import optax

from ffnn.networks.layers import Network
from ffnn.recipes.recipe import Recipe

Number: TypeAlias = Any
"""A scalar array: traced, so that another value of it compiles nothing."""


@dataclass(frozen=True)
class Optimizer:
    """What of an optimizer is fixed when its program is compiled.

    Attributes:
        name: One of `recipe.OPTIMIZERS`.
        momentum: See `Recipe`.
        nesterov: See `Recipe`.
        penalized: Whether gradients get those of the penalties `l1` and `l2`.
        clipped: Whether gradients are then shortened to `clip_norm`.
        beta_2: See `Recipe`.
        factors: Factors of the learning rate: layer, parameter, factor; 1 for those that are not named.
    """

    name: str
    momentum: float = 0.0
    nesterov: bool = False
    penalized: bool = False
    clipped: bool = False
    beta_2: float = 0.999
    factors: tuple[tuple[int, str, float], ...] = ()

    @classmethod
    def of(cls, recipe: Recipe, network: Network) -> Optimizer:
        """The optimizer that a recipe chooses, with the factors of a network's layers."""
        return cls(
            recipe.optimizer,
            recipe.momentum,
            recipe.nesterov,
            penalized=bool(recipe.l1 or recipe.l2),
            clipped=recipe.clip_norm is not None,
            beta_2=recipe.beta_2,
            factors=tuple(
                (number, name, factor) for number, rates in enumerate(network.rates) for name, factor in rates.items()
            ),
        )

    def build(
        self,
        learning_rate: Number,
        weight_decay: Number = 0.0,
        l1: Number = 0.0,
        l2: Number = 0.0,
        clip_norm: Number = 1.0,
    ) -> optax.GradientTransformation:
        """The optimizer itself. To be called inside the compiled function: then other rates compile nothing new."""
        before = [penalties(l1, l2)] if self.penalized else []
        before += [optax.clip_by_global_norm(clip_norm)] if self.clipped else []
        rule = self._rule(learning_rate, weight_decay)
        after = [optax.stateless(self._scaled)] if self.factors else []
        return optax.chain(*before, rule, *after) if before or after else rule

    def _scaled(self, updates: optax.Updates, _parameters: optax.Params | None) -> optax.Updates:
        """Each parameter's step times its factor."""
        factors = {(number, name): factor for number, name, factor in self.factors}
        return tuple(
            {name: step * factors.get((number, name), 1.0) for name, step in layer.items()}
            for number, layer in enumerate(updates)
        )

    def _rule(self, learning_rate: Number, weight_decay: Number) -> optax.GradientTransformation:
        rules: dict[str, Callable[[], optax.GradientTransformation]] = {
            "sgd": lambda: optax.sgd(learning_rate, self.momentum or None, self.nesterov),
            "adam": lambda: optax.adam(learning_rate, b2=self.beta_2, eps=1e-7),
            "adamw": lambda: optax.adamw(
                learning_rate, b2=self.beta_2, eps=1e-7, weight_decay=weight_decay, mask=only_kernels
            ),
            "rmsprop": lambda: optax.rmsprop(learning_rate, decay=0.9, eps=1e-7),
            "adagrad": lambda: optax.adagrad(learning_rate, initial_accumulator_value=0.1, eps=1e-7),
            "lion": lambda: optax.lion(learning_rate, b1=0.9, b2=0.99, weight_decay=weight_decay, mask=only_kernels),
        }
        return rules[self.name]()


def penalties(l1: Number, l2: Number) -> optax.GradientTransformation:
    """Adds to each kernel's gradient that of l1 Σ|w| + l2 Σw², which is l1 sign(w) + 2 l2 w."""

    def update(gradients: optax.Updates, parameters: optax.Params | None) -> optax.Updates:
        return jax.tree.map(
            lambda gradient, w, kernel: gradient + l1 * jnp.sign(w) + 2 * l2 * w if kernel else gradient,
            gradients,
            parameters,
            only_kernels(parameters),
        )

    return optax.stateless(update)


def only_kernels(parameters: optax.Params) -> optax.Params:
    """Which arrays are kernels, and so decay: biases and the scales of a normalisation do not."""
    return jax.tree_util.tree_map_with_path(lambda path, _: path[-1].key == "kernel", parameters)
