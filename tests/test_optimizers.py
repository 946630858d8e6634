from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ffnn.learning.preparing import network_of
from ffnn.recipes.recipe import Recipe
from ffnn.training.optimizers import Optimizer, only_kernels

RATE, DECAY = 0.05, 0.1
START = {"kernel": np.float32([1.0, -2.0, 0.5]), "bias": np.float32([3.0]), "scale": np.float32([-1.5])}


def gradient_of(value):
    return 2 * value * np.resize([1, 0.3, 4], value.shape) + np.cos(value)


def after(optimizer, steps, rate=RATE, decay=DECAY, l1=0.0, l2=0.0, clip_norm=1.0):
    def loss(parameters):
        return sum(
            jnp.sum(value**2 * np.resize(np.float32([1, 0.3, 4]), value.shape)) + jnp.sum(jnp.sin(value))
            for value in parameters[0].values()
        )

    @jax.jit
    def run(parameters, rate, decay):
        built = optimizer.build(rate, decay, jnp.float32(l1), jnp.float32(l2), jnp.float32(clip_norm))

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


def rmsprop(w, steps):  # Hinton 2012, lecture 6e; Keras' epsilon stands under the root
    v = np.zeros_like(w)
    for _ in range(steps):
        g = gradient_of(w)
        v = 0.9 * v + 0.1 * g**2
        w = w - RATE * g / np.sqrt(v + 1e-7)
    return w


def adagrad(w, steps):  # Duchi, Hazan and Singer 2011; Keras begins the sum with 0.1
    total = np.full_like(w, 0.1)
    for _ in range(steps):
        g = gradient_of(w)
        total = total + g**2
        w = w - RATE * g / np.sqrt(total + 1e-7)
    return w


def lion(w, steps, decay=DECAY):  # Chen et al. 2023, algorithm 2
    m = np.zeros_like(w)
    for _ in range(steps):
        g = gradient_of(w)
        update = np.sign(0.9 * m + 0.1 * g)
        m = 0.99 * m + 0.01 * g
        w = w - RATE * (update + decay * w)
    return w


def penalized(steps, l1, l2, longest=np.inf):  # plain gradient descent on kernel, bias and scale together
    values = {name: start.astype(np.float64) for name, start in START.items()}
    for _ in range(steps):
        gradients = {name: gradient_of(value) for name, value in values.items()}
        gradients["kernel"] += l1 * np.sign(values["kernel"]) + 2 * l2 * values["kernel"]
        norm = np.sqrt(sum((gradient**2).sum() for gradient in gradients.values()))
        scale = min(1, longest / norm)
        values = {name: value - RATE * scale * gradients[name] for name, value in values.items()}
    return values


@pytest.mark.parametrize(
    ("optimizer", "formula"),
    [
        (Optimizer("rmsprop"), rmsprop),
        (Optimizer("adagrad"), adagrad),
        (Optimizer("lion"), lion),
        (Optimizer("sgd"), sgd),
        (Optimizer("sgd", 0.9), lambda w, steps: sgd(w, steps, 0.9)),
        (Optimizer("sgd", 0.9, True), lambda w, steps: sgd(w, steps, 0.9, True)),
        (Optimizer("adam"), adam),
        (Optimizer("adamw"), lambda w, steps: adam(w, steps, DECAY)),
    ],
    ids=["rmsprop", "adagrad", "lion", "sgd", "momentum", "nesterov", "adam", "adamw"],
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


@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0.0), (0.0, 0.2), (0.3, 0.2)])
@pytest.mark.parametrize("longest", [None, 2.0, 1e6])
def test_penalties_of_kernels_and_the_norm_of_all_gradients_are_those_of_the_formula(l1, l2, longest):
    optimizer = Optimizer("sgd", penalized=True, clipped=longest is not None)
    path = after(optimizer, 10, l1=l1, l2=l2, clip_norm=longest or 1.0)
    for steps in (1, 10):
        expected = penalized(steps, l1, l2, longest or np.inf)
        for name, value in expected.items():
            np.testing.assert_allclose(path[name][steps - 1], value, rtol=2e-5, atol=1e-5)


def test_lion_decays_kernels_and_nothing_else():
    path = after(Optimizer("lion"), 10)
    for name in ("bias", "scale"):
        np.testing.assert_allclose(path[name][9], lion(START[name].astype(np.float64), 10, 0), rtol=2e-5)


def test_an_optimizer_has_only_the_parts_that_its_recipe_asks_for():
    def of(recipe):
        return Optimizer.of(recipe, network_of(recipe, 2))

    assert of(Recipe()) == Optimizer("adam")
    assert of(Recipe(l1=0.1)) == of(Recipe(l2=0.2)) == Optimizer("adam", penalized=True)
    recipe = Recipe(optimizer="sgd", momentum=0.5, nesterov=True, clip_norm=3)
    assert of(recipe) == Optimizer("sgd", 0.5, True, clipped=True)
    assert of(Recipe(beta_2=0.95, hidden=(), input_scale=True)) == Optimizer(
        "adam", beta_2=0.95, factors=((1, "scale", 6.0),)
    )


def test_a_factor_makes_a_step_so_much_longer():
    parameters = ({"kernel": jnp.ones((2, 2)), "bias": jnp.ones(2)}, {"scale": jnp.ones(2)})
    gradients = jax.tree.map(lambda array: jnp.full(array.shape, 0.3), parameters)
    steps = []
    for factors in ((), ((0, "bias", 0.1), (1, "scale", 6.0))):
        optimizer = Optimizer("adam", factors=factors).build(jnp.float32(0.01))
        steps.append(optimizer.update(gradients, optimizer.init(parameters), parameters)[0])
    plain, factored = steps
    np.testing.assert_array_equal(factored[0]["kernel"], plain[0]["kernel"])
    np.testing.assert_allclose(factored[0]["bias"], 0.1 * np.asarray(plain[0]["bias"]), rtol=1e-6)
    np.testing.assert_allclose(factored[1]["scale"], 6 * np.asarray(plain[1]["scale"]), rtol=1e-6)


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


def test_adam_adds_epsilon_after_it_corrects_the_squares():
    """Keras' form adds it before: see docs/decisions/0017-two-adams.md."""
    built = Optimizer("adam").build(np.float32(1.0))
    gradient = ({"kernel": jnp.float32([1e-7])},)
    memory, m, v = built.init(gradient), 0.0, 0.0
    for t in range(1, 11):
        g = 1e-7
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        step, memory = built.update(gradient, memory, gradient)
        wanted = -m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
        np.testing.assert_allclose(step[0]["kernel"], [wanted], rtol=1e-3)
        assert wanted == pytest.approx(-0.5)
