"""What a file holds, by how it begins, so that content which contradicts the file's name is reported in words."""

from __future__ import annotations

import json

from ffnn.errors import TableError

PARQUET = ".parquet"
ARROW = (".arrow", ".feather", ".ipc")
JSON_LINES = (".jsonl", ".ndjson")

ARROW_FILE = b"ARROW1\0\0"
"""How an Arrow file begins, before its first message; a stream begins with the message."""

MAGIC = {
    b"PAR1": PARQUET,
    b"ARROW1": ".arrow",
    b"\xff\xff\xff\xff": ".arrow",
    b"\x1f\x8b": ".gz",
    b"\x28\xb5\x2f\xfd": ".zst",
}
"""How the formats that are not text begin; an Arrow file, or a stream of Arrow messages."""

WORDS = {PARQUET: "Parquet", ".arrow": "Arrow", ".gz": "gzip", ".zst": "Zstandard", ".jsonl": "JSON Lines"}

FOREIGN = {
    b"PK\x03\x04": "a ZIP archive or a workbook; expand it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old workbook; save the sheet as CSV",
    b"FEA1": "of the first version of Feather; write it as Arrow or Parquet",
    b"SQLite format 3": "a database; export the table as CSV",
    b"\x93NUMPY": "a NumPy array; load it and give the array",
    b"%PDF": "a PDF document; copy the table into a CSV file",
    b"BZh": "compressed by bzip2; expand it, or compress it by gzip",
    b"\xfd7zXZ": "compressed by xz; expand it, or compress it by gzip",
}
"""How files begin that are often taken for tables, and what to do with them."""

HEAD = 512
"""Bytes at the start of a file that show what it is."""


def kind_of(head: bytes) -> str | None:
    """The ending that suits a file which begins so: one of MAGIC, or .jsonl; None for any other text."""
    for magic, ending in MAGIC.items():
        if head.startswith(magic):
            return ending
    return ".jsonl" if head[:HEAD].lstrip().startswith(b"{") else None


def check_content(head: bytes, ending: str, name: str) -> None:
    """Raise a TableError if a file begins unlike what its ending promises.

    Args:
        head: Its first bytes.
        ending: Its ending, in small letters.
        name: What it is called in an error.
    """
    if is_model(head):
        refuse_model(name)
    for magic, what in FOREIGN.items():
        if head.startswith(magic):
            raise TableError(f"{name} is {what}")
    kind = kind_of(head)
    if kind == ".jsonl" and ending not in JSON_LINES and not is_object(head):
        kind = None  # a brace begins the name of a column
    promised = ".arrow" if ending in ARROW else ".jsonl" if ending in JSON_LINES else ending
    if promised in MAGIC.values() and kind != promised:
        found = f"its content is {WORDS[kind]}" if kind else f"it begins with {head[:8]!r}" if head else "it is empty"
        raise TableError(f"{name} cannot be read as a {ending[1:]} table: {found}")
    if kind and kind != promised:
        raise TableError(f"{name} ends in {ending}, but its content is {WORDS[kind]}; rename it to end in {kind}")


def is_stream(head: bytes) -> bool:
    """Whether Arrow data is a stream of messages, not a file."""
    return head.startswith(b"\xff\xff\xff\xff")


def is_object(head: bytes) -> bool:
    """Whether the first line is a JSON object, or its beginning: a brace, then a quoted key and a colon."""
    line = head.lstrip().partition(b"\n")[0]
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return len(head) >= HEAD and line[1:].lstrip().startswith(b'"') and b'":' in line.replace(b" ", b"")


def is_model(head: bytes) -> bool:
    """Whether a file begins as a safetensors file does: the length of a header in eight bytes, then the header."""
    return head[8:10] in (b'{"', b"{}") and head[5:8] == bytes(3)


def refuse_model(name: str) -> None:
    """Raise the TableError of a model file that is given as a table."""
    raise TableError(f"{name} is a model file, not a table; predict and evaluate take the model first, then the table")
