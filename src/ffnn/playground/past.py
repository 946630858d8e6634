"""What has happened so far: losses by epoch, moments to go back to, events to be marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from jaxtyping import Float32

if TYPE_CHECKING:
    from ffnn.training.live import Snapshot

MOST_SNAPSHOTS = 200
"""Snapshots that are kept; when there are more, every second goes."""

MOST_BYTES = 2**26
"""Bytes of all snapshots together."""

MOST_POINTS = 64
"""Epochs of the curve that one picture brings, at most."""

MOST_TOLD = 4096
"""Epochs of the curve that are kept, and that wait for a picture; of more, every second goes."""

MOST_MARKS = 100
"""Marks that are kept; the oldest go."""

Marks: TypeAlias = list[tuple[int, str]]
"""What was changed: epoch and text."""

Points: TypeAlias = Float32[np.ndarray, "points columns"]


class Snapshots:
    """Snapshots of a run, from its beginning to its newest good one."""

    def __init__(self) -> None:
        self.kept: list[Snapshot] = []

    def add(self, moment: Snapshot) -> None:
        """Keep one; it is later than all before."""
        if self.kept and self.kept[-1].epoch == moment.epoch:
            self.kept.pop()
        self.kept.append(moment)
        most = max(2, min(MOST_SNAPSHOTS, MOST_BYTES // moment.size))
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
    """Losses of every epoch since the last picture, and of fewer before it; marks where something was changed.

    Each part is float32 [epochs, 1 + 2 restarts]: epoch, training losses, losses on the rows that judge.

    Attributes:
        newest: The last epoch of it.
    """

    def __init__(self, restarts: int) -> None:
        self._none: Points = np.zeros((0, 1 + 2 * restarts), np.float32)
        self._new, self._told = [self._none], self._none
        self._most = MOST_POINTS
        self.newest = 0
        self._marks: Marks = []
        self._told_marks: Marks = []

    def mark(self, epoch: int, text: str) -> None:
        """Something was changed after that epoch."""
        self._marks = [*self._marks, (epoch, text)][-MOST_MARKS:]

    def marks_taken(self) -> Marks:
        """The marks since the last picture."""
        new, self._marks = self._marks, []
        self._told_marks = [*self._told_marks, *new][-MOST_MARKS:]
        return new

    def add(
        self,
        first: int,
        loss: Float32[np.ndarray, "epochs restarts"],
        score: Float32[np.ndarray, "epochs restarts"],
    ) -> None:
        """Take in some epochs, of which the first has that number."""
        epochs = np.arange(first, first + len(loss), dtype=np.float32)
        self.newest = first + len(loss) - 1
        self._new.append(np.concatenate([epochs[:, None], loss, score], axis=1))
        if sum(map(len, self._new)) > MOST_TOLD:
            self._new = [halved(np.concatenate(self._new))]

    def taken(self) -> Points:
        """The epochs since the last picture, thinned, the newest among them."""
        new = np.concatenate(self._new)
        if len(new) > self._most:
            new = new[np.linspace(0, len(new) - 1, self._most).round().astype(int)]
        self._most = MOST_POINTS
        self._new, self._told = [self._none], np.concatenate([self._told, new])
        if len(self._told) > MOST_TOLD:
            self._told = halved(self._told)
        return new

    def cut(self, epoch: int) -> None:
        """Forget what is later."""
        self.newest = min(self.newest, epoch)
        new = np.concatenate(self._new)
        self._new, self._told = [new[new[:, 0] <= epoch]], self._told[self._told[:, 0] <= epoch]
        self._marks, self._told_marks = (
            [mark for mark in marks if mark[0] <= epoch] for marks in (self._marks, self._told_marks)
        )

    def again(self) -> None:
        """A page is there that knows nothing of what was told."""
        self._new, self._told, self._most = [self._told, *self._new], self._none, MOST_TOLD
        self._marks, self._told_marks = [*self._told_marks, *self._marks][-MOST_MARKS:], []


def halved(points: Points) -> Points:
    """Every second one, the newest among them."""
    return points[::-2][::-1]
