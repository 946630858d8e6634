"""Compiled functions: `tf.function`, `tf.cond`, `tf.while_loop`.

A function is recorded once for each kind of arguments, as a program of its own; a call is one step of the program
around it. Python runs while it is recorded, and never again.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from feedforward.tf import operations as table
from feedforward.tf.dtypes import Spec
from feedforward.tf.errors import invalid
from feedforward.tf.nesting import flattened, nested
from feedforward.tf.programs import Operation, Step
from feedforward.tf.recording import Segment, follow, record, recorder
from feedforward.tf.tensors import Leaf, Operators, Tensor, convert_to_tensor, from_array


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


def run_call(*parts: Any) -> tuple[Any, ...]:
    """The results of a body, from its leaves."""
    *leaves, body = parts
    return body(*leaves)  # type: ignore[no-any-return]


def run_cond(*parts: Any) -> tuple[Any, ...]:
    """The results of one of two bodies."""
    chosen, *leaves, yes, no = parts
    return jax.lax.cond(chosen, yes, no, *leaves)  # type: ignore[no-any-return]


def run_while(*parts: Any) -> tuple[Any, ...]:
    """Loop variables after the loop; what else its condition and body take stays as it is.

    With a largest number of iterations the loop has a reverse-mode derivative, without it has none.
    """
    *leaves, going_on, body, count, most = parts
    start, captured, others = tuple(leaves[:count]), leaves[count : going_on.count], leaves[going_on.count :]

    def goes_on(values: tuple[Any, ...]) -> Any:
        return going_on(*values, *captured)[0]

    def once(values: tuple[Any, ...]) -> tuple[Any, ...]:
        return body(*values, *others)  # type: ignore[no-any-return]

    if most is None:
        return jax.lax.while_loop(goes_on, once, start)
    step = lambda values, _: (jax.lax.cond(goes_on(values), once, lambda same: same, values), None)  # noqa: E731
    return jax.lax.scan(step, start, None, length=most)[0]


class Inner(Operation):
    """An operation that holds programs."""

    def effort(self, step: Step, specs: Sequence[Spec]) -> int:
        """That of the programs, each once."""
        return sum(part.step.work for part in step.attributes if isinstance(part, Body)) + super().effort(step, specs)


CALL = Inner("PartitionedCall", run_call)
COND = Inner("If", run_cond)
WHILE = Inner("While", run_while)


class Fresh:
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
    return segment.tensor(segment.slot_of(Fresh(spec, values, draw)), spec)


class Trace:
    """Python code recorded as a program of its own.

    Attributes:
        leaves: What its leaves stand for; the arguments come first.
        pattern: What it returned, with the nesting of it.
        given: Which of the things that it returned were not None.
        changed: Number of each leaf that is assigned to, and the slot of its new value.
        prints: What is to be printed after each run: who writes it, and the things to write.
        wanted: Slots of the results, then of the tensors to print.
        body: Its program, as a call runs it.
        alone: Whether a call does nothing but assign to variables, and so is the same each time.
        segment_alone: The closed segment of the last such call: if it still waits, the next call only counts.
    """

    def __init__(self, run: Callable[[list[Tensor]], Any], arguments: Sequence[Spec]) -> None:
        segment = Segment(recorder.segment)
        recorder.segment, outer = segment, recorder.segment
        try:
            own = [segment.tensor(segment.slot_of(Fresh(spec)), spec) for spec in arguments]
            self.pattern = run(own)
            found = flattened(self.pattern)
            self.given = [thing is not None for thing in found]
            results = [as_result(thing) for thing in found if thing is not None]
            self.prints = segment.prints
            shown = [one for _, inputs in self.prints for one in inputs if isinstance(one, Operators)]
            self.wanted = tuple([slot_in(segment, one) for one in (*results, *shown)])
        finally:
            recorder.segment = outer
        self.segment, self.step, self.leaves = segment, segment.step, segment.leaves
        self.changed = segment.changed
        self.body = Body(segment.step, (*self.wanted, *self.changed.values()), 0, len(self.leaves))
        self.count = len(results)
        fixed = not arguments and not any(isinstance(leaf, Fresh) for leaf in self.leaves)
        self.alone = fixed and not self.wanted and bool(self.changed)
        self.segment_alone: Segment | None = None

    def taken(self, skipped: int) -> list[Leaf]:
        """What stands for the leaves at a call, without the arguments."""
        return [leaf.again() if leaf.__class__ is Fresh else leaf for leaf in self.leaves[skipped:]]

    def returned(self, tensors: Sequence[Tensor]) -> Any:
        """Results in the nesting in which they were returned."""
        results = iter(tensors)
        return nested(self.pattern, iter([next(results) if given else None for given in self.given]))

    def show(self, tensors: Sequence[Tensor]) -> None:
        """Print what is to be printed."""
        values = iter(tensors)
        for write, inputs in self.prints:
            postpone(write, [next(values) if isinstance(one, Operators) else one for one in inputs])


def slot_in(segment: Segment, leaf: Leaf) -> int:
    """Where a segment has a tensor or variable."""
    return leaf.slot if leaf.segment is segment else segment.slot_of(leaf)


def as_result(thing: Any) -> Leaf:
    """Something that a function returns, as a tensor."""
    return (
        record(table.IDENTITY, (), (thing,))
        if isinstance(thing, Operators) and thing.is_variable
        else convert_to_tensor(thing)
    )


def postpone(write: Callable[..., None], inputs: Sequence[Any]) -> None:
    """Print values: at once, or each time that the traced function has run."""
    if recorder.segment.outer is None:
        write(*[one.numpy() if isinstance(one, Operators) else one for one in inputs])
    else:
        recorder.segment.prints.append(
            (write, [as_result(one) if isinstance(one, Operators) else one for one in inputs])
        )


class Function:
    """A Python function that is traced once for each kind of arguments, and compiled.

    Tensors are told apart by shape and dtype, Python's values by value, other objects by identity. Python's side
    effects happen while tracing alone.
    """

    def __init__(self, python_function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, python_function)
        self.python_function = python_function
        self.traces: dict[Any, Trace] = {}
        self.kept: list[Any] = []  # so that no other object takes the identity of an argument

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it."""
        if recorder.watching == 0:
            recorder.boundary()
        things = [
            convert_to_tensor(thing) if isinstance(thing, np.ndarray) else thing
            for thing in flattened((arguments, keywords))
        ]
        key = (repr(nested((arguments, keywords), iter("*" * len(things)))), *map(kind_of, things)) if things else ()
        places = [place for place, thing in enumerate(things) if isinstance(thing, Tensor)]
        trace = self.traces.get(key)
        if trace is None:

            def run(own: list[Tensor]) -> Any:
                for place, tensor in zip(places, own, strict=True):
                    things[place] = tensor
                inner_arguments, inner_keywords = nested((arguments, keywords), iter(things))
                return self.python_function(*inner_arguments, **inner_keywords)

            given = [things[place] for place in places]
            trace = self.traces[key] = Trace(run, [tensor.spec for tensor in given])
            self.kept += things
        else:
            given = [things[place] for place in places]
            if trace.segment_alone is not None and trace.segment_alone is recorder.waiting and is_outermost():
                recorder.repeat()
                return trace.returned(())
        result = call(trace, given)
        if trace.alone and is_outermost():
            recorder.boundary()
            trace.segment_alone = recorder.waiting
        return result


def is_outermost() -> bool:
    """Whether neither a tape watches nor anything is being traced."""
    return recorder.watching == 0 and recorder.segment.outer is None


def kind_of(thing: Any) -> Any:
    """What an argument has in common with others that need no new trace."""
    if isinstance(thing, Tensor):
        return thing.spec
    if isinstance(thing, int | float | str | bytes | None):
        return type(thing), thing
    return id(thing)


def call(trace: Trace, arguments: Sequence[Tensor]) -> Any:
    """Record a call of a traced function; what it returns."""
    leaves = [*arguments, *trace.taken(len(arguments))]
    segment = recorder.segment
    step = follow(CALL, (trace.body,), tuple([slot_in(segment, leaf) for leaf in leaves]))
    tensors = [segment.tensor(step.first + n, step.results[n]) for n in range(len(trace.wanted))]
    segment.bind([trace.leaves[number] for number in trace.changed], step.first + len(tensors))
    trace.show(tensors[trace.count :])
    return trace.returned(tensors[: trace.count])


def function(func: Callable[..., Any] | None = None, **_options: Any) -> Any:
    """`@tf.function`: have a function traced and compiled. TensorFlow's options are taken and left alone."""
    return Function(func) if func is not None else Function


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
    """What one of two functions gives; inside a traced function both are traced, and one runs.

    Raises:
        InvalidArgumentError: The two give different shapes, dtypes or nestings.
    """
    chosen = convert_to_tensor(pred)
    if not isinstance(chosen, Tensor) or not chosen.symbolic:
        return true_fn() if chosen else false_fn()
    traces = [Trace(functools.partial(without, branch), ()) for branch in (true_fn, false_fn)]
    kinds = [
        (repr(nested(trace.pattern, iter("*" * len(trace.given)))), [specs[slot] for slot in trace.wanted])
        for trace in traces
        for specs in [trace.step.specs()]
    ]
    if kinds[0] != kinds[1]:
        shown = " and ".join(", ".join(str(spec) for spec in specs) or "nothing" for _, specs in kinds)
        raise invalid(f"cond takes branches that return and print the same kinds of things; got {shown}")
    variables = {id(t.leaves[number]): t.leaves[number] for t in traces for number in t.changed}
    bodies: list[Body] = []
    leaves: list[Leaf] = []
    for trace in traces:
        recorder.segment, outer = trace.segment, recorder.segment
        wanted = (*trace.wanted, *[trace.segment.slot_of(variable) for variable in variables.values()])
        recorder.segment = outer
        taken = trace.taken(0)
        bodies.append(Body(trace.segment.step, wanted, len(leaves), len(taken)))
        leaves += taken
    segment = recorder.segment
    step = follow(COND, tuple(bodies), tuple([slot_in(segment, leaf) for leaf in (chosen, *leaves)]))
    tensors = [segment.tensor(step.first + n, step.results[n]) for n in range(len(traces[0].wanted))]
    for variable in variables.values():
        segment.slot_of(variable)
    segment.bind(list(variables.values()), step.first + len(tensors))
    traces[0].show(tensors[traces[0].count :])
    return traces[0].returned(tensors[: traces[0].count])


def without(branch: Callable[[], Any], _arguments: Sequence[Tensor]) -> Any:
    """What a function of no arguments returns."""
    return branch()


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
    name: str | None = None,
) -> Any:
    """Apply `body` to the loop variables as long as `cond` of them holds.

    Inside a traced function, where the loop's length is not known, it has a gradient only with `maximum_iterations`.

    Raises:
        InvalidArgumentError: The body changes shape or dtype of a loop variable, or assigns to a variable.
    """
    things = [convert_to_tensor(thing) for thing in flattened(loop_vars)]
    if recorder.segment.outer is None:
        values, times = tuple(loop_vars), 0
        while (maximum_iterations is None or times < maximum_iterations) and cond(*values):
            values, times = tuple(as_sequence(body(*values))), times + 1
        return type(loop_vars)(values) if isinstance(loop_vars, list) else values
    specs = [thing.spec for thing in things]
    tests = Trace(lambda own: cond(*nested(loop_vars, iter(own))), specs)
    turns = Trace(lambda own: as_sequence(body(*nested(loop_vars, iter(own)))), specs)
    found = [turns.step.specs()[slot] for slot in turns.wanted]
    if found != specs:
        shown = ", ".join(map(str, specs)), ", ".join(map(str, found))
        raise invalid(
            f"while_loop takes a body that keeps shapes and dtypes; loop variables are {shown[0]}, it gives {shown[1]}"
        )
    if turns.changed or tests.changed:
        raise invalid(
            "while_loop in a traced function takes a body that assigns to no variable; make it a loop variable"
        )
    own = len(specs)
    captured = [tests.taken(own), turns.taken(own)]
    segment = recorder.segment
    leaves = [*things, *captured[0], *captured[1]]
    attributes = (
        Body(tests.step, tests.wanted, 0, own + len(captured[0])),
        Body(turns.step, turns.wanted, 0, own + len(captured[1])),
        own,
        maximum_iterations,
    )
    step = follow(WHILE, attributes, tuple([slot_in(segment, leaf) for leaf in leaves]))
    return turns.returned([segment.tensor(step.first + n, spec) for n, spec in enumerate(step.results)])


def as_sequence(value: Any) -> Any:
    """Loop variables as a list or tuple, also where there is but one."""
    return value if isinstance(value, list | tuple) else (value,)
