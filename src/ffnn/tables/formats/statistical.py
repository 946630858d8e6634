"""Files of SPSS, Stata and SAS to tables: pyreadstat reads them, labels become the levels of categories."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from ffnn.tables.formats.frames import as_levels
from ffnn.tables.formats.optional import damage_told, needed
from ffnn.tables.formats.understood import Reading, Request

READERS = {
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".por": "read_por",
    ".dta": "read_dta",
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
}
"""The function of pyreadstat for each ending."""


def parse(content: bytes | Path, ending: str, request: Request) -> Reading:
    """The table in a file of a program for statistics.

    Args:
        content: The file, as its bytes or its path.
        ending: One of `READERS`.
        request: How it is asked to be read.

    Returns:
        Columns with the types they came with; one whose every code has a label is a category of these labels. What the
        program calls missing is missing, and so is empty text.

    Raises:
        TableError: It is damaged, or pyreadstat is not installed.
    """
    pyreadstat = needed("pyreadstat", "statistics", f"{request.name} is a file of SPSS, Stata or SAS")
    read = getattr(pyreadstat, READERS[ending])
    with damage_told(request.name, "a file of SPSS, Stata or SAS"):
        if isinstance(content, Path):
            table, about = read(content, output_format="polars")
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder, f"table{ending}")
                path.write_bytes(content)
                table, about = read(path, output_format="polars")
        labels: dict[str, dict[Any, str]] = about.variable_value_labels
        return Reading(pl.DataFrame([labelled(cells, labels.get(cells.name, {})) for cells in table]))


def labelled(cells: pl.Series, labels: dict[Any, str]) -> pl.Series:
    """Codes as their labels, where each has one; empty text as missing."""
    if cells.dtype == pl.String:
        cells = cells.set(cells == "", None)
    there = cells.drop_nulls().unique()
    if not labels or not set(there.to_list()) <= set(labels):
        return cells
    known = pl.Series([labels[code] for code in there.to_list()], dtype=pl.String)
    return as_levels(cells.replace_strict(there, known, default=None, return_dtype=pl.String))
