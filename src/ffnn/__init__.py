"""Feedforward neural networks: train one on a table, understand one, put one to work.

>>> import ffnn
>>> model = ffnn.train("adult.csv", target="income")          # doctest: +SKIP
>>> model.save("adult.safetensors")                         # doctest: +SKIP
>>> ffnn.load("adult.safetensors").predict("new.csv")         # doctest: +SKIP

Importing this package imports nothing else: each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ffnn.errors import (
        ChoiceError,
        FeedforwardError,
        ModelFileError,
        OutputError,
        RecipeError,
        TableError,
        TrainingError,
    )
    from ffnn.estimators import FeedforwardClassifier, FeedforwardRegressor
    from ffnn.learn import train
    from ffnn.models.file import load
    from ffnn.models.model import Model
    from ffnn.recipes.recipe import Recipe
    from ffnn.tables.contract import TableWarning

__version__ = "0.1.0"

PLACES = {
    "FeedforwardClassifier": "ffnn.estimators",
    "FeedforwardRegressor": "ffnn.estimators",
    "train": "ffnn.learn",
    "load": "ffnn.models.file",
    "Model": "ffnn.models.model",
    "Recipe": "ffnn.recipes.recipe",
    "FeedforwardError": "ffnn.errors",
    "TableError": "ffnn.errors",
    "ChoiceError": "ffnn.errors",
    "RecipeError": "ffnn.errors",
    "OutputError": "ffnn.errors",
    "TrainingError": "ffnn.errors",
    "ModelFileError": "ffnn.errors",
    "TableWarning": "ffnn.tables.contract",
}

__all__ = [
    "ChoiceError",
    "FeedforwardClassifier",
    "FeedforwardError",
    "FeedforwardRegressor",
    "Model",
    "ModelFileError",
    "OutputError",
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
        raise AttributeError(f"module 'ffnn' has no attribute {name!r}; it has {', '.join(sorted(PLACES))}")
    value = getattr(import_module(PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *PLACES])
