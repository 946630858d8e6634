"""Training that goes on from a model: its columns, its encoder, its target and its networks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ffnn.errors import ChoiceError, TableError
from ffnn.models.model import Model, task_of
from ffnn.recipes.recipe import Recipe
from ffnn.tables.columns.schema import Schema
from ffnn.tables.formats.understood import listed
from ffnn.tables.rows import Rows
from ffnn.tables.targets import Task, unknown_label


def columns_of(start: Any, columns: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """The types of the columns: as in a model to start from, where nothing else is said.

    Raises:
        ChoiceError: It is no model, or kept no record of its recipe.
    """
    if start is None:
        return columns
    if not isinstance(start, Model) or start.recipe is None:
        raise ChoiceError("start takes a model that was trained, by train, an estimator or load")
    kinds: dict[str, str] = {
        column.name: "ignore" if column.kind == "constant" else column.kind for column in start.schema.columns
    }
    return kinds | dict(columns or {})


def ordered(seen: Schema, start: Model | None) -> Schema:
    """A schema with its columns in the order of the model's."""
    if start is None:
        return seen
    places = {column.name: place for place, column in enumerate(start.schema.columns)}
    return replace(seen, columns=tuple(sorted(seen.columns, key=lambda column: places.get(column.name, len(places)))))


def as_begun(recipe: Recipe, start: Model) -> Recipe:
    """A recipe with what is settled by networks that there are already: how many, and their frequency.

    Raises:
        ChoiceError: It asks for another number of them.
    """
    before = start.recipe.restarts if start.recipe else start.restarts
    if recipe.restarts not in (None, start.restarts, before):
        raise ChoiceError(
            f"training goes on with the {start.restarts} networks of the model that it starts from; "
            f"restarts={recipe.restarts} cannot change that"
        )
    begun = replace(recipe, restarts=start.restarts, keep="average" if start.restarts == 1 else recipe.keep)
    frequency = start.recipe.frequency if start.recipe else None
    return replace(begun, frequency=frequency) if recipe.periodic and recipe.frequency is None else begun


def check(start: Model, training: Rows, seen: Schema, task: Task) -> None:
    """Raise an error unless rows have the columns and the answers that a model knows."""
    if task != task_of(start.target) or tuple(training.answers.columns) != start.target.names:
        raise ChoiceError(f"the model to start from predicts {listed(start.target.names)}, as {task_of(start.target)}")
    names, known = ([column.name for column in schema.inputs] for schema in (seen, start.schema))
    if set(names) != set(known):
        raise ChoiceError(f"the model to start from has the inputs {listed(known)}; got {listed(names)}")
    if (label := unknown_label(start.target, training.answers)) is not None:
        raise TableError(f"the model to start from knows no label {label!r}")
