"""Scores from arrays: how good predictions are on rows whose true value is known. NumPy alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias, TypedDict

import msgspec
import numpy as np
from jaxtyping import Bool, Float, Float64, Int

Scores: TypeAlias = dict[str, Any]
"""Scores by name: floats; `rows` an integer; `confusion` a list of rows of counts. None where one is not defined."""

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1)]
NotNegative: TypeAlias = Annotated[float, msgspec.Meta(ge=0)]


class Spread(TypedDict, total=False):
    """What scores out of fold have besides: the deviation over the restarts."""

    spread: dict[str, float]


class ClassScores(Spread):
    """What `classification` gives, for whoever reads it from a file."""

    rows: Count
    accuracy: Share
    balanced_accuracy: Share | None
    log_loss: NotNegative
    auc: Share | None
    confusion: list[list[Count]]


class NumberScores(Spread):
    """What `regression` gives."""

    rows: Count
    rmse: NotNegative
    mae: NotNegative
    r2: float | None


class SeveralScores(Spread):
    """What `regressions` gives."""

    rows: Count
    r2: float | None
    targets: dict[str, NumberScores]


class SeveralClassScores(Spread):
    """What `classifications` gives."""

    rows: Count
    subset_accuracy: Share
    accuracy: Share
    balanced_accuracy: Share | None
    log_loss: NotNegative
    auc: Share | None
    targets: dict[str, ClassScores]


SMALLEST_PROBABILITY = float(np.finfo(np.float32).eps)
"""What a probability of 0 counts as in the log loss, so that one sure and wrong row does not make it infinite."""


def classification(
    codes: Int[np.ndarray, " rows"],
    probabilities: Float[np.ndarray, "rows classes"],
    weights: Float[np.ndarray, " rows"] | None = None,
) -> Scores:
    """Scores of a classifier.

    Args:
        codes: The true class number of each row; -1, -2, … for classes that the model does not know, which are always
            wrong.
        probabilities: Of each class, in the order of the class numbers.
        weights: Sample weights; 1 each if None.

    Returns:
        rows; accuracy, the share of right rows; balanced_accuracy, the mean over all true classes of the share of
        their rows that are right; log_loss, the mean of -log p(true class) in nats; auc, the area under the ROC curve
        (the mean of each class against the rest where there are more than two) of rows of known classes; confusion,
        counts of rows, whatever they weigh, by true class and predicted, and then of all unknown classes, if there are
        any.
    """
    classes = probabilities.shape[1]
    weights = np.ones(len(codes)) if weights is None else weights
    known = codes >= 0
    predicted = probabilities.argmax(axis=1)
    right = predicted == codes
    true = np.where(known, codes, classes)
    rows = classes + (not known.all())
    confusion = np.bincount(true * classes + predicted, minlength=rows * classes).reshape(rows, classes)
    places = np.unique(codes, return_inverse=True)[1]
    weight_of_class = np.bincount(places, weights)
    seen = weight_of_class > 0
    recalls = np.bincount(places, weights * right)[seen] / weight_of_class[seen]
    return {
        "rows": len(codes),
        "accuracy": float(np.average(right, weights=weights)),
        "balanced_accuracy": float(recalls.mean()) if seen.any() else None,
        "log_loss": float(np.average(log_losses(codes, probabilities), weights=weights)),
        "auc": area_under_curves(codes[known], probabilities[known], weights[known]),
        "confusion": confusion.tolist(),
    }


def regression(
    numbers: Float[np.ndarray, " rows"],
    predicted: Float[np.ndarray, " rows"],
    weights: Float[np.ndarray, " rows"] | None = None,
) -> Scores:
    """Scores of predicted numbers.

    Args:
        numbers: The true numbers.
        predicted: The predicted ones.
        weights: Sample weights; 1 each if None.

    Returns:
        rows; rmse, the root of the mean squared error, and mae, the mean absolute error, in the target's unit;
        r2, the share of the target's variance that is explained (None where all numbers are equal, or so near to each
        other that the share is beyond all numbers).
    """
    errors = predicted - numbers
    deviation = root_mean_square(numbers - np.average(numbers, weights=weights), weights)
    rmse = root_mean_square(errors, weights)
    ratio = rmse / deviation if deviation > 0 and np.ptp(numbers) > 0 else math.inf
    return {
        "rows": len(numbers),
        "rmse": rmse,
        "mae": float(np.average(np.abs(errors), weights=weights)),
        "r2": 1 - ratio**2 if ratio < LARGEST_RATIO else None,
    }


LARGEST_RATIO = 1e150
"""Of an error to the deviation of what is predicted; its square is still a number."""


def spread(values: Sequence[float]) -> float:
    """Their standard deviation (of the population), however large they are."""
    return root_mean_square(np.array(values) - np.mean(values))


def root_mean_square(values: Float[np.ndarray, " rows"], weights: Float[np.ndarray, " rows"] | None = None) -> float:
    """The root of the mean square; no square overflows or vanishes, whatever the unit."""
    scale = math.ldexp(1.0, math.frexp(float(np.abs(values).max()))[1] - 1)  # a power of two rounds nothing
    return math.sqrt(np.average((values / scale) ** 2, weights=weights)) * scale


def regressions(
    names: Sequence[str],
    numbers: Float[np.ndarray, "rows targets"],
    predicted: Float[np.ndarray, "rows targets"],
    weights: Float[np.ndarray, " rows"] | None = None,
) -> Scores:
    """Scores of several targets.

    Returns:
        rows; r2, the mean over the targets, which is all that can be averaged over different units; targets, the
        scores of each by its name.
    """
    each = {name: regression(numbers[:, place], predicted[:, place], weights) for place, name in enumerate(names)}
    explained = [scores["r2"] for scores in each.values() if scores["r2"] is not None]
    return {"rows": len(numbers), "r2": float(np.mean(explained)) if explained else None, "targets": each}


def classifications(
    names: Sequence[str],
    codes: Int[np.ndarray, "rows targets"],
    probabilities: Sequence[Float[np.ndarray, "rows _"]],
    weights: Float[np.ndarray, " rows"] | None = None,
) -> Scores:
    """Scores of several targets of classes.

    Args:
        names: The targets' names.
        codes: The true class numbers of each target; as for `classification`.
        probabilities: Of each target, those of its classes.
        weights: Sample weights; 1 each if None.

    Returns:
        rows; subset_accuracy, the share of rows of which every target is right; accuracy, balanced_accuracy, log_loss
        and auc, the means over the targets (those that have one); targets, the scores of each by its name.
    """
    predicted = np.column_stack([each.argmax(axis=1) for each in probabilities])
    each = [classification(its, own, weights) for its, own in zip(codes.T, probabilities, strict=True)]
    means: Scores = {}
    for score in ("accuracy", "balanced_accuracy", "log_loss", "auc"):
        defined = [scores[score] for scores in each if scores[score] is not None]
        means[score] = float(np.mean(defined)) if defined else None
    right = (predicted == codes).all(axis=1)
    whole = {"rows": len(codes), "subset_accuracy": float(np.average(right, weights=weights))}
    return {**whole, **means, "targets": dict(zip(names, each, strict=True))}


def log_losses(
    codes: Int[np.ndarray, " rows"], probabilities: Float[np.ndarray, "rows classes"]
) -> Float64[np.ndarray, " rows"]:
    """-log p(true class) of each row, in nats; a class that is not known has probability 0."""
    true = np.where(codes >= 0, probabilities[np.arange(len(codes)), np.maximum(codes, 0)], 0.0)
    return -np.log(np.maximum(true, SMALLEST_PROBABILITY))


def area_under_curves(
    codes: Int[np.ndarray, " rows"],
    probabilities: Float[np.ndarray, "rows classes"],
    weights: Float[np.ndarray, " rows"],
) -> float | None:
    """Area under the ROC curve; of more than two classes the mean over those that occur, each against the rest."""
    if probabilities.shape[1] == 2:
        return area_under_curve(codes == 1, probabilities[:, 1], weights)
    areas = [area_under_curve(codes == number, scores, weights) for number, scores in enumerate(probabilities.T)]
    defined = [area for area in areas if area is not None]
    return float(np.mean(defined)) if defined else None


def area_under_curve(
    positive: Bool[np.ndarray, " rows"], scores: Float[np.ndarray, " rows"], weights: Float[np.ndarray, " rows"]
) -> float | None:
    """The probability that a positive row scores above a negative one, ties counting half; None without both.

    Source: Mann and Whitney 1947; equal to the area under the ROC curve (Hanley and McNeil 1982).
    """
    places = np.unique(scores, return_inverse=True)[1]
    positives = np.bincount(places, weights * positive)
    negatives = np.bincount(places, weights * ~positive)
    if not positives.sum() or not negatives.sum():
        return None
    beaten = np.cumsum(negatives) - negatives / 2
    return float(positives @ beaten / (positives.sum() * negatives.sum()))


NORMAL_95 = 1.959964
"""Half the width, in standard errors, of the interval that holds 95 % of a normal distribution."""


def paired(first: Float[np.ndarray, " rows"], second: Float[np.ndarray, " rows"]) -> Scores:
    """How much the second of two models differs from the first, measured on the very same rows.

    Args:
        first: A measure of each row under the first model.
        second: The same measure of the same row under the second model.

    Returns:
        first and second, the means; difference, second - first; low and high, its 95 % interval by the normal
        approximation to the mean of the paired differences (None for a single row).
    """
    differences = second - first
    mean, rows = float(differences.mean()), len(differences)
    half = NORMAL_95 * root_mean_square(differences - mean) / (rows - 1) ** 0.5 if rows > 1 else None
    return {
        "first": float(first.mean()),
        "second": float(second.mean()),
        "difference": mean,
        "low": None if half is None else mean - half,
        "high": None if half is None else mean + half,
    }
