"""The training loop: one compiled program that takes every step of a chunk of batches, for all restarts at once.

A chunk holds rows and the order in which each restart meets them. A table in memory is one chunk many epochs long; a
table that streams is many chunks to the epoch; the loop is the same. Whatever may change from run to run without
changing the program (counts, rates, weights, seeds) is traced; shapes come from a ladder of sizes (see `batches`).
Every array here names its dtype, so that the loop is the same where 64 bits are switched on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float32, Int, Int32, Key, PyTree, Shaped, UInt32

from ffnn.networks import losses
from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Network
from ffnn.training import schedules
from ffnn.training.optimizers import Optimizer
from ffnn.training.products import with_kernels

Floats: TypeAlias = PyTree[Float32[Array, "..."]]

Sums: TypeAlias = tuple[Float32[Array, "*restarts"], Float32[Array, "*restarts"], Float32[Array, "*restarts figures"]]
"""Of some rows: the sum of their losses, what to divide it by, and the sums of further figures, divided by the same."""

GROUP = 300_000
"""Parameters of the restarts that a CPU trains together: with gradients and moments five megabytes."""

FEWEST = 2
"""Restarts that train together however large they are: the products of one alone leave a core idle."""

SMALLEST = float(np.finfo(np.float32).tiny)


class Rows(NamedTuple):
    """Training rows as arrays.

    Attributes:
        inputs: What enters the network.
        targets: Class numbers, int32 [rows], or numbers, float32 [rows, outputs].
        weights: How much each row counts; 0 for padding.
    """

    inputs: Inputs
    targets: Shaped[Array, "rows ..."]
    weights: Float32[Array, " rows"]


class Chunk(NamedTuple):
    """Some batches of some epochs.

    Attributes:
        rows: The rows that `order` points to.
        order: Which rows each restart takes together in each step; padded with rows of weight 0.
        epochs: How many of the order's epochs are to be run; the rest is padding.
        steps: How many of the order's steps each epoch has; the rest is padding.
        ends_epoch: Whether an epoch is over, and to be judged, after those steps.
    """

    rows: Rows
    order: Int32[Array, "restarts epochs steps batch"]
    epochs: Int[Any, ""]
    steps: Int[Any, ""]
    ends_epoch: Bool[Any, ""]


class Validation(NamedTuple):
    """The rows that judge each restart; as in `Chunk`."""

    rows: Rows
    order: Int32[Array, "restarts steps batch"]
    steps: Int[Any, ""]


class Rates(NamedTuple):
    """The numbers of a run that other values of compile nothing new for; see `Recipe`.

    Attributes:
        steps: Steps planned in all: a whole number, which the schedule divides by.
        epochs: Epochs after which each restart stops, where nothing validates.
    """

    learning_rate: Float32[Any, ""]
    final_rate: Float32[Any, ""]
    warmup: Float32[Any, ""]
    weight_decay: Float32[Any, ""]
    l1: Float32[Any, ""]
    l2: Float32[Any, ""]
    clip_norm: Float32[Any, ""]
    label_smoothing: Float32[Any, ""]
    patience: Int[Any, ""]
    steps: Float32[Any, ""]
    epochs: Int32[Any, " restarts"]


class State(NamedTuple):
    """Everything that training carries on; all but the counters have a leading axis of restarts.

    Attributes:
        parameters: The network's, now.
        memory: The optimizer's.
        noise: Seeds of the dropout noise.
        step: Optimizer steps taken.
        epoch: Epochs finished.
        loss: Of the epoch so far: the sum of the rows' losses, what to divide it by, and the sums of further figures.
        best: The parameters of the best epoch so far.
        best_score: Their validation loss (training loss where there is no validation).
        best_epoch: Their epoch, counted from 1; 0 before there is one.
        diverged: The epoch, counted from 1, after which not all was finite; 0 where all is.
    """

    parameters: Floats
    memory: Any
    noise: UInt32[Array, "restarts 2"]
    step: Int32[Array, ""]
    epoch: Int32[Array, ""]
    loss: Sums
    best: Floats
    best_score: Float32[Array, " restarts"]
    best_epoch: Int32[Array, " restarts"]
    diverged: Int32[Array, " restarts"]


class History(NamedTuple):
    """What a chunk's epochs achieved; NaN for epochs that were not run.

    Attributes:
        loss: Mean training loss of each epoch, as its steps saw it.
        score: Mean validation loss after each epoch, of labels as smoothed; the training loss if nothing validates.
        figures: Further figures of each epoch, as its steps saw them; see `Judge`.
        running: Restarts that have not stopped.
    """

    loss: Float32[Array, "epochs restarts"]
    score: Float32[Array, "epochs restarts"]
    figures: Float32[Array, "epochs restarts figures"]
    running: Bool[Array, " restarts"]


@runtime_checkable
class Judge(Protocol):
    """A loss of one's own, and further figures to watch."""

    @property
    def figures(self) -> int:
        """How many."""

    def __call__(
        self, targets: Any, outputs: Any, weights: Float32[Array, " rows"], label_smoothing: Float32[Any, ""]
    ) -> Sums:
        """Judge a batch; rows of weight 0 are padding."""


@dataclass(frozen=True)
class Program:
    """What is fixed when the loop is compiled.

    Attributes:
        network: The network that all restarts share, but for their parameters; or what is called like one.
        loss: Name of the loss function, or a `Judge`.
        optimizer: Takes the steps; or what is built like one.
        validated: Whether validation rows choose each restart's best epoch; else its last epoch is kept.
        schedule: How the learning rate changes over the steps; None if it does not.
        fading: Whether dropout and weight decay fade.
    """

    network: Network | Any
    loss: str | Judge
    optimizer: Optimizer | Any
    validated: bool
    schedule: str | None = None
    fading: bool = False


@dataclass(frozen=True)
class KeyNoise:
    """The randomness of training, from a JAX key.

    Attributes:
        key: The key.
        strength: What is left of noise that fades, 1 to 0.
    """

    key: Key[Array, ""]
    strength: Any = 1.0

    def part(self, number: int) -> KeyNoise:
        """An independent source for one layer."""
        return KeyNoise(jax.random.fold_in(self.key, number), self.strength)

    def uniform(self, shape: tuple[int, ...]) -> Float32[Array, "..."]:
        """Draws from [0, 1)."""
        return jax.random.uniform(self.key, shape, jnp.float32)

    def kept(self, shape: tuple[int, ...], share: Any, bits: int) -> tuple[Bool[Array, "..."], Float32[Array, ""]]:
        """Draws that are true with probability `share`, to within half a 2^bits-th: several of each random word.

        A word for each draw would take four times as long, a third of a whole step.
        """
        values, together = 2**bits, 32 // bits
        threshold = jnp.round(jnp.asarray(share, jnp.float32) * values)
        words = jax.random.bits(self.key, (*shape[:-1], -(-shape[-1] // together)), jnp.uint32)
        parts = [(words >> (bits * place)) & (values - 1) for place in range(together)]
        drawn = jnp.concatenate(parts, axis=-1)[..., : shape[-1]]
        return drawn < threshold.astype(jnp.uint32), threshold / values


@partial(jax.jit, static_argnames="program")
def start(parameters: Floats, noise: UInt32[Array, "restarts 2"], program: Program) -> State:
    """The state before the first step, from each restart's initial parameters."""
    restarts = noise.shape[0]
    optimizer = program.optimizer.build(jnp.float32(0))
    zeros = jnp.zeros(restarts, jnp.float32)
    return State(
        parameters,
        jax.vmap(optimizer.init)(parameters),
        noise,
        jnp.int32(0),
        jnp.int32(0),
        (zeros, zeros, jnp.zeros((restarts, figures_of(program)), jnp.float32)),
        parameters,
        jnp.full(restarts, jnp.inf, jnp.float32),
        jnp.zeros(restarts, jnp.int32),
        jnp.zeros(restarts, jnp.int32),
    )


@partial(jax.jit, static_argnames="program", donate_argnames="state")
def run_chunk(
    state: State, chunk: Chunk, validation: Validation, rates: Rates, program: Program
) -> tuple[State, History]:
    """Take every step of a chunk; judge each epoch that it ends. Ends early once all restarts have stopped.

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
    figures = jnp.full((epochs, restarts, figures_of(program)), jnp.nan, jnp.float32)
    history = History(unseen, unseen, figures, still_running(state, rates, program))
    state, _, history = jax.lax.while_loop(unfinished, epoch, (state, jnp.int32(0), history))
    return state, history


def in_groups(
    run: Callable[[State, Int32[Array, "group steps batch"]], State],
    state: State,
    order: Int32[Array, "restarts steps batch"],
) -> State:
    """Run an epoch of all restarts; on a CPU a few at a time, whose parameters and moments stay in its cache."""
    restarts = order.shape[0]
    size = sum(array.size for array in jax.tree.leaves(state.parameters)) // restarts
    most = max(FEWEST, GROUP // size)
    group = max(divisor for divisor in range(1, restarts + 1) if restarts % divisor == 0 and divisor <= most)
    if jax.default_backend() != "cpu" or group < FEWEST or group == restarts:
        return run(state, order)
    own = state.parameters, state.memory, state.noise, state.loss
    parts = jax.tree.map(lambda array: array.reshape(restarts // group, group, *array.shape[1:]), (own, order))

    def one(part: Any) -> Any:
        (parameters, memory, noise, loss), its = part
        after = run(state._replace(parameters=parameters, memory=memory, noise=noise, loss=loss), its)
        return (after.parameters, after.memory, after.noise, after.loss), after.step

    own, steps = jax.lax.map(one, parts)
    parameters, memory, noise, loss = jax.tree.map(lambda array: array.reshape(restarts, *array.shape[2:]), own)
    return state._replace(parameters=parameters, memory=memory, noise=noise, loss=loss, step=steps[0])


def stepper(rows: Rows, rates: Rates, program: Program) -> Callable[[State, Int32[Array, "restarts batch"]], State]:
    """The function that takes one optimizer step of every restart, each on its own batch."""

    def one_restart(
        parameters: Floats, memory: Any, seed: Any, picked: Int32[Array, " batch"], step: Any, rate: Any, left: Any
    ) -> Any:
        batch = Rows(rows.inputs.take(picked), rows.targets[picked], rows.weights[picked])
        noise = KeyNoise(jax.random.fold_in(jax.random.wrap_key_data(seed), step), left)
        derive = jax.value_and_grad(batch_loss, has_aux=True)
        (_, sums), gradients = derive(parameters, batch, noise, rates.label_smoothing, program)
        # Built inside: see Optimizer.build.
        optimizer = program.optimizer.build(rate, rates.weight_decay * left, rates.l1, rates.l2, rates.clip_norm)
        updates, memory = optimizer.update(gradients, memory, parameters)
        return optax.apply_updates(parameters, updates), memory, sums

    def take_step(state: State, picked: Int32[Array, "restarts batch"]) -> State:
        left = schedules.fade(state.step, rates.steps) if program.fading else 1.0
        rate = learning_rate(state, rates, program)
        parameters, memory, sums = jax.vmap(one_restart, in_axes=(0, 0, 0, 0, None, None, None))(
            state.parameters, state.memory, state.noise, picked, state.step, rate, left
        )
        loss = jax.tree.map(jnp.add, state.loss, sums)
        return state._replace(parameters=parameters, memory=memory, step=state.step + 1, loss=loss)

    return take_step


def batch_loss(
    parameters: Floats, batch: Rows, noise: KeyNoise | None, label_smoothing: Float32[Any, ""], program: Program
) -> tuple[Float32[Array, ""], Sums]:
    """A batch's mean loss, and the sums it comes from."""
    outputs = program.network.apply(with_kernels(parameters), batch.inputs, noise)
    sums = judged(program, batch.targets, outputs, batch.weights, label_smoothing)
    return sums[0] / jnp.maximum(sums[1], SMALLEST), sums


def judged(program: Program, targets: Any, outputs: Any, weights: Any, label_smoothing: Any = 0.0) -> Sums:
    """The sums of a batch."""
    if not isinstance(program.loss, str):
        return program.loss(targets, outputs, weights, label_smoothing)
    return *losses.total(program.loss, targets, outputs, weights, label_smoothing), jnp.zeros(0, jnp.float32)


def figures_of(program: Program) -> int:
    """How many figures are watched beside the loss."""
    return 0 if isinstance(program.loss, str) else program.loss.figures


def learning_rate(state: State, rates: Rates, program: Program) -> Float32[Any, ""]:
    """The rate of the next step."""
    if program.schedule is None:
        return rates.learning_rate
    return rates.learning_rate * schedules.share(
        program.schedule, state.step, rates.steps, rates.warmup, rates.final_rate
    )


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
    score = judge(state.parameters, validation, program, rates.label_smoothing) if program.validated else loss
    sound = finite(state.parameters) & jnp.isfinite(loss) & jnp.isfinite(score)
    better = history.running & sound
    if program.validated:
        better &= score < state.best_score
    best = jax.tree.map(
        lambda now, best: jnp.where(better.reshape(-1, *[1] * (now.ndim - 1)), now, best),
        state.parameters,
        state.best,
    )
    state = state._replace(
        epoch=epoch,
        loss=jax.tree.map(jnp.zeros_like, state.loss),
        best=best,
        best_score=jnp.where(better, score, state.best_score),
        best_epoch=jnp.where(better, epoch, state.best_epoch),
        diverged=jnp.where(history.running & ~sound, epoch, state.diverged),
    )
    running = still_running(state, rates, program)
    figures = history.figures.at[number].set(figures / count[:, None])
    return state, History(history.loss.at[number].set(loss), history.score.at[number].set(score), figures, running)


def finite(parameters: Floats) -> Bool[Array, " restarts"]:
    """Which restarts have finite parameters only. Their loss does not tell: relu turns NaN into 0.

    One reduction of all arrays in a row: one for each of them would double the time of an XOR epoch.
    """
    flat = jnp.concatenate([array.reshape(array.shape[0], -1) for array in jax.tree.leaves(parameters)], axis=1)
    return jnp.isfinite(flat).all(axis=1)


def judge(
    parameters: Floats, validation: Validation, program: Program, label_smoothing: Float32[Any, ""]
) -> Float32[Array, " restarts"]:
    """Each restart's mean loss over its own validation rows.

    Labels are smoothed as in training: else a network that learns to leave a doubt seems best while it knows little.
    """
    total, count, _ = judged_rows(parameters, validation, program, label_smoothing)
    return jnp.asarray(total / count)


def judged_rows(parameters: Floats, validation: Validation, program: Program, label_smoothing: Any = 0.0) -> Sums:
    """The sums of each restart over its own validation rows."""

    def add(number: Int[Any, ""], sums: Sums) -> Sums:
        def one_restart(parameters: Floats, picked: Int32[Array, " batch"]) -> Sums:
            rows = validation.rows
            outputs = program.network.apply(parameters, rows.inputs.take(picked))
            return judged(program, rows.targets[picked], outputs, rows.weights[picked], label_smoothing)

        batch = jax.vmap(one_restart)(parameters, validation.order[:, number])
        return jax.tree.map(jnp.add, sums, batch)  # type: ignore[no-any-return]

    restarts = validation.order.shape[0]
    zeros = jnp.zeros(restarts, jnp.float32)
    start = (zeros, zeros, jnp.zeros((restarts, figures_of(program)), jnp.float32))
    sums: Sums = jax.lax.fori_loop(0, validation.steps, add, start)
    return sums


def still_running(state: State, rates: Rates, program: Program) -> Bool[Array, " restarts"]:
    """Which restarts go on: those that have not diverged and had a better epoch within the last `patience`.

    Where nothing validates, those that have not had all their epochs. One that has stopped keeps its best for good.
    """
    patient = state.epoch - state.best_epoch < rates.patience if program.validated else state.epoch < rates.epochs
    return jnp.asarray((state.diverged == 0) & patient)
