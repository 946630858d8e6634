"""`fit`: chunks of epochs in the house's training loop, and what is said and called between them."""

from __future__ import annotations

import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Int32

from ffnn.tf import random
from ffnn.tf.errors import place
from ffnn.tf.keras.callbacks import Callback, History, Logs
from ffnn.tf.keras.data import Data, parts
from ffnn.tf.keras.fitting import Fitting, stack
from ffnn.tf.variables import Variable
from ffnn.training import batches, loop
from ffnn.training.state import Chunk, Rates, State, Validation

NO_RATES = {name: np.float32(0) for name in Rates._fields}


def fit(
    training: Training,
    validation: Data | None,
    validation_batch: int,
    callbacks: Sequence[Callback],
    verbose: Any,
) -> History:
    """Train; see `Sequential.fit`."""
    model, show = training.fitting.model, bool(verbose)
    model.history = history = History()
    everyone = [*callbacks, history]  # in this order, so that the history has what a callback adds to the figures
    watched = bool(callbacks) or validation is not None
    together = training.together(watched)
    steps = -(-len(training.rows.x) // training.batch)
    model.stop_training = False
    for one in everyone:
        one.set_model(model)
        one.set_params({"epochs": training.epochs, "steps": steps, "verbose": verbose})
    for one in everyone:
        one.on_train_begin({})
    log: Logs = {}
    with hearing_interrupts() as asked:
        epoch = training.first
        while epoch < training.epochs and not (asked or training.diverged):
            started, heading = time.perf_counter(), f"Epoch {epoch + 1}/{training.epochs}"
            for one in everyone:
                one.on_epoch_begin(epoch, {})
            if callbacks:
                training.read_in()

            def watch(share: float, heading: str = heading) -> bool:
                if show and sys.stdout.isatty():
                    print(f"\r{heading} - {share:.0%}", end="", flush=True)
                return bool(asked)

            logs = training.take(min(together, training.epochs - epoch), together, watch)
            if logs is None:
                break
            if watched:
                training.write_back()
            if validation is not None:
                judged = training.fitting.evaluate(validation, validation_batch)
                logs[-1].update({f"val_{name}": value for name, value in judged.items()})
            seconds = (time.perf_counter() - started) / len(logs)
            for log in logs:
                for one in everyone:
                    one.on_epoch_end(epoch, log)
                if show:
                    print(told(epoch, training.epochs, seconds, log))
                epoch += 1
            if model.stop_training:
                break
        if not watched:
            training.write_back()
    if training.diverged:
        warnings.warn(
            f"training ended in epoch {epoch}: loss or weights are not finite any longer; the model has the weights of "
            "the last epoch that was; try a smaller learning rate, or scale the inputs",
            RuntimeWarning,
            stacklevel=3,
        )
    for one in everyone:
        one.on_train_end(log)
    return history


def told(epoch: int, epochs: int, seconds: float, logs: Logs) -> str:
    """An epoch in a line; on a terminal it replaces the share that stood there."""
    figures = [f"{name}: {value:.4f}" for name, value in logs.items()]
    line = " - ".join([f"Epoch {epoch + 1}/{epochs}", f"{seconds:.3g} s", *figures])
    return f"\r{line}" if sys.stdout.isatty() else line


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
        self.written: list[tuple[Variable, Any]] = []
        self.settle(fitting.variables)
        self.state = self.begin()

    def settle(self, variables: list[Variable]) -> None:
        """These are trained.

        Raises:
            ValueError: There is none.
        """
        if not variables:
            raise ValueError(f"model {self.fitting.model.name!r} has no variables to train" + place())
        self.variables, self.remembered = variables, self.fitting.stepping(variables)[1]

    def begin(self) -> State:
        """Everything that training carries on."""
        zeros, nothing = np.zeros(1, np.float32), np.zeros(1, np.int32)
        judge: Any = self.fitting.program(2, self.rows, training=False).program.loss
        start: dict[str, Any] = self.values() | {
            "noise": self.generator.integers(2**32, size=(1, 2), dtype=np.uint32),
            "step": np.int32(0),
            "epoch": np.int32(0),
            "loss": (zeros, zeros, np.zeros((1, judge.figures), np.float32)),
            "best_validation_loss": np.full(1, np.inf, np.float32),
            "best_epoch": nothing,
            "diverged": nothing,
        }
        return State(**jax.device_put(start))

    def values(self) -> dict[str, Any]:
        """What training moves, as it is now; the optimizer goes on where it was."""
        steps = self.fitting.optimizer.iterations.numpy()
        memory = np.full(1, steps, np.int32), [stack(variable) for variable in self.remembered]
        return {"parameters": self.fitting.stacked(), "memory": memory, "best": self.fitting.stacked()}

    def read_in(self) -> None:
        """Go on from the values that the variables have now, and with those that are trainable now.

        Raises:
            ValueError: The model was compiled anew, or nothing of it is trainable any longer.
        """
        if self.fitting.model.compiled is not self.fitting:
            raise ValueError("a callback compiled the model that is being fitted: call fit again in place of it")
        variables = self.fitting.variables
        if list(map(id, variables)) != list(map(id, self.variables)):
            self.fitting.programs.clear()
            self.settle(variables)
        elif self.written and all(variable.value_now() is array for variable, array in self.written):
            return  # nothing was assigned to them since they were written
        self.state = self.state._replace(**jax.device_put(self.values()))

    def together(self, watched: bool) -> int:
        """How many epochs one dispatch takes."""
        rows = len(self.rows.x)
        if watched or not (self.fill or rows % min(self.batch, rows) == 0):
            return 1
        parameters = sum(variable.shape.num_elements() for variable in self.variables)
        work = batches.operations_of_epoch(rows, parameters, 1)
        return batches.epochs_a_chunk(work, self.epochs - self.first, rows)

    def take(self, count: int, together: int, watch: Callable[[float], object]) -> list[Logs] | None:
        """Run so many epochs, at most as many as were to go together: their figures.

        Args:
            count: How many.
            together: For how many the program is made.
            watch: Called within a long epoch with the share that is done; None is returned if it gives something true.
        """
        order = np.tile(np.arange(len(self.rows.x), dtype=np.int32), (together, 1))
        if self.shuffle:
            self.generator.permuted(order, axis=1, out=order)
        if self.fitting.model.stop_training:
            order = order[:, : self.batch]  # asked to before an epoch, Keras ends with its first batch
        pieces = [cut for part in parts(order, self.batch, self.fill) for cut in self.cut(part)]
        for number, (piece, steps) in enumerate(pieces):
            last = number + 1 == len(pieces)
            program, held = self.fitting.program(piece.shape[2], self.rows, training=True)
            rows = self.rows.fed(held)
            chunk = Chunk(rows, jnp.asarray(piece[None]), np.int32(count), np.int32(steps), np.bool_(last))
            with jax.enable_x64(True):
                self.state, history = loop.run_chunk(self.state, chunk, self.nothing, self.rates(), program)
            if not last and watch((number + 1) / len(pieces)):
                return None
        taken = 1 + int(np.argmin(np.isfinite(history.loss[:count, 0]))) if self.diverged else count
        loss, figures = np.asarray(history.loss)[:taken, 0], np.asarray(history.figures)[:taken, 0]
        return self.fitting.logs(loss, figures, order.shape[1])

    def cut(self, part: Int32[np.ndarray, "epochs steps batch"]) -> Iterator[tuple[Any, int]]:
        """A long epoch in pieces of as many steps, so that it can be watched and interrupted; and how many count."""
        epochs, steps, _ = part.shape
        parameters = sum(variable.shape.num_elements() for variable in self.variables)
        work = batches.operations_of_epoch(part[0].size, parameters, 1)
        most = min(steps, batches.steps_a_chunk(work, steps)) if epochs == 1 else steps
        for start in range(0, steps, most):
            piece = part[:, start : start + most]
            padding = np.zeros((epochs, most - piece.shape[1], part.shape[2]), np.int32)
            yield np.concatenate([piece, padding], axis=1), piece.shape[1]

    @property
    def nothing(self) -> Validation:
        """The validation rows inside the loop: none."""
        return Validation(self.rows.resident, jnp.zeros((1, 1, 1), jnp.int32), np.int32(0))

    def rates(self) -> Rates:
        """The learning rate now, and the number of epochs."""
        rate = self.fitting.optimizer._rate.numpy()
        epochs = np.full(1, self.epochs - self.first, np.int32)
        return Rates(**NO_RATES | {"learning_rate": rate, "patience": np.int32(0), "epochs": epochs})

    @property
    def diverged(self) -> int:
        """The epoch, from 1, that ended with something that is not finite; 0 if none."""
        return int(self.state.diverged[0])

    def write_back(self) -> None:
        """Give the variables the values of the last epoch that was finite, and the optimizer its memory."""
        count, kept = self.state.memory
        values = [*[own["value"] for own in self.state.best], np.asarray(count, np.int64), *kept]
        variables = [*self.variables, self.fitting.optimizer.iterations, *self.remembered]
        self.written = [(variable, np.asarray(value)[0]) for variable, value in zip(variables, values, strict=True)]
        for variable, array in self.written:
            variable.put(array)
