"""What is kept of a training run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float32, Int32

Origin = Literal["train", "playground"]
"""Where a model comes from: a training run of `train` or the estimators, or a network of the playground."""


@dataclass(frozen=True, eq=False)
class History:
    """How training went.

    Attributes:
        restarts: The number, from 0, of each restart that is kept; those that diverged are not.
        best_epoch: The epoch, from 1, whose parameters each kept.
        loss: Mean training loss of each restart and epoch; the largest float32 where it is not finite.
        score: Mean validation loss of each restart and epoch.
        diverged: Of each restart that was begun, the epoch in which it diverged; 0 if it did not.
    """

    restarts: Int32[np.ndarray, " restarts"]
    best_epoch: Int32[np.ndarray, " restarts"]
    loss: Float32[np.ndarray, "restarts epochs"]
    score: Float32[np.ndarray, "restarts epochs"]
    diverged: Int32[np.ndarray, " begun"]
