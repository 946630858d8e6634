"""Loss functions: how far a network's outputs are from the targets, one number for each row.

Written once in the array-API standard, for NumPy and JAX. Outputs of classifiers are logits, before the softmax or
sigmoid: the loss takes both together, so that no logarithm of 0 can arise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from jaxtyping import Float, Int, Shaped

from ffnn.errors import RecipeError, near
from ffnn.networks.activations import excess, log_softmax
from ffnn.networks.arrays import Array

Smoothing: TypeAlias = float | Float[Array, ""]
RowLoss = Callable[[Array, Array, Smoothing], Array]


def total(
    name: str,
    targets: Shaped[Array, "..."],
    outputs: Float[Array, "rows outputs"],
    weights: Float[Array, " rows"],
    label_smoothing: Smoothing = 0.0,
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """The weighted sum of a batch's losses, and what to divide it by: Σ weights, or 1 for `sum_of_squares`.

    Two numbers, so that the parts of a batch, an epoch or a validation fold add up.
    """
    xp = outputs.__array_namespace__()
    loss = xp.sum(weights * named(name)(targets, outputs, label_smoothing))
    return loss, xp.ones_like(loss) if name == "sum_of_squares" else xp.sum(weights)


@dataclass(frozen=True)
class HeadsLoss:
    """The mean of the losses of several heads, each of which is a part of the outputs with targets of its own.

    The mean, as that of several numbers, so that a rate or a penalty is worth the same for any number of heads.

    Attributes:
        name: The name of each head's loss.
        classes: How many outputs each head has, in their order.
    """

    name: str
    classes: tuple[int, ...]

    @property
    def figures(self) -> int:
        """No further figures are watched."""
        return 0

    def __call__(
        self,
        targets: Int[Array, "rows heads"],
        outputs: Float[Array, "rows outputs"],
        weights: Float[Array, " rows"],
        label_smoothing: Smoothing = 0.0,
    ) -> tuple[Float[Array, ""], Float[Array, ""], Float[Array, "0"]]:
        """What `total` gives, and no further figures."""
        xp = outputs.__array_namespace__()
        at, loss, count = 0, xp.zeros((), dtype=outputs.dtype), xp.sum(weights)
        for head, classes in enumerate(self.classes):
            part, count = total(self.name, targets[:, head], outputs[:, at : at + classes], weights, label_smoothing)
            at, loss = at + classes, loss + part
        return loss / len(self.classes), count, xp.zeros(0, dtype=outputs.dtype)


def sum_of_squares(
    targets: Float[Array, "rows outputs"], outputs: Float[Array, "rows outputs"], _smoothing: Smoothing
) -> Float[Array, " rows"]:
    """Σ (y - t)² over the outputs, summed over the batch too. Source: lecture, "Training the network"."""
    xp = outputs.__array_namespace__()
    return xp.sum((outputs - targets) ** 2, axis=-1)


def mean_squared_error(
    targets: Float[Array, "rows outputs"], outputs: Float[Array, "rows outputs"], _smoothing: Smoothing
) -> Float[Array, " rows"]:
    """Mean of (y - t)² over the outputs."""
    xp = outputs.__array_namespace__()
    return xp.mean((outputs - targets) ** 2, axis=-1)


def mean_absolute_error(
    targets: Float[Array, "rows outputs"], outputs: Float[Array, "rows outputs"], _smoothing: Smoothing
) -> Float[Array, " rows"]:
    """Mean of |y - t| over the outputs; derivative 0 where they agree (that of JAX's `abs` is 1)."""
    xp = outputs.__array_namespace__()
    return xp.mean((outputs - targets) * xp.sign(outputs - targets), axis=-1)


def huber(
    targets: Float[Array, "rows outputs"], outputs: Float[Array, "rows outputs"], _smoothing: Smoothing
) -> Float[Array, " rows"]:
    """Half the square up to a distance of 1, linear beyond; mean over the outputs. Source: Huber 1964."""
    xp = outputs.__array_namespace__()
    distance = xp.abs(outputs - targets)
    return xp.mean(xp.where(distance <= 1, 0.5 * (outputs - targets) ** 2, distance - 0.5), axis=-1)


def cross_entropy(
    targets: Shaped[Array, "..."], outputs: Float[Array, "rows classes"], smoothing: Smoothing
) -> Float[Array, " rows"]:
    """-Σ t_i log softmax(y)_i. Source: lecture, "Cross-entropy loss function".

    Args:
        targets: Class numbers, integers [rows], or one-hot or other probabilities, floats [rows, classes].
        outputs: Logits.
        smoothing: Share of each target that is spread evenly over all classes (Szegedy et al. 2016, section 7).
    """
    xp = outputs.__array_namespace__()
    classes = outputs.shape[-1]
    if targets.ndim < outputs.ndim:
        targets = xp.astype(targets[..., None] == xp.arange(classes), outputs.dtype)
    targets = (1 - smoothing) * targets + smoothing / classes
    # 0 log 0 is 0: a class that is ruled out, by a logit of -inf, costs nothing where it is not the target.
    return xp.sum(targets * xp.where(targets == 0, 0, -log_softmax(outputs)), axis=-1)


def binary_cross_entropy(
    targets: Float[Array, "rows outputs"], outputs: Float[Array, "rows outputs"], smoothing: Smoothing
) -> Float[Array, " rows"]:
    """-t log p - (1 - t) log(1 - p) with p = sigmoid(y), mean over the outputs; targets 0 to 1, outputs logits."""
    xp = outputs.__array_namespace__()
    targets = (1 - smoothing) * targets + smoothing / 2
    # softplus(y) - t y, without the difference of two large numbers.
    missed = xp.where(outputs >= 0, (1 - targets) * outputs, -targets * outputs)
    return xp.mean(missed + excess(outputs), axis=-1)


LOSSES: dict[str, RowLoss] = {
    "sum_of_squares": sum_of_squares,
    "mean_squared_error": mean_squared_error,
    "mean_absolute_error": mean_absolute_error,
    "huber": huber,
    "cross_entropy": cross_entropy,
    "binary_cross_entropy": binary_cross_entropy,
}


def named(name: str) -> RowLoss:
    """The loss function of that name: (targets, outputs, smoothing) → one loss for each row.

    Raises:
        RecipeError: There is none of that name.
    """
    if name not in LOSSES:
        raise RecipeError(f"there is no loss {name!r}; {near(name, LOSSES)}")
    return LOSSES[name]
