"""`tf.linalg`: products and lengths."""

from __future__ import annotations

from typing import Any

from ffnn.tf.arrays import eye, transpose
from ffnn.tf.mathematics import matmul, norm
from ffnn.tf.names import missing

__all__ = ["eye", "matmul", "norm", "transpose"]


def __getattr__(name: str) -> Any:
    raise missing("tf.linalg", name, __all__)
