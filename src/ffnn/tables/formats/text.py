"""Bytes of a text file to UTF-8, whichever encoding they are in."""

from __future__ import annotations

import codecs
import re

from ffnn.advice import Advice
from ffnn.errors import TableError
from ffnn.tables.formats.understood import Request

MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks, the longer ones first; that of UTF-8 says nothing new."""

PIECE = 2**20

LOOK = 2**16
"""Bytes at the start by which text is told from binary, and letters of one alphabet from those of another."""

CONTROL = bytes({*range(32)} - set(b"\t\n\r\f\x1a\x1b"))
"""Bytes that no text holds."""

WORD = re.compile(rb"(?=[A-Za-z\x80-\xff]{2})[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
"""A word with letters beyond ASCII; a single one is rather a sign, such as that of the euro."""

CYRILLIC = "cp1251"
"""An encoding of another alphabet, for an example."""

FOREIGN = 0.6
"""Where so many letters of such words are beyond ASCII, the alphabet is not the Latin one."""


def as_utf8(raw: bytes, request: Request) -> tuple[bytes, str, tuple[str, ...]]:
    """Text in UTF-8 without a byte order mark, the encoding it was in, and what should be known of that.

    Raises:
        TableError: It is no text, or not in the encoding that is said.
    """
    name = request.name
    if said := request.dialect.encoding:
        if said.startswith(("utf-16", "utf-32")) and raw and b"\0" not in raw:
            raise TableError(
                f"{name} is not text in {said}: it holds no NUL, which is in every end of a line there",
                another(raw, said),
            )
        try:
            read = raw.decode(said).encode().removeprefix(codecs.BOM_UTF8)
        except UnicodeDecodeError as error:
            byte = f"byte {raw[error.start]:#04x} at offset {error.start}"
            raise TableError(f"{name} is not text in {said}: {byte}", another(raw, said)) from error
        if b"\0" in read:
            advice = [another(raw, said)] if wide(raw) not in ("", said) else []
            raise TableError(f"{name} is not text in {said}: it holds NUL, as UTF-16 does, and what is binary", *advice)
        return read, said, ()
    if encoding := wide(raw):
        try:
            text = raw.decode(encoding).encode()
        except UnicodeError as error:
            known = encoding[:6].upper()
            raise TableError(f"{name} begins as {known} text but is not; save it as UTF-8") from error
        if b"\0" in text:
            raise TableError(f"{name} is not text in {encoding}: it holds NUL, as what is binary does")
        return text, encoding, ()
    marked = raw.startswith(codecs.BOM_UTF8)
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if (place := raw.find(b"\0")) >= 0:
        raise TableError(f"{name} holds a NUL byte at offset {place}: it is binary, or UTF-16; save it as UTF-8 text")
    if is_utf8(raw):
        return raw, "utf-8", ()
    if marked or not (encoding := western(raw, name)):
        refuse_bytes(raw, name)
    return raw.decode(encoding).encode(), encoding, (f"its text is not UTF-8 and is read as {encoding}",)


def wide(raw: bytes) -> str:
    """Which encoding of more than a byte a letter a text is in, by its mark or by its zeros; empty if in none."""
    return next((found for mark, found in MARKS.items() if raw.startswith(mark)), unmarked(raw))


def unmarked(raw: bytes) -> str:
    """Which UTF-16 without a mark a text seems to be in: every other byte of it is NUL; empty if in neither."""
    head = raw[: LOOK & ~1]
    half = len(head) // 2
    for encoding, zeros, letters in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if half > 1 and zeros.count(0) > 0.7 * half and letters.count(0) == 0:
            return encoding
    return ""


def is_utf8(raw: bytes) -> bool:
    """Whether bytes are UTF-8, looked at piece by piece, so that no second copy is kept."""
    if raw.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(raw), PIECE):
            decoder.decode(raw[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def western(raw: bytes, name: str) -> str:
    """The Western encoding that bytes which are not UTF-8 are in; empty where they are rather damaged UTF-8, or binary.

    Raises:
        TableError: They are letters of another alphabet, whose encoding has to be said.
    """
    read = raw.decode(errors="replace")
    lost = read.count("\ufffd")
    sound = sum(1 for sign in read[: 16 * LOOK] if sign > "\x7f" and sign != "\ufffd")
    if sound > lost or any(control in raw[:LOOK] for control in map(bytes, zip(CONTROL))):
        return ""
    if foreign(raw):
        raise TableError(
            f"{name} is not UTF-8 text, and its letters are not those of a Western alphabet",
            Advice("encoding", CYRILLIC, "say which they are in, as in "),
        )
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def foreign(raw: bytes) -> bool:
    """Whether the letters of bytes that are not UTF-8 are rather those of another alphabet than the Latin one."""
    words = b"".join(WORD.findall(raw[: 16 * LOOK]))
    beyond = sum(byte > 127 for byte in words)
    return beyond > 8 and beyond > FOREIGN * len(words)


def another(raw: bytes, said: str) -> Advice:
    """The encoding to try where a text is not in the one that is said."""
    likely = wide(raw) or ("utf-8" if is_utf8(raw) else CYRILLIC if foreign(raw) else "cp1252")
    return Advice("encoding", likely if likely != said else "latin-1", "say another, as in ")


def refuse_bytes(raw: bytes, name: str) -> None:
    """Raise a TableError that names the first byte which is not UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"{name} is not UTF-8 text: byte {raw[error.start]:#04x} at offset {error.start} (line {line}); "
            f"save it as UTF-8"
        ) from error
