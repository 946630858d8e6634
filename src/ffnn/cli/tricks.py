"""`tricks`: what each trick of training is worth on a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ffnn.cli.arguments import (
    column_option,
    data_argument,
    dialect_of,
    in_shell,
    reading_options,
    source,
    task_option,
)
from ffnn.cli.options import column_names
from ffnn.errors import ChoiceError
from ffnn.files import check_writable
from ffnn.learning.compile_cache import use_compile_cache


@click.command(
    epilog="""\b
Examples:
  ffnn tricks titanic.csv --target Survived
  ffnn tricks houses.parquet --target price --rows 20000 --seeds 8
  ffnn tricks titanic.csv --target Survived --html tricks.html
"""
)
@data_argument
@click.option("--target", required=True, shell_complete=column_names, metavar="COLUMN", help="Column to predict.")
@column_option
@task_option
@reading_options
@click.option("--seeds", type=int, metavar="N", default=5, show_default=True, help="Number of seeds for each variant.")
@click.option(
    "--rows", "limit", type=int, metavar="N", default=5000, show_default=True, help="Maximum number of rows, sampled."
)
@click.option("--epochs", type=int, metavar="N", show_default="as each recipe says", help="Maximum number of epochs.")
@click.option(
    "--seed",
    type=int,
    metavar="N",
    default=0,
    show_default=True,
    help="Seed of the sample, the split, the initial weights, the order of the rows and dropout.",
)
@click.option("--html", type=click.Path(), metavar="FILE", help="Write an HTML page with figures as well.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors and, with --json, the result.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def tricks(
    data: tuple[str, ...], target: str, columns: tuple[tuple[str, str], ...], html: str | None, quiet: bool,
    as_json: bool, **choices: Any,
) -> None:  # fmt: skip
    """Measure how much each trick of training helps on TABLE.

    Trains the recipe plain, switches one trick at a time (normalised inputs, initial weights, activation, one-hot,
    loss, several starts, each piece of the recipe default), and reports the mean and standard deviation of the score
    on held-out rows over several seeds. TABLE is read as by train. The test rows are for comparing variants, not for
    choosing a model.
    """
    from ffnn.tables.formats import reading

    if len(dict(columns)) < len(columns):
        raise ChoiceError("--column names a column twice; declare each once")
    path = check_writable(html, (".html",)) if html else None
    table = reading.read_as(source(data), dialect_of(choices), names=(target, *dict(columns)))
    use_compile_cache()

    from ffnn.console import terminal
    from ffnn.tricks import experiment, page, text

    if path:
        page.require_pictures()
    with text.TricksWatch(quiet=quiet, wording=in_shell) as watching:
        found = experiment.run(table, target, columns=dict(columns), watch=watching, **choices)
    try:
        if path:
            page.write(found, Path(data[0]).name, path)
    finally:  # what was found is shown though the page cannot be written
        if as_json:
            terminal.print_json(text.document(found))
        elif not quiet:
            text.print_experiment(found, terminal.console())
    if path and not (as_json or quiet):
        terminal.console().print(f"saved {terminal.printable(path)}", soft_wrap=True)
