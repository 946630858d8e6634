"""What suits each kind of device: how much is trained together, and how long it may work before anyone is heard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax


@dataclass(frozen=True)
class Device:
    """Measured numbers of one kind of device. Those that say how much trains together decide the last bits of a sum.

    Attributes:
        group_parameters: Parameters of the restarts that train together; None: all restarts do.
        fewest_together: Restarts that train together however large they are.
        most_together: Networks of one run, where there are many to train.
        chunk_work: Operations of a chunk, about: rare enough that its dispatch costs nothing.
        most_work: Operations after which an epoch is cut: in these nobody can stop the run.
        chunk_order: Entries of a chunk's order, at most, where an epoch needs fewer.
        live_epochs: Epochs of a chunk, at most, of a run that is watched live.
        live_order: Entries of a chunk's order of such a run.
        thin: Units of a layer below which xᵀ g is slower than gᵀ x; see `products`.
        quick_compiling: Options of XLA by which small programs compile faster and run as fast.
    """

    group_parameters: int | None
    fewest_together: int
    most_together: int
    chunk_work: float
    most_work: float
    chunk_order: int
    live_epochs: int
    live_order: int
    thin: int
    quick_compiling: dict[str, Any]


CPU = Device(
    group_parameters=300_000,  # with gradients and moments five megabytes, which stay in its cache
    fewest_together=2,  # the products of one alone leave a core idle
    most_together=32,  # of more, parameters and momenta leave the cache, and all wait for the last
    chunk_work=2e10,  # some tenth of a second
    most_work=1e11,  # about half a second
    chunk_order=2**22,  # 16 MB
    live_epochs=128,  # of a tiny network, about ten milliseconds
    live_order=2**17,  # to draw and copy them takes a millisecond
    thin=32,  # there ten times slower, and the transposed copy of the other costs nothing
    quick_compiling={"xla_cpu_use_fusion_emitters": False},  # the older way to make code of a fusion: a quarter faster
)
"""Measured on two cores; see decision 3."""

GPU = replace(CPU, group_parameters=None, quick_compiling={})
"""Nothing is measured here yet. It has no such cache, and is filled better by all restarts."""


def current() -> Device:
    """The kind of device that JAX computes on."""
    return CPU if jax.default_backend() == "cpu" else GPU
