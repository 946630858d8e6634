"""Arrays that NumPy saved (.npy, .npz) to tables; nothing that would have to be unpickled is ever loaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from ffnn.advice import Advice
from ffnn.errors import TableError
from ffnn.tables.formats import compressed, frames
from ffnn.tables.formats.optional import damage_told
from ffnn.tables.formats.understood import Reading, Request

ENDINGS = (".npy", ".npz")


def parse(content: bytes | Path, ending: str, request: Request) -> Reading:
    """The table in a file of arrays: one of rows and columns, a structured one, or several with a row for each other's.

    Args:
        content: The file, as its bytes or its path.
        ending: One of `ENDINGS`.
        request: How it is asked to be read; `sheet` says which of several arrays.

    Raises:
        TableError: It is damaged, holds Python objects, or the arrays make no table.
    """
    name = request.name
    raw = content if isinstance(content, bytes) else content.read_bytes()
    with damage_told(name, "arrays"):
        try:
            if ending == ".npy":
                arrays = {"": as_text(np.load(io.BytesIO(raw), allow_pickle=False))}
            else:
                with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                    compressed.check_archive(archive, request)
                with np.load(io.BytesIO(raw), allow_pickle=False) as file:
                    arrays = {label: as_text(file[label]) for label in file.files}
        except ValueError as error:
            if "allow_pickle" in str(error):
                raise TableError(
                    f"{name} holds Python objects, which are never loaded; save numbers, or text"
                ) from error
            raise
    if ending == ".npy":
        return Reading(frames.from_array(arrays[""]))
    if (label := request.chosen(list(arrays), "array")) is not None:
        return Reading(frames.from_array(arrays[label]))
    return Reading(frames.from_columns(columns(arrays, name).items()))


def as_text(array: np.ndarray) -> np.ndarray:
    """An array of bytes as one of text; any other as it is."""
    return np.char.decode(array, "utf-8", "replace") if array.dtype.kind == "S" else array


def columns(arrays: Mapping[str, np.ndarray], name: str) -> dict[str, np.ndarray | pl.Series]:
    """The columns of several arrays: one by its name, those of rows and columns by name and number.

    Raises:
        TableError: The arrays have not as many rows as each other, or more than two dimensions.
    """
    found: dict[str, np.ndarray | pl.Series] = {}
    for label, array in arrays.items():
        if array.ndim not in (1, 2) or (array.dtype.names and array.ndim == 2):
            raise TableError(f"{name} holds an array {label!r} of shape {array.shape}, which is no column of a table")
        if array.ndim == 1 and not array.dtype.names:
            found[label] = array
        else:
            alone = len(arrays) == 1
            table = frames.from_array(array)
            found |= {each.name if alone or array.dtype.names else f"{label}{each.name[1:]}": each for each in table}
    if len({len(column) for column in found.values()}) > 1:
        shapes = ", ".join(f"{label!r} of {array.shape}" for label, array in arrays.items())
        choice = Advice("sheet", next(iter(arrays)), "choose one, as in ")
        raise TableError(f"{name} holds arrays that are no columns of one table: {shapes}", choice)
    return found
