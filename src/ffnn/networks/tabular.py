"""The layers that make a network strong on tables: embedded categories, periodic numbers, learned scales, tangents.

Source: Holzmüller, Grinsztajn and Steinwart 2024, "Better by default: strong pre-tuned MLPs and boosted trees on
tabular data" (section 3 and appendix A), which the numbers here follow unless another source is named.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from ffnn.errors import RecipeError
from ffnn.networks import activations
from ffnn.networks.arrays import Array, Inputs, Noise, Parameters
from ffnn.networks.layers import Dense, Dropout, Layer, LayerNorm, Numbers

COSINE = tuple((-1) ** power * (2 * math.pi) ** (2 * power) / math.factorial(2 * power) for power in range(9))
"""Coefficients of cos(2πt) in powers of t²: an error below 6e-7 for |t| ≤ 1/2."""

CLOSE = 0.03
"""Deviation of the initial vectors of levels: all begin nearly alike, so what few rows teach stays in the middle."""

POINTS = 5
"""Sample rows whose sums a tangent layer's initial biases are mixed of."""


def cosine(turns: Float[Array, "..."]) -> Float[Array, "..."]:
    """cos(2π turns), by its power series: compiled for a CPU, four times as fast as the library's cosine."""
    xp = turns.__array_namespace__()
    square = (turns - xp.round(turns)) ** 2
    total = COSINE[-1]
    for coefficient in COSINE[-2::-1]:
        total = total * square + coefficient
    return total


@dataclass(frozen=True)
class Embedding:
    """Before the first layer: each category code becomes numbers that are learned for its level.

    They come after the numbers, whose places stay as they are. Source: Guo and Berkhahn 2016, "Entity embeddings of
    categorical variables"; size as Holzmüller et al. 2024, whose vectors begin far apart, with deviation 1.

    Input shape: Inputs(numbers [rows, n], codes [rows, columns]). Output shape: Inputs(numbers [rows, n + size ×
    columns], codes [rows, 0]).

    Attributes:
        codes: How many codes each column has.
        size: Numbers of each level.
    """

    codes: tuple[int, ...]
    size: int = 8

    def __post_init__(self) -> None:
        if min(self.codes, default=0) < 1 or self.size < 1:
            raise RecipeError("an embedding needs a column, at least one code of each, and a size of at least 1")

    def init(self, generator: np.random.Generator, sample: Inputs) -> Parameters:
        """{vector: float32 [codes of all columns, size]}, normal around 0."""
        shape = self.shapes(sample.numbers.shape[-1])["vector"]
        return {"vector": np.float32(CLOSE) * generator.standard_normal(shape, np.float32)}

    def apply(self, parameters: Parameters, x: Inputs, noise: Noise | None = None) -> Inputs:
        """The numbers, then each column's vectors."""
        xp = x.numbers.__array_namespace__()
        starts = np.cumsum([0, *self.codes[:-1]], dtype=np.int32)
        vectors = xp.take(parameters["vector"], xp.reshape(x.codes + starts, (-1,)), axis=0)
        learned = xp.reshape(vectors, (x.numbers.shape[0], self.size * len(self.codes)))
        return Inputs(xp.concat([x.numbers, learned], axis=1), x.codes[:, :0])

    def width(self, inputs: int) -> int:
        """The numbers, and those that are learned."""
        return inputs + self.size * len(self.codes)

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Of the vectors."""
        return {"vector": (sum(self.codes), self.size)}


@dataclass(frozen=True)
class Periodic:
    """The first layer: each number as itself and as mixtures of cosines of it; other inputs as they are.

    Every number x gives x, and Σ_f cos(2π (w_f x + b_f)) K_f, with w, b and K of its own: so the next layer sees at
    once whether x lies here or there, which a sum of weighted numbers cannot. Source: Gorishniy, Rubachev and Babenko
    2022, "On embeddings for numerical features in tabular deep learning"; phases and sizes as Holzmüller et al. 2024.

    Input shape: Inputs(numbers [rows, n], codes [rows, 0]). Output shape: [rows, n + mixtures × numbers].

    Attributes:
        places: Which inputs are numbers.
        frequencies: Cosines of each number.
        mixtures: What they are mixed to.
        highest: Standard deviation of the fastest initial w; those of the others lie at even ratios, down to a tenth.
            Layers that differ in nothing else are equal: they compute the same, so they share a compiled program.
    """

    places: tuple[int, ...]
    frequencies: int = 16
    mixtures: int = 3
    highest: float = field(default=1.0, compare=False)

    def __post_init__(self) -> None:
        if min(self.frequencies, self.mixtures) < 1 or not 0 < self.highest < math.inf:
            raise RecipeError("periodic numbers need a frequency, a mixture and a positive highest frequency")
        if len(set(self.places)) < len(self.places) or min(self.places, default=0) < 0:
            raise RecipeError("the places of periodic numbers must differ and not be negative")

    @property
    def rates(self) -> dict[str, float]:
        """Factors of the learning rate."""
        return dict.fromkeys(("frequency", "phase", "mixture"), 0.1)

    def init(self, generator: np.random.Generator, sample: Inputs) -> Parameters:
        """{frequency, phase: float32 [numbers, frequencies]; mixture: float32 [numbers, frequencies, mixtures]}."""
        if sample.codes.shape[-1]:
            raise RecipeError("category codes reach a network that has no embedding for them")
        shapes = self.shapes(sample.numbers.shape[-1])
        deviations = np.geomspace(self.highest / 10, self.highest, self.frequencies, dtype=np.float32)
        limit = 1 / math.sqrt(self.frequencies)
        return {
            "frequency": deviations * generator.standard_normal(shapes["frequency"], np.float32),
            "phase": generator.random(shapes["phase"], np.float32) - np.float32(0.5),
            "mixture": np.float32(limit) * (2 * generator.random(shapes["mixture"], np.float32) - 1),
        }

    def apply(self, parameters: Parameters, x: Inputs, noise: Noise | None = None) -> Float[Array, "rows outputs"]:
        """The inputs, then each number's mixtures."""
        if not self.places:
            return x.numbers
        xp = x.numbers.__array_namespace__()
        numbers = xp.take(x.numbers, np.array(self.places), axis=1).T[..., None]
        waves = cosine(numbers * parameters["frequency"][:, None] + parameters["phase"][:, None])
        mixed = xp.permute_dims(waves @ parameters["mixture"], (1, 0, 2))
        return xp.concat([x.numbers, xp.reshape(mixed, (x.numbers.shape[0], -1))], axis=1)

    def width(self, inputs: int) -> int:
        """The inputs and the mixtures."""
        return inputs + self.mixtures * len(self.places)

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Of frequency, phase and mixture."""
        size = (len(self.places), self.frequencies)
        return {"frequency": size, "phase": size, "mixture": (*size, self.mixtures)}


@dataclass(frozen=True)
class Scale:
    """Each input times a factor of its own, which is learned: what is of no use can be turned down.

    Input shape: [rows, inputs]. Output shape: the same.
    """

    @property
    def rates(self) -> dict[str, float]:
        """Factors of the learning rate."""
        return {"scale": 6.0}

    def init(self, generator: np.random.Generator, sample: Float[Array, "rows inputs"]) -> Parameters:
        """{scale: ones [inputs]}, float32."""
        return {"scale": np.ones(sample.shape[-1], np.float32)}

    def apply(
        self, parameters: Parameters, x: Float[Array, "rows inputs"], noise: Noise | None = None
    ) -> Float[Array, "rows inputs"]:
        """x · scale."""
        return x * parameters["scale"]

    def width(self, inputs: int) -> int:
        """As many as come in."""
        return inputs

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Of the scale."""
        return {"scale": (inputs,)}


@dataclass(frozen=True)
class Tangent:
    """A fully connected layer in neural-tangent parametrisation: y = g(x W / √inputs + b).

    Weights of size 1 whatever the width, so that one learning rate suits all layers (Jacot, Gabriel and Hongler 2018,
    section 2). The activation has a strength that is learned: g(s) = s + (f(s) - s) α, α one for each unit, 1 at first.

    Initial weights look at sample rows: each unit's sum has deviation 1 there, and its bias takes off a mixture of the
    sums of some of them, so that its bend lies where rows are.

    Input shape: [rows, inputs]. Output shape: [rows, units].

    Attributes:
        units: Number of neurons.
        activation: Name of f; `linear` has no strength.
    """

    units: int
    activation: str = "linear"

    def __post_init__(self) -> None:
        if self.units < 1:
            raise RecipeError(f"a layer must have at least 1 unit; got {self.units}")
        activations.named(self.activation)

    @property
    def rates(self) -> dict[str, float]:
        """Factors of the learning rate."""
        return {"bias": 0.1, "strength": 0.1}

    def init(self, generator: np.random.Generator, sample: Float[Array, "rows inputs"]) -> Parameters:
        """{kernel: float32 [inputs, units], bias: float32 [units]}, and strength: ones [units] of what bends."""
        kernel = generator.standard_normal((sample.shape[-1], self.units), np.float32)
        sums = sample.astype(np.float64) @ kernel / math.sqrt(max(1, sample.shape[-1]))
        deviation = sums.std(axis=0)
        deviation[~(np.isfinite(deviation) & (deviation > 1e-6))] = 1
        picked = generator.integers(len(sample), size=(POINTS, self.units))
        shares = generator.standard_exponential((POINTS, self.units))
        mixed = (np.take_along_axis(sums / deviation, picked, axis=0) * shares).sum(0) / shares.sum(0)
        parameters = {"kernel": (kernel / deviation).astype(np.float32), "bias": -mixed.astype(np.float32)}
        if self.activation != "linear":
            parameters["strength"] = np.ones(self.units, np.float32)
        return parameters

    def apply(
        self, parameters: Parameters, x: Float[Array, "rows inputs"], noise: Noise | None = None
    ) -> Float[Array, "rows units"]:
        """g(x W / √inputs + b)."""
        sums = (x * (1 / math.sqrt(max(1, x.shape[-1])))) @ parameters["kernel"]
        sums += parameters["bias"]  # in place where arrays can be changed: it saves a block of memory
        if self.activation == "linear":
            return sums
        bent = activations.named(self.activation)(sums) - sums
        bent *= parameters["strength"]
        bent += sums
        return bent

    def width(self, inputs: int) -> int:
        """One for each unit."""
        return self.units

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Of kernel and bias, and of strength."""
        bent = {} if self.activation == "linear" else {"strength": (self.units,)}
        return {"kernel": (inputs, self.units), "bias": (self.units,), **bent}


LAYERS: dict[str, type[Layer]] = {
    layer.__name__: layer for layer in (Numbers, Dense, Dropout, LayerNorm, Embedding, Periodic, Scale, Tangent)
}
"""Every kind of layer, by name."""
