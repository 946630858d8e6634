"""What the tests of delimited text share."""

from __future__ import annotations

from ffnn.tables.dialect import Dialect
from ffnn.tables.formats import delimited
from ffnn.tables.formats.understood import Request


def parsed(
    content: str | bytes, ending: str = ".csv", names: frozenset[str] = frozenset(), **said: object
) -> tuple[list[str], list[tuple], list[str]]:
    """Names, rows and notes of a text."""
    raw = content if isinstance(content, bytes) else content.encode()
    dialect = Dialect.of(**said)
    table, understood = delimited.parse(raw, ending, Request("the file", dialect, dialect, names))
    return table.columns, table.rows(), list(understood.notes)
