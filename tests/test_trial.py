"""The trial before training finds the frequency that a table asks for."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

import ffnn
from ffnn.errors import TrainingError
from ffnn.learning.plan import Plan
from ffnn.recipes.recipe import Recipe
from ffnn.recipes.settling import settled
from ffnn.training import trial
from ffnn.training.restarts import Trained
from ffnn.training.steps import watched

RECIPE = settled(Recipe(periodic=True, restarts=8), classes=False, rows=5000)


def scored(of, kept=range(8)):
    """A training run whose restarts have those scores, by frequency and number."""

    def train(recipe, *, numbers, frequencies):
        assert recipe.epochs == trial.EPOCHS
        scores = [[9.0, of(one, number)] for one, number in zip(frequencies, numbers, strict=True)]
        scores = np.array(scores, np.float32)
        places = np.array(kept, np.int32)
        empty = np.zeros(len(places), np.int32)
        diverged = np.zeros(len(numbers), np.int32)
        trained = Trained((), empty, scores[places], scores[places], numbers[places], places, diverged, "epochs")
        yield from ()
        return trained

    return train


def tried(*words):
    return watched(trial.tried(*words), print)


@pytest.mark.parametrize("best", trial.FREQUENCIES)
def test_the_frequency_of_the_least_mean_score_wins(best):
    found = tried(RECIPE, 5000, scored(lambda one, number: abs(one - best) + 10 * number))
    assert found == dataclasses.replace(RECIPE, frequency=best)


def test_one_that_diverged_does_not_win():
    place = 4 + trial.FREQUENCIES.index(5.0)
    kept = [one for one in range(8) if one != place]
    found = tried(RECIPE, 5000, scored(lambda one, _: -one if one <= 5 else 0.0, kept))
    assert found.frequency == 1.0


def test_there_is_no_trial_where_there_is_nothing_to_try():
    def never(*_, **__):
        raise AssertionError

    assert tried(RECIPE, trial.FEWEST_ROWS - 1, never).frequency == trial.USUAL
    chosen = dataclasses.replace(RECIPE, frequency=3.0)
    assert tried(chosen, 5000, never) == chosen
    plain = settled(Recipe(), classes=False, rows=5000)
    assert tried(plain, 5000, never) == plain


def test_where_all_diverge_the_main_run_says_so():
    def diverge(*_, **__):
        raise TrainingError("training diverged")

    assert tried(RECIPE, 5000, diverge).frequency == trial.USUAL


@pytest.mark.slow
def test_fast_waves_are_found_where_the_target_is_one():
    generator = np.random.default_rng(0)
    x, z = generator.normal(size=(2, 3000))
    table = pl.DataFrame({"x": x, "z": z, "y": np.sign(np.sin(60 * x)) + 0.1 * z})
    seen = []
    recipe = Recipe(
        hidden=(32,), activation="mish", parametrization="tangent", periodic=True, learning_rate=0.05, epochs=12
    )
    model = ffnn.train(table, "y", recipe=recipe, watch=seen.append)
    assert model.recipe.frequency == 20
    plan, *events = seen
    assert isinstance(plan, Plan)
    assert plan.ready.recipe.frequency is None
    trying = [event.progress for event in events if event.stage == "trial"]
    assert trying == sorted(trying)
    assert trying[-1] == 1
    slow = ffnn.train(table, "y", recipe=dataclasses.replace(recipe, frequency=0.2))
    assert model.scores["test"]["rmse"] < 0.8 * slow.scores["test"]["rmse"]
