"""Activation functions: what a neuron makes of the sum that reaches it.

Each is written once in the array-API standard, so that the same line runs under NumPy and under JAX, and so that
JAX's derivative of it is right everywhere: at 0, at ties, and where an exponential would overflow. A value that
`where` throws away must be finite too, or its derivative spoils the one that is kept (0 × inf is NaN): hence the inner
`where` in `sigmoid`, `elu` and `selu`.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from types import ModuleType

import numpy as np
from jaxtyping import Float

from ffnn.errors import RecipeError, near
from ffnn.networks.arrays import Array

SELU_ALPHA = 1.6732632423543772  # Klambauer et al. 2017, "Self-Normalizing Neural Networks", equation 14
SELU_SCALE = 1.0507009873554805


def step(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """1 where x > 0, else 0: the traditional neuron, which fires or does not. Source: lecture, "Feedforward algorithm".

    Its derivative is 0 wherever there is one, so that gradient descent learns nothing through it.
    """
    xp = x.__array_namespace__()
    return xp.astype(x > 0, x.dtype)


def linear(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """x itself."""
    return x


def sigmoid(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """1 / (1 + exp(-x)), between 0 and 1: the logistic function. Source: lecture, "Better activation functions"."""
    if predicts(x):
        with np.errstate(over="ignore"):
            return np.asarray(1 / (1 + np.exp(-x)))
    xp = x.__array_namespace__()
    above = xp.exp(-xp.where(x >= 0, x, 0))
    below = xp.exp(xp.where(x >= 0, 0, x))
    return xp.where(x >= 0, 1 / (1 + above), below / (1 + below))


def tanh(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """The hyperbolic tangent, between -1 and 1."""
    return x.__array_namespace__().tanh(x)


def relu(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """x where x > 0, else 0; derivative 0 at 0; NaN stays. Source: lecture, "Better activation functions"."""
    if isinstance(x, np.ndarray):  # six times as fast; nothing is derived here, so a derivative at 0 is no matter
        return np.maximum(x, 0)
    return x.__array_namespace__().where(x <= 0, 0, x)


def leaky_relu(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """x where x > 0, else x / 5: Keras' slope for what is negative. Source: Maas et al. 2013."""
    return x.__array_namespace__().where(x > 0, x, 0.2 * x)


def elu(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """x where x ≥ 0, else exp(x) - 1. Source: Clevert et al. 2016, equation 15."""
    if predicts(x):
        return np.asarray(np.maximum(x, 0) + below(x))
    xp = x.__array_namespace__()
    return xp.where(x < 0, xp.expm1(xp.where(x < 0, x, 0)), x)


def selu(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """Scaled ELU, which keeps mean 0 and variance 1 from layer to layer. Source: Klambauer et al. 2017, equation 2."""
    if predicts(x):
        bent, above = below(x), np.maximum(x, 0)
        bent *= SELU_SCALE * SELU_ALPHA
        above *= SELU_SCALE
        bent += above
        return bent
    xp = x.__array_namespace__()
    return SELU_SCALE * xp.where(x < 0, SELU_ALPHA * xp.expm1(xp.where(x < 0, x, 0)), x)


def gelu(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """x Φ(x) with Φ the normal distribution function. Source: Hendrycks and Gimpel 2016, section 2.

    Φ(x) = erfc(-x / √2) / 2: as (1 + erf(x / √2)) / 2 it would lose all its digits where x is far below 0.
    """
    return 0.5 * x * erfc(-x / math.sqrt(2))


def silu(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """x sigmoid(x), also called swish. Source: Elfwing et al. 2018; Ramachandran et al. 2017."""
    return x * sigmoid(x)


def mish(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """x tanh(softplus(x)). Source: Misra 2020, equation 1.

    With w = exp(x) the hyperbolic tangent is (w² + 2w) / (w² + 2w + 2): one power in place of three.
    """
    if predicts(x):
        power = np.exp(np.minimum(x, 40))  # above, the quotient is 1
        power *= power + 2
        return np.asarray(x * (power / (power + 2)))
    return x * tanh(softplus(x))


SERIES = 1e-5
"""Below this size exp(x) - 1 would lose digits, and is x + x² / 2 to eleven."""


AT_BORDER = float(np.exp(np.array([-SERIES]))[0])


def below(x: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """exp(x) - 1 where x < 0, else 0, of float64: without AVX-512 in half the time of NumPy's `expm1`.

    The sum of exp(x) - exp(-s) where x < -s, and of the series where -s < x < 0; beyond, each keeps its value at the
    border. No power is taken of 0, for which the library's exp has a branch of its own, and no element is chosen.
    """
    negative = np.maximum(x, -SERIES)
    np.minimum(negative, 0, out=negative)
    series = negative * 0.5
    series += 1
    series *= negative
    np.minimum(x, -SERIES, out=negative)
    np.exp(negative, out=negative)
    negative -= AT_BORDER
    negative += series
    return np.asarray(negative)


def predicts(x: Float[Array, "..."]) -> bool:
    """Whether it is an array of float64 under NumPy, as in prediction: there a form with fewer powers is faster."""
    return isinstance(x, np.ndarray) and x.dtype == np.float64


def softplus(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """log(1 + exp(x)): a smooth relu, whose derivative is the sigmoid. Source: Dugas et al. 2001."""
    return x.__array_namespace__().where(x >= 0, x, 0) + excess(x)


def excess(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """log(1 + exp(-|x|)): what softplus(x) is above relu(x), to its last digit however large x is."""
    xp = x.__array_namespace__()
    return xp.log1p(xp.exp(xp.where(x >= 0, -x, x)))


def softmax(x: Float[Array, "*rows classes"]) -> Float[Array, "*rows classes"]:
    """exp(x_i) / Σ exp(x_k) along the last axis: probabilities. Source: lecture, "Training classification networks"."""
    xp = x.__array_namespace__()
    powers = xp.exp(x - largest(x))
    return powers / xp.sum(powers, axis=-1, keepdims=True)


def log_softmax(x: Float[Array, "*rows classes"]) -> Float[Array, "*rows classes"]:
    """log softmax(x) along the last axis, never above 0.

    The largest is taken off first: of logits near 10⁸ neither their own nor log Σ exp(x_k) have the digits that count.
    """
    xp = x.__array_namespace__()
    below = x - largest(x)
    return below - xp.log(xp.sum(xp.exp(below), axis=-1, keepdims=True))


def largest(x: Float[Array, "*rows classes"]) -> Float[Array, "*rows 1"]:
    """The largest of each row, as a constant: taken off before exp, nothing overflows.

    Softmax is the same whatever is taken off, so no derivative flows through it.
    """
    most = x.__array_namespace__().max(x, axis=-1, keepdims=True)
    return most if isinstance(x, np.ndarray) else importlib.import_module("jax.lax").stop_gradient(most)


def erf(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """The error function."""
    return special(x).erf(x)


def erfc(x: Float[Array, "..."]) -> Float[Array, "..."]:
    """1 - erf(x), without loss where erf(x) is near 1."""
    return special(x).erfc(x)


def special(x: Float[Array, "..."]) -> ModuleType:
    """Functions that the array-API standard lacks: SciPy's for NumPy arrays, JAX's for its own."""
    # The second name is only ever reached with an array of JAX in hand, so this imports nothing new.
    return importlib.import_module("scipy.special" if isinstance(x, np.ndarray | np.generic) else "jax.scipy.special")


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "step": step,
    "linear": linear,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "selu": selu,
    "gelu": gelu,
    "silu": silu,
    "mish": mish,
    "softplus": softplus,
    "softmax": softmax,
}


def named(name: str) -> Callable[[Array], Array]:
    """The activation function of that name.

    Raises:
        RecipeError: There is none of that name.
    """
    if name not in ACTIVATIONS:
        raise RecipeError(f"there is no activation {name!r}; {near(name, ACTIVATIONS)}")
    return ACTIVATIONS[name]
