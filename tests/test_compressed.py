from __future__ import annotations

import gzip
import io
import sys
import tracemalloc

import pytest

from ffnn.errors import TableError
from ffnn.tables.formats import compressed, reading

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    zstd = pytest.importorskip("backports.zstd")

COMPRESS = {".gz": gzip.compress, ".zst": zstd.compress}
ENDINGS = sorted(COMPRESS)

assert sorted(compressed.OPENERS) == ENDINGS


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("name", "content"), [("t.csv", b"a,b\n1,2\n"), ("t.tsv", b"a\tb\n1\t2\n"), ("t.jsonl", b'{"a": "1", "b": "2"}\n')]
)
def test_text_may_be_compressed(tmp_path, ending, name, content):
    path = tmp_path / (name + ending.upper())
    path.write_bytes(COMPRESS[ending](content))
    assert reading.table_of(path).to_dicts() == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize("ending", ENDINGS)
def test_several_members_are_one_text(ending):
    packed = COMPRESS[ending](b"a,b\n") + COMPRESS[ending](b"1,2\n")
    assert compressed.expand(ending, packed, "t") == b"a,b\n1,2\n"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("damage", ["cut", "changed", "garbage", "empty"])
def test_a_damaged_file_is_refused(tmp_path, ending, damage):
    packed = COMPRESS[ending](b"a,b\n" + b"1,2\n" * 1000)
    middle = len(packed) // 2
    path = tmp_path / f"t.csv{ending}"
    path.write_bytes(
        {
            "cut": packed[:middle],
            "changed": packed[:middle] + bytes(8) + packed[middle + 8 :],
            "garbage": b"a,b\n1,2\n",
            "empty": b"",
        }[damage]
    )
    with pytest.raises(TableError, match=rf"t\.csv\{ending} cannot be (expanded|read as)") as caught:
        reading.table_of(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_larger_than_is_kept_at_first_is_read_in_a_second_pass(monkeypatch, ending):
    monkeypatch.setattr(compressed, "LARGEST_KEPT", 1000)
    content = b"a,b\n" + b"1,2\n" * 1000
    assert compressed.expand(ending, COMPRESS[ending](content), "t") == content


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_expands_to_too_much_is_refused_without_filling_memory(monkeypatch, tmp_path, ending):
    monkeypatch.setattr(compressed, "LARGEST_KEPT", 2**21)
    monkeypatch.setattr(compressed, "LARGEST_EXPANSION", 2**26)
    path = tmp_path / f"t.csv{ending}"
    path.write_bytes(COMPRESS[ending](b"a,b\n" + b"1,2\n" * 2**24))
    assert path.stat().st_size < 2**20
    tracemalloc.start()
    try:
        with pytest.raises(TableError, match=rf"t\.csv\{ending} expands to more than 0\.0625 GiB"):
            reading.table_of(path)
        assert tracemalloc.get_traced_memory()[1] < 2**23
    finally:
        tracemalloc.stop()


def test_no_more_is_read_than_the_limit():
    stream = io.BytesIO(b"abcdef")
    assert (compressed.read_up_to(4, stream), stream.tell()) == (b"abcd", 4)
    assert compressed.read_up_to(4, stream) == b"ef"
