from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from feedforward.training.optimizers import Optimizer, only_kernels

RATE, DECAY = 0.05, 0.1
START = {"kernel": np.float32([1.0, -2.0, 0.5]), "bias": np.float32([3.0]), "scale": np.float32([-1.5])}


def gradient_of(value):
    return 2 * value * np.resize([1, 0.3, 4], value.shape) + np.cos(value)


def after(optimizer, steps, rate=RATE, decay=DECAY):
    def loss(parameters):
        return sum(
            jnp.sum(value**2 * np.resize(np.float32([1, 0.3, 4]), value.shape)) + jnp.sum(jnp.sin(value))
            for value in parameters[0].values()
        )

    @jax.jit
    def run(parameters, rate, decay):
        built = optimizer.build(rate, decay)

        def step(carry, _):
            parameters, memory = carry
            updates, memory = built.update(jax.grad(loss)(parameters), memory, parameters)
            parameters = optax.apply_updates(parameters, updates)
            return (parameters, memory), parameters

        return jax.lax.scan(step, (parameters, built.init(parameters)), None, steps)[1]

    return run((START,), np.float32(rate), np.float32(decay))[0]


def sgd(w, steps, momentum=0.0, nesterov=False):
    velocity = np.zeros_like(w)
    for _ in range(steps):
        g = gradient_of(w)
        velocity = momentum * velocity - RATE * g
        w = w + (momentum * velocity - RATE * g if nesterov else velocity)
    return w


def adam(w, steps, decay=0.0):
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t in range(1, steps + 1):
        g = gradient_of(w)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w = w - RATE * (m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7) + decay * w)
    return w


@pytest.mark.parametrize(
    ("optimizer", "formula"),
    [
        (Optimizer("sgd"), sgd),
        (Optimizer("sgd", 0.9), lambda w, steps: sgd(w, steps, 0.9)),
        (Optimizer("sgd", 0.9, True), lambda w, steps: sgd(w, steps, 0.9, True)),
        (Optimizer("adam"), adam),
        (Optimizer("adamw"), lambda w, steps: adam(w, steps, DECAY)),
    ],
    ids=["sgd", "momentum", "nesterov", "adam", "adamw"],
)
def test_ten_steps_are_those_of_the_formula_in_float64(optimizer, formula):
    path = after(optimizer, 10)["kernel"]
    for steps in (1, 2, 10):
        np.testing.assert_allclose(
            path[steps - 1], formula(START["kernel"].astype(np.float64), steps), rtol=2e-5, atol=1e-5
        )


@pytest.mark.parametrize(
    ("optimizer", "rate", "first", "tenth"),
    [
        (
            Optimizer("sgd", 0.9),
            0.1,
            [0.7459697723388672, -1.8383853435516357, 0.012241750955581665],
            [-0.12198489904403687, -0.39183396100997925, -0.4497198164463043],
        ),
        (
            Optimizer("sgd", 0.9, True),
            0.1,
            [0.5173425674438477, -1.69293212890625, -0.4267406463623047],
            [-0.314309298992157, -0.7474929094314575, -0.12387563288211823],
        ),
        (
            Optimizer("adam"),
            0.05,
            [0.9500004053115845, -1.9500004053115845, 0.4500003755092621],
            [0.5049536228179932, -1.5117090940475464, 0.024891965091228485],
        ),
        (
            Optimizer("adamw"),
            0.05,
            [0.945000410079956, -1.9400004148483276, 0.4475003778934479],
            [0.4676780700683594, -1.4282580614089966, 0.012874666601419449],
        ),
    ],
    ids=["momentum", "nesterov", "adam", "adamw"],
)
def test_steps_are_those_that_tensorflow_2_21_prints(optimizer, rate, first, tenth):
    path = after(optimizer, 10, rate)["kernel"]
    np.testing.assert_allclose(path[0], first, rtol=1e-5)
    np.testing.assert_allclose(path[9], tenth, rtol=1e-5, atol=1e-6)


def test_adamw_decays_kernels_and_nothing_else():
    with_decay, without = after(Optimizer("adamw"), 10), after(Optimizer("adam"), 10)
    assert (np.abs(with_decay["kernel"][9]) < np.abs(without["kernel"][9])).all()
    for name in ("bias", "scale"):
        np.testing.assert_allclose(with_decay[name], without[name], rtol=1e-6)
        np.testing.assert_allclose(with_decay[name][9], adam(START[name].astype(np.float64), 10), rtol=2e-5)


def test_kernels_are_known_by_their_name_in_every_layer():
    marked = only_kernels(({}, {"kernel": 1, "bias": 2}, {"scale": 3, "shift": 4}, {"kernel": 5, "bias": 6}))
    assert marked == (
        {},
        {"kernel": True, "bias": False},
        {"scale": False, "shift": False},
        {"kernel": True, "bias": False},
    )
