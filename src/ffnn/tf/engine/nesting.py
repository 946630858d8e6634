"""Lists, tuples and dicts of things, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NESTING = (list, tuple, dict)


def flattened(value: Any) -> list[Any]:
    """The things in nested lists, tuples and dicts, in order."""
    if isinstance(value, list | tuple):
        if not any([isinstance(part, NESTING) for part in value]):  # noqa: C419 - faster than a generator
            return list(value)
        return [one for part in value for one in flattened(part)]
    if isinstance(value, dict):
        return [one for part in value.values() for one in flattened(part)]
    return [value]


def nested(pattern: Any, things: Iterator[Any]) -> Any:
    """Things in the nesting of a pattern."""
    if isinstance(pattern, tuple) and hasattr(pattern, "_fields"):
        return type(pattern)(*[nested(part, things) for part in pattern])
    if isinstance(pattern, list | tuple):
        if not any([isinstance(part, NESTING) for part in pattern]):  # noqa: C419
            return type(pattern)([next(things) for _ in pattern])
        return type(pattern)([nested(part, things) for part in pattern])
    if isinstance(pattern, dict):
        return {key: nested(part, things) for key, part in pattern.items()}
    return next(things)
