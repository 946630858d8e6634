"""Every choice that the page offers, checked: what a link restores and what a session trains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ffnn.playground.errors import PlaygroundError

Problem = Literal["classification", "regression"]
ToyFeature = Literal["x", "y", "x2", "y2", "xy", "sinx", "siny"]
Seed = Annotated[int, Meta(ge=0, lt=2**31)]

MOST_LAYERS, WIDEST = 10, 32
"""Hidden layers, and neurons of one, at most."""

MOST_DRAWN, FARTHEST_DRAWN = 1000, 1e6
"""Points that are drawn by hand, at most, and their largest coordinate or value."""

LONGEST_NAME = 1000
"""Characters of a column's name."""

Name = Annotated[str, Meta(max_length=LONGEST_NAME)]
Coordinate = Annotated[float, Meta(ge=-FARTHEST_DRAWN, le=FARTHEST_DRAWN)]

DATASETS = {
    "classification": ("circle", "xor", "gauss", "spiral", "drawn", "table"),
    "regression": ("reg-plane", "reg-gauss", "drawn", "table"),
}
"""The datasets of each problem; the first is taken where the one that was chosen is of another."""

MOST_CLASSES = 6
"""Classes that points can be drawn of."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All choices. Every one can be changed at any time; those in `LIVE` without beginning anew.

    Attributes:
        problem: What is learned.
        dataset: Where the points come from: a generator of `problems`, points drawn by hand, or a table.
        noise: Of the generators, in percent.
        share: Percent of the points that train; the others judge.
        points: How many a generator makes; null for the usual number.
        data_seed: Of the points and their split.
        features: What enters the network, of generated and drawn points.
        inputs: As they are, or by mean and deviation.
        categories: How a category of a table enters: an input for each level, or one number.
        hidden: Neurons of each hidden layer.
        activation: Of the hidden layers.
        kernel_initializer: Initial weights.
        seed: Of the initial weights and of the order of rows.
        loss: Squared error of ±1 after tanh, or softmax with cross-entropy; of numbers always the first.
        optimizer: What takes the steps.
        learning_rate: Size of a step.
        batch: Rows of a step.
        penalty: On Σ|w| or Σw² over all weights.
        penalty_rate: How much it counts beside the mean loss.
        restarts: Networks that train side by side, each from its own weights.
        speed: Epochs that pass from one picture to the next.
        drawn: Points drawn by hand: x, y, and class number or value.
        target: Column of the table that is predicted; "" for the last.
        across: Column of the table that the plane shows from left to right; "" to choose one.
        up: The same from bottom to top.
        view: Which plane a table is seen in: of two columns, or of its two principal components.
        row: Row, of those of the table that are used, at which all other columns stand.
    """

    problem: Problem = "classification"
    dataset: Literal["circle", "xor", "gauss", "spiral", "reg-plane", "reg-gauss", "drawn", "table"] = "circle"
    noise: Annotated[int, Meta(ge=0, le=50)] = 0
    share: Annotated[int, Meta(ge=10, le=90)] = 50
    points: Annotated[int, Meta(ge=20, le=5000)] | None = None
    data_seed: Seed = 0
    features: Annotated[tuple[ToyFeature, ...], Meta(min_length=1, max_length=7)] = ("x", "y")
    inputs: Literal["raw", "normalised"] = "raw"
    categories: Literal["one-hot", "number"] = "one-hot"
    hidden: Annotated[tuple[Annotated[int, Meta(ge=1, le=WIDEST)], ...], Meta(max_length=MOST_LAYERS)] = (4, 2)
    activation: Literal[
        "tanh", "relu", "sigmoid", "linear", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus"
    ] = "tanh"
    kernel_initializer: Literal["glorot_uniform", "he_normal", "uniform(0.5)", "normal(0.01)", "normal(3)", "zeros"] = (
        "glorot_uniform"
    )
    seed: Seed = 0
    loss: Literal["mean_squared_error", "cross_entropy"] = "mean_squared_error"
    optimizer: Literal["sgd", "adam", "rmsprop", "adagrad"] = "sgd"
    learning_rate: Annotated[float, Meta(ge=1e-6, le=100)] = 0.03
    batch: Annotated[int, Meta(ge=1, le=1000)] = 10
    penalty: Literal["none", "l1", "l2"] = "none"
    penalty_rate: Annotated[float, Meta(ge=0, le=100)] = 0.0
    restarts: Annotated[int, Meta(ge=1, le=16)] = 1
    speed: Literal["1", "10", "100", "growing", "fastest"] = "growing"
    drawn: Annotated[tuple[tuple[Coordinate, Coordinate, Coordinate], ...], Meta(max_length=MOST_DRAWN)] = ()
    target: Name = ""
    across: Name = ""
    up: Name = ""
    view: Literal["plane", "pca"] = "plane"
    row: Annotated[int, Meta(ge=0, lt=2**31)] = 0

    def __post_init__(self) -> None:
        if self.dataset not in DATASETS[self.problem]:
            raise ValueError(f"{self.dataset} is not a dataset for {self.problem}")
        if len(set(self.features)) < len(self.features):
            raise ValueError("each feature can be chosen once")
        if self.problem == "regression" and self.loss == "cross_entropy":
            raise ValueError("cross_entropy is for classes; numbers are learned by mean_squared_error")
        if self.dataset == "drawn" and self.problem == "classification":
            classes = {value for _, _, value in self.drawn}
            if not classes <= set(range(MOST_CLASSES)):
                raise ValueError(f"the classes of drawn points are numbered from 0 to {MOST_CLASSES - 1}")


LIVE = frozenset(
    {"learning_rate", "batch", "penalty", "penalty_rate", "optimizer", "speed", "across", "up", "view", "row"}
)
"""Choices that change while the network goes on training."""

PLANE = frozenset({"across", "up", "view", "row"})
"""Choices that change only how a network is seen."""


WORDS = {
    "`int`": "a whole number",
    "`float`": "a number",
    "`str`": "a text",
    "`array`": "a list",
    "`object`": "several things by name",
    "`null`": "nothing",
}
"""msgspec's names of types, and what people call them."""

LONGEST, MOST_SAID = 60, 200
"""Characters of a choice that are shown where it is refused, and of the reason."""


def changed(settings: Settings, choices: Mapping[str, Any]) -> Settings:
    """Settings with some choices in place of their own.

    A problem that is chosen alone brings a dataset and a loss that fit it.

    Raises:
        PlaygroundError: A choice is unknown, of the wrong type, out of its range, or does not fit the others.
    """
    new = {**msgspec.structs.asdict(settings), **choices}
    problem = choices.get("problem")
    if isinstance(problem, str) and problem in DATASETS:
        fitting = DATASETS[problem]
        if "dataset" not in choices and settings.dataset not in fitting:
            new["dataset"] = fitting[0]
        if "loss" not in choices and problem == "regression":
            new["loss"] = "mean_squared_error"
    try:
        return msgspec.convert(new, Settings)
    except msgspec.ValidationError as error:
        raise PlaygroundError(describe_error(str(error), new)) from error


def describe_error(said: str, choices: Mapping[str, Any]) -> str:
    """What msgspec says of a choice that cannot be, as a sentence."""
    reason, _, place = said.partition(" - at `$.")
    name = place.rstrip("`").partition("[")[0]
    for word, plain in WORDS.items():
        reason = reason.replace(word, plain)
    reason = reason if len(reason) <= MOST_SAID else f"{reason[:MOST_SAID]} …"
    if not name or name not in choices:
        return f"this cannot be set: {reason}"
    shown = json.dumps(choices[name], ensure_ascii=False, default=str)
    return f"{name.replace('_', ' ')} cannot be {shown[:LONGEST]}: {reason[0].lower()}{reason[1:]}"


def differing(one: Settings, other: Settings) -> set[str]:
    """The names of the choices that differ."""
    return {name for name in Settings.__struct_fields__ if getattr(one, name) != getattr(other, name)}
