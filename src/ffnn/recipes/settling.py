"""What a recipe leaves open, chosen by the task and the table: layers, rate, restarts and epochs."""

from __future__ import annotations

import math
from typing import Any

from ffnn.recipes.recipe import Recipe, Settled

STEPS = 2000
"""Steps that a restart takes, as far as `EPOCHS` let it."""

SMALL = 1500
"""Rows of a table for which half the width is enough; it trains in a third of the time."""

EPOCHS = (32, 256)
"""Fewest and most epochs: a large table has enough of the fewest, a tiny one sees its rows often."""


def settled(recipe: Recipe, *, classes: bool, rows: int) -> Settled:
    """The recipe with nothing left open that training needs; only a frequency may be, for `trial`.

    Args:
        recipe: Some choices of which may be None.
        classes: Whether classes are predicted; else numbers.
        rows: Rows that train and validate.
    """
    tangent = recipe.parametrization == "tangent"
    steps = math.ceil(rows / recipe.batch_rows(rows))
    chosen: dict[str, Any] = {
        "hidden": (128, 128, 128) if rows < SMALL else (256, 256, 256),
        "activation": ("selu" if classes else "mish") if tangent else "relu",
        "learning_rate": (0.04 if classes else 0.2) if tangent else 1e-3,
        "label_smoothing": 0.1 if classes else 0.0,
        "restarts": 8,
        "epochs": min(EPOCHS[1], max(EPOCHS[0], round(STEPS / steps))),
    }
    chosen = {name: value for name, value in chosen.items() if getattr(recipe, name) is None}
    return Settled(**{**vars(recipe), **chosen})
