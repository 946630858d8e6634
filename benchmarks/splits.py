"""The rows that learn and the rows that judge: outer splits for what is reported, inner ones for development.

Outer splits are those on which the peers' figures were recorded. The rows of an inner split are training rows of the
first outer split alone, so that the rows which judge what is reported never choose a recipe there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SHARE = 0.2
"""Of the rows, how many judge."""

MOST = 20_000
"""Rows that learn, and rows that judge, at most."""

FEW = 3_000
"""A table of fewer rows is split several times: one split of so few says little."""


@dataclass(frozen=True)
class Table:
    """A table to learn, as `datasets.json` in the folder of tables describes it.

    Attributes:
        name: What it is called.
        file: Its file in that folder.
        target: The column to predict.
        task: `binary`, `multiclass` or `regression`.
        rows: Its rows.
    """

    name: str
    file: str
    target: str
    task: str
    rows: int

    @property
    def classifies(self) -> bool:
        """Whether the target is a class."""
        return self.task != "regression"

    def seeds(self, split: str) -> range:
        """The seeds of its outer or inner splits: more where there are few rows."""
        few, many = {"outer": (10, 1), "inner": (5, 2)}[split]
        return range(few if self.rows < FEW else many)


class Split(NamedTuple):
    """Numbers of rows: those that learn and those that judge, int64[rows] each."""

    train: np.ndarray
    test: np.ndarray


def outer(rows: int, seed: int) -> Split:
    """A fifth of a table's rows judges, by the permutation of `numpy.random.default_rng(seed)`; the next rows learn."""
    order = np.random.default_rng(seed).permutation(rows)
    judges = min(round(SHARE * rows), MOST)
    return Split(order[judges:][:MOST], order[:judges])


def inner(rows: int, seed: int) -> Split:
    """The training rows of the outer split 0, permuted by `default_rng((seed, 1))`; their last fifth judges."""
    there = outer(rows, 0).train
    there = there[np.random.default_rng((seed, 1)).permutation(len(there))]
    learners = len(there) - round(SHARE * len(there))
    return Split(there[:learners], there[learners:])


SPLITS: dict[str, Callable[[int, int], Split]] = {"outer": outer, "inner": inner}


def described(folder: Path) -> dict[str, Table]:
    """The tables of a folder, by name."""
    tables = json.loads((folder / "datasets.json").read_text())
    wanted = Table.__dataclass_fields__
    return {each["name"]: Table(**{name: each[name] for name in wanted}) for each in tables}


def read(folder: Path, table: Table) -> pd.DataFrame:
    """The rows of a table that have a target."""
    import pandas as pd

    path = folder / table.file
    if path.suffix == ".parquet":
        rows = pd.read_parquet(path)
    else:
        rows = pd.read_csv(path, keep_default_na=False, na_values=[""])
    return rows.dropna(subset=[table.target]).reset_index(drop=True)


def categories(inputs: pd.DataFrame) -> list[str]:
    """The columns that every learner is told to take for categories: those that hold no numbers, or truth values."""
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    return [name for name in inputs if not is_numeric_dtype(inputs[name]) or is_bool_dtype(inputs[name])]
