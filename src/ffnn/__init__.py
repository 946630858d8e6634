"""Feedforward neural networks: train one on a table, understand one, put one to work.

>>> import ffnn
>>> model = ffnn.train("adult.csv", target="income")          # doctest: +SKIP
>>> model.save("adult.safetensors")                         # doctest: +SKIP
>>> ffnn.load("adult.safetensors").predict("new.csv")         # doctest: +SKIP

Importing this package imports nothing else: each name is fetched when it is first used. `__init__.pyi` lists them for
editors.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

PLACES = {
    "FeedforwardClassifier": "estimators.networks:FeedforwardClassifier",
    "FeedforwardRegressor": "estimators.networks:FeedforwardRegressor",
    "TableEncoder": "estimators.encoding:TableEncoder",
    "read": "tables.formats.reading:read",
    "train": "learn:train",
    "training_run": "learn:training_run",
    "look": "looking.overview:look",
    "load": "models.file:load",
    "Model": "models.model:Model",
    "Recipe": "recipes.recipe:Recipe",
    "FeedforwardError": "errors:FeedforwardError",
    "TableError": "errors:TableError",
    "ChoiceError": "errors:ChoiceError",
    "RecipeError": "errors:RecipeError",
    "OutputError": "errors:OutputError",
    "TrainingError": "errors:TrainingError",
    "ModelFileError": "errors:ModelFileError",
    "TrainingRun": "learning.plan:TrainingRun",
    "Reading": "tables.formats.understood:Reading",
    "TableWarning": "tables.contract:TableWarning",
    "tf": "tf",
}

__all__ = sorted(PLACES)


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module 'ffnn' has no attribute {name!r}; it has {', '.join(sorted(PLACES))}")
    place, _, attribute = PLACES[name].partition(":")
    module = import_module(f"ffnn.{place}")
    value = globals()[name] = getattr(module, attribute) if attribute else module
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *PLACES})
