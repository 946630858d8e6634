"""Probabilities as sure as they are right."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float32, Int32

COLDEST, HOTTEST = 1 / 20, 20.0
"""The temperatures among which one is sought."""


def temperature(
    logits: Float32[np.ndarray, "rows classes"],
    targets: Int32[np.ndarray, " rows"],
    weights: Float32[np.ndarray, " rows"] | None = None,
) -> float:
    """What to divide logits by, so that the cross-entropy of rows that trained nothing is least.

    Every target leaves the share 1 / (weight of all rows + 2) to all classes alike: rows that are all right would else
    ask for no doubt at all. Source: Guo et al. 2017, "On calibration of modern neural networks", section 4.2 (one
    temperature); Platt 1999, "Probabilistic outputs for support vector machines", section 2.2 (targets below 1).

    Args:
        logits: Outputs before the softmax.
        targets: Class numbers.
        weights: How much each row counts; 1 each if None.
    """
    from scipy.optimize import minimize_scalar  # slow to import, and for this alone

    logits = logits.astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)  # first, so that what counts keeps its digits next to a large logit
    counts = np.ones(len(targets)) if weights is None else weights.astype(np.float64)
    doubt = 1 / (counts.sum() + 2)
    aimed = (1 - doubt) * logits[np.arange(len(targets)), targets] + doubt * logits.mean(axis=1)

    def cross_entropy(log_temperature: float) -> float:
        warmth = np.exp(log_temperature)
        return float(counts @ (np.log(np.exp(logits / warmth).sum(axis=1)) - aimed / warmth))

    found = minimize_scalar(cross_entropy, bounds=np.log([COLDEST, HOTTEST]), method="bounded")
    return float(np.exp(found.x))
