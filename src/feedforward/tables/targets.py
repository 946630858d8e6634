"""The column to predict: from its cells to what the network is trained on, and from its outputs back.

Labels become class numbers and come back by `argmax`; numbers are standardised inside, so that the size of the target
never changes how fast the network learns. Source: lecture, "Classification vs. regression problems".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Float, Float32, Float64, Int32

from feedforward.errors import TableError
from feedforward.networks.activations import softmax
from feedforward.tables.cells import conform_column, numbers_of, text_of, whole
from feedforward.tables.schema import require
from feedforward.tables.statistics import Moments

Task = Literal["classification", "regression"]
Label: TypeAlias = str | int | float | bool

MOST_WHOLE_CLASSES = 20
"""A target of whole numbers with more distinct values than this is a number to predict, not a class."""


@dataclass(frozen=True)
class ClassTarget:
    """A target whose values are classes.

    Attributes:
        name: The column's name.
        labels: Every class seen in training, sorted; class number i is labels[i].
    """

    name: str
    labels: tuple[Label, ...]

    @property
    def outputs(self) -> int:
        """Number of outputs that the network needs: one logit for each class."""
        return len(self.labels)

    @property
    def classes(self) -> int | None:
        """Number of classes."""
        return len(self.labels)

    def read(self, cells: pl.Series) -> pl.Series:
        """Cells of any table as labels of the kind that training saw; null where missing.

        Raises:
            TableError: The labels are numbers or booleans, and a cell is not.
        """
        if isinstance(self.labels[0], str):
            return text_of(cells)
        return conform_column(cells, "boolean" if isinstance(self.labels[0], bool) else "number")

    def encode(self, cells: pl.Series) -> Int32[np.ndarray, " rows"]:
        """Class numbers; -1 for a label that training did not see."""
        numeric = not isinstance(self.labels[0], str | bool)
        known = [float(label) if numeric else written(label) for label in self.labels]
        codes = self.read(cells).replace_strict(known, range(len(known)), default=-1, return_dtype=pl.Int32)
        return np.asarray(codes.to_numpy())

    def decode(self, outputs: Float[np.ndarray, "rows classes"]) -> Float64[np.ndarray, "rows classes"]:
        """The probability of each class, from one network's logits."""
        return np.asarray(softmax(outputs.astype(np.float64)))


@dataclass(frozen=True)
class NumberTarget:
    """A target whose values are numbers.

    Attributes:
        name: The column's name.
        mean: Mean over the training rows, in the target's unit.
        deviation: Standard deviation over the training rows, in the target's unit; never 0.
    """

    name: str
    mean: float
    deviation: float

    outputs = 1
    classes = None

    def __post_init__(self) -> None:
        if not self.deviation > 0:
            raise TableError(f"the deviation of the target {self.name!r} must be positive; got {self.deviation}")

    def read(self, cells: pl.Series) -> pl.Series:
        """Cells of any table as numbers; null where missing.

        Raises:
            TableError: A cell is not a number.
        """
        return conform_column(cells, "number")

    def encode(self, cells: pl.Series) -> Float32[np.ndarray, "rows 1"]:
        """Standardised numbers: (number - mean) / deviation."""
        numbers = self.read(cells).to_numpy()
        return ((numbers - self.mean) / self.deviation).astype(np.float32)[:, None]

    def decode(self, outputs: Float[np.ndarray, "rows 1"]) -> Float64[np.ndarray, "rows 1"]:
        """Numbers in the target's unit, from one network's outputs."""
        return outputs.astype(np.float64) * self.deviation + self.mean


Target: TypeAlias = ClassTarget | NumberTarget


def choose_task(cells: pl.Series, task: str) -> tuple[Task, str]:
    """Decide between classification and regression.

    Args:
        cells: The target column; missing cells do not count.
        task: `classification`, `regression`, or `auto` to decide by the cells.

    Returns:
        The task and the reason for it, in a few words.

    Raises:
        TableError: No cell has a value, or regression is asked for on a column that does not hold numbers.
    """
    numbers, _ = numbers_of(cells)
    present = text_of(cells).drop_nulls() if numbers is None else numbers.drop_nulls()
    if present.is_empty():
        raise TableError(f"the target {cells.name!r} has no value in any row")
    if task == "classification":
        return "classification", "as asked"
    if task == "regression":
        conform_column(cells, "number")
        return "regression", "as asked"
    if numbers is None or cells.dtype == pl.Boolean:
        return "classification", "its values are labels"
    counts = present.value_counts()["count"]
    if whole(present) and len(counts) <= MOST_WHOLE_CLASSES and int(counts.min()) >= 2:  # type: ignore[arg-type]
        return (
            "classification",
            f"{len(counts)} whole numbers, each more than once; --task regression for a number",
        )
    return "regression", "its values are numbers; --task classification for classes"


def values(cells: pl.Series, task: Task) -> pl.Series:
    """A target column in the one form of its kind, decided over all rows given; null where missing.

    Numbers are Float64; labels are Boolean, Int64, Float64 or String.

    Raises:
        TableError: Numbers are to be predicted, and a cell is not one.
    """
    if task == "regression":
        return conform_column(cells, "number")
    if cells.dtype == pl.Boolean:
        return cells
    numbers, _ = numbers_of(cells)
    if numbers is not None:
        return numbers.cast(pl.Int64) if whole(numbers.drop_nulls()) else numbers
    text = text_of(cells)
    words = text.str.to_lowercase()
    return words == "true" if words.drop_nulls().is_in(["true", "false"]).all() else text


def fit(present: pl.Series, task: Task) -> Target:
    """The target's labels, or its mean and deviation, from the training rows alone.

    Args:
        present: Some rows of what `values` gives, none of them null.
        task: Classification or regression.

    Raises:
        TableError: There is one class or one number only, or no label occurs twice.
    """
    name = present.name
    if task == "classification":
        distinct = present.unique().sort()
        if len(distinct) < 2:
            raise TableError(f"the target {name!r} holds one class only, {distinct[0]!r}; there is nothing to learn")
        if len(distinct) == len(present):
            raise TableError(f"no label of the target {name!r} occurs twice, so there is nothing to learn from")
        return ClassTarget(name, tuple(distinct.to_list()))
    found = Moments.of(present)
    if not found.deviation > 0:
        raise TableError(f"every number of the target {name!r} is the same; there is nothing to learn")
    return NumberTarget(name, found.mean, found.deviation)


def answers(target: Target, table: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """The values of a target in any table, without the missing ones, and which rows have one, as booleans.

    Raises:
        TableError: The table has no such column or no row with a value, or a cell is not of the target's kind.
    """
    require(target.name, table.columns, "target")
    read = target.read(table[target.name])
    if read.null_count() == len(read):
        raise TableError(f"no row of the table has a value in the target {target.name!r}")
    return read.drop_nulls(), read.is_not_null()


def written(label: Label) -> str:
    """A label as tables and files write it: true and false in small letters."""
    return str(label).lower() if isinstance(label, bool) else str(label)
