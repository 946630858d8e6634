"""A model as a file, and as the bytes of one."""

from __future__ import annotations

import os

import msgspec
import numpy as np

from ffnn.errors import ModelFileError
from ffnn.models import container, packing
from ffnn.models.model import Model
from ffnn.networks.arrays import Inputs


def save(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model to one file; the same model always gives the same bytes.

    Raises:
        ModelFileError: The file cannot be written; an earlier file of that name stays as it is.
    """
    container.write(path, *packing.pack(model))


def load(path: str | os.PathLike[str]) -> Model:
    """Read a model file.

    Args:
        path: A file that `Model.save`, `ffnn train` or the playground wrote.

    Returns:
        The model, ready to predict; nothing of JAX is loaded.

    Raises:
        ModelFileError: There is no such file, or it is not a valid model file, or corrupt; nothing in it is ever run.
    """
    return unpacked(*container.read(path), str(path))


def to_bytes(model: Model) -> bytes:
    """The bytes that `save` writes."""
    return container.to_bytes(*packing.pack(model))


def from_bytes(content: bytes | bytearray | memoryview) -> Model:
    """The model of the bytes that `save` writes.

    Raises:
        ModelFileError: They are not a valid model file, or corrupt; nothing in them is ever run.
    """
    if not isinstance(content, bytes | bytearray | memoryview):
        raise ModelFileError(f"the content of a model file is given as all bytes of it; got {type(content).__name__}")
    name = "this content"
    try:
        document, tensors = container.from_bytes(bytes(content))
    except ModelFileError as error:
        raise ModelFileError(f"{name} {error}") from error
    return unpacked(document, tensors, name)


def unpacked(document: container.Document, tensors: container.Tensors, name: str) -> Model:
    """The model of what a file holds, once it has predicted a row."""
    try:
        model = packing.unpack(document, tensors)
        inputs = Inputs(
            np.zeros((1, len(model.encoder.inputs)), np.float32), np.zeros((1, len(model.encoder.codes)), np.int32)
        )
        if not np.isfinite(model.outputs(inputs)).all():
            raise ModelFileError("the network gives no finite prediction")
    except KeyError as error:
        raise ModelFileError(f"{name} is not a valid model file: it has no {error.args[0]!r}") from error
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError) as error:
        raise ModelFileError(f"{name} is not a valid model file: {container.brief(error)}") from error
    return model
