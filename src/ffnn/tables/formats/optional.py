"""Libraries that only some formats need, and that are installed on demand."""

from __future__ import annotations

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
