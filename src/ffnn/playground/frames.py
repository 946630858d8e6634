"""Messages that carry arrays: a description in JSON, then the arrays as they lie in memory.

The first four bytes are the length of the JSON, a whole number, the least byte first. The JSON is filled up with
spaces, and each array with zeros, so that every array begins at a multiple of eight: a browser then looks at it without
a copy.
All numbers have their least byte first.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

DTYPES = {"u1": "|u1", "i4": "<i4", "f4": "<f4"}
"""The types of arrays, as the page knows them, and as NumPy writes them."""

STEP = 8


def packed(described: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """One message.

    Args:
        described: What is not an array; `arrays` is added: name, type and shape of each.
        arrays: By name, of types uint8, int32 and float32.
    """
    types = {name: f"{array.dtype.kind}{array.dtype.itemsize}" for name, array in arrays.items()}
    listed = [(name, types[name], array.shape) for name, array in arrays.items()]
    text = msgspec.json.encode({**described, "arrays": listed})
    text += b" " * (-(len(text) + 4) % STEP)
    parts = [struct.pack("<I", len(text)), text]
    for name, array in arrays.items():
        content = np.ascontiguousarray(array, DTYPES[types[name]]).tobytes()
        parts += [content, bytes(-len(content) % STEP)]
    return b"".join(parts)
