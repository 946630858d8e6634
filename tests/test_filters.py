from __future__ import annotations

import base64

import pytest

from ffnn.errors import TableError
from ffnn.tables.encoding import filters


@pytest.mark.parametrize("count", [1, 2, 7, 100, 5000])
def test_what_was_there_is_known_and_little_else(count):
    there = [f"level {number}" for number in range(count)]
    coded = filters.of(there)
    assert filters.holding(coded, there) == there
    strangers = [f"stranger {number}" for number in range(20_000)]
    assert len(filters.holding(coded, strangers)) <= 0.01 * len(strangers)
    assert len(coded) <= 2 * count + 6  # base64 fills up to four characters


def test_nothing_was_there():
    assert filters.of([]) == ""
    assert filters.holding("", ["a", ""]) == []


def test_the_bits_of_a_word_are_the_same_everywhere():
    import hashlib

    words = hashlib.blake2b("Köln".encode(), digest_size=32).digest()
    bits = {int.from_bytes(words[at : at + 4], "little") % 16 for at in range(0, 32, 4)}
    packed = base64.b64decode(filters.of(["Köln"]))
    assert {bit for bit in range(16) if packed[bit // 8] >> (7 - bit % 8) & 1} == bits


def test_a_filter_that_is_none_is_refused():
    with pytest.raises(TableError, match="base64"):
        filters.opened("not base64!")
