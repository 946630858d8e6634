"""The page of choices and their types are made of the declarations, and are up to date."""

from __future__ import annotations

import dataclasses

import reference
from ffnn.recipes import catalogue
from ffnn.recipes.given import Choices, Overrides
from ffnn.recipes.recipe import CHOICES


def test_page_and_types_are_up_to_date():
    assert reference.PAGE.read_text() == reference.page(), "run `make docs`"
    assert reference.TYPES.read_text() == reference.types(), "run `make docs`"


def test_every_choice_is_a_keyword_and_a_parameter():
    assert list(Choices.__annotations__) == list(CHOICES)
    assert [field.name for field in dataclasses.fields(Overrides)] == list(CHOICES)
    assert {field.default for field in dataclasses.fields(Overrides)} == {None}


def test_the_page_explains_every_choice():
    page = reference.page()
    for name, choice in CHOICES.items():
        assert page.count(f"| `{name}` | {choice.help}") == 1


def test_a_default_that_is_changed_is_on_the_page(monkeypatch):
    dropout = "| `dropout` | Dropout rate of the hidden layers. | number, `0<=x<1` | 0 | {} | 0 to 0.5 |\n"
    assert dropout.format("0.15") in reference.page()
    changed = dataclasses.replace(catalogue.RECIPES["default"], dropout=0.375)
    monkeypatch.setitem(catalogue.RECIPES, "default", changed)
    assert dropout.format("0.375") in reference.page()
