from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.preprocessing import LabelEncoder, StandardScaler

from ffnn import train
from ffnn.errors import TableError
from ffnn.tables import targets
from ffnn.tables.targets import Chosen, ClassTarget, HeadsTarget, NumberTarget


def frame(cells, dtype=None):
    return pl.DataFrame({"y": pl.Series(cells, dtype=dtype)})


def fitted(cells, task):
    return targets.fit_target(targets.values(cells, task), task)


def task(cells, asked="auto", dtype=None):
    return targets.choose_task(frame(cells, dtype), asked).task


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["a", "b", "a"], "classification"),
        (["a", "b", "c"], "classification"),
        (["1", "2", "x"], "classification"),
        (["01", "02", "01"], "classification"),
        ([True, False], "classification"),
        (["true", "false"], "classification"),
        ([1, 1, 2, 2], "classification"),
        (["1", "1", "2", "2"], "classification"),
        ([1.0, 1.0, 2.0, 2.0, None], "classification"),
        (["1", "1", "2", "2", "", "NA"], "classification"),
        ([-1, 1, -1, 1], "classification"),
        (list(range(20)) * 2, "classification"),
        (list(range(21)) * 2, "regression"),
        ([1, 1, 2, 2, 3], "regression"),
        ([0.5, 0.5, 1.5, 1.5], "regression"),
        (["0.5", "0.5", "1", "1"], "regression"),
        ([1, 2, 3, 4], "regression"),
    ],
)
def test_the_cells_choose_the_task(cells, expected):
    assert task(cells) == expected


def test_a_target_may_have_any_name():
    assert targets.choose_task(pl.DataFrame({"count": [1, 2, 3] * 2}), "auto").task == "classification"


def test_the_reason_for_whole_numbers_says_how_to_choose_the_other_task():
    whole, broken = (targets.choose_task(frame(cells), "auto") for cells in ([1, 2, 3] * 2, [0.5, 1.5]))
    assert "3 whole numbers" in whole.reason
    assert [(each.choice, each.value) for each in whole.advice] == [("task", "regression")]
    assert [(each.choice, each.value) for each in broken.advice] == [("task", "classification")]


def test_a_task_that_is_asked_for_overrules_the_cells():
    assert task([1, 1, 2, 2], "regression") == "regression"
    assert task([0.5, 1.5], "classification") == "classification"
    assert task(list(range(100)), "classification") == "classification"
    assert task([True, False], "regression") == "regression"


def test_words_are_no_numbers_to_predict():
    with pytest.raises(TableError, match=r"'y' must hold numbers, but row 2 holds 'abc'"):
        task(["1", "abc", "2"], "regression")


def test_an_odd_cell_among_numbers_to_predict_may_be_a_missing_one():
    cells = [*(f"{row}.5" for row in range(40)), "n/k"]
    with pytest.raises(TableError, match="'y' holds 40 numbers and one other: 'n/k' in row 41") as raised:
        task(cells, "regression")
    assert [(each.choice, each.value) for each in raised.value.advice] == [("missing", "n/k")]


def test_an_infinite_number_is_refused_with_its_row():
    with pytest.raises(TableError, match=r"'y' must hold finite numbers, but row 3 holds 'inf'"):
        targets.values(frame([1.5, None, np.inf]), "regression")


@pytest.mark.parametrize("asked", ["auto", "classification", "regression"])
@pytest.mark.parametrize("cells", [[None, None], ["", ""], [float("nan")]])
def test_a_target_without_values_is_refused(cells, asked):
    with pytest.raises(TableError, match="'y' has no value in any row"):
        task(cells, asked)


def test_cells_that_are_no_labels_are_refused():
    with pytest.raises(TableError, match=r"'y' holds cells of type List"):
        task([[1], [2]])


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["a", "", None, " ", "NA", "?", "null", "b"], [True, *[False] * 6, True]),
        (["1", "", "NA", "?", "2"], [True, False, False, False, True]),
        ([1.0, None, float("nan")], [True, False, False]),
        ([True, None], [True, False]),
    ],
)
def test_rows_without_a_target_are_found(cells, expected):
    assert targets.known(targets.values(frame(cells), "classification")).tolist() == expected


@pytest.mark.parametrize(
    ("cells", "labels"),
    [
        (["b", "a", "b", "a"], ("a", "b")),
        ([True, False, True], (False, True)),
        ([2, 1, 2, 1], (1, 2)),
        ([2.0, 10.0, 2.0], (2, 10)),
        (["10", "2", "2"], (2, 10)),
        (["10", "2", "x", "x"], ("10", "2", "x")),
        (["007", "7", "7"], ("007", "7")),
        ([0.5, 0.25, 0.5], (0.25, 0.5)),
    ],
)
def test_labels_keep_their_type_and_are_sorted(cells, labels):
    target = fitted(frame(cells), "classification")
    assert target == ClassTarget("y", labels)
    assert [type(label) for label in target.labels] == [type(label) for label in labels]
    assert target.outputs == len(labels)


@pytest.mark.parametrize("cells", [["b", "a", "c", "a"], [True, False, True], [2, 10, -1, 2], [0.5, 0.25, 0.5]])
def test_class_numbers_are_scikit_learns(cells):
    codes = fitted(frame(cells), "classification").encode(frame(cells))
    assert codes.dtype == np.int32
    np.testing.assert_array_equal(codes, LabelEncoder().fit_transform(cells))


@settings(deadline=None)
@given(
    st.one_of(
        st.lists(st.integers(-100, 100), min_size=2, max_size=30),
        st.lists(st.text("abcxyz", min_size=1), min_size=2, max_size=30),
        st.lists(st.booleans(), min_size=2, max_size=30),
    )
)
def test_labels_come_back_from_their_class_numbers(cells):
    cells = [*cells, cells[0]]
    if len(set(cells)) == 1:
        return
    target = fitted(frame(cells), "classification")
    assert [target.labels[code] for code in target.encode(frame(cells))] == cells


@pytest.mark.parametrize(
    ("labels", "cells", "codes"),
    [
        (("a", "b"), ["b", "c", "a", "A"], [1, -2, 0, -1]),
        (("1", "x"), [1, 2, 1], [0, -1, 0]),
        (("1", "x"), [1.0, 2.5], [0, -1]),
        (("1", "x"), ["x", " 1 "], [1, 0]),
        ((1, 2), ["1", "2.0", "3"], [0, 1, -1]),
        ((1, 2), [2.0, 1.5], [1, -1]),
        ((1, 2), [True, True], [0, 0]),
        ((False, True), ["true", "FALSE"], [1, 0]),
        ((False, True), [1, 0], [1, 0]),
        ((False, True), ["1", "0.0"], [1, 0]),
    ],
)
def test_labels_are_known_in_every_type_and_the_unknown_are_minus_one(labels, cells, codes):
    assert ClassTarget("y", labels).encode(frame(cells)).tolist() == codes


def test_logits_become_probabilities():
    logits = np.random.default_rng(0).normal(0, 20, (50, 3)).astype(np.float32)
    probabilities = ClassTarget("y", ("a", "b", "c")).decode(logits)
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities, softmax(logits.astype(np.float64), axis=1), rtol=1e-12)


def test_numbers_are_standardised_as_by_scikit_learn():
    cells = np.random.default_rng(0).normal(1e9, 50, 200)
    target = fitted(frame(cells), "regression")
    scaler = StandardScaler().fit(cells[:, None])
    encoded = target.encode(frame(cells))
    assert (encoded.shape, encoded.dtype, target.outputs) == ((200, 1), np.float32, 1)
    assert target.means[0] == pytest.approx(scaler.mean_[0], rel=1e-15)
    assert target.deviations[0] == pytest.approx(scaler.scale_[0], rel=1e-9)
    np.testing.assert_allclose(encoded, scaler.transform(cells[:, None]), atol=1e-6)


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12), st.floats(-100, 100))
def test_standardised_numbers_come_back(mean, deviation, number):
    outputs = np.array([[number]])
    returned = NumberTarget(("y",), (mean,), (deviation,)).decode(outputs)
    assert returned.dtype == np.float64
    scale = abs(mean) + abs(number) * deviation
    assert returned[0, 0] == pytest.approx(number * deviation + mean, abs=1e-12 * scale)
    assert (returned[0, 0] - mean) / deviation == pytest.approx(number, abs=1e-12 * (1 + scale / deviation))


def test_float32_outputs_come_back_in_float64():
    outputs = np.float32([[0.1], [-2.5]])
    returned = NumberTarget(("y",), (1e9,), (50.0,)).decode(outputs)
    assert returned.dtype == np.float64
    np.testing.assert_allclose(returned, outputs.astype(np.float64) * 50 + 1e9, rtol=1e-15)


def test_one_class_is_refused():
    with pytest.raises(TableError, match="'y' holds one class only, 'a'"):
        fitted(frame(["a", "a"]), "classification")


def test_a_target_of_missing_words_alone_is_refused():
    with pytest.raises(TableError, match="'y' has no value in any row"):
        train(pl.DataFrame({"x": [1.0, 2.0, 3.0], "y": [None, "NA", "?"]}), "y", test_fraction=0)


@pytest.mark.parametrize("cells", [["a", "b", "c"], [1.5, 2.5]])
def test_labels_that_never_repeat_are_refused(cells):
    with pytest.raises(TableError, match="no label of the target 'y' occurs twice"):
        fitted(frame(cells), "classification")


@pytest.mark.parametrize("number", [5.0, 0.1, 1e9 + 0.3, 0.0])
def test_a_constant_number_is_refused(number):
    with pytest.raises(TableError, match="every number of the target 'y' is the same"):
        fitted(frame([number] * 3), "regression")


@pytest.mark.parametrize("number", [1e308, -1e101])
def test_numbers_too_large_to_predict_are_refused(number):
    cells = frame([0.5, number, -number])
    said = r"the target 'y' holds -?1e\+\d+ in row 2; numbers to predict lie between -1e\+100 and 1e\+100"
    with pytest.raises(TableError, match=said):
        fitted(cells, "regression")
    with pytest.raises(TableError, match=said):
        NumberTarget(("y",), (0.0,), (1.0,)).read(cells)


# A target that is mostly numbers


def choice(cells):
    return targets.choose_task(frame(cells), "auto")


def prices(odd, rows=400, different=400):
    cells = [f"{150 + number % different}.5" for number in range(rows)]
    for row, cell in odd.items():
        cells[row] = cell
    return cells


@pytest.mark.parametrize("cell", ["n/v", "see note", "$59,500", "6,1", "5-10", "approx. 3"])
def test_a_few_odd_cells_do_not_make_classes_of_numbers(cell):
    with pytest.raises(TableError, match=r"'y' holds 399 numbers and one other: .* in row 17; if that means") as error:
        choice(prices({16: cell}))
    assert repr(cell) in str(error.value)
    assert [(each.choice, each.value) for each in error.value.advice] == [("missing", cell), ("task", "classification")]
    assert f"missing={[cell]!r}" in str(error.value)


def test_several_odd_cells_are_counted_and_the_first_is_named():
    with pytest.raises(TableError, match=r"holds 360 numbers and 40 others, the first of them '!' in row 6;"):
        choice(prices({5 + 3 * number: "!" if number % 2 == 0 else "x" for number in range(40)}))


def test_more_odd_cells_than_a_tenth_are_labels():
    assert choice(prices(dict.fromkeys(range(41), "!"))).task == "classification"


def test_few_different_numbers_are_classes_and_that_is_said():
    cells = [str(1 + number % 3) for number in range(100)]
    cells[3] = "4 or 5"
    assert choice(cells) == Chosen(
        "classification", "its values are labels: 99 of 100 cells are numbers; row 4 holds '4 or 5'"
    )


def test_who_asks_for_classes_gets_them():
    assert targets.choose_task(frame(prices({16: "!"})), "classification") == Chosen("classification", "as asked")


def test_what_counts_as_missing_among_words_is_said():
    cells = ["a", "b", "NA", "null", "?", "nan", "a", "b"]
    assert choice(cells).reason == "its values are labels; '?' and 'NA' and 'nan' and 'null' count as missing"
    assert targets.values(frame(cells), "classification")["y"].to_list() == ["a", "b", *[None] * 4, "a", "b"]


# Labels are exact


@pytest.mark.parametrize(
    "labels",
    [
        [1234567890123456789, 1234567890123456788],
        [2**53, 2**53 + 1, 2**53 + 2],
        [-(2**63), 2**63 - 1],
        [2**64 - 1, 2**64 - 2],
    ],
)
@pytest.mark.parametrize("written", [False, True])
def test_whole_numbers_are_exact(labels, written):
    cells = [str(label) if written else label for label in labels] * 3
    column = pl.DataFrame({"y": pl.Series(cells, dtype=None if written else pl.Int128)})
    assert targets.choose_task(column, "auto").task == "classification"
    target = targets.fit_target(targets.values(column, "classification"), "classification")
    assert list(target.labels) == sorted(labels)
    codes = [sorted(labels).index(label) for label in labels] * 3
    assert target.encode(column).tolist() == codes
    assert target.labels_of_codes(np.array(codes)).tolist() == labels * 3


@pytest.mark.parametrize("labels", [[str(10**40), str(10**40 + 1)], ["0.1234567890123456781", "0.1234567890123456782"]])
def test_numbers_that_no_type_tells_apart_are_words(labels):
    target = fitted(frame(labels * 2), "classification")
    assert list(target.labels) == labels
    assert target.encode(frame(labels)).tolist() == [0, 1]


def test_decimals_are_exact():
    close = [Decimal("0.1234567890123456781"), Decimal("0.1234567890123456782")]
    target = fitted(pl.DataFrame({"y": pl.Series(close * 2, dtype=pl.Decimal(30, 19))}), "classification")
    assert list(target.labels) == [str(one) for one in close]
    few = fitted(pl.DataFrame({"y": pl.Series([Decimal("1.50"), Decimal("2.00")] * 2)}), "classification")
    assert list(few.labels) == [1.5, 2.0]


def test_the_words_of_an_enum_are_its_labels_in_its_order():
    cells = pl.Series("y", ["10", "2", "NA", " 2"] * 2, dtype=pl.Enum(["10", "2", "NA", " 2"]))
    target = fitted(cells.to_frame(), "classification")
    assert target.labels == ("10", "2", "NA", " 2")
    assert target.encode(frame(["10", "2", "NA", " 2", " 10 ", "3"])).tolist() == [0, 1, 2, 3, 0, -1]


@pytest.mark.parametrize("where", [slice(0, 600), slice(-600, None), slice(3000, 3600), slice(0, 6000, 10)])
def test_it_does_not_matter_where_the_odd_cells_stand(where):
    cells = np.array(prices({}, rows=20_000, different=15_000), object)
    cells[where] = "!"
    with pytest.raises(TableError, match="others, the first of them '!' in row"):
        choice(list(cells))


def test_float32_labels_are_as_they_are_written():
    column = pl.DataFrame({"y": pl.Series([0.1, 0.7, 2.5] * 3, dtype=pl.Float32)})
    target = targets.fit_target(targets.values(column, "classification"), "classification")
    assert target.labels == (0.1, 0.7, 2.5)
    assert target.encode(column).tolist() == [0, 1, 2] * 3
    assert target.encode(frame(["0.1", "2.50"])).tolist() == [0, 2]


def test_a_sign_does_not_make_another_label():
    large = "1180591620717411303424"
    target = fitted(frame([f"+{large}", "5"] * 3), "classification")
    assert target.labels == ("5", large) or target.labels == (large, "5")
    assert sorted(set(target.encode(frame([f"+{large}", large, "+5", "05"])).tolist())) == [0, 1]


@pytest.mark.parametrize("labels", [[str(2**130), str(2**130 + 1)], [f"{10**20}.00", f"{10**20 + 1}.00"]])
def test_whole_numbers_of_any_size_are_classes(labels):
    assert choice(labels * 3).task == "classification"
    assert len(fitted(frame(labels * 3), "classification").labels) == 2


@pytest.mark.parametrize("cell", ["0990", "007", "-00.5"])
def test_a_leading_zero_is_an_odd_cell_among_numbers(cell):
    with pytest.raises(TableError, match=f"holds 399 numbers and one other: {cell!r} in row 17"):
        choice(prices({16: cell}))


def test_whole_columns_of_keys_are_classes():
    assert choice([f"{number % 30:03d}" for number in range(300)]).task == "classification"


@pytest.mark.parametrize(
    ("labels", "cells", "codes"),
    [
        ((0, 1), ["True", "false", "1"], [1, 0, 1]),
        ((0, 1), [True, False], [1, 0]),
        (("-", "1", "2"), [1.0, 2.0], [1, 2]),
        (("-", "1", "2"), ["1.0", "-"], [1, 0]),
        ((1, 2), ["9" * 5000], [-1]),
    ],
)
def test_labels_mean_the_same_however_they_are_written(labels, cells, codes):
    assert ClassTarget("y", labels).encode(frame(cells)).tolist() == codes


def test_whole_numbers_among_words_are_written_in_one_way():
    target = fitted(frame(["1.0", "1", "2", "x"] * 2), "classification")
    assert target.labels == ("1", "2", "x")


@pytest.mark.parametrize("temperature", [0.0, 5e-324, -1.0, 1e7, float("inf"), float("nan")])
def test_a_temperature_by_which_logits_overflow_is_refused(temperature):
    with pytest.raises(TableError, match="must be from 1e-06 to 1e\\+06"):
        ClassTarget("y", ("a", "b"), temperature)


def test_the_largest_logits_have_probabilities_at_any_temperature():
    for temperature in targets.TEMPERATURES:
        largest = np.finfo(np.float32).max
        outputs = ClassTarget("y", ("a", "b"), temperature).decode(np.array([[largest, -largest]], np.float32))
        assert outputs.tolist() == [[1.0, 0.0]]


def test_several_targets_of_classes_are_encoded_and_decoded_head_by_head():
    cells = pl.DataFrame({"a": ["x", "y", "x", "y"], "b": [3, 1, 2, 2], "c": [True, False, True, False]})
    cells = pl.concat([cells, cells])
    target = fitted(cells, "classification")
    assert isinstance(target, HeadsTarget)
    assert target.names == ("a", "b", "c")
    assert (target.outputs, target.classes) == (7, (2, 3, 2))
    encoded = target.encode(cells)
    for place, column in enumerate(cells):
        assert encoded[:, place].tolist() == LabelEncoder().fit_transform(column.to_numpy()).tolist()
    outputs = np.random.default_rng(0).normal(size=(8, 7))
    warm = target.at([1.0, 2.0, 1.0])
    expected = [softmax(outputs[:, :2], 1), softmax(outputs[:, 2:5] / 2, 1), softmax(outputs[:, 5:], 1)]
    np.testing.assert_allclose(warm.decode(outputs), np.hstack(expected))
    assert [part.shape[1] for part in target.parts(outputs)] == [2, 3, 2]
    assert targets.unknown_label(target, cells) is None
    assert targets.unknown_label(target, cells.with_columns(b=pl.Series([1, 9, 2, 3] * 2))) == 9


def test_several_targets_are_classes_where_each_alone_would_be():
    words, counts, numbers = ["x", "y"] * 3, [1, 2, 3] * 2, [0.5, 1.5, 2.0, 2.5, 3.0, 3.5]

    def chosen(asked="auto", **columns):
        return targets.choose_task(pl.DataFrame(columns), asked)

    assert chosen(a=words, b=counts).task == "classification"
    assert not chosen(a=words, b=counts).advice
    assert [each.value for each in chosen(a=counts, b=counts).advice] == ["regression"]
    assert chosen(a=counts, b=numbers).task == "regression"
    assert chosen(a=words, b=["0.5"] * 6, asked="classification").answers.columns == ["a", "b"]
    with pytest.raises(TableError, match="'a' holds labels and 'b' numbers, so train a model for each; or"):
        chosen(a=words, b=numbers)


def test_heads_whose_probabilities_would_share_a_name_are_refused():
    heads = (ClassTarget("a", ("b_c", "d")), ClassTarget("a_b", ("c", "d")))
    with pytest.raises(TableError, match="two predicted columns would have the name 'probability_a_b_c'"):
        HeadsTarget(heads)
    with pytest.raises(TableError, match="two names or more, each once"):
        HeadsTarget((heads[0], heads[0]))
