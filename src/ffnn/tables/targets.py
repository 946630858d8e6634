"""The columns to predict: from their cells to what the network is trained on, and from its outputs back.

Labels become class numbers and come back by `argmax`; numbers are standardised inside, so that the size of the target
never changes how fast the network learns. Source: lecture, "Classification vs. regression problems".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Bool, Float, Float32, Float64, Int, Int32, Shaped

from ffnn.advice import Advice
from ffnn.errors import TableError
from ffnn.networks.activations import softmax
from ffnn.tables.columns.cells import (
    Odd,
    all_whole,
    are_levels,
    conform_column,
    each_distinct,
    exactly,
    is_text,
    number_of,
    numbers_of,
    odd_among_numbers,
    plain_levels,
    read_numbers,
    text_of,
)
from ffnn.tables.columns.schema import Standing, require
from ffnn.tables.encoding.statistics import Moments
from ffnn.tables.notations.words import MISSING_LABELS, without_missing_words

Task = Literal["classification", "regression"]
Label: TypeAlias = str | int | float | bool

MOST_WHOLE_CLASSES = 20
"""A target of whole numbers with more distinct values than this is a number to predict, not a class."""

TRUTHS = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}

TEMPERATURES = (1e-6, 1e6)
"""No logit of float32 that is divided by one of these overflows."""

LARGEST_NUMBER = 1e100
"""Larger numbers are no target: squares of their errors, and squares of those, must stay numbers."""


@dataclass(frozen=True)
class ClassTarget:
    """A target whose values are classes.

    Attributes:
        name: The column's name.
        labels: Every class seen in training, sorted; class number i is labels[i].
        temperature: What logits are divided by: above 1 the probabilities are less sure, below 1 more.
    """

    name: str
    labels: tuple[Label, ...]
    temperature: float = 1.0

    def __post_init__(self) -> None:
        if len(set(self.labels)) < max(1, len(self.labels)) or len(set(map(type, self.labels))) > 1:
            raise TableError(f"the labels of the target {self.name!r} must be one or more of one type, each once")
        if not fits_64_bits(self.labels):
            raise TableError(f"the labels of the target {self.name!r} must be whole numbers of 64 bits")
        low, high = TEMPERATURES
        if not low <= self.temperature <= high:
            raise TableError(
                f"the temperature of the target {self.name!r} must be from {low:g} to {high:g}; got {self.temperature}"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The column's name, alone."""
        return (self.name,)

    @property
    def heads(self) -> tuple[ClassTarget, ...]:
        """This target, alone."""
        return (self,)

    def at(self, temperatures: Sequence[float]) -> ClassTarget:
        """The same at another temperature, the only one."""
        (temperature,) = temperatures
        return replace(self, temperature=temperature)

    @property
    def outputs(self) -> int:
        """Number of outputs that the network needs: one logit for each class."""
        return len(self.labels)

    @property
    def classes(self) -> int | None:
        """Number of classes."""
        return len(self.labels)

    def read(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Cells of any table as text; null where missing, unless training saw that very text as a label."""
        column = cells[self.name]
        if column.dtype == pl.Boolean and not isinstance(self.labels[0], str | bool):
            column = column.cast(pl.Int8)
        text = words_of(column)
        if is_text(column) and isinstance(self.labels[0], str):
            written = column.cast(pl.String)
            text = text.zip_with(~written.is_in(list(self.labels)).fill_null(False), written)
        return text.to_frame()

    def encode(self, cells: pl.DataFrame) -> Int32[np.ndarray, " rows"]:
        """Class numbers; -1, -2, … for labels that training did not see, each its own."""
        text = self.read(cells)[self.name]
        distinct = text.drop_nulls().unique().sort()
        numbers = {label: number for number, label in enumerate(self.labels)}
        codes, strangers = [], 0
        for label in distinct:
            code = numbers.get(label) if label in numbers else numbers.get(self.label_in(label))  # type: ignore[arg-type]
            strangers += code is None
            codes.append(-strangers if code is None else code)
        return np.asarray(text.replace_strict(distinct, codes, default=-1, return_dtype=pl.Int32).to_numpy())

    def label_in(self, text: str) -> Label | None:
        """What a text that is no label as it stands means, in the labels' type: +1 is 1; None if nothing."""
        first = self.labels[0]
        if isinstance(first, bool):
            return TRUTHS.get(text.lower())
        if set(self.labels) <= {0, 1} and text.lower() in TRUTHS:
            return int(TRUTHS[text.lower()])
        number = number_of(text)
        return str(number) if isinstance(first, str) and isinstance(number, int) else number

    def labels_of_codes(self, codes: Int[np.ndarray, " rows"]) -> Shaped[np.ndarray, " rows"]:
        """The labels of class numbers."""
        largest = max(self.labels) if isinstance(self.labels[0], int) else 0
        return np.asarray(np.array(self.labels, np.uint64 if largest >= 2**63 else None)[codes])  # type: ignore[operator]

    def decode(self, outputs: Float[np.ndarray, "rows classes"]) -> Float64[np.ndarray, "rows classes"]:
        """The probability of each class, from one network's logits."""
        return np.asarray(softmax(outputs.astype(np.float64) / self.temperature))


@dataclass(frozen=True)
class HeadsTarget:
    """Several targets whose values are classes. Each has a head of its own: its part of the outputs, with a softmax.

    Attributes:
        heads: The targets, in the order of their outputs.
    """

    heads: tuple[ClassTarget, ...]

    def __post_init__(self) -> None:
        if len(set(self.names)) < max(2, len(self.heads)):
            raise TableError("several targets of classes need two names or more, each once")
        if twice := [name for name, count in Counter(self.probabilities).items() if count > 1]:
            raise TableError(f"two predicted columns would have the name {twice[0]!r}; rename one of the targets")

    def at(self, temperatures: Sequence[float]) -> HeadsTarget:
        """The same at other temperatures, one for each head."""
        return HeadsTarget(tuple(head.at([each]) for head, each in zip(self.heads, temperatures, strict=True)))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(head.name for head in self.heads)

    @property
    def outputs(self) -> int:
        """Number of outputs that the network needs: one logit for each class of each target."""
        return sum(self.classes)

    @property
    def classes(self) -> tuple[int, ...]:
        """Number of classes of each target."""
        return tuple(head.outputs for head in self.heads)

    @property
    def probabilities(self) -> list[str]:
        """The names of the columns of probabilities, in the order of the outputs."""
        return [f"probability_{head.name}_{format_label(label)}" for head in self.heads for label in head.labels]

    def read(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Cells of any table as text, each column as `ClassTarget.read` gives it."""
        return pl.DataFrame([head.read(cells).to_series() for head in self.heads])

    def encode(self, cells: pl.DataFrame) -> Int32[np.ndarray, "rows targets"]:
        """Class numbers, each column as `ClassTarget.encode` gives it."""
        return np.column_stack([head.encode(cells) for head in self.heads])

    def decode(self, outputs: Float[np.ndarray, "rows outputs"]) -> Float64[np.ndarray, "rows outputs"]:
        """The probabilities of each target's classes, one target after the other."""
        parts = zip(self.heads, self.parts(outputs), strict=True)
        return np.concatenate([head.decode(part) for head, part in parts], axis=1)

    def parts(self, outputs: Float[np.ndarray, "rows outputs"]) -> list[Float[np.ndarray, "rows _"]]:
        """What of the outputs is each head's."""
        return np.split(outputs, np.cumsum(self.classes)[:-1], axis=1)


@dataclass(frozen=True)
class NumberTarget:
    """One or several targets whose values are numbers.

    Attributes:
        names: The columns' names.
        means: Of each column, the mean over the training rows, in the column's unit.
        deviations: Of each column, the standard deviation over the training rows, in its unit; never 0.
        ranges: Of each column, the smallest and the largest number that is predicted; empty: any is.
    """

    names: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    ranges: tuple[tuple[float, float], ...] = ()

    classes = None
    heads = ()

    def __post_init__(self) -> None:
        if not (self.names and len(set(self.names)) == len(self.means) == len(self.deviations) == len(self.names)):
            raise TableError("targets of numbers need names that differ, and one mean and one deviation for each")
        for name, mean, deviation in zip(self.names, self.means, self.deviations, strict=True):
            if not (deviation > 0 and math.isfinite(mean) and math.isfinite(deviation)):
                raise TableError(f"the deviation of the target {name!r} must be positive; got {deviation}")
            if max(abs(mean), deviation) > LARGEST_NUMBER:
                raise TableError(f"mean and deviation of the target {name!r} must not exceed {LARGEST_NUMBER:g}")
        limits = [limit for pair in self.ranges for limit in pair]
        ordered = all(low <= high for low, high in self.ranges)
        if len(self.ranges) not in (0, len(self.names)) or not all(map(math.isfinite, limits)) or not ordered:
            raise TableError("targets of numbers need one finite range each, or none")

    def at(self, _temperatures: Sequence[float]) -> NumberTarget:
        """The same: numbers have no temperature."""
        return self

    @property
    def outputs(self) -> int:
        """Number of outputs that the network needs: one for each column."""
        return len(self.names)

    def read(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Cells of any table as numbers; null where missing.

        Raises:
            TableError: A cell is not a number, or too large a one.
        """
        return pl.DataFrame({name: numbers_in(cells[name]) for name in self.names})

    def encode(self, cells: pl.DataFrame) -> Float32[np.ndarray, "rows outputs"]:
        """Standardised numbers: (number - mean) / deviation."""
        return ((self.read(cells).to_numpy() - self.means) / self.deviations).astype(np.float32)

    def decode(self, outputs: Float[np.ndarray, "rows outputs"]) -> Float64[np.ndarray, "rows outputs"]:
        """Numbers in the targets' units, from one network's outputs."""
        numbers = np.asarray(outputs.astype(np.float64) * self.deviations + self.means)
        return np.clip(numbers, *np.transpose(self.ranges)) if self.ranges else numbers


Target: TypeAlias = ClassTarget | HeadsTarget | NumberTarget


def numbers_among(target: Target) -> tuple[str, ...]:
    """The names of the targets that are numbers."""
    return target.names if isinstance(target, NumberTarget) else ()


@dataclass(frozen=True)
class Chosen:
    """A task, and why.

    Attributes:
        task: Classification or regression.
        reason: Why, in a few words.
        advice: How to ask for the other, where that is possible.
        answers: The columns, as `values` gives them.
    """

    task: Task
    reason: str
    advice: tuple[Advice, ...] = ()
    answers: pl.DataFrame = field(default_factory=pl.DataFrame, compare=False, repr=False)


def choose_task(cells: pl.DataFrame, task: str, standing: Standing = None) -> Chosen:
    """Decide between classification and regression.

    Args:
        cells: The target columns; missing cells do not count.
        task: `classification`, `regression`, or `auto` to decide by the cells.
        standing: Numbers of the rows that count, each as often as its weight says; None for all rows once.

    Raises:
        TableError: A column has no value, some columns hold numbers and others labels, or regression is asked for of a
            column that does not hold numbers; or it is not clear whether a column that is mostly numbers is one.
    """
    read = [numbers_of(column)[0] for column in cells]
    for column, numbers in zip(cells, read, strict=True):
        if (text_of(column) if numbers is None else numbers).null_count() == len(column):
            raise TableError(f"the target {column.name!r} has no value in any row")
    if task == "regression":
        chosen = Chosen("regression", "as asked")
    elif task == "classification":
        chosen = Chosen("classification", "as asked")
    elif cells.width > 1:
        chosen = choose_task_of_several(cells, read, standing)
    else:
        chosen = choose_task_of_one(cells.to_series(), read[0], standing)
    return replace(chosen, answers=values(cells, chosen.task, read))


def choose_task_of_one(cells: pl.Series, numbers: pl.Series | None, standing: Standing) -> Chosen:
    """The same for a single column, where no task is asked for; by its numbers, if it holds numbers."""
    if cells.dtype == pl.Boolean:
        return Chosen("classification", "its values are labels")
    if are_levels(cells):
        return Chosen("classification", "its type is a category")
    if numbers is None:
        odd = odd_among_numbers(cells)
        if odd and read_numbers(cells)[0].n_unique() > MOST_WHOLE_CLASSES + 1:  # null is one of them
            refuse_odd(cells, odd, Advice("task", "classification", after=" takes every value for a class"))
        words = missing_labels_in(cells)
        said = [f"; {' and '.join(map(repr, words))} count as missing"] if words else []
        return Chosen("classification", "".join(["its values are labels", *([f": {odd}"] if odd else []), *said]))
    if numbers.drop_nulls().n_unique() <= MOST_WHOLE_CLASSES and all_whole(exact := exactly(cells)):
        counts = (exact if standing is None else exact[standing]).drop_nulls().unique_counts()
        if len(counts) <= MOST_WHOLE_CLASSES and int(counts.min()) >= 2:  # type: ignore[arg-type]
            number = Advice("task", "regression", after=" for a number")
            return Chosen("classification", f"{len(counts)} whole numbers, each more than once", (number,))
    classes = Advice("task", "classification", after=" for classes")
    return Chosen("regression", "its values are numbers", (classes,))


def choose_task_of_several(cells: pl.DataFrame, read: Sequence[pl.Series | None], standing: Standing) -> Chosen:
    """The same for several columns: classes where each alone would be one, else numbers."""
    each = [choose_task_of_one(column, numbers, standing) for column, numbers in zip(cells, read, strict=True)]
    if all(chosen.task == "classification" for chosen in each):
        asked = Advice("task", "regression", after=" for numbers")
        possible = all(numbers is not None for numbers in read)
        return Chosen("classification", "each of the targets holds classes", (asked,) if possible else ())
    if labels := [column.name for column, numbers in zip(cells, read, strict=True) if numbers is None]:
        number = next(column.name for column, chosen in zip(cells, each, strict=True) if chosen.task == "regression")
        raise TableError(
            f"the target {labels[0]!r} holds labels and {number!r} numbers, so train a model for each",
            Advice("task", "classification", "or say ", ", which takes every value for a class"),
        )
    return Chosen("regression", "several targets")


def refuse_odd(cells: pl.Series, odd: Odd, *others: Advice) -> None:
    """Raise a TableError that names the odd cells among the numbers of a target."""
    count = odd.present - odd.fitting
    besides = f"{count:,} others, the first of them" if count > 1 else "one other:"
    missing = Advice("missing", odd.cell, "if that means a missing value, say ", ", or correct it")
    raise TableError(
        f"the target {cells.name!r} holds {odd.fitting:,} numbers and {besides} {odd.shown!r} in row {odd.row + 1}",
        *([missing] if odd.shown == odd.cell else []),
        *others,
    )


def values(cells: pl.DataFrame, task: Task, read: Sequence[pl.Series | None] | None = None) -> pl.DataFrame:
    """Target columns in the one form of their kind, decided over all rows given; null where missing.

    Numbers are Float64; labels are Boolean, whole numbers of some type, Float64, String or Enum. What
    `numbers_of` gives for each column may be given, where it is known.

    Raises:
        TableError: Numbers are to be predicted, and a cell is not one, or too large a one.
    """
    read = [numbers_of(column)[0] for column in cells] if read is None else read
    if task == "regression":
        for column, its in zip(cells, read, strict=True):
            if its is None and (odd := odd_among_numbers(column)):
                refuse_odd(column, odd)
        return pl.DataFrame({column.name: numbers_in(column, its) for column, its in zip(cells, read, strict=True)})
    return pl.DataFrame([labels_in(column, its is not None) for column, its in zip(cells, read, strict=True)])


def numbers_in(column: pl.Series, read: pl.Series | None = None) -> pl.Series:
    """A target's cells as Float64, null where missing; see `values`."""
    numbers = conform_column(column, "number") if read is None or read.is_infinite().any() else read
    if (large := (numbers.abs() > LARGEST_NUMBER)).any():
        row = large.arg_max() or 0
        raise TableError(
            f"the target {column.name!r} holds {numbers[row]:g} in row {row + 1}; numbers to predict lie between "
            f"{-LARGEST_NUMBER:g} and {LARGEST_NUMBER:g}, so rescale them"
        )
    return numbers


def labels_of(cells: pl.Series) -> pl.Series:
    """Labels in the one form of their kind; see `labels_in`."""
    return labels_in(cells, numbers_of(cells)[0] is not None)


def labels_in(cells: pl.Series, numbers: bool) -> pl.Series:
    """The same where it is known whether the cells are numbers.

    The labels of an Enum are its words, in its order. Others are read as cells are: numbers, exactly, where all are
    numbers; true and false; else words. What stands for a missing value is missing.
    """
    if cells.dtype in (pl.Boolean, pl.Enum):
        return cells
    if numbers:
        exact = exactly(cells)
        return exact.cast(pl.String) if exact.dtype == pl.Int128 else exact  # no file holds such a number
    text = words_of(cells)
    truths = text.drop_nulls().unique().str.to_lowercase().is_in(["true", "false"]).all()
    return text.str.to_lowercase() == "true" if truths else text


def words_of(cells: pl.Series) -> pl.Series:
    """Labels as words, each in its one spelling; null where missing."""
    return each_distinct(text_of(cells), lambda text: plain_levels(without_missing_words(text, MISSING_LABELS)))


def missing_labels_in(cells: pl.Series) -> list[str]:
    """Those words among the labels of a column that stand for a missing one, as they are written."""
    text = text_of(cells).drop_nulls().unique()
    return sorted(text.filter(text.str.to_lowercase().is_in(list(MISSING_LABELS))))


def fit_target(
    present: pl.DataFrame,
    task: Task,
    weights: Float64[np.ndarray, " rows"] | None = None,
    *,
    clip: bool = False,
    trivial: bool = False,
) -> Target:
    """The target's labels, or its means and deviations, from the training rows alone.

    Args:
        present: Some rows of what `values` gives, none of them null.
        task: Classification or regression.
        weights: How much each row counts in means and deviations; 1 each if None.
        clip: Whether numbers outside the range of these rows are never predicted.
        trivial: Whether there may be nothing to learn: one class or one number only, or no label that occurs twice.

    Raises:
        TableError: There is nothing to learn, or no row.
    """
    if task == "classification":
        heads = tuple(fit_classes(labels, trivial) for labels in present)
        return heads[0] if len(heads) == 1 else HeadsTarget(heads)
    found = [Moments.of(column, weights) for column in present]
    for column, moments in zip(present, found, strict=True):
        if not (moments.deviation > 0 or trivial):
            raise TableError(f"every number of the target {column.name!r} is the same; there is nothing to learn")
    means, deviations = tuple(each.mean for each in found), tuple(each.deviation or 1.0 for each in found)
    ranges = tuple((moments.minimum, moments.maximum) for moments in found) if clip else ()
    return NumberTarget(tuple(present.columns), means, deviations, ranges)


def fit_classes(present: pl.Series, trivial: bool = False) -> ClassTarget:
    """A target of classes, from the labels of the training rows; the rest as for `fit_target`."""
    name, distinct = present.name, present.unique().sort()
    if not len(distinct):
        raise TableError(f"the target {name!r} has no value in any row to train on")
    if len(distinct) < 2 and not trivial:
        raise TableError(f"the target {name!r} holds one class only, {distinct[0]!r}; there is nothing to learn")
    if not trivial:
        refuse_single(present)
    return ClassTarget(name, tuple(distinct.to_list()))


def refuse_single(labels: pl.Series) -> None:
    """Raise a TableError if no label occurs twice."""
    there = labels.drop_nulls()
    if 1 < there.n_unique() == len(there):
        raise TableError(f"no label of the target {labels.name!r} occurs twice, so there is nothing to learn from")


def side_by_side(columns: Sequence[Shaped[np.ndarray, " rows"]]) -> Shaped[np.ndarray, "rows targets"]:
    """The labels of several targets in one array; of type object unless all are of one type."""
    alike = len({column.dtype.kind for column in columns}) == 1
    return np.column_stack(columns if alike else [column.astype(object) for column in columns])


def unknown_label(target: Target, answers: pl.DataFrame) -> Label | None:
    """The first label in some rows that a target of classes does not know; None if it knows all."""
    for head in target.heads:
        if (unknown := head.encode(answers) < 0).any():
            return answers[head.name][int(unknown.argmax())]  # type: ignore[no-any-return]
    return None


def known(cells: pl.DataFrame) -> Bool[np.ndarray, " rows"]:
    """Which rows have a value in every target column."""
    return np.asarray(cells.select(pl.all_horizontal(pl.all().is_not_null())).to_series().to_numpy())


def read_answers(
    target: Target, table: pl.DataFrame, weights: str | None
) -> tuple[pl.DataFrame, Bool[np.ndarray, " rows"]]:
    """The values of a target in any table, without rows that miss one, and which rows those are not.

    Args:
        target: What is to be read.
        table: The table; rows of weight 0 hold nothing, as `rows.without_weightless` leaves them.
        weights: The name of the column that weighs the rows, for the error.

    Raises:
        TableError: The table has no such column or no row with a value, or a cell is not of the target's kind.
    """
    for name in target.names:
        require(name, table.columns)
    read = target.read(table)
    there = known(read)
    if not there.any():
        names = " and ".join(map(repr, target.names))
        if weights is not None:
            raise TableError(f"no row with a target has a weight above 0 in column {weights!r}")
        raise TableError(f"no row of the table has a value in the target {names}")
    return read.filter(there), there


def fits_64_bits(labels: Sequence[Label]) -> bool:
    """Whether one type of NumPy holds all labels, where they are whole numbers."""
    numbers = [label for label in labels if isinstance(label, int)]
    return not numbers or (min(numbers) >= -(2**63) and max(numbers) < 2 ** (63 if min(numbers) < 0 else 64))


def format_label(label: Label) -> str:
    """A label as tables and files write it: true and false in small letters."""
    return str(label).lower() if isinstance(label, bool) else str(label)
