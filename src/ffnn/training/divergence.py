"""Why training diverged: where in the network values first stopped being finite, and what may help.

The loop looks at nothing but the end of an epoch, to be fast. So the run is begun again, up to the chunk that failed;
that chunk is run in ever smaller parts until the step is found, and that step layer by layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Int32

from ffnn.advice import Advice
from ffnn.errors import TrainingError
from ffnn.networks.arrays import Parameters
from ffnn.networks.layers import Dense, Layer, Network
from ffnn.networks.tabular import Tangent
from ffnn.training import loop
from ffnn.training.noise import KeyNoise
from ffnn.training.runs import Run
from ffnn.training.state import Chunk, Floats, State

LARGE = 100.0
"""Inputs and targets that are scaled hardly reach this."""


@dataclass(frozen=True)
class Failure:
    """Where values first stopped being finite.

    Attributes:
        epoch: Counted from 1.
        step: Counted from 1 in the epoch; None after its last.
        layer: Counted from 1.
        what: The layer's `outputs`, their `losses`, its `gradients` or `parameters`.
    """

    epoch: int
    step: int | None
    layer: int
    what: str


def explain(run: Run, diverged: Int32[np.ndarray, " restarts"]) -> TrainingError:
    """The error of a run of which every restart diverged, in those epochs."""
    failure = find(run, int(diverged.argmin()), int(diverged.min()))
    when = f"epoch {failure.epoch}" + (f", step {failure.step}" if failure.step else "")
    layer = f"layer {failure.layer}, {described(run.network.layers[failure.layer - 1])}"
    targets = run.source.reach[1]
    return TrainingError(
        f"training diverged in every restart (learning rate {run.recipe.learning_rate:g}): in {when}, the "
        f"{failure.what} of {layer}, were no longer finite numbers"
        + (f"; rescale the targets, which reach {targets:.3g}" if targets > LARGE else ""),
        *advice(run, failure),
    )


def advice(run: Run, failure: Failure) -> list[Advice]:
    """What may help this run, the likeliest first."""
    recipe, inputs = run.recipe, run.source.reach[0]
    tips: list[Advice] = []
    if inputs > LARGE:
        other = "quantile" if recipe.scaling == "robust" else "robust"
        tips.append(Advice("scaling", other, "try ", f", since inputs reach {inputs:.3g}"))
    if (failure.epoch, failure.step, failure.what) == (1, 1, "outputs"):  # before any step was taken
        usual = "glorot_uniform" if recipe.kernel_initializer != "glorot_uniform" else "he_normal"
        return [*tips, Advice("kernel_initializer", usual, "try ")]
    rate = float(f"{min(recipe.learning_rate / 10, 1e-3):g}")
    tips.append(Advice("learning_rate", rate, "try "))
    if recipe.clip_norm is None:
        tips.append(Advice("clip_norm", 1, "or "))
    elif recipe.optimizer == "sgd":
        tips.append(Advice("optimizer", "adam", "or "))
    return tips


def find(run: Run, place: int, epoch: int) -> Failure:
    """Where the restart in that place, which diverged in that epoch, first went wrong."""
    return search(run, *run.begin(), place, epoch)


def search(run: Run, state: State, chunks: Iterable[Chunk], place: int, epoch: int) -> Failure:
    """The same, from a state in which all was well and the chunks that followed."""
    for chunk in chunks:
        before = copied(state)
        state, _ = run.take(state, chunk)
        if sick(state, place):
            break
    else:
        return after_last_step(run, place, epoch, state)
    begun = loop_to(run, before, chunk, max(0, epoch - 1 - int(before.epoch)))
    chunk = chunk._replace(order=jnp.roll(chunk.order, int(before.epoch - begun.epoch), axis=1))
    sound, failed = 0, int(chunk.steps) + 1
    while failed - sound > 1:
        middle = (sound + failed) // 2
        if sick(steps_of(run, begun, chunk, middle), place):
            failed = middle
        else:
            sound = middle
    state = steps_of(run, begun, chunk, sound)
    if failed > chunk.steps:
        return after_last_step(run, place, epoch, state)
    layer, what = in_step(run, state, chunk, place, sound) or first_unsound(
        steps_of(run, begun, chunk, failed).parameters, place
    )
    return Failure(epoch, int(state.step) % run.steps + 1, layer, what)


def in_step(run: Run, state: State, chunk: Chunk, place: int, step: int) -> tuple[int, str] | None:
    """The layer and what of it is not finite in a step: outputs on the way forward, gradients on the way back."""
    parameters = of_restart(state.parameters, place)
    batch = chunk.rows.take(chunk.order[place, 0, step])
    noise = KeyNoise.of_step(state.noise[place], state.step)
    layer = first_outputs(run.network, parameters, batch.inputs, noise)
    if layer:
        return layer, "outputs"
    gradients, _ = jax.grad(loop.batch_loss, has_aux=True)(
        parameters, batch, noise, run.rates.label_smoothing, run.program
    )
    unsound = [number for number, arrays in enumerate(gradients, 1) if not all_finite(arrays)]
    return (unsound[-1], "gradients") if unsound else None


def after_last_step(run: Run, place: int, epoch: int, state: State) -> Failure:
    """Parameters that are finite, but whose outputs for the validation rows, or for others, are not."""
    layer = first_outputs(run.network, of_restart(state.parameters, place), run.source.rows_to_try(place), None)
    return Failure(epoch, None, *((layer, "outputs") if layer else (len(run.network.layers), "losses")))


def first_outputs(network: Network, parameters: tuple[Parameters, ...], x: Any, noise: KeyNoise | None) -> int:
    """The number, from 1, of the first layer whose outputs are not all finite; 0 if all are."""
    with np.errstate(all="ignore"):
        traced = enumerate(network.trace(parameters, x, noise), 1)
        return next((number for number, outputs in traced if not all_finite(outputs)), 0)


def finite_outputs(run: Run, parameters: tuple[Parameters, ...]) -> Bool[np.ndarray, " restarts"]:
    """Which restarts have finite outputs for some of the rows."""
    return np.array(
        [
            not first_outputs(run.network, of_restart(parameters, place), run.source.rows_to_try(place), None)
            for place in range(len(run.numbers))
        ]
    )


def first_unsound(parameters: Floats, place: int) -> tuple[int, str]:
    """The first layer whose parameters are not all finite; the last one's losses where all are."""
    own = of_restart(parameters, place)
    unsound = [number for number, arrays in enumerate(own, 1) if not all_finite(arrays)]
    return (unsound[0], "parameters") if unsound else (len(own), "losses")


def sick(state: State, place: int) -> bool:
    """Whether anything of a restart is not finite, or was not at the end of an epoch."""
    sums = [part[place] for part in state.loss]
    return bool(state.diverged[place]) or not all_finite((of_restart(state.parameters, place), sums))


def loop_to(run: Run, state: State, chunk: Chunk, epochs: int) -> State:
    """The state after so many epochs of a chunk."""
    return run.take(copied(state), chunk._replace(epochs=np.int32(epochs)))[0]


def steps_of(run: Run, state: State, chunk: Chunk, steps: int) -> State:
    """The state after so many steps of a chunk's first epoch, without validation."""
    part = chunk._replace(epochs=np.int32(1), steps=np.int32(steps), ends_epoch=np.bool_(False))
    return run.take(copied(state), part)[0]


def copied(state: State) -> State:
    """A state that the next chunk does not use up."""
    copy: State = jax.tree.map(jnp.copy, state)
    return copy


def of_restart(parameters: Any, place: int) -> tuple[Parameters, ...]:
    """One restart's own, as NumPy arrays."""
    own: tuple[Parameters, ...] = jax.tree.map(lambda array: np.asarray(array)[place], tuple(parameters))
    return own


def all_finite(arrays: Any) -> bool:
    """Whether all arrays of a tree are finite."""
    return all(bool(np.isfinite(array).all()) for array in jax.tree.leaves(arrays))


def described(layer: Layer) -> str:
    """A layer in short: Dense (256 relu)."""
    name = type(layer).__name__
    return f"{name} ({layer.units} {layer.activation})" if isinstance(layer, Dense | Tangent) else name
