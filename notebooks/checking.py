"""What a check is made of: it prints one or two sentences, what is right or what is wrong.

A notebook gives a check all its names, `checks.first_network(globals())`; the check picks out those that its own
parameters name. A check of your own returns what is right, and raises `Wrong` for what is not:

    @check
    def doubled(x, twice):
        close("twice", twice, 2 * np.asarray(x))
        return "Right: each number is twice what it was."
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np


class Wrong(Exception):  # noqa: N818  (no error of a program)
    """What is wrong, in a sentence or two for the learner."""


def check(judge: Callable[..., str]) -> Callable[[Mapping[str, Any]], None]:
    """The check that calls `judge` with the learner's names, and prints what it says."""
    names = list(inspect.signature(judge).parameters)

    @functools.wraps(judge)
    def judged(learned: Mapping[str, Any]) -> None:
        values = {name: learned.get(name, ...) for name in names}
        try:
            for name, value in values.items():
                filled(name, value)
            print(judge(**values))
        except Wrong as wrong:
            print(f"Not yet: {wrong}")
        except Exception as error:  # whatever the learner's own functions raise
            gaps = [name for name, value in values.items() if has_gap(value)]
            if gaps:
                print(f"Not yet: `{gaps[0]}` still has a gap; put your code where the three dots are.")
            else:
                print(f"Not yet: your code stops with {type(error).__name__}: {error}")

    return judged


def filled(name: str, value: Any) -> None:
    """Refuse a name that is not there, and three dots, alone or in lists."""
    if value is ...:
        raise Wrong(f"`{name}` has no value yet; fill the gap above, and run its cell.")
    if isinstance(value, Mapping):
        for key, part in value.items():
            filled(f'{name}["{key}"]', part)
    if isinstance(value, list | tuple):
        for part in value:
            filled(name, part)


def has_gap(value: Any) -> bool:
    """Whether a function's code holds three dots."""
    code = getattr(inspect.unwrap(value), "__code__", None) if callable(value) else None
    return code is not None and any(constant is ... for constant in code.co_consts)


def array(name: str, value: Any) -> np.ndarray:
    """A tensor, list or number as an array of numbers."""
    filled(name, value)
    if value is None:
        raise Wrong(f"`{name}` is None; does its function return it?")
    found = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    if found.dtype.kind not in "fiub":
        raise Wrong(f"`{name}` must hold numbers; it is {value!r}.")
    return found


def shape(name: str, value: Any, wanted: tuple[int, ...]) -> np.ndarray:
    """The array, which must have that shape."""
    found = array(name, value)
    if found.shape != wanted:
        turned = "; rows and columns are swapped" if len(wanted) > 1 and found.shape == wanted[::-1] else ""
        raise Wrong(f"`{name}` has shape {list(found.shape)}, and {list(wanted)} is wanted{turned}.")
    return found


def close(name: str, value: Any, wanted: Any, tolerance: float = 1e-5, hint: str = "") -> np.ndarray:
    """The array, which must have those values."""
    wanted = np.asarray(wanted)
    found = shape(name, value, wanted.shape)
    if not np.allclose(found, wanted, rtol=0, atol=tolerance):
        shown = np.array2string(found, precision=6, separator=", ").replace("\n", "")
        raise Wrong(f"`{name}` is {shown}, which is not right. {hint}".rstrip())
    return found


def slip(slips: Iterable[tuple[str, Any]], found: np.ndarray, tolerance: float = 1e-6) -> None:
    """Refuse values that a well-known slip gives; each slip is a sentence, and the values that come of it."""
    for said, values in slips:
        if np.shape(values) == found.shape and np.allclose(found, values, rtol=0, atol=tolerance):
            raise Wrong(said)
