"""What `compile` chooses, as programs of the house's training loop; and `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from feedforward.tf.arrays import zeros
from feedforward.tf.checks import check_places
from feedforward.tf.dtypes import Spec
from feedforward.tf.errors import invalid
from feedforward.tf.keras import layers, losses, metrics, optimizers
from feedforward.tf.keras.callbacks import Logs
from feedforward.tf.keras.data import Data, parts
from feedforward.tf.keras.replaying import Ending, Forward, Judgement, Replay, Steps, spec
from feedforward.tf.mathematics import cast, reduce_sum
from feedforward.tf.tensors import constant
from feedforward.tf.variables import Variable
from feedforward.training import loop

if TYPE_CHECKING:
    from feedforward.tf.keras.models import Sequential

BATCH = 32
"""Rows of a batch, as in Keras."""

EVALUATED = 1024
"""Rows of a batch of validation, where rows do not depend on each other."""


@dataclass
class Fitting:
    """What `compile` chooses, and the work of `fit` and `evaluate`.

    Attributes:
        model: The model.
        optimizer: Moves its variables.
        loss: A loss, or a function of targets and outputs.
        chosen: Metrics as they were given; "accuracy" depends on the targets.
    """

    model: Sequential
    optimizer: optimizers.Optimizer
    loss: Any
    chosen: Sequence[Any]
    named: list[tuple[str, Any]] = field(default_factory=list)
    programs: dict[Any, loop.Program] = field(default_factory=dict)

    def prepare(self, rows: Data) -> None:
        """Make the model's variables and settle the metrics, for such rows; forget what was traced before."""
        if not self.model.built:
            self.model.build((1, *rows.x.shape[1:]))
        self.programs.clear()
        outputs = self.forward(1, rows.x, training=False).replay.results[0].shape
        self.named = [metrics.chosen(one, rows.y.shape, outputs) for one in self.chosen]
        self.check_labels(rows)

    def check_labels(self, rows: Data) -> None:
        """Refuse class numbers that are no class: the loop does not look at them.

        Raises:
            InvalidArgumentError: There is one.
        """
        program = self.program(2, rows, training=False)
        outputs = self.forward(2, rows.x, training=False).replay.results[0].shape[1:]
        if isinstance(self.loss, losses.SparseCategoricalCrossentropy):
            check_places("sparse_categorical_crossentropy", constant(rows.y), outputs[-1])
        elif program.loss.replay.checked:  # type: ignore[union-attr]
            reduce_sum(self.loss(constant(rows.y), zeros([len(rows.y), *outputs]))).numpy()

    @property
    def variables(self) -> list[Variable]:
        """What training moves."""
        return self.model.trainable_variables

    def forward(self, batch: int, x: Any, *, training: bool) -> Forward:
        """The model for batches of that size.

        Raises:
            InvalidArgumentError: The inputs do not fit it.
        """
        endings: list[Ending | None] = []

        def run(own: list[Any]) -> Any:
            outputs, ending = Ending.taken_off(self.model.run(own[0], training=training))
            endings.append(ending)
            return outputs

        replay = Replay.of(run, [spec(batch, x)], self.variables)
        return Forward(replay, *endings)

    def program(self, batch: int, rows: Data, *, training: bool) -> loop.Program:
        """What the loop is compiled for."""
        key = spec(batch, rows.x), spec(batch, rows.y), training
        if key not in self.programs:
            forward = self.forward(batch, rows.x, training=training)
            judge = self.judgement([spec(batch, rows.y), forward.replay.results[0]], forward.ending)
            how = self.optimizer.prepared(self.variables)[0] if training else None
            self.programs[key] = loop.Program(forward, judge, Steps(how) if how else None, validated=False)
        return self.programs[key]

    def judgement(self, given: list[Spec], ending: Ending | None) -> Judgement:
        """Loss and metrics of targets and outputs, to which the model's ending is still to be applied."""
        per_row = self.loss.call if isinstance(self.loss, losses.Loss) else self.loss

        def run(own: list[Any]) -> list[Any]:
            targets, outputs = own
            if ending is not None:
                outputs = ending(outputs)
            figures = [per_row(targets, outputs), *[metric.values(targets, outputs) for _, metric in self.named]]
            return [cast(one, "float32") for one in figures]

        return Judgement(Replay.of(run, given), summed=getattr(self.loss, "reduction", None) == "sum")

    def by_rows(self, rows: Data) -> bool:
        """Whether no row of a batch matters to another, so that batches can be filled up with rows of weight 0."""
        return all(map(keeps_rows_apart, self.model.layers)) and self.program(2, rows, training=False).loss.by_rows  # type: ignore[union-attr]

    def evaluate(self, rows: Data, batch: int | None = None) -> Logs:
        """Loss and metrics."""
        fill = self.by_rows(rows)
        batch = batch or (EVALUATED if fill else BATCH)
        resident, stacked = rows.resident, self.stacked()
        order = np.arange(len(rows.x), dtype=np.int32)[None]
        sums: Any = None
        for part in parts(order, batch, fill):
            steps = np.int32(part.shape[1])
            program = self.program(part.shape[2], rows, training=False)
            with jax.enable_x64(True):  # the program may count in 64 bits
                found = judge(stacked, loop.Validation(resident, jnp.asarray(part), steps), program)
            sums = found if sums is None else jax.tree.map(np.add, sums, found)
        total, count, figures = (np.asarray(one) for one in sums)
        return self.logs(total / count, figures / count[:, None])[0]

    def stacked(self) -> Any:
        """The variables as the loop's parameters, of one restart.

        Raises:
            InvalidArgumentError: One is not float32.
        """
        for variable in self.variables:
            if variable.dtype.name != "float32":
                raise invalid(f"fit moves float32 variables; {variable.name!r} is {variable.dtype.name}")
        return tuple({"value": stack(variable)} for variable in self.variables)

    def logs(self, loss: Any, figures: Any) -> list[Logs]:
        """Figures of epochs by name, from arrays [epochs] and [epochs, metrics]."""
        columns = {"loss": loss.tolist()}
        for number, (name, metric) in enumerate(self.named):
            columns[name] = metric.finish(constant(figures[:, number])).numpy().tolist()
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def stack(variable: Variable) -> np.ndarray[Any, Any]:
    """A variable's value as that of one restart; a copy."""
    return np.array(variable.value_now())[None]


judge = jax.jit(loop.judged_rows, static_argnames="program")


def keeps_rows_apart(layer: layers.Layer) -> bool:
    """Whether a layer is the house's, and its activation too: then what it makes of a row depends on that row alone."""
    activation = getattr(layer, "activation", None)
    ours = activation is None or str(getattr(activation, "__module__", "")).startswith("feedforward.")
    return ours and type(layer).__module__ == layers.__name__
