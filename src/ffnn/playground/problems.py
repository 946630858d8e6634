"""Problems to learn in a plane, by formula: two classes, or a number for each point.

The same distributions as those of TensorFlow Playground (tensorflow/playground, `dataset.ts`), so that what is learned
here can be compared with what is written about it; the draws are our own. With
"noise" ν a point moves before it is labelled, but is kept where it was (`circle`, `xor`, `reg-…`), or it moves itself
(`gauss`, `spiral`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from jaxtyping import Float64

Points: TypeAlias = Float64[np.ndarray, "points 2"]
Answers: TypeAlias = Float64[np.ndarray, " points"]

RADIUS = 5.0
"""Of the plane that points of classes lie in."""

FARTHEST = 6.0
"""Of the plane that is drawn, and that points of numbers lie in."""

CONES = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
"""x, y and sign of the hills and hollows of `reg-gauss`."""


def generate(name: str, count: int, noise: float, generator: np.random.Generator) -> tuple[Points, Answers]:
    """Points and their answers, in random order.

    Args:
        name: One of `GENERATORS`.
        count: How many points.
        noise: ν, 0 to 0.5.
        generator: NumPy's source of random numbers.

    Returns:
        Points, and for each the class -1 or +1, or the number.
    """
    points, answers = GENERATORS[name](count, noise, generator)
    order = generator.permutation(count)
    return points[order], answers[order]


def circle(count: int, noise: float, generator: np.random.Generator) -> tuple[Points, Answers]:
    """A disc of radius 2.5, +1, in a ring from 3.5 to 5, -1."""
    inner = count // 2
    radius = np.concatenate([generator.uniform(0, RADIUS / 2, inner), generator.uniform(3.5, RADIUS, count - inner)])
    angle = generator.uniform(0, 2 * np.pi, count)
    points = np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)
    seen = points + jitter(count, RADIUS * noise, generator)
    return points, np.where(np.hypot(*seen.T) < RADIUS / 2, 1.0, -1.0)


def xor(count: int, noise: float, generator: np.random.Generator) -> tuple[Points, Answers]:
    """+1 where x and y have the same sign, with a gap of 0.3 on both sides of each axis."""
    points = generator.uniform(-RADIUS, RADIUS, (count, 2))
    points += np.where(points > 0, 0.3, -0.3)
    seen = points + jitter(count, RADIUS * noise, generator)
    return points, np.where(seen[:, 0] * seen[:, 1] >= 0, 1.0, -1.0)


def gauss(count: int, noise: float, generator: np.random.Generator) -> tuple[Points, Answers]:
    """Two normal clouds, +1 around (2, 2) and -1 around (-2, -2), of variance 0.5 + 7 ν."""
    answers = np.where(np.arange(count) < count // 2, 1.0, -1.0)
    spread = np.sqrt(0.5 + 7 * noise)
    return 2 * answers[:, None] + spread * generator.standard_normal((count, 2)), answers


def spiral(count: int, noise: float, generator: np.random.Generator) -> tuple[Points, Answers]:
    """Two arms that wind around each other: radius 5 i/n, angle 3.5 π i/n, the second arm half a turn further."""
    answers = np.where(np.arange(count) < count // 2, 1.0, -1.0)
    lengths = np.where(answers > 0, count // 2, count - count // 2)
    along = np.where(answers > 0, np.arange(count), np.arange(count) - count // 2) / lengths
    angle = 3.5 * np.pi * along + np.where(answers > 0, 0, np.pi)
    points = RADIUS * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return points + jitter(count, noise, generator), answers


def plane(count: int, noise: float, generator: np.random.Generator) -> tuple[Points, Answers]:
    """(x + y) / 10."""
    points = generator.uniform(-FARTHEST, FARTHEST, (count, 2))
    return points, (points + jitter(count, FARTHEST * noise, generator)).sum(axis=1) / 10


def cones(count: int, noise: float, generator: np.random.Generator) -> tuple[Points, Answers]:
    """Three hills and three hollows of radius 2: sign · max(0, 1 - distance / 2), of the centre where it is largest."""
    points = generator.uniform(-FARTHEST, FARTHEST, (count, 2))
    seen = points + jitter(count, FARTHEST * noise, generator)
    centres = np.array(CONES)
    distance = np.hypot(*(seen[:, None] - centres[:, :2]).T).T
    heights = np.maximum(0, 1 - distance / 2)
    highest = heights.argmax(axis=1)
    return points, centres[highest, 2] * heights.max(axis=1)


def jitter(count: int, size: float, generator: np.random.Generator) -> Points:
    """Moves of up to `size` along each axis."""
    return size * generator.uniform(-1, 1, (count, 2))


GENERATORS: dict[str, Callable[[int, float, np.random.Generator], tuple[Points, Answers]]] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
    "reg-plane": plane,
    "reg-gauss": cones,
}

FEATURES: dict[str, tuple[str, Callable[[Float64[np.ndarray, "..."], Float64[np.ndarray, "..."]], np.ndarray]]] = {
    "x": ("x", lambda x, _: x),
    "y": ("y", lambda _, y: y),
    "x2": ("x²", lambda x, _: x**2),
    "y2": ("y²", lambda _, y: y**2),
    "xy": ("x·y", lambda x, y: x * y),
    "sinx": ("sin x", lambda x, _: np.sin(x)),
    "siny": ("sin y", lambda _, y: np.sin(y)),
}
"""What of a point can enter the network: the name that is shown, and the formula."""
