"""What a file holds, by how it begins, so that content which contradicts the file's name is reported in words."""

from __future__ import annotations

import json
import re

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
    b"BZh": ".bz2",
    b"\xfd7zXZ": ".xz",
    b"PK\x03\x04": ".zip",
    b"PK\x05\x06": ".zip",
    b"\xd0\xcf\x11\xe0": ".xls",
    b"\x93NUMPY": ".npy",
    b"$FL2@(#)": ".sav",
    b"$FL3@(#)": ".zsav",
    b"<stata_dta>": ".dta",
    b"HEADER RECORD*******": ".xpt",
    bytes(12) + b"\xc2\xea\x81\x60": ".sas7bdat",
}
"""How the formats that are not text begin; an Arrow file, or a stream of Arrow messages."""

PACKED = {
    b"[Content_Types].xml": ".xlsx",
    b"_rels/": ".xlsx",
    b"xl/": ".xlsx",
    b"docProps/": ".xlsx",
    b"mimetype": ".ods",
}
"""How the first name in a workbook begins, which is a ZIP archive."""

WORDS = {
    PARQUET: "Parquet",
    ".arrow": "Arrow",
    ".gz": "gzip",
    ".zst": "Zstandard",
    ".bz2": "bzip2",
    ".xz": "xz",
    ".jsonl": "JSON Lines",
    ".zip": "a ZIP archive",
    ".xlsx": "a workbook",
    ".ods": "an OpenDocument workbook",
    ".xls": "an old workbook",
    ".npy": "a NumPy array",
    ".npz": "NumPy arrays",
    ".sav": "a file of SPSS",
    ".zsav": "a file of SPSS",
    ".dta": "a file of Stata",
    ".xpt": "a file of SAS",
    ".sas7bdat": "a file of SAS",
}

ALIKE = {".feather": ".arrow", ".ipc": ".arrow", ".ndjson": ".jsonl", ".xlsm": ".xlsx"}
"""Endings of one format."""

FREE = (".dta", ".por", ".json", ".jsonl", ".arff")
"""Formats that need not begin in one way."""

HTML = "a web page, perhaps that of an error; save the table itself"

SQL = "a script of SQL; export the table as CSV"

FOREIGN = {
    b"FEA1": "of the first version of Feather; write it as Arrow or Parquet",
    b"SQLite format 3": "a database; export the table as CSV",
    b"<!DOCTYPE html": HTML,
    b"<!doctype html": HTML,
    b"<html": HTML,
    b"<HTML": HTML,
    b"<table": HTML,
    b"<TABLE": HTML,
    b"INSERT INTO ": SQL,
    b"CREATE TABLE ": SQL,
    b"-- MySQL dump": SQL,
    b"<?xml": "XML; save the table as a workbook or as CSV",
    b"%PDF": "a PDF document; copy the table into a CSV file",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive; expand it",
    b"Rar!": "a RAR archive; expand it",
    b"\x80\x04": "a pickle, which could run code when read, and is not; write the table as Parquet or CSV",
    b"\x89HDF": "an HDF5 file; write the table as Parquet or CSV",
}
"""How files begin that are often taken for tables, and what to do with them."""

JSON = re.compile(rb"""\s*(?:\[\s*\{\s*"|\[\s*\[\s*(?:"[^"\n]*"|-?\d[^\s,\]]*)\s*,|\{\s*\n\s*"[^"\n]*"\s*:)""")
"""How JSON begins that is no list of lines: lists of objects or rows, and an object in several lines."""

TAB = b"\t"

HEAD = 512
"""Bytes at the start of a file that show what it is."""


def kind_of(head: bytes) -> str | None:
    """The ending that suits a file which begins so: one of MAGIC, or .jsonl; None for any other text."""
    for magic, ending in MAGIC.items():
        if head.startswith(magic):
            return kind_of_archive(head) if ending == ".zip" else ending
    return ".jsonl" if head[:HEAD].lstrip().startswith(b"{") else None


def kind_of_archive(head: bytes) -> str:
    """What a ZIP archive is, by the name of the first file in it."""
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if first.endswith(b".npy"):
        return ".npz"
    return next((ending for start, ending in PACKED.items() if first.startswith(start)), ".zip")


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
    if kind == ".jsonl" and ending not in JSON_LINES and not (ending not in FREE and is_object(head)):
        kind = None  # a brace begins the name of a column
    promised = ALIKE.get(ending, ending)
    if promised in (".npz", ".xlsx", ".ods") and kind == ".zip":  # it may begin with any of its files
        return
    if promised in WORDS and promised not in FREE and kind != promised:
        if kind:
            found = f"its content is {WORDS[kind]}; rename it to end in {kind}"
        elif (text := head.decode(errors="ignore")) and all(sign.isprintable() or sign.isspace() for sign in text):
            found = (
                f"it begins with {head[:8]!r}, which is text; rename it to end in {'.tsv' if TAB in head else '.csv'}"
            )
        else:
            found = f"it begins with {head[:8]!r}" if head else "it is empty"
        raise TableError(f"{name} cannot be read as a {ending[1:]} table: {found}")
    if promised not in (*WORDS, *FREE) and JSON.match(head):
        raise TableError(f"{name} ends in {ending}, but its content is JSON; rename it to end in .json")
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
