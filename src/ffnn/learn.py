"""The story: a table in, an honest network out.

understand the table → split rows → fit encoder → arrays → build network → train all restarts → scores on rows that they
never saw → model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from numbers import Real
from os import PathLike
from typing import Any, Unpack

from ffnn.errors import ChoiceError, TableError
from ffnn.learning import TEST_FRACTION, judging, preparing, starting, validating
from ffnn.learning.compile_cache import use_compile_cache
from ffnn.learning.fitting import fit_restarts, together, with_frequency
from ffnn.learning.plan import Deadline, Event, Plan, Watch, after_each_epoch, step_by_step
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
from ffnn.tables.fingerprints import Fingerprints
from ffnn.tables.formats import reading
from ffnn.tables.rows import Rows
from ffnn.tables.targets import numbers_among
from ffnn.training.restarts import Record
from ffnn.training.steps import Steps

TRIAL, HALF = 0.2, 0.5
"""Shares of a time limit after which a trial ends; and training, where the rest is for a refit, which takes as long."""


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
    validation: reading.Source | None = None,
    validation_fraction: float | None = None,
    group: str | None = None,
    time: str | None = None,
    time_limit: float | None = None,
    sort_rows: bool = False,
    seed: int = 0,
    start: Model | None = None,
    fingerprints: bool = True,
    trivial: bool = False,
    watch: Watch | None = None,
    on_epoch: Callable[[Record], object] | None = None,
    **choices: Unpack[Choices],
) -> Model:
    """Train networks on a table.

    Args:
        table: Files, or a table in memory; see `reading.read`.
        target: Name of the column to predict, or names of several columns, all of numbers or all of classes; or their
            values, one a row: a Series, an array or a DataFrame.
        task: `classification`, `regression`, or `auto` to decide by the target's values.
        recipe: Every choice of the training run: a recipe, the name of one, or a TOML file; `default` if None.
        columns: Column types that override the inferred ones, by name; see `schema.KINDS`.
        weights: Name of the column of sample weights, for training and scores; not an input. A whole weight is the row
            so many times, see `repeats.counts`.
        missing: Words that stand for a missing cell in any column, as in prediction from then on.
        test: Separate test table; then all rows of `table` are used for training.
        test_fraction: Fraction of the rows held out as the test set, `TEST_FRACTION` if None; 0 uses all rows for
            training and scores out of fold only.
        validation: Separate table whose rows validate every restart and train none.
        validation_fraction: Fraction of the training rows that validates every restart, in place of folds; with 0
            nothing validates: each restart trains on all rows for all epochs, and keeps the last.
        group: Name of a column; rows with equal values of it stay together in every split, into test set and folds.
            Not an input unless `columns` says so.
        time: Name of a column of dates or numbers; the most recent rows become the test set, and folds are stretches
            of time.
        time_limit: Seconds after which training ends with the best model so far.
        sort_rows: Train on the rows in an order of their own, so that the table's order changes nothing.
        seed: The same seed, table and machine give the same model, bit for bit, unless a time limit cuts it short.
        start: A model of the same columns and layers, from whose networks training goes on: its encoder stays, and no
            frequency is tried out.
        fingerprints: Whether the model keeps by what rows that trained it are recognised, in two bytes a row: whoever
            has a row can then find out whether it trained.
        trivial: Train even where there is nothing to learn: one class, numbers that are all the same, or no label that
            occurs twice. Else that is an error.
        watch: Called with a `Plan` before training, then with a `Record` after each chunk of epochs. Training ends with
            the best model so far if this returns true. None: nobody watches, so a `TableWarning` says which columns are
            left out though they may say something, and whether classes may be numbers.
        on_epoch: Called with a `Record` after each epoch of training; it ends if this returns true.
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
    catalogue.known_to(train, choices)
    run = training_run(
        table, target, task=task, recipe=recipe, columns=columns, weights=weights, missing=missing, test=test,
        test_fraction=test_fraction, validation=validation, validation_fraction=validation_fraction, group=group,
        time=time, time_limit=time_limit, sort_rows=sort_rows, seed=seed, start=start,
        fingerprints=fingerprints, trivial=trivial, each_epoch=on_epoch is not None, **choices,
    )  # fmt: skip
    if watch is None:
        contract.warn_of_training((*run.plan.problem.questioned(), *run.plan.problem.lost))
    watch = watch or (lambda _: None)
    return run.watched(watch if on_epoch is None else after_each_epoch(watch, on_epoch))


@step_by_step
def training_run(
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
    validation: reading.Source | None = None,
    validation_fraction: float | None = None,
    group: str | None = None,
    time: str | None = None,
    time_limit: float | None = None,
    sort_rows: bool = False,
    seed: int = 0,
    start: Model | None = None,
    fingerprints: bool = True,
    trivial: bool = False,
    each_epoch: bool = True,
    **choices: Unpack[Choices],
) -> Steps[Event, Model]:
    """Begin a training run, to be taken step by step: the very steps of `train`, with a look between them.

    All arguments are those of `train`, but for `each_epoch`, which says whether a record follows each epoch; else one
    follows each chunk of epochs, which takes less time.

    Returns:
        A `TrainingRun`: its table is understood, and nothing is trained yet.

    Raises:
        FeedforwardError: As `train`, as for TypeError.
    """
    use_compile_cache()
    until = Deadline(time_limit)
    recipe = catalogue.find(recipe, **catalogue.known_to(training_run, choices))
    check_share("test", test, test_fraction)
    check_share("validation", validation, validation_fraction)
    check_seed(seed)
    sort_rows = switch("sort_rows", sort_rows, ChoiceError)
    fingerprints = switch("fingerprints", fingerprints, ChoiceError)
    trivial = switch("trivial", trivial, ChoiceError)
    problem = understand(
        table, target, task=task, columns=starting.columns_of(start, columns), weights=weights, missing=missing,
        group=group, time=time, sort_rows=sort_rows, trivial=trivial,
    )  # fmt: skip
    problem = replace(problem, schema=starting.ordered(problem.schema, start))
    loss = preparing.loss_for(problem.task, recipe)
    fraction = 0.0 if test is not None else TEST_FRACTION if test_fraction is None else test_fraction
    training, held_out = problem.split(fraction, seed)
    ready = preparing.prepare(training, problem.schema, problem.task, recipe, seed, start, trivial=trivial)
    parted, findings = problem.parted, tuple[Finding, ...]()
    if test is not None:
        held_out, findings, notes = read_beside("test", test, problem, ready, weights)
        problem = replace(problem, notes=(*problem.notes, *notes))
        parted = "a separate table"
    findings += contract.labels(ready.target, held_out.answers)
    contract.warn(findings)
    own = None
    if validation is not None:
        own, _, notes = read_beside("validation", validation, problem, ready, weights)
        problem = replace(problem, notes=(*problem.notes, *notes))
    validated = validating.in_words(own, validation_fraction)
    yield Plan(problem, ready, len(training), len(held_out), parted, findings, validated)

    numbers = ready.encoder.one_hot(ready.inputs)
    rival = partial(baselines.fit_baselines, numbers, ready.targets, ready.target.classes, ready.weights)
    if own is None:
        judged = validating.among(problem, training, ready, validation_fraction, seed)
    else:
        judged = validating.beside(problem, training, ready, own)
    keys: dict[str, Any] = {"loss": loss, "seed": seed, "each_epoch": each_epoch}
    ready = yield from until.kept(with_frequency(judged.ready, folds=judged.tried, **keys), TRIAL)
    run = fit_restarts(ready, folds=judged.folds, parameters=start and start.parameters, **keys)
    share = HALF if recipe.refit and judged.refitted else 1.0
    trained, rivals = yield from until.kept(together(run, rival if len(held_out) else dict), share)

    model = Model(
        problem.schema, ready.encoder, ready.target, ready.network, trained.parameters,
        recipe=ready.recipe, history=history_of(trained),
    )  # fmt: skip
    outside = judging.outputs_out_of_fold(model, trained, judged)
    if recipe.calibrate and model.target.heads and outside:
        model = replace(model, target=judging.calibrated(model.target, outside, judged.part))
    model = replace(model, scores=judging.scores(model, outside, rivals, judged, training, held_out))
    if recipe.refit and judged.refitted and not until.asked:
        model = yield from until.kept(refit(model, ready.recipe, trained, problem, start, **keys))
    return recognising(model, problem.rows if "refit" in model.scores["rows"] else training) if fingerprints else model


def recognising(model: Model, trained: Rows) -> Model:
    """A model by which the rows that trained it are recognised, those that validated it among them."""
    return replace(model, fingerprints=Fingerprints.of(model.row_numbers(trained.cells, trained.answers)))


def check_share(what: str, table: Any, fraction: Any) -> None:
    """Raise a ChoiceError where rows for a use cannot be had as asked."""
    if table is not None and fraction is not None:
        raise ChoiceError(f"give a {what} table or a {what} fraction, not both")
    if fraction is not None and not (isinstance(fraction, Real) and 0 <= float(fraction) < 1):
        raise ChoiceError(f"the {what} fraction must be at least 0 and less than 1; got {fraction!r}")


def read_beside(
    what: str, source: reading.Source, problem: Problem, ready: Prepared, weights: str | None
) -> tuple[Rows, tuple[Finding, ...], tuple[str, ...]]:
    """The rows of a table of its own, for a use, read as the training table was; how its inputs differ, and notes."""
    dialect = problem.schema.dialect
    names = (*(column.name for column in problem.schema.columns), *ready.target.names)
    table, understood = reading.read_as(source, kept=dialect, names=names)
    schema = problem.schema.as_said(understood.dialect, numbers_among(ready.target))
    doubts = contract.readings(table, schema)
    table = schema.plain(table)
    weights = weights if weights is None else dialect.called(weights)
    try:
        found, chosen = rows.read_test(table, problem.schema, ready.target, weights)
    except TableError as error:
        raise TableError(f"the {what} table: {error.text}", *error.advice) from error
    known = (*ready.target.names, *filter(None, [weights]))
    findings = contract.of(table.filter(chosen), problem.schema, ready.encoder, known, len(ready.targets))
    return found, (*findings, *doubts), tuple(f"of the {what} table: {note}" for note in understood.notes)
