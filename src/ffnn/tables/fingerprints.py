"""Which rows trained a model, in two bytes a row: enough to recognise them, too little to read them.

A row is a number of 64 bits made of its cells and its answers; a filter of 16 bits and 8 hashes a row says which were
there. One in a thousand that was not passes for one that was; none that was there is missed. Of more rows than a
megabyte holds, those of a share of all numbers are kept, and what is counted among these is scaled.

The same row is the same number wherever it comes from: whole numbers count exactly, others as float32 holds them, since
tables come in it; words by their hash, dates by their microsecond. No library's own hash takes part, for these change.

Sources: Bloom 1970, "Space/time trade-offs in hash coding with allowable errors"; Steele, Lea and Flood 2014, "Fast
splittable pseudorandom number generators" (the mixing).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int, Int64, UInt8, UInt64

from ffnn.errors import TableError

BYTES = 2
"""For each row."""

HASHES = 8

LARGEST = 1_000_000
"""Bytes of a filter."""

BLOCK = 16_384
"""Rows whose numbers are mixed together, so that they stay near the processor."""

WORD = 2**32

MISSING = np.uint64(0x9E3779B97F4A7C15)
"""Stands for a missing cell."""


@dataclass(frozen=True, eq=False)
class Fingerprints:
    """A filter of the rows that trained a model.

    Attributes:
        bits: The filter.
        rows: How many rows trained.
        share: Which share of all numbers of rows is kept.
    """

    bits: UInt8[np.ndarray, " bytes"]
    rows: int
    share: float = 1.0

    def __post_init__(self) -> None:
        if not (self.bits.dtype == np.uint8 and self.bits.ndim == 1 and 0 < len(self.bits) <= LARGEST):
            raise TableError(f"fingerprints are a list of at most {LARGEST:,} bytes")
        if not (self.rows > 0 and 0 < self.share <= 1):
            raise TableError("fingerprints are of one row or more, and of a share of them above 0")

    @classmethod
    def of(cls, numbers: UInt64[np.ndarray, " rows"]) -> Fingerprints | None:
        """The filter of some rows, by their `numbers`; of none there is none."""
        if not len(numbers):
            return None
        share = min(1.0, LARGEST // BYTES / len(numbers))
        bits = np.zeros(8 * BYTES * round(share * len(numbers)), bool)
        for places in places_of(numbers[among(numbers, share)], len(bits)):
            bits[places] = True
        return cls(np.packbits(bits), len(numbers), share)

    @cached_property
    def false_alarms(self) -> float:
        """The share of rows that did not train and pass for such."""
        return float((np.unpackbits(self.bits).mean()) ** HASHES)

    def count(self, numbers: UInt64[np.ndarray, " rows"]) -> tuple[int, int]:
        """How many of these rows, by their `numbers`, it knows; and how many were looked at, as of its share."""
        kept = numbers[among(numbers, self.share)]
        there = np.ones(len(kept), bool)
        bits = np.unpackbits(self.bits).view(bool)
        for places in places_of(kept, len(bits)):
            there &= bits[places]
        return int(there.sum()), len(kept)


def among(numbers: UInt64[np.ndarray, " rows"], share: float) -> Bool[np.ndarray, " rows"] | slice:
    """Which rows are of a share of all numbers."""
    return slice(None) if share == 1 else (numbers >> np.uint64(32)) < np.uint64(int(share * WORD))


def places_of(numbers: UInt64[np.ndarray, " rows"], bits: int) -> Iterator[Int64[np.ndarray, " rows"]]:
    """The bits of each row, one after another."""
    for _ in range(HASHES // 2):
        numbers = mix(numbers + MISSING)
        for half in (numbers >> np.uint64(32), numbers & np.uint64(WORD - 1)):
            yield ((half * np.uint64(bits)) >> np.uint64(32)).view(np.int64)


def numbers_of(
    cells: pl.DataFrame, answers: Int[np.ndarray, "rows targets"] | Float64[np.ndarray, "rows targets"]
) -> UInt64[np.ndarray, " rows"]:
    """A number for each row, by its cells and its answers.

    Args:
        cells: The input columns in their order, as `schema.conform` gives them.
        answers: Class numbers, or numbers.
    """
    columns = [*map(held_by, cells), *answers.T.astype(np.float64)]
    numbers = np.zeros(cells.height, np.uint64)

    def mix_in(start: int) -> None:
        block = slice(start, start + BLOCK)
        for column in columns:
            part = column[block]
            bits = bits_of_numbers(part) if part.dtype == np.float64 else part
            numbers[block] = mix((numbers[block] + MISSING) ^ bits)

    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        list(threads.map(mix_in, range(0, cells.height, BLOCK)))
    return numbers


def held_by(cells: pl.Series) -> Float64[np.ndarray, " rows"] | UInt64[np.ndarray, " rows"]:
    """A column in the form of its kind as numbers, if it holds such, or as 64 bits for each cell."""
    if cells.dtype == pl.Float64:
        return np.asarray(cells.to_numpy())
    if cells.dtype == pl.String:
        words = cells.unique().drop_nulls()
        hashes = np.frombuffer(b"".join(map(digest, words)), "<u8").astype(np.uint64)
        codes = cells.cast(pl.Enum(words)).to_physical().cast(pl.Int64).fill_null(len(words))
        return np.asarray(np.append(hashes, MISSING)[codes.to_numpy()])
    moments = cells.cast(pl.Datetime("us")).to_physical().fill_null(0).to_numpy().view(np.uint64)
    return np.where(cells.is_null().to_numpy(), MISSING, moments)


def bits_of_numbers(numbers: Float64[np.ndarray, " rows"]) -> UInt64[np.ndarray, " rows"]:
    """The bits of each number: whole ones exactly, others as float32 holds them; one zero, one missing number."""
    with np.errstate(over="ignore"):
        held = numbers.astype(np.float32).astype(np.float64)
    whole = numbers == np.rint(numbers)
    held[whole] = numbers[whole]
    held += 0.0
    bits = held.view(np.uint64)
    bits[np.isnan(held)] = MISSING
    return bits


def digest(word: str) -> bytes:
    """64 bits of a word: the same on every machine."""
    return hashlib.blake2b(word.encode(), digest_size=8).digest()


def mix(numbers: UInt64[np.ndarray, " some"]) -> UInt64[np.ndarray, " some"]:
    """The finalizer of splitmix64: each bit depends on each bit, and different numbers stay different."""
    mixed = numbers ^ (numbers >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return np.asarray(mixed)
