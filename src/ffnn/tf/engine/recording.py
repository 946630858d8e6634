"""Operations are written down first and computed when somebody looks.

An operation only adds a step to the open segment of the program. Looking at a value (`numpy`, `print`, `float`, `if`)
runs what is pending, compiled as one function. A segment closes where a gradient tape or a compiled function begins;
one that repeats the segment before it, with the same constants, is only counted: the count runs as one compiled loop.
Python runs every time, so a changed closure or a new batch makes another segment; what is deferred is arithmetic alone.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from operator import is_
from typing import Any

import jax
import numpy as np

from ffnn.tf.engine.leaves import Leaf, Tape
from ffnn.tf.engine.process import process
from ffnn.tf.engine.programs import INFERRED, LEAF, Operation, Step
from ffnn.tf.errors import InvalidArgumentError, OperatorNotAllowedInGraphError, at_run_time, invalid, place

MOST_STEPS = 500  # a segment that grows longer runs at once
MOST_WORK = 10**8  # multiplications that may be pending: some tens of milliseconds
MOST_KNOWN = 200_000  # steps in the tree of programs before it is planted anew
SMALL = 1024  # constants of up to so many numbers are compared by value
LIGHT = 10**6  # a program of so many multiplications does not run out of memory, and need not be waited for


class Segment:
    """A stretch of the program that runs as a whole.

    Attributes:
        step: Its program so far.
        leaves: What its leaves stand for, in order: tensors that have values, and variables.
        known: Slot of each leaf, and of a variable that was assigned its newest value's, by `id`.
        numbers: Number of the leaf of each variable, by `id`.
        changed: Slot of the new value of each leaf that was assigned, by the leaf's number.
        reads: Each variable with every slot that held its value, by the variable's `id`.
        tensors: What was handed out; those still alive want their values when the segment runs.
        outer: The segment in which this one is being traced; None for the outermost, which has values.
        values: What the leaves held when it ran, for a tape that looks back.
        kept: Tensors from before that a tape brought back.
        prints: What a traced function is to print each time that it has run.
        checks: Slots that hold 0 where all is well each time that it runs, and what to say of another number.
        failed: Why it could not run.
    """

    __slots__ = (
        "changed",
        "checks",
        "failed",
        "kept",
        "known",
        "leaves",
        "numbers",
        "outer",
        "prints",
        "reads",
        "step",
        "tensors",
        "values",
    )

    def __init__(self, outer: Segment | None = None) -> None:
        self.step = recorder.root
        self.leaves: list[Leaf] = []
        self.known: dict[int, int] = {}
        self.numbers: dict[int, int] = {}
        self.changed: dict[int, int] = {}
        self.reads: dict[int, tuple[Leaf, list[int]]] = {}
        self.tensors: list[weakref.ref[Leaf]] = []
        self.outer = outer
        self.values: list[Any] = []
        self.kept: list[Leaf] = []
        self.prints: list[tuple[Callable[..., None], list[Any]]] = []
        self.checks: list[tuple[int, Callable[[int], str]]] = []
        self.failed: Exception | None = None

    def slot_of(self, leaf: Leaf) -> int:
        """The slot of a leaf, which enters the segment where it was not made here."""
        if leaf.segment is self:
            return leaf.slot
        slot = self.known.get(id(leaf))
        return self.add(leaf) if slot is None else slot

    def slots_of(self, leaf: Leaf) -> Sequence[int]:
        """Every slot that held its value so far."""
        if leaf.is_variable:
            return self.reads[id(leaf)][1] if id(leaf) in self.reads else ()
        if leaf.segment is self:
            return (leaf.slot,)
        return (self.known[id(leaf)],) if id(leaf) in self.known else ()

    def add(self, leaf: Leaf) -> int:
        """A new leaf; its slot."""
        spec = leaf.spec
        variable = leaf.is_variable
        if not variable and leaf.array is None:
            self.check_reachable(leaf)
        step = self.step
        self.step = step = step.following.get((LEAF, (variable, spec), ())) or step.leaf(variable, spec)
        name, slot = id(leaf), step.first
        self.known[name] = slot
        if variable:
            self.numbers[name] = len(self.leaves)
            self.reads.setdefault(name, (leaf, []))[1].append(slot)
        self.leaves.append(leaf)
        return slot

    def check_reachable(self, leaf: Leaf) -> None:
        """A leaf without a value comes from a pending segment, which then runs, or from around this trace."""
        segment, outer = leaf.segment, self.outer
        while outer is not None:
            if segment is outer:
                return
            outer = outer.outer
        if segment.outer is None:
            recorder.run_pending()
            if leaf.array is None:
                raise segment.stopped()
        if leaf.array is None:
            raise OperatorNotAllowedInGraphError(
                f"{leaf!r} belongs to a function that has been traced: return it from the function" + place()
            )

    def stopped(self) -> Exception:
        """The error for a value that never came."""
        return invalid(f"this tensor has no value, because its program stopped: {self.failed}")

    def bind(self, variables: Sequence[Leaf], first: int) -> None:
        """From here on these variables, which must be known here, have the values of the slots from that one on."""
        for slot, variable in enumerate(variables, first):
            name = id(variable)
            self.known[name] = slot
            self.changed[self.numbers[name]] = slot
            self.reads[name][1].append(slot)

    def living(self) -> list[Leaf]:
        """The tensors that somebody still holds."""
        return [tensor for reference in self.tensors if (tensor := reference()) is not None]

    def inspect(self, found: Sequence[Any]) -> None:
        """Look at what the checks found.

        Raises:
            InvalidArgumentError: Something is wrong.
        """
        for number, (_slot, say) in zip(found, self.checks, strict=True):
            if int(number):
                raise InvalidArgumentError(say(int(number)))

    def repeats(self, other: Segment) -> bool:
        """Whether it does the same to the same leaves."""
        if self.step is not other.step:
            return False
        return all(map(is_, self.leaves, other.leaves)) or all(map(same, self.leaves, other.leaves))


def same(leaf: Leaf, other: Leaf) -> bool:
    """Whether two leaves are one thing, or small constants of equal value."""
    if leaf is other:
        return True
    mine, others = leaf.array, other.array
    return (
        not leaf.is_variable
        and not other.is_variable
        and isinstance(mine, np.ndarray | np.generic)
        and isinstance(others, np.ndarray | np.generic)
        and mine.size <= SMALL
        and mine.tobytes() == others.tobytes()
    )


class Recorder:
    """Where the program stands.

    Attributes:
        root: Where every segment's program begins.
        segment: The open segment.
        waiting: The closed segment that has not run; None if there is none.
        times: How often it is to run.
        tapes: Gradient tapes that may still ask for what is recorded now.
        watching: Number of tapes whose `with` the program stands in.
        learned: Number of steps that were new since the tree of programs was planted.
    """

    def __init__(self) -> None:
        self.waiting: Segment | None = None
        self.times = 0
        self.tapes: list[weakref.ref[Tape]] = []
        self.plant()
        self.watching = 0

    def plant(self) -> None:
        """Forget all programs."""
        self.root = Step(None, Operation("Root", lambda: None), (), ())
        self.learned = 0
        INFERRED.clear()

    def clear(self) -> None:
        """Begin anew, once what is pending has run."""
        try:
            self.flush()
        finally:
            self.__init__()  # type: ignore[misc]
            self.open()

    def open(self) -> None:
        """Begin a segment."""
        if self.learned > MOST_KNOWN:
            self.plant()
        self.segment = Segment()
        for reference in self.tapes:
            if (tape := reference()) is not None and tape.inside:
                tape.begin()

    def boundary(self) -> None:
        """Close the open segment, unless something is being traced."""
        segment, waiting = self.segment, self.waiting
        if segment.outer is not None or segment.step is self.root:
            return
        looked_back = self.tapes and self.turn(segment)
        if waiting is not None and not looked_back and segment.repeats(waiting) and not waiting.living():
            self.waiting = segment
        else:
            self.run_pending()
            self.waiting, self.times = segment, 0
        self.open()
        self.repeat()
        if looked_back:
            self.run_pending()

    def repeat(self) -> None:
        """Run the closed segment once more."""
        self.times += 1
        if self.waiting is not None and self.times * self.waiting.step.work > MOST_WORK:
            self.run_pending()

    def turn(self, segment: Segment) -> bool:
        """Tell the tapes that the segment closes; whether there is any."""
        self.tapes = [reference for reference in self.tapes if reference() is not None]
        for reference in self.tapes:
            if (tape := reference()) is not None:
                tape.turn(segment)
        return bool(self.tapes)

    def flush(self) -> None:
        """Run all that is pending."""
        self.boundary()
        self.run_pending()

    def run_pending(self) -> None:
        """Run the closed segment as often as it was recorded. Interrupted by Ctrl-C, it is still to run."""
        if self.waiting is None:
            return
        try:
            with jax.enable_x64(True):
                execute(self.waiting, self.times)
        except Exception as error:
            told = self.waiting.failed = at_run_time(error)
            self.waiting = None
            if told is error:
                raise
            raise told from error
        self.waiting = None


def execute(segment: Segment, times: int) -> None:
    """Run a segment so many times; its living tensors get the values of the last time.

    Raises:
        InvalidArgumentError: A check found something wrong; variables then keep the values from before that time.
        Exception: A value cannot be had; tensors and variables that do not need it have theirs.
    """
    living = segment.living()
    changed = tuple(segment.changed.items())
    checks = tuple([slot for slot, _say in segment.checks])
    values = segment.values = [leaf.array for leaf in segment.leaves]
    new: Sequence[Any] = ()
    found: Sequence[Any] = [0] * len(checks)
    failed: Exception | None = None
    loops = times - bool(living)
    if loops and (changed or checks):
        new, found = finished(segment.step, segment.step.loop(changed, checks)(loops, values))
        values = list(values)
        for (number, _slot), value in zip(changed, new, strict=True):
            values[number] = value
    if living and not any(found):
        wanted = (*[slot for _number, slot in changed], *checks, *[tensor.slot for tensor in living])
        try:
            results = finished(segment.step, segment.step.program(wanted)(values))
        except Exception as error:
            failed = error
            before = [*[values[number] for number, _slot in changed], *found, *[None] * len(living)]
            results = one_by_one(segment.step, wanted, values, before)
        found = results[len(changed) : len(changed) + len(checks)]
        if not any(found):
            new = results[: len(changed)]
            for tensor, value in zip(living, results[len(changed) + len(checks) :], strict=True):
                if value is not None:
                    tensor.array, tensor.segment = value, None
    for (number, _slot), value in zip(changed, new, strict=False):
        segment.leaves[number].array = value
    segment.inspect(found)
    if failed is not None:
        raise failed


def finished(step: Step, results: Any) -> Any:
    """The results of a program, waited for where they are large: one that does not fit into memory is an error here."""
    return jax.block_until_ready(results) if step.work > LIGHT else results  # type: ignore[no-untyped-call]


def one_by_one(step: Step, wanted: Sequence[int], values: Sequence[Any], before: Sequence[Any]) -> list[Any]:
    """The values of slots that cannot all be had; those that cannot be had by themselves either stay as before."""
    results = list(before)
    for number, slot in enumerate(wanted):
        with suppress(Exception):
            (results[number],) = finished(step, step.program((slot,))(values))
    return results


def follow(operation: Operation, attributes: tuple[Any, ...], inputs: tuple[int, ...]) -> Step:
    """The step that applies an operation to slots of the open segment; the segment moves on to it."""
    segment = recorder.segment
    key = (operation, attributes, inputs)
    step = segment.step.following.get(key)
    if step is None:
        specs = segment.step.specs()
        step = segment.step.extend(key, [specs[slot] for slot in inputs])
        recorder.learned += 1
    segment.step = step
    return step


def require(
    operation: Operation, attributes: tuple[Any, ...], inputs: Sequence[Leaf], say: Callable[[int], str]
) -> None:
    """Have values checked each time that they are computed: the operation gives 0 where all is well."""
    segment = recorder.segment
    step = follow(operation, attributes, tuple(map(segment.slot_of, inputs)))
    segment.checks.append((step.first, say))


def crowded() -> None:
    """The open segment is long: run it, unless it is being traced."""
    if recorder.segment.outer is None:
        recorder.flush()


recorder = process.keep(Recorder())
recorder.open()
