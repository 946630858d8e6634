"""What the command line prints of the tricks: what will be done, how far it is, and what each trick is worth."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from rich.console import Console

from ffnn.advice import Wording, in_python, sentence
from ffnn.console.printing import spread_of
from ffnn.console.terminal import console, number, print_lines, print_table, printable, unbroken
from ffnn.console.watch import SECONDS_BETWEEN_LINES
from ffnn.streams import Aside, say
from ffnn.tricks.experiment import Experiment, Outcome, Progress, Score, Setup, TrickResult

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

MEASURES = {"error": "error", "log_loss": "log loss", "rmse": "RMSE"}
"""The scores by name, and their headings; the first that an experiment has decides."""

KEY = (
    "Mean ± standard deviation over the seeds, on test rows that nothing learned from; less is better. Better, worse: "
    "the difference is larger than both deviations together, √(σ² + σ²); unclear: it is not. That is the spread of "
    "seeds on these rows; other rows would add theirs."
)


def print_setup(setup: Setup, out: Console, wording: Wording = in_python) -> None:
    """What was understood of a table, and what will be trained."""
    print_lines(setup_lines(setup, unbroken(wording)), out)


def setup_lines(setup: Setup, wording: Wording = in_python) -> list[tuple[str, str]]:
    """The same as pairs of a word and a text."""
    problem = setup.problem
    why = sentence(problem.reason, problem.advice, wording)
    lines = [("target", f"{printable(setup.target.names[0])}: {problem.task} ({printable(why)})")]
    if problem.left_out:
        lines.append(("", f"rows left out, without a target: {problem.left_out:,}"))
    kinds = [column.kind for column in problem.schema.columns]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
    lines.append(("columns", f"{counted}; {setup.inputs} inputs"))
    lines.append(("rows", f"{setup.train_rows:,} for training and validation, {setup.test_rows:,} for testing"))
    if setup.not_drawn:
        lines.append(("", f"{setup.not_drawn:,} more are not used, to be quick; --rows takes more"))
    lines.append(
        ("networks", f"{setup.networks:,} of the recipe plain, one trick switched in each, {setup.seeds} seeds")
    )
    return lines


def print_experiment(experiment: Experiment, out: Console) -> None:
    """What each trick is worth, trick by trick, each from worst to best."""
    for finding in experiment.findings:
        out.print()
        out.print(finding.name)
        out.print(f"  {finding.about}")
        print_table(headings(experiment), rows_of(finding, experiment), out, words=words(experiment))
    out.print()
    out.print(KEY)


def measures(experiment: Experiment) -> list[str]:
    """The names of the scores of this task."""
    return ["error", "log_loss"] if experiment.setup.problem.task == "classification" else ["rmse"]


def headings(experiment: Experiment) -> list[str]:
    """Of the columns: the variant, and each score with its difference from the plain setting."""
    return ["", *(part for name in measures(experiment) for part in (MEASURES[name], "vs plain", ""))]


def words(experiment: Experiment) -> tuple[int, ...]:
    """Which columns hold words."""
    return 0, *(3 * place for place in range(1, len(measures(experiment)) + 1))


def rows_of(finding: TrickResult, experiment: Experiment) -> list[tuple[str, ...]]:
    """The cells of a trick's table."""
    names = measures(experiment)
    return [
        (title(outcome, experiment.setup.seeds), *(cell for name in names for cell in cells(outcome.scores.get(name))))
        for outcome in finding.outcomes
    ]


def title(outcome: Outcome, seeds: int) -> str:
    """A variant's name, whether it is the plain setting, and how many of its seeds diverged."""
    plain = "" if outcome.switched or outcome.name == "plain" else " (plain)"
    lost = f", {outcome.diverged} of {seeds} diverged" if outcome.diverged and outcome.scores else ""
    return f"{printable(outcome.name)}{plain}{lost}"


def cells(score: Score | None) -> tuple[str, str, str]:
    """A score, its difference from the plain setting, and what to think of that."""
    if score is None:
        return "diverged", "", ""
    value = number(score.mean) + ("" if score.deviation is None else f" ±{spread_of(score.deviation)}")
    if score.difference is None:
        return value, "", ""
    sign = "-" if score.difference < 0 else "+"
    verdict = {True: "worse" if score.difference > 0 else "better", False: "unclear", None: ""}
    return value, f"{sign}{number(abs(score.difference))}", verdict[score.exceeds]


class TricksWatch:
    """Shows the experiment as it goes, on standard error. Used in a `with` statement."""

    def __init__(self, *, quiet: bool = False, wording: Wording = in_python) -> None:
        self.quiet, self.wording = quiet, wording
        self.console = console(Aside(sys.stderr))
        self.started = self.printed = time.monotonic()
        self.bar: Bar | None = None
        self.task: TaskID

    def __enter__(self) -> TricksWatch:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, event: Setup | Progress) -> None:
        """Take a `Setup` or a `Progress`."""
        if self.quiet:
            return
        if isinstance(event, Setup):
            print_setup(event, self.console, self.wording)
            self.begin()
        else:
            self.show(event)

    def begin(self) -> None:
        """Put a bar up, where there is a terminal."""
        if not self.console.is_interactive:
            return
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar
        from rich.table import Column

        text = TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis"))
        self.bar = Bar(BarColumn(max(4, min(40, self.console.width - 70))), text, console=self.console, transient=True)
        self.task = self.bar.add_task("compiling", total=1)
        self.bar.start()

    def show(self, event: Progress) -> None:
        """Move the bar; where there is none, a line every few seconds."""
        now = time.monotonic()
        text = f"{event.share:.0%}, {now - self.started:.0f} s: epoch {event.record.epoch} of {event.doing}"
        if self.bar:
            self.bar.update(self.task, completed=event.share, description=text)
        elif now - self.printed >= SECONDS_BETWEEN_LINES:
            self.printed = now
            say(printable(text))


def document(experiment: Experiment) -> dict[str, Any]:
    """The experiment for JSON."""
    setup = experiment.setup
    return {
        "target": setup.target.names[0],
        "task": setup.problem.task,
        "reason": setup.problem.reason,
        "columns": setup.problem.schema.columns,
        "rows": {
            "train": setup.train_rows,
            "test": setup.test_rows,
            "without_target": setup.problem.left_out,
            "not_used": setup.not_drawn,
        },
        "seeds": setup.seeds,
        "left_out": setup.idle,
        "plain": setup.plain,
        "tricks": experiment.findings,
    }
