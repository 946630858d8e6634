"""What a training run says on its way, and what asks it to end."""

from __future__ import annotations

import math
import time as clock
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ffnn.errors import ChoiceError
from ffnn.learning.preparing import Prepared
from ffnn.learning.problem import Problem
from ffnn.recipes.choices import real_number
from ffnn.tables.contract import Finding
from ffnn.training.restarts import Record


@dataclass(frozen=True)
class Plan:
    """What was understood of the table and will be done with it; reported before training starts.

    Attributes:
        problem: The table, understood.
        ready: The rows that train and validate, as the network takes them; its recipe and its network.
        train_rows: How many those are.
        test_rows: Rows for the scores, which nothing learns from.
        parted: How the test rows were chosen, in a few words.
        findings: How the test rows differ from the training rows.
    """

    problem: Problem
    ready: Prepared
    train_rows: int
    test_rows: int
    parted: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Trying:
    """Frequencies are being tried out, before training.

    Attributes:
        progress: Share of the trial that is done, 0 to 1.
    """

    progress: float


Event: TypeAlias = Plan | Trying | Record
Watch: TypeAlias = Callable[[Event], object]


class Deadline:
    """A watch that also asks training to end when its time is over."""

    def __init__(self, seconds: Any, watch: Watch) -> None:
        self.began, self.watch, self.seconds = clock.monotonic(), watch, math.inf
        self.asked = False
        if seconds is not None:
            rule = "must be a positive number of seconds"
            self.seconds = real_number("the time limit", seconds, lambda given: given > 0, rule, ChoiceError)

    def __call__(self, event: Event, share: float = 1.0) -> bool:
        """Tell the watch; whether training is to end."""
        self.asked |= bool(self.watch(event))
        return self.asked or clock.monotonic() - self.began >= share * self.seconds

    def half(self, event: Event) -> bool:
        """The same, with half the time: the rest is for the refit, which takes about as long."""
        return self(event, 0.5)
