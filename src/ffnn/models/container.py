"""The model file: one safetensors file that any safetensors reader can open, and that runs no code when read.

All that is not an array stands in one metadata value, as sorted JSON: safetensors writes several keys in random order,
and one model must always give the same bytes. Within that JSON stands the SHA-256 of the whole file, taken with the
digest's own 64 characters as zeros: corruption anywhere in the file is detected.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import numpy as np
import safetensors
import safetensors.numpy

from ffnn.errors import ModelFileError
from ffnn.files import replacing

FORMAT = 5
"""Raised whenever an older program could misread the file. All formats up to this one are read."""

KEY = "ffnn"
OLD_KEY = "feedforward"
"""What the package, and so the key, was called when it wrote its first files; they are read as ever."""

ENDING = ".safetensors"
LARGEST_HEADER = 100_000_000
LONG_TABLE = 64
"""A list of more strings than this is stored as a tensor of bytes, not in the header."""

NO_DIGEST = "0" * 64
DIGEST = re.compile(rb'\\"sha256\\":\\"([0-9a-f]{64})\\"')

Document: TypeAlias = dict[str, Any]
Tensors: TypeAlias = dict[str, np.ndarray]


def write(path: str | os.PathLike[str], document: Document, tensors: Tensors) -> None:
    """Write a file; one that was there stays whole if anything fails.

    Args:
        path: Where to.
        document: All that is not an array; JSON without NaN.
        tensors: Arrays by name.

    Raises:
        ModelFileError: The file cannot be written.
    """
    path = path_of(path)
    if not path.name:
        raise ModelFileError(f"the model file needs a name; got {str(path)!r}")
    try:
        with replacing(path) as file:
            file.write(to_bytes(document, tensors))
    except OSError as error:
        raise ModelFileError(f"the model file {path} cannot be written: {error.strerror or error}") from error


def path_of(path: str | os.PathLike[str]) -> Path:
    """Where a model file is, or is to be.

    Raises:
        ModelFileError: It is no path, or one that no file can have.
    """
    if not isinstance(path, str | os.PathLike) or not os.fspath(path):
        raise ModelFileError(f"a model file is given by its path; got {repr(path)[:60]}")
    if "\0" in str(path):
        raise ModelFileError(f"no file can be named {str(path)!r}: it holds NUL")
    return Path(path)


def read(path: str | os.PathLike[str]) -> tuple[Document, Tensors]:
    """Read what `write` wrote, every byte checked.

    Raises:
        ModelFileError: There is no such file, it is not a model file, it is damaged, or it is of another format.
    """
    path = path_of(path)
    try:
        with path.open("rb") as file:
            # The first bytes distinguish a model from a huge file of another kind before all of it is read.
            if file.read(9)[8:] != b"{":
                raise ModelFileError("is not a model file of ffnn")
            file.seek(0)
            return from_bytes(file.read())
    except OSError as error:
        raise ModelFileError(f"the model file {path} cannot be read: {error.strerror or error}") from error
    except ModelFileError as error:
        raise ModelFileError(f"{path} {error}") from error


def to_bytes(document: Document, tensors: Tensors) -> bytes:
    """A whole file; the same document and tensors always give the same bytes."""
    tensors = {
        name: np.ascontiguousarray(array) for name, array in tensors.items()
    }  # safetensors writes what lies there
    document = lift_tables({**document, "format": FORMAT, "sha256": NO_DIGEST}, "", tensors)
    text = json.dumps(document, sort_keys=True, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    raw = safetensors.numpy.save(tensors, {KEY: text})
    place = DIGEST.search(raw)
    assert place is not None  # noqa: S101 - the line above has just written it
    digest = hashlib.sha256(raw).hexdigest().encode()
    return raw[: place.start(1)] + digest + raw[place.end(1) :]


def from_bytes(raw: bytes) -> tuple[Document, Tensors]:
    """What `to_bytes` was given.

    Raises:
        ModelFileError: The bytes are not a whole model file of this format; worded to follow the file's name.
    """
    try:
        size = int.from_bytes(raw[:8], "little")
        if not 2 <= size <= min(len(raw) - 8, LARGEST_HEADER):
            raise ModelFileError("is truncated, or not a model file of ffnn")
        header = msgspec.json.decode(raw[8 : 8 + size], type=dict[str, dict[str, Any]])
        told = header.get("__metadata__", {})
        text = told.get(KEY, told.get(OLD_KEY))
        if not isinstance(text, str):
            raise ModelFileError("is a safetensors file, but not a model of ffnn")
        document = msgspec.json.decode(text, type=dict[str, Any])
        written = document.get("format")
        if type(written) is int and written > FORMAT:
            raise ModelFileError(f"was written by a newer ffnn (format {written}; this one reads {FORMAT}); update it")
        check_digest(raw, size)
        if type(written) is not int or written < 1:
            raise ModelFileError("is damaged: it has no format number")
        tensors = safetensors.numpy.load(raw)
        return lower_tables(document, tensors), tensors
    except (
        msgspec.MsgspecError,
        safetensors.SafetensorError,
        RecursionError,
        UnicodeError,
        KeyError,
    ) as error:
        raise ModelFileError(f"is damaged, or not a model file of ffnn: {brief(error)}") from error


def check_digest(raw: bytes, header: int) -> None:
    """Raise a ModelFileError if the file is not what its SHA-256 says."""
    places = list(DIGEST.finditer(raw, 8, 8 + header))
    if len(places) == 1:
        start, end = places[0].span(1)
        digest = hashlib.sha256(raw[:start] + NO_DIGEST.encode() + raw[end:]).hexdigest().encode()
        if digest == places[0].group(1):
            return
    raise ModelFileError("is damaged: its SHA-256 does not match its content")


def brief(error: Exception) -> str:
    """An error in a few words."""
    return str(error).partition("\n")[0][:200]


def lift_tables(value: Any, place: str, tensors: Tensors) -> Any:
    """JSON whose long lists of strings are moved to `tensors`; the place of each is left as {"tensor": name}."""
    if isinstance(value, dict):
        return {key: lift_tables(inner, f"{place}/{key}", tensors) for key, inner in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) > LONG_TABLE and all(isinstance(entry, str) for entry in value):
        name = f"strings{place}"
        tensors[name] = np.frombuffer(msgspec.json.encode(value), np.uint8)
        return {"tensor": name}
    return [lift_tables(inner, f"{place}/{number}", tensors) for number, inner in enumerate(value)]


def lower_tables(value: Any, tensors: Tensors) -> Any:
    """JSON with its long lists of strings back in place; their tensors are taken out."""
    if isinstance(value, list):
        return [lower_tables(inner, tensors) for inner in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"tensor"}:
        table = tensors.pop(str(value["tensor"]))
        return msgspec.json.decode(table.tobytes(), type=list[str])
    return {key: lower_tables(inner, tensors) for key, inner in value.items()}
