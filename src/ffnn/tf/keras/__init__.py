"""`tf.keras`: layers, optimizers, losses and metrics under Keras' names, made of the house's own.

Importing it imports nothing else: each part is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ffnn.tf.names import missing

PARTS = ("activations", "callbacks", "initializers", "layers", "losses", "metrics", "models", "optimizers", "utils")

PLACES = {
    **{part: part for part in PARTS},
    "Sequential": "models:Sequential",
    "Input": "layers:Input",
}


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise missing("tf.keras", name, PLACES)
    place, _, attribute = PLACES[name].partition(":")
    module = import_module(f"ffnn.tf.keras.{place}")
    value = getattr(module, attribute) if attribute else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(PLACES)
