"""`show`: what a model file holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ffnn.cli.options import Recipes
from ffnn.errors import ChoiceError

if TYPE_CHECKING:
    from ffnn.models.model import Model


@click.command(
    epilog="""\b
Examples:
  ffnn show adult.safetensors
  ffnn show --recipe default > mine.toml
"""
)
@click.argument("model", type=click.Path(), required=False)
@click.option("--recipe", type=Recipes(), metavar="NAME|FILE.toml", help="Print a recipe as TOML instead.")
@click.option(
    "--restarts-report",
    "--all-restarts",
    "restarts_report",
    is_flag=True,
    help="Print the learning curve of every restart.",
)
@click.option("--all", "every_column", is_flag=True, help="Print every column, not the first 40 alone.")
@click.option("--json", "as_json", is_flag=True, help="Print the description as JSON.")
def show(model: str | None, recipe: str | None, restarts_report: bool, every_column: bool, as_json: bool) -> None:
    """Show what a model file holds: its columns, network, training record and scores."""
    if (model is None) == (recipe is None):
        raise ChoiceError("show takes either a model file or --recipe NAME")
    if recipe is not None:
        from ffnn.recipes import catalogue

        if as_json or restarts_report or every_column:
            raise ChoiceError("a recipe is printed as TOML; --json, --all and --restarts-report are for models")
        print(catalogue.to_toml(catalogue.find(recipe)), end="")
        return
    from ffnn.console import printing, terminal
    from ffnn.models.file import load

    loaded = load(model or "")
    if as_json:
        terminal.print_json(described(loaded))
    else:
        out = terminal.console()
        printing.print_model(loaded, out, every_column=every_column, every_restart=restarts_report)


def described(model: Model) -> dict[str, Any]:
    """All of a model but its parameters, for JSON."""
    from ffnn.models import packing

    history = model.history and {name: array.tolist() for name, array in vars(model.history).items()}
    described = {**packing.describe(model), **({"history": history} if history else {})}
    if kept := model.fingerprints:
        described["fingerprints"] |= {"bytes": len(kept.bits), "false_alarms": kept.false_alarms}
    return described
