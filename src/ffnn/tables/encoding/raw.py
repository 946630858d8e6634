"""A table without the usual treatment, to see what that is worth: numbers in their own units, one number a category."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from ffnn.tables.columns.schema import Schema
from ffnn.tables.encoding.dates import DateColumn
from ffnn.tables.encoding.encoder import Encoder
from ffnn.tables.encoding.scaling import NumberColumn, RawColumn


def unscaled(encoder: Encoder) -> Encoder:
    """An encoder that leaves numbers in their own units, and dates in years and days."""
    columns = [
        RawColumn(name=column.name, minimum=column.minimum, maximum=column.maximum, missing=column.missing)
        if isinstance(column, NumberColumn)
        else replace(column, year=column.year and (0.0, 1.0), days=column.days and (0.0, 1.0))
        if isinstance(column, DateColumn)
        else column
        for column in encoder.columns
    ]
    return replace(encoder, columns=tuple(columns))


def levels_of(seen: Schema, cells: pl.DataFrame) -> dict[str, list[str]]:
    """The levels of each category that has more than two, in the order of the alphabet."""
    names = [column.name for column in seen.inputs if column.kind == "category"]
    levels = {name: cells[name].cast(pl.String).drop_nulls().unique().sort().to_list() for name in names}
    return {name: its for name, its in levels.items() if len(its) > 2}


def numbers_for(seen: Schema, levels: dict[str, list[str]]) -> Schema:
    """A schema in which those categories are numbers."""
    return Schema(tuple(replace(column, kind="number") if column.name in levels else column for column in seen.columns))


def numbered(cells: pl.DataFrame, levels: dict[str, list[str]]) -> pl.DataFrame:
    """Cells with the number of its level, from 1, in place of each category; null where it is missing or unknown."""
    return cells.with_columns(
        cells[name].cast(pl.String).cast(pl.Enum(its), strict=False).to_physical().cast(pl.Float64) + 1
        for name, its in levels.items()
    )
