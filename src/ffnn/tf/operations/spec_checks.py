"""Which inputs an operation takes: of what dtypes and shapes, and what is said of others."""

from __future__ import annotations

import warnings
from typing import Any

import jax.numpy as jnp

from ffnn.tf.dtypes import Spec
from ffnn.tf.engine.process import process
from ffnn.tf.errors import BroadcastWarning, invalid, user_frame

WARNED: set[Any] = process.keep(set())
"""Where a BroadcastWarning was already given."""


def check_elementwise(name: str, *specs: Any) -> None:
    """All of one dtype, and shapes that stretch to each other."""
    specs = tuple(spec for spec in specs if isinstance(spec, Spec))
    check_dtype(name, *specs)
    if name not in ("Equal", "NotEqual"):
        check_numbers(name, *specs)
    try:
        shape = jnp.broadcast_shapes(*[tuple(spec.shape) for spec in specs])
    except ValueError:
        shown = " and ".join(str(list(spec.shape)) for spec in specs)
        raise invalid(f"{name} takes shapes that are equal or stretch to each other; got {shown}") from None
    if name in ("Sub", "SquaredDifference") and len(specs) == 2:
        warn_of_stretching(specs[0], specs[1], shape)


def check_dtype(name: str, *specs: Spec) -> None:
    """All of one dtype."""
    if len({spec.dtype for spec in specs}) > 1:
        shown = " and ".join(f"{spec.dtype.name} (shape {list(spec.shape)})" for spec in specs)
        raise invalid(f"{name} takes tensors of one dtype; got {shown}; tf.cast turns one into another")


def check_numbers(name: str, *inputs: Any) -> None:
    """No bool among them."""
    for spec in inputs:
        if isinstance(spec, Spec) and spec.dtype.is_bool:
            raise invalid(f"{name} takes numbers; got {spec}; tf.cast(x, tf.float32) turns True into 1, False into 0")


def check_whole(name: str, spec: Spec) -> None:
    """Whole numbers."""
    if not spec.dtype.is_integer:
        raise invalid(f"{name} takes whole numbers; got {spec}")


def check_clip(name: str, x: Spec, low: Spec, high: Spec) -> None:
    """Edges that stretch to the shape of x."""
    check_elementwise(name, x, low, high)
    if jnp.broadcast_shapes(tuple(x.shape), tuple(low.shape), tuple(high.shape)) != tuple(x.shape):
        shown = ", ".join(str(list(spec.shape)) for spec in (x, low, high))
        raise invalid(f"{name} takes edges that stretch to the shape of what is clipped; got {shown}")


def check_where(name: str, condition: Spec, x: Spec, y: Spec) -> None:
    """A bool and two of one dtype."""
    if not condition.dtype.is_bool:
        raise invalid(f"{name} takes a bool condition; got {condition}")
    check_dtype(name, x, y)


def warn_of_stretching(x: Spec, y: Spec, shape: tuple[int, ...]) -> None:
    """[n, 1] against [1, n] or [n] gives [n, n]: the trap of the lecture's exercise 3."""
    column, row = sorted((x.shape, y.shape), key=lambda shape: shape[-1:])
    trap = (
        len(shape) == 2 and shape[0] == shape[1] > 1 and column == (shape[0], 1) and row in ((1, shape[0]), shape[:1])
    )
    frame, depth = user_frame()
    where = (x.shape, y.shape, frame and (frame.f_code.co_filename, frame.f_lineno))
    if not trap or where in WARNED:
        return
    WARNED.add(where)
    warnings.warn(
        f"shapes {list(x.shape)} and {list(y.shape)} are stretched to {list(shape)}: every value of one is taken with "
        "every value of the other; to pair them, give both the same shape (tf.reshape)",
        BroadcastWarning,
        stacklevel=depth,
    )


def check_matmul(name: str, x: Spec, y: Spec, transpose_x: bool, transpose_y: bool) -> None:
    """Two of one dtype and of two or more axes whose inner sizes agree."""
    check_dtype(name, x, y)
    check_numbers(name, x, y)
    if len(x.shape) < 2 or len(y.shape) < 2:
        raise invalid(
            f"{name} takes matrices, of two axes or more; got shapes {list(x.shape)} and {list(y.shape)}; "
            "tf.reshape or tf.expand_dims makes a vector a row"
        )
    columns, rows = x.shape[-2 if transpose_x else -1], y.shape[-1 if transpose_y else -2]
    if columns != rows:
        turned = " after transposing" if transpose_x or transpose_y else ""
        raise invalid(
            f"{name} takes as many columns on the left as rows on the right{turned}; got shapes {list(x.shape)} and "
            f"{list(y.shape)}: {columns} against {rows}"
        )


def check_floating(name: str, *inputs: Any) -> None:
    """All of one floating dtype."""
    specs = [spec for spec in inputs if isinstance(spec, Spec)]
    check_dtype(name, *specs)
    if specs and not specs[0].dtype.is_floating:
        raise invalid(f"{name} takes floating-point numbers; got {specs[0]}; tf.cast(x, tf.float32) turns them")


def check_targets(name: str, labels: Spec, logits: Spec) -> None:
    """A probability for each of the logits."""
    check_floating(name, labels, logits)
    if labels.shape != logits.shape:
        raise invalid(f"{name} takes labels and logits of one shape; got {list(labels.shape)} and {list(logits.shape)}")


def check_labels(name: str, labels: Spec, logits: Spec) -> None:
    """A class number for each row of floating-point logits."""
    check_floating(name, logits)
    if labels.shape != logits.shape[:-1]:
        raise invalid(
            f"{name} takes one label for each row of logits; got shapes {list(labels.shape)} and {list(logits.shape)}"
        )


def check_bool(name: str, *inputs: Any) -> None:
    """All bool."""
    for spec in inputs:
        if isinstance(spec, Spec) and not spec.dtype.is_bool:
            raise invalid(f"{name} takes bool; got {spec}")
