"""JSON Lines to tables: one JSON object a line, a row each."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from ffnn.errors import TableError


def parse(raw: bytes, name: str) -> pl.DataFrame:
    """The table in the bytes of a JSON Lines file; a key that a line lacks is missing there, nested values are kept.

    Raises:
        TableError: The text is empty, a line is not a JSON object, or a key holds values that do not go together.
    """
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if not raw or raw.isspace():
        raise TableError(f"{name} is empty: JSON Lines are one JSON object a line")
    try:
        return pl.read_ndjson(raw, infer_schema_length=None)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        check_lines(raw, name)
        reason = str(error).strip().partition("\n")[0]
        raise TableError(f"{name} holds values under one key that do not go together: {reason}") from error


def check_lines(raw: bytes, name: str) -> None:
    """Raise a TableError that names the first line which is not a JSON object, if there is one."""
    for number, line in enumerate(raw.split(b"\n"), 1):
        try:
            found = json.loads(line, parse_constant=refuse_constant) if line.strip() else {}
        except (ValueError, RecursionError) as error:
            raise TableError(f"{name} holds no JSON object in line {number}: {error}") from error
        if not isinstance(found, dict):
            raise TableError(f"{name} holds no JSON object in line {number}, but {line[:40].decode(errors='replace')}")


def refuse_constant(word: str) -> Any:
    """NaN and Infinity are not JSON, though Python reads them."""
    raise ValueError(f"{word} is not JSON; write null for a missing value")
