"""`tf.keras.layers`: a layer makes its variables when it first sees inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ffnn.tf import nn, random
from ffnn.tf.arrays import concat, reshape
from ffnn.tf.dtypes import TensorShape, float32
from ffnn.tf.errors import invalid, place
from ffnn.tf.keras import activations, initializers
from ffnn.tf.keras.layer import Layer, floats
from ffnn.tf.mathematics import matmul, maximum, sqrt
from ffnn.tf.names import refuse_other_names
from ffnn.tf.tensors import Operand, constant

__all__ = ["Activation", "Concatenate", "Dense", "Dropout", "Flatten", "Input", "InputLayer", "Layer", "Normalization"]


class Dense(Layer):
    """A fully connected layer: y = activation(x W + b). Source: lecture, "Feedforward algorithm".

    Input shape: [rows, …, inputs]. Output shape: [rows, …, units].
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        input_dim: int | None = None,
        **more: Any,
    ) -> None:
        if not isinstance(units, int | np.integer) or units < 1:
            raise ValueError(f"Dense takes a whole number of units, at least 1; got {units!r}{place()}")
        super().__init__(**({"input_shape": (input_dim,)} if input_dim else {}) | more)
        self.units, self.use_bias = int(units), use_bias
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)

    def build(self, input_shape: TensorShape) -> None:
        """Kernel [inputs, units] and bias [units]."""
        self.kernel = self.add_weight((input_shape[-1], self.units), self.kernel_initializer, name="kernel")
        self.bias = self.add_weight((self.units,), self.bias_initializer, name="bias") if self.use_bias else None

    def call(self, inputs: Operand) -> Operand:
        """activation(x W + b)."""
        y = matmul(floats(inputs), self.kernel)
        return self.activation(y if self.bias is None else y + self.bias)

    def _make(self, shape: TensorShape) -> None:
        """Build once, and check the number of inputs each time."""
        if len(shape) < 2:
            raise invalid(f"layer {self.name!r} takes rows of inputs, [rows, inputs]; got shape {list(shape)}")
        super()._make(shape)
        if shape[-1] != self.kernel.shape[0]:
            raise invalid(f"layer {self.name!r} was built for {self.kernel.shape[0]} inputs; got shape {list(shape)}")


class Activation(Layer):
    """An activation as a layer of its own. Output shape: that of the input."""

    def __init__(self, activation: Any, **more: Any) -> None:
        super().__init__(**more)
        self.activation = activations.get(activation)

    def call(self, inputs: Operand) -> Operand:
        """activation(x)."""
        return self.activation(floats(inputs))


class Dropout(Layer):
    """In training, zeroes each value with probability `rate` and scales up the rest. Source: Srivastava et al. 2014."""

    def __init__(self, rate: float, seed: int | None = None, **more: Any) -> None:
        if not isinstance(rate, int | float | np.number) or not 0 <= rate < 1:
            raise ValueError(f"Dropout takes a rate of at least 0 and less than 1; got {rate!r}{place()}")
        super().__init__(**more)
        self.rate, self.generator = rate, random.generator(seed)

    def call(self, inputs: Operand, training: bool = False) -> Operand:
        """In training what is kept, divided by 1 - rate."""
        x = floats(inputs)
        return nn.thinned(x, self.rate, random.noise(x.shape, self.generator)) if training and self.rate else x


class Flatten(Layer):
    """All axes but the first as one. Input shape: [rows, …]. Output shape: [rows, product of the rest]."""

    def call(self, inputs: Operand) -> Operand:
        """One row of numbers for each row."""
        return reshape(inputs, [inputs.shape[0], int(np.prod(inputs.shape[1:], dtype=np.int64))])


class Normalization(Layer):
    """(x - mean) / √variance, each column; `adapt` takes both from data. Source: lecture, "Input pre-processing"."""

    def __init__(self, axis: int | None = -1, mean: Any = None, variance: Any = None, **more: Any) -> None:
        if axis not in (-1, None):
            raise ValueError(f"Normalization takes axis -1 (each column) or None (all numbers together); got {axis!r}")
        if (mean is None) != (variance is None):
            raise ValueError("Normalization takes mean and variance together")
        super().__init__(**more)
        self.axis = axis
        self.mean = None if mean is None else constant(mean, float32)
        self.variance = None if variance is None else constant(variance, float32)

    def adapt(self, data: Any) -> None:
        """Take mean and variance from data [rows, …, columns]."""
        array = np.asarray(data, np.float64)
        across = None if self.axis is None else tuple(range(array.ndim - 1))
        self.mean = constant(array.mean(across), float32)
        self.variance = constant(array.var(across), float32)

    def build(self, input_shape: TensorShape) -> None:  # noqa: ARG002
        """Nothing to make, but `adapt` must have been called."""
        if self.mean is None:
            raise ValueError(
                f"layer {self.name!r} knows no mean and variance yet: call its adapt(data) first" + place()
            )

    def call(self, inputs: Operand) -> Operand:
        """Columns of mean 0 and variance 1; one that never varies is divided by a number near 0, as Keras does."""
        return (floats(inputs) - self.mean) / maximum(sqrt(self.variance), 1e-7)


class Concatenate(Layer):
    """Tensors side by side along an axis."""

    def __init__(self, axis: int = -1, **more: Any) -> None:
        super().__init__(**more)
        self.axis = axis

    def call(self, inputs: Any) -> Operand:
        """One tensor of several."""
        return concat([floats(one) for one in inputs], self.axis)


class InputLayer(Layer):
    """Says what shape a row of inputs has, so that a model can make its variables at once."""


def Input(shape: Any = None, **more: Any) -> InputLayer:  # noqa: N802
    """Says what shape a row of inputs has."""
    if shape is None:
        raise ValueError("Input takes the shape of a row: Input(shape=(3,))")
    return InputLayer(input_shape=tuple(shape) if isinstance(shape, list | tuple) else (shape,), **more)


refuse_other_names(__name__)
