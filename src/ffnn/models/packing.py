"""A model as a document and tensors, which a file can hold; and back, each part checked with the others."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import msgspec
import numpy as np

from ffnn.errors import ModelFileError
from ffnn.models import container
from ffnn.models.model import Model
from ffnn.models.record import History, Origin
from ffnn.networks.arrays import Parameters
from ffnn.networks.layers import Network
from ffnn.networks.tabular import LAYERS, Embedding
from ffnn.recipes.recipe import Settled
from ffnn.scores import metrics
from ffnn.tables.columns.schema import Column, Schema
from ffnn.tables.dialect import Dialect
from ffnn.tables.encoding.dates import DateColumn
from ffnn.tables.encoding.encoder import CategoryColumn, CodedColumn, Encoder, SetColumn
from ffnn.tables.encoding.scaling import NumberColumn, QuantileColumn, RawColumn, RobustColumn
from ffnn.tables.encoding.whitening import Whitening
from ffnn.tables.fingerprints import Fingerprints
from ffnn.tables.notations.booleans import BooleanNotation
from ffnn.tables.notations.compounds import CompoundNotation
from ffnn.tables.notations.dates import DateNotation
from ffnn.tables.notations.numbers import NumberNotation
from ffnn.tables.notations.sets import SetNotation
from ffnn.tables.targets import ClassTarget, HeadsTarget, NumberTarget, Target

ENCODERS: dict[str, type[Any]] = {
    "number": NumberColumn,
    "raw number": RawColumn,
    "robust number": RobustColumn,
    "quantile number": QuantileColumn,
    "category": CategoryColumn,
    "coded category": CodedColumn,
    "set": SetColumn,
    "date": DateColumn,
}
ENCODERS_OF: dict[str, tuple[type[Any], ...]] = {
    "number": (NumberColumn, RawColumn, RobustColumn, QuantileColumn),
    "boolean": (CategoryColumn,),
    "category": (CategoryColumn,),
    "set": (SetColumn,),
    "date": (DateColumn,),
}
"""The encoders of each kind of column."""

NOTATIONS: dict[str, type[Any]] = {
    "booleans": BooleanNotation,
    "compounds": CompoundNotation,
    "dates": DateNotation,
    "sets": SetNotation,
    "numbers": NumberNotation,
}

TARGETS: dict[str, type[Any]] = {"classes": ClassTarget, "several classes": HeadsTarget, "number": NumberTarget}


def pack(model: Model) -> tuple[container.Document, container.Tensors]:
    """A model as what its file holds: all that is not an array, and the arrays by name.

    Raises:
        ModelFileError: Its parts do not fit each other, so that no program could read it.
    """
    if model.origin == "train" and not (model.recipe and model.history and model.scores):
        raise ModelFileError("a model of a training run is written with its recipe, history and scores; one is missing")
    tensors = {
        f"parameters/{number}/{name}": array
        for number, layer in enumerate(model.parameters)
        for name, array in layer.items()
    }
    if model.history:
        tensors.update({f"history/{name}": array for name, array in vars(model.history).items()})
    if whitening := model.encoder.whitening:
        tensors.update({f"whitening/{name}": getattr(whitening, name) for name in ("mean", "matrix")})
    if model.fingerprints:
        tensors["fingerprints"] = model.fingerprints.bits
    document = describe(model)
    try:
        unpack(document, dict(tensors))
    except KeyError as error:
        raise ModelFileError(f"this model is not one that a file can hold: it has no {error.args[0]!r}") from error
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError) as error:
        raise ModelFileError(f"this model is not one that a file can hold: {container.brief(error)}") from error
    return document, tensors


def describe(model: Model) -> container.Document:
    """All of a model that is not an array; recipe and scores only where there are any."""
    described = {
        "origin": model.origin,
        "columns": model.schema.columns,
        "missing": model.schema.missing,
        "notations": {name: tagged(notation, NOTATIONS) for name, notation in model.schema.notations.items()},
        **({"dialect": model.schema.dialect.given} if model.schema.dialect.given else {}),
        "encoder": [tagged(column, ENCODERS) for column in model.encoder.columns],
        "whitening": model.encoder.whitening and model.encoder.whitening.kind,
        "target": tagged(model.target, TARGETS),
        "network": [tagged(layer, LAYERS) for layer in model.network.layers],
        **({"recipe": model.recipe} if model.recipe else {}),
        **({"scores": model.scores} if model.scores else {}),
        **({"fingerprints": {"rows": kept.rows, "share": kept.share}} if (kept := model.fingerprints) else {}),
    }
    return dict(msgspec.to_builtins(described))


def unpack(document: container.Document, tensors: container.Tensors) -> Model:
    """A model from what its file holds, each part checked against the others.

    Raises:
        MsgspecError, ValueError, KeyError, TypeError, AttributeError: A part is absent, of the wrong type or
            shape, or does not fit the others.
    """
    network = Network(tuple(untagged(layer, LAYERS) for layer in document["network"]))
    origin = msgspec.convert(document.get("origin", "train"), Origin)  # files of formats 1 and 2 do not say
    history = recipe = None
    if origin == "train" or any(name.startswith("history/") for name in tensors):
        history = History(*(tensors.pop(f"history/{field.name}") for field in fields(History)))
    if origin == "train" or "recipe" in document:
        recipe = msgspec.convert(document["recipe"], Settled)
    whitening = None
    if kind := document["whitening"]:
        whitening = Whitening(kind, tensors.pop("whitening/mean"), tensors.pop("whitening/matrix"))
    kept = None
    if said := document.get("fingerprints"):
        bits = tensors.pop("fingerprints")
        kept = Fingerprints(bits, msgspec.convert(said["rows"], int), msgspec.convert(said["share"], float))
    parameters: list[Parameters] = [{} for _ in network.layers]
    for name, array in tensors.items():
        number, _, of_layer = name.removeprefix("parameters/").partition("/")
        if not (name.startswith("parameters/") and number.isdecimal() and int(number) < len(parameters)):
            raise ModelFileError(f"unexpected tensor {name!r}")
        parameters[int(number)][of_layer] = array
    target = untagged(document["target"], TARGETS)
    model = Model(
        Schema(
            msgspec.convert(document["columns"], tuple[Column, ...]),
            msgspec.convert(document.get("missing", ()), tuple[str, ...]),
            {name: untagged(notation, NOTATIONS) for name, notation in document.get("notations", {}).items()},
            msgspec.convert(document.get("dialect", {}), Dialect),
        ),
        Encoder(tuple(untagged(column, ENCODERS) for column in document["encoder"]), whitening),
        target,
        network,
        tuple(parameters),
        origin,
        recipe,
        history,
        scores_of(document["scores"], target) if origin == "train" or "scores" in document else {},
        kept,
    )
    check_model(model)
    return model


NOT_FINITE = "it holds numbers that are not finite float32"

JUDGED = ("validation", "test", "constant", "linear")
"""What a model's scores are of, besides `rows`."""


KINDS_OF_SCORES: dict[tuple[bool, bool], Any] = {
    (False, True): metrics.ClassScores,
    (True, True): metrics.SeveralClassScores,
    (False, False): metrics.NumberScores,
    (True, False): metrics.SeveralScores,
}
"""The type of a model's scores, by whether it has several targets, and whether they are classes."""


def scores_of(described: dict[str, Any], target: Target) -> dict[str, Any]:
    """A model's scores from what its file holds; each kind of target has its own.

    Raises:
        ModelFileError: They are not of this target.
        MsgspecError: A score is absent or of the wrong type.
    """
    kind = KINDS_OF_SCORES[len(target.names) > 1, bool(target.heads)]
    counts = msgspec.convert(described["rows"], dict[str, metrics.Count])
    scores: dict[str, metrics.Scores] = {
        name: msgspec.convert(each, kind) for name, each in described.items() if name != "rows"
    }
    if not {"train", "test"} <= set(counts) or not set(scores) <= set(JUDGED):
        raise ModelFileError("the scores are not those of a model")
    for each in scores.values():
        own = each.get("targets", {})
        if "targets" in each and set(own) != set(target.names):
            raise ModelFileError("the scores do not match the targets")
        for head in target.heads:
            confusion = own.get(head.name, each)["confusion"]
            if confusion and not (
                len(confusion) - head.outputs in (0, 1) and {*map(len, confusion)} == {head.outputs}
            ):  # the last row may be that of other classes
                raise ModelFileError("the confusion matrix does not match the classes")
    return {"rows": counts, **scores}


def check_model(model: Model) -> None:
    """Raise a ModelFileError unless schema, encoder, network, parameters and history fit each other and are finite."""
    if model.origin != "train" and (model.recipe or model.history):
        raise ModelFileError("the recipe and the history do not match the origin: the playground keeps none")
    names = [column.name for column in model.schema.columns]
    if len({*names, *model.target.names}) < len(names) + len(model.target.names):
        raise ModelFileError("two columns share a name")
    if strangers := set(model.schema.notations) - {*names, *model.target.names}:
        raise ModelFileError(f"it says how {min(strangers)!r} is written, which is no column of it")
    seen, encoders = model.schema.inputs, model.encoder.columns
    if [column.name for column in seen] != [column.name for column in encoders]:
        raise ModelFileError("columns and encoder do not match")
    if not all(isinstance(encoder, ENCODERS_OF[column.kind]) for column, encoder in zip(seen, encoders, strict=True)):
        raise ModelFileError("the encoder does not match the column types")
    inputs = len(model.encoder.inputs)
    if model.network.widths(inputs)[-1] != model.target.outputs:
        raise ModelFileError("the number of network outputs does not match the target")
    embedded = [layer.codes for layer in model.network.layers if isinstance(layer, Embedding)]
    if embedded != ([model.encoder.codes] if model.encoder.codes else []):
        raise ModelFileError("the network's embedding does not match the category columns")
    restarts = model.restarts
    expected = [{name: (restarts, *shape) for name, shape in layer.items()} for layer in model.network.shapes(inputs)]
    if not restarts or [{name: array.shape for name, array in layer.items()} for layer in model.parameters] != expected:
        raise ModelFileError("parameter shapes do not match the network")
    if any(
        array.dtype != np.float32 or not np.isfinite(array).all() for its in model.parameters for array in its.values()
    ):
        raise ModelFileError(NOT_FINITE)
    if model.history:
        check_history(model.history, restarts)


def check_history(history: History, restarts: int) -> None:
    """Raise a ModelFileError unless a history is that of so many restarts, and finite."""
    of_restarts = {(array.dtype.name, array.shape) for array in (history.restarts, history.best_epoch)}
    epochs = {array.shape for array in (history.loss, history.score)}
    if of_restarts != {("int32", (restarts,))} or epochs != {(restarts, history.loss.size // restarts)}:
        raise ModelFileError("the history does not match the restarts")
    begun, numbers = history.diverged, history.restarts
    if begun.dtype != np.int32 or begun.ndim != 1 or (begun < 0).any():
        raise ModelFileError("the record of diverged restarts needs one epoch for each restart")
    if not ((np.diff(numbers) > 0).all() and numbers[0] >= 0 and numbers[-1] < len(begun)):
        raise ModelFileError("the restarts kept are not among those that were started")
    if not ((history.best_epoch >= 1) & (history.best_epoch <= history.loss.shape[1])).all():
        raise ModelFileError("the best epochs lie outside the recorded epochs")
    for array in (history.loss, history.score):
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise ModelFileError(NOT_FINITE)


def tagged(part: Any, kinds: dict[str, type[Any]]) -> dict[str, Any]:
    """A dataclass as JSON, with the name of its type under `type`."""
    names = {kind: name for name, kind in kinds.items()}
    return {"type": names[type(part)], **msgspec.to_builtins(part)}


def untagged(described: dict[str, Any], kinds: dict[str, type[Any]]) -> Any:
    """The dataclass that `tagged` described; every field of the type that its class declares."""
    kind = described.get("type")
    if kind not in kinds:
        raise ModelFileError(f"unknown type {kind!r}")
    return msgspec.convert({name: value for name, value in described.items() if name != "type"}, kinds[kind])
