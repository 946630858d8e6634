"""Rows that come in parts: one epoch on each, at a constant rate. Encoder and target are those of the first part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax
import numpy as np
import polars as pl

from ffnn.errors import TrainingError
from ffnn.learning import preparing
from ffnn.learning.compile_cache import use_compile_cache
from ffnn.learning.problem import read_columns
from ffnn.models.model import Model, task_of
from ffnn.models.record import History
from ffnn.recipes.recipe import Recipe
from ffnn.recipes.settling import settled
from ffnn.tables.rows import Rows
from ffnn.tables.targets import Task, fit_target
from ffnn.training import starts, trial
from ffnn.training.runs import Run
from ffnn.training.source import Resident

Memory = list[np.ndarray]
"""What an optimizer remembers, array by array."""


def begun(
    table: pl.DataFrame, columns: Mapping[str, str], answers: pl.DataFrame, task: Task, recipe: Recipe, seed: int
) -> Model:
    """A model that has trained nothing yet.

    Args:
        table: The first part, inputs alone.
        columns: Column types that override the inferred ones, by name.
        answers: True values, among them each label that any part will hold, twice.
        task: Classification or regression.
        recipe: The choices of the training run.
        seed: Of the initial weights.

    Raises:
        TableError: Columns or answers cannot be learned from.
        RecipeError: The recipe does not fit them.
    """
    seen = read_columns(table, (), columns=columns)
    target = fit_target(answers, task, clip=recipe.clip_outputs, trivial=True)
    encoder = preparing.encoder_for(recipe, seen.cells, seen.schema)
    usual = replace(recipe, frequency=trial.USUAL) if recipe.periodic and recipe.frequency is None else recipe
    chosen = settled(usual, classes=target.classes is not None, rows=table.height)
    network = preparing.network_of(chosen, target.outputs, encoder.measured.tolist(), encoder.codes)
    numbers = np.arange(chosen.restarts, dtype=np.int32)
    sample = starts.sample_rows(encoder.encode(seen.cells), seed)
    none = np.zeros((chosen.restarts, 0), np.float32)
    history = History(numbers, np.zeros_like(numbers), none, none, np.zeros_like(numbers))
    parameters = starts.initial(network, sample, numbers, seed)
    scores = {"rows": {"train": 0, "test": 0}}
    return Model(seen.schema, encoder, target, network, parameters, recipe=chosen, history=history, scores=scores)


def epoch(model: Model, rows: Rows, memory: Memory | None, seed: int) -> tuple[Model, Memory]:
    """Train a model's networks on some rows for one epoch, at the recipe's learning rate.

    Args:
        model: The model, which stays as it is.
        rows: The rows, in the form of its columns.
        memory: What the optimizer remembers of the epoch before; None at the beginning.
        seed: Of the order of the rows and of dropout.

    Returns:
        The model with networks that have learned of these rows, and what the optimizer remembers.

    Raises:
        TrainingError: A network diverged.
    """
    use_compile_cache()
    assert model.recipe is not None and model.history is not None  # noqa: PT018, S101 - see `begun`
    steady = replace(model.recipe, schedule="constant", warmup=0.0, final_rate=None, fade=False, epochs=1)
    ready = preparing.prepare(rows, model.schema, task_of(model.target), steady, seed, model)
    weights = np.ones(len(rows), np.float32) if ready.weights is None else ready.weights
    numbers = np.arange(model.restarts, dtype=np.int32)
    source = Resident.by_folds(ready.inputs, ready.targets, weights, None, numbers)
    loss, once = ready.loss(preparing.loss_for(task_of(model.target), steady)), np.ones_like(numbers)
    run = Run(ready.network, source, ready.recipe, loss, seed, numbers, once, parameters=model.parameters)
    state, chunks = run.begin()
    if memory is not None:
        state = state._replace(memory=jax.tree.unflatten(jax.tree.structure(state.memory), memory))
    for chunk in chunks:
        state, history = run.take(state, chunk)
    if np.any(state.diverged):
        raise TrainingError("training diverged: a network's weights are no longer finite; try a smaller learning rate")
    parameters = jax.tree.map(np.asarray, state.parameters)
    learned = replace(
        model, parameters=parameters, history=longer(model.history, np.asarray(history.loss)[-1:].T),
        scores={"rows": {"train": model.scores["rows"]["train"] + len(rows), "test": 0}},
    )  # fmt: skip
    return learned, [np.asarray(array) for array in jax.tree.leaves(state.memory)]


def longer(history: History, loss: Any) -> History:
    """A history with one more epoch, that of the networks now."""
    losses = np.concatenate([history.loss, loss], axis=1)
    return replace(history, best_epoch=np.full_like(history.best_epoch, losses.shape[1]), loss=losses, score=losses)
