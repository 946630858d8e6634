"""What each trick for improving network training is worth on a table: one switched at a time, several seeds of each.

table → training rows, test rows → networks of every setting, those of one shape side by side → scores on rows
that nothing learned from → mean and spread over the seeds, and the difference from the plain setting.

Start 8 s + k is start k of seed s, in every setting: the same order of the rows, the same fold that says when to stop,
initial weights from the same draw. So two settings differ in what is switched, and in nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from ffnn.errors import ChoiceError
from ffnn.learning import TEST_FRACTION
from ffnn.learning.problem import Problem, check_seed, understand
from ffnn.recipes import catalogue
from ffnn.recipes.choices import whole_number
from ffnn.recipes.recipe import Recipe
from ffnn.recipes.settling import settled
from ffnn.tables.encoding import raw
from ffnn.tables.formats import reading
from ffnn.tables.targets import Target
from ffnn.training.restarts import Record
from ffnn.tricks.bench import Bench, Start, TrainedNetwork, runs
from ffnn.tricks.catalogue import STARTS, Setting, Trick, Variant, changed, tricks

SEEDS, ROWS = 5, 5000
"""Seeds of each setting, and rows that are used at most, unless the user says otherwise."""


@dataclass(frozen=True)
class Setup:
    """What will be done with a table; reported before training starts.

    Attributes:
        problem: The table, understood.
        target: The column to predict.
        not_drawn: Rows that have one and are not used, since there are more than the limit.
        train_rows: Rows that train and validate.
        test_rows: Rows for the scores, which nothing learns from.
        inputs: Inputs of the plain network.
        plain: The recipe that everything is held against.
        seeds: Seeds of each setting.
        networks: Networks to be trained in all.
        idle: Variants that change nothing on this table, and are left out.
    """

    problem: Problem
    target: Target
    not_drawn: int
    train_rows: int
    test_rows: int
    inputs: int
    plain: Recipe
    seeds: int
    networks: int
    idle: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """How far it is.

    Attributes:
        doing: What trains now, in a few words.
        share: What is done of all networks, 0 to 1.
        record: Of those that train now.
    """

    doing: str
    share: float
    record: Record


Watch: TypeAlias = Callable[[Setup | Progress], object]


@dataclass(frozen=True)
class Score:
    """One measure of one variant; the less, the better.

    Attributes:
        each: Of every seed that gave a network.
        mean: Over those.
        deviation: Their standard deviation (by n - 1); None of a single one.
        difference: The mean less that of the plain setting; None for the plain setting itself.
        exceeds: Whether the difference is larger than the deviations of both together, √(σ² + σ²).
    """

    each: tuple[float, ...]
    mean: float
    deviation: float | None
    difference: float | None = None
    exceeds: bool | None = None


@dataclass(frozen=True)
class Outcome:
    """What a variant is worth.

    Attributes:
        name: The variant's.
        switched: What differs from the plain setting, by name; nothing for the plain setting itself.
        scores: By measure: `error` and `log_loss` of classes, `rmse` of numbers; none if every network diverged.
        diverged: Seeds in which a network diverged; it may have kept a good epoch from before.
        curve: Mean validation loss after each epoch; None where it is not finite.
    """

    name: str
    switched: dict[str, Any]
    scores: dict[str, Score]
    diverged: int
    curve: tuple[float | None, ...]


@dataclass(frozen=True)
class TrickResult:
    """A trick, and what its variants are worth.

    Attributes:
        name: The trick's.
        about: The trick in a sentence.
        losses: The names of the losses that the curves of the variants show.
        outcomes: Of the variants, from worst to best.
    """

    name: str
    about: str
    losses: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Experiment:
    """All that was found out."""

    setup: Setup
    findings: tuple[TrickResult, ...]


def run(
    table: reading.Source,
    target: str,
    *,
    task: str = "auto",
    columns: Mapping[str, str] | None = None,
    missing: Sequence[str] = (),
    seeds: int = SEEDS,
    limit: int = ROWS,
    epochs: int | None = None,
    seed: int = 0,
    watch: Watch = lambda _: None,
) -> Experiment:
    """Train the recipe `plain` on a table, switch one trick at a time, and measure what each is worth.

    Args:
        table: Files, or a table in memory; see `reading.read`.
        target: Name of the column to predict.
        task: `classification`, `regression`, or `auto` to decide by the target's values.
        columns: Column types that override the inferred ones, by name; see `schema.KINDS`.
        missing: Words that stand for a missing cell in any column.
        seeds: Seeds of each setting, at least 2.
        limit: Rows that are used at most, drawn at random.
        epochs: Epochs at most; as each recipe says if None.
        seed: Of the rows that are drawn and held out, and of every start.
        watch: Called with the `Setup` before training, then with a `Progress` after each chunk of epochs.

    Raises:
        TableError: The table cannot be read or learned from.
        ChoiceError: A choice cannot be used.
    """
    check_seed(seed)
    if whole_number("seeds", seeds, error=ChoiceError) < 2:
        raise ChoiceError("seeds must be at least 2, since one alone shows no spread; got 1")
    limit = whole_number("rows", limit, error=ChoiceError)
    plain, default = (limited(catalogue.RECIPES[name], epochs) for name in ("plain", "default"))
    problem = understand(table, target, task=task, columns=columns, missing=missing)
    if len(problem.names) > 1:
        raise ChoiceError(f"the tricks are measured on one target; got {len(problem.names)}")
    training, held_out = problem.sample(limit, seed).split(TEST_FRACTION, seed)
    folds = problem.folds(training, STARTS, seed)

    bench = Bench(training, held_out, problem.schema, problem.task, folds, seed)
    base = Setting(plain)
    ready = bench.case(base).ready
    numbers, levels = len(ready.encoder.measured) > 0, bool(raw.levels_of(problem.schema, training.cells))
    settle = partial(settled, classes=problem.task == "classification", rows=len(training))
    shown, idle = applicable_tricks(
        bench, base, tricks(plain, default, problem.task, settle, numbers=numbers, levels=levels)
    )
    starts = starts_of(shown, seeds)
    counts = (len(problem.rows) - len(training) - len(held_out), len(training), len(held_out))
    inputs = len(ready.encoder.inputs)
    watch(setup := Setup(problem, ready.target, *counts, inputs, plain, seeds, len(starts), idle))
    networks = trained(bench, starts, names_in(shown, base), watch)
    return Experiment(setup, tuple(finding(bench, trick, base, networks, seeds) for trick in shown))


def limited(recipe: Recipe, epochs: int | None) -> Recipe:
    """A recipe of so many epochs at most."""
    return recipe if epochs is None else replace(recipe, epochs=epochs)


def applicable_tricks(
    bench: Bench, base: Setting, shown: tuple[Trick, ...]
) -> tuple[tuple[Trick, ...], tuple[str, ...]]:
    """The tricks without variants that the task or the table refuses, or on which they change nothing.

    Returns:
        The tricks that are left with more than one variant; and the names of the variants that change nothing.
    """
    idle: list[str] = []
    left = []
    for trick in shown:
        variants = [variant for variant in trick.variants if bench.fits(variant.setting)]
        same = [each for each in variants if each.setting != base and bench.same(each.setting, base)]
        idle += [variant.name for variant in same]
        left.append(replace(trick, variants=tuple(variant for variant in variants if variant not in same)))
    return tuple(trick for trick in left if len(trick.variants) > 1), tuple(idle)


def numbers_of(setting: Setting, seed: int) -> list[int]:
    """The starts of one seed; a single one is another of the eight in each seed, so that its fold is another."""
    return [STARTS * seed + start for start in (range(STARTS) if setting.starts > 1 else [seed % STARTS])]


def starts_of(shown: tuple[Trick, ...], seeds: int) -> list[Start]:
    """Every network that the tricks need, each once."""
    settings = [variant.setting for trick in shown for variant in trick.variants]
    needed = [
        (replace(setting, starts=1), number)
        for setting in settings
        for seed in range(seeds)
        for number in numbers_of(setting, seed)
    ]
    return list(dict.fromkeys(needed))


def names_in(shown: tuple[Trick, ...], base: Setting) -> dict[Setting, str]:
    """What each setting of a single start is called."""
    variants = [variant for trick in shown for variant in trick.variants]
    return {**{replace(variant.setting, starts=1): variant.name for variant in variants}, base: "plain"}


def trained(
    bench: Bench, starts: list[Start], names: Mapping[Setting, str], watch: Watch
) -> dict[Start, TrainedNetwork]:
    """Train every network, run by run."""
    networks: dict[Start, TrainedNetwork] = {}
    for part in runs(starts):
        doing = ", ".join(dict.fromkeys(names[setting] for setting, _ in part))

        def tell(record: Record, part: list[Start] = part, doing: str = doing) -> object:
            done = len(networks) + record.progress * len(part)
            return watch(Progress(doing, done / len(starts), record))

        networks.update(zip(part, bench.train(part, tell), strict=True))
    return networks


def finding(
    bench: Bench, trick: Trick, base: Setting, networks: Mapping[Start, TrainedNetwork], seeds: int
) -> TrickResult:
    """What the variants of a trick are worth."""
    plain = scores_of(bench, base, networks, seeds)
    outcomes = [outcome(bench, variant, base, plain, networks, seeds) for variant in trick.variants]
    measure = "error" if bench.task == "classification" else "rmse"

    def worth(outcome: Outcome) -> float:
        return outcome.scores[measure].mean if outcome.scores else math.inf

    losses = dict.fromkeys(bench.case(variant.setting).loss for variant in trick.variants)
    return TrickResult(trick.name, trick.about, tuple(losses), tuple(sorted(outcomes, key=worth, reverse=True)))


def outcome(
    bench: Bench,
    variant: Variant,
    base: Setting,
    plain: dict[str, Score],
    networks: Mapping[Start, TrainedNetwork],
    seeds: int,
) -> Outcome:
    """What one variant is worth."""
    scores = scores_of(bench, variant.setting, networks, seeds)
    if variant.setting != base:
        scores = {
            measure: compare_to_plain(score, plain[measure]) if plain else score for measure, score in scores.items()
        }
    members = [members_of(variant.setting, seed, networks) for seed in range(seeds)]
    diverged = sum(any(network.diverged for network in its) for its in members)
    curve = mean_curve([network for its in members for network in its])
    return Outcome(variant.name, switched(base, variant.setting), scores, diverged, curve)


def members_of(setting: Setting, seed: int, networks: Mapping[Start, TrainedNetwork]) -> list[TrainedNetwork]:
    """The networks whose mean predicts, of one seed."""
    return [networks[replace(setting, starts=1), number] for number in numbers_of(setting, seed)]


def scores_of(bench: Bench, setting: Setting, networks: Mapping[Start, TrainedNetwork], seeds: int) -> dict[str, Score]:
    """Mean and deviation over the seeds by measure; nothing where every network diverged."""
    found = []
    for seed in range(seeds):
        predicted = bench.predicted(setting, members_of(setting, seed, networks))
        if predicted is not None:
            found.append(bench.scores(predicted))
    return {measure: summed_up([scores[measure] for scores in found]) for measure in (found[0] if found else ())}


def summed_up(values: list[float]) -> Score:
    """A score of several seeds."""
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return Score(tuple(values), float(np.mean(values)), deviation)


def compare_to_plain(score: Score, plain: Score) -> Score:
    """A score with its difference from the plain setting."""
    difference = score.mean - plain.mean
    if score.deviation is None or plain.deviation is None:
        return replace(score, difference=difference)
    return replace(score, difference=difference, exceeds=abs(difference) > math.hypot(score.deviation, plain.deviation))


def mean_curve(networks: list[TrainedNetwork]) -> tuple[float | None, ...]:
    """The mean of their curves, as long as the shortest."""
    curves = [network.curve for network in networks if len(network.curve)]
    length = min(map(len, curves), default=0)
    mean = np.mean([curve[:length] for curve in curves], axis=0) if length else np.zeros(0)
    return tuple(float(f"{loss:.6g}") if math.isfinite(loss) else None for loss in mean)


def switched(base: Setting, setting: Setting) -> dict[str, Any]:
    """What differs between a setting and the plain one."""
    names = ("entry", "squared", "starts")
    apart = {name: getattr(setting, name) for name in names if getattr(setting, name) != getattr(base, name)}
    return {**apart, **changed(base.recipe, setting.recipe)}
