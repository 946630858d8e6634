"""Feedforward neural networks: train one on a table, understand one, put one to work.

>>> import feedforward as ff
>>> model = ff.train("adult.csv", target="income")          # doctest: +SKIP
>>> model.save("adult.safetensors")                         # doctest: +SKIP
>>> ff.load("adult.safetensors").predict("new.csv")         # doctest: +SKIP

Importing this package imports nothing else: each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from feedforward.errors import (
        FeedforwardError,
        ModelFileError,
        RecipeError,
        TableError,
        TrainingError,
    )
    from feedforward.estimators import FeedforwardClassifier, FeedforwardRegressor
    from feedforward.learn import train
    from feedforward.models.model import Model, load
    from feedforward.recipes.recipe import Recipe
    from feedforward.tables.contract import TableWarning

__version__ = "0.1.0"

PLACES = {
    "FeedforwardClassifier": "feedforward.estimators",
    "FeedforwardRegressor": "feedforward.estimators",
    "train": "feedforward.learn",
    "load": "feedforward.models.model",
    "Model": "feedforward.models.model",
    "Recipe": "feedforward.recipes.recipe",
    "FeedforwardError": "feedforward.errors",
    "TableError": "feedforward.errors",
    "RecipeError": "feedforward.errors",
    "TrainingError": "feedforward.errors",
    "ModelFileError": "feedforward.errors",
    "TableWarning": "feedforward.tables.contract",
}

__all__ = [
    "FeedforwardClassifier",
    "FeedforwardError",
    "FeedforwardRegressor",
    "Model",
    "ModelFileError",
    "Recipe",
    "RecipeError",
    "TableError",
    "TableWarning",
    "TrainingError",
    "load",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module 'feedforward' has no attribute {name!r}; it has {', '.join(sorted(PLACES))}")
    value = getattr(import_module(PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *PLACES])
