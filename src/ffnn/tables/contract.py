"""Whether a table is like the one that trained: what differs is counted, column by column, before it is predicted.

A cell that cannot be used counts as missing, so that a table with a few odd cells still gets its predictions; whether
that is good enough is for the reader of the findings to say, or for `strict` to refuse.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

import numpy as np
import polars as pl
from jaxtyping import UInt64

from ffnn.errors import TableError, near
from ffnn.tables.columns import dates
from ffnn.tables.columns.cells import conform_cells, present
from ffnn.tables.columns.schema import Column, Schema
from ffnn.tables.encoding.dates import DateColumn
from ffnn.tables.encoding.encoder import CategoryColumn, ColumnEncoder, Encoder
from ffnn.tables.encoding.scaling import NumberEncoder
from ffnn.tables.encoding.statistics import EPOCH
from ffnn.tables.fingerprints import Fingerprints
from ffnn.tables.notations.notation import WORDS
from ffnn.tables.notations.numbers import NumberNotation
from ffnn.tables.targets import Target

FAR = 2.0
"""Widths of the training range that a number may lie outside of it."""

MOST_TOLD = 10
"""Columns that a warning about a training table names."""

MICROSECOND = timedelta(microseconds=1)

OFTEN, MANY, FEWEST = 3.0, 0.05, 3
"""Missing cells, or rare levels, are reported where their share is so many times training's, and more than this; where
they are at least so many, ..."""

LUCK = 0.01
"""... and where chance would give so many cells less often than this."""

What = Literal[
    "absent",
    "extra",
    "wrong kind",
    "missing",
    "more missing",
    "unseen",
    "more rare",
    "outside",
    "zone",
    "no zone",
    "label",
    "thousands",
    "decimals",
    "trained",
]

MEANING: dict[What, str] = {
    "absent": "the table has no such column; every cell counts as missing",
    "extra": "the model does not know this column; it is left out",
    "wrong kind": "cells not of the column's type count as missing",
    "missing": "cells are missing, and none was in training",
    "more missing": f"cells are missing, more than {OFTEN:g} times the share of training",
    "unseen": "cells hold a level that training did not see",
    "more rare": f"cells hold a rare level, more than {OFTEN:g} times the share of training",
    "outside": "cells lie far outside the training range, by more than twice its width",
    "zone": "times have a zone and are taken in UTC, but those of training had none",
    "no zone": "times have no zone and are taken in UTC, but those of training had one",
    "label": "rows have a label that the model does not know: they count as wrong, and not in the AUC",
    "thousands": "cells could be decimals, and are read as thousands, as in training",
    "decimals": "cells could be thousands, as in training, and are read as decimals, which others can only be",
    "trained": "so its scores on new rows are likely worse",
}
"""What a finding means, by its kind."""


@dataclass(frozen=True)
class Finding:
    """One way in which one column differs from the training table's.

    Attributes:
        column: The column's name.
        what: One of `MEANING`.
        count: Cells that are so.
        example: One of them, as text; empty where there is none to show.
    """

    column: str
    what: What
    count: int
    example: str = ""

    def __str__(self) -> str:
        if self.what in ("absent", "extra"):
            return f"{self.column!r}: {MEANING[self.what]}"
        return f"{self.column!r}: {self.count:,} {MEANING[self.what]}" + (
            f", such as {self.example!r}" if self.example else ""
        )


@dataclass(frozen=True)
class Trained(Finding):
    """Rows of a table with targets that trained the model. They are no difference: strictness does not refuse them.

    Attributes:
        column: Empty.
        what: `trained`.
        count: How many rows, or equal ones, trained.
        example: Empty.
        rows: How many rows there are.
        about: Whether the count is scaled from a share of the rows.
        model: Which model, in words.
    """

    rows: int = 0
    about: bool = False
    model: str = "the model"

    def __str__(self) -> str:
        about = "about " if self.about else ""
        return f"{about}{self.count:,} of these {self.rows:,} rows trained {self.model}, {MEANING[self.what]}"


class TableWarning(UserWarning):
    """What should be known of a table: how it differs from the one that trained, or what of it is left out."""


def warn(findings: tuple[Finding, ...]) -> None:
    """Report findings as one `TableWarning`."""
    if findings:
        differing, trained = apart(findings)
        said = [f"the table differs from the training table: {'; '.join(map(str, differing))}"] if differing else []
        told = "; ".join([*said, *map(str, trained)])
        warnings.warn(told, TableWarning, stacklevel=levels_to_the_caller())


def apart(findings: Iterable[Finding]) -> tuple[list[Finding], list[Trained]]:
    """The findings of how a table differs, and those of rows that trained."""
    findings = list(findings)
    trained = [finding for finding in findings if isinstance(finding, Trained)]
    return [finding for finding in findings if not isinstance(finding, Trained)], trained


def warn_of_reading(notes: tuple[str, ...]) -> None:
    """Report what should be known of how a file was read as one `TableWarning`."""
    if notes:
        warnings.warn(f"of the file: {'; '.join(notes)}", TableWarning, stacklevel=levels_to_the_caller())


def warn_of_training(told: tuple[str, ...]) -> None:
    """Report what training leaves out of a table as one `TableWarning`, the first things of many."""
    if told:
        more = [f"… and {len(told) - MOST_TOLD:,} more"] if len(told) > MOST_TOLD else []
        said = "; ".join([*told[:MOST_TOLD], *more])
        warnings.warn(f"of the training table: {said}", TableWarning, stacklevel=levels_to_the_caller())


def levels_to_the_caller() -> int:
    """How far up the stack from `warn` the line stands that called this package: it is the one to look at."""
    package = __name__.partition(".")[0]
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        level, frame = level + 1, frame.f_back
    return level


def refuse(findings: tuple[Finding, ...]) -> None:
    """Raise a TableError that reports how the table differs, if it does; warn of what else was found."""
    differing, trained = apart(findings)
    if differing:
        said = "; ".join(map(str, differing))
        raise TableError(f"the table differs from the training table, and strict was asked for: {said}")
    warn(tuple(trained))


def check(
    table: pl.DataFrame, schema: Schema, encoder: Encoder, also_known: Iterable[str] = ()
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """The input columns in the form of their kinds, null where a cell cannot be used, and what was found.

    Args:
        table: A table, as `reading.read` gives it.
        schema: The training table's.
        encoder: With the statistics of the training rows.
        also_known: Other columns that are no surprise: the targets.

    Raises:
        TableError: The table has none of the input columns.
    """
    there, wanted = table.to_dict(), [column.name for column in schema.inputs]
    if not any(name in there for name in wanted):
        raise TableError(
            f"the table has none of the model's input columns, such as {wanted[0]!r}; "
            f"{near(wanted[0], there, 'columns')}"
        )
    cells, findings = {}, []
    for column, about in zip(schema.inputs, encoder.columns, strict=True):
        if column.name not in there:
            given = pl.Series(column.name, [None] * table.height, pl.Null)
            findings.append(Finding(column.name, "absent", table.height))
            cells[column.name] = conform_cells(given, column.kind)[0]
            continue
        given = there[column.name]
        cells[column.name], wrong = conform_cells(given, column.kind)
        masks = {"wrong kind": wrong, **differences(cells[column.name], wrong, about), **zones(given, wrong, column)}
        findings += find_cells(column.name, given, masks)
    known = {column.name for column in schema.columns} | set(also_known)
    findings += [Finding(name, "extra", table.height) for name in there if name not in known]
    return pl.DataFrame(cells), tuple(findings)


def of(
    table: pl.DataFrame, schema: Schema, encoder: Encoder, also_known: Iterable[str], trained: int
) -> tuple[Finding, ...]:
    """The findings worth reporting about a table to test with; arguments as for `check` and `select_findings`."""
    return select_findings([check(table, schema, encoder, also_known)[1]], encoder, table.height, trained)


def differences(cells: pl.Series, wrong: pl.Series, about: ColumnEncoder) -> dict[What, pl.Series]:
    """Which cells are missing, unseen, rare or outside; `select_findings` decides which are more than in training."""
    masks: dict[What, pl.Series] = {"more missing" if about.missing else "missing": cells.is_null() & ~wrong}
    if isinstance(about, CategoryColumn):
        apart, masks["unseen"] = about.strangers(cells)
        if about.other:
            masks["more rare"] = apart & ~masks["unseen"]
    else:
        low, high = range_of(about)
        numbers, far = cells.to_physical(), FAR * (high - low)
        masks["outside"] = ((numbers < low - far) | (numbers > high + far)).fill_null(False)
    return masks


def readings(table: pl.DataFrame, schema: Schema) -> tuple[Finding, ...]:
    """The findings about how a table, as it is written, is read in the notations of training."""
    there, findings = table.to_dict(), []
    for name, notation in schema.notations.items():
        if isinstance(notation, NumberNotation) and name in there and there[name].dtype in WORDS:
            masks = notation.doubts(there[name].cast(pl.String))
            if schema.dialect.decimal == notation.decimal:
                masks.pop("thousands", None)
            findings += find_cells(name, there[name], masks)  # type: ignore[arg-type]
    return tuple(findings)


def zones(given: pl.Series, wrong: pl.Series, column: Column) -> dict[What, pl.Series]:
    """Which times have a zone where those of training had none, or the other way round."""
    if column.zoned is None:
        return {}
    zoned = dates.zoned(given)
    return {"no zone": ~zoned & present(given) & ~wrong} if column.zoned else {"zone": zoned & ~wrong}


def labels(target: Target, answers: pl.DataFrame) -> tuple[Finding, ...]:
    """The findings about the true values of some rows: labels that the model does not know."""
    strange = {head.name: head.encode(answers) < 0 for head in target.heads}
    return tuple(
        Finding(name, "label", int(unknown.sum()), str(answers[name][int(unknown.argmax())])[:60])
        for name, unknown in strange.items()
        if unknown.any()
    )


def trained(kept: Fingerprints, numbers: UInt64[np.ndarray, " rows"]) -> tuple[Finding, ...]:
    """The finding about rows that trained the model, by their numbers; none where chance alone would give as many."""
    found, looked = kept.count(numbers)
    if not found:
        return ()
    share, usual = found / looked, kept.false_alarms
    if share <= usual or luck(share, usual, looked) >= LUCK:
        return ()
    count, about = (share - usual) / (1 - usual) * len(numbers), kept.share < 1
    return (Trained("", "trained", int(float(f"{count:.2g}")) if about else round(count), "", len(numbers), about),)


def range_of(about: NumberEncoder | DateColumn) -> tuple[float, float]:
    """The smallest and the largest cell of the training rows; dates in microseconds, as Polars holds them."""
    if isinstance(about, DateColumn):
        return (about.first - EPOCH) / MICROSECOND, (about.last - EPOCH) / MICROSECOND
    return about.minimum, about.maximum


def find_cells(name: str, given: pl.Series, masks: Mapping[What, pl.Series]) -> list[Finding]:
    """A finding for each mask that is true anywhere."""
    findings = []
    for what, mask in masks.items():
        if mask.any():
            example = "" if "missing" in what else str(given.slice(int(mask.arg_max() or 0), 1).to_list()[0])[:60]
            findings.append(Finding(name, what, int(mask.sum()), example))
    return findings


def select_findings(
    parts: Iterable[tuple[Finding, ...]], encoder: Encoder, rows: int, trained: int | None
) -> tuple[Finding, ...]:
    """What is worth telling of a table, from the findings of its slices.

    Args:
        parts: What `check` found in each slice.
        encoder: With the statistics of the training rows.
        rows: Rows of the table.
        trained: Rows of training; None where they are not known, so that no share can be compared.
    """
    whole: dict[tuple[str, What], Finding] = {}
    for finding in (finding for part in parts for finding in part):
        before = whole.get((finding.column, finding.what))
        count = finding.count + (before.count if before else 0)
        whole[finding.column, finding.what] = replace(before or finding, count=count)
    columns = {column.name: column for column in encoder.columns}

    def worth_telling(finding: Finding) -> bool:
        about, share = columns.get(finding.column), finding.count / rows
        if trained is None:
            return finding.what not in ("more missing", "more rare")
        if finding.what == "unseen":
            usual = about.once / trained  # type: ignore[union-attr]
            return not usual or (share > OFTEN * usual and luck(share, usual, rows) < LUCK)
        if finding.what not in ("more missing", "more rare"):
            return True
        usual = (about.missing if finding.what == "more missing" else about.other) / trained  # type: ignore[union-attr]
        return finding.count >= FEWEST and share > max(MANY, OFTEN * usual) and luck(share, usual, rows) < LUCK

    return tuple(filter(worth_telling, whole.values()))


def luck(share: float, usual: float, rows: int) -> float:
    """A bound on how often chance gives rows at least that share of what usually has another, smaller one.

    Source: Chernoff 1952; exp(-n KL(share || usual)).
    """
    rest = (1 - share) * math.log((1 - share) / (1 - usual)) if share < 1 else 0.0
    return math.exp(-rows * (share * math.log(share / usual) + rest))
