"""A program is a path through a tree: each step applies one operation to the results of steps before it.

Programs that begin alike share the beginning of their path. What follows from a step alone (shapes, dtypes, the
compiled function) is kept on it: so recording a program a second time is one look-up for each step, and
running it needs no search for what was compiled before.

The results of all steps are numbered in order: a result's number is its slot. A leaf is a step whose value comes from
outside: a variable, a constant.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ffnn.tf.dtypes import Spec, TensorShape, spec_of
from ffnn.tf.errors import BroadcastWarning, invalid
from ffnn.training import devices

Key = tuple["Operation", tuple[Any, ...], tuple[int, ...]]
Array = Any


@dataclass(eq=False, frozen=True)
class Operation:
    """One row of the table of operations.

    Attributes:
        name: TensorFlow's name of it.
        kernel: What it computes: (*arrays, *attributes) → array, or a tuple of arrays.
        check: Raises where these specs (and attributes) do not fit; called before shapes are inferred.
        differentiable: Whether derivatives flow through.
        work: Number of multiplications beyond one for each number of the result, from specs and attributes.
        alike: Whether the result has the dtype of its inputs, and the shape that they stretch to: then its spec needs
            no tracing, which takes JAX a millisecond.
    """

    name: str
    kernel: Callable[..., Any]
    check: Callable[..., None] | None = None
    differentiable: bool = True
    work: Callable[..., int] | None = None
    alike: bool = False

    def infer(self, _before: Step, specs: Sequence[Spec], attributes: tuple[Any, ...]) -> tuple[tuple[Spec, ...], Any]:
        """The results' specs, and what else the step must know to run.

        Raises:
            InvalidArgumentError: The inputs do not fit the operation or each other.
        """
        if self.check is not None:
            self.check(self.name, *specs, *attributes)
        known = INFERRED.get((self, attributes, *specs))
        if known is None:
            known = INFERRED[self, attributes, *specs] = self.traced(specs, attributes)
        return known, None

    def traced(self, specs: Sequence[Spec], attributes: tuple[Any, ...]) -> tuple[Spec, ...]:
        """The results' specs, by tracing the kernel."""
        if self.alike:
            shape = jnp.broadcast_shapes(*[tuple(spec.shape) for spec in specs])
            return (Spec(TensorShape(shape), specs[0].dtype),)
        arrays: list[Any] = [JustShape(tuple(spec.shape), spec.dtype.numpy) for spec in specs]
        try:
            with jax.enable_x64(True):
                results = jax.eval_shape(lambda *values: self.kernel(*values, *attributes), *arrays)
        except (BroadcastWarning, NotImplementedError):
            raise
        except (TypeError, ValueError, IndexError, ZeroDivisionError) as error:
            inputs = ", ".join(str(spec) for spec in specs)
            said = str(error).splitlines()[0].rstrip(".")
            raise invalid(f"{self.name} cannot take {inputs}: {said}") from error
        return tuple(spec_of(result) for result in (results if isinstance(results, tuple) else (results,)))

    def run(self, step: Step, slots: dict[int, Array]) -> Any:
        """The results, from the values of the slots."""
        return self.kernel(*[slots[slot] for slot in step.inputs], *step.attributes)

    def flow(self, step: Step) -> Sequence[Collection[int]]:
        """For each result of a step, the slots that derivatives flow to it from."""
        return [step.needs if self.differentiable else ()] * len(step.results)

    def is_endless(self, _step: Step) -> bool:
        """Whether a step is, or holds, a loop of unknown length, which has no gradient."""
        return False

    def moved(self, attributes: tuple[Any, ...], _slots: dict[int, int], _edges: dict[int, int]) -> tuple[Any, ...]:
        """The attributes where the program stands at other slots."""
        return attributes

    def effort(self, step: Step, specs: Sequence[Spec]) -> int:
        """About how many multiplications it takes."""
        size = sum(spec.shape.num_elements() for spec in step.results)
        return size + (self.work(*specs, *step.attributes) if self.work else 0)


JustShape: Any = jax.ShapeDtypeStruct
INFERRED: dict[Any, tuple[Spec, ...]] = {}
"""Specs of results by operation, attributes and specs of inputs."""

LEAF = Operation("Leaf", lambda: None, differentiable=False)


UNOPTIMIZED = {"xla_backend_optimization_level": 0}
"""Code that is not optimised is there in half the time; for a few thousand multiplications that is all that counts."""

FEW = 10_000
"""Multiplications of a program that is not worth optimising: some microseconds, less than Python takes to record it."""


def compiled(function: Callable[..., Any], work: int) -> Callable[..., Any]:
    """A compiled function, of about so many multiplications."""
    ready: list[Callable[..., Any]] = []

    def run(*arguments: Any) -> Any:
        return ready[0](*arguments) if ready else compile_and_run(*arguments)

    def compile_and_run(*arguments: Any) -> Any:
        collecting = gc.isenabled()
        gc.disable()  # tracing makes many objects and leaves few: looking for garbage takes a sixth of the time
        try:
            options = devices.current().quick_compiling | (UNOPTIMIZED if work <= FEW else {})
            quick = jax.jit(function, compiler_options=options)
            results = quick(*arguments)
            ready.append(quick)
        except jax.errors.JaxRuntimeError as error:
            if "compile option" not in str(error):
                raise
            ready.append(jax.jit(function))  # another version of XLA, which does not know these options
            results = ready[0](*arguments)
        finally:
            if collecting:
                gc.enable()
        return results

    return run


class Step:
    """One step of a program, and with those before it a whole program.

    Attributes:
        before: The step before, None for the root.
        operation: What it applies.
        attributes: What is fixed about it.
        inputs: Slots that it takes.
        results: The specs of what it gives.
        first: The slot of the first result; those of the others follow.
        size: Number of slots up to here.
        needs: Slots that must have values before it runs: the inputs, and for a gradient what it reaches back to.
        notes: What else the operation must know to run.
        following: The steps that came next in any program so far.
        programs: Compiled functions by what is wanted of them.
        work: About how many multiplications the program takes up to here.
    """

    __slots__ = ("attributes", "before", "count", "first", "following", "inputs", "needs", "notes", "operation",
                 "programs", "results", "size", "work")  # fmt: skip

    def __init__(self, before: Step | None, operation: Operation, attributes: tuple[Any, ...], inputs: tuple[int, ...]):
        self.before, self.operation, self.attributes, self.inputs = before, operation, attributes, inputs
        self.results: tuple[Spec, ...] = ()
        self.first: int = before.size if before else 0
        self.size: int = self.first
        self.count: int = before.count + 1 if before else 0
        self.needs = inputs
        self.notes: Any = None
        self.following: dict[Key, Step] = {}
        self.programs: dict[Any, Callable[..., Any]] = {}
        self.work: int = before.work if before else 0

    def extend(self, key: Key, specs: Sequence[Spec]) -> Step:
        """A new step after this one."""
        operation, attributes, inputs = key
        step = Step(self, operation, attributes, inputs)
        step.results, step.notes = operation.infer(self, specs, attributes)
        if step.notes is not None:
            step.needs = inputs + step.notes.reached
        step.size = self.size + len(step.results)
        step.work += operation.effort(step, specs)
        self.following[key] = step
        return step

    def leaf(self, variable: bool, spec: Spec) -> Step:
        """A new step after this one that takes a value from outside."""
        key = (LEAF, (variable, spec), ())
        step = self.following[key] = Step(self, *key)
        step.results, step.size = (spec,), self.size + 1
        return step

    def path(self) -> list[Step]:
        """The steps from the first to this one."""
        steps: list[Step] = []
        step: Step | None = self
        while step is not None and step.before is not None:
            steps.append(step)
            step = step.before
        return steps[::-1]

    def maker(self, slot: int) -> Step:
        """The step that gives a slot, one of these."""
        step = self
        while step.first > slot and step.before is not None:
            step = step.before
        return step

    def specs(self) -> list[Spec]:
        """The spec of each slot."""
        return [spec for step in self.path() for spec in step.results]

    def replay(self, leaves: Sequence[Array], wanted: Iterable[int]) -> list[Array]:
        """The values of the wanted slots; steps that they do not need are left out."""
        wanted = list(wanted)
        path = self.path()
        needed = set(wanted)
        for step in reversed(path):
            if any(slot in needed for slot in range(step.first, step.size)):
                needed.update(step.needs)
        slots: dict[int, Array] = {}
        values = iter(leaves)
        for step in path:
            if step.operation is LEAF:
                slots[step.first] = next(values)
            elif any(slot in needed for slot in range(step.first, step.size)):
                take(step, slots)
        return [slots[slot] for slot in wanted]

    def program(self, wanted: tuple[int, ...]) -> Callable[[Sequence[Array]], list[Array]]:
        """The compiled function: leaves → values of the wanted slots."""
        if wanted not in self.programs:
            self.programs[wanted] = compiled(lambda leaves: self.replay(leaves, wanted), self.work)
        return self.programs[wanted]

    def loop(
        self, changed: tuple[tuple[int, int], ...], checks: tuple[int, ...]
    ) -> Callable[[int, Sequence[Array]], tuple[list[Array], list[Array]]]:
        """The compiled function: (times, leaves) → new values of the leaves that change, after so many repetitions.

        A repetition that a check finds wrong changes nothing, nor do those after it; what the checks found comes too.

        Args:
            changed: Number of each leaf that changes, and the slot of what it becomes.
            checks: Slots of checks, 0 where all is well.
        """
        key = ("loop", changed, checks)
        if key not in self.programs:

            def repeat(times: int, leaves: Sequence[Array]) -> tuple[list[Array], list[Array]]:
                def once(_: Array, state: tuple[list[Array], list[Array]]) -> tuple[list[Array], list[Array]]:
                    values = list(leaves)
                    carried, faults = state
                    for (leaf, _slot), value in zip(changed, carried, strict=True):
                        values[leaf] = value
                    results = self.replay(values, [*[slot for _leaf, slot in changed], *checks])
                    new, found = results[: len(changed)], results[len(changed) :]
                    if not checks:
                        return new, []
                    faults = first_faults(faults, found)
                    well = ~jnp.any(jnp.stack(faults) != 0)
                    return [jnp.where(well, one, old) for one, old in zip(new, carried, strict=True)], faults

                start = [jnp.asarray(leaves[leaf]) for leaf, _slot in changed], [jnp.int64(0) for _ in checks]
                last: tuple[list[Array], list[Array]] = jax.lax.fori_loop(0, times, once, start)
                return last

            self.programs[key] = compiled(repeat, self.work)
        return self.programs[key]


def first_faults(before: Sequence[Array], found: Sequence[Array]) -> list[Array]:
    """What checks found, the earlier where there is one."""
    return [jnp.where(old != 0, old, new) for old, new in zip(before, found, strict=True)]


def take(step: Step, slots: dict[int, Array]) -> None:
    """Run one step and write its results into their slots."""
    results = step.operation.run(step, slots)
    if isinstance(results, tuple):
        for number, result in enumerate(results):
            slots[step.first + number] = result
    else:
        slots[step.first] = results


def reach(steps: Iterable[Step], start: Mapping[int, int]) -> set[int]:
    """The slots that derivatives of these slots flow to, and they themselves.

    Args:
        steps: Where they may flow.
        start: Each slot with the place in the program from which on it counts.
    """
    reached = set(start)
    for step in steps:
        for slot, (spec, sources) in enumerate(zip(step.results, step.operation.flow(step), strict=True), step.first):
            if spec.dtype.is_floating and any(one in reached and start.get(one, 0) <= step.first for one in sources):
                reached.add(slot)
    return reached
