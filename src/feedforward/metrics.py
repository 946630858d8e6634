"""Scores from arrays: how good predictions are on rows whose answer is known. NumPy alone."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Float, Float64, Int

Scores: TypeAlias = dict[str, Any]
"""Scores by name: floats; `rows` an integer; `confusion` a list of rows of counts. None where one is not defined."""

SMALLEST_PROBABILITY = float(np.finfo(np.float32).eps)
"""What a probability of 0 counts as in the log loss, so that one sure and wrong row does not make it infinite."""


def classification(codes: Int[np.ndarray, " rows"], probabilities: Float[np.ndarray, "rows classes"]) -> Scores:
    """Scores of a classifier.

    Args:
        codes: The true class number of each row; -1 for a class that the model does not know, which is always wrong.
        probabilities: Of each class, in the order of the class numbers.

    Returns:
        rows; accuracy, the share of right rows; balanced_accuracy, the mean over classes of the share of their rows
        that are right; log_loss, the mean of -log p(true class) in nats; auc, the area under the ROC curve (the mean
        of each class against the rest where there are more than two); confusion, counts by true class and predicted.
    """
    classes = probabilities.shape[1]
    known = codes >= 0
    predicted = probabilities.argmax(axis=1)
    right = predicted == codes
    confusion = np.bincount(codes[known] * classes + predicted[known], minlength=classes**2).reshape(classes, classes)
    seen = confusion.sum(axis=1) > 0
    recalls = confusion.diagonal()[seen] / confusion.sum(axis=1)[seen]
    return {
        "rows": len(codes),
        "accuracy": float(right.mean()),
        "balanced_accuracy": float(recalls.mean()) if seen.any() else None,
        "log_loss": log_loss(codes, probabilities),
        "auc": area_under_curves(codes[known], probabilities[known]),
        "confusion": confusion.tolist(),
    }


def regression(numbers: Float[np.ndarray, " rows"], predicted: Float[np.ndarray, " rows"]) -> Scores:
    """Scores of predicted numbers.

    Returns:
        rows; rmse, the root of the mean squared error, and mae, the mean absolute error, in the target's unit;
        r2, the share of the target's variance that is explained (None where all numbers are equal).
    """
    errors = predicted - numbers
    spread = float(np.mean((numbers - numbers.mean()) ** 2))
    squared = float(np.mean(errors**2))
    return {
        "rows": len(numbers),
        "rmse": squared**0.5,
        "mae": float(np.mean(np.abs(errors))),
        "r2": 1 - squared / spread if spread > 0 and np.ptp(numbers) > 0 else None,
    }


def log_loss(codes: Int[np.ndarray, " rows"], probabilities: Float[np.ndarray, "rows classes"]) -> float:
    """Mean of -log p(true class) in nats; a class that is not known has probability 0."""
    true = np.where(codes >= 0, probabilities[np.arange(len(codes)), codes], 0.0)
    return float(np.mean(-np.log(np.maximum(true, SMALLEST_PROBABILITY))))


def area_under_curves(
    codes: Int[np.ndarray, " rows"], probabilities: Float[np.ndarray, "rows classes"]
) -> float | None:
    """Area under the ROC curve; of more than two classes the mean over those that occur, each against the rest."""
    if probabilities.shape[1] == 2:
        return area_under_curve(codes == 1, probabilities[:, 1])
    areas = [area_under_curve(codes == number, scores) for number, scores in enumerate(probabilities.T)]
    defined = [area for area in areas if area is not None]
    return float(np.mean(defined)) if defined else None


def area_under_curve(positive: np.ndarray, scores: Float[np.ndarray, " rows"]) -> float | None:
    """The probability that a positive row scores above a negative one, ties counting half; None without both.

    Source: Mann and Whitney 1947; equal to the area under the ROC curve (Hanley and McNeil 1982).
    """
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return None
    ranks = middle_ranks(scores)
    return float((ranks[positive].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def middle_ranks(scores: Float[np.ndarray, " rows"]) -> Float64[np.ndarray, " rows"]:
    """The rank of each score from 1; equal scores share the middle of their ranks."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]
