"""Points and tables as rows to learn from."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ffnn.errors import TableError
from ffnn.playground import data, problems
from ffnn.playground.data import Table, gathered, problem_of
from ffnn.playground.settings import DATASETS, Settings, changed

DRAW = np.random.default_rng(0)
ROWS = 60


def of(**choices) -> data.Data:
    return gathered(changed(Settings(), choices), None)


def of_table(columns, **choices) -> data.Data:
    settings = changed(Settings(), {"dataset": "table", "inputs": "normalised", **choices})
    return gathered(settings, Table("mine.csv", pl.DataFrame(columns)))


def columns(**others) -> dict:
    labels = DRAW.choice(["a", "b", "c"], ROWS)
    return {"x": DRAW.normal(size=ROWS), "y": DRAW.normal(size=ROWS), **others, "label": others.get("label", labels)}


@pytest.mark.parametrize("problem", DATASETS)
@pytest.mark.parametrize(("points", "share"), [(None, 50), (20, 10), (21, 90), (33, 37)])
def test_that_share_of_the_points_trains_and_the_rest_judges(problem, points, share):
    for dataset in DATASETS[problem][:-2]:
        its = of(problem=problem, dataset=dataset, points=points, share=share)
        count = points or {"classification": 500, "regression": 1200}[problem]
        assert len(its.answers) == len(its.points) == count
        assert len(its.training) == count * share // 100
        assert sorted([*its.training, *its.held]) == list(range(count))
        assert its.enough


def test_points_are_those_of_their_generator_and_features_are_columns_of_them():
    its = of(dataset="spiral", noise=20, data_seed=7, points=50, features=["siny", "x", "xy"])
    points, answers = problems.generate("spiral", 50, 0.2, np.random.default_rng(7))
    np.testing.assert_array_equal(its.points, points)
    np.testing.assert_array_equal(its.answers["label"], answers)
    assert its.cells.columns == ["sin y", "x", "x·y"]
    expected = [np.sin(points[:, 1]), points[:, 0], points[:, 0] * points[:, 1]]
    np.testing.assert_allclose(its.cells.to_numpy().T, expected)


def test_another_seed_gives_other_points_and_the_same_seed_the_same():
    one, again, other = of(data_seed=1), of(data_seed=1), of(data_seed=2)
    assert np.array_equal(one.points, again.points)
    assert not np.array_equal(one.points, other.points)


@pytest.mark.parametrize("count", range(4))
@pytest.mark.parametrize("problem", DATASETS)
def test_drawn_points_however_few(problem, count):
    drawn = [[x, -x, 1.0] for x in range(count)]
    its = of(problem=problem, dataset="drawn", drawn=drawn)
    assert sorted(map(tuple, its.points)) == [(x, -x) for x in range(count)]
    assert its.enough == (count > 1)
    assert len(its.training) + len(its.held) == count
    if problem == "classification":
        assert its.target.labels == (0, 1)  # of one class alone there are two all the same


def test_drawn_classes_are_numbered_up_to_the_largest():
    assert of(dataset="drawn", drawn=[[0, 0, 4], [1, 1, 0]]).target.labels == (0, 1, 2, 3, 4)


def test_a_table_is_parted_with_the_same_share_of_every_class():
    its = of_table(columns(label=["a"] * 40 + ["b"] * 20), share=75)
    assert (len(its.training), len(its.held)) == (45, 15)
    answers = its.answers["label"].to_numpy()
    assert (answers[its.held] == "a").sum() == 10
    assert its.points is None


def test_a_class_of_a_single_row_trains():
    label = [*["a", "b"] * 20, "rare"]
    its = of_table({"x": DRAW.normal(size=41), "label": label})
    assert its.target.labels == ("a", "b", "rare")
    assert 40 in its.training


def test_rows_without_an_answer_are_left_out_and_columns_that_say_nothing_too():
    its = of_table(columns(k=[3] * ROWS, name=[f"n{row}" for row in range(ROWS)], label=[None, *"ab" * 29, "a"]))
    assert len(its.answers) == ROWS - 1
    assert its.cells.columns == ["x", "y"]
    said = " ".join(its.notes)
    assert "1 rows without 'label' are left out" in said
    assert "'k' is left out: every cell is the same" in said
    assert "'name' is left out: no value occurs twice" in said
    assert "--column" not in said


def test_a_category_is_one_number_by_the_alphabet_if_so_chosen():
    colour = DRAW.choice(["red", "green", "blue"], ROWS)
    sides = DRAW.choice(["left", "right"], ROWS)
    hot = of_table(columns(colour=colour, side=sides))
    one = of_table(columns(colour=colour, side=sides), categories="number")
    assert (hot.numbered, one.numbered) == (False, True)
    expected = [{"blue": 1.0, "green": 2.0, "red": 3.0}[name] for name in colour]
    assert one.cells["colour"].to_list() == expected
    assert one.cells["side"].to_list() == sides.tolist()  # two levels are one input in either case


def test_the_target_is_the_last_column_or_the_one_that_is_named():
    table = Table("t", pl.DataFrame(columns()))
    assert of_table(columns()).target.names == ("label",)
    assert problem_of(changed(Settings(), {}), table) == "classification"
    assert problem_of(changed(Settings(), {"target": "x"}), table) == "regression"
    its = of_table(columns(), target="x", problem="regression")
    assert its.target.names == ("x",)
    assert its.cells.columns == ["y", "label"]
    np.testing.assert_allclose(its.target.means, its.answers["x"].to_numpy()[its.training].mean())


def test_of_a_long_table_some_rows_are_drawn():
    count = data.MOST_ROWS + 1
    frame = {"x": np.arange(count) / 7, "label": np.arange(count) % 2}
    its = of_table(frame)
    assert len(its.answers) == data.MOST_ROWS
    assert its.notes == ("100,000 of 100,001 rows are used, drawn at random",)


@pytest.mark.parametrize(
    ("frame", "choices", "said"),
    [
        (columns(), {"target": "nothing"}, "no column 'nothing'"),
        (columns(label=["a"] * ROWS), {}, "one class only"),
        (columns(label=[f"l{row % 51}" for row in range(ROWS)]), {}, "51 different labels"),
        (columns(label=[None] * ROWS), {}, "no value in any row"),
        (columns(label=np.arange(ROWS) / 4), {}, "no label of the target 'label' occurs twice"),
        (columns(label=[1.5] * ROWS), {"problem": "regression"}, "nothing to learn"),
        (columns(label=[2e30, 1.5] * 30), {"problem": "regression"}, "reach 2e+30; rescale them"),
        (columns(), {"problem": "regression"}, "'label'"),
        ({"label": ["a", "b"] * 5}, {}, "no column to predict"),
        ({"x": [1.5, 2.5], "label": ["a", "b"]}, {}, "no label of the target 'label' occurs twice"),
        ({"x": [1.5, 2.5, 4.5], "y": [1.5, 3.0, 2.5]}, {"problem": "regression", "share": 90}, "3 rows are too few"),
    ],
)
def test_a_table_that_cannot_be_learned_from_gets_one_sentence(frame, choices, said):
    with pytest.raises(TableError) as caught:
        of_table(frame, **choices)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "test_fraction" not in str(caught.value)


def test_without_a_table_there_is_nothing_to_open():
    with pytest.raises(TableError, match="no table is open"):
        of(dataset="table")


def test_the_first_rows_on_either_side_are_like_all_the_others():
    labels = np.repeat(["a", "b"], 2000)
    its = of_table({"x": np.arange(4000.0), "label": labels})
    for side in (its.training, its.held):
        assert 40 < sum(labels[side[:100]] == "a") < 60
    again = of_table({"x": np.arange(4000.0), "label": labels})
    assert np.array_equal(again.held, its.held)


@pytest.mark.parametrize("row", [0, 40])
def test_numbers_that_no_plane_reaches_are_refused(row):
    x = DRAW.normal(size=ROWS)
    x[row] = 1.7e308
    with pytest.raises(TableError, match=r"the numbers of 'x' reach 1.7e\+308; rescale them"):
        of_table(columns(x=x))
