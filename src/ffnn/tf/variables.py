"""Variables: the one kind of tensor whose value changes."""

from __future__ import annotations

from typing import Any, NoReturn

from ffnn.tf.conversion import as_array
from ffnn.tf.dtypes import as_dtype, spec_of
from ffnn.tf.engine.programs import Operation
from ffnn.tf.engine.recording import follow, recorder
from ffnn.tf.errors import invalid, place
from ffnn.tf.operations import table
from ffnn.tf.tensors import Operand, Tensor, convert_to_tensor, record, written

ASSIGN = Operation("Assign", lambda value, _leaf: value, differentiable=False)


class Variable(Operand):
    """A tensor that keeps its place while its value changes.

    Attributes:
        spec: Shape and dtype, which stay.
        array: The value as it was when the last segment ran.
        name: For people.
        trainable: Whether gradient tapes watch it unasked.
    """

    __slots__ = ("__weakref__", "array", "name", "spec", "trainable")
    is_variable = True
    segment = None

    def __init__(
        self,
        initial_value: Any,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
        shape: Any = None,
    ) -> None:
        if callable(initial_value):
            initial_value = initial_value()
        if isinstance(initial_value, Tensor) and initial_value.symbolic:
            raise invalid(
                "a Variable that is made inside tf.function cannot start from a traced tensor; make it outside"
            )
        self.array: Any = as_array(initial_value, None if dtype is None else as_dtype(dtype))
        self.spec = spec_of(self.array)
        if shape is not None and self.spec.shape != tuple(shape):
            raise invalid(f"a Variable of shape {list(shape)} cannot start from shape {list(self.spec.shape)}")
        self.trainable = trainable
        self.name = f"{name or 'Variable'}:0"

    def value_now(self) -> Any:
        """The value as an array; what is pending runs."""
        if recorder.segment.outer is not None:
            return self.value().value_now()
        if recorder.waiting is not None or id(self) in recorder.segment.known:
            recorder.flush()
        return self.array

    def value(self) -> Tensor:
        """The value now, as a tensor that stays."""
        return record(table.IDENTITY, (), (self,))

    read_value = value

    def assign(self, value: Any, *_: Any, **__: Any) -> Variable:
        """Give it a new value, of its own shape and dtype."""
        if value.__class__ is not Tensor or value.spec != self.spec:
            value = self.fitting("assign", value)
        segment = recorder.segment
        segment.slot_of(self)
        slot = value.slot if value.segment is segment else segment.slot_of(value)
        segment.bind([self], follow(ASSIGN, (segment.numbers[id(self)],), (slot,)).first)
        return self

    def put(self, array: Any) -> None:
        """Give it a new value at once, after all that is pending; no tape sees it."""
        recorder.flush()
        self.array = array

    def assign_add(self, delta: Any, *_: Any, **__: Any) -> Variable:
        """Add to its value."""
        return self.assign(record(table.ADD, (), (self, self.fitting("assign_add", delta))))

    def assign_sub(self, delta: Any, *_: Any, **__: Any) -> Variable:
        """Take off its value."""
        return self.assign(record(table.SUBTRACT, (), (self, self.fitting("assign_sub", delta))))

    def fitting(self, called: str, value: Any) -> Operand:
        """A new value as a tensor.

        Raises:
            InvalidArgumentError: Its shape or dtype is not the variable's.
        """
        new = convert_to_tensor(value, dtype_hint=self.spec.dtype)
        if new.spec != self.spec:
            raise invalid(f"{called} got {new.spec} for variable {self.name!r}, which is {self.spec}")
        return new

    def __reduce__(self) -> tuple[Any, ...]:
        return Variable, (self.numpy(), self.trainable, self.name.removesuffix(":0"))

    def __iadd__(self, _other: Any) -> NoReturn:
        raise RuntimeError(
            f"variable {self.name!r} keeps its place: write variable.assign_add(value) to change it, or "
            "result = variable + value for a new tensor" + place()
        )

    __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = __iadd__

    def __repr__(self) -> str:
        value = "symbolic" if recorder.segment.outer is not None else f"numpy={written(self.numpy(), exact=True)}"
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}, {value}>"

    __str__ = __repr__
