"""`compile`, `fit` and `evaluate` of a model, in the house's training loop."""

from __future__ import annotations

import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float32, Int32

from feedforward.networks.arrays import Inputs
from feedforward.tf import random
from feedforward.tf.arrays import check_range
from feedforward.tf.dtypes import Spec
from feedforward.tf.errors import invalid, place
from feedforward.tf.keras import layers, losses, metrics, optimizers
from feedforward.tf.keras.callbacks import Callback, History, Logs
from feedforward.tf.keras.replaying import Forward, Judgement, Replay, Steps, spec
from feedforward.tf.mathematics import cast
from feedforward.tf.tensors import constant
from feedforward.tf.variables import Variable
from feedforward.training import batches, loop

if TYPE_CHECKING:
    from feedforward.tf.keras.models import Sequential

BATCH = 32
"""Rows of a batch, as in Keras."""

EVALUATED = 1024
"""Rows of a batch of validation, where rows do not depend on each other."""

TINY = float(np.finfo(np.float32).tiny)

NO_RATES = {name: np.float32(0) for name in loop.Rates._fields}


@dataclass(frozen=True)
class Data:
    """Rows as the loop takes them.

    Attributes:
        x: float32 [rows, …].
        y: int32 or float32 [rows, …].
        weights: float32 [rows], none of them 0.
    """

    x: Float32[np.ndarray, "rows ..."]
    y: Any
    weights: Float32[np.ndarray, " rows"]

    def part(self, first: int, last: int | None = None) -> Data:
        """Some of the rows."""
        return Data(self.x[first:last], self.y[first:last], self.weights[first:last])

    @cached_property
    def resident(self) -> loop.Rows:
        """On the device, with one row more of weight 0; as it is a copy, what is finite for rows is finite for it."""
        x, y = (np.concatenate([array, array[:1]]) for array in (self.x, self.y))
        weights = np.append(self.weights, np.float32(0))
        codes = np.zeros((len(x), 0), np.int32)
        return loop.Rows(Inputs(jnp.asarray(x), jnp.asarray(codes)), jnp.asarray(y), jnp.asarray(weights))


def data(x: Any, y: Any, sample_weight: Any = None, class_weight: dict[int, float] | None = None) -> Data:
    """Rows from arrays, lists or tensors.

    Raises:
        ValueError: Their numbers of rows differ, there is none, or not all is finite.
    """
    inputs, targets = rows(x), np.asarray(y)
    targets = targets.astype(np.float32 if targets.dtype.kind == "f" else np.int32)
    weights = np.ones(len(inputs), np.float32) if sample_weight is None else np.asarray(sample_weight, np.float32)
    for name, array in (("y", targets), ("sample_weight", weights)):
        if array.ndim == 0 or len(array) != len(inputs):
            raise ValueError(f"x has {len(inputs)} rows and {name} has shape {list(array.shape)}{place()}")
        check_finite(name, array)
    if class_weight is not None:
        numbers = targets.argmax(-1) if targets.ndim > 1 and targets.shape[-1] > 1 else targets.reshape(-1).astype(int)
        if unknown := sorted(set(numbers.tolist()) - set(class_weight)):
            raise ValueError(f"class_weight has no weight for class {unknown[0]}{place()}")
        weights = weights * np.array([class_weight[number] for number in numbers.tolist()], np.float32)
    return Data(inputs, targets, np.where(weights == 0, np.float32(TINY), weights).reshape(-1))


def rows(x: Any) -> Float32[np.ndarray, "rows ..."]:
    """Inputs as float32; a list of numbers is a column."""
    inputs = np.asarray(x, np.float32)
    if inputs.ndim == 0 or not len(inputs):
        raise ValueError(f"x must have rows; got shape {list(inputs.shape)}{place()}")
    check_finite("x", inputs)
    return inputs[:, None] if inputs.ndim == 1 else inputs


def check_finite(name: str, array: np.ndarray[Any, Any]) -> None:
    """Raise a ValueError that names the first row with a missing or infinite number."""
    if not np.isfinite(array).all():
        row = int(np.argmin(np.isfinite(array).reshape(len(array), -1).all(1)))
        raise ValueError(f"{name} has a missing or infinite number in row {row}{place()}")


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
        if isinstance(self.loss, losses.SparseCategoricalCrossentropy):
            check_range("sparse_categorical_crossentropy", constant(rows.y), outputs[-1])

    @property
    def variables(self) -> list[Variable]:
        """What training moves."""
        return self.model.trainable_variables

    def forward(self, batch: int, x: Any, *, training: bool) -> Forward:
        """The model for batches of that size.

        Raises:
            InvalidArgumentError: The inputs do not fit it.
        """
        run = lambda own: self.model.run(own[0], training=training)  # noqa: E731
        return Forward(Replay.of(run, [spec(batch, x)], self.variables))

    def program(self, batch: int, rows: Data, *, training: bool) -> loop.Program:
        """What the loop is compiled for."""
        key = spec(batch, rows.x), spec(batch, rows.y), training
        if key not in self.programs:
            forward = self.forward(batch, rows.x, training=training)
            judge = self.judgement([spec(batch, rows.y), forward.replay.results[0]])
            how = self.optimizer.prepared(self.variables)[0] if training else None
            self.programs[key] = loop.Program(forward, judge, Steps(how) if how else None, validated=False)
        return self.programs[key]

    def judgement(self, given: list[Spec]) -> Judgement:
        """Loss and metrics of targets and outputs."""
        per_row = self.loss.call if isinstance(self.loss, losses.Loss) else self.loss

        def run(own: list[Any]) -> list[Any]:
            figures = [per_row(*own), *[metric.values(*own) for _, metric in self.named]]
            return [cast(one, "float32") for one in figures]

        return Judgement(Replay.of(run, given), summed=getattr(self.loss, "reduction", None) == "sum")

    def by_rows(self, rows: Data) -> bool:
        """Whether no row of a batch matters to another, so that batches can be filled up with rows of weight 0."""
        known = all(type(layer).__module__ == layers.__name__ for layer in self.model.layers)
        return known and self.program(2, rows, training=False).loss.by_rows  # type: ignore[union-attr]

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


def parts(order: Int32[np.ndarray, "epochs rows"], batch: int, fill: bool) -> Iterator[Int32[np.ndarray, "..."]]:
    """Batches [epochs, steps, batch] of rows in order.

    All of them, the last filled up by the row after the last one; or, where batches cannot be filled up, first the full
    ones and then the rest as a batch of its own.
    """
    epochs, count = order.shape
    batch = min(batch, count)
    full = count // batch * batch
    if fill and full < count:
        filling = np.full((epochs, full + batch - count), count, np.int32)
        yield np.concatenate([order, filling], axis=1).reshape(epochs, -1, batch)
        return
    yield order[:, :full].reshape(epochs, -1, batch)
    if full < count:
        yield order[:, None, full:]


@contextmanager
def hearing_interrupts() -> Iterator[list[bool]]:
    """Ctrl-C fills the list; at the end it is raised. Only the main thread hears it."""
    asked: list[bool] = []
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    handler = signal.signal(signal.SIGINT, lambda *_: asked.append(True))
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, handler)
    if asked:
        raise KeyboardInterrupt


class Training:
    """One call of `fit`.

    Attributes:
        fitting: Model, optimizer, loss and metrics.
        rows: The training rows.
        batch: Rows of a batch.
        epochs: Number of the epoch after the last one.
    """

    def __init__(self, fitting: Fitting, rows: Data, batch: int, first: int, epochs: int, shuffle: bool) -> None:
        self.fitting, self.rows, self.batch, self.first, self.epochs = fitting, rows, batch, first, epochs
        self.generator = random.generator(None)
        self.shuffle = shuffle
        self.fill = fitting.by_rows(rows)
        self.state = self.begin()

    def begin(self) -> loop.State:
        """Everything that training carries on; the optimizer goes on where it was."""
        fitting = self.fitting
        zeros, nothing = np.zeros(1, np.float32), np.zeros(1, np.int32)
        _, steps, *kept = self.memory()
        start: dict[str, Any] = {
            "parameters": fitting.stacked(),
            "memory": (np.full(1, steps.numpy(), np.int32), [stack(variable) for variable in kept]),
            "noise": self.generator.integers(2**32, size=(1, 2), dtype=np.uint32),
            "step": np.int32(0),
            "epoch": np.int32(0),
            "loss": (zeros, zeros, np.zeros((1, len(fitting.named)), np.float32)),
            "best": fitting.stacked(),
            "best_score": np.full(1, np.inf, np.float32),
            "best_epoch": nothing,
            "diverged": nothing,
        }
        return loop.State(**jax.device_put(start))

    def memory(self) -> list[Variable]:
        """The optimizer's rate, number of steps, and what it remembers."""
        variables = self.fitting.variables
        state = self.fitting.optimizer.prepared(variables)[1]
        return [*state[:2], *state[2 + len(variables) :]]

    def together(self, watched: bool) -> int:
        """How many epochs one dispatch takes."""
        rows = len(self.rows.x)
        if watched or not (self.fill or rows % min(self.batch, rows) == 0):
            return 1
        parameters = sum(variable.shape.num_elements() for variable in self.fitting.variables)
        work = batches.operations_of_epoch(rows, parameters, 1)
        return batches.epochs_a_chunk(work, self.epochs - self.first, rows)

    def take(self, count: int, together: int) -> Iterator[float | tuple[Any, Any]]:
        """Run so many epochs: the share that is done after each part, then their losses [epochs] and metrics."""
        order = np.tile(np.arange(len(self.rows.x), dtype=np.int32), (together, 1))
        if self.shuffle:
            self.generator.permuted(order, axis=1, out=order)
        pieces = [cut for part in parts(order, self.batch, self.fill) for cut in self.cut(part)]
        for number, (piece, steps) in enumerate(pieces):
            last = number + 1 == len(pieces)
            chunk = loop.Chunk(
                self.rows.resident, jnp.asarray(piece[None]), np.int32(count), np.int32(steps), np.bool_(last)
            )
            program = self.fitting.program(piece.shape[2], self.rows, training=True)
            with jax.enable_x64(True):
                self.state, history = loop.run_chunk(self.state, chunk, self.nothing, self.rates(), program)
            if not last:
                yield (number + 1) / len(pieces)
        yield np.asarray(history.loss)[:count, 0], np.asarray(history.figures)[:count, 0]

    def cut(self, part: Int32[np.ndarray, "epochs steps batch"]) -> Iterator[tuple[Any, int]]:
        """A long epoch in pieces of as many steps, so that it can be watched and interrupted; and how many count."""
        epochs, steps, _ = part.shape
        parameters = sum(variable.shape.num_elements() for variable in self.fitting.variables)
        work = batches.operations_of_epoch(part[0].size, parameters, 1)
        most = min(steps, batches.steps_a_chunk(work, steps)) if epochs == 1 else steps
        for start in range(0, steps, most):
            piece = part[:, start : start + most]
            padding = np.zeros((epochs, most - piece.shape[1], part.shape[2]), np.int32)
            yield np.concatenate([piece, padding], axis=1), piece.shape[1]

    @property
    def nothing(self) -> loop.Validation:
        """The rows that judge inside the loop: none."""
        return loop.Validation(self.rows.resident, jnp.zeros((1, 1, 1), jnp.int32), np.int32(0))

    def rates(self) -> loop.Rates:
        """The learning rate now, and the number of epochs."""
        rate = self.fitting.optimizer.rate.numpy()
        epochs = np.full(1, self.epochs - self.first, np.int32)
        return loop.Rates(**NO_RATES | {"learning_rate": rate, "patience": np.int32(0), "epochs": epochs})

    @property
    def diverged(self) -> int:
        """The epoch, from 1, that ended with something that is not finite; 0 if none."""
        return int(self.state.diverged[0])

    def write_back(self) -> None:
        """Give the variables the values of the last epoch that was finite, and the optimizer its memory."""
        for variable, own in zip(self.fitting.variables, self.state.best, strict=True):
            variable.put(np.asarray(own["value"])[0])
        count, kept = self.state.memory
        _, steps, *remembered = self.memory()
        steps.put(np.asarray(count, np.int64)[0])
        for variable, value in zip(remembered, kept, strict=True):
            variable.put(np.asarray(value)[0])


def fit(
    fitting: Fitting,
    rows: Data,
    validation: Data | None,
    callbacks: Sequence[Callback],
    *,
    batch: int,
    validation_batch: int | None,
    epochs: int,
    first: int,
    shuffle: bool,
    show: bool,
) -> History:
    """Train; see `Sequential.fit`."""
    fitting.prepare(rows)
    training = Training(fitting, rows, batch, first, epochs, shuffle)
    history, model = History(), fitting.model
    history.params = {"epochs": epochs, "steps": -(-len(rows.x) // batch)}
    everyone = [history, *callbacks]
    watched = bool(callbacks) or validation is not None
    together = training.together(watched)
    model.stop_training = False
    for one in everyone:
        one.set_model(model)
        one.on_train_begin()
    with hearing_interrupts() as asked:
        epoch = first
        while epoch < epochs and not (asked or model.stop_training or training.diverged):
            count, started = min(together, epochs - epoch), time.perf_counter()
            for one in everyone:
                one.on_epoch_begin(epoch)
            found: Any = None
            for found in training.take(count, together):
                if asked and isinstance(found, float):
                    break
                if show and isinstance(found, float) and sys.stdout.isatty():
                    print(f"\rEpoch {epoch + 1}/{epochs} - {found:.0%}", end="", flush=True)
            if isinstance(found, float):
                break
            if watched:
                training.write_back()
            logs = fitting.logs(*found)
            if validation is not None and not training.diverged:
                judged = fitting.evaluate(validation, validation_batch)
                logs[-1].update({f"val_{name}": value for name, value in judged.items()})
            seconds = (time.perf_counter() - started) / count
            for log in logs[: training.diverged - (epoch - first) if training.diverged else None]:
                if show:
                    print(f"{chr(13) if sys.stdout.isatty() else ''}{told(epoch, epochs, seconds, log)}")
                for one in everyone:
                    one.on_epoch_end(epoch, log)
                epoch += 1
        training.write_back()
    if training.diverged:
        warnings.warn(
            f"training ended in epoch {epoch}: loss or weights are not finite any longer; the model has the weights of "
            "the last epoch that was; try a smaller learning rate, or scale the inputs",
            RuntimeWarning,
            stacklevel=3,
        )
    for one in everyone:
        one.on_train_end()
    return history


def told(epoch: int, epochs: int, seconds: float, logs: Logs) -> str:
    """An epoch in a line."""
    return " - ".join(
        [f"Epoch {epoch + 1}/{epochs}", f"{seconds:.3g} s", *[f"{name}: {value:.4f}" for name, value in logs.items()]]
    )
