"""Every restart trained on prepared rows, and the baselines fitted meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Int32

from ffnn.learning.preparing import Prepared
from ffnn.recipes.recipe import Settled
from ffnn.scores import baselines
from ffnn.training import restarts, trial
from ffnn.training.restarts import Record, Trained
from ffnn.training.steps import Steps, passed_on


def fit_restarts(ready: Prepared, *, loss: str, **choices: Any) -> Steps[Record, Trained]:
    """Train every restart on prepared rows; see `restarts.steps`."""
    choices |= {"loss": ready.loss(loss), "weights": ready.weights}
    return restarts.steps(ready.network, ready.inputs, ready.targets, ready.recipe, **choices)


def with_frequency(ready: Prepared, **choices: Any) -> Steps[Record, Prepared]:
    """The same with the frequency of periodic numbers that a trial finds, where one is lacking."""

    def train(
        recipe: Settled, *, numbers: Int32[np.ndarray, " restarts"], frequencies: Sequence[float]
    ) -> Steps[Record, Trained]:
        starts = [ready.with_recipe(replace(recipe, frequency=one)).network for one in frequencies]
        return fit_restarts(ready.with_recipe(recipe), numbers=numbers, starts=starts, stage="trial", **choices)

    return ready.with_recipe((yield from trial.tried(ready.recipe, len(ready.targets), train)))


def together(
    run: Steps[Record, Trained], fit: Callable[[], dict[str, baselines.Outputs]]
) -> Steps[Record, tuple[Trained, dict[str, baselines.Outputs]]]:
    """Train, and fit the baselines meanwhile: from the first record on the program is compiled, and Python is idle."""
    fitting: list[Future[dict[str, baselines.Outputs]]] = []
    with ThreadPoolExecutor(1) as aside:

        def tell(record: Record) -> Generator[Record, object, object]:
            if not fitting:
                fitting.append(aside.submit(fit))
            return (yield record)

        trained = yield from passed_on(run, tell)
    return trained, fitting[0].result()
