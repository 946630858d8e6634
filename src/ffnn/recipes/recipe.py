"""A recipe: every choice of a training run, checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any

from ffnn.errors import RecipeError, near
from ffnn.networks import activations, initializers, losses
from ffnn.tables.encoding.scaling import SCALINGS
from ffnn.tables.encoding.whitening import WHITENINGS

STEP_CANNOT_TRAIN = (
    "a network with step activations predicts but cannot be trained: the step's derivative is 0 everywhere but at its "
    "jump, so gradient descent never moves a weight; sigmoid is its smooth form"
)

OPTIMIZERS = ("sgd", "adam", "adamw", "rmsprop", "adagrad", "lion")

DECAYING = ("adamw", "lion")
"""Optimizers that take weight decay of their own, apart from the gradients (decoupled)."""

FINAL_RATES = {"constant": 1.0, "cosine": 0.0, "exponential": 0.01, "cycles": 0.0}
"""Every schedule, with the share of the learning rate that is left at its end unless `final_rate` says otherwise."""

KEEPS = ("average", "best")

SWITCHES = ("periodic", "input_scale", "layer_norm", "nesterov", "fade", "calibrate", "clip_outputs", "refit")

PARAMETRIZATIONS = ("standard", "tangent")

A_SHARE = "must be at least 0 and less than 1"

NOT_NEGATIVE = "must not be negative"

SMALLEST_BATCH, LARGEST_BATCH = 64, 256

OPEN = (
    "hidden",
    "activation",
    "restarts",
    "epochs",
    "patience",
    "batch_size",
    "frequency",
    "learning_rate",
    "final_rate",
    "clip_norm",
    "loss",
    "label_smoothing",
    "whitening",
    "class_weight",
)
"""Choices that may be None."""


@dataclass(frozen=True)
class Recipe:
    """Every choice of a training run. The defaults are what the lecture teaches: ReLU, Glorot, Adam, several starts.

    What is None is chosen by the task and the table when they are known; see `training.settling`.

    Attributes:
        hidden: Neurons of each hidden layer; () for a linear model.
        activation: Of the hidden layers.
        kernel_initializer: Initial weights, of every layer.
        parametrization: How layers are written: as the lecture does (`standard`), or `tangent`: sums divided by the
            root of the number of inputs, an activation of learned strength, initial weights fitted to the rows; see
            `networks.tabular.Tangent`.
        embedding: Numbers that are learned for each level of a category of more than 64; see
            `networks.tabular.Embedding`. 0: none, and its rarer levels share one input.
        periodic: Whether each number also enters as cosines of it; see `networks.tabular.Periodic`.
        frequency: Standard deviation of the fastest of those cosines' initial frequencies; None has it tried out on the
            rows; see `training.trial`.
        input_scale: Whether each input has a factor that is learned; see `networks.tabular.Scale`.
        layer_norm: Whether a layer normalisation follows each hidden layer.
        dropout: Share of each hidden layer's values that training zeroes.
        restarts: Networks trained side by side, each from its own random weights; their predictions are averaged.
        epochs: Passes over the training rows, at most.
        patience: Epochs without a better validation after which a restart stops; None: it never does.
        batch_size: Rows for one optimizer step; None chooses by the number of rows.
        optimizer: `sgd`, `adam`, `adamw`, `rmsprop`, `adagrad` or `lion`, with the default numbers of Keras.
        learning_rate: Size of a step.
        schedule: How the learning rate falls over the planned steps, epoch after epoch up to `epochs`: not at all
            (`constant`), as half a `cosine` wave (Loshchilov and Hutter 2017), by the same share each step
            (`exponential`), or in four `cycles` from 0 up and down again, each twice as long (Holzmüller et al. 2024).
        final_rate: Share of the learning rate that is left at the end of the last planned epoch; None for 0 (`cosine`)
            or 0.01 (`exponential`).
        warmup: Share of the planned steps over which the rate first rises from near 0 (Goyal et al. 2017).
        momentum: Share of the last step that `sgd` repeats.
        nesterov: Whether `sgd` looks ahead (Nesterov 1983, as in Sutskever et al. 2013).
        beta_2: How much `adam` and `adamw` remember of the gradients' squares from step to step.
        fade: Whether dropout and weight decay fall to 0 over the second half of the planned steps.
        weight_decay: Share of each kernel that `adamw` and `lion` take off in a step, times the learning rate.
        l1: Penalty on Σ|w| over all kernels, added to the mean loss that a step follows; no reported loss holds it.
        l2: The same on Σw².
        clip_norm: Largest norm of all gradients of a step together; longer ones are shortened to it (Pascanu, Mikolov
            and Bengio 2013). None: as they are.
        loss: Loss function; None for cross-entropy of classes and mean squared error of numbers.
        label_smoothing: Share of each class target that is spread over all classes.
        calibrate: Whether the probabilities of classes are made as sure as they were right on rows that validated: by
            a temperature, which logits are divided by (Guo et al. 2017, "On calibration of modern neural networks").
        clip_outputs: Whether predicted numbers are kept within the range of the training targets.
        keep: `average` to predict with the mean of all restarts, `best` with the one of the best validation loss.
        refit: Whether each restart is trained again, on all rows, for as many epochs as were best for it.
        scaling: How numbers become inputs: by mean and deviation (`standard`), by median and quartiles (`robust`), or
            by rank (`quantile`).
        whitening: How scaled inputs are made uncorrelated: by principal components (`pca`), or back in the inputs' own
            directions (`zca`); None: not at all.
        class_weight: How much the rows of each class count: `balanced` for the same sum for every class, or a number,
            not negative, by the class's label; a class not named counts 1. None: every row counts 1.

    Raises:
        RecipeError: A choice is out of its range, unknown, or without effect beside the others.
    """

    hidden: tuple[int, ...] | None = (256, 256)
    activation: str | None = "relu"
    kernel_initializer: str = "glorot_uniform"
    parametrization: str = "standard"
    embedding: int = 0
    periodic: bool = False
    frequency: float | None = None
    input_scale: bool = False
    layer_norm: bool = False
    dropout: float = 0.0
    restarts: int | None = 8
    epochs: int | None = 200
    patience: int | None = 20
    batch_size: int | None = None
    optimizer: str = "adam"
    learning_rate: float | None = 1e-3
    schedule: str = "constant"
    final_rate: float | None = None
    warmup: float = 0.0
    momentum: float = 0.0
    nesterov: bool = False
    beta_2: float = 0.999
    weight_decay: float = 0.0
    fade: bool = False
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float | None = None
    loss: str | None = None
    label_smoothing: float | None = 0.0
    calibrate: bool = False
    clip_outputs: bool = False
    keep: str = "average"
    refit: bool = False
    scaling: str = "standard"
    whitening: str | None = None
    class_weight: str | dict[str, float] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        hidden: Any = () if self.hidden is None else self.hidden
        if isinstance(hidden, str) or not isinstance(hidden, Iterable):
            raise RecipeError(f"hidden must be a list of whole numbers, one for each layer; got {hidden!r}")
        widths = tuple(at_least_one("hidden", units) for units in hidden)
        object.__setattr__(self, "hidden", None if self.hidden is None else widths)
        for name in ("restarts", "epochs", "patience", "batch_size"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, at_least_one(name, getattr(self, name)))
        for name in SWITCHES:
            value: Any = getattr(self, name)
            if not isinstance(value, bool):
                raise RecipeError(f"{name} must be true or false; got {value!r}")
        self._check_numbers()
        self._check_names()
        self._check_class_weight()
        self._refuse_without_effect()

    def _check_numbers(self) -> None:
        object.__setattr__(self, "embedding", at_least("embedding", 0, self.embedding))
        for name in ("dropout", "momentum", "beta_2", "label_smoothing", "warmup", "final_rate"):
            self._check(name, lambda share: 0 <= share < 1, A_SHARE)
        for name in ("weight_decay", "l1", "l2"):
            self._check(name, lambda number: 0 <= number < math.inf, NOT_NEGATIVE)
        for name in ("learning_rate", "clip_norm", "frequency"):
            self._check(name, lambda number: 0 < number < math.inf, "must be positive")

    def _check(self, name: str, fits: Callable[[float], bool], rule: str) -> None:
        if getattr(self, name) is not None or name not in OPEN:
            object.__setattr__(self, name, fitting(name, getattr(self, name), fits, rule))

    def _check_names(self) -> None:
        if self.activation is not None:
            one_of("activation", self.activation, activations.ACTIVATIONS)
        if self.activation == "step":
            raise RecipeError(STEP_CANNOT_TRAIN)
        initializer: Any = self.kernel_initializer
        if isinstance(initializer, str):
            initializers.parse(initializer)
        else:
            one_of("initializer", initializer, initializers.INITIALIZERS)
        if self.loss is not None:
            one_of("loss", self.loss, losses.LOSSES)
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        one_of("schedule", self.schedule, FINAL_RATES)
        one_of("keep", self.keep, KEEPS)
        one_of("parametrization", self.parametrization, PARAMETRIZATIONS)
        one_of("scaling", self.scaling, SCALINGS)
        if self.whitening is not None:
            one_of("whitening", self.whitening, WHITENINGS)

    def _check_class_weight(self) -> None:
        given: Any = self.class_weight
        if given is None or (isinstance(given, str) and given == "balanced"):
            return
        if not isinstance(given, Mapping) or not given or not all(isinstance(label, str) for label in given):
            raise RecipeError(f"class_weight must be balanced, or a number for each class by its label; got {given!r}")
        weights = {
            label: fitting(f"class_weight of {label!r}", weight, lambda weight: 0 <= weight < math.inf, NOT_NEGATIVE)
            for label, weight in given.items()
        }
        object.__setattr__(self, "class_weight", weights)

    def _refuse_without_effect(self) -> None:
        if self.optimizer != "sgd" and (self.momentum or self.nesterov):
            raise RecipeError(f"momentum and nesterov belong to optimizer sgd; the optimizer here is {self.optimizer}")
        if self.nesterov and not self.momentum:
            raise RecipeError("nesterov needs a momentum above 0")
        if self.hidden == () and (self.dropout or self.layer_norm):
            raise RecipeError("dropout and layer_norm follow hidden layers, and there is none")
        if self.optimizer not in DECAYING and self.weight_decay:
            those = " or ".join(DECAYING)
            raise RecipeError(
                f"weight_decay belongs to optimizer {those}; {self.optimizer} has none, but l2 goes with any optimizer"
            )
        if self.parametrization == "tangent" and self.kernel_initializer != "glorot_uniform":
            raise RecipeError(
                "kernel_initializer belongs to the standard parametrization; tangent layers have their own"
            )
        if self.optimizer not in ("adam", "adamw") and self.beta_2 != 0.999:
            raise RecipeError(f"beta_2 belongs to optimizer adam or adamw; the optimizer here is {self.optimizer}")
        if self.frequency is not None and not self.periodic:
            raise RecipeError("frequency belongs to periodic numbers, and these are not")
        if self.fade and not (self.dropout or self.weight_decay):
            raise RecipeError("fade needs a dropout or weight_decay that can fade")
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


@dataclass(frozen=True)
class Settled(Recipe):
    """A recipe that leaves nothing open that training needs."""

    hidden: tuple[int, ...] = (256, 256)
    activation: str = "relu"
    restarts: int = 8
    epochs: int = 200
    learning_rate: float = 1e-3
    label_smoothing: float = 0.0


def at_least_one(name: str, number: Any) -> int:
    """`number` as a Python integer; a RecipeError unless it is a whole number from 1 (NumPy's are too)."""
    return at_least(name, 1, number)


def at_least(name: str, least: int, number: Any) -> int:
    """The same for whole numbers from `least`."""
    if isinstance(number, bool) or not isinstance(number, Integral) or number < least:
        raise RecipeError(f"{name} must be a whole number of at least {least}; got {number}")
    return int(number)


def fitting(name: str, number: Any, fits: Callable[[float], bool], rule: str) -> float:
    """`number` as a Python float; a RecipeError that states the rule unless it is a number that fits."""
    try:
        if not isinstance(number, bool) and isinstance(number, Real) and fits(float(number)):
            return float(number)
    except OverflowError:  # a whole number beyond all floats
        pass
    raise RecipeError(f"{name} {rule}; got {number}")


def one_of(choice: str, name: Any, known: Iterable[str]) -> None:
    """Raise a RecipeError that names those known unless `name` is one of them."""
    if not isinstance(name, str) or name not in known:
        raise RecipeError(f"there is no {choice} {name!r}; {near(name, known)}")
