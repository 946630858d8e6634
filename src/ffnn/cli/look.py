"""`look`: what is understood of a table, before anything is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
from click.core import ParameterSource

from ffnn.cli.arguments import (
    column_option,
    data_argument,
    dialect_of,
    in_shell,
    quoted,
    reading_options,
    source,
    task_option,
)
from ffnn.cli.options import column_names
from ffnn.errors import ChoiceError
from ffnn.files import check_writable

OWN = ("as_json", "html", "every_column")
"""Options that are of no use to `train`."""


@click.command(
    epilog="""\b
Examples:
  ffnn look houses.csv
  ffnn look houses.csv --target price
  ffnn look visits.csv --target outcome --column zip=category --html visits.html
  ffnn look houses.parquet --json | jq .hints
"""
)
@data_argument
@click.option(
    "--target",
    "targets",
    multiple=True,
    shell_complete=column_names,
    metavar="COLUMN",
    help="Column to predict; without it every column is looked at as an input.",
)
@column_option
@task_option
@click.option("--group", metavar="COLUMN", shell_complete=column_names, help="Column of groups, as for train.")
@click.option("--time", metavar="COLUMN", shell_complete=column_names, help="Date or number column, as for train.")
@click.option("--weights", metavar="COLUMN", shell_complete=column_names, help="Column of sample weights.")
@reading_options
@click.option("--all", "every_column", is_flag=True, help="Print every column, not the first 40 alone.")
@click.option("--html", type=click.Path(), metavar="FILE", help="Write an HTML page as well.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_context
def look(
    context: click.Context, /, data: tuple[str, ...], targets: tuple[str, ...], columns: tuple[tuple[str, str], ...],
    every_column: bool, html: str | None, as_json: bool, **choices: Any,
) -> None:  # fmt: skip
    """Say what is understood of TABLE, without training.

    Of each column: what it is taken for and why, how it is written, missing cells, range and histogram, or levels. Then
    what is odd, what would be asked, and the command that trains. TABLE is read as by train.
    """
    from ffnn.tables.formats import reading

    if len(dict(columns)) < len(columns):
        raise ChoiceError("--column names a column twice; declare each once")
    path = check_writable(html, (".html",)) if html else None
    command = retyped(context, data, targets)
    spoken = (*targets, *dict(columns), *(choices[name] for name in ("weights", "group", "time") if choices[name]))
    table = reading.read_as(source(data), dialect_of(choices), names=spoken)

    from ffnn import pages
    from ffnn.console import terminal
    from ffnn.looking import overview, page, text

    found = overview.look(table, targets or None, columns=dict(columns), **choices)
    found = replace(found, table=" ".join(data), command=command)
    if path:
        pages.write(page.page(found, in_shell), path)
    if as_json:
        terminal.print_json(found.to_dict())
        return
    out = terminal.console()
    text.print_look(found, out, everything=every_column, wording=in_shell)
    if path:
        out.print(f"saved {terminal.printable(path)}", soft_wrap=True)


def retyped(context: click.Context, data: tuple[str, ...], targets: tuple[str, ...]) -> str:
    """The command that trains, with what was said to look."""
    words = ["ffnn train", *map(quoted, data), *([] if targets else ["--target COLUMN"])]
    for option in context.command.params:
        name = option.name or ""
        if not isinstance(option, click.Option) or name in OWN or name not in context.params:
            continue
        if context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        given = context.params[name]
        for value in given if option.multiple else [given]:
            text = "=".join(value) if isinstance(value, tuple) else str(value)
            words.append(option.opts[0] if option.is_flag else f"{option.opts[0]} {quoted(text)}")
    return " ".join(words)
