"""`tf.linalg`: products and lengths."""

from __future__ import annotations

from ffnn.tf.arrays import eye, transpose
from ffnn.tf.mathematics import matmul, norm
from ffnn.tf.names import refuse_other_names

__all__ = ["eye", "matmul", "norm", "transpose"]

refuse_other_names(__name__)
