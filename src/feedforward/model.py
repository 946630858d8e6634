"""A trained model: what each column is, how it becomes inputs, the networks, and what they are worth.

Predicting needs NumPy alone: the layers that JAX trained run under NumPy here, in float64, restart by restart. Their
outputs are rounded to float32, which takes off the last bits that the order of a sum leaves: so a row's prediction is
the same whatever rows stand beside it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeAlias

import msgspec
import numpy as np
import polars as pl
from jaxtyping import Float32, Float64, Int32

from feedforward import metrics, modelfile, scores
from feedforward.errors import ModelFileError, TableError
from feedforward.networks.arrays import Inputs, Parameters
from feedforward.networks.layers import LAYERS, Network
from feedforward.tables import contract, reading, targets
from feedforward.tables.contract import Finding
from feedforward.tables.dates import DateColumn
from feedforward.tables.encoding import CategoryColumn, Encoder
from feedforward.tables.rows import weights_of
from feedforward.tables.scaling import NumberColumn, QuantileColumn, RobustColumn
from feedforward.tables.schema import Column, Schema
from feedforward.tables.targets import ClassTarget, NumberTarget, Target, written
from feedforward.tables.whitening import Whitening
from feedforward.training.recipe import Recipe

BLOCK = 8192
"""Rows that pass through the networks together."""

LARGEST = float(np.finfo(np.float32).max)
"""Outputs beyond this are cut to it."""

SLICE = 16 * BLOCK
"""Rows of a table that are encoded together, so that the memory needed beside the table does not grow with it."""

Tell: TypeAlias = Callable[[tuple[Finding, ...]], object]
"""Takes what differs between a table and the training table."""


@dataclass(frozen=True, eq=False)
class History:
    """How training went.

    Attributes:
        restarts: The number, from 0, of each restart that is kept; those that diverged are not.
        best_epoch: The epoch, from 1, whose parameters each kept.
        loss: Mean training loss of each restart and epoch; the largest float32 where it is not finite.
        score: Mean validation loss of each restart and epoch.
        diverged: Of each restart that was begun, the epoch in which it diverged; 0 if it did not.
    """

    restarts: Int32[np.ndarray, " restarts"]
    best_epoch: Int32[np.ndarray, " restarts"]
    loss: Float32[np.ndarray, "restarts epochs"]
    score: Float32[np.ndarray, "restarts epochs"]
    diverged: Int32[np.ndarray, " begun"]


@dataclass(frozen=True, eq=False)
class Model:
    """Everything that was learned from a table. Made by `feedforward.train` or `feedforward.load`.

    Attributes:
        schema: What each column is.
        encoder: How the input columns become inputs.
        target: The column to predict.
        network: The network that all restarts share.
        parameters: Of each layer; every array has a leading axis of restarts.
        recipe: The choices of the training run.
        history: How training went.
        scores: On rows that training never saw (`test`), out of fold on the training rows (`validation`), of the
            baselines on the test rows (`constant`, `linear`), and how many rows there were (`rows`). After a refit they
            are those of the networks before it.
    """

    schema: Schema
    encoder: Encoder
    target: Target
    network: Network
    parameters: tuple[Parameters, ...]
    recipe: Recipe
    history: History
    scores: dict[str, Any]

    @property
    def restarts(self) -> int:
        """How many networks there are."""
        return len(self.history.restarts)

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
        return self.decide(self.outputs_for(reading.read(table), teller(strict)))

    def predict_proba(self, table: reading.Source, *, strict: bool = False) -> Float64[np.ndarray, "rows classes"]:
        """The probability of each class, in the order of `target.labels`; the mean of the restarts' probabilities.

        Raises:
            TableError: The model predicts numbers; or as `predict`.
        """
        if not isinstance(self.target, ClassTarget):
            names = " and ".join(map(repr, self.target.names))
            raise TableError(f"{names} is predicted as a number, so there are no probabilities")
        return self.outputs_for(reading.read(table), teller(strict))

    def evaluate(
        self, table: reading.Source, *, weights: str | None = None, strict: bool = False, tell: Tell | None = None
    ) -> metrics.Scores:
        """Compare predictions with a table that has the target.

        Args:
            table: As for `predict`, with the target columns.
            weights: Name of a column that says how much each row counts; 1 each if None.
            strict: As for `predict`.
            tell: Takes the findings about the table in place of the warning.

        Returns:
            Scores by name; see `metrics`. Rows without a target do not count.

        Raises:
            TableError: The table has no target column or no row with a target; or as `predict`.
        """
        answers, outputs, counted = self.answered(reading.read(table), weights, tell or teller(strict))
        return self.score(outputs, answers, counted)

    def predictions(self, table: reading.Source, *, strict: bool = False, tell: Tell | None = None) -> pl.DataFrame:
        """The predictions as a table.

        Identifier columns, then `prediction` and `probability_<class>` for each class; of several targets
        `prediction_<target>` for each. Arguments and errors as for `evaluate`.
        """
        table = reading.read(table)
        outputs = self.outputs_for(table, tell or teller(strict))
        made = {}
        if isinstance(self.target, ClassTarget):
            made["prediction"] = pl.Series(self.decide(outputs))
            for number, label in enumerate(self.target.labels):
                made[f"probability_{written(label)}"] = pl.Series(outputs[:, number])
        else:
            several = self.target.outputs > 1
            for number, name in enumerate(self.target.names):
                made[f"prediction_{name}" if several else "prediction"] = pl.Series(outputs[:, number])
        kept = [column.name for column in self.schema.identifiers if column.name in table.columns]
        if clash := next((name for name in kept if name in made), None):
            raise TableError(f"the identifier {clash!r} has the name of a column that predictions need; rename it")
        return pl.DataFrame({**{name: table[name] for name in kept}, **made})

    def compare(
        self, other: Model, table: reading.Source, *, strict: bool = False, tell: Tell | None = None
    ) -> dict[str, metrics.Scores]:
        """How much better or worse another model of the same target is, on the very same rows.

        Returns:
            By the name of a measure what `metrics.paired` gives, this model being the first: `error` and `log_loss` of
            classes; `squared_error` and `absolute_error` of a number, by target where there are several.

        Raises:
            TableError: The models predict different targets; or as `evaluate`.
        """
        if self.target.names != other.target.names or type(self.target) is not type(other.target):
            described = (
                f"{', '.join(map(repr, model.target.names))} as {'classes' if model.target.classes else 'numbers'}"
                for model in (self, other)
            )
            raise TableError(f"the models predict different targets: {' and '.join(described)}")
        table, tell = reading.read(table), tell or teller(strict)
        answers, outputs, _ = self.answered(table, None, tell)
        others = other.answered(table, None, tell)[1]
        first, second = self.row_losses(outputs, answers), other.row_losses(others, answers)
        return {measure: metrics.paired(first[measure], second[measure]) for measure in first}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to one safetensors file; the same model always gives the same bytes.

        Raises:
            ModelFileError: The file cannot be written; one that was there stays as it is.
        """
        modelfile.write(path, self.document, self.tensors)

    @property
    def document(self) -> modelfile.Document:
        """All of the model that is not an array, for the model file."""
        described = {
            "columns": self.schema.columns,
            "encoder": [tagged(column, ENCODERS) for column in self.encoder.columns],
            "whitening": self.encoder.whitening and self.encoder.whitening.kind,
            "target": tagged(self.target, TARGETS),
            "network": [tagged(layer, LAYERS) for layer in self.network.layers],
            "recipe": self.recipe,
            "scores": self.scores,
        }
        return dict(msgspec.to_builtins(described))

    @property
    def tensors(self) -> modelfile.Tensors:
        """The model's arrays by name, for the model file."""
        parameters = {
            f"parameters/{number}/{name}": array
            for number, layer in enumerate(self.parameters)
            for name, array in layer.items()
        }
        history = {f"history/{name}": array for name, array in vars(self.history).items()}
        whitening = self.encoder.whitening
        whitened = {f"whitening/{name}": getattr(whitening, name) for name in ("mean", "matrix") if whitening}
        return {**parameters, **history, **whitened}

    def encode(self, table: pl.DataFrame, tell: Tell = contract.warn) -> Inputs:
        """A table's inputs, its columns checked against the schema; `tell` takes what differs, if anything does."""
        cells, findings = contract.check(table, self.schema, self.encoder, self.target.names)
        if findings:
            tell(findings)
        return self.encoder.encode(cells)

    def outputs_for(self, table: pl.DataFrame, tell: Tell) -> Float64[np.ndarray, "rows outputs"]:
        """The outputs for a table, slice by slice; what differs in any of them is told once."""
        found: list[tuple[Finding, ...]] = []
        outputs = [
            self.outputs(self.encode(table.slice(at, SLICE), found.append)) for at in range(0, table.height, SLICE)
        ]
        if found:
            tell(contract.merged(found))
        return np.concatenate(outputs)

    def answered(
        self, table: pl.DataFrame, weights: str | None, tell: Tell
    ) -> tuple[pl.DataFrame, Float64[np.ndarray, "rows outputs"], Float64[np.ndarray, " rows"] | None]:
        """The true answers, the outputs and the weights of the rows of a table that have a target."""
        answers, known = targets.answers(self.target, table)
        counted = None if weights is None else weights_of(table, weights)[known]
        if counted is not None and not counted.any():
            raise TableError(f"no row with a target has a weight above 0 in column {weights!r}")
        return answers, self.outputs_for(table.filter(known), tell), counted

    def outputs(self, inputs: Inputs) -> Float64[np.ndarray, "rows outputs"]:
        """Probabilities of each class, or numbers in the targets' units: the mean over the restarts.

        Raises:
            TableError: A row's outputs are beyond all numbers.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is found below
            total = self.outputs_of(0, inputs)
            for restart in range(1, self.restarts):
                total = total + self.outputs_of(restart, inputs)
        if not (finite := np.isfinite(total).all(axis=1)).all():
            wrong = np.count_nonzero(~finite)
            raise TableError(
                f"the model gives no finite prediction for {wrong:,} of the rows, such as number "
                f"{finite.argmin() + 1} of them; look there for numbers far outside the training range"
            )
        return total / self.restarts

    def outputs_of(self, restart: int, inputs: Inputs) -> Float64[np.ndarray, "rows outputs"]:
        """The same of one restart alone."""
        parameters = tuple({name: array[restart] for name, array in layer.items()} for layer in self.in_float64)
        rows = len(inputs.numbers)
        blocks = [
            self.network.apply(
                parameters,
                Inputs(inputs.numbers[at : at + BLOCK].astype(np.float64), inputs.codes[at : at + BLOCK]),
            )
            for at in range(0, max(1, rows), BLOCK)
        ]
        outputs = np.clip(np.concatenate(blocks), -LARGEST, LARGEST)
        return self.target.decode(outputs.astype(np.float32))

    @cached_property
    def in_float64(self) -> tuple[Parameters, ...]:
        """The parameters in the precision of prediction."""
        return tuple({name: array.astype(np.float64) for name, array in layer.items()} for layer in self.parameters)

    def decide(self, outputs: Float64[np.ndarray, "rows outputs"]) -> np.ndarray:
        """Labels by `argmax`, or the numbers themselves: [rows]; of several targets [rows, targets]."""
        if isinstance(self.target, ClassTarget):
            return np.asarray(np.array(self.target.labels)[outputs.argmax(axis=1)])
        return outputs[:, 0] if self.target.outputs == 1 else outputs

    def score(
        self,
        outputs: Float64[np.ndarray, "rows outputs"],
        answers: pl.DataFrame,
        weights: Float64[np.ndarray, " rows"] | None = None,
    ) -> metrics.Scores:
        """Scores of outputs against the targets' cells."""
        if isinstance(self.target, ClassTarget):
            return metrics.classification(self.target.encode(answers), outputs, weights)
        numbers = self.target.read(answers).to_numpy()
        if self.target.outputs == 1:
            return metrics.regression(numbers[:, 0], outputs[:, 0], weights)
        return metrics.regressions(self.target.names, numbers, outputs, weights)

    def row_losses(
        self, outputs: Float64[np.ndarray, "rows outputs"], answers: pl.DataFrame
    ) -> dict[str, Float64[np.ndarray, " rows"]]:
        """What each row's prediction costs, by several measures."""
        if isinstance(self.target, ClassTarget):
            codes = self.target.encode(answers)
            wrong = (outputs.argmax(axis=1) != codes).astype(np.float64)
            return {"error": wrong, "log_loss": metrics.log_losses(codes, outputs)}
        errors = self.target.read(answers).to_numpy() - outputs
        losses = {}
        for place, name in enumerate(self.target.names):
            of = f" of {name}" if self.target.outputs > 1 else ""
            losses[f"squared_error{of}"], losses[f"absolute_error{of}"] = errors[:, place] ** 2, abs(errors[:, place])
        return losses


def teller(strict: bool) -> Tell:
    """What takes the findings about a table: a warning, or an error where strictness is asked for."""
    return contract.refuse if strict else contract.warn


ENCODERS: dict[str, type[Any]] = {
    "number": NumberColumn,
    "robust number": RobustColumn,
    "quantile number": QuantileColumn,
    "category": CategoryColumn,
    "date": DateColumn,
}
ENCODERS_OF: dict[str, tuple[type[Any], ...]] = {
    "number": (NumberColumn, RobustColumn, QuantileColumn),
    "boolean": (CategoryColumn,),
    "category": (CategoryColumn,),
    "date": (DateColumn,),
}
"""The encoders of each kind of column."""

TARGETS: dict[str, type[Any]] = {"classes": ClassTarget, "number": NumberTarget}


def load(path: str | os.PathLike[str]) -> Model:
    """Read a model file.

    Raises:
        ModelFileError: There is no such file, or it is not a whole and sound model file; nothing in it is ever run.
    """
    document, tensors = modelfile.read(path)
    try:
        return from_contents(document, tensors)
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelFileError(f"{path} is not a sound model file: {modelfile.brief(error)}") from error


def from_contents(document: modelfile.Document, tensors: modelfile.Tensors) -> Model:
    """A model from what its file holds, each part checked against the others.

    Raises:
        MsgspecError, ValueError, KeyError, TypeError, AttributeError: A part is absent, of the wrong type or
            shape, or does not fit the others.
    """
    network = Network(tuple(untagged(layer, LAYERS) for layer in document["network"]))
    history = History(*(tensors.pop(f"history/{field.name}") for field in fields(History)))
    whitening = None
    if kind := document["whitening"]:
        whitening = Whitening(kind, tensors.pop("whitening/mean"), tensors.pop("whitening/matrix"))
    parameters: list[Parameters] = [{} for _ in network.layers]
    for name, array in tensors.items():
        number, _, of_layer = name.removeprefix("parameters/").partition("/")
        if not (name.startswith("parameters/") and number.isdecimal() and int(number) < len(parameters)):
            raise ModelFileError(f"it holds a tensor {name!r} that belongs to nothing")
        parameters[int(number)][of_layer] = array
    target: Target = untagged(document["target"], TARGETS)
    model = Model(
        Schema(msgspec.convert(document["columns"], tuple[Column, ...])),
        Encoder(tuple(untagged(column, ENCODERS) for column in document["encoder"]), whitening),
        target,
        network,
        tuple(parameters),
        msgspec.convert(document["recipe"], Recipe),
        history,
        scores.checked(document["scores"], target.names, target.classes),
    )
    check(model)
    return model


def check(model: Model) -> None:
    """Raise a ModelFileError unless schema, encoder, network, parameters and history fit each other and are finite."""
    names = [column.name for column in model.schema.columns]
    if len(set(names)) < len(names) or set(names) & set(model.target.names):
        raise ModelFileError("it names a column twice")
    inputs_of = [(column.name, column.kind) for column in model.schema.inputs]
    if len(inputs_of) != len(model.encoder.columns) or not all(
        name == column.name and isinstance(column, ENCODERS_OF[kind])
        for (name, kind), column in zip(inputs_of, model.encoder.columns, strict=True)
    ):
        raise ModelFileError("its columns and its encoder differ")
    inputs = len(model.encoder.inputs)
    if model.network.widths(inputs)[-1] != model.target.outputs:
        raise ModelFileError("its network has not as many outputs as its target needs")
    restarts = model.restarts
    expected = [{name: (restarts, *shape) for name, shape in layer.items()} for layer in model.network.shapes(inputs)]
    if not restarts or [{name: array.shape for name, array in layer.items()} for layer in model.parameters] != expected:
        raise ModelFileError("its parameters have not the shapes that its network needs")
    history = model.history
    of_restarts = {(array.dtype.name, array.shape) for array in (history.restarts, history.best_epoch)}
    epochs = {array.shape for array in (history.loss, history.score)}
    if of_restarts != {("int32", (restarts,))} or epochs != {(restarts, history.loss.size // restarts)}:
        raise ModelFileError("its history is not that of its restarts")
    if not ((history.best_epoch >= 1) & (history.best_epoch <= history.loss.shape[1])).all():
        raise ModelFileError("its best epochs are not among its epochs")
    for array in (
        *(array for layer in model.parameters for array in layer.values()),
        history.loss,
        history.score,
    ):
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise ModelFileError("it holds numbers that are not finite float32")
    outputs = model.outputs(Inputs(np.zeros((1, inputs), np.float32), np.zeros((1, 0), np.int32)))
    if outputs.shape != (1, model.target.outputs) or not np.isfinite(outputs).all():
        raise ModelFileError("its network gives no finite prediction")


def tagged(part: Any, kinds: dict[str, type[Any]]) -> dict[str, Any]:
    """A dataclass as JSON, with the name of its type under `type`."""
    names = {kind: name for name, kind in kinds.items()}
    return {"type": names[type(part)], **msgspec.to_builtins(part)}


def untagged(described: dict[str, Any], kinds: dict[str, type[Any]]) -> Any:
    """The dataclass that `tagged` described; every field of the type that its class declares."""
    kind = described.get("type")
    if kind not in kinds:
        raise ModelFileError(f"it names {kind!r}, which this feedforward does not know")
    return msgspec.convert({name: value for name, value in described.items() if name != "type"}, kinds[kind])
