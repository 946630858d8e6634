from __future__ import annotations

import os
import pickle
import subprocess

import polars as pl
import pytest

from commands import run
from ffnn import TableError, train
from ffnn.advice import Advice, in_python, sentence
from ffnn.cli.arguments import in_shell

EVERY = [
    Advice("columns", ("x", "category")),
    Advice("columns", ("a b; rm", "text")),
    Advice("task", "regression"),
    Advice("missing", "n/a"),
    Advice("missing", "'"),
    Advice("test_fraction", 0),
    Advice("learning_rate", 0.001),
    Advice("missing", "a\tb'\\ ü"),
    Advice("columns", ("", "category")),
    Advice("missing", "\u200b\u202e1"),
]


@pytest.mark.parametrize("advice", EVERY)
def test_python_takes_what_is_advised(advice):
    given = eval(f"dict({in_python(advice)})")
    value = {"columns": lambda: dict([advice.value]), "missing": lambda: [advice.value]}
    assert given == {advice.choice: value.get(advice.choice, lambda: advice.value)()}


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"}], ids=["C", "UTF-8"])
@pytest.mark.parametrize("advice", EVERY)
def test_the_shell_takes_what_is_advised(advice, locale):
    line = f"printf '%s\\0' {in_shell(advice)}"
    said = subprocess.run(["bash", "-c", line], capture_output=True, check=True, env={**os.environ, **locale}).stdout
    flag, value, _ = said.decode().split("\0")
    assert flag == {"columns": "--column"}.get(advice.choice, f"--{advice.choice.replace('_', '-')}")
    assert value == ("=".join(advice.value) if advice.choice == "columns" else str(advice.value))


def test_how_a_file_is_read_is_said_to_read():
    assert in_python(Advice("sheet", "it's")) == 'ffnn.read(…, sheet="it\'s")'
    assert in_shell(Advice("encoding", "cp1251")) == "--encoding cp1251"


def test_advice_stands_in_the_sentence():
    words = [Advice("task", "regression", "else ", " it"), Advice("missing", "-")]
    assert sentence("a is b", words) == "a is b; else task='regression' it; missing=['-']"
    assert sentence("a is b", ()) == "a is b"


PRICES = pl.DataFrame({"x": [str(row) for row in range(60)], "price": ["n/v", *(f"{row}.5" for row in range(59))]})


def test_each_face_words_the_advice_its_own_way(tmp_path, capfd):
    with pytest.raises(TableError) as caught:
        train(PRICES, "price")
    assert "say missing=['n/v'], or correct it; task='classification' takes" in str(caught.value)
    PRICES.write_csv(tmp_path / "prices.csv")
    code, _, said = run(capfd, "train", tmp_path / "prices.csv", "--target", "price")
    assert code == 2
    assert "say --missing n/v, or correct it; --task classification takes" in said
    assert "missing=" not in said


def test_an_error_with_advice_goes_through_pickle():
    error = pickle.loads(pickle.dumps(TableError("a is b", Advice("task", "regression"))))
    assert (error.text, error.advice) == ("a is b", (Advice("task", "regression"),))
    assert str(error) == "a is b; task='regression'"


def test_a_verb_is_advised_what_it_takes(tmp_path, capfd):
    pl.DataFrame({"x": [1.5, 2.5], "y": ["u", "u"]}).write_csv(tmp_path / "two.csv")
    advised = "give more rows; or --test-fraction 0"
    assert advised in run(capfd, "train", tmp_path / "two.csv", "--target", "y")[2]
    said = run(capfd, "tricks", tmp_path / "two.csv", "--target", "y", "--seeds", "2")[2]
    assert said.endswith("give more rows\n")


def test_a_long_cell_is_shown_in_part_and_not_advised_as_a_word():
    cells = ["w" * 61, *(f"{row}.5" for row in range(59))]
    with pytest.raises(TableError, match=f"'{'w' * 60}' in row 1; task='classification'"):
        train(pl.DataFrame({"x": range(60), "price": cells}), "price")
