"""One self-contained page about the tricks: pictures as SVG, nothing that is fetched, readable in light and dark.

Matplotlib draws; its colours are placeholders that become the page's own, so that one picture suits both.
"""

from __future__ import annotations

import math
import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ffnn import pages
from ffnn.errors import ChoiceError
from ffnn.pages import escaped
from ffnn.tricks.experiment import Experiment, Outcome, TrickResult
from ffnn.tricks.text import KEY, MEASURES, headings, measures, rows_of, setup_lines, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT, FAINT = "#010101", "#020202"
COLOURS = [f"#0301{number:02x}" for number in range(6)]
PLACEHOLDERS = {
    TEXT: "var(--text)",
    FAINT: "var(--faint)",
    **{colour: f"var(--c{number})" for number, colour in enumerate(COLOURS)},
}
"""Colours that matplotlib writes, and what stands in the page in their place."""

DASHES = ("-", "--", ":", "-.")

WIDE = 10.0
"""From a ratio of largest to smallest like this on, an axis is logarithmic."""

STYLE = """
figure { margin: 1rem 0; overflow-x: auto; } svg { width: 100%; min-width: 36rem; height: auto; }
svg text { font-family: system-ui, sans-serif; } .ffnn td:nth-child(3n + 1) { text-align: left; }
"""


def require_pictures() -> None:
    """Raise a ChoiceError where there is no matplotlib."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ChoiceError(
            "--html draws with matplotlib, which is not installed; pip install 'ffnn[pictures]' brings it"
        ) from error


def write(experiment: Experiment, table: str, path: Path) -> None:
    """Write the page of that table; errors as for `pages.write`."""
    pages.write(page(experiment, table), path)


def page(experiment: Experiment, table: str) -> str:
    """The page.

    Args:
        experiment: What was found out.
        table: What the table is called.
    """
    heading = f"What the tricks are worth: {escaped(experiment.setup.target.names[0])} of {escaped(table)}"
    facts = "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(text)}</dd>" for name, text in setup_lines(experiment.setup))
    parts = "".join(section(finding, experiment, number) for number, finding in enumerate(experiment.findings))
    overall = to_svg(overview(experiment), "all", "The score of every variant, trick by trick")
    return pages.framed(heading, f"<dl>{facts}</dl>\n<p>{escaped(KEY)}</p>\n{overall}{parts}", STYLE)


def section(finding: TrickResult, experiment: Experiment, number: int) -> str:
    """One trick: its sentence, its picture, its table."""
    names = headings(experiment)
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in names)
    body = "".join(
        "<tr>" + "".join(f"<td>{escaped(cell)}</td>" for cell in row) + "</tr>" for row in rows_of(finding, experiment)
    )
    label = f"Scores and validation losses: {finding.name}"
    return (
        f"<section><h2>{escaped(finding.name)}</h2>\n<p>{escaped(finding.about)}</p>\n"
        f"{to_svg(pictures(finding, experiment), f't{number}', label)}"
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></section>\n'
    )


def overview(experiment: Experiment) -> Figure:
    """Every variant's first score in one picture, trick by trick."""
    measure = measures(experiment)[0]
    blocks = [finding.outcomes for finding in experiment.findings]
    outcomes = [outcome for block in blocks for outcome in block]
    figure, axes = canvas(0.26 * (len(outcomes) + 1.2 * len(blocks)) + 0.8, 1)
    place, ticks = 0.0, []
    for finding in experiment.findings:
        axes[0].text(-0.01, place, finding.name, transform=axes[0].get_yaxis_transform(), ha="right", va="center",
                     weight="bold", fontsize=9, color=TEXT)  # fmt: skip
        for outcome in finding.outcomes:
            place += 1
            ticks.append((place, title(outcome, experiment.setup.seeds)))
            dot(axes[0], outcome, measure, place, COLOURS[0])
        place += 1.4
    label_ticks(axes[0], ticks, place - 0.9)
    scaled(axes[0], "x", [outcome.scores[measure].mean for outcome in outcomes if outcome.scores], MEASURES[measure])
    plain_line(axes[0], outcomes, measure)
    return figure


def pictures(finding: TrickResult, experiment: Experiment) -> Figure:
    """A trick's scores as dots with their spread, and the validation losses over the epochs."""
    names = measures(experiment)
    rows = len(finding.outcomes)
    figure, axes = canvas(max(2.4, 0.3 * rows + 0.9), len(names) + 1)
    for axis, measure in zip(axes, names, strict=False):
        for place, outcome in enumerate(finding.outcomes):
            dot(axis, outcome, measure, place, colour(place))
        ticks = [(float(place), outcome.name) for place, outcome in enumerate(finding.outcomes)]
        label_ticks(axis, ticks if axis is axes[0] else [], rows - 0.4)
        scaled(axis, "x", [outcome.scores[measure].mean for outcome in finding.outcomes if outcome.scores],
               MEASURES[measure])  # fmt: skip
        plain_line(axis, list(finding.outcomes), measure)
    curves(axes[-1], finding)
    return figure


def canvas(height: float, columns: int) -> tuple[Figure, list[Any]]:
    """An empty picture of several axes next to each other; nothing of it is shared with other pictures."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, height), layout="constrained")
    axes = list(np.atleast_1d(figure.subplots(1, columns)))
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.spines[["left", "bottom"]].set_color(FAINT)
        axis.tick_params(colors=TEXT, labelsize=9)
        axis.set_facecolor("none")
    return figure, axes


def colour(place: int) -> str:
    """The colour of the variant in that place; beyond the sixth they come again with other dashes."""
    return COLOURS[place % len(COLOURS)]


def dot(axis: Axes, outcome: Outcome, measure: str, place: float, colour: str) -> None:
    """One variant's score and its spread; hollow for the plain setting; a word where it diverged."""
    score = outcome.scores.get(measure)
    if score is None:
        axis.text(0.02, place, "diverged", transform=axis.get_yaxis_transform(), va="center", fontsize=9, color=colour)
        return
    low = min(score.deviation or 0.0, 0.999 * abs(score.mean))  # a logarithm needs what is above 0
    axis.errorbar(score.mean, place, xerr=[[low], [score.deviation or 0.0]], fmt="o", color=colour, capsize=3,
                  markersize=6, markerfacecolor="none" if score.difference is None else colour)  # fmt: skip


def plain_line(axis: Axes, outcomes: list[Outcome], measure: str) -> None:
    """A line where the plain setting is."""
    for outcome in outcomes:
        if outcome.scores and outcome.scores[measure].difference is None:
            axis.axvline(outcome.scores[measure].mean, color=FAINT, linewidth=1, zorder=0)
            return


def label_ticks(axis: Axes, ticks: list[tuple[float, str]], last: float) -> None:
    """The names at the left, the first at the top."""
    axis.set_yticks([place for place, _ in ticks], [name for _, name in ticks])
    axis.tick_params(axis="y", length=0)
    axis.set_ylim(last, -0.6)


def scaled(axis: Axes, which: str, values: list[float], label: str) -> None:
    """An axis with its name and few ticks, logarithmic where values lie far apart."""
    from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

    low, high = min(values, default=1.0), max(values, default=1.0)
    wide = low > 0 and high / low > WIDE
    axis.set(**{f"{which}label": label, **({f"{which}scale": "log"} if wide else {})})
    ruler = axis.xaxis if which == "x" else axis.yaxis
    ruler.set_major_locator(LogLocator(numticks=4) if wide else MaxNLocator(4))
    ruler.set_major_formatter("{x:g}")
    ruler.set_minor_formatter(NullFormatter())
    ruler.label.set(color=TEXT, fontsize=9)


def curves(axis: Axes, finding: TrickResult) -> None:
    """Validation losses over the epochs; of different losses each in parts of what it was after the first epoch."""
    shown = []
    for place, outcome in enumerate(finding.outcomes):
        curve = np.array([math.nan if loss is None else loss for loss in outcome.curve])
        if len(finding.losses) > 1 and len(curve) and curve[0]:
            curve = curve / curve[0]
        if np.isfinite(curve).any():
            dashes = DASHES[place // len(COLOURS) % len(DASHES)]
            axis.plot(np.arange(1, len(curve) + 1), curve, dashes, color=colour(place), linewidth=1.4,
                      label=outcome.name)  # fmt: skip
            shown += curve[np.isfinite(curve)].tolist()
    scaled(axis, "y", shown, "validation loss" if len(finding.losses) == 1 else "its own loss, epoch 1 is 1")
    axis.set_xlabel("epoch", color=TEXT, fontsize=9)
    if shown and len(finding.outcomes) <= len(COLOURS):
        axis.legend(frameon=False, fontsize=8, labelcolor=TEXT)
    elif shown:
        axis.figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8, labelcolor=TEXT)


def to_svg(figure: Figure, name: str, label: str) -> str:
    """A picture as an SVG element whose ids are its own, with the page's colours."""
    import matplotlib

    into = StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "text.parse_math": False}):
        figure.savefig(into, format="svg", transparent=True, metadata=nothing)
    svg = into.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    for placeholder, its in PLACEHOLDERS.items():
        svg = svg.replace(placeholder, its)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escaped(label)}" ', 1)
    return f"<figure>{svg}</figure>\n"
