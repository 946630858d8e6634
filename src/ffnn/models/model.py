"""A trained model: what each column is, how it becomes inputs, the networks, and what they are worth.

Predicting needs NumPy alone: the layers that JAX trained run under NumPy here, in float64, restart by restart. Their
outputs are rounded to float32, which takes off the last bits that the order of a sum leaves: so a row's prediction is
the same whatever rows are next to it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Float32, Float64, Shaped, UInt64

from ffnn.errors import ChoiceError, TableError
from ffnn.models.record import History, Origin
from ffnn.networks import predicting
from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Network
from ffnn.recipes.choices import in_order, switch
from ffnn.recipes.recipe import Settled
from ffnn.scores import metrics
from ffnn.tables import contract, fingerprints
from ffnn.tables.columns.schema import Schema, require
from ffnn.tables.contract import Finding, Trained
from ffnn.tables.dialect import UNSAID, Dialect
from ffnn.tables.encoding.encoder import Encoder
from ffnn.tables.fingerprints import Fingerprints
from ffnn.tables.formats import reading
from ffnn.tables.formats.understood import Reading
from ffnn.tables.rows import rows_to_score
from ffnn.tables.targets import (
    ClassTarget,
    HeadsTarget,
    NumberTarget,
    Target,
    Task,
    format_label,
    numbers_among,
    side_by_side,
)

SLICE = 2**17
"""Rows of a table that are encoded together, so that the memory needed besides the table does not grow with it."""

LARGEST_OUTPUT = float(np.finfo(np.float32).max)
"""Outputs beyond this count as this."""

Tell: TypeAlias = Callable[[tuple[Finding, ...]], object]
"""Takes what differs between a table and the training table."""


@dataclass(frozen=True, eq=False)
class Model:
    """Everything that was learned from a table. Made by `ffnn.train` or `ffnn.load`.

    Attributes:
        schema: What each column is.
        encoder: How the input columns become inputs.
        target: The column or columns to predict.
        network: The network that all restarts share.
        parameters: Of each layer; every array has a leading axis of restarts.
        origin: Where it comes from; see `record.Origin`.
        recipe: The choices of the training run; None where there was none.
        history: How training went; None where no record was kept.
        scores: On rows that training never saw (`test`), out of fold on the training rows (`validation`), of the
            baselines on the test rows (`constant`, `linear`), and how many rows there were (`rows`): those that there
            are. After a refit they are those of the networks before it.
        fingerprints: By which rows that trained it are recognised; None where none were kept.
    """

    schema: Schema
    encoder: Encoder
    target: Target
    network: Network
    parameters: tuple[Parameters, ...]
    origin: Origin = "train"
    recipe: Settled | None = None
    history: History | None = None
    scores: dict[str, Any] = field(default_factory=dict)
    fingerprints: Fingerprints | None = None

    def predict(self, table: reading.Source, *, strict: bool = False) -> np.ndarray:
        """Predict the target of every row.

        Args:
            table: A table with the columns that the model was trained on, in any order: files or a table in memory.
            strict: Refuse a table that differs from the training table; else a `TableWarning` says how it does.

        Returns:
            The most probable label of each row, or the number: [rows]; of several targets [rows, targets].

        Raises:
            TableError: The table cannot be read, has none of the input columns, or differs and `strict` is asked for.
        """
        tell = teller(strict)
        return self.decide(self.outputs_for(self.read(table, tell), tell))

    def predict_proba(
        self, table: reading.Source, *, strict: bool = False
    ) -> Float64[np.ndarray, "rows classes"] | Any:
        """Predict the probability of each class: the mean of the restarts' probabilities, calibrated.

        Args:
            table: As for `predict`.
            strict: As for `predict`.

        Returns:
            Probabilities [rows, classes], classes in the order of `target.labels`; each row sums to 1. Of several
            targets a list of these, one for each of `target.heads`.

        Raises:
            TableError: The model predicts numbers; or as `predict`.
        """
        if isinstance(self.target, NumberTarget):
            names = " and ".join(map(repr, self.target.names))
            raise TableError(f"{names} is predicted as a number, so there are no probabilities")
        tell = teller(strict)
        outputs = self.outputs_for(self.read(table, tell), tell)
        return self.target.parts(outputs) if isinstance(self.target, HeadsTarget) else outputs

    def evaluate(
        self, table: reading.Source, *, weights: str | None = None, strict: bool = False, tell: Tell | None = None
    ) -> metrics.Scores:
        """Score the model on a table that has the target.

        Args:
            table: As for `predict`, with the target columns.
            weights: Name of the column of sample weights; 1 each if None.
            strict: As for `predict`.
            tell: Takes the findings about the table, in place of the warning.

        Returns:
            Scores by name; see `metrics`. Rows without a target, or of weight 0, do not count. Rows that trained the
            model do, and are told of.

        Raises:
            TableError: The table has no target column or no row that counts; or as `predict`.
        """
        weights = weights if weights is None else self.schema.dialect.called(weights)
        tell = tell or teller(strict)
        answers, outputs, counted = self.answered(self.read(table, tell), weights, tell)
        return self.score(outputs, answers, counted)

    def predictions(
        self,
        table: reading.Source,
        *,
        keep: str | Sequence[str] | np.ndarray = (),
        strict: bool = False,
        tell: Tell | None = None,
    ) -> pl.DataFrame:
        """Predict every row, as a table.

        Args:
            table: As for `predict`.
            keep: Names of columns of the table to stand before the predictions, besides the identifiers; or `all`.
            strict: As for `predict`.
            tell: Takes the findings about the table, in place of the warning.

        Returns:
            The columns that are kept, in the table's order and as it gives them; then `prediction`, and
            `probability_<class>` for each class; of several targets `prediction_<target>` for each, and then
            `probability_<target>_<class>`.

        Raises:
            TableError: There is no such column, or one has the name of one that is predicted; or as `predict`.
        """
        table, tell = self.opened(table), tell or teller(strict)
        kept, names = self.kept(table.table, keep), self.predicted
        if clash := next((name for name in kept.columns if name in names), None):
            raise TableError(f"the column {clash!r} has the name of one that predictions need; rename it")
        outputs = self.outputs_for(self.read(table, tell), tell)
        decided = [] if isinstance(self.target, NumberTarget) else self.labels(outputs)
        made = map(pl.Series, (*decided, *outputs.T))
        return pl.DataFrame({**kept.to_dict(), **dict(zip(names, made, strict=True))})

    @property
    def predicted(self) -> list[str]:
        """The names of the columns of `predictions` that are not of the table."""
        if isinstance(self.target, ClassTarget):
            return ["prediction", *(f"probability_{format_label(label)}" for label in self.target.labels)]
        several = [f"prediction_{name}" for name in self.target.names] if len(self.target.names) > 1 else ["prediction"]
        return [*several, *self.target.probabilities] if isinstance(self.target, HeadsTarget) else several

    def kept(self, table: pl.DataFrame, keep: str | Sequence[str] | np.ndarray) -> pl.DataFrame:
        """The columns of a table that stand before the predictions; see `predictions`."""
        names = [self.schema.dialect.called(name) for name in (keep if in_order(keep) else [keep])]
        if "all" in names and "all" not in table.columns:
            names = [*names, *table.columns]
            names.remove("all")
        for name in names:
            require(name, table.columns)
        chosen = {*names, *(column.name for column in self.schema.identifiers)}
        return table.select(name for name in table.columns if name in chosen)

    def compare(
        self, other: Model, table: reading.Source, *, strict: bool = False, tell: Tell | None = None
    ) -> dict[str, metrics.Scores]:
        """Compare this model with another one of the same target, on the same rows.

        Args:
            other: The other model.
            table: As for `evaluate`.
            strict: As for `predict`.
            tell: Takes the findings about the table, in place of the warning.

        Returns:
            By the name of a measure what `metrics.paired` gives, this model being the first: `error` and `log_loss` of
            classes; `squared_error` and `absolute_error` of a number; by target where there are several.

        Raises:
            TableError: The models predict different targets, or one classes and the other numbers; or as `evaluate`.
            ChoiceError: The other one is no model.
        """
        if not isinstance(other, Model):
            raise ChoiceError(f"compare takes the other model itself, as ffnn.load reads it; got {other!r}")
        first, second = self.target, other.target
        if first.names != second.names or task_of(first) != task_of(second):
            said = " and ".join(f"{task_of(target)} of {', '.join(target.names)}" for target in (first, second))
            raise TableError(f"only models of the same targets and task can be compared; these are {said}")
        table, tell = self.opened(table), tell or teller(strict)
        answers, outputs, _ = self.answered(self.read(table, tell), None, of_model("the first model", tell))
        of_other = of_model("the second model", tell)
        other_answers, other_outputs, _ = other.answered(other.read(table, tell), None, of_other)
        if len(answers) != len(other_answers):
            raise TableError("the models read the target's cells in different ways, so there are no common rows")
        losses, other_losses = self.row_losses(outputs, answers), other.row_losses(other_outputs, other_answers)
        return {measure: metrics.paired(losses[measure], other_losses[measure]) for measure in losses}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one safetensors file; the same model always gives the same bytes.

        Args:
            path: Where to; the name ends in `.safetensors` by convention.

        Raises:
            ModelFileError: The file cannot be written; an earlier file of that name stays as it is.
        """
        from ffnn.models import file

        file.save(self, path)

    def to_bytes(self) -> bytes:
        """The bytes that `save` writes."""
        from ffnn.models import file

        return file.to_bytes(self)

    @staticmethod
    def from_bytes(content: bytes | bytearray | memoryview) -> Model:
        """The model of the bytes that `to_bytes` gives.

        Args:
            content: All bytes of a model file.

        Raises:
            ModelFileError: They are not a valid model file, or corrupt; nothing in them is ever run.
        """
        from ffnn.models import file

        return file.from_bytes(content)

    def read(self, table: reading.Source, tell: Tell) -> pl.DataFrame:
        """A table as it was read for training: see `Schema.plain`; `tell` takes what could be read otherwise."""
        found = self.opened(table)
        schema = self.schema.as_said(found.understood.dialect, numbers_among(self.target))
        if findings := contract.readings(found.table, schema):
            tell(findings)
        return schema.plain(found.table)

    def opened(self, table: reading.Source) -> Reading:
        """What is read of a source; what should be known of how a file was read is a `TableWarning`."""
        found = self.reading_of(table)
        if not isinstance(table, Reading):
            contract.warn_of_reading(found.understood.notes)
        return found

    def reading_of(self, table: reading.Source, said: Dialect = UNSAID) -> Reading:
        """A table read as that of training was, unless something else is said, and what was understood of its file."""
        names = (*(column.name for column in self.schema.columns), *self.target.names)
        return reading.read_as(table, said, kept=self.schema.dialect, names=names)

    def _repr_html_(self) -> str:
        from ffnn.looking import learned

        return learned.fragment(self)

    @property
    def restarts(self) -> int:
        """How many networks there are; 0 of a network without parameters."""
        return next((len(array) for layer in self.parameters for array in layer.values()), 0)

    @property
    def trained_rows(self) -> int | None:
        """How many rows its encoder saw; None where that is not known."""
        counts: dict[str, int] = self.scores.get("rows", {})
        return counts.get("refit", counts.get("train"))

    def encode(self, table: reading.Source, tell: Tell = contract.warn) -> Inputs:
        """A table's inputs, its columns checked against the schema; `tell` takes what differs, if anything does."""
        table = self.read(table, tell)
        cells, findings = contract.check(table, self.schema, self.encoder, self.target.names)
        if findings := contract.select_findings([findings], self.encoder, table.height, self.trained_rows):
            tell(findings)
        return self.encoder.encode(cells)

    def outputs_for(
        self, table: pl.DataFrame, tell: Tell, weights: str | None = None, answers: pl.DataFrame | None = None
    ) -> Float64[np.ndarray, "rows outputs"]:
        """The outputs for a table, slice by slice; what is found in any of them, or in its answers, is reported once.

        Raises:
            TableError: `tell` refuses it, or the networks overflow on a row.
        """
        known, found, parts = (*self.target.names, *filter(None, [weights])), [], []
        numbers: list[UInt64[np.ndarray, " slice"]] = []
        for at in range(0, max(1, table.height), SLICE):
            cells, findings = contract.check(table.slice(at, SLICE), self.schema, self.encoder, known)
            found.append(findings)
            parts.append(self.outputs(self.encoder.encode(cells)))
            if answers is not None and self.fingerprints:
                numbers.append(self.row_numbers(cells, answers.slice(at, SLICE)))
        told = contract.select_findings(found, self.encoder, table.height, self.trained_rows)
        if answers is not None:
            told += contract.labels(self.target, answers)
        if self.fingerprints and numbers:
            told += contract.trained(self.fingerprints, np.concatenate(numbers))
        if told:
            tell(told)
        outputs = np.concatenate(parts)
        if (lost := np.isnan(outputs).any(axis=1)).any():
            raise TableError(f"the networks overflow on row {int(lost.argmax()) + 1}, so there is no prediction for it")
        return outputs

    def answered(
        self, table: pl.DataFrame, weights: str | None, tell: Tell
    ) -> tuple[pl.DataFrame, Float64[np.ndarray, "rows outputs"], Float64[np.ndarray, " rows"] | None]:
        """The true values, the outputs and the weights of the rows of a table that have a target, and a weight."""
        judging, answers, counted = rows_to_score(table, self.target, weights)
        return answers, self.outputs_for(table.filter(judging), tell, weights, answers), counted

    def row_numbers(self, cells: pl.DataFrame, answers: pl.DataFrame) -> UInt64[np.ndarray, " rows"]:
        """What stands for each row of inputs, as `schema.conform` gives them, and answers; see `fingerprints`."""
        target = self.target
        held = target.read(answers).to_numpy() if isinstance(target, NumberTarget) else target.encode(answers)
        inputs = cells.select(column.name for column in self.encoder.columns)
        return fingerprints.numbers_of(inputs, held.reshape(len(answers), -1))

    def outputs(self, inputs: Inputs) -> Float64[np.ndarray, "rows outputs"]:
        """Probabilities of each class, or numbers in the targets' units: the mean over the restarts."""
        total = self.outputs_of(0, inputs)
        for restart in range(1, self.restarts):
            total = total + self.outputs_of(restart, inputs)
        return total / self.restarts

    def outputs_of(self, restart: int, inputs: Inputs) -> Float64[np.ndarray, "rows outputs"]:
        """The same of one restart alone."""
        return self.target.decode(self.network_outputs(restart, inputs))

    def network_outputs(self, restart: int, inputs: Inputs) -> Float32[np.ndarray, "rows outputs"]:
        """What the network of one restart gives, before the target makes probabilities or numbers of it."""
        parameters = tuple({name: array[restart] for name, array in layer.items()} for layer in self.in_float64)
        outputs = predicting.outputs(self.network, parameters, inputs)
        return np.asarray(np.clip(outputs, -LARGEST_OUTPUT, LARGEST_OUTPUT), np.float32)

    @cached_property
    def in_float64(self) -> tuple[Parameters, ...]:
        """The parameters in the precision of prediction."""
        return tuple({name: array.astype(np.float64) for name, array in layer.items()} for layer in self.parameters)

    def decide(self, outputs: Float64[np.ndarray, "rows outputs"]) -> np.ndarray:
        """Labels by `argmax`, or the numbers themselves: [rows]; of several targets [rows, targets].

        Labels of several targets are objects unless all are of one type.
        """
        if isinstance(self.target, NumberTarget):
            return outputs[:, 0] if self.target.outputs == 1 else outputs
        labels = self.labels(outputs)
        return labels[0] if len(labels) == 1 else side_by_side(labels)

    def labels(self, outputs: Float64[np.ndarray, "rows outputs"]) -> list[Shaped[np.ndarray, " rows"]]:
        """The most probable labels of each target of classes."""
        parts = self.target.parts(outputs) if isinstance(self.target, HeadsTarget) else [outputs]
        heads = zip(self.target.heads, parts, strict=True)
        return [head.labels_of_codes(part.argmax(axis=1)) for head, part in heads]

    def score(
        self,
        outputs: Float64[np.ndarray, "rows outputs"],
        answers: pl.DataFrame,
        weights: Float64[np.ndarray, " rows"] | None = None,
    ) -> metrics.Scores:
        """Scores of outputs against the targets' cells."""
        if isinstance(self.target, ClassTarget):
            return metrics.classification(self.target.encode(answers), outputs, weights)
        if isinstance(self.target, HeadsTarget):
            parts, codes = self.target.parts(outputs), self.target.encode(answers)
            return metrics.classifications(self.target.names, codes, parts, weights)
        numbers = self.target.read(answers).to_numpy()
        if self.target.outputs == 1:
            return metrics.regression(numbers[:, 0], outputs[:, 0], weights)
        return metrics.regressions(self.target.names, numbers, outputs, weights)

    def row_losses(
        self, outputs: Float64[np.ndarray, "rows outputs"], answers: pl.DataFrame
    ) -> dict[str, Float64[np.ndarray, " rows"]]:
        """What each row's prediction costs, by several measures."""
        losses = {}
        parts = self.target.parts(outputs) if isinstance(self.target, HeadsTarget) else [outputs]
        for head, part in zip(self.target.heads, parts, strict=False):
            of = f" of {head.name}" if len(self.target.names) > 1 else ""
            codes = head.encode(answers)
            losses[f"error{of}"] = (part.argmax(axis=1) != codes).astype(np.float64)
            losses[f"log_loss{of}"] = metrics.log_losses(codes, part)
        if losses:
            return losses
        errors = self.target.read(answers).to_numpy() - outputs
        for place, name in enumerate(self.target.names):
            of = f" of {name}" if self.target.outputs > 1 else ""
            losses[f"squared_error{of}"], losses[f"absolute_error{of}"] = errors[:, place] ** 2, abs(errors[:, place])
        return losses


def task_of(target: Target) -> Task:
    """What is learned of a target."""
    return "regression" if isinstance(target, NumberTarget) else "classification"


def of_model(name: str, tell: Tell) -> Tell:
    """Takes findings, those of rows that trained being of a model that is called so."""
    return lambda findings: tell(
        tuple(replace(each, model=name) if isinstance(each, Trained) else each for each in findings)
    )


def teller(strict: bool) -> Tell:
    """What takes the findings about a table: a warning, or an error where strictness is asked for."""
    return contract.refuse if switch("strict", strict, ChoiceError) else contract.warn
