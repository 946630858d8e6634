"""A model as the house's training loop calls it: its program, traced once, replayed on the loop's arrays.

The loop asks for a network, a judge and an optimizer (see `training.loop.Program`). Each is made here of a traced
program and compares by value, so that fitting again compiles nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax

from feedforward.networks.arrays import Inputs
from feedforward.tf import operations as table
from feedforward.tf.dtypes import Spec, TensorShape, as_dtype
from feedforward.tf.errors import invalid
from feedforward.tf.keras import rules
from feedforward.tf.programs import Operation, Step
from feedforward.tf.random import Draw
from feedforward.tf.recording import record
from feedforward.tf.tensors import Leaf
from feedforward.tf.tracing import Fresh, Trace
from feedforward.tf.variables import Variable
from feedforward.training.loop import Sums

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
class Noise:
    """A leaf that is drawn anew in each step."""

    shape: tuple[int, ...]
    draw: Draw


@dataclass(frozen=True)
class Constant:
    """A leaf that stays, such as a mean or the weights of a layer that is not trained."""

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
    leaves: tuple[Argument | Parameter | Noise | Constant, ...]
    checked: bool = False

    @classmethod
    def of(cls, run: Callable[[list[Any]], Any], given: Sequence[Spec], moved: Sequence[Variable] = ()) -> Replay:
        """Trace a function of so many tensors; the variables in `moved` become parameters.

        Raises:
            InvalidArgumentError: It prints, assigns to variables, or draws numbers in a way that a loop cannot.
        """
        trace = Trace(run, given)
        if trace.prints or trace.changed:
            raise invalid(
                "fit takes layers, losses and metrics that print nothing by tf.print and assign to no variable; "
                "train in a loop of your own with optimizer.minimize"
            )
        numbers = {id(variable): number for number, variable in enumerate(moved)}
        leaves = [
            Argument(place) if place < len(given) else kind_of(leaf, numbers) for place, leaf in enumerate(trace.leaves)
        ]
        return cls(trace.segment.step, tuple(trace.results), tuple(leaves), bool(trace.segment.checks))

    @property
    def results(self) -> list[Spec]:
        """Shape and dtype of each result."""
        specs = self.step.specs()
        return [specs[slot] for slot in self.wanted]

    def __call__(self, arguments: Sequence[Array], parameters: Sequence[Array] = (), noise: Any = None) -> list[Array]:
        """The results."""
        values: list[Array] = []
        for number, leaf in enumerate(self.leaves):
            match leaf:
                case Argument(place):
                    values.append(arguments[place])
                case Parameter(place):
                    values.append(parameters[place])
                case Noise(shape, draw):
                    values.append(draw(noise.part(number).uniform(shape)))
                case Constant(data, dtype, shape):
                    values.append(np.frombuffer(data, dtype).reshape(shape))
        return self.step.replay(values, self.wanted)


def kind_of(leaf: Any, numbers: dict[int, int]) -> Parameter | Noise | Constant:
    """What a leaf that is no argument stands for."""
    if isinstance(leaf, Fresh):
        if leaf.draw is None:
            raise invalid("fit takes layers whose random numbers are uniform or normal, float32, of one scale and mean")
        return Noise(tuple(leaf.spec.shape), leaf.draw)
    if id(leaf) in numbers:
        return Parameter(numbers[id(leaf)])
    array = np.ascontiguousarray(leaf.value_now())
    return Constant(array.tobytes(), array.dtype.name, tuple(leaf.spec.shape))


def spec(rows: int, array: Array) -> Spec:
    """Of so many rows of an array."""
    return Spec(TensorShape((rows, *array.shape[1:])), as_dtype(array.dtype.name))


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
    def taken_off(cls, outputs: Leaf) -> tuple[Leaf, Ending | None]:
        """The logits and the ending, or the outputs and None; while the model is traced."""
        segment = outputs.segment
        if segment is None or not outputs.symbolic:
            return outputs, None
        made = segment.step.maker(outputs.slot)
        if made.operation not in (table.SOFTMAX, table.SIGMOID):
            return outputs, None
        logits = segment.tensor(made.inputs[0], outputs.spec)
        return logits, cls(made.operation, made.attributes, hasattr(outputs, "logits"))

    def __call__(self, logits: Leaf) -> Leaf:
        """Call it."""
        outputs = record(self.operation, self.attributes, (logits,))
        if self.remembers:
            outputs.logits = logits
        return outputs


@dataclass(frozen=True)
class Forward:
    """A model as a network of the loop, for batches of one size.

    Attributes:
        replay: The model without its ending.
        ending: What is applied to its results.
    """

    replay: Replay
    ending: Ending | None

    def apply(self, parameters: Sequence[dict[str, Array]], inputs: Inputs, noise: Any = None) -> Array:
        """The outputs."""
        return self.replay((inputs.numbers,), [own["value"] for own in parameters], noise)[0]


@dataclass(frozen=True)
class Judgement:
    """A loss and metrics as a judge of the loop, for batches of one size.

    Attributes:
        replay: Gives the loss of each row (or one of the batch), then what each metric says of it.
        summed: Whether a batch's losses are added up, in place of their mean.
    """

    replay: Replay
    summed: bool

    @property
    def figures(self) -> int:
        """Number of metrics."""
        return len(self.replay.wanted) - 1

    @property
    def by_rows(self) -> bool:
        """Whether all are numbers for each row, so that rows of weight 0 can fill up a batch."""
        return all(spec.shape for spec in self.replay.results)

    def __call__(self, targets: Array, outputs: Array, weights: Array, label_smoothing: Any) -> Sums:  # noqa: ARG002
        """Keras' loss of the batch and its metrics' means, times the number of rows, for a mean over all batches."""
        losses, *metrics = (
            jnp.broadcast_to(value.reshape(-1, 1) if value.ndim == 0 else value.reshape(len(value), -1), (rows, width))
            for value in self.replay((targets, outputs))
            for rows, width in [(len(weights), max(1, int(np.prod(value.shape[1:]))))]
        )
        real = (weights != 0).astype(jnp.float32)
        count = real.sum()
        loss = (losses * weights[:, None]).sum()
        if not self.summed:
            loss = loss / jnp.maximum(count, 1) / losses.shape[1]
        figures = [(metric.mean(1) * real).sum() for metric in metrics]
        return loss * count, count, jnp.stack(figures) if figures else jnp.zeros(0, jnp.float32)


@dataclass(frozen=True)
class Steps:
    """A Keras optimizer as one of the loop; its memory is the number of steps and what is remembered."""

    how: rules.Update

    def build(self, learning_rate: Array, *_unused: Any) -> optax.GradientTransformation:
        """The optimizer itself."""

        def init(parameters: Any) -> Any:
            names = self.how.rule.memories
            return jnp.int32(0), [jnp.zeros_like(own["value"]) for own in parameters for _ in names]

        def update(gradients: Any, memory: Any, parameters: Any) -> Any:
            count, kept = memory
            before = [own["value"] for own in parameters]
            slopes = [own["value"] for own in gradients]
            count, *new = rules.update(learning_rate, count, *before, *slopes, *kept, self.how)
            moved = tuple({"value": after - old} for after, old in zip(new, before, strict=False))
            return moved, (count, new[len(before) :])

        return optax.GradientTransformation(init, update)
