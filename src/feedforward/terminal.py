"""What the command line prints: the plan, progress, scores, and a model's description.

Names and cells come from files of anyone, so nothing of them reaches a terminal but visible characters.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from feedforward.tables.encoding import CategoryColumn
from feedforward.tables.schema import INPUT_KINDS
from feedforward.tables.targets import ClassTarget

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from feedforward.learn import Event, Plan
    from feedforward.model import Model
    from feedforward.networks.layers import Network
    from feedforward.tables.contract import Finding
    from feedforward.training.restarts import Record

SCORES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced",
    "log_loss": "log loss",
    "auc": "AUC",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
}
LARGEST_CONFUSION = 12
SECONDS_BETWEEN_LINES = 5.0
INVISIBLE = ("C", "Zl", "Zp")
"""Unicode categories that must not reach a terminal: control and its kin, line and paragraph separators."""

SPARKS = "▁▂▃▄▅▆▇█"


def printable(value: object) -> str:
    """A value's text with every control, formatting, line-breaking or unassigned character written as an escape."""
    return "".join(
        character
        if not unicodedata.category(character).startswith(INVISIBLE)
        else character.encode("unicode_escape").decode("ascii")
        for character in str(value).encode("utf-8", "backslashreplace").decode("utf-8")
    )


class PlainConsole(Console):
    """A console that leaves a broken pipe to its caller."""

    def on_broken_pipe(self) -> None:
        """Raise what Rich would turn into an exit."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """A console that writes plain text, whatever brackets it holds; 110 wide where there is no terminal."""
    out = sys.stderr if stderr else sys.stdout
    return PlainConsole(file=out, markup=False, highlight=False, emoji=False, width=None if out.isatty() else 110)


def print_json(value: Any) -> None:
    """A value as JSON, pure ASCII."""
    print(json.dumps(msgspec.to_builtins(value), indent=2, allow_nan=False))


class TrainingWatch:
    """Shows a training run as it goes: a live bar on a terminal, plain lines elsewhere; all on standard error.

    Used in a `with` statement. Once training has begun, the first Ctrl-C asks it to end with the best so far.
    """

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet, self.verbose = quiet, verbose
        self.console = console(stderr=True)
        self.progress: Progress | None = None
        self.bar: TaskID
        self.started = self.printed = time.monotonic()
        self.asked = False
        self.handler: Any = None

    def __enter__(self) -> TrainingWatch:
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()
        if self.handler is not None:
            signal.signal(signal.SIGINT, self.handler)

    def __call__(self, event: Event) -> bool:
        """Take a `Plan` or a `Record`; whether training is to end."""
        from feedforward.learn import Plan  # loaded by now; `show` and `evaluate` must not load it

        if isinstance(event, Plan):
            self.handler = signal.signal(signal.SIGINT, self.interrupt)
        if self.quiet:
            return self.asked
        if isinstance(event, Plan):
            print_plan(event, self.console, every_column=self.verbose)
            self.begin()
        else:
            self.show(event)
        return self.asked

    def interrupt(self, *_signal: object) -> None:
        """The first Ctrl-C asks for the end; the next one ends at once."""
        self.asked = True
        signal.signal(signal.SIGINT, self.handler)
        print("ending with the best so far; Ctrl-C again stops at once, without a model", file=sys.stderr, flush=True)

    def begin(self) -> None:
        """Start the bar on a terminal; until the first record comes, the program is being compiled."""
        self.started = self.printed = time.monotonic()
        if self.console.is_terminal:
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

            text, left = TextColumn("{task.description}"), (TextColumn("at most"), TimeRemainingColumn())
            columns = (BarColumn(), text, TimeElapsedColumn(), *left)
            self.progress = Progress(*columns, console=self.console, transient=True)
            self.bar = self.progress.add_task("compiling", total=None)
            self.progress.start()

    def show(self, record: Record) -> None:
        """One chunk of epochs, or a part of a long epoch, is done."""
        best = record.best_score[np.isfinite(record.best_score)]
        validation = f"{best.mean():.4g} ± {best.std():.2g}" if len(best) else "none yet"
        running = int(record.running.sum())
        text = f"epoch {record.epoch}/{record.epochs}  loss {np.mean(record.loss):.4g}  best validation {validation}"
        text += f"  running {running}"
        last = not running or record.epoch == record.epochs
        if self.progress:
            self.progress.update(self.bar, completed=record.progress, total=1, description=text)
        elif last or self.verbose or time.monotonic() - self.printed >= SECONDS_BETWEEN_LINES:
            self.printed = time.monotonic()
            print(f"{text}  {self.printed - self.started:.1f} s", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the bar away."""
        if self.progress:
            self.progress.stop()
            self.progress = None


def print_plan(plan: Plan, out: Console, *, every_column: bool = False) -> None:
    """What was understood of a table, and how to overrule it."""
    names = ", ".join(map(printable, plan.target.names))
    out.print(f"target    {names}: {plan.task} ({plan.reason})")
    if plan.left_out:
        out.print(f"          {plan.left_out:,} rows have no target, or weight 0, and are left out")
    kinds = [column.kind for column in plan.schema.columns]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    out.print(f"columns   {counted}; --column NAME=KIND overrules a guess")
    for column in plan.schema.columns:
        if every_column or (column.reason and column.reason != "declared"):
            reason = f" ({printable(column.reason)})" if column.reason else ""
            out.print(f"          {printable(column.name)}: {column.kind}{reason}")
    recipe = plan.recipe
    hidden = " → ".join(f"{units} {recipe.activation}" for units in recipe.hidden)
    layers = " → ".join(part for part in (f"{plan.inputs} inputs", hidden, f"{plan.target.outputs} outputs") if part)
    out.print(f"network   {layers}: {parameters(plan.network, plan.inputs):,} parameters, {recipe.restarts} restarts")
    judged = (
        f"{plan.test_rows:,} judge the result ({printable(plan.parted)})" if plan.test_rows else "none judge the result"
    )
    out.print(f"rows      {plan.train_rows:,} train and validate, {judged}")


def print_scores(scores: dict[str, Any], out: Console, labels: Sequence[object] | None = None) -> None:
    """The scores of a training run: test, baselines, out of fold; and the confusion matrix."""
    rows = {
        "model, on test rows": scores.get("test"),
        "linear baseline": scores.get("linear"),
        "constant baseline": scores.get("constant"),
        "model, out of fold*": scores.get("validation"),
    }
    present = {title: row for title, row in rows.items() if row}
    if not present:
        return
    several = next(iter(present.values())).get("targets")
    if several:
        present = {
            f"{title}: {short(name)}": row["targets"][name] for name in several for title, row in present.items()
        }
    names = [name for name in SCORES if name in next(iter(present.values()))]
    table = Table("", *(SCORES[name] for name in names), box=box.SIMPLE_HEAD)
    for column in table.columns[1:]:
        column.justify = "right"
    for title, row in present.items():
        spread = row.get("spread", {})
        table.add_row(
            title,
            *(number(row[name]) + (f" ± {spread_of(spread[name])}" if name in spread else "") for name in names),
        )
    out.print(table)
    if scores.get("validation"):
        out.print("* each training row by the restarts that did not train on it, ± their spread; slightly optimistic,")
        out.print("  since these rows chose each restart's best epoch")
    if refit := scores["rows"].get("refit"):
        out.print(f"These scores are of the networks before the refit on all {refit:,} rows, which nothing can judge.")
    if labels is not None and scores.get("test"):
        print_confusion(scores["test"]["confusion"], labels, out)


def print_confusion(confusion: list[list[int]], labels: Sequence[object], out: Console) -> None:
    """The confusion matrix, unless it is too large to look at."""
    if len(labels) > LARGEST_CONFUSION:
        return
    table = Table("true \\ predicted", *map(short, labels), box=box.SIMPLE_HEAD)
    for column in table.columns[1:]:
        column.justify = "right"
    for label, counts in zip(labels, confusion, strict=True):
        table.add_row(short(label), *(f"{count:,}" for count in counts))
    out.print(table)


def print_evaluation(scores: dict[str, Any], out: Console, labels: Sequence[object] | None) -> None:
    """The scores of one table."""
    out.print(f"{scores['rows']:,} rows")
    for name, each in scores.get("targets", {"": scores}).items():
        if name:
            out.print(printable(name))
        for score, title in SCORES.items():
            if score in each:
                out.print(f"{title:10}{number(each[score])}")
    if labels is not None:
        print_confusion(scores["confusion"], labels, out)


def print_findings(findings: Sequence[Finding], *, as_json: bool = False) -> None:
    """How a table differs from the training table, on standard error."""
    if as_json:
        print(json.dumps(msgspec.to_builtins({"findings": findings}), indent=2), file=sys.stderr)
        return
    out = console(stderr=True)
    out.print("the table differs from the training table:")
    for finding in findings:
        out.print(f"  {printable(finding)}")


def print_comparison(compared: dict[str, dict[str, Any]], out: Console) -> None:
    """What each row costs under two models, and the paired interval of the difference."""
    table = Table("mean over the rows", "first", "second", "second - first", "95 % interval", "", box=box.SIMPLE_HEAD)
    for column in table.columns[1:5]:
        column.justify = "right"
    for measure, found in compared.items():
        low, high = found["low"], found["high"]
        interval = "-" if low is None else f"{low:+.4g} to {high:+.4g}"
        better = low is not None and ("the second is better" if high < 0 else "the first is better" if low > 0 else "")
        table.add_row(
            printable(measure.replace("_", " ")),
            number(found["first"]),
            number(found["second"]),
            f"{found['difference']:+.4g}",
            interval,
            better or "no difference shown",
        )
    out.print(table)


def print_model(model: Model, out: Console, *, every_restart: bool = False) -> None:
    """A model in full: columns, network, training record, scores."""
    target = model.target
    labels = getattr(target, "labels", None)
    if isinstance(target, ClassTarget):
        classes = ", ".join(map(short, target.labels[:20])) + (", …" if len(target.labels) > 20 else "")
        out.print(f"predicts {printable(target.name)}: one of {len(target.labels)} classes: {classes}")
    else:
        for name, mean, deviation in zip(target.names, target.means, target.deviations, strict=True):
            about = f"a number, mean {mean:.6g}, standard deviation {deviation:.6g}"
            out.print(f"predicts {printable(name)}: {about}")
    out.print()
    print_columns(model, out)
    print_network(model, out)
    print_training(model, out)
    if every_restart:
        print_restarts(model, out)
    print_scores(model.scores, out, labels)


def print_columns(model: Model, out: Console) -> None:
    """Every column with its kind and what was recorded of it."""
    encoders = {column.name: column for column in model.encoder.columns}
    table = Table("column", "kind", "recorded in training", "missing", box=box.SIMPLE_HEAD)
    table.columns[3].justify = "right"
    for column in model.schema.columns:
        encoder = encoders.get(column.name)
        if column.kind not in INPUT_KINDS or encoder is None:
            table.add_row(printable(column.name), column.kind, f"not an input: {printable(column.reason)}", "")
            continue
        if not isinstance(encoder, CategoryColumn):
            said = encoder.recorded
        else:
            shown = [f"{short(level)} {count:,}" for level, count in zip(encoder.levels, encoder.counts, strict=True)]
            rest = [f"… {len(shown) - 6} more levels"] if len(shown) > 6 else []
            other = [f"other {encoder.other:,}"] if encoder.other else []
            said = ", ".join(shown[:6] + rest + other)
        table.add_row(printable(column.name), column.kind, said, f"{encoder.missing:,}" if encoder.missing else "")
    out.print(table)


def print_network(model: Model, out: Console) -> None:
    """The layers as Keras shows them: type, output shape, number of parameters."""
    inputs = len(model.encoder.inputs)
    widths, shapes = model.network.widths(inputs), model.network.shapes(inputs)
    table = Table("layer", "output shape", "parameters", box=box.SIMPLE_HEAD)
    table.columns[2].justify = "right"
    counts = [sum(int(np.prod(shape)) for shape in layer.values()) for layer in shapes]
    for layer, width, count in zip(model.network.layers, widths[1:], counts, strict=True):
        activation = getattr(layer, "activation", None)
        name = type(layer).__name__ + (f" ({activation})" if activation else "")
        table.add_row(name, f"(rows, {width})", f"{count:,}")
    out.print(table)
    total = parameters(model.network, inputs)
    out.print(f"{total:,} parameters in each of {model.restarts} restarts: {total * model.restarts:,} in all")
    out.print()


def parameters(network: Network, inputs: int) -> int:
    """How many parameters one restart of the network has."""
    return sum(int(np.prod(shape)) for layer in network.shapes(inputs) for shape in layer.values())


def print_training(model: Model, out: Console) -> None:
    """The recipe's main choices, and the restarts in two lines."""
    recipe, history = model.recipe, model.history
    out.print(
        f"trained by {recipe.optimizer}, learning rate {recipe.learning_rate:g}, "
        f"for at most {recipe.epochs} epochs with patience {recipe.patience}"
    )
    scores = history.score[np.arange(model.restarts), history.best_epoch - 1]
    epochs = f"{history.best_epoch.min()} to {history.best_epoch.max()}"
    kept = f"{model.restarts} of {len(history.diverged)} restarts kept"
    diverged = f", {np.count_nonzero(history.diverged)} diverged" if history.diverged.any() else ""
    out.print(f"{kept}{diverged}: best epochs {epochs}, validation loss {scores.mean():.4g} ± {scores.std():.2g}")
    out.print(f"mean validation loss over the epochs: {sparkline(history.score.mean(axis=0, dtype=np.float64))}")
    out.print()


def print_restarts(model: Model, out: Console) -> None:
    """Every restart's course, as a small curve; and those that diverged."""
    history = model.history
    table = Table("restart", "best epoch", "validation loss", "training loss", "over the epochs", box=box.SIMPLE_HEAD)
    for place, restart in enumerate(history.restarts):
        best, score = int(history.best_epoch[place]) - 1, history.score[place]
        row = (str(restart), str(best + 1), f"{score[best]:.4g}", f"{history.loss[place][best]:.4g}", sparkline(score))
        table.add_row(*row)
    out.print(table)
    for restart in np.flatnonzero(history.diverged):
        what = "kept its best epoch" if restart in history.restarts else "is not kept"
        out.print(f"restart {restart} diverged in epoch {history.diverged[restart]}; it {what}")


def sparkline(values: np.ndarray, width: int = 40) -> str:
    """A curve in one line: each character stands for some epochs, its height for their mean logarithm."""
    parts = np.array_split(np.log(np.maximum(values.astype(np.float64), 1e-30)), min(width, len(values)))
    means = np.array([part.mean() for part in parts])
    span = means.max() - means.min()
    heights = (means - means.min()) / span if span > 0 else np.zeros(len(means))
    return "".join(SPARKS[round(height * (len(SPARKS) - 1))] for height in heights)


def number(value: float | None) -> str:
    """A score with four or more significant digits; a dash where it is not defined."""
    return "-" if value is None else f"{value:.4f}" if abs(value) < 10 else f"{value:,.6g}"


def spread_of(value: float) -> str:
    """A standard deviation with two significant digits."""
    return f"{value:.2g}" if value < 100 else f"{value:,.0f}"


def short(value: object) -> str:
    """A label or level, cut to fit a table."""
    text = printable(value)
    return text if len(text) <= 24 else text[:23] + "…"
