"""What networks are worth, on rows that they did not train on; and probabilities calibrated there."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Float64

from ffnn.learning.preparing import Prepared
from ffnn.learning.validating import Judged
from ffnn.models.model import Model
from ffnn.scores import baselines, calibration, metrics
from ffnn.tables.rows import Rows
from ffnn.tables.targets import HeadsTarget, Target
from ffnn.training.restarts import Trained


def outputs_out_of_fold(
    model: Model, trained: Trained, judged: Judged
) -> list[tuple[Bool[np.ndarray, " rows"], Float32[np.ndarray, "judged outputs"]]]:
    """For each restart which of the judged rows validate it, and what its network gives for them; none if none do."""
    judges, inputs = judged.judges, judged.part.inputs
    each = [judges[restart % len(judges)] for restart in trained.restarts] if judges else []
    return [(judging, model.network_outputs(place, inputs.take(judging))) for place, judging in enumerate(each)]


def calibrated(target: Target, outside: list[tuple[Any, Any]], ready: Prepared) -> Target:
    """The target with the temperatures at which the restarts were as sure as they were right, out of fold."""
    rows = np.concatenate([np.flatnonzero(judging) for judging, _ in outside])
    logits = np.concatenate([outputs for _, outputs in outside])
    targets, weights = ready.targets[rows], None if ready.weights is None else ready.weights[rows]
    if isinstance(target, HeadsTarget):
        each = zip(target.parts(logits), targets.T, strict=True)
        return target.at([calibration.temperature(own, its, weights) for own, its in each])
    return target.at([calibration.temperature(logits, targets, weights)])


def scores(
    model: Model,
    outside: list[tuple[Any, Any]],
    rivals: dict[str, baselines.Outputs],
    judged: Judged,
    training: Rows,
    held_out: Rows,
) -> dict[str, Any]:
    """All scores of a training run, by what they are of; and how many rows there were."""
    counts = {"train": len(training), "test": len(held_out)}
    found: dict[str, Any] = {"rows": counts}
    if judged.rows is not training:
        counts["validation"] = len(judged.rows)
    if outside:
        found["validation"] = out_of_fold(model, outside, judged.rows)
    return {**found, **test_scores(model, rivals, held_out)} if len(held_out) else found


def out_of_fold(model: Model, outside: list[tuple[Any, Any]], rows: Rows) -> metrics.Scores:
    """Scores on rows that validated, each predicted by the restarts that did not train on it, and their spread.

    Slightly optimistic, since the same rows chose each restart's best epoch.
    """
    sums: Float64[np.ndarray, "rows outputs"] = np.zeros((len(rows), model.target.outputs))
    times = np.zeros(len(rows))
    each = []
    for judging, raw in outside:
        outputs = model.target.decode(raw)
        sums[judging] += outputs
        times[judging] += 1
        part = rows.take(judging)
        each.append(model.score(outputs, part.answers, part.weights))
    there = times > 0
    names = [name for name, value in each[0].items() if isinstance(value, float)]
    each = [scores for scores in each if all(scores[name] is not None for name in names)]
    spread = {name: metrics.spread([scores[name] for scores in each]) for name in names} if len(each) > 1 else {}
    part = rows.take(there)
    return {**model.score(sums[there] / times[there, None], part.answers, part.weights), "spread": spread}


def test_scores(model: Model, rivals: dict[str, baselines.Outputs], held_out: Rows) -> dict[str, metrics.Scores]:
    """Scores of the model and of the baselines, on rows that none of them saw."""
    unseen = model.encoder.encode(held_out.cells)
    scores = {"test": model.score(model.outputs(unseen), held_out.answers, held_out.weights)}
    numbers = model.encoder.one_hot(unseen)
    for name, outputs in rivals.items():
        scores[name] = model.score(model.target.decode(outputs(numbers)), held_out.answers, held_out.weights)
    return scores
