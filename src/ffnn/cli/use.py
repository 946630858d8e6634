"""`predict`, `evaluate`, `compare`: a model put to use on a table."""

from __future__ import annotations

import sys
from typing import Any

import click

from ffnn.cli.arguments import (
    data_argument,
    same_file,
    source,
    strict_option,
)
from ffnn.cli.options import column_names
from ffnn.errors import OutputError
from ffnn.files import check_writable


@click.command(
    epilog="""\b
Examples:
  ffnn predict adult.safetensors new.csv -o predictions.csv
  ffnn predict adult.safetensors 'days/*.parquet' -o predictions.parquet --strict
  cat new.csv | ffnn predict adult.safetensors - > predictions.csv
"""
)
@click.argument("model", type=click.Path())
@data_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    default="-",
    show_default=True,
    help="CSV, TSV, Parquet, Arrow or JSON Lines file; - for CSV on standard output.",
)
@strict_option
@click.option("--quiet", is_flag=True, help="Do not report how the table differs from the training table.")
@click.option("--json", "as_json", is_flag=True, help="Report how the table differs as JSON, on standard error.")
def predict(model: str, data: tuple[str, ...], output: str, strict: bool, quiet: bool, as_json: bool) -> None:
    """Predict the rows of the table DATA.

    The output has the identifier columns, prediction, and probability_CLASS for each class. How the table differs from
    the training table is reported on standard error, column by column.
    """
    from ffnn.models.file import load
    from ffnn.tables.formats import reading, writing

    if output != "-":
        place = check_writable(output, writing.FORMATS)
        if taken := next((given for given in (*data, model) if same_file(place, given)), None):
            raise OutputError(f"the output {output} would overwrite {taken}; give another name")
    found: list[Any] = []
    tell = None if strict else found.extend
    predictions = load(model).predictions(reading.read(source(data)), strict=strict, tell=tell)
    if output == "-" and sys.stdout.isatty():
        from ffnn.console.terminal import printable

        lines = predictions.write_csv().rstrip("\n").split("\n")
        print("\n".join(map(printable, lines)))
    else:
        writing.write(predictions, output)
    if as_json or (found and not quiet):
        from ffnn.console import terminal

        terminal.print_findings(found, as_json=as_json)


@click.command()
@click.argument("model", type=click.Path())
@data_argument
@click.option("--weights", metavar="COLUMN", shell_complete=column_names, help="Column of sample weights.")
@strict_option
@click.option("--json", "as_json", is_flag=True, help="Print scores and findings as JSON.")
def evaluate(model: str, data: tuple[str, ...], weights: str | None, strict: bool, as_json: bool) -> None:
    """Score a model on the table DATA, which holds the target."""
    from ffnn.console import printing, terminal
    from ffnn.models.file import load
    from ffnn.tables.formats import reading

    loaded = load(model)
    found: list[Any] = []
    tell = None if strict else found.extend
    scores = loaded.evaluate(reading.read(source(data)), weights=weights, strict=strict, tell=tell)
    if as_json:
        terminal.print_json({**scores, "findings": found})
        return
    printing.print_evaluation(scores, loaded.target, terminal.console())
    if found:
        terminal.print_findings(found)


@click.command(
    epilog="""\b
Example:
  ffnn compare small.safetensors large.safetensors fresh.csv
"""
)
@click.argument("first", type=click.Path())
@click.argument("second", type=click.Path())
@data_argument
@strict_option
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(first: str, second: str, data: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Compare two models on the same rows of the table DATA.

    Prints the mean loss per row of the FIRST and the SECOND model, the difference, and its 95 % confidence interval
    from the paired rows. For an unbiased comparison neither model was trained on these rows.
    """
    from ffnn.console import printing, terminal
    from ffnn.models.file import load
    from ffnn.tables.formats import reading

    found: list[Any] = []
    tell = None if strict else found.extend
    compared = load(first).compare(load(second), reading.read(source(data)), strict=strict, tell=tell)
    found = list(dict.fromkeys(found))  # what both models found
    if as_json:
        terminal.print_json({**compared, "findings": found})
        return
    printing.print_comparison(compared, terminal.console())
    if found:
        terminal.print_findings(found)
