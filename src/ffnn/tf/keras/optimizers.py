"""`tf.keras.optimizers`: SGD, Adam, AdamW, RMSprop, Adagrad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ffnn.errors import near
from ffnn.tf.errors import place
from ffnn.tf.keras import rules, schedules
from ffnn.tf.keras.optimizer import Optimizer, as_number
from ffnn.tf.names import refuse_other_names

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "get", "schedules"]


class Ruled(Optimizer):
    """An optimizer of the house, which follows a rule."""

    def __init__(self, rule: rules.Rule, learning_rate: Any, start: float = 0.0, **more: Any) -> None:
        self.rule, self._start = rule, start
        super().__init__(learning_rate, **more)


class SGD(Ruled):
    """Gradient descent, with momentum where asked for."""

    def __init__(self, learning_rate: Any = 0.01, momentum: float = 0.0, nesterov: bool = False, **more: Any) -> None:
        if not 0 <= as_number(momentum) <= 1:
            raise ValueError(f"momentum must be a number from 0 to 1; got {momentum!r}{place()}")
        super().__init__(rules.GradientDescent(float(momentum), bool(nesterov)), learning_rate, **more)


class Adam(Ruled):
    """Adam, or AMSGrad; ε is added before v is corrected. Source: Kingma and Ba 2015, end of section 2."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(rules.Moments(beta_1, beta_2, epsilon, bool(amsgrad)), learning_rate, **more)


class AdamW(Adam):
    """Adam whose weights decay by themselves, apart from the gradient. Source: Loshchilov and Hutter 2019."""

    def __init__(self, learning_rate: Any = 0.001, weight_decay: float = 0.004, *betas: Any, **more: Any) -> None:
        super().__init__(learning_rate, *betas, weight_decay=weight_decay, **more)


class RMSprop(Ruled):
    """RMSprop. Source: Hinton 2012, lecture 6e."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(rules.MeanSquare(rho, float(momentum), epsilon, bool(centered)), learning_rate, **more)


class Adagrad(Ruled):
    """Adagrad. Source: Duchi et al. 2011."""

    def __init__(
        self, learning_rate: Any = 0.001, initial_accumulator_value: float = 0.1, epsilon: float = 1e-7, **more: Any
    ) -> None:
        super().__init__(rules.Accumulated(epsilon), learning_rate, start=initial_accumulator_value, **more)


OPTIMIZERS: dict[str, Callable[[], Optimizer]] = {
    "sgd": SGD, "adam": Adam, "adamw": AdamW, "rmsprop": RMSprop, "adagrad": Adagrad,
}  # fmt: skip


def get(identifier: Any) -> Optimizer:
    """The optimizer of that name; an optimizer stays what it is."""
    if isinstance(identifier, Optimizer):
        return identifier
    if str(identifier).lower() not in OPTIMIZERS:
        raise ValueError(f"there is no optimizer {identifier!r}; {near(identifier, OPTIMIZERS)}{place()}")
    return OPTIMIZERS[str(identifier).lower()]()


refuse_other_names(__name__)
