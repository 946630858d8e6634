"""The story: a table in, an honest network out.

understand the table → split rows → fit encoder → arrays → build network → train all restarts → scores on rows that they
never saw → model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from numbers import Real
from os import PathLike
from typing import Any, Unpack

from ffnn.errors import ChoiceError, TableError
from ffnn.learning import TEST_FRACTION, judging, preparing
from ffnn.learning.compile_cache import use_compile_cache
from ffnn.learning.fitting import fit_restarts, together, with_frequency
from ffnn.learning.plan import Deadline, Plan, Watch
from ffnn.learning.preparing import Prepared
from ffnn.learning.problem import Problem, check_seed, understand
from ffnn.learning.refitting import history_of, refit
from ffnn.models.model import Model
from ffnn.recipes import catalogue
from ffnn.recipes.choices import switch
from ffnn.recipes.given import Choices
from ffnn.recipes.recipe import Recipe
from ffnn.scores import baselines
from ffnn.tables import contract, rows
from ffnn.tables.contract import Finding
from ffnn.tables.formats import reading
from ffnn.tables.rows import Rows
from ffnn.tables.targets import ClassTarget, numbers_among

FOLDS_OF_ONE = 5
"""A single restart validates on one fold of this many: 20 % of the training rows."""


def train(
    table: reading.Source,
    target: Any,
    *,
    task: str = "auto",
    recipe: Recipe | str | PathLike[str] | None = None,
    columns: Mapping[str, str] | None = None,
    weights: str | None = None,
    missing: Sequence[str] = (),
    test: reading.Source | None = None,
    test_fraction: float | None = None,
    group: str | None = None,
    time: str | None = None,
    time_limit: float | None = None,
    sort_rows: bool = False,
    seed: int = 0,
    watch: Watch | None = None,
    **choices: Unpack[Choices],
) -> Model:
    """Train networks on a table.

    Args:
        table: Files, or a table in memory; see `reading.read`.
        target: Name of the column to predict, or names of several columns of numbers; or their values, one a row: a
            Series, an array or a DataFrame.
        task: `classification`, `regression`, or `auto` to decide by the target's values.
        recipe: Every choice of the training run: a recipe, the name of one, or a TOML file; `default` if None.
        columns: Column types that override the inferred ones, by name; see `schema.KINDS`.
        weights: Name of the column of sample weights, for training and scores; not an input. A whole weight is the row
            so many times, see `repeats.counts`.
        missing: Words that stand for a missing cell in any column, as in prediction from then on.
        test: Separate test table; then all rows of `table` are used for training.
        test_fraction: Fraction of the rows held out as the test set, `TEST_FRACTION` if None; 0 uses all rows for
            training and scores out of fold only.
        group: Name of a column; rows with equal values of it stay together in every split, into test set and folds.
            Not an input unless `columns` says so.
        time: Name of a column of dates or numbers; the most recent rows become the test set, and folds are stretches
            of time.
        time_limit: Seconds after which training ends with the best model so far.
        sort_rows: Train on the rows in an order of their own, so that the table's order changes nothing.
        seed: The same seed, table and machine give the same model, bit for bit, unless a time limit cuts it short.
        watch: Called with a `Plan` before training, then after each chunk of epochs: with `Trying` where frequencies
            are tried out first, then with a `Record`. It ends with the best model so far if this returns true. None:
            nobody watches.
        **choices: Choices in place of the recipe's own, as in `Recipe`: `hidden=(64, 64), epochs=50`.

    Compiled programs are kept in the user's cache folder, so that a later process of the same shapes starts at once,
    unless the environment says `FFNN_COMPILE_CACHE=0`.

    Returns:
        The model: the mean of the restarts, each at its own best epoch.

    Raises:
        TableError: The table cannot be read or learned from.
        ChoiceError: A choice cannot be used; `RecipeError` where it is one of the recipe's.
        TrainingError: Training gave no network.
        TypeError: A keyword is neither an argument nor a choice of a recipe.

    Example:
        >>> import polars as pl
        >>> table = pl.DataFrame({"x": [i / 100 for i in range(100)], "y": [(i / 100) ** 2 for i in range(100)]})
        >>> model = train(table, "y", recipe="plain", hidden=(16,), restarts=2, epochs=5)
        >>> model.predict(table).shape
        (100,)
    """
    use_compile_cache()
    watch = watch or (lambda _: None)
    until = Deadline(time_limit, watch)
    recipe = catalogue.find(recipe, **catalogue.known_to(train, choices))
    check_split(test, test_fraction)
    check_seed(seed)
    sort_rows = switch("sort_rows", sort_rows, ChoiceError)
    problem = understand(
        table, target, task=task, columns=columns, weights=weights, missing=missing, group=group, time=time,
        sort_rows=sort_rows,
    )  # fmt: skip
    loss = preparing.loss_for(problem.task, recipe)
    fraction = 0.0 if test is not None else TEST_FRACTION if test_fraction is None else test_fraction
    training, held_out = problem.split(fraction, seed)
    ready = preparing.prepare(training, problem.schema, problem.task, recipe, seed)
    parted, findings = problem.parted, tuple[Finding, ...]()
    if test is not None:
        held_out, findings, notes = read_test(test, problem, ready, weights)
        problem = replace(problem, notes=(*problem.notes, *(f"of the test table: {note}" for note in notes)))
        parted = "a separate table"
    findings += contract.labels(ready.target, held_out.answers)
    contract.warn(findings)
    watch(Plan(problem, ready, len(training), len(held_out), parted, findings))

    fold = problem.folds(training, ready.recipe.restarts if ready.recipe.restarts > 1 else FOLDS_OF_ONE, seed)
    ready = with_frequency(ready, until, loss=loss, folds=fold, seed=seed)
    run = partial(fit_restarts, ready, loss=loss, folds=fold, seed=seed)
    numbers = ready.encoder.one_hot(ready.inputs)
    rival = partial(baselines.fit_baselines, numbers, ready.targets, ready.target.classes, ready.weights)
    trained, rivals = together(run, rival if len(held_out) else dict, until.half if recipe.refit else until)

    model = Model(
        problem.schema, ready.encoder, ready.target, ready.network, trained.parameters,
        recipe=ready.recipe, history=history_of(trained),
    )  # fmt: skip
    outside = judging.outputs_out_of_fold(model, trained, ready.inputs, fold)
    if recipe.calibrate and isinstance(model.target, ClassTarget):
        model = replace(model, target=judging.calibrated(model.target, outside, ready))
    model = replace(model, scores=judging.scores(model, outside, rivals, training, held_out))
    wanted = recipe.refit and not until.asked
    return refit(model, ready.recipe, trained, problem, loss, seed, until) if wanted else model


def check_split(test: Any, test_fraction: Any) -> None:
    """Raise a ChoiceError where the test set cannot be had as asked."""
    if test is not None and test_fraction is not None:
        raise ChoiceError("give a test table or a test fraction, not both")
    if test_fraction is not None and not (isinstance(test_fraction, Real) and 0 <= float(test_fraction) < 1):
        raise ChoiceError(f"the test fraction must be at least 0 and less than 1; got {test_fraction!r}")


def read_test(
    test: reading.Source, problem: Problem, ready: Prepared, weights: str | None
) -> tuple[Rows, tuple[Finding, ...], tuple[str, ...]]:
    """The rows of a table of its own to score on, read as the training table was, how its inputs differ, and notes."""
    dialect = problem.schema.dialect
    names = (*(column.name for column in problem.schema.columns), *ready.target.names)
    table, understood = reading.read_as(test, kept=dialect, names=names)
    schema = problem.schema.as_said(understood.dialect, numbers_among(ready.target))
    doubts = contract.readings(table, schema)
    table = schema.plain(table)
    weights = weights if weights is None else dialect.called(weights)
    try:
        held_out, chosen = rows.read_test(table, problem.schema, ready.target, weights)
    except TableError as error:
        raise TableError(f"the test table: {error.text}", *error.advice) from error
    known = (*ready.target.names, *filter(None, [weights]))
    findings = contract.of(table.filter(chosen), problem.schema, ready.encoder, known, len(ready.targets))
    return held_out, (*findings, *doubts), understood.notes
