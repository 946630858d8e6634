"""`predict`, `evaluate`, `compare`: a model put to use on a table."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from ffnn.cli.arguments import (
    data_argument,
    dialect_of,
    reading_options,
    same_file,
    source,
    strict_option,
)
from ffnn.cli.options import column_names
from ffnn.errors import OutputError
from ffnn.files import check_writable

if TYPE_CHECKING:
    from ffnn.tables.contract import Finding


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
@click.option(
    "--keep",
    multiple=True,
    metavar="COLUMN",
    help="Write this column of the table beside the predictions; all: every one. May be given more than once.",
)
@reading_options
@strict_option
@click.option("--quiet", is_flag=True, help="Do not report how the table differs from the training table.")
@click.option("--json", "as_json", is_flag=True, help="Report how the table differs as JSON, on standard error.")
def predict(
    model: str, data: tuple[str, ...], output: str, keep: tuple[str, ...], strict: bool, quiet: bool, as_json: bool,
    **said: Any,
) -> None:  # fmt: skip
    """Predict the rows of TABLE.

    The output has the identifier columns, prediction, and probability_CLASS for each class; of several targets
    prediction_TARGET and probability_TARGET_CLASS. How the table differs from the training table is reported on
    standard error, column by column.
    """
    from ffnn.models.file import load
    from ffnn.tables.formats import writing

    if output != "-":
        place = check_writable(output, writing.FORMATS)
        if taken := next((given for given in (*data, model) if same_file(place, given)), None):
            raise OutputError(f"the output {output} would overwrite {taken}; give another name")
    found: list[Any] = []
    tell = None if strict else found.extend
    loaded = load(model)
    table = loaded.reading_of(source(data), dialect_of(said))
    predictions = loaded.predictions(table, keep=keep, strict=strict, tell=tell)
    if output == "-" and sys.stdout.isatty():
        from ffnn.console.terminal import printable

        lines = predictions.write_csv().rstrip("\n").split("\n")
        print("\n".join(map(printable, lines)))
    else:
        writing.write(predictions, output)
    notes = table.understood.notes
    if as_json or ((found or notes) and not quiet):
        from ffnn.console import terminal

        terminal.print_findings(found, notes, as_json=as_json)


def gathering(found: list[Finding], strict: bool) -> Callable[[tuple[Finding, ...]], None]:
    """What takes findings into a list; where strictness is asked for, a difference is an error."""
    from ffnn.tables.contract import apart, refuse

    def tell(findings: tuple[Finding, ...]) -> None:
        found.extend(findings)
        if strict:
            refuse(tuple(apart(findings)[0]))

    return tell


@click.command()
@click.argument("model", type=click.Path())
@data_argument
@click.option("--weights", metavar="COLUMN", shell_complete=column_names, help="Column of sample weights.")
@reading_options
@strict_option
@click.option("--json", "as_json", is_flag=True, help="Print scores and findings as JSON.")
def evaluate(model: str, data: tuple[str, ...], weights: str | None, strict: bool, as_json: bool, **said: Any
) -> None:  # fmt: skip
    """Score a model on TABLE, which holds the target."""
    from ffnn.console import printing, terminal
    from ffnn.models.file import load

    loaded = load(model)
    found: list[Any] = []
    table = loaded.reading_of(source(data), dialect_of(said))
    scores = loaded.evaluate(table, weights=weights, tell=gathering(found, strict))
    if as_json:
        terminal.print_json({**scores, **terminal.findings_of(found, table.understood.notes)})
        return
    printing.print_evaluation(scores, loaded.target, terminal.console())
    if found or table.understood.notes:
        terminal.print_findings(found, table.understood.notes)


@click.command(
    epilog="""\b
Example:
  ffnn compare small.safetensors large.safetensors fresh.csv
"""
)
@click.argument("first", type=click.Path())
@click.argument("second", type=click.Path())
@data_argument
@reading_options
@strict_option
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def compare(first: str, second: str, data: tuple[str, ...], strict: bool, as_json: bool, **said: Any
) -> None:  # fmt: skip
    """Compare two models on the same rows of TABLE.

    Prints the mean loss per row of the FIRST and the SECOND model, the difference, and its 95 % confidence interval
    from the paired rows. For an unbiased comparison neither model was trained on these rows.
    """
    from ffnn.console import printing, terminal
    from ffnn.models.file import load

    found: list[Any] = []
    one = load(first)
    table = one.reading_of(source(data), dialect_of(said))
    compared = one.compare(load(second), table, tell=gathering(found, strict))
    found = list(dict.fromkeys(found))  # what both models found
    if as_json:
        terminal.print_json({**compared, **terminal.findings_of(found, table.understood.notes)})
        return
    printing.print_comparison(compared, terminal.console())
    if found or table.understood.notes:
        terminal.print_findings(found, table.understood.notes)
