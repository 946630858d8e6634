"""What a recipe leaves open is chosen by the task and the table; what it says stays."""

from __future__ import annotations

import pytest

from ffnn.learning.preparing import network_of
from ffnn.recipes import catalogue
from ffnn.recipes.recipe import Recipe, Settled
from ffnn.recipes.settling import settled

OPEN = Recipe(hidden=None, activation=None, restarts=None, epochs=None, learning_rate=None, label_smoothing=None)


@pytest.mark.parametrize("classes", [True, False])
@pytest.mark.parametrize("recipe", [OPEN, *catalogue.RECIPES.values()])
@pytest.mark.parametrize(("rows", "inputs"), [(2, 1), (150, 4), (20_000, 784), (10**7, 10)])
def test_nothing_that_training_needs_is_left_open(recipe, classes, rows, inputs):
    found = settled(recipe, classes=classes, rows=rows)
    assert isinstance(found, Settled)
    assert None not in (found.hidden, found.activation, found.restarts, found.epochs, found.learning_rate)
    assert found.label_smoothing == 0 or classes
    assert network_of(found, 3).widths(inputs)[-1] == 3
    assert settled(found, classes=classes, rows=rows) == found


def test_what_is_said_stays():
    said = Recipe(hidden=(3,), activation="tanh", restarts=2, epochs=4, learning_rate=0.5, label_smoothing=0.25)
    assert vars(settled(said, classes=True, rows=100)) == vars(said)
