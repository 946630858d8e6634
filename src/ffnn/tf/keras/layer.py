"""What all layers have: variables, which they make when they first see inputs, and calls inside calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache, wraps
from inspect import Parameter, signature
from typing import Any, NoReturn

import numpy as np

from ffnn.tf.dtypes import TensorShape, as_dtype, float32
from ffnn.tf.engine.nesting import NESTING, flattened, nested
from ffnn.tf.engine.process import process
from ffnn.tf.errors import place
from ffnn.tf.keras import initializers
from ffnn.tf.mathematics import cast
from ffnn.tf.names import snake_case
from ffnn.tf.tensors import Operand, Tensor, convert_to_tensor
from ffnn.tf.tracing import outside
from ffnn.tf.variables import Variable

USED: Counter[str] = process.keep(Counter())
"""How often a layer's name was given, so that the next gets a number."""


def fresh_name(kind: str) -> str:
    """A name that no other layer has: dense, then dense_1."""
    USED[kind] += 1
    return kind if USED[kind] == 1 else f"{kind}_{USED[kind] - 1}"


def floats(inputs: Any) -> Operand:
    """Inputs as float32, as Keras' layers take them: whatever number they were."""
    x = convert_to_tensor(inputs)
    return x if x.dtype is float32 else cast(x, float32)


def taken(inputs: Any) -> Any:
    """What a layer is called with, as its `call` takes it: tensors, fractions among them as float32.

    Lists, tuples and dicts of tensors or arrays stay what they are; other lists are one tensor.
    """
    if inputs.__class__ is Tensor and inputs.spec.dtype is float32:
        return inputs
    if isinstance(inputs, list | tuple | dict):
        things = flattened(inputs)
        if things and all(isinstance(one, Operand | np.ndarray) for one in things):
            return nested(inputs, iter([taken(one) for one in things]))
    x = convert_to_tensor(inputs)
    return cast(x, float32) if x.dtype.is_floating and x.dtype is not float32 else x


@cache
def default_training(call: Callable[..., Any]) -> Any:
    """The default of a `call`'s argument `training`; `NOT_TAKEN` if it has none of that name."""
    found = signature(call).parameters.get("training")
    return NOT_TAKEN if found is None else None if found.default is Parameter.empty else found.default


NOT_TAKEN = object()


class Running:
    """The outermost call of a layer that is running.

    Attributes:
        depth: How many calls are inside each other.
        training: The last value given for `training`: layers that are given none take it.
    """

    depth: int
    training: Any

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """None is running."""
        self.depth, self.training = 0, None


running = process.keep(Running())


def check_dtype(dtype: Any) -> None:
    """Refuse what a layer does not compute in."""
    if dtype is not None and as_dtype(dtype) is not float32:
        raise ValueError(f"a layer computes in float32; got dtype {as_dtype(dtype).name!r}")


class Layer:
    """What a network is made of: call it with a tensor.

    A layer of your own overrides `build`, which makes variables by `add_weight`, and `call`. Variables and layers that
    it holds as attributes, also in lists, tuples and dicts, are its own. Where its `call` has an argument `training`,
    it is given what the call of the layer says; else what was said of the call that this one stands in, which is True
    in `fit`; else its default.

    Attributes:
        name: For people.
        built: Whether it has its variables.
        weights: All its variables: its own, those that gradients move first, then those of the layers that it holds.
        losses: None: see `add_loss`.
    """

    dtype = "float32"
    losses: tuple[()] = ()

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
        self._learns = trainable
        self._own: list[Variable] = []
        self.output_shape: TensorShape | None = None

    def __init_subclass__(cls, **more: Any) -> None:
        """See that who calls `build` does not get other variables at the first call."""
        super().__init_subclass__(**more)
        if "build" in vars(cls):
            cls.build = building(cls.build)  # type: ignore[method-assign]

    def build(self, input_shape: Any) -> None:  # noqa: ARG002
        """Make the variables, for inputs of that shape."""
        self.built = True

    def call(self, inputs: Any) -> Any:
        """What the layer makes of its inputs."""
        return inputs

    def __call__(self, inputs: Any, *more: Any, **options: Any) -> Any:
        """Call it: `call` of the same arguments, arrays among them as tensors."""
        if not hasattr(self, "_own"):
            raise TypeError(f"{type(self).__name__}.__init__ must begin with super().__init__(){place()}")
        x = taken(inputs)
        self._make(x.shape if isinstance(x, Operand) else [one.shape for one in flattened(x)])
        running.depth += 1
        try:
            self._say_training(options)
            outputs = self.call(x, *[taken(one) for one in more], **options)
        finally:
            running.depth -= 1
            if running.depth == 0:
                running.training = None
        self.built = True
        self.output_shape = getattr(outputs, "shape", None)
        return outputs

    def _say_training(self, options: dict[str, Any]) -> None:
        """Settle whether this is a call in training, for the layer and for those called within."""
        default = default_training(type(self).call)
        if "training" in options:
            said = options.pop("training")
        elif running.training is not None:
            said = running.training
        else:
            said = None if default is NOT_TAKEN else default
        running.training = said
        if default is not NOT_TAKEN:
            options["training"] = said

    def _make(self, shape: Any) -> None:
        """Build once."""
        if not self.built:
            self.build(shape)
            self.built = True

    @property
    def trainable(self) -> bool:
        """Whether gradients move its variables; setting it sets that of the layers that it holds."""
        return self._learns

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._learns = bool(value)
        for layer in self._held(Layer):
            layer.trainable = value

    def add_loss(self, loss: Any) -> NoReturn:
        """Keras adds it to the loss of `fit`; here the loss that `compile` takes can hold it.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            f"layer {self.name!r} adds a loss of its own, which fit does not take: write a loss that adds it to "
            f"another, and give that to compile{place()}"
        )

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes such a layer of: a layer of your own adds its arguments to it.

        Raises:
            NotImplementedError: It does not.
        """
        if type(self).get_config is Layer.get_config:
            raise NotImplementedError(f"{type(self).__name__} has no get_config of its own{place()}")
        return {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of what `get_config` gave."""
        return cls(**config)

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
        variable = new_variable(shape, initializer, trainable, f"{self.name}/{name or 'weight'}")
        self._own.append(variable)
        return variable

    @property
    def weights(self) -> list[Variable]:
        """All variables: its own, those that gradients move first, then those of the layers that it holds.

        Raises:
            ValueError: The layer has not been called yet.
        """
        self.must_be_built()
        own = sorted(self._held(Variable), key=lambda variable: not variable.trainable)
        return once([*own, *[variable for layer in self._held(Layer) for variable in layer.weights]])

    variables = weights

    def _held(self, kind: type[Any]) -> list[Any]:
        """The variables or the layers that are its attributes, also in lists, tuples and dicts, each once."""
        things: list[Any] = []
        for value in vars(self).values():
            if isinstance(value, kind):
                things.append(value)
            elif value.__class__ in NESTING and value:
                things += [one for one in flattened(value) if isinstance(one, kind)]
        return once(things)

    @property
    def trainable_variables(self) -> list[Variable]:
        """Variables that gradients move: [kernel, bias] of a dense layer.

        Raises:
            ValueError: The layer has not been called yet.
        """
        self.must_be_built()
        if not self.trainable:
            return []
        own = [variable for variable in self._held(Variable) if variable.trainable]
        return once([*own, *[variable for layer in self._held(Layer) for variable in layer.trainable_variables]])

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """Variables that gradients leave alone."""
        trained = {id(variable) for variable in self.trainable_variables}
        return [variable for variable in self.weights if id(variable) not in trained]

    non_trainable_weights = non_trainable_variables

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


def building(build: Callable[..., None]) -> Callable[..., None]:
    """A layer's `build`, which notes that it was called."""

    @wraps(build)
    def noting(self: Layer, *arguments: Any, **options: Any) -> None:
        build(self, *arguments, **options)
        self.built = True

    return noting


def once(things: list[Any]) -> list[Any]:
    """Things in order, each where it first stands."""
    return list({id(thing): thing for thing in things}.values())


def new_variable(shape: Any, initializer: Any, trainable: bool, name: str) -> Variable:
    """A float32 variable of that shape, from an initializer; also while a function is traced."""
    with outside():
        value = convert_to_tensor(initializers.called(initializers.get(initializer), tuple(shape)))
        return Variable(cast(value, float32), trainable=trainable, name=name)
