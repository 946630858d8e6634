"""Random words and numbers that depend on a key and a counter alone: Philox 4x32-10.

Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", section 3.3 and table 2. Four words of 32
bits come out of each counter, so any part of a stream can be had without the parts before it. How words become
numbers, and which counter each number takes, is as in TensorFlow's kernels, so that the same seeds give the same
numbers.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt32, UInt64

MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = 0x9E3779B9, 0xBB67AE85  # added to the key's words from round to round
ROUNDS = 10
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)

SMALLEST = 1e-7  # a uniform number below it is raised to it, before its logarithm is taken
CUT = 2.0  # where a normal distribution is truncated, in standard deviations
RESERVED = 256  # counters set aside for each number, since rejection may need many


def words(key: int, stream: int, counters: UInt64[np.ndarray, " counters"]) -> UInt32[np.ndarray, "counters 4"]:
    """Four random words for each counter.

    Args:
        key: 64 bits, the first seed.
        stream: 64 bits, the upper half of every counter: the second seed.
        counters: The lower halves.
    """
    first, second = counters & LOW, counters >> HALF
    third = np.full_like(first, stream & 0xFFFFFFFF)
    fourth = np.full_like(first, stream >> 32 & 0xFFFFFFFF)
    keys = [key & 0xFFFFFFFF, key >> 32 & 0xFFFFFFFF]
    for _ in range(ROUNDS):
        product, other = MULTIPLIERS[0] * first, MULTIPLIERS[1] * third
        first = (other >> HALF) ^ second ^ np.uint64(keys[0])
        third = (product >> HALF) ^ fourth ^ np.uint64(keys[1])
        second, fourth = other & LOW, product & LOW
        keys = [(word + step) & 0xFFFFFFFF for word, step in zip(keys, WEYL, strict=True)]
    return np.stack([first, second, third, fourth], axis=-1).astype(np.uint32)


def counted(start: int, count: int, stride: int = 1) -> UInt64[np.ndarray, " count"]:
    """`count` counters from `start` on, `stride` apart."""
    return np.uint64(start) + np.arange(count, dtype=np.uint64) * np.uint64(stride)


def unit(drawn: UInt32[np.ndarray, "..."], dtype: np.dtype) -> Float[np.ndarray, "..."]:
    """Words as numbers in [0, 1): one word for a float32 (23 bits of it), two for a float64 (52 bits)."""
    if dtype == np.float32:
        return ((drawn & np.uint32(0x7FFFFF)) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1)
    pairs = drawn.astype(np.uint64).reshape(*drawn.shape[:-1], -1, 2)
    mantissa = (pairs[..., 0] & np.uint64(0xFFFFF)) << HALF | pairs[..., 1]
    return (mantissa | np.uint64(0x3FF0000000000000)).view(np.float64) - 1.0


def box_muller(uniform: Float[np.ndarray, "*counters pairs"]) -> Float[np.ndarray, "*counters pairs"]:
    """Two independent normal numbers of each two uniform ones. Source: Box and Muller 1958."""
    dtype = uniform.dtype
    radius = np.sqrt(-2 * np.log(np.maximum(uniform[..., 0::2], dtype.type(SMALLEST)).astype(np.float64)))
    angle = (2 * np.pi * uniform[..., 1::2].astype(np.float64)).astype(dtype).astype(np.float64)
    pairs = np.stack([np.sin(angle) * radius, np.cos(angle) * radius], axis=-1)
    return pairs.reshape(uniform.shape).astype(dtype)


def uniform(key: int, stream: int, start: int, count: int, dtype: np.dtype) -> Float[np.ndarray, " count"]:
    """Uniform in [0, 1)."""
    blocks = -(-count // numbers_in_block(dtype))
    return unit(words(key, stream, counted(start, blocks)), dtype).reshape(-1)[:count]


def integers(
    key: int, stream: int, start: int, count: int, low: int, high: int, dtype: np.dtype
) -> np.ndarray[tuple[int], np.dtype[np.signedinteger]]:
    """Whole numbers from `low` on, below `high`: a word, or two for int64, modulo the range."""
    single = dtype == np.int32
    drawn = words(key, stream, counted(start, -(-count // (4 if single else 2)))).astype(np.uint64)
    if not single:
        drawn = drawn[:, 0::2] | drawn[:, 1::2] << HALF
    numbers: np.ndarray = (drawn.reshape(-1)[:count] % np.uint64(high - low)).astype(dtype) + dtype.type(low)
    return numbers


def normal(key: int, stream: int, start: int, count: int, dtype: np.dtype) -> Float[np.ndarray, " count"]:
    """Normal, mean 0 and variance 1."""
    blocks = -(-count // numbers_in_block(dtype))
    return box_muller(unit(words(key, stream, counted(start, blocks)), dtype)).reshape(-1)[:count]


def truncated_normal(key: int, stream: int, start: int, count: int, dtype: np.dtype) -> Float[np.ndarray, " count"]:
    """Normal, mean 0 and variance 1, what lies 2 or more from 0 rejected.

    As many numbers as a block of words holds make a group, and each group has counters of its own.
    """
    size = numbers_in_block(dtype)
    groups = -(-count // size)
    first = counted(start, groups, stride=RESERVED * size // 4)
    kept = np.zeros((groups, size), dtype)
    filled = np.zeros(groups, int)
    block = 0
    while len(open_groups := np.flatnonzero(filled < size)):
        drawn = box_muller(unit(words(key, stream, first[open_groups] + np.uint64(block)), dtype))
        for candidate in drawn.T:
            taken = (np.abs(candidate) < CUT) & (filled[open_groups] < size)
            kept[open_groups[taken], filled[open_groups[taken]]] = candidate[taken]
            filled[open_groups[taken]] += 1
        block += 1
    return kept.reshape(-1)[:count]


def shuffled(key: int, stream: int, start: int, size: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The numbers 0 to size - 1 in random order, by swaps from the front on. Source: Durstenfeld 1964."""
    drawn = words(key, stream, counted(start, -(-(size - 1) // 4))).reshape(-1) if size > 1 else np.zeros(0, np.uint32)
    order = np.arange(size)
    for place in range(size - 1):
        other = place + int(drawn[place]) % (size - place)
        order[place], order[other] = order[other], order[place]
    return order


def numbers_in_block(dtype: np.dtype) -> int:
    """How many numbers the four words of one counter give."""
    return 4 if dtype == np.float32 else 2
