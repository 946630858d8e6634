"""`tf.keras.Sequential`: layers in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from feedforward.errors import near
from feedforward.tf.arrays import zeros
from feedforward.tf.dtypes import TensorShape
from feedforward.tf.errors import place
from feedforward.tf.keras.layers import InputLayer, Layer, floats
from feedforward.tf.names import missing
from feedforward.tf.recording import Segment, recorder
from feedforward.tf.tensors import Leaf
from feedforward.tf.variables import Variable


class Sequential(Layer):
    """What leaves one layer enters the next.

    Attributes:
        layers: From the inputs to the outputs.
    """

    def __init__(self, layers: Iterable[Layer] | None = None, name: str | None = None) -> None:
        super().__init__(name=name)
        self.layers: list[Layer] = []
        for layer in layers or ():
            self.add(layer)

    def add(self, layer: Layer) -> None:
        """Put a layer at the end."""
        if not isinstance(layer, Layer):
            raise TypeError(f"Sequential takes layers; got {layer!r}; tf.keras.layers.Activation makes a function one")
        if isinstance(layer, InputLayer):
            self.input_shape = layer.input_shape
            return
        if not self.layers and layer.input_shape is not None and self.input_shape is None:
            self.input_shape = layer.input_shape
        self.layers.append(layer)
        self.built = False
        if self.input_shape is not None:
            self.build(TensorShape((1, *self.input_shape)))

    def pop(self) -> Layer:
        """Take the last layer off."""
        return self.layers.pop()

    def build(self, input_shape: Any) -> None:
        """Make every layer's variables, for inputs of that shape; the size of the first axis does not matter."""
        segment = recorder.segment
        recorder.segment = Segment(segment)  # only shapes are wanted: nothing of this is to run
        try:
            self.run(zeros((1, *input_shape[1:])), training=False)
        finally:
            recorder.segment = segment
        self.built = True

    def run(self, x: Leaf, training: bool) -> Leaf:
        """Through all layers."""
        for layer in self.layers:
            x = layer(x, training=training)
        return x

    def __call__(self, inputs: Any, training: bool = False) -> Leaf:
        """Call it."""
        outputs = self.run(floats(inputs), training)
        self.built = True
        self.output_shape = outputs.shape
        return outputs

    @property
    def weights(self) -> list[Variable]:
        """All variables, layer by layer."""
        self.must_be_built()
        return [variable for layer in self.layers for variable in layer.weights]

    variables = weights

    @property
    def trainable_variables(self) -> list[Variable]:
        """Variables that gradients move, layer by layer: [W1, b1, W2, b2]."""
        self.must_be_built()
        return [variable for layer in self.layers for variable in layer.trainable_variables] if self.trainable else []

    trainable_weights = trainable_variables

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of that name or number."""
        if index is not None:
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(f"there is no layer {name!r}; {near(name, [layer.name for layer in self.layers])}")

    def summary(self, print_fn: Callable[[str], None] = print) -> None:
        """Print each layer's name, output shape and number of weights."""
        if not self.built:
            raise ValueError(f"model {self.name!r} has no variables yet: call it with an input first" + place())
        rows = [("Layer (type)", "Output Shape", "Param #")]
        for layer in self.layers:
            shape = "?" if layer.output_shape is None else f"({', '.join(['None', *map(str, layer.output_shape[1:])])})"
            rows.append((f"{layer.name} ({type(layer).__name__})", shape, f"{layer.count_params():,}"))
        widths = [max(len(row[column]) for row in rows) + 2 for column in range(3)]
        trained = sum(variable.shape.num_elements() for variable in self.trainable_variables)
        total = self.count_params()
        print_fn(f'Model: "{self.name}"')
        for number, row in enumerate(rows):
            print_fn("".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
            if number == 0:
                print_fn("=" * sum(widths))
        for what, count in (("Total", total), ("Trainable", trained), ("Non-trainable", total - trained)):
            print_fn(f" {what} params: {count:,} ({4 * count / 1024:.2f} KB)")


def __getattr__(name: str) -> Any:
    raise missing("tf.keras.models", name, ("Sequential",))
