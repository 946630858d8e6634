"""`tf.keras.utils`: one-hot encoding, and one seed for everything."""

from __future__ import annotations

import random as python_random
from typing import Any

import numpy as np

from ffnn.tf import random
from ffnn.tf.errors import invalid
from ffnn.tf.names import refuse_other_names

__all__ = ["set_random_seed", "to_categorical"]


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Class numbers one-hot encoded, as a NumPy array; an axis of size 1 at the end is replaced.

    Raises:
        InvalidArgumentError: A number is no class.
    """
    classes = np.asarray(x).astype(np.int64)
    if classes.ndim > 1 and classes.shape[-1] == 1:
        classes = classes[..., 0]
    count = int(classes.max(initial=-1)) + 1 if num_classes is None else int(num_classes)
    wrong = classes[(classes < 0) | (classes >= count)]
    if wrong.size:
        raise invalid(f"to_categorical takes numbers from 0 to {count - 1}; got {wrong.flat[0]}")
    return np.eye(count)[classes]


def set_random_seed(seed: int) -> None:
    """Seed Python's, NumPy's and this package's random numbers."""
    python_random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    random.set_seed(seed)


refuse_other_names(__name__)
