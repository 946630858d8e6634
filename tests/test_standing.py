"""Ranks, ratios and standard errors of the bench, against figures worked out by hand."""

from __future__ import annotations

import json
import math

import pytest

import standing
from standing import Result, side_by_side


def result(table, learner, error=None, seed=0, *, rmse=None, log_loss=None, test=100, seconds=1.0, run="now"):
    losses = {"error": error, "log_loss": error if log_loss is None else log_loss, "rmse": rmse}
    return Result(table, learner, seed, 400, test, seconds, seconds / 10, **losses, run=run)


def test_only_the_splits_that_ours_ran_are_compared():
    ours = [result("a", "ours", 0.1, seed) for seed in (1, 0)]
    whole = [result("a", "whole", 0.2, seed) for seed in (0, 1, 2)]
    found = side_by_side([*whole, *ours, result("a", "part", 0.2, 1), result("b", "whole", 0.2)], "ours")
    assert found.keys() == {"a"}
    assert {name: [each.seed for each in several] for name, several in found["a"].items()} == {
        "ours": [0, 1],
        "whole": [0, 1],
    }


def test_a_later_figure_takes_the_place_of_an_earlier_one():
    found = side_by_side([result("a", "ours", 0.1), result("a", "sk", 0.3, run=""), result("a", "sk", 0.2)], "ours")
    assert found["a"]["sk"] == [result("a", "sk", 0.2)]


def test_figures_of_other_rows_are_refused():
    with pytest.raises(ValueError, match=r"a, seed 0: sk has 400 \+ 99 rows, ours has 400 \+ 100; only the same rows"):
        side_by_side([result("a", "ours", 0.1), result("a", "sk", 0.1, test=99)], "ours")


def test_errors_of_a_few_rows_are_smoothed_over_all_splits():
    several = [result("a", "ours", 0.1, test=30), result("a", "ours", 0.0, seed=1, test=30)]
    assert standing.score(several) == 3 / 60
    assert standing.smoothed(several) == 4 / 62
    assert standing.smoothed([result("a", "ours", 1 - 29 / 30, test=30)]) == 2 / 32  # 0.0333… × 30 is not quite 1
    assert standing.smoothed([result("a", "ours", rmse=2.5)]) == 2.5


def test_ratios_are_geometric_means_over_the_tables_where_a_peer_ran():
    found = side_by_side(
        [
            *(result("a", name, error) for name, error in (("ours", 0.01), ("x", 0.07))),
            *(result("b", name, rmse=rmse) for name, rmse in (("ours", 9.0), ("x", 1.0), ("y", 3.0))),
        ],
        "ours",
    )
    assert standing.ratio(found, "ours", "x", standing.smoothed) == pytest.approx(math.sqrt(2 / 8 * 9))
    assert standing.ratio(found, "ours", "y", standing.smoothed) == pytest.approx(3)
    assert standing.ratio(found, "ours", "z", standing.smoothed) is None


def test_a_log_loss_of_nothing_still_gives_a_ratio():
    found = side_by_side([result("a", "ours", 0.0, log_loss=1e-9), result("a", "x", 0.0, log_loss=0.02)], "ours")
    assert standing.ratio(found, "ours", "x", standing.log_loss) == pytest.approx(1e-4 / 0.02)


def test_ties_share_their_mean_rank_and_ranks_are_of_tables_where_all_ran():
    errors = {"a": {"ours": 0.1, "x": 0.1, "y": 0.3}, "b": {"ours": 0.2, "x": 0.1, "y": 0.3}, "c": {"ours": 0, "x": 1}}
    found = side_by_side([result(table, *pair) for table, each in errors.items() for pair in each.items()], "ours")
    assert standing.mean_ranks(found, ["ours", "x", "y"], standing.score) == {"ours": 1.75, "x": 1.25, "y": 3}
    assert standing.mean_ranks({}, ["ours"], standing.score) == {}
    whole = standing.summary(found, "ours")
    assert (whole["tables"], whole["ranked_tables"], whole["learners"]["y"]["tables"]) == (3, 2, 2)


def test_the_standard_error_over_splits_is_of_paired_differences():
    ours = [result("a", "ours", error, seed) for seed, error in enumerate((0.3, 0.5, 0.4))]
    theirs = [result("a", "sk", error, seed) for seed, error in enumerate((0.2, 0.3, 0.1))]
    assert standing.difference(ours, theirs) == pytest.approx((0.2, 0.1 / math.sqrt(3)))


def test_the_standard_error_of_one_split_is_that_of_its_rows():
    ours, theirs = [result("a", "ours", 0.5)], [result("a", "sk", 0.2)]
    assert standing.difference(ours, theirs) == pytest.approx((0.3, math.sqrt((0.25 + 0.16) / 100)))
    ours, theirs = [result("a", "ours", rmse=4.0)], [result("a", "sk", rmse=3.0)]
    assert standing.difference(ours, theirs) == pytest.approx((1, math.sqrt((16 + 9) / 200)))


def test_ours_is_held_against_the_better_of_scikit_learns_networks():
    errors = {"near": (0.26, 0.25, 0.4), "far": (0.5, 0.6, 0.1), "ahead": (0.1, 0.2, 0.2)}
    names = ("ours", *standing.NETWORKS)
    found = side_by_side(
        [
            *(result(table, *pair) for table, each in errors.items() for pair in zip(names, each, strict=True)),
            *(result("lonely", *pair) for pair in (("ours", 0.9), ("sk", 0.1))),
        ],
        "ours",
    )
    assert standing.against_networks(found, "ours") == {"compared": ["near", "far", "ahead"], "worse": ["far"]}


def test_times_are_compared_where_one_run_took_both():
    found = side_by_side(
        [
            *(result("a", *pair, seconds=seconds) for *pair, seconds in (("ours", 0.1, 6.0), ("x", 0.1, 3.0))),
            *(result("b", "ours", 0.1), result("b", "x", 0.1, seconds=99, run="before")),
            *(result("c", "ours", 0.1, run=""), result("c", "x", 0.1, seconds=99, run="")),
        ],
        "ours",
    )
    assert standing.times_beside(found, "ours", "x", "fit_seconds") == pytest.approx(2)


def test_recorded_figures_are_read_without_those_that_failed(tmp_path):
    line = {"dataset": "a", "task": "binary", "model": "sk", "seed": 3, "train": 400, "test": 100, "fit_s": 1.0}
    line |= {"predict_s": 0.1, "error": 0.25, "logloss": 0.5, "auc": 0.7}
    lines = [line, {"dataset": "a", "task": "binary", "model": "tabm", "seed": 3, "failed": "MemoryError()"}]
    (tmp_path / "peers.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert standing.recorded(tmp_path / "peers.jsonl") == [result("a", "sk", 0.25, 3, log_loss=0.5, run="")]
