"""`tf.keras.layers`: a layer makes its variables when it first sees inputs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from feedforward.tf import nn
from feedforward.tf.arrays import concat, reshape
from feedforward.tf.dtypes import TensorShape, as_dtype, float32
from feedforward.tf.errors import invalid, place
from feedforward.tf.keras import activations, initializers
from feedforward.tf.mathematics import cast, matmul, maximum, sqrt
from feedforward.tf.names import missing, snake_case
from feedforward.tf.nesting import flattened
from feedforward.tf.tensors import Leaf, Tensor, constant, convert_to_tensor
from feedforward.tf.variables import Variable

USED: Counter[str] = Counter()
"""How often a layer's name was given, so that the next gets a number."""


def fresh_name(kind: str) -> str:
    """A name that no other layer has: dense, then dense_1."""
    USED[kind] += 1
    return kind if USED[kind] == 1 else f"{kind}_{USED[kind] - 1}"


def floats(inputs: Any) -> Leaf:
    """Inputs as float32, as Keras' layers take them: whatever number they were."""
    x = convert_to_tensor(inputs)
    return x if x.dtype is float32 else cast(x, float32)


def check_dtype(dtype: Any) -> None:
    """Refuse what a layer does not compute in."""
    if dtype is not None and as_dtype(dtype) is not float32:
        raise ValueError(f"a layer computes in float32; got dtype {as_dtype(dtype).name!r}")


class Layer:
    """What a network is made of: call it with a tensor.

    A layer of your own overrides `build`, which makes variables by `add_weight`, and `call`. Variables and layers that
    it holds as attributes, also in lists, tuples and dicts, are its own.

    Attributes:
        name: For people.
        built: Whether it has its variables.
        trainable: Whether gradients move them.
        weights: All its variables, those that gradients move first.
    """

    def __init__(
        self,
        name: str | None = None,
        input_shape: Any = None,
        trainable: bool = True,
        dtype: Any = float32,
        **more: Any,
    ) -> None:
        if more:
            raise TypeError(f"{type(self).__name__} takes no argument {next(iter(more))!r}")
        check_dtype(dtype)
        self.name = name or fresh_name(snake_case(type(self).__name__))
        self.input_shape = None if input_shape is None else tuple(input_shape)
        self.built = False
        self.trainable = trainable
        self.own: list[Variable] = []
        self.output_shape: TensorShape | None = None

    def build(self, input_shape: TensorShape) -> None:
        """Make the variables, for inputs of that shape."""

    def call(self, inputs: Leaf) -> Leaf:
        """What the layer makes of its inputs."""
        return inputs

    def training_call(self, inputs: Leaf) -> Leaf:
        """What the layer makes of its inputs while training."""
        return self.call(inputs)

    def __call__(self, inputs: Any, training: bool = False) -> Leaf:
        """Call it."""
        x = floats(inputs)
        self.make(x.shape)
        outputs = self.training_call(x) if training else self.call(x)
        self.output_shape = outputs.shape
        return outputs

    def make(self, shape: TensorShape) -> None:
        """Build once."""
        if not self.built:
            self.build(shape)
            self.built = True

    def add_weight(
        self,
        shape: Any = (),
        initializer: Any = "glorot_uniform",
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = float32,
    ) -> Variable:
        """A new variable of the layer."""
        check_dtype(dtype)
        value = initializers.get(initializer)(tuple(shape))
        variable = Variable(value, trainable=trainable, name=f"{self.name}/{name or 'weight'}")
        self.own.append(variable)
        return variable

    @property
    def weights(self) -> list[Variable]:
        """All variables, those that gradients move first.

        Raises:
            ValueError: The layer has not been called yet.
        """
        self.must_be_built()
        return sorted(self.held("weights"), key=lambda variable: not variable.trainable)

    variables = weights

    def held(self, which: str) -> list[Variable]:
        """Its own variables, and those of that kind of the layers that it holds, each once."""
        things = flattened(list(vars(self).values()))
        own = [thing for thing in things if isinstance(thing, Variable)]
        inner = [variable for thing in things if isinstance(thing, Layer) for variable in getattr(thing, which)]
        return list({id(variable): variable for variable in (*own, *inner)}.values())

    @property
    def trainable_variables(self) -> list[Variable]:
        """Variables that gradients move: [kernel, bias] of a dense layer.

        Raises:
            ValueError: The layer has not been called yet.
        """
        self.must_be_built()
        return [one for one in self.held("trainable_variables") if one.trainable] if self.trainable else []

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """Variables that gradients leave alone."""
        trained = {id(variable) for variable in self.trainable_variables}
        return [variable for variable in self.weights if id(variable) not in trained]

    def must_be_built(self) -> None:
        """Refuse what needs variables that are not there yet."""
        if not self.built:
            raise ValueError(
                f"layer {self.name!r} has no variables yet: their shapes follow from the inputs, so call the layer (or "
                "the model) with an input first" + place()
            )

    def count_params(self) -> int:
        """Number of weights."""
        return sum(variable.shape.num_elements() for variable in self.weights)

    def get_weights(self) -> list[np.ndarray[Any, Any]]:
        """All values, in the order of `weights`."""
        return [variable.numpy() for variable in self.weights]

    def set_weights(self, weights: Any) -> None:
        """New values, in the order of `weights`."""
        if len(weights) != len(self.weights):
            raise ValueError(f"layer {self.name!r} has {len(self.weights)} variables; got {len(weights)} values")
        for variable, value in zip(self.weights, weights, strict=True):
            variable.assign(np.asarray(value))


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
        self.built = True  # who calls build itself must not get other variables at the first call

    def call(self, inputs: Leaf) -> Leaf:
        """activation(x W + b)."""
        y = matmul(inputs, self.kernel)
        return self.activation(y if self.bias is None else y + self.bias)

    def make(self, shape: TensorShape) -> None:
        """Build once, and check the number of inputs each time."""
        if len(shape) < 2:
            raise invalid(f"layer {self.name!r} takes rows of inputs, [rows, inputs]; got shape {list(shape)}")
        super().make(shape)
        if shape[-1] != self.kernel.shape[0]:
            raise invalid(f"layer {self.name!r} was built for {self.kernel.shape[0]} inputs; got shape {list(shape)}")


class Activation(Layer):
    """An activation as a layer of its own. Output shape: that of the input."""

    def __init__(self, activation: Any, **more: Any) -> None:
        super().__init__(**more)
        self.activation = activations.get(activation)

    def call(self, inputs: Leaf) -> Leaf:
        """activation(x)."""
        return self.activation(inputs)


class Dropout(Layer):
    """In training, zeroes each value with probability `rate` and scales up the rest. Source: Srivastava et al. 2014."""

    def __init__(self, rate: float, seed: int | None = None, **more: Any) -> None:
        if not isinstance(rate, int | float | np.number) or not 0 <= rate < 1:
            raise ValueError(f"Dropout takes a rate of at least 0 and less than 1; got {rate!r}{place()}")
        super().__init__(**more)
        self.rate, self.seed = rate, seed

    def training_call(self, inputs: Leaf) -> Leaf:
        """What is kept, divided by 1 - rate."""
        return nn.dropout(inputs, self.rate, self.seed)


class Flatten(Layer):
    """All axes but the first as one. Input shape: [rows, …]. Output shape: [rows, product of the rest]."""

    def call(self, inputs: Leaf) -> Leaf:
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

    def call(self, inputs: Leaf) -> Leaf:
        """Columns of mean 0 and variance 1; one that never varies is divided by a number near 0, as Keras does."""
        return (inputs - self.mean) / maximum(sqrt(self.variance), 1e-7)


class Concatenate(Layer):
    """Tensors side by side along an axis."""

    def __init__(self, axis: int = -1, **more: Any) -> None:
        super().__init__(**more)
        self.axis, self.built = axis, True

    def __call__(self, inputs: Any, training: bool = False) -> Tensor:  # noqa: ARG002
        """Call it."""
        return concat([floats(one) for one in inputs], self.axis)


class InputLayer(Layer):
    """Says what shape a row of inputs has, so that a model can make its variables at once."""


def Input(shape: Any = None, **more: Any) -> InputLayer:  # noqa: N802
    """Says what shape a row of inputs has."""
    if shape is None:
        raise ValueError("Input takes the shape of a row: Input(shape=(3,))")
    return InputLayer(input_shape=tuple(shape) if isinstance(shape, list | tuple) else (shape,), **more)


NAMES = ("Activation", "Concatenate", "Dense", "Dropout", "Flatten", "Input", "InputLayer", "Layer", "Normalization")


def __getattr__(name: str) -> Any:
    raise missing("tf.keras.layers", name, NAMES)
