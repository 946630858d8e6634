"""From rows to what a network takes: encoder, target, inputs, targets and weights, and the loss that fits the task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64, Int32, Shaped

from ffnn.errors import ChoiceError, RecipeError, near
from ffnn.learning import starting
from ffnn.models.model import Model
from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Dropout, Layer, LayerNorm, Network, Numbers
from ffnn.networks.losses import HeadsLoss
from ffnn.networks.tabular import Embedding, Periodic, Scale, Tangent
from ffnn.recipes.recipe import CLASS_LOSSES, NUMBER_LOSSES, Recipe, Settled
from ffnn.recipes.settling import settled
from ffnn.tables.columns.schema import Schema
from ffnn.tables.encoding.encoder import Encoder, fit_encoder
from ffnn.tables.rows import Rows
from ffnn.tables.targets import ClassTarget, HeadsTarget, Target, Task, fit_target, format_label
from ffnn.training.starts import EXERCISE, stream

MOST_PERIODIC = 128
"""Numbers that get periodic mixtures: of so many columns, the mixtures would take longer than the rest."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """Rows as a network takes them, and what was learned of them on the way.

    Attributes:
        encoder: From columns to inputs.
        target: From answers to targets, and from outputs back.
        recipe: The choices of the training run, none of them open.
        network: As many outputs as the target needs.
        inputs: What enters the network.
        targets: What should come out: class numbers, [rows, targets] of several targets, or standardised numbers.
        weights: How much each row counts, 1 on average; None for all alike.
    """

    encoder: Encoder
    target: Target
    recipe: Settled
    network: Network
    inputs: Inputs
    targets: Shaped[np.ndarray, "rows ..."]
    weights: Float32[np.ndarray, " rows"] | None

    def with_recipe(self, recipe: Settled) -> Prepared:
        """The same rows, for a network of that recipe."""
        numbers, codes = self.encoder.measured.tolist(), self.encoder.codes
        return replace(self, recipe=recipe, network=network_of(recipe, self.target.outputs, numbers, codes))

    def loss(self, name: str) -> str | HeadsLoss:
        """The loss of that name, over each of the target's heads where there are several."""
        return HeadsLoss(name, self.target.classes) if isinstance(self.target, HeadsTarget) else name


def prepare(
    training: Rows, seen: Schema, task: Task, recipe: Recipe, seed: int, start: Model | None = None,
    *, trivial: bool = False,
) -> Prepared:  # fmt: skip
    """Fit encoder and target to rows, make arrays of them, and choose what the recipe leaves open.

    With a model to start from, encoder, target and network are that model's; `trivial` is for `fit_target`.
    """
    if start is not None:
        recipe = starting.as_begun(recipe, start)
        target, encoder = start.target, start.encoder
        starting.check(start, training, seen, task)
    else:
        target = fit_target(training.answers, task, training.weights, clip=recipe.clip_outputs, trivial=trivial)
        encoder = encoder_for(recipe, training.cells, seen, training.weights)
    targets = target.encode(training.answers)
    inputs = encoder.encode(training.cells, stream(seed, EXERCISE))
    weights = training.weights
    if recipe.class_weight is not None:
        weights = class_weights(target, targets, weights, recipe.class_weight)
    if weights is not None:
        weights = (weights / weights.mean()).astype(np.float32)
    recipe = settled(recipe, classes=target.classes is not None, rows=len(targets))
    network = network_of(recipe, target.outputs, encoder.measured.tolist(), encoder.codes)
    if start is not None and network != start.network:
        raise ChoiceError("training can only go on with the layers of the model that it starts from; leave them as is")
    return Prepared(encoder, target, recipe, network, inputs, targets, weights)


def encoder_for(
    recipe: Recipe, cells: pl.DataFrame, seen: Schema, weights: Float64[np.ndarray, " rows"] | None = None
) -> Encoder:
    """The encoder of a recipe, fitted to rows."""
    return fit_encoder(
        cells,
        seen,
        scaling=recipe.scaling,
        whitening=recipe.whitening,
        embedding=recipe.embedding > 0,
        weights=weights,
    )


def network_of(recipe: Recipe, outputs: int, numbers: Sequence[int] = (), codes: Sequence[int] = ()) -> Network:
    """The network of a recipe: hidden layers of its sizes, then `outputs` linear neurons.

    Args:
        recipe: Layers and activation of which are settled.
        outputs: Number of outputs.
        numbers: Which inputs are numbers, not categories.
        codes: How many codes each category has that is to be embedded.

    Raises:
        RecipeError: Layers are still open.
    """
    if recipe.hidden is None or recipe.activation is None:
        raise RecipeError("hidden layers and activation are None until the table is known: recipes.settling")
    periodic = recipe.periodic and 0 < len(numbers) <= MOST_PERIODIC
    layers: list[Layer] = [Embedding(tuple(codes), recipe.embedding)] if codes else []
    places = tuple(map(int, numbers))
    layers.append(Periodic(places, highest=recipe.frequency or 1.0) if periodic else Numbers())
    if recipe.input_scale:
        layers.append(Scale())
    for units in recipe.hidden:
        layers.append(dense(recipe, units, recipe.activation))
        if recipe.layer_norm:
            layers.append(LayerNorm())
        if recipe.dropout:
            layers.append(Dropout(recipe.dropout))
    layers.append(dense(recipe, outputs, "linear"))
    return Network(tuple(layers))


def dense(recipe: Recipe, units: int, activation: str) -> Layer:
    """A layer of neurons, in the recipe's parametrization."""
    if recipe.parametrization == "tangent":
        return Tangent(units, activation)
    return Dense(units, activation, recipe.kernel_initializer)


def class_weights(
    target: Target,
    codes: Int32[np.ndarray, " rows"],
    weights: Float64[np.ndarray, " rows"] | None,
    chosen: str | Mapping[str, float],
) -> Float64[np.ndarray, " rows"]:
    """Row weights times those of the classes: `balanced` gives all classes the same sum, a mapping says each factor.

    Raises:
        RecipeError: The target is a number, or there are several, or the mapping names an unknown class, or leaves no
            weight.
    """
    if isinstance(target, HeadsTarget):
        raise RecipeError("class_weight is for one target of classes; weigh the rows where there are several")
    if not isinstance(target, ClassTarget):
        raise RecipeError("class_weight is for classes; this target is a number")
    weights = np.ones(len(codes)) if weights is None else weights
    if isinstance(chosen, str):
        sums = np.bincount(codes, weights, target.outputs)
        factors = weights.sum() / (target.outputs * sums)
    else:
        labels = [format_label(label) for label in target.labels]
        for label in chosen:
            if label not in labels:
                raise RecipeError(f"class_weight names an unknown class {label!r}; {near(label, labels)}")
        factors = np.array([float(chosen.get(label, 1.0)) for label in labels])
    if not factors.any():
        raise RecipeError("class_weight gives every class that occurs the weight 0, so nothing would be learned")
    return np.asarray(weights * (factors / factors.max())[codes])


def loss_for(task: Task, recipe: Recipe) -> str:
    """The recipe's loss function, or the task's own.

    Raises:
        RecipeError: The recipe's loss or its label smoothing does not fit the task.
    """
    fitting = CLASS_LOSSES if task == "classification" else NUMBER_LOSSES
    if recipe.loss not in (None, *fitting):
        raise RecipeError(f"loss {recipe.loss} does not fit {task}; use one of {', '.join(fitting)}")
    if task == "regression" and recipe.label_smoothing:
        raise RecipeError("label smoothing is for classes; this target is a number")
    return recipe.loss or fitting[0]
