"""What the training loop is given, carries on and gives back: rows, rates, the program, the state, the history.

Every array here names its dtype, so that the loop is the same where 64 bits are switched on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

import optax
from jaxtyping import Array, Bool, Float32, Int, Int32, PyTree, Shaped, UInt32

from ffnn.networks.arrays import Inputs

Floats: TypeAlias = PyTree[Float32[Array, "..."]]

Sums: TypeAlias = tuple[Float32[Array, "*restarts"], Float32[Array, "*restarts"], Float32[Array, "*restarts figures"]]
"""Of some rows: the sum of their losses, what to divide it by, and the sums of further figures, divided by the same."""


class Rows(NamedTuple):
    """Training rows as arrays.

    Attributes:
        inputs: What enters the network.
        targets: Class numbers, int32 [rows] or of several heads [rows, heads], or numbers, float32 [rows, outputs].
        weights: How much each row counts; 0 for padding.
    """

    inputs: Inputs
    targets: Shaped[Array, "rows ..."]
    weights: Float32[Array, " rows"]

    def take(self, picked: Int32[Array, "*batch"]) -> Rows:
        """The rows in these places."""
        return Rows(self.inputs.take(picked), self.targets[picked], self.weights[picked])


class Chunk(NamedTuple):
    """Some batches of some epochs.

    Attributes:
        rows: The rows that `order` points to.
        order: Which rows each restart takes together in each step; padded with rows of weight 0.
        epochs: How many of the order's epochs are to be run; the rest is padding.
        steps: How many of the order's steps each epoch has; the rest is padding.
        ends_epoch: Whether an epoch is over, and validated, after those steps.
    """

    rows: Rows
    order: Int32[Array, "restarts epochs steps batch"]
    epochs: Int[Any, ""]
    steps: Int[Any, ""]
    ends_epoch: Bool[Any, ""]


class Validation(NamedTuple):
    """The validation rows of each restart; as in `Chunk`."""

    rows: Rows
    order: Int32[Array, "restarts steps batch"]
    steps: Int[Any, ""]


class Rates(NamedTuple):
    """The numbers of a run that other values of compile nothing new for; see `Recipe`.

    Attributes:
        steps: Steps planned in all: a whole number, which the schedule divides by.
        epochs: Epochs after which each restart stops, where nothing validates.
    """

    learning_rate: Float32[Any, ""]
    final_rate: Float32[Any, ""]
    warmup: Float32[Any, ""]
    weight_decay: Float32[Any, ""]
    l1: Float32[Any, ""]
    l2: Float32[Any, ""]
    clip_norm: Float32[Any, ""]
    label_smoothing: Float32[Any, ""]
    patience: Int[Any, ""]
    steps: Float32[Any, ""]
    epochs: Int32[Any, " restarts"]


class State(NamedTuple):
    """Everything that training carries on; all but the counters have a leading axis of restarts.

    Attributes:
        parameters: The network's, now.
        memory: The optimizer's.
        noise: Seeds of the dropout noise.
        step: Optimizer steps taken.
        epoch: Epochs finished.
        loss: Of the epoch so far: the sum of the rows' losses, what to divide it by, and the sums of further figures.
        best: The parameters of the best epoch so far.
        best_validation_loss: Theirs (the training loss where nothing validates).
        best_epoch: Their epoch, counted from 1; 0 before there is one.
        diverged: The epoch, counted from 1, after which not all was finite; 0 where all is.
    """

    parameters: Floats
    memory: Any
    noise: UInt32[Array, "restarts 2"]
    step: Int32[Array, ""]
    epoch: Int32[Array, ""]
    loss: Sums
    best: Floats
    best_validation_loss: Float32[Array, " restarts"]
    best_epoch: Int32[Array, " restarts"]
    diverged: Int32[Array, " restarts"]


class History(NamedTuple):
    """What a chunk's epochs achieved; NaN for epochs that were not run.

    Attributes:
        loss: Mean training loss of each epoch, as its steps saw it.
        validation_loss: Mean loss on the validation rows after each epoch, of labels as smoothed; the training loss if
            nothing validates.
        figures: Further figures of each epoch, as its steps saw them; see `Judge`.
        running: Restarts that have not stopped.
    """

    loss: Float32[Array, "epochs restarts"]
    validation_loss: Float32[Array, "epochs restarts"]
    figures: Float32[Array, "epochs restarts figures"]
    running: Bool[Array, " restarts"]


@runtime_checkable
class NetworkLike(Protocol):
    """What the loop needs of a network."""

    def apply(self, parameters: Any, inputs: Any, noise: Any = None, /) -> Any:
        """The outputs; `noise` is given in training alone."""


@runtime_checkable
class OptimizerLike(Protocol):
    """What the loop needs of an optimizer. See `optimizers.Optimizer`."""

    def build(
        self, learning_rate: Any, weight_decay: Any = ..., l1: Any = ..., l2: Any = ..., clip_norm: Any = ..., /
    ) -> optax.GradientTransformation:
        """The optimizer for these numbers, which are traced."""


@runtime_checkable
class Judge(Protocol):
    """A loss of one's own, and further figures to watch."""

    @property
    def figures(self) -> int:
        """How many."""

    def __call__(
        self, targets: Any, outputs: Any, weights: Float32[Array, " rows"], label_smoothing: Float32[Any, ""]
    ) -> Sums:
        """Judge a batch; rows of weight 0 are padding."""


@dataclass(frozen=True)
class Program:
    """What is fixed when the loop is compiled.

    Attributes:
        network: The network that all restarts share, but for their parameters.
        loss: Name of the loss function, or a `Judge`.
        optimizer: Takes the steps; None where rows are only evaluated.
        validated: Whether validation rows choose each restart's best epoch; else its last epoch is kept.
        schedule: How the learning rate changes over the steps; None if it does not.
        fading: Whether dropout and weight decay fade.
    """

    network: NetworkLike
    loss: str | Judge
    optimizer: OptimizerLike | None
    validated: bool
    schedule: str | None = None
    fading: bool = False

    @property
    def figures(self) -> int:
        """How many figures are watched next to the loss."""
        return 0 if isinstance(self.loss, str) else self.loss.figures

    def build_optimizer(self, *numbers: Any) -> optax.GradientTransformation:
        """The optimizer for these numbers; see `OptimizerLike.build`. To be called inside the compiled function."""
        if self.optimizer is None:
            raise TypeError("a program that only evaluates rows takes no steps")
        return self.optimizer.build(*numbers)
