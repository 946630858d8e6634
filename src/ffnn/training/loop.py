"""The training loop: one compiled program that takes every step of a chunk of batches, for all restarts at once.

A chunk holds rows and the order in which each restart meets them. A table in memory is one chunk many epochs long; a
table that streams is many chunks to the epoch; the loop is the same. Whatever may change from run to run without
changing the program (counts, rates, weights, seeds) is traced; shapes come from a ladder of sizes (see `batches`).
What goes in and comes out is described in `state`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float32, Int, Int32, UInt32

from ffnn.training import devices, schedules
from ffnn.training.judging import end_epoch, still_running, sum_losses
from ffnn.training.noise import KeyNoise
from ffnn.training.products import with_kernels
from ffnn.training.state import Chunk, Floats, History, Program, Rates, Rows, State, Sums, Validation

SMALLEST = float(np.finfo(np.float32).tiny)


@partial(jax.jit, static_argnames="program", donate_argnames="state")
def run_chunk(
    state: State, chunk: Chunk, validation: Validation, rates: Rates, program: Program
) -> tuple[State, History]:
    """Take every step of a chunk; validate after each epoch that it ends. Ends early once all restarts have stopped.

    Source of the equations: lecture, "Training the network": w ← w - η ∂L/∂w, with ∂L/∂w by automatic differentiation.
    """
    take_step = stepper(chunk.rows, rates, program)
    restarts, epochs = chunk.order.shape[:2]

    def epoch(carry: tuple[State, Int[Array, ""], History]) -> tuple[State, Int[Array, ""], History]:
        state, number, history = carry
        state = in_groups(
            lambda part, order: jax.lax.fori_loop(0, chunk.steps, lambda i, part: take_step(part, order[:, i]), part),
            state,
            chunk.order[:, number],
        )
        state, history = jax.lax.cond(
            chunk.ends_epoch,
            lambda: end_epoch(state, history, number, validation, rates, program),
            lambda: (state, history),
        )
        return state, number + 1, history

    def unfinished(carry: tuple[State, Int[Array, ""], History]) -> Bool[Array, ""]:
        _, number, history = carry
        return jnp.asarray((number < chunk.epochs) & jnp.any(history.running))

    unseen = jnp.full((epochs, restarts), jnp.nan, jnp.float32)
    figures = jnp.full((epochs, restarts, program.figures), jnp.nan, jnp.float32)
    history = History(unseen, unseen, figures, still_running(state, rates, program))
    state, _, history = jax.lax.while_loop(unfinished, epoch, (state, jnp.int32(0), history))
    return state, history


@partial(jax.jit, static_argnames="program")
def start(parameters: Floats, noise: UInt32[Array, "restarts 2"], program: Program) -> State:
    """The state before the first step, from each restart's initial parameters."""
    restarts = noise.shape[0]
    optimizer = program.build_optimizer(jnp.float32(0))
    zeros = jnp.zeros(restarts, jnp.float32)
    return State(
        parameters,
        jax.vmap(optimizer.init)(parameters),
        noise,
        jnp.int32(0),
        jnp.int32(0),
        (zeros, zeros, jnp.zeros((restarts, program.figures), jnp.float32)),
        parameters,
        jnp.full(restarts, jnp.inf, jnp.float32),
        jnp.zeros(restarts, jnp.int32),
        jnp.zeros(restarts, jnp.int32),
    )


def in_groups(
    run: Callable[[State, Int32[Array, "group steps batch"]], State],
    state: State,
    order: Int32[Array, "restarts steps batch"],
) -> State:
    """Run an epoch of all restarts; on a CPU a few at a time, whose parameters and moments stay in its cache."""
    restarts, device = order.shape[0], devices.current()
    if device.group_parameters is None:
        return run(state, order)
    size = sum(array.size for array in jax.tree.leaves(state.parameters)) // restarts
    largest = max(device.fewest_together, device.group_parameters // size)
    group = max(divisor for divisor in range(1, restarts + 1) if restarts % divisor == 0 and divisor <= largest)
    if group < device.fewest_together or group == restarts:
        return run(state, order)
    own = state.parameters, state.memory, state.noise, state.loss
    parts = jax.tree.map(lambda array: array.reshape(restarts // group, group, *array.shape[1:]), (own, order))

    def one(part: Any) -> Any:
        (parameters, memory, noise, loss), steps = part
        after = run(state._replace(parameters=parameters, memory=memory, noise=noise, loss=loss), steps)
        return (after.parameters, after.memory, after.noise, after.loss), after.step

    own, steps = jax.lax.map(one, parts)
    parameters, memory, noise, loss = jax.tree.map(lambda array: array.reshape(restarts, *array.shape[2:]), own)
    return state._replace(parameters=parameters, memory=memory, noise=noise, loss=loss, step=steps[0])


def stepper(rows: Rows, rates: Rates, program: Program) -> Callable[[State, Int32[Array, "restarts batch"]], State]:
    """The function that takes one optimizer step of every restart, each on its own batch."""

    def one_restart(
        parameters: Floats, memory: Any, seed: Any, picked: Int32[Array, " batch"], step: Any, rate: Any, strength: Any
    ) -> Any:
        noise = KeyNoise.of_step(seed, step, strength)
        derive = jax.value_and_grad(batch_loss, has_aux=True)
        (_, sums), gradients = derive(parameters, rows.take(picked), noise, rates.label_smoothing, program)
        optimizer = program.build_optimizer(rate, rates.weight_decay * strength, rates.l1, rates.l2, rates.clip_norm)
        updates, memory = optimizer.update(gradients, memory, parameters)
        return optax.apply_updates(parameters, updates), memory, sums

    def take_step(state: State, picked: Int32[Array, "restarts batch"]) -> State:
        strength = schedules.fade(state.step, rates.steps) if program.fading else 1.0
        rate = learning_rate(state, rates, program)
        parameters, memory, sums = jax.vmap(one_restart, in_axes=(0, 0, 0, 0, None, None, None))(
            state.parameters, state.memory, state.noise, picked, state.step, rate, strength
        )
        loss = jax.tree.map(jnp.add, state.loss, sums)
        return state._replace(parameters=parameters, memory=memory, step=state.step + 1, loss=loss)

    return take_step


def batch_loss(
    parameters: Floats, batch: Rows, noise: KeyNoise | None, label_smoothing: Float32[Any, ""], program: Program
) -> tuple[Float32[Array, ""], Sums]:
    """A batch's mean loss, and the sums it comes from."""
    outputs = program.network.apply(with_kernels(parameters), batch.inputs, noise)
    sums = sum_losses(program, batch, outputs, label_smoothing)
    return sums[0] / jnp.maximum(sums[1], SMALLEST), sums


def learning_rate(state: State, rates: Rates, program: Program) -> Float32[Any, ""]:
    """The rate of the next step."""
    if program.schedule is None:
        return rates.learning_rate
    return rates.learning_rate * schedules.share(
        program.schedule, state.step, rates.steps, rates.warmup, rates.final_rate
    )
