"""Pictures that more than one lesson shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

BLUE, ORANGE, GREY = "#0877bd", "#f59322", "#888888"


def network(
    sizes: Sequence[int], weights: Sequence[Any] = (), names: Sequence[str] = (), axes: Axes | None = None
) -> None:
    """Draw nodes and arrows, layer by layer.

    Args:
        sizes: Number of nodes of each layer, inputs first.
        weights: Each layer's weight matrix: width and colour of its arrows (blue above 0, orange below).
        names: What stands in the nodes; numbers from 1 on if there are none.
        axes: Where to draw.
    """
    axes = axes or plt.subplots(figsize=(1.6 * len(sizes), 0.75 * max(sizes)))[1]
    places = [[(2 * layer, (size - 1) / 2 - node) for node in range(size)] for layer, size in enumerate(sizes)]
    for layer, (left, right) in enumerate(pairwise(places)):
        for i, start in enumerate(left):
            for j, end in enumerate(right):
                weight = float(np.asarray(weights[layer])[i, j]) if weights else 0
                colour = GREY if not weight else BLUE if weight > 0 else ORANGE
                width = min(5, 0.8 + 0.5 * abs(weight))
                axes.annotate(
                    "",
                    end,
                    start,
                    arrowprops={"arrowstyle": "-|>", "color": colour, "lw": width, "shrinkA": 13, "shrinkB": 13},
                )
    names = names or [str(number) for number in range(1, sum(sizes) + 1)]
    for (x, y), name in zip(chain(*places), names, strict=True):
        axes.scatter(x, y, s=600, color="white", edgecolors="black", zorder=2)
        axes.text(x, y, name, ha="center", va="center", zorder=3)
    axes.set_xlim(-0.6, 2 * len(sizes) - 1.4)
    axes.set_ylim(-max(sizes) / 2 - 0.1, max(sizes) / 2 + 0.1)
    axes.axis("off")


def surface(run_network: Callable[[Any], Any], title: str = "", axes: Axes | None = None) -> None:
    """Colour the square of two inputs by the network's output, with the four patterns of XOR on it.

    Args:
        run_network: Makes outputs of inputs of shape [rows, 2].
        title: What stands above.
        axes: Where to draw, without a colour bar.
    """
    place = axes or plt.subplots(figsize=(4, 3.2))[1]
    steps = np.linspace(-0.25, 1.25, 61, dtype=np.float32)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    y = np.asarray(run_network(grid)).reshape(61, 61)
    drawn = place.contourf(steps, steps, y, levels=np.linspace(0, 1, 21), cmap="RdYlBu")
    place.contour(steps, steps, y, levels=[0.5], colors="black", linewidths=1)
    for (a, b), target in zip([(0, 0), (0, 1), (1, 0), (1, 1)], (0, 1, 1, 0), strict=True):
        place.scatter(a, b, s=180, color=BLUE if target else ORANGE, edgecolors="black")
        place.text(a, b, str(target), ha="center", va="center", color="white")
    place.set(title=title, xlabel="A", ylabel="B", aspect="equal")
    if axes is None:
        plt.colorbar(drawn, ax=place, ticks=[0, 0.5, 1], label="output")


def against_targets(y: Any, title: str = "", axes: Axes | None = None) -> None:
    """Draw the network's outputs for the four patterns of XOR as bars, and the targets as lines."""
    axes = axes or plt.subplots(figsize=(4, 2.4))[1]
    axes.bar(range(4), np.asarray(y).ravel(), color=BLUE, width=0.6, label="output")
    axes.hlines([0, 1, 1, 0], np.arange(4) - 0.4, np.arange(4) + 0.4, color=ORANGE, lw=4, label="target")
    axes.set(title=title, ylim=(-0.05, 1.05), xticks=range(4), xticklabels=["0 0", "0 1", "1 0", "1 1"])
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
