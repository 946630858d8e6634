"""Python code recorded as a program of its own, which becomes one step of the program around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import count
from typing import Any

from ffnn.tf.dtypes import Spec
from ffnn.tf.engine.leaves import Leaf
from ffnn.tf.engine.nesting import flattened, nested
from ffnn.tf.engine.programs import LEAF, Operation, Step
from ffnn.tf.engine.recording import Segment, recorder
from ffnn.tf.errors import invalid
from ffnn.tf.tensors import Operand, Tensor, convert_to_tensor, from_array, hand_out, value_of


@dataclass(frozen=True, eq=False)
class Body:
    """A program inside a step.

    Attributes:
        step: The program.
        wanted: Slots of its results.
        first: Where its leaves begin among those of the step around it.
        count: How many leaves it has.
    """

    step: Step
    wanted: tuple[int, ...]
    first: int
    count: int

    def __call__(self, *leaves: Any) -> tuple[Any, ...]:
        """Call it."""
        return tuple(self.step.replay(leaves[self.first : self.first + self.count], self.wanted))

    @cached_property
    def links(self) -> list[frozenset[int]]:
        """For each result, the numbers of the leaves that derivatives flow to it from."""
        links: dict[int, frozenset[int]] = {}
        numbers = count()
        for step in self.step.path():
            if step.operation is LEAF:
                links[step.first] = frozenset([next(numbers)])
                continue
            for slot, (spec, flow) in enumerate(zip(step.results, step.operation.flow(step), strict=True), step.first):
                found = [links[one] for one in flow] if spec.dtype.is_floating else []
                links[slot] = frozenset().union(*found)
        return [links[slot] for slot in self.wanted]


class Inner(Operation):
    """An operation that holds programs."""

    def is_endless(self, step: Step) -> bool:
        """Whether a step of the programs is."""
        bodies = [part for part in step.attributes if isinstance(part, Body)]
        return any(one.operation.is_endless(one) for body in bodies for one in body.step.path())

    def effort(self, step: Step, specs: Sequence[Spec]) -> int:
        """That of the programs, each once."""
        return sum(part.step.work for part in step.attributes if isinstance(part, Body)) + super().effort(step, specs)


class Fresh(Leaf):
    """A leaf of a traced function that has another value each time that the function runs.

    Attributes:
        spec: Its shape and dtype.
        values: Draws the value; None for an argument, which the caller gives.
        draw: How it is drawn by somebody else, from numbers uniform in [0, 1); None where only `values` can.
    """

    is_variable = False
    segment = None
    array = ()

    def __init__(self, spec: Spec, values: Callable[[], Any] | None = None, draw: Any = None) -> None:
        self.spec, self.values, self.draw = spec, values, draw

    def again(self) -> Tensor:
        """The tensor that stands for it at the next call."""
        if self.values is None:
            raise invalid("a loop or branch was left while it was being traced")
        return fresh(self.values, self.spec, self.draw)


def fresh(values: Callable[[], Any], spec: Spec, draw: Any = None) -> Tensor:
    """A tensor of values drawn now; inside a traced function, each time that it runs."""
    segment = recorder.segment
    if segment.outer is None:
        return from_array(values())
    return hand_out(segment, segment.slot_of(Fresh(spec, values, draw)), spec)


@contextmanager
def outside() -> Iterator[None]:
    """Leave the functions that are being traced for a while: what is recorded then has values."""
    inner, tapes = recorder.segment, recorder.tapes
    if inner.outer is None:
        yield
        return
    recorder.segment, recorder.tapes = Segment(), []
    try:
        yield
    finally:
        recorder.segment, recorder.tapes = inner, tapes


class Trace:
    """Python code recorded as a program of its own.

    Attributes:
        segment: Where it was recorded.
        leaves: What its leaves stand for; the arguments come first.
        pattern: What it returned, with the nesting of it.
        given: Which of the things that it returned were not None.
        changed: Number of each leaf that is assigned to, and the slot of its new value.
        prints: What is to be printed after each run: who writes it, and the things to write.
        results: Slots of the results.
        extras: Slots of tensors to print, then of checks.
        body: Its program, as a call runs it: it gives results, new values of variables, extras.
        draws: Whether it draws random numbers.
        alone: Whether a call does nothing but assign to variables, and so is the same each time.
        segment_alone: The closed segment of the last such call: if it still waits, the next call only counts.
    """

    def __init__(self, run: Callable[[list[Tensor]], Any], arguments: Sequence[Spec]) -> None:
        segment = Segment(recorder.segment)
        recorder.segment, outer = segment, recorder.segment
        try:
            own = [hand_out(segment, segment.slot_of(Fresh(spec)), spec) for spec in arguments]
            self.pattern = run(own)
            found = flattened(self.pattern)
            self.given = [thing is not None for thing in found]
            self.prints = segment.prints
            shown = [one for _, inputs in self.prints for one in inputs if isinstance(one, Operand)]
            self.results = [segment.slot_of(value_of(convert_to_tensor(thing))) for thing in found if thing is not None]
            self.extras = [*[segment.slot_of(one) for one in shown], *[slot for slot, _say in segment.checks]]
        finally:
            recorder.segment = outer
        self.segment, self.leaves, self.changed = segment, segment.leaves, segment.changed
        wanted = (*self.results, *self.changed.values(), *self.extras)
        self.body = Body(segment.step, wanted, 0, len(self.leaves))
        self.draws = any(isinstance(leaf, Fresh) for leaf in self.leaves[len(arguments) :])
        quiet = not self.results and not self.prints and not self.draws
        self.alone = not arguments and quiet and bool(self.changed)
        self.segment_alone: Segment | None = None

    @property
    def nesting(self) -> str:
        """How the things that it returned are nested."""
        return repr(nested(self.pattern, iter("*" * len(self.given))))

    def taken(self, skipped: int) -> list[Leaf]:
        """What stands for the leaves at a call, without the arguments."""
        return [leaf.again() if leaf.__class__ is Fresh else leaf for leaf in self.leaves[skipped:]]

    def returned(self, first: int) -> Any:
        """Results, from that slot on, in the nesting in which they were returned."""
        results = hand_out_all(first, [self.segment.step.specs()[slot] for slot in self.results])
        return nested(self.pattern, iter([next(results) if given else None for given in self.given]))

    def report(self, first: int, how: Callable[..., None] | None = None, *before: Any) -> None:
        """Print what is to be printed and check what is to be checked, from that slot on; what is printed runs at once.

        Args:
            first: The slot.
            how: Writes in place of the one who asked to: takes that one, then the things to write.
            before: What is written before everything.
        """
        specs = self.segment.step.specs()
        count = len(self.extras) - len(self.segment.checks)
        checks = [(first + count + number, say) for number, (_slot, say) in enumerate(self.segment.checks)]
        recorder.segment.checks += checks
        values = hand_out_all(first, [specs[slot] for slot in self.extras[:count]])
        for write, inputs in self.prints:
            things = [*before, *[next(values) if isinstance(one, Operand) else one for one in inputs]]
            postpone(write if how is None else partial(how, write), things)


def hand_out_all(first: int, specs: Sequence[Spec]) -> Iterator[Tensor]:
    """Tensors of the open segment's slots, from that one on."""
    return iter([hand_out(recorder.segment, slot, spec) for slot, spec in enumerate(specs, first)])


def postpone(write: Callable[..., None], inputs: Sequence[Any]) -> None:
    """Print values: at once, or each time that the traced function has run."""
    if recorder.segment.outer is None:
        write(*[one.numpy() if isinstance(one, Operand) else one for one in inputs])
    else:
        recorder.segment.prints.append((write, [value_of(one) if isinstance(one, Operand) else one for one in inputs]))
