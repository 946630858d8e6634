"""A model as the house's training loop calls it: its program, traced once, replayed on the loop's arrays.

The loop asks for a network, a judge and an optimizer (see `training.state.Program`). Each is made here of a traced
program and compares by value, so that fitting again compiles nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from ffnn.tf.dtypes import Spec, TensorShape, as_dtype
from ffnn.tf.engine.programs import LEAF, Operation, Step
from ffnn.tf.errors import invalid
from ffnn.tf.keras import rows
from ffnn.tf.operations import table
from ffnn.tf.random import Draw
from ffnn.tf.tensors import Operand, record
from ffnn.tf.tracing import Fresh, Trace
from ffnn.tf.variables import Variable
from ffnn.training.state import Sums

Array = Any


@dataclass(frozen=True)
class Argument:
    """A leaf that the caller gives, by its number."""

    number: int


@dataclass(frozen=True)
class Parameter:
    """A leaf that training moves, by its number."""

    number: int


@dataclass(frozen=True)
class Held:
    """A variable that training does not move, by its number; what is assigned to it between epochs counts."""

    number: int


@dataclass(frozen=True)
class Noise:
    """A leaf that is drawn anew in each step."""

    shape: tuple[int, ...]
    draw: Draw


@dataclass(frozen=True)
class Constant:
    """A leaf that stays, such as a mean."""

    data: bytes
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Replay:
    """A traced program.

    Attributes:
        step: The program.
        wanted: Slots of its results.
        leaves: What its leaves stand for, in order.
        checked: Whether it looks at values that may be wrong, which a loop does not.
    """

    step: Step
    wanted: tuple[int, ...]
    leaves: tuple[Argument | Parameter | Held | Noise | Constant, ...]
    checked: bool = False

    @classmethod
    def of(
        cls, run: Callable[[list[Any]], Any], given: Sequence[Spec], moved: Sequence[Variable], held: list[Variable]
    ) -> Replay:
        """Trace a function of so many tensors.

        Args:
            run: The function.
            given: Its tensors.
            moved: Variables that are parameters.
            held: Takes up the other variables.

        Raises:
            InvalidArgumentError: It prints, assigns to variables, or draws numbers in a way that a loop cannot.
        """
        trace = Trace(run, given)
        if trace.prints or trace.changed:
            raise invalid(
                "fit takes layers, losses and metrics that print nothing by tf.print and assign to no variable; "
                "train in a loop of your own with optimizer.minimize"
            )
        leaves = [
            Argument(place) if place < len(given) else kind_of(leaf, moved, held)
            for place, leaf in enumerate(trace.leaves)
        ]
        return cls(trace.segment.step, tuple(trace.results), tuple(leaves), bool(trace.segment.checks))

    @property
    def results(self) -> list[Spec]:
        """Shape and dtype of each result."""
        specs = self.step.specs()
        return [specs[slot] for slot in self.wanted]

    def keeps_rows_apart(self, larger: Replay) -> bool:
        """Whether a row of the results comes of the same row of the arguments, and of noise of its own, alone.

        Args:
            larger: The same of a batch of another size: what is computed from the size in Python is a constant of it.
        """
        leaves = [step.first for step in self.step.path() if step.operation is LEAF]
        of_rows = [slot for slot, leaf in zip(leaves, self.leaves, strict=True) if isinstance(leaf, Argument | Noise)]
        constants = [[leaf for leaf in one.leaves if isinstance(leaf, Constant)] for one in (self, larger)]
        return constants[0] == constants[1] and rows.apart(self.step, of_rows, self.wanted)

    def __call__(
        self, arguments: Sequence[Array], parameters: Sequence[Array], held: Sequence[Array], noise: Any = None
    ) -> list[Array]:
        """The results."""
        values: list[Array] = []
        for number, leaf in enumerate(self.leaves):
            match leaf:
                case Argument(place):
                    values.append(arguments[place])
                case Parameter(place):
                    values.append(parameters[place])
                case Held(place):
                    values.append(held[place])
                case Noise(shape, draw):
                    values.append(draw(noise.part(number).uniform(shape)))
                case Constant(data, dtype, shape):
                    values.append(np.frombuffer(data, dtype).reshape(shape))
        return self.step.replay(values, self.wanted)


def kind_of(leaf: Any, moved: Sequence[Variable], held: list[Variable]) -> Parameter | Held | Noise | Constant:
    """What a leaf that is no argument stands for; a variable that is not known yet is held from now on."""
    if isinstance(leaf, Fresh):
        if leaf.draw is None:
            raise invalid("fit takes layers whose random numbers are uniform or normal, float32, of one scale and mean")
        return Noise(tuple(leaf.spec.shape), leaf.draw)
    if leaf.is_variable:
        for number, variable in enumerate(moved):
            if variable is leaf:
                return Parameter(number)
        if not any(variable is leaf for variable in held):
            held.append(leaf)
        return Held(next(number for number, variable in enumerate(held) if variable is leaf))
    array = np.ascontiguousarray(leaf.value_now())
    return Constant(array.tobytes(), array.dtype.name, tuple(leaf.spec.shape))


def spec(count: int, array: Array) -> Spec:
    """Of so many rows of an array."""
    return Spec(TensorShape((count, *array.shape[1:])), as_dtype(array.dtype.name))


@dataclass(frozen=True)
class Ending:
    """The softmax or sigmoid that a model ends with. The judge applies it, so that a cross-entropy sees the logits.

    Attributes:
        operation: Which.
        attributes: Along which axis.
        remembers: Whether it is Keras' own, which every cross-entropy looks through.
    """

    operation: Operation
    attributes: tuple[Any, ...]
    remembers: bool

    @classmethod
    def taken_off(cls, outputs: Any) -> tuple[Operand, Ending | None]:
        """The logits and the ending, or the outputs and None; while the model is traced."""
        if not hasattr(outputs, "spec"):
            raise invalid(f"fit takes a model that gives one tensor; it gives {type(outputs).__name__}")
        made = None if outputs.is_variable else outputs.made_by()
        if made is None or made.operation not in (table.SOFTMAX, table.SIGMOID):
            return outputs, None
        logits = outputs.input_of(made)
        return logits, cls(made.operation, made.attributes, hasattr(outputs, "logits"))

    def __call__(self, logits: Operand) -> Operand:
        """Call it."""
        outputs = record(self.operation, self.attributes, (logits,))
        if self.remembers:
            outputs.logits = logits
        return outputs


class Fed(NamedTuple):
    """What enters the model.

    Attributes:
        numbers: The inputs, float32 [rows, …].
        held: Values of variables that training does not move.
    """

    numbers: Array
    held: Sequence[Array] = ()

    def take(self, places: Any) -> Fed:
        """The rows of the inputs at these places."""
        return Fed(self.numbers[places], self.held)


class Outputs(NamedTuple):
    """What leaves the model, and the values of variables, for a loss or a metric that has them too.

    Attributes:
        numbers: The outputs without their ending.
        parameters: Values of variables that training moves.
        held: Of those that it does not.
    """

    numbers: Array
    parameters: Sequence[Array]
    held: Sequence[Array]


@dataclass(frozen=True)
class Forward:
    """A model as a network of the loop, for batches of one size.

    Attributes:
        replay: The model without its ending.
        ending: What is applied to its results.
    """

    replay: Replay
    ending: Ending | None

    def apply(self, parameters: Sequence[dict[str, Array]], inputs: Fed, noise: Any = None) -> Outputs:
        """The outputs."""
        moved = [own["value"] for own in parameters]
        return Outputs(self.replay((inputs.numbers,), moved, inputs.held, noise)[0], moved, inputs.held)


@dataclass(frozen=True)
class Judgement:
    """A loss and metrics as a judge of the loop, for batches of one size.

    Its figures are, for each metric, what it counts in: a sum and how many numbers that is of, or what is added to each
    of its variables. Last comes the number of rows.

    Attributes:
        replay: Gives the loss of each row (or one of the batch), then what each metric says of it.
        reduction: "mean", "sum", or "none": training then goes down the sum, while the mean is reported.
        counted: For each metric's result, whether it is numbers to average; else it adds to a variable.
    """

    replay: Replay
    reduction: str
    counted: tuple[bool, ...]

    @property
    def figures(self) -> int:
        """How many."""
        specs = self.replay.results[1:]
        return 1 + sum(2 if kept else spec.shape.num_elements() for kept, spec in zip(self.counted, specs, strict=True))

    def by_rows(self, larger: Judgement) -> bool:
        """Whether all are numbers for each row and of that row alone, so that rows of weight 0 can fill up a batch."""
        return all(self.counted) and self.replay.keeps_rows_apart(larger.replay)

    def __call__(self, targets: Array, outputs: Outputs, weights: Array, label_smoothing: Any) -> Sums:  # noqa: ARG002
        """Keras' loss of the batch, times the number of rows, for a mean over all batches; that; and the figures."""
        losses, *metrics = self.replay((targets, outputs.numbers), outputs.parameters, outputs.held)
        real = (weights != 0).astype(jnp.float32)
        count = real.sum()
        losses = by_row(losses, len(weights))
        loss = (losses * weights[:, None]).sum()
        mean = loss / jnp.maximum(count, 1) / losses.shape[1]
        if self.reduction == "sum":
            mean = loss
        elif self.reduction == "none":
            mean = jax.lax.stop_gradient(mean - loss) + loss
        figures: list[Array] = []
        for values, kept in zip(metrics, self.counted, strict=True):
            if not kept:
                figures.append(values.reshape(-1))
            elif values.ndim == 0:
                figures.append(jnp.stack([values, jnp.float32(1)]))
            else:
                figures.append(jnp.stack([(by_row(values, len(weights)).mean(1) * real).sum(), count]))
        return mean * count, count, jnp.concatenate([*figures, count[None]])


def by_row(values: Array, count: int) -> Array:
    """Numbers as [rows, numbers of a row]; one number for a batch is that of each row."""
    return jnp.broadcast_to(values, (count, 1)) if values.ndim == 0 else values.reshape(len(values), -1)
