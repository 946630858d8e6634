"""Where ours stands among its peers: figures of the same splits side by side, ranks and ratios."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from scipy.stats import gmean, rankdata

LEAST_LOG_LOSS = 1e-4
"""What a smaller log loss counts as in a ratio."""

LEAST_RMSE = 1e-12
"""The same of a root mean squared error, whatever its unit: no ratio divides by 0."""

NETWORKS = ("sk", "sk256")
"""scikit-learn's networks; ours is held against the better of them, table by table."""

RECORDED_NAMES = {
    "table": "dataset",
    "learner": "model",
    "log_loss": "logloss",
    "fit_seconds": "fit_s",
    "predict_seconds": "predict_s",
}
"""Our names of a result, with those of the peers' recorded figures where they differ."""


@dataclass(frozen=True)
class Result:
    """What a learner reached on one split of a table.

    Attributes:
        table: The table's name.
        learner: Name of a recipe of ours or of a peer.
        seed: The split's.
        train: Rows that learned.
        test: Rows that judged.
        fit_seconds: Wall time to fit, compiling included.
        predict_seconds: Wall time to predict the rows that judged.
        error: Share of the rows that are wrong; None where numbers are predicted.
        log_loss: Mean of -log p(true class) in nats; None where numbers are predicted.
        rmse: Root mean squared error in the target's unit; None where classes are predicted.
        run: When the run began that measured it; empty for a recorded figure.
    """

    table: str
    learner: str
    seed: int
    train: int
    test: int
    fit_seconds: float
    predict_seconds: float
    error: float | None = None
    log_loss: float | None = None
    rmse: float | None = None
    run: str = ""

    @property
    def wrong(self) -> int:
        """Wrong rows: a whole number, so that equal errors compare equal."""
        return round((self.error or 0.0) * self.test)


Several: TypeAlias = "list[Result]"
"""Results of one learner on one table, a seed each, in the same order for every learner."""

Standings: TypeAlias = "dict[str, dict[str, Several]]"
"""Results by table and learner."""


def recorded(path: Path) -> list[Result]:
    """The peers' recorded figures; those that failed left out."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    there = [line for line in lines if "failed" not in line]
    names = {name: RECORDED_NAMES.get(name, name) for name in Result.__dataclass_fields__}
    return [Result(**{ours: line[theirs] for ours, theirs in names.items() if theirs in line}) for line in there]


def side_by_side(results: Iterable[Result], ours: str) -> Standings:
    """Results of the splits that ours ran; on a table where a peer lacks one of them, it is left out.

    Raises:
        ValueError: A peer's figure is of other rows.
    """
    found: dict[tuple[str, str], dict[int, Result]] = {}
    for result in results:
        found.setdefault((result.table, result.learner), {})[result.seed] = result
    standings: Standings = {table: {ours: there(seeds, seeds)} for (table, who), seeds in found.items() if who == ours}
    for (table, learner), seeds in found.items():
        own = found.get((table, ours), {})
        if own and own.keys() <= seeds.keys():
            standings[table][learner] = there(seeds, own)
    for table, learners in standings.items():
        for learner, several in learners.items():
            for result, own_one in zip(several, learners[ours], strict=True):
                if (result.train, result.test) != (own_one.train, own_one.test):
                    raise ValueError(
                        f"{table}, seed {result.seed}: {learner} has {result.train} + {result.test} rows, "
                        f"{ours} has {own_one.train} + {own_one.test}; only the same rows can be compared"
                    )
    return standings


def there(seeds: Mapping[int, Result], wanted: Iterable[int]) -> Several:
    """The results of the wanted seeds, in order."""
    return [seeds[seed] for seed in sorted(wanted)]


def classifies(several: Several) -> bool:
    """Whether classes are predicted."""
    return several[0].error is not None


def mean(several: Several, name: str) -> float:
    """The mean of a figure over the splits."""
    return float(np.mean([getattr(result, name) for result in several]))


def score(several: Several) -> float:
    """The share of wrong rows over all splits, or the mean RMSE."""
    if classifies(several):
        return sum(result.wrong for result in several) / sum(result.test for result in several)
    return mean(several, "rmse")


def smoothed(several: Several) -> float:
    """What enters a ratio: (wrong + 1) / (rows + 2) over all splits, or the mean RMSE."""
    if classifies(several):
        return (sum(result.wrong for result in several) + 1) / (sum(result.test for result in several) + 2)
    return max(mean(several, "rmse"), LEAST_RMSE)


def log_loss(several: Several) -> float:
    """What enters a ratio: the mean log loss, or `LEAST_LOG_LOSS`."""
    return max(mean(several, "log_loss"), LEAST_LOG_LOSS)


def ratio(standings: Standings, ours: str, peer: str, measure: Callable[[Several], float]) -> float | None:
    """The geometric mean of ours / the peer's over the tables where the peer ran; below 1 ours is better.

    None where there is no such table, or ours is the peer.
    """
    ratios = [measure(each[ours]) / measure(each[peer]) for each in standings.values() if peer in each and peer != ours]
    return float(gmean(ratios)) if ratios else None


def mean_ranks(standings: Standings, learners: list[str], measure: Callable[[Several], float]) -> dict[str, float]:
    """The mean rank of each learner over the tables where all ran, from 1 for the smallest; ties share their mean."""
    tables = [each for each in standings.values() if all(learner in each for learner in learners)]
    if not tables:
        return {}
    ranks = np.mean([rankdata([measure(each[learner]) for learner in learners]) for each in tables], axis=0)
    return dict(zip(learners, map(float, ranks), strict=True))


def difference(ours: Several, theirs: Several) -> tuple[float, float]:
    """The mean of ours − theirs and its standard error.

    Over several splits it is that of the paired differences. On one split there are no losses row by row, so it is that
    of two independent figures, wider than a paired one: √(Σ e(1 − e) / rows) of errors; of RMSE √(Σ RMSE² / 2 rows),
    which holds for normal errors.
    """
    name = "error" if classifies(ours) else "rmse"
    apart = np.array([getattr(one, name) - getattr(other, name) for one, other in zip(ours, theirs, strict=True)])
    if len(apart) > 1:
        return float(apart.mean()), float(apart.std(ddof=1) / math.sqrt(len(apart)))
    values, rows = np.array([getattr(each[0], name) for each in (ours, theirs)]), ours[0].test
    variances = values * (1 - values) / rows if classifies(ours) else values**2 / (2 * rows)
    return float(apart[0]), float(np.sqrt(variances.sum()))


def against_networks(standings: Standings, ours: str) -> dict[str, list[str]]:
    """On which tables ours was held against the better of `NETWORKS`, and was worse by more than a standard error."""
    compared = {table: each for table, each in standings.items() if all(name in each for name in NETWORKS)}
    worse = []
    for table, each in compared.items():
        apart, standard_error = difference(each[ours], min((each[name] for name in NETWORKS), key=score))
        if apart > standard_error:
            worse.append(table)
    return {"compared": list(compared), "worse": worse}


def times_beside(standings: Standings, ours: str, peer: str, name: str) -> float | None:
    """The geometric mean of the ratios of seconds, over the tables that one run timed for both."""

    def timed_together(each: dict[str, Several]) -> bool:
        runs = {result.run for result in each[ours] + each[peer]}
        return len(runs) == 1 and "" not in runs

    beside = {table: each for table, each in standings.items() if peer in each and timed_together(each)}
    return ratio(beside, ours, peer, lambda several: mean(several, name))


def summary(standings: Standings, ours: str) -> dict[str, Any]:
    """All that is said of the whole, for JSON; None where nothing can be compared."""
    learners = [ours, *sorted({name for each in standings.values() for name in each} - {ours})]
    classes = {table: each for table, each in standings.items() if classifies(each[ours])}
    ranks, ranks_of_loss = mean_ranks(standings, learners, score), mean_ranks(classes, learners, log_loss)
    return {
        "tables": len(standings),
        "ranked_tables": sum(all(name in each for name in learners) for each in standings.values()),
        "learners": {
            name: {
                "tables": sum(name in each for each in standings.values()),
                "rank": ranks.get(name),
                "rank_log_loss": ranks_of_loss.get(name),
                "ratio": ratio(standings, ours, name, smoothed),
                "ratio_log_loss": ratio(classes, ours, name, log_loss),
                "ratio_fit": times_beside(standings, ours, name, "fit_seconds"),
                "ratio_predict": times_beside(standings, ours, name, "predict_seconds"),
            }
            for name in learners
        },
        "networks": against_networks(standings, ours),
    }


def figures(several: Several) -> dict[str, Any]:
    """The means over the splits, for JSON."""
    names = ("error", "log_loss") if classifies(several) else ("rmse",)
    counts = {"seeds": len(several), "train": several[0].train, "test": several[0].test}
    return counts | {name: mean(several, name) for name in (*names, "fit_seconds", "predict_seconds")}
