"""What a training run says on its way, and what asks it to end."""

from __future__ import annotations

import math
import time as clock
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar, cast

from ffnn.errors import ChoiceError, TrainingError
from ffnn.learning.preparing import Prepared
from ffnn.learning.problem import Problem
from ffnn.models.model import Model
from ffnn.recipes.choices import real_number
from ffnn.tables.contract import Finding
from ffnn.training.restarts import Record
from ffnn.training.steps import Steps, passed_on

Made = TypeVar("Made")


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
        validated: What the training rows are for, and what validates, in a few words.
    """

    problem: Problem
    ready: Prepared
    train_rows: int
    test_rows: int
    parted: str
    findings: tuple[Finding, ...]
    validated: str


Event: TypeAlias = Plan | Record
Watch: TypeAlias = Callable[[Event], object]


class Deadline:
    """When training is to end: when its time is over, or somebody asks for it."""

    def __init__(self, seconds: Any) -> None:
        self.began, self.seconds = clock.monotonic(), math.inf
        self.asked = False
        if seconds is not None:
            rule = "must be a positive number of seconds"
            self.seconds = real_number("the time limit", seconds, lambda given: given > 0, rule, ChoiceError)

    def kept(self, steps: Steps[Record, Made], share: float = 1.0) -> Steps[Record, Made]:
        """The same work, which is asked to end after that share of the time, or once somebody asked for the end."""

        def tell(record: Record) -> Generator[Record, object, bool]:
            self.asked |= bool((yield record))
            return self.asked or clock.monotonic() - self.began >= share * self.seconds

        return passed_on(steps, tell)


class TrainingRun:
    """A training run that is taken step by step; made by `ffnn.training_run`.

    Iterating takes it on, and gives a `Record` after each epoch, or after each part of a long one: of the trial of
    frequencies, where there is one; of training; of the refit, where there is one. Iteration that was left goes on
    where it was. `model` ends it.

    Attributes:
        plan: What was understood of the table and will be done with it.

    Example:
        >>> import ffnn
        >>> run = ffnn.training_run({"x": range(100), "y": [0.0, 1.0] * 50}, "y", recipe="plain", hidden=(4,), epochs=9)
        >>> for record in run:
        ...     if record.epoch == 3:
        ...         break
        >>> run.model.history.loss.shape[1]
        3
    """

    def __init__(self, steps: Steps[Event, Model]) -> None:
        self._steps = steps
        self.plan = cast(Plan, next(steps))
        self._begun = False
        self._model: Model | None = None

    def __iter__(self) -> Iterator[Record]:
        self._begun = True
        while record := self._next():
            yield record

    @property
    def model(self) -> Model:
        """The model: that of the whole run, or where its iteration was left, the best so far.

        Raises:
            TrainingError: Training gave no network.
        """
        while self._model is None:
            self._next(asked=self._begun)
        return self._model

    def watched(self, watch: Watch) -> Model:
        """The model of the whole run, of which a watch is told; it ends earlier where this returns true of a record."""
        watch(self.plan)
        for record in self:
            if watch(record):
                break
        return self.model

    def _next(self, asked: bool = False) -> Record | None:
        """What is known after the next step; None after the last."""
        try:
            return cast(Record, self._steps.send(asked))
        except StopIteration as end:
            if end.value is not None:
                self._model = end.value
            if self._model is None:
                raise TrainingError("this training run ended in an error, so it has no model") from None
            return None


Arguments = ParamSpec("Arguments")


def step_by_step(story: Callable[Arguments, Steps[Event, Model]]) -> Callable[Arguments, TrainingRun]:
    """A function whose steps are taken by whoever called it."""

    @wraps(story)
    def begun(*arguments: Arguments.args, **words: Arguments.kwargs) -> TrainingRun:
        return TrainingRun(story(*arguments, **words))

    return begun


def after_each_epoch(watch: Watch, on_epoch: Callable[[Record], object]) -> Watch:
    """A watch that also tells of each epoch of training."""
    told = 0

    def both(event: Event) -> bool:
        nonlocal told
        asked = bool(watch(event))
        if isinstance(event, Record) and event.stage == "training" and event.epoch > told:
            told = event.epoch
            asked |= bool(on_epoch(event))
        return asked

    return both
