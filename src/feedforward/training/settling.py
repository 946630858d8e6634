"""What a recipe leaves open, chosen by the task and the table: layers, rate, restarts, epochs and batch."""

from __future__ import annotations

from typing import Any

from feedforward.training.recipe import Recipe, Settled


def settled(recipe: Recipe, *, classes: bool, rows: int, inputs: int) -> Settled:
    """The recipe with nothing left open that training needs.

    Args:
        recipe: Some choices of which may be None.
        classes: Whether classes are predicted; else numbers.
        rows: Rows that train and validate.
        inputs: Inputs of the network.
    """
    tangent = recipe.parametrization == "tangent"
    chosen: dict[str, Any] = {
        "hidden": (256, 256, 256),
        "activation": ("selu" if classes else "mish") if tangent else "relu",
        "learning_rate": (0.04 if classes else 0.2) if tangent else 1e-3,
        "label_smoothing": 0.1 if classes else 0.0,
        "restarts": 8,
        "epochs": 128,
    }
    if recipe.periodic:
        chosen["frequency"] = min(20.0, max(1.0, rows / 500))
    chosen = {name: value for name, value in chosen.items() if getattr(recipe, name) is None}
    return Settled(**{**vars(recipe), **chosen})
