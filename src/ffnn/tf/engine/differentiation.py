"""A gradient as a step of the program.

It runs the steps between sources and targets again inside JAX's reverse-mode differentiation; the compiler merges what
is thereby computed twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from ffnn.tf.dtypes import Spec
from ffnn.tf.engine.programs import JustShape, Operation, Step, reach, take
from ffnn.tf.engine.recording import recorder
from ffnn.tf.errors import invalid


class Notes(NamedTuple):
    """What a gradient must know to run.

    Attributes:
        inner: The steps to run again: they lie between sources and targets.
        reached: Slots that those steps take and do not make themselves.
        sources: Slots to differentiate by.
        computed: Those of them that an inner step makes, or that are apart.
        apart: Those of them that nothing watched and that are targets: they have a derivative by themselves alone.
        connected: For each source, the numbers (in `sources`) of its slots that reach a target.
        loops: Whether a loop of unknown length is among the steps.
    """

    inner: tuple[Step, ...]
    reached: tuple[int, ...]
    sources: tuple[int, ...]
    computed: frozenset[int]
    apart: frozenset[int]
    connected: tuple[tuple[int, ...], ...]
    loops: bool


class Gradient(Operation):
    """Derivatives of target slots by source slots.

    Attributes (of a step): ranges of slots that the tape watched, the targets, the slots of each source (a variable has
    one for each value that it had), and the slots that the tape watches, each with the place in the program from which
    on it does (None where it watches every source itself, from its beginning).
    """

    def infer(
        self, before: Step, _specs: Sequence[Spec], attributes: tuple[Any, ...]
    ) -> tuple[tuple[Spec, ...], Notes]:
        """Specs of the sources that are connected, and how to get there."""
        ranges, targets, sources, watched = attributes
        path = before.path()
        specs = before.specs()
        taped = [step for step in path if any(first <= step.first < last for first, last in ranges)]
        since = dict(watched or ())
        recorded = None if watched is None else reach(taped, since)
        floating = [[slot for slot in slots if specs[slot].dtype.is_floating] for slots in sources]
        seen = {slot for slots in floating for slot in slots if recorded is None or slot in recorded}
        apart = {slot for slots in floating for slot in slots if slot in targets} - seen
        allowed = [[slot for slot in slots if slot in seen or slot in apart] for slots in floating]
        forward = reach(taped, {slot: since.get(slot, 0) for slot in seen})
        backward = set(targets)
        inner = []
        for step in reversed(taped):
            flowing = {
                source
                for slot, flow in enumerate(step.operation.flow(step), step.first)
                if slot in backward and slot in forward
                for source in flow
                if source in forward and since.get(source, 0) <= step.first
            }
            if flowing:
                backward |= flowing
                inner.append(step)
        inner.reverse()
        flat = tuple(dict.fromkeys(slot for slots in allowed for slot in slots if slot in backward))
        made = {slot for step in inner for slot in range(step.first, step.size)}
        reached = {slot for step in inner for slot in step.needs if slot not in made}
        reached.update(slot for slot in (*targets, *flat) if slot not in made)
        connected = tuple(tuple(flat.index(slot) for slot in slots if slot in backward) for slots in allowed)
        results = tuple(specs[slots[0]] for slots, found in zip(sources, connected, strict=True) if found)
        own = tuple(inner), tuple(sorted(reached)), flat, frozenset((made & set(flat)) | apart), frozenset(apart)
        return results, Notes(*own, connected, any(one.operation.is_endless(one) for one in inner))

    def run(self, step: Step, slots: dict[int, Any]) -> Any:
        """The gradients of the sources that are connected."""
        notes: Notes = step.notes
        _ranges, targets, _sources, _watched = step.attributes

        def forward(values: list[Any]) -> list[Any]:
            by_slot = dict(zip(notes.sources, values, strict=True))
            inside = {slot: slots[slot] for slot in notes.reached}
            inside.update({slot: value for slot, value in by_slot.items() if slot not in notes.computed})
            for one in notes.inner:
                take(one, inside)
                for slot in range(one.first, one.size):
                    if slot in notes.computed and slot not in notes.apart:
                        inside[slot] = inside[slot] + by_slot[slot]
            return [inside[slot] + by_slot[slot] if slot in notes.apart else inside[slot] for slot in targets]

        specs = step_specs(step)
        values = [
            jnp.zeros(tuple(specs[slot].shape), specs[slot].dtype.numpy) if slot in notes.computed else slots[slot]
            for slot in notes.sources
        ]
        results, pullback = jax.vjp(forward, values)
        seeds = [slots[slot] for slot in step.inputs] or [jnp.ones_like(result) for result in results]
        (gradients,) = pullback(seeds)
        return tuple(sum(gradients[number] for number in found) for found in notes.connected if found)

    def must_differentiate(self, step: Step) -> None:
        """Refuse a gradient through a loop of unknown length.

        Raises:
            InvalidArgumentError: There is one on the way.
        """
        arrays = [JustShape(tuple(spec.shape), spec.dtype.numpy) for spec in step_specs(step)]
        try:
            with jax.enable_x64(True):
                jax.eval_shape(lambda values: self.run(step, dict(enumerate(values))), arrays)
        except ValueError as error:
            recorder.segment.step = step.before or recorder.root
            raise invalid(
                "the gradient of a while_loop needs an upper bound on its iterations: write "
                "tf.while_loop(cond, body, loop_vars, maximum_iterations=...)"
            ) from error

    def moved(self, attributes: tuple[Any, ...], slots: dict[int, int], edges: dict[int, int]) -> tuple[Any, ...]:
        """The attributes where the program stands at other slots."""
        ranges, targets, sources, watched = attributes
        return (
            tuple((edges[first], edges[last]) for first, last in ranges),
            tuple(slots[slot] for slot in targets),
            tuple(tuple(slots[slot] for slot in own) for own in sources),
            None if watched is None else tuple(sorted((slots[slot], edges[place]) for slot, place in watched)),
        )

    def effort(self, step: Step, specs: Sequence[Spec]) -> int:  # noqa: ARG002
        """Three times that of the steps in between."""
        notes: Notes = step.notes
        return 3 * sum(one.work - (one.before.work if one.before else 0) for one in notes.inner)


GRADIENT = Gradient("Gradient", lambda: None)


def step_specs(step: Step) -> list[Spec]:
    """Specs of all slots before a step."""
    return step.before.specs() if step.before else []
