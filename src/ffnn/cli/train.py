"""`train`: a table in, a model out."""

from __future__ import annotations

import warnings
from typing import Any

import click

from ffnn.cli.arguments import (
    column_option,
    data_argument,
    dialect_of,
    in_shell,
    reading_options,
    source,
    stem,
    task_option,
)
from ffnn.cli.options import InSections, Recipes, chosen_of, column_names, recipe_options
from ffnn.cli.show import described
from ffnn.errors import ChoiceError
from ffnn.files import check_writable
from ffnn.learning import TEST_FRACTION
from ffnn.learning.compile_cache import use_compile_cache, without_compile_cache


@click.command(
    cls=InSections,
    epilog="""\b
Examples:
  ffnn train iris.csv --target species
  ffnn train adult.parquet --target income --column education=category --restarts 16
  ffnn train houses.csv --target price --task regression --test houses_2025.csv
  ffnn train visits.csv.gz --target outcome --group patient --class-weight balanced
  ffnn train 'sales-*.parquet' --target units --target revenue --time day --time-limit 60
""",
)
@data_argument
@click.option(
    "--target",
    "targets",
    required=True,
    multiple=True,
    shell_complete=column_names,
    metavar="COLUMN",
    help="Column to predict; repeat the option for several targets, all of numbers or all of classes.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="FILE",
    show_default="the name of TABLE, with .safetensors",
    help="Model file to write.",
)
@column_option
@task_option
@click.option(
    "--test", metavar="FILE", type=click.Path(), help="Separate test table; all of TABLE is then used for training."
)
@click.option(
    "--test-fraction",
    type=float,
    metavar="NUMBER",
    show_default=str(TEST_FRACTION),
    help="Fraction of the rows held out for testing; 0 for none.",
)
@click.option(
    "--validation",
    metavar="FILE",
    type=click.Path(),
    show_default="folds of the training rows",
    help="Separate table whose rows choose each network's best epoch.",
)
@click.option(
    "--validation-fraction",
    type=float,
    metavar="NUMBER",
    help="Fraction of the training rows that does so for every network, in place of folds; with 0 all rows train for "
    "all epochs.",
)
@click.option(
    "--group",
    metavar="COLUMN",
    shell_complete=column_names,
    help="Keep rows with equal values of this column together in every split.",
)
@click.option(
    "--time",
    metavar="COLUMN",
    shell_complete=column_names,
    help="Date or number column; the most recent rows become the test set.",
)
@click.option("--weights", metavar="COLUMN", shell_complete=column_names, help="Column of sample weights.")
@reading_options
@click.option(
    "--recipe",
    type=Recipes(),
    metavar="NAME|FILE.toml",
    default="default",
    show_default=True,
    help="Recipe that sets every option below; those that are given override it.",
)
@recipe_options
@click.option(
    "--time-limit",
    type=float,
    metavar="SECONDS",
    help="Stop after this many seconds and keep the best model so far.",
)
@click.option(
    "--seed",
    type=int,
    metavar="N",
    default=0,
    show_default=True,
    help="Seed of the split, the initial weights, the order of the rows and dropout.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors and, with --json, the result.")
@click.option("--verbose", is_flag=True, help="Print every column, and a line after each chunk of epochs.")
@click.option("--json", "as_json", is_flag=True, help="Print the model's description, history and scores as JSON.")
@click.option(
    "--no-fingerprints",
    is_flag=True,
    help="Do not keep by what rows that trained the model are recognised, in two bytes a row.",
)
@click.option("--no-compile-cache", is_flag=True, help="Keep no compiled programs for later runs.")
def train(
    data: tuple[str, ...], targets: tuple[str, ...], output: str | None, recipe: str,
    columns: tuple[tuple[str, str], ...], quiet: bool, verbose: bool, as_json: bool, no_fingerprints: bool,
    no_compile_cache: bool, **choices: Any,
) -> None:  # fmt: skip
    """Train networks on TABLE.

    TABLE is one file or several of the same columns: CSV and its kin, workbooks, Parquet, Arrow, JSON and more; - reads
    standard input. The result is one model file. Ctrl-C ends training with the best model so far and saves it.
    """
    from ffnn.models import container
    from ffnn.recipes import catalogue
    from ffnn.tables.formats import reading

    if quiet and verbose:
        raise ChoiceError("--quiet and --verbose exclude each other")
    if len(dict(columns)) < len(columns):
        raise ChoiceError("--column names a column twice; declare each once")
    chosen = catalogue.find(recipe, **chosen_of(choices))
    said = dialect_of(choices)
    path = check_writable(output or f"{stem(data)}{container.ENDING}", (container.ENDING,))
    spoken = (*targets, *dict(columns), *(choices[name] for name in ("weights", "group", "time") if choices[name]))
    table = reading.read_as(source(data), said, names=spoken)
    click.get_current_context().with_resource(without_compile_cache(no_compile_cache))
    use_compile_cache()

    from ffnn import learn
    from ffnn.console import printing, terminal, watch
    from ffnn.tables.contract import TableWarning

    watching = watch.TrainingWatch(quiet=quiet, verbose=verbose, owns_process=True, wording=in_shell)
    with warnings.catch_warnings(), watching:
        warnings.simplefilter("ignore", TableWarning)  # the plan says it
        model = learn.train(
            table, targets, recipe=chosen, columns=dict(columns), fingerprints=not no_fingerprints, watch=watching,
            **choices,
        )  # fmt: skip
    model.save(path)
    if as_json:
        terminal.print_json({"model": str(path), **described(model)})
    elif not quiet:
        out = terminal.console()
        printing.print_scores(model.scores, model.target, out)
        out.print(f"saved {terminal.printable(path)} ({terminal.size(path.stat().st_size)})", soft_wrap=True)
