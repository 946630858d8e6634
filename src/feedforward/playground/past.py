"""What has happened so far: losses by epoch, moments to go back to, events to be marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32

if TYPE_CHECKING:
    from feedforward.training.live import Snapshot

MOST_MOMENTS = 200
"""Moments that are kept; when there are more, every second goes."""

MOST_BYTES = 2**26
"""Bytes of all moments together."""

MOST_POINTS = 64
"""Epochs of the curve that one picture brings, at most."""


class Moments:
    """Snapshots of a run, from its beginning to its newest good one."""

    def __init__(self) -> None:
        self.kept: list[Snapshot] = []

    def add(self, moment: Snapshot) -> None:
        """Keep one; it is later than all before."""
        if self.kept and self.kept[-1].epoch == moment.epoch:
            self.kept.pop()
        self.kept.append(moment)
        most = max(8, min(MOST_MOMENTS, MOST_BYTES // moment.size))
        if len(self.kept) > most:
            self.kept = [*self.kept[:-1:2], self.kept[-1]]

    def nearest(self, epoch: int) -> Snapshot:
        """The moment nearest to an epoch."""
        return min(self.kept, key=lambda moment: abs(moment.epoch - epoch))

    def cut(self, epoch: int) -> None:
        """Forget what is later."""
        self.kept = [moment for moment in self.kept if moment.epoch <= epoch]

    @property
    def epochs(self) -> list[int]:
        """When they were."""
        return [moment.epoch for moment in self.kept]


class Curve:
    """Losses of every epoch since the last picture."""

    def __init__(self) -> None:
        self.parts: list[Float32[np.ndarray, "epochs columns"]] = []

    def add(
        self,
        first: int,
        loss: Float32[np.ndarray, "epochs restarts"],
        score: Float32[np.ndarray, "epochs restarts"],
    ) -> None:
        """Take in some epochs, of which the first has that number."""
        epochs = np.arange(first, first + len(loss), dtype=np.float32)
        self.parts.append(np.concatenate([epochs[:, None], loss, score], axis=1))

    def taken(self, restarts: int) -> Float32[np.ndarray, "points columns"]:
        """The epochs so far, thinned, the newest among them; and begin anew.

        Columns: epoch, training losses, losses on the rows that judge.
        """
        everything = np.concatenate(self.parts or [np.zeros((0, 1 + 2 * restarts), np.float32)])
        self.parts = []
        if len(everything) > MOST_POINTS:
            everything = everything[np.linspace(0, len(everything) - 1, MOST_POINTS).round().astype(int)]
        return everything
