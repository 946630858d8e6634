"""The standings in print: columns of plain text, or Markdown."""

from __future__ import annotations

from typing import Any

import standing
from standing import Several, Standings

HEADINGS = {
    "tables": "tables",
    "rank": "mean rank",
    "rank_log_loss": "by log loss",
    "ratio": "ours / theirs",
    "ratio_log_loss": "log loss",
    "ratio_fit": "fit",
    "ratio_predict": "predict",
}


def written(standings: Standings, ours: str, markdown: bool = False) -> str:
    """Every figure by table and learner, then the whole."""
    whole = standing.summary(standings, ours)
    parts = [
        ("Error, or RMSE: mean over the splits", by_table(standings, whole, scored)),
        ("Log loss", by_table(standings, whole, log_loss)),
        ("Seconds to fit", by_table(standings, whole, lambda several: seconds(several, "fit_seconds"))),
        ("Seconds to predict", by_table(standings, whole, lambda several: seconds(several, "predict_seconds"))),
        ("The whole", [["", *HEADINGS.values()], *map(line, whole["learners"].items())]),
    ]
    shape = as_markdown if markdown else aligned
    head = "### " if markdown else ""
    return "\n\n".join([*(f"{head}{title}\n\n{shape(rows)}" for title, rows in parts), *notes(whole, ours)]) + "\n"


def by_table(standings: Standings, whole: dict[str, Any], cell: Any) -> list[list[str]]:
    """A line for each table, a column for each learner."""
    learners = list(whole["learners"])
    lines = [["table", "splits", "rows", *learners]]
    for table, each in standings.items():
        first = next(iter(each.values()))
        rows = f"{first[0].train} + {first[0].test}"
        lines.append([table, str(len(first)), rows, *(cell(each[name]) if name in each else "-" for name in learners)])
    return lines


def scored(several: Several) -> str:
    """The error with four digits behind the point; an RMSE with five that count."""
    value = standing.mean(several, "error" if standing.classifies(several) else "rmse")
    return f"{value:.4f}" if standing.classifies(several) else f"{value:.5g}"


def log_loss(several: Several) -> str:
    """The mean log loss, of classes."""
    return f"{standing.mean(several, 'log_loss'):.4f}" if standing.classifies(several) else "-"


def seconds(several: Several, name: str) -> str:
    """Mean seconds; in brackets where they were recorded elsewhere."""
    value = f"{standing.mean(several, name):.3g}"
    return value if all(result.run for result in several) else f"({value})"


def line(learner: tuple[str, dict[str, Any]]) -> list[str]:
    """The whole of one learner."""
    name, values = learner
    counted, *others = (values[heading] for heading in HEADINGS)
    return [name, str(counted), *("-" if value is None else f"{value:.3f}" for value in others)]


def notes(whole: dict[str, Any], ours: str) -> list[str]:
    """What the columns mean, and how ours stands beside scikit-learn's networks."""
    said = [
        f"Ranks: means over the tables where all ran, {whole['ranked_tables']} of {whole['tables']}.",
        f"Ratios: geometric means of {ours} / theirs over the tables where they ran; of errors as (wrong + 1) / "
        f"(rows + 2),\nof log losses from {standing.LEAST_LOG_LOSS:g}, of seconds where one run timed both. "
        "Seconds in brackets are recorded ones.",
    ]
    held = whole["networks"]
    if held["compared"]:
        names = f": {', '.join(held['worse'])}" if held["worse"] else ""
        said.append(
            f"Worse than the better of scikit-learn's networks by more than one standard error: {len(held['worse'])} "
            f"of {len(held['compared'])} tables{names}."
        )
    return said


def aligned(rows: list[list[str]]) -> str:
    """Columns of equal width, the first to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    made = (
        [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        for row in rows
    )
    return "\n".join("  ".join(cells).rstrip() for cells in made)


def as_markdown(rows: list[list[str]]) -> str:
    """A table of Markdown, the first column to the left."""
    first, *others = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join([first, "|---|" + "---:|" * (len(rows[0]) - 1), *others])
