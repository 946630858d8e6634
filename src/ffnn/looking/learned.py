"""What a notebook shows of a model: what it predicts, its scores, its columns, and how training went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ffnn import pages
from ffnn.console import printing
from ffnn.console.terminal import short
from ffnn.pages import escaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ffnn.models.model import Model

STYLE = """
.ffnn table { color: inherit; }
.ffnn .words th, .ffnn .words td { text-align: left; overflow-wrap: break-word; max-width: 24rem; }
.ffnn figure { margin: .5rem 0; } .ffnn figcaption, .ffnn small { opacity: .8; font-size: .9em; }
.ffnn .key { display: inline-block; width: .8em; height: .2em; margin: 0 .3em .25em .8em; }
"""


def fragment(model: Model) -> str:
    """A part of another page: it fetches nothing and has no script."""
    return (
        f'<div class="ffnn"><style>{pages.STYLE}{STYLE}</style>\n'
        f"<p><b>{escaped(' and '.join(map(short, model.target.names)))}</b>: {escaped(predicted(model))}</p>\n"
        f"{scores(model)}{curves(model)}{columns(model)}</div>\n"
    )


def predicted(model: Model) -> str:
    """What a model predicts, and by what, in a line."""
    target, restarts = model.target, printing.number_of(model.restarts, "network")
    several = len(target.names) > 1
    heads = (f"{short(head.name)}: {printing.classes_of(head)}" for head in target.heads)
    one = printing.classes_of(target.heads[0]) if target.heads else "a number"
    what = ("; ".join(heads) or "numbers") if several else one
    weights = sum(model.network.counts(len(model.encoder.inputs)))
    return f"{what}; by {restarts} of {printing.number_of(weights, 'parameter')}"


def scores(model: Model) -> str:
    """The scores of training, as a table; nothing where there are none."""
    headings, rows = printing.score_rows(model.scores, model.target)
    refit = model.scores.get("rows", {}).get("refit")
    said = [f"* {printing.OUT_OF_FOLD}"] if model.scores.get("validation") else []
    said += [f"These are the scores before the refit on all {refit:,} rows."] if refit else []
    after = "".join(f"<p><small>{each}</small></p>\n" for each in said)
    return table(headings, rows) + after if rows else ""


def columns(model: Model) -> str:
    """The first columns with their kinds and what was recorded of them."""
    shown = model.schema.columns[: printing.SHOWN_COLUMNS]
    more = len(model.schema.columns) - len(shown)
    after = f"<p><small>… and {more:,} more columns</small></p>\n" if more else ""
    return table(printing.COLUMN_HEADINGS, printing.column_rows(model, shown), kind="words") + after


def curves(model: Model) -> str:
    """Training and validation loss over the epochs, the mean over the restarts; nothing where no record was kept."""
    history = model.history
    if history is None or history.loss.shape[1] < 2:
        return ""
    named = {"training loss": history.loss.mean(axis=0), "validation loss": history.score.mean(axis=0)}
    keys = "".join(
        f'<span class="key" style="background: var(--c{place})"></span>{name}' for place, name in enumerate(named)
    )
    drawn = pages.lines(list(named.values()), "Training and validation loss over the epochs")
    epochs = f"over {history.loss.shape[1]:,} epochs, logarithmic"
    return f"<figure>{drawn}<figcaption>{keys} {epochs}</figcaption></figure>\n"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """Cells as an HTML table, each row named by its first."""
    head = "".join(f'<th scope="col">{escaped(heading)}</th>' for heading in headings)
    body = "".join(
        f'<tr><th scope="row">{escaped(row[0])}</th>{"".join(f"<td>{escaped(cell)}</td>" for cell in row[1:])}</tr>\n'
        for row in rows
    )
    named = f' class="{kind}"' if kind else ""
    return f'<div class="wide"><table{named}><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>\n'
