"""What the server tells a page: scenes, frames, refusals, and the files that it makes.

A scene or a frame is a header and arrays, packed as `frames` says; the page sees both as one object. `make contract`
writes all of it down for the page, in `static/contract.gen.js`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
from jaxtyping import Float32, UInt8

from ffnn.playground import frames
from ffnn.playground.settings import Settings

Range = tuple[float, float]


class Rows(msgspec.Struct, frozen=True):
    """How many rows there are.

    Attributes:
        train: Those that train.
        test: Those that judge.
        shown: Those that are drawn.
    """

    train: int
    test: int
    shown: int


class TableColumn(msgspec.Struct, frozen=True):
    """A column of a table.

    Attributes:
        name: Its name.
        kind: What it holds; of the target, the problem.
        role: What it is used for.
    """

    name: str
    kind: str
    role: Literal["input", "target", "left out"]


class TableHeader(msgspec.Struct, frozen=True):
    """A table that is used.

    Attributes:
        name: Its name.
        rows: How many it has.
        columns: All of them, in order.
    """

    name: str
    rows: int
    columns: tuple[TableColumn, ...]


class SceneHeader(msgspec.Struct, frozen=True, tag_field="kind", tag="scene"):
    """The data, the structure of the network, and the plane in which both are seen.

    Attributes:
        generation: Rises with each scene.
        reset: Whether all that the page knows of the course is told anew.
        settings: All of them.
        classes: The labels; null for numbers.
        input_names: A name for each input.
        output_names: A name for each output.
        widths: Inputs, neurons of each hidden layer, outputs.
        activations: One for each layer after the inputs.
        axes: Names of the plane's two directions.
        domain: What is seen of them, from left to right and from bottom to top.
        side: Pixels along the map of the outputs.
        tile: Pixels along the map of a neuron.
        rows: How many there are.
        scale: The numbers at both ends of the colours; null for classes.
        notes: What should be known of the data, in sentences.
        target: The column that is predicted.
        table: The table that is used, if any.
        opened: The name of the table that is open, used or not.
    """

    generation: int
    reset: bool
    settings: Settings
    classes: tuple[str, ...] | None
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    widths: tuple[int, ...]
    activations: tuple[str, ...]
    axes: tuple[str, str]
    domain: tuple[Range, Range]
    side: int
    tile: int
    rows: Rows
    scale: Range | None
    notes: tuple[str, ...]
    target: str
    table: TableHeader | None
    opened: str | None


@dataclass(frozen=True, eq=False)
class SceneArrays:
    """What a scene holds beside its header.

    Attributes:
        points: Where the shown points lie, in units of the plane.
        truth: Their class numbers, or values.
        test: Whether they judge.
        features: The map of each input.
    """

    points: Float32[np.ndarray, "shown 2"]
    truth: Float32[np.ndarray, " shown"]
    test: UInt8[np.ndarray, " shown"]
    features: UInt8[np.ndarray, "inputs tile tile"]


class Figures(msgspec.Struct, frozen=True, omit_defaults=True):
    """Scores on one side; of a side without rows, or where they are not finite, there are none.

    Attributes:
        accuracy: Share of classes that are right.
        rmse: Root mean squared error of numbers.
        r2: Share of the numbers' variance that is explained.
    """

    accuracy: float | None = None
    rmse: float | None = None
    r2: float | None = None


class Sides(msgspec.Struct, frozen=True):
    """Scores on both sides.

    Attributes:
        train: On the rows that train.
        test: On those that judge.
    """

    train: Figures
    test: Figures


class Followed(msgspec.Struct, frozen=True):
    """What is followed through the network.

    Attributes:
        row: The number of a shown point, or
        at: a place of the plane.
    """

    row: int | None
    at: tuple[float, float] | None


class FrameHeader(msgspec.Struct, frozen=True, tag_field="kind", tag="frame"):
    """The network at one epoch.

    Attributes:
        generation: Of the scene that it belongs to.
        epoch: How many have been trained.
        status: What the session does.
        speed: Epochs a second.
        restart: The network that is shown.
        running: Of each restart, whether it has not diverged.
        sentence: Why training ended, if the shown network diverged.
        good: The newest epoch to go back to in which all was well with it.
        snapshots: All epochs to go back to.
        figures: Its scores.
        marks: What was changed since the last frame: after which epoch, and in words.
        cut: The epoch after which earlier losses no longer hold; null: all do.
        look: What is followed through it.
    """

    generation: int
    epoch: int
    status: Literal["compiling", "paused", "running", "diverged"]
    speed: float
    restart: int
    running: tuple[bool, ...]
    sentence: str
    good: int
    snapshots: tuple[int, ...]
    figures: Sides
    marks: tuple[tuple[int, str], ...]
    cut: int | None
    look: Followed | None


@dataclass(frozen=True, eq=False)
class FrameArrays:
    """What a frame holds beside its header.

    Attributes:
        parameters: Each layer's kernel [inputs, units] row by row, then its bias.
        field: The map of the answers; of more than two classes, class numbers and how probable they are.
        neurons: The map of each hidden neuron.
        loss: Of each restart, on the rows that train and on those that judge.
        predicted: What the network answers for the shown points.
        curve: Epoch, training losses and test losses, of the epochs since the last frame.
        focus: The map of the neuron that is shown large.
        health: Of each layer, as `look.health` gives it; not as long as that is being compiled.
        look_values: Values of what is followed, inputs first, layer after layer.
        look_sums: The sums that they come of.
        look_gradients: What its loss sends back, in the order of `parameters`.
    """

    parameters: Float32[np.ndarray, " parameters"]
    field: UInt8[np.ndarray, "planes side side"]
    neurons: UInt8[np.ndarray, "neurons tile tile"]
    loss: Float32[np.ndarray, "restarts 2"]
    predicted: Float32[np.ndarray, " shown"]
    curve: Float32[np.ndarray, "epochs 1+2*restarts"]
    focus: UInt8[np.ndarray, "side side"] | None = None
    health: Float32[np.ndarray, "layers 4"] | None = None
    look_values: Float32[np.ndarray, " values"] | None = None
    look_sums: Float32[np.ndarray, " sums"] | None = None
    look_gradients: Float32[np.ndarray, " parameters"] | None = None


class Refusal(msgspec.Struct, frozen=True, tag_field="kind", tag="refused"):
    """Why a command cannot be carried out.

    Attributes:
        sentence: What is wrong, and what to do.
        settings: Those that the command would have changed, as they are.
    """

    sentence: str
    settings: dict[str, Any]


FILES = {
    "model.safetensors": "application/octet-stream",
    "points.csv": "text/csv; charset=utf-8",
    "network_tf.py": "text/x-python; charset=utf-8",
    "train_ff.py": "text/x-python; charset=utf-8",
}
"""The files that can be taken along, and their media types."""


def packed(header: SceneHeader | FrameHeader, arrays: SceneArrays | FrameArrays) -> bytes:
    """One message."""
    there = {name: array for name, array in vars(arrays).items() if array is not None}
    return frames.packed(msgspec.to_builtins(header), there)
