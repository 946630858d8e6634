from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ffnn.errors import TableError
from ffnn.tables import rows, targets
from ffnn.tables.columns import schema


def table(**columns):
    draw = np.random.default_rng(0)
    made = {
        "x": draw.normal(size=40),
        "user": np.repeat([f"u{number}" for number in range(10)], 4),
        "weight": np.arange(40) * 1.5,
        "day": pl.date_range(pl.date(2026, 1, 1), pl.date(2026, 2, 9), eager=True),
        "y": np.tile(["a", "b"], 20),
    }
    return pl.DataFrame({**made, **columns})


def gather(data, names=("y",), task="classification", **choices):
    _, cells = schema.read(data, names, {"user": "ignore", "weight": "ignore"})
    return rows.gather(data, cells, targets.values(data.select(names), task), **choices)


def test_rows_without_a_target_or_a_weight_are_left_out():
    data = table(y=[None, *np.tile(["a", "b"], 20)[1:]])
    found = gather(data, weights="weight")
    assert found.used == 39
    weights = np.arange(1, 40) * 1.5
    times = np.where(weights == np.floor(weights), weights, 1).astype(int)  # a whole weight is the row so many times
    assert found.weights.tolist() == np.repeat(weights / times, times).tolist()
    assert found.cells["x"].to_list() == np.repeat(data["x"].to_numpy()[1:], times).tolist()
    assert gather(table(), weights="weight").used == 39
    assert gather(table()).weights is None


def test_every_part_is_taken_alike():
    found = gather(table(), weights="weight", group="user")
    chosen = np.arange(len(found)) % 3 == 0
    part = found.take(chosen)
    assert part.cells["x"].to_list() == found.cells["x"].filter(chosen).to_list()
    assert part.answers["y"].to_list() == found.answers["y"].filter(chosen).to_list()
    assert part.weights.tolist() == found.weights[chosen].tolist()
    assert part.groups.tolist() == found.groups[chosen].tolist()
    assert part.times is None


def test_classes_are_numbered_in_the_order_of_their_labels():
    assert gather(table(y=np.tile(["b", "c", "a", "b"], 10))).classes("classification")[:4].tolist() == [1, 2, 0, 1]
    assert gather(table(y=np.tile([True, False], 20))).classes("classification")[:2].tolist() == [1, 0]
    assert gather(table(y=np.arange(40.0)), task="regression").classes("regression") is None


def test_a_row_that_lacks_one_of_several_targets_is_left_out():
    data = table(y=[None, *range(39)], z=[*range(39), None])
    found = gather(data, ("y", "z"), "regression")
    assert len(found) == 38
    assert found.answers.columns == ["y", "z"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([-1.0, *[1.0] * 39], "column 'weight' holds weights, which are at least 0, but row 1 holds -1"),
        ([1.0, None, *[1.0] * 38], "column 'weight' has no weight in row 2"),
        (["1", "2", "many", *["1"] * 37], "column 'weight' must hold numbers, but row 3 holds 'many'"),
        ([0.0] * 40, "no row with a target has a weight above 0"),
        ([float("inf"), *[1.0] * 39], "column 'weight' must hold finite numbers, but row 1 holds 'inf'"),
    ],
)
def test_a_weight_that_is_none_is_refused(cells, said):
    with pytest.raises(TableError) as error:
        gather(table(weight=cells), weights="weight")
    assert said in str(error.value)


def test_absent_columns_are_refused_with_near_names():
    for choice in ("weights", "group", "time"):
        with pytest.raises(TableError, match="no column 'weigh_t'; did you mean 'weight'"):
            gather(table(), **{choice: "weigh_t"})


def test_groups_stay_whole_in_split_and_folds():
    found = gather(table(), group="user")
    training, held = rows.split(found, "classification", 0.3, np.random.default_rng(0))
    assert not set(training.groups) & set(held.groups)
    assert len(training) + len(held) == 40
    fold = rows.folds(training, "classification", 8, np.random.default_rng(0))
    assert fold.max() == min(8, len(set(training.groups))) - 1
    for number in set(training.groups):
        assert len(set(fold[training.groups == number])) == 1


def test_a_missing_group_is_refused():
    with pytest.raises(TableError, match="column 'user' has no group in row 3"):
        gather(table(user=["a", "b", None, *["c"] * 37]), group="user")


def test_rows_of_one_group_cannot_validate():
    found = gather(table(user=["only"] * 40), group="user")
    with pytest.raises(TableError, match="all training rows belong to one group"):
        rows.folds(found, "classification", 4, np.random.default_rng(0))


@pytest.mark.parametrize("as_text", [False, True])
def test_the_latest_rows_judge_dates(as_text):
    data = table()
    if as_text:
        data = data.with_columns(day=pl.col("day").cast(pl.String))
    shuffled = data.sample(fraction=1, shuffle=True, seed=1)
    found = gather(shuffled, time="day")
    training, held = rows.split(found, "classification", 0.25, np.random.default_rng(0))
    assert len(held) == 10
    assert held.times.min() > training.times.max()


def test_the_latest_rows_judge_numbers():
    found = gather(table(), time="weight")
    assert found.times.tolist() == [1.5 * row for row in range(40)]


def test_words_do_not_order_rows_in_time():
    with pytest.raises(TableError, match="holds neither dates nor numbers"):
        gather(table(), time="user")


def test_test_rows_are_weighed_and_those_without_a_target_left_out():
    data = table()
    seen = schema.infer(data, ("y",), {"user": "ignore", "weight": "ignore"})
    from ffnn.tables.targets import ClassTarget

    other = table(y=["a", None, *np.tile(["a", "b"], 19)], weight=[0.0, *[2.0] * 39])
    found, which = rows.read_test(other, seen, ClassTarget("y", ("a", "b")), "weight")
    assert len(found) == 38
    assert np.flatnonzero(~which).tolist() == [0, 1]
    assert set(found.weights) == {2.0}


def test_several_targets_are_split_by_their_combinations_or_by_the_first_of_them():
    first, second = np.tile(["a", "b"], 20), np.repeat(["c", "d"], 20)
    data = table(y=first, z=second)
    answers = [f"{a}{b}" for a, b in zip(first, second, strict=True)]
    found = gather(data, ("y", "z")).classes("classification")
    assert found.tolist() == np.unique(answers, return_inverse=True)[1].tolist()
    alone = gather(table(y=first, z=["e", *second[1:]]), ("y", "z")).classes("classification")
    assert alone.tolist() == np.unique(first, return_inverse=True)[1].tolist()
