"""Tensors: arrays of one dtype whose values are computed when somebody looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import numpy as np

from ffnn.tf.dtypes import DType, Spec, TensorShape, as_dtype, bool_, float32, int32, int64, spec_of
from ffnn.tf.engine.recording import Segment, recorder
from ffnn.tf.errors import OperatorNotAllowedInGraphError, invalid, place

Leaf: TypeAlias = Any
"""A tensor or a variable."""


class Operators:
    """What tensors and variables share. `mathematics.py` and `indexing.py` give it Python's operators."""

    __slots__ = ()
    __array_priority__ = 100  # so that NumPy leaves `array + tensor` to us
    __hash__ = object.__hash__
    spec: Spec
    array: Any
    is_variable: bool

    if TYPE_CHECKING:

        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __getitem__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...

    @property
    def shape(self) -> TensorShape:
        """The size of each axis."""
        return self.spec.shape

    @property
    def dtype(self) -> DType:
        """The kind of its numbers."""
        return self.spec.dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.spec.shape)

    def get_shape(self) -> TensorShape:
        """The size of each axis."""
        return self.spec.shape

    def numpy(self) -> Any:
        """The value: a NumPy array, or a NumPy number where there is no axis."""
        array = np.asarray(self.value_now())
        return array[()] if array.ndim == 0 else array.copy()

    def value_now(self) -> Any:
        """The value as an array; what is pending runs."""
        raise NotImplementedError

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = np.asarray(self.value_now())
        return array.astype(dtype) if dtype is not None else array.copy() if copy is not False else array

    def __float__(self) -> float:
        return float(self.number("float()"))

    def __int__(self) -> int:
        return int(self.number("int()"))

    def __index__(self) -> int:
        if not self.spec.dtype.is_integer:
            raise TypeError(f"only a whole number counts, but this tensor holds {self.spec.dtype.name}{place()}")
        return int(self.number("an index"))

    def __bool__(self) -> bool:
        return bool(self.number("truth"))

    def __format__(self, form: str) -> str:
        return format(self.numpy(), form) if form else str(self)

    def number(self, wanted: str) -> Any:
        """The value of a tensor of one number."""
        if self.shape.num_elements() != 1:
            raise ValueError(f"{wanted} takes a tensor of one number; this one has shape {self.shape}{place()}")
        return np.asarray(self.value_now()).reshape(())[()]

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError(f"a tensor without axes has no length{place()}")
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError(f"a tensor without axes cannot be iterated over{place()}")
        for row in range(self.shape[0]):
            yield self[row]


class Tensor(Operators):
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
    logits: Leaf

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
        if self.array is None:
            raise self.stopped()
        return self.array

    def stopped(self) -> Exception:
        """The error for a value that never came."""
        why = self.segment.failed if self.segment is not None else None
        return invalid(f"this tensor has no value, because its program stopped: {why}")

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


Segment.make = Tensor


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


def as_array(value: Any, dtype: DType | None) -> np.ndarray[Any, Any]:
    """A fresh NumPy array of a supported dtype.

    Raises:
        InvalidArgumentError: The value does not fit the dtype, or is a tensor of another one.
    """
    if isinstance(value, Operators):
        value = convert_to_tensor(value, dtype).numpy()
    elif isinstance(value, list | tuple) and any(isinstance(part, Operators) for part in flat(value)):
        value = plain(value)
    try:
        array = np.array(value)
    except (ValueError, TypeError) as error:
        raise invalid(f"cannot make a tensor of rows of different lengths: {error}") from None
    if dtype is None:
        dtype = natural(value, array)
    if array.dtype.kind not in "fiub":
        raise invalid(f"cannot make a tensor of {value!r}; it must be numbers")
    typed = isinstance(value, np.ndarray | np.generic)
    if not typed and array.size:
        if array.dtype.kind == "f" and not dtype.is_floating:
            raise invalid(
                f"cannot make a {dtype.name} tensor of {value!r}, which is not whole; round it, or tf.cast it"
            )
        if not dtype.is_bool and array.dtype.kind in "iuf":
            numbers = array[np.isfinite(array)]
            low, high = numbers.min(initial=0), numbers.max(initial=0)
            if low < dtype.min or high > dtype.max:
                raise invalid(f"{high if high > dtype.max else low} does not fit into {dtype.name}")
    with np.errstate(over="ignore", invalid="ignore"):
        return array.astype(dtype.numpy, copy=False)


def natural(value: Any, array: np.ndarray[Any, Any]) -> DType:
    """The dtype of what comes without one."""
    typed = typed_parts(value) if isinstance(value, list | tuple) else [value]
    if typed and isinstance(typed[0], np.ndarray | np.generic):
        kind = np.result_type(*[part.dtype for part in typed])
        return float32 if kind == np.float16 else as_dtype(kind)
    if array.dtype.kind == "b":
        return bool_
    if array.dtype.kind in "iu":
        return int32 if not array.size or (array.min() >= -(2**31) and array.max() < 2**31) else int64
    return float32


def typed_parts(value: Any) -> list[Any]:
    """NumPy's numbers in nested lists that begin with one: they have a dtype, Python's beside them take it."""
    if not isinstance(next(iter(flat(value)), None), np.ndarray | np.generic):
        return []
    return [part for part in flat(value) if isinstance(part, np.ndarray | np.generic)]


def flat(value: Any) -> Iterator[Any]:
    """The parts of nested lists."""
    for part in value:
        if isinstance(part, list | tuple):
            yield from flat(part)
        else:
            yield part


def plain(value: Any) -> Any:
    """Nested lists with the values of tensors in place of tensors."""
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.numpy() if isinstance(value, Operators) else value


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Leaf:
    """`value` as something to compute with: tensors and variables stay what they are.

    Raises:
        InvalidArgumentError: It is a tensor of another dtype than the one wanted.
    """
    if isinstance(value, Operators):
        if dtype is not None and value.dtype is not as_dtype(dtype):
            raise invalid(
                f"a tensor of dtype {value.dtype.name} was given where {as_dtype(dtype).name} is wanted; see tf.cast"
            )
        return value
    if isinstance(value, list | tuple) and any(isinstance(part, Operators) for part in flat(value)):
        return STACKED(value)
    if dtype is None and dtype_hint is not None:
        return adapted(value, as_dtype(dtype_hint))
    return constant(value, dtype)


def STACKED(value: Any) -> Tensor:  # noqa: N802
    """Lists of tensors as one tensor; set by `arrays.py`, whose `stack` it is."""
    raise NotImplementedError


def adapted(value: Any, dtype: DType) -> Tensor:
    """A Python value beside a tensor of that dtype: it takes it where it can."""
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
ADAPTED: dict[tuple[float, DType], Tensor] = {}
"""Python's numbers that stood beside tensors: a program that repeats meets the same tensor."""
MOST_REMEMBERED = 1000


def alike(operation: str, x: Any, y: Any) -> tuple[Leaf, Leaf]:
    """Two inputs of one dtype: what is no tensor adapts to the one that is.

    Raises:
        InvalidArgumentError: Both have a dtype, and not the same.
    """
    if isinstance(x, Operators):
        if not isinstance(y, Operators):
            y = convert_to_tensor(y, dtype_hint=x.spec.dtype)
    elif isinstance(y, Operators):
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
