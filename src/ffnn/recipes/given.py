"""The choices of a recipe as keywords, for editors and type checkers. Written by `make docs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypedDict

Activation: TypeAlias = Literal[
    "linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "softmax"
]
Parametrization: TypeAlias = Literal["standard", "tangent"]
Optimizer: TypeAlias = Literal["sgd", "adam", "adamw", "rmsprop", "adagrad", "lion"]
Schedule: TypeAlias = Literal["constant", "cosine", "exponential", "cycles"]
Loss: TypeAlias = Literal["cross_entropy", "mean_squared_error", "mean_absolute_error", "huber", "sum_of_squares"]
Keep: TypeAlias = Literal["average", "best"]
Scaling: TypeAlias = Literal["standard", "robust", "quantile"]
Whitening: TypeAlias = Literal["pca", "zca"]


class Choices(TypedDict, total=False):
    """Choices in place of a recipe's own, as `ffnn.train` takes them."""

    hidden: int | Sequence[int] | None
    activation: Activation | None
    kernel_initializer: str
    parametrization: Parametrization
    embedding: int
    periodic: bool
    frequency: float | None
    input_scale: bool
    layer_norm: bool
    dropout: float
    restarts: int | None
    epochs: int | None
    patience: int | None
    batch_size: int | None
    optimizer: Optimizer
    learning_rate: float | None
    schedule: Schedule
    final_rate: float | None
    warmup: float
    momentum: float
    nesterov: bool
    beta_2: float
    weight_decay: float
    fade: bool
    l1: float
    l2: float
    clip_norm: float | None
    loss: Loss | None
    label_smoothing: float | None
    calibrate: bool
    clip_outputs: bool
    keep: Keep
    refit: bool
    scaling: Scaling
    whitening: Whitening | None
    class_weight: Literal["balanced"] | Mapping[str, float] | None


@dataclass(kw_only=True, eq=False, repr=False)
class Overrides:
    """Choices in place of a recipe's own, as estimators hold them; None for the recipe's."""

    hidden: int | Sequence[int] | None = None
    activation: Activation | None = None
    kernel_initializer: str | None = None
    parametrization: Parametrization | None = None
    embedding: int | None = None
    periodic: bool | None = None
    frequency: float | None = None
    input_scale: bool | None = None
    layer_norm: bool | None = None
    dropout: float | None = None
    restarts: int | None = None
    epochs: int | None = None
    patience: int | None = None
    batch_size: int | None = None
    optimizer: Optimizer | None = None
    learning_rate: float | None = None
    schedule: Schedule | None = None
    final_rate: float | None = None
    warmup: float | None = None
    momentum: float | None = None
    nesterov: bool | None = None
    beta_2: float | None = None
    weight_decay: float | None = None
    fade: bool | None = None
    l1: float | None = None
    l2: float | None = None
    clip_norm: float | None = None
    loss: Loss | None = None
    label_smoothing: float | None = None
    calibrate: bool | None = None
    clip_outputs: bool | None = None
    keep: Keep | None = None
    refit: bool | None = None
    scaling: Scaling | None = None
    whitening: Whitening | None = None
    class_weight: Literal["balanced"] | Mapping[Any, float] | None = None
