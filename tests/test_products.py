from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Dense, Network, Numbers
from ffnn.networks.losses import cross_entropy
from ffnn.training.products import Kernel, product, with_kernels

GENERATOR = np.random.default_rng(0)
THIN, WIDE = (
    tuple(GENERATOR.normal(size=shape).astype(np.float32) for shape in [(4, 5, 3), (4, 3, units), (4, 5, units)])
    for units in (2, 40)
)
X, W, TOWARDS = THIN


def loss(multiply):
    return lambda x, w, towards: jnp.sum(jnp.sin(multiply(x, w)) * towards)


def by_hand(x, w, towards):
    x, w, towards = (np.float64(array) for array in (x, w, towards))
    g = np.cos(x @ w) * towards
    return g @ w.swapaxes(-1, -2), x.swapaxes(-1, -2) @ g


@pytest.mark.parametrize("arrays", [THIN, WIDE])
def test_gradients_are_those_of_the_formula(arrays):
    x, w, towards = (array[0] for array in arrays)
    found = jax.jit(jax.grad(loss(product), (0, 1)))(x, w, towards)
    for array, expected in zip(found, by_hand(x, w, towards), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("arrays", [THIN, WIDE])
def test_gradients_under_vmap_are_those_of_each_restart(arrays):
    found = jax.jit(jax.vmap(jax.grad(loss(product), (0, 1))))(*arrays)
    for array, expected in zip(found, by_hand(*arrays), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-6)


def test_gradients_under_vmap_over_kernels_alone_are_those_of_each_restart():
    found = jax.jit(jax.vmap(jax.grad(loss(product), (0, 1)), in_axes=(None, 0, 0)))(X[0], W, TOWARDS)
    for array, expected in zip(found, by_hand(np.stack([X[0]] * 4), W, TOWARDS), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("argument", [0, 1])
def test_second_derivatives_are_those_of_the_plain_product(argument):
    def second(multiply):
        return jax.jit(jax.vmap(jax.jacrev(jax.grad(loss(multiply), argument), (0, 1))))(X, W, TOWARDS)

    for found, expected in zip(second(product), second(jnp.matmul), strict=True):
        assert np.abs(expected).max() > 0.1
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_an_array_times_a_kernel_is_the_product():
    found = jax.jit(lambda x, w: x @ Kernel(w))(X[0], W[0])
    np.testing.assert_allclose(found, np.float64(X[0]) @ np.float64(W[0]), rtol=1e-5, atol=1e-6)


def test_only_kernels_are_wrapped():
    wrapped = with_kernels(({}, {"kernel": W[0], "bias": TOWARDS[0, 0]}))
    assert wrapped[0] == {}
    assert isinstance(wrapped[1]["kernel"], Kernel)
    assert isinstance(wrapped[1]["bias"], np.ndarray)


def test_a_network_with_wrapped_kernels_has_the_gradients_that_tensorflow_2_21_prints():
    generator = np.random.default_rng(0)
    w1, b1, w2, b2, x = (
        generator.standard_normal(shape).astype(np.float32) for shape in [(3, 4), 4, (4, 2), 2, (5, 3)]
    )
    network = Network((Numbers(), Dense(4, "tanh"), Dense(2)))

    @jax.jit
    @jax.value_and_grad
    def mean_loss(parameters):
        outputs = network.apply(with_kernels(parameters), Inputs(jnp.asarray(x), np.zeros((5, 0), np.int32)))
        return cross_entropy(np.zeros(5, np.int32), outputs, 0.0).mean()

    value, gradients = mean_loss(({}, {"kernel": w1, "bias": b1}, {"kernel": w2, "bias": b2}))
    assert value == pytest.approx(0.39664390683174133, rel=1e-6)
    printed = [[0.0015133479610085487, 0.005553654860705137], [0.002630609320476651, 0.012440921738743782]]
    np.testing.assert_allclose(gradients[1]["kernel"][:2, :2], printed, rtol=1e-5)
    np.testing.assert_allclose(gradients[1]["bias"][:2], [0.0026325779035687447, 0.030602701008319855], rtol=1e-5)
    np.testing.assert_allclose(gradients[2]["kernel"][0], [0.19534137845039368, -0.19534142315387726], rtol=1e-5)
    np.testing.assert_allclose(gradients[2]["bias"], [-0.2012205421924591, 0.2012205719947815], rtol=1e-5)
