"""Which words were there, in one and a half bytes a word: enough to tell a rare level from one never seen.

Source: Bloom 1970, "Space/time trade-offs in hash coding with allowable errors". With 12 bits and 8 hashes a word,
three words in a thousand that were not there are taken for one that was; no word that was there is ever missed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable

import numpy as np
from jaxtyping import Int64

from ffnn.errors import TableError

BITS = 12
"""For each word."""

HASHES = 8


def of(words: Iterable[str]) -> str:
    """A filter of some words, in base64; of none it is empty."""
    words = list(words)
    bits = np.zeros(-(-BITS * len(words) // 8) * 8, bool)
    for word in words:
        bits[places(word, len(bits))] = True
    return base64.b64encode(np.packbits(bits).tobytes()).decode()


def holding(coded: str, words: Iterable[str]) -> list[str]:
    """Those of some words that a filter says were there."""
    bits = np.unpackbits(np.frombuffer(opened(coded), np.uint8))
    return [word for word in words if len(bits) and bits[places(word, len(bits))].all()]


def opened(coded: str) -> bytes:
    """The bits of a filter.

    Raises:
        TableError: It is no base64.
    """
    try:
        return base64.b64decode(coded, validate=True)
    except (ValueError, binascii.Error) as error:
        raise TableError("a filter of rare levels is written in base64") from error


def places(word: str, bits: int) -> Int64[np.ndarray, " hashes"]:
    """The bits of a word: the same on every machine."""
    digest = hashlib.blake2b(word.encode(errors="surrogatepass"), digest_size=4 * HASHES).digest()
    return np.frombuffer(digest, "<u4").astype(np.int64) % bits
