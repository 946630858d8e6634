"""Branches and loops: `tf.cond` and `tf.while_loop`.

Inside a traced function both branches, and condition and body of a loop, are traced too; each becomes part of one step.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ffnn.tf.dtypes import Spec
from ffnn.tf.engine.leaves import Leaf
from ffnn.tf.engine.nesting import flattened, nested
from ffnn.tf.engine.programs import Step, first_faults
from ffnn.tf.engine.recording import follow, recorder
from ffnn.tf.errors import invalid
from ffnn.tf.tensors import Tensor, convert_to_tensor, from_array
from ffnn.tf.tracing import Body, Inner, Trace


def run_cond(*parts: Any) -> tuple[Any, ...]:
    """The results of one of two bodies."""
    chosen, *leaves, yes, no = parts
    return jax.lax.cond(chosen, yes, no, *leaves)  # type: ignore[no-any-return]


def run_while(*parts: Any) -> tuple[Any, ...]:
    """Loop variables after the loop, and what checks found in condition and body; it ends where they find something.

    With a largest number of iterations the loop has a derivative, without it has none.
    """
    *leaves, tests, turns, count, most = parts
    captured, others = leaves[count : tests.count], leaves[tests.count :]

    def tested(values: Sequence[Any], faults: Sequence[Any]) -> tuple[Any, ...]:
        going, *found = tests(*values, *captured)
        own = len(found)
        return going, tuple(values), (*first_faults(faults[:own], found), *faults[own:])

    def goes_on(state: tuple[Any, ...]) -> Any:
        going, _values, faults = state
        return functools.reduce(lambda well, fault: well & (fault == 0), faults, going)

    def once(state: tuple[Any, ...]) -> tuple[Any, ...]:
        _going, values, faults = state
        results = turns(*values, *others)
        own = len(faults) - len(results) + count
        return tested(results[:count], (*faults[:own], *first_faults(faults[own:], results[count:])))

    checks = len(tests.wanted) - 1 + len(turns.wanted) - count
    start = tested(leaves[:count], [jnp.int64(0)] * checks)
    if most is None:
        _, values, faults = jax.lax.while_loop(goes_on, once, start)
    else:
        step = lambda state, _: (jax.lax.cond(goes_on(state), once, lambda same: same, state), None)  # noqa: E731
        (_, values, faults), _ = jax.lax.scan(step, start, None, length=most)
    return (*values, *faults)


class Cond(Inner):
    """One of two programs."""

    def flow(self, step: Step) -> Sequence[Collection[int]]:
        """The slots that derivatives flow from, to any result and by either branch."""
        slots = {step.inputs[1 + body.first + n] for body in step.attributes for link in body.links for n in link}
        return [slots] * len(step.results)


class While(Inner):
    """A program again and again."""

    def is_endless(self, step: Step) -> bool:
        """Whether nothing says how often it turns at the most."""
        return step.attributes[-1] is None or super().is_endless(step)

    def flow(self, step: Step) -> Sequence[Collection[int]]:
        """For each result, the slots that derivatives flow to it from, by however many turns."""
        tests, turns, own, _most = step.attributes
        links = [set(link) | {number} for number, link in enumerate(turns.links[:own])]
        for _ in range(own):
            links = [set().union(link, *[links[number] for number in link if number < own]) for link in links]
        slots = [*step.inputs[:own], *step.inputs[tests.count :]]
        flow: list[Collection[int]] = [{slots[number] for number in link} for link in links]
        return flow + [()] * (len(step.results) - own)


COND = Cond("If", run_cond)
WHILE = While("While", run_while)


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
    """What one of two functions gives; inside a traced function both are traced, and one runs.

    Raises:
        InvalidArgumentError: The two give different shapes, dtypes or nestings.
    """
    chosen = convert_to_tensor(pred)
    if not isinstance(chosen, Tensor) or not chosen.symbolic:
        return true_fn() if chosen else false_fn()
    traces = [Trace(functools.partial(without, branch), ()) for branch in (true_fn, false_fn)]
    kinds = [(trace.nesting, [trace.segment.step.specs()[slot] for slot in trace.results]) for trace in traces]
    if kinds[0] != kinds[1]:
        shown = " and ".join(", ".join(str(spec) for spec in specs) or "nothing" for _, specs in kinds)
        raise invalid(f"cond takes branches that return the same kinds of things; got {shown}")
    variables = list({id(t.leaves[number]): t.leaves[number] for t in traces for number in t.changed}.values())
    extras = [[trace.segment.step.specs()[slot] for slot in trace.extras] for trace in traces]
    bodies: list[Body] = []
    leaves: list[Leaf] = []
    for trace in traces:
        inner = trace.segment
        wanted = [*trace.results, *[inner.slot_of(variable) for variable in variables]]
        for other, specs in zip(traces, extras, strict=True):
            wanted += trace.extras if other is trace else [inner.slot_of(blank(spec)) for spec in specs]
        taken = trace.taken(0)
        bodies.append(Body(inner.step, tuple(wanted), len(leaves), len(taken)))
        leaves += taken
    segment = recorder.segment
    step = follow(COND, tuple(bodies), tuple(map(segment.slot_of, (chosen, *leaves))))
    first = step.first + len(traces[0].results)
    for variable in variables:
        segment.slot_of(variable)
    segment.bind(variables, first)
    first += len(variables)
    returned = traces[0].returned(step.first)
    for trace, holds in zip(traces, (True, False), strict=True):
        trace.report(first, functools.partial(when, holds), chosen)
        first += len(trace.extras)
    return returned


def blank(spec: Spec) -> Tensor:
    """What a branch gives for what only the other one prints or checks."""
    return from_array(np.zeros(spec.shape, spec.dtype.numpy))


def when(holds: bool, write: Callable[..., None], chosen: Any, *values: Any) -> None:
    """Write values if the condition was that."""
    if bool(chosen) is holds:
        write(*values)


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
    found = [turns.segment.step.specs()[slot] for slot in turns.results]
    if found != specs:
        shown = ", ".join(map(str, specs)), ", ".join(map(str, found))
        raise invalid(
            f"while_loop takes a body that keeps shapes and dtypes; loop variables are {shown[0]}, it gives {shown[1]}"
        )
    for trace in (tests, turns):
        if trace.changed or trace.prints or trace.draws:
            raise invalid(
                "while_loop in a traced function takes a body that assigns to no variable, prints nothing and draws no "
                "random numbers; make variables and random tensors loop variables"
            )
    own = len(specs)
    captured = [tests.taken(own), turns.taken(own)]
    segment = recorder.segment
    leaves = [*things, *captured[0], *captured[1]]
    bodies = [
        Body(trace.segment.step, (*trace.results, *trace.extras), 0, own + len(taken))
        for trace, taken in zip((tests, turns), captured, strict=True)
    ]
    step = follow(WHILE, (*bodies, own, maximum_iterations), tuple(map(segment.slot_of, leaves)))
    tests.report(step.first + own)
    turns.report(step.first + own + len(tests.extras))
    return turns.returned(step.first)


def as_sequence(value: Any) -> Any:
    """Loop variables as a list or tuple, also where there is but one."""
    return value if isinstance(value, list | tuple) else (value,)
