"""Libraries that only some formats need, installed on demand; and whatever a library says of a damaged file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

from ffnn.errors import TableError


def needed(module: str, group: str, why: str) -> ModuleType:
    """A library of an optional group.

    Args:
        module: What is imported.
        group: The group of `pyproject.toml` that brings it.
        why: What needs it, as a sentence begins.

    Raises:
        TableError: It is not installed; how to install it is told.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.replace("_", "-")
        raise TableError(f"{why}, which needs {package}: pip install 'ffnn[{group}]' brings it") from error


@contextmanager
def damage_told(name: str, what: str) -> Iterator[None]:
    """Whatever a library raises of a damaged file, each its own, becomes one sentence.

    Args:
        name: What the file is called.
        what: What it should be: "a workbook".
    """
    try:
        yield
    except (TableError, MemoryError):
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise TableError(f"{name} cannot be read as {what}: {reason}") from error
