"""What some settings mean: rows as inputs and targets, a network for them, and the plane in which both are seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float32, Float64, Int32, Shaped

from ffnn.networks import activations, losses
from ffnn.networks.arrays import Inputs, Parameters
from ffnn.networks.layers import Dense, Layer, Network, Numbers
from ffnn.playground import plane
from ffnn.playground.data import LARGEST, Data, Table, gathered
from ffnn.playground.plane import Plane, pixels
from ffnn.playground.settings import PLANE, Settings, differing
from ffnn.recipes.recipe import Settled
from ffnn.tables.encoding import raw
from ffnn.tables.encoding.encoder import Encoder, fit_encoder
from ffnn.tables.targets import ClassTarget, NumberTarget, format_label
from ffnn.training import starts

if TYPE_CHECKING:
    from ffnn.training.runs import Run

FOREVER = 2**30
"""Epochs of a run that nobody stops."""

SIDE, COARSE_SIDE, TILE = 100, 50, 25
"""Pixels along the map of the outputs, the same of large networks, and along the small map of a neuron."""

LARGE, WIDE = 64, 500
"""Hidden neurons and inputs of a network that is not large, at most."""

MOST_CELLS = 2**26
"""Inputs of all rows together; of a table with more of them, fewer rows are used."""

MOST_JUDGED = 2000
"""Rows on either side that losses and scores are taken of; of more, the first so many: their order is random."""


@dataclass(frozen=True, eq=False)
class Scene:
    """Some settings made ready.

    Attributes:
        settings: The settings.
        data: The rows.
        encoder: From columns to inputs.
        inputs: Of all rows.
        targets: Of all rows: class numbers for cross-entropy, else what the outputs should be, float32 [rows, outputs].
        network: Numbers, hidden layers, outputs.
        plane: The plane in which all is seen.
    """

    settings: Settings
    data: Data
    encoder: Encoder
    inputs: Inputs
    targets: Shaped[np.ndarray, "rows ..."]
    network: Network
    plane: Plane

    def with_settings(self, settings: Settings) -> Scene:
        """The same seen in another plane, or trained at other rates; neither data nor network may differ."""
        if not differing(settings, self.settings) & PLANE:
            return replace(self, settings=settings)
        seen = plane.seen(settings, self.data, self.encoder, self.inputs, self.side)
        return replace(self, settings=settings, plane=seen)

    @property
    def side(self) -> int:
        """Pixels along the map of the outputs."""
        return side_for(self.settings, self.inputs)

    @property
    def dense(self) -> tuple[Dense, ...]:
        """The layers of neurons."""
        return tuple(layer for layer in self.network.layers if isinstance(layer, Dense))

    @property
    def widths(self) -> tuple[int, ...]:
        """Inputs, hidden neurons of each layer, outputs."""
        return self.network.widths(self.inputs.numbers.shape[1])[1:]

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The labels, as text."""
        target = self.data.target
        return tuple(map(format_label, target.labels)) if isinstance(target, ClassTarget) else None

    @property
    def output_names(self) -> tuple[str, ...]:
        """A name for each output."""
        if self.classes is None or self.widths[-1] == 1:
            return self.data.target.names
        return self.classes

    @cached_property
    def truth(self) -> Float64[np.ndarray, " rows"]:
        """Each row's class number, or the number itself."""
        target, answers = self.data.target, self.data.answers
        if isinstance(target, NumberTarget):
            return np.asarray(target.read(answers).to_numpy()[:, 0], np.float64)
        return np.asarray(target.encode(answers), np.float64)

    @cached_property
    def judged(self) -> tuple[tuple[Int32[np.ndarray, " rows"], Inputs], ...]:
        """The rows that losses and scores are taken of, with their inputs: of those that train, of those that judge."""
        sides = (side[:MOST_JUDGED] for side in (self.data.training, self.data.held))
        return tuple((rows, self.inputs.take(rows)) for rows in sides)

    @cached_property
    def shown(self) -> Inputs:
        """Those of the points in the plane."""
        return self.inputs.take(self.plane.shown)

    @cached_property
    def scale(self) -> tuple[float, float] | None:
        """The numbers that are -1 and +1 on the map; None for classes."""
        if self.data.points is not None and self.settings.dataset != "drawn":
            return None if self.classes else (-1.0, 1.0)
        return None if self.classes else plane.reach(self.truth)

    @property
    def recipe(self) -> Settled:
        """The choices of training."""
        its = self.settings
        return Settled(
            hidden=its.hidden,
            activation=its.activation,
            kernel_initializer=its.kernel_initializer,
            restarts=its.restarts,
            epochs=FOREVER,
            patience=None,
            batch_size=its.batch,
            optimizer=its.optimizer,
            learning_rate=its.learning_rate,
            l1=its.penalty_rate if its.penalty == "l1" else 0.0,
            l2=its.penalty_rate if its.penalty == "l2" else 0.0,
        )

    @property
    def numbers(self) -> Int32[np.ndarray, " restarts"]:
        """The number of each restart."""
        return np.arange(self.settings.restarts, dtype=np.int32)

    def initial(self) -> tuple[Parameters, ...]:
        """Each restart's initial parameters, drawn as training draws them."""
        seed = self.settings.seed
        sample = starts.sample_rows(self.inputs, seed)
        return starts.initial(self.network, sample, self.numbers, seed)

    def run(self) -> Run:
        """The training run."""
        from ffnn.training.runs import Run  # brings JAX, as the next one does
        from ffnn.training.source import Resident

        weights, restarts = np.ones(len(self.targets), np.float32), self.settings.restarts
        return Run(
            network=self.network,
            source=Resident.holding_out(self.inputs, self.targets, weights, self.data.held, restarts),
            recipe=self.recipe,
            loss=self.settings.loss,
            seed=self.settings.seed,
            numbers=self.numbers,
            epochs=np.full(restarts, FOREVER, np.int32),
        )

    def loss(self, values: Float32[np.ndarray, "rows outputs"], rows: Int32[np.ndarray, " rows"]) -> float:
        """The mean loss of some rows, from what the network gives for them."""
        if not len(rows):
            return 0.0
        weights = np.ones(len(rows), np.float32)
        total, count = losses.total(self.settings.loss, self.targets[rows], values, weights)
        return float(total / count)

    def probabilities(self, sums: Float32[np.ndarray, "rows outputs"]) -> Float32[np.ndarray, "rows classes"]:
        """Of each class, from the sums that reach the outputs.

        tanh(s) read as 2p - 1 is p = sigmoid(2s): what was trained by squared error has probabilities too.
        """
        sums = np.clip(sums, -LARGEST, LARGEST)  # of infinite ones there are no probabilities
        if sums.shape[1] == 1:
            sums = np.concatenate([-sums, sums], axis=1)
        elif self.settings.loss != "cross_entropy":
            sums = 2 * sums
        return np.asarray(activations.softmax(sums), np.float32)

    def answers(self, sums: Float32[np.ndarray, "rows outputs"]) -> Float64[np.ndarray, " rows"]:
        """The likeliest class number of each row, or the number, from the sums that reach the outputs."""
        target = self.data.target
        if isinstance(target, NumberTarget):
            return np.asarray(target.decode(sums)[:, 0])
        return np.asarray(self.probabilities(sums).argmax(axis=1), np.float64)

    def field(self, sums: Float32[np.ndarray, "places outputs"]) -> np.ndarray:
        """The map of the answers: bytes [1, side, side], or of more than two classes [2, side, side].

        One plane goes from -1 to +1; of two, the first holds class numbers and the second how probable they are.
        """
        if self.scale is not None:
            low, high = self.scale
            return pixels((self.answers(sums) - low) / (high - low) * 2 - 1).reshape(1, self.side, self.side)
        probable = self.probabilities(sums)
        if probable.shape[1] == 2:
            return pixels(probable[:, 1] - probable[:, 0]).reshape(1, self.side, self.side)
        certain = np.nan_to_num(probable.max(axis=1)) * 255
        return np.stack([probable.argmax(axis=1), certain]).astype(np.uint8).reshape(2, self.side, self.side)


def build(settings: Settings, table: Table | None) -> Scene:
    """A scene from its settings.

    Raises:
        TableError: The table cannot be learned from, or there is none.
    """
    data = gathered(settings, table)
    encoder = encoder_of(settings, data)
    if len(data.cells) > (most := MOST_CELLS // max(1, len(encoder.inputs))):
        data = gathered(settings, table, most)
        encoder = encoder_of(settings, data)
    inputs = encoder.encode(data.cells)
    targets = targets_of(settings, data)
    outputs = targets.shape[1] if targets.ndim > 1 else len(data.target.labels)  # type: ignore[union-attr]
    seen = plane.seen(settings, data, encoder, inputs, side_for(settings, inputs))
    return Scene(settings, data, encoder, inputs, targets, network_of(settings, outputs), seen)


def side_for(settings: Settings, inputs: Inputs) -> int:
    """Pixels along the map of the outputs."""
    large = sum(settings.hidden) > LARGE or inputs.numbers.shape[1] > WIDE
    return COARSE_SIDE if large else SIDE


def encoder_of(settings: Settings, data: Data) -> Encoder:
    """By mean and deviation of the training rows, or as the numbers are."""
    training = data.cells[data.training] if data.enough else data.cells.clear(n=2).fill_null(0.0)
    encoder = fit_encoder(training, data.schema)
    return encoder if settings.inputs == "normalised" and data.enough else raw.unscaled(encoder)


def targets_of(settings: Settings, data: Data) -> Shaped[np.ndarray, "rows ..."]:
    """What the outputs should be."""
    codes = data.target.encode(data.answers)
    if settings.problem == "regression" or settings.loss == "cross_entropy":
        return codes
    classes = len(data.target.labels)  # type: ignore[union-attr]
    signs = np.where(codes[:, None] == np.arange(classes), 1, -1).astype(np.float32)
    return np.ascontiguousarray(signs[:, 1:]) if classes == 2 else signs


def network_of(settings: Settings, outputs: int) -> Network:
    """Hidden layers, then the outputs: tanh where ±1 is to be met by squared error, else linear."""
    squared = settings.problem == "classification" and settings.loss == "mean_squared_error"
    layers: list[Layer] = [Numbers()]
    layers += [Dense(units, settings.activation, settings.kernel_initializer) for units in settings.hidden]
    return Network((*layers, Dense(outputs, "tanh" if squared else "linear", settings.kernel_initializer)))


def forward(scene: Scene, parameters: tuple[Parameters, ...], inputs: Inputs) -> list[tuple[Any, Any]]:
    """The sums that reach each layer of neurons, and what they give: float32 [rows, units] each."""
    values, passed = inputs.numbers, []
    with np.errstate(all="ignore"):  # a diverging network is shown as it is
        for layer, its in zip(scene.dense, parameters[1:], strict=True):
            sums = layer.sums(its, values)
            values = activations.named(layer.activation)(sums)
            passed.append((sums, values))
    return passed
