"""Whether the rows of a batch matter to each other, as the operations of a traced program show.

Where they do not, batches may be of any size, and be filled up with rows that do not count.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ffnn.tf.dtypes import Spec
from ffnn.tf.engine.programs import LEAF, Step
from ffnn.tf.operations import table

PLACEWISE = {
    table.DIVIDE, table.DIVIDE_NO_NAN, table.CLIP, table.EQUAL, table.NOT_EQUAL, table.LESS, table.LESS_EQUAL,
    table.GREATER, table.GREATER_EQUAL, table.AND, table.OR, table.XOR, table.NOT, table.FLOOR, table.CEIL, table.ROUND,
    table.IS_NAN, table.IS_INF, table.IS_FINITE, table.CAST, table.STOP_GRADIENT, table.IDENTITY, table.WHERE,
    table.SIGMOID_CROSS_ENTROPY,
}  # fmt: skip
"""Operations of numbers that stand at the same place, beside those that are `alike`."""

ALONG = {table.SUM, table.MEAN, table.MAX, table.MIN, table.PROD, table.ALL, table.ANY, table.ARGMAX, table.ARGMIN,
         table.SOFTMAX, table.LOG_SOFTMAX}  # fmt: skip
"""Operations along the axes that their first attribute names; None are all."""


def apart(step: Step, given: Collection[int], wanted: Collection[int]) -> bool:
    """Whether a row of each wanted slot comes of the same row of the given slots alone, and of what has no rows."""
    specs = step.specs()
    rows, mixed = set(given), set[int]()
    for one in step.path():
        slots = range(one.first, one.size)
        if one.operation is LEAF or not any(slot in rows or slot in mixed for slot in one.needs):
            continue
        kept = mixed.isdisjoint(one.needs) and keeps(one, specs, rows)
        (rows if kept else mixed).update(slots)
    return rows.issuperset(wanted)


def keeps(step: Step, specs: Sequence[Spec], rows: Collection[int]) -> bool:
    """Whether a row of a step's result comes of the same row of its inputs."""
    operation, inputs = step.operation, step.inputs
    shape = step.results[0].shape if step.results else ()
    if operation.alike or operation in PLACEWISE:  # what has no rows is stretched to all of them
        return all(
            len(specs[slot].shape) == len(shape)
            if slot in rows
            else len(specs[slot].shape) < len(shape) or specs[slot].shape[0] == 1
            for slot in inputs
        )
    if operation in ALONG:
        axes = step.attributes[0]
        return axes is not None and 0 not in (axes if isinstance(axes, tuple) else (axes,))
    if operation is table.MATMUL:
        return inputs[1] not in rows and len(shape) > 1 and not step.attributes[0]
    if operation in (table.RESHAPE, table.SQUEEZE, table.EXPAND_DIMS):
        return len(shape) > 0 and shape[0] == specs[inputs[0]].shape[0]
    if operation in (table.CROSS_ENTROPY, table.SPARSE_CROSS_ENTROPY):
        return all(slot in rows for slot in inputs)
    return False
