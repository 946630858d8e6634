"""The lecture's vocabulary: TensorFlow's names, run by this house's own engine. `import ffnn.tf as tf`.

Importing it imports nothing else: each name is fetched when it is first used. `__init__.pyi` lists them for editors.
"""

from __future__ import annotations

from ffnn.tf.names import PLACES, fetch_when_used

fetch_when_used(__name__, PLACES)
