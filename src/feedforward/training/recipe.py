"""A recipe: every choice of a training run, checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from feedforward.errors import RecipeError, near
from feedforward.networks import activations, initializers, losses
from feedforward.networks.layers import Dense, Dropout, Layer, LayerNorm, Network, Numbers

STEP_CANNOT_TRAIN = (
    "a network with step activations predicts but cannot be trained: the step's derivative is 0 everywhere but at its "
    "jump, so gradient descent never moves a weight; sigmoid is its smooth form"
)

OPTIMIZERS = ("sgd", "adam", "adamw")

SMALLEST_BATCH, LARGEST_BATCH = 64, 256


@dataclass(frozen=True)
class Recipe:
    """Every choice of a training run. The defaults are what the lecture teaches: ReLU, Glorot, Adam, several starts.

    Attributes:
        hidden: Neurons of each hidden layer; () for a linear model.
        activation: Of the hidden layers.
        kernel_initializer: Initial weights, of every layer.
        layer_norm: Whether a layer normalisation follows each hidden layer.
        dropout: Share of each hidden layer's values that training zeroes.
        restarts: Networks trained side by side, each from its own random weights; their predictions are averaged.
        epochs: Passes over the training rows, at most.
        patience: Epochs without a better validation loss after which a restart stops.
        batch_size: Rows for one optimizer step; None chooses by the number of rows.
        optimizer: `sgd`, `adam` or `adamw`, with the default numbers of Keras.
        learning_rate: Size of a step.
        momentum: Share of the last step that `sgd` repeats.
        nesterov: Whether `sgd` looks ahead (Nesterov 1983, as in Sutskever et al. 2013).
        weight_decay: Share of each kernel that `adamw` takes off in a step, times the learning rate.
        loss: Loss function; None for cross-entropy of classes and mean squared error of numbers.
        label_smoothing: Share of each class target that is spread over all classes.

    Raises:
        RecipeError: A choice is out of its range, unknown, or without effect beside the others.
    """

    hidden: tuple[int, ...] = (256, 256)
    activation: str = "relu"
    kernel_initializer: str = "glorot_uniform"
    layer_norm: bool = False
    dropout: float = 0.0
    restarts: int = 8
    epochs: int = 200
    patience: int = 20
    batch_size: int | None = None
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    loss: str | None = None
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        hidden: Any = self.hidden
        if isinstance(hidden, str) or not isinstance(hidden, Iterable):
            raise RecipeError(f"hidden must be a list of whole numbers, one for each layer; got {hidden!r}")
        object.__setattr__(self, "hidden", tuple(at_least_one("hidden", units) for units in hidden))
        for name in ("restarts", "epochs", "patience", "batch_size"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, at_least_one(name, getattr(self, name)))
        for name in ("dropout", "momentum", "label_smoothing"):
            self._check(name, lambda share: 0 <= share < 1, "must be at least 0 and less than 1")
        self._check("learning_rate", lambda rate: 0 < rate < math.inf, "must be positive")
        self._check("weight_decay", lambda decay: 0 <= decay < math.inf, "must not be negative")
        activations.named(self.activation)
        if self.activation == "step":
            raise RecipeError(STEP_CANNOT_TRAIN)
        initializers.parse(self.kernel_initializer)
        if self.loss is not None:
            losses.named(self.loss)
        if self.optimizer not in OPTIMIZERS:
            raise RecipeError(f"there is no optimizer {self.optimizer!r}; {near(self.optimizer, OPTIMIZERS)}")
        self._refuse_without_effect()

    def _check(self, name: str, fits: Callable[[float], bool], rule: str) -> None:
        number = getattr(self, name)
        if isinstance(number, bool) or not isinstance(number, Real) or not fits(float(number)):
            raise RecipeError(f"{name} {rule}; got {number}")
        object.__setattr__(self, name, float(number))

    def _refuse_without_effect(self) -> None:
        if self.optimizer != "sgd" and (self.momentum or self.nesterov):
            raise RecipeError(f"momentum and nesterov belong to optimizer sgd; {self.optimizer} has its own")
        if self.nesterov and not self.momentum:
            raise RecipeError("nesterov needs a momentum above 0")
        if not self.hidden and (self.dropout or self.layer_norm):
            raise RecipeError("dropout and layer_norm follow hidden layers, and there is none")
        if self.optimizer != "adamw" and self.weight_decay:
            raise RecipeError(f"weight_decay belongs to optimizer adamw; {self.optimizer} has none")

    def network(self, outputs: int) -> Network:
        """The network of this recipe: hidden layers of these sizes, then `outputs` linear neurons."""
        layers: list[Layer] = [Numbers()]
        for units in self.hidden:
            layers.append(Dense(units, self.activation, self.kernel_initializer))
            if self.layer_norm:
                layers.append(LayerNorm())
            if self.dropout:
                layers.append(Dropout(self.dropout))
        layers.append(Dense(outputs, "linear", self.kernel_initializer))
        return Network(tuple(layers))

    def batch_rows(self, rows: int) -> int:
        """Rows for one optimizer step when training on `rows`: as chosen, or 64 to 256, for about 16 steps an epoch."""
        sixteenth = 2 ** round(math.log2(max(1, rows / 16)))
        chosen = self.batch_size or min(LARGEST_BATCH, max(SMALLEST_BATCH, sixteenth))
        return min(chosen, rows)


def at_least_one(name: str, number: Any) -> int:
    """`number` as a Python integer; a RecipeError unless it is a whole number from 1 (NumPy's are too)."""
    if isinstance(number, bool) or not isinstance(number, Integral) or number < 1:
        raise RecipeError(f"{name} must be a whole number of at least 1; got {number}")
    return int(number)
