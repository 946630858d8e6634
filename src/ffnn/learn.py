"""The story: a table in, an honest network out.

read table → infer schema → split rows → fit encoder → arrays → build network → train all restarts → model → scores on
rows it never saw.
"""

from __future__ import annotations

import math
import time as clock
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from numbers import Integral, Real
from os import PathLike
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int32

from ffnn.errors import ChoiceError
from ffnn.learning import TEST_FRACTION, preparing
from ffnn.learning.preparing import Prepared
from ffnn.models.model import Model
from ffnn.models.record import History
from ffnn.networks.arrays import Inputs
from ffnn.networks.layers import Network
from ffnn.recipes import catalogue
from ffnn.recipes.choices import real_number
from ffnn.recipes.recipe import Recipe, Settled
from ffnn.scores import baselines, calibration, metrics
from ffnn.tables import contract, rows, targets
from ffnn.tables.columns import schema
from ffnn.tables.columns.cells import without_words
from ffnn.tables.columns.schema import Schema
from ffnn.tables.contract import Finding
from ffnn.tables.formats import reading
from ffnn.tables.repeats import Repeats
from ffnn.tables.rows import Rows
from ffnn.tables.targets import ClassTarget, Target, Task
from ffnn.training import restarts, trial
from ffnn.training.restarts import Record, Trained

TASKS = ("auto", "classification", "regression")

FOLDS_OF_ONE = 5
"""A single restart is judged by one fold of this many: 20 % of the training rows."""

TRIAL = 0.2
"""Share of a time limit after which a trial ends."""


@dataclass(frozen=True)
class Plan:
    """What was understood of the table and will be done with it; said before training starts.

    Attributes:
        schema: What each column is taken for.
        target: The columns to predict.
        task: Classification or regression.
        reason: Why that task.
        left_out: Rows that are left out because they have no target, or weigh nothing.
        used: Rows of the table that are used.
        standing: Rows that those stand for: as many, or more by whole weights.
        repeats: Which of the rows repeat others.
        findings: How the test rows differ from the training rows.
        train_rows: Rows that train and validate.
        test_rows: Rows for the scores, which nothing learns from.
        parted: How the test rows were chosen, in a few words.
        inputs: Inputs of the network.
        network: The network of every restart.
        recipe: The choices of the training run.
    """

    schema: Schema
    target: Target
    task: Task
    reason: str
    left_out: int
    used: int
    standing: int
    repeats: Repeats
    findings: tuple[Finding, ...]
    train_rows: int
    test_rows: int
    parted: str
    inputs: int
    network: Network
    recipe: Settled


@dataclass(frozen=True)
class Trying:
    """Frequencies are being tried out, before training.

    Attributes:
        progress: Share of the trial that is done, 0 to 1.
    """

    progress: float


Event: TypeAlias = Plan | Trying | Record
Watch: TypeAlias = Callable[[Event], object]


def train(
    table: reading.Source,
    target: str | Sequence[str],
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
    watch: Watch = lambda _: None,
    **choices: Any,
) -> Model:
    """Train networks on a table.

    Args:
        table: Files, or a table in memory; see `reading.read`.
        target: Name of the column to predict, or names of several columns of numbers.
        task: `classification`, `regression`, or `auto` to decide by the target's values.
        recipe: Every choice of the training run: a recipe, the name of one, or a TOML file; `default` if None.
        columns: Kinds of columns that overrule the guess; see `schema.KINDS`.
        weights: Name of a column that says how much each row counts, in training and in scores; not an input. A whole
            weight is the row so many times, see `repeats.counts`.
        missing: Words that stand for a missing cell in any column, as in prediction from then on.
        test: A table of its own to score on; then `table` trains with all its rows.
        test_fraction: Share of the rows held out to score on, `TEST_FRACTION` if None; 0 trains on all and scores out
            of fold only.
        group: Name of a column whose equal cells are never parted: neither test rows nor a fold shares a group with the
            rows that train. Not an input unless `columns` says so.
        time: Name of a column of dates or numbers; the test rows are the latest, and folds are stretches of time.
        time_limit: Seconds after which training ends with the best so far.
        sort_rows: Train on the rows in an order of their own, so that the table's order changes nothing.
        seed: The same seed, table and machine give the same model, bit for bit, unless a time limit cuts it short.
        watch: Called with a `Plan` before training, then after each chunk of epochs: with `Trying` where frequencies
            are tried out first, then with a `Record`. Training ends with the best so far if it returns something true.
        **choices: Attributes of `Recipe`, in place of the recipe's own: `hidden=(64, 64), epochs=50`.

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
    until = Deadline(time_limit, watch)
    recipe = catalogue.find(recipe, **catalogue.known_to(train, choices))
    names = names_of(target)
    check_choices(names, task, test, test_fraction, group, time, seed)
    words = words_of(missing)
    data = without_words(reading.read(table), words)
    for name in filter(None, (weights, group, time)):
        schema.require(name, data.columns)
    kinds = {**aside(names, weights, group, time), **(columns or {})}
    standing = rows.standing(data, weights)
    data = rows.without_weightless(data, weights)
    seen = replace(schema.infer(data, names, kinds, standing), missing=words)
    chosen, reason = targets.choose_task(data.select(names), task, standing)
    loss = preparing.loss_for(chosen, recipe)
    usable = rows.gather(data, seen, names, chosen, weights=weights, group=group, time=time, sort=sort_rows)
    fraction = 0.0 if test is not None else TEST_FRACTION if test_fraction is None else test_fraction
    training, held = rows.split(usable, chosen, fraction, np.random.default_rng((seed, 4)))

    ready = preparing.prepare(training, seen, chosen, recipe, seed)
    findings: tuple[Finding, ...] = ()
    if test is not None:
        held, findings = read_test(test, seen, ready, weights)
    findings += contract.labels(ready.target, held.answers)
    inputs, parted = len(ready.encoder.inputs), how_parted(test, group, time, chosen)
    table_rows = (len(data) - usable.used, usable.used, len(usable), usable.repeats, findings)
    counts = (*table_rows, len(training), len(held))
    contract.warn(findings)
    watch(Plan(seen, ready.target, chosen, reason, *counts, parted, inputs, ready.network, ready.recipe))

    folds = ready.recipe.restarts if ready.recipe.restarts > 1 else FOLDS_OF_ONE
    fold = rows.folds(training, chosen, folds, np.random.default_rng((seed, 6)))
    ready = with_frequency(ready, until, loss=loss, folds=fold, seed=seed)
    run = partial(fit, ready, loss=loss, folds=fold, seed=seed)
    numbers = ready.encoder.one_hot(ready.inputs)
    rival = partial(baselines.fit, numbers, ready.goals, ready.target.classes, ready.weights)
    trained, rivals = together(run, rival if len(held) else dict, until.half if recipe.refit else until)
    scores: dict[str, Any] = {"rows": {"train": len(training), "test": len(held)}}
    model = model_of(seen, ready, trained, scores)
    outside = outputs_out_of_fold(model, trained, ready.inputs, fold)
    if recipe.calibrate and isinstance(model.target, ClassTarget):
        model = replace(model, target=calibrated(model.target, outside, ready))
    scores["validation"] = out_of_fold(model, outside, training)
    if len(held):
        scores.update(test_scores(model, rivals, held))
    wanted = recipe.refit and not until.asked
    return refit(model, ready.recipe, trained, usable, chosen, loss, seed, until) if wanted else model


class Deadline:
    """A watch that also asks training to end when its time is over."""

    def __init__(self, seconds: Any, watch: Watch) -> None:
        self.began, self.watch, self.seconds = clock.monotonic(), watch, math.inf
        self.asked = False
        if seconds is not None:
            rule = "must be a positive number of seconds"
            self.seconds = real_number("the time limit", seconds, lambda given: given > 0, rule, ChoiceError)

    def __call__(self, event: Event, share: float = 1.0) -> bool:
        """Tell the watch; whether training is to end."""
        self.asked |= bool(self.watch(event))
        return self.asked or clock.monotonic() - self.began >= share * self.seconds

    def half(self, event: Event) -> bool:
        """The same, with half the time: the rest is for the refit, which takes about as long."""
        return self(event, 0.5)


def names_of(target: Any) -> tuple[str, ...]:
    """The targets' names."""
    names = (target,) if isinstance(target, str) or not isinstance(target, Iterable) else tuple(target)
    if wrong := [name for name in names if not isinstance(name, str)]:
        raise ChoiceError(f"a target is given by its name; got {wrong[0]!r}")
    return names


def read_test(
    test: reading.Source, seen: Schema, ready: Prepared, weights: str | None
) -> tuple[Rows, tuple[Finding, ...]]:
    """The rows of a table of its own to score on, read as the training table was, and how its inputs differ."""
    table = without_words(reading.read(test), seen.missing)
    held, chosen = rows.read_test(table, seen, ready.target, weights)
    known = (*ready.target.names, *filter(None, [weights]))
    return held, contract.of(table.filter(chosen), seen, ready.encoder, known, len(ready.goals))


def words_of(missing: Any) -> tuple[str, ...]:
    """The words that stand for a missing cell."""
    words = (missing,) if isinstance(missing, str) else tuple(missing)
    if wrong := [word for word in words if not isinstance(word, str)]:
        raise ChoiceError(f"a word for a missing cell must be a text such as '-'; got {wrong[0]!r}")
    return words


def check_choices(
    names: tuple[str, ...], task: Any, test: Any, test_fraction: Any, group: Any, time: Any, seed: Any
) -> None:
    """Raise a ChoiceError for a target, task, split or seed that there is not."""
    if not names or len(set(names)) < len(names):
        raise ChoiceError(f"give each target once; got {', '.join(map(repr, names)) or 'none'}")
    if task not in TASKS:
        raise ChoiceError(f"task must be one of {', '.join(TASKS)}; got {task!r}")
    if test is not None and test_fraction is not None:
        raise ChoiceError("give a test table or a test fraction, not both")
    if group is not None and time is not None:
        raise ChoiceError("rows are split by group or by time, not by both")
    if test_fraction is not None and not (isinstance(test_fraction, Real) and 0 <= float(test_fraction) < 1):
        raise ChoiceError(f"the test fraction must be at least 0 and less than 1; got {test_fraction!r}")
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise ChoiceError(f"the seed must be a whole number, not negative; got {seed!r}")


def aside(names: tuple[str, ...], weights: str | None, group: str | None, time: str | None) -> dict[str, str]:
    """The kinds of the columns that weigh and group the rows: they are no inputs."""
    for name in (weights, group, time):
        if name is not None and name in names:
            raise ChoiceError(f"column {name!r} is the target, so it can neither weigh nor part the rows")
    if weights is not None and weights in (group, time):
        raise ChoiceError(f"column {weights!r} cannot both weigh and part the rows")
    kinds = {group: "identifier", weights: "ignore"}
    return {name: kind for name, kind in kinds.items() if name is not None}


def how_parted(test: Any, group: str | None, time: str | None, task: Task) -> str:
    """How the test rows were chosen, in a few words."""
    if test is not None:
        return "a table of their own"
    if group is not None:
        return f"whole groups of {group!r}"
    if time is not None:
        return f"the latest of {time!r}"
    return "the same share of every class" if task == "classification" else "at random"


def with_frequency(ready: Prepared, until: Deadline, **choices: Any) -> Prepared:
    """The same with the frequency of periodic numbers that a trial finds, where one is lacking."""

    def train(recipe: Settled, *, numbers: Int32[np.ndarray, " restarts"], frequencies: Sequence[float]) -> Trained:
        starts = [ready.with_recipe(replace(recipe, frequency=one)).network for one in frequencies]
        seen = lambda record: until(Trying(record.progress), TRIAL)  # noqa: E731
        return fit(ready.with_recipe(recipe), numbers=numbers, starts=starts, watch=seen, **choices)

    return ready.with_recipe(trial.tried(ready.recipe, len(ready.goals), train))


def fit(ready: Prepared, **choices: Any) -> Trained:
    """Train every restart on prepared rows."""
    return restarts.train(ready.network, ready.inputs, ready.goals, ready.recipe, weights=ready.weights, **choices)


def history_of(trained: Trained) -> History:
    """What is kept of a training run."""
    return History(trained.restarts, trained.best_epoch, trained.loss, trained.validation_loss, trained.diverged)


def model_of(seen: Schema, ready: Prepared, trained: Trained, scores: dict[str, Any]) -> Model:
    """All that was learned, in one."""
    parts = (seen, ready.encoder, ready.target, ready.network, trained.parameters)
    return Model(*parts, recipe=ready.recipe, history=history_of(trained), scores=scores)


def refit(
    model: Model, recipe: Settled, trained: Trained, usable: Rows, task: Task, loss: str, seed: int, watch: Watch
) -> Model:
    """The same restarts trained again on all rows, each for the epochs that were its best; history and scores stay.

    A refit that is asked to end before its time is of no use: then the model is returned as it was.
    """
    ready = preparing.prepare(usable, model.schema, task, recipe, seed)
    choices = {"loss": loss, "seed": seed, "watch": watch}
    if isinstance(model.target, ClassTarget) and isinstance(ready.target, ClassTarget):
        ready = replace(ready, target=replace(ready.target, temperature=model.target.temperature))
    again = fit(ready, numbers=trained.restarts, epochs=trained.best_epoch, **choices)
    if again.ended == "asked":
        return model
    sound = np.isin(trained.restarts, again.restarts)
    past = {name: array if name == "diverged" else array[sound] for name, array in vars(history_of(trained)).items()}
    rows_of = {"rows": {**model.scores["rows"], "refit": len(usable)}}
    scores = {**widened(model.scores, model.target, ready.target), **rows_of}
    parts = (model.schema, ready.encoder, ready.target, ready.network, again.parameters)
    return Model(*parts, recipe=recipe, history=History(**past), scores=scores)


def widened(scores: dict[str, Any], before: Target, after: Target) -> dict[str, Any]:
    """Scores whose confusion matrices have room for the classes that only rows held out showed."""
    if not (isinstance(before, ClassTarget) and isinstance(after, ClassTarget)):
        return scores
    places = [after.labels.index(label) for label in before.labels]

    def wide(confusion: list[list[int]]) -> list[list[int]]:
        table = np.zeros((after.outputs + len(confusion) - before.outputs, after.outputs), int)
        table[np.ix_([*places, after.outputs][: len(confusion)], places)] = confusion
        return [list(map(int, row)) for row in table]

    return {
        name: {**each, "confusion": wide(each["confusion"])} if "confusion" in each else each
        for name, each in scores.items()
    }


def outputs_out_of_fold(
    model: Model, trained: Trained, inputs: Inputs, fold: Int32[np.ndarray, " rows"]
) -> list[tuple[Bool[np.ndarray, " rows"], Float32[np.ndarray, "judged outputs"]]]:
    """For each restart the training rows that it did not train on, and what its network gives for them."""
    folds = [fold == restart % (fold.max() + 1) for restart in trained.restarts]
    return [(judging, model.network_outputs(place, inputs.take(judging))) for place, judging in enumerate(folds)]


def calibrated(target: ClassTarget, outside: list[tuple[Any, Any]], ready: Prepared) -> ClassTarget:
    """The target with the temperature at which the restarts were as sure as they were right, out of fold."""
    rows = np.concatenate([np.flatnonzero(judging) for judging, _ in outside])
    logits = np.concatenate([outputs for _, outputs in outside])
    weights = None if ready.weights is None else ready.weights[rows]
    return replace(target, temperature=calibration.temperature(logits, ready.goals[rows], weights))


def out_of_fold(model: Model, outside: list[tuple[Any, Any]], training: Rows) -> metrics.Scores:
    """Scores on training rows, each predicted by the restarts that did not train on it, and their spread.

    Slightly optimistic, since the same rows chose each restart's best epoch.
    """
    sums: Float64[np.ndarray, "rows outputs"] = np.zeros((len(training), model.target.outputs))
    times = np.zeros(len(training))
    each = []
    for judging, raw in outside:
        outputs = model.target.decode(raw)
        sums[judging] += outputs
        times[judging] += 1
        part = training.take(judging)
        each.append(model.score(outputs, part.answers, part.weights))
    there = times > 0
    names = [name for name, value in each[0].items() if isinstance(value, float)]
    each = [scores for scores in each if all(scores[name] is not None for name in names)]
    spread = {name: metrics.spread([scores[name] for scores in each]) for name in names} if len(each) > 1 else {}
    part = training.take(there)
    return {**model.score(sums[there] / times[there, None], part.answers, part.weights), "spread": spread}


def test_scores(model: Model, rivals: dict[str, baselines.Outputs], held: Rows) -> dict[str, metrics.Scores]:
    """Scores of the model and of the baselines, on rows that none of them saw."""
    unseen = model.encoder.encode(held.cells)
    scores = {"test": model.score(model.outputs(unseen), held.answers, held.weights)}
    numbers = model.encoder.one_hot(unseen)
    for name, outputs in rivals.items():
        scores[name] = model.score(model.target.decode(outputs(numbers)), held.answers, held.weights)
    return scores


def together(
    run: Callable[..., Trained],
    fit: Callable[[], dict[str, baselines.Outputs]],
    watch: Watch,
) -> tuple[Trained, dict[str, baselines.Outputs]]:
    """Train, and fit the baselines beside: from the first record on the program is compiled, and Python is idle."""
    fitting: list[Future[dict[str, baselines.Outputs]]] = []
    with ThreadPoolExecutor(1) as aside:

        def tell(record: Record) -> object:
            if not fitting:
                fitting.append(aside.submit(fit))
            return watch(record)

        trained = run(watch=tell)
    return trained, fitting[0].result()
