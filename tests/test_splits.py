"""The bench's splits: the peers' outer ones, and inner ones that stay within their training rows."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import splits
from splits import Table


def table(**about):
    return Table(**{"name": "t", "file": "t.csv", "target": "y", "task": "binary", "rows": 100, **about})


@pytest.mark.parametrize(("rows", "train", "test"), [(150, 120, 30), (48842, 20000, 9768), (494021, 20000, 20000)])
def test_an_outer_split_has_the_permutations_first_fifth_to_judge_and_the_next_rows_to_learn(rows, train, test):
    found = splits.outer(rows, 3)
    order = np.random.default_rng(3).permutation(rows)
    np.testing.assert_array_equal(np.concatenate([found.test, found.train]), order[: train + test])
    assert (len(found.train), len(found.test)) == (train, test)


@pytest.mark.parametrize("rows", [7, 150, 60_000])
def test_inner_splits_part_the_training_rows_of_the_first_outer_split(rows):
    whole, several = splits.outer(rows, 0), [splits.inner(rows, seed) for seed in range(3)]
    for part in several:
        assert sorted([*part.train, *part.test]) == sorted(whole.train)
        assert not set(whole.test) & {*part.train, *part.test}
        assert len(part.test) == round(0.2 * len(whole.train))
    assert len({tuple(part.train) for part in several}) == 3


def test_small_tables_are_split_more_often():
    small, large = table(rows=2999), table(rows=3000)
    assert [len(each.seeds(split)) for each in (small, large) for split in splits.SPLITS] == [10, 5, 1, 2]


def test_rows_without_a_target_are_left_out_and_only_an_empty_cell_is_missing(tmp_path):
    (tmp_path / "t.csv").write_text("x,word,y\n1,NA,a\n2,None,\n,red,b\n")
    found = splits.read(tmp_path, table())
    assert found["y"].tolist() == ["a", "b"]
    assert found["word"].tolist() == ["NA", "red"]
    assert found["x"].isna().tolist() == [False, True]


def test_words_and_truth_values_are_categories():
    inputs = pd.DataFrame({"n": [1, 2], "f": [0.5, None], "word": ["a", None], "flag": [True, False]})
    assert splits.categories(inputs) == ["word", "flag"]


def test_the_rows_are_those_of_the_recorded_peers(real_tables):
    recorded = real_tables.parent / "bench" / "peers_open.jsonl"
    if not recorded.exists():
        pytest.skip(f"needs the peers' figures in {recorded}")
    theirs = {}
    for line in map(json.loads, recorded.read_text().splitlines()):
        theirs.setdefault(line["dataset"], set()).add((line["seed"], line["train"], line["test"]))
    for name, about in splits.described(real_tables).items():
        rows = len(splits.read(real_tables, about))
        parts = {seed: splits.outer(rows, seed) for seed in about.seeds("outer")}
        assert {(seed, len(part.train), len(part.test)) for seed, part in parts.items()} == theirs[name], name
