"""Compiled functions: `tf.function`.

A function is recorded once for each kind of arguments, as a program of its own; a call is one step of the program
around it. Python runs while it is recorded, and never again.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from ffnn.tf.dtypes import Spec
from ffnn.tf.engine.nesting import flattened, nested
from ffnn.tf.engine.programs import Step
from ffnn.tf.engine.recording import follow, recorder
from ffnn.tf.tensors import Tensor, convert_to_tensor
from ffnn.tf.tracing import Inner, Trace


def run_call(*parts: Any) -> tuple[Any, ...]:
    """The results of a body, from its leaves."""
    *leaves, body = parts
    return body(*leaves)  # type: ignore[no-any-return]


class Call(Inner):
    """A call of a traced function."""

    def flow(self, step: Step) -> Sequence[Collection[int]]:
        """The slots that derivatives flow from, to any result: what one reaches has a gradient by all, if only 0."""
        (body,) = step.attributes
        return [{step.inputs[number] for link in body.links for number in link}] * len(step.results)

    def traced(self, _specs: Sequence[Spec], attributes: tuple[Any, ...]) -> tuple[Spec, ...]:
        """What its body gives, which was recorded with these inputs."""
        (body,) = attributes
        known = body.step.specs()
        return tuple([known[slot] for slot in body.wanted])


CALL = Call("PartitionedCall", run_call)


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
        things: list[Any] = [
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
                return trace.returned(-1)
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
    step = follow(CALL, (trace.body,), tuple(map(segment.slot_of, leaves)))
    first = step.first + len(trace.results)
    segment.bind([trace.leaves[number] for number in trace.changed], first)
    returned = trace.returned(step.first)
    trace.report(first + len(trace.changed))
    return returned


def function(
    func: Callable[..., Any] | None = None,
    *,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
) -> Any:
    """`@tf.function`: have a function traced and compiled. TensorFlow's options are taken and left alone."""
    return Function(func) if func is not None else Function
