"""What all optimizers have: a learning rate, what they remember, and steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ffnn.tf.engine.nesting import flattened
from ffnn.tf.engine.recording import follow, recorder
from ffnn.tf.errors import invalid, place
from ffnn.tf.gradients import GradientTape
from ffnn.tf.keras import rules, schedules
from ffnn.tf.keras.layer import check_dtype, new_variable
from ffnn.tf.tensors import Operand, convert_to_tensor, hand_out
from ffnn.tf.tracing import outside
from ffnn.tf.variables import Variable


class Optimizer:
    """Moves variables against their gradients.

    One of your own overrides `update_step`, which moves one variable, and `build`, which makes what it remembers.

    Args:
        learning_rate: A number, a schedule, or a function without arguments that gives one.
        weight_decay: Share of each weight, times the learning rate, taken off at each step.
        clipnorm: Longest gradient of a variable.
        clipvalue: Largest number of a gradient.
        global_clipnorm: Longest gradient of all variables together.
        name: For people.
    """

    rule: rules.Rule | None = None
    """How one variable moves; None where `update_step` says it."""
    _start = 0.0
    """What memories start from."""

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
    ) -> None:
        if sum(one is not None for one in (clipnorm, clipvalue, global_clipnorm)) > 1:
            raise ValueError("an optimizer takes one of clipnorm, clipvalue and global_clipnorm")
        self.name = name or type(self).__name__
        self._schedule = schedules.followed(learning_rate)
        self._rate = Variable(0.0 if self._schedule else as_rate(learning_rate), trainable=False, name="learning_rate")
        self.iterations = Variable(np.int64(0), trainable=False, name="iterations")
        self._more = (weight_decay or 0.0, clipnorm, clipvalue, global_clipnorm, self._schedule)
        self._memories: dict[int, tuple[Variable, list[Variable]]] = {}
        self._updates: dict[tuple[int, ...], tuple[rules.Update, list[Variable]]] = {}
        self.built = False
        self._own: list[Variable] = []
        self._moved: list[Variable] = []
        if self.takes_update_step and any(self._more[:4]):
            raise ValueError(f"{type(self).__name__} clips and decays in its update_step: it takes no such argument")

    @property
    def learning_rate(self) -> Any:
        """The learning rate, a variable; with a schedule, the rate of the next step."""
        return self._rate if self._schedule is None else self._schedule(self.iterations)

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if self._schedule is not None:
            raise TypeError("this optimizer's learning rate follows a schedule; make one with a number to set it")
        self._rate.assign(as_rate(value))

    lr = learning_rate

    @property
    def variables(self) -> list[Variable]:
        """Number of steps, learning rate, and what is remembered."""
        return [self.iterations, self._rate, *self._own, *[one for _, kept in self._memories.values() for one in kept]]

    @property
    def takes_update_step(self) -> bool:
        """Whether one of one's own says in `update_step` how a variable moves."""
        return self.rule is None or type(self).update_step is not Optimizer.update_step

    @property
    def steps_its_own_way(self) -> bool:
        """Whether one of one's own has a say in what a step does."""
        overridden = [
            type(self).apply is not Optimizer.apply,
            type(self).apply_gradients is not Optimizer.apply_gradients,
        ]
        return self.takes_update_step or any(overridden)

    def build(self, variables: list[Variable]) -> None:
        """Make what is remembered of these variables, before the first step."""
        self._moved, self.built = list(variables), True

    def add_variable(self, shape: Any, initializer: Any = "zeros", dtype: Any = None, name: str | None = None) -> Any:
        """A new variable that the optimizer remembers things in."""
        check_dtype(dtype)
        self._own.append(new_variable(shape, initializer, False, f"{self.name}/{name or 'variable'}"))
        return self._own[-1]

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """A new variable of the shape of another."""
        variable: Variable = self.add_variable(reference_variable.shape, initializer, None, name)
        return variable

    def add_optimizer_variables(
        self, trainable_variables: list[Variable], name: str, initializer: Any = "zeros"
    ) -> list[Variable]:
        """A new variable for each of these, of its shape."""
        return [self.add_variable_from_reference(variable, name, initializer) for variable in trainable_variables]

    def _get_variable_index(self, variable: Variable) -> int:
        """The place of a variable among those that `build` was given."""
        return [id(one) for one in self._moved].index(id(variable))

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Move one variable."""
        if self.rule is None:
            raise NotImplementedError(f"{type(self).__name__} has no update_step{place()}")
        state = [variable, *self._remembered(variable)]
        segment = recorder.segment
        inputs = [convert_to_tensor(learning_rate), self.iterations, variable, convert_to_tensor(gradient), *state[1:]]
        step = follow(rules.UPDATE, (rules.Update(self.rule, 1),), tuple(map(segment.slot_of, inputs)))
        segment.bind(state, step.first + 1)

    def assign(self, variable: Variable, value: Any) -> None:
        """Give a variable a new value."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Take off a variable."""
        variable.assign_sub(value)

    def minimize(self, loss: Any, var_list: Any, tape: GradientTape | None = None) -> Variable:
        """One step down: differentiate the loss, then apply the gradients.

        Args:
            loss: A function without arguments that returns the loss; or a tensor, with the tape that watched it.
            var_list: Variables to move, or a function that returns them.
            tape: See `loss`.
        """
        if callable(loss):
            with tape or GradientTape() as tape:
                loss = loss()
        elif tape is None:
            raise ValueError(
                f"minimize takes a function that returns the loss, or a tensor with tape=…; got {loss!r}{place()}"
            )
        variables = flattened(var_list() if callable(var_list) else var_list)
        if tuple([id(variable) for variable in variables]) not in self._updates:
            for variable in variables:
                check_variable(variable)
        slots = tape.differentiate([convert_to_tensor(one) for one in flattened(loss)], variables, [])
        if not self.steps_its_own_way:
            return self.take_step(slots, variables)
        gradients = [
            None if slot is None else hand_out(recorder.segment, slot, variable.spec)
            for slot, variable in zip(slots, variables, strict=True)
        ]
        self.apply_gradients(list(zip(gradients, variables, strict=True)))
        return self.iterations

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]], **_options: Any) -> Variable:
        """One step, with gradients that are at hand: pairs of gradient and variable.

        Raises:
            ValueError: No variable has a gradient.
        """
        several = isinstance(grads_and_vars, Iterable) and not isinstance(grads_and_vars, Operand)
        pairs: list[Any] = list(grads_and_vars) if several else [grads_and_vars]
        for pair in pairs:
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise TypeError(
                    f"apply_gradients takes pairs of gradient and variable, zip(gradients, variables); got {pair!r}"
                    + place()
                )
        return self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])

    def apply(self, grads: Any, trainable_variables: Any = None) -> Variable:
        """One step, with a gradient for each of these variables, or of those that `build` was given.

        Raises:
            ValueError: No variable has a gradient.
        """
        variables = self._moved if trainable_variables is None else list(trainable_variables)
        slots: list[int | None] = []
        for gradient, variable in zip(grads, variables, strict=True):
            check_variable(variable)
            if gradient is None:
                slots.append(None)
                continue
            gradient = convert_to_tensor(gradient, dtype_hint=variable.dtype)
            if gradient.shape != variable.shape:
                raise invalid(f"the gradient {gradient.spec} does not fit variable {variable.name!r}, {variable.spec}")
            slots.append(recorder.segment.slot_of(gradient))
        return self.take_step(slots, variables)

    def take_step(self, slots: list[int | None], variables: list[Variable]) -> Variable:
        """Record a step; `slots` are those of the gradients, None for a variable that stays."""
        if not self.built:
            with outside():
                self.build(variables)
        if None in slots:
            variables = [variable for variable, slot in zip(variables, slots, strict=True) if slot is not None]
        if not variables:
            raise ValueError("no variable has a gradient: the loss does not depend on any of them" + place())
        if self.takes_update_step:
            rate, gradients = self.learning_rate, [slot for slot in slots if slot is not None]
            for slot, variable in zip(gradients, variables, strict=True):
                self.update_step(hand_out(recorder.segment, slot, variable.spec), variable, rate)
            self.iterations.assign_add(1)
        else:
            self.follow_rule(slots, variables)
        if recorder.watching == 0:
            recorder.boundary()
        return self.iterations

    def follow_rule(self, slots: list[int | None], variables: list[Variable]) -> None:
        """Record a step of the rule for all variables at once."""
        how, state = self.prepared(variables)
        segment = recorder.segment
        own = [segment.slot_of(one) for one in state]
        count = len(variables)
        inputs = (*own[: 2 + count], *[slot for slot in slots if slot is not None], *own[2 + count :])
        step = follow(rules.UPDATE, (how,), inputs)
        segment.bind(state[1:], step.first)

    def prepared(self, variables: list[Variable]) -> tuple[rules.Update, list[Variable]]:
        """What is fixed of a step of these variables; and rate, number of steps, the variables and their memories."""
        names = tuple([id(variable) for variable in variables])
        known = self._updates.get(names)
        if known is None:
            if len(set(names)) < len(names):
                raise ValueError("a variable was given twice")
            memories = [one for variable in variables for one in self._remembered(variable)]
            how = rules.Update(self.rule, len(variables), *self._more)
            known = self._updates[names] = how, [self._rate, self.iterations, *variables, *memories]
        return known

    def _remembered(self, variable: Variable) -> list[Variable]:
        """What is remembered of a variable; nothing yet at its first step."""
        if id(variable) not in self._memories:
            start = np.full(variable.shape, self._start, variable.dtype.numpy)
            names = self.rule.memories if self.rule else ()
            kept = [Variable(start, trainable=False, name=f"{variable.name}/{name}") for name in names]
            self._memories[id(variable)] = variable, kept
        return self._memories[id(variable)][1]


def as_number(value: Any) -> float:
    """A number, or NaN in place of what is none."""
    try:
        return np.nan if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        return np.nan


def as_rate(value: Any) -> np.float32:
    """A learning rate as a number.

    Raises:
        ValueError: It is negative, or none.
    """
    rate = np.float32(as_number(value))
    if not rate >= 0 or not np.isfinite(rate):
        raise ValueError(f"a learning rate must be a number of at least 0; got {value!r}{place()}")
    return rate


def check_variable(variable: Any) -> None:
    """Only variables can be moved."""
    if not isinstance(variable, Variable):
        raise TypeError(f"an optimizer moves Variables; got {variable!r}{place()}")
    if not variable.dtype.is_floating:
        raise TypeError(
            f"variable {variable.name!r} is {variable.dtype.name}: only floating-point numbers have gradients"
        )
