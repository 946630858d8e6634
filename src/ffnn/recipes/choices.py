"""How a choice is declared, once: its range, default, group, help, and how it is searched.

A recipe's checks, the command line's options, the estimators' parameters and their documentation, the comments of a
TOML file and the reference page all come from the declaration.
"""

from __future__ import annotations

import dataclasses
import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Set
from ctypes import c_float
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any, Literal, Protocol, runtime_checkable

from ffnn.errors import ChoiceError, RecipeError, near

Group = Literal["Network", "Inputs", "Training", "Optimizer", "Regularization", "Loss and outputs"]
"""What choices are about, in the order in which they are listed."""


@runtime_checkable
class Kind(Protocol):
    """What a choice may be."""

    @property
    def range(self) -> str:
        """Which numbers it may be, as in `0<=x<1`; empty where it is no number."""

    def check(self, name: str, value: Any) -> Any:
        """The value as a recipe keeps it; a RecipeError unless it is one that the choice of that name may be."""


@dataclass(frozen=True)
class Between:
    """A choice is searched between two numbers, both included.

    Attributes:
        low: The smaller one.
        high: The larger one.
        log: Whether equal factors count alike, not equal differences.
    """

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True)
class Among:
    """A choice is searched among a few values."""

    values: tuple[Any, ...]


Search = Between | Among


@dataclass(frozen=True)
class Choice:
    """One choice of a training run, as it is declared.

    Attributes:
        name: Its name in Python, in a TOML file and in a model file.
        default: What it is in a recipe that says nothing of it.
        kind: What it may be.
        help: One sentence.
        group: What it is about.
        none: What None stands for; empty where it may not be None.
        search: How it is searched; None where it is not.
        more: What a reference says beyond the one sentence: further rules and sources.
    """

    name: str
    default: Any
    kind: Kind
    help: str
    group: Group
    none: str = ""
    search: Search | None = None
    more: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names among which it is; none where it is no name."""
        return self.kind.names if isinstance(self.kind, Name) else ()

    @property
    def description(self) -> str:
        """All that is declared in words: what it is, what None stands for, and what there is more to say."""
        return " ".join(filter(None, [self.help, self.none and f"None: {self.none}.", self.more]))

    def check(self, value: Any) -> Any:
        """The value as a recipe keeps it; a RecipeError unless the choice may be that."""
        return None if value is None and self.none else self.kind.check(self.name, value)


def choice(
    default: Any,
    kind: Kind,
    help: str,  # noqa: A002
    *,
    group: Group,
    none: str = "",
    search: Search | None = None,
    more: str = "",
    hash: bool | None = None,  # noqa: A002
) -> Any:
    """A field of a dataclass that declares a choice; see `Choice`, and `dataclasses.field` for `hash`."""
    declared = {"kind": kind, "help": help, "group": group, "none": none, "search": search, "more": more}
    return field(default=default, hash=hash, metadata=declared)


def choices_of(recipe: type) -> dict[str, Choice]:
    """The choices that a dataclass declares, by name."""
    return {each.name: Choice(each.name, each.default, **each.metadata) for each in dataclasses.fields(recipe)}


def with_choices(docstring: str | None, texts: Mapping[str, str]) -> str | None:
    """A docstring with a name and a text for each choice, where it says `<choices>`; None where Python keeps none."""
    if docstring is None:
        return None
    before, place, after = docstring.partition("<choices>")
    indent = " " * (len(before) - len(before.rstrip(" ")))
    told = [
        "\n".join(textwrap.wrap(f"{name}: {text}", 120, initial_indent=indent, subsequent_indent=f"{indent}    "))
        for name, text in texts.items()
    ]
    return before.rstrip(" ") + "\n".join(told) + after if place else docstring


@dataclass(frozen=True)
class Switch:
    """Yes or no."""

    range: str = ""

    def check(self, name: str, value: Any) -> bool:
        """The value as a Python boolean."""
        return switch(name, value)


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int
    most: int = 2**31 - 1  # what JAX counts to

    @property
    def range(self) -> str:
        """Which numbers it may be."""
        return f"x>={self.least}"

    def check(self, name: str, value: Any) -> int:
        """The number as a Python integer."""
        return whole_number(name, value, self.least, self.most)


SMALLEST, LARGEST = 1e-37, 1e37
"""Training computes in float32, where what lies beyond would be 0 or infinite."""


@dataclass(frozen=True)
class Number:
    """A number; `rule` says which, in a sentence that begins with its name."""

    range: str
    rule: str
    fits: Callable[[float], bool]

    def check(self, name: str, value: Any) -> float:
        """The number as a Python float."""
        number = real_number(name, value, self.fits, self.rule)
        if number and not SMALLEST <= abs(number) <= LARGEST:
            raise RecipeError(f"{name} must lie from {SMALLEST:g} to {LARGEST:g}, as float32 tells; got {number!r}")
        if not self.fits(c_float(number).value):
            raise RecipeError(f"{name} {self.rule}, but {number!r} is {c_float(number).value:g} in float32")
        return number


def share() -> Number:
    """A share of a whole that is not the whole itself."""
    return Number("0<=x<1", "must be at least 0 and less than 1", lambda number: 0 <= number < 1)


def positive() -> Number:
    """A positive number."""
    return Number("x>0", "must be positive", lambda number: number > 0)


def not_negative() -> Number:
    """A positive number, or 0."""
    return Number("x>=0", "must be at least 0", lambda number: number >= 0)


@dataclass(frozen=True)
class Name:
    """One of several names.

    Attributes:
        known: Gives the names; called when they are needed, since some stand where NumPy is loaded.
        what: What is named, where that is not the choice's own name.
        refused: Names that are known but of no use here, and why.
        parse: Raises a RecipeError unless a name that holds a number is one; None where names hold none.
    """

    known: Callable[[], Iterable[str]]
    what: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    parse: Callable[[str], object] | None = None
    range: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All names that may be chosen."""
        return tuple(name for name in self.known() if name not in self.refused)

    def check(self, name: str, value: Any) -> str:
        """The value itself."""
        if isinstance(value, str) and value in self.refused:
            raise RecipeError(self.refused[value])
        if isinstance(value, str) and self.parse is not None:
            self.parse(value)
        elif not isinstance(value, str) or value not in self.names:
            known = near(value if isinstance(value, str) else "", self.names)
            raise RecipeError(f"there is no {self.what or name} {value!r}; {known}")
        return value


def names(*known: str) -> Name:
    """One of these names."""
    return Name(lambda: known)


@dataclass(frozen=True)
class Widths:
    """Whole numbers from 1, one for each layer; a number alone is one layer."""

    range: str = "x>=1"

    def check(self, name: str, value: Any) -> tuple[int, ...]:
        """A tuple of Python integers."""
        if type(value) is not bool and isinstance(value, Integral):
            value = (value,)
        if not in_order(value):
            raise RecipeError(f"{name} must be a list of whole numbers, one for each layer; got {value!r}")
        return tuple(whole_number(f"each layer of {name}", units) for units in value)


@dataclass(frozen=True)
class ClassWeights:
    """`balanced`, or a number, not negative, for each of some labels."""

    range: str = ""

    def check(self, name: str, value: Any) -> str | dict[str, float]:
        """The word itself, or a dictionary of its own."""
        if isinstance(value, str) and value == "balanced":
            return value
        if not isinstance(value, Mapping) or not value or None in value:
            raise RecipeError(f"{name} must be balanced, or a number for each class by its label; got {value!r}")
        weights: dict[str, float] = {}
        for label, weight in value.items():
            written = label if isinstance(label, str) else str(label).lower()
            if written in weights:
                raise RecipeError(f"{name} names the class {written!r} twice; give each class one weight")
            weights[written] = real_number(
                f"{name} of {label!r}", weight, lambda number: 0 <= number < math.inf, "must be at least 0 and finite"
            )  # of any unit: what counts is how they compare
        return weights


def in_order(value: Any) -> bool:
    """Whether these are several values in an order: no text or bytes, no set, no mapping."""
    try:
        iter(value)
    except TypeError:
        return False
    return not isinstance(value, str | bytes | bytearray | Set | Mapping)


def switch(name: str, value: Any, error: type[ChoiceError] = RecipeError) -> bool:
    """`value` as a Python boolean; an error unless it is true or false (NumPy's are too)."""
    if not isinstance(value, bool):
        import numpy as np

        if not isinstance(value, np.bool_):
            raise error(f"{name} must be true or false; got {value!r}")
    return bool(value)


def whole_number(
    name: str, value: Any, least: int = 1, most: int = 2**31 - 1, error: type[ChoiceError] = RecipeError
) -> int:
    """`value` as a Python integer; an error unless it is a whole number within these bounds (NumPy's are too)."""
    if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
        raise error(f"{name} must be a whole number of at least {least}; got {value!r}")
    if int(value) > most:
        raise error(f"{name} must be a whole number of at most {most}; got {value!r}")
    return int(value)


def real_number(
    name: str, value: Any, fits: Callable[[float], bool], rule: str, error: type[ChoiceError] = RecipeError
) -> float:
    """`value` as a Python float; an error that states the rule unless it is a number that fits."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise error(f"{name} must be a number; got {value!r}")
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond all floats
        number = math.inf if value == abs(value) else -math.inf
    if fits(number):
        return number
    raise error(f"{name} {rule}; got {value}")
