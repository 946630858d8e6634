"""The lecture's vocabulary: TensorFlow's names, run by this house's own engine. `import ffnn.tf as tf`.

Importing it imports nothing else: each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ffnn.tf.names import PLACES, missing

__all__ = sorted(PLACES)


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise missing("tf", name, PLACES)
    place, _, attribute = PLACES[name].partition(":")
    module = import_module(f"ffnn.tf.{place}")
    value = getattr(module, attribute) if attribute else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
