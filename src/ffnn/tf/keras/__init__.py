"""`tf.keras`: layers, optimizers, losses and metrics under Keras' names, made of the house's own.

Importing it imports nothing else: each part is fetched when it is first used. `__init__.pyi` lists them
for editors.
"""

from __future__ import annotations

from ffnn.tf.names import fetch_when_used

PARTS = ("activations", "callbacks", "initializers", "layers", "losses", "metrics", "models", "optimizers", "utils")

PLACES = {
    **{part: part for part in PARTS},
    "Sequential": "models:Sequential",
    "Input": "layers:Input",
}

fetch_when_used(__name__, PLACES)
