"""The parts of a model; as a document and tensors, which a file can hold; and back, each checked with the others."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import msgspec
import numpy as np
from jaxtyping import Float32, Int32

from ffnn.errors import ModelFileError
from ffnn.models import container
from ffnn.networks.arrays import Parameters
from ffnn.networks.layers import Network
from ffnn.networks.tabular import LAYERS, Embedding
from ffnn.recipes.recipe import Settled
from ffnn.scores import metrics
from ffnn.tables.columns.schema import Column, Schema
from ffnn.tables.encoding.dates import DateColumn
from ffnn.tables.encoding.encoder import CategoryColumn, CodedColumn, Encoder
from ffnn.tables.encoding.scaling import NumberColumn, QuantileColumn, RobustColumn
from ffnn.tables.encoding.whitening import Whitening
from ffnn.tables.targets import ClassTarget, NumberTarget, Target

ENCODERS: dict[str, type[Any]] = {
    "number": NumberColumn,
    "robust number": RobustColumn,
    "quantile number": QuantileColumn,
    "category": CategoryColumn,
    "coded category": CodedColumn,
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
class Parts:
    """Everything that was learned from a table.

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
    recipe: Settled
    history: History
    scores: dict[str, Any]

    @property
    def restarts(self) -> int:
        """How many networks there are."""
        return len(self.history.restarts)

    @property
    def document(self) -> container.Document:
        """All of the model that is not an array, for the model file."""
        described = {
            "columns": self.schema.columns,
            "missing": self.schema.missing,
            "encoder": [tagged(column, ENCODERS) for column in self.encoder.columns],
            "whitening": self.encoder.whitening and self.encoder.whitening.kind,
            "target": tagged(self.target, TARGETS),
            "network": [tagged(layer, LAYERS) for layer in self.network.layers],
            "recipe": self.recipe,
            "scores": self.scores,
        }
        return dict(msgspec.to_builtins(described))

    @property
    def tensors(self) -> container.Tensors:
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


def unpack(document: container.Document, tensors: container.Tensors) -> Parts:
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
    target = untagged(document["target"], TARGETS)
    parts = Parts(
        Schema(
            msgspec.convert(document["columns"], tuple[Column, ...]),
            msgspec.convert(document.get("missing", ()), tuple[str, ...]),
        ),
        Encoder(tuple(untagged(column, ENCODERS) for column in document["encoder"]), whitening),
        target,
        network,
        tuple(parameters),
        msgspec.convert(document["recipe"], Settled),
        history,
        scores_of(document["scores"], target),
    )
    check(parts)
    return parts


JUDGED = ("validation", "test", "constant", "linear")
"""What a model's scores are of, besides `rows`."""


def scores_of(described: dict[str, Any], target: Target) -> dict[str, Any]:
    """A model's scores from what its file holds; each kind of target has its own.

    Raises:
        ModelFileError: They are not of this target.
        MsgspecError: A score is absent or of the wrong type.
    """
    several = metrics.SeveralScores if target.outputs > 1 else metrics.NumberScores
    kind: Any = metrics.ClassScores if isinstance(target, ClassTarget) else several
    counts = msgspec.convert(described["rows"], dict[str, metrics.Count])
    scores: dict[str, metrics.Scores] = {
        name: msgspec.convert(each, kind) for name, each in described.items() if name != "rows"
    }
    if not {"train", "test"} <= set(counts) or "validation" not in scores or not set(scores) <= set(JUDGED):
        raise ModelFileError("its scores are not those of a training run")
    for each in scores.values():
        confusion = each.get("confusion", [])
        if confusion and not (
            len(confusion) - target.outputs in (0, 1) and {*map(len, confusion)} == {target.outputs}
        ):  # the last row may be that of other classes
            raise ModelFileError("its confusion matrix is not of its classes")
        if "targets" in each and set(each["targets"]) != set(target.names):
            raise ModelFileError("its scores are not of its targets")
    return {"rows": counts, **scores}


def check(parts: Parts) -> None:
    """Raise a ModelFileError unless schema, encoder, network, parameters and history fit each other and are finite."""
    names = [column.name for column in parts.schema.columns]
    if len({*names, *parts.target.names}) < len(names) + len(parts.target.names):
        raise ModelFileError("its columns have not a name each")
    seen, encoders = parts.schema.inputs, parts.encoder.columns
    if [column.name for column in seen] != [column.name for column in encoders]:
        raise ModelFileError("its columns and its encoder differ")
    if not all(isinstance(encoder, ENCODERS_OF[column.kind]) for column, encoder in zip(seen, encoders, strict=True)):
        raise ModelFileError("its encoder is not of its columns' kinds")
    inputs = len(parts.encoder.inputs)
    if parts.network.widths(inputs)[-1] != parts.target.outputs:
        raise ModelFileError("its network has not as many outputs as its target needs")
    embedded = [layer.codes for layer in parts.network.layers if isinstance(layer, Embedding)]
    if embedded != ([parts.encoder.codes] if parts.encoder.codes else []):
        raise ModelFileError("its network does not embed the codes that its columns give")
    restarts = parts.restarts
    expected = [{name: (restarts, *shape) for name, shape in layer.items()} for layer in parts.network.shapes(inputs)]
    if not restarts or [{name: array.shape for name, array in layer.items()} for layer in parts.parameters] != expected:
        raise ModelFileError("its parameters have not the shapes that its network needs")
    history = parts.history
    of_restarts = {(array.dtype.name, array.shape) for array in (history.restarts, history.best_epoch)}
    epochs = {array.shape for array in (history.loss, history.score)}
    if of_restarts != {("int32", (restarts,))} or epochs != {(restarts, history.loss.size // restarts)}:
        raise ModelFileError("its history is not that of its restarts")
    begun, numbers = history.diverged, history.restarts
    if begun.dtype != np.int32 or begun.ndim != 1 or (begun < 0).any():
        raise ModelFileError("its record of restarts that diverged is not one epoch for each")
    if not ((np.diff(numbers) > 0).all() and numbers[0] >= 0 and numbers[-1] < len(begun)):
        raise ModelFileError("its restarts are not among those that were begun")
    if not ((history.best_epoch >= 1) & (history.best_epoch <= history.loss.shape[1])).all():
        raise ModelFileError("its best epochs are not among its epochs")
    for array in (
        *(array for layer in parts.parameters for array in layer.values()),
        history.loss,
        history.score,
    ):
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise ModelFileError("it holds numbers that are not finite float32")


def tagged(part: Any, kinds: dict[str, type[Any]]) -> dict[str, Any]:
    """A dataclass as JSON, with the name of its type under `type`."""
    names = {kind: name for name, kind in kinds.items()}
    return {"type": names[type(part)], **msgspec.to_builtins(part)}


def untagged(described: dict[str, Any], kinds: dict[str, type[Any]]) -> Any:
    """The dataclass that `tagged` described; every field of the type that its class declares."""
    kind = described.get("type")
    if kind not in kinds:
        raise ModelFileError(f"it names {kind!r}, which this ffnn does not know")
    return msgspec.convert({name: value for name, value in described.items() if name != "type"}, kinds[kind])
