"""`tf.keras.initializers`: initial weights, drawn by the house's own initializers."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np

from ffnn.errors import near
from ffnn.networks import initializers as house
from ffnn.tf import random
from ffnn.tf.arrays import sizes
from ffnn.tf.dtypes import as_dtype, float32
from ffnn.tf.errors import invalid, place
from ffnn.tf.names import refuse_other_names
from ffnn.tf.tensors import Operand, Tensor, constant, from_array

__all__ = [
    "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Initializer", "LecunNormal",
    "LecunUniform", "Ones", "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "Zeros", "get",
]  # fmt: skip


class Initializer:
    """Gives initial weights: one of your own overrides `__call__`, which takes a shape and a dtype."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Call it."""
        raise NotImplementedError(f"{type(self).__name__} has no __call__{place()}")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An initializer of what its `get_config` gave."""
        return cls(**config)


class Drawn(Initializer):
    """Weights that the house draws.

    Attributes:
        written: As the house writes it: a name, with a number in brackets where it takes one.
        scale: What the drawn numbers are multiplied by.
        shift: What is added to them then.
        seed: Where the random numbers start.
    """

    def __init__(self, written: str, scale: float = 1.0, shift: float = 0.0, seed: int | None = None) -> None:
        house.parse(written)
        self.written, self.scale, self.shift, self.seed = written, scale, shift, seed

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """Call it."""
        array = house.draw(self.written, random.generator(self.seed), sizes(shape, "an initializer"))
        return from_array(
            (array * np.float32(self.scale) + np.float32(self.shift)).astype(as_dtype(dtype or float32).numpy)
        )


class Zeros(Drawn):
    """All 0."""

    def __init__(self) -> None:
        super().__init__("zeros")


class Ones(Drawn):
    """All 1."""

    def __init__(self) -> None:
        super().__init__("ones")


class Constant(Drawn):
    """All one number, or an array of the shape asked for."""

    def __init__(self, value: Any = 0.0) -> None:
        super().__init__("zeros")
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None) -> Tensor:
        """Call it."""
        return constant(self.value, dtype or float32, shape)


class RandomNormal(Drawn):
    """Normal, of that mean and standard deviation."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(f"normal({stddev})", shift=mean, seed=seed)


class TruncatedNormal(Drawn):
    """Normal, with what lies more than two standard deviations out drawn again."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        super().__init__(f"truncated_normal({stddev})", shift=mean, seed=seed)


class RandomUniform(Drawn):
    """Uniform from minval on, below maxval."""

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None) -> None:
        super().__init__("uniform(1)", (maxval - minval) / 2, (maxval + minval) / 2, seed)


class Orthogonal(Drawn):
    """Orthonormal rows or columns, times gain."""

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        super().__init__(f"orthogonal({gain})", seed=seed)


class Seeded(Drawn):
    """An initializer that takes a seed alone."""

    name: str

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(self.name, seed=seed)


class GlorotUniform(Seeded):
    """Uniform, of variance 2 / (inputs + outputs). Source: Glorot and Bengio 2010, equation 16."""

    name = "glorot_uniform"


class GlorotNormal(Seeded):
    """Truncated normal, of variance 2 / (inputs + outputs). Source: Glorot and Bengio 2010, equation 16."""

    name = "glorot_normal"


class HeUniform(Seeded):
    """Uniform, of variance 2 / inputs. Source: He et al. 2015, equation 10."""

    name = "he_uniform"


class HeNormal(Seeded):
    """Truncated normal, of variance 2 / inputs. Source: He et al. 2015, equation 10."""

    name = "he_normal"


class LecunUniform(Seeded):
    """Uniform, of variance 1 / inputs. Source: LeCun et al. 1998, section 4.6."""

    name = "lecun_uniform"


class LecunNormal(Seeded):
    """Truncated normal, of variance 1 / inputs. Source: LeCun et al. 1998, section 4.6."""

    name = "lecun_normal"


INITIALIZERS: dict[str, Any] = {
    "zeros": Zeros, "ones": Ones, "constant": Constant, "random_normal": RandomNormal, "random_uniform": RandomUniform,
    "truncated_normal": TruncatedNormal, "orthogonal": Orthogonal, "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal, "he_uniform": HeUniform, "he_normal": HeNormal, "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
}  # fmt: skip

normal, uniform = RandomNormal, RandomUniform


def get(identifier: Any) -> Any:
    """The initializer of that name or class; a function of a shape stays what it is, a number is that everywhere."""
    if identifier is None:
        return Zeros()
    if isinstance(identifier, type):
        return identifier()
    if isinstance(identifier, int | float | np.ndarray | Operand):
        return Constant(identifier)
    if callable(identifier):
        return identifier
    words = {kind.__name__: kind for kind in INITIALIZERS.values()}
    kind = INITIALIZERS.get(identifier) or words.get(identifier)
    if kind is None:
        raise ValueError(f"there is no initializer {identifier!r}; {near(identifier, INITIALIZERS)}{place()}")
    return kind()


def called(initializer: Any, shape: tuple[int, ...]) -> Any:
    """What an initializer gives for a shape, float32; a function may take the shape alone.

    Raises:
        InvalidArgumentError: It has another shape.
    """
    names = signature(initializer).parameters.values()
    typed = any(one.name == "dtype" or one.kind is one.VAR_KEYWORD for one in names)
    value = initializer(shape, dtype="float32") if typed else initializer(shape)
    if np.shape(value) != shape:
        raise invalid(f"an initializer was asked for shape {list(shape)} and gave {list(np.shape(value))}")
    return value


refuse_other_names(__name__)
