"""What a network would learn from some rows: gradients, and the step that the optimizer would take."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import numpy as np

from ffnn.networks.arrays import Parameters
from ffnn.training import loop
from ffnn.training.state import Floats, Program, Rates, Rows, State


class Probed(NamedTuple):
    """Of each layer, by the name of its arrays; NumPy arrays of the parameters' shapes.

    Attributes:
        gradients: ∂L/∂w of the mean loss L over the rows. Of a single row, that of a bias is ∂L/∂s for the sum s that
            reaches the neuron.
        updates: What would be added to each parameter.
    """

    gradients: tuple[Parameters, ...]
    updates: tuple[Parameters, ...]


def probe(state: State, restart: int, rows: Rows, rates: Rates, program: Program) -> Probed:
    """What one restart would learn from rows; those of weight 0 do not count, and dropout is off."""
    parameters, memory = jax.tree.map(lambda array: np.asarray(array)[restart], (state.parameters, state.memory))
    found = learned(parameters, memory, rows, rates, program)
    return Probed(*jax.tree.map(np.asarray, found))


@partial(jax.jit, static_argnames="program")
def learned(parameters: Floats, memory: Any, rows: Rows, rates: Rates, program: Program) -> Any:
    """The gradients, and the updates that the optimizer makes of them."""
    gradients, _ = jax.grad(loop.batch_loss, has_aux=True)(parameters, rows, None, rates.label_smoothing, program)
    optimizer = program.build_optimizer(rates.learning_rate, rates.weight_decay, rates.l1, rates.l2, rates.clip_norm)
    updates, _ = optimizer.update(gradients, memory, parameters)
    return gradients, updates
