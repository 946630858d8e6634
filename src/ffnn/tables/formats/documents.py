"""JSON documents to tables: lists of objects or of rows, columns by name, and the forms that pandas writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from ffnn.errors import TableError
from ffnn.tables.formats import frames, jsonlines, spreadsheets
from ffnn.tables.formats.understood import NOTHING, NUMBERS, Reading, Request

FORMS = (
    "a list of objects, a list of rows, an object of columns, or an object with columns and data as pandas writes it"
)


def parse(raw: bytes, request: Request) -> Reading:
    """The table in the bytes of a JSON file; several objects one after another are JSON Lines.

    Raises:
        TableError: It is not JSON, or none of the forms that a table has.
        ChoiceError: A header is spoken of, but it is no list of rows.
    """
    name = request.name
    what = f"{name} holds JSON whose columns have names"
    try:
        held = json.loads(raw.removeprefix(b"\xef\xbb\xbf"), parse_constant=jsonlines.refuse_constant)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and raw.lstrip().startswith(b"{"):
            request.check(NUMBERS, what)
            return Reading(jsonlines.parse(raw, name))
        raise TableError(f"{name} is not JSON: {error}" if raw.strip() else f"{name} is empty") from error
    except (ValueError, RecursionError) as error:
        raise TableError(f"{name} is not JSON: {error}") from error
    try:
        found = of_value(held, request)
    except TableError as error:
        raise error if error.text.startswith(name) else TableError(f"{name}: {error.text}") from error
    if found.understood is NOTHING:
        request.check(NUMBERS, what)
    return found


def of_value(held: Any, request: Request) -> Reading:
    """The table in what a document holds."""
    if isinstance(held, list) and held:
        if all(isinstance(row, dict) for row in held):
            return Reading(of_objects(held))
        if all(isinstance(row, list) and len(row) == len(held[0]) for row in held):
            return spreadsheets.of_grid(held, [], [], request)
    if isinstance(held, dict):
        names, data = held.get("columns"), held.get("data")
        if isinstance(names, list) and isinstance(data, list) and all(isinstance(row, list) for row in data):
            return Reading(of_rows([str(label) for label in names], data))
        if isinstance(names, dict) and len(held) == 1:
            return of_value(names, request)
        rows = [value for value in held.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        if len(rows) == 1:  # beside what is said of them
            return of_value(rows[0], request)
        if held and all(isinstance(cells, list) for cells in held.values()):
            return Reading(frames.from_columns(held.items()))
        if held and all(isinstance(cells, dict) for cells in held.values()):
            return Reading(of_nested(held))
        if held and not any(isinstance(value, list | dict) for value in held.values()):
            return Reading(of_objects([held]))
    raise TableError(f"{request.name} holds no table: that is {FORMS}")


def of_objects(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """A table of objects, a row each; a key that one of them lacks is missing there."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return frames.from_columns((name, [row.get(name) for row in rows]) for name in names)


def of_rows(names: list[str], rows: list[list[Any]]) -> pl.DataFrame:
    """A table of named columns and rows of cells."""
    for place, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise TableError(f"row {place} has {len(row)} cells, but there are {len(names)} columns")
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return frames.from_columns((name, list(cells)) for name, cells in zip(names, columns, strict=True))


def of_nested(held: Mapping[str, dict[str, Any]]) -> pl.DataFrame:
    """A table of objects by name: columns of cells by row, as pandas writes them, unless keys within are no numbers."""
    keys = list(dict.fromkeys(key for cells in held.values() for key in cells))
    if all(key.isdecimal() for key in keys):
        return frames.from_columns((name, [cells.get(key) for key in keys]) for name, cells in held.items())
    return of_objects([{"index": name, **cells} for name, cells in held.items()])
