"""The story: a table in, an honest network out.

read table → infer schema → split rows → fit encoder → arrays → build network → train all restarts → model → scores on
rows it never saw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from jaxtyping import Bool, Float64, Int32

from feedforward import metrics
from feedforward.errors import RecipeError, TableError
from feedforward.model import History, Model
from feedforward.networks.arrays import Inputs
from feedforward.networks.layers import Network
from feedforward.tables import encoding, reading, schema, splitting, targets
from feedforward.tables.schema import Schema
from feedforward.tables.targets import Target, Task
from feedforward.training import baselines, restarts
from feedforward.training.recipe import Recipe
from feedforward.training.restarts import Record

TASKS = ("auto", "classification", "regression")

CLASS_LOSSES = ("cross_entropy",)
NUMBER_LOSSES = ("mean_squared_error", "mean_absolute_error", "huber", "sum_of_squares")

FOLDS_OF_ONE = 5
"""A single restart is judged by one fold of this many: 20 % of the training rows."""


@dataclass(frozen=True)
class Plan:
    """What was understood of the table and will be done with it; said before training starts.

    Attributes:
        schema: What each column is taken for.
        target: The column to predict.
        task: Classification or regression.
        reason: Why that task.
        without_target: Rows that are left out because they have no target.
        train_rows: Rows that train and validate.
        test_rows: Rows for the scores, which nothing learns from.
        inputs: Inputs of the network.
        network: The network of every restart.
        recipe: The choices of the training run.
    """

    schema: Schema
    target: Target
    task: Task
    reason: str
    without_target: int
    train_rows: int
    test_rows: int
    inputs: int
    network: Network
    recipe: Recipe


Event: TypeAlias = Plan | Record


def train(
    table: reading.Source,
    target: str,
    *,
    task: str = "auto",
    recipe: Recipe | None = None,
    columns: Mapping[str, str] | None = None,
    test: reading.Source | None = None,
    test_fraction: float | None = None,
    seed: int = 0,
    watch: Callable[[Event], object] = lambda _: None,
) -> Model:
    """Train networks on a table.

    Args:
        table: A CSV or Parquet file, or a Polars or pandas DataFrame.
        target: Name of the column to predict.
        task: `classification`, `regression`, or `auto` to decide by the target's values.
        recipe: Every choice of the training run; the defaults of `Recipe` if None.
        columns: Kinds of columns (`number`, `boolean`, `category`, `identifier`, `ignore`) that overrule the guess.
        test: A table of its own to score on; then `table` trains with all its rows.
        test_fraction: Share of the rows held out to score on, 0.2 if None; 0 trains on all and scores out of fold only.
        seed: The same seed, table and machine give the same model, bit for bit.
        watch: Called with a `Plan` before training, then with a `Record` after each chunk of epochs.

    Returns:
        The model: the mean of all restarts, each at its own best epoch.

    Raises:
        TableError: The table cannot be read or learned from.
        RecipeError: A choice cannot be honoured.
        TrainingError: Training gave no network.

    Example:
        >>> import polars as pl
        >>> table = pl.DataFrame({"x": [i / 100 for i in range(100)], "y": [(i / 100) ** 2 for i in range(100)]})
        >>> model = train(table, "y", recipe=Recipe(hidden=(16,), restarts=2, epochs=5))
        >>> model.predict(table).shape
        (100,)
    """
    recipe = recipe or Recipe()
    check_choices(task, recipe, test, test_fraction, seed)
    rows = reading.read(table)
    seen = schema.infer(rows, target, columns)
    everything = schema.conform(rows, seen.inputs, advise=True)  # all rows: an error names the table's own row
    chosen, reason = targets.choose_task(rows[target], task)
    loss, values = loss_for(chosen, recipe), targets.values(rows[target], chosen)
    fraction = 0.0 if test is not None else 0.2 if test_fraction is None else test_fraction
    trains, held = split(values, chosen, fraction, seed)

    cells, answers = everything.filter(trains), values.filter(trains)
    encoder, learned = encoding.fit(cells, seen), targets.fit(answers, chosen)
    inputs, codes = encoder.encode(cells, np.random.default_rng((seed, 5))), learned.encode(answers)
    unseen, truths = (everything.filter(held), values.filter(held)) if test is None else read_test(test, seen, learned)
    network = recipe.network(learned.outputs)
    without = values.null_count()
    watch(Plan(seen, learned, chosen, reason, without, len(cells), len(unseen), len(encoder.inputs), network, recipe))

    fold = folds(codes, chosen, recipe.restarts, seed)
    run = partial(restarts.train, network, inputs, codes, recipe, loss=loss, folds=fold, seed=seed)
    fit = partial(baselines.fit, inputs.numbers, codes, learned.classes) if len(unseen) else dict
    trained, rivals = together(run, fit, watch)
    history = History(trained.restarts, trained.best_epoch, trained.loss, trained.score)
    scores: dict[str, Any] = {"rows": {"train": len(cells), "test": len(unseen)}}
    model = Model(seen, encoder, learned, network, trained.parameters, recipe, history, scores)
    scores["validation"] = out_of_fold(model, inputs, answers, fold)
    if len(unseen):
        scores.update(test_scores(model, rivals, encoder.encode(unseen), truths))
    return model


def check_choices(task: Any, recipe: Any, test: Any, test_fraction: Any, seed: Any) -> None:
    """Raise a RecipeError for a task, recipe, fraction or seed that there is not."""
    if task not in TASKS:
        raise RecipeError(f"task must be one of {', '.join(TASKS)}; got {task!r}")
    if not isinstance(recipe, Recipe):
        raise RecipeError(f"recipe must be a feedforward.Recipe; got {recipe!r}")
    if test is not None and test_fraction is not None:
        raise RecipeError("give a test table or a test fraction, not both")
    if test_fraction is not None and not (isinstance(test_fraction, Real) and 0 <= float(test_fraction) < 1):
        raise RecipeError(f"the test fraction must be at least 0 and less than 1; got {test_fraction!r}")
    if not isinstance(seed, Integral) or seed < 0:
        raise RecipeError(f"the seed must be a whole number, not negative; got {seed!r}")


def read_test(test: reading.Source, seen: Schema, learned: Target) -> tuple[pl.DataFrame, pl.Series]:
    """The input columns of a test table's rows that have a target, and their targets."""
    table = reading.read(test)
    cells = schema.conform(table, seen.inputs)
    truths, known = targets.answers(learned, table)
    return cells.filter(known), truths


def split(
    values: pl.Series, task: Task, fraction: float, seed: int
) -> tuple[Bool[np.ndarray, " rows"], Bool[np.ndarray, " rows"]]:
    """Which rows train, and which are held out; those without a target are neither."""
    known = values.is_not_null().to_numpy()
    present = values.drop_nulls()
    classes = targets.fit(present, task).encode(present) if task == "classification" else None
    held = np.zeros(len(values), bool)
    held[known] = splitting.hold_out(len(present), fraction, classes, np.random.default_rng((seed, 4)))
    return known & ~held, held


def loss_for(task: Task, recipe: Recipe) -> str:
    """The recipe's loss function, or the task's own.

    Raises:
        RecipeError: The recipe's loss or its label smoothing does not fit the task.
    """
    fitting = CLASS_LOSSES if task == "classification" else NUMBER_LOSSES
    if recipe.loss not in (None, *fitting):
        raise RecipeError(f"loss {recipe.loss} does not fit {task}; use one of {', '.join(fitting)}")
    if task == "regression" and recipe.label_smoothing:
        raise RecipeError("label smoothing is for classes; this target is a number")
    return recipe.loss or fitting[0]


def folds(answers: np.ndarray, task: Task, count: int, seed: int) -> Int32[np.ndarray, " rows"]:
    """The fold of each training row: as many folds as restarts, or as rows if those are fewer."""
    rows = len(answers)
    if rows < 2:
        raise TableError("one row is too few to train on: a part of the rows has to validate")
    count = min(count if count > 1 else FOLDS_OF_ONE, rows)
    classes = answers if task == "classification" else None
    return splitting.folds(rows, count, classes, np.random.default_rng((seed, 6)))


def out_of_fold(model: Model, inputs: Inputs, cells: pl.Series, fold: Int32[np.ndarray, " rows"]) -> metrics.Scores:
    """Scores on training rows, each predicted by the restarts that did not train on it, and their spread.

    Slightly optimistic, since the same rows chose each restart's best epoch.
    """
    sums: Float64[np.ndarray, "rows outputs"] = np.zeros((len(fold), model.target.outputs))
    times = np.zeros(len(fold))
    each = []
    for place, restart in enumerate(model.history.restarts):
        judged = np.flatnonzero(fold == restart % (fold.max() + 1))
        outputs = model.outputs_of(place, inputs.take(judged))
        sums[judged] += outputs
        times[judged] += 1
        each.append(model.score(outputs, cells[judged]))
    there = np.flatnonzero(times)
    names = [name for name in ("accuracy", "log_loss", "rmse") if name in each[0]]
    spread = {name: float(np.std([scores[name] for scores in each])) for name in names} if len(each) > 1 else {}
    return {**model.score(sums[there] / times[there, None], cells[there]), "spread": spread}


def test_scores(
    model: Model, rivals: dict[str, baselines.Outputs], unseen: Inputs, truths: pl.Series
) -> dict[str, metrics.Scores]:
    """Scores of the model and of the baselines, on rows that none of them saw."""
    scores = {"test": model.score(model.outputs(unseen), truths)}
    for name, outputs in rivals.items():
        scores[name] = model.score(model.target.decode(outputs(unseen.numbers)), truths)
    return scores


def together(
    run: Callable[..., restarts.Trained],
    fit: Callable[[], dict[str, baselines.Outputs]],
    watch: Callable[[Event], object],
) -> tuple[restarts.Trained, dict[str, baselines.Outputs]]:
    """Train, and fit the baselines beside: from the first record on the program is compiled, and Python is idle."""
    fitting: list[Future[dict[str, baselines.Outputs]]] = []
    with ThreadPoolExecutor(1) as aside:

        def tell(record: Record) -> object:
            if not fitting:
                fitting.append(aside.submit(fit))
            return watch(record)

        trained = run(watch=tell)
    return trained, fitting[0].result()
