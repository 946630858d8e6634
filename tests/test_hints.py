from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from commands import SMALL, run
from ffnn.advice import Advice, in_python, sentence
from ffnn.cli.arguments import in_shell
from ffnn.learning.problem import understand
from ffnn.tables import hints
from ffnn.tables.hints import code_of

DRAW = np.random.default_rng(0)
ROWS = 120
BESIDE = DRAW.normal(size=ROWS).round(3)
CLASSES = DRAW.choice(["yes", "no", "perhaps"], ROWS).tolist()


def told(target=None, **columns):
    """What is said of a table with another input and a target that none of its columns is."""
    target = DRAW.normal(size=ROWS).round(2) if target is None else target
    table = pl.DataFrame({**columns, "beside": BESIDE, "y": target})
    return [(hint.column, hint.what) for hint in understand(table, "y").hints]


def drawn(low, high):
    return DRAW.integers(low, high, ROWS, endpoint=True)


@pytest.mark.parametrize(
    ("name", "cells", "expected"),
    [
        ("user_id", drawn(1000, 1040), ["group"]),
        ("userId", [f"u{number}" for number in drawn(0, 40)], ["group"]),
        ("patient_nbr", drawn(1000, 1040), ["group"]),
        ("Kundennummer", drawn(1000, 1040), ["group"]),
        ("id_of_shop", drawn(1000, 1004), ["group"]),
        ("user_id", drawn(0, 10**6), []),
        ("user_id", DRAW.choice([0.5, 1.5, 2.5], ROWS), []),
        ("paid", drawn(0, 40), []),
        ("education-num", drawn(1, 16), []),
        ("zip_code", DRAW.choice([10001, 94103, 60601], ROWS), ["code"]),
        ("ZIP", DRAW.choice([10001, 94103, 60601], ROWS), ["code"]),
        ("zip_code", drawn(10001, 99950), ["code"]),
        ("order_date", [20190100 + number for number in drawn(1, 31)], ["code"]),
        ("order_date", drawn(0, 400), []),
        ("update", [20190100 + number for number in drawn(1, 31)], []),
        ("x", [20190100 + 100 * number + 28 for number in drawn(0, 11)], ["code"]),
        ("x", [20190100 + 100 * number + 28 for number in drawn(0, 30)], []),
        ("created", 1_600_000_000 + 977 * drawn(0, 10**6), ["code"]),
        ("updatedAt", (1_600_000_000 + 977 * drawn(0, 10**6)) * 1000, ["code"]),
        ("sold", 1_600_000_000 + 977 * drawn(0, 10**6), []),
        ("timestamp", drawn(0, 10**6), []),
        ("PLZ", drawn(10115, 99998), ["code"]),
        ("store", drawn(10001, 99950), []),
        ("month", drawn(1, 12), ["code"]),
        ("month", drawn(1, 30), []),
        ("months", drawn(1, 12), []),
        ("day_of_week", drawn(0, 6), ["code"]),
        ("dayOfWeek", drawn(0, 6), ["code"]),
        ("hour", drawn(0, 23), ["code"]),
        ("hours_per_week", drawn(0, 60), []),
        ("store", drawn(1, 45), ["code"]),
        ("store_number", drawn(1, 45), ["code"]),
        ("storeSize", drawn(1, 45), []),
        ("MSSubClass", DRAW.choice([20, 30, 60, 120], ROWS), ["code"]),
        ("Pclass", drawn(1, 3), ["code"]),
        ("glass", drawn(1, 3), []),
        ("rating", drawn(1, 5), ["code"]),
        ("rating", drawn(0, 100), []),
        ("rating", DRAW.choice([1, 2.5, 4], ROWS), []),
        ("rooms", drawn(1, 9), []),
        ("year", drawn(2000, 2010), []),
        ("answer", DRAW.choice(["Red", "red", "blue"], ROWS), ["spelling"]),
        ("answer", DRAW.choice(["red ", " red", "blue"], ROWS), []),
        ("city", DRAW.choice(["New York", "NewYork", "Rome"], ROWS), ["spelling"]),
        ("size", DRAW.choice(["1 11/16", "11 1/16"], ROWS), []),
        ("size", DRAW.choice(["Level 1", "level1"], ROWS), ["spelling"]),
        ("city", DRAW.choice(["Zürich", "Zurich", "Rome"], ROWS), ["spelling"]),
        ("city", DRAW.choice(["Zu\u0308rich", "Z\u00fcrich", "Rome"], ROWS), ["spelling"]),
        ("city", DRAW.choice(["Bern", "Berne", "Rome"], ROWS), []),
        ("copy", BESIDE, []),  # it is the first: the other one is told
        ("nearly", np.where(np.arange(ROWS) == 77, 9.0, BESIDE), []),
    ],
)
def test_what_is_worth_a_look(name, cells, expected):
    found = told(**{name: cells})
    assert [what for column, what in found if column == name] == expected
    assert [column for column, _ in found if column != name] == (["beside"] if name == "copy" else [])


@pytest.mark.parametrize(
    ("cells", "target", "leaks"),
    [
        (CLASSES, CLASSES, True),
        ([word.upper() for word in CLASSES], CLASSES, True),
        ([{"yes": 3, "no": 1, "perhaps": 2}[word] for word in CLASSES], CLASSES, True),
        ([word[0] for word in CLASSES], [{"yes": 7, "no": 5, "perhaps": 9}[word] for word in CLASSES], True),
        ([word == "yes" for word in CLASSES], [word == "yes" for word in CLASSES], True),
        ([word != "yes" for word in CLASSES], [word == "yes" for word in CLASSES], True),
        ([word == "yes" for word in CLASSES], CLASSES, False),
        ([*CLASSES[:-1], "other"], CLASSES, False),
        ([*CLASSES[1:], CLASSES[0]], CLASSES, False),
        (BESIDE + 1.0, BESIDE + 1.0, True),
        (BESIDE * 2, BESIDE, True),
        ((BESIDE * -2.54 + 7).round(2), BESIDE, True),
        ([*(BESIDE * 2)[:-1], None], BESIDE, True),
        ([*(BESIDE * 2)[:-1], 9.0], BESIDE, False),
        ([*(BESIDE * 2)[:40], *[None] * 80], BESIDE, False),
        (np.exp(BESIDE), BESIDE, False),  # a number that rises with the target is what is to be learned
        ((BESIDE * 10).round(), BESIDE, False),
    ],
)
def test_a_column_that_is_the_target_is_told(cells, target, leaks):
    assert (("suspect", "leak") in told(target, suspect=cells)) == leaks


def test_a_leak_is_told_though_some_targets_are_missing():
    target = [None if row % 5 == 0 else word for row, word in enumerate(CLASSES)]
    assert ("suspect", "leak") in told(target, suspect=[word.upper() for word in CLASSES])


def test_a_line_over_which_the_target_lies_is_told_with_its_figures():
    hints_of = understand(pl.DataFrame({"x": BESIDE, "y": (BESIDE * 1.8 + 32).round(4)}), "y").hints
    assert hints_of[0].text.startswith("1.8 times it and 32 more is the target 'y', which is a leak")


def test_a_target_whose_labels_differ_in_case_is_told():
    assert told(DRAW.choice(["Yes", "yes", "no"], ROWS)) == [("y", "spelling")]


def test_of_equal_columns_all_but_the_first_are_told_whatever_their_type():
    words = DRAW.choice(["a", "b", None], ROWS).tolist()
    numbers = [None if row % 7 == 0 else float(number) for row, number in enumerate(drawn(0, 30))]
    columns = {"a": words, "b": numbers, "c": words, "d": list(map(str, drawn(0, 30))), "e": numbers, "f": words}
    assert told(**columns) == [("c", "equal"), ("e", "equal"), ("f", "equal")]


def test_columns_that_differ_in_one_row_of_many_are_not_equal():
    sparse = np.zeros((5000, 300))
    sparse[np.arange(300) * 11 + 1, np.arange(300)] = 2.5
    table = pl.DataFrame(sparse, [f"x{place}" for place in range(300)])
    assert list(hints.equals(table)) == []
    assert [hint.column for hint in hints.equals(table.with_columns(again="x7"))] == ["again"]


def test_what_was_declared_is_not_doubted():
    table = pl.DataFrame({"month": drawn(1, 12), "user_id": drawn(1, 20), "beside": BESIDE, "y": CLASSES})
    assert [hint.what for hint in understand(table, "y").hints] == ["code", "group"]
    assert understand(table, "y", columns={"month": "number"}, group="user_id").hints == ()


def test_small_tables_say_nothing():
    table = pl.DataFrame({"month": [1, 2, 3] * 4, "copy": [1, 2, 3] * 4, "y": ["a", "b", "c"] * 4})
    assert understand(table, "y").hints == ()


def test_a_hint_says_what_to_do_in_the_words_of_either_face():
    table = pl.DataFrame({"user_id": drawn(1, 20), "beside": BESIDE, "y": CLASSES})
    (hint,) = understand(table, "y").hints
    assert hint.text == "named as an id, and its 20 values repeat in 120 rows"
    apart, level = hint.advice
    assert apart == Advice("group", "user_id", after=" keeps the rows of each on one side of every split")
    assert in_python(apart) == "group='user_id'"
    assert in_shell(apart) == "--group user_id"
    assert in_shell(level) == "--column user_id=category"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("zip", "a post code"),
        ("Zip-Code", "a post code"),
        ("PLZ", "a post code"),
        ("mnth", "a month"),
        ("Day of week", "a day of the week"),
        ("shopNr", "a place"),
        ("product_code", "a class"),
        ("", None),
        ("123", None),
        ("id", None),
        ("code_length", None),
    ],
)
def test_the_words_of_a_name_say_what_its_numbers_stand_for(name, expected):
    assert (code_of(name) or [None])[0] == expected


def test_real_tables_give_few_hints(real_tables, described):
    found = {}
    for name, said in described.items():
        if name not in ("kddcup99_10pct", "fashion_mnist", "covertype"):
            told = understand(str(real_tables / said["file"]), said["target"]).hints
            found |= {name: [(hint.column, hint.what) for hint in told]} if told else {}
    assert found == {"titanic": [("Pclass", "code")]}


def test_the_plan_says_them_with_the_option_to_paste(tmp_path, capfd):
    path, model = tmp_path / "t.csv", tmp_path / "m.safetensors"
    pl.DataFrame({"month": drawn(1, 12), "beside": BESIDE, "again": BESIDE, "y": CLASSES}).write_csv(path)
    code, _, err = run(capfd, "train", path, "--target", "y", "-o", model, *SMALL)
    assert code == 0
    said = " ".join(err.split())
    assert "hints month: 12 whole numbers, taken for a quantity, though the name says a month; " in said
    assert "--column month=category takes each for a level again: equal to 'beside' in every row; " in said
    assert "--column again=ignore leaves it out" in said


def test_a_packed_date_is_advised_as_what_it_is():
    days = pl.date_range(pl.date(2019, 1, 1), pl.date(2019, 4, 30), eager=True).dt.to_string("%Y%m%d").cast(pl.Int64)
    table = pl.DataFrame({"order date": days, "beside": BESIDE, "y": CLASSES})
    (hint,) = understand(table, "y").hints
    assert in_shell(hint.advice[0]) == "--column 'order date=date'"
    assert understand(table, "y", columns={"order date": "date"}).hints == ()


@pytest.mark.parametrize(
    ("labels", "asked"),
    [
        (np.arange(456).repeat(2)[:569], True),
        (np.arange(456.0).repeat(2)[:569] / 4, True),
        (np.arange(40).repeat(10), False),  # as of forty faces
        (np.arange(20).repeat(2), False),
        (np.arange(21).repeat(2), True),
        ([f"c{label}" for label in np.arange(456).repeat(2)[:569]], False),
    ],
)
def test_classes_that_may_be_a_number_are_questioned(labels, asked):
    found = hints.classes(pl.Series("y", labels))
    distinct = len(np.unique(labels))
    text = f"{distinct} classes in {len(labels)} rows may be a number; task='regression' predicts one"
    assert [sentence(hint.text, hint.advice) for hint in found] == [text] * asked
    problem = understand(pl.DataFrame({"x": np.arange(len(labels)) % 7, "y": labels}), "y", task="classification")
    assert [hint.what for hint in problem.hints if hint.column == "y"] == ["classes"] * asked
    assert len(problem.questioned()) == asked
