"""A choice is declared once: checks, help and searches come from the declaration."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import get_args

import pytest

from ffnn.errors import ChoiceError, RecipeError
from ffnn.networks.activations import ACTIVATIONS
from ffnn.networks.initializers import INITIALIZERS
from ffnn.networks.losses import LOSSES
from ffnn.recipes import explaining
from ffnn.recipes.catalogue import RECIPES
from ffnn.recipes.choices import Among, Between, Group, choice, choices_of, names, share, whole_number, with_choices
from ffnn.recipes.recipe import CHOICES, FINAL_RATES, OPTIMIZERS, Recipe
from ffnn.tables.encoding.scaling import SCALINGS
from ffnn.tables.encoding.whitening import WHITENINGS
from ffnn.training.schedules import FALLS


@dataclass(frozen=True)
class Supper:
    """What there is to eat.

    Attributes:
        <choices>
    """

    bread: float = choice(0.25, share(), "Share of the bread.", group="Inputs", none="what is left")
    soup: str = choice("leek", names("leek", "bean"), "Soup.", group="Training", more="Warm.", search=Among(("leek",)))


def test_a_declaration_is_read_from_the_fields_of_a_class():
    declared = choices_of(Supper)
    assert list(declared) == ["bread", "soup"]
    assert declared["bread"].default == 0.25
    assert declared["bread"].check(None) is None
    assert declared["soup"].names == ("leek", "bean")
    with pytest.raises(RecipeError, match="bread must be at least 0 and less than 1; got 1"):
        declared["bread"].check(1)
    with pytest.raises(RecipeError, match="there is no soup None; known: leek, bean"):
        declared["soup"].check(None)


def test_a_docstring_and_a_line_of_help_follow_it():
    declared = choices_of(Supper)
    told = with_choices(Supper.__doc__, {name: each.description for name, each in declared.items()})
    assert told == (
        "What there is to eat.\n\n    Attributes:\n        bread: Share of the bread. None: what is left.\n"
        "        soup: Soup. Warm.\n    "
    )
    assert explaining.with_names(declared["soup"]) == "Soup. One of leek, bean."


def test_every_choice_is_declared_in_full():
    assert [field.name for field in dataclasses.fields(Recipe)] == list(CHOICES)
    for name, each in CHOICES.items():
        assert each.help.endswith(".")
        assert len(each.help) <= 100
        assert each.group in get_args(Group)
        assert f"\n        {name}: {each.help.split()[0]}" in Recipe.__doc__
        assert each.default is not None or each.none


def test_what_is_searched_may_be_chosen():
    searched = {name: each.search for name, each in CHOICES.items() if each.search is not None}
    assert len(searched) > 10
    for name, space in searched.items():
        for value in space.values if isinstance(space, Among) else (space.low, space.high):
            assert CHOICES[name].check(value) == value
        assert not isinstance(space, Between) or space.low < space.high
        assert not isinstance(space, Between) or space.low > 0 or not space.log


def test_names_are_those_of_the_rooms_that_take_them():
    assert {*CHOICES["activation"].names, "step"} == set(ACTIVATIONS)
    assert set(CHOICES["kernel_initializer"].names) == set(INITIALIZERS)
    assert set(CHOICES["loss"].names) <= set(LOSSES)
    assert set(CHOICES["scaling"].names) == set(SCALINGS)
    assert set(CHOICES["whitening"].names) == set(WHITENINGS)
    assert set(CHOICES["schedule"].names) == set(FALLS) == set(FINAL_RATES)
    assert CHOICES["optimizer"].names == OPTIMIZERS


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("hidden", "128,128,128 to 256,256,256, by the number of rows"),
        ("activation", "selu for classes, mish for numbers"),
        ("dropout", "0.15"),
        ("restarts", "8"),
        ("epochs", "32 to 256, by the number of rows"),
        ("patience", "no early stopping"),
        ("fade", "yes"),
        ("refit", "no"),
        ("loss", "cross_entropy for classes, mean_squared_error for numbers"),
    ],
)
def test_the_default_is_what_the_recipe_says_or_the_table_settles(name, said):
    assert explaining.usual(CHOICES[name], RECIPES["default"], explaining.in_words) == said


def test_a_default_that_is_changed_is_told():
    changed = dataclasses.replace(RECIPES["default"], dropout=0.3, hidden=(7,), learning_rate=0.5, patience=9)
    told = {name: explaining.explain(CHOICES[name], changed) for name in CHOICES}
    assert told["dropout"] == "Dropout rate of the hidden layers.  [default: 0.3; 0<=x<1]"
    assert told["hidden"].endswith("[default: 7; x>=1]")
    assert told["learning_rate"].endswith("[default: 0.5; x>0]")
    assert told["patience"].endswith("[default: 9; x>=1]")


def test_a_number_may_be_refused_with_another_error():
    with pytest.raises(ChoiceError, match="rows must be a whole number of at least 1; got nan") as raised:
        whole_number("rows", math.nan, error=ChoiceError)
    assert raised.type is ChoiceError
