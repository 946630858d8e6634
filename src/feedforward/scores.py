"""What a model's record of scores holds, checked when a model file is read."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]

TABLES = ("test", "linear", "constant", "validation")
"""Whose scores there may be: of the model and its rivals on the test rows, and of the model out of fold."""


class Rows(msgspec.Struct, forbid_unknown_fields=True):
    """How many rows there were."""

    train: Count
    test: Count
    refit: Count | None = None


class Measured(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What all scores tell: the rows that they are of, and how they differ between restarts."""

    rows: Count
    spread: dict[str, float] = {}


class OfClasses(Measured, kw_only=True):
    """As `metrics.classification` gives them."""

    accuracy: float | None
    balanced_accuracy: float | None
    log_loss: float | None
    auc: float | None
    confusion: list[list[Count]]


class OfNumber(Measured, kw_only=True):
    """As `metrics.regression` gives them."""

    rmse: float | None
    mae: float | None
    r2: float | None


class OfNumbers(Measured, kw_only=True):
    """As `metrics.regressions` gives them."""

    r2: float | None
    targets: dict[str, OfNumber]


def checked(scores: Any, names: tuple[str, ...], classes: int | None) -> dict[str, Any]:
    """The scores as they are.

    Args:
        scores: By whose they are, and `rows`.
        names: The model's targets.
        classes: How many classes there are, of a target of classes.

    Raises:
        MsgspecError, ValueError: They are not such as training records of that target.
    """
    tables = msgspec.convert(scores, dict[str, Any])
    for name, table in tables.items():
        if name == "rows":
            msgspec.convert(table, Rows)
        elif name not in TABLES:
            raise ValueError(f"its scores are of {name!r}, which is unknown")
        elif classes is not None:
            confusion = msgspec.convert(table, OfClasses).confusion
            if {len(confusion), *map(len, confusion)} != {classes}:
                raise ValueError("its confusion matrix has not a row and a column for each class")
        elif len(names) == 1:
            msgspec.convert(table, OfNumber)
        elif set(msgspec.convert(table, OfNumbers).targets) != set(names):
            raise ValueError("its scores are not those of its targets")
    if "rows" not in tables:
        raise ValueError("its scores lack the number of rows")
    return tables
