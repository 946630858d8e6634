"""A recipe: every choice of a training run, declared here, and checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ffnn.errors import RecipeError
from ffnn.recipes.choices import (
    Among,
    Between,
    ClassWeights,
    Name,
    Switch,
    Whole,
    Widths,
    choice,
    choices_of,
    names,
    not_negative,
    positive,
    share,
    with_choices,
)

STEP_CANNOT_TRAIN = (
    "a network with step activations predicts but cannot be trained: the step's derivative is 0 everywhere but at its "
    "jump, so gradient descent never moves a weight; sigmoid is its smooth form"
)

OPTIMIZERS = ("sgd", "adam", "adamw", "rmsprop", "adagrad", "lion")

DECAYING = ("adamw", "lion")
"""Optimizers that take weight decay of their own, apart from the gradients (decoupled)."""

FINAL_RATES = {"constant": 1.0, "cosine": 0.0, "exponential": 0.01, "cycles": 0.0}
"""Every schedule, with the share of the learning rate that is left at its end unless `final_rate` says otherwise."""

CLASS_LOSSES = ("cross_entropy",)
NUMBER_LOSSES = ("mean_squared_error", "mean_absolute_error", "huber", "sum_of_squares")
"""The losses that fit each task; the first is the task's own."""

SMALLEST_BATCH, LARGEST_BATCH = 64, 256


def activations() -> Iterable[str]:
    """The names of activations."""
    from ffnn.networks.activations import ACTIVATIONS

    return ACTIVATIONS


def initializers() -> Iterable[str]:
    """The names of initializers."""
    from ffnn.networks.initializers import INITIALIZERS

    return INITIALIZERS


def parse_initializer(name: str) -> object:
    """An initializer's name and the number in it."""
    from ffnn.networks.initializers import parse

    return parse(name)


@dataclass(frozen=True)
class Recipe:
    """Every choice of a training run. The defaults are what the lecture teaches: ReLU, Glorot, Adam, several starts.

    What is None is chosen by the task and the table when they are known; see `recipes.settling`.

    Attributes:
        <choices>

    Raises:
        RecipeError: A choice is out of its range, unknown, or without effect next to the others.
    """

    hidden: tuple[int, ...] | None = choice(
        (256, 256),
        Widths(),
        "Number of neurons in each hidden layer; without hidden layers the model is linear.",
        group="Network",
        none="by the number of rows",
        search=Among(((128, 128, 128), (256, 256, 256), (512, 512, 512), (256, 256))),
    )
    activation: str | None = choice(
        "relu",
        Name(activations, refused={"step": STEP_CANNOT_TRAIN}),
        "Activation of the hidden layers.",
        group="Network",
        none="by parametrization and task",
        search=Among(("relu", "selu", "gelu", "silu", "mish")),
    )
    kernel_initializer: str = choice(
        "glorot_uniform",
        Name(initializers, what="initializer", parse=parse_initializer),
        "Initializer of the kernels, for the standard parametrization.",
        group="Network",
        more="Some take a number in brackets: `normal(0.1)` has the standard deviation 0.1.",
    )
    parametrization: str = choice(
        "standard",
        names("standard", "tangent"),
        "Parametrization of the layers: standard, or (neural) tangent.",
        group="Network",
        more="`tangent`: sums divided by the root of the number of inputs, an activation of learned strength, initial "
        "weights fitted to the rows; see `networks.tabular.Tangent`.",
    )
    embedding: int = choice(
        0,
        Whole(0),
        "Embedding size for categories with more than 64 levels; 0 for one-hot inputs.",
        group="Inputs",
        search=Among((4, 8, 16)),
        more="One-hot, the rarer levels share one input; see `networks.tabular.Embedding`.",
    )
    periodic: bool = choice(
        False,
        Switch(),
        "Add periodic embeddings of numeric inputs.",
        group="Inputs",
        search=Among((False, True)),
        more="See `networks.tabular.Periodic`.",
    )
    frequency: float | None = choice(
        None,
        positive(),
        "Standard deviation of the highest initial frequencies of the periodic embeddings.",
        group="Inputs",
        none="found by a short trial",
        search=Between(0.1, 30.0, log=True),
        more="The trial is `training.trial`.",
    )
    input_scale: bool = choice(
        False,
        Switch(),
        "Learn a scale for each input.",
        group="Inputs",
        search=Among((False, True)),
        more="See `networks.tabular.Scale`.",
    )
    layer_norm: bool = choice(
        False,
        Switch(),
        "Layer normalisation after each hidden layer.",
        group="Network",
        search=Among((False, True)),
    )
    dropout: float = choice(
        0.0,
        share(),
        "Dropout rate of the hidden layers.",
        group="Regularization",
        search=Between(0.0, 0.5),
    )
    restarts: int | None = choice(
        8,
        Whole(1),
        "Number of networks trained side by side, each from its own random weights.",
        group="Training",
        none="the usual number",
        more="Their predictions are averaged, unless `keep` is `best`.",
    )
    epochs: int | None = choice(
        200,
        Whole(1),
        "Maximum number of passes over the training rows.",
        group="Training",
        none="by the number of rows",
    )
    patience: int | None = choice(
        20,
        Whole(1),
        "Stop a restart after this many epochs without a lower validation loss.",
        group="Training",
        none="no early stopping",
    )
    batch_size: int | None = choice(
        None,
        Whole(1),
        "Rows in each optimizer step.",
        group="Training",
        none=f"{SMALLEST_BATCH} to {LARGEST_BATCH}, by the number of rows",
        search=Among((64, 128, 256, 512)),
    )
    optimizer: str = choice(
        "adam",
        names(*OPTIMIZERS),
        "Optimizer.",
        group="Optimizer",
        more="With the default numbers of Keras, but for those that have a choice of their own.",
    )
    learning_rate: float | None = choice(
        1e-3,
        positive(),
        "Learning rate, at its highest.",
        group="Optimizer",
        none="by parametrization and task",
        search=Between(1e-4, 1.0, log=True),
    )
    schedule: str = choice(
        "constant",
        names(*FINAL_RATES),
        "Schedule of the learning rate over the planned steps.",
        group="Optimizer",
        search=Among(("constant", "cosine", "cycles")),
        more="Over the steps of all `epochs` it does not fall (`constant`), falls as half a `cosine` wave (Loshchilov "
        "and Hutter 2017), falls by the same share each step (`exponential`), or rises from 0 and falls again in four "
        "`cycles`, each twice as long as the last (Holzmüller, Grinsztajn and Steinwart 2024).",
    )
    final_rate: float | None = choice(
        None,
        share(),
        "Final learning rate as a fraction of the initial one.",
        group="Optimizer",
        none=f"{FINAL_RATES['cosine']:g} for cosine, {FINAL_RATES['exponential']:g} for exponential",
    )
    warmup: float = choice(
        0.0,
        share(),
        "Fraction of the planned steps over which the learning rate rises from 0.",
        group="Optimizer",
        more="Source: Goyal et al. 2017.",
    )
    momentum: float = choice(0.0, share(), "Momentum of sgd.", group="Optimizer")
    nesterov: bool = choice(
        False,
        Switch(),
        "Use Nesterov momentum, in sgd.",
        group="Optimizer",
        more="Source: Nesterov 1983, as in Sutskever et al. 2013.",
    )
    beta_2: float = choice(
        0.999,
        share(),
        "Decay rate of the squared-gradient average, in adam and adamw.",
        group="Optimizer",
        search=Among((0.95, 0.99, 0.999)),
    )
    weight_decay: float = choice(
        0.0,
        not_negative(),
        "Decoupled weight decay, of adamw and lion.",
        group="Regularization",
        search=Between(1e-4, 0.3, log=True),
        more="That share of each kernel, times the learning rate, is taken off in each step.",
    )
    fade: bool = choice(
        False,
        Switch(),
        "Anneal dropout and weight decay to 0 in the second half of training.",
        group="Regularization",
        search=Among((False, True)),
    )
    l1: float = choice(
        0.0,
        not_negative(),
        "L1 penalty on the kernels.",
        group="Regularization",
        more="This times Σ|w| is added to the mean loss that a step follows; no reported loss holds it.",
    )
    l2: float = choice(
        0.0,
        not_negative(),
        "L2 penalty on the kernels.",
        group="Regularization",
        more="This times Σw² is added to the mean loss that a step follows; no reported loss holds it.",
    )
    clip_norm: float | None = choice(
        None,
        positive(),
        "Clip the global gradient norm at this value.",
        group="Optimizer",
        none="no clipping",
        more="Source: Pascanu, Mikolov and Bengio 2013.",
    )
    loss: str | None = choice(
        None,
        names(*CLASS_LOSSES, *NUMBER_LOSSES),
        "Loss function.",
        group="Loss and outputs",
        none=f"{CLASS_LOSSES[0]} for classes, {NUMBER_LOSSES[0]} for numbers",
    )
    label_smoothing: float | None = choice(
        0.0,
        share(),
        "Label smoothing: the share of a class target that is spread over all classes.",
        group="Regularization",
        none="by the task",
        search=Between(0.0, 0.2),
    )
    calibrate: bool = choice(
        False,
        Switch(),
        "Calibrate probabilities by temperature scaling, on out-of-fold predictions.",
        group="Loss and outputs",
        more='Source: Guo et al. 2017, "On calibration of modern neural networks".',
    )
    clip_outputs: bool = choice(
        False,
        Switch(),
        "Clip predicted numbers to the range of the training targets.",
        group="Loss and outputs",
    )
    keep: str = choice(
        "average",
        names("average", "best"),
        "Predict with the average of all restarts, or with the best one by validation loss.",
        group="Training",
    )
    refit: bool = choice(
        False,
        Switch(),
        "Retrain on all rows, each restart for as many epochs as were best for it.",
        group="Training",
    )
    scaling: str = choice(
        "standard",
        names("standard", "robust", "quantile"),
        "Scaling of numeric inputs: by mean and deviation (standard), quartiles (robust) or rank (quantile).",
        group="Inputs",
        search=Among(("standard", "robust", "quantile")),
    )
    whitening: str | None = choice(
        None,
        names("pca", "zca"),
        "Whitening of the numeric inputs: to principal components (pca), or in their own directions (zca).",
        group="Inputs",
        none="no whitening",
    )
    class_weight: str | dict[str, float] | None = choice(  # noqa: RUF009
        None,
        ClassWeights(),
        "Class weights: balanced for the same sum in every class, or a weight for each label.",
        group="Loss and outputs",
        none="every row counts the same",
        more="A class that is not named counts 1.",
        hash=False,
    )

    def __post_init__(self) -> None:
        for name, declared in CHOICES.items():
            object.__setattr__(self, name, declared.check(getattr(self, name)))
        self._refuse_without_effect()

    def _as_declared(self, name: str) -> bool:
        return bool(getattr(self, name) == CHOICES[name].default)

    def _refuse_without_effect(self) -> None:
        if self.optimizer != "sgd" and (self.momentum or self.nesterov):
            raise RecipeError(f"momentum and nesterov belong to optimizer sgd; the optimizer here is {self.optimizer}")
        if self.nesterov and not self.momentum:
            raise RecipeError("nesterov needs a momentum above 0")
        if self.hidden == () and (self.dropout or self.layer_norm):
            raise RecipeError("dropout and layer_norm need hidden layers, and there are none")
        if self.optimizer not in DECAYING and self.weight_decay:
            those = " or ".join(DECAYING)
            raise RecipeError(
                f"weight_decay belongs to optimizer {those}; {self.optimizer} has none, but l2 goes with any optimizer"
            )
        if self.parametrization == "tangent" and not self._as_declared("kernel_initializer"):
            raise RecipeError(
                "kernel_initializer belongs to the standard parametrization; tangent layers have their own"
            )
        if self.optimizer not in ("adam", "adamw") and not self._as_declared("beta_2"):
            raise RecipeError(f"beta_2 belongs to optimizer adam or adamw; the optimizer here is {self.optimizer}")
        if self.frequency is not None and not self.periodic:
            raise RecipeError("frequency needs periodic embeddings, which are off")
        if self.fade and not (self.dropout or self.weight_decay):
            raise RecipeError("fade needs a dropout or weight_decay above 0")
        if self.schedule == "constant" and self.final_rate is not None:
            raise RecipeError("final_rate needs a schedule that falls: cosine or exponential; this one is constant")
        if self.schedule == "cycles" and (self.final_rate is not None or self.warmup):
            raise RecipeError("a schedule of cycles rises from 0 and falls to 0, so it has no warmup and no final_rate")
        if self.schedule == "exponential" and self.final_rate == 0:
            raise RecipeError("final_rate must be above 0 for an exponential schedule, which never reaches 0")
        if self.keep == "best" and self.restarts == 1:
            raise RecipeError("keep best chooses among restarts, and there is one")

    def batch_rows(self, rows: int) -> int:
        """Rows for one optimizer step when training on `rows`: as chosen, or 64 to 256, for about 16 steps an epoch."""
        sixteenth = 2 ** round(math.log2(max(1, rows / 16)))
        chosen = self.batch_size or min(LARGEST_BATCH, max(SMALLEST_BATCH, sixteenth))
        return min(chosen, rows)


CHOICES = choices_of(Recipe)
"""Every choice by name, in the order in which model files hold them."""

Recipe.__doc__ = with_choices(Recipe.__doc__, {name: each.description for name, each in CHOICES.items()})


@dataclass(frozen=True)
class Settled(Recipe):
    """A recipe that leaves nothing open that training needs."""

    hidden: tuple[int, ...] = (256, 256)
    activation: str = "relu"
    restarts: int = 8
    epochs: int = 200
    learning_rate: float = 1e-3
    label_smoothing: float = 0.0
