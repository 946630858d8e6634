"""The same networks once more, on all rows, when it is known for how long."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ffnn.learning import preparing
from ffnn.learning.fitting import fit_restarts
from ffnn.learning.problem import Problem
from ffnn.models.model import Model
from ffnn.models.record import History
from ffnn.recipes.recipe import Settled
from ffnn.tables.targets import ClassTarget, HeadsTarget, Target
from ffnn.training.restarts import Record, Trained
from ffnn.training.steps import Steps


def history_of(trained: Trained) -> History:
    """What is kept of a training run."""
    return History(trained.restarts, trained.best_epoch, trained.loss, trained.validation_loss, trained.diverged)


def refit(
    model: Model, recipe: Settled, trained: Trained, problem: Problem, start: Model | None, *, seed: int, **choices: Any
) -> Steps[Record, Model]:
    """The same restarts trained again on all rows, each for the epochs that were its best; history and scores stay.

    A refit that is asked to end before its time is of no use: then the model is returned as it was.
    """
    ready = preparing.prepare(problem.rows, model.schema, problem.task, recipe, seed, start, trivial=True)
    if start is not None:
        choices["parameters"] = tuple(
            {name: array[trained.places] for name, array in its.items()} for its in start.parameters
        )
    ready = replace(ready, target=ready.target.at([head.temperature for head in model.target.heads]))
    again = yield from fit_restarts(
        ready, numbers=trained.restarts, epochs=trained.best_epoch, seed=seed, stage="refit", **choices
    )
    if again.ended == "asked":
        return model
    sound = np.isin(trained.restarts, again.restarts)
    past = {name: array if name == "diverged" else array[sound] for name, array in vars(history_of(trained)).items()}
    rows_of = {"rows": {**model.scores["rows"], "refit": len(problem.rows)}}
    scores = {**widened(model.scores, model.target, ready.target), **rows_of}
    parts = (model.schema, ready.encoder, ready.target, ready.network, again.parameters)
    return Model(*parts, recipe=recipe, history=History(**past), scores=scores)


def widened(scores: dict[str, Any], before: Target, after: Target) -> dict[str, Any]:
    """Scores whose confusion matrices have room for the classes that only rows held out showed."""
    if isinstance(before, HeadsTarget) and isinstance(after, HeadsTarget):
        heads = {old.name: (old, new) for old, new in zip(before.heads, after.heads, strict=True)}
        return {
            name: {
                **each,
                "targets": {of: widened({of: its}, *heads[of])[of] for of, its in each["targets"].items()},
            }
            if "targets" in each
            else each
            for name, each in scores.items()
        }
    if not (isinstance(before, ClassTarget) and isinstance(after, ClassTarget)):
        return scores
    places = [after.labels.index(label) for label in before.labels]

    def wide(confusion: list[list[int]]) -> list[list[int]]:
        table = np.zeros((after.outputs + len(confusion) - before.outputs, after.outputs), int)
        table[np.ix_([*places, after.outputs][: len(confusion)], places)] = confusion
        return [list(map(int, row)) for row in table]

    return {
        name: {**each, "confusion": wide(each["confusion"])} if "confusion" in each else each
        for name, each in scores.items()
    }
