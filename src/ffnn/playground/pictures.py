"""The messages that show a trainer: its scene, and one picture after another of the network in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Int32

from ffnn.networks.arrays import Inputs
from ffnn.playground import messages
from ffnn.playground.errors import PlaygroundError
from ffnn.playground.look import ROWS, flat, health, through
from ffnn.playground.messages import (
    Figures,
    Followed,
    FrameArrays,
    FrameHeader,
    Rows,
    SceneArrays,
    SceneHeader,
    Sides,
    TableColumn,
    TableHeader,
)
from ffnn.playground.plane import pixels, tiles
from ffnn.playground.scene import TILE, Scene, forward
from ffnn.playground.trainer import Trainer

MOST_INPUTS = 64
"""Inputs that a small map is drawn of."""


@dataclass
class Interest:
    """What the page looks at beside the whole.

    Attributes:
        row: Number of a shown point that is followed through the network.
        at: A place of the plane that is.
        neuron: Layer, -1 for the inputs, and unit that is shown large.
    """

    row: int | None = None
    at: tuple[float, float] | None = None
    neuron: tuple[int, int] | None = None

    def check(self, scene: Scene) -> None:
        """Raise a PlaygroundError unless a scene has what is looked at."""
        if self.row is not None and self.row >= len(scene.plane.shown):
            raise PlaygroundError(f"there is no point {self.row}; {len(scene.plane.shown)} are shown")
        if self.neuron is not None:
            layer, unit = self.neuron
            if layer >= len(scene.dense) or unit >= scene.widths[layer + 1]:
                raise PlaygroundError(f"there is no neuron {unit} in layer {layer}")


def scene_message(trainer: Trainer, *, reset: bool) -> bytes:
    """What the page needs to know of the scene; `reset`: all that it knows of the course is told anew."""
    its = trainer.scene
    shown = its.plane.shown
    header = SceneHeader(
        generation=trainer.generation,
        reset=reset,
        settings=its.settings,
        classes=its.classes,
        input_names=its.encoder.inputs,
        output_names=its.output_names,
        widths=its.widths,
        activations=tuple(layer.activation for layer in its.dense),
        axes=its.plane.axes,
        domain=its.plane.domain,
        side=its.side,
        tile=TILE,
        rows=Rows(len(its.data.training), len(its.data.held), len(shown)),
        scale=its.scale,
        notes=its.data.notes,
        target=its.data.target.names[0],
        table=table_of(trainer),
        opened=trainer.table.name if trainer.table else None,
    )
    with np.errstate(over="ignore"):
        points = its.plane.points.astype(np.float32)
    arrays = SceneArrays(
        points=points,
        truth=its.truth[shown].astype(np.float32),
        test=np.isin(shown, its.data.held).astype(np.uint8),
        features=tiles(its.plane.grid.numbers[:, :MOST_INPUTS], its.side, TILE),
    )
    return messages.packed(header, arrays)


def table_of(trainer: Trainer) -> TableHeader | None:
    """What the page says of the open table, if one is used."""
    its, table = trainer.scene, trainer.table
    if its.settings.dataset != "table" or table is None:
        return None
    target = its.data.target.names[0]
    kinds = {column.name: column for column in its.data.schema.columns}
    entering = {column.name for column in its.data.schema.inputs}

    def described(name: str) -> TableColumn:
        if name == target:
            return TableColumn(name, its.settings.problem, "target")
        return TableColumn(name, kinds[name].kind, "input" if name in entering else "left out")

    return TableHeader(table.name, len(table.frame), tuple(map(described, table.frame.columns)))


@dataclass
class Picture:
    """One picture of the network that is shown; what is needed for several of its parts is computed once."""

    trainer: Trainer
    interest: Interest
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def message(self) -> bytes:
        """The picture as a message; what is new since the last one is told once."""
        trainer, course = self.trainer, self.trainer.course
        self._maps()
        self._losses()
        header = FrameHeader(
            generation=trainer.generation,
            epoch=course.epoch,
            status=course.status,
            speed=course.speed,
            restart=course.restart,
            running=tuple((course.diverged == 0).tolist()),
            sentence=course.sentence,
            good=course.good,
            snapshots=tuple(course.snapshots.epochs),
            figures=self._figures(),
            marks=tuple(course.curve.marks_taken()),
            cut=course.cut,
            look=self._look(),
        )
        course.cut = None
        self.arrays["curve"] = course.curve.taken()
        return messages.packed(header, FrameArrays(**self.arrays))

    def _maps(self) -> None:
        """The map of the answers, of every hidden neuron, and of the one that is shown large."""
        scene, own, grid = self.trainer.scene, self.trainer.course.own, self.trainer.scene.plane.grid
        passed = forward(scene, own, grid)
        hidden = [tiles(values, scene.side, TILE) for _, values in passed[:-1]]
        self.arrays["parameters"] = flat(own)
        self.arrays["field"] = scene.field(passed[-1][0])
        self.arrays["neurons"] = np.concatenate([np.zeros((0, TILE, TILE), np.uint8), *hidden])
        if self.interest.neuron is not None:
            layer, unit = self.interest.neuron
            values = grid.numbers if layer < 0 else passed[layer][1]
            self.arrays["focus"] = pixels(values[:, unit]).reshape(scene.side, scene.side)

    def _losses(self) -> None:
        """Losses of every network on both sides, and what the shown one answers; a figure for each layer's health."""
        course, scene = self.trainer.course, self.trainer.scene
        self.arrays["loss"] = np.array(list(map(course.losses, range(scene.settings.restarts))), np.float32)
        shown = forward(scene, course.own, scene.shown)
        with np.errstate(over="ignore"):
            self.arrays["predicted"] = scene.answers(shown[-1][0]).astype(np.float32)
        if probed := course.probed(scene.data.training[:ROWS]):
            passed = forward(scene, course.own, scene.inputs.take(scene.data.training[:ROWS]))
            self.arrays["health"] = health(scene.dense, passed, course.own, probed)

    def _figures(self) -> Sides:
        """Scores of the shown network on both sides."""
        return Sides(
            *(self._scores(rows, inputs) if len(rows) else Figures() for rows, inputs in self.trainer.scene.judged)
        )

    def _scores(self, rows: Int32[np.ndarray, " rows"], inputs: Inputs) -> Figures:
        scene = self.trainer.scene
        answers = scene.answers(forward(scene, self.trainer.course.own, inputs)[-1][0])
        truth = scene.truth[rows]
        if scene.classes is not None:
            return Figures(accuracy=float((answers == truth).mean()))
        error, spread = float(np.mean((answers - truth) ** 2)), float(np.var(truth))
        sound = np.isfinite(error)
        return Figures(rmse=error**0.5 if sound else None, r2=1 - error / spread if sound and spread else None)

    def _look(self) -> Followed | None:
        """The point that is followed through the network: what it becomes, and what its loss sends back."""
        course, scene, interest = self.trainer.course, self.trainer.scene, self.interest
        if interest.row is not None:
            row = scene.plane.shown[[interest.row]]
            inputs = scene.inputs.take(row)
            if probed := course.probed(row):
                self.arrays["look_gradients"] = flat(probed.gradients)
        elif interest.at is not None:
            inputs = scene.plane.grid.take([self._pixel(interest.at)])
        else:
            return None
        self.arrays["look_values"], self.arrays["look_sums"] = through(scene, course.own, inputs)
        return Followed(interest.row, interest.at)

    def _pixel(self, at: tuple[float, float]) -> int:
        """The place of the grid that is nearest to a place of the plane."""
        side = self.trainer.scene.side
        (left, right), (bottom, top) = self.trainer.scene.plane.domain
        shares = (at[0] - left) / (right - left), (top - at[1]) / (top - bottom)
        column, line = (int(np.clip(share * side, 0, side - 1)) for share in shares)
        return line * side + column
