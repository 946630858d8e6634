"""Gradient tapes: derivatives of what was computed while a tape watched."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from ffnn.tf.engine.differentiation import GRADIENT
from ffnn.tf.engine.leaves import Leaf, Tape
from ffnn.tf.engine.nesting import flattened, nested
from ffnn.tf.engine.programs import LEAF
from ffnn.tf.engine.recording import Segment, follow, recorder
from ffnn.tf.errors import invalid, place
from ffnn.tf.tensors import Operand, Tensor, convert_to_tensor, from_array, hand_out

Range = tuple[int, int]
Edges = dict[Segment, dict[int, int]]


class GradientTape:
    """Watches what is computed inside its `with`, to differentiate it.

    Args:
        persistent: Whether `gradient` may be called more than once.
        watch_accessed_variables: Whether trainable variables are watched unasked.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self.persistent = persistent
        self.automatic = watch_accessed_variables
        self.watched: dict[int, tuple[Operand, Segment, int]] = {}
        self.segment: Segment | None = None
        self.start = self.stop = 0
        self.ranges: tuple[Range, ...] = ()
        self.past: list[tuple[Segment, Range, list[Leaf]]] = []
        self.used = self.inside = False
        self.reference: weakref.ref[Tape] = weakref.ref(self)

    def __enter__(self) -> GradientTape:
        if recorder.watching == 0:
            recorder.boundary()
        recorder.watching += 1
        self.inside = True
        self.begin()
        recorder.tapes.append(self.reference)
        return self

    def __exit__(self, *_: object) -> None:
        recorder.watching -= 1
        self.inside = False
        if self.segment is recorder.segment:
            self.stop = self.segment.step.size
        if self.used and not self.persistent:
            self.forget()

    def begin(self) -> None:
        """Watch from here on."""
        self.segment = recorder.segment
        self.start, self.stop = self.segment.step.size, -1

    def turn(self, segment: Segment) -> None:
        """The segment closes: keep it, and what came out of it that somebody still holds."""
        if self.segment is segment:
            stop = segment.step.size if self.stop < 0 else self.stop
            self.past.append((segment, (self.start, stop), segment.living()))
            self.segment = None

    def forget(self) -> None:
        """Hold nothing any longer."""
        self.past.clear()
        self.watched.clear()
        if self.reference in recorder.tapes:
            recorder.tapes.remove(self.reference)

    def watch(self, tensor: Any) -> None:
        """Watch tensors or variables too, from here on."""
        segment = recorder.segment
        for leaf in flattened(tensor):
            if not isinstance(leaf, Operand):
                raise invalid(f"a tape watches tensors and variables; got {leaf!r}; tf.constant makes a tensor")
            self.watched.setdefault(id(leaf), (leaf, segment, segment.step.size))

    def reset(self) -> None:
        """Forget what was watched and recorded so far."""
        self.past.clear()
        self.watched.clear()
        self.begin()

    def gradient(
        self, target: Any, sources: Any, output_gradients: Any = None, unconnected_gradients: str = "none"
    ) -> Any:
        """The derivative of `target` (of the sum of its numbers) by each source, in the same nesting as the sources.

        Args:
            target: A tensor, or several.
            sources: Tensors and variables.
            output_gradients: A weight for each number of the targets, in place of 1.
            unconnected_gradients: "none" gives None for a source that the target does not depend on; "zero" gives 0.

        Raises:
            RuntimeError: The tape is not persistent, and was already asked.
        """
        targets, leaves = flattened(target), flattened(sources)
        for leaf in (*targets, *leaves):
            if not isinstance(leaf, Operand):
                raise invalid(f"gradient takes tensors and variables; got {leaf!r}")
        seeds = [] if output_gradients is None else weights(targets, flattened(output_gradients))
        slots = self.differentiate(targets, leaves, seeds)
        found = [
            None if slot is None else hand_out(recorder.segment, slot, leaf.spec)
            for leaf, slot in zip(leaves, slots, strict=True)
        ]
        if unconnected_gradients == "zero":
            found = [one if one is not None else zero(leaf) for one, leaf in zip(found, leaves, strict=True)]
        return nested(sources, iter(found))

    def differentiate(self, targets: list[Operand], sources: list[Operand], seeds: list[Operand]) -> list[int | None]:
        """Record a gradient; the slot of each source's, None where the targets do not depend on it."""
        if self.used and not self.persistent:
            raise RuntimeError(
                "a tape that is not persistent gives one gradient; write tf.GradientTape(persistent=True), or ask for "
                "all gradients at once" + place()
            )
        self.used = True
        edges: Edges = {}
        if self.past:
            edges = self.bring_back()
        elif self.stop < 0:
            self.ranges = ((self.start, recorder.segment.step.size),)
        else:
            self.ranges = ((self.start, self.stop),)
        segment = recorder.segment
        for leaf in targets:
            if leaf.segment is not segment and not segment.slots_of(leaf) and any(leaf is one for one in sources):
                segment.slot_of(leaf)  # by itself its derivative is 1, though nothing has read it
        watched = None if all(self.watches(leaf) for leaf in sources) else self.watched_slots(edges)
        own = tuple([tuple(segment.slots_of(leaf)) for leaf in sources])
        aimed = tuple([slots[-1] for leaf in targets if (slots := segment.slots_of(leaf))])
        step = follow(GRADIENT, (self.ranges, aimed, own, watched), tuple(map(segment.slot_of, seeds)))
        if step.notes.loops:
            GRADIENT.must_differentiate(step)
        if not self.persistent and not self.inside:
            self.forget()
        numbers = iter(range(step.first, step.size))
        return [next(numbers) if found else None for found in step.notes.connected]

    def watches(self, leaf: Operand) -> bool:
        """Whether it is watched itself, not only what it was computed from, and from the tape's beginning."""
        if leaf.is_variable and leaf.trainable and self.automatic:
            return True
        if id(leaf) not in self.watched:
            return False
        _, segment, first = self.watched[id(leaf)]
        return segment is self.segment and first <= self.start

    def watched_slots(self, edges: Edges) -> tuple[tuple[int, int], ...]:
        """The slots of all that is watched, each with the place from which on it is.

        Args:
            edges: Where each place of a closed segment is now.
        """
        segment = recorder.segment
        slots: dict[int, int] = {}
        for leaf, own, first in self.watched.values():
            since = first if own is segment else edges.get(own, {}).get(first, 0)
            slots.update(dict.fromkeys(segment.slots_of(leaf), since))
        if self.automatic:
            slots.update((slot, 0) for one, own in segment.reads.values() if one.trainable for slot in own)
        return tuple(sorted(slots.items()))

    def bring_back(self) -> Edges:
        """Record once more, in the open segment, what was watched in segments that have closed since.

        Returns:
            Where each place of those segments is now.
        """
        recorder.flush()
        segment = recorder.segment
        ranges = []
        all_edges: Edges = {}
        for old, (first, last), living in self.past:
            edges, moved = all_edges.setdefault(old, {}), {}
            values = zip(old.leaves, old.values, strict=True)
            for step in old.step.path():
                edges[step.first] = segment.step.size
                if step.operation is LEAF:
                    leaf, value = next(values)
                    moved[step.first] = segment.slot_of(from_array(value) if leaf.is_variable else leaf)
                else:
                    inputs = tuple([moved[slot] for slot in step.inputs])
                    new = follow(step.operation, step.operation.moved(step.attributes, moved, edges), inputs)
                    moved.update({step.first + number: new.first + number for number in range(len(step.results))})
            edges[old.step.size] = segment.step.size
            ranges.append((edges[first], edges[last]))
            for variable, slots in old.reads.values():
                segment.reads.setdefault(id(variable), (variable, []))[1].extend(moved[slot] for slot in slots)
            for tensor in living:
                segment.known[id(tensor)] = moved[tensor.slot]
            segment.kept += living
        self.ranges = tuple(ranges)
        if self.inside:
            self.begin()
            self.ranges += ((self.start, self.start),)
        return all_edges


def weights(targets: list[Operand], given: list[Any]) -> list[Operand]:
    """A weight for each number of the targets.

    Raises:
        InvalidArgumentError: They do not fit the targets.
    """
    if len(given) != len(targets):
        raise invalid(f"gradient takes one of output_gradients for each target, {len(targets)}; got {len(given)}")
    seeds = [convert_to_tensor(one, dtype_hint=leaf.dtype) for one, leaf in zip(given, targets, strict=True)]
    for seed, leaf in zip(seeds, targets, strict=True):
        if seed.spec != leaf.spec:
            raise invalid(f"gradient takes output_gradients like the targets; got {seed.spec} for {leaf.spec}")
    return seeds


def zero(leaf: Operand) -> Tensor:
    """0, in the shape of another."""
    return from_array(np.zeros(leaf.shape, leaf.dtype.numpy))


class UnconnectedGradients:
    """What `gradient` gives for a source that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"
