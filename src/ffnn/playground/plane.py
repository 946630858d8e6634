"""The plane in which a network is seen: where its points lie, and what enters the network at each place of a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Float, Float32, Float64, Int32

from ffnn.networks.arrays import Inputs
from ffnn.playground.data import Data, featured
from ffnn.playground.problems import FARTHEST
from ffnn.playground.settings import Settings
from ffnn.tables.columns.schema import require
from ffnn.tables.encoding.encoder import Encoder

Range: TypeAlias = tuple[float, float]

MOST_SHOWN = 1000
"""Points that are drawn; of more, so many at random."""

MARGIN = 0.05
"""Room around the points of a table, as a share of their range."""


@dataclass(frozen=True, eq=False)
class Plane:
    """Which plane, and what lies in it.

    Attributes:
        axes: Names of its two directions.
        domain: What is seen of them: smallest and largest, from left to right and from bottom to top.
        shown: Rows of the data that are drawn.
        points: Where they lie; NaN where that is unknown.
        grid: Inputs at side × side places, row by row from the top left, each in the middle of its pixel.
    """

    axes: tuple[str, str]
    domain: tuple[Range, Range]
    shown: Int32[np.ndarray, " shown"]
    points: Float64[np.ndarray, "shown 2"]
    grid: Inputs


def seen(settings: Settings, data: Data, encoder: Encoder, inputs: Inputs, side: int) -> Plane:
    """The plane that some settings ask for.

    Raises:
        TableError: A column that should span it is not among the numbers of the table.
    """
    shown = sample(data, settings.data_seed)
    if data.points is not None:
        domain = ((-FARTHEST, FARTHEST), (-FARTHEST, FARTHEST))
        grid = encoder.encode(featured(places(domain, side), settings.features))
        return Plane(("x", "y"), domain, shown, data.points[shown], grid)
    spanning = spanned(settings, data)
    if settings.view == "pca" or spanning is None:
        return of_components(data, inputs, shown, side)
    return of_columns(settings, data, encoder, shown, spanning, side)


def sample(data: Data, seed: int) -> Int32[np.ndarray, " shown"]:
    """The rows that are drawn."""
    count = len(data.answers)
    if count <= MOST_SHOWN:
        return np.arange(count, dtype=np.int32)
    return np.sort(np.random.default_rng(seed).choice(count, MOST_SHOWN, replace=False)).astype(np.int32)


def spanned(settings: Settings, data: Data) -> tuple[str, str] | None:
    """The two columns of numbers that span the plane; None where there are not two."""
    numbers = [column.name for column in data.schema.inputs if column.kind == "number"]
    for name in filter(None, (settings.across, settings.up)):
        require(name, numbers, "numeric input")
    if len(numbers) < 2:
        return None
    across = settings.across or next(name for name in numbers if name != settings.up)
    return across, settings.up or next(name for name in numbers if name != across)


def of_columns(
    settings: Settings,
    data: Data,
    encoder: Encoder,
    shown: Int32[np.ndarray, " shown"],
    spanning: tuple[str, str],
    side: int,
) -> Plane:
    """Two columns of a table; all others stand at what they are in one row."""
    columns = data.cells.select(pl.col(name).cast(pl.Float64) for name in dict.fromkeys(spanning))
    numbers = np.stack([columns[name].fill_null(np.nan).to_numpy() for name in spanning], axis=1)
    domain = (reach(numbers[:, 0]), reach(numbers[:, 1]))
    base = data.cells[[settings.row % len(data.cells)] * side**2]
    grid = places(domain, side)
    cells = base.with_columns(*(pl.Series(name, grid[:, place]) for place, name in enumerate(dict.fromkeys(spanning))))
    return Plane(spanning, domain, shown, numbers[shown], encoder.encode(cells))


def of_components(data: Data, inputs: Inputs, shown: Int32[np.ndarray, " shown"], side: int) -> Plane:
    """The two directions in which the inputs vary most, through their mean. Source: Pearson 1901."""
    training = inputs.numbers[data.training]
    mean = training.mean(axis=0)
    _, _, directions = np.linalg.svd(training[:MOST_SHOWN] - mean, full_matrices=False)
    directions = np.concatenate([directions, np.zeros((2, training.shape[1]), np.float32)])[:2]
    points = (inputs.numbers - mean) @ directions.T
    domain = (reach(points[:, 0]), reach(points[:, 1]))
    numbers = (mean + places(domain, side) @ directions).astype(np.float32)
    grid = Inputs(numbers, np.zeros((len(numbers), 0), np.int32))
    return Plane(("component 1", "component 2"), domain, shown, points[shown].astype(np.float64), grid)


def places(domain: tuple[Range, Range], side: int) -> Float64[np.ndarray, "places 2"]:
    """The middles of side × side pixels, row by row from the top left."""
    middles = (np.arange(side) + 0.5) / side
    (left, right), (bottom, top) = domain
    x, y = np.meshgrid(left + middles * (right - left), top - middles * (top - bottom))
    return np.stack([x.ravel(), y.ravel()], axis=1)


def reach(numbers: Float[np.ndarray, " rows"]) -> Range:
    """The range of some numbers, with room on both sides; far outliers lie outside."""
    there = numbers[np.isfinite(numbers)]
    low, high = (float(end) for end in np.quantile(there, (0.005, 0.995))) if len(there) else (0.0, 1.0)
    room = MARGIN * (high - low) or max(1.0, abs(high)) * MARGIN
    return low - room, high + room


def pixels(values: Float[np.ndarray, "..."]) -> np.ndarray:
    """Values from -1 to 1, cut off there, as bytes: 0 is -1, 255 is +1."""
    clipped = np.clip(np.nan_to_num(values), -1, 1)
    return np.asarray((clipped + 1) * 127.5 + 0.5, np.uint8)


def tiles(values: Float32[np.ndarray, "places units"], side: int, tile: int) -> np.ndarray:
    """The map of each unit, made smaller: bytes [units, tile, tile]."""
    step = side // tile
    maps = values.reshape(side, side, -1)[step // 2 :: step, step // 2 :: step]
    return np.ascontiguousarray(pixels(maps).transpose(2, 0, 1))
