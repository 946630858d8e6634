"""The options of a recipe's choices come from their declarations, with help and true defaults."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import click
import click.shell_completion
import pytest

from commands import run
from ffnn.cli import options
from ffnn.cli.train import train
from ffnn.recipes import catalogue
from ffnn.recipes.choices import Switch
from ffnn.recipes.recipe import CHOICES
from ffnn.tables.columns.cells import KINDS

SOURCE = Path(__file__).parents[1] / "src" / "ffnn"


def told(capfd):
    code, out, _ = run(capfd, "train", "--help")
    assert code == 0
    return " ".join(out.split())


def test_every_choice_has_an_option_of_its_name():
    given = {each.name: each for each in train.params if isinstance(each, options.ChoiceOption)}
    assert set(given) == set(CHOICES)
    for name, option in given.items():
        assert option.opts == ["--" + name.replace("_", "-")]
        assert bool(option.secondary_opts) == isinstance(CHOICES[name].kind, Switch)
        assert option.default in (None, click.core.UNSET)


def test_the_help_of_every_choice_is_its_declaration(capfd):
    out = told(capfd)
    for choice in CHOICES.values():
        assert choice.help in out
        assert f"Recipe: {choice.group.lower()}:" in out


def test_the_help_names_every_type_of_a_column_and_every_way_of_writing(capfd):
    said = " ".join(run(capfd, "look", "--help")[1].split())
    for word in (*KINDS, "number:decimal-comma", "date:dayfirst", "date:yearfirst"):
        assert re.search(f"Type of a column, .*{word}.*--task", said)


def test_a_default_that_is_changed_is_in_the_help(capfd, monkeypatch):
    assert "Dropout rate of the hidden layers. [default: 0.15; 0<=x<1]" in told(capfd)
    changed = dataclasses.replace(catalogue.RECIPES["default"], dropout=0.375, patience=11)
    monkeypatch.setitem(catalogue.RECIPES, "default", changed)
    assert "Dropout rate of the hidden layers. [default: 0.375; 0<=x<1]" in told(capfd)
    assert "without a lower validation loss. [default: 11; x>=1]" in told(capfd)
    assert "dropout = 0.375\n" in run(capfd, "show", "--recipe", "default")[1]


def test_no_default_is_written_by_hand():
    for file in SOURCE.rglob("*.py"):
        for line in re.findall(r".*\[default.*", file.read_text()):
            assert file.name == "explaining.py", f"{file.name}: {line.strip()}"


def test_placeholders_are_no_values_that_would_be_refused(capfd):
    for name in ("AVERAGE", "STANDARD", "BALANCED", "TOML"):
        assert name not in told(capfd)


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (["--hidden", "none"], {"hidden": ()}),
        (["--hidden", "8,4", "--no-fade"], {"hidden": (8, 4), "fade": False}),
        (["--beta-2", "0.9", "--calibrate"], {"beta_2": 0.9, "calibrate": True}),
        (["--class-weight", '{"a": 2}', "--optimizer", "sgd"], {"class_weight": {"a": 2}, "optimizer": "sgd"}),
    ],
)
def test_choices_are_those_that_the_user_made(given, chosen):
    parsed = train.make_context("train", ["t.csv", "--target", "y", *given]).params
    assert options.chosen_of(parsed) == chosen
    assert not set(CHOICES) & set(parsed)


def test_names_are_completed():
    option = next(each for each in train.params if each.name == "activation")
    assert [item.value for item in option.type.shell_complete(None, option, "s")] == [
        "sigmoid", "selu", "silu", "softplus", "softmax",
    ]  # fmt: skip
