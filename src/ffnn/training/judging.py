"""How restarts are judged: validation after each epoch, the best epoch of each, patience, and who has diverged."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float32, Int, Int32

from ffnn.networks import losses
from ffnn.training.state import Floats, History, Program, Rates, Rows, State, Sums, Validation


def end_epoch(
    state: State,
    history: History,
    number: Int[Any, ""],
    validation: Validation,
    rates: Rates,
    program: Program,
) -> tuple[State, History]:
    """Judge every restart after an epoch; keep the parameters of those that are better than ever, stop the diverged."""
    epoch = state.epoch + 1
    total, count, figures = state.loss
    loss = total / count
    judged = validate(state.parameters, validation, program, rates.label_smoothing) if program.validated else loss
    sound = find_finite(state.parameters) & jnp.isfinite(loss) & jnp.isfinite(judged)
    better = history.running & sound
    if program.validated:
        better &= judged < state.best_validation_loss
    best = jax.tree.map(
        lambda now, best: jnp.where(better.reshape(-1, *[1] * (now.ndim - 1)), now, best),
        state.parameters,
        state.best,
    )
    state = state._replace(
        epoch=epoch,
        loss=jax.tree.map(jnp.zeros_like, state.loss),
        best=best,
        best_validation_loss=jnp.where(better, judged, state.best_validation_loss),
        best_epoch=jnp.where(better, epoch, state.best_epoch),
        diverged=jnp.where(history.running & ~sound, epoch, state.diverged),
    )
    running = still_running(state, rates, program)
    figures = history.figures.at[number].set(figures / count[:, None])
    losses, judgements = history.loss.at[number].set(loss), history.validation_loss.at[number].set(judged)
    return state, History(losses, judgements, figures, running)


def still_running(state: State, rates: Rates, program: Program) -> Bool[Array, " restarts"]:
    """Which restarts go on: those that have not diverged and had a better epoch within the last `patience`.

    Where nothing validates, those that have not had all their epochs. One that has stopped keeps its best for good.
    """
    patient = state.epoch - state.best_epoch < rates.patience if program.validated else state.epoch < rates.epochs
    return jnp.asarray((state.diverged == 0) & patient)


def validate(
    parameters: Floats, validation: Validation, program: Program, label_smoothing: Float32[Any, ""]
) -> Float32[Array, " restarts"]:
    """Each restart's mean loss over its own validation rows.

    Labels are smoothed as in training: else a network that learns to leave a doubt seems best while it knows little.
    """
    total, count, _ = sum_validation(parameters, validation, program, label_smoothing)
    return jnp.asarray(total / count)


def sum_validation(parameters: Floats, validation: Validation, program: Program, label_smoothing: Any = 0.0) -> Sums:
    """The sums of each restart over its own validation rows."""

    def add(number: Int[Any, ""], sums: Sums) -> Sums:
        def one_restart(parameters: Floats, picked: Int32[Array, " batch"]) -> Sums:
            rows = validation.rows.take(picked)
            return sum_losses(program, rows, program.network.apply(parameters, rows.inputs), label_smoothing)

        batch = jax.vmap(one_restart)(parameters, validation.order[:, number])
        return jax.tree.map(jnp.add, sums, batch)  # type: ignore[no-any-return]

    restarts = validation.order.shape[0]
    zeros = jnp.zeros(restarts, jnp.float32)
    start = (zeros, zeros, jnp.zeros((restarts, program.figures), jnp.float32))
    sums: Sums = jax.lax.fori_loop(0, validation.steps, add, start)
    return sums


def sum_losses(program: Program, rows: Rows, outputs: Any, label_smoothing: Any = 0.0) -> Sums:
    """The sums of some rows, from what the network gives for them."""
    if not isinstance(program.loss, str):
        return program.loss(rows.targets, outputs, rows.weights, label_smoothing)
    total, count = losses.total(program.loss, rows.targets, outputs, rows.weights, label_smoothing)
    return total, count, jnp.zeros(0, jnp.float32)


def find_finite(parameters: Floats) -> Bool[Array, " restarts"]:
    """Which restarts have finite parameters only. Their loss does not tell: relu turns NaN into 0.

    One reduction of all arrays in a row: one for each of them would double the time of an XOR epoch.
    """
    flat = jnp.concatenate([array.reshape(array.shape[0], -1) for array in jax.tree.leaves(parameters)], axis=1)
    return jnp.isfinite(flat).all(axis=1)
