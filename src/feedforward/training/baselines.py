"""What any network must beat: a constant, and a linear model on the same inputs. Small and exact, without JAX."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, Float32, Int32, Shaped

RIDGE = 1e-3
"""Penalty on the squared weights, as a share of the mean loss: only to keep them finite."""

Outputs = Callable[[Float32[np.ndarray, "rows inputs"]], Float[np.ndarray, "rows outputs"]]


def fit(
    numbers: Float32[np.ndarray, "rows inputs"], targets: Shaped[np.ndarray, "rows ..."], classes: int | None
) -> dict[str, Outputs]:
    """Every baseline by its name: what it makes of the inputs of other rows, logits or numbers."""
    return {"linear": linear(numbers, targets, classes), "constant": constant(targets, classes)}


def constant(targets: Shaped[np.ndarray, "rows ..."], classes: int | None) -> Outputs:
    """The training rows' class shares (as logits) or mean, whatever the inputs.

    Args:
        targets: Class numbers, or numbers [rows, outputs].
        classes: How many classes there are; None for numbers.
    """
    if classes is None:
        always = targets.mean(axis=0)
    else:
        always = np.log(np.maximum(np.bincount(targets, minlength=classes), 1e-9) / len(targets))
    return lambda numbers: np.broadcast_to(always, (len(numbers), len(always)))


def linear(
    numbers: Float32[np.ndarray, "rows inputs"], targets: Shaped[np.ndarray, "rows ..."], classes: int | None
) -> Outputs:
    """Linear regression by least squares, or logistic regression by L-BFGS; both with a slight ridge."""
    ones = np.column_stack([numbers, np.ones(len(numbers), np.float32)])
    weights = least_squares(ones, targets) if classes is None else logistic(ones, targets, classes)
    return lambda numbers: numbers @ weights[:-1] + weights[-1]


def least_squares(
    ones: Float32[np.ndarray, "rows inputs"], targets: Float32[np.ndarray, "rows outputs"]
) -> Float[np.ndarray, "inputs outputs"]:
    """Weights of linear regression; the last row is the bias."""
    x = ones.astype(np.float64)
    return np.linalg.solve(x.T @ x / len(x) + RIDGE * np.eye(x.shape[1]), x.T @ targets / len(x))


def logistic(
    ones: Float32[np.ndarray, "rows inputs"], codes: Int32[np.ndarray, " rows"], classes: int
) -> Float[np.ndarray, "inputs classes"]:
    """Weights of multinomial logistic regression; the last row is the bias."""
    from scipy.optimize import minimize  # a quarter of a second to import, and for this alone

    shape = (ones.shape[1], classes)
    rows = np.arange(len(ones))

    def loss(flat: Float[np.ndarray, " weights"]) -> tuple[float, Float[np.ndarray, " weights"]]:
        weights = flat.reshape(shape).astype(np.float32)
        logits = ones @ weights
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        sums = powers.sum(axis=1, keepdims=True)
        value = np.mean(np.log(sums[:, 0]) - logits[rows, codes], dtype=np.float64) + 0.5 * RIDGE * (flat @ flat)
        powers /= sums
        powers[rows, codes] -= 1
        return value, (ones.T @ powers / len(ones)).astype(np.float64).ravel() + RIDGE * flat

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return np.asarray(found.x.reshape(shape))
