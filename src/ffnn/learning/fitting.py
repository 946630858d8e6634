"""Every restart trained on prepared rows, and the baselines fitted meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Int32

from ffnn.learning.plan import Deadline, Trying, Watch
from ffnn.learning.preparing import Prepared
from ffnn.recipes.recipe import Settled
from ffnn.scores import baselines
from ffnn.training import restarts, trial
from ffnn.training.restarts import Record, Trained

TRIAL = 0.2
"""Share of a time limit after which a trial ends."""


def fit_restarts(ready: Prepared, **choices: Any) -> Trained:
    """Train every restart on prepared rows."""
    return restarts.train(ready.network, ready.inputs, ready.targets, ready.recipe, weights=ready.weights, **choices)


def with_frequency(ready: Prepared, until: Deadline, **choices: Any) -> Prepared:
    """The same with the frequency of periodic numbers that a trial finds, where one is lacking."""

    def train(recipe: Settled, *, numbers: Int32[np.ndarray, " restarts"], frequencies: Sequence[float]) -> Trained:
        starts = [ready.with_recipe(replace(recipe, frequency=one)).network for one in frequencies]
        seen = lambda record: until(Trying(record.progress), TRIAL)  # noqa: E731
        return fit_restarts(ready.with_recipe(recipe), numbers=numbers, starts=starts, watch=seen, **choices)

    return ready.with_recipe(trial.tried(ready.recipe, len(ready.targets), train))


def together(
    run: Callable[..., Trained],
    fit: Callable[[], dict[str, baselines.Outputs]],
    watch: Watch,
) -> tuple[Trained, dict[str, baselines.Outputs]]:
    """Train, and fit the baselines meanwhile: from the first record on the program is compiled, and Python is idle."""
    fitting: list[Future[dict[str, baselines.Outputs]]] = []
    with ThreadPoolExecutor(1) as aside:

        def tell(record: Record) -> object:
            if not fitting:
                fitting.append(aside.submit(fit))
            return watch(record)

        trained = run(watch=tell)
    return trained, fitting[0].result()
