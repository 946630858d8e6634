"""What goes wrong in a program, reported with operation, shapes, dtypes and the line of the program."""

from __future__ import annotations

import sys
from operator import index
from pathlib import Path
from types import FrameType
from typing import Any

PACKAGE = str(Path(__file__).parents[1])


class InvalidArgumentError(ValueError):
    """An operation was given tensors that it cannot take."""


class ResourceExhaustedError(MemoryError):
    """A value takes more memory than there is."""


class OperatorNotAllowedInGraphError(TypeError):
    """Python asks for the value of a tensor that has none yet: the function that it stands in is being traced."""


class BroadcastWarning(UserWarning):
    """Two tensors are stretched against each other where their shapes were most likely meant to be the same."""


def user_frame() -> tuple[FrameType | None, int]:
    """The frame of the user's program that called this package, and how many frames it is away."""
    frame: FrameType | None = sys._getframe(1)
    depth = 1
    while frame is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame, depth = frame.f_back, depth + 1
    return frame, depth


def place() -> str:
    """Where in the user's program this happens: " (line 3 of xor.py)"."""
    frame, _ = user_frame()
    return "" if frame is None else f" (line {frame.f_lineno} of {Path(frame.f_code.co_filename).name})"


def whole_number(what: str, value: Any) -> int:
    """A value that must be a whole number.

    Raises:
        InvalidArgumentError: It is not.
    """
    try:
        return index(value)
    except TypeError:
        raise invalid(f"{what} is a whole number; got {value!r}") from None


def at_run_time(error: Exception) -> Exception:
    """What is said of an error that came while a program ran."""
    if isinstance(error, InvalidArgumentError):
        return error
    said = next(iter(str(error).splitlines()), "")
    if "RESOURCE_EXHAUSTED" in said:
        return ResourceExhaustedError(f"a value that is asked for takes more memory than there is: {said}{place()}")
    return invalid(f"the program that computes what is asked for cannot run: {type(error).__name__}: {said}")


def invalid(message: str) -> InvalidArgumentError:
    """An error of that message and the user's line."""
    return InvalidArgumentError(message + place())
