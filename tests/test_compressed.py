from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tracemalloc
import zipfile

import pytest

from ffnn.errors import TableError
from ffnn.tables.formats import compressed, reading

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    zstd = pytest.importorskip("backports.zstd")

COMPRESS = {".gz": gzip.compress, ".zst": zstd.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
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
    monkeypatch.setattr(compressed, "LARGEST_EXPANSION", 2**24)
    path = tmp_path / f"t.csv{ending}"
    path.write_bytes(COMPRESS[ending](b"a,b\n" + b"1,2\n" * 2**22))
    assert path.stat().st_size < 2**20
    tracemalloc.start()
    try:
        with pytest.raises(TableError, match=rf"t\.csv\{ending} expands to more than 0\.015625 GiB"):
            reading.table_of(path)
        assert tracemalloc.get_traced_memory()[1] < 2**23 + (2**23 if ending == ".xz" else 0)  # its dictionary
    finally:
        tracemalloc.stop()


def test_no_more_is_read_than_the_limit():
    stream = io.BytesIO(b"abcdef")
    assert (compressed.read_up_to(4, stream), stream.tell()) == (b"abcd", 4)
    assert compressed.read_up_to(4, stream) == b"ef"


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def test_the_one_file_of_an_archive_is_read_by_its_own_ending(tmp_path):
    (tmp_path / "t.zip").write_bytes(zipped(data__tsv=b"a\tb\n1\t2\n", __hidden=b"x"))
    assert reading.table_of(tmp_path / "t.zip").to_dicts() == [{"a": "1", "b": "2"}]
    (tmp_path / "t.zip").write_bytes(zipped(inner__zip=zipped(data__csv=b"a\n1\n")))
    assert reading.read(tmp_path / "t.zip", delimiter=";").table.to_dicts() == [{"a": "1"}]


def test_of_several_files_of_an_archive_one_is_chosen(tmp_path):
    (tmp_path / "t.zip").write_bytes(zipped(a__csv=b"a\n1\n", b__csv=b"b\n1\n"))
    with pytest.raises(
        TableError, match=r"holds 2 files: 'a\.csv', 'b\.csv'; choose one, as in ffnn\.read\(…, sheet='a\.csv'\)"
    ):
        reading.table_of(tmp_path / "t.zip")
    assert reading.read(tmp_path / "t.zip", sheet="b.csv").table.columns == ["b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(), "is an archive without a file"),
        (zipped(a__csv=b"a\n1\n")[:-10], "cannot be read as an archive: "),
        (zipped(a__docx=b"a"), r"t\.zip/a\.docx does not end in"),
        (zipped(a__csv=b"a,b\n1\n"), r"t\.zip/a\.csv has 1 cells in row 1"),
    ],
)
def test_what_is_wrong_in_an_archive_is_told(tmp_path, content, message):
    (tmp_path / "t.zip").write_bytes(content)
    with pytest.raises(TableError, match=message):
        reading.table_of(tmp_path / "t.zip")


def test_an_archive_expands_to_so_much_and_no_more(monkeypatch, tmp_path):
    (tmp_path / "t.zip").write_bytes(zipped(a__csv=b"a\n" + b"1\n" * 10_000))
    monkeypatch.setattr(compressed, "LARGEST_EXPANSION", 10_000)
    with pytest.raises(TableError, match="expands to more than"):
        reading.table_of(tmp_path / "t.zip")
