"""What any network must beat: a constant, and a linear model on the same inputs. Small and exact, without JAX."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Float32, Int32, Shaped

RIDGE = 1e-3
"""Penalty on the squared weights, as a share of the mean loss: only to keep them finite."""

BLOCK = 8192
"""Rows that least squares holds in float64 at once."""

Outputs = Callable[[Float32[np.ndarray, "rows inputs"]], Float[np.ndarray, "rows outputs"]]


def fit_baselines(
    numbers: Float32[np.ndarray, "rows inputs"],
    targets: Shaped[np.ndarray, "rows ..."],
    classes: int | tuple[int, ...] | None,
    weights: Float32[np.ndarray, " rows"] | None = None,
) -> dict[str, Outputs]:
    """Every baseline by its name: what it makes of the inputs of other rows, logits or numbers.

    Args:
        numbers: The training rows' inputs.
        targets: Class numbers, [rows] or, of several heads, [rows, heads]; or numbers [rows, outputs].
        classes: How many classes there are, of each head where there are several; None for numbers.
        weights: How much each row counts, not negative and not all 0; 1 each if None.
    """
    if isinstance(classes, tuple):
        heads = [fit_baselines(numbers, its, own, weights) for its, own in zip(targets.T, classes, strict=True)]
        return {name: side_by_side([head[name] for head in heads]) for name in heads[0]}
    given = np.ones(len(targets)) if weights is None else weights.astype(np.float64)
    shares = given / given.sum()
    return {"linear": linear(numbers, targets, classes, shares), "constant": constant(targets, classes, shares)}


def side_by_side(heads: Sequence[Outputs]) -> Outputs:
    """The outputs of several heads, one after the other."""
    return lambda numbers: np.concatenate([outputs(numbers) for outputs in heads], axis=1)


def constant(
    targets: Shaped[np.ndarray, "rows ..."], classes: int | None, shares: Float[np.ndarray, " rows"]
) -> Outputs:
    """The training rows' class shares (as logits) or mean, whatever the inputs; `shares` of the rows sum to 1."""
    if classes is None:
        always = shares @ targets
    else:
        always = np.log(np.maximum(np.bincount(targets, shares, classes), 1e-9 / len(targets)))
    return lambda numbers: np.broadcast_to(always, (len(numbers), len(always)))


def linear(
    numbers: Float32[np.ndarray, "rows inputs"],
    targets: Shaped[np.ndarray, "rows ..."],
    classes: int | None,
    shares: Float[np.ndarray, " rows"],
) -> Outputs:
    """Linear regression by least squares, or logistic regression by L-BFGS; both with a slight ridge."""
    if classes is None:
        weights = least_squares(numbers, targets, shares)
    else:
        weights = logistic(numbers, targets, classes, shares)
    return lambda numbers: numbers @ weights[:-1] + weights[-1]


def least_squares(
    numbers: Float32[np.ndarray, "rows inputs"],
    targets: Float32[np.ndarray, "rows outputs"],
    shares: Float[np.ndarray, " rows"],
) -> Float[np.ndarray, "inputs+1 outputs"]:
    """Weights of linear regression, from sums over blocks of rows; the last row is the bias."""
    size = numbers.shape[1] + 1
    squares, products = RIDGE * np.eye(size), np.zeros((size, targets.shape[1]))
    for at in range(0, len(numbers), BLOCK):
        part = slice(at, at + BLOCK)
        x = np.column_stack([numbers[part].astype(np.float64), np.ones(len(numbers[part]))])
        weighted = (x * shares[part, None]).T
        squares += weighted @ x
        products += weighted @ targets[part]
    return np.linalg.solve(squares, products)


def logistic(
    numbers: Float32[np.ndarray, "rows inputs"],
    codes: Int32[np.ndarray, " rows"],
    classes: int,
    shares: Float[np.ndarray, " rows"],
) -> Float[np.ndarray, "inputs+1 classes"]:
    """Weights of multinomial logistic regression; the last row is the bias."""
    from scipy.optimize import minimize  # a quarter of a second to import, and for this alone

    shape = (numbers.shape[1] + 1, classes)
    rows = np.arange(len(numbers))
    thin = shares.astype(np.float32)[:, None]

    def loss(flat: Float[np.ndarray, " weights"]) -> tuple[float, Float[np.ndarray, " weights"]]:
        weights = flat.reshape(shape).astype(np.float32)
        logits = numbers @ weights[:-1] + weights[-1]
        logits -= logits.max(axis=1, keepdims=True)
        powers = np.exp(logits)
        sums = powers.sum(axis=1, keepdims=True)
        value = shares @ (np.log(sums[:, 0]) - logits[rows, codes]) + 0.5 * RIDGE * (flat @ flat)
        powers /= sums
        powers[rows, codes] -= 1
        powers *= thin
        gradient = np.concatenate([numbers.T @ powers, powers.sum(axis=0, keepdims=True)])
        return float(value), gradient.astype(np.float64).ravel() + RIDGE * flat

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 100})
    return np.asarray(found.x.reshape(shape))
