from __future__ import annotations

import codecs

import pytest

from ffnn.errors import TableError
from ffnn.tables.formats import reading, text
from texts import parsed

GERMAN = "stadt;wert\nMünchen;1,5\nKöln;2,5\n"
WESTERN = (["stadt", "wert"], [("München", "1,5"), ("Köln", "2,5")])


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (GERMAN.encode(), []),
        (codecs.BOM_UTF8 + GERMAN.encode(), []),
        (GERMAN.encode("utf-16"), []),
        (GERMAN.encode("utf-16-le"), []),
        (GERMAN.encode("utf-16-be"), []),
        (GERMAN.encode("utf-32"), []),
        (GERMAN.encode("latin-1"), ["its text is not UTF-8 and is read as cp1252"]),
    ],
)
def test_the_encoding_is_found(content, notes):
    assert parsed(content) == (*WESTERN, notes)


def test_signs_of_windows_are_read_and_what_these_have_not_is_latin():
    assert parsed("a,b\n€ 5,„x“\n".encode("cp1252"))[1] == [("€ 5", "„x“")]
    assert parsed(b"a,b\n\x81,\xe9\n") == (
        ["a", "b"], [("\x81", "é")], ["its text is not UTF-8 and is read as latin-1"]
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis", "utf-16-be", "cp1253", "big5"])
def test_any_encoding_may_be_said(encoding):
    word = {"cp1251": "Ж", "shift_jis": "東京", "cp1253": "Ω", "big5": "台北"}.get(encoding, "ü")
    assert parsed(f"a,b\n{word},1\n{word},2\n".encode(encoding), encoding=encoding)[1] == [(word, "1"), (word, "2")]


@pytest.mark.parametrize(
    ("content", "said", "message"),
    [
        ("Жизнь,b\nлиния,1\n".encode("cp1251"), {}, "its letters are not those of a Western alphabet; say which"),
        (b"a,b\n\xe9,1\n", {"encoding": "ascii"}, "is not text in ascii: byte 0xe9 at offset 4; say another, as in"),
        ("Жизнь,линия\n".encode("cp1251"), {"encoding": "utf-8"}, "say another, as in .*encoding='cp1251'"),
        ("Жизнь,линия\n".encode(), {"encoding": "ascii"}, "say another, as in .*encoding='utf-8'"),
        (b"a,b\n\x81,1\n", {"encoding": "cp1252"}, "say another, as in .*encoding='latin-1'"),
        ("a,b\n1,2\n".encode("utf-16"), {"encoding": "latin-1"}, "is not text in iso8859-1: it holds NUL, as UTF-16"),
        ("a,é\nü,1\n".encode() + b"\xff", {}, r"is not UTF-8 text: byte 0xff at offset 10 \(line 3\)"),
        (b"a,b\n\x01\x02\xff,1\n", {}, "is not UTF-8 text: byte 0xff"),  # binary
        (codecs.BOM_UTF16_LE + b"a", {}, "begins as UTF-16 text but is not; save it as UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(content, said, message):
    with pytest.raises(TableError, match=message):
        parsed(content, **said)


def test_utf8_is_known_across_pieces(monkeypatch):
    content = "äöü€𝄞".encode() * 5
    for piece in range(1, 9):
        monkeypatch.setattr(text, "PIECE", piece)
        assert text.is_utf8(content)
        assert not text.is_utf8(content[:-1])
        assert not text.is_utf8(content + b"\xff")


@pytest.mark.parametrize("word", ["12,50 €", "12 °C", "40 m²", "Prüfung", "£5", "Größe"])
def test_signs_and_accents_of_western_tables_are_those_of_cp1252(word):
    content = "name;value\n" + f"Anna;{word}\n" * 50
    found = reading.read_bytes(content.encode("cp1252"), "t.csv")
    assert found.table["value"].to_list() == [word] * 50
    assert found.understood.dialect.encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "iso8859-5"])
def test_letters_of_another_alphabet_are_not_guessed(encoding):
    content = "имя;город\n" + "Анна;Москва\n" * 50
    with pytest.raises(TableError, match="not those of a Western alphabet"):
        reading.read_bytes(content.encode(encoding), "t.csv")


@pytest.mark.parametrize("said", ["utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize(
    ("content", "other"), [(b"size,kind\n1,2\n3,4\n", "utf-8"), (b"gr\xf6\xdfe,x\n1,2\n", "cp1252")]
)
def test_text_without_nul_is_in_no_wide_encoding(said, content, other):
    with pytest.raises(TableError, match=rf"is not text in {said}: it holds no NUL.*encoding='{other}'"):
        parsed(content, encoding=said)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("said", ["utf-8", "cp1252", "latin-1"])
def test_text_in_utf_16_of_which_another_is_said_has_its_own_advised(encoding, said):
    raw = "name,n\nZoë,1\nJörg,2\n".encode(encoding)
    with pytest.raises(TableError, match="is not text in") as told:
        parsed(raw, encoding=said)
    (way,) = told.value.advice
    assert (way.choice, way.value) == ("encoding", encoding)
    assert parsed(raw, encoding=way.value)[1] == [("Zoë", "1"), ("Jörg", "2")]
