"""Tensors: arrays of one dtype whose values are computed when somebody looks; and Python's operators on them."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from ffnn.tf.conversion import as_array, check_dtype, holds_leaves
from ffnn.tf.dtypes import DType, Spec, as_dtype, bool_, float32, float64, spec_of, uint8
from ffnn.tf.engine.leaves import Leaf
from ffnn.tf.engine.process import process
from ffnn.tf.engine.programs import Operation, Step
from ffnn.tf.engine.recording import MOST_STEPS, Segment, crowded, follow, recorder
from ffnn.tf.errors import OperatorNotAllowedInGraphError, invalid, place
from ffnn.tf.operations import table
from ffnn.tf.operations.subscripts import subscripts
from ffnn.tf.operations.value_checks import check_divisor, check_range

if TYPE_CHECKING:
    from ffnn.tf.signatures import OfOne, OfTwo


def record(operation: Operation, attributes: tuple[Any, ...], inputs: Sequence[Leaf]) -> Tensor:
    """Apply an operation of one result to tensors and variables."""
    segment = recorder.segment
    slots: tuple[int, ...]
    if len(inputs) == 2:  # most have two, and most of the time is spent here
        x, y = inputs
        slots = (
            x.slot if x.segment is segment else segment.slot_of(x),
            y.slot if y.segment is segment else segment.slot_of(y),
        )
    else:
        slots = tuple([x.slot if x.segment is segment else segment.slot_of(x) for x in inputs])
    step = segment.step.following.get((operation, attributes, slots))
    if step is None:
        step = follow(operation, attributes, slots)
    segment.step = step
    tensor = Tensor(step.results[0], None, segment, step.first)
    segment.tensors.append(weakref.ref(tensor))
    if step.count > MOST_STEPS:
        crowded()
    return tensor


def hand_out(segment: Segment, slot: int, spec: Spec) -> Tensor:
    """The tensor of a slot of a segment."""
    tensor = Tensor(spec, None, segment, slot)
    segment.tensors.append(weakref.ref(tensor))
    return tensor


def binary(operation: Operation, exact: bool = False) -> OfTwo[Tensor]:
    """The function of two inputs that records an operation; if exact, an array on the left keeps its dtype."""
    called = operation.name

    def function(x: Any, y: Any, name: str | None = None) -> Tensor:
        if not isinstance(x, Operand) or not isinstance(y, Operand) or x.spec.dtype is not y.spec.dtype:
            x, y = alike(called, kept(x) if exact else x, y)
        return record(operation, (), (x, y))

    function.__doc__ = f"{operation.name} of x and y, which stretch to each other's shape; both of one dtype."
    return function


def kept(x: Any) -> Any:
    """NumPy's arrays and numbers as tensors of their own dtype; anything else stays what it is."""
    return constant(x) if isinstance(x, np.ndarray | np.generic) else x


def unary(operation: Operation) -> OfOne[Tensor]:
    """The function of one input that records an operation."""

    def function(x: Any, name: str | None = None) -> Tensor:
        return record(operation, (), (x if isinstance(x, Operand) else convert_to_tensor(x),))

    function.__doc__ = f"{operation.name} of each number."
    return function


def rounded_division(operation: Operation, what: str) -> OfTwo[Tensor]:
    """The function that divides and rounds down."""

    def function(x: Any, y: Any, name: str | None = None) -> Tensor:
        x, y = alike(operation.name, x, y)
        check_divisor(operation.name, y)
        return record(operation, (), (x, y))

    function.__doc__ = f"{what}.\n\n    Raises:\n        InvalidArgumentError: Whole numbers are divided by 0."
    return function


floordiv = rounded_division(table.FLOOR_DIVIDE, "x / y, rounded down")
floormod = rounded_division(table.FLOOR_MOD, "What is left of x after division by y, with the sign of y")


def divide(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y; whole numbers are divided as float64, uint8 as float32."""
    return record(table.DIVIDE, (), divisible(*alike("RealDiv", x, y)))


def divisible(x: Operand, y: Operand) -> tuple[Operand, Operand]:
    """Two inputs as floating-point numbers."""
    if not x.dtype.is_integer:
        return x, y
    kind = float32 if x.dtype is uint8 else float64
    return record(table.CAST, (kind.name,), (x,)), record(table.CAST, (kind.name,), (y,))


def pow(x: Any, y: Any, name: str | None = None) -> Tensor:  # noqa: A001
    """x to the power y.

    Raises:
        InvalidArgumentError: Whole numbers are taken to a negative power.
    """
    if type(y) is int and y == 2:
        return record(table.SQUARE, (), (convert_to_tensor(x),))
    x, y = alike("Pow", x, y)
    if y.dtype.is_integer:
        check_range("Pow", y, 0, y.dtype.max, "of at least 0 as powers of whole numbers")
    return record(table.POWER, (), (x, y))


def matmul(
    a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, name: str | None = None
) -> Tensor:  # fmt: skip
    """The product of matrices, over the last two axes."""
    if not isinstance(a, Operand) or not isinstance(b, Operand) or a.spec.dtype is not b.spec.dtype:
        a, b = alike("MatMul", kept(a), b)
    return record(table.MATMUL, (transpose_a, transpose_b), (a, b))


def swapped(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function with its two inputs the other way round, for a number on the left of an operator."""

    def method(self: Operand, other: Any) -> Tensor:
        if not isinstance(other, Operand):
            other = convert_to_tensor(other, dtype_hint=self.spec.dtype)
        return function(other, self)

    return method


def compared(function: Callable[..., Tensor], otherwise: bool) -> Callable[..., Any]:
    """== and !=: what can be no tensor, or has a shape that does not stretch to this one's, is simply not equal."""

    def method(self: Operand, other: Any) -> Any:
        if other is None or isinstance(other, str | DType):
            return otherwise
        if isinstance(other, Operand) and other.spec.dtype is self.spec.dtype:
            sizes = zip(reversed(self.shape), reversed(other.shape), strict=False)
            if any(one != two and 1 not in (one, two) for one, two in sizes):
                return convert_to_tensor(otherwise)
        return function(self, other)

    return method


def getitem(x: Operand, key: Any) -> Tensor:
    """x[key]: numbers, slices, `...` and `tf.newaxis`, as in NumPy; or a mask.

    Raises:
        InvalidArgumentError: The key is a list or an array of numbers, or out of range.
    """
    if isinstance(key, Leaf | np.ndarray) and key.ndim and key.dtype in (bool_, np.bool_):
        return masked(x, np.asarray(key))
    if isinstance(key, Tensor) and key.symbolic and key.ndim == 0 and x.ndim:
        size = x.shape[0]
        check_range("[ ]", key, -size, size - 1, f"from {-size} to {size - 1}")
        return record(table.GATHER, (0,), (x, key % size))
    return record(table.INDEX, (subscripts(key, x.shape),), (x,))


def masked(x: Operand, mask: np.ndarray[Any, Any], axis: int = 0) -> Tensor:
    """The rows where the mask holds, along the axes from that one on."""
    if mask.dtype.kind != "b" or mask.ndim == 0 or x.shape[axis : axis + mask.ndim] != mask.shape:
        raise invalid(f"boolean_mask takes a bool mask of the shape of the tensor's axes; got {mask.shape}, {x.shape}")
    sizes = (*x.shape[:axis], mask.size, *x.shape[axis + mask.ndim :])
    flat = record(table.RESHAPE, (sizes,), (x,))
    return record(table.GATHER, (axis,), (flat, from_array(np.flatnonzero(mask.reshape(-1)))))


class Operand(Leaf):
    """A tensor or a variable: what Python's operators take."""

    __slots__ = ()
    __hash__ = object.__hash__

    __add__, __sub__, __mul__ = binary(table.ADD, exact=True), binary(table.SUBTRACT), binary(table.MULTIPLY)
    __truediv__, __floordiv__, __mod__ = divide, floordiv, floormod
    __pow__, __matmul__ = pow, matmul
    __and__, __or__, __xor__ = binary(table.AND), binary(table.OR), binary(table.XOR)
    __radd__, __rsub__, __rmul__ = swapped(__add__), swapped(__sub__), swapped(__mul__)
    __rtruediv__, __rfloordiv__, __rmod__ = swapped(divide), swapped(floordiv), swapped(floormod)
    __rpow__, __rmatmul__ = swapped(pow), swapped(matmul)
    __rand__, __ror__, __rxor__ = swapped(__and__), swapped(__or__), swapped(__xor__)
    __lt__, __le__ = binary(table.LESS), binary(table.LESS_EQUAL)
    __gt__, __ge__ = binary(table.GREATER), binary(table.GREATER_EQUAL)
    __eq__ = compared(binary(table.EQUAL), False)
    __ne__ = compared(binary(table.NOT_EQUAL), True)
    __neg__, __abs__, __invert__ = unary(table.NEGATIVE), unary(table.ABS), unary(table.NOT)
    __getitem__ = getitem

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError(f"a tensor without axes cannot be iterated over{place()}")
        for row in range(self.shape[0]):
            yield self[row]


class Tensor(Operand):
    """An array of numbers of one dtype.

    Attributes:
        spec: Shape and dtype.
        array: The value; None as long as it is pending.
        segment: The segment that will compute it; None once it has a value.
        slot: Its place there.
        logits: What Keras' softmax or sigmoid was applied to to make it; another tensor has no such attribute.
    """

    __slots__ = ("__weakref__", "array", "logits", "segment", "slot", "spec")
    is_variable = False
    logits: Operand
    segment: Segment | None

    def __init__(self, spec: Spec, array: Any, segment: Segment | None = None, slot: int = -1) -> None:
        self.spec = spec
        self.array = array
        self.segment = segment
        self.slot = slot

    @property
    def symbolic(self) -> bool:
        """Whether it stands for a value in a function that is being traced."""
        return self.segment is not None and self.segment.outer is not None

    def value_now(self) -> Any:
        """The value as an array; what is pending runs."""
        if self.array is None:
            if self.symbolic:
                refuse(self)
            recorder.flush()
        if self.array is None and self.segment is not None:
            raise self.segment.stopped()
        return self.array

    def made_by(self) -> Step | None:
        """The step that gives it, in a function that is being traced; None where it has, or will have, a value."""
        return self.segment.step.maker(self.slot) if self.segment is not None and self.symbolic else None

    def input_of(self, made: Step) -> Tensor:
        """What the step that made it took (first), which has its shape and dtype."""
        return hand_out(self.segment or recorder.segment, made.inputs[0], self.spec)

    def __iter__(self) -> Iterator[Tensor]:
        if self.symbolic:
            refuse(self)
        return super().__iter__()

    def __reduce__(self) -> tuple[Any, ...]:
        return from_array, (self.numpy(),)

    def __repr__(self) -> str:
        if self.symbolic:
            return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, symbolic>"
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={written(self.numpy(), exact=True)}>"

    def __format__(self, form: str) -> str:
        return str(self) if self.symbolic else format(self.numpy(), form)

    def __str__(self) -> str:
        if self.symbolic:
            return f"Tensor(shape={self.shape}, dtype={self.dtype.name})"
        return f"tf.Tensor({written(self.numpy())}, shape={self.shape}, dtype={self.dtype.name})"


def refuse(tensor: Tensor) -> NoReturn:
    """Say that a traced tensor has no value."""
    raise OperatorNotAllowedInGraphError(
        f"a tensor of shape {tensor.shape} has no value while its function is being traced, so Python cannot branch on "
        f"it, loop over it or read it: use tf.cond for `if`, tf.while_loop for `for` and `while`, and tf.print"
        + place()
    )


def written(value: Any, exact: bool = False) -> str:
    """A value as TensorFlow writes it."""
    text = str(value)
    if exact:  # a number with all its digits, as Python has it: 0.10000000149011612 is what float32 holds for 0.1
        text = repr(value if isinstance(value, np.ndarray) else value.item())
    return f"\n{text}" if "\n" in text else text


def value_of(x: Operand) -> Tensor:
    """A tensor of the value now: a variable's may change later."""
    return x if isinstance(x, Tensor) else record(table.IDENTITY, (), (x,))


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor of that value. Python's floats become float32, its whole numbers int32; NumPy arrays keep their dtype.

    Args:
        value: A number, nested lists of numbers, or an array, which is copied.
        dtype: The dtype wanted.
        shape: The shape wanted; one number fills it.
        name: Taken and left alone, as everywhere in this vocabulary.

    Raises:
        InvalidArgumentError: The value does not fit the dtype or the shape.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    array = as_array(value, wanted)
    if shape is not None:
        shape = tuple(int(size) for size in shape)
        size = int(np.prod(shape, dtype=np.int64))
        if array.size not in (1, size):
            raise invalid(f"constant got {array.size} values for shape {list(shape)}, which holds {size}")
        array = np.full(shape, array.reshape(())) if array.size == 1 else array.reshape(shape)
    return from_array(array)


def from_array(array: Any) -> Tensor:
    """The tensor that holds this array itself."""
    return Tensor(spec_of(array), array)


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Operand:
    """`value` as something to compute with: tensors and variables stay what they are.

    Raises:
        InvalidArgumentError: It is a tensor of another dtype than the one wanted.
    """
    if isinstance(value, Operand):
        if dtype is not None:
            check_dtype(value, as_dtype(dtype))
        return value
    if isinstance(value, list | tuple) and holds_leaves(value):
        return stack_nested(value)
    if dtype is None and dtype_hint is not None:
        return adapted(value, as_dtype(dtype_hint))
    return constant(value, dtype)


def stack_nested(values: Sequence[Any]) -> Tensor:
    """Nested lists that hold tensors, as one tensor."""
    return stack_parts(together([nested_part(part) if isinstance(part, list | tuple) else part for part in values]), 0)


def nested_part(values: Sequence[Any]) -> Tensor:
    """A list in a list that holds tensors."""
    return stack_nested(values) if holds_leaves(values) else constant(values)


def together(values: Any) -> list[Operand]:
    """Inputs that must share a dtype: anything but a tensor adapts to the first that is one."""
    parts = list(values) if isinstance(values, list | tuple) else [values]
    hint = next((part.dtype for part in parts if isinstance(part, Operand)), None)
    leaves = [convert_to_tensor(part, dtype_hint=hint) for part in parts]
    for part in leaves[1:]:
        if part.dtype is not leaves[0].dtype:
            raise mixed("concat", leaves[0].spec, part.spec)
    return leaves


def stack_parts(parts: Sequence[Operand], axis: int) -> Tensor:
    """Tensors of one shape along a new axis."""
    for part in parts:
        if part.shape != parts[0].shape:
            raise invalid(f"stack takes tensors of one shape; got {list(parts[0].shape)} and {list(part.shape)}")
    return record(table.STACK, (axis,), parts)


def adapted(value: Any, dtype: DType) -> Tensor:
    """A Python value next to a tensor of that dtype: it takes it where it can."""
    if (type(value) in NUMBERS and dtype.is_floating) or (type(value) is int and dtype.is_integer):
        known = ADAPTED.get((value, dtype))
        return remembered(value, dtype) if known is None else known
    array = np.array(value)
    if array.dtype.kind == "f" and not dtype.is_floating:
        return constant(value)
    return constant(value, dtype)


def remembered(value: float, dtype: DType) -> Tensor:
    """A Python number as a tensor, the same one each time; but 0, which has two signs, each time anew."""
    tensor = constant(value, dtype)
    if value and len(ADAPTED) < MOST_REMEMBERED:
        ADAPTED[value, dtype] = tensor
    return tensor


NUMBERS = (float, int)
ADAPTED: dict[tuple[float, DType], Tensor] = process.keep({})
"""Python's numbers that stood next to tensors: a program that repeats meets the same tensor."""
MOST_REMEMBERED = 1000


def alike(operation: str, x: Any, y: Any) -> tuple[Operand, Operand]:
    """Two inputs of one dtype: anything but a tensor adapts to the one that is.

    Raises:
        InvalidArgumentError: Both have a dtype, and not the same.
    """
    if isinstance(x, Operand):
        if not isinstance(y, Operand):
            y = convert_to_tensor(y, dtype_hint=x.spec.dtype)
    elif isinstance(y, Operand):
        x = convert_to_tensor(x, dtype_hint=y.spec.dtype)
    else:
        x = convert_to_tensor(x)
        y = convert_to_tensor(y, dtype_hint=x.dtype)
    if x.spec.dtype is not y.spec.dtype:
        raise mixed(operation, x.spec, y.spec)
    return x, y


def mixed(operation: str, x: Spec, y: Spec) -> Exception:
    """The error for two dtypes where one is needed."""
    return invalid(
        f"{operation} takes two tensors of one dtype, but the first is {x.dtype.name} (shape {list(x.shape)}) and the "
        f"second {y.dtype.name} (shape {list(y.shape)}); tf.cast turns one into the other"
    )
