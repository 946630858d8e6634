"""Which columns an Arrow schema calls dictionaries: the categories of pandas and R, whatever their levels are.

Polars reads a dictionary of whole numbers as plain numbers, so what the user called a category would be forgotten. The
schema is a FlatBuffer. Source: Arrow columnar format (Schema.fbs, Message.fbs); FlatBuffers, "Internals".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

CONTINUATION = b"\xff\xff\xff\xff"

HEADER, FIELDS, NAME, DICTIONARY = 2, 1, 0, 4
"""The place of a part in its table: the schema in the message, fields in the schema, name and dictionary in a field."""


def dictionaries(message: bytes) -> list[str]:
    """The names of the columns that are dictionaries, by a schema message as a file or stream begins with it.

    Args:
        message: The encapsulated message, and whatever follows it. What is no schema message has no dictionaries.
    """
    try:
        start = 8 if message.startswith(CONTINUATION) else 4  # a mark and a length; before Arrow 0.15 a length alone
        schema = followed(message, start + number(message, start, "<I"), HEADER)
        fields = [] if schema is None else list(entries(message, followed(message, schema, FIELDS)))
        coded = [field for field in fields if followed(message, field, DICTIONARY) is not None]
        return [text(message, followed(message, field, NAME)) for field in coded]
    except (struct.error, UnicodeDecodeError, IndexError, OverflowError):
        return []


def number(message: bytes, at: int, form: str) -> int:
    """The number at a place."""
    if at < 0:
        raise IndexError(at)
    return int(struct.unpack_from(form, message, at)[0])


def followed(message: bytes, table: int, place: int) -> int | None:
    """Where the part at a place of a table stands; None if the table has none."""
    layout = table - number(message, table, "<i")
    slot = 4 + 2 * place
    if slot >= number(message, layout, "<H") or not (offset := number(message, layout + slot, "<H")):
        return None
    return table + offset + number(message, table + offset, "<I")


def entries(message: bytes, vector: int | None) -> Iterator[int]:
    """Where the tables of a vector stand."""
    if vector is not None:
        for at in range(vector + 4, min(vector + 4 + 4 * number(message, vector, "<I"), len(message)), 4):
            yield at + number(message, at, "<I")


def text(message: bytes, at: int | None) -> str:
    """The string at a place."""
    if at is None:
        return ""
    return message[at + 4 : at + 4 + number(message, at, "<I")].decode()
