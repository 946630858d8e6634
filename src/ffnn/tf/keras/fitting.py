"""What `compile` chooses, as programs of the house's training loop; and `evaluate`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ffnn.tf.arrays import zeros
from ffnn.tf.dtypes import Spec
from ffnn.tf.errors import InvalidArgumentError, invalid
from ffnn.tf.keras import losses, metrics, optimizers
from ffnn.tf.keras.callbacks import Logs, Trainable
from ffnn.tf.keras.data import Data, parts
from ffnn.tf.keras.replaying import Ending, Forward, Judgement, Replay, spec
from ffnn.tf.keras.stepping import OwnSteps, Steps
from ffnn.tf.mathematics import cast, reduce_sum
from ffnn.tf.operations.value_checks import check_places
from ffnn.tf.tensors import constant
from ffnn.tf.variables import Variable
from ffnn.training.judging import sum_validation
from ffnn.training.state import Program, Validation

BATCH = 32
"""Rows of a batch, as in Keras."""

EVALUATED = 1024
"""Rows of a batch of validation, where rows do not depend on each other."""


class Traced(NamedTuple):
    """A program of the loop.

    Attributes:
        program: It.
        held: Variables that it reads and does not move, in the order in which it takes their values.
    """

    program: Program
    held: list[Variable]


SIZES = (2, 3)
"""Rows of batches that are traced to see whether rows matter to each other."""


@dataclass
class Fitting:
    """What `compile` chooses, and the work of `fit` and `evaluate`.

    Attributes:
        model: The model.
        optimizer: Moves its variables.
        loss: The loss.
        chosen: Metrics as they were given; "accuracy" depends on the targets.
    """

    model: Trainable
    optimizer: optimizers.Optimizer
    loss: losses.Loss
    chosen: Sequence[Any]
    named: list[tuple[str, metrics.Metric]] = field(default_factory=list)
    programs: dict[Any, Traced] = field(default_factory=dict)

    def prepare(self, rows: Data) -> None:
        """Make the model's variables and settle the metrics, for such rows; forget what was traced before."""
        if not self.model.built:
            self.model.build((1, *rows.x.shape[1:]))
        self.programs.clear()
        outputs = self.forward(1, rows.x, [], training=False).replay.results[0].shape
        self.named = [metrics.chosen(one, rows.y.shape, outputs) for one in self.chosen]
        self.check_labels(rows)

    def check_labels(self, rows: Data) -> None:
        """Refuse class numbers that are no class: the loop does not look at them.

        Raises:
            InvalidArgumentError: There is one.
        """
        program = self.program(2, rows, training=False).program
        outputs = self.forward(2, rows.x, [], training=False).replay.results[0].shape[1:]
        if isinstance(self.loss, losses.SparseCategoricalCrossentropy):
            check_places("sparse_categorical_crossentropy", constant(rows.y), outputs[-1])
        elif program.loss.replay.checked:  # type: ignore[union-attr]
            reduce_sum(self.loss._each(constant(rows.y), zeros([len(rows.y), *outputs]))).numpy()

    @property
    def variables(self) -> list[Variable]:
        """What training moves."""
        return self.model.trainable_variables

    def forward(self, batch: int, x: Any, held: list[Variable], *, training: bool) -> Forward:
        """The model for batches of that size; `held` takes up the variables that training does not move.

        Raises:
            InvalidArgumentError: The inputs do not fit it.
        """
        endings: list[Ending | None] = []

        def run(own: list[Any]) -> Any:
            outputs, ending = Ending.taken_off(self.model(own[0], training=training))
            endings.append(ending)
            return outputs

        replay = Replay.of(run, [spec(batch, x)], self.variables, held)
        return Forward(replay, *endings)

    def program(self, batch: int, rows: Data, *, training: bool) -> Traced:
        """What the loop is compiled for."""
        key = spec(batch, rows.x), spec(batch, rows.y), training, rows.weighted
        if key not in self.programs:
            held: list[Variable] = []
            forward = self.forward(batch, rows.x, held, training=training)
            judge = self.judgement(
                [spec(batch, rows.y), forward.replay.results[0]], forward.ending, held, rows.weighted
            )
            steps = self.stepping(self.variables)[0] if training else None
            program = Program(forward, judge, steps, validated=False)
            self.programs[key] = Traced(program, held)
        return self.programs[key]

    def stepping(self, variables: list[Variable]) -> tuple[Steps | OwnSteps, list[Variable]]:
        """The optimizer as one of the loop, and what it remembers of these variables."""
        if self.optimizer.steps_its_own_way:
            return OwnSteps.of(self.optimizer, variables)
        how, state = self.optimizer.prepared(variables)
        return Steps(how), state[2 + len(variables) :]

    def judgement(self, given: list[Spec], ending: Ending | None, held: list[Variable], weighted: bool) -> Judgement:
        """Loss and metrics of targets and outputs, to which the model's ending is still to be applied."""
        counted = [isinstance(metric, metrics.RowMetric) and metric.averaged for _, metric in self.named]
        kept: list[bool] = []

        def run(own: list[Any]) -> list[Any]:
            targets, outputs = own
            if ending is not None:
                outputs = ending(outputs)
            figures = [self.loss._each(targets, outputs)]
            for averaged, (_, metric) in zip(counted, self.named, strict=True):
                found = [metric.values(targets, outputs)] if averaged else metric._counts(targets, outputs)  # type: ignore[attr-defined]
                figures += found
                kept.extend([averaged] * len(found))
            return [cast(one, "float32") for one in figures]

        replay = Replay.of(run, given, self.variables, held)
        reduction = {"sum": "sum", "none": "none", None: "none"}.get(self.loss.reduction, "mean")
        if not replay.results[0].shape and not weighted:
            reduction = "mean"  # one number for the batch is what it is
        return Judgement(replay, reduction, tuple(kept))

    def by_rows(self, rows: Data) -> bool:
        """Whether no row of a batch matters to another, so that batches can be filled up with rows of weight 0."""
        programs: list[Any] = [self.program(size, rows, training=True).program for size in SIZES]
        one, other = programs
        apart: bool = one.network.replay.keeps_rows_apart(other.network.replay) and one.loss.by_rows(other.loss)
        return apart

    def evaluate(self, rows: Data, batch: int) -> Logs:
        """Loss and metrics, `batch` rows at a time where that matters."""
        fill = self.by_rows(rows)
        if fill and self.loss.reduction != "sum":
            batch = EVALUATED
        stacked = self.stacked()
        order = np.arange(len(rows.x), dtype=np.int32)[None]
        sums: Any = None
        for part in parts(order, batch, fill):
            steps = np.int32(part.shape[1])
            program, held = self.program(part.shape[2], rows, training=False)
            with jax.enable_x64(True):  # the program may count in 64 bits
                found = judge(stacked, Validation(rows.fed(held), jnp.asarray(part), steps), program)
            sums = found if sums is None else jax.tree.map(np.add, sums, found)
        total, count, figures = (np.asarray(one) for one in sums)
        return self.logs(total / count, figures / count[:, None], len(rows.x))[0]

    def stacked(self) -> Any:
        """The variables as the loop's parameters, of one restart.

        Raises:
            InvalidArgumentError: One is not float32.
        """
        for variable in self.variables:
            if variable.dtype.name != "float32":
                raise invalid(f"fit moves float32 variables; {variable.name!r} is {variable.dtype.name}")
        return tuple({"value": stack(variable)} for variable in self.variables)

    def logs(self, loss: Any, figures: Any, rows: int) -> list[Logs]:
        """Figures of epochs of so many rows by name, from arrays [epochs] and, as a `Judgement` counts, [epochs, …].

        The metrics keep what was counted in the last epoch.
        """
        columns = {"loss": loss.tolist()}
        totals = figures / figures[:, -1:] * rows
        first = 0
        for name, metric in self.named:
            last = first + sum(variable.shape.num_elements() for variable in metric.variables)
            own, first = totals[:, first:last], last
            if isinstance(metric, metrics.RowMetric) and metric.averaged:
                columns[name] = metric.finish(constant(own[:, 0] / own[:, 1])).numpy().tolist()
                for variable, total in zip((metric.total, metric.count), own[-1], strict=True):
                    variable.put(total)
                continue
            columns[name] = []
            for one in own:
                metric._put(one)
                result = metric.result()
                if np.size(result) != 1 or isinstance(result, dict):
                    raise ValueError(f"fit takes metrics whose result is one number; {name!r} gives {result!r}")
                columns[name].append(float(result))
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def stack(variable: Variable) -> np.ndarray[Any, Any]:
    """A variable's value as that of one restart; a copy."""
    return np.array(variable.value_now())[None]


def keeps_rows_apart(model: Trainable, inputs: Any) -> bool:
    """Whether what a model makes of a row is of that row alone; False where it cannot be replayed."""
    try:
        one, other = [
            Replay.of(lambda own: model(own[0], training=False), [spec(size, inputs)], [], []) for size in SIZES
        ]
    except InvalidArgumentError:
        return False
    return one.keeps_rows_apart(other)


judge = jax.jit(sum_validation, static_argnames="program")
