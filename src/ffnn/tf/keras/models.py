"""`tf.keras.Sequential`: layers in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ffnn.errors import near
from ffnn.tf.arrays import zeros
from ffnn.tf.dtypes import TensorShape
from ffnn.tf.engine.nesting import flattened
from ffnn.tf.engine.recording import Segment, recorder
from ffnn.tf.errors import place
from ffnn.tf.keras import losses, optimizers, training
from ffnn.tf.keras.callbacks import History, check_hooks
from ffnn.tf.keras.data import data, inputs_of
from ffnn.tf.keras.fitting import BATCH, EVALUATED, Fitting, keeps_rows_apart
from ffnn.tf.keras.layer import Layer, floats
from ffnn.tf.keras.layers import InputLayer
from ffnn.tf.names import refuse_other_names

__all__ = ["Sequential"]

NEVER_CALLED = ("train_step", "test_step", "predict_step", "compute_loss", "compute_metrics", "make_train_function",
                "make_test_function", "make_predict_function")  # fmt: skip
"""What a model of one's own overrides in Keras to change what is done with a batch."""


class Sequential(Layer):
    """What leaves one layer enters the next.

    Attributes:
        layers: From the inputs to the outputs.
        history: What the last `fit` gives back, or the one that is running.
    """

    def __init__(self, layers: Iterable[Layer] | None = None, name: str | None = None, trainable: bool = True) -> None:
        super().__init__(name=name, trainable=trainable)
        self.layers: list[Layer] = []
        self.compiled: Fitting | None = None
        self.history: History | None = None
        self.stop_training = False
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
            self(zeros((1, *input_shape[1:])), training=False)
        finally:
            recorder.segment = segment

    def _make(self, shape: Any) -> None:
        """Nothing: the layers make their variables as they are called."""

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Through all layers."""
        x, said = floats(inputs), {} if training is None else {"training": training}
        for layer in self.layers:
            x = layer(x, **said)
        return x

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of that name or number."""
        if index is not None:
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(f"there is no layer {name!r}; {near(name, [layer.name for layer in self.layers])}")

    def compile(self, optimizer: Any = "rmsprop", loss: Any = None, metrics: Any = ()) -> None:
        """Choose what `fit` does.

        Args:
            optimizer: An optimizer, or its name.
            loss: A loss, its name, or a function of targets and outputs that gives one number for each row, or one for
                the batch. A loss of your own sees targets as float32, and of as many axes as the outputs.
            metrics: Figures to watch: metrics, their names, or such functions. "accuracy" is the one that fits the
                targets. A metric of your own adds to its variables in `update_state`.
        """
        if loss is None:
            raise ValueError("compile takes a loss, such as 'mse' or 'sparse_categorical_crossentropy'" + place())
        chosen = metrics if isinstance(metrics, list | tuple) else [metrics]
        self.compiled = Fitting(self, optimizers.get(optimizer), losses.chosen(loss), list(chosen))

    def check_steps(self) -> None:
        """Refuse a model of one's own that overrides what Keras calls for a batch.

        Raises:
            ValueError: It would wait in vain.
        """
        for name in NEVER_CALLED:
            if hasattr(self, name):
                raise ValueError(
                    f"{type(self).__name__}.{name} would never be called, because fit runs an epoch as one program; "
                    f"override call, give compile a loss and metrics, or train in a loop of your own{place()}"
                )

    def must_be_compiled(self) -> Fitting:
        """What `compile` chose.

        Raises:
            ValueError: It was not called.
        """
        self.check_steps()
        if self.compiled is None:
            raise ValueError(f"model {self.name!r} knows no loss and optimizer yet: call its compile first" + place())
        return self.compiled

    @property
    def optimizer(self) -> Any:
        """The optimizer that `compile` chose."""
        return self.must_be_compiled().optimizer

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = (),
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        validation_batch_size: int | None = None,
    ) -> History:
        """Train, in the house's training loop: many epochs in one compiled program where nothing looks in between.

        Args:
            x: Inputs [rows, …].
            y: Targets [rows, …].
            batch_size: Rows of a step; 32 if None. The last batch of an epoch takes what is left.
            epochs: Number of the last epoch.
            verbose: 0 prints nothing; else a line for each epoch.
            callbacks: One or several, called between epochs; one that waits for batches is refused. What they change
                counts from there on: weights and other variables, the learning rate, `trainable`.
            validation_split: Fraction of the rows, the last ones, held out for validation.
            validation_data: Rows that judge: (x, y) or (x, y, sample_weight).
            shuffle: Whether each epoch takes the rows in a new order.
            class_weight: How much each class counts, by its number.
            sample_weight: How much each row counts [rows].
            initial_epoch: Number of epochs that were taken before.
            validation_batch_size: Rows per batch of validation.

        Returns:
            Loss and metrics of every epoch.

        Raises:
            ValueError: The rows do not fit each other, or hold what is not finite.
        """
        callbacks = flattened(callbacks or ())
        for callback in callbacks:
            check_hooks(callback)

        compiled = self.must_be_compiled()
        rows = data(x, y, sample_weight)
        validation = None if validation_data is None else data(*validation_data)
        if not 0 <= validation_split < 1:
            raise ValueError(
                f"validation_split is a share of at least 0 and less than 1; got {validation_split}{place()}"
            )
        if validation is None and validation_split:
            kept = int(len(rows.x) * (1 - validation_split))
            if kept == 0:
                raise ValueError(f"validation_split {validation_split} leaves none of {len(rows.x)} rows to train on")
            rows, validation = rows.part(0, kept), rows.part(kept)
        if class_weight is not None:
            rows = rows.by_class(class_weight)
        check_counts(epochs=epochs, batch_size=batch_size, validation_batch_size=validation_batch_size)
        compiled.prepare(rows)
        if validation is not None:
            compiled.check_labels(validation)
        run = training.Training(compiled, rows, int(batch_size or BATCH), initial_epoch, int(epochs), shuffle)
        return training.fit(run, validation, validation_batch_size or run.batch, callbacks, verbose)

    def evaluate(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """The loss of rows; with metrics a list of loss and metrics, or with `return_dict` a dict of them."""
        check_counts(batch_size=batch_size)
        rows = data(x, y, sample_weight)
        compiled = self.must_be_compiled()
        compiled.prepare(rows)
        found = compiled.evaluate(rows, batch_size or BATCH)
        if verbose:
            print(" - ".join(f"{name}: {value:.4f}" for name, value in found.items()))
        if return_dict:
            return found
        return list(found.values()) if len(found) > 1 else found["loss"]

    def predict(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> np.ndarray[Any, Any]:  # noqa: ARG002
        """The outputs of rows, as a NumPy array; so many rows at a time."""
        check_counts(batch_size=batch_size)
        self.check_steps()
        inputs = inputs_of(x)
        batch = batch_size or (EVALUATED if keeps_rows_apart(self, inputs) else BATCH)
        found = [self(inputs[start : start + batch], training=False).numpy() for start in range(0, len(inputs), batch)]
        return np.concatenate(found)

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


def check_counts(**counts: Any) -> None:
    """Refuse what is no number of rows or epochs; None leaves it to us."""
    for name, number in counts.items():
        if number is not None and (not isinstance(number, int | np.integer) or number < 1):
            raise ValueError(f"{name} must be a whole number of at least 1; got {number!r}{place()}")


refuse_other_names(__name__)
