"""A short trial before training: which frequency of periodic numbers suits the rows.

How finely a number matters differs from table to table, and nobody can know beforehand: one table wants slow waves,
another waves a hundred times as fast, and the wrong ones cost more than any other choice. All candidates train side by
side in the program of the main run, with the same initial draws, rows and folds, so that only the frequency differs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from ffnn.errors import TrainingError
from ffnn.recipes.recipe import Settled
from ffnn.training.restarts import Record, Trained
from ffnn.training.steps import Steps

FREQUENCIES = (0.2, 1.0, 5.0, 20.0)

EPOCHS = 8

FEWEST_ROWS = 1500
"""Below this a trial says more about its folds than about the frequencies."""

USUAL = FREQUENCIES[0]
"""The frequency where there is no trial, or it comes to nothing: slow waves, which do the least harm."""


def tried(recipe: Settled, rows: int, train: Callable[..., Steps[Record, Trained]]) -> Steps[Record, Settled]:
    """Find the recipe with a frequency, if its periodic numbers lack one.

    Args:
        recipe: Choices of the main run.
        rows: Rows that train and validate.
        train: Trains restarts on the rows, validated by folds: (recipe, numbers=, frequencies=), the number of each
            restart and its frequency.
    """
    if not recipe.periodic or recipe.frequency is not None:
        return recipe
    if rows < FEWEST_ROWS:
        return dataclasses.replace(recipe, frequency=USUAL)
    times = max(1, recipe.restarts // len(FREQUENCIES))
    numbers = np.repeat(np.arange(times, dtype=np.int32), len(FREQUENCIES))
    short = dataclasses.replace(recipe, epochs=min(EPOCHS, recipe.epochs), patience=None, keep="average")
    try:
        trained = yield from train(short, numbers=numbers, frequencies=FREQUENCIES * times)
    except TrainingError:  # all diverged: the main run says why
        return dataclasses.replace(recipe, frequency=USUAL)
    scores = np.full(len(numbers), np.inf)
    scores[trained.places] = trained.validation_loss.min(axis=1)
    best = scores.reshape(times, -1).mean(axis=0).argmin()
    return dataclasses.replace(recipe, frequency=FREQUENCIES[best])
