"""ARFF, the format of Weka, to tables: a header that declares every column, then delimited rows.

Source: University of Waikato, "Attribute-Relation File Format".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from ffnn.errors import TableError
from ffnn.tables.formats import framing, text
from ffnn.tables.formats.understood import Reading, Request, Understood

ATTRIBUTE = re.compile(
    r"""@attribute\s+(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\S+))\s+(?:(\{.*\})|(\w+).*)\s*\Z""", re.IGNORECASE
)
NUMERIC = ("numeric", "real", "integer")


class Attribute(NamedTuple):
    """A column: its name, and its type in small letters; `nominal` where its levels are listed."""

    name: str
    kind: str


def parse(raw: bytes, request: Request) -> Reading:
    """The table in the bytes of an ARFF file.

    Args:
        raw: Text in any encoding that delimited text may be in.
        request: How it is asked to be read.

    Returns:
        Columns of numbers, of text, and of levels where the header lists these; `?` is missing.

    Raises:
        TableError: The header or a row is not as the format has it, or rows are sparse.
    """
    name = request.name
    utf8, _, notes = text.as_utf8(raw, request)
    lines = utf8.decode().splitlines()
    attributes, data = header(lines, name)
    rows = list(rows_of(lines, data, len(attributes), name))
    columns = zip(*(row for _, row in rows), strict=True) if rows else [()] * len(attributes)
    table: dict[str, pl.Series] = {}
    for attribute, cells in zip(attributes, columns, strict=True):
        if attribute.name in table:
            raise TableError(f"{name} declares two attributes {attribute.name!r}")
        table[attribute.name] = column(attribute, list(cells), [line for line, _ in rows], name)
    return Reading(pl.DataFrame(table), Understood(notes=notes))


def header(lines: list[str], name: str) -> tuple[list[Attribute], int]:
    """The columns that a header declares, and the number of the first line of data, from 0."""
    attributes: list[Attribute] = []
    for place, line in enumerate(map(str.strip, lines)):
        word = line[:10].lower()
        if word.startswith("@data"):
            if not attributes:
                raise TableError(f"{name} declares no attribute above @data")
            return attributes, place + 1
        if word == "@attribute":
            found = ATTRIBUTE.match(line)
            kind = found and ("nominal" if found[4] else found[5].lower())
            if not found or kind not in ("nominal", "string", "date", *NUMERIC):
                raise TableError(f"{name} has an attribute in line {place + 1} that is not understood: {line[:60]!r}")
            quoted = found[1] if found[1] is not None else found[2]
            attributes.append(Attribute(found[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted), str(kind)))
        elif line and not line.startswith(("%", "@")):
            raise TableError(f"{name} has a line above @data that is not understood, line {place + 1}: {line[:60]!r}")
    raise TableError(f"{name} has no line @data, so it is no ARFF file")


def rows_of(lines: list[str], data: int, width: int, name: str) -> Iterator[tuple[int, list[str]]]:
    """The number of the line of each row, from 1, and its cells."""
    quote = "'" if any("'" in line for line in lines[data:]) else '"'
    rows = [(place, line.strip()) for place, line in enumerate(lines[data:], data + 1)]
    rows = [(place, line) for place, line in rows if line and not line.startswith("%")]
    if sparse := next((place for place, line in rows if line.startswith("{")), None):
        raise TableError(f"{name} has sparse rows (line {sparse}), which are not read; write them in full")
    sign = "\t" if rows and "," not in rows[0][1] and "\t" in rows[0][1] else ","
    reader = csv.reader(
        (line for _, line in rows), delimiter=sign, quotechar=quote, escapechar="\\", skipinitialspace=True
    )
    with framing.large_cells():
        for (place, _), cells in zip(rows, reader, strict=False):
            if len(cells) != width:
                raise TableError(f"{name} has {len(cells)} cells in line {place}, but {width} attributes")
            yield place, [cell.strip() for cell in cells]


def column(attribute: Attribute, cells: list[str], lines: list[int], name: str) -> pl.Series:
    """The cells of a column in its type."""
    words = pl.Series(attribute.name, cells, dtype=pl.String)
    words = words.set(words.is_in(["?", ""]), None)
    if attribute.kind == "nominal":
        return words.cast(pl.Categorical)
    if attribute.kind not in NUMERIC:
        return words
    numbers = words.cast(pl.Float64, strict=False)
    if (wrong := numbers.is_null() & words.is_not_null()).any():
        place = wrong.arg_max() or 0
        raise TableError(
            f"{name} declares {attribute.name!r} as {attribute.kind}, but line {lines[place]} holds {words[place]!r}"
        )
    return numbers
