"""A look at a table as one page, and as what a notebook shows."""

from __future__ import annotations

from pathlib import Path

from ffnn import pages
from ffnn.advice import Wording, in_python, sentence
from ffnn.looking.overview import Asked, ColumnOverview, Look
from ffnn.looking.text import contents, facts, taken_for
from ffnn.pages import escaped
from ffnn.tables.hints import Hint

STYLE = """
.ffnn th, .ffnn td { text-align: left; overflow-wrap: break-word; max-width: 16rem; }
.ffnn td:last-child { overflow-wrap: anywhere; min-width: 14rem; max-width: none; width: 100%; }
.ffnn .count { text-align: right; } .ffnn small { opacity: .8; }
.ffnn pre { white-space: pre-wrap; border: 1px solid var(--faint); border-radius: .3rem; padding: .5rem .8rem; }
.ffnn tbody tr { border-bottom: 1px solid color-mix(in srgb, var(--faint) 40%, transparent); }
"""


def page(look: Look, wording: Wording = in_python) -> str:
    """The page, in a face's words."""
    name = f" {Path(look.table).name}" if look.table else ""
    return pages.framed(f"A look at{escaped(name) or ' a table'}", body(look, wording), STYLE)


def fragment(look: Look) -> str:
    """The same as a part of another page, in Python's words."""
    return f'<div class="ffnn"><style>{pages.STYLE}{STYLE}</style>{body(look, in_python)}</div>'


def body(look: Look, wording: Wording) -> str:
    """What stands below the heading."""
    told = "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(text)}</dd>" for name, text in facts(look, wording))
    head = "".join(
        f'<th scope="col"{" class=count" if name == "missing" else ""}>{name}</th>'
        for name in ("column", "taken for", "missing", "distribution", "values")
    )
    rows = "".join(row_of(column, wording) for column in look.columns)
    return (
        f'<dl>{told}</dl>\n<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>\n'
        f"{listed('What is odd', look.hints, wording)}{listed('What would be asked', look.questions, wording)}"
        f"<h2>{look.to_train.capitalize()}</h2>\n<pre><code>{escaped(look.command)}</code></pre>\n"
    )


def row_of(column: ColumnOverview, wording: Wording) -> str:
    """A column as a row of the table."""
    written = [f"written {column.notation}"] if column.notation else []
    why = [said] if (said := sentence(column.reason, column.advice, wording)) else []
    small = f"<br><small>{escaped('; '.join([*written, *why]))}</small>" if written or why else ""
    missing = f"{column.missing:,}" if column.missing else ""
    drawn = pages.bars(column.histogram, f"Histogram of {column.name}") if column.histogram else ""
    return (
        f'<tr><th scope="row">{escaped(column.name)}</th><td>{taken_for(column)}</td><td class="count">{missing}</td>'
        f"<td>{drawn}</td><td>{escaped(contents(column))}{small}</td></tr>\n"
    )


def listed(heading: str, said: tuple[Hint, ...] | tuple[Asked, ...], wording: Wording) -> str:
    """Sentences about columns under a heading; nothing where there are none."""
    items = "".join(
        f"<li><b>{escaped(each.column)}</b>: {escaped(sentence(each.text, each.advice, wording))}</li>\n"
        for each in said
    )
    return f"<h2>{heading}</h2>\n<ul>{items}</ul>\n" if items else ""
