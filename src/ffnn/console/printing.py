"""What the command line prints of plans, scores, comparisons and models.

Names and cells come from untrusted files, so all of them go through `printable` or `short`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console

from ffnn.advice import Advice, Wording, in_python, sentence
from ffnn.console.terminal import number, print_lines, print_table, printable, short, size, unbroken
from ffnn.errors import either
from ffnn.networks.tabular import Embedding
from ffnn.tables.columns.schema import DECLARED, INPUT_KINDS
from ffnn.tables.encoding.encoder import CategoryColumn
from ffnn.tables.targets import Label, NumberTarget, format_label

if TYPE_CHECKING:
    from ffnn.learning.plan import Plan
    from ffnn.models.model import Model
    from ffnn.networks.layers import Network
    from ffnn.tables.columns.schema import Column, Schema
    from ffnn.tables.rows import Rows
    from ffnn.tables.targets import ClassTarget, Target

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
SHOWN_CLASSES = 8
SHOWN_COLUMNS = 40
"""Columns that are printed one by one, where not all of them are asked for."""

COLUMN_HEADINGS = ("column", "type", "recorded in training", "missing")

OUT_OF_FOLD = (
    "each training row by the restarts that did not train on it, ± their spread; "
    "slightly optimistic, since these rows chose each restart's best epoch"
)
"""What scores out of fold are."""

SPARKS = "▁▂▃▄▅▆▇█"


def print_plan(plan: Plan, out: Console, *, every_column: bool = False, wording: Wording = in_python) -> None:
    """What was understood of a table, and how to override it, in a face's words."""
    problem, ready, wording = plan.problem, plan.ready, unbroken(wording)
    target, recipe = ready.target, ready.recipe
    inputs = len(ready.encoder.inputs)
    names = ", ".join(map(printable, target.names))
    said = [f"read with {problem.schema.dialect}"] if problem.schema.dialect.given else []
    lines = under("table", list(map(printable, (*said, *problem.notes))))
    lines += [("target", f"{names}: {problem.task} ({printable(sentence(problem.reason, problem.advice, wording))})")]
    schema = problem.schema
    lines += [("", f"{printable(name)}{written}") for name in target.names if (written := writing(schema, name))]
    several = len(target.heads) > 1
    lines += [("", f"{short(head.name)}: {classes_of(head)}" if several else classes_of(head)) for head in target.heads]
    if problem.left_out:
        lines.append(("", f"rows left out, without a target or of weight 0: {problem.left_out:,}"))
    kinds = [column.kind for column in schema.columns]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    overruling = wording(Advice("columns", ("NAME", "TYPE")))
    lines.append(("columns", f"{counted}; {overruling} overrides an inferred type"))
    told = [
        each
        for each in schema.columns
        if every_column or each.name in schema.notations or each.reason not in ("", DECLARED)
    ]
    lines += under("", [as_told(schema, column, wording) for column in told], every_column)
    hints = [printable(f"{hint.column}: {sentence(hint.text, hint.advice, wording)}") for hint in problem.hints]
    lines += under("hints", hints, every_column)
    hidden = " → ".join(f"{units} {recipe.activation}" for units in recipe.hidden)
    entering = entering_of(ready.network, inputs)
    layers = " → ".join(part for part in (entering, hidden, number_of(target.outputs, "output")) if part)
    count = sum(ready.network.counts(inputs))
    lines.append(("network", f"{layers}: {count:,} parameters, {number_of(recipe.restarts, 'restart')}"))
    judged = f"{plan.test_rows:,} for testing ({printable(plan.parted)})" if plan.test_rows else "no test set"
    lines.append(("rows", f"{plan.train_rows:,} {plan.validated}, {judged}"))
    print_lines([*lines, *(("", said) for said in repeats_of(problem.rows))], out)
    if plan.findings:
        print_lines(
            [("test", "differs from the training rows:"), *(("", printable(each)) for each in plan.findings)], out
        )


def under(heading: str, lines: Sequence[str], everything: bool = False) -> list[tuple[str, str]]:
    """Lines with a word before the first; of many the first, unless everything is asked for, and how many follow."""
    shown = list(lines if everything else lines[:SHOWN_COLUMNS])
    if more := len(lines) - len(shown):
        shown.append(f"… and {more:,} more")
    return [("" if place else heading, line) for place, line in enumerate(shown)]


def as_told(schema: Schema, column: Column, wording: Wording) -> str:
    """A column as the plan says it: its kind, how it is written, and why."""
    said = sentence(column.reason, column.advice, wording)
    reason = f" ({printable(said)})" if said else ""
    left_out = ", left out" if column.kind == "text" else ""
    return f"{printable(column.name)}: {column.kind}{left_out}{writing(schema, column.name)}{reason}"


def writing(schema: Schema, name: str) -> str:
    """How the cells of a column are written, to follow what it is; empty where in the plain form."""
    return f", written {printable(schema.notations[name])}" if name in schema.notations else ""


def classes_of(target: ClassTarget) -> str:
    """How many classes there are, and the first of them."""
    first = ", ".join(map(short, map(format_label, target.labels[:SHOWN_CLASSES])))
    return f"{len(target.labels):,} classes: {first}" + (", …" if len(target.labels) > SHOWN_CLASSES else "")


def repeats_of(rows: Rows) -> list[str]:
    """What the plan says of rows that stand more than once."""
    said = []
    if len(rows) > rows.used:
        said.append(f"{rows.used:,} rows of the table count as {len(rows):,} by their weights")
    (copies, originals), (repeated, different) = rows.repeats.copies, rows.repeats.repeated
    if copies:
        said.append(f"{copies:,} rows are copies, of {originals:,} distinct ones; random splits keep copies together")
    if repeated:
        said.append(f"{repeated:,} rows share their inputs with others, {different:,} distinct ones; all are kept")
    return said


def print_scores(scores: dict[str, Any], target: Target, out: Console) -> None:
    """The scores of a training run: test, baselines, out of fold; and the confusion matrix."""
    headings, lines = score_rows(scores, target)
    if not lines:
        return
    print_table(headings, lines, out)
    if scores.get("validation"):
        print_lines([("*", OUT_OF_FOLD)], out)
    if refit := scores["rows"].get("refit"):
        out.print(f"These are the scores before the refit on all {refit:,} rows; after it no rows are held out.")
    if scores.get("test"):
        print_confusions(scores["test"], target, out)


def score_rows(scores: dict[str, Any], target: Target) -> tuple[list[str], list[tuple[str, ...]]]:
    """The headings and the rows of a table of a training run's scores; no rows where there are none."""
    rows = {
        "model, on test rows": scores.get("test"),
        "linear baseline": scores.get("linear"),
        "constant baseline": scores.get("constant"),
        "model, out of fold*": scores.get("validation"),
    }
    present = {title: row for title, row in rows.items() if row}
    if not present:
        return [], []
    if len(target.names) > 1:
        means = {f"{title}, mean": row for title, row in present.items()} if target.heads else {}
        present = means | {
            f"{title}: {short(name)}": row["targets"][name] for name in target.names for title, row in present.items()
        }
    names = [name for name in SCORES if name in next(iter(present.values()))]
    lines: list[tuple[str, ...]] = []
    for title, row in present.items():
        spread = row.get("spread", {})
        cells = (number(row[name]) + (f" ±{spread_of(spread[name])}" if name in spread else "") for name in names)
        lines.append((title, *cells))
    return ["", *(SCORES[name] for name in names)], lines


def print_confusions(scores: dict[str, Any], target: Target, out: Console) -> None:
    """The confusion matrix of a target of classes; of several each, unless they are too many to look at."""
    if len(target.heads) > 1:
        out.print(f"every target is right in {number(scores['subset_accuracy'])} of the rows")
    for head in target.heads if len(target.heads) <= SHOWN_CLASSES else ():
        own = scores.get("targets", {}).get(head.name, scores)
        titled = f"{short(head.name)}: true \\ predicted" if len(target.heads) > 1 else "true \\ predicted"
        print_confusion(own["confusion"], head.labels, out, titled)


def print_confusion(confusion: list[list[int]], labels: Sequence[Label], out: Console, title: str) -> None:
    """The confusion matrix, unless it is too large to look at."""
    if len(labels) > LARGEST_CONFUSION:
        return
    names = [short(format_label(label)) for label in labels]
    titles = [*names, "other"][: len(confusion)]
    rows = [(true, *(f"{count:,}" for count in counts)) for true, counts in zip(titles, confusion, strict=True)]
    print_table([title, *names], rows, out)


def print_evaluation(scores: dict[str, Any], target: Target, out: Console) -> None:
    """The scores of one table."""
    out.print(f"{scores['rows']:,} rows")
    several = scores.get("targets", {})
    means = [("mean of the targets", scores)] if len(target.heads) > 1 else []
    for name, each in (*means, *((name, several.get(name, scores)) for name in target.names)):
        if several:
            out.print(printable(name))
        for score, title in SCORES.items():
            if score in each:
                out.print(f"{title:10}{number(each[score])}")
    print_confusions(scores, target, out)


def print_comparison(compared: dict[str, dict[str, Any]], out: Console) -> None:
    """What each row costs under two models, and the paired interval of the difference."""
    rows = []
    for measure, found in compared.items():
        low, high = found["low"], found["high"]
        interval = "-" if low is None else f"{low:+.4g} to {high:+.4g}"
        better = low is not None and ("the second is better" if high < 0 else "the first is better" if low > 0 else "")
        rows.append(
            (
                printable(measure.replace("_", " ")),
                number(found["first"]),
                number(found["second"]),
                f"{found['difference']:+.4g}",
                interval,
                better or "no difference shown",
            )
        )
    headings = ("mean over the rows", "first", "second", "second - first", "95 % interval", "")
    print_table(headings, rows, out, words=(0, 5))


def print_model(model: Model, out: Console, *, every_column: bool = False, every_restart: bool = False) -> None:
    """A model in full: columns, network, training record, scores."""
    target = model.target
    for head in target.heads:
        classes = ", ".join(map(short, map(format_label, head.labels[:20]))) + (", …" if len(head.labels) > 20 else "")
        out.print(f"predicts {printable(head.name)}: one of {len(head.labels)} classes: {classes}")
    if isinstance(target, NumberTarget):
        for name, mean, deviation in zip(target.names, target.means, target.deviations, strict=True):
            own = model.origin == "playground" and (mean, deviation) == (0.0, 1.0)
            scale = "in its own unit" if own else f"mean {mean:.6g}, standard deviation {deviation:.6g}"
            about = f"a number{writing(model.schema, name)}, {scale}"
            out.print(f"predicts {printable(name)}: {about}")
    if model.schema.missing:
        out.print(f"cells that hold {either(map(repr, map(printable, model.schema.missing)))} are missing")
    if model.schema.dialect.given:
        out.print(f"files are read with {printable(model.schema.dialect)}")
    print_columns(model, out, every_column=every_column)
    print_network(model, out)
    print_training(model, out)
    if kept := model.fingerprints:
        some = f" {100 * kept.share:.3g} % of" if kept.share < 1 else ""
        cost = f"{size(len(kept.bits))}, false alarms {100 * kept.false_alarms:.2g} %"
        out.print(f"recognises{some} the {number_of(kept.rows, 'row')} that trained it: {cost}")
    if every_restart:
        print_restarts(model, out)
    print_scores(model.scores, target, out)


def print_columns(model: Model, out: Console, *, every_column: bool = False) -> None:
    """Each column with its kind and what was recorded of it; the first of them, where not every one is asked for."""
    columns = model.schema.columns if every_column else model.schema.columns[:SHOWN_COLUMNS]
    print_table(COLUMN_HEADINGS, column_rows(model, columns), out, words=(0, 1, 2))
    if more := len(model.schema.columns) - len(columns):
        out.print(f"… and {more:,} more columns; --all prints every one")


def column_rows(model: Model, columns: Sequence[Column]) -> list[tuple[str, ...]]:
    """Columns with their kinds, what was recorded of them, and how many cells were missing."""
    encoders = {column.name: column for column in model.encoder.columns}
    rows: list[tuple[str, ...]] = []
    for column in columns:
        encoder = encoders.get(column.name)
        if column.kind not in INPUT_KINDS or encoder is None:
            rows.append((printable(column.name), column.kind, f"not an input: {printable(column.reason)}", ""))
            continue
        if not isinstance(encoder, CategoryColumn):
            said = encoder.recorded
        else:
            shown = [f"{short(level)} {count:,}" for level, count in zip(encoder.levels, encoder.counts, strict=True)]
            rest = [f"… {len(shown) - 6} more levels"] if len(shown) > 6 else []
            other = [f"other {encoder.other:,}"] if encoder.other else []
            said = ", ".join(shown[:6] + rest + other)
        about = f"{column.kind}{writing(model.schema, column.name)}"
        rows.append((printable(column.name), about, said, f"{encoder.missing:,}" if encoder.missing else ""))
    return rows


def print_network(model: Model, out: Console) -> None:
    """The layers as Keras shows them: type, output shape, number of parameters."""
    inputs = len(model.encoder.inputs)
    widths, counts = model.network.widths(inputs), model.network.counts(inputs)
    rows = []
    for layer, width, count in zip(model.network.layers, widths[1:], counts, strict=True):
        activation = getattr(layer, "activation", None)
        name = type(layer).__name__ + (f" ({activation})" if activation else "")
        rows.append((name, f"(rows, {width})", f"{count:,}"))
    print_table(["layer", "output shape", "parameters"], rows, out)
    total = sum(counts)
    several = f" in each of {model.restarts} restarts: {total * model.restarts:,} in all" if model.restarts > 1 else ""
    out.print(f"{total:,} parameters{several}")


def print_training(model: Model, out: Console) -> None:
    """The recipe's main choices, and the restarts in two lines."""
    recipe, history = model.recipe, model.history
    out.print()
    if model.origin == "playground":
        out.print("made in the playground, which keeps no record of the training")
    if recipe:
        patience = f"early stopping after {number_of(recipe.patience or 0, 'epoch')}"
        stopping = patience if recipe.patience else "no early stopping"
        rate = f"learning rate {recipe.learning_rate:g}"
        out.print(f"trained by {recipe.optimizer}, {rate}, for at most {number_of(recipe.epochs, 'epoch')}, {stopping}")
    if history is None:
        return
    scores = history.score[np.arange(model.restarts), history.best_epoch - 1].astype(np.float64)
    first, last = history.best_epoch.min(), history.best_epoch.max()
    epochs = f"best epoch {first}" if first == last else f"best epochs {first} to {last}"
    kept = f"{model.restarts} of {number_of(len(history.diverged), 'restart')} kept"
    diverged = f", {np.count_nonzero(history.diverged)} diverged" if history.diverged.any() else ""
    out.print(f"{kept}{diverged}: {epochs}, validation loss {scores.mean():.4g} ± {scores.std():.2g}")
    out.print(f"mean validation loss over the epochs: {sparkline(history.score.mean(axis=0, dtype=np.float64))}")


def print_restarts(model: Model, out: Console) -> None:
    """Every restart's course, as a small curve; and those that diverged."""
    history = model.history
    if history is None:
        return
    rows = []
    for place, restart in enumerate(history.restarts):
        best, score = int(history.best_epoch[place]) - 1, history.score[place]
        losses = (f"{score[best]:.4g}", f"{history.loss[place][best]:.4g}")
        rows.append((str(restart), str(best + 1), *losses, sparkline(score)))
    print_table(
        ["restart", "best epoch", "validation loss", "training loss", "over the epochs"], rows, out, words=(0, 4)
    )
    for restart in np.flatnonzero(history.diverged):
        what = "kept its best epoch" if restart in history.restarts else "is not kept"
        out.print(f"restart {restart} diverged in epoch {history.diverged[restart]}; it {what}")


def number_of(number: int, what: str) -> str:
    """So many of something, for a sentence: 1 restart, 8 restarts."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def entering_of(network: Network, inputs: int) -> str:
    """What enters the network, in words."""
    first = network.layers[0]
    if not isinstance(first, Embedding):
        return f"{inputs} inputs"
    count = len(first.codes)
    return f"{inputs} inputs and {count} embedded {'category' if count == 1 else 'categories'} of {first.size}"


def sparkline(values: np.ndarray, width: int = 40) -> str:
    """A curve in one line: each character stands for some epochs, its height for their mean logarithm."""
    parts = np.array_split(np.log(np.maximum(values.astype(np.float64), 1e-30)), min(width, len(values)))
    means = np.array([part.mean() for part in parts])
    span = means.max() - means.min()
    heights = (means - means.min()) / span if span > 0 else np.zeros(len(means))
    return "".join(SPARKS[round(height * (len(SPARKS) - 1))] for height in heights)


def spread_of(value: float) -> str:
    """A standard deviation with two significant digits."""
    return f"{value:.2g}" if value < 100 else f"{value:,.0f}"
