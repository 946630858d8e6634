"""Layers, and the network that is a row of them.

A layer is a frozen dataclass that holds its configuration; its parameters are a plain dict of arrays, made by `init`
and given to `apply`. Both are pure, so restarts stack their parameters on a leading axis and `jax.vmap` does the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from ffnn.errors import RecipeError
from ffnn.networks import activations, initializers
from ffnn.networks.arrays import Array, Inputs, Noise, Parameters

LOW, COARSE, FINE = 0.05, 8, 16
"""Dropout below this rate is drawn from more bits: 1/256 would be too coarse for it."""


@runtime_checkable
class Layer(Protocol):
    """What a network is made of."""

    def init(self, generator: np.random.Generator, sample: Array) -> Parameters:
        """Draw initial parameters; `sample` holds some rows of what will enter, for its size and its statistics."""

    def apply(self, parameters: Parameters, x: Array, noise: Noise | None = None) -> Array:
        """What the layer makes of `x`. NumPy in, NumPy out; JAX in, JAX out. `noise` is given in training alone."""

    def width(self, inputs: int) -> int:
        """Number of outputs for that number of inputs."""

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter for that number of inputs."""


@dataclass(frozen=True)
class Numbers:
    """The first layer of a network of numbers alone: hands them on as they are.

    Input shape: Inputs(numbers [rows, n], codes [rows, 0]). Output shape: [rows, n].
    """

    def init(self, generator: np.random.Generator, sample: Inputs) -> Parameters:
        """No parameters."""
        if sample.codes.shape[-1]:
            raise RecipeError("category codes reach a network that has no embedding for them")
        return {}

    def apply(self, parameters: Parameters, x: Inputs, noise: Noise | None = None) -> Float[Array, "rows numbers"]:
        """The numbers."""
        return x.numbers

    def width(self, inputs: int) -> int:
        """As many as come in."""
        return inputs

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """None."""
        return {}


@dataclass(frozen=True)
class Dense:
    """A fully connected layer: y = activation(x W + b). Source: lecture, "Feedforward algorithm".

    Input shape: [rows, inputs]. Output shape: [rows, units].

    Attributes:
        units: Number of neurons.
        activation: Name of the activation function.
        kernel_initializer: How W [inputs, units] starts.
        bias_initializer: How b [units] starts.
    """

    units: int
    activation: str = "linear"
    kernel_initializer: str = "glorot_uniform"
    bias_initializer: str = "zeros"

    def __post_init__(self) -> None:
        if self.units < 1:
            raise RecipeError(f"a layer must have at least 1 unit; got {self.units}")
        activations.named(self.activation)
        initializers.parse(self.kernel_initializer)
        initializers.parse(self.bias_initializer)

    def init(self, generator: np.random.Generator, sample: Float[Array, "rows inputs"]) -> Parameters:
        """{kernel: float32 [inputs, units], bias: float32 [units]}."""
        return {
            "kernel": initializers.draw(self.kernel_initializer, generator, (sample.shape[-1], self.units)),
            "bias": initializers.draw(self.bias_initializer, generator, (self.units,)),
        }

    def apply(
        self, parameters: Parameters, x: Float[Array, "rows inputs"], noise: Noise | None = None
    ) -> Float[Array, "rows units"]:
        """activation(x W + b)."""
        return activations.named(self.activation)(self.sums(parameters, x))

    def sums(self, parameters: Parameters, x: Float[Array, "rows inputs"]) -> Float[Array, "rows units"]:
        """x W + b: what reaches the neurons."""
        sums = x @ parameters["kernel"]
        sums += parameters["bias"]  # in place where arrays can be changed: it saves a block of memory
        return sums

    def width(self, inputs: int) -> int:
        """One for each unit."""
        return self.units

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Of kernel and bias."""
        return {"kernel": (inputs, self.units), "bias": (self.units,)}


@dataclass(frozen=True)
class Dropout:
    """In training, zeroes each value with probability `rate` and scales up the rest; in prediction, does nothing.

    Input shape: any. Output shape: the same. Source: Srivastava et al. 2014, section 10 (inverted scaling).

    Attributes:
        rate: Share of values that are zeroed, 0 ≤ rate < 1.
    """

    rate: float

    def __post_init__(self) -> None:
        if not 0 <= self.rate < 1:
            raise RecipeError(f"dropout must be at least 0 and less than 1; got {self.rate}")

    def init(self, generator: np.random.Generator, sample: Array) -> Parameters:
        """No parameters."""
        return {}

    def apply(self, parameters: Parameters, x: Float[Array, "..."], noise: Noise | None = None) -> Float[Array, "..."]:
        """The values that are kept, divided by 1 - rate."""
        if noise is None or self.rate == 0:
            return x
        bits = COARSE if self.rate >= LOW else FINE
        kept, share = noise.kept(x.shape, 1 - self.rate * noise.strength, bits)
        return x.__array_namespace__().where(kept, x * (1 / share), 0)

    def width(self, inputs: int) -> int:
        """As many as come in."""
        return inputs

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """None."""
        return {}


@dataclass(frozen=True)
class LayerNorm:
    """Each row brought to mean 0 and variance 1, then scaled and shifted. Source: Ba et al. 2016, equation 4.

    Input shape: [rows, inputs]. Output shape: the same.

    Attributes:
        epsilon: Added to the variance, so that a row of equal values divides by no 0. Keras' default.
    """

    epsilon: float = 1e-3

    def __post_init__(self) -> None:
        if not 0 < self.epsilon < float("inf"):
            raise RecipeError(f"the epsilon of a layer normalisation must be positive; got {self.epsilon}")

    def init(self, generator: np.random.Generator, sample: Float[Array, "rows inputs"]) -> Parameters:
        """{scale: ones [inputs], shift: zeros [inputs]}, float32."""
        width = sample.shape[-1]
        return {"scale": np.ones(width, np.float32), "shift": np.zeros(width, np.float32)}

    def apply(
        self, parameters: Parameters, x: Float[Array, "rows inputs"], noise: Noise | None = None
    ) -> Float[Array, "rows inputs"]:
        """(x - mean) / √(variance + ε) · scale + shift, each row by itself."""
        xp = x.__array_namespace__()
        centred = x - xp.mean(x, axis=-1, keepdims=True)
        variance = xp.mean(centred**2, axis=-1, keepdims=True)
        return centred / xp.sqrt(variance + self.epsilon) * parameters["scale"] + parameters["shift"]

    def width(self, inputs: int) -> int:
        """As many as come in."""
        return inputs

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Of scale and shift."""
        return {"scale": (inputs,), "shift": (inputs,)}


@dataclass(frozen=True)
class Network:
    """Layers in a row: what leaves one enters the next.

    Attributes:
        layers: From the inputs to the outputs.
    """

    layers: tuple[Layer, ...]

    def init(self, generator: np.random.Generator, sample: Array) -> tuple[Parameters, ...]:
        """Each layer's initial parameters; `sample` is some rows of `Inputs`, which flow through as they are drawn."""
        parameters = []
        for layer in self.layers:
            parameters.append(layer.init(generator, sample))
            sample = layer.apply(parameters[-1], sample)
        return tuple(parameters)

    def apply(
        self, parameters: tuple[Parameters, ...], x: Array, noise: Noise | None = None
    ) -> Float[Array, "rows outputs"]:
        """The outputs for `x`: the whole forward pass."""
        for outputs in self.trace(parameters, x, noise):
            x = outputs
        return x

    def trace(self, parameters: Iterable[Parameters], x: Array, noise: Noise | None = None) -> Iterator[Array]:
        """What leaves each layer in turn, on the way from `x` to the outputs."""
        for number, (layer, own) in enumerate(zip(self.layers, parameters, strict=True)):
            x = layer.apply(own, x, None if noise is None else noise.part(number))
            yield x

    @property
    def rates(self) -> tuple[dict[str, float], ...]:
        """Factors of the learning rate of each layer's parameters, where they are not 1."""
        return tuple(getattr(layer, "rates", {}) for layer in self.layers)

    def widths(self, inputs: int) -> tuple[int, ...]:
        """Number of values that enter the first layer, then that leave each layer."""
        widths = [inputs]
        for layer in self.layers:
            widths.append(layer.width(widths[-1]))
        return tuple(widths)

    def shapes(self, inputs: int) -> tuple[dict[str, tuple[int, ...]], ...]:
        """The shape of every parameter, layer by layer."""
        return tuple(layer.shapes(width) for layer, width in zip(self.layers, self.widths(inputs), strict=False))

    def counts(self, inputs: int) -> tuple[int, ...]:
        """Number of parameters of each layer, for that number of inputs."""
        return tuple(sum(map(math.prod, shapes.values())) for shapes in self.shapes(inputs))
